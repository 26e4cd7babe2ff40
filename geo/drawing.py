"""What is sent to the map for one view: bounded, whatever the table's size, and plain data.

Few events go one by one, with what their tooltips say; more are gathered by `geo.cells`. Texts,
days and shapes that repeat are sent once and pointed to. Nothing here knows folium or Streamlit;
`geo.maps.events_layer` makes the result inert.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geo.cells import (
    HEAT_PX,
    KINDS,
    QUADS,
    Points,
    View,
    gather,
    in_view,
    on_point,
    tally,
    view_of,
)
from geo.facets import Selection
from geo.index import UNDATED, Index
from geo.present import place, short_day
from geo.rows import part, records, wkb
from geo.schema import EVENT_TYPES, QUAD_CLASS
from geo.summary import Step, step_for

Rows = npt.NDArray[np.integer[Any]]

MAX_SINGLE: Final = 500
"""Up to this many events in view are drawn one by one; more cannot be told apart on a screen."""

MAX_FEATURES: Final = 2000
"""No message has more events, cells and heat cells together than this."""

MAX_SPREAD: Final = 12
"""Up to this many events of one point are spread around it; more are one symbol with a number."""

MAX_AHEAD: Final = 2_000_000
"""Of a table of up to this many rows the browser may draw steps of the slider by itself; it needs
some four bytes a row for that (`geo.player`)."""

MAX_SPIDER: Final = 60
"""A stack of up to this many events spiders out when it is clicked."""

TEXT_BUDGET: Final = 4_400
"""Characters of sentences in one message; few events have whole ones, many none."""

COLUMNS: Final = (
    *("event_id", "date_start", "date_end", "location", "where_text", "where_prec", "sentence"),
)
"""The columns that are read of the events drawn one by one."""

_PAD: Final = 0.15  # drawn around the view on each side, so that a small move needs no new data
_UNITS: Final = {"day": "D", "month": "M", "year": "Y"}
_EPOCH: Final = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Screen:
    """What the map is to look like, beside its events.

    Attributes
    ----------
    view
        What the browser shows; None before it has told, when `home` is taken.
    home
        (west, south, east, north) of the first view, degrees; None is the world.
    dark
        Whether the page is dark.
    event
        Row of the selected event.
    new
        event_ids to mark as new.
    dates, scale
        (first, last) day selected and the whole of the timeline; None without dates.
    place
        (west, south, east, north) around the point whose stack is spidered out.
    area
        Ring of (longitude, latitude) that filters, to be shown.
    fly
        Where a search leads: ``lon``, ``lat``, ``bbox``, ``name``, ``at`` (of which one is new).
    heat
        Whether to draw a heat layer instead of cells and symbols.
    caption
        What a picture of the map says, in plain words.
    """

    view: View | None = None
    home: tuple[float, float, float, float] | None = None
    dark: bool = False
    event: int | None = None
    new: frozenset[str] = frozenset()
    dates: tuple[date, date] | None = None
    scale: tuple[date, date] | None = None
    place: tuple[float, float, float, float] | None = None
    area: Sequence[tuple[float, float]] | None = None
    fly: Mapping[str, Any] | None = None
    heat: bool = False
    caption: str = ""


def payload(index: Index, located: Points, selected: Selection, screen: Screen) -> dict[str, Any]:
    """Return what the map draws, as data that `json.dumps` takes.

    Parameters
    ----------
    index, located
        Of the events table.
    selected
        Which of its rows are shown.
    screen
        View and look.

    Returns
    -------
    dict
        ``features`` (rows of id, type, modality, kind, day, place, text, new, and longitude and
        latitude, or shape and precision), ``stacks`` (several events on one point), ``cells``
        (rows of pixel x and y at ``zoom``, a number for each of `geo.cells.QUADS`, and the point if
        there is only one), ``heat``; ``days``, ``places``, ``texts`` and ``shapes``, to which
        features point; ``time``; ``follow``: whether the browser must tell when its view changes;
        ``ahead``: whether it may draw other days by itself (`geo.player`), and ``mark``: by what it
        knows the selected event among others (type, modality, kind, longitude, latitude, first and
        last day).
        Features, stacks, cells and heat are together at most `MAX_FEATURES`.
    """
    view = screen.view or view_of(screen.home or (-180.0, -60.0, 180.0, 78.0))
    tallied = index.counted("place", selected.keep, partial(tally, located))
    number = tallied.sum(axis=1)
    near = in_view(located, view, pad=_PAD)[0]
    follow = int(number.sum()) > MAX_SINGLE or screen.heat
    sent = _Sent(index, located, view.zoom, screen.new)
    heat: list[list[int]] = []
    cells: list[list[Any]] = []
    if screen.heat:
        heat = _heat(located, tallied, view)
        if screen.event is not None and selected.keep[screen.event]:
            at = located.place[screen.event]
            sent.add(np.array([screen.event] if at >= 0 and near[at] else [], dtype=np.intp))
    elif int(number[near].sum()) > MAX_SINGLE:
        cells, alone = _cells(located, tallied, view)
        sent.add(_rows_on(located, selected.keep, alone))
    else:
        sent.add(_rows_on(located, selected.keep, near if follow else number > 0))
    return {
        "dark": screen.dark,
        "selected": _text(index, screen.event),
        "focus": _focus(index, located, screen.event),
        "mark": _mark(index, located, selected, screen.event),
        "follow": follow or bool(sent.shapes),
        "ahead": index.rows <= MAX_AHEAD and not (screen.heat or screen.new or screen.place),
        "zoom": round(view.zoom, 3),
        **sent.data(),
        "cells": cells,
        "heat": heat,
        "spider": _spider(index, located, selected.keep, screen),
        "area": [[round(x, 5), round(y, 5)] for x, y in screen.area or ()],
        "fly": dict(screen.fly) if screen.fly else None,
        "caption": screen.caption,
        "time": _time(index, selected, screen),
    }


class _Sent:
    """Gathers events drawn one by one, and what several of them share."""

    def __init__(
        self, index: Index, located: Points, zoom: float, new: frozenset[str] = frozenset()
    ) -> None:
        self._index, self._located, self._zoom, self._new = index, located, zoom, new
        self._tables: dict[str, dict[Any, int]] = {"days": {}, "places": {}, "texts": {}}
        self._shapes: dict[int, int] = {}
        self._drawn: list[list[Any]] = []
        self._features: list[tuple[float, list[Any]]] = []
        self._stacks: list[list[Any]] = []

    def add(self, rows: Rows, *, most: int = MAX_SPREAD) -> None:
        """Take events over; those of a point with more than `most` become a stack."""
        located = self._located
        places, inverse, number = np.unique(
            located.place[rows], return_inverse=True, return_counts=True
        )
        point = located.kind[located.row[places]] <= KINDS.index("near")
        stacked = point & (number > most)
        for at in np.flatnonzero(stacked):
            self._stack(rows[inverse == at], int(places[at]))
        single = in_order(self._index, rows[~stacked[inverse]])
        shaped = single[located.kind[single] > KINDS.index("near")]
        outlines = dict(zip(shaped.tolist(), wkb(self._index.events, shaped), strict=True))
        budget = TEXT_BUDGET // max(len(single), 1)
        events = records(self._index.events, single, COLUMNS)
        for row, event in zip(single.tolist(), events, strict=True):
            self._feature(
                row, event, min(budget, 160) if budget >= 30 else 0, outlines.get(row, b"")
            )

    def _stack(self, rows: Rows, at: int) -> None:
        located, first = self._located, rows[:1]
        event = records(self._index.events, first, COLUMNS)[0]
        self._stacks.append(
            [
                round(float(located.longitude[at]), 5),
                round(float(located.latitude[at]), 5),
                *np.bincount(located.slot[rows] % len(QUADS), minlength=len(QUADS)).tolist(),
                self._number("places", _clip(place(event), 60)),
            ]
        )

    def _feature(self, row: int, event: Any, characters: int, shape: bytes) -> None:
        located, index = self._located, self._index
        at, kind = int(located.place[row]), int(located.kind[row])
        text = event["sentence"] if isinstance(event["sentence"], str) and characters else ""
        feature = [
            event["event_id"],
            int(index.event_type[row]),
            int(index.modality[row]),
            kind,
            self._number("days", short_day(event)),
            self._number("places", _clip(place(event), 60)),
            self._number("texts", _clip(text, characters)) if text else -1,
            int(event["event_id"] in self._new),
        ]
        if kind <= KINDS.index("near"):
            longitude, latitude = float(located.longitude[at]), float(located.latitude[at])
            self._features.append((0.0, [*feature, round(longitude, 5), round(latitude, 5)]))
            return
        if at not in self._shapes:
            self._shapes[at] = len(self._shapes)
            self._drawn.append(outline(shape, self._zoom))
        feature += [self._shapes[at], int(index.where_prec[row])]
        self._features.append((area(shape, kind), feature))

    def _number(self, table: str, value: str) -> int:
        return self._tables[table].setdefault(value, len(self._tables[table]))

    @property
    def shapes(self) -> int:
        """How many shapes there are; they are simplified for this view."""
        return len(self._drawn)

    def data(self) -> dict[str, list[Any]]:
        """Return what was gathered; the largest areas first, so that each can be clicked."""
        self._features.sort(key=lambda item: -item[0])
        return {
            "features": [feature for _, feature in self._features],
            "stacks": self._stacks,
            "shapes": self._drawn,
            **{name: list(table) for name, table in self._tables.items()},
        }


def _rows_on(located: Points, keep: npt.NDArray[np.bool_], places: npt.NDArray[np.bool_]) -> Rows:
    """Return the chosen rows that stand on some places."""
    if not places.any():
        return np.empty(0, dtype=np.intp)
    # What is not on the map has place -1, which is the value added at the end.
    return np.flatnonzero(np.append(places, False)[located.place] & keep)


def _cells(
    located: Points, tallied: npt.NDArray[np.int64], view: View
) -> tuple[list[list[Any]], npt.NDArray[np.bool_]]:
    """Return the cells of more than one event, and the places of events alone in theirs."""
    found = gather(located, tallied, view, pad=_PAD)
    alone = found.only[(found.events == 1)][:MAX_SINGLE]
    lone = np.zeros(len(located.x) + 1, dtype=bool)
    lone[alone] = True
    many = np.flatnonzero(~lone[found.only])[: MAX_FEATURES - len(alone)]
    cells = []
    for i in many.tolist():
        cell = [round(float(found.x[i])), round(float(found.y[i])), *found.quads[i].tolist()]
        if (at := int(found.only[i])) >= 0:
            cell += [round(float(located.longitude[at]), 5), round(float(located.latitude[at]), 5)]
        cells.append(cell)
    return cells, lone[:-1]


def _heat(located: Points, tallied: npt.NDArray[np.int64], view: View) -> list[list[int]]:
    found = gather(located, tallied, view, pad=_PAD, cell_px=HEAT_PX)
    table = np.column_stack([np.round(found.x), np.round(found.y), found.events])
    heat: list[list[int]] = table[: MAX_FEATURES - 1].astype(np.int64).tolist()
    return heat


def _spider(
    index: Index, located: Points, keep: npt.NDArray[np.bool_], screen: Screen
) -> dict[str, list[Any]] | None:
    """Return the events of the stack that was clicked, if they are not too many."""
    if screen.place is None:
        return None
    rows = np.flatnonzero(keep)
    rows = rows[on_point(located, rows, screen.place)]
    if not MAX_SPREAD < len(rows) <= MAX_SPIDER:
        return None
    sent = _Sent(index, located, 0, screen.new)
    sent.add(rows, most=MAX_SPIDER)
    return sent.data()


def _time(index: Index, selected: Selection, screen: Screen) -> dict[str, Any] | None:
    if screen.dates is None or screen.scale is None or screen.scale[0] >= screen.scale[1]:
        return None
    step = step_for(*screen.scale)
    first, last = map(day_number, screen.scale)
    chosen = selected.without("dates")
    # Moving the slider changes nothing in it, so it is counted once for each other filter.
    made: Any = index.remembered(
        ("bars", row_key(chosen), first, last),
        lambda: np.array(bars(index, chosen, first, last, step), dtype=object),
    )
    return {
        "scale": [first, last],
        "dates": [day_number(day) for day in screen.dates],
        "step": step,
        "bars": _short(made.tolist()),
    }


def bars(
    index: Index, chosen: npt.NDArray[np.bool_], first: int, last: int, step: Step
) -> list[list[int]]:
    """Count events by time step and quad class, for the timeline.

    Parameters
    ----------
    index
        Of an events table.
    chosen
        Bool, a value a row: which to count. An event of several days counts on its first.
    first, last
        Days since 1970-01-01, both included.
    step
        "day", "week" (from Monday), "month" or "year".

    Returns
    -------
    list
        A row a step that has events: first day, first day of the next step, and the number of
        events of each of `geo.cells.QUADS`.
    """
    inside = chosen & (index.first >= first) & (index.first <= last)
    quad = np.array([QUADS.index(QUAD_CLASS[name]) for name in EVENT_TYPES])
    key = (index.first[inside].astype(np.int64) - first) * 4 + quad[index.event_type[inside]]
    daily = np.bincount(key, minlength=(last - first + 1) * 4).reshape(-1, 4)
    days = np.arange(first, last + 1).astype("datetime64[D]")
    if step == "week":  # 1970-01-05 was a Monday
        start = days - (days - np.datetime64("1970-01-05")).astype(np.int64) % 7
    else:
        start = days.astype(f"datetime64[{_UNITS[step]}]").astype("datetime64[D]")
    at = np.flatnonzero(np.concatenate([[True], start[1:] != start[:-1]]))
    sums = np.add.reduceat(daily, at, axis=0)
    edges = np.append(days[at], days[-1] + 1).astype(np.int64)
    table = np.column_stack([edges[:-1], edges[1:], sums])
    found: list[list[int]] = table[sums.sum(axis=1) > 0].tolist()
    return found


def _short(rows: list[list[int]]) -> list[list[int]]:
    """Write the bars' days as the gap after the bar before and their number: mostly 0 and 7."""
    ends = [0, *(row[1] for row in rows)]
    return [[row[0] - end, row[1] - row[0], *row[2:]] for row, end in zip(rows, ends, strict=False)]


