"""Events of another source, from a file that a person loads to see them beside ours.

ACLED's and UCDP GED's CSV files and GeoJSON. They are shown to that person alone, as symbols of
their own; nothing of them enters the events table.
"""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import shape

from geo.cells import Points, View, gather, in_view, mercator, tally
from geo.drawing import MAX_SINGLE, day_number
from geo.frame import clean_text
from geo.index import UNDATED

MAX_BYTES: Final = 25_000_000
MAX_ROWS: Final = 200_000
MAX_CELLS: Final = 600

_DAYS: Final = ("event_date", "date_start", "date", "day", "start")
_ENDS: Final = ("date_end", "end")
_SAID: Final = (
    *("event_type", "sub_event_type", "type_of_violence", "title", "name", "actor1", "side_a"),
    *("actor2", "side_b", "location", "where_description"),
)
_FORMATS: Final = ("%d %B %Y", "%d %b %Y", "%d/%m/%Y", "%Y/%m/%d")


@dataclass(frozen=True, slots=True, eq=False)
class Others:
    """Events of a file, row for row.

    Attributes
    ----------
    name
        The file's.
    located
        Where they are; each row has a place of its own.
    first, last
        int32: days since 1970-01-01; `geo.index.UNDATED` without a date.
    said
        What a tooltip says: day, type, actors, place; plain text from outside.
    left_out
        Rows without usable coordinates.
    """

    name: str
    located: Points
    first: npt.NDArray[np.int32]
    last: npt.NDArray[np.int32]
    said: tuple[str, ...]
    left_out: int


def read_others(name: str, data: bytes) -> Others:
    """Read a file of another source's events.

    Parameters
    ----------
    name
        The file's name; ``.csv``, ``.geojson`` or ``.json``.
    data
        Its content: CSV in UTF-8 with a header that has ``longitude`` and ``latitude``, or GeoJSON
        (EPSG:4326), of which lines and areas become a point inside them.

    Returns
    -------
    Others
        At least one row.

    Raises
    ------
    ValueError
        If it is neither, is larger than `MAX_BYTES` or `MAX_ROWS`, or has no event with a place.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"{name} has {len(data):,} bytes; at most {MAX_BYTES:,} can be compared")
    text = data.decode("utf-8-sig", errors="replace")
    records = _features(name, text) if text.lstrip()[:1] in {"{", "["} else _lines(name, text)
    longitude, latitude, first, last, said = [], [], [], [], []
    left_out = 0
    for number, (x, y, record) in enumerate(records):
        if number >= MAX_ROWS:
            raise ValueError(f"{name} has more than {MAX_ROWS:,} events; cut it to fewer")
        if not (np.isfinite([x, y]).all() and -180 <= x <= 180 and -90 <= y <= 90):
            left_out += 1
            continue
        start = next((day for key in _DAYS if (day := _day(record.get(key)))), None)
        end = next((day for key in _ENDS if (day := _day(record.get(key)))), start) or start
        longitude.append(x)
        latitude.append(y)
        first.append(day_number(start) if start else UNDATED)
        last.append(day_number(max(start, end)) if start and end else first[-1])
        words = [start.isoformat()] if start else []
        words += [str(record[key]) for key in _SAID if record.get(key)]
        said.append(clean_text(" · ".join(words))[:160])
    if not said:
        raise ValueError(f"{name} has no event with a longitude and a latitude")
    across, down = mercator(longitude, latitude)
    zeros = np.zeros(len(said), dtype=np.int8)
    numbers = np.arange(len(said), dtype=np.int32)
    located = Points(
        numbers, zeros, 4 * numbers, np.array(longitude), np.array(latitude), across, down, numbers
    )
    begin, finish = np.array(first, dtype=np.int32), np.array(last, dtype=np.int32)
    return Others(name, located, begin, finish, tuple(said), left_out)


def drawn(others: Others, view: View, dates: tuple[date, date] | None = None) -> dict[str, Any]:
    """Return what the map draws of them: bounded like our own events.

    Parameters
    ----------
    others
        As `read_others` gives them.
    view
        What the map shows.
    dates
        First and last day shown; the undated are always shown.

    Returns
    -------
    dict
        ``name``; ``rows`` of longitude, latitude, 1 and what the tooltip says, or, if ``cells``,
        of pixel x and y at the view's zoom and the number of events.
    """
    shown, _ = in_view(others.located, view, pad=0.15)
    if dates is not None:
        first, last = map(day_number, dates)
        shown = shown & (
            (others.first == UNDATED) | ((others.last >= first) & (others.first <= last))
        )
    rows = np.flatnonzero(shown)
    if len(rows) > MAX_SINGLE:
        found = gather(others.located, tally(others.located, rows), view, pad=0.15)
        table = np.column_stack([np.round(found.x), np.round(found.y), found.events])
        cells = table[:MAX_CELLS].astype(np.int64).tolist()
        return {"name": others.name, "cells": True, "rows": cells}
    short = rows if len(rows) <= 120 else rows[:0]  # tooltips of few, so that a step stays small
    said = {int(row): others.said[row] for row in short}
    return {
        "name": others.name,
        "cells": False,
        "rows": [
            [
                round(float(others.located.longitude[row]), 5),
                round(float(others.located.latitude[row]), 5),
                1,
                said.get(row, ""),
            ]
            for row in rows.tolist()
        ],
    }


def _lines(name: str, text: str) -> Iterator[tuple[float, float, dict[str, Any]]]:
    head = text.partition("\n")[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = {(field or "").strip().casefold(): field for field in reader.fieldnames or ()}
    columns = [
        next((header[key] for key in keys if key in header), None)
        for keys in (("longitude", "lon", "lng", "x"), ("latitude", "lat", "y"))
    ]
    if None in columns:
        raise ValueError(f"{name} has no columns longitude and latitude, as ACLED and UCDP have")
    for row in reader:
        record = {key: row.get(field) for key, field in header.items()}
        yield _number(row.get(columns[0])), _number(row.get(columns[1])), record


def _features(name: str, text: str) -> Iterator[tuple[float, float, dict[str, Any]]]:
    try:
        document = json.loads(text)
        features = document["features"] if isinstance(document, dict) else document
        for feature in features:
            geometry = feature["geometry"]
            point = shapely.point_on_surface(shape(geometry)) if geometry else None
            record = {str(key).casefold(): v for key, v in (feature["properties"] or {}).items()}
            known = point is not None and not point.is_empty
            yield (point.x, point.y, record) if known and point else (np.nan, np.nan, record)
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise ValueError(f"{name} is not a GeoJSON file of features: {error}") from None


def _number(value: object) -> float:
    try:
        return float(str(value).replace(",", "."))
    except ValueError:
        return float("nan")


def _day(value: object) -> date | None:
    if not isinstance(value, str) or not value.strip():
        return None
    words = value.strip()
    try:
        return date.fromisoformat(words[:10])
    except ValueError:
        pass
    for form in _FORMATS:
        try:
            return datetime.strptime(words, form).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    return None
