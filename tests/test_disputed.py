"""Points of view: disputed areas change hands, and the rest of the map stays."""

from dataclasses import replace

import pytest
import shapely

from geo.boundaries import Boundaries, default_boundaries
from geo.disputed import parse, switched
from geo.gazetteer import Gazetteer, default_gazetteer
from geo.geocoder import OfflineGeocoder
from geo.geodesy import area_km2

OURS = Boundaries()
AREAS = OURS.disputed()
POINTS = {
    "Crimea": (34.10, 44.95),
    "Donetsk Oblast": (37.8, 48.0),
    "Luhansk Oblast": (39.3, 48.57),
    "Kherson Oblast": (33.4, 46.7),
    "Zaporizhzhia Oblast": (35.4, 46.85),
    "Western Sahara": (-13.2, 27.1),
    "Golan Heights": (35.80, 33.05),
    "Abyei": (28.43, 9.60),
    "Jammu and Kashmir": (74.8, 34.08),
    "Ladakh": (77.58, 34.15),
    "Azad Kashmir": (73.47, 34.36),
    "Gilgit-Baltistan": (74.3, 35.9),
    "Siachen Glacier": (77.1, 35.4),
    "Arunachal Pradesh": (93.6, 27.1),
    "Taiwan": (121.5, 25.05),
    "Kosovo": (21.16, 42.66),
    "Northern Cyprus": (33.32, 35.30),
    "Somaliland": (44.06, 9.56),
    "Transnistria": (29.63, 46.85),
    "Abkhazia": (41.0, 43.0),
    "Nagorno-Karabakh": (46.75, 39.82),
    "Palestine": (34.45, 31.50),
    "Falkland Islands": (-59.0, -51.75),
    "Kuril Islands (south)": (145.85, 44.1),
    "Essequibo": (-60.0, 6.0),
    "Aksai Chin": (79.55, 35.36),
    "South Ossetia": (43.97, 42.225),  # Tskhinvali
    "Hala'ib Triangle": (36.64, 22.22),
}
CHOICES = [
    (area.name, code) for area in AREAS if area.geometry is not None for code in area.alternatives
]


def test_every_area_has_an_outline_and_a_point_here():
    assert [area.name for area in AREAS if area.geometry is None] == []
    assert {area.name for area in AREAS} == set(POINTS)


@pytest.mark.parametrize(
    ("name", "km2", "outside"),
    [
        ("Aksai Chin", 35_000, [(77.97, 35.4), (79.7, 33.4), (79.27, 36.05)]),
        ("South Ossetia", 3_900, [(44.11, 41.98), (44.64, 42.66), (43.6, 42.0), (43.44, 42.58)]),
        ("Hala'ib Triangle", 20_580, [(32.9, 24.1), (34.9, 25.07)]),
    ],
)
def test_outlines_by_hand_have_about_their_size_and_leave_others_out(name, km2, outside):
    area = next(a for a in AREAS if a.name == name)
    assert area_km2(area.geometry) == pytest.approx(km2, rel=0.1)
    assert [point for point in outside if area.geometry.contains(shapely.Point(point))] == []


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
def test_the_default_is_what_the_layers_hold(area):
    assert area.note
    assert area.country not in area.alternatives
    if area.geometry is not None:
        assert area.geometry.is_valid
        assert OURS.country_at(*POINTS[area.name]) == area.country
        assert shapely.difference(area.geometry, OURS.country(area.country)).area < 1e-6


@pytest.mark.parametrize(("name", "code"), CHOICES)
def test_an_area_changes_hands(name, code):
    area = next(a for a in AREAS if a.name == name)
    theirs = Boundaries(point_of_view={name: code})
    point = POINTS[name]
    assert theirs.country_at(*point) == (None if code == "none" else code)
    left = theirs.country(area.country)
    assert left is None or not left.contains(shapely.Point(point))
    taken = area.geometry.area
    before = OURS.country(area.country).area
    assert (0 if left is None else left.area) == pytest.approx(before - taken, abs=1e-4)
    if code != "none":
        grown = theirs.country(code)
        assert grown.is_valid
        assert grown.contains(shapely.Point(point))
        assert grown.area == pytest.approx(OURS.country(code).area + taken, abs=1e-4)
    assert left is None or left.is_valid
    # No other country moves, nor does the polygon of any division.
    for other in {"AFG", "FRA", "EGY", "KEN"} - {area.country, code}:
        assert theirs.country(other).equals(OURS.country(other))
    assert theirs.admin1_at(*point) == OURS.admin1_at(*point)


