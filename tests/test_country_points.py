import pytest
from shapely.geometry import Point

from data.divisions import country_points
from geo.boundaries import default_boundaries
from geo.gazetteer import default_gazetteer


def test_centre_points_lie_in_their_countries_or_among_their_islands():
    boundaries = default_boundaries()
    points = country_points()
    assert len(points) > 200
    far = {
        iso3: round(boundaries.country(iso3).distance(Point(point)), 2)
        for iso3, point in points.items()
        if boundaries.country(iso3).distance(Point(point)) > 1  # degrees: island states
    }
    assert far == {}


def test_the_gazetteer_has_these_points():
    gazetteer = default_gazetteer()
    for iso3, (longitude, latitude) in country_points().items():
        place = gazetteer.country(iso3)
        assert (place.longitude, place.latitude) == pytest.approx((longitude, latitude), abs=0.2)
