"""geo.summary: counts, histogram and cells tell the truth for any table and filter."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_events import FIRST, sample

from geo.filters import Filters, mask
from geo.frame import empty
from geo.maps import drawn
from geo.summary import (
    UNPLACED,
    at_country_level,
    cells,
    core_box,
    core_span,
    counts,
    date_span,
    histogram,
    in_view,
    is_remote,
    mercator,
    off_map,
    off_map_key,
    selection,
    shown,
    step_for,
)

EVENTS, _ = sample()
WORLD = (-180.0, -90.0, 180.0, 90.0)

filters = st.builds(
    Filters,
    date_from=st.none() | st.dates(FIRST, FIRST + dt.timedelta(days=20)),
    date_to=st.none() | st.dates(FIRST + dt.timedelta(days=20), FIRST + dt.timedelta(days=60)),
    event_types=st.none() | st.frozensets(st.sampled_from(sorted(set(EVENTS["event_type"])))),
    modalities=st.none() | st.frozensets(st.sampled_from(["actual", "planned", "denied"])),
    where_precs=st.none() | st.frozensets(st.integers(1, 7)),
    countries=st.none() | st.just(frozenset({"AFG"})),
    bbox=st.none() | st.just((60.0, 30.0, 70.0, 36.0)),
    text=st.sampled_from(["", "kabul", "column", "nothing like it", "{{"]),
    undated=st.booleans(),
)


@given(filters)
def test_a_selection_keeps_what_the_filters_keep(chosen: Filters) -> None:
    selected = selection(EVENTS, chosen)
    assert (selected.keep == mask(EVENTS, chosen).to_numpy()).all()


@given(filters)
def test_opening_a_facet_never_hides_an_event_and_shown_adds_up(chosen: Filters) -> None:
    selected = selection(EVENTS, chosen)
    told = shown(EVENTS, selected)
    assert told.total == len(EVENTS)
    assert told.shown == selected.keep.sum()
    assert all(number >= 0 for number in told.hidden_by.values())
    assert sum(told.hidden_by.values()) <= told.total - told.shown
    assert list(told.hidden_by.values()) == sorted(told.hidden_by.values(), reverse=True)
    for facet in selected.passes:
        assert (selected.without(facet) >= selected.keep).all()


def test_the_open_filter_restricts_nothing() -> None:
    selected = selection(EVENTS, Filters(modalities=None))
    assert selected.passes == {}
    assert selected.keep.all()


def test_country_level_events_and_links_are_told_apart() -> None:
    coarse, remote = at_country_level(EVENTS), is_remote(EVENTS)
    assert coarse.sum() == 12
    assert remote.sum() == 12
    assert not (coarse & remote).any()
    told = shown(EVENTS, selection(EVENTS, Filters(modalities=None)))
    assert (told.country_level, told.unplaced, told.undated) == (12, 12, 12)


def test_counts_are_sorted_and_leave_out_nulls() -> None:
    table = pd.DataFrame({"x": pd.Series(["b", "a", None, "b", "c"], dtype="str")})
    assert counts(table, "x").to_dict("list") == {"value": ["b", "a", "c"], "events": [2, 1, 1]}
    assert counts(EVENTS, "where_prec")["events"].sum() == EVENTS["where_prec"].notna().sum()


@pytest.mark.parametrize("step", ["day", "week", "month", "year", None])
def test_the_histogram_counts_each_dated_event_once(step: str | None) -> None:
    span = date_span(EVENTS)
    assert span is not None
    table = histogram(EVENTS, *span, step=step)
    assert table["events"].sum() == EVENTS["date_start"].notna().sum()
    assert (table["end"] > table["start"]).all()
    by_type = table.groupby("event_type")["events"].sum()
    wanted = EVENTS[EVENTS["date_start"].notna()].groupby("event_type").size()
    assert by_type.to_dict() == wanted.to_dict()


def test_weeks_begin_on_monday_and_months_on_the_first() -> None:
    span = date_span(EVENTS)
    assert span is not None
    assert set(histogram(EVENTS, *span, step="week")["start"].dt.day_of_week) == {0}
    assert set(histogram(EVENTS, *span, step="month")["start"].dt.day) == {1}


def test_the_histogram_of_part_of_the_span() -> None:
    start, end = FIRST, FIRST + dt.timedelta(days=6)
    table = histogram(EVENTS, start, end)
    inside = EVENTS["date_start"].between(pd.Timestamp(start), pd.Timestamp(end))
    assert table["events"].sum() == inside.sum()
    with pytest.raises(ValueError, match="swap them"):
        histogram(EVENTS, end, start)


def test_the_step_bounds_the_number_of_bars() -> None:
    assert step_for(dt.date(2021, 6, 1), dt.date(2021, 7, 30)) == "day"
    assert step_for(dt.date(2019, 1, 1), dt.date(2021, 12, 31)) == "week"
    assert step_for(dt.date(2010, 1, 1), dt.date(2021, 12, 31)) == "month"
    assert step_for(dt.date(1, 1, 1), dt.date(9999, 12, 31)) == "year"


def test_years_before_1678_and_after_2262_work() -> None:
    old = EVENTS.head(2).copy()
    old["date_start"] = old["date_end"] = np.array(["0042-03-01", "9998-03-01"], "datetime64[ms]")
    span = date_span(old)
    assert span == (dt.date(42, 3, 1), dt.date(9998, 3, 1))
    assert histogram(old, *span)["events"].sum() == 2


@given(
    st.lists(st.tuples(st.floats(-180, 180), st.floats(-85, 85)), min_size=1, max_size=60),
    st.integers(0, 12),
)
def test_cells_count_every_event_and_lie_among_them(points: list, zoom: int) -> None:
    table = pd.DataFrame(points, columns=["longitude", "latitude"])
    table["event_type"] = ["AID", "ASSAULT"] * (len(points) // 2) + ["AID"] * (len(points) % 2)
    grid = cells(table, WORLD, zoom)
    assert grid["events"].sum() == len(points)
    assert (grid["west"] - 1e-9 <= grid["longitude"]).all()
    assert (grid["longitude"] <= grid["east"] + 1e-9).all()
    assert (grid["south"] - 1e-9 <= grid["latitude"]).all()
    assert (grid["latitude"] <= grid["north"] + 1e-9).all()
    assert set(grid["event_type"]) <= {"AID", "ASSAULT"}
    assert grid["events"].is_monotonic_decreasing


def test_zooming_in_splits_cells_and_never_joins_them() -> None:
    sizes = [len(cells(EVENTS, WORLD, zoom)) for zoom in range(0, 15, 2)]
    assert sizes == sorted(sizes)
    assert sizes[0] < 5


def test_cells_of_a_view_have_only_its_events() -> None:
    box = (68.0, 36.0, 70.0, 38.0)
    assert cells(EVENTS, box, 6)["events"].sum() == in_view(EVENTS, box).sum()


def test_a_view_across_the_antimeridian() -> None:
    table = pd.DataFrame(
        {"longitude": [179.0, -179.0, 0.0], "latitude": [0.0] * 3, "event_type": "AID"}
    )
    assert in_view(table, (178.0, -1.0, -178.0, 1.0)).tolist() == [True, True, False]


def test_mercator_at_known_points() -> None:
    x, y = mercator([-180.0, 0.0, 180.0], [85.0511287798, 0.0, -85.0511287798])
    assert x.tolist() == pytest.approx([0, 0.5, 1])
    assert y.tolist() == pytest.approx([0, 0.5, 1], abs=1e-9)


def test_an_empty_table() -> None:
    none = empty()
    told = shown(none, selection(none, Filters()))
    assert (told.total, told.shown) == (0, 0)
    assert date_span(none) is None
    assert cells(none, WORLD, 5).empty
    assert counts(none, "event_type").empty
    assert histogram(none, FIRST, FIRST).empty


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
    groups = off_map(EVENTS)
    assert groups["key"].tolist() == ["AFG", UNPLACED]
    assert groups["events"].tolist() == [12, 12]
    assert groups["name"].tolist()[0] == "Afghanistan"
    assert ((off_map_key(EVENTS) == "") == drawn(EVENTS)).all()
    assert off_map(empty()).empty
