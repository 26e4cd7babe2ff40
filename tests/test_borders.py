import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from relation_tools import (
    CODES,
    DUSHANBE,
    KHOROG,
    KUNDUZ,
    PANJ,
    B,
    admin1,
    country,
    holds,
    sound,
    town,
)
from shapely.geometry import Point
from shapely.ops import nearest_points

from geo import geodesy
from geo.relations import Relation, locate


def test_border_of_two_countries():
    found = locate(Relation("border"), [country("AFG"), country("TJK")])
    assert 1000 < geodesy.length_km(found.geometry) < 1300
    assert (found.where_prec, found.country) == (5, "AFG")
    assert found.name == "Afghanistan-Tajikistan border"
    other = locate(Relation("border"), [country("TJK"), country("AFG")])
    assert other.geometry.equals(found.geometry)


def test_border_of_a_province_and_a_country():
    found = locate(Relation("border"), [admin1("geonames:1135690"), country("TJK")])
    assert 100 < geodesy.length_km(found.geometry) < 250
    assert found.admin1 == "Kunduz"
    by_town = locate(Relation("border"), [town(), country("TJK")])
    assert by_town.geometry.equals(found.geometry)


def test_border_of_one_place():
    whole = locate(Relation("border"), [country("AFG")])
    assert geodesy.length_km(whole.geometry) > 4000
    province = locate(Relation("border"), [admin1("geonames:1135690")])
    assert "national border" in province.explanation
    inner = locate(Relation("border"), [admin1("geonames:1138957")])  # Kabul: none abroad
    assert "outline" in inner.explanation
    assert locate(Relation("border"), [country("ISL")]).geometry is None


def test_border_of_three_countries_joins_what_touches():
    three = locate(Relation("border"), [country("AFG"), country("TJK"), country("UZB")])
    two = locate(Relation("border"), [country("AFG"), country("TJK")])
    assert geodesy.length_km(three.geometry) > geodesy.length_km(two.geometry)


def test_countries_that_do_not_touch_have_no_border():
    found = locate(Relation("border"), [country("AFG"), country("FRA")])
    assert found.geometry is None
    assert found.longitude is None
    assert "do not share a border" in found.explanation
    assert locate(Relation("side"), [country("AFG"), country("FRA")]).geometry is None


def test_tajik_side_of_the_border():
    found = locate(Relation("side"), [country("TJK"), country("AFG")])
    assert holds(found, PANJ)
    assert holds(found, KHOROG)
    assert not holds(found, DUSHANBE)
    assert not holds(found, KUNDUZ)
    assert found.country == "TJK"
    assert geodesy.area_km2(found.geometry) == pytest.approx(21_000, rel=0.1)


def test_a_band_is_as_wide_as_it_says():
    line = B.border("NOR", "SWE")  # far north, where degrees mislead most
    zone = geodesy.band(line, 20)
    middle = geodesy.label_point(line)
    bearings = range(0, 360, 10)
    within = [geodesy.destination(middle.x, middle.y, b, 19.0) for b in bearings]
    assert all(zone.contains(p) for p in within)
    rim = shapely.points(shapely.get_coordinates(zone.exterior)[::5])
    ends = [nearest_points(p, line) for p in rim]
    km = [geodesy.GEOD.inv(a.x, a.y, b.x, b.y)[2] / 1000 for a, b in ends]
    assert np.median(km) == pytest.approx(20, rel=0.15)  # nearest in degrees is not nearest in km


def test_coast():
    found = locate(Relation("coast"), [country("SYR")])
    sound(found)
    assert found.where_prec == 5
    assert 100 < geodesy.length_km(found.geometry) < 250
    assert locate(Relation("coast"), [country("AFG")]).geometry is None


def test_coast_on_a_sea():
    def sea(name, bbox):
        return town(name, feature="SEA", bbox=bbox, country=None, admin1_id=None)

    red, black = (
        sea("Red Sea", (32.5, 12.5, 43.5, 30.0)),
        sea("Black Sea", (27.4, 40.9, 41.8, 46.7)),
    )
    part = locate(Relation("coast"), [country("YEM"), red])
    whole = locate(Relation("coast"), [country("YEM")])
    sound(part)
    assert part.name == "Red Sea coast of Yemen"
    assert 300 < geodesy.length_km(part.geometry) < geodesy.length_km(whole.geometry) / 2
    assert part.geometry.distance(Point(42.95, 14.80)) < 0.2  # Hodeidah
    assert part.geometry.distance(Point(49.13, 14.53)) > 5  # Mukalla
    assert locate(Relation("coast"), [red, country("YEM")]).geometry.equals(part.geometry)
    far = locate(Relation("coast"), [country("YEM"), black])
    assert "none of it" in far.explanation
    assert locate(Relation("coast"), [red]).where_prec == 7


def test_coast_on_a_side():
    west = locate(Relation("coast", "west"), [country("LBY")])
    assert west.geometry.distance(Point(13.18, 32.89)) < 0.3  # Tripoli
    assert west.geometry.distance(Point(20.07, 32.12)) > 3  # Benghazi
    assert "west" in west.explanation


@pytest.mark.parametrize("iso3", ["SOM", "NOR", "IDN", "RUS", "USA", "FJI", "YEM"])
def test_off_the_coast_is_at_sea(iso3):
    found = locate(Relation("offshore"), [country(iso3)])
    sound(found)
    assert (found.where_prec, found.country) == (5, iso3)
    # The coarse land of the large lets some capes through, and the words say so.
    coarse = B.coarse(iso3) is not None
    overlap = found.geometry.intersection(B.country(iso3)).area
    assert overlap < (0.06 * found.geometry.area if coarse else 1e-6)
    assert found.geometry.distance(B.country(iso3)) < 0.05
    assert "50 km" in found.explanation
    assert ("coarsely" in found.explanation) or not coarse


def test_off_a_port_and_off_no_coast():
    port = town("Mogadishu", (45.34, 2.04), country="SOM", admin1_id=None)
    found = locate(Relation("offshore"), [port])
    sound(found)
    assert geodesy.area_km2(found.geometry) < np.pi * 50**2
    narrow = locate(Relation("offshore", None, 20.0), [port])
    assert geodesy.area_km2(narrow.geometry) < geodesy.area_km2(found.geometry)
    assert locate(Relation("offshore"), [country("AFG")]).geometry is None


def test_a_side_without_the_other_country_or_with_both_named():
    alone = locate(Relation("side"), [country("TJK")])
    sound(alone)
    assert "any land border" in alone.explanation
    with_both = locate(Relation("side"), [country("TJK"), country("AFG"), country("TJK")])
    pair = locate(Relation("side"), [country("TJK"), country("AFG")])
    assert with_both.geometry.equals(pair.geometry)
    assert geodesy.area_km2(alone.geometry) > geodesy.area_km2(pair.geometry)


@given(st.sampled_from(CODES), st.data())
@settings(max_examples=40, deadline=None)
def test_borders_and_sides_of_any_pair(iso3, data):
    neighbours = B.neighbours(iso3)
    if not neighbours:
        return
    other = data.draw(st.sampled_from(neighbours))
    here, there = country(iso3), country(other)
    line = locate(Relation("border"), [here, there])
    sound(line)
    assert line.geometry.equals(locate(Relation("border"), [there, here]).geometry)
    side = locate(Relation("side"), [here, there])
    sound(side)
    assert shapely.difference(side.geometry, B.country(iso3)).area < 1e-6