def over_time(index: Index, selected: Selection) -> npt.NDArray[np.bool_]:
    """Say which events are shown on one day or another: what the browser needs to follow time.

    Parameters
    ----------
    index
        Of an events table.
    selected
        Which of its rows are shown now.

    Returns
    -------
    ndarray
        Bool, a value a row. Undated events are among them if they are shown.
    """
    rows, dated = selected.without("dates"), selected.passes.get("dates")
    return rows if dated is None else rows & (dated | ~index.undated)


def row_key(rows: npt.NDArray[np.bool_]) -> str:
    """Name a selection of rows by what it holds.

    Parameters
    ----------
    rows
        Bool, a value a row of a table.
    """
    return hashlib.blake2b(np.packbits(rows).tobytes(), digest_size=9).hexdigest()


def day_number(day: date) -> int:
    """Return a day as days since 1970-01-01."""
    return day.toordinal() - _EPOCH


def coordinates(shape: bytes, zoom: float, most: int = 400) -> list[Any]:
    """Return a line or polygon as Leaflet's nested [latitude, longitude] lists, made light.

    Simplified (Douglas-Peucker) by a pixel of the next zoom level, then further until it has at
    most `most` vertices.

    Parameters
    ----------
    shape
        WKB, EPSG:4326.
    zoom
        Zoom level at which it is seen.
    most
        Vertices.
    """
    return _coordinates(shape, int(zoom), most)


