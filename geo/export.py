"""Events as files for other programs: GeoJSON, GeoPackage, CSV, KML, GeoParquet.

GeoJSON, GeoPackage and GeoParquet hold the whole table and are read back by `geo.frame.read`; CSV
and KML are for spreadsheets and globes, and are not. Every file is replaced whole or not at all.
"""

import csv
import html
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely

from geo import frame
from geo.files import replacing
from geo.rows import Rows
from geo.schema import ATTRIBUTION, CRS, SCHEMA
from geo.shapes import DECIMALS, tidy

GENERATED_BY: Final = "Dateline"

_NAMES: Final = tuple(name for name in SCHEMA if name != "geometry")
"""The columns that are properties of a feature."""

_FORMULA = re.compile(r"[\t\r\n]|\s*[=+\-@＝＋－＠]")
"""How a cell begins that a spreadsheet may run as a formula (OWASP, "CSV Injection")."""

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, even escaped (section 2.2)."""


def to_geojson(
    events: gpd.GeoDataFrame,
    path: str | Path | None = None,
    *,
    indent: int | None = None,
    filters: str | None = None,
) -> str | None:
    """Give events as GeoJSON by RFC 7946, strictly.

    Degrees on WGS 84 in the order (longitude, latitude), six decimals; outer rings run against the
    clock, inner ones with it; lines and polygons that cross the antimeridian are cut there; days
    are ISO 8601 text; nulls are null; ``id`` is the event_id; there is no ``crs``. A shape too
    small for six decimals becomes a point. The foreign members ``name``, ``generated_by``,
    ``attribution`` and ``filters`` say what the file is.

    Parameters
    ----------
    events
        An events table.
    path
        The file to write; without it the text is returned.
    indent
        Spaces to indent by; None puts each feature on a line of its own.
    filters
        How the events were chosen, in plain words.

    Returns
    -------
    str or None
        The GeoJSON text if `path` is None.
    """
    text = _geojson_text(events, filters)
    if indent is not None:
        text = json.dumps(json.loads(text), ensure_ascii=False, indent=indent) + "\n"
    if path is None:
        return text
    with replacing(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")
    return None


def to_geopackage(
    events: gpd.GeoDataFrame, path: str | Path, *, filters: str | None = None
) -> None:
    """Write events as a GeoPackage, a layer ``events`` with days as dates.

    Geometry as in the table, EPSG:4326 (longitude, latitude), with all decimals.

    Parameters
    ----------
    events
        An events table.
    path
        The file, ``*.gpkg``; replaced if it exists.
    filters
        How the events were chosen, in plain words; kept in the layer's metadata.
    """
    table = pa.Table.from_pandas(_plain(events), preserve_index=False)
    for place, name in enumerate(table.column_names):
        if SCHEMA[name].dtype == "datetime64[ms]":
            table = table.set_column(place, name, table.column(name).cast(pa.date32()))
        elif SCHEMA[name].dtype == "str":
            table = table.set_column(place, name, table.column(name).cast(pa.string()))
    wkb = pa.array(shapely.to_wkb(np.asarray(events.geometry.array)), type=pa.binary())
    # GDAL knows a geometry column by this name of an Arrow extension type.
    field = pa.field("geometry", pa.binary(), metadata={"ARROW:extension:name": "geoarrow.wkb"})
    table = table.append_column(field, wkb)
    note = {"generated_by": GENERATED_BY, "attribution": ATTRIBUTION}
    with replacing(path) as part:
        pyogrio.write_arrow(
            table,
            part,
            layer="events",
            driver="GPKG",
            geometry_name="geometry",
            geometry_type="Unknown",
            crs=CRS,
            dataset_options={"VERSION": "1.2"},  # the newest that GDAL before 3.7 knows
            layer_metadata=note if filters is None else {**note, "filters": filters},
        )


def to_csv(events: gpd.GeoDataFrame, path: str | Path) -> None:
    """Write events as CSV (RFC 4180) for spreadsheets.

    The geometry is the column ``WKT`` (longitude latitude, six decimals), which GDAL and QGIS
    know; the label point is in ``longitude`` and ``latitude``. UTF-8 with a byte order mark, else
    Excel misreads every accent. A text that a spreadsheet might run as a formula gets an
    apostrophe before it.

    Parameters
    ----------
    events
        An events table.
    path
        The file, ``*.csv``.
    """
    columns = dict(zip(_NAMES, _json_columns(events), strict=True))
    for name, values in columns.items():
        if SCHEMA[name].dtype == "str":
            columns[name] = [None if text is None else inert(str(text)) for text in values]
        elif SCHEMA[name].dtype == "bool":
            columns[name] = [str(value).lower() for value in values]
    shapes = shapely.to_wkt(tidy(events.geometry), rounding_precision=DECIMALS, trim=True)
    columns["WKT"] = shapes.tolist()
    order = ["WKT" if name == "geometry" else name for name in SCHEMA]
    with replacing(path) as part, part.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(order)
        writer.writerows(zip(*(columns[name] for name in order), strict=True))


def to_kml(events: gpd.GeoDataFrame, path: str | Path, *, filters: str | None = None) -> None:
    """Write events as KML 2.2 (OGC 07-147r2), a placemark an event, for Google Earth and the like.

    The name is the place and the type, the description is the sentence, the time span drives the
    time slider, and all other columns are extended data. Texts are shown, never interpreted:
    readers take a description as HTML, so it is escaped as HTML and then as XML.

    Parameters
    ----------
    events
        An events table.
    path
        The file, ``*.kml``.
    filters
        How the events were chosen, in plain words.
    """
    about = f"{ATTRIBUTION} Generated by {GENERATED_BY}."
    if filters is not None:
        about += f" Filters: {filters}"
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>events</name>',
        f"<description>{_xml(html.escape(about))}</description>",
    ]
    rows = zip(*_json_columns(events), strict=True)
    for row, shape in zip(rows, shapely.to_geojson(tidy(events.geometry)), strict=True):
        values = dict(zip(_NAMES, row, strict=True))
        lines.append(_placemark(values, None if shape is None else json.loads(shape)))
    lines.append("</Document></kml>\n")
    with replacing(path) as part:
        part.write_text("\n".join(lines), encoding="utf-8", newline="\n")


def to_geoparquet(
    events: gpd.GeoDataFrame, path: str | Path, *, filters: str | None = None
) -> None:
    """Write events as GeoParquet, as `geo.frame.write` does, with the filter in its metadata.

    Parameters
    ----------
    events
        An events table.
    path
        The file, ``*.parquet``.
    filters
        How the events were chosen, in plain words; under ``dateline`` beside the attribution.
    """
    frame.write(events, path)
    if filters is None:
        return
    table = pq.read_table(path)
    metadata = dict(table.schema.metadata or {})
    own = {**json.loads(metadata.get(b"dateline", b"{}")), "filters": filters}
    metadata[b"dateline"] = json.dumps(own).encode()
    with replacing(path) as part:
        pq.write_table(table.replace_schema_metadata(metadata), part, compression="zstd")


def csv_metadata(rows: int, *, name: str = "events.csv", filters: str | None = None) -> str:
    """Describe a CSV of `to_csv`, which cannot describe itself: metadata by W3C's CSVW.

    Parameters
    ----------
    rows
        How many events the CSV holds.
    name
        Its file name; the metadata belong into ``{name}-metadata.json`` beside it.
    filters
        How the events were chosen, in plain words.

    Returns
    -------
    str
        JSON ("Metadata Vocabulary for Tabular Data", 2015): attribution, filter, and the columns.
    """
    columns = [
        {
            "titles": "WKT" if column == "geometry" else column,
            "dc:description": SCHEMA[column].description,
            "datatype": _CSVW.get(SCHEMA[column].dtype, "string"),
        }
        for column in SCHEMA
    ]
    about: dict[str, object] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": name,
        "dc:title": f"{rows} events",
        "dc:creator": GENERATED_BY,
        "dc:rights": ATTRIBUTION,
    }
    if filters is not None:
        about["dc:description"] = filters
    about["tableSchema"] = {"columns": columns}
    return json.dumps(about, ensure_ascii=False, indent=1) + "\n"


_CSVW: Final = {
    "Int64": "integer",
    "float64": "number",
    "bool": "boolean",
    "datetime64[ms]": "date",
}


def _csv(events: gpd.GeoDataFrame, path: str | Path, *, filters: str | None = None) -> None:  # noqa: ARG001  # CSV has no place for it
    to_csv(events, path)


_WRITERS: Final[Mapping[str, Callable[..., object]]] = {
    ".geojson": to_geojson,
    ".json": to_geojson,
    ".gpkg": to_geopackage,
    ".csv": _csv,
    ".kml": to_kml,
    ".parquet": to_geoparquet,
}

SUFFIXES: Final[tuple[str, ...]] = tuple(_WRITERS)
"""What `write_any` can write."""

CSV_METADATA: Final = "csv-metadata.json"

MEDIA_TYPES: Final[Mapping[str, str]] = {
    "geojson": "application/geo+json",
    "csv": "text/csv",
    CSV_METADATA: "application/csvm+json",
    "gpkg": "application/geopackage+sqlite3",
    "kml": "application/vnd.google-earth.kml+xml",
    "parquet": "application/vnd.apache.parquet",
}
"""Ending of a download -> its media type."""


def write_any(events: gpd.GeoDataFrame, path: str | Path, *, filters: str | None = None) -> None:
    """Write events in the format that the suffix of `path` names.

    Parameters
    ----------
    events
        An events table.
    path
        The file: ``.geojson``, ``.json`` (GeoJSON too), ``.gpkg``, ``.csv``, ``.kml`` or
        ``.parquet``; case does not matter.
    filters
        How the events were chosen, in plain words, for the file's metadata; a CSV has none, see
        `csv_metadata`.

    Raises
    ------
    ValueError
        If the suffix is none of these.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in _WRITERS:
        raise ValueError(
            f"cannot export to {path}: {suffix or 'no suffix'} is not one of {', '.join(SUFFIXES)}"
        )
    _WRITERS[suffix](events, path, filters=filters)


