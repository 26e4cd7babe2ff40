"""What a map of any size is drawn from: unique places, and cells of the screen's grid.

A million events stand on far fewer places. `points` finds them once per table; after that a step
of the slider or a move of the map costs two passes over small integers (a few milliseconds at a
million rows), and what is sent depends on the screen alone. The grid is aligned to the world, so
cells do not jump when the map is moved, and data/static/dateline-counts.js, which counts the same
cells for the player and for steps of the slider, computes them in the same way.
"""

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.index import Bools, Floats, Index, chunks
from geo.rows import part, wkb
from geo.schema import EVENT_TYPES, QUAD_CLASS

Bbox = tuple[float, float, float, float]

KINDS: Final = ("point", "near", "area", "border", "link")
"""How an event is drawn; `Points.kind` holds positions in it."""

QUADS: Final = tuple(dict.fromkeys(QUAD_CLASS.values()))
"""The four quad classes in the order of all counts by class."""

CELL_PX: Final = 44
"""Side of a cell in pixels: the largest symbol of a cell fits in it."""

HEAT_PX: Final = 18
"""Side of a cell of the heat layer in pixels."""

_TILE_PX: Final = 256
_MAX_LATITUDE: Final = 85.05112877980659  # where web mercator's square ends
_POINT: Final = 0  # shapely's type numbers
_LINES: Final = (1, 5)


@dataclass(frozen=True, slots=True)
class View:
    """What the map shows.

    Attributes
    ----------
    bbox
        (west, south, east, north), degrees, EPSG:4326. Not wrapped: a map moved around the world
        has longitudes beyond 180, and west is always below east.
    zoom
        Web map zoom level.
    """

    bbox: Bbox
    zoom: float


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Where the events of a table are drawn, row for row; made by `points`.

    Attributes
    ----------
    place
        int32, a value a row: position in the arrays of places, -1 for what is not on the map.
    kind
        int8, a value a row: position in `KINDS`, -1 for what is not on the map.
    slot
        int32, a value a row: four times the place and the position in `QUADS`; what is not on the
        map has the four after the last place's. It is where `tally` counts the row.
    longitude, latitude
        float64, a value a place: label point, degrees, EPSG:4326.
    x, y
        float64, a value a place: the same in web mercator, as fractions of the world's square.
    row
        int32, a value a place: the first row that stands on it.
    """

    place: npt.NDArray[np.int32]
    kind: npt.NDArray[np.int8]
    slot: npt.NDArray[np.int32]
    longitude: Floats
    latitude: Floats
    x: Floats
    y: Floats
    row: npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Events gathered by cell of the screen, fullest first.

    Attributes
    ----------
    x, y
        float64: mean position of the cell's events in pixels of the world at the view's zoom,
        on the copy of the world that the view shows; moved so that the symbol is in its cell.
    events
        int64: how many.
    quads
        int64, a column for each of `QUADS`: how many of each class.
    only
        int32: the place on which all events of the cell stand, or -1 if there are several.
    """

    x: Floats
    y: Floats
    events: npt.NDArray[np.int64]
    quads: npt.NDArray[np.int64]
    only: npt.NDArray[np.int32]


def points(index: Index) -> Points:
    """Find the unique places of a table, once for all visitors.

    Parameters
    ----------
    index
        Of an events table.

    Returns
    -------
    Points
        Events at one point share a place; a line or an area is a place of its own, even where two
        have the same label point. Points are told apart from five decimals of a degree on (1 m).
    """
    rows = np.flatnonzero(index.drawn)
    kind = np.full(index.rows, -1, dtype=np.int8)
    kind[rows] = kinds(index, rows)
    longitude, latitude = index.longitude[rows], index.latitude[rows]
    known = np.isfinite(longitude) & np.isfinite(latitude)
    rows, longitude, latitude = rows[known], longitude[known], latitude[known]
    key = np.round((latitude + 90) * 1e5).astype(np.int64) * 36_000_001
    key += np.round((longitude + 180) * 1e5).astype(np.int64)
    shaped = np.flatnonzero(kind[rows] > KINDS.index("near"))
    if len(shaped):
        # Shapes come after all points: the number of the shape's bytes, above the largest key.
        shapes = pd.factorize(wkb(index.events, rows[shaped]))[0]
        key[shaped] = 36_000_001 * 18_000_001 + shapes
    _, first, place = np.unique(key, return_index=True, return_inverse=True)
    places = np.full(index.rows, -1, dtype=np.int32)
    places[rows] = place
    of_type = np.array([QUADS.index(QUAD_CLASS[name]) for name in EVENT_TYPES], dtype=np.int8)
    # To those five decimals, with which they are sent: the browser must count in the same cells.
    longitude, latitude = np.round(longitude[first], 5), np.round(latitude[first], 5)
    x, y = mercator(longitude, latitude)
    slot = np.where(places < 0, len(first), places).astype(np.int32)
    slot *= len(QUADS)
    slot += of_type[index.event_type]
    return Points(
        place=places,
        kind=kind,
        slot=slot,
        longitude=longitude,
        latitude=latitude,
        x=x,
        y=y,
        row=rows[first].astype(np.int32),
    )