def outline(shape: bytes, zoom: float, most: int = 400) -> Any:
    """Return what `coordinates` gives with each line as a text, a third as long.

    Each latitude and longitude in thousandths of a degree less that before it, as zigzag numbers
    in base 32, a digit above 31 meaning that more follow: Google's encoded polylines with an
    alphabet that needs no escape in JSON, script or template. `Dateline.outline` reads it.

    Parameters
    ----------
    shape, zoom, most
        As for `coordinates`.

    Returns
    -------
    list
        Of texts for lines, of lists of texts for areas.
    """
    return _outline(shape, int(zoom), most)


@lru_cache(maxsize=4096)
def _outline(shape: bytes, zoom: int, most: int) -> Any:
    return _packed(_coordinates(shape, zoom, most))


def _packed(part: list[Any]) -> Any:
    """Write each line of a nested list as text; see `outline`."""
    if not (part and isinstance(part[0][0], float)):
        return [_packed(inner) for inner in part]
    steps = np.diff(np.round(np.array(part) * 1000).astype(int), axis=0, prepend=[[0, 0]])
    found = []
    for step in steps.ravel().tolist():
        # Zigzag: small steps either way are small numbers, five bits a digit, the lowest first.
        rest = -2 * step - 1 if step < 0 else 2 * step
        while rest > 31:
            found.append(_DIGITS[32 + rest % 32])
            rest //= 32
        found.append(_DIGITS[rest])
    return "".join(found)


