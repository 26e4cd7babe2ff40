import csv
import json
import re
import shutil
import subprocess
from datetime import date
from xml.etree import ElementTree as ET

import numpy as np
import pyogrio
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import HOSTILE, boxes, lines, tables

from geo import frame
from geo.export import (
    SUFFIXES,
    to_csv,
    to_geojson,
    to_geopackage,
    to_kml,
    write_any,
)
from geo.shapes import DECIMALS, tidy

KML = "{http://www.opengis.net/kml/2.2}"
EVENT = {"event_type": "RETREAT", "modality": "actual", "where_prec": 5}


def table(*geometries, **values):
    return frame.from_records(
        {**EVENT, "event_id": f"e{place}", "geometry": shape, **values}
        for place, shape in enumerate(geometries)
    )


def tidied(shape):
    return tidy(table(shape).geometry)[0]


@pytest.fixture(scope="module")
def hostile():
    return frame.from_records(
        {**EVENT, "event_id": f"e{place:02}", "title": text, "sentence": text, "location": text,
         "geometry": shapely.Point(place, 1), "date_start": date(1850 + place, 1, 1)}
        for place, text in enumerate(HOSTILE)
    )  # fmt: skip


def positions(coordinates):
    """Give every position in nested GeoJSON coordinates."""
    if isinstance(coordinates[0], int | float):
        return [coordinates]
    return [position for part in coordinates for position in positions(part)]


def rings(geometry):
    match geometry["type"]:
        case "Polygon":
            return [geometry["coordinates"]]
        case "MultiPolygon":
            return geometry["coordinates"]
    return []


def check_rfc7946(document):
    """Assert what RFC 7946 demands of a feature collection like ours."""
    assert document["type"] == "FeatureCollection"
    assert "crs" not in document
    placed = [feature["geometry"] for feature in document["features"] if feature["geometry"]]
    assert ("bbox" in document) == bool(placed)
    ids = [feature["id"] for feature in document["features"]]
    assert len(set(ids)) == len(ids)
    for feature in document["features"]:
        assert set(feature) == {"type", "id", "geometry", "properties"}
        assert feature["type"] == "Feature"
        assert list(feature["properties"]) == [name for name in frame.SCHEMA if name != "geometry"]
    for geometry in placed:
        assert geometry["type"] in frame.GEOMETRY_TYPES
        for longitude, latitude in positions(geometry["coordinates"]):
            assert -180 <= longitude <= 180
            assert -90 <= latitude <= 90
            for degrees in (longitude, latitude):
                assert round(degrees, DECIMALS) == degrees
                assert len(f"{degrees:.15f}".rstrip("0").split(".")[1]) <= 15
        for outer, *holes in rings(geometry):
            assert shapely.LinearRing(outer).is_ccw
            assert not any(shapely.LinearRing(hole).is_ccw for hole in holes)
            assert all(ring[0] == ring[-1] and len(ring) >= 4 for ring in (outer, *holes))
        assert shapely.geometry.shape(geometry).is_valid


@settings(deadline=None, max_examples=30)
@given(tables())
def test_geojson_is_strict_and_round_trips(tmp_path_factory, events):
    path = tmp_path_factory.mktemp("t") / "events.geojson"
    assert to_geojson(events, path) is None
    text = path.read_text(encoding="utf-8")
    check_rfc7946(json.loads(text))
    again = frame.read(path)
    # Rings may turn and start elsewhere: the same shape.
    assert_geodataframe_equal(again, events, normalize=True)
    assert to_geojson(again) == text


@settings(deadline=None, max_examples=25)
@given(tables())
def test_geopackage_round_trips(tmp_path_factory, events):
    path = tmp_path_factory.mktemp("t") / "events.gpkg"
    to_geopackage(events, path)
    assert_geodataframe_equal(frame.read(path), events)


