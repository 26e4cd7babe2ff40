"""geo.drawing: what is sent is bounded, complete and tells how sure a place is."""

import datetime as dt
import json

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_events import FIRST, sample

from geo.cells import KINDS, View, in_view, points
from geo.drawing import MAX_FEATURES, MAX_SINGLE, Screen, bars, coordinates, outline, payload
from geo.facets import Selection, selection
from geo.filters import Filters
from geo.frame import empty, from_records
from geo.index import Index

EVENTS, _ = sample()
INDEX = Index(EVENTS)
POINTS = points(INDEX)
ALL = Selection({}, np.ones(len(EVENTS), dtype=bool))
SPAN = (FIRST, FIRST + dt.timedelta(days=59))


def _many(n: int) -> Index:
    """Copies of the sample's points, spread over 12 degrees."""
    random = np.random.default_rng(3)
    some = EVENTS[
        EVENTS.geom_type.eq("Point").fillna(False) & EVENTS["where_prec"].lt(3).fillna(False)
    ]
    some = some.iloc[np.arange(n) % len(some)].reset_index(drop=True)
    some["longitude"] = random.normal(66, 4, n).round(5)
    some["latitude"] = random.normal(34, 3, n).round(5)
    some = some.set_geometry(shapely.points(some["longitude"], some["latitude"]), crs=some.crs)
    return Index(some)


def _events(sent: dict) -> int:
    return (
        len(sent["features"])
        + sum(sum(stack[2:6]) for stack in sent["stacks"])
        + sum(sum(cell[2:6]) for cell in sent["cells"])
    )


def test_the_browser_is_told_when_it_may_draw_by_itself_and_how_to_know_the_selected() -> None:
    row = int(np.flatnonzero(INDEX.drawn)[3])
    sent = payload(INDEX, POINTS, ALL, Screen(event=row))
    assert sent["ahead"]
    feature = next(f for f in sent["features"] if f[0] == EVENTS["event_id"].iloc[row])
    assert sent["mark"][:3] == feature[1:4]
    assert sent["mark"][5:] == [INDEX.first[row], INDEX.last[row]]
    others = np.arange(len(EVENTS)) != row
    hidden = Selection({"event_type": others}, others)
    assert payload(INDEX, POINTS, hidden, Screen(event=row))["mark"] is None
    for look in (Screen(heat=True), Screen(new=frozenset({"x"})), Screen(place=(0, 0, 1, 1))):
        assert not payload(INDEX, POINTS, ALL, look)["ahead"]


def test_all_events_with_a_place_are_drawn_and_no_other() -> None:
    sent = payload(INDEX, POINTS, ALL, Screen())
    assert _events(sent) == INDEX.drawn.sum()
    ids = {feature[0] for feature in sent["features"]}
    assert not ids & set(EVENTS.loc[~INDEX.drawn, "event_id"])


def test_kinds_tell_the_precision() -> None:
    rows = EVENTS.set_index("event_id")
    kinds = set()
    for event_id, _, _, kind, *_ in payload(INDEX, POINTS, ALL, Screen())["features"]:
        row, name = rows.loc[event_id], KINDS[kind]
        kinds.add(name)
        if name in {"border", "link"}:
            assert row["relation"] == ("border" if name == "border" else "remote")
        elif name == "area":
            assert row["where_prec"] == 4
        else:
            assert (name == "point") == (row["where_prec"] == 1)
    assert {"near", "area", "border", "link"} <= kinds


def test_what_repeats_is_sent_once() -> None:
    sent = payload(INDEX, POINTS, ALL, Screen())
    used = [f[8] for f in sent["features"] if KINDS[f[3]] in {"area", "border", "link"}]
    assert set(used) == set(range(len(sent["shapes"])))
    assert len(used) > len(sent["shapes"])
    for name, at in (("days", 4), ("places", 5)):
        assert len(set(sent[name])) == len(sent[name])
        assert all(0 <= f[at] < len(sent[name]) for f in sent["features"])


@pytest.mark.parametrize("heat", [False, True])
def test_what_is_sent_is_bounded(*, heat: bool) -> None:
    index = _many(20_000)
    located = points(index)
    everything = Selection({}, np.ones(index.rows, dtype=bool))
    for view in (None, View((60.0, 29.0, 75.0, 39.0), 6), View((65.9, 33.9, 66.1, 34.1), 12)):
        sent = payload(
            index, located, everything, Screen(view=view, heat=heat, scale=SPAN, dates=SPAN)
        )
        assert sent["follow"]
        drawn = sum(len(sent[name]) for name in ("features", "stacks", "cells", "heat"))
        assert 0 < drawn <= MAX_FEATURES
        assert len(json.dumps(sent)) < 200_000
        assert bool(sent["heat"]) == heat


def test_cells_and_single_events_are_all_that_is_in_view() -> None:
    index = _many(20_000)
    located = points(index)
    chosen = np.arange(index.rows) % 3 == 0
    view = View((62.0, 30.0, 70.0, 37.0), 7)
    sent = payload(index, located, Selection({}, chosen), Screen(view=view))
    inside, _ = in_view(located, view, pad=0.15)
    assert sent["cells"]
    assert _events(sent) == (chosen & inside[located.place]).sum()


def test_few_events_in_view_go_one_by_one() -> None:
    index = _many(20_000)
    view = View((65.95, 33.95, 66.05, 34.05), 13)
    sent = payload(
        index, points(index), Selection({}, np.ones(index.rows, dtype=bool)), Screen(view=view)
    )
    assert 0 < len(sent["features"]) <= MAX_SINGLE
    assert not sent["cells"]


