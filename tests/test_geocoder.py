"""The offline geocoder: geopy's contract, containment, reverse, and hostile names."""

import inspect
import itertools
import json
import math

import geopandas.tools
import numpy as np
import pandas as pd
import pytest
import shapely
from geopy.exc import GeocoderQueryError
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders import Nominatim
from geopy.geocoders.base import Geocoder
from geopy.location import Location
from geopy.point import Point
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.countries import ALPHA2, alpha3
from geo.geocoder import FEATURE_TYPES, OfflineGeocoder
from geo.geodesy import GEOD
from geo.nearest import Nearest


@pytest.fixture(scope="module")
def geocoder():
    return OfflineGeocoder()


def kilometres(location, latitude, longitude):
    return GEOD.inv(location.longitude, location.latitude, longitude, latitude)[2] / 1000


# query, country, beginning of the feature code, latitude, longitude, kilometres
CONTAINED = [
    ("Kunduz, Afghanistan", "AFG", "", 36.73, 68.86, 60),
    ("Kunduz (Afghanistan)", "AFG", "", 36.73, 68.86, 60),
    ("Imam Sahib, Kunduz, Afghanistan", "AFG", "PPL", 37.19, 68.94, 15),
    ({"city": "Kunduz", "country": "Afghanistan"}, "AFG", "PPL", 36.73, 68.86, 5),
    ({"state": "Kunduz", "country": "Afghanistan"}, "AFG", "ADM1", 36.8, 68.8, 60),
    ({"county": "Imam Sahib", "state": "Kunduz"}, "AFG", "ADM2", 37.19, 68.94, 25),
    ({"country": "Tajikistan"}, "TJK", "PCLI", 38.6, 71.0, 200),
    ({"q": "Dushanbe, Tajikistan"}, "TJK", "", 38.54, 68.78, 20),
    ("Kunduz, Kunduz, Afghanistan", "AFG", "PPL", 36.73, 68.86, 5),
    ("Paris", "FRA", "PPLC", 48.86, 2.35, 10),
    ("Paris, Texas", "USA", "PPL", 33.66, -95.56, 10),
    ("Paris, TX", "USA", "PPL", 33.66, -95.56, 10),
    ("Paris, Texas, USA", "USA", "PPL", 33.66, -95.56, 10),
    ("London, Ontario", "CAN", "PPL", 42.98, -81.25, 15),
    ("London, England", "GBR", "PPLC", 51.51, -0.13, 10),
    ("Moscow, Idaho", "USA", "PPL", 46.73, -117.0, 10),
    ("Washington, D.C.", "USA", "PPLC", 38.9, -77.04, 10),
    ("New York, New York", "USA", "PPL", 40.71, -74.01, 15),
    ("Tbilisi, Georgia", "GEO", "PPLC", 41.69, 44.83, 10),
    ("Atlanta, Georgia", "USA", "PPL", 33.75, -84.39, 10),
    ("Springfield, Illinois", "USA", "PPL", 39.8, -89.64, 10),
    ("Springfield, Massachusetts", "USA", "PPL", 42.1, -72.59, 10),
    ("Hyderabad, Pakistan", "PAK", "PPL", 25.39, 68.37, 15),
    ("Hyderabad, India", "IND", "PPL", 17.38, 78.46, 25),
    ("Tripoli, Lebanon", "LBN", "PPL", 34.43, 35.84, 10),
    ("Singapore, Singapore", "SGP", "PPLC", 1.29, 103.85, 10),
    ("Hong Kong, China", "HKG", "", 22.3, 114.17, 25),
    ("San Juan, USA", "PRI", "", 18.45, -66.1, 25),
    ("Korea, Republic of", "KOR", "PCLI", 36.5, 127.9, 150),
    ("Srinagar, Kashmir", "IND", "PPL", 34.09, 74.81, 10),
    ("Tokhar, Afghanistan", "AFG", "ADM1", 36.7, 69.6, 60),  # a near spelling, country known
]


@pytest.mark.parametrize("row", CONTAINED, ids=lambda row: str(row[0]))
def test_containment_picks_the_place(geocoder, row):
    query, country, feature, latitude, longitude, km = row
    found = geocoder.geocode(query)
    assert found is not None
    assert found.raw["country"] == country
    assert found.raw["feature"].startswith(feature)
    assert kilometres(found, latitude, longitude) < km


