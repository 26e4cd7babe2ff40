"""Scores of a tagger against annotated texts."""

import numpy as np
import pytest
from training_tools import sentence, sentences

from pipeline.scores import (
    Tally,
    name_tallies,
    overlap,
    parse_agreement,
    strict,
    toponym_spans,
)
from pipeline.tagger import Name, Tagged
from pipeline.words import words


def tagged(text, *, names=(), toponyms=(), heads=None):
    cut = tuple(words(text))
    count = len(cut)
    return Tagged(
        cut, names, toponyms, np.zeros(count), ("NN",) * count, ("dep",) * count,
        heads or tuple(range(count)), tuple(index == 0 for index in range(count)),
    )  # fmt: skip


def test_spans_are_compared_exactly_and_by_touch():
    gold, found = [(0, 5), (10, 14), (20, 22)], [(0, 5), (8, 11), (30, 33)]
    exact, touching = strict(gold, found), overlap(gold, found)
    assert (exact.found, exact.found_right, exact.gold, exact.gold_right) == (3, 1, 3, 1)
    assert (touching.found_right, touching.gold_right) == (2, 2)
    assert exact.f1 == pytest.approx(1 / 3)
    assert (exact + touching).precision == pytest.approx(3 / 6)


def test_one_long_span_finds_two_and_ends_do_not_touch():
    tally = overlap([(0, 4), (6, 9), (9, 12)], [(0, 9)])
    assert (tally.found_right, tally.gold_right) == (1, 2)


def test_nothing_found_is_a_score_of_zero():
    assert (Tally().precision, Tally().recall, Tally().f1) == (0, 0, 0)


def test_names_are_scored_by_kind_and_not_where_nothing_is_known():
    item = sentence(
        "Kabul and Xyz in Gold.",
        [
            {"start": 0, "end": 5, "label": "Location"},
            {"start": 10, "end": 13, "label": "Person"},
            {"start": 17, "end": 21, "label": "Ship"},
        ],
        0,
    )
    names = (Name(0, 1, "LOC", 0.9), Name(2, 3, "ORG", 0.9), Name(4, 5, "LOC", 0.9))
    tallies = name_tallies(item, tagged(item.text, names=names))
    assert tallies["LOC"] == Tally(1, 1, 1, 1)
    assert tallies["PER"] == Tally(0, 0, 1, 0)
    assert tallies["ORG"] == Tally(1, 0, 0, 0)


def test_offsets_of_toponyms():
    found = tagged("In New York now", toponyms=(Name(1, 3, "TOP", 0.9),))
    assert toponym_spans(found) == [(3, 11)]


def test_agreement_with_the_teacher():
    item = sentences()[0]
    shares = parse_agreement([(item, tagged(item.text, heads=(0, 0, 2)))])
    assert shares["head"] == pytest.approx(2 / 3)
    assert shares["tag"] == pytest.approx(1 / 3)
    assert shares["start_f1"] == 1
