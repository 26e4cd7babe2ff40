"""Parts: which provinces or which piece of a polygon "the north of X" is.

Three answers, the first that there is:

1. The provinces that people mean, where ``data/curated/regions_parts.csv`` lists them (eastern
   DR Congo, northern Nigeria, upper Egypt, Cameroon's Far North).
2. Whole provinces. For a cardinal direction those whose centroid lies at least 0.6 standard
   deviations that way from the mean of all of the mainland's provinces, weighted by the square
   root of their areas (between counting each once and counting square kilometres), and at
   least 0.6 times as far that way as sideways, on an equal-area cylinder. For corners
   ("north-east") those in the outer 40 % of both sides of the mainland's bounding box, for
   "central" in the middle 38 % of both, for "far north" in the outer fifth. People speak of
   provinces, and half a province is rarely meant. The demand falls until the provinces make
   6 % of the mainland.
3. `geo.geodesy.part`, the box cut through, where there are no provinces (a province's or a
   region's own part) or they are too coarse: fewer than four, or 60 % of the mainland.

Measured as intersection over union, area on the sphere, of rules 2 and 3 against the provinces of
the table (tests/test_relations.py repeats it): MEASURED. The numbers of the rule were chosen on
these same regions; chosen on all countries but one and scored on that one, cardinal directions
keep 0.74, while corners and middles fall to 0.55. The outer 31 % of the box, the rule before, has
0.71 for cardinal directions (0.71 held out); rule 3 alone has 0.54 over all. A logistic regression
on position, area and population has 0.75 for cardinal directions held out and is worse for corners,
so it was not taken; nor were weights by population, oblique corners and rounder middles, which
have 0.72 on these regions but 0.66 when chosen on half of the countries and scored on the others
(0.70 for the rule). With the table those regions are exact by construction, so no number tells how
well the table does; it tells only what people mean where one rule cannot: "north" is a fifth of
Afghanistan and four fifths of Nigeria.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo import geodesy
from geo.boundaries import Boundaries

__all__ = ["DIRECTIONS", "MEASURED", "Part", "adjective", "part_of", "snap", "together"]

#: "far north" takes a fifth; "upper" and "lower" are Egypt's; "mainland" leaves the islands out.
DIRECTIONS = frozenset(
    {*geodesy.STEPS, "upper", "lower", "mainland"}
    | {f"far {direction}" for direction in geodesy.STEPS if direction != "central"}
)
_COMPASS = {"upper": "north", "lower": "south"}
_CORNER, _MIDDLE, _FAR = 0.4, 0.38, 0.2
_AWAY, _SIDEWAYS, _EASED = 0.6, 0.6, 0.1
_FEWEST = 4
_LEAST, _MOST, _GROWTH = 0.06, 0.6, 0.03
_NAMED = 8

#: Mean IoU of the rule (without the table) against the table, by kind of direction.
MEASURED = {"all": 0.70, "cardinal": 0.74, "corner": 0.64, "central": 0.55}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a country or region.

    Attributes
    ----------
    geometry
        Valid polygon or polygons, EPSG:4326 (lon, lat).
    how
        How it was found, in words.
    provinces
        place_ids of the whole provinces that it is made of; empty for a cut.
    """

    geometry: BaseGeometry
    how: str
    provinces: tuple[str, ...] = ()


def part_of(
    shape: BaseGeometry, name: str, code: str | None, direction: str, boundaries: Boundaries
) -> Part:
    """Give the part of a place in a direction.

    Parameters
    ----------
    shape : Polygon or MultiPolygon
        The whole, EPSG:4326 (lon, lat).
    name : str
        For the words.
    code : str or None
        ISO 3166-1 alpha-3 of a country, place_id of an ADM1; None for anything else.
    direction : str
        One of `DIRECTIONS`.
    boundaries : Boundaries

    Returns
    -------
    Part
    """
    if direction == "mainland":
        parts = shapely.get_parts(shape)
        largest = max(parts, key=geodesy.area_km2)
        return Part(largest, f"the largest piece of {name} without its islands")
    said = f"{adjective(direction)} {name}"
    members = _table().get((code or "", direction), ())
    if any(boundaries.admin1(i) is not None for i in members):
        return _of_provinces(members, f"the provinces usually meant by {said}", boundaries)
    far, compass = direction.startswith("far "), direction.removeprefix("far ")
    compass = _COMPASS.get(compass, compass)
    share = _FAR if far else None
    snapped = None if code is None or ":" in code else snap(code, compass, boundaries, share=share)
    if snapped is not None:
        where = f"the provinces {_where(name, compass, share)} (by rule)"
        return _of_provinces(snapped, where, boundaries, most=_NAMED)
    return Part(geodesy.part(shape, compass, share=share), _cut_words(name, compass, far=far))


def together(parts: Sequence[Part], boundaries: Boundaries) -> BaseGeometry:
    """Union of parts of one place ("northern and eastern X"), EPSG:4326.

    Of whole provinces each counts once, as a union of polygons that overlap takes long.
    """
    if len(parts) == 1:
        return parts[0].geometry
    if not all(part.provinces for part in parts):
        return geodesy.joined([part.geometry for part in parts])
    codes = dict.fromkeys(code for part in parts for code in part.provinces)
    return geodesy.covered([g for code in codes if (g := boundaries.admin1(code)) is not None])


