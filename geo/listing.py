"""The list of events: its order, its rows, incidents as one row, and what the browser replies.

Only the rows on the screen are made and sent. The cost of an order is linear in the events shown.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from geo.frame import is_null
from geo.index import Index
from geo.present import MODALITY_LABELS, PALETTE, actors, place, short_day
from geo.rows import records

PAGE: Final = 20
"""Rows sent at first, and more at each wish for more."""

MOST: Final = 2000
"""Most rows that a person can ask for; after that a narrower filter helps more."""

_TEXT: Final = 110  # characters of the sentence; two lines of the list
_NAME: Final = 48
_SOURCES: Final = 4

Positions = npt.NDArray[np.intp]

TYPES: Final = [[s.label, s.glyph, s.colour, s.dark] for s in PALETTE.values()]
"""Label, glyph and colours of each event type, in the order of `PALETTE`; for the browser."""

_COLUMNS: Final = (
    *("event_id", "event_type", "modality", "date_start", "date_end", "location", "where_text"),
    *("actor1", "actor2", "sentence"),
)
_PLACE_OF_TYPE: Final = {name: number for number, name in enumerate(PALETTE)}


@dataclass(frozen=True, slots=True)
class Listed:
    """The first rows of the list.

    Attributes
    ----------
    rows
        Positions in the table: of each row's event, and of all events of its incident.
    total
        How many rows there would be.
    """

    rows: tuple[tuple[int, Positions], ...]
    total: int


def listed(
    index: Index,
    positions: Positions,
    sort: str = "newest",
    *,
    grouped: bool = False,
    limit: int = PAGE,
) -> Listed:
    """Order the events shown and cut the list.

    Parameters
    ----------
    index
        Of the events table.
    positions
        The events shown, ascending.
    sort
        One of `geo.link.SORTS`; ties are broken by the newest, the undated come last.
    grouped
        Whether the reports of one incident are one row, that of the first in this order.
    limit
        How many rows.

    Returns
    -------
    Listed
        See there.
    """
    if not grouped:
        first = _first(index, positions, sort, limit)
        alone = tuple((int(position), np.array([position])) for position in first)
        return Listed(alone, len(positions))
    ordered = positions[np.lexsort(_keys(index, positions, sort)[::-1])]
    incident = _incidents(index, ordered)
    _, start, which = np.unique(incident, return_index=True, return_inverse=True)
    heads = np.sort(start)[:limit]
    number = {int(which[head]): place for place, head in enumerate(heads)}
    members: list[list[int]] = [[] for _ in heads]
    wanted = np.isin(which, list(number))
    for group, position in zip(which[wanted], ordered[wanted], strict=True):
        members[number[int(group)]].append(int(position))
    rows = tuple((group[0], np.array(group)) for group in members)
    return Listed(rows, len(start))


def _first(index: Index, positions: Positions, sort: str, limit: int) -> Positions:
    """Return the first `limit` positions in the order, without sorting all of many."""
    if sort in {"newest", "oldest"} and index.by_day:
        # The rows stand in this order already, from one end or the other, the undated last.
        cut = int(np.searchsorted(positions, np.count_nonzero(~index.undated)))
        dated, undated = positions[:cut], positions[cut:]
        if sort == "newest":
            dated, undated = dated[::-1], undated[::-1]
        return np.concatenate([dated[:limit], undated[: max(0, limit - len(dated))]])
    keys = _keys(index, positions, sort)
    if len(positions) > 4 * limit:
        bound = np.partition(keys[0], limit)[limit]
        near = keys[0] <= bound
        positions, keys = positions[near], [key[near] for key in keys]
    return positions[np.lexsort(keys[::-1])][:limit]


def _keys(index: Index, positions: Positions, sort: str) -> list[npt.NDArray[Any]]:
    """Return sort keys, the most important first, all ascending."""
    day = index.first[positions].astype(np.int64)
    undated = index.undated[positions]
    newest = np.where(undated, np.iinfo(np.int64).max, -day)
    tie = -positions
    if sort == "oldest":
        return [np.where(undated, np.iinfo(np.int64).max, day), positions]
    if sort == "confidence":
        sure = index.confidence[positions]
        return [np.where(np.isnan(sure), np.float32(2), -sure), newest, tie]
    if sort == "type":
        return [index.event_type[positions], newest, tie]
    if sort == "place":
        coded = index.codes("location")
        rank = np.empty(len(coded.names) + 1, dtype=np.int64)
        rank[np.argsort(np.array([value.casefold() for value in coded.names], dtype=object))] = (
            np.arange(len(coded.names))
        )
        rank[-1] = len(coded.names)  # of -1: no place
        return [rank[coded.codes[positions]], newest, tie]
    if sort == "reports":
        _, which, size = np.unique(
            _incidents(index, positions), return_inverse=True, return_counts=True
        )
        return [-size[which], newest, tie]
    return [newest, tie]


def _incidents(index: Index, positions: Positions) -> npt.NDArray[np.int64]:
    """Return a number for each event's incident; an event without one is its own."""
    codes = index.codes("incident_id").codes[positions].astype(np.int64)
    return np.where(codes < 0, -1 - positions, codes)