def kinds(index: Index, rows: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.int8]:
    """Say how events are drawn, as positions in `KINDS`.

    Parameters
    ----------
    index
        Of an events table.
    rows
        Positions of rows that are drawn.
    """
    types = index.geometry_type[rows]
    found = np.full(len(rows), KINDS.index("area"), dtype=np.int8)
    point = types == _POINT
    found[point] = np.where(
        index.where_prec[rows[point]] == 1, KINDS.index("point"), KINDS.index("near")
    )
    line = np.flatnonzero(np.isin(types, _LINES))
    if len(line):
        relation = part(index.events, rows[line], ["relation"])["relation"]
        remote = relation.str.startswith("remote", na=False).to_numpy(dtype=bool)
        found[line] = np.where(remote, KINDS.index("link"), KINDS.index("border"))
    return found


def in_view(located: Points, view: View, *, pad: float = 0.0) -> tuple[Bools, Floats]:
    """Say which places a view shows.

    Parameters
    ----------
    located
        Of a table.
    view
        What the map shows.
    pad
        How much wider than the view on each side, as a share of it.

    Returns
    -------
    (mask, x)
        Bool, a value a place; and the places' x moved by whole worlds into the view's copy.
    """
    west, south, east, north = view.bbox
    (left, right), (bottom, top) = mercator([west, east], [south, north])
    wide, tall = (right - left) * pad, (bottom - top) * pad
    left, right, top, bottom = left - wide, right + wide, top - tall, bottom + tall
    x = located.x - np.floor(located.x - left)
    return (x <= right) & (located.y >= top) & (located.y <= bottom), x


def on_point(located: Points, rows: npt.NDArray[np.integer[Any]], bbox: Bbox) -> Bools:
    """Say which rows are points in a box: those of a stack that was clicked.

    Parameters
    ----------
    located
        Of a table.
    rows
        Of it.
    bbox
        (west, south, east, north), degrees, EPSG:4326.

    Returns
    -------
    ndarray
        Bool, a value for each of `rows`. A line or an area is not on the point that labels it.
    """
    west, south, east, north = bbox
    here = (located.longitude >= west) & (located.longitude <= east)
    here &= (located.latitude >= south) & (located.latitude <= north)
    kind = located.kind[rows]
    # What is not on the map has place -1, which is the value added at the end.
    found: Bools = np.append(here, False)[located.place[rows]] & (kind <= KINDS.index("near"))
    return found


def tally(located: Points, rows: Bools | npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.int64]:
    """Count rows by place: all that a map needs of them, however many they are.

    Parameters
    ----------
    located
        Of the table.
    rows
        Which to count: bool, a value a row, or positions. Those not on the map are left out.

    Returns
    -------
    ndarray
        int64, a row a place and a column for each of `QUADS`.
    """
    size = len(located.x) * len(QUADS)
    counted = np.zeros(size + len(QUADS), dtype=np.int64)
    if rows.dtype != bool:
        counted += np.bincount(located.slot[rows], minlength=len(counted))
    else:
        # In parts of four times as much: adding up the places of each has its price too.
        for part in chunks(len(rows), 4):
            counted += np.bincount(located.slot[part][rows[part]], minlength=len(counted))
    return counted[:size].reshape(-1, len(QUADS))