def test_divisions_and_borders_go_with_the_area():
    theirs = Boundaries(point_of_view={"crimea": "rus"})
    crimea = OURS.admin1_at(34.1, 44.95)[0]
    assert crimea in OURS.divisions("UKR")
    assert crimea in theirs.divisions("RUS")
    assert crimea not in theirs.divisions("UKR")
    border = theirs.border("RUS", "UKR")
    assert border.intersects(shapely.box(33.5, 46.0, 34.8, 46.4))
    assert not OURS.border("RUS", "UKR").intersects(shapely.box(33.5, 46.0, 34.8, 46.4))
    assert theirs.coast("RUS").intersects(shapely.box(33.3, 44.3, 34.5, 44.7))


def test_a_country_that_is_gone_has_no_polygon():
    theirs = Boundaries(point_of_view={"Taiwan": "CHN"})
    assert theirs.country("TWN") is None
    assert theirs.name("TWN") is None
    assert "CHN" not in theirs.neighbours("CHN")


def test_several_areas_at_once_and_our_own_view_changes_nothing():
    theirs = Boundaries(point_of_view={"Crimea": "RUS", "Donetsk Oblast": "RUS", "Abyei": "SSD"})
    assert theirs.country_at(*POINTS["Donetsk Oblast"]) == "RUS"
    assert theirs.country_at(*POINTS["Abyei"]) == "SSD"
    assert theirs.border("SSD", "SDN") is not None
    same = Boundaries(point_of_view={"Crimea": "UKR"})
    assert same.country("UKR").equals(OURS.country("UKR"))


def test_what_cannot_be_is_told_all_at_once():
    with pytest.raises(ValueError, match=r"'Atlantis'.*Crimea can be UKR, RUS, none"):
        Boundaries(point_of_view={"Atlantis": "GRC", "Crimea": "POL"})


def test_an_area_without_an_outline_cannot_be_switched():
    bare = replace(AREAS[0], geometry=None)
    with pytest.raises(ValueError, match="Crimea has no outline"):
        switched((bare,), {"Crimea": "RUS"})


def test_the_environment_chooses_for_the_default_object(monkeypatch):
    monkeypatch.setenv("DATELINE_POV", "Crimea=RUS; golan heights = ISR;")
    default_boundaries.cache_clear()
    try:
        assert default_boundaries().country_at(*POINTS["Crimea"]) == "RUS"
        assert default_boundaries().country_at(*POINTS["Golan Heights"]) == "ISR"
        monkeypatch.setenv("DATELINE_POV", "Crimea")
        default_boundaries.cache_clear()
        with pytest.raises(ValueError, match="AREA=COUNTRY"):
            default_boundaries()
    finally:
        default_boundaries.cache_clear()


@pytest.mark.parametrize("text", ["Crimea", "=RUS", "Crimea=", "a;b=c"])
def test_a_point_of_view_that_is_not_one(text):
    with pytest.raises(ValueError, match="AREA=COUNTRY"):
        parse(text)
    assert parse(" ; ") == {}


def test_places_have_the_country_of_the_point_of_view():
    ours, theirs = Gazetteer(), Gazetteer(point_of_view={"Crimea": "RUS"})
    for name in ("Simferopol", "Kerch", "Crimea"):
        here = ours.candidates(name, country="UKR", limit=1)[0].place
        there = theirs.place(here.place_id)
        assert (here.country, there.country) == ("UKR", "RUS")
        assert replace(there, country="UKR") == here
        best = theirs.candidates(name, country="RUS", limit=1)[0]
        assert best.place == there
    for name in ("Kherson", "Mykolaiv"):
        assert theirs.candidates(name, limit=1)[0].place.country == "UKR"
    geocoder = OfflineGeocoder(
        gazetteer=theirs, boundaries=Boundaries(point_of_view={"Crimea": "RUS"})
    )
    assert geocoder.geocode("Simferopol, Russia").address.endswith("Russia")
    assert geocoder.geocode("Simferopol, Ukraine") is None
    assert OfflineGeocoder(gazetteer=ours).geocode("Simferopol, Russia") is None


def test_countries_keep_their_own_and_nobody_is_none():
    theirs = Gazetteer(point_of_view={"Taiwan": "CHN", "Northern Cyprus": "none"})
    assert theirs.country("TWN").country == "TWN"
    assert theirs.candidates("Taipei", limit=1)[0].place.country == "CHN"
    assert theirs.candidates("Kyrenia", limit=1)[0].place.country is None


def test_the_environment_chooses_for_the_default_gazetteer(monkeypatch):
    monkeypatch.setenv("DATELINE_POV", "Crimea=RUS")
    default_gazetteer.cache_clear()
    try:
        assert default_gazetteer().candidates("Yalta", limit=1)[0].place.country == "RUS"
    finally:
        default_gazetteer.cache_clear()