@pytest.mark.parametrize(
    "query", ["Kunduz, Texas", "Kunduz, Xyzzy", "Qqqxq", "Tokharx", "Paris, Paris, Paris, Texas"]
)
def test_an_unknown_or_contradicting_part_finds_nothing(geocoder, query):
    assert geocoder.geocode(query) is None
    assert geocoder.geocode(query, exactly_one=False) is None


def test_it_is_a_geopy_geocoder_with_geopys_signature(geocoder):
    assert isinstance(geocoder, Geocoder)
    for method in ("geocode", "reverse"):
        ours = inspect.signature(getattr(OfflineGeocoder, method)).parameters
        theirs = inspect.signature(getattr(Nominatim, method)).parameters
        for name in ("query", "exactly_one", "timeout"):
            assert ours[name].kind == theirs[name].kind
            assert ours[name].default == theirs[name].default
    kinds = {p.kind for p in inspect.signature(OfflineGeocoder).parameters.values()}
    assert kinds == {inspect.Parameter.KEYWORD_ONLY}
    with OfflineGeocoder(timeout=3, user_agent="x", proxies=None) as other:
        assert other.timeout == 3


def test_a_location_tells_all_that_is_known(geocoder):
    found = geocoder.geocode("Imam Sahib, Kunduz, Afghanistan")
    assert isinstance(found, Location)
    assert found.address == "Imam Sahib, Kunduz, Afghanistan"
    assert tuple(found.point)[:2] == (found.latitude, found.longitude)
    assert {
        "place_id", "name", "feature", "country", "admin1", "admin1_id", "admin2", "score",
        "match", "matched", "position", "population", "geometry", "bbox",
    } == set(found.raw)  # fmt: skip
    assert found.raw["admin1"] == "Kunduz"
    assert json.loads(json.dumps(found.raw))["country"] == "AFG"


def test_geometry_references_lead_to_shapes(geocoder):
    country = geocoder.geocode("Afghanistan")
    assert country.raw["geometry"] == ("country", "AFG")
    province = geocoder.geocode({"state": "Kunduz", "country": "Afghanistan"})
    assert province.raw["geometry"] == ("admin1", province.raw["place_id"])
    shape = geocoder.geometry(country)
    assert shape.geom_type in {"Polygon", "MultiPolygon"}
    assert geocoder.geometry(province).within(shape.buffer(1e-6))
    assert geocoder.geometry(geocoder.geocode("Black Sea")).geom_type == "Polygon"
    town = geocoder.geocode("Imam Sahib, Afghanistan")
    assert town.raw["geometry"] is None
    assert geocoder.geometry(town) == shapely.Point(town.longitude, town.latitude)


def test_lists_and_limits(geocoder):
    many = geocoder.geocode("Springfield", exactly_one=False)
    assert 1 < len(many) <= 10
    assert len({place.raw["place_id"] for place in many}) == len(many)
    assert len(geocoder.geocode("Springfield", exactly_one=False, limit=3)) == 3
    assert geocoder.geocode("Springfield") == many[0]
    scores = [place.raw["score"] for place in many]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("codes", ["af", "AF", "AFG", ["af"], ["tj", "af"], "tj,af"])
def test_country_codes_restrict(geocoder, codes):
    found = geocoder.geocode("Imam Sahib", country_codes=codes, exactly_one=False)
    assert found
    assert {place.raw["country"] for place in found} <= {"AFG", "TJK"}
    assert geocoder.geocode("Paris", country_codes="us").raw["country"] == "USA"
    assert geocoder.geocode("Dushanbe", country_codes="us") is None


def test_the_table_of_codes_covers_the_gazetteer(geocoder):
    numbers, _, _ = geocoder.gazetteer.points("PCL")
    countries = {geocoder.gazetteer.numbered(number).country for number in numbers}
    assert countries == set(ALPHA2)
    assert len(set(ALPHA2.values())) == len(ALPHA2) == 250
    for iso3, short in ALPHA2.items():
        assert alpha3(short.lower()) == alpha3(iso3) == iso3
    with pytest.raises(ValueError, match="not an ISO"):
        alpha3("zz")


