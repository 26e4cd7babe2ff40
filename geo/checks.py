"""The rules of the events table, checked all at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geo.schema import (
    ACLED_SUB_EVENT_TYPES,
    COUNTS,
    CRS,
    EVENT_CONTEXTS,
    EVENT_MODES,
    GEOMETRY_TYPES,
    OFFSET_SPANS,
    QUAD_CLASS,
    RELATIONS,
    SCHEMA,
)

SHOWN: Final = 20
"""How many violations the message of `InvalidEvents` spells out."""

MOST: Final = 10_000_000_000
"""No count of people is larger than this: more than have lived at one time."""

_SPAN_TEXT: Final = {"sentence": "sentence", "place": "where_text", "date_text": "date_text"}
"""Span -> the column with its words. Not the trigger: its words need not stand together."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One value that breaks a rule.

    Attributes
    ----------
    row
        The event_id, or "table" where the whole table is meant.
    column
        The column's name.
    value
        The value as text.
    rule
        What holds of a right value.
    """

    row: str
    column: str
    value: str
    rule: str

    def __str__(self) -> str:
        """Give it as one line."""
        value = self.value if len(self.value) <= 80 else self.value[:79] + "…"
        return f"{self.row}: {self.column} {value} {self.rule}".replace("  ", " ")


class InvalidEvents(ValueError):  # noqa: N818  # named for what it says of the events
    """A table of events breaks rules; `violations` has them all, the message the first 20.

    Parameters
    ----------
    violations
        All of them.
    where
        The file in which the table stands, if it came from one.
    """

    def __init__(self, violations: Sequence[Violation], *, where: str = "") -> None:
        self.violations = tuple(violations)
        many = len(self.violations)
        lines = [
            f"{many} violation{'s' if many != 1 else ''} in the events table"
            + (f" {where}" if where else "")
            + ":",
            *(f"  {violation}" for violation in self.violations[:SHOWN]),
        ]
        if many > SHOWN:
            lines.append(f"  and {many - SHOWN} more")
        super().__init__("\n".join(lines))


def validate(events: gpd.GeoDataFrame) -> None:
    """Check an events table against the schema.

    Parameters
    ----------
    events
        A table with the columns of `geo.schema.SCHEMA`, geometry in EPSG:4326.

    Raises
    ------
    InvalidEvents
        Listing every violation at once (row, column, value, rule).
    TypeError
        If it is not a GeoDataFrame with an active geometry column.
    """
    if not isinstance(events, gpd.GeoDataFrame) or events.active_geometry_name is None:
        raise TypeError(
            f"events must be a GeoDataFrame with geometry, not {type(events).__name__}; "
            "make one with geo.frame.from_records"
        )
    found: list[Violation] = []
    sound = _check_columns(events, found)
    report = _Report(events, sound, found)
    _check_values(events, report)
    _check_what(events, report)
    _check_counts(events, report)
    _check_dates(events, report)
    _check_places(events, report)
    _check_spans(events, report)
    if found:
        raise InvalidEvents(found)


class _Report:
    """Collects violations; a rule is only asked of columns that are there with their dtype."""

    def __init__(
        self, events: gpd.GeoDataFrame, sound: frozenset[str], found: list[Violation]
    ) -> None:
        self._events = events
        self._sound = sound
        self._found = found

    def has(self, *columns: str) -> bool:
        return self._sound.issuperset(columns)

    def add(self, broken: Any, column: str, rule: str) -> None:
        """Note the rows where `broken` (bool, null is False) says so."""
        if isinstance(broken, pd.Series):
            broken = broken.fillna(False).to_numpy(dtype=bool)
        positions = np.flatnonzero(broken)
        if not len(positions):
            return
        values = self._events[column]
        days = values.to_numpy() if values.dtype.kind == "M" else None
        for position in positions:
            name = self._events["event_id"].iloc[position] if self.has("event_id") else None
            # Days by numpy: pandas refuses to give those beyond the year 9999 as text.
            value = values.iloc[position] if days is None else None
            if days is not None:
                text = str(np.datetime_as_string(days[position], unit="D"))
            elif isinstance(value, BaseGeometry):
                text = str(value.geom_type)
            elif pd.isna(value):
                text = "null"
            else:
                text = repr(value) if isinstance(value, str) else str(value)
            row = name if isinstance(name, str) else f"row {position}"
            self._found.append(Violation(row, column, text, rule))


def _check_columns(events: gpd.GeoDataFrame, found: list[Violation]) -> frozenset[str]:
    """Check names, dtypes and the coordinate system; return the columns that are sound."""
    sound = set()
    for name, column in SCHEMA.items():
        if name not in events:
            found.append(Violation("table", name, "", "is missing"))
            continue
        dtype = str(events[name].dtype)
        if dtype == column.dtype:
            sound.add(name)
        else:
            found.append(Violation("table", name, dtype, f"must be of dtype {column.dtype}"))
    found += [
        Violation("table", str(name), "", "is not a column of the events table")
        for name in events
        if name not in SCHEMA
    ]
    if events.crs is None or events.crs != CRS:
        crs = "null" if events.crs is None else events.crs.name
        found.append(Violation("table", "geometry", crs, f"must have the CRS {CRS}"))
    return frozenset(sound)


def _check_values(events: gpd.GeoDataFrame, report: _Report) -> None:
    """Check nulls, closed lists, and characters that no file can hold."""
    for name, column in SCHEMA.items():
        if not report.has(name):
            continue
        values = events[name]
        if not column.nullable:
            report.add(values.isna(), name, "must not be null")
        if column.dtype == "str":
            report.add(values.str.contains("\0", regex=False, na=False), name, "has a NUL in it")
            report.add(values == "", name, "must not be empty: leave it null")
        if column.allowed:
            listed = ", ".join(map(str, column.allowed))
            wrong = values.notna() & (values != "") & ~values.isin(column.allowed)
            report.add(wrong, name, f"must be one of: {listed}")
    if report.has("event_id"):
        report.add(events["event_id"].duplicated(), "event_id", "must be unique")
    for name in ("country", "actor1_country", "actor2_country"):
        if report.has(name):
            code = events[name].str.fullmatch("[A-Z]{3}", na=True).astype(bool)
            report.add(~code, name, "must be an ISO 3166-1 alpha-3 code")
    if report.has("confidence"):
        report.add(
            events["confidence"].notna() & ~events["confidence"].between(0, 1),
            "confidence",
            "must be from 0 to 1",
        )


def _check_what(events: gpd.GeoDataFrame, report: _Report) -> None:
    """Check that the finer codes belong to the coarser ones."""
    if not report.has("event_type"):
        return
    kind = events["event_type"]
    if report.has("quad_class"):
        wrong = (events["quad_class"] != kind.map(dict(QUAD_CLASS))) & kind.isin(QUAD_CLASS)
        report.add(wrong & events["quad_class"].notna(), "quad_class", "must be that of event_type")
    if report.has("event_mode"):
        wrong = _not_under(kind, events["event_mode"], EVENT_MODES)
        report.add(wrong, "event_mode", "must be a PLOVER mode of event_type")
    if report.has("acled_event_type", "acled_sub_event_type"):
        wrong = _not_under(
            events["acled_event_type"], events["acled_sub_event_type"], ACLED_SUB_EVENT_TYPES
        )
        report.add(wrong, "acled_sub_event_type", "must be under its acled_event_type")
    if report.has("event_context"):
        known = frozenset(EVENT_CONTEXTS)
        wrong = [
            isinstance(value, str) and not known.issuperset(value.split(";"))
            for value in events["event_context"]
        ]
        report.add(wrong, "event_context", "must be PLOVER contexts with ';' between them")


def _not_under(parents: Any, children: Any, tree: Any) -> list[bool]:
    """Say which children (null is none) do not belong to their parent."""
    return [
        isinstance(child, str) and child not in tree.get(parent, ())
        for parent, child in zip(parents, children, strict=True)
    ]


def _check_counts(events: gpd.GeoDataFrame, report: _Report) -> None:
    """Check that counts are whole, in range, and low <= best <= high."""
    for name in COUNTS:
        trio = (f"{name}_low", name, f"{name}_high")
        for column in trio:
            if report.has(column):
                values = events[column]
                report.add(values < 0, column, "must not be negative")
                report.add(values > MOST, column, f"must be at most {MOST}")
        for smaller, larger in ((trio[0], trio[1]), (trio[1], trio[2]), (trio[0], trio[2])):
            if report.has(smaller, larger):
                report.add(events[smaller] > events[larger], smaller, f"must not be above {larger}")


def _check_dates(events: gpd.GeoDataFrame, report: _Report) -> None:
    """Check that days are days, in order, and precise only where known."""
    for name in ("date_start", "date_end", "published"):
        if report.has(name):
            days = events[name].to_numpy()
            first, last = np.datetime64("0001-01-01"), np.datetime64("9999-12-31")
            dated = ~np.isnat(days)
            whole = days.astype("datetime64[D]").astype(days.dtype) == days
            report.add(dated & ~whole, name, "must be a day, without a time")
            # Compared as days: far outside, a Timestamp for the message would not even exist.
            report.add(dated & whole & ~((first <= days) & (days <= last)), name, "is not a date")
    if not report.has("date_start", "date_end"):
        return
    start, end = events["date_start"], events["date_end"]
    report.add(start > end, "date_start", "must not be after date_end")
    if report.has("date_prec"):
        precision = events["date_prec"]
        report.add(
            precision.notna() & start.isna() & end.isna(), "date_prec", "must be null: no date"
        )
        report.add((precision == 1) & (start < end), "date_prec", "must be above 1: several days")


def _check_places(events: gpd.GeoDataFrame, report: _Report) -> None:
    """Check geometry, label point and how they go together."""
    for column, bound in (("longitude", 180), ("latitude", 90)):
        if report.has(column):
            values = events[column]
            report.add(
                values.notna() & ~values.between(-bound, bound),
                column,
                f"must be from -{bound} to {bound} degrees",
            )
    if report.has("longitude", "latitude"):
        half = events["longitude"].isna() != events["latitude"].isna()
        report.add(half, "longitude", "and latitude must be both set or both null")
    if report.has("relation"):
        known = events["relation"].str.match(rf"(?:{'|'.join(RELATIONS)})(?: |$)", na=True)
        report.add(
            ~known.astype(bool),
            "relation",
            "must begin with one of: " + ", ".join(RELATIONS),
        )
    if not report.has("geometry"):
        return
    shapes = np.asarray(events["geometry"].array)
    placed = ~shapely.is_missing(shapes)
    kinds = np.asarray(events["geometry"].geom_type)
    report.add(
        placed & ~np.isin(kinds.astype(str), GEOMETRY_TYPES),
        "geometry",
        "must be one of: " + ", ".join(GEOMETRY_TYPES),
    )
    full = placed & ~shapely.is_empty(shapes)
    report.add(placed & ~full, "geometry", "must not be empty: leave it null")
    report.add(shapely.has_z(shapes), "geometry", "must not have a height")
    report.add(full & ~shapely.is_valid(shapes), "geometry", "must be valid: use make_valid")
    bounds = shapely.bounds(shapes)
    inside = (np.abs(bounds[:, [0, 2]]) <= 180).all(axis=1) & (np.abs(bounds[:, [1, 3]]) <= 90).all(
        axis=1
    )
    report.add(
        full & ~inside, "geometry", "must lie within longitudes -180 to 180, latitudes -90 to 90"
    )
    if report.has("where_prec"):
        precision = events["where_prec"]
        report.add(
            placed & precision.isna().to_numpy(), "where_prec", "must be set: there is a geometry"
        )
        country_dot = (precision == 6).fillna(False).to_numpy(dtype=bool) & (kinds == "Point")
        report.add(
            country_dot, "geometry", "must not be a point for a whole country: leave it null"
        )


def _check_spans(events: gpd.GeoDataFrame, report: _Report) -> None:
    """Check the offsets, against each other and against the words that they enclose."""
    for name in OFFSET_SPANS:
        first, last = f"{name}_start", f"{name}_end"
        if not report.has(first, last):
            continue
        start, end = events[first], events[last]
        report.add(start.isna() != end.isna(), first, f"and {last} must be both set or both null")
        report.add(start < 0, first, "must not be negative")
        report.add(start >= end, first, f"must be before {last}")
        words = _SPAN_TEXT.get(name)
        if words is not None and report.has(words):
            lengths = events[words].str.len().astype("Int64")
            report.add(
                (start < end) & (lengths != end - start),
                last,
                f"minus {first} must be the length of {words}",
            )
