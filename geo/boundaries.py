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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib import resources
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo import columns, disputed
from geo.edges import Edges, edges_of, shared, without

__all__ = ["FACING_KM", "LEVELS", "WIDEST_KM", "Boundaries", "Coarse", "default_boundaries"]

# A point up to this far (degrees, about 5 km) off every polygon still gets the nearest one: the
# simplified coast runs inland of some ports, and of most piers and beaches.
_OFFSHORE = 0.05


class _Layer:
    """A read layer: `codes`, `names`, `owners` and `shapes` run in parallel.

    Shapes are decoded when asked for: the first answer of a process needs a few, not 4,000.
    `beside` has the neighbours of countries and `facing` those within `FACING_KM`, where the file
    tells them and nothing moved.
    """

    def __init__(
        self,
        codes: tuple[str, ...],
        names: tuple[str, ...],
        owners: tuple[str, ...],
        shapes: Sequence[bytes | BaseGeometry],
        *,
        guessed: frozenset[str] = frozenset(),
        beside: Mapping[str, tuple[str, ...]] | None = None,
        facing: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        self.codes, self.names, self.owners = codes, names, owners
        self.guessed, self.beside, self.facing = guessed, beside or {}, facing or {}
        self.rows = {code: row for row, code in enumerate(codes)}
        self._given: list[bytes | BaseGeometry] = list(shapes)

    def shape(self, row: int) -> BaseGeometry:
        given = self._given[row]
        if isinstance(given, bytes):
            given = self._given[row] = shapely.from_wkb(given)
        return given

    @cached_property
    def shapes(self) -> list[BaseGeometry]:
        return [self.shape(row) for row in range(len(self.codes))]

    @cached_property
    def tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.shapes)

    def owned(self, owners: tuple[str, ...]) -> "_Layer":
        """The same layer with other owners."""
        return _Layer(self.codes, self.names, owners, self.shapes, guessed=self.guessed)

    def at(self, longitude: float, latitude: float) -> int | None:
        point = shapely.Point(longitude, latitude)
        hits = sorted(int(row) for row in self.tree.query(point, predicate="intersects"))
        if hits:
            return hits[0]
        near = self.tree.query_nearest(point, max_distance=_OFFSHORE, all_matches=False)
        return int(near[0]) if len(near) else None


#: Width in km up to which `Boundaries.facing` reads what the file tells.
FACING_KM = 200.0
#: Widths in km of the zones of `Coarse`.
LEVELS = (3, 10, 30)
#: Width in km up to which `Coarse.ashore` and the zones along a coast are good.
WIDEST_KM = 400.0


@dataclass(frozen=True, slots=True)
class Coarse:
    """Coarse shapes of a large outline (`data/coarse.py`), EPSG:4326.

    Attributes
    ----------
    land
        The outline, without specks; at most 7,000 vertices, some 800 metres off, Canada's 5 km.
    outline
        The same with at most 3,000 vertices.
    coast
        The part of `outline` that lies on the sea; None without one.
    ashore
        All land, this or others', within `WIDEST_KM` of the coast; None without one.
    around, shore
        The zones of each of `LEVELS` km around its mainland and along its coast (empty without
        one), the latter filled far from borders on the inland side.
    """

    land: BaseGeometry
    outline: BaseGeometry
    coast: BaseGeometry | None
    ashore: BaseGeometry | None
    around: dict[int, BaseGeometry]
    shore: dict[int, BaseGeometry]


class Boundaries:
    """Country and ADM1 polygons; each layer is read on first use and kept.

    Parameters
    ----------
    folder : Path, optional
        Where ``admin0.npz`` and ``admin1.npz`` lie; the shipped data by default.
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
        return disputed.read(self._path("disputed.npz"))

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

    def facing(self, iso3: str, km: float) -> tuple[str, ...]:
        """ISO3 codes of countries whose land may lie within `km` of this one's, itself too."""
        listed = self._admin0.facing.get(iso3)
        if listed is not None and km <= FACING_KM:
            return (*listed, iso3)
        return self._admin0.codes

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
        row = self._coarse.get(code)
        if row is None:
            return None
        shapes = {
            name: shapely.from_wkb(wkb) for name, wkb in row.items() if name != "code" and wkb
        }
        return Coarse(
            land=shapes["land"],
            outline=shapes.get("outline", shapes["land"]),
            coast=shapes.get("coast"),
            ashore=shapes.get("ashore"),
            around={km: shapes[f"around_{km}"] for km in LEVELS},
            shore={km: shapes[f"shore_{km}"] for km in LEVELS if f"shore_{km}" in shapes},
        )

    def countries(self) -> tuple[str, ...]:
        """ISO 3166-1 alpha-3 codes of all countries that have a polygon."""
        return self._admin0.codes

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
        layer = _read(self._path("admin0.npz"), "iso3")
        if not self._moves:
            return layer
        shapes = disputed.redrawn(dict(zip(layer.codes, layer.shapes, strict=True)), self._moves)
        return _Layer(
            tuple(shapes),
            tuple(layer.names[layer.rows[code]] for code in shapes),
            tuple(shapes),
            list(shapes.values()),
            guessed=layer.guessed,
        )

    @cached_property
    def _admin1(self) -> _Layer:
        layer = _read(self._path("admin1.npz"), "place_id")
        if not self._moves:
            return layer
        return layer.owned(disputed.reowned(layer.shapes, layer.owners, self._moves))

    @cached_property
    def _coarse(self) -> dict[str, dict[str, bytes]]:
        path = self._path("coarse.npz")
        if not path.exists():  # it only makes the largest quicker
            return {}
        moved = {code for area, new in self._moves for code in (area.country, new)}
        table = columns.read(path)
        rows = (
            dict(zip(table, values, strict=True)) for values in zip(*table.values(), strict=True)
        )
        return {row["code"]: row for row in rows if self.owner(row["code"]) not in moved}

    def _path(self, name: str) -> Path:
        if self._folder is not None:
            return self._folder / name
        return Path(str(resources.files("data"))) / "boundaries" / name

    def _layer(self, code: str) -> _Layer:
        return self._admin1 if _is_admin1(code) else self._admin0

    def _shape(self, layer: _Layer, code: str) -> BaseGeometry | None:
        row = layer.rows.get(code)
        return None if row is None else layer.shape(row)

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
    table = columns.read(path)
    codes = tuple(table[key])
    flags = table.get("approximate", ())
    lists = {
        name: {code: tuple(text.split()) for code, text in zip(codes, table[name], strict=True)}
        for name in ("neighbours", "facing")
        if name in table
    }
    return _Layer(
        codes,
        tuple(table["name"]),
        tuple(table["iso3"]),
        table["geometry"],
        guessed=frozenset(code for code, flag in zip(codes, flags, strict=False) if flag),
        beside=lists.get("neighbours", {}),
        facing=lists.get("facing", {}),
    )