def snap(
    iso3: str, direction: str, boundaries: Boundaries, *, share: float | None = None
) -> tuple[str, ...] | None:
    """Whole provinces of a country in a compass direction; None if they are too coarse.

    Parameters
    ----------
    iso3 : str
    direction : str
        One of `geo.geodesy.STEPS`.
    boundaries : Boundaries
    share : float, optional
        Outer share of the box, 0 to 1, instead of the usual rule.

    Returns
    -------
    tuple of str or None
        place_ids, in the order of the boundaries.
    """
    units = _units(iso3, boundaries)
    if len(units.codes) < _FEWEST:
        return None
    for eased in range(40):
        if share is None and sum(map(abs, geodesy.STEPS[direction])) == 1:
            chosen = _beyond(units, direction, _EASED * eased)
        else:
            chosen = _chosen(
                units, direction, min(1.0, (share or _share(direction)) + 0.03 * eased)
            )
        taken = float(units.sizes[chosen].sum() / units.sizes.sum())
        if taken > _MOST:
            return None
        if taken >= _LEAST:
            return tuple(code for code, is_in in zip(units.codes, chosen, strict=True) if is_in)
    return None


def adjective(direction: str) -> str:
    """Turn a direction into an adjective: "northern", "far northern", "upper", "mainland"."""
    return (
        direction if direction in {"upper", "lower", "central", "mainland"} else f"{direction}ern"
    )


@dataclass(frozen=True, slots=True)
class _Units:
    """Provinces on the mainland: where their centroids lie, eastwards and northwards.

    `across` and `up` are shares of the mainland's box, `east` and `north` standard deviations.
    """

    codes: tuple[str, ...]
    across: NDArray[np.float64]
    up: NDArray[np.float64]
    sizes: NDArray[np.float64]
    east: NDArray[np.float64]
    north: NDArray[np.float64]


def _beyond(units: _Units, direction: str, eased: float) -> NDArray[np.bool_]:
    east, north = geodesy.STEPS[direction]
    ahead, aside = (units.east * east, units.north) if east else (units.north * north, units.east)
    return (ahead >= _AWAY - eased) & (ahead >= _SIDEWAYS * np.abs(aside) - eased)


def _chosen(units: _Units, direction: str, share: float) -> NDArray[np.bool_]:
    chosen = np.ones(len(units.codes), dtype=bool)
    for step, at in zip(geodesy.STEPS[direction], (units.across, units.up), strict=True):
        if step:
            chosen &= (at if step > 0 else 1 - at) >= 1 - share
        elif direction == "central":
            chosen &= np.abs(at - 0.5) <= share / 2
    return chosen


@lru_cache(maxsize=256)
def _units(iso3: str, boundaries: Boundaries) -> _Units:
    whole = boundaries.country(iso3)
    codes = list(boundaries.divisions(iso3)) if whole is not None else []
    shapes = [boundaries.admin1(code) for code in codes]
    if whole is None or not shapes:
        nothing = np.zeros(0)
        return _Units((), nothing, nothing, nothing, nothing, nothing)
    flat = [geodesy.equal_area(shape) for shape in shapes if shape is not None]
    box = geodesy.equal_area(geodesy.mainland(geodesy.unwrapped(whole))).bounds
    middle = shapely.centroid(flat)
    x, y = shapely.get_x(middle), shapely.get_y(middle)
    x = np.where(x < box[0], x + 2 * np.pi * geodesy.AUTHALIC_KM, x)
    across, up = (x - box[0]) / (box[2] - box[0]), (y - box[1]) / (box[3] - box[1])
    on = (across >= 0) & (across <= 1) & (up >= 0) & (up <= 1)
    kept = tuple(code for code, here in zip(codes, on, strict=True) if here)
    across, up, sizes = across[on], up[on], shapely.area(flat)[on]
    spread = [_deviations(at, np.sqrt(sizes)) for at in (across, up)]
    return _Units(kept, across, up, sizes, *spread)


def _deviations(at: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distances from the weighted mean in weighted standard deviations; 0 where there is none."""
    if not len(at):
        return at
    off = at - np.average(at, weights=weights)
    deviation = float(np.sqrt(np.average(off**2, weights=weights)))
    return np.asarray(off / deviation if deviation > 0 else off * 0)


def _of_provinces(
    codes: tuple[str, ...], which: str, boundaries: Boundaries, *, most: int | None = None
) -> Part:
    names = [boundaries.name(code) or code for code in codes]
    listed = ", ".join(names) if most is None or len(names) <= most else f"{len(names)} of them"
    shapes = [g for code in codes if (g := boundaries.admin1(code)) is not None]
    return Part(geodesy.covered(shapes), f"{which}: {listed}", codes)


def _share(direction: str) -> float:
    return _MIDDLE if direction == "central" else _CORNER


def _where(name: str, compass: str, share: float | None) -> str:
    """Words for the provinces that the rule takes."""
    if compass == "central":
        return f"centred in the middle {_MIDDLE:.0%} of {name}'s extent"
    if share is None and "-" not in compass:
        return f"centred well to the {compass} of the middle of {name}"
    return f"centred in the outer {share or _CORNER:.0%} to the {compass} of {name}'s extent"


def _cut_words(name: str, compass: str, *, far: bool) -> str:
    if compass == "central":
        return f"middle of {name} by its bounding box"
    if "-" in compass:
        return f"{compass}ern corner of {name} by its bounding box"
    return f"outer {'fifth' if far else 'third'} of {name} to the {compass} by its bounding box"


@cache
def _table() -> dict[tuple[str, str], tuple[str, ...]]:
    """Conventional regions: (ISO3, direction) -> ADM1 place_ids."""
    text = (resources.files("data") / "curated" / "regions_parts.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {
        (row["country"], row["direction"]): tuple(f"geonames:{i}" for i in row["admin1"].split())
        for row in rows
    }