def to_bytes(
    events: gpd.GeoDataFrame | Rows,
    positions: npt.NDArray[np.integer[Any]],
    ending: str,
    filters: str | None = None,
) -> bytes:
    """Give some events as the bytes of a file, for a download.

    Parameters
    ----------
    events
        An events table.
    positions
        Rows of it.
    ending
        A key of `MEDIA_TYPES`.
    filters
        How the events were chosen, in plain words.

    Returns
    -------
    bytes
        The file's.
    """
    if ending == CSV_METADATA:
        return csv_metadata(len(positions), filters=filters).encode()
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"events.{ending}"
        write_any(events.iloc[positions], file, filters=filters)
        return file.read_bytes()


def _plain(events: gpd.GeoDataFrame) -> pd.DataFrame:
    """Give the columns of the schema but the geometry, in order."""
    return pd.DataFrame(events[list(_NAMES)])


def _json_columns(events: gpd.GeoDataFrame) -> list[list[Any]]:
    """Give the columns of `_plain` as lists of str, int, float, bool and None; days as ISO text."""
    columns: list[list[Any]] = []
    for name, values in _plain(events).items():
        match SCHEMA[str(name)].dtype:
            case "datetime64[ms]":
                # numpy's ISO text has four-digit years, as RFC 3339 asks; strftime's may not.
                days = np.datetime_as_string(values.to_numpy(), unit="D")
                listed = [None if day == "NaT" else day for day in days.tolist()]
            case "float64":
                # + 0.0 turns -0.0 into 0.0
                label = name in ("longitude", "latitude")
                rounded = values.round(DECIMALS) + 0.0 if label else values
                listed = rounded.astype(object).where(rounded.notna(), None).tolist()
            case _:
                listed = values.astype(object).where(values.notna(), None).tolist()
        columns.append(listed)
    return columns