@settings(deadline=None, max_examples=25)
@given(tables())
def test_csv_holds_every_value(tmp_path_factory, events):
    path = tmp_path_factory.mktemp("t") / "events.csv"
    to_csv(events, path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(events)
    for row, (_, event) in zip(rows, events.iterrows(), strict=True):
        assert list(row) == ["WKT" if name == "geometry" else name for name in frame.SCHEMA]
        for name in ("title", "location", "sentence", "actor1", "event_id"):
            text = event[name] if isinstance(event[name], str) else ""
            assert row[name] in (text, "'" + text)
            assert not re.match(r"\s*[=+\-@]|[\t\r\n]", row[name])
        assert row["date_start"] in ("", str(event["date_start"])[:10])
        if event["geometry"] is None:
            assert row["WKT"] == ""
        else:
            assert shapely.from_wkt(row["WKT"]).equals(event["geometry"])


@settings(deadline=None, max_examples=25)
@given(tables())
def test_kml_parses_and_holds_every_text(tmp_path_factory, events):
    path = tmp_path_factory.mktemp("t") / "events.kml"
    to_kml(events, path)
    placemarks = list(ET.parse(path).iter(f"{KML}Placemark"))  # noqa: S314  # our own file
    assert len(placemarks) == len(events)
    for placemark, (_, event) in zip(placemarks, events.iterrows(), strict=True):
        data = {item.get("name"): item[0].text for item in placemark.iter(f"{KML}Data")}
        assert data["event_id"] == event["event_id"]
        assert set(data) == {
            name for name in frame.SCHEMA if name != "geometry" and event.notna()[name]
        }
        if event["sentence"] == event["sentence"]:
            assert "<" not in (placemark.find(f"{KML}description").text or "")
        assert len(placemark) == 2 + sum(
            [
                event.notna()["sentence"],
                event.notna()["date_start"] or event.notna()["date_end"],
                event["geometry"] is not None,
            ]
        )


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_empty_table_in_every_format(tmp_path, suffix):
    path = tmp_path / f"events{suffix}"
    write_any(frame.empty(), path)
    if suffix in frame.READABLE:
        assert_geodataframe_equal(frame.read(path), frame.empty())
    else:
        assert path.stat().st_size > 0


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".parquet"])
def test_hostile_texts_come_back(tmp_path, hostile, suffix):
    path = tmp_path / f"events{suffix}"
    write_any(hostile, path)
    assert_geodataframe_equal(frame.read(path), hostile)


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".csv", ".kml"])
def test_gdal_opens_it(tmp_path, hostile, suffix):
    path = tmp_path / f"events{suffix}"
    write_any(hostile, path)
    info = pyogrio.read_info(path)
    assert info["features"] == len(hostile)
    read = pyogrio.read_dataframe(path, read_geometry=suffix != ".csv")
    assert read["event_id"].to_list() == hostile["event_id"].to_list()
    if suffix != ".csv":
        assert read.geometry.x.to_list() == hostile.geometry.x.to_list()
        assert info["crs"] == frame.CRS
    if suffix in (".geojson", ".gpkg"):
        assert info["layer_name"] == "events"
        dates = dict(zip(info["fields"], info["ogr_types"], strict=True))
        assert dates["date_start"] == "OFTDate"


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="GDAL's tools are not installed")
@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".csv", ".kml"])
def test_ogrinfo_opens_it(tmp_path, hostile, suffix):
    path = tmp_path / f"events{suffix}"
    write_any(hostile, path)
    done = subprocess.run(
        ["ogrinfo", "-so", "-al", path], capture_output=True, text=True, check=True
    )
    assert f"Feature Count: {len(hostile)}" in done.stdout
    assert "Warning" not in done.stderr
    assert "ERROR" not in done.stderr


def test_geojson_text_file_and_indent_are_the_same_document(tmp_path, hostile):
    text = to_geojson(hostile)
    to_geojson(hostile, tmp_path / "a.geojson", indent=2)
    indented = (tmp_path / "a.geojson").read_text(encoding="utf-8")
    assert json.loads(indented) == json.loads(text)
    assert indented.count("\n") > text.count("\n") == len(hostile) + 2


def test_what_the_file_is_stands_in_it(tmp_path, hostile):
    document = json.loads(to_geojson(hostile, filters="July 2021"))
    assert document["generated_by"] == "Dateline"
    assert document["attribution"] == frame.ATTRIBUTION
    assert document["filters"] == "July 2021"
    to_geopackage(hostile, tmp_path / "a.gpkg", filters="July 2021")
    assert pyogrio.read_info(tmp_path / "a.gpkg")["layer_metadata"]["filters"] == "July 2021"
    to_kml(hostile, tmp_path / "a.kml", filters="July <2021>")
    document = ET.parse(tmp_path / "a.kml")  # noqa: S314  # our own file
    assert "July &lt;2021&gt;" in document.find(f".//{KML}description").text


def test_days_and_numbers_of_geojson():
    events = table(
        shapely.Point(69.1234564999, -0.00000001), date_start="0007-01-02", confidence=0.1
    )
    feature = json.loads(to_geojson(events))["features"][0]
    assert feature["geometry"]["coordinates"] == [69.123456, 0.0]
    assert feature["properties"]["date_start"] == "0007-01-02"
    assert feature["properties"]["date_end"] is None
    assert feature["properties"]["longitude"] == 69.123456
    assert feature["properties"]["confidence"] == 0.1
    assert feature["properties"]["soldiers"] is None
    assert feature["properties"]["reviewed"] is False
    assert "-0.0" not in to_geojson(events)


def test_html_in_kml_is_escaped_twice(tmp_path):
    to_kml(table(None, sentence="<img src=x onerror=alert(1)>"), tmp_path / "a.kml")
    text = (tmp_path / "a.kml").read_text(encoding="utf-8")
    assert "&amp;lt;img" in text
    assert "<img" not in text