def rows(
    index: Index, shown: Listed, *, fresh: frozenset[str] = frozenset()
) -> list[dict[str, Any]]:
    """Return the rows as the browser draws them.

    Parameters
    ----------
    index
        Of the events table.
    shown
        From `listed`.
    fresh
        event_ids to be marked as new.

    Returns
    -------
    list of dict
        JSON values: ``id``, ``type`` (position in `TYPES`), ``date``, ``place``, ``text``; where
        there is something to say ``unsure`` (a word), ``who``, ``fresh`` (True), and for an
        incident ``reports`` and ``sources``. Texts from outside, unescaped: the browser sets them
        as textContent.
    """
    heads = records(index.events, [head for head, _ in shown.rows], _COLUMNS)
    return [
        _row(event, index, group, fresh)
        for event, (_, group) in zip(heads, shown.rows, strict=True)
    ]


def _row(
    known: Mapping[str, Any], index: Index, group: Positions, fresh: frozenset[str]
) -> dict[str, Any]:
    modality = known["modality"]
    found: dict[str, Any] = {
        "id": known["event_id"],
        "type": _PLACE_OF_TYPE[known["event_type"]],
        "date": short_day(known),
        "place": _cut(place(known), _NAME),
        "text": "" if is_null(known["sentence"]) else _cut(str(known["sentence"]), _TEXT),
    }
    if modality != "actual":
        found["unsure"] = MODALITY_LABELS[modality].lower()
    if who := _cut(actors(known), 2 * _NAME):
        found["who"] = who
    if known["event_id"] in fresh:
        found["fresh"] = True
    if len(group) > 1:
        sources = (known["source"] for known in records(index.events, group, ["source"]))
        named = list(dict.fromkeys(source for source in sources if not is_null(source)))
        told = ", ".join(_cut(name, _NAME) for name in named[:_SOURCES])
        found |= {"reports": len(group), "sources": told + (", …" if len(named) > _SOURCES else "")}
    return found


def _cut(text: str, most: int) -> str:
    told = " ".join(text.split())
    return told if len(told) <= most else told[: most - 1].rstrip() + "…"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person did in the list.

    Attributes
    ----------
    at
        When, in milliseconds: the same reply comes again at each run of the page.
    event_id
        The event that was chosen, if one was.
    more
        Whether more rows were asked for.
    """

    at: float
    event_id: str | None = None
    more: bool = False


def reply_from(value: Any) -> Reply | None:
    """Read what the browser replied; None for nothing or nonsense."""
    if not isinstance(value, Mapping):
        return None
    at, event_id = value.get("at"), value.get("id")
    if not isinstance(at, int | float) or isinstance(at, bool):
        return None
    return Reply(
        float(at), event_id if isinstance(event_id, str) else None, bool(value.get("more"))
    )


def others(index: Index, event: Mapping[str, Any]) -> tuple[Positions, Positions]:
    """Find the other events of an event's article, and the other reports of its incident.

    Parameters
    ----------
    index
        Of the events table.
    event
        A row of it.

    Returns
    -------
    (positions, positions)
        Of the same document in the order of its text; of the same incident in other documents,
        the newest first.
    """
    same_document = _having(index, "doc_id", event["doc_id"])
    same_incident = _having(index, "incident_id", event["incident_id"])
    itself = index.events["event_id"].iloc[same_document].to_numpy() == event["event_id"]
    start = index.events["sentence_start"].iloc[same_document].fillna(0).to_numpy(dtype=np.int64)
    article = same_document[np.argsort(start, kind="stable")]
    article = article[~itself[np.argsort(start, kind="stable")]]
    elsewhere = np.setdiff1d(same_incident, same_document)
    return article, _first(index, elsewhere, "newest", max(1, len(elsewhere)))


def _having(index: Index, column: str, value: object) -> Positions:
    if is_null(value):
        return np.empty(0, dtype=np.intp)
    coded = index.codes(column)
    if value not in coded.names:  # a tuple of ours
        return np.empty(0, dtype=np.intp)
    return np.flatnonzero(coded.codes == coded.names.index(str(value)))


def button_label(event: Mapping[Hashable, Any], source: object = None) -> str:
    """Name an event in a few words: type, place, day, and its source; plain text."""
    known = {str(name): value for name, value in event.items()}
    told = "" if is_null(source) else str(source)
    parts = [PALETTE[known["event_type"]].label, place(known), short_day(known), told]
    return " · ".join(_cut(part, _NAME) for part in parts if part)


def other_label(event: Mapping[Hashable, Any]) -> str:
    """Name an event on a button: as `button_label`, and how its sentence begins; plain text."""
    label = button_label(event, event["source"])
    return label if is_null(event["sentence"]) else f"{label}: {_cut(str(event['sentence']), 80)}"
