"""Coarse shapes of the largest outlines, for zones around them, for `data/build_boundaries.py`.

A zone of 50 km off the coast of Canada has nothing of its 40,000 vertices but takes half a second
to draw from them. Here are, for each country or ADM1 of more than `LARGE` vertices, its outline
and coast with as many vertices as can be drawn in time, and the zones of `LEVELS` kilometres
around its mainland and along its coast. A zone of k kilometres is then, by the law of Minkowski
sums, the one of k - l around that of the widest level l that k reaches.

A shape is simplified no more than its vertices make necessary (`_LAND`, `_OUTLINE`, `_ZONE`): most
to some hundred metres, the outlines of Canada and Antarctica to several kilometres.
"""

import geopandas as gpd
import numpy as np
import shapely
from shapely import affinity
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from geo import geodesy
from geo.boundaries import FACING_KM, LEVELS, WIDEST_KM, Boundaries

LARGE = 2000
_LAND, _OUTLINE, _ZONE = 7000, 3000, 3000  # vertices at most
_TOLERANCES = (0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.15)
# Coordinates are multiples of this (200 m): doubles that end in zeros halve the size of the file.
_GRID = 2.0**-9
_FINEST = 0.0075  # degrees; the exact outlines are no finer
_KM = 111.2  # a degree of latitude
_HOLE = 0.42  # radius of a hole, as a share of the zone's width, that is filled
_BESIDE_KM = 2.0
_LOST = 0.02  # share of the width
_POLAR = 85.0


def coarse(boundaries: Boundaries, codes: list[str]) -> gpd.GeoDataFrame:
    """Return the coarse shapes of those codes that are large.

    Parameters
    ----------
    boundaries
        The exact ones.
    codes
        ISO 3166-1 alpha-3 and ADM1 place_ids.

    Returns
    -------
    GeoDataFrame
        code; land; outline, None where it is the land; around_K for K of `LEVELS`; coast, ashore
        and shore_K, which are None without a coast. `geo.boundaries.Coarse` tells what they are.
        EPSG:4326 (lon, lat).
    """
    rows = []
    for code in codes:
        shape = boundaries.admin1(code) if ":" in code else boundaries.country(code)
        if shape is None or shapely.get_num_coordinates(shape) <= LARGE:
            continue
        rows.append({"code": code, **_inland(shape), **_at_sea(shape, code, boundaries)})
    frame = gpd.GeoDataFrame(rows, geometry="land", crs=4326)
    for name in frame.columns.drop(["code", "land"]):
        frame[name] = gpd.GeoSeries(frame[name], crs=4326)
    return frame


def facing(admin0: gpd.GeoDataFrame) -> list[str]:
    """Codes of the other countries within `FACING_KM` of each, by degrees that are never fewer.

    Parameters
    ----------
    admin0
        iso3 and geometry, EPSG:4326.

    Returns
    -------
    list of str
        A row each: codes with blanks between.
    """
    shapes, codes = admin0.geometry.to_numpy(), admin0["iso3"].to_numpy()
    found = []
    for own, code in zip(shapes, codes, strict=True):
        _, south, _, north = own.bounds
        steepest = min(85.0, max(abs(south), abs(north)) + FACING_KM / _KM)
        reach = FACING_KM / _KM / np.cos(np.radians(steepest))
        near = shapely.dwithin(own, shapes, reach)
        # A zone goes on over the antimeridian.
        for turn in (-360, 360):
            near |= shapely.dwithin(affinity.translate(own, turn), shapes, reach)
        found.append(" ".join(sorted(set(codes[near]) - {code})))
    return found


def _inland(shape: BaseGeometry) -> dict[str, BaseGeometry | None]:
    core = geodesy.mainland(geodesy.unwrapped(shape))
    bands = {level: geodesy.band(core, level, quad_segs=4, lost=_LOST) for level in LEVELS}
    land, outline = _within(shape, _LAND), _within(shape, _OUTLINE)
    return {
        "land": land,
        "outline": None if shapely.get_num_coordinates(land) <= _OUTLINE else outline,
        **{f"around_{level}": _zone(band, level) for level, band in bands.items()},
    }


