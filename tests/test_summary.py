"""geo.summary: the period and the view to begin with, and what is not on the map."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from sample_events import FIRST, sample

from geo.index import Index
from geo.summary import (
    UNPLACED,
    at_country_level,
    core_box,
    core_span,
    off_map,
    off_map_key,
    step_for,
)

EVENTS, _ = sample()
INDEX = Index(EVENTS)


def test_the_step_bounds_the_number_of_bars() -> None:
    assert step_for(dt.date(2021, 6, 1), dt.date(2021, 7, 30)) == "day"
    assert step_for(dt.date(2019, 1, 1), dt.date(2021, 12, 31)) == "week"
    assert step_for(dt.date(2010, 1, 1), dt.date(2021, 12, 31)) == "month"
    assert step_for(dt.date(1, 1, 1), dt.date(9999, 12, 31)) == "year"


def _days(*offsets: int) -> pd.DataFrame:
    days = np.array([FIRST + dt.timedelta(days=offset) for offset in offsets], "datetime64[ms]")
    return pd.DataFrame({"date_start": days, "date_end": days})


def test_the_core_leaves_out_far_events_and_keeps_near_ones() -> None:
    summer = list(range(40))
    assert core_span(_days(*summer, -7000, 700)) == (FIRST, FIRST + dt.timedelta(days=39))
    assert core_span(_days(*summer, -7000, 53)) == (FIRST, FIRST + dt.timedelta(days=53))
    assert core_span(_days(*summer)) is None, "nothing lies far off"
    assert core_span(_days(1, 2, 3)) is None, "too few to tell"
    assert core_span(EVENTS) is None


def test_the_first_view_is_where_most_events_are() -> None:
    box = core_box(EVENTS)
    assert box is not None
    west, south, east, north = box
    assert 61 < west < 69 < east < 72
    assert 30 < south < 37 < north < 40
    scattered = pd.DataFrame(
        {
            "longitude": [-170.0, -60.0, 10.0, 80.0, 170.0],
            "latitude": [-60.0, 0.0, 50.0, 10.0, 80.0],
        }
    )
    assert core_box(scattered) == pytest.approx((-170.6, -60.6, 170.6, 80.6))
    assert core_box(scattered.iloc[:0]) is None


def test_what_is_off_the_map_is_grouped_and_complete() -> None:
    groups = off_map(INDEX, np.arange(len(EVENTS)))
    assert groups["events"].sum() == (~INDEX.drawn).sum()
    assert groups["key"].iloc[-1] == UNPLACED
    assert "Afghanistan" in set(groups["name"])
    keys = off_map_key(EVENTS)
    for key, number in zip(groups["key"], groups["events"], strict=True):
        assert (keys == key).sum() == number
    assert off_map(INDEX, np.flatnonzero(INDEX.drawn)).empty


def test_country_level_is_what_the_index_says() -> None:
    assert (at_country_level(EVENTS) == INDEX.country_level).all()
