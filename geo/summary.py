"""Aggregation for the screen: a table's period, where most of it is, what is not on the map."""

from datetime import date
from typing import Any, Final, Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.filters import event_days
from geo.index import Index
from geo.rows import part

Bools = npt.NDArray[np.bool_]
Bbox = tuple[float, float, float, float]
Step = Literal["day", "week", "month", "year"]

COUNTRY_LEVEL: Final = 6
"""UCDP where_prec of an event known only by its country."""

UNPLACED: Final = "none"
"""Key of the events for which no place was found, in `off_map`."""


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
