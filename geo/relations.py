"""Spatial expressions to geometry: northern Afghanistan, a border, 30 km south of Kunduz.

`locate` takes a `Relation` and the places it is built on and gives a `Location`: a valid geometry
in EPSG:4326 (lon, lat), a label point inside it, UCDP's precision code and a sentence that tells
the reader how the shape was made. Which part "the north" is, `geo.parts` says. Numbers that no
source gives (20 km for a side of a border, 50 km for "off the coast", a corridor a quarter as wide
as long) are assumptions of this module; the explanation always names them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from geo import geodesy, zones
from geo.amounts import kilometres, length, size
from geo.boundaries import Boundaries, default_boundaries
from geo.courses import course
from geo.gazetteer import Place
from geo.parts import DIRECTIONS, adjective, part_of, together

__all__ = ["KINDS", "Location", "Relation", "locate"]

#: Kinds of relation and how many places each needs.
KINDS = {
    "at": 1,
    "part": 1,
    "border": 1,
    "side": 1,
    "offset": 1,
    "near": 1,
    "between": 2,
    "coast": 1,
    "offshore": 1,
    "remote": 2,
}

_BAND_KM = 20.0  # "the Tajik side of the border"
_OFFSHORE_KM = 50.0  # "off the coast": past the 12 nautical miles, within sight of the news
_REGION_KM = 50.0  # radius of a region known only as a point
_NEAR_COUNTRY_KM, _NEAR_ADMIN1_KM = 100.0, 40.0
_AROUND_KM = 50.0  # a wider circle is an area; UCDP's 2 is a point within some 25 km
_NEAR_RIVER_KM = 20.0  # its course is drawn some 10 to 20 km exact
_CORRIDOR = 0.125  # half width of "between A and B" as a share of the distance
_PEOPLE_PER_KM2 = 5000  # built-up density that turns a population into a city's radius
_SEAS = {"SEA", "OCN", "STRT", "GULF", "BAY", "CHN", "SD"}
BOX_KM2 = 1_000_000.0
"""Largest bounding box, in km², that still says something on a map: the Sahara's or a continent's
does not, the Black Sea's does."""

_COURSES = {"STM", "STMS", "CNL"}  # a river's box is not the river
# Point features that are really long or wide: the point stands for the whole.
_FUZZY = set(
    "STM STMS CNL LK LKS RSV MTS DSRT VAL RGN ISL ISLS RD AREA PEN PLN PLAT FRST RGNH CAPE "
    "RGNE".split()
)


@dataclass(frozen=True, slots=True)
class Relation:
    """How an expression places something with regard to places.

    Attributes
    ----------
    kind
        One of `KINDS`.
    direction
        "north", "north-east", ..., "central"; for "part", "coast", "offset" and "near" ("north of
        Kunduz"). For "part" also the others of `geo.parts.DIRECTIONS` ("upper", "far north",
        "mainland"), and several joined by " and " ("north and east").
    distance_km
        For "offset" and "near"; for "side" and "offshore" the width of the band, 20 and 50 km by
        default.
    basis
        For "offset" and "near": what the distance is guessed from, where the text gives none in
        kilometres ("a two-hour drive, at 60 km/h"). For "between": the way that joins the places
        ("highway").
    """

    kind: str
    direction: str | None = None
    distance_km: float | None = None
    basis: str | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """Where an expression is on the map.

    Attributes
    ----------
    geometry
        EPSG:4326 (lon, lat), valid; None if the expression has no shape (two countries that do
        not touch).
    longitude, latitude
        Label point, degrees, on the geometry.
    where_prec
        UCDP GED: 1 exact, 2 near a known point, 3 ADM2, 4 ADM1, 5 line or fuzzy polygon,
        6 country, 7 international.
    name
        "northern Afghanistan", "Afghanistan-Tajikistan border".
    explanation
        How the geometry was made, in plain words.
    country, admin1, admin2
        ISO 3166-1 alpha-3 and English names, as far as the expression says.
    """

    geometry: BaseGeometry | None
    longitude: float | None
    latitude: float | None
    where_prec: int
    name: str
    explanation: str
    country: str | None
    admin1: str | None
    admin2: str | None


