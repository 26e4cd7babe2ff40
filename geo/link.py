"""What a person has chosen, and the page's address that opens with it.

Everything in an address comes from outside: values that are not choices are ignored, never looked
up, unpickled or run. Names of countries, provinces, actors and sources are plain text here; the
page keeps those that its table has.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Final

from geo import words
from geo.filters import Filters, Ring
from geo.present import MODALITY_LABELS, NAMES_SHOWN, PALETTE, PRECISIONS, day
from geo.schema import COUNTS

MAX_TEXT: Final = 200
"""Longest search text, and longest name, in characters."""

MAX_NAMES: Final = 40
"""Most countries, provinces, actors or sources chosen at once."""

MAX_CORNERS: Final = 60
"""Most corners of a drawn area."""

MAX_FIGURE: Final = 10_000_000
"""Largest bound of a figure."""

SORTS: Final = ("newest", "oldest", "confidence", "type", "place", "reports")
"""Orders of the list."""

CHOICES: Final[Mapping[str, Sequence[str]]] = {
    "type": tuple(PALETTE),
    "modality": tuple(MODALITY_LABELS),
    "precision": tuple(PRECISIONS),
}
"""Filters with a closed list of options -> the options, in their usual order."""

NAMED: Final = ("country", "province", "actor", "source")
"""Filters whose options are what the table has."""

_FLAGS: Final = {"undated": True, "reviewed": False, "articles": False, "grouped": False}


@dataclass(frozen=True, slots=True)
class Link:
    """What a person has chosen; the default is what the page opens with.

    Attributes
    ----------
    type, modality, precision
        Chosen filter options, in their usual order; empty is all.
    country, province, actor, source
        Chosen names, as `geo.filters.Filters` has them; empty is all.
    confidence
        Least confidence in percent; 0 is all.
    figure, least, most
        Column of `geo.schema.COUNTS` that must lie between the two, ends included and None open;
        "" is all.
    q, articles
        Search text, and whether it is looked for in whole articles.
    undated
        Whether events without a date are shown.
    reviewed
        Whether only events that a person checked are shown.
    dates
        First and last day; None is the table's main period.
    area
        Corners (longitude, latitude) of a drawn polygon, degrees, EPSG:4326; None is all.
    sort, grouped
        Order of the list, one of `SORTS`, and whether reports of one incident are one row.
    event
        event_id of the selected event.
    view
        Longitude, latitude and zoom of the map; None is its first view.
    """

    type: tuple[str, ...] = ()
    modality: tuple[str, ...] = ("actual",)
    precision: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    province: tuple[str, ...] = ()
    actor: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    confidence: int = 0
    figure: str = ""
    least: int | None = None
    most: int | None = None
    q: str = ""
    articles: bool = False
    undated: bool = True
    reviewed: bool = False
    dates: tuple[date, date] | None = None
    area: Ring | None = None
    sort: str = SORTS[0]
    grouped: bool = False
    event: str | None = None
    view: tuple[float, float, float] | None = None


PLAIN: Final = Link()
"""The default."""

FILTERS: Final = tuple(
    f.name for f in fields(Link) if f.name not in {"sort", "grouped", "event", "view"}
)
"""The fields of `Link` that filter."""


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
    found: dict[str, Any] = {
        name: tuple(choice for choice in allowed if choice in query[name])
        for name, allowed in CHOICES.items()
        if name in query
    }
    for name in NAMED:
        named = [value for value in query.get(name, ()) if 0 < len(value) <= MAX_TEXT]
        found[name] = tuple(dict.fromkeys(named))[:MAX_NAMES]
    for name, usual in _FLAGS.items():
        found[name] = one.get(name) != "no" if usual else one.get(name) == "yes"
    figure, _, bounds = one.get("figure", "").partition(":")
    if figure in COUNTS and bounds.count("-") == 1:
        least, most = (_whole(text, MAX_FIGURE) for text in bounds.split("-"))
        if least is None or most is None or least <= most:
            found |= {"figure": figure, "least": least, "most": most}
    sort = one.get("sort", "")
    return Link(
        **found,
        confidence=_whole(one.get("confidence", ""), 100) or 0,
        q=one.get("q", "")[:MAX_TEXT],
        dates=_days(one.get("dates", "")),
        area=ring_from(_pairs(one.get("area", ""))),
        sort=sort if sort in SORTS else SORTS[0],
        event=one.get("event"),
        view=_view(one.get("view", "")),
    )


def build(link: Link) -> dict[str, list[str]]:  # noqa: C901  # a line a field
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
    query = {
        name: list(getattr(link, name)) or [""]
        for name in (*CHOICES, *NAMED)
        if getattr(link, name) != getattr(PLAIN, name)
    }
    for name, usual in _FLAGS.items():
        if getattr(link, name) != usual:
            query[name] = ["no" if usual else "yes"]
    if link.confidence:
        query["confidence"] = [str(link.confidence)]
    if link.figure:
        bounds = "-".join("" if n is None else str(n) for n in (link.least, link.most))
        query["figure"] = [f"{link.figure}:{bounds}"]
    if link.q:
        query["q"] = [link.q]
    if link.dates:
        query["dates"] = ["_".join(day.isoformat() for day in link.dates)]
    if link.area:
        query["area"] = ["_".join(f"{x:g},{y:g}" for x, y in link.area)]
    if link.sort != PLAIN.sort:
        query["sort"] = [link.sort]
    if link.event is not None:
        query["event"] = [link.event]
    if link.view:
        longitude, latitude, zoom = link.view
        query["view"] = [f"{latitude:.4f},{longitude:.4f},{zoom:.2f}"]
    return query


def filters(link: Link, whole: tuple[date, date] | None = None) -> Filters:
    """Say what a link keeps.

    Parameters
    ----------
    link
        What a person has chosen, with its dates.
    whole
        First and last day of the table: dates that cover it restrict nothing.

    Returns
    -------
    Filters
        See there.
    """
    days = (None, None) if link.dates is None or link.dates == whole else link.dates
    codes = [PRECISIONS[name][1] for name in link.precision]
    return Filters(
        date_from=days[0],
        date_to=days[1],
        event_types=frozenset(link.type) or None,
        modalities=frozenset(link.modality) or None,
        where_precs=frozenset[int]().union(*codes) or None,
        area=link.area,
        countries=frozenset(link.country) or None,
        provinces=frozenset(link.province) or None,
        actors=frozenset(link.actor) or None,
        sources=frozenset(link.source) or None,
        confidence=link.confidence / 100 if link.confidence else None,
        figures=((link.figure, link.least, link.most),) if link.figure else (),
        text=link.q,
        articles=link.articles and bool(link.q),
        undated=link.undated,
        reviewed=link.reviewed,
    )


def chips(link: Link) -> dict[str, str]:
    """Name the filters in force, each with what removes it.

    Parameters
    ----------
    link
        What a person has chosen; ``dates`` None for a period that is no filter.

    Returns
    -------
    dict
        Key for `without` -> label, in plain text; from outside, so escape it.
    """
    found: dict[str, str] = {}
    if link.dates:
        found["dates"] = words.SPAN.format(*map(day, link.dates))
    found |= {f"type={name}": PALETTE[name].label for name in link.type}
    if link.modality != PLAIN.modality:
        named = ", ".join(MODALITY_LABELS[name] for name in link.modality)
        found["modality"] = named or words.ANY_MODALITY
    found |= {f"precision={name}": PRECISIONS[name][0] for name in link.precision}
    for name in NAMED:
        shown = NAMES_SHOWN.get(name, str)
        found |= {f"{name}={value}": shown(value) for value in getattr(link, name)}
    if link.confidence:
        found["confidence"] = words.CHIP_CONFIDENCE.format(link.confidence)
    if link.figure:
        found["figure"] = figure_words(link)
    if link.area:
        found["area"] = words.CHIP_AREA
    if link.q:
        found["q"] = f"“{link.q}”" + (words.CHIP_ARTICLES if link.articles else "")
    if not link.undated:
        found["undated"] = words.CHIP_DATED
    if link.reviewed:
        found["reviewed"] = words.CHIP_REVIEWED
    return found


def figure_words(link: Link) -> str:
    """Write the range of a figure: "10 to 20 killed", "at least 10 killed"."""
    verb = words.FIGURES[link.figure]
    if link.least is None and link.most is None:
        return words.FIGURE_ANY.format(verb)
    if link.most is None:
        return words.FIGURE_LEAST.format(link.least, verb)
    if link.least is None:
        return words.FIGURE_MOST.format(link.most, verb)
    return words.FIGURE_RANGE.format(link.least, link.most, verb)


def without(link: Link, chip: str) -> Link:
    """Remove one filter.

    Parameters
    ----------
    link
        What a person has chosen.
    chip
        A key of `chips`; one that is not there changes nothing.

    Returns
    -------
    Link
        The rest.
    """
    name, _, value = chip.partition("=")
    if value and name in (*CHOICES, *NAMED):
        rest: Any = {name: tuple(v for v in getattr(link, name) if v != value)}
        return replace(link, **rest)
    if name not in FILTERS:
        return link
    names = {"figure": ("figure", "least", "most"), "q": ("q", "articles")}.get(name, (name,))
    return replace(link, **{field: getattr(PLAIN, field) for field in names})


def told(link: Link) -> str:
    """Say in plain words which events a link keeps: for the metadata of a file, under a picture.

    Parameters
    ----------
    link
        What a person has chosen.

    Returns
    -------
    str
        "1 June 2021 to 30 July 2021; Assault; Happened". Plain text, with names from outside.
    """
    named = chips(link)
    if "modality" not in named:
        named["modality"] = MODALITY_LABELS["actual"]
    return "; ".join(named.values())


def ring_from(corners: Iterable[Any]) -> Ring | None:
    """Read the corners of a drawn area; None for nonsense.

    Parameters
    ----------
    corners
        Pairs (longitude, latitude), degrees.

    Returns
    -------
    tuple or None
        Three to `MAX_CORNERS` corners with four decimals, not closed.
    """
    try:
        ring = [(round(float(x), 4), round(float(y), 4)) for x, y in corners]
    except (TypeError, ValueError):
        return None
    if ring and ring[0] == ring[-1]:
        ring.pop()
    valid = all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in ring)
    return tuple(ring) if valid and 3 <= len(ring) <= MAX_CORNERS else None


def _pairs(text: str) -> list[list[str]]:
    return [corner.split(",") for corner in text[:4000].split("_")]


def _whole(text: str, most: int) -> int | None:
    # isdecimal alone admits digits of other scripts, and a long number is slow to read
    return min(int(text), most) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _view(text: str) -> tuple[float, float, float] | None:
    try:
        latitude, longitude, zoom = (float(part) for part in text[:60].split(","))
    except ValueError:
        return None
    finite = math.isfinite(latitude + longitude + zoom)
    if not finite or abs(latitude) > 90 or abs(longitude) > 180 or not 0 <= zoom <= 22:
        return None
    return longitude, latitude, zoom


def _days(text: str) -> tuple[date, date] | None:
    try:
        start, end = (date.fromisoformat(part) for part in text.split("_"))
    except ValueError:
        return None
    return (start, end) if start <= end else None
