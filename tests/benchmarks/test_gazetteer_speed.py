"""Speed of the gazetteer: opening, exact look-up, ranked candidates."""

from itertools import cycle

import pytest

from geo.gazetteer import Gazetteer, default_gazetteer

NAMES = (
    "Kunduz", "Imam Sahib", "Shir Khan Bandar", "Bagram Airfield", "Dushanbe", "Kabul", "Paris",
    "Gaza", "Khartoum", "Port-au-Prince", "New York", "Georgia", "U.S.", "Tajik", "Badakhshan",
    "northern", "San José", "Springfield", "Kunduz province", "Strait of Hormuz", "the White House",
    "Taliban", "Mr. Ghani", "Spin Boldak", "Zaranj", "Lashkar Gah", "Moscow", "Kyiv", "Santa Cruz",
)  # fmt: skip


@pytest.fixture(scope="module")
def gazetteer():
    return default_gazetteer()


def test_open(benchmark, gazetteer):
    def open_and_ask():
        fresh = Gazetteer(gazetteer.path)
        assert fresh.country("AFG")
        fresh.close()

    benchmark(open_and_ask)


def test_unpack_the_first_time(benchmark, tmp_path, monkeypatch):
    folders = iter(range(1000))

    def first_use():
        monkeypatch.setenv("DATELINE_CACHE", str(tmp_path / str(next(folders))))
        Gazetteer().close()

    benchmark.pedantic(first_use, rounds=3)


def test_exact_look_up(benchmark, gazetteer):
    names = cycle(NAMES)
    benchmark(lambda: gazetteer._postings(next(names)))


@pytest.mark.parametrize("country", [None, "AFG"])
def test_candidates(benchmark, gazetteer, country):
    names = cycle(NAMES)

    def ask():
        gazetteer._ranked.cache_clear()
        return gazetteer.candidates(next(names), country=country)

    benchmark(ask)


def test_candidates_of_new_places(benchmark, gazetteer):
    """No row is in memory: what a first mention costs."""
    names = cycle(NAMES)

    def ask():
        gazetteer._row.cache_clear()
        gazetteer._ranked.cache_clear()
        return gazetteer.candidates(next(names))

    benchmark(ask)


def test_near_spelling(benchmark, gazetteer):
    def ask():
        gazetteer._ranked.cache_clear()
        return gazetteer.candidates("Sheberhgan", country="AFG", fuzzy=True)

    benchmark(ask)
