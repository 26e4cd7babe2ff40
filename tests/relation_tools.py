"""Places to relate, and the laws of every located thing; shared by the tests of relations."""

from shapely.geometry import Point

from geo import geodesy
from geo.boundaries import default_boundaries
from geo.gazetteer import Place

B = default_boundaries()
CODES = sorted(B._admin0.codes)
COMPASS = sorted(geodesy.STEPS)

MAZAR, KUNDUZ, FAIZABAD = (67.11, 36.71), (68.857, 36.729), (70.58, 37.12)
KABUL, HERAT, JALALABAD = (69.17, 34.53), (62.20, 34.35), (70.45, 34.43)
PANJ, KHOROG, DUSHANBE = (69.10, 37.23), (71.55, 37.49), (68.78, 38.56)


def country(iso3):
    point = B.country(iso3).representative_point()
    name = B.name(iso3)
    return Place(
        f"test:{iso3}", name, "PCLI", iso3, None, None, None, point.x, point.y, 0, "polygon"
    )


def admin1(place_id):
    layer = B._admin1
    row = layer.rows[place_id]
    name, owner = layer.names[row], layer.owners[row]
    point = layer.shapes[row].representative_point()
    return Place(
        place_id, name, "ADM1", owner, name, place_id, None, point.x, point.y, 0, "polygon"
    )


def town(name="Kunduz", at=KUNDUZ, feature="PPLA", population=161_902, **more):
    fields = {
        "place_id": "geonames:1135689",
        "name": name,
        "feature": feature,
        "country": "AFG",
        "admin1": "Kunduz",
        "admin1_id": "geonames:1135690",
        "admin2": "Kunduz District",
        "longitude": at[0],
        "latitude": at[1],
        "population": population,
        "position": "point",
    }
    return Place(**(fields | more))


def holds(location, point):
    return location.geometry.covers(Point(point))


def sound(location):
    """The laws of every location that has a geometry."""
    geometry = location.geometry
    assert geometry.is_valid
    assert not geometry.is_empty
    west, south, east, north = geometry.bounds
    assert (west, south) >= (-180, -90)
    assert (east, north) <= (180, 90)
    assert north <= 90
    assert south >= -90
    assert geometry.distance(Point(location.longitude, location.latitude)) < 1e-6
    assert location.name
    assert location.explanation
    assert 1 <= location.where_prec <= 7