def locate(
    relation: Relation, places: Sequence[Place], boundaries: Boundaries | None = None
) -> Location:
    """Give the geometry of a spatial expression.

    Parameters
    ----------
    relation : Relation
        The kind, with direction and distance where it has them.
    places : sequence of Place
        "border": one country or ADM1, or several that meet; "side": the one whose side is
        meant, then, if known, the other; "coast", "offshore": the land, then, if known, the sea;
        "between", "remote": two; otherwise one (more are ignored).
    boundaries : Boundaries, optional
        The shipped ones by default.

    Returns
    -------
    Location
        Cached by arguments.

    Raises
    ------
    ValueError
        For an unknown kind or direction, a missing distance of an offset, or too few places.
    """
    if relation.kind not in KINDS:
        raise ValueError(f"unknown relation kind {relation.kind!r}; one of {', '.join(KINDS)}")
    needed = KINDS[relation.kind]
    if len(places) < needed:
        raise ValueError(f"{relation.kind!r} needs {needed} places, got {len(places)}")
    for direction in _directions(relation):
        if direction not in DIRECTIONS:
            raise ValueError(f"unknown direction {direction!r}; one of {sorted(DIRECTIONS)}")
    return _locate(relation, tuple(places), boundaries or default_boundaries())


@lru_cache(maxsize=4096)
def _locate(relation: Relation, places: tuple[Place, ...], boundaries: Boundaries) -> Location:
    first = places[0]
    if relation.kind in {"at", "part", "near"}:
        on_one = {"at": _at, "part": _part, "near": _near}
        return on_one[relation.kind](first, relation, boundaries)
    if relation.kind in {"border", "side", "coast", "offshore"}:
        on_edges = {"border": _border, "side": _side, "coast": _coast, "offshore": _offshore}
        return on_edges[relation.kind](places, relation, boundaries)
    if relation.kind == "offset":
        return _offset(first, relation)
    if relation.kind == "between":
        return _between(first, places[1], relation.basis)
    return _remote(first, places[1])


def _at(place: Place, _relation: Relation, boundaries: Boundaries) -> Location:
    if not _is_country(place) and not _is_division(place, boundaries):
        return _at_point(place, boundaries)
    shape = _shape(place, boundaries)
    words = f"{place.name} as a whole" if shape else f"a point in {place.name}; no outline"
    if shape is not None and boundaries.approximate(place.place_id):
        words += ", its outline guessed from the towns in it"
    words += f", {size(shape)}" if shape is not None else ""
    geometry = shape or Point(place.longitude, place.latitude)
    return _location(place, geometry, 6 if _is_country(place) else 4, place.name, words)


def _at_point(place: Place, boundaries: Boundaries) -> Location:
    if place.position == "parent" and place.admin1_id:
        parent = boundaries.admin1(place.admin1_id)
        if parent is not None:
            words = f"{place.admin1}, as the point of {place.name} in it is not known"
            return _location(place, parent, 4, place.name, f"{words}, {size(parent)}")
    line = course(place.place_id)
    if line is not None:
        words = f"course of {place.name}, drawn coarsely, {length(line)}"
        return _location(place, line, 5, place.name, words)
    wide = 7 if place.feature in _SEAS or place.feature == "CONT" else 5
    if place.bbox is not None:
        box = geodesy.bbox_polygon(place.bbox)
        words = f"bounding box of {place.name}, {size(box)}"
        if place.feature in _COURSES or geodesy.area_km2(box) > BOX_KM2:
            return _nowhere(place, wide, place.name, f"{words}: too coarse to draw")
        return _location(place, box, wide, place.name, words)
    precision, words = 1, f"point of {place.name}"
    if place.feature.startswith("ADM"):
        how = {"seat": "its seat", "mean": "the middle of its towns"}.get(place.position, "a point")
        precision, words = 3, f"{place.name} by {how}"
    elif place.feature in _SEAS | _FUZZY or place.feature == "CONT":
        precision, words = wide, f"a point that stands for {place.name}"
    elif place.position == "recalled":
        precision, words = 2, f"point of {place.name} from memory, within some 5 km"
    point = Point(place.longitude, place.latitude)
    return _location(place, point, precision, place.name, words)


