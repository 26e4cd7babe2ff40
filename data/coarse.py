"""Coarse shapes of the largest outlines, for zones around them, for `data/build_boundaries.py`.

A zone of 50 km off the coast of Canada has nothing of its 40,000 vertices but takes half a second
to draw from them. Here are three shapes a country or ADM1 of more than `LARGE` vertices: its land
at `TOLERANCE`, and the zones of `FIRST_KM` around its mainland and along its coast. A zone
of k kilometres is then, by the law of Minkowski sums, the one of k - `FIRST_KM` around those.
"""

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from geo import geodesy
from geo.boundaries import FIRST_KM, Boundaries

LARGE = 1500
TOLERANCE = 0.03  # degrees, 3 km
_FINE, _ROUGH = 0.01, 0.04
_DIGITS = 3
_SPECK_KM2 = 20.0
_MANY = 50
_HOLE_KM2 = 500.0  # no point of it is much farther than FIRST_KM from the shore


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
        code, land, around, shore (None without a coast); EPSG:4326 (lon, lat), three decimals.
    """
    rows = []
    for code in codes:
        shape = boundaries.admin1(code) if ":" in code else boundaries.country(code)
        if shape is None or shapely.get_num_coordinates(shape) <= LARGE:
            continue
        coast = boundaries.coast(code)
        core = shapely.simplify(geodesy.mainland(geodesy.unwrapped(shape)), _FINE)
        around = geodesy.band(core, FIRST_KM, quad_segs=4)
        shore = None
        if coast is not None:
            shore = geodesy.band(shapely.simplify(coast, _FINE), FIRST_KM, quad_segs=4)
        land = _rounded(_without_specks(shapely.simplify(shape, TOLERANCE)))
        zones = [None if zone is None else _filled(zone) for zone in (around, shore)]
        rows.append({"code": code, "land": land, "around": zones[0], "shore": zones[1]})
    frame = gpd.GeoDataFrame(rows, geometry="land", crs=4326)
    for name in ("around", "shore"):
        frame[name] = gpd.GeoSeries(frame[name], crs=4326)
    return frame


def _filled(zone: BaseGeometry) -> BaseGeometry:
    """Fill the small holes, which are islands' and bays'."""
    parts = []
    for part in shapely.get_parts(zone):
        wide = [r for r in part.interiors if geodesy.area_km2(shapely.polygons(r)) > _HOLE_KM2]
        parts.append(Polygon(part.exterior, wide))
    return _rounded(shapely.simplify(shapely.union_all(parts), _ROUGH))


def _without_specks(shape: BaseGeometry) -> BaseGeometry:
    parts = shapely.get_parts(shape)
    if len(parts) < _MANY:
        return shape
    kept = [part for part in parts if geodesy.area_km2(part) >= _SPECK_KM2]
    return shapely.MultiPolygon(kept or [max(parts, key=geodesy.area_km2)])


def _rounded(shape: BaseGeometry) -> BaseGeometry:
    snapped = shapely.transform(shape, lambda xy: np.round(xy, _DIGITS))
    return geodesy.polygons(shapely.make_valid(snapped))
