"""Zones of some kilometres around outlines, along borders and coasts.

Where an outline has more vertices than can be drawn in time, its coarse shapes are used
(`geo.boundaries.Coarse`), and the result says so. All geometry is EPSG:4326, (lon, lat).
"""

import shapely
from shapely.geometry.base import BaseGeometry

from geo import geodesy
from geo.boundaries import LEVELS, WIDEST_KM, Boundaries

__all__ = ["along", "around", "at_sea", "without_land"]

_MANY = 2000  # vertices
_ASIDE = 0.1  # degrees


def around(
    code: str | None, shape: BaseGeometry, km: float, boundaries: Boundaries
) -> tuple[BaseGeometry, bool]:
    """Zone around the mainland of a country or ADM1, outside of it.

    Parameters
    ----------
    code : str or None
        ISO 3166-1 alpha-3, or place_id of an ADM1.
    shape : Polygon or MultiPolygon
    km : float
        Width.
    boundaries : Boundaries

    Returns
    -------
    zone : Polygon or MultiPolygon
    coarsely : bool
        Whether it is drawn from coarse shapes.
    """
    rough = boundaries.coarse(code) if code is not None else None
    if rough is None:
        core = geodesy.mainland(geodesy.unwrapped(shape))
        return geodesy.polygons(shapely.difference(geodesy.band(core, km), shape)), False
    level = _level(km)
    if level is None:
        core = geodesy.mainland(geodesy.unwrapped(rough.outline))
        zone, inside = geodesy.band(core, km, quad_segs=3), rough.outline
    else:
        zone, inside = _grown(rough.around[level], level, km), rough.land
    return geodesy.polygons(shapely.difference(zone, inside)), True


def along(line: BaseGeometry, shape: BaseGeometry, km: float) -> BaseGeometry:
    """Zone along a line, as far as it lies in a shape.

    Parameters
    ----------
    line : LineString or MultiLineString
    shape : Polygon or MultiPolygon
    km : float

    Returns
    -------
    Polygon or MultiPolygon
    """
    zone = geodesy.band(line, km, quad_segs=4)
    return geodesy.polygons(shapely.intersection(zone, _reached([shape], zone)))


def at_sea(
    code: str, km: float, boundaries: Boundaries, *, cut: BaseGeometry | None = None
) -> tuple[BaseGeometry, bool] | None:
    """Zone along a coast, without any land.

    Parameters
    ----------
    code : str
        ISO 3166-1 alpha-3, or place_id of an ADM1.
    km : float
        Width.
    boundaries : Boundaries
    cut : Polygon, optional
        Only along the part of the coast in it, if there is any.

    Returns
    -------
    zone : Polygon or MultiPolygon
        Empty if there is only land.
    coarsely : bool
        Whether it is drawn from coarse shapes.
    None
        There is no coast.
    """
    rough, level = boundaries.coarse(code), _level(km)
    if rough is None or rough.coast is None:
        line = boundaries.coast(code)
        if line is None:
            return None
        zone = geodesy.band(_piece(line, cut), km, quad_segs=3, filled=True)
        return without_land(zone, boundaries.owner(code), km, boundaries), False
    if level is None:
        zone = geodesy.band(_piece(rough.coast, cut), km, quad_segs=3, filled=True)
        return geodesy.polygons(shapely.difference(zone, rough.outline)), True
    zone = _grown(_piece(rough.shore[level], cut), level, km)
    if rough.ashore is None or km > WIDEST_KM:
        return without_land(zone, boundaries.owner(code), km, boundaries), True
    return geodesy.polygons(shapely.difference(zone, _reached([rough.ashore], zone))), True


def without_land(zone: BaseGeometry, iso3: str, km: float, boundaries: Boundaries) -> BaseGeometry:
    """Take the land of a country, and of all within `km` of it, out of a zone.

    Parameters
    ----------
    zone : Polygon or MultiPolygon
    iso3 : str
        ISO 3166-1 alpha-3; with "" all land is taken.
    km : float
    boundaries : Boundaries

    Returns
    -------
    Polygon or MultiPolygon
    """
    codes = boundaries.facing(iso3, km)
    shapes = [shape for code in codes if (shape := boundaries.country(code)) is not None]
    return geodesy.polygons(shapely.difference(zone, _reached(shapes, zone)))


def _level(km: float) -> int | None:
    """Widest of `LEVELS` that a zone reaches."""
    return max((level for level in LEVELS if level <= km), default=None)


def _grown(zone: BaseGeometry, level: int, km: float) -> BaseGeometry:
    """A zone of `level` km made one of `km`."""
    wider = km - level
    if not wider:
        return zone
    # Bends that show in the whole width, not in what it grows by, count.
    return geodesy.band(zone, wider, quad_segs=3, lost=0.05 * km / wider)


def _piece(shape: BaseGeometry, cut: BaseGeometry | None) -> BaseGeometry:
    """The part of a shape in another, or all of it if there is none."""
    if cut is None:
        return shape
    piece = shapely.intersection(shape, cut)
    return shape if piece.is_empty else piece


def _reached(shapes: list[BaseGeometry], zone: BaseGeometry) -> BaseGeometry:
    """Union of the pieces of a coverage that meet a zone."""
    west, south, east, north = zone.bounds
    parts = shapely.get_parts(shapes)
    bounds = shapely.bounds(parts)
    near = (bounds[:, 0] <= east) & (bounds[:, 2] >= west)
    near &= (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
    shapely.prepare(zone)
    parts = parts[near][shapely.intersects(zone, parts[near])]
    if not len(parts):
        return shapely.MultiPolygon()
    # A continent is cut before it is joined to others; the cut lies outside of the zone.
    many = shapely.get_num_coordinates(parts) > _MANY
    box = west - _ASIDE, south - _ASIDE, east + _ASIDE, north + _ASIDE
    parts[many] = [shapely.clip_by_rect(part, *box) for part in parts[many]]
    return geodesy.covered([part for part in shapely.get_parts(parts) if not part.is_empty])