def test_few_events_of_a_point_are_single_many_are_a_stack_that_spiders_out() -> None:
    sent = payload(INDEX, POINTS, ALL, Screen())
    assert sent["stacks"]
    longitude, latitude, *counts = sent["stacks"][0][:6]
    box = (longitude - 1e-5, latitude - 1e-5, longitude + 1e-5, latitude + 1e-5)
    spider = payload(INDEX, POINTS, ALL, Screen(place=box))["spider"]
    assert len(spider["features"]) == sum(counts)
    assert payload(INDEX, POINTS, ALL, Screen(place=(0, 0, 1, 1)))["spider"] is None


def test_the_selected_event_is_told_with_its_bounds() -> None:
    row = int(np.flatnonzero(INDEX.drawn)[0])
    sent = payload(INDEX, POINTS, ALL, Screen(event=row))
    assert sent["selected"] == EVENTS["event_id"].iloc[row]
    assert sent["focus"] == pytest.approx(list(EVENTS.geometry.iloc[row].bounds), abs=1e-5)
    hidden = int(np.flatnonzero(~INDEX.drawn)[0])
    assert payload(INDEX, POINTS, ALL, Screen(event=hidden))["focus"] is None


def test_new_events_are_marked() -> None:
    new = frozenset(EVENTS["event_id"].iloc[[20, 21]])
    sent = payload(INDEX, POINTS, ALL, Screen(new=new))
    marked = {f[0] for f in sent["features"] if f[7]}
    assert marked <= new


def test_bars_count_each_dated_event_once_whatever_the_step() -> None:
    first, last = (day.toordinal() - 719_163 for day in SPAN)
    dated = int((~INDEX.undated).sum())
    for step in ("day", "week", "month", "year"):
        rows = bars(INDEX, ALL.keep, first, last, step)  # type: ignore[arg-type]
        assert sum(sum(row[2:]) for row in rows) == dated
        assert all(first <= start < end <= last + 1 for start, end, *_ in rows)
        assert [row[0] for row in rows] == sorted({row[0] for row in rows})


def test_bars_are_sent_as_gaps_and_lengths() -> None:
    first, last = (day.toordinal() - 719_163 for day in SPAN)
    time = payload(INDEX, POINTS, ALL, Screen(dates=SPAN, scale=SPAN))["time"]
    end, read = 0, []
    for gap, days, *quads in time["bars"]:
        read.append([end + gap, end + gap + days, *quads])
        end += gap + days
    assert read == bars(INDEX, ALL.keep, first, last, time["step"])


def test_the_timeline_shows_what_the_dates_hide() -> None:
    chosen = selection(INDEX, Filters(date_from=SPAN[0], date_to=SPAN[0]))
    time = payload(INDEX, POINTS, chosen, Screen(dates=(SPAN[0], SPAN[0]), scale=SPAN))["time"]
    assert len(time["bars"]) > 20
    assert payload(INDEX, POINTS, chosen, Screen())["time"] is None


def test_an_empty_table_draws_nothing() -> None:
    index = Index(empty())
    sent = payload(index, points(index), Selection({}, np.ones(0, dtype=bool)), Screen())
    assert sent["features"] == sent["cells"] == sent["shapes"] == sent["stacks"] == []


def _read(packed: str | list) -> list:
    """What Dateline.outline does in the browser."""
    if not isinstance(packed, str):
        return [_read(part) for part in packed]
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    numbers, value, shift = [], 0, 0
    for digit in map(digits.index, packed):
        value |= (digit & 31) << shift
        shift += 5
        if digit < 32:
            numbers.append(-(value >> 1) - 1 if value & 1 else value >> 1)
            value, shift = 0, 0
    line = np.cumsum(np.array(numbers).reshape(-1, 2), axis=0) / 1000
    return line.tolist()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.floats(-200, 200), st.floats(-90, 90)), min_size=2, max_size=9),
        min_size=1,
        max_size=3,
    )
)
def test_outlines_say_what_the_coordinates_say(lines: list) -> None:
    shape = shapely.to_wkb(shapely.MultiLineString(lines))
    packed = outline(shape, 18)
    for written, line in zip(packed, coordinates(shape, 18), strict=True):
        np.testing.assert_allclose(_read(written), line, atol=1e-9)
    assert set("".join(packed)).isdisjoint("<>&`${}\\\"'%#")


def test_areas_keep_their_holes_in_outlines() -> None:
    ring = shapely.Point(66, 34).buffer(2).difference(shapely.Point(66, 34).buffer(1))
    both = shapely.to_wkb(shapely.MultiPolygon([ring, shapely.box(-70, -20, -69, -19)]))
    np.testing.assert_allclose(_read(outline(both, 9))[0][1], coordinates(both, 9)[0][1])
    assert _read(outline(both, 9))[1] == coordinates(both, 9)[1]
    assert len(json.dumps(outline(both, 9))) < 0.5 * len(json.dumps(coordinates(both, 9)))


def test_large_shapes_are_made_light() -> None:
    coast = shapely.Point(66, 34).buffer(3, quad_segs=20_000)
    light = coordinates(shapely.to_wkb(coast), 12)
    assert sum(len(ring) for polygon in light for ring in polygon) <= 400
    events = from_records(
        [
            {
                "event_id": "a",
                "event_type": "AID",
                "modality": "actual",
                "geometry": coast,
                "where_prec": 5,
            }
        ]
    )
    index = Index(events)
    sent = payload(index, points(index), Selection({}, np.ones(1, dtype=bool)), Screen())
    latitude, longitude = _read(sent["shapes"][0])[0][0][0]
    assert 30 < latitude < 38
    assert 62 < longitude < 70
