"""Aggregation for the screen: who passes which filter, counts, histogram by day, cells by zoom.

Pure functions on the events table and arrays; the cost of each is linear in the rows and none
copies the table, so that a rerun of the dashboard stays short for any table that fits in memory.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.filters import Filters, event_days, mask
from geo.index import Index
from geo.rows import part

Bools = npt.NDArray[np.bool_]
Bbox = tuple[float, float, float, float]
Step = Literal["day", "week", "month", "year"]

FACETS: Final[Mapping[str, tuple[str, ...]]] = {
    "dates": ("date_from", "date_to", "undated"),
    "event_type": ("event_types",),
    "modality": ("modalities",),
    "where_prec": ("where_precs",),
    "country": ("countries",),
    "area": ("bbox",),
    "text": ("text",),
}
"""Facet name -> the fields of `Filters` that it is made of."""

COUNTRY_LEVEL: Final = 6
"""UCDP where_prec of an event known only by its country."""

UNPLACED: Final = "none"
"""Key of the events for which no place was found, in `off_map`."""

_OPEN: Final = Filters(modalities=None)
_TILE_PX: Final = 256
_MAX_LATITUDE: Final = 85.0511287798  # of web mercator: the world is a square


@dataclass(frozen=True, slots=True)
class Selection:
    """Which events pass each facet of a `Filters` value.

    Attributes
    ----------
    passes
        Facet name -> bool array over the table's rows; only facets that restrict something.
    keep
        Bool array: the events that pass all of them.
    """

    passes: Mapping[str, Bools]
    keep: Bools

    def without(self, facet: str) -> Bools:
        """Return what would be kept if `facet` were open: the base of that facet's counts."""
        return _all(self.passes, len(self.keep), leave_out=facet)


@dataclass(frozen=True, slots=True)
class Shown:
    """What is on the screen and what is not, in numbers of events.

    Attributes
    ----------
    total
        Rows of the table.
    shown
        Those that pass the filters.
    hidden_by
        Facet name -> how many more would be shown if that facet alone were opened, largest first;
        an event hidden by two facets is in neither figure.
    undated, unplaced, country_level
        Of those shown: without any date; without a geometry; known by country only and so in the
        tray, not on the map. The last two do not overlap.
    """

    total: int
    shown: int
    hidden_by: Mapping[str, int]
    undated: int
    unplaced: int
    country_level: int


def selection(events: gpd.GeoDataFrame, filters: Filters) -> Selection:
    """Apply each facet of `filters` by itself.

    Parameters
    ----------
    events
        An events table.
    filters
        What to keep.

    Returns
    -------
    Selection
        ``keep`` equals ``geo.filters.mask(events, filters)``.

    Raises
    ------
    ValueError
        As `geo.filters.mask`.
    """
    passes: dict[str, Bools] = {}
    for facet, fields in FACETS.items():
        wanted = {name: getattr(filters, name) for name in fields}
        if any(value != getattr(_OPEN, name) for name, value in wanted.items()):
            passes[facet] = mask(events, replace(_OPEN, **wanted)).to_numpy(dtype=bool)
    return Selection(passes, _all(passes, len(events)))


def shown(events: gpd.GeoDataFrame, selected: Selection) -> Shown:
    """Count what a selection shows and hides.

    Parameters
    ----------
    events
        The whole events table.
    selected
        Its `selection`.

    Returns
    -------
    Shown
        See there.
    """
    kept = int(selected.keep.sum())
    hidden = {facet: int(selected.without(facet).sum()) - kept for facet in selected.passes}
    country_level = at_country_level(events)
    return Shown(
        total=len(events),
        shown=kept,
        hidden_by=dict(sorted(hidden.items(), key=lambda item: -item[1])),
        undated=int((selected.keep & event_days(events)["first"].isna().to_numpy()).sum()),
        unplaced=int((selected.keep & events.geometry.isna().to_numpy() & ~country_level).sum()),
        country_level=int((selected.keep & country_level).sum()),
    )