def gather(
    located: Points,
    tallied: npt.NDArray[np.int64],
    view: View,
    *,
    pad: float = 0.0,
    cell_px: float = CELL_PX,
) -> Cells:
    """Count events by cell of the screen.

    Parameters
    ----------
    located
        Of the table.
    tallied
        The events to count, from `tally`; those out of view are left out.
    view
        What the map shows.
    pad
        How much wider than the view on each side, as a share of it.
    cell_px
        Side of a cell in pixels.

    Returns
    -------
    Cells
        Their ``events`` add up to the chosen rows in view.
    """
    inside, x = in_view(located, view, pad=pad)
    scale = _TILE_PX * 2.0**view.zoom
    number = tallied.sum(axis=1)
    shown = np.flatnonzero(inside & (number > 0))
    x, y, number = x[shown], located.y[shown], number[shown]
    grid = np.floor(y * (scale / cell_px)).astype(np.int64) * 2**31
    grid += np.floor(x * (scale / cell_px)).astype(np.int64)
    cell, ids = pd.factorize(grid)
    n = len(ids)
    counted = [np.bincount(cell, tallied[shown, quad], n) for quad in range(len(QUADS))]
    quads = np.column_stack(counted).astype(np.int64)
    events = quads.sum(axis=1)
    mean_x = np.bincount(cell, number * x, n) / events
    mean_y = np.bincount(cell, number * y, n) / events
    only = np.full(n, -1, dtype=np.int32)
    only[cell] = shown
    only[np.bincount(cell, minlength=n) != 1] = -1
    order = np.argsort(-events, kind="stable")
    radius = symbol_radius(events[order], cell_px)
    return Cells(
        x=_within(mean_x[order] * scale, radius, cell_px),
        y=_within(mean_y[order] * scale, radius, cell_px),
        events=events[order],
        quads=quads[order],
        only=only[order],
    )


def symbol_radius(events: npt.ArrayLike, cell_px: float = CELL_PX) -> Floats:
    """Return the radius in pixels of the symbol of a number of events, less than half a cell."""
    radius = 8 + 2 * np.log2(np.maximum(np.asarray(events, dtype=np.float64), 1))
    smaller: Floats = np.minimum(radius, cell_px / 2 - 2)
    return smaller


def _within(position: Floats, radius: Floats, cell_px: float) -> Floats:
    """Move symbols into their cells, so that none covers the number of its neighbour."""
    low = np.floor(position / cell_px) * cell_px
    moved: Floats = np.clip(position, low + radius, low + cell_px - radius)
    return moved


def mercator(longitude: npt.ArrayLike, latitude: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Project to web mercator as fractions of the world's square.

    Parameters
    ----------
    longitude, latitude
        Degrees, EPSG:4326; latitudes beyond 85.05 degrees are clipped.

    Returns
    -------
    (x, y)
        0 to 1, x from the antimeridian eastwards, y from the north southwards (EPSG:3857's
        square as map tiles divide it).
    """
    x = (np.asarray(longitude, dtype=np.float64) + 180.0) / 360.0
    clipped = np.clip(np.asarray(latitude, dtype=np.float64), -_MAX_LATITUDE, _MAX_LATITUDE)
    sine = np.sin(np.radians(clipped))
    return x, 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)


def view_of(bbox: Bbox, size: tuple[float, float] = (860.0, 488.0)) -> View:
    """Guess what the map shows before the browser has told: `bbox` fitted into `size` pixels.

    Parameters
    ----------
    bbox
        (west, south, east, north), degrees, EPSG:4326.
    size
        Width and height of the map in pixels.

    Returns
    -------
    View
        Centred on the box, with its zoom a multiple of a half, as the map itself would choose it.
    """
    west, south, east, north = bbox
    (left, right), (bottom, top) = mercator([west, east], [south, north])
    share = max((right - left) / size[0], (bottom - top) / size[1], 1e-9)
    zoom = min(max(math.floor(2 * math.log2(1 / (share * _TILE_PX))) / 2, 2.0), 9.0)
    half = np.array(size) / (2 * _TILE_PX * 2.0**zoom)
    middle = np.array([(left + right) / 2, (top + bottom) / 2])
    (left, top), (right, bottom) = middle - half, middle + half
    return View((_degrees(left), _latitude(bottom), _degrees(right), _latitude(top)), zoom)


def _degrees(x: float) -> float:
    return x * 360.0 - 180.0


def _latitude(y: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * min(max(y, 0.0), 1.0)))))
