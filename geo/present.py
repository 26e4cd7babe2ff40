"""How an event looks and reads: colours and shapes, labels, plain words.

Pure functions without Streamlit, folium or pandas frames: an event is any mapping by column name
(a row of the events table). The words are in `geo.words`. Text from outside goes through `plain`
(Markdown), or is escaped here and in `geo.article` (HTML), and goes no other way.
"""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from importlib import resources
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from geo import columns, words
from geo.checks import InvalidEvents, Violation
from geo.facets import Shown
from geo.frame import is_null
from geo.schema import COUNTS, QUAD_CLASS

Row = Mapping[str, Any]


class Reading(Protocol):
    """A place that an event's words could mean (`geo.reasons.Reading`, not imported here)."""

    @property
    def name(self) -> str:
        """The place with what it lies in."""

    @property
    def how(self) -> str:
        """How the words match it."""

    @property
    def score(self) -> float:
        """The gazetteer's rank."""

    @property
    def chosen(self) -> bool:
        """Whether the event stands there."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """How events of one type are drawn.

    Attributes
    ----------
    colour, dark
        Hex colours on a light and on a dark map: the quad class's.
    shape
        Its outline on the map (data/static/dateline-map.js), unique within the quad class.
    glyph
        The character that shows the same shape in lists and filters.
    label, meaning
        For people; the meaning is PLOVER's, shortened.
    """

    colour: str
    dark: str
    shape: str
    glyph: str
    label: str
    meaning: str


# Okabe and Ito (2008), distinguishable with all common colour vision deficiencies; the dark
# variants are lighter, to keep a contrast of 3:1 with the map's ground.
_COLOURS: Final = {
    "verbal cooperation": ("#0072b2", "#56b4e9", "blue"),
    "material cooperation": ("#009e73", "#3fcf9f", "green"),
    "verbal conflict": ("#cc79a7", "#e6a3c8", "violet"),
    "material conflict": ("#d55e00", "#ff8c42", "orange"),
}
_GLYPHS: Final = {
    "circle": "●",
    "square": "■",
    "triangle": "▲",
    "triangle-down": "▼",
    "diamond": "◆",
    "plus": "✚",
    "star": "★",
}
_SHAPES: Final = {
    "AGREE": "circle",
    "CONSULT": "square",
    "SUPPORT": "triangle",
    "CONCEDE": "diamond",
    "COOPERATE": "square",
    "AID": "plus",
    "RETREAT": "triangle-down",
    "REQUEST": "circle",
    "ACCUSE": "square",
    "REJECT": "diamond",
    "THREATEN": "triangle",
    "PROTEST": "circle",
    "SANCTION": "diamond",
    "MOBILIZE": "triangle",
    "COERCE": "square",
    "ASSAULT": "star",
}
PALETTE: Final[Mapping[str, Symbol]] = {
    name: Symbol(*_COLOURS[QUAD_CLASS[name]][:2], shape, _GLYPHS[shape], *words.TYPES[name])
    for name, shape in _SHAPES.items()
}
"""PLOVER category -> its symbol."""

QUAD_COLOURS: Final[Mapping[str, tuple[str, str]]] = {
    quad: colours[:2] for quad, colours in _COLOURS.items()
}
"""Quad class -> (colour on light, colour on dark)."""

MODALITY_LABELS: Final = words.MODALITIES
PRECISIONS: Final[Mapping[str, tuple[str, frozenset[int]]]] = {
    name: (words.PRECISIONS[name], frozenset(codes))
    for name, codes in {
        "exact": (1,),
        "near": (2,),
        "district": (3,),
        "province": (4,),
        "region": (5,),
        "country": (6, 7),
    }.items()
}
"""Name of a filter option -> (label, UCDP where_prec codes)."""

_MARKDOWN: Final = re.compile(r"([!-/:-@\[-`{-~])")
_ACTOR_DASH: Final = " → "


def plain(text: str) -> str:
    r"""Escape text for a Streamlit label or Markdown, so that it reads as it is written.

    Every ASCII punctuation mark is escaped: no link, image, colour, icon, formula or HTML remains.
    Line breaks become spaces, so that no block of Markdown can begin.

    Examples
    --------
    >>> plain("![x](http://e.org) :red[a] $1")
    '\\!\\[x\\]\\(http\\:\\/\\/e\\.org\\) \\:red\\[a\\] \\$1'
    """
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def type_label(event_type: str, *, coloured: bool = False) -> str:
    """Return glyph and label of an event type; `coloured` adds Streamlit's colour directive."""
    symbol = PALETTE[event_type]
    if coloured:
        return f":{_COLOURS[QUAD_CLASS[event_type]][2]}[{symbol.glyph}] {symbol.label}"
    return f"{symbol.glyph} {symbol.label}"