@pytest.mark.parametrize(
    ("kind", "features"),
    [("country", "PCL"), ("state", "ADM1"), ("city", "PPL")],
)
def test_feature_types_restrict(geocoder, kind, features):
    for name in ("Luxembourg", "Mexico", "Kunduz"):
        for place in geocoder.geocode(name, featuretype=kind, exactly_one=False) or []:
            assert place.raw["feature"].startswith(features)
    assert set(FEATURE_TYPES) == {"country", "state", "city", "settlement"}


def test_viewbox_prefers_and_bounds(geocoder):
    texas = [Point(36.5, -106.6), (25.8, -93.5)]
    assert geocoder.geocode("Paris", viewbox=texas).raw["admin1"] == "Texas"
    assert geocoder.geocode("Paris", viewbox=texas, bounded=True).raw["admin1"] == "Texas"
    assert geocoder.geocode("Dushanbe", viewbox=texas, bounded=True) is None
    assert geocoder.geocode("Dushanbe", viewbox=texas) is not None


@pytest.mark.parametrize(
    ("query", "options"),
    [
        (None, {}),
        (5, {}),
        (math.nan, {}),
        (["Kunduz"], {}),
        ({}, {}),
        ({"planet": "Mars"}, {}),
        ({"city": 5}, {}),
        ("Kunduz", {"country_codes": "zz"}),
        ("Kunduz", {"country_codes": ["afghanistan"]}),
        ("Kunduz", {"country_codes": [5]}),
        ("Kunduz", {"featuretype": "planet"}),
        ("Kunduz", {"limit": 0}),
        ("Kunduz", {"viewbox": [(1, 2)]}),
        ("Kunduz", {"viewbox": "1,2,3,4"}),
        ("Kunduz", {"viewbox": [(91, 2), (1, 2)]}),
    ],
)
def test_bad_queries_raise_geopys_error(geocoder, query, options):
    with pytest.raises(GeocoderQueryError):
        geocoder.geocode(query, **options)


HOSTILE = [
    "", "  ", ",,,", "x" * 10_000, "Kunduz, " * 500, "\ud800", "a\ud800b", "🙂", "\0", "%", "_",
    "'; DROP TABLE place; --", '" OR 1=1', "../../etc/passwd", "<script>alert(1)</script>",
    "{{7*7}}", "\u202eKunduz", "ﷺ" * 50, "A" + "\u0301" * 500, "()()(", "，，", "1e400", "-0",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_find_nothing_or_a_place(geocoder, name):
    for options in ({}, {"country_codes": "af"}):
        found = geocoder.geocode(name, exactly_one=False, **options)
        assert found is None or all(isinstance(place, Location) for place in found)


@pytest.mark.parametrize("name", ["Кабул", "كابل", "北京", "모스크바", "Αθήνα", "ירושלים"])
def test_every_script_is_clean(geocoder, name):
    found = geocoder.geocode(name)
    assert found is None or found.raw["feature"]


@given(st.text(max_size=40))
@settings(deadline=None)
def test_any_text_is_answered(geocoder, text):
    found = geocoder.geocode(text)
    assert found is None or (-90 <= found.latitude <= 90 and -180 <= found.longitude <= 180)


# --- reverse -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("point", "name", "country", "admin1"),
    [
        ((36.73, 68.86), "Kunduz", "AFG", "Kunduz"),
        (Point(37.19, 68.94), "Imam Sahib", "AFG", "Kunduz"),
        ("38.55, 68.78", "Dushanbe", "TJK", None),
        ((48.8566, 2.3522), None, "FRA", None),
    ],
)
def test_reverse_gives_the_nearest_town_and_its_chain(geocoder, point, name, country, admin1):
    found = geocoder.reverse(point)
    assert name is None or found.raw["name"] == name
    assert found.raw["country"] == country
    assert admin1 is None or found.raw["admin1"] == admin1
    assert found.raw["match"] == "nearest"
    assert found.raw["distance_km"] < 5


def test_reverse_in_the_desert_gives_the_division_and_at_sea_nothing(geocoder):
    desert = geocoder.reverse((23.0, 25.0))
    assert desert.raw["match"] == "within"
    assert desert.raw["country"] == "EGY"
    assert desert.raw["feature"] == "ADM1"
    assert geocoder.reverse((0, 0)) is None
    assert geocoder.reverse((0, 0), exactly_one=False) is None