def _part(place: Place, relation: Relation, boundaries: Boundaries) -> Location:
    directions = _directions(relation) or ("central",)
    name = f"{' and '.join(map(adjective, directions))} {place.name}"
    shape, code = _shape(place, boundaries), _code(place, boundaries)
    if shape is None and place.bbox is not None:
        shape, code = geodesy.bbox_polygon(place.bbox), None
    if shape is None:
        return _city_part(place, directions, name)
    found = [part_of(shape, place.name, code, side, boundaries) for side in directions]
    geometry = together(found, boundaries)
    words = "; ".join(part.how for part in found)
    precision = 7 if place.country is None and place.feature == "CONT" else 5
    return _location(place, geometry, precision, name, f"{words}; {size(geometry)}")


def _city_part(place: Place, directions: tuple[str, ...], name: str) -> Location:
    """Sectors of a circle that the population would fill; its inner half when central."""
    radius = _REGION_KM if place.feature in _FUZZY else _city_radius(place)
    x, y = place.longitude, place.latitude
    compass = [_compass(direction) for direction in directions]
    geometry = geodesy.joined(
        [
            geodesy.circle(x, y, radius / 2)
            if side == "central"
            else geodesy.sector(x, y, geodesy.azimuth(side), radius)
            for side in compass
        ]
    )
    if compass == ["central"]:
        words = f"inner {radius / 2:.1f} km of {place.name}"
    else:
        sides = " and ".join(f"{side}ern" for side in compass if side != "central")
        words = f"{sides} sector of {place.name}, taken as {radius:.1f} km in radius"
    precision = 2 if place.feature.startswith("PPL") else 5
    return _location(place, geometry, precision, name, words)


def _border(places: tuple[Place, ...], _relation: Relation, boundaries: Boundaries) -> Location:
    first = places[0]
    codes = [_edge_code(place, boundaries) for place in places]
    names = [place.name for place in places]
    if len(places) == 1 or len(set(codes)) == 1:
        return _own_border(first, codes[0], boundaries)
    name = f"{'-'.join(names)} border"
    pairs = combinations([code for code in codes if code], 2)
    lines = [line for a, b in pairs if (line := boundaries.border(a, b)) is not None]
    if not lines:
        words = f"{' and '.join(names)} do not share a border"
        return _nowhere(first, 7, name, words)
    geometry = lines[0] if len(lines) == 1 else shapely.union_all(lines)
    words = f"border between {' and '.join(names)}, {length(geometry)}"
    return _location(first, geometry, 5, name, words)


def _own_border(place: Place, code: str | None, boundaries: Boundaries) -> Location:
    name = f"border of {place.name}"
    line = boundaries.land_border(code) if code else None
    if line is not None:
        words = f"land border of {place.name}, {length(line)}"
        if not _is_country(place):
            words = f"the part of the national border that {place.name} has, {length(line)}"
        return _location(place, line, 5, name, words)
    shape = boundaries.admin1(code) if code and not _is_country(place) else None
    if shape is None:
        return _nowhere(place, 6, name, f"{place.name} has no land border")
    edge = shapely.boundary(shape)
    return _location(place, edge, 5, name, f"outline of {place.name}, {length(edge)}")


def _side(places: tuple[Place, ...], relation: Relation, boundaries: Boundaries) -> Location:
    km = relation.distance_km or _BAND_KM
    first = places[0]
    code = _edge_code(first, boundaries)
    others = [place for place in places[1:] if _edge_code(place, boundaries) != code]
    other = others[0] if others else None
    name = f"{first.name}'s side of its border" + (f" with {other.name}" if other else "")
    line = None
    if code is not None:
        beyond = _edge_code(other, boundaries) if other else None
        line = boundaries.border(code, beyond) if beyond else boundaries.land_border(code)
    shape = None if code is None else (boundaries.country(code) or boundaries.admin1(code))
    if line is None or shape is None:
        against = other.name if other else "any neighbour"
        return _nowhere(first, 6, name, f"{first.name} and {against} do not share a border")
    geometry = zones.along(line, shape, km)
    which = "the border" if other else "any land border"
    words = f"within {km:.0f} km of {which}, on the side of {first.name}; {size(geometry)}"
    return _location(first, geometry, 5, name, words)