def day(value: date | datetime, *, weekday: bool = False) -> str:
    """Write a day for people: "4 July 2021", with its weekday "Sunday 4 July 2021"."""
    written = f"{value.day} {value:%B} {value.year}"
    return f"{value:%A} {written}" if weekday else written


def when(event: Row) -> str:
    """Say when an event was, and from which words: "Sunday 4 July 2021, from “Sunday”"."""
    start, end = event["date_start"], event["date_end"]
    text = "" if is_null(event["date_text"]) else f"“{event['date_text']}”"
    if is_null(start) and is_null(end):
        return words.NO_DATE_SAYS.format(text) if text else words.NO_DATE
    if is_null(start):
        told = words.ON_OR_BEFORE.format(day(end))
    elif is_null(end):
        told = words.FROM_ON.format(day(start))
    elif start == end:
        told = day(start, weekday=True)
    else:
        told = words.SPAN.format(day(start), day(end))
    source = event["date_source"]
    if text:
        return words.WHEN_TEXT.format(told, text)
    if source == "publication":
        return words.WHEN_PUBLISHED.format(told)
    return words.WHEN_INHERITED.format(told) if source == "inherited" else told


def short_day(event: Row) -> str:
    """Write an event's day for a list: ISO, "≤" for on or before, "–" for a span, "" for none."""
    start, end = event["date_start"], event["date_end"]
    if is_null(start) and is_null(end):
        return ""
    if is_null(start):
        return f"≤ {_iso(end)}"
    if is_null(end) or start == end:
        return _iso(start)
    last = _iso(end)
    return f"{_iso(start)} – {last[5:] if start.year == end.year else last}"


def _iso(value: date | datetime) -> str:
    return f"{value.year:04d}-{value.month:02d}-{value.day:02d}"  # strftime does not pad years


def place(event: Row) -> str:
    """Name an event's place, or say that it has none."""
    for column in ("location", "where_text"):
        if not is_null(event[column]):
            return str(event[column])
    return words.NO_PLACE


def country_name(code: str) -> str:
    """Return the usual English name of a country (ISO 3166-1 alpha-3), else the code."""
    return _country_names().get(code, code)


@lru_cache(maxsize=1)
def _country_names() -> dict[str, str]:
    file = resources.files("data") / "boundaries" / "admin0.npz"
    try:
        with resources.as_file(file) as path:
            table = columns.read(path, ("iso3", "name"))
    except (OSError, ValueError):
        return {}  # a deployment without boundaries shows the codes
    return dict(zip(table["iso3"], table["name"], strict=True))


def province_name(key: str) -> str:
    """Write a province as people do: "Kunduz, AFG" for "AFG/Kunduz"."""
    country, _, name = key.partition("/")
    return f"{name}, {country}" if name else country


def how_precise(event: Row) -> str:
    """Say how precise the place is: "border line, 5 of 7"."""
    code = event["where_prec"]
    if is_null(code):
        return words.NO_PLACE_FOUND
    relation = "" if is_null(event["relation"]) else str(event["relation"]).split()[0]
    told = words.RELATIONS.get(relation, words.PRECISION_CODES.get(int(code), words.UNKNOWN))
    return words.PRECISION.format(told, int(code))


def actors(event: Row) -> str:
    """Name who did it, and to whom."""
    names = [str(event[name]) for name in ("actor1", "actor2") if not is_null(event[name])]
    return _ACTOR_DASH.join(names)


def counts_text(event: Row) -> str:
    """Write an event's figures: "12 killed, 30 to 40 injured"; empty if none is reported."""
    found = []
    for name in COUNTS:
        best, low, high = (event[f"{name}{end}"] for end in ("", "_low", "_high"))
        if not is_null(low) and not is_null(high) and low != high:
            found.append(words.FIGURE_RANGE.format(low, high, words.FIGURES[name]))
        elif not is_null(best):
            found.append(f"{best:,} {words.FIGURES[name]}")
    return ", ".join(found)


