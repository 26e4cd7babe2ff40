"""Polygons of countries and first-level divisions, and the borders between them.

The two layers ship in ``data/boundaries`` (see data/README.md for source and point of view).
They come from one coverage: neighbours share their vertices exactly, and so do a country and its
divisions, hence a border is a plain intersection of boundaries. All geometry is EPSG:4326,
(lon, lat); codes are ISO 3166-1 alpha-3 for countries and ``"geonames:ID"`` for ADM1.

Whose a disputed area is can be chosen: ``Boundaries(point_of_view={"Crimea": "RUS"})``, or the
environment variable ``DATELINE_POV`` ("Crimea=RUS;Golan Heights=ISR") for the default object;
``Boundaries().disputed()`` lists the areas. The choice moves polygons, borders, ``country_at`` and
the owner of divisions; the country of a gazetteer's `Place` is GeoNames' and stays.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, lru_cache
from importlib import resources
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import shapely
from shapely.geometry.base import BaseGeometry

from geo import disputed
from geo.edges import Edges, edges_of, shared, without

__all__ = ["FIRST_KM", "Boundaries", "Coarse", "default_boundaries"]

# A point up to this far (degrees, about 5 km) off every polygon still gets the nearest one: the
# simplified coast runs inland of some ports, and of most piers and beaches.
_OFFSHORE = 0.05


@dataclass(frozen=True, slots=True)
class _Layer:
    """A read layer: `codes`, `names`, `owners` and `shapes` run in parallel.

    `beside` has the neighbours of countries, where the file tells them and nothing moved.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    owners: tuple[str, ...]
    guessed: frozenset[str]
    shapes: list[BaseGeometry]
    rows: dict[str, int]
    tree: shapely.STRtree
    beside: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def at(self, longitude: float, latitude: float) -> int | None:
        point = shapely.Point(longitude, latitude)
        hits = sorted(int(row) for row in self.tree.query(point, predicate="intersects"))
        if hits:
            return hits[0]
        near = self.tree.query_nearest(point, max_distance=_OFFSHORE, all_matches=False)
        return int(near[0]) if len(near) else None


#: Kilometres that the zones of `Coarse` already reach.
FIRST_KM = 30.0


@dataclass(frozen=True, slots=True)
class Coarse:
    """Coarse shapes of a large outline (`data/coarse.py`), EPSG:4326.

    Attributes
    ----------
    land
        The outline, vertices up to 3 km off, without specks.
    around, shore
        The zones of `FIRST_KM` around its mainland and along its coast (None without one).
    """

    land: BaseGeometry
    around: BaseGeometry
    shore: BaseGeometry | None


