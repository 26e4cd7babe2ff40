"""The events table: build it, check it, read it, write it.

One GeoDataFrame, a row an event, with the columns of `SCHEMA` in their order, geometry in
EPSG:4326 (longitude, latitude). The schema itself stands in `geo.schema`.
"""

import json
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from pyproj import CRS as PROJ_CRS
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geo.checks import InvalidEvents, Violation, validate
from geo.files import replacing
from geo.schema import (
    ACLED_SUB_EVENT_TYPES,
    ACTOR_TYPES,
    ATTRIBUTION,
    COUNTS,
    CRS,
    EVENT_CONTEXTS,
    EVENT_MODES,
    EVENT_TYPES,
    GEOMETRY_TYPES,
    MODALITIES,
    OFFSET_SPANS,
    QUAD_CLASS,
    RELATIONS,
    SCHEMA,
    SCHEMA_VERSION,
    Column,
    describe,
)

__all__ = [
    "ACLED_SUB_EVENT_TYPES",
    "ACTOR_TYPES",
    "ATTRIBUTION",
    "COUNTS",
    "CRS",
    "EVENT_CONTEXTS",
    "EVENT_MODES",
    "EVENT_TYPES",
    "GEOMETRY_TYPES",
    "MODALITIES",
    "OFFSET_SPANS",
    "QUAD_CLASS",
    "RELATIONS",
    "SCHEMA",
    "SCHEMA_VERSION",
    "Column",
    "InvalidEvents",
    "Violation",
    "as_day",
    "clean_text",
    "describe",
    "empty",
    "from_records",
    "is_null",
    "read",
    "validate",
    "write",
]

_log = logging.getLogger(__name__)

EVENTS_FILE: Final = "events.parquet"
"""The events in a folder that `dateline build` makes."""

DOCUMENTS_FILE: Final = "documents.parquet"
"""The texts beside them; see `geo.sources`."""

READABLE: Final = (".parquet", ".geojson", ".json", ".gpkg")

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def empty() -> gpd.GeoDataFrame:
    """Return an events table without rows, with every column and dtype of the schema."""
    return from_records(())


def clean_text(text: str) -> str:
    r"""Replace what no file format can hold: lone surrogates and NUL become U+FFFD.

    One character for one, so that offsets into the text stay right.

    Examples
    --------
    >>> clean_text("Kabul\x00 fell")
    'Kabul� fell'
    """
    return text if text.isascii() and "\0" not in text else _UNSTORABLE.sub("�", text)


def from_records(records: Iterable[Mapping[str, object]]) -> gpd.GeoDataFrame:
    """Make an events table of records, and check it.

    Values are cast without guessing: dates from `date`, `datetime` (its own calendar day) or ISO
    8601 text; counts and offsets from whole numbers, never from text; lists in ``event_context``
    are joined by ';'. An empty text or geometry is null. Left out columns are null, except that
    ``quad_class`` follows from ``event_type``, ``reviewed`` is False, and the label point
    (``longitude``, ``latitude``) of a row with a geometry is that point, or a point inside it.

    Parameters
    ----------
    records
        One mapping an event, by column name.

    Returns
    -------
    GeoDataFrame
        All columns of `SCHEMA`, sorted by day (undated last) and event_id, index 0 to n - 1.

    Raises
    ------
    InvalidEvents
        If a value cannot be cast, a column is unknown, or the table breaks a rule of `validate`;
        every violation at once.
    """
    rows = list(records)
    names = {str(name) for row in rows for name in row}
    columns: dict[str, list[object]] = {
        name: [row.get(name) for row in rows] for name in SCHEMA if name in names
    }
    violations = [
        Violation("table", name, "", "is not a column of the events table")
        for name in sorted(names - set(SCHEMA))
    ]
    return _build(columns, len(rows), violations)


