"""Outlines of the disputed areas of `data/curated/disputed.csv`, for `data/build_boundaries.py`."""

import csv
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

TABLE = Path(__file__).resolve().parent / "curated" / "disputed.csv"
_GAP_MARGIN = 0.03  # degrees; the gap is cut from lines that were not simplified yet

_SLIVER = 1e-6  # square degrees, about 1 ha


def areas(
    faces: gpd.GeoDataFrame,
    admin0: gpd.GeoDataFrame,
    admin1: gpd.GeoDataFrame,
    raw: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
) -> gpd.GeoDataFrame:
    """Return the disputed areas, cut from the coverage so that they share its vertices.

    Parameters
    ----------
    faces
        The simplified faces: adm0_a3, fixed, geometry.
    admin0, admin1
        The layers made of them: iso3 or place_id, geometry.
    raw
        Natural Earth's countries, by its own code, and admin-1 features, before simplification.

    Returns
    -------
    GeoDataFrame
        area, iso3 (ours), alternatives ("RUS none"), note, geometry (None where our sources have
        no outline); EPSG:4326 (lon, lat).

    Raises
    ------
    ValueError
        A line of the table finds no polygon.
    """
    countries = dict(zip(admin0["iso3"], admin0.geometry, strict=True))
    divisions = dict(zip(admin1["place_id"], admin1.geometry, strict=True))
    rows: list[dict[str, str]] = []
    shapes: list[BaseGeometry | None] = []
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    for line in csv.DictReader(line for line in lines if not line.startswith("#")):
        kind, *words = line["polygon"].split() or [""]
        parts: list[Any] = []
        if kind == "country":
            parts = [countries[code] for code in words]
        elif kind == "admin1":
            parts = [divisions[f"geonames:{ref}"] for ref in words]
        elif kind == "feature":
            parts = list(faces.geometry[faces["adm0_a3"].isin(words)])
        elif kind == "split":
            parts = list(faces.geometry[faces["fixed"] == f"geonames:{words[0]}"])
        elif kind == "box":
            west, south, east, north = (float(word) for word in words[1:])
            frame = shapely.box(west, south, east, north)
            parts = [shapely.intersection(countries[words[0]], frame)]
        elif kind == "outline":
            parts = [_by_hand(words, within=countries[line["default"]])]
        elif kind == "gap":
            parts = [_gap(words, *raw, within=countries[line["default"]])]
        if kind and not any(not part.is_empty for part in parts):
            raise ValueError(f"disputed.csv: no polygon for {line['area']} ({line['polygon']})")
        rows.append(
            {
                "area": line["area"],
                "iso3": line["default"],
                "alternatives": line["alternatives"],
                "note": line["note"],
            }
        )
        shapes.append(shapely.union_all(parts) if parts else None)
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=4326)


def _by_hand(words: list[str], *, within: BaseGeometry) -> BaseGeometry:
    """Return what of a country lies in a polygon of "lon lat" pairs."""
    numbers = [float(word) for word in words]
    frame = shapely.polygons(list(zip(numbers[::2], numbers[1::2], strict=True)))
    parts = shapely.get_parts(shapely.intersection(within, frame))
    return shapely.union_all(parts[shapely.area(parts) > _SLIVER])


def _gap(
    words: list[str],
    countries: gpd.GeoDataFrame,
    features: gpd.GeoDataFrame,
    *,
    within: BaseGeometry,
) -> BaseGeometry:
    """Return what a feature has and neither of two countries holds.

    `words` are Natural Earth's codes of the two, and the feature's ISO 3166-2 code.
    """
    *codes, iso = words
    held = shapely.union_all([countries.geometry[code] for code in codes])
    feature = shapely.union_all(
        shapely.make_valid(features.geometry[features["iso_3166_2"] == iso].to_numpy())
    )
    parts = shapely.get_parts(shapely.difference(feature, held))
    largest = max(parts, key=lambda part: part.area)
    wider = shapely.buffer(largest, _GAP_MARGIN, join_style="mitre")
    return cast("BaseGeometry", shapely.intersection(wider, within))
