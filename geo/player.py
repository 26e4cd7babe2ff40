"""The events of a selection as compact arrays, with which the browser follows time by itself.

Three to five bytes an event (its place and what it looks like), sorted by day with the number of
events of each day, instead of a day for each. data/static/dateline-counts.js reads it, for playing
and for steps of the slider. The arrays hold what the selection holds and go to the visitor's own
session only.
"""

import json
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from geo.cells import KINDS, Points
from geo.drawing import area, in_order, outline
from geo.index import UNDATED, Index
from geo.rows import wkb

MAX_SHAPES: Final = 400
"""Lines and areas sent with the arrays, the most frequent; others are symbols while playing."""

SHAPE_ZOOM: Final = 8
"""Up to this zoom level they are as fine as `geo.drawing.payload` sends them."""

_NEAR: Final = KINDS.index("near")

Ints = npt.NDArray[np.integer[Any]]


def pack(index: Index, located: Points, chosen: npt.NDArray[np.bool_]) -> bytes:
    """Write the events of a selection that are on the map.

    Parameters
    ----------
    index, located
        Of the events table.
    chosen
        Bool, a value a row, as of `geo.drawing.over_time`.

    Returns
    -------
    bytes
        The header's length (uint32, little endian), the header (JSON, padded with spaces to a
        multiple of 8 with the length), then arrays in the header's order, each padded to 8 bytes.
        ``x``, ``y`` (float64): places in web mercator, 0 to 1. ``place`` (uint16 or uint32) and
        ``look`` (uint8: type, and 16 times modality, and 64 for what is not exact, and 128 for what
        is a line or an area) of the events in the order of `geo.drawing.in_order`; ``offset``
        (uint32): where each day from ``first`` on begins, and where those of several days do.
        ``long_first`` and ``long_last`` (int32, days since 1970-01-01) of these; the rest has no
        date. Header's ``shapes``: place -> [kind, precision, `geo.drawing.outline`, area in square
        degrees, 1 if kind and precision are those of all its events].
    """
    rows = in_order(index, np.flatnonzero(chosen & (located.place >= 0)))
    used, place = np.unique(located.place[rows], return_inverse=True)
    look = index.event_type[rows].astype(np.uint8)
    look |= index.modality[rows].astype(np.uint8) << 4
    look |= (located.kind[rows] != 0).astype(np.uint8) << 6
    look |= (located.kind[rows] > _NEAR).astype(np.uint8) << 7
    first, last = index.first[rows], index.last[rows]
    undated = first == UNDATED
    long = ~undated & (last > first)
    days = first[~undated & ~long]
    start, end = (int(days[0]), int(days[-1])) if len(days) else (0, -1)
    arrays = {
        "x": located.x[used],
        "y": located.y[used],
        "place": place.astype(np.uint16 if len(used) <= 65_536 else np.uint32),
        "look": look,
        "offset": np.searchsorted(days, np.arange(start, end + 2)).astype(np.uint32),
        "long_first": first[long],
        "long_last": last[long],
    }
    header = {
        "first": start,
        "arrays": [[name, _TYPES[a.dtype.name], len(a)] for name, a in arrays.items()],
        "shapes": _shapes(index, located, rows, used, place),
    }
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(len(text) + 4) % 8)
    parts = [len(text).to_bytes(4, "little"), text]
    for array in arrays.values():
        raw = array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
        parts += [raw, b"\0" * (-len(raw) % 8)]
    return b"".join(parts)


_TYPES: Final = {"float64": "f8", "uint32": "u4", "uint16": "u2", "uint8": "u1", "int32": "i4"}


def _shapes(
    index: Index, located: Points, rows: Ints, used: Ints, place: Ints
) -> dict[str, list[Any]]:
    first = located.row[used]
    shaped = located.kind[rows] > _NEAR
    rows, place = rows[shaped], place[shaped]
    other = located.kind[rows] != located.kind[first[place]]
    other |= index.where_prec[rows] != index.where_prec[first[place]]
    mixed = np.bincount(place[other], minlength=len(used)) > 0
    number = np.bincount(place, minlength=len(used))
    most = np.argsort(-number, kind="stable")[: min(MAX_SHAPES, np.count_nonzero(number))]
    shapes = {}
    found = wkb(index.events, first[most])
    for at, row, shape in zip(most.tolist(), first[most].tolist(), found, strict=True):
        kind, precision = int(located.kind[row]), int(index.where_prec[row])
        drawn = [outline(shape, SHAPE_ZOOM), area(shape, kind)]
        shapes[str(at)] = [kind, precision, *drawn, int(not mixed[at])]
    return shapes