def read(path: str | Path) -> gpd.GeoDataFrame:
    """Read an events table, and check it.

    Parameters
    ----------
    path
        A GeoParquet file; a folder that holds ``events.parquet``, or parts (``*.parquet``, taken
        in the order of their names); a GeoJSON or GeoPackage file that `geo.export` wrote. Columns
        that an older version did not have are null; columns that are not in the schema are left
        out, which is logged. Other coordinate systems are brought to EPSG:4326.

    Returns
    -------
    GeoDataFrame
        As `from_records` gives it.

    Raises
    ------
    FileNotFoundError
        If there is no such file, or no part in the folder.
    InvalidEvents
        If the table breaks a rule; every violation at once, with the file's name.
    ValueError
        If the file is not a table of events, or of a newer major version of the schema.
    """
    source = Path(path)
    tables = [_read_file(part) for part in _parts(source)]
    columns: dict[str, list[object] | pd.Series] = {}
    for name in SCHEMA:
        present = [table[name] for table in tables if name in table]
        if len(present) == len(tables) and len({str(values.dtype) for values in present}) == 1:
            columns[name] = pd.concat(present, ignore_index=True)
        elif present:
            columns[name] = [
                value
                for table in tables
                for value in (table[name] if name in table else [None] * len(table))
            ]
    try:
        return _build(columns, sum(map(len, tables)), [])
    except InvalidEvents as error:
        raise InvalidEvents(error.violations, where=str(source)) from None


def write(events: gpd.GeoDataFrame, path: str | Path) -> None:
    """Check an events table, and write it as one GeoParquet file (1.1, WKB, zstd).

    The file is replaced whole or not at all. Its metadata hold, under ``dateline``, the version of
    the schema and the attribution of the data.

    Parameters
    ----------
    events
        A table that passes `validate`.
    path
        The file, usually ``*.parquet``.

    Raises
    ------
    InvalidEvents
        If the table breaks a rule.
    IsADirectoryError
        If `path` is a folder.
    """
    validate(events)
    if Path(path).is_dir():
        raise IsADirectoryError(f"{path} is a folder; give a file in it, such as {EVENTS_FILE}")
    with replacing(path) as part:
        pq.write_table(_to_arrow(events), part, compression="zstd")


def _build(
    columns: Mapping[str, "list[object] | pd.Series"], rows: int, violations: list[Violation]
) -> gpd.GeoDataFrame:
    """Cast columns to the schema, fill what follows from others, sort, and validate."""
    ids = [
        value if isinstance(value, str) else f"row {position}"
        for position, value in enumerate(columns.get("event_id", [None] * rows))
    ]
    frame: dict[str, object] = {}
    for name, column in SCHEMA.items():
        values = columns.get(name)
        if isinstance(values, pd.Series) and str(values.dtype) == column.dtype:
            frame[name] = values
            continue
        cast = _CASTS[column.dtype]
        done: list[Any] = []
        for position, value in enumerate([None] * rows if values is None else values):
            try:
                done.append(None if is_null(value) else cast(value))
            except (TypeError, ValueError, OverflowError) as error:
                violations.append(Violation(ids[position], name, repr(value), str(error)))
                done.append(None)
        if column.dtype == "bool":
            done = [bool(value) for value in done]
        frame[name] = (
            gpd.array.from_shapely(np.array(done, dtype=object))
            if column.dtype == "geometry"
            else pd.Series(done, dtype=column.dtype)
        )
    events = gpd.GeoDataFrame(frame, geometry="geometry", crs=CRS)
    _fill(events)
    try:
        validate(events)
    except InvalidEvents as error:
        raise InvalidEvents([*violations, *error.violations]) from None
    if violations:
        raise InvalidEvents(violations)
    day = events["date_start"].fillna(events["date_end"])
    # lexsort's last key rules; NaT sorts last in numpy.
    order = np.lexsort((events["event_id"].to_numpy(dtype=object).astype(str), day.to_numpy()))
    return events.iloc[order].reset_index(drop=True)


