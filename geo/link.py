"""The page's address: which filters, days and event it opens with.

Everything in it comes from outside: values that are not choices are ignored, never looked up,
unpickled or run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from geo.present import MODALITY_LABELS, PALETTE, PRECISIONS

MAX_TEXT: Final = 200
"""Longest search text, in characters."""

_CHOICES: Final[Mapping[str, Sequence[str]]] = {
    "type": tuple(PALETTE),
    "modality": tuple(MODALITY_LABELS),
    "precision": tuple(PRECISIONS),
}


@dataclass(frozen=True, slots=True)
class Link:
    """What an address says.

    Attributes
    ----------
    type, modality, precision
        Chosen filter options, in their usual order; empty is all.
    q
        Search text.
    undated
        Whether events without a date are shown.
    dates
        First and last day; None is the table's main period.
    event
        event_id of the selected event.
    """

    type: tuple[str, ...] = ()
    modality: tuple[str, ...] = ("actual",)
    precision: tuple[str, ...] = ()
    q: str = ""
    undated: bool = True
    dates: tuple[date, date] | None = None
    event: str | None = None


def parse(query: Mapping[str, Sequence[str]]) -> Link:
    """Read an address.

    Parameters
    ----------
    query
        Parameter -> its values.

    Returns
    -------
    Link
        With defaults for what is left out or is nonsense.
    """
    one = {name: values[-1] for name, values in query.items() if values}
    choices = {
        name: tuple(choice for choice in allowed if choice in query[name])
        for name, allowed in _CHOICES.items()
        if name in query
    }
    return Link(
        **choices,
        q=one.get("q", "")[:MAX_TEXT],
        undated=one.get("undated") != "no",
        dates=_days(one.get("dates", "")),
        event=one.get("event"),
    )


def build(link: Link) -> dict[str, list[str]]:
    """Write an address, without what is default: ``parse(build(link)) == link``.

    Parameters
    ----------
    link
        What it shall say.

    Returns
    -------
    dict
        Parameter -> its values.
    """
    plain = Link()
    query = {
        name: list(getattr(link, name)) or [""]
        for name in _CHOICES
        if getattr(link, name) != getattr(plain, name)
    }
    if link.q:
        query["q"] = [link.q]
    if not link.undated:
        query["undated"] = ["no"]
    if link.dates:
        query["dates"] = ["_".join(day.isoformat() for day in link.dates)]
    if link.event is not None:
        query["event"] = [link.event]
    return query


def _days(text: str) -> tuple[date, date] | None:
    try:
        start, end = (date.fromisoformat(part) for part in text.split("_"))
    except ValueError:
        return None
    return (start, end) if start <= end else None