def test_an_unknown_suffix_lists_the_known(tmp_path):
    with pytest.raises(ValueError, match=r"\.xlsx is not one of \.geojson, \.json, \.gpkg"):
        write_any(frame.empty(), tmp_path / "a.xlsx")
    with pytest.raises(ValueError, match="no suffix is not one of"):
        write_any(frame.empty(), tmp_path / "a")
    write_any(frame.empty(), tmp_path / "A.GEOJSON")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch, suffix):
    path = tmp_path / f"events{suffix}"
    path.write_text("old")

    def fail(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr("geo.files.os.fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        write_any(frame.empty(), path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_line_over_the_antimeridian_is_cut():
    # The example of RFC 7946 section 3.1.9.
    assert tidied(shapely.LineString([(170, 45), (-170, 45)])).equals(
        shapely.MultiLineString([[(170, 45), (180, 45)], [(-180, 45), (-170, 45)]])
    )
    twice = shapely.LineString([(170, 0), (-170, 0), (-170, 10), (170, 10)])
    assert len(tidied(twice).geoms) == 3
    pair = shapely.MultiLineString([[(170, 45), (-170, 45)], [(0, 0), (1, 1)]])
    assert len(tidied(pair).geoms) == 3


def test_a_polygon_over_the_antimeridian_is_cut():
    # The example of RFC 7946 section 3.1.9.
    cut = tidied(shapely.Polygon([(170, 40), (170, 50), (-170, 50), (-170, 40)]))
    assert cut.equals(
        shapely.MultiPolygon([shapely.box(170, 40, 180, 50), shapely.box(-180, 40, -170, 50)])
    )
    assert all(part.exterior.is_ccw for part in cut.geoms)


@pytest.mark.parametrize(
    "shape",
    [
        shapely.box(-180, -90, 180, 90),
        shapely.box(-25, 35, 180, 80),
        shapely.Polygon(
            shapely.box(-170, -10, 170, 10).exterior, [shapely.box(0, 0, 1, 1).exterior]
        ),
        shapely.LineString([(-180, 0), (180, 0)]),
        shapely.MultiPolygon([shapely.box(-180, 60, -170, 70), shapely.box(170, 60, 180, 70)]),
    ],
)
def test_what_is_wide_but_does_not_cross_stays(shape):
    assert tidied(shape).equals(shape)


@pytest.mark.parametrize(
    "shape",
    [
        shapely.box(5, 5, 5 + 1e-8, 5 + 1e-8),
        shapely.LineString([(5, 5), (5 + 1e-8, 5)]),
        shapely.MultiPolygon(
            [shapely.box(5, 5, 5 + 1e-8, 5 + 1e-8), shapely.box(5.1, 5, 5.1 + 1e-8, 5 + 1e-8)]
        ),
    ],
)
def test_what_is_too_small_becomes_a_point(shape):
    assert tidied(shape).geom_type == "Point"


def test_rounding_leaves_polygons_valid():
    # A spike so thin that its sides cross once rounded.
    spike = shapely.Polygon(
        [(0, 0), (1, 0), (1, 1), (0.50000049, 1), (0.5, 1e-7), (0.49999951, 1), (0, 1)]
    )
    assert tidied(spike).is_valid
    assert tidied(spike).area == pytest.approx(1, abs=1e-5)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=3, max_size=12))
def test_any_polygon_stays_valid(points):
    shape = shapely.MultiPoint(points).convex_hull.buffer(1e-7)
    shape = shapely.intersection(shape, shapely.box(-180, -90, 180, 90))
    if shape.geom_type == "Polygon" and shape.is_valid:
        done = tidied(shape)
        assert done.is_valid
        assert not done.is_empty
        assert np.array_equal(shapely.get_coordinates(done), shapely.get_coordinates(tidied(done)))


@settings(deadline=None, max_examples=30)
@given(boxes() | lines(), st.integers(-179, 179))
def test_cutting_is_turning(shape, turn):
    """A shape moved along the equator and wrapped is cut into parts of the same length and area."""
    moved = shapely.transform(
        shape,
        lambda xy: np.column_stack([(xy[:, 0] / 2 + turn + 180) % 360 - 180, xy[:, 1]]),
    )
    if not moved.is_valid or (shapely.get_coordinates(moved)[:, 0] == -180).any():
        return
    done = tidy(table(moved).geometry)[0]
    half = shapely.transform(shape, lambda xy: xy / (2, 1))
    if done.geom_type.endswith("Polygon"):
        assert done.area == pytest.approx(half.area, abs=1e-3)
    else:
        assert done.length == pytest.approx(half.length, abs=1e-3)
