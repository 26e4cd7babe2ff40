"""Which events to show: one frozen value, and pure selection by it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.frame import clean_text
from geo.index import UNDATED, Bools, Index

SEARCHED: Final = ("sentence", "title", "location", "actor1", "actor2", "source")
"""The columns in which `Filters.text` is looked for."""

_POINT: Final = 0  # shapely's type id

Bbox = tuple[float, float, float, float]
Ring = tuple[tuple[float, float], ...]
Range = tuple[str, int | None, int | None]


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
    area
        Corners (longitude, latitude) of a polygon, degrees, EPSG:4326, three or more; None is
        all. Keeps as `bbox` does. A ring that crosses itself encloses what its repaired polygon
        does (`shapely.make_valid`).
    countries
        ISO 3166-1 alpha-3 codes; None is all.
    provinces
        Country and first-level unit as in the table, "AFG/Kunduz"; None is all.
    actors
        Names as in the table, on either side of the event; None is all.
    sources
        Publishers as in the table; None is all.
    confidence
        Keep events of at least this confidence, 0 to 1; None also keeps those without one.
    figures
        (column of `geo.schema.COUNTS`, least, most): keep events that report such a figure, its
        range from low to high meeting this one, both ends included and None open.
    text
        Keep events with these words in their sentence, title, location, actors or source; case
        does not matter, and nothing in it is special.
    articles
        Whether `text` is looked for in the whole article too, where the table has it.
    undated
        Keep events without any date, whatever the span; False leaves them out.
    reviewed
        True keeps only events that a person has checked.
    ids
        event_ids to keep; None is all.
    """

    date_from: date | None = None
    date_to: date | None = None
    event_types: frozenset[str] | None = None
    modalities: frozenset[str] | None = frozenset({"actual"})
    where_precs: frozenset[int] | None = None
    bbox: Bbox | None = None
    area: Ring | None = None
    countries: frozenset[str] | None = None
    provinces: frozenset[str] | None = None
    actors: frozenset[str] | None = None
    sources: frozenset[str] | None = None
    confidence: float | None = None
    figures: tuple[Range, ...] = ()
    text: str = ""
    articles: bool = False
    undated: bool = True
    reviewed: bool = False
    ids: frozenset[str] | None = None


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
        If the span ends before it begins, or the box or the area is not one.
    """
    keep = np.ones(len(events), dtype=bool)
    for found in passes(Index(events), filters).values():
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


def passes(  # noqa: C901  # a line a facet
    index: Index, filters: Filters, documents: pd.DataFrame | None = None
) -> dict[str, Bools]:
    """Apply each facet of `filters` by itself.

    Parameters
    ----------
    index
        Of an events table.
    filters
        What to keep.
    documents
        The articles, from `geo.sources.read_documents`, for ``filters.articles``.

    Returns
    -------
    dict
        Name of a facet -> bool array over the table's rows; only facets that restrict something.

    Raises
    ------
    ValueError
        As `mask`.
    """
    found: dict[str, Bools] = {}
    dated = _in_span(index, filters)
    if dated is not None:
        found["dates"] = dated
    for facet, wanted in (
        ("event_type", filters.event_types),
        ("modality", filters.modalities),
        ("country", filters.countries),
        ("province", filters.provinces),
        ("actor", filters.actors),
        ("source", filters.sources),
    ):
        if wanted is not None:
            among = partial(index.codes(facet).among, wanted)
            found[facet] = index.remembered((facet, wanted), among)
    if filters.where_precs is not None:
        found["where_prec"] = np.isin(index.where_prec, [p for p in filters.where_precs if p])
    if filters.confidence is not None:
        found["confidence"] = index.confidence >= np.float32(filters.confidence)
    if filters.figures:
        found["figures"] = np.logical_and.reduce([_figure(index, one) for one in filters.figures])
    places = _in_area(index, filters)
    if places is not None:
        found["area"] = places
    if words := clean_text(filters.text).strip().casefold():
        whole = documents if filters.articles else None
        key = ("text", words, whole is not None)
        found["text"] = index.remembered(key, lambda: _search(index, words, whole))
    if filters.reviewed:
        found["reviewed"] = index.reviewed
    if filters.ids is not None:
        ids = list(filters.ids)
        found["ids"] = index.events["event_id"].isin(ids).to_numpy(dtype=bool)
    return found


def _in_span(index: Index, filters: Filters) -> Bools | None:
    """Say which events meet the span of days; the undated as `filters.undated` says."""
    if filters.date_from and filters.date_to and filters.date_from > filters.date_to:
        raise ValueError(
            f"date_from {filters.date_from} is after date_to {filters.date_to}; swap them"
        )
    if filters.date_from is None and filters.date_to is None and filters.undated:
        return None
    keep = np.ones(index.rows, dtype=bool)
    # Plain days, not pandas' Timestamps: they hold the years 1 to 9999 without a unit to mind.
    if filters.date_from is not None:
        keep &= index.last >= _day_number(filters.date_from)
    if filters.date_to is not None:
        keep &= index.first <= _day_number(filters.date_to)
    undated: Bools = index.first == UNDATED
    return keep | undated if filters.undated else keep & ~undated


def _day_number(day: date) -> np.int32:
    return np.int32(np.datetime64(day, "D").astype(np.int64))


def _figure(index: Index, wanted: Range) -> Bools:
    name, least, most = wanted
    low, high = index.figure(name)
    keep: Bools = ~np.isnan(low)
    if least is not None:
        keep &= high >= least
    if most is not None:
        keep &= low <= most
    return keep


def _in_area(index: Index, filters: Filters) -> Bools | None:
    """Say which events meet the box and the drawn area; None if neither is set."""
    found: list[Bools] = []
    if filters.bbox is not None:
        boxes = _boxes(filters.bbox)
        found.append(index.remembered(("bbox", filters.bbox), lambda: _meets(index, boxes)))
    if filters.area is not None:
        polygon = _polygon(filters.area)
        found.append(index.remembered(("area", filters.area), lambda: _meets(index, [polygon])))
    return np.logical_and.reduce(found) if found else None


def _boxes(bbox: Bbox) -> list[shapely.Geometry]:
    west, south, east, north = bbox
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError(
            f"bbox {bbox} is not (west, south, east, north) in degrees: "
            "longitudes -180 to 180, south below north"
        )
    spans = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    return [shapely.box(left, south, right, north) for left, right in spans]


def _polygon(ring: Ring) -> shapely.Geometry:
    corners = np.asarray(ring, dtype=np.float64)
    if corners.shape[0] < 3 or corners.shape[1:] != (2,) or not np.isfinite(corners).all():
        raise ValueError(
            f"area {ring} is not three or more corners (longitude, latitude) in degrees"
        )
    return shapely.make_valid(shapely.Polygon(corners))


def _meets(index: Index, shapes: list[shapely.Geometry]) -> Bools:
    """Say which events meet one of the shapes, by their label point if they have no geometry."""
    other = np.flatnonzero(index.geometry_type > _POINT)
    geometry = np.asarray(index.events.iloc[other].geometry.array)
    found = np.zeros(index.rows, dtype=bool)
    for shape in shapes:
        shapely.prepare(shape)
        # A point's label point is itself, and two numbers are read faster than a geometry.
        inside = shapely.intersects_xy(shape, index.longitude, index.latitude)
        inside[other] = shapely.intersects(shape, geometry)
        found |= inside
    return found


def _search(index: Index, words: str, documents: pd.DataFrame | None) -> Bools:
    """Say which events have folded `words` in a searched column, or in their article."""
    found = np.zeros(index.rows, dtype=bool)
    for column in SEARCHED:
        # Names and titles come again and again: each different one is looked at once.
        if column == "sentence":
            found |= _contains(index.events[column], words)
        else:
            coded = index.codes(column)
            among = [value for value in coded.names if words in value.casefold()]
            found |= coded.among(frozenset(among))
    if documents is not None:
        ids = documents.loc[_contains(documents["text"], words), "doc_id"]
        found |= index.codes("doc_id").among(frozenset(ids))
    return found


def _contains(texts: "pd.Series[str]", words: str) -> Bools:
    """Look for words in long texts, without a folded copy of them all."""
    found = texts.str.contains(words, case=False, regex=False, na=False)
    return found.to_numpy(dtype=bool)


FACETS: Final[Mapping[str, tuple[str, ...]]] = {
    "dates": ("date_from", "date_to", "undated"),
    "event_type": ("event_types",),
    "modality": ("modalities",),
    "where_prec": ("where_precs",),
    "country": ("countries",),
    "province": ("provinces",),
    "actor": ("actors",),
    "source": ("sources",),
    "confidence": ("confidence",),
    "figures": ("figures",),
    "area": ("bbox", "area"),
    "text": ("text", "articles"),
    "reviewed": ("reviewed",),
    "ids": ("ids",),
}
"""Name of a facet -> the fields of `Filters` that it is made of."""