class Boundaries:
    """Country and ADM1 polygons; each layer is read on first use and kept.

    Parameters
    ----------
    folder : Path, optional
        Where ``admin0.parquet`` and ``admin1.parquet`` lie; the shipped data by default.
    point_of_view : mapping of str to str, optional
        Disputed area to the ISO3 code of its country, or to "none", where that differs from ours.

    Raises
    ------
    FileNotFoundError
        On first use of a layer, if its file is missing.
    ValueError
        An area of `point_of_view` is unknown or cannot be that country's.
    """

    def __init__(
        self, folder: Path | None = None, *, point_of_view: Mapping[str, str] | None = None
    ) -> None:
        self._folder = folder
        self._moves = disputed.switched(self.disputed(), point_of_view) if point_of_view else []
        # Caches of this object's own, so that they go when it goes.
        self._edges = lru_cache(maxsize=1024)(self._read_edges)
        self._shared = lru_cache(maxsize=4096)(self._intersection)

    def country(self, iso3: str) -> BaseGeometry | None:
        """Polygon of a country by ISO 3166-1 alpha-3 ("XKX" for Kosovo), or None."""
        return self._shape(self._admin0, iso3)

    def admin1(self, place_id: str) -> BaseGeometry | None:
        """Polygon of a first-level division by ``"geonames:ID"``, or None."""
        return self._shape(self._admin1, place_id)

    def approximate(self, place_id: str) -> bool:
        """Whether the lines of this ADM1 are only guessed from the towns in it."""
        return place_id in self._admin1.guessed

    def name(self, code: str) -> str | None:
        """English name of a country (ISO3) or ADM1 (place_id), or None."""
        layer = self._layer(code)
        row = layer.rows.get(code)
        return None if row is None else layer.names[row]

    def divisions(self, iso3: str) -> dict[str, str]:
        """ADM1 of a country: English name by place_id."""
        layer = self._admin1
        zipped = zip(layer.codes, layer.owners, layer.names, strict=True)
        return {code: name for code, owner, name in zipped if owner == iso3}

    def disputed(self) -> tuple[disputed.DisputedArea, ...]:
        """All disputed areas, with the countries that each may have."""
        return disputed.read(self._path("disputed.parquet"))

    def border(self, a: str, b: str) -> BaseGeometry | None:
        """Shared border of two countries, two ADM1, or one of each.

        Parameters
        ----------
        a, b : str
            ISO3 code or ADM1 place_id, in any order.

        Returns
        -------
        LineString or MultiLineString or None
            Merged lines, EPSG:4326 (lon, lat). None if the two do not share a line (points where
            they only meet do not count), are the same, or one is unknown.
        """
        return self._shared(*sorted((a, b)))

    def neighbours(self, iso3: str) -> tuple[str, ...]:
        """ISO3 codes of the countries that share a land border with this one, sorted."""
        beside = self._admin0.beside.get(iso3)
        return self.touching(iso3) if beside is None else beside

    def land_border(self, code: str) -> BaseGeometry | None:
        """Whole land border of a country, or that part of an ADM1's edge that is one.

        None for islands, for divisions inside, and for unknown codes.
        """
        own = self._edges(code)
        return None if own is None else shared(own, self._abroad(self.owner(code)))

    def coast(self, code: str) -> BaseGeometry | None:
        """Edge of a country (or ADM1) on the sea: its boundary less every land border.

        Returns
        -------
        LineString or MultiLineString or None
            None if landlocked or unknown. The Caspian counts as sea.
        """
        owner = self.owner(code)
        own, whole = self._edges(code), self._edges(owner)
        if own is None or whole is None:
            return None
        return without(own if own is whole else own.within(whole), self._abroad(owner))

    def coarse(self, code: str) -> Coarse | None:
        """Coarse shapes of a large country or ADM1; None for others and for what was moved."""
        return self._coarse.get(code)

    def owner(self, code: str) -> str:
        """ISO3 of the country of an ADM1, as the point of view has it; a country's own code.

        "" for an unknown division and for what is nobody's.
        """
        if not _is_admin1(code):
            return code
        row = self._admin1.rows.get(code)
        return "" if row is None else self._admin1.owners[row]

    def country_at(self, longitude: float, latitude: float) -> str | None:
        """ISO3 of the country at a point (degrees), up to 5 km off its coast; None at sea."""
        if self._moves and disputed.at_nobodys(self._moves, longitude, latitude):
            return None
        row = self._admin0.at(longitude, latitude)
        return None if row is None else self._admin0.codes[row]

    def admin1_at(self, longitude: float, latitude: float) -> tuple[str, str] | None:
        """(place_id, name) of the ADM1 at a point (degrees), up to 5 km off its coast."""
        layer = self._admin1
        row = layer.at(longitude, latitude)
        return None if row is None else (layer.codes[row], layer.names[row])

    @cached_property
    def _admin0(self) -> _Layer:
        layer = _read(self._path("admin0.parquet"), "iso3")
        if not self._moves:
            return layer
        shapes = disputed.redrawn(dict(zip(layer.codes, layer.shapes, strict=True)), self._moves)
        return _Layer(
            codes=tuple(shapes),
            names=tuple(layer.names[layer.rows[code]] for code in shapes),
            owners=tuple(shapes),
            guessed=layer.guessed,
            shapes=list(shapes.values()),
            rows={code: row for row, code in enumerate(shapes)},
            tree=shapely.STRtree(list(shapes.values())),
        )

    @cached_property
    def _admin1(self) -> _Layer:
        layer = _read(self._path("admin1.parquet"), "place_id")
        if not self._moves:
            return layer
        return replace(layer, owners=disputed.reowned(layer.shapes, layer.owners, self._moves))

    @cached_property
    def _coarse(self) -> dict[str, Coarse]:
        path = self._path("coarse.parquet")
        if not path.exists():  # it only makes the largest quicker
            return {}
        moved = {code for area, new in self._moves for code in (area.country, new)}
        with pq.ParquetFile(path) as file:
            rows = file.read().to_pylist()
        return {
            row["code"]: Coarse(
                shapely.from_wkb(row["land"]),
                shapely.from_wkb(row["around"]),
                None if row["shore"] is None else shapely.from_wkb(row["shore"]),
            )
            for row in rows
            if self.owner(row["code"]) not in moved
        }

    def _path(self, name: str) -> Path:
        if self._folder is not None:
            return self._folder / name
        return Path(str(resources.files("data"))) / "boundaries" / name

    def _layer(self, code: str) -> _Layer:
        return self._admin1 if _is_admin1(code) else self._admin0

    def _shape(self, layer: _Layer, code: str) -> BaseGeometry | None:
        row = layer.rows.get(code)
        return None if row is None else layer.shapes[row]

    def _abroad(self, iso3: str) -> list[Edges]:
        """Edges of a country's neighbours."""
        return [edges for other in self.neighbours(iso3) if (edges := self._edges(other))]

    def _read_edges(self, code: str) -> Edges | None:
        shape = self._shape(self._layer(code), code)
        return None if shape is None else edges_of(shape)

    def _intersection(self, a: str, b: str) -> BaseGeometry | None:
        one, two = self._edges(a), self._edges(b)
        return None if one is None or two is None or a == b else shared(one, [two])

    def touching(self, iso3: str) -> tuple[str, ...]:
        """Neighbours by the polygons themselves; `neighbours` reads them from the file."""
        layer, shape = self._admin0, self.country(iso3)
        if shape is None:
            return ()
        rows = np.unique(layer.tree.query(shapely.get_parts(shape))[1])
        codes = sorted(layer.codes[row] for row in rows)
        return tuple(code for code in codes if self.border(iso3, code) is not None)


