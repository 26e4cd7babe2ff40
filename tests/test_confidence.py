import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pipeline_tools import event, events

from pipeline import confidence, train_confidence
from pipeline.train_confidence import Case, fitted, rate, reliability

TEXT = "Gunmen attacked a patrol in Garissa on Monday, police said. Soldiers arrested six men."


def test_an_event_that_lacks_nothing_is_surest():
    own, inherited = event(TEXT, "attacked"), event(TEXT, "arrested")
    assert confidence.LEAST <= inherited.confidence < own.confidence <= confidence.MOST
    planned = event("Gunmen will attack a patrol in Garissa on Monday.", "attack")
    assert planned.confidence < own.confidence


@given(
    st.dictionaries(st.sampled_from(confidence.FEATURES), st.floats(-50, 50, allow_nan=False)),
)
def test_probabilities_stay_within_their_bounds(found):
    assert confidence.LEAST <= confidence.probability(found) <= confidence.MOST


def test_what_is_missing_never_adds():
    weights = confidence.weights()
    assert set(weights) == set(confidence.FEATURES)
    for name, value in weights.items():
        assert value <= 0 or name in train_confidence.FREE, name


def test_weights_of_another_version_are_refused(monkeypatch, tmp_path):
    path = tmp_path / "confidence.json"
    path.write_text(json.dumps({"weights": {"constant": 1.0, "moon": 2.0}}))
    monkeypatch.setattr(confidence, "WEIGHTS", path)
    confidence.weights.cache_clear()
    try:
        with pytest.raises(ValueError, match="moon"):
            confidence.weights()
    finally:
        monkeypatch.undo()
        confidence.weights.cache_clear()


def case(right, **features):
    named = {name.replace("_", " "): float(value) for name, value in features.items()}
    return Case("own", "dev", {"constant": 1.0, **named}, 0.5, right)


def test_fitting_finds_what_makes_events_wrong():
    known = [case(n % 10 > 0) for n in range(100)]
    known += [case(n % 10 > 6, place_inherited=1) for n in range(100)]
    weights = fitted(known)
    assert weights["place inherited"] < -0.5
    assert weights["noun trigger"] == 0
    mean = sum(rate(item.features, weights) for item in known) / len(known)
    assert mean == pytest.approx(0.6, abs=0.01)


def test_fitting_leaves_out_what_would_add():
    known = [case(n % 2 > 0) for n in range(50)] + [case(True, date_inherited=1) for _ in range(9)]
    assert fitted(known)["date inherited"] == 0
    assert fitted([*known, *(case(True, attributed=1) for _ in range(9))])["attributed"] > 0


def test_reliability_of_known_pairs():
    pairs = [(0.2, False), (0.2, False), (0.9, True), (0.7, False)]
    assert reliability(pairs, bins=2) == [
        (pytest.approx(0.2), 0.0, 2),
        (pytest.approx(0.8), 0.5, 2),
    ]


def test_every_event_has_a_confidence():
    assert all(confidence.LEAST <= item.confidence <= confidence.MOST for item in events(TEXT))