def _fill(events: gpd.GeoDataFrame) -> None:
    """Fill, in place, the nulls that follow from other columns."""
    derived = events["event_type"].map(dict(QUAD_CLASS)).astype("str")
    events["quad_class"] = events["quad_class"].fillna(derived)
    unlabelled = events["longitude"].isna() & events["latitude"].isna()
    bare = (unlabelled & events.geometry.notna()).to_numpy()
    if bare.any():
        points = shapely.point_on_surface(events.geometry.array[bare])
        events.loc[bare, "longitude"] = shapely.get_x(points)
        events.loc[bare, "latitude"] = shapely.get_y(points)


def is_null(value: object) -> bool:
    """Say whether a value stands for "nothing known": None, NaN, pandas' NA or NaT."""
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    if isinstance(value, np.datetime64):
        return bool(np.isnat(value))
    return isinstance(value, float) and value != value  # noqa: PLR0124  # only NaN differs


def _as_text(value: object) -> str | None:
    if isinstance(value, list | tuple | set | frozenset) and all(
        isinstance(part, str) for part in value
    ):
        value = ";".join(value if isinstance(value, list | tuple) else sorted(value))
    if not isinstance(value, str):
        raise TypeError("must be text")
    return clean_text(value) or None


def _as_integer(value: object) -> int:
    # bool is an int in Python, but True is no count.
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.number):
        raise TypeError("must be a whole number")
    if not float(value).is_integer():
        raise ValueError("must be a whole number")
    if abs(number := int(value)) >= 2**63:
        raise ValueError("is too large a number")
    return number


def _as_number(value: object) -> float:
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.number):
        raise TypeError("must be a number")
    return float(value)


def as_day(value: object) -> "np.datetime64[Any]":
    """Give the calendar day of a date, a datetime or ISO 8601 text, at midnight in ms.

    Raises
    ------
    TypeError, ValueError
        If it is none.
    """
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise ValueError("must be an ISO 8601 date, such as 2021-07-04") from None
    if isinstance(value, datetime):  # pandas' Timestamp is one
        value = date(value.year, value.month, value.day)
    if isinstance(value, date):
        return np.datetime64(value.isoformat(), "ms")
    if isinstance(value, np.datetime64):
        return np.datetime64(np.datetime_as_string(value, unit="D"), "ms")
    raise TypeError("must be a date")


def _as_bool(value: object) -> bool:
    if isinstance(value, bool | np.bool_):
        return bool(value)
    raise TypeError("must be true or false")


def _as_geometry(value: object) -> BaseGeometry | None:
    if not isinstance(value, BaseGeometry):
        raise TypeError("must be a shapely geometry")
    return None if value.is_empty else shapely.force_2d(value)


_CASTS: Final[Mapping[str, Callable[[object], object]]] = {
    "str": _as_text,
    "Int64": _as_integer,
    "float64": _as_number,
    "datetime64[ms]": as_day,
    "bool": _as_bool,
    "geometry": _as_geometry,
}


def _to_arrow(events: gpd.GeoDataFrame) -> pa.Table:
    """Give the table as Arrow with GeoParquet 1.1 metadata and our own.

    By hand, because geopandas' writer takes no metadata of the caller's.
    """
    geometry = events.geometry
    plain = pd.DataFrame(events[[name for name in SCHEMA if name != "geometry"]])
    plain.insert(list(SCHEMA).index("geometry"), "geometry", shapely.to_wkb(geometry.array))
    table = pa.Table.from_pandas(plain, preserve_index=False)
    # A table without any geometry would get Arrow's null type, which readers refuse.
    place = table.schema.get_field_index("geometry")
    table = table.set_column(place, "geometry", table.column("geometry").cast(pa.binary()))
    column: dict[str, object] = {
        "encoding": "WKB",
        "geometry_types": sorted(set(geometry.dropna().geom_type)),
        "crs": PROJ_CRS.from_user_input(CRS).to_json_dict(),
    }
    if geometry.notna().any():
        column["bbox"] = [float(bound) for bound in events.total_bounds]
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    own = {"schema_version": SCHEMA_VERSION, "attribution": ATTRIBUTION}
    return table.replace_schema_metadata(
        {
            **(table.schema.metadata or {}),
            b"geo": json.dumps(geo).encode(),
            b"dateline": json.dumps(own).encode(),
        }
    )