def at_country_level(events: gpd.GeoDataFrame) -> Bools:
    """Say which events are known only by their country, and so have no place on the map.

    A link between two capitals (a phone call, ``relation`` "remote") is drawn as a line and is
    not meant.

    Parameters
    ----------
    events
        An events table.

    Returns
    -------
    ndarray
        Bool, a value a row.
    """
    coarse: Bools = events["where_prec"].eq(COUNTRY_LEVEL).fillna(value=False).to_numpy(dtype=bool)
    # Only those can be links, and text is slow: of a large table few rows are looked at twice.
    coarse[coarse] = ~is_remote(events[coarse])
    return coarse


def is_remote(events: gpd.GeoDataFrame) -> Bools:
    """Say which events are links between two places, such as calls: a line, not a border.

    Parameters
    ----------
    events
        An events table.

    Returns
    -------
    ndarray
        Bool, a value a row.
    """
    remote: Bools = events["relation"].str.startswith("remote", na=False).to_numpy(dtype=bool)
    lines: Bools = events.geom_type.isin(["LineString", "MultiLineString"]).to_numpy(dtype=bool)
    return remote & lines


def counts(events: pd.DataFrame, column: str) -> pd.DataFrame:
    """Count the events by the values of a column.

    Parameters
    ----------
    events
        An events table, or some of its rows and columns.
    column
        Name of a column of text or codes.

    Returns
    -------
    DataFrame
        Columns ``value`` and ``events``, most frequent first, ties by value; nulls left out.
    """
    found = events[column].dropna().value_counts(sort=False)
    table = pd.DataFrame({"value": found.index, "events": found.to_numpy(dtype=np.int64)})
    return table.sort_values(["events", "value"], ascending=[False, True], ignore_index=True)


def date_span(events: gpd.GeoDataFrame) -> tuple[date, date] | None:
    """Return the first and the last day of any event, or None if none is dated.

    Parameters
    ----------
    events
        An events table.

    Returns
    -------
    (date, date) or None
        Both ends included.
    """
    days = event_days(events).dropna()
    if days.empty:
        return None
    first, last = (
        days["first"].to_numpy("datetime64[D]").min(),
        days["last"].to_numpy("datetime64[D]").max(),
    )
    return first.item(), last.item()


def core_span(
    events: pd.DataFrame, *, share: float = 0.7, gap: int = 14
) -> tuple[date, date] | None:
    """Find the days that a table is about, where a few events lie far before or after.

    News tells of old events beside the new: with "since 2001" in one text, a summer's events would
    be a hundredth of the slider. The core is the shortest span with `share` of the dated events,
    widened over every event that follows within `gap` days.

    Parameters
    ----------
    events
        Columns ``date_start`` and ``date_end``.
    share
        Of the dated events, 0 to 1.
    gap
        Days.

    Returns
    -------
    (date, date) or None
        Both ends included; None if that is not less than half of the whole span, or fewer than
        ten events are dated.
    """
    days = np.sort(event_days(events)["first"].dropna().to_numpy().astype("datetime64[D]"))
    if len(days) < 10:
        return None
    most = int(np.ceil(share * len(days)))
    width = days[most - 1 :] - days[: len(days) - most + 1]
    low = int(width.argmin())
    high = low + most - 1
    near = np.diff(days) <= np.timedelta64(gap, "D")
    while low > 0 and near[low - 1]:
        low -= 1
    while high < len(days) - 1 and near[high]:
        high += 1
    if days[high] - days[low] >= (days[-1] - days[0]) / 2:
        return None
    return days[low].item(), days[high].item()


