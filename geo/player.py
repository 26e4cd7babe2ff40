"""The events of a selection as compact arrays, with which the browser plays through time.

Five bytes an event (its place and what it looks like), sorted by day with the number of events of
each day, instead of a day for each. data/static/dateline-player.js reads it. The arrays hold what
the selection holds and go to the visitor's own session only.
"""

import json
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from geo.cells import KINDS, Points
from geo.drawing import outline
from geo.index import UNDATED, Index
from geo.rows import wkb

MAX_SHAPES: Final = 150
"""Lines and areas sent with the arrays, the most frequent; others are symbols while playing."""

_SHAPE_VERTICES: Final = 80
_NEAR: Final = KINDS.index("near")


def pack(index: Index, located: Points, chosen: npt.NDArray[np.bool_]) -> bytes:
    """Write the events of a selection that are on the map.

    Parameters
    ----------
    index, located
        Of the events table.
    chosen
        Bool, a value a row: the selection without its dates.

    Returns
    -------
    bytes
        The header's length (uint32, little endian), the header (JSON, padded with spaces to a
        multiple of 8 with the length), then arrays in the header's order, each padded to 8 bytes.
        ``x``, ``y`` (float64): places in web mercator, 0 to 1. ``place`` (uint32), ``look`` (uint8:
        type, and 16 times modality, and 64 for what is not exact) of the events of one day, sorted
        by it; ``offset`` (uint32): where each day from ``first`` on begins. ``long_...``: events of
        several days, with ``long_first`` and ``long_last`` (int32, days since 1970-01-01).
        ``undated_...``: events without a date. Header's ``shapes``: place -> [kind, precision,
        `geo.drawing.outline`].
    """
    rows = np.flatnonzero(chosen & (located.place >= 0))
    used, place = np.unique(located.place[rows], return_inverse=True)
    place = place.astype(np.uint32)
    look = index.event_type[rows].astype(np.uint8)
    look |= index.modality[rows].astype(np.uint8) << 4
    look |= (located.kind[rows] != 0).astype(np.uint8) << 6
    first, last = index.first[rows], index.last[rows]
    undated = first == UNDATED
    long = ~undated & (last > first)
    short = np.flatnonzero(~undated & ~long)
    short = short[np.argsort(first[short], kind="stable")]
    days = first[short]
    start, end = (int(days[0]), int(days[-1])) if len(days) else (0, -1)
    arrays = {
        "x": located.x[used],
        "y": located.y[used],
        "place": place[short],
        "look": look[short],
        "offset": np.searchsorted(days, np.arange(start, end + 2)).astype(np.uint32),
        "long_place": place[long],
        "long_look": look[long],
        "long_first": first[long],
        "long_last": last[long],
        "undated_place": place[undated],
        "undated_look": look[undated],
    }
    header = {
        "first": start,
        "arrays": [[name, _TYPES[a.dtype.name], len(a)] for name, a in arrays.items()],
        "shapes": _shapes(index, located, used, place),
    }
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(len(text) + 4) % 8)
    parts = [len(text).to_bytes(4, "little"), text]
    for array in arrays.values():
        raw = array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
        parts += [raw, b"\0" * (-len(raw) % 8)]
    return b"".join(parts)


_TYPES: Final = {"float64": "f8", "uint32": "u4", "uint8": "u1", "int32": "i4"}


def _shapes(
    index: Index, located: Points, used: npt.NDArray[np.integer[Any]], place: npt.NDArray[Any]
) -> dict[str, list[Any]]:
    number = np.bincount(place, minlength=len(used))
    number[located.kind[located.row[used]] <= _NEAR] = 0
    shapes = {}
    for at in np.argsort(-number, kind="stable")[:MAX_SHAPES]:
        if number[at]:
            row = int(located.row[used[at]])
            drawn = outline(wkb(index.events, [row])[0], 8, _SHAPE_VERTICES)
            shapes[str(at)] = [int(located.kind[row]), int(index.where_prec[row]), drawn]
    return shapes
