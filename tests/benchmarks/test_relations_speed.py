"""Times of the spatial relations; no absolute assertions, machines differ."""

import re

import pytest

from geo.boundaries import Boundaries, default_boundaries
from geo.gazetteer import Place
from geo.relations import Relation, _locate, locate
from pipeline.expressions import find_expressions
from pipeline.mentions import Mention


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


def forget():
    """Clear what `locate` has kept, but for the polygons themselves."""
    boundaries = default_boundaries()
    _locate.cache_clear()
    boundaries._shared.cache_clear()
    boundaries._edges.cache_clear()


def test_side_cold(benchmark):
    def cold():
        forget()
        return locate(Relation("side"), places)

    places = [country("TJK"), country("AFG")]
    assert benchmark(cold).geometry is not None


@pytest.mark.parametrize("kind", ["border", "side", "coast", "offshore", "near"])
@pytest.mark.parametrize("iso3", ["SOM", "USA", "CAN", "RUS"])
def test_edges_cold(benchmark, kind, iso3):
    def cold():
        forget()
        return locate(Relation(kind), [place])

    place = country(iso3)
    assert benchmark(cold).geometry is not None


def test_part_warm(benchmark):
    places = [country("AFG")]
    assert benchmark(locate, Relation("part", "north"), places).geometry is not None


def test_read_expressions(benchmark):
    text = " ".join(
        f"Shells hit some 50 miles south-east of Place{i}, on the Place{i + 1}-Place{i + 2} highway."
        for i in range(0, 300, 3)
    )
    names = [
        Mention(match.start(), match.end(), match[0], "toponym")
        for match in re.finditer(r"Place\d+", text)
    ]
    assert len(benchmark(find_expressions, text, names)) == 200