def test_reverse_lists_nearest_first(geocoder):
    found = geocoder.reverse((36.73, 68.86), exactly_one=False, limit=4)
    assert len(found) == 4
    distances = [place.raw["distance_km"] for place in found]
    assert distances == sorted(distances)


@pytest.mark.parametrize("point", [None, "here", "", (91, 0), (1, 2, 3, 4), [math.nan, 0], "x,y"])
def test_reverse_refuses_what_is_no_point(geocoder, point):
    with pytest.raises(GeocoderQueryError):
        geocoder.reverse(point)


def test_forward_and_reverse_meet(geocoder):
    numbers, _, _ = geocoder.gazetteer.points("PPLA")
    for row in range(0, len(numbers), len(numbers) // 200):
        town = geocoder.gazetteer.numbered(numbers[row])
        back = geocoder.reverse((town.latitude, town.longitude))
        assert back.raw["distance_km"] <= 0.001
        again = geocoder.geocode(town.name, exactly_one=False, limit=100)
        assert town.place_id in {place.raw["place_id"] for place in again}


@given(
    st.floats(-90, 90), st.floats(-180, 180), st.floats(0, 20_000), st.integers(1, 5),
    st.integers(0, 2**32 - 1),
)  # fmt: skip
@settings(deadline=None, max_examples=60)
def test_the_index_finds_what_a_full_search_finds(latitude, longitude, km, limit, seed):
    random = np.random.default_rng(seed)
    x = np.round(random.uniform(-180, 180, 300), 3)
    y = np.round(random.uniform(-90, 90, 300), 3)
    x[:4], y[:4] = [180, -180, 0, 0], [0, 0, 90, -90]
    found = Nearest(x, y).near(longitude, latitude, km, limit)
    a, b = math.radians(latitude), np.radians(y)
    cosine = np.sin(a) * np.sin(b) + np.cos(a) * np.cos(b) * np.cos(np.radians(x - longitude))
    truth = np.sort(6371.0088 * np.arccos(np.clip(cosine, -1, 1)))
    expected = truth[truth <= km][:limit]
    # The cosine formula is short of digits near 0, hence the tolerance in kilometres.
    close = np.isclose(truth, km, atol=0.5).any()
    assert close or len(found) == len(expected)
    for (_, got), want in itertools.zip_longest(found, expected[: len(found)], fillvalue=km):
        assert got == pytest.approx(want, abs=0.5)


def test_the_index_works_empty_and_across_the_date_line():
    assert Nearest([], []).near(0, 0, 1000) == []
    index = Nearest([179.9, -179.9], [10.0, 10.0])
    assert {row for row, _ in index.near(180, 10, 50, 5)} == {0, 1}
    assert index.near(-179.95, 10, 50)[0][0] == 1


# --- as others use it --------------------------------------------------------------------------


def test_in_geopandas(geocoder):
    names = pd.Series(
        ["Kunduz, Afghanistan", "Nowhereville123", None, "Dushanbe"], index=[3, 1, 4, 1]
    )
    frame = geopandas.tools.geocode(names.reset_index(drop=True), provider=OfflineGeocoder)
    assert frame.crs == "EPSG:4326"
    assert len(frame) == 4
    assert frame.geometry.iloc[1].is_empty
    assert frame.geometry.iloc[2].is_empty
    assert abs(frame.geometry.iloc[0].x - 68.86) < 1
    back = geopandas.tools.reverse_geocode(
        geopandas.GeoSeries([shapely.Point(68.86, 36.73)]), provider=OfflineGeocoder
    )
    assert back.address.iloc[0] == "Kunduz, Afghanistan"


def test_behind_a_rate_limiter(geocoder):
    limited = RateLimiter(geocoder.geocode, min_delay_seconds=0, swallow_exceptions=False)
    assert limited("Kunduz, Afghanistan").raw["country"] == "AFG"
    assert limited("Nowhereville123") is None


def test_it_never_asks_the_network(geocoder):
    with pytest.raises(RuntimeError, match="must not ask"):
        geocoder._call_geocoder("http://127.0.0.1/", lambda answer: answer)