_DIGITS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def _coordinates(shape: bytes, zoom: int, most: int) -> list[Any]:
    geometry: BaseGeometry = shapely.from_wkb(shape)
    tolerance = 360 / (256 * 2.0 ** (zoom + 1))
    light = geometry.simplify(tolerance)
    while shapely.get_num_coordinates(light) > most and tolerance < 10:
        tolerance *= 2
        light = geometry.simplify(tolerance)
    parts = shapely.get_parts(light)
    if "Line" in light.geom_type:
        return [_ring(part) for part in parts]
    return [[_ring(part.exterior), *map(_ring, part.interiors)] for part in parts]


def _ring(line: BaseGeometry) -> Sequence[Any]:
    return np.round(shapely.get_coordinates(line)[:, ::-1], 3).tolist()  # type: ignore[no-any-return]


@lru_cache(maxsize=4096)
def area(shape: bytes, kind: int) -> float:
    """Return by what shapes are ordered, so that the smallest lies on top.

    Parameters
    ----------
    shape
        WKB, EPSG:4326.
    kind
        Position in `geo.cells.KINDS`.

    Returns
    -------
    float
        Of an area its square degrees; of a line next to nothing, so that lines lie on all areas.
    """
    return float(shapely.area(shapely.from_wkb(shape))) if kind == KINDS.index("area") else 1e-9


