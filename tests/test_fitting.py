import numpy as np
import pytest

from pipeline.fitting import Answer, Table, calibration, expected_error, fit


@pytest.fixture(scope="module")
def choices():
    """Two thousand choices of four, by known weights; the third feature never varies."""
    random = np.random.default_rng(7)
    features = random.normal(size=(8000, 3))
    features[:, 2] = 1.0
    unit = np.repeat(np.arange(2000), 4)
    odds = np.exp(features @ np.array([2.0, -1.0, 0.0])).reshape(-1, 4)
    chosen = (
        odds.cumsum(axis=1) / odds.sum(axis=1, keepdims=True) > random.random((2000, 1))
    ).argmax(axis=1)
    right = np.zeros((2000, 4), dtype=bool)
    right[np.arange(2000), chosen] = True
    return Table(features, np.arange(0, 8000, 4), unit, right.ravel(), np.ones(2000))


def test_weights_are_found_again(choices):
    assert fit(choices, {}) == pytest.approx([2.0, -1.0, 0.0], abs=0.15)


def test_weights_that_are_given_stay(choices):
    found = fit(choices, {1: -1.0})
    assert found[1] == -1.0
    assert found[0] == pytest.approx(2.0, abs=0.15)


def test_where_it_begins_does_not_matter(choices):
    start = fit(choices, {}, start=np.array([5.0, 5.0, 0.0]))
    assert start == pytest.approx(fit(choices, {}), abs=0.05)


def test_several_right_rows_share_the_credit(choices):
    everything = Table(
        choices.features, choices.starts, choices.unit, np.ones(8000, bool), choices.weight
    )
    assert fit(everything, {}) == pytest.approx([0, 0, 0], abs=1e-6)


def test_calibration_is_monotone_and_mends_the_shares():
    random = np.random.default_rng(3)
    shares = random.random(4000)
    found = [Answer(float(share), bool(random.random() < share**2), 1) for share in shares]
    knots = np.array(calibration(found))
    assert np.all(np.diff(knots[:, 0]) >= 0)
    assert np.all(np.diff(knots[:, 1]) >= 0)
    mended = np.interp(shares, knots[:, 0], knots[:, 1])
    right = [answer.near for answer in found]
    assert expected_error(shares, right) > 0.1
    assert expected_error(mended, right) < 0.03


def test_expected_error_of_the_surely_right():
    assert expected_error([1.0, 1.0], [True, True]) == 0
    assert expected_error([1.0, 1.0], [True, False]) == 0.5
    assert expected_error([], []) == 0
