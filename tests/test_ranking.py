import json
from importlib import resources

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.evidence import FEATURES
from geo.ranking import STAGES, default_weights, read_weights, softmax


@given(st.lists(st.lists(st.floats(-50, 50), min_size=1, max_size=5), min_size=1, max_size=5))
def test_shares_of_each_unit_sum_to_one(groups):
    unit = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    starts = np.searchsorted(unit, np.arange(len(groups)))
    shares = softmax(np.concatenate(groups), starts, unit)
    assert np.allclose(np.bincount(unit, shares), 1)
    for number, group in enumerate(groups):
        mine = shares[unit == number]
        assert mine[int(np.argmax(group))] == mine.max()


def test_a_row_that_does_not_count_has_no_share():
    shares = softmax(np.array([1.0, -np.inf]), np.array([0]), np.array([0, 0]))
    assert shares.tolist() == [1.0, 0.0]
    assert len(softmax(np.zeros(0), np.zeros(0, int), np.zeros(0, int))) == 0


def test_the_shipped_weights():
    weights = default_weights()
    assert set(weights.stages) == set(STAGES)
    assert {len(stage) for stage in weights.stages.values()} == {len(FEATURES)}
    assert 0 <= weights.threshold < 0.5
    knots = weights.score(np.linspace(0, 1, 101))
    assert np.all(np.diff(knots) >= 0), "a higher share is never less sure"
    assert 0 <= knots[0] <= 0.1
    assert 0.9 < knots[-1] <= 1


def test_weights_of_another_version_are_refused():
    text = (resources.files("data") / "resolver.json").read_text(encoding="utf-8")
    record = json.loads(text)
    record["weights"]["novel"] = [0, 0, 0]
    del record["weights"]["rank"]
    with pytest.raises(ValueError, match=r"novel, rank: run python -m pipeline\.train_resolver"):
        read_weights(json.dumps(record), FEATURES)
