import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, box

from geo.boundaries import default_boundaries
from geo.edges import edges_of, shared, without

WEST, EAST = box(0, 0, 1, 1), box(1, 0, 2, 1)


def test_what_two_outlines_share():
    both = shared(edges_of(WEST), [edges_of(EAST)])
    assert both.equals(shapely.LineString([(1, 0), (1, 1)]))
    assert shared(edges_of(WEST), [edges_of(box(5, 5, 6, 6))]) is None


def test_a_corner_is_no_edge():
    assert shared(edges_of(WEST), [edges_of(box(1, 1, 2, 2))]) is None


def test_what_is_left_of_an_outline():
    left = without(edges_of(WEST), [edges_of(EAST)])
    assert left.geom_type == "LineString"
    assert left.length == 3
    assert without(edges_of(WEST), []).length == 4
    assert without(edges_of(WEST), [edges_of(WEST)]) is None


def test_holes_and_parts_are_rings_of_their_own():
    ring = box(0, 0, 8, 8) - box(2, 2, 3, 3)
    edges = edges_of(MultiPolygon([ring, box(20, 20, 21, 21)]))
    assert len(edges.keys) == 12
    assert shared(edges, [edges_of(box(2, 2, 3, 3))]).length == 4


def test_lines_are_joined_end_to_end():
    left = without(
        edges_of(box(0, 0, 4, 4)), [edges_of(box(4, 0, 5, 4)), edges_of(box(-1, 0, 0, 4))]
    )
    assert [part.length for part in left.geoms] == [4, 4]
    assert shared(edges_of(WEST), []) is None


@pytest.mark.parametrize("pair", [("AFG", "TJK"), ("FRA", "ESP"), ("RUS", "CHN"), ("USA", "CAN")])
def test_as_an_intersection_of_outlines_has_it(pair):
    one, two = (default_boundaries().country(iso3) for iso3 in pair)
    expected = shapely.intersection(shapely.boundary(one), shapely.boundary(two)).length
    assert shared(edges_of(one), [edges_of(two)]).length == pytest.approx(expected)


def test_no_two_segments_of_the_world_have_one_key_by_chance():
    segments = {}
    for shape in default_boundaries()._admin0.shapes:
        edges = edges_of(shape)
        for key, ends in zip(edges.keys.tolist(), edges.ends.tolist(), strict=True):
            known = segments.setdefault(key, sorted(ends))
            assert known == sorted(ends)


@given(st.integers(-180 * 8192, 180 * 8192), st.integers(-90 * 8192, 90 * 8192))
def test_direction_does_not_matter(x, y):
    start = np.array([x, y]) / 8192
    ring = [start, start + np.array([1, 0]), start + np.array([1, 1])]
    there, back = edges_of(shapely.Polygon(ring)), edges_of(shapely.Polygon(ring[::-1]))
    assert set(there.keys.tolist()) == set(back.keys.tolist())
