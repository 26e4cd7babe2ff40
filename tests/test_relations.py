import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from relation_tools import (
    CODES,
    COMPASS,
    FAIZABAD,
    HERAT,
    JALALABAD,
    KABUL,
    KUNDUZ,
    MAZAR,
    B,
    admin1,
    country,
    holds,
    sound,
    town,
)
from shapely.geometry import Point

from geo import geodesy
from geo.parts import DIRECTIONS, MEASURED, _table, part_of, snap
from geo.relations import KINDS, Relation, locate
from geo.schema import RELATIONS

# --- at


def test_a_country_is_its_polygon():
    found = locate(Relation("at"), [country("AFG")])
    assert found.geometry.equals(B.country("AFG"))
    assert (found.where_prec, found.country, found.name) == (6, "AFG", "Afghanistan")
    assert holds(found, (found.longitude, found.latitude))


def test_a_province_is_its_polygon():
    found = locate(Relation("at"), [admin1("geonames:1135690")])
    assert found.where_prec == 4
    assert found.admin1 == "Kunduz"
    assert holds(found, KUNDUZ)


def test_a_province_with_guessed_lines_says_so():
    code = next(i for i in B.divisions("KEN") if B.approximate(i))
    assert "guessed" in locate(Relation("at"), [admin1(code)]).explanation


def test_a_province_without_outline_is_a_point():
    found = locate(Relation("at"), [town(feature="ADM1", place_id="geonames:1")])
    assert (found.geometry.geom_type, found.where_prec) == ("Point", 4)


def test_a_district_that_has_a_first_level_polygon_is_that():
    erbil = next(i for i, name in B.divisions("IRQ").items() if name == "Arbil")
    found = locate(Relation("at"), [town("Erbil", feature="ADM2", place_id=erbil, country="IRQ")])
    assert found.where_prec == 4
    assert found.geometry.equals(B.admin1(erbil))


@pytest.mark.parametrize(
    ("feature", "precision"),
    [
        ("PPL", 1),
        ("PPLC", 1),
        ("AIRP", 1),
        ("CRSG", 1),
        ("ADM2", 3),
        ("STM", 5),
        ("SEA", 7),
        ("CONT", 7),
    ],
)
def test_point_features(feature, precision):
    found = locate(Relation("at"), [town(feature=feature)])
    assert found.where_prec == precision
    assert (found.longitude, found.latitude) == KUNDUZ


def test_a_district_known_only_by_its_province_is_the_province():
    found = locate(Relation("at"), [town(feature="ADM2", position="parent")])
    assert found.where_prec == 4
    assert found.geometry.equals(B.admin1("geonames:1135690"))


def test_a_sea_is_its_box_also_across_the_antimeridian():
    gulf = town(
        "Gulf of Anadyr",
        feature="GULF",
        bbox=(175.0, 61.0, -173.0, 66.0),
        country=None,
        admin1_id=None,
    )
    found = locate(Relation("at"), [gulf])
    sound(found)
    assert found.where_prec == 7
    assert holds(found, (178, 63))
    assert holds(found, (-175, 63))
    assert not holds(found, (0, 63))


@pytest.mark.parametrize(
    ("name", "feature", "bbox"),
    [
        ("Bering Sea", "SEA", (162.0, 51.0, -157.0, 66.0)),
        ("Central Asia", "RGN", (46.0, 35.0, 88.0, 56.0)),
        ("Panj River", "STM", (67.8, 36.6, 72.9, 38.5)),
    ],
)
def test_a_box_that_says_too_little_is_not_drawn(name, feature, bbox):
    place = town(name, feature=feature, bbox=bbox, country=None, admin1_id=None)
    found = locate(Relation("at"), [place])
    assert (found.geometry, found.longitude) == (None, None)
    assert found.where_prec in {5, 7}
    assert "too coarse to draw" in found.explanation


def test_a_region_box_has_precision_five():
    sahel = town(
        "Sahel", feature="RGN", bbox=(-17.0, 11.0, 38.0, 18.0), country=None, admin1_id=None
    )
    assert locate(Relation("at"), [sahel]).where_prec == 5
    assert holds(locate(Relation("part", "west"), [sahel]), (-10, 15))


# --- part


def test_northern_afghanistan():
    found = locate(Relation("part", "north"), [country("AFG")])
    assert all(holds(found, point) for point in (MAZAR, KUNDUZ, FAIZABAD))
    assert not any(holds(found, point) for point in (KABUL, HERAT, JALALABAD))
    assert (found.where_prec, found.name) == (5, "northern Afghanistan")
    assert "Badakhshan" in found.explanation
    assert "km²" in found.explanation


