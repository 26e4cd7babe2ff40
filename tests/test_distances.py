from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pipeline_tools import PUBLISHED, pieces

from pipeline.distances import away, distances
from pipeline.documents import Span
from pipeline.events import When
from pipeline.periods import counted

DAY = When(date(2021, 7, 12), date(2021, 7, 12), 1, None, "text")


def found(text):
    _, (parsed, *_) = pieces(text)
    return [
        (item.verb.text, item.point.text, item.number, item.unit, item.fronted)
        for item in distances(parsed, Span(0, len(text), text))
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Troops left three days after rebels came.", ("left", "came", 3, "day", False)),
        ("Two weeks after the raid, troops left.", ("left", "raid", 2, "week", True)),
        ("Troops left the day before rebels came.", ("left", "came", -1, "day", False)),
        ("Troops left a month after the raid.", ("left", "raid", 1, "month", False)),
        ("Troops left twenty-one days after rebels came.", ("left", "came", 21, "day", False)),
        ("Troops left more than two days after rebels came.", None),
        ("Troops left days after rebels came.", None),
        ("Troops left half a year after rebels came.", None),
        ("Two days later, troops left.", None),
    ],
)
def test_distances_of_a_sentence(text, expected):
    assert found(text) == ([expected] if expected else [])


def test_days_are_counted_from_those_of_another_event():
    text = "Troops left three days after rebels came."
    _, (parsed, *_) = pieces(text)
    (distance,) = distances(parsed, Span(0, len(text), text))
    before, after = (away(DAY, distance, back=back) for back in (True, False))
    assert (before.start, before.end, before.prec) == (date(2021, 7, 9), date(2021, 7, 9), 1)
    assert (after.start, after.text.text) == (date(2021, 7, 15), "three days after")
    assert away(When(), distance, back=True) is None
    assert away(When(date.min, date.min), distance, back=True) is None


@given(
    st.dates(min_value=date(1000, 1, 1), max_value=date(4000, 1, 1)),
    st.integers(-200, 200),
    st.sampled_from(["day", "week", "month", "year"]),
)
def test_what_is_counted_is_in_order_and_so_far_away(day, count, unit):
    first, last = counted(day, count, unit)
    assert first <= last
    size = {"day": 1, "week": 7, "month": 30.44, "year": 365.25}[unit]
    assert abs(((first + (last - first) / 2) - day).days - size * count) <= size


def test_nothing_is_counted_out_of_the_calendar():
    assert counted(date.max, 1, "day") is None
    assert counted(date.max, 1, "week") is None
    assert counted(PUBLISHED, -9000, "year") is None