def tray_line(groups: Iterable[tuple[str, int]], unplaced: int, *, most: int = 3) -> str:
    """Name what is not on the map: "Country level: Afghanistan 8, Haiti 3, … · no place: 77".

    Parameters
    ----------
    groups
        (name, number of events) of each country, the largest first.
    unplaced
        Number of events without any place.
    most
        How many countries to name.

    Returns
    -------
    str
        Markdown, with the names escaped; empty if there is nothing to name.
    """
    named = [f"{plain(name)} {number:,}" for name, number in groups]
    more = [words.MORE.format(len(named) - most)] if len(named) > most else []
    parts = []
    if named:
        parts.append(words.COUNTRY_LEVEL.format(", ".join(named[:most] + more)))
    if unplaced:
        parts.append(words.TRAY_UNPLACED.format(unplaced))
    return " · ".join(parts)


def facts(event: Row) -> list[tuple[str, str]]:
    """Tell an event's fields in plain words.

    Parameters
    ----------
    event
        A row of the events table.

    Returns
    -------
    list of (label, value)
        What, who, figures, when, where, precision, how sure, source; without empty ones. Plain
        text from outside: escape before showing.
    """
    symbol = PALETTE[event["event_type"]]
    mode = "" if is_null(event["event_mode"]) else f", {event['event_mode']}"
    confidence = event["confidence"]
    sure = [MODALITY_LABELS[event["modality"]].lower()]
    if not is_null(confidence):
        sure.append(words.CONFIDENCE.format(confidence))
    sure.append(words.CHECKED if event["reviewed"] else words.UNCHECKED)
    made = [told.format(event[n]) for n, told in _MAKERS if not is_null(event[n])]
    published = "" if is_null(event["published"]) else f", {day(event['published'])}"
    source = "" if is_null(event["source"]) else f"{event['source']}{published}"
    found = {
        "what": f"{symbol.label}{mode}: {symbol.meaning}",
        "who": actors(event),
        "figures": counts_text(event),
        "when": when(event),
        "where": ", ".join(_address(event)),
        "precision": how_precise(event),
        "sure": ", ".join(sure),
        "source": source or published.removeprefix(", "),
        "attribution": "" if is_null(event["attribution"]) else str(event["attribution"]),
        "made": "; ".join(made),
    }
    return [(words.FACTS[name], value) for name, value in found.items() if value]


_MAKERS: Final = (("recognizer", words.FOUND_BY), ("resolver", words.PLACED_BY))


NAMES_SHOWN: Final = {"country": country_name, "province": province_name}
"""Filter -> how a value of it is shown, where that is not as it stands."""


def why_place(event: Row) -> list[str]:
    """Say why an event stands where it does, a sentence an item; plain text from outside."""
    if is_null(event["location_source"]):
        return [words.WHY_NO_PLACE]
    text = place(event) if is_null(event["where_text"]) else str(event["where_text"])
    found = [words.WHY_PLACE[event["location_source"]].format(text)]
    if not is_null(event["where_note"]):
        note = str(event["where_note"]).strip()
        found.append(note[:1].upper() + note[1:] + ("" if note.endswith(".") else "."))
    return found


def why_date(event: Row) -> list[str]:
    """Say why an event has its date, a sentence an item; plain text from outside."""
    source, found = event["date_source"], []
    if is_null(source):
        return [when(event) + "."]
    found.append(words.WHY_DATE[source].format(event["date_text"]))
    if not is_null(event["published"]) and source != "publication":
        found.append(words.WHY_DATE_RELATIVE.format(day(event["published"], weekday=True)))
    if not is_null(event["published_source"]):
        found.append(words.WHY_PUBLISHED[event["published_source"]])
    if not is_null(event["date_prec"]):
        told = words.DATE_PRECISION[int(event["date_prec"])]
        found.append(told[:1].upper() + told[1:] + ".")
    return found


def _address(event: Row) -> Iterable[str]:
    seen = set()
    for column in ("location", "admin2", "admin1", "country"):
        value = event[column]
        if not is_null(value) and value not in seen:
            seen.add(value)
            yield str(value)


