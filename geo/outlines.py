"""Outlines of a country's provinces, for the choropleth; opens the boundaries."""

from collections.abc import Iterable
from typing import Any

import shapely
from shapely.geometry import mapping
from shapely.geometry.polygon import orient

from geo.boundaries import default_boundaries
from geo.names import normalise

_PARTS = 400  # of the country's larger side: the tolerance of simplification


def provinces(country: str, names: Iterable[str]) -> dict[str, Any]:
    """Return the outlines of a country's first-level units.

    Parameters
    ----------
    country
        ISO 3166-1 alpha-3.
    names
        What the events call the units; an outline whose name differs only in case, accents and
        the like gets that name.

    Returns
    -------
    dict
        Name -> GeoJSON geometry, degrees, EPSG:4326 (longitude, latitude), simplified for a chart
        of a few hundred pixels; rings wound as Vega's spherical projection needs them (clockwise
        outside). Empty for a country without units.
    """
    known = default_boundaries()
    shapes = {
        name: shape
        for place_id, name in known.divisions(country).items()
        if (shape := known.admin1(place_id)) is not None
    }
    if not shapes:
        return {}
    west, south, east, north = shapely.total_bounds(list(shapes.values()))
    tolerance = max(east - west, north - south) / _PARTS
    ours = {normalise(name): name for name in names}
    found = {}
    for name, shape in shapes.items():
        light = shape.simplify(tolerance)
        parts = [
            orient(part, sign=-1.0)
            for part in shapely.get_parts(light)
            if part.geom_type == "Polygon" and not part.is_empty
        ]
        if parts:
            outline = shapely.transform(shapely.MultiPolygon(parts), lambda xy: xy.round(3))
            found[ours.get(normalise(name), name)] = mapping(outline)
    return found