@cache
def default_boundaries() -> Boundaries:
    """Return the shipped boundaries, one object a process, as ``DATELINE_POV`` sees them.

    Raises
    ------
    ValueError
        The variable is not "AREA=COUNTRY;AREA=COUNTRY", or names what cannot be.
    """
    return Boundaries(point_of_view=disputed.parse(os.environ.get("DATELINE_POV", "")))


def _is_admin1(code: str) -> bool:
    return ":" in code


def _read(path: Path, key: str) -> _Layer:
    if not path.exists():
        raise FileNotFoundError(f"no {path}; run `python -m data.build_boundaries` to make it")
    # Not read_table: it imports pandas, and a cold start would wait a second for it.
    with pq.ParquetFile(path) as file:
        table = file.read()
    shapes = shapely.from_wkb(np.asarray(table["geometry"].to_pylist(), dtype=object))
    codes = tuple(table[key].to_pylist())
    guessed = frozenset[str]()
    if "approximate" in table.column_names:
        flags = table["approximate"].to_pylist()
        guessed = frozenset(c for c, flag in zip(codes, flags, strict=True) if flag)
    beside = {}
    if "neighbours" in table.column_names:
        listed = table["neighbours"].to_pylist()
        beside = {code: tuple(text.split()) for code, text in zip(codes, listed, strict=True)}
    return _Layer(
        codes=codes,
        names=tuple(table["name"].to_pylist()),
        owners=tuple(table["iso3"].to_pylist()),
        guessed=guessed,
        shapes=list(shapes),
        rows={code: row for row, code in enumerate(codes)},
        tree=shapely.STRtree(shapes),
        beside=beside,
    )