def _parts(source: Path) -> list[Path]:
    """List the files to read for a path, in order."""
    if source.is_dir():
        if (source / EVENTS_FILE).exists():
            return _parts(source / EVENTS_FILE)
        parts = sorted(part for part in source.glob("*.parquet") if part.name != DOCUMENTS_FILE)
        if not parts:
            raise FileNotFoundError(
                f"no .parquet file in the folder {source}; make one with: "
                f"dateline build INPUT -o {source}"
            )
        return parts
    if not source.exists():
        raise FileNotFoundError(
            f"no events at {source}; make them with: dateline build INPUT -o {source}"
        )
    return [source]


def _read_file(path: Path) -> gpd.GeoDataFrame:
    """Read one file as it is, with its geometry in EPSG:4326 and no column beyond the schema."""
    match path.suffix.lower():
        case ".parquet":
            table = _read_parquet(path)
        case ".geojson" | ".json":
            return _read_geojson(path)
        case ".gpkg":
            table = _read_geopackage(path)
        case suffix:
            raise ValueError(
                f"cannot read events from {path}: {suffix or 'no suffix'} is not one of "
                + ", ".join(READABLE)
            )
    if table.geometry.name != "geometry":
        table = table.rename_geometry("geometry")
    if table.crs is None:
        table = table.set_crs(CRS)
    elif table.crs != CRS:
        table = table.to_crs(CRS)
    return _known(table, path)


def _known(table: gpd.GeoDataFrame, path: Path) -> gpd.GeoDataFrame:
    """Drop the columns that are not in the schema, and log that."""
    extra = [name for name in table if name not in SCHEMA]
    if extra:
        _log.warning("%s: columns not in the events schema left out: %s", path, ", ".join(extra))
    return table[[name for name in table if name in SCHEMA]]


def _read_parquet(path: Path) -> gpd.GeoDataFrame:
    try:
        metadata = pq.read_schema(path).metadata or {}
    except (pa.ArrowException, OSError) as error:
        raise ValueError(f"{path} is not a Parquet file: {error}") from error
    if b"geo" not in metadata:
        raise ValueError(
            f"{path} is Parquet, but not GeoParquet (no 'geo' metadata), so not a table of events"
        )
    version = json.loads(metadata.get(b"dateline", b"{}")).get("schema_version", SCHEMA_VERSION)
    if str(version).split(".")[0] != SCHEMA_VERSION.split(".")[0]:
        raise ValueError(
            f"{path} has events of schema version {version}; this Dateline reads "
            f"{SCHEMA_VERSION}: build the events again, or use a matching Dateline"
        )
    try:
        return gpd.read_parquet(path)
    except (pa.ArrowException, OSError) as error:
        raise ValueError(f"{path} cannot be read, it may be cut short: {error}") from error


def _read_geojson(path: Path) -> gpd.GeoDataFrame:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        rows = [
            {
                "event_id": feature.get("id"),
                **(feature["properties"] or {}),
                "geometry": shape(feature["geometry"]) if feature["geometry"] else None,
            }
            for feature in document["features"]
        ]
    except (KeyError, TypeError, AttributeError, ValueError, shapely.errors.ShapelyError) as error:
        raise ValueError(f"{path} is not a GeoJSON file of events: {error}") from error
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: pd.Series([row.get(name) for row in rows], dtype=object) for name in names}
    geometry = columns.pop("geometry", pd.Series([], dtype=object))
    table = gpd.GeoDataFrame(
        columns, geometry=gpd.GeoSeries(list(geometry), crs=CRS), index=range(len(rows))
    )
    return _known(table, path)


def _read_geopackage(path: Path) -> gpd.GeoDataFrame:
    try:
        layers = [str(name) for name, _ in pyogrio.list_layers(path)]
        layer = "events" if "events" in layers else layers[0]
        return pyogrio.read_dataframe(path, layer=layer)
    except (pyogrio.errors.DataSourceError, IndexError) as error:
        raise ValueError(f"{path} is not a GeoPackage with a layer of events: {error}") from error
