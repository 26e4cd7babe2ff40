"""geo.player and geo.cells: arrays that say what the table says, cells that add up."""

import datetime as dt
import json
from dataclasses import replace

import numpy as np
import pytest
import shapely
import shapely.affinity
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_events import FIRST, sample

from geo.cells import (
    CELL_PX,
    KINDS,
    View,
    gather,
    in_view,
    mercator,
    points,
    symbol_radius,
    tally,
    view_of,
)
from geo.drawing import in_order, over_time
from geo.drawing import row_key as key
from geo.facets import selection
from geo.filters import Filters
from geo.frame import from_records
from geo.index import UNDATED, Index
from geo.player import pack

EVENTS, _ = sample()
INDEX = Index(EVENTS)
POINTS = points(INDEX)
DTYPES = {"f8": "<f8", "u4": "<u4", "u2": "<u2", "i4": "<i4", "u1": "<u1"}


def _unpacked(data: bytes) -> tuple[dict, dict[str, np.ndarray]]:
    length = int.from_bytes(data[:4], "little")
    header = json.loads(data[4 : 4 + length])
    at, arrays = 4 + length, {}
    for name, kind, n in header["arrays"]:
        assert at % 8 == 0
        arrays[name] = np.frombuffer(data, DTYPES[kind], n, at)
        at += -(-arrays[name].nbytes // 8) * 8
    assert at == len(data)
    return header, arrays


def test_every_event_on_the_map_is_in_the_arrays() -> None:
    chosen = np.arange(len(EVENTS)) % 5 != 0
    header, arrays = _unpacked(pack(INDEX, POINTS, chosen))
    rows = np.flatnonzero(chosen & (POINTS.place >= 0))
    assert len(arrays["place"]) == len(arrays["look"]) == len(rows)
    one_day, several = int(arrays["offset"][-1]), len(arrays["long_first"])
    assert len(rows) - one_day - several == (INDEX.first[rows] == UNDATED).sum()
    for day in np.unique(INDEX.first[rows]):
        if day == UNDATED:
            continue
        k = int(day) - header["first"]
        low, high = arrays["offset"][k], arrays["offset"][k + 1]
        here = rows[(INDEX.first[rows] == day) & (INDEX.last[rows] == day)]
        assert sorted(arrays["look"][low:high] & 15) == sorted(INDEX.event_type[here])
        place = arrays["place"][low:high]
        assert sorted(arrays["x"][place]) == sorted(POINTS.x[POINTS.place[here]])
    shaped = (arrays["look"] & 128) > 0
    assert {int(place) for place in header["shapes"]} == set(arrays["place"][shaped].tolist())
    assert shaped.sum() == (POINTS.kind[rows] > KINDS.index("near")).sum()


def test_events_of_several_days_and_without_one_come_last() -> None:
    records = [
        {"event_id": f"e{i}", "event_type": "AID", "modality": "actual", "relation": "at"}
        | {"geometry": shapely.Point(i, i), "longitude": i, "latitude": i, "where_prec": 1}
        | {"date_start": start, "date_end": end}
        for i, (start, end) in enumerate(
            [
                (dt.date(2021, 7, 3), dt.date(2021, 7, 3)),
                (None, None),
                (dt.date(2021, 7, 1), dt.date(2021, 7, 4)),
                (dt.date(2021, 7, 1), dt.date(2021, 7, 1)),
            ]
        )
    ]
    index = Index(from_records(records))
    header, arrays = _unpacked(pack(index, points(index), np.ones(4, dtype=bool)))
    first = (dt.date(2021, 7, 1) - dt.date(1970, 1, 1)).days
    assert header["first"] == first
    assert arrays["offset"].tolist() == [0, 1, 1, 2]
    assert (arrays["long_first"].tolist(), arrays["long_last"].tolist()) == ([first], [first + 3])
    x = arrays["x"][arrays["place"]] * 360 - 180
    order = index.events["longitude"].to_numpy()[in_order(index, np.arange(4))]
    np.testing.assert_allclose(x, order, atol=1e-9)


def test_a_shape_whose_events_differ_in_precision_says_so() -> None:
    box = shapely.box(60, 30, 62, 32)
    records = [
        {"event_id": f"e{i}", "event_type": "AID", "modality": "actual", "relation": "at"}
        | {"geometry": shapely.affinity.translate(box, 5 * (i // 2)), "where_prec": precision}
        for i, precision in enumerate([4, 5, 4, 4])
    ]
    index = Index(from_records(records))
    header, _ = _unpacked(pack(index, points(index), np.ones(4, dtype=bool)))
    assert sorted(shape[4] for shape in header["shapes"].values()) == [0, 1]


def test_what_follows_time_leaves_out_the_undated_only_if_they_are_not_shown() -> None:
    undated = INDEX.first == UNDATED
    assert undated.any()
    day = FIRST + dt.timedelta(days=9)
    narrow = Filters(date_from=day, date_to=day, modalities=None)
    assert over_time(INDEX, selection(INDEX, narrow)).all()
    without = replace(narrow, undated=False)
    assert (over_time(INDEX, selection(INDEX, without)) == ~undated).all()
    typed = selection(INDEX, replace(without, event_types=frozenset({"ASSAULT"})))
    expected = EVENTS["event_type"].eq("ASSAULT").to_numpy() & ~undated
    assert (over_time(INDEX, typed) == expected).all()


def test_an_empty_selection_is_packed() -> None:
    header, arrays = _unpacked(pack(INDEX, POINTS, np.zeros(len(EVENTS), dtype=bool)))
    assert len(arrays["place"]) == 0
    assert header["shapes"] == {}


def test_the_key_changes_with_the_selection() -> None:
    chosen = np.ones(len(EVENTS), dtype=bool)
    other = chosen.copy()
    other[7] = False
    assert key(chosen) == key(chosen.copy()) != key(other)


def test_places_are_unique_and_shapes_are_places_of_their_own() -> None:
    drawn = np.flatnonzero(INDEX.drawn)
    assert (POINTS.place[drawn] >= 0).all()
    assert (POINTS.place[~INDEX.drawn] == -1).all()
    np.testing.assert_allclose(
        POINTS.longitude[POINTS.place[drawn]], INDEX.longitude[drawn], atol=1e-5
    )
    for place in range(len(POINTS.x)):
        assert len(np.unique(INDEX.geometry_type[POINTS.place == place])) == 1


@settings(max_examples=40, deadline=None)
@given(
    st.floats(-200, 150), st.floats(-70, 50), st.floats(2, 60), st.floats(2, 12), st.integers(1, 7)
)
def test_cells_add_up_to_what_is_in_view(
    west: float, south: float, wide: float, zoom: float, every: int
) -> None:
    view = View((west, south, west + wide, min(south + wide / 2, 80)), zoom)
    rows = np.flatnonzero(np.arange(len(EVENTS)) % every == 0)
    found = gather(POINTS, tally(POINTS, rows), view)
    inside, _ = in_view(POINTS, view)
    placed = rows[POINTS.place[rows] >= 0]
    assert found.events.sum() == inside[POINTS.place[placed]].sum()
    assert (found.quads.sum(axis=1) == found.events).all()
    cells = np.floor(np.column_stack([found.x, found.y]) / CELL_PX)
    assert len(np.unique(cells, axis=0)) == len(cells), "a symbol left its cell"
    for x, y, place in zip(found.x, found.y, found.only, strict=True):
        if place >= 0:
            scale = 256 * 2**zoom
            assert abs((x / scale - POINTS.x[place] + 0.5) % 1 - 0.5) * scale < CELL_PX
            assert abs(y - POINTS.y[place] * scale) < CELL_PX


def test_a_view_beyond_the_antimeridian_shows_the_other_side() -> None:
    inside, x = in_view(POINTS, View((420.0, 20.0, 440.0, 45.0), 5))  # 60 to 80 degrees east
    assert inside.any()
    assert (x[inside] > 1).all()


def test_symbols_are_smaller_than_half_a_cell() -> None:
    assert symbol_radius([1, 10**6]).max() < CELL_PX / 2


def test_the_guessed_view_holds_the_box() -> None:
    west, south, east, north = view_of((60.0, 30.0, 74.0, 40.0)).bbox
    assert (west, south) <= (60, 30)
    assert (east, north) >= (74, 40)
    assert south <= 30
    assert north >= 40


@pytest.mark.parametrize(
    ("lon", "lat", "x", "y"), [(0, 0, 0.5, 0.5), (180, 85.05112878, 1, 0), (-180, -89, 0, 1)]
)
def test_mercator(lon: float, lat: float, x: float, y: float) -> None:
    found = mercator(lon, lat)
    assert found[0] == pytest.approx(x)
    assert found[1] == pytest.approx(y, abs=1e-9)
