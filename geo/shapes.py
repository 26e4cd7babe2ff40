"""Geometry made fit for files of other programs, as RFC 7946 wants it."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry import (
    GeometryCollection,
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Polygon,
)
from shapely.geometry.base import BaseGeometry

DECIMALS: Final = 6
"""Decimals of exported degrees: about 0.1 m, and what RFC 7946 section 11.2 advises."""

_MULTI: Final[Mapping[int, Callable[[list[Any]], BaseGeometry]]] = {
    0: MultiPoint,
    1: MultiLineString,
    2: MultiPolygon,
}


def tidy(geometry: gpd.GeoSeries) -> NDArray[Any]:
    """Cut geometry at the antimeridian, round it to six decimals, turn its rings the right way.

    Parameters
    ----------
    geometry
        Points, lines and polygons, or none; EPSG:4326, (longitude, latitude) in degrees.

    Returns
    -------
    ndarray
        As many shapely geometries or None. Valid where the input is; outer rings run against the
        clock (RFC 7946 section 3.1.6). What is too small for six decimals becomes a point.
    """
    # Many events share the polygon of one country, so each distinct geometry is done once.
    wkb = np.asarray(shapely.to_wkb(np.asarray(geometry.array)), dtype=object)
    codes, distinct = pd.factorize(wkb)
    shapes = np.empty(len(distinct) + 1, dtype=object)
    shapes[:-1] = shapely.from_wkb(distinct)
    bounds = shapely.bounds(shapes)
    for place in np.flatnonzero(bounds[:, 2] - bounds[:, 0] > 180):
        shapes[place] = _cut(shapes[place])
    done = np.asarray(shapely.orient_polygons(_rounded(shapes), exterior_cw=False))
    # The last is None, and factorize numbers a missing one -1.
    return done[codes]


def _round(shapes: Any) -> Any:
    # + 0.0 turns -0.0 into 0.0
    return shapely.transform(shapes, lambda xy: np.round(xy, DECIMALS) + 0.0)


def _rounded(shapes: NDArray[Any]) -> NDArray[Any]:
    """Round coordinates, and mend what becomes invalid by that."""
    done = _round(shapes)
    for place in np.flatnonzero(~shapely.is_valid(done) & ~shapely.is_missing(done)):
        # Snap rounding keeps polygons valid; where it leaves nothing, a point is what is left.
        snapped = _round(shapely.set_precision(shapes[place], 10.0**-DECIMALS))
        kept = _of_dimension(snapped, shapely.get_dimensions(shapes[place]))
        if kept is None or not kept.is_valid:
            kept = _round(shapely.point_on_surface(shapes[place]))
        done[place] = kept
    return np.asarray(done)


def _cut(shape: BaseGeometry) -> BaseGeometry:
    """Cut lines and polygons at the antimeridian where an edge is meant to go over it.

    The edge of a line goes the short way round (RFC 7946 section 3.1.9). A polygon without holes
    is cut if an edge is wider than 270 degrees: narrower ones are those of the boxes of very wide
    regions, and a hole shows that the plane is meant, as else it would lie outside. What goes
    round the Earth, or round a pole, stays as it is.
    """
    pieces: list[BaseGeometry] = []
    cut = False
    for part in shapely.get_parts(shape).tolist():
        polygon = isinstance(part, Polygon)
        whole = None
        if not polygon or not part.interiors:
            xy = shapely.get_coordinates(part)
            unrolled = _unrolled(xy, 270 if polygon else 180)
            if unrolled is not None:
                whole = shapely.make_valid(Polygon(unrolled)) if polygon else LineString(unrolled)
        if whole is None:
            pieces.append(part)
            continue
        cut = True
        west, _, east, _ = whole.bounds
        for turn in range(int((west + 180) // 360), int((east + 180) // 360) + 1):
            world = shapely.box(360 * turn - 180, -90, 360 * turn + 180, 90)
            piece = _of_dimension(whole.intersection(world), shapely.get_dimensions(part))
            if piece is not None:
                pieces.extend(shapely.get_parts(_moved(piece, -turn)).tolist())
    if not cut:
        return shape
    return _of_dimension(GeometryCollection(pieces), shapely.get_dimensions(shape)) or shape


def _unrolled(xy: NDArray[Any], widest: float) -> NDArray[Any] | None:
    """Let longitudes run on beyond 180 where an edge is wider; None if none is, or it cannot."""
    steps = np.diff(xy[:, 0])
    if not (np.abs(steps) > widest).any() or (np.abs(steps) == 360).any():
        return None
    turns = np.concatenate([[0], np.cumsum((steps < -widest).astype(int) - (steps > widest))])
    if (xy[0] == xy[-1]).all() and turns[-1] != 0:
        return None
    return np.column_stack([xy[:, 0] + 360.0 * turns, xy[:, 1]])


def _moved(shape: BaseGeometry, turns: int) -> BaseGeometry:
    """Move a geometry eastward by whole turns of the Earth."""
    return shapely.transform(shape, lambda xy: xy + np.array([360.0 * turns, 0.0]))


def _of_dimension(shape: BaseGeometry, dimension: Any) -> BaseGeometry | None:
    """Keep the parts of a dimension (0 points, 1 lines, 2 polygons), as one geometry or none."""
    # Twice: a collection may hold a multi-geometry.
    parts = [
        part
        for part in shapely.get_parts(shapely.get_parts(shape)).tolist()
        if shapely.get_dimensions(part) == dimension and not part.is_empty
    ]
    return _MULTI[int(dimension)](parts) if len(parts) > 1 else next(iter(parts), None)