def _geojson_text(events: gpd.GeoDataFrame, filters: str | None) -> str:
    """Give the feature collection as text, a line a feature."""
    shapes = tidy(events.geometry)
    head: dict[str, object] = {
        "type": "FeatureCollection",
        "name": "events",
        "generated_by": GENERATED_BY,
        "attribution": ATTRIBUTION,
    }
    if filters is not None:
        head["filters"] = filters
    placed = shapes[~shapely.is_missing(shapes)]
    if len(placed):
        head["bbox"] = shapely.total_bounds(placed).tolist()
    encode = json.JSONEncoder(
        ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":")
    ).encode
    where = _NAMES.index("event_id")
    features = [
        f'{{"type":"Feature","id":{encode(row[where])},'
        f'"geometry":{"null" if shape is None else shape},'
        f'"properties":{encode(dict(zip(_NAMES, row, strict=True)))}}}'
        for row, shape in zip(
            zip(*_json_columns(events), strict=True), shapely.to_geojson(shapes), strict=True
        )
    ]
    return encode(head)[:-1] + ',"features":[\n' + ",\n".join(features) + "\n]}\n"


def inert(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet might run as a formula (OWASP)."""
    return "'" + text if _FORMULA.match(text) else text


def _xml(text: object) -> str:
    """Escape for XML; what XML cannot hold becomes U+FFFD, a bool is spelled as XML does."""
    if isinstance(text, bool):
        return "true" if text else "false"
    return html.escape(_NOT_XML.sub("�", str(text)))


def _placemark(values: Mapping[str, Any], shape: Mapping[str, Any] | None) -> str:
    """Give one event as a KML Placemark; children in the order of the KML schema."""
    name = " · ".join(str(values[part]) for part in ("location", "event_type") if values[part])
    parts = ["<Placemark>", f"<name>{_xml(name)}</name>"]
    if values["sentence"]:
        parts.append(f"<description>{_xml(html.escape(values['sentence']))}</description>")
    begin, end = values["date_start"], values["date_end"]
    if begin or end:
        parts += [
            "<TimeSpan>",
            f"<begin>{begin}</begin>" if begin else "",
            f"<end>{end}</end>" if end else "",
            "</TimeSpan>",
        ]
    parts.append("<ExtendedData>")
    parts += [
        f'<Data name="{name}"><value>{_xml(value)}</value></Data>'
        for name, value in values.items()
        if value is not None
    ]
    parts.append("</ExtendedData>")
    if shape is not None:
        parts.append(_kml_geometry(shape["type"], shape["coordinates"]))
    parts.append("</Placemark>")
    return "".join(parts)


def _kml_geometry(kind: str, coordinates: Any) -> str:
    """Give GeoJSON coordinates as a KML geometry."""
    if kind.startswith("Multi"):
        inner = "".join(_kml_geometry(kind[5:], part) for part in coordinates)
        return f"<MultiGeometry>{inner}</MultiGeometry>"
    if kind == "Polygon":
        outer, *holes = (f"<LinearRing>{_kml_tuples(ring)}</LinearRing>" for ring in coordinates)
        inner = "".join(f"<innerBoundaryIs>{hole}</innerBoundaryIs>" for hole in holes)
        return f"<Polygon><outerBoundaryIs>{outer}</outerBoundaryIs>{inner}</Polygon>"
    points = [coordinates] if kind == "Point" else coordinates
    return f"<{kind}>{_kml_tuples(points)}</{kind}>"


def _kml_tuples(points: Iterable[Sequence[float]]) -> str:
    text = " ".join(f"{longitude},{latitude}" for longitude, latitude in points)
    return f"<coordinates>{text}</coordinates>"