def in_order(index: Index, rows: Rows) -> Rows:
    """Put rows into the order in which they are drawn, here and in the browser (`geo.player`).

    Parameters
    ----------
    index
        Of an events table.
    rows
        Of it, ascending.

    Returns
    -------
    ndarray
        The same: first those of one day, by day; then those of several days, by their first; then
        the undated. Ties as they were.
    """
    first, last = index.first[rows], index.last[rows]
    group = np.where(first == UNDATED, 2, last > first)
    return rows[np.lexsort((first, group))]


def _focus(index: Index, located: Points, row: int | None) -> list[float] | None:
    if row is None or located.place[row] < 0:
        return None
    bounds = shapely.from_wkb(wkb(index.events, [row])[0]).bounds
    return [round(float(edge), 5) for edge in bounds]


def _mark(
    index: Index, located: Points, selected: Selection, row: int | None
) -> list[float | None] | None:
    if row is None or located.place[row] < 0 or not selected.without("dates")[row]:
        return None
    at = int(located.place[row])
    days = [index.first[row], index.last[row]]
    return [
        *(int(of[row]) for of in (index.event_type, index.modality, located.kind)),
        *(round(float(of[at]), 5) for of in (located.longitude, located.latitude)),
        *(None if day == UNDATED else int(day) for day in days),
    ]


def _text(index: Index, row: int | None) -> str | None:
    return None if row is None else str(part(index.events, [row], ["event_id"]).iloc[0, 0])


def _clip(text: str, most: int) -> str:
    words = " ".join(text.split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"