def _offset(place: Place, relation: Relation) -> Location:
    if relation.distance_km is None or relation.direction not in geodesy.STEPS:
        raise ValueError(f"an offset needs a distance and a compass direction, got {relation}")
    if relation.direction == "central":
        raise ValueError("an offset cannot go to the centre; use 'part'")
    km, direction = relation.distance_km, relation.direction
    bearing = geodesy.azimuth(direction)
    point = geodesy.destination(place.longitude, place.latitude, bearing, km)
    name = f"{kilometres(km)} {direction} of {place.name}"
    words = f"point {kilometres(km)} {direction} of {place.name} along the geodesic"
    words += f"; {relation.basis}" if relation.basis else ""
    return _location(place, point, 2, name, words)


def _near(place: Place, relation: Relation, boundaries: Boundaries) -> Location:
    direction = relation.direction if relation.direction in geodesy.STEPS else None
    direction = None if direction == "central" else direction
    name = _near_name(place, direction, relation)
    shape = _shape(place, boundaries)
    if shape is not None:
        return _near_shape(place, shape, direction, relation, boundaries)
    line = course(place.place_id)
    km = relation.distance_km or (_near_km(place) if line is None else _NEAR_RIVER_KM)
    if line is not None:
        words = f"within {km:.0f} km of the course of {place.name}, drawn coarsely"
        return _location(place, geodesy.band(line, km), 5, name, words)
    x, y = place.longitude, place.latitude
    if direction is None:
        geometry = geodesy.circle(x, y, km)
        words = f"within {km:.0f} km of {place.name}"
    else:
        geometry = geodesy.sector(x, y, geodesy.azimuth(direction), km)
        words = f"within {km:.0f} km of {place.name} to the {direction}"
    words += f"; {relation.basis}" if relation.basis else ""
    return _location(place, geometry, 2 if km <= _AROUND_KM else 5, name, words)


def _near_name(place: Place, direction: str | None, relation: Relation) -> str:
    if relation.distance_km:
        name = f"within {kilometres(relation.distance_km)} {direction or ''} of {place.name}"
        return " ".join(name.split())
    return f"{direction} of {place.name}" if direction else f"near {place.name}"


def _near_shape(
    place: Place,
    shape: BaseGeometry,
    direction: str | None,
    relation: Relation,
    boundaries: Boundaries,
) -> Location:
    """Zone around a country or ADM1, outside of it; with a direction only that side's share."""
    km = relation.distance_km or (_NEAR_COUNTRY_KM if _is_country(place) else _NEAR_ADMIN1_KM)
    zone, coarsely = zones.around(_code(place, boundaries), shape, km, boundaries)
    if direction is not None:
        zone = geodesy.part(zone, direction)
    geometry = geodesy.polygons(zone)
    name = _near_name(place, direction, relation)
    words = f"zone of {km:.0f} km around {place.name}"
    words += ", drawn coarsely" if coarsely else ""
    words += f", its part to the {direction}" if direction else ""
    words += f"; {relation.basis}" if relation.basis else ""
    return _location(place, geometry, 5, name, f"{words}; {size(geometry)}")


def _between(first: Place, second: Place, way: str | None) -> Location:
    start, end = (first.longitude, first.latitude), (second.longitude, second.latitude)
    km = _distance(start, end)
    name = f"between {first.name} and {second.name}"
    if way is not None:
        name = f"{first.name}-{second.name} {way}"
    if km < 0.1:  # the same point twice: a corridor would have no area
        return _location(first, Point(start), 5, name, f"point of {first.name}")
    half = max(0.5, km * _CORRIDOR)
    geometry = geodesy.corridor(start, end, half)
    words = (
        f"corridor of {2 * half:.0f} km along the {km:.0f} km from {first.name} to {second.name}"
    )
    if way is not None:
        words += f"; the course of the {way} is not known here, so the corridor is straight"
    same = first.admin1_id is not None and first.admin1_id == second.admin1_id
    return _location(first, geometry, 5, name, words, admin1=first.admin1 if same else None)


