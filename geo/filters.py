"""Which events to show: one frozen value, and pure selection by it."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.frame import clean_text

SEARCHED: Final = ("sentence", "title", "location", "actor1", "actor2")
"""The columns in which `Filters.text` is looked for."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What to keep; the default keeps every event that is told as having happened.

    Attributes
    ----------
    date_from, date_to
        Keep events whose days meet this span, both ends included; None is open.
    event_types
        PLOVER categories; None is all, an empty set is none.
    modalities
        "actual", "planned", "possible", "denied"; None is all.
    where_precs
        UCDP precision codes 1 to 7; None is all. An event without a place has no code and is
        kept only by None.
    bbox
        (west, south, east, north), degrees, EPSG:4326; west > east crosses the antimeridian. Keeps
        events whose geometry meets the box, or whose label point does if they have no geometry.
    countries
        ISO 3166-1 alpha-3 codes; None is all.
    text
        Keep events with these words in their sentence, title, location or actors; case does not
        matter, and nothing in it is special.
    undated
        Keep events without any date, whatever the span; False leaves them out.
    """

    date_from: date | None = None
    date_to: date | None = None
    event_types: frozenset[str] | None = None
    modalities: frozenset[str] | None = frozenset({"actual"})
    where_precs: frozenset[int] | None = None
    bbox: tuple[float, float, float, float] | None = None
    countries: frozenset[str] | None = None
    text: str = ""
    undated: bool = True


def event_days(events: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the first and last day of each event, for filtering and histograms.

    Parameters
    ----------
    events
        An events table.

    Returns
    -------
    DataFrame
        Index of `events`; `first` (start, or end where there is no start) and `last` (end, or
        start), ``datetime64[ms]``; both NaT where the event has no date.
    """
    start, end = events["date_start"], events["date_end"]
    return pd.DataFrame({"first": start.fillna(end), "last": end.fillna(start)})


def mask(events: gpd.GeoDataFrame, filters: Filters) -> "pd.Series[bool]":
    """Say for each event whether `filters` keep it.

    Parameters
    ----------
    events
        An events table.
    filters
        What to keep.

    Returns
    -------
    Series
        ``bool``, never null, with the index of `events`.

    Raises
    ------
    ValueError
        If the span ends before it begins, or the box is not one.
    """
    keep = _in_span(events, filters)
    for column, wanted in (
        ("event_type", filters.event_types),
        ("modality", filters.modalities),
        ("where_prec", filters.where_precs),
        ("country", filters.countries),
    ):
        if wanted is not None:
            keep &= events[column].isin(list(wanted)).to_numpy(dtype=bool)
    if filters.bbox is not None:
        keep &= _in_box(events, filters.bbox)
    words = clean_text(filters.text).strip().casefold()
    if words:
        found = np.zeros(len(events), dtype=bool)
        for column in SEARCHED:
            folded = events[column].str.casefold()
            found |= folded.str.contains(words, regex=False, na=False).to_numpy(dtype=bool)
        keep &= found
    return pd.Series(keep, index=events.index, dtype=bool)


def select(events: gpd.GeoDataFrame, filters: Filters) -> gpd.GeoDataFrame:
    """Return the events that `filters` keep, in their order; `events` is left as it is.

    Parameters
    ----------
    events
        An events table.
    filters
        What to keep.

    Returns
    -------
    GeoDataFrame
        A new table of the same columns, with the index labels of the rows kept.

    Raises
    ------
    ValueError
        As `mask`.
    """
    return events[mask(events, filters).to_numpy()].copy()


def _in_span(events: gpd.GeoDataFrame, filters: Filters) -> np.ndarray:
    """Say which events meet the span of days; the undated as `filters.undated` says."""
    if filters.date_from and filters.date_to and filters.date_from > filters.date_to:
        raise ValueError(
            f"date_from {filters.date_from} is after date_to {filters.date_to}; swap them"
        )
    days = event_days(events)
    keep = np.ones(len(events), dtype=bool)
    # numpy's days, not pandas' Timestamps: they hold the years 1 to 9999 without a unit to mind.
    if filters.date_from is not None:
        keep &= days["last"].to_numpy() >= np.datetime64(filters.date_from, "D")
    if filters.date_to is not None:
        keep &= days["first"].to_numpy() <= np.datetime64(filters.date_to, "D")
    undated = days["first"].isna().to_numpy()
    return np.where(undated, filters.undated, keep)


def _in_box(events: gpd.GeoDataFrame, bbox: tuple[float, float, float, float]) -> np.ndarray:
    """Say which events meet the box (west, south, east, north), degrees, EPSG:4326."""
    west, south, east, north = bbox
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError(
            f"bbox {bbox} is not (west, south, east, north) in degrees: "
            "longitudes -180 to 180, south below north"
        )
    spans = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    longitude = events["longitude"].to_numpy()
    latitude = events["latitude"].to_numpy()
    unplaced = events.geometry.isna().to_numpy()
    keep = np.zeros(len(events), dtype=bool)
    for left, right in spans:
        box = shapely.box(left, south, right, north)
        keep |= shapely.intersects(events.geometry.array, box)
        keep |= (
            unplaced
            & (left <= longitude)
            & (longitude <= right)
            & (south <= latitude)
            & (latitude <= north)
        )
    return keep