def test_the_rule_alone_also_knows_northern_afghanistan():
    part = geodesy.part(B.country("AFG"), "north")
    assert all(part.contains(Point(p)) for p in (MAZAR, KUNDUZ, FAIZABAD))
    assert not any(part.contains(Point(p)) for p in (KABUL, HERAT, JALALABAD))


@pytest.mark.parametrize(
    ("iso3", "direction", "inside", "outside"),
    [
        ("FRA", "north", (3.06, 50.63), (5.37, 43.30)),  # Lille, Marseille
        ("NLD", "north", (6.57, 53.22), (5.69, 50.85)),  # Groningen, Maastricht
        ("NOR", "north", (18.95, 69.65), (10.75, 59.91)),  # Tromso, Oslo
        ("NOR", "south", (8.0, 58.5), (18.95, 69.65)),
        ("USA", "north", (-93.27, 44.98), (-149.9, 61.2)),  # Minneapolis, Anchorage
        ("USA", "west", (-118.24, 34.05), (-157.8, 21.3)),  # Los Angeles, Honolulu
        ("RUS", "east", (158.65, 53.02), (37.62, 55.75)),  # Petropavlovsk, Moscow
        ("RUS", "west", (37.62, 55.75), (-172.0, 65.5)),
        ("IDN", "east", (140.7, -2.6), (98.67, 3.59)),  # Jayapura, Medan
        ("IDN", "west", (98.67, 3.59), (140.7, -2.6)),
        ("FJI", "north", (179.38, -16.43), (178.44, -18.14)),  # Labasa, Suva
        ("NZL", "south", (168.35, -46.41), (174.76, -36.85)),  # Invercargill, Auckland
    ],
)
def test_mainland_archipelago_and_antimeridian(iso3, direction, inside, outside):
    found = locate(Relation("part", direction), [country(iso3)])
    sound(found)
    assert found.geometry.distance(Point(inside)) < 0.05
    assert not holds(found, outside)


def test_part_of_a_province():
    found = locate(Relation("part", "north"), [admin1("geonames:1147745")])
    assert found.admin1 == "Badakhshan"
    assert holds(found, (70.8, 38.2))
    assert not holds(found, (70.8, 36.0))


def test_part_of_a_city_is_a_sector_that_grows_with_its_people():
    small = locate(Relation("part", "east"), [town()])
    large = locate(Relation("part", "east"), [town(population=4_000_000)])
    assert holds(small, (KUNDUZ[0] + 0.02, KUNDUZ[1]))
    assert not holds(small, (KUNDUZ[0] - 0.02, KUNDUZ[1]))
    assert geodesy.area_km2(large.geometry) > 10 * geodesy.area_km2(small.geometry)
    assert small.where_prec == 2
    assert holds(locate(Relation("part", "central"), [town()]), KUNDUZ)


def test_upper_egypt_is_the_south():
    found = locate(Relation("part", "upper"), [country("EGY")])
    assert found.name == "upper Egypt"
    assert holds(found, (32.9, 24.1))  # Aswan
    assert not holds(found, (31.24, 30.04))  # Cairo


@given(st.sampled_from(CODES), st.sampled_from(COMPASS))
@settings(max_examples=120, deadline=None)
def test_a_part_lies_within_its_country(iso3, direction):
    found = locate(Relation("part", direction), [country(iso3)])
    sound(found)
    outside = shapely.difference(found.geometry, B.country(iso3))
    assert outside.area < 1e-4  # guessed provinces stick out of Madagascar by slivers
    assert geodesy.area_km2(found.geometry) <= geodesy.area_km2(B.country(iso3)) * (1 + 1e-6)


@given(st.sampled_from(sorted(B._admin1.codes)), st.sampled_from(COMPASS))
@settings(max_examples=80, deadline=None)
def test_a_part_lies_within_its_province(place_id, direction):
    found = locate(Relation("part", direction), [admin1(place_id)])
    sound(found)
    assert shapely.difference(found.geometry, B.admin1(place_id)).area < 1e-6


def test_two_parts_are_their_union():
    both = locate(Relation("part", "north and east"), [country("AFG")])
    sound(both)
    assert both.name == "northern and eastern Afghanistan"
    assert holds(both, KUNDUZ)
    assert holds(both, JALALABAD)
    assert not holds(both, HERAT)
    sides = locate(Relation("part", "north and west"), [town()])
    assert holds(sides, (KUNDUZ[0] - 0.01, KUNDUZ[1]))
    assert not holds(sides, (KUNDUZ[0], KUNDUZ[1] - 0.01))