def _coast(places: tuple[Place, ...], relation: Relation, boundaries: Boundaries) -> Location:
    place, sea = _land_and_sea(places)
    if _is_sea(place):
        return _at_point(place, boundaries)
    name = _coast_name(place, sea, relation)
    code = _edge_code(place, boundaries)
    line = boundaries.coast(code) if code else None
    if code is None or line is None:
        return _nowhere(place, 6, name, f"{place.name} has no coast")
    cut, which = _cut(code, sea, relation, boundaries)
    if cut is not None:
        line = shapely.intersection(line, cut)
    words = f"edge of {place.name} that is no land border{which}, {length(line)}"
    return _location(place, line, 5, name, words)


def _offshore(places: tuple[Place, ...], relation: Relation, boundaries: Boundaries) -> Location:
    """Band at sea. Precision 5, not 7: it belongs to a coast and has a shape worth drawing."""
    place, sea = _land_and_sea(places)
    if _is_sea(place):
        return _at_point(place, boundaries)
    km = relation.distance_km or _OFFSHORE_KM
    name = f"off the {_coast_name(place, sea, relation)}"
    code = _edge_code(place, boundaries)
    if _code(place, boundaries) is None:
        line = boundaries.coast(code) if code else None
        circle = geodesy.circle(place.longitude, place.latitude, km)
        around = zones.without_land(circle, place.country or "", km, boundaries)
        found = None if line is None else (around, False)
        start = place.name
    else:
        cut, which = _cut(code or "", sea, relation, boundaries)
        found = zones.at_sea(code or "", km, boundaries, cut=cut)
        start = f"the coast of {place.name}{which}"
    if found is None:
        return _nowhere(place, 6, name, f"{place.name} has no coast")
    geometry, coarsely = found
    start += ", drawn coarsely" if coarsely else ""
    if geometry.is_empty:
        return _nowhere(place, 6, name, f"no sea within {kilometres(km)} of {place.name}")
    words = f"sea within {kilometres(km)} of {start}; {size(geometry)}"
    return _location(place, geometry, 5, name, words)


def _cut(
    code: str, sea: Place | None, relation: Relation, boundaries: Boundaries
) -> tuple[BaseGeometry | None, str]:
    """Polygon that holds the part of a coast on a sea or side, where told, and words for it."""
    rough = boundaries.coarse(code)
    cut, which, otherwise = None, "", ""
    if sea is not None and sea.bbox is not None:
        cut, which = geodesy.bbox_polygon(sea.bbox), f", in the box of {sea.name}"
        otherwise = f" (none of it in the box of {sea.name})"
    elif relation.direction in geodesy.STEPS:
        shape = rough.outline if rough else boundaries.country(code) or boundaries.admin1(code)
        if shape is not None:
            cut = shapely.box(*geodesy.part(shape, relation.direction).bounds)
            which = f", in the outer third to the {relation.direction}"
    if cut is None:
        return None, ""
    coast = rough.coast if rough and rough.coast else boundaries.coast(code)
    return (cut, which) if shapely.intersects(coast, cut) else (None, otherwise)


def _land_and_sea(places: tuple[Place, ...]) -> tuple[Place, Place | None]:
    first, second = places[0], places[1] if len(places) > 1 else None
    if second is not None and _is_sea(first) and not _is_sea(second):
        return second, first
    return first, second if second is not None and _is_sea(second) else None


def _is_sea(place: Place) -> bool:
    return place.feature in _SEAS or (place.country is None and place.feature == "RGN")


def _coast_name(place: Place, sea: Place | None, relation: Relation) -> str:
    if sea is not None:
        return f"{sea.name} coast of {place.name}"
    side = f"{adjective(relation.direction)} " if relation.direction else ""
    return f"{side}coast of {place.name}"


