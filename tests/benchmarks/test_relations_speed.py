"""Times of the spatial relations; no absolute assertions, machines differ."""

import pytest

from geo.boundaries import Boundaries, default_boundaries
from geo.gazetteer import Place
from geo.relations import Relation, _locate, locate


def country(iso3):
    boundaries = default_boundaries()
    point = boundaries.country(iso3).representative_point()
    name = boundaries.name(iso3)
    return Place(
        f"test:{iso3}", name, "PCLI", iso3, None, None, None, point.x, point.y, 0, "polygon"
    )


def test_load_countries(benchmark):
    assert benchmark(lambda: Boundaries().country("AFG")) is not None


def test_country_at(benchmark):
    assert benchmark(default_boundaries().country_at, 68.87, 36.73) == "AFG"


@pytest.mark.parametrize("iso3", ["AFG", "FRA", "RUS"])
def test_part_cold(benchmark, iso3):
    def cold():
        _locate.cache_clear()
        return locate(Relation("part", "west"), [place])

    place = country(iso3)
    assert benchmark(cold).geometry is not None


def test_border_cold(benchmark):
    def cold():
        boundaries._shared.cache_clear()
        return boundaries.border("AFG", "TJK")

    boundaries = Boundaries()
    assert benchmark(cold) is not None


def test_side_cold(benchmark):
    def cold():
        _locate.cache_clear()
        return locate(Relation("side"), places)

    places = [country("TJK"), country("AFG")]
    assert benchmark(cold).geometry is not None


def test_part_warm(benchmark):
    places = [country("AFG")]
    assert benchmark(locate, Relation("part", "north"), places).geometry is not None