def test_far_north_and_mainland():
    maroua, garoua = (14.32, 10.59), (13.39, 9.30)
    found = locate(Relation("part", "far north"), [country("CMR")])
    assert found.name == "far northern Cameroon"
    assert holds(found, maroua)
    assert not holds(found, garoua)
    ruled = locate(Relation("part", "far south"), [country("CHL")])
    north = locate(Relation("part", "south"), [country("CHL")])
    assert geodesy.area_km2(ruled.geometry) <= geodesy.area_km2(north.geometry)
    greece = locate(Relation("part", "mainland"), [country("GRC")])
    assert holds(greece, (22.42, 39.64))  # Larissa
    assert not holds(greece, (25.13, 35.2))  # Crete


def test_the_rule_takes_whole_provinces_and_says_so():
    found = locate(Relation("part", "north"), [country("VNM")])
    sound(found)
    assert "by rule" in found.explanation
    assert snap("AFG", "north", B) is not None
    assert snap("MCO", "north", B) is None
    assert snap("ZZZ", "north", B) is None


def test_the_table_names_known_provinces_of_that_country():
    table = _table()
    assert len(table) >= 30
    for (iso3, direction), members in table.items():
        assert direction in DIRECTIONS
        assert set(members) <= set(B.divisions(iso3)), (iso3, direction)


def test_the_rule_against_the_conventional_regions(monkeypatch):
    """Repeats the measurement that `geo.parts.MEASURED` reports: the rule, without the table."""
    table = dict(_table())
    monkeypatch.setattr("geo.parts._table", dict)

    def overlap(iso3, direction, members):
        rule = part_of(B.country(iso3), iso3, iso3, direction, B).geometry
        truth = shapely.union_all([B.admin1(i) for i in members])
        shared = geodesy.area_km2(shapely.intersection(rule, truth))
        return shared / (geodesy.area_km2(rule) + geodesy.area_km2(truth) - shared)

    scores = {
        key: overlap(*key, members) for key, members in table.items() if key[1] in geodesy.STEPS
    }
    assert len(scores) >= 100
    kinds = {
        "all": list(scores.values()),
        "cardinal": [v for (_, d), v in scores.items() if d in {"north", "south", "east", "west"}],
        "corner": [v for (_, d), v in scores.items() if "-" in d],
        "central": [v for (_, d), v in scores.items() if d == "central"],
    }
    means = {kind: round(float(np.mean(values)), 2) for kind, values in kinds.items()}
    assert means == pytest.approx(MEASURED, abs=0.02)


#: Fourteen of research's and the issue's kind; research did not record its own list.
FOURTEEN = [
    *[("AFG", "north"), ("AFG", "east"), ("NGA", "north"), ("USA", "north-east"), ("USA", "south")],
    *[("USA", "west"), ("DEU", "east"), ("ITA", "north"), ("ITA", "central"), ("ITA", "south")],
    *[("IRQ", "north"), ("UKR", "east"), ("LBN", "south"), ("EGY", "upper")],
]


@pytest.mark.parametrize(
    ("system", "floor_all", "floor_14"), [(True, 0.99, 0.99), (False, 0.69, 0.62)]
)
def test_floors_of_the_parts(monkeypatch, system, floor_all, floor_14):
    """What the whole gives (the table, exact by construction) and what the bare rule gives.

    Measured: 1.00 and 1.00; .698 over all and .636 over these fourteen.
    """
    table = dict(_table())
    if not system:
        monkeypatch.setattr("geo.parts._table", dict)
    scores = {}
    for (iso3, direction), members in table.items():
        found = part_of(B.country(iso3), iso3, iso3, direction, B).geometry
        truth = geodesy.covered([B.admin1(i) for i in members])
        both = geodesy.area_km2(shapely.intersection(found, truth))
        scores[iso3, direction] = both / (geodesy.area_km2(found) + geodesy.area_km2(truth) - both)
    compass = [score for (_, side), score in scores.items() if side in geodesy.STEPS]
    assert np.mean(compass) > floor_all
    assert np.mean([scores[key] for key in FOURTEEN]) > floor_14


# --- offset, near, between, remote


def test_thirty_km_north_of_kunduz():
    found = locate(Relation("offset", "north", 30.0), [town()])
    assert found.longitude == pytest.approx(KUNDUZ[0], abs=1e-6)
    assert found.latitude == pytest.approx(36.999, abs=1e-3)
    assert (found.where_prec, found.name) == (2, "30 km north of Kunduz")


