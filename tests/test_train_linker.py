"""The linker's training on made-up cases. With torch only, which the extra `train` brings."""

import numpy as np
import pytest

pytest.importorskip("torch")

from pipeline import train_linker


def case(rows, right, *, heard=None, held=False):
    return train_linker.Case(held, rows, heard or [0.0] * len(rows), right, any(right), "test")


def by_preposition(good, bad):
    return train_linker.Weights({"in": 0, "by": 1}, np.array([[good], [bad], [0.0]]), np.zeros(0))


def test_learning_weighs_what_tells_right_from_wrong():
    rows = [{"bias": 1.0, "in": 1.0}, {"bias": 1.0, "by": 1.0}]
    found = [case(rows, [True, False])] * 60
    weights = train_linker.learn(found, seeds=2)
    assert weights.score(rows[0]) > 0 > weights.score(rows[1])
    figures = train_linker.figures(found, weights, 0.5, with_reader=False)
    assert figures == {"P": 1.0, "R": 1.0, "F1": 1.0}


def test_networks_put_together_give_the_mean_of_their_scores():
    rows = [{"bias": 1.0, "in": 1.0, "far": 3.0}, {"bias": 1.0, "by": 1.0, "far": 1.0}]
    found = [case(rows, [True, False]), case(rows[1:], [False]), case(rows[:1], [True])] * 20
    one, both = (train_linker.learn(found, seeds=count) for count in (1, 2))
    assert len(both.units) == 2 * len(one.units)
    assert both.matrix.shape == (4 + 1, 2 * train_linker.UNITS + 1)


def test_learning_leaves_out_what_is_seen_too_seldom():
    rows = [{"bias": 1.0, "in": 1.0}, {"bias": 1.0}]
    found = [case(rows, [True, False])] * (train_linker.LEAST - 1)
    assert "in" not in train_linker.learn(found, seeds=1).features


def test_a_wrong_answer_costs_precision_and_recall():
    weights = by_preposition(5.0, -5.0)
    right = case([{"in": 1.0}], [True])
    wrong = case([{"in": 1.0}, {"by": 1.0}], [False, True])
    none = case([{"by": 1.0}], [False])
    figures = train_linker.figures([right, wrong, none], weights, 0.5, with_reader=False)
    assert np.isclose([figures["P"], figures["R"], figures["F1"]], 0.5).all()


def test_the_reader_counts_beside_the_weights():
    unsure = case([{"in": 1.0}, {"by": 1.0}], [False, True], heard=[-9.0, 9.0])
    weights = by_preposition(1.0, -1.0)
    assert train_linker.figures([unsure], weights, 0.5)["F1"] == 1.0
    assert train_linker.figures([unsure], weights, 0.5, with_reader=False)["F1"] == 0.0