def _remote(first: Place, second: Place) -> Location:
    start, end = (first.longitude, first.latitude), (second.longitude, second.latitude)
    name = f"{first.name} to {second.name}"
    km = _distance(start, end)
    if km < 0.1:
        return _location(first, Point(start), 6, name, f"point of {first.name}")
    words = f"line from {first.name} to {second.name}, {km:,.0f} km; it happened at both ends"
    return _location(first, geodesy.geodesic(start, end), 6, name, words)


def _location(
    place: Place,
    geometry: BaseGeometry,
    where_prec: int,
    name: str,
    explanation: str,
    *,
    admin1: str | None = "",
) -> Location:
    if geometry.is_empty:
        return _nowhere(place, where_prec, name, f"no geometry for {name}")
    own = Point(place.longitude, place.latitude)
    at_centre = where_prec == 2 and geometry.geom_type == "Polygon" and geometry.contains(own)
    label = own if at_centre else geodesy.label_point(geometry)
    first_level = place.admin1 if admin1 == "" else admin1
    local = where_prec <= 4 and first_level is not None
    return Location(
        geometry=geometry,
        longitude=float(label.x),
        latitude=float(label.y),
        where_prec=where_prec,
        name=name,
        explanation=explanation,
        country=place.country,
        admin1=None if where_prec >= 6 else first_level,
        admin2=place.admin2 if local else None,
    )


def _nowhere(place: Place, where_prec: int, name: str, explanation: str) -> Location:
    return Location(None, None, None, where_prec, name, explanation, place.country, None, None)


def _shape(place: Place, boundaries: Boundaries) -> BaseGeometry | None:
    """Outline of a country or ADM1, else None."""
    if _is_country(place):
        return boundaries.country(place.country or "")
    if _is_division(place, boundaries):
        return boundaries.admin1(place.place_id)
    return None


def _is_country(place: Place) -> bool:
    return place.country is not None and place.feature.startswith("PCL")


def _is_division(place: Place, boundaries: Boundaries) -> bool:
    """Whether a place is first-level; a few (Iraqi Kurdistan's) are so only in the polygons."""
    if place.feature == "ADM1":
        return True
    return place.feature.startswith("ADM") and boundaries.admin1(place.place_id) is not None


def _code(place: Place, boundaries: Boundaries) -> str | None:
    if _is_country(place):
        return place.country
    return place.place_id if _is_division(place, boundaries) else None


def _edge_code(place: Place, boundaries: Boundaries) -> str | None:
    """Code whose border is meant: of a town or district, the ADM1 that it lies in."""
    return _code(place, boundaries) or place.admin1_id or place.country


def _directions(relation: Relation) -> tuple[str, ...]:
    return tuple(relation.direction.split(" and ")) if relation.direction else ()


def _compass(direction: str) -> str:
    """Compass direction of any of `geo.parts.DIRECTIONS`; the middle for "mainland"."""
    plain = {"upper": "north", "lower": "south", "mainland": "central"}.get(direction, direction)
    return plain.removeprefix("far ")


def _city_radius(place: Place) -> float:
    """Radius in km of a disc at 5,000 people a km2, from 1.5 to 30; 2 when unknown."""
    if place.population <= 0:
        return 2.0
    return float(np.clip(np.sqrt(place.population / _PEOPLE_PER_KM2 / np.pi), 1.5, 30))


def _near_km(place: Place) -> float:
    """Radius in km of "near": 8 for airports and crossings, 5 to 40 for towns by population."""
    if place.feature in {"AIRP", "AIRB", "AIRF", "CRSG", "BLDG", "CMP"}:
        return 8.0
    if place.feature.startswith("ADM"):
        return 20.0
    return float(min(40.0, 5 + 2.5 * np.sqrt(max(place.population, 1) / 10_000)))


def _distance(start: tuple[float, float], end: tuple[float, float]) -> float:
    return float(geodesy.GEOD.inv(*start, *end)[2]) / 1000