def count_line(told: Shown) -> str:
    """Say how many events are shown and why the others are not; Markdown."""
    line = words.SHOWN.format(told.shown, told.total)
    parts = []
    if told.shown < told.total:
        by = [(n, words.FACETS[facet]) for facet, n in told.hidden_by.items() if n]
        hidden = told.total - told.shown
        if len(by) == 1 and by[0][0] == hidden:
            parts.append(words.HIDDEN_ALL.format(*by[0]))
        else:
            causes = ", ".join(words.HIDDEN_BY.format(*one) for one in by)
            parts.append(words.HIDDEN.format(hidden) + (causes and f" ({causes})"))
    for number, text in (
        (told.undated, words.UNDATED),
        (told.country_level, words.AT_COUNTRY_LEVEL),
        (told.unplaced, words.WITHOUT_PLACE),
    ):
        if number:
            parts.append(text.format(number))
    return line + ("; " + ", ".join(parts) if parts else "")


def trouble(error: Exception, path: object) -> tuple[str, str, str]:
    """Say why a table cannot be shown: title, plain text, and for a broken one a line of Markdown.

    Parameters
    ----------
    error
        FileNotFoundError, `geo.frame.InvalidEvents`, ValueError or OSError.
    path
        Of the table.
    """
    if isinstance(error, FileNotFoundError):
        return words.NO_TABLE, words.NO_TABLE_AT.format(path), ""
    if isinstance(error, InvalidEvents):
        return words.CANNOT_SHOW, _violated(error)[:4000], words.INVALID
    return words.CANNOT_READ, str(error)[:1000], ""


def _violated(error: InvalidEvents) -> str:
    """Tell each broken rule once, with how many events break it, the most frequent first."""
    broken: dict[tuple[str, str], list[Violation]] = {}
    for violation in error.violations:
        broken.setdefault((violation.column, violation.rule), []).append(violation)
    return "\n".join(
        words.INVALID_RULE.format(column, rule, len(all_), all_[0].row, all_[0].value[:80])
        for (column, rule), all_ in sorted(broken.items(), key=lambda item: -len(item[1]))
    )


def advice(told: Shown) -> str:
    """Say which filter to relax when nothing is shown."""
    if told.total == 0:
        return words.EMPTY
    best = next(((f, n) for f, n in told.hidden_by.items() if n), None)
    if best is None:
        return words.NO_MATCH_TOGETHER
    return words.NO_MATCH.format(words.FACETS[best[0]], best[1])


def safe_url(url: object) -> str | None:
    """Return an address if it may be a link (http or https, with a host), else None."""
    if not isinstance(url, str) or any(c.isspace() or ord(c) < 32 for c in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None


def facts_html(event: Row, *, stored: bool = True, hidden: bool = False) -> str:
    """Return `facts` as an HTML definition list, every part escaped.

    Parameters
    ----------
    event
        A row of the events table.
    stored
        Whether the article is; else a line says that it is not.
    hidden
        Whether the filters hide the event; then a line says so.
    """
    notes = [words.NO_TEXT] * (not stored) + [words.NOT_LISTED] * hidden
    lines = "".join(f'<p class="dl-note">{html.escape(note)}</p>' for note in notes)
    return lines + pairs_html(facts(event))


def pairs_html(pairs: Iterable[tuple[str, str]]) -> str:
    """Return labels with values as an HTML definition list, every part escaped."""
    rows = "".join(
        f"<dt>{html.escape(label)}</dt><dd dir='auto'>{html.escape(value)}</dd>"
        for label, value in pairs
    )
    return f'<dl class="dl-facts">{rows}</dl>'


def sentences_html(groups: Mapping[str, Iterable[str]]) -> str:
    """Return headings with sentences below each as HTML, every part escaped."""
    parts = []
    for title, lines in groups.items():
        parts.append(f"<h5>{html.escape(title)}</h5>")
        parts += [f'<p dir="auto">{html.escape(line)}</p>' for line in lines]
    return f'<div class="dl-why">{"".join(parts)}</div>'


def readings_html(readings: Sequence[Reading]) -> str:
    """Return the places of one name (`geo.reasons.readings`) as HTML, every part escaped."""
    if not readings:
        return f'<p class="dl-why">{html.escape(words.CANDIDATES_NONE)}</p>'
    rows = "".join(
        f"<tr{' class=dl-chosen' if one.chosen else ''}>"
        f'<td dir="auto">{html.escape(one.name)}</td><td>{html.escape(one.how)}</td>'
        f"<td>{html.escape(words.CANDIDATES_SCORE.format(one.score))}</td>"
        f"<td>{html.escape(words.CANDIDATES_CHOSEN) if one.chosen else ''}</td></tr>"
        for one in readings
    )
    title = html.escape(words.CANDIDATES)
    return f'<div class="dl-why"><p>{title}</p><table>{rows}</table></div>'
