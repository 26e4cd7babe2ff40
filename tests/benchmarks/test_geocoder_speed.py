"""Speed of the geocoders: offline both ways, and answers from the store."""

from itertools import cycle

import pytest
from geopy.location import Location

from geo.cached import CachedGeocoder
from geo.geocoder import OfflineGeocoder

QUERIES = (
    "Kunduz", "Kunduz, Afghanistan", "Imam Sahib, Kunduz, Afghanistan", "Paris, Texas",
    "Mazar-i-Sharif", "Kyiv, Ukraine", "Springfield, Illinois", "Dushanbe, Tajikistan",
    "Gaza", "San José, Costa Rica", "Bagram Airfield", "Nowhereville", "Tbilisi, Georgia",
)  # fmt: skip
POINTS = ((36.73, 68.86), (48.86, 2.35), (23.0, 25.0), (0.0, 0.0), (38.55, 68.78), (40.7, -74.0))


@pytest.fixture(scope="module")
def geocoder():
    geocoder = OfflineGeocoder()
    geocoder.reverse(POINTS[0])
    return geocoder


def test_geocode(benchmark, geocoder):
    queries = cycle(QUERIES)
    benchmark(lambda: [geocoder.geocode(next(queries)) for _ in QUERIES])


def test_reverse(benchmark, geocoder):
    points = cycle(POINTS)
    benchmark(lambda: [geocoder.reverse(next(points)) for _ in POINTS])


def test_the_index_of_towns(benchmark, geocoder):
    benchmark.pedantic(lambda: len(OfflineGeocoder()._towns[1]), rounds=3)


def test_answers_from_the_store(benchmark, tmp_path):
    class Service:
        def geocode(self, query, *, exactly_one=True, timeout=None):
            return Location(query, (1.0, 2.0), {"display_name": query, "place_id": 1})

    cached = CachedGeocoder(Service(), tmp_path / "answers.sqlite", min_delay_seconds=0)
    benchmark(lambda: [cached.geocode(query) for query in QUERIES])
