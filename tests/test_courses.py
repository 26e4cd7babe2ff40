import shapely
from relation_tools import B, sound, town
from shapely.geometry import LineString, box

from geo import geodesy
from geo.courses import _courses, course
from geo.gazetteer import default_gazetteer
from geo.relations import Relation, locate

# Rivers that are borders, and of whom: where a course ought to run without looking it up.
BORDERS = {
    "panj-river": ("AFG", "TJK"),
    "naf-river": ("BGD", "MMR"),
    "yalu-river": ("PRK", "CHN"),
    "ruzizi": ("COD", "BDI"),
    "moei-river": ("MMR", "THA"),
    "shatt-al-arab": ("IRQ", "IRN"),
}


def km_from(line, other):
    """Mean distance in km of points along a line from another."""
    at = shapely.line_interpolate_point(line, [i / 20 for i in range(21)], normalized=True)
    return float(shapely.distance(at, other).mean()) * 111


def test_every_course_is_a_river_of_the_gazetteer_and_runs_where_its_box_is():
    rows = _courses()
    assert len(rows) >= 140
    for place_id, line in rows.items():
        place = default_gazetteer().place(place_id)
        assert place is not None, place_id
        assert place.feature in {"STM", "STMS", "CNL"}, place_id
        west, south, east, north = place.bbox
        inside = line.intersection(box(west - 0.5, south - 0.5, east + 0.5, north + 0.5))
        assert inside.length > 0.35 * line.length, place_id  # boxes hold what the news names
        assert line.is_simple, place_id


def test_steps_are_short_enough_to_show_the_way():
    for place_id, line in _courses().items():
        points = shapely.get_coordinates(line)
        steps = geodesy.GEOD.inv(*points[:-1].T, *points[1:].T)[2] / 1000
        assert steps.max() < 650, place_id
        assert len(points) >= 2


def test_rivers_that_are_borders_run_along_them():
    for name, (one, two) in BORDERS.items():
        assert km_from(course(f"dateline:{name}"), B.border(one, two)) < 25, name


def test_rivers_end_in_the_sea_or_in_another():
    land = {
        name: course(f"dateline:{name}") for name in ("vakhsh", "blue-nile-river", "missouri-river")
    }
    into = {"vakhsh": "amu-darya", "blue-nile-river": "nile", "missouri-river": "mississippi-river"}
    for name, line in land.items():
        mouth = shapely.get_point(line, -1)
        assert mouth.distance(course(f"dateline:{into[name]}")) < 0.2, name
    sea = {"nile": "EGY", "danube": "ROU", "amazon-river": "BRA", "niger-river": "NGA"}
    for name, iso3 in sea.items():
        mouth = shapely.get_point(course(f"dateline:{name}"), -1)
        assert mouth.distance(B.coast(iso3)) < 0.6, name


def test_a_river_is_a_line_and_near_it_is_a_band():
    river = default_gazetteer().place("dateline:panj-river")
    at = locate(Relation("at"), [river])
    sound(at)
    assert isinstance(at.geometry, LineString)
    assert at.where_prec == 5
    assert "drawn coarsely" in at.explanation
    near = locate(Relation("near", None, 15.0), [river])
    sound(near)
    assert near.geometry.covers(at.geometry)
    assert "15 km" in near.explanation
    assert locate(Relation("near"), [river]).where_prec == 5
    assert course("geonames:1") is None
    assert locate(Relation("at"), [town()]).geometry.geom_type == "Point"