def test_near_a_town():
    found = locate(Relation("near"), [town()])
    assert found.where_prec == 2
    assert (found.longitude, found.latitude) == KUNDUZ
    assert geodesy.area_km2(found.geometry) == pytest.approx(np.pi * 15.06**2, rel=0.02)
    north = locate(Relation("near", "north"), [town()])
    assert holds(north, (KUNDUZ[0], KUNDUZ[1] + 0.1))
    assert not holds(north, (KUNDUZ[0], KUNDUZ[1] - 0.05))
    wide = locate(Relation("near", None, 40.0), [town()])
    assert geodesy.area_km2(wide.geometry) == pytest.approx(np.pi * 40**2, rel=0.02)
    assert wide.where_prec == 2
    assert locate(Relation("near", None, 120.0), [town()]).where_prec == 5


def test_near_a_country_is_outside_of_it():
    found = locate(Relation("near", "north"), [country("AFG")])
    sound(found)
    assert found.geometry.intersection(B.country("AFG")).area < 1e-6
    assert holds(found, (67.5, 37.6))  # Termez side


def test_a_guessed_distance_and_a_road_say_so():
    drive = Relation("near", "north", 60.0, "an hour's drive, taken at 60 km/h")
    found = locate(drive, [town()])
    assert "an hour's drive, taken at 60 km/h" in found.explanation
    assert "drive" in locate(drive, [country("AFG")]).explanation
    road = locate(
        Relation("between", basis="highway"), [town("Kabul", KABUL), town("Herat", HERAT)]
    )
    sound(road)
    assert road.name == "Kabul-Herat highway"
    assert "not known here" in road.explanation


def test_between_two_towns():
    kabul, bagram = town("Kabul", KABUL), town("Bagram", (69.27, 34.94))
    found = locate(Relation("between"), [kabul, bagram])
    sound(found)
    assert holds(found, (69.22, 34.735))
    assert "47 km" in found.explanation or "46 km" in found.explanation
    assert locate(Relation("between"), [kabul, kabul]).geometry.geom_type == "Point"


def test_a_call_across_the_pacific_is_cut_at_the_antimeridian():
    tokyo, washington = town("Tokyo", (139.69, 35.69)), town("Washington", (-77.04, 38.9))
    found = locate(Relation("remote"), [tokyo, washington])
    sound(found)
    assert found.where_prec == 6
    assert found.geometry.geom_type == "MultiLineString"
    assert geodesy.length_km(found.geometry) == pytest.approx(10_900, rel=0.01)


COORDINATES = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


@given(COORDINATES, st.sampled_from(sorted(set(COMPASS) - {"central"})), st.floats(0.1, 200))
@settings(max_examples=100, deadline=None)
def test_shapes_around_any_point_are_sound(at, direction, km):
    place = town(at=at)
    sound(locate(Relation("offset", direction, km), [place]))
    for relation in (
        Relation("near", None, km),
        Relation("near", direction, km),
        Relation("part", direction),
    ):
        sound(locate(relation, [place]))


@given(COORDINATES, COORDINATES)
@settings(max_examples=100, deadline=None)
def test_lines_and_corridors_of_any_two_points_are_sound(start, end):
    places = [town(at=start), town("Other", end)]
    sound(locate(Relation("remote"), places))
    if geodesy.GEOD.inv(*start, *end)[2] < 3_000_000:
        sound(locate(Relation("between"), places))


# --- errors


@pytest.mark.parametrize(
    ("relation", "count", "message"),
    [
        (Relation("beside"), 1, "unknown relation kind 'beside'"),
        (Relation("part", "up"), 1, "unknown direction 'up'"),
        (Relation("between"), 1, "needs 2 places"),
        (Relation("at"), 0, "needs 1 places"),
        (Relation("offset", "north"), 1, "distance"),
        (Relation("offset", None, 3.0), 1, "direction"),
    ],
)
def test_errors_name_what_is_wrong(relation, count, message):
    with pytest.raises(ValueError, match=message):
        locate(relation, [town()] * count)


def test_every_kind_answers_for_every_kind_of_place():
    places = [country("AFG"), admin1("geonames:1135690"), town(), town(feature="ADM2")]
    for kind in KINDS:
        relation = Relation(kind, "north", 10.0)
        for first in places:
            for second in places:
                found = locate(relation, [first, second])
                if found.geometry is not None:
                    sound(found)


def test_the_table_knows_every_kind():
    assert set(KINDS) == set(RELATIONS)
