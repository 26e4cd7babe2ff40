import threading

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geo.boundaries import Boundaries, default_boundaries

GEOD = Geod(ellps="WGS84")
KUNDUZ, TAKHAR, PANJSHIR = "geonames:1135690", "geonames:1123230", "geonames:6957555"
B = default_boundaries()
CODES = sorted(B._admin0.codes)


def km(line):
    return GEOD.geometry_length(line) / 1000


def test_every_polygon_is_valid_and_within_the_world():
    for layer in (B._admin0, B._admin1):
        assert all(shapely.is_valid(layer.shapes))
        west, south, east, north = shapely.total_bounds(layer.shapes)
        assert (west, south) >= (-180, -90)
        assert (east, north) <= (180, 90)
        assert len(set(layer.codes)) == len(layer.codes)
        assert all(layer.names)


def test_countries_do_not_overlap():
    shapes = B._admin0.shapes
    first, second = shapely.STRtree(shapes).query(shapes, predicate="overlaps")
    overlap = shapely.area(shapely.intersection(np.array(shapes)[first], np.array(shapes)[second]))
    assert not len(overlap) or overlap.max() < 1e-3


@pytest.mark.parametrize(
    ("iso3", "longitude", "latitude"),
    [
        ("AFG", 68.87, 36.73),  # Kunduz
        ("UKR", 34.10, 44.95),  # Simferopol, by the German edition
        ("ESH", -13.2, 27.15),  # Laayoune
        ("SOM", 44.06, 9.56),  # Hargeisa
        ("CYP", 33.36, 35.20),  # Nicosia, north
        ("SYR", 35.80, 33.05),  # Golan Heights
        ("SDN", 28.43, 9.60),  # Abyei
        ("XKX", 21.16, 42.66),  # Pristina
        ("TWN", 121.5, 25.05),
        ("PSE", 34.45, 31.50),  # Gaza
        ("GUF", -52.3, 4.93),  # Cayenne
        ("KAZ", 63.3, 45.95),  # Baikonur
        ("USA", -74.0, 40.70),  # the tip of Manhattan
    ],
)
def test_country_at_a_point(iso3, longitude, latitude):
    assert B.country_at(longitude, latitude) == iso3


def test_no_country_in_the_open_sea():
    assert B.country_at(-30.0, 30.0) is None
    assert B.admin1_at(-30.0, 30.0) is None


def test_panjshir_is_joined_by_code_and_not_by_name():
    # Natural Earth calls this polygon "Parwan".
    assert B.admin1_at(69.6, 35.35)[0] == PANJSHIR
    assert B.admin1_at(68.87, 36.73) == (KUNDUZ, "Kunduz")


def test_afghanistan_is_its_34_provinces():
    provinces = B.divisions("AFG")
    assert len(provinces) == 34
    union = shapely.union_all([B.admin1(code) for code in provinces])
    country = B.country("AFG")
    assert union.symmetric_difference(country).area < 1e-6


def test_finer_levels_are_dissolved():
    assert sorted(B.divisions("GBR").values()) == [
        "England",
        "Northern Ireland",
        "Scotland",
        "Wales",
    ]
    assert len(B.divisions("ITA")) == 20
    assert 12 <= len(B.divisions("FRA")) <= 14


def test_provinces_that_are_guessed_say_so():
    ituri = next(code for code, name in B.divisions("COD").items() if name == "Ituri")
    assert B.approximate(ituri)
    assert B.admin1(ituri).contains(shapely.Point(30.25, 1.57))  # Bunia
    assert not B.approximate(KUNDUZ)


def test_length_and_shape_of_the_afghan_tajik_border():
    border = B.border("AFG", "TJK")
    assert border.geom_type == "LineString"
    assert 1000 < km(border) < 1300  # CIA World Factbook: 1,357 km along every bend
    assert B.border("TJK", "AFG").equals(border)


def test_border_of_a_province_and_a_country_lies_on_the_national_border():
    piece = B.border(KUNDUZ, "TJK")
    assert 100 < km(piece) < 250
    assert piece.difference(B.border("AFG", "TJK")).length < 1e-9
    assert B.border(KUNDUZ, TAKHAR) is not None
    assert B.land_border(KUNDUZ).equals(piece)


@pytest.mark.parametrize(
    ("a", "b"), [("FRA", "JPN"), ("ZMB", "BWA"), ("AFG", "AFG"), ("AFG", "ZZZ")]
)
def test_no_border(a, b):
    assert B.border(a, b) is None


def test_israel_and_syria_touch_along_the_golan():
    assert B.border("ISR", "SYR") is not None


def test_neighbours_and_coast():
    assert B.neighbours("AFG") == ("CHN", "IRN", "PAK", "TJK", "TKM", "UZB")
    assert B.neighbours("ISL") == ()
    assert B.coast("AFG") is None
    assert B.land_border("ISL") is None
    assert 100 < km(B.coast("SYR")) < 250
    land, sea = B.land_border("SYR"), B.coast("SYR")
    whole = B.country("SYR").boundary
    assert land.length + sea.length == pytest.approx(whole.length)


def test_unknown_codes_give_none():
    assert B.country("ZZZ") is None
    assert B.admin1("geonames:1") is None
    assert B.name("ZZZ") is None
    assert B.coast("ZZZ") is None
    assert B.land_border("geonames:1") is None
    assert B.neighbours("ZZZ") == ()


def test_a_missing_file_says_how_to_make_it(tmp_path):
    with pytest.raises(FileNotFoundError, match="build_boundaries"):
        Boundaries(tmp_path).country("AFG")


def test_threads_share_one_object():
    boundaries = Boundaries()
    found = []

    def work():
        found.append(boundaries.country_at(68.87, 36.73))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["AFG"] * 8


@given(st.sampled_from(CODES))
@settings(max_examples=60, deadline=None)
def test_a_point_inside_a_country_is_found_there(iso3):
    point = B.country(iso3).representative_point()
    assert B.country_at(point.x, point.y) == iso3


@given(st.sampled_from(CODES), st.data())
@settings(max_examples=40, deadline=None)
def test_borders_are_symmetric_and_on_both_edges(iso3, data):
    neighbours = B.neighbours(iso3)
    if not neighbours:
        return
    other = data.draw(st.sampled_from(neighbours))
    assert iso3 in B.neighbours(other)
    border = B.border(iso3, other)
    assert border.is_valid
    assert border.equals(B.border(other, iso3))
    for code in (iso3, other):
        assert border.difference(B.country(code).boundary).length < 1e-9