def core_box(events: pd.DataFrame, *, share: float = 0.35) -> Bbox | None:
    """Find where most events are, for the first view of the map.

    Parameters
    ----------
    events
        Columns ``longitude`` and ``latitude``: label points, degrees, EPSG:4326.
    share
        Of the events that the fullest window of 16 by 12 degrees must hold, 0 to 1.

    Returns
    -------
    (west, south, east, north) or None
        Degrees: the extent of the events in that window, or of all if they are too scattered, a
        little widened; None without any point.
    """
    points = events[["longitude", "latitude"]].dropna().to_numpy(dtype=np.float64)
    if not len(points):
        return None
    wide, high, step = 4, 3, 4.0  # the window in grid cells, and the cell's side in degrees
    column, row = (
        np.clip(((points + np.array([180.0, 90.0])) / step).astype(int), 0, [[89, 44]])
    ).T
    tally = np.zeros((45 + high, 90 + wide))
    np.add.at(tally, (row, column), 1)
    total = np.pad(tally.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    window = (
        total[high:, wide:] - total[:-high, wide:] - total[high:, :-wide] + total[:-high, :-wide]
    )
    top, left = np.unravel_index(window.argmax(), window.shape)
    if window.max() >= share * len(points):
        inside = (column >= left) & (column < left + wide) & (row >= top) & (row < top + high)
        points = points[inside]
    west, south = np.maximum(points.min(axis=0) - 0.6, (-180, -85)).tolist()
    east, north = np.minimum(points.max(axis=0) + 0.6, (180, 85)).tolist()
    return west, south, east, north


def off_map(index: Index, positions: npt.NDArray[np.integer[Any]]) -> pd.DataFrame:
    """Group the events that have no place on the map.

    Parameters
    ----------
    index
        Of an events table.
    positions
        Of its rows that are shown.

    Returns
    -------
    DataFrame
        A row a group, the largest first and the unplaced last: ``key`` (ISO 3166-1 alpha-3 code,
        or `UNPLACED`), ``name`` (the country as most of its first 50 events call it), ``events``
        (int64).
    """
    coarse = positions[index.country_level[positions]]
    countries = index.codes("country")
    codes = countries.codes[coarse]
    unplaced = int(np.count_nonzero(index.unplaced[positions])) + int((codes < 0).sum())
    groups = []
    for code, number in enumerate(np.bincount(codes[codes >= 0]).tolist()):
        if number:
            some = part(index.events, coarse[codes == code][:50], ["location"])["location"]
            names = some.dropna().mode()
            key = countries.names[code]
            groups.append((key, str(names.iloc[0]) if len(names) else key, number))
    groups.sort(key=lambda group: (-group[2], group[0]))
    if unplaced:
        groups.append((UNPLACED, UNPLACED, unplaced))
    table = pd.DataFrame(groups, columns=["key", "name", "events"])
    return table.astype({"events": np.int64})


def off_map_key(events: gpd.GeoDataFrame) -> npt.NDArray[np.object_]:
    """Say for each event which group of `off_map` it is in: a country's code, `UNPLACED`, or ""."""
    coarse = at_country_level(events)
    keys = np.where(events.geometry.isna().to_numpy(), UNPLACED, "").astype(object)
    keys[coarse] = events.loc[coarse, "country"].fillna(UNPLACED).to_numpy(dtype=object)
    return keys


def step_for(date_from: date, date_to: date) -> Step:
    """Choose the histogram's step so that a screen's width holds its bars (at most about 200)."""
    days = (date_to - date_from).days + 1
    if days <= 200:
        return "day"
    if days <= 200 * 7:
        return "week"
    return "month" if days <= 200 * 31 else "year"


def histogram(
    events: gpd.GeoDataFrame,
    date_from: date,
    date_to: date,
    *,
    step: Step | None = None,
) -> pd.DataFrame:
    """Count events by time step and type; an event of several days counts once, on its first.

    Parameters
    ----------
    events
        An events table; the undated are left out.
    date_from, date_to
        Keep events whose first day is in this span, both ends included.
    step
        Width of a bar; None lets `step_for` choose. Weeks begin on Monday.

    Returns
    -------
    DataFrame
        Columns ``start`` and ``end`` (``datetime64[ms]``: first day of the step and of the next),
        ``event_type`` and ``events`` (int64), sorted; only steps with events.

    Raises
    ------
    ValueError
        If the span ends before it begins.
    """
    if date_from > date_to:
        raise ValueError(f"date_from {date_from} is after date_to {date_to}; swap them")
    step = step or step_for(date_from, date_to)
    first = event_days(events)["first"].to_numpy().astype("datetime64[D]")
    inside = (first >= np.datetime64(date_from, "D")) & (first <= np.datetime64(date_to, "D"))
    days = first[inside]
    if step == "week":  # 1970-01-05 was a Monday
        start = days - (days - np.datetime64("1970-01-05")).astype(np.int64) % 7
        end = start + np.timedelta64(7, "D")
    else:
        bucket = days.astype(f"datetime64[{_UNITS[step]}]")
        start = bucket.astype("datetime64[D]")
        end = (bucket + 1).astype("datetime64[D]")  # numpy adds one of the bucket's own unit
    table = pd.DataFrame(
        {
            "start": start.astype("datetime64[ms]"),
            "end": end.astype("datetime64[ms]"),
            "event_type": events["event_type"].to_numpy()[inside],
        }
    )
    return (
        table.groupby(["start", "end", "event_type"], as_index=False)
        .size()
        .rename(columns={"size": "events"})
    )


def mercator(
    longitude: npt.ArrayLike, latitude: npt.ArrayLike
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
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


def in_view(events: pd.DataFrame, bbox: Bbox) -> Bools:
    """Say which events have their label point in a box.

    Parameters
    ----------
    events
        Columns ``longitude`` and ``latitude``, degrees, EPSG:4326.
    bbox
        (west, south, east, north), degrees; west > east crosses the antimeridian.

    Returns
    -------
    ndarray
        Bool, a value a row.
    """
    west, south, east, north = bbox
    longitude = events["longitude"].to_numpy(dtype=np.float64)
    latitude = events["latitude"].to_numpy(dtype=np.float64)
    across = west > east
    inside = (
        (longitude >= west) | (longitude <= east)
        if across
        else (longitude >= west) & (longitude <= east)
    )
    return inside & (latitude >= south) & (latitude <= north)


def cells(
    events: pd.DataFrame,
    bbox: Bbox,
    zoom: float,
    *,
    cell_px: int = 40,
) -> pd.DataFrame:
    """Gather events into a grid of screen pixels, so that any number of them can be drawn.

    Parameters
    ----------
    events
        Columns ``longitude``, ``latitude`` (label points, degrees, EPSG:4326) and ``event_type``;
        rows without a point are left out.
    bbox
        (west, south, east, north) of the view, degrees; west > east crosses the antimeridian.
    zoom
        Zoom level of the web map (0: the world on 256 pixels).
    cell_px
        Side of a cell in pixels.

    Returns
    -------
    DataFrame
        A row a cell that has events, fullest first: ``longitude``, ``latitude`` (mean of its
        events), ``events`` (int64; their sum is the number in view), ``event_type`` (the most
        frequent), ``west``, ``south``, ``east``, ``north`` (extent of its events, degrees).
    """
    rows = events.loc[in_view(events, bbox), ["longitude", "latitude", "event_type"]]
    longitude = rows["longitude"].to_numpy(dtype=np.float64)
    latitude = rows["latitude"].to_numpy(dtype=np.float64)
    x, y = mercator(longitude, latitude)
    scale = _TILE_PX * 2.0**zoom / cell_px
    columns = int(scale) + 1
    ids = (y * scale).astype(np.int64) * columns + (x * scale).astype(np.int64)
    _, cell, number = np.unique(ids, return_inverse=True, return_counts=True)
    n = len(number)
    codes, types = pd.factorize(rows["event_type"], sort=True)
    share = np.bincount(cell * max(len(types), 1) + codes, minlength=n * max(len(types), 1))
    extent = {name: np.full(n, start) for name, start in _EXTENT_START.items()}
    np.minimum.at(extent["west"], cell, longitude)
    np.minimum.at(extent["south"], cell, latitude)
    np.maximum.at(extent["east"], cell, longitude)
    np.maximum.at(extent["north"], cell, latitude)
    table = pd.DataFrame(
        {
            "longitude": np.bincount(cell, longitude, n) / number,
            "latitude": np.bincount(cell, latitude, n) / number,
            "events": number.astype(np.int64),
            "event_type": (
                types.to_numpy()[share.reshape(n, -1).argmax(axis=1)] if n else np.array([], object)
            ),
            **extent,
        }
    )
    return table.sort_values("events", ascending=False, kind="stable", ignore_index=True)


_UNITS: Final = {"day": "D", "month": "M", "year": "Y"}
_EXTENT_START: Final = {"west": np.inf, "south": np.inf, "east": -np.inf, "north": -np.inf}


def _all(passes: Mapping[str, Bools], rows: int, *, leave_out: str | None = None) -> Bools:
    keep = np.ones(rows, dtype=bool)
    for facet, passed in passes.items():
        if facet != leave_out:
            keep &= passed
    return keep
