"""Zones around outlines and along coasts: as wide as they say, at sea, coarse or not."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from relation_tools import CODES, B, admin1, country, sound
from shapely.geometry import LineString, Point

from geo import geodesy, zones
from geo.boundaries import FACING_KM, LEVELS, Boundaries
from geo.relations import Relation, locate

LARGE = ["ATA", "AUS", "CAN", "CHL", "GRL", "IDN", "NOR", "RUS", "USA"]


def overlap(one, two):
    both = shapely.intersection(one, two).area
    return both / (one.area + two.area - both)


def rim_km(zone, line, step, count=40):
    """Distances in km from points of a zone's rim to the line."""
    rim = shapely.get_coordinates(shapely.boundary(zone))
    rim = rim[:: max(1, len(rim) // count)]
    at = shapely.get_coordinates(shapely.segmentize(line, step))
    found = []
    for x, y in rim:
        near = at[np.abs(at[:, 1] - y) < 3]
        start = np.tile([x, y], (len(near), 1))
        found.append(min(geodesy.GEOD.inv(*start.T, *near.T)[2]) / 1000)
    return np.array(found)


@given(
    st.floats(-170, 170),
    st.floats(-78, 78),
    st.floats(-25, 25),
    st.floats(-35, 35),
    st.floats(5, 120),
)
@settings(max_examples=30, deadline=None)
def test_a_band_is_as_wide_as_it_says_anywhere(x, y, east, north, km):
    x, y, east, north = (round(value, 3) for value in (x, y, east, north))
    end = (max(-180, min(180, x + east)), max(-80, min(80, y + north)))
    line = LineString([(x, y), ((x + end[0]) / 2, (y + end[1]) / 2 + 0.4), end])
    zone = geodesy.band(line, km)
    assert zone.is_valid
    within = zone.bounds
    assert within[0] >= -180
    assert within[2] <= 180
    if within[0] > -180 and within[2] < 180:  # else the rim is partly the cut
        assert rim_km(zone, line, km / 500) == pytest.approx(km, rel=0.1)


@given(st.floats(-75, 75), st.floats(0.1, 45), st.floats(-180, 180), st.data())
def test_a_cone_maps_there_and_back_and_keeps_scale(south, height, middle, data):
    north = min(80.0, south + height)
    to_plane, to_degrees = geodesy._cone(south, north, middle)
    x = data.draw(st.floats(middle - 130, middle + 130))
    y = data.draw(st.floats(south, north))
    here = np.array([[x, y]])
    assert to_degrees(to_plane(here)) == pytest.approx(here, abs=1e-6)
    for step in ([1e-4, 0], [0, 1e-4]):
        km = np.linalg.norm(to_plane(here + step) - to_plane(here))
        true = geodesy.GEOD.inv(x, y, x + step[0], y + step[1])[2] / 1000
        assert km == pytest.approx(true, rel=0.055)


def test_a_length_is_that_of_the_geodesics():
    for code in ("CAN", "FJI", "AFG", "ATA"):
        shape = B.country(code)
        rings = shapely.get_rings(shapely.get_parts(shape))
        exact = sum(geodesy.GEOD.geometry_length(ring) for ring in rings) / 1000
        assert geodesy.length_km(shape.boundary) == pytest.approx(exact, rel=1e-5)
    long = LineString([(0, 0), (60, 60)])
    assert geodesy.length_km(long) == pytest.approx(geodesy.GEOD.geometry_length(long) / 1000)


def test_the_coast_of_britain_has_no_french_land():
    """Land across a strait, which shares no border, is no sea either."""
    found = locate(Relation("offshore"), [country("GBR")])
    calais = Point(1.86, 50.90)
    assert not found.geometry.covers(calais)
    assert found.geometry.distance(calais) < 0.2
    assert found.geometry.intersection(B.country("FRA")).area < 0.01 * found.geometry.area


@given(st.sampled_from([code for code in CODES if B.coarse(code) is None]), st.floats(1, 250))
@settings(max_examples=30, deadline=None)
def test_no_land_is_sea(iso3, km):
    found = zones.at_sea(iso3, km, B)
    if found is None or found[0].is_empty:
        return
    zone, coarsely = found
    assert zone.is_valid
    assert not coarsely
    rows = B._admin0.tree.query(zone)
    lands = np.array(B._admin0.shapes, dtype=object)[rows]
    assert shapely.area(shapely.intersection(lands, zone)).sum() < 1e-6


@pytest.mark.parametrize("km", [1.0, 2.5, *LEVELS, 12.0, 25.0, 50.0, 100.0, 370.0, 600.0])
@pytest.mark.parametrize("iso3", LARGE)
def test_coarse_zones_of_every_width_are_sound(iso3, km):
    for kind in ("near", "offshore"):
        found = locate(Relation(kind, None, km), [country(iso3)])
        sound(found)
        assert "coarsely" in found.explanation
        if km >= LEVELS[0]:  # narrower ones are lost in what the outline is off
            land = found.geometry.intersection(B.country(iso3)).area
            assert land < 0.4 * found.geometry.area


def test_wider_zones_hold_the_narrower():
    for kind in ("near", "offshore"):
        sizes = [
            geodesy.area_km2(locate(Relation(kind, None, float(km)), [country("CAN")]).geometry)
            for km in (1, 2, 3, 4, 9, 10, 11, 29, 30, 31, 60, 120)
        ]
        assert sizes == sorted(sizes)


@pytest.mark.parametrize(
    ("iso3", "km", "least"),
    [
        ("NOR", 10.0, 0.88),
        ("NOR", 25.0, 0.92),
        ("CHL", 25.0, 0.92),
        ("CAN", 25.0, 0.84),
        ("GBR", 50.0, 0.95),
        ("IDN", 100.0, 0.94),
    ],
)
def test_coarse_zones_are_about_what_exact_ones_are(iso3, km, least):
    shape, coast = B.country(iso3), B.coast(iso3)
    core = geodesy.mainland(geodesy.unwrapped(shape))
    land = shapely.coverage_union_all([B.country(c) for c in (*B.neighbours(iso3), iso3)])
    exact = {
        "around": shapely.difference(geodesy.band(core, km, lost=0.01), shape),
        "at_sea": shapely.difference(geodesy.band(coast, km, lost=0.01), land),
    }
    coarse = {
        "around": zones.around(iso3, shape, km, B)[0],
        "at_sea": zones.at_sea(iso3, km, B)[0],
    }
    for kind, zone in exact.items():
        assert overlap(coarse[kind], zone) > least, kind


def test_the_coast_of_a_side_is_on_that_side():
    west = locate(Relation("offshore", "west", 25.0), [country("AUS")])
    sound(west)
    assert west.geometry.distance(Point(115.6, -32.0)) < 0.2  # off Perth
    assert west.geometry.distance(Point(151.4, -33.9)) > 20  # Sydney
    nunavut = admin1("geonames:6091732")
    sound(locate(Relation("offshore", None, 5.0), [nunavut]))
    sound(locate(Relation("near", "south", 5.0), [nunavut]))


def test_who_faces_whom():
    assert {"FRA", "IRL", "NLD", "GBR"} <= set(B.facing("GBR", 100))
    assert "USA" not in B.facing("GBR", 100)
    assert set(B.facing("GBR", FACING_KM + 1)) == set(B.countries())
    for iso3 in CODES:
        assert set(B.neighbours(iso3)) <= set(B.facing(iso3, 50))


def test_moved_countries_have_no_coarse_shapes_and_face_all():
    moved = Boundaries(point_of_view={"Crimea": "RUS"})
    assert moved.coarse("RUS") is None
    assert B.coarse("RUS") is not None
    assert set(moved.facing("UKR", 20)) == set(moved.countries())
    zone, coarsely = zones.at_sea("UKR", 30.0, moved)
    assert zone.is_valid
    assert not coarsely
    assert zone.distance(Point(33.5, 44.6)) > 0.5  # Sevastopol is not on this coast


def test_polygons_are_decoded_one_by_one():
    boundaries = Boundaries()
    boundaries.country("AFG")
    given_ = boundaries._admin0._given
    assert sum(isinstance(shape, bytes) for shape in given_) == len(given_) - 1


def test_coarse_shapes_are_valid_and_small():
    rows = B._coarse
    assert len(rows) >= 40
    for code in rows:
        rough = B.coarse(code)
        shapes = [rough.land, rough.outline, rough.coast, rough.ashore]
        shapes += [*rough.around.values(), *rough.shore.values()]
        shapes = [shape for shape in shapes if shape is not None]
        assert all(shapely.is_valid(shapes)), code
        assert max(shapely.get_num_coordinates(shapes)) <= 7000
        exact = B.country(code) or B.admin1(code)
        assert overlap(rough.land, exact) > 0.97, code
