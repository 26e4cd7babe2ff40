"""Edges of a coverage: which pieces of an outline are shared with which neighbour.

Neighbours in the coverage share every vertex (data/README.md), so a border is the set of segments
that two outlines have in common, and comparing sorted numbers finds it some ten times faster than
intersecting lines. Coordinates are degrees, EPSG:4326 (lon, lat).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

__all__ = ["Edges", "edges_of", "shared", "without"]

_GRID = 2.0**13  # the coverage's own: vertices are multiples of 2**-13 degree
_TURN = int(360 * _GRID)
_MIX = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio: spreads sums of pairs


@dataclass(frozen=True, slots=True)
class Edges:
    """Segments of an outline.

    Attributes
    ----------
    keys
        A number a segment, the same in either direction; uint64.
    ends
        Coordinates, shape (segments, 2, 2): start and end, each (lon, lat).
    """

    keys: NDArray[np.uint64]
    ends: NDArray[np.float64]

    def within(self, other: "Edges") -> "Edges":
        """Those that another outline has too."""
        both = _held(self, [other])
        return Edges(self.keys[both], self.ends[both])


def edges_of(shape: BaseGeometry) -> Edges:
    """Return the segments of a polygon's rings.

    Parameters
    ----------
    shape : Polygon or MultiPolygon
        On the coverage's grid; other vertices are rounded to it for the comparison only.
    """
    rings = shapely.get_rings(shapely.get_parts(shape))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    ends = np.stack([points[:-1][same], points[1:][same]], axis=1)
    grid = np.rint(ends * _GRID).astype(np.int64)
    codes = (grid[..., 0] * _TURN + grid[..., 1]).astype(np.uint64)
    low, high = codes.min(axis=1), codes.max(axis=1)
    return Edges(low * _MIX + (high ^ (low >> np.uint64(7))), ends)


def without(own: Edges, others: Sequence[Edges]) -> BaseGeometry | None:
    """Lines of an outline that no other has, merged end to end; None if there are none."""
    return _lines(own.ends[~_held(own, others)])


def shared(own: Edges, others: Sequence[Edges]) -> BaseGeometry | None:
    """Lines of an outline that any other has too, merged end to end; None if there are none."""
    return _lines(own.ends[_held(own, others)])


def _held(own: Edges, others: Sequence[Edges]) -> NDArray[np.bool_]:
    """Which of the own segments any other has."""
    if not others:
        return np.zeros(len(own.keys), dtype=bool)
    keys = np.sort(np.concatenate([other.keys for other in others]))
    at = np.searchsorted(keys, own.keys)
    at[at == len(keys)] = 0
    return np.asarray(keys[at] == own.keys) if len(keys) else np.zeros(len(own.keys), dtype=bool)


def _lines(ends: NDArray[Any]) -> BaseGeometry | None:
    """Segments as lines, those that follow each other joined; None if there are none."""
    if not len(ends):
        return None
    follows = (ends[1:, 0] == ends[:-1, 1]).all(axis=1)
    line = np.concatenate([[0], np.cumsum(~follows)])
    starts = np.flatnonzero(np.concatenate([[True], ~follows]))
    last = np.concatenate([starts[1:] - 1, [len(ends) - 1]])
    points = np.concatenate([ends[:, 0], ends[last, 1]])
    index = np.concatenate([line, line[last]])
    order = np.argsort(index, kind="stable")
    found = np.asarray(shapely.linestrings(points[order], indices=index[order]))
    # Whole rings need no merging, and islands are the most.
    closed = shapely.is_closed(found)
    pieces = [*shapely.get_parts(shapely.line_merge(shapely.multilinestrings(found[~closed])))]
    pieces = [*found[closed], *pieces]
    return pieces[0] if len(pieces) == 1 else shapely.MultiLineString(pieces)