def _at_sea(
    shape: BaseGeometry, code: str, boundaries: Boundaries
) -> dict[str, BaseGeometry | None]:
    """Coast, land within reach of it, and zones along it, filled inland where nobody looks."""
    coast = boundaries.coast(code)
    if coast is None:
        return dict.fromkeys(["coast", "ashore", *(f"shore_{level}" for level in LEVELS)])
    inner = shapely.difference(shapely.boundary(shape), coast)
    outline = _within(shape, _OUTLINE)
    edge, deep = shapely.boundary(outline), shape
    if not inner.is_empty:
        # The coarse outline runs beside the exact border, at most as far off as it is coarse.
        off = shapely.hausdorff_distance(outline, shape) * _KM
        edge = shapely.difference(edge, geodesy.band(inner, min(off, 20) + _BESIDE_KM))
        deep = shapely.difference(shape, geodesy.band(inner, WIDEST_KM))
    bands = {level: geodesy.band(coast, level, quad_segs=4, lost=_LOST) for level in LEVELS}
    reach = geodesy.band(bands[LEVELS[-1]], WIDEST_KM, quad_segs=2)
    return {
        "coast": None if edge.is_empty else _rounded(edge),
        "ashore": _within(_ashore(shapely.union(reach, shape), boundaries), _LAND),
        **{
            f"shore_{level}": _zone(shapely.union(band, deep), level)
            for level, band in bands.items()
        },
    }


def _ashore(reach: BaseGeometry, boundaries: Boundaries) -> BaseGeometry:
    """All land, whosever, that a zone reaches."""
    shapes = [boundaries.country(iso3) for iso3 in boundaries.countries()]
    world = shapely.coverage_union_all([shape for shape in shapes if shape is not None])
    parts = shapely.get_parts(world)
    shapely.prepare(reach)
    near = parts[shapely.intersects(reach, parts)]
    return geodesy.polygons(shapely.union_all(shapely.intersection(near, reach)))


def _zone(zone: BaseGeometry, km: float) -> BaseGeometry:
    """Fill the small holes, which are islands' and bays', and simplify."""
    parts = []
    for part in shapely.get_parts(zone):
        rings = [shapely.polygons(ring) for ring in part.interiors]
        wide = [r.exterior for r in rings if geodesy.area_km2(r) > np.pi * (_HOLE * km) ** 2]
        parts.append(Polygon(part.exterior, wide))
    return _within(shapely.union_all(parts), _ZONE, finest=km / 1500)


def _within(shape: BaseGeometry, vertices: int, finest: float = _FINEST) -> BaseGeometry:
    """Simplify as little as leaves that number of vertices, at least by `finest` degrees."""
    if shape.bounds[1] < -_POLAR:
        vertices //= 3  # zones around a pole take long
    for tolerance in _TOLERANCES:
        if tolerance < finest:
            continue
        simple = _rounded(_without_specks(shapely.simplify(shape, tolerance), tolerance))
        if shapely.get_num_coordinates(simple) <= vertices:
            break
    return simple


def _without_specks(shape: BaseGeometry, tolerance: float) -> BaseGeometry:
    """Drop parts that are smaller than what the simplification may move."""
    parts = shapely.get_parts(shape)
    sizes = shapely.area(geodesy.equal_area(parts))
    kept = parts[(sizes >= 2 * (tolerance * _KM) ** 2) | (sizes == sizes.max())]
    return shapely.MultiPolygon(list(kept))


def _rounded(shape: BaseGeometry) -> BaseGeometry:
    snapped = shapely.transform(shape, lambda xy: np.round(xy / _GRID) * _GRID)
    if shapely.get_dimensions(snapped) == 1:
        lines = shapely.get_parts(shapely.line_merge(snapped))
        return shapely.MultiLineString([line for line in lines if line.length > 0])
    return geodesy.polygons(shapely.make_valid(snapped))
