"""Whose the disputed areas are: ours by default, another view by choice.

``data/boundaries/disputed.npz`` holds the outlines (EPSG:4326, cut from the same coverage as
the countries, so that they share its vertices), each with the country it has on our maps and those
it may have instead; ``data/curated/disputed.csv`` is its source, with notes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo import columns

__all__ = ["NOBODY", "DisputedArea", "parse", "read", "switched"]

#: The word for no country at all.
NOBODY = "none"
# Parts below this (square degrees, about 1 ha) are slivers left along a line drawn twice.
_SLIVER = 1e-6
_WHOLE = 0.95
_AT_SHORE = 0.05  # degrees; ports lie off a simplified coast


@dataclass(frozen=True, slots=True)
class DisputedArea:
    """An area whose country depends on who is asked.

    Attributes
    ----------
    name
        "Crimea".
    country
        ISO 3166-1 alpha-3 of its country on our maps.
    alternatives
        The codes it may have instead; `NOBODY` for none.
    note
        Who holds and who claims it.
    geometry
        Polygon or MultiPolygon, EPSG:4326 (lon, lat); None where the sources have no outline, so
        that it cannot be switched.
    """

    name: str
    country: str
    alternatives: tuple[str, ...]
    note: str
    geometry: BaseGeometry | None


def read(path: Path) -> tuple[DisputedArea, ...]:
    """Read ``disputed.npz``.

    Raises
    ------
    FileNotFoundError
        There is no such file.
    """
    table = columns.read(path)
    return tuple(
        DisputedArea(
            area, iso3, tuple(others.split()), note, None if wkb is None else shapely.from_wkb(wkb)
        )
        for area, iso3, others, note, wkb in zip(
            *(table[name] for name in ("area", "iso3", "alternatives", "note", "geometry")),
            strict=True,
        )
    )


def parse(text: str) -> dict[str, str]:
    """Read a point of view as the environment variable ``DATELINE_POV`` writes it.

    Examples
    --------
    >>> parse("Crimea=RUS; Golan Heights=none")
    {'Crimea': 'RUS', 'Golan Heights': 'none'}

    Raises
    ------
    ValueError
        An item has no "=".
    """
    chosen = {}
    for item in filter(None, (part.strip() for part in text.split(";"))):
        name, sign, code = item.partition("=")
        if not sign or not name.strip() or not code.strip():
            raise ValueError(f'{item!r} is not AREA=COUNTRY; write e.g. "Crimea=RUS;Taiwan=CHN"')
        chosen[name.strip()] = code.strip()
    return chosen


def switched(
    areas: tuple[DisputedArea, ...], point_of_view: Mapping[str, str]
) -> list[tuple[DisputedArea, str]]:
    """Return the areas that change hands, with the code of the new country.

    Parameters
    ----------
    areas
        All areas.
    point_of_view
        Area -> ISO 3166-1 alpha-3 or "none", in any case; an area's own country changes nothing.

    Returns
    -------
    list of (DisputedArea, str)
        The code is "" for nobody.

    Raises
    ------
    ValueError
        An unknown area, a country that is no alternative there, or an area without an outline;
        all of them are told at once.
    """
    known = {area.name.casefold(): area for area in areas}
    moves: dict[str, tuple[DisputedArea, str]] = {}
    wrong = []
    for name, code in point_of_view.items():
        area = known.get(name.casefold())
        wanted = NOBODY if code.casefold() == NOBODY else code.upper()
        if area is None:
            wrong.append(
                f"no disputed area {name!r} (there are {', '.join(a.name for a in areas)})"
            )
        elif wanted != area.country and wanted not in area.alternatives:
            allowed = ", ".join((area.country, *area.alternatives))
            wrong.append(f"{area.name} can be {allowed}, not {code!r}")
        elif wanted != area.country and area.geometry is None:
            wrong.append(f"{area.name} has no outline in our sources, so it cannot be {code!r}")
        elif wanted != area.country:
            moves[area.name] = (area, "" if wanted == NOBODY else wanted)
    if wrong:
        raise ValueError("point of view: " + "; ".join(wrong))
    return list(moves.values())


def at_nobodys(moves: list[tuple[DisputedArea, str]], longitude: float, latitude: float) -> bool:
    """Tell whether a point (degrees) lies in an area that became nobody's."""
    point = shapely.Point(longitude, latitude)
    return any(not code and shapely.intersects(_outline(area), point) for area, code in moves)


def near(
    area: DisputedArea, points: Sequence[tuple[int, float, float]]
) -> list[tuple[int, float, float]]:
    """Return the points that lie in an area, or up to 5 km from it (ports off a rough coast).

    Parameters
    ----------
    area
        It must have an outline.
    points
        (number, longitude, latitude), degrees, EPSG:4326.
    """
    outline = _outline(area)
    shapely.prepare(outline)
    marks = shapely.points(np.array([point[1:] for point in points], dtype=float).reshape(-1, 2))
    hits = np.atleast_1d(shapely.dwithin(outline, marks, _AT_SHORE))
    return [point for point, hit in zip(points, hits, strict=True) if hit]


def redrawn(
    shapes: dict[str, BaseGeometry], moves: list[tuple[DisputedArea, str]]
) -> dict[str, BaseGeometry]:
    """Return the countries' polygons after the moves; a country with nothing left is left out."""
    result = dict(shapes)
    for area, code in moves:
        left = _polygons(shapely.difference(result[area.country], _outline(area)))
        if left is None:
            del result[area.country]
        else:
            result[area.country] = left
        if code:
            grown = _polygons(shapely.union(result[code], _outline(area)))
            if grown is not None:
                result[code] = grown
    return result


def reowned(
    shapes: list[BaseGeometry], owners: tuple[str, ...], moves: list[tuple[DisputedArea, str]]
) -> tuple[str, ...]:
    """Return the countries of divisions after the moves: those that lie in an area go with it."""
    result = list(owners)
    for area, code in moves:
        outline = _outline(area)
        for row, owner in enumerate(owners):
            if owner != area.country or not shapely.intersects(shapes[row], outline):
                continue
            inside = shapely.area(shapely.intersection(shapes[row], outline))
            if inside >= _WHOLE * shapely.area(shapes[row]):
                result[row] = code
    return tuple(result)


def _outline(area: DisputedArea) -> BaseGeometry:
    if area.geometry is None:
        raise ValueError(f"{area.name} has no outline")
    return area.geometry


def _polygons(geometry: BaseGeometry) -> BaseGeometry | None:
    """Keep the polygons of a geometry that are more than slivers; None if there are none."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    parts = parts[(shapely.get_type_id(parts) == 3) & (shapely.area(parts) > _SLIVER)]
    if not len(parts):
        return None
    return cast("BaseGeometry", parts[0] if len(parts) == 1 else shapely.multipolygons(parts))
