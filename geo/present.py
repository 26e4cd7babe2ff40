"""How an event looks and reads: colours and shapes, labels, plain words, the highlighted article.

Pure functions without Streamlit, folium or pandas frames: an event is any mapping by column name
(a row of the events table). Every word that a person reads stands here or in app.py. Text from
outside goes through `plain` (Markdown) or `article_html` (HTML), and through nothing else.
"""

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Final
from urllib.parse import urlsplit

from geo.frame import is_null
from geo.schema import COUNTS, QUAD_CLASS
from geo.summary import Shown

Row = Mapping[str, Any]


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
_TYPES: Final = {
    "AGREE": ("circle", "Agree", "agree, promise, sign"),
    "CONSULT": ("square", "Consult", "meet, call, visit, negotiate"),
    "SUPPORT": ("triangle", "Support", "praise, endorse, defend in words"),
    "CONCEDE": ("diamond", "Concede", "give in, ease a demand, apologise"),
    "COOPERATE": ("square", "Cooperate", "work, trade or share together"),
    "AID": ("plus", "Aid", "give money, shelter, supplies or military help"),
    "RETREAT": ("triangle-down", "Retreat", "withdraw, release, disarm, cease fire, resign"),
    "REQUEST": ("circle", "Request", "ask for or demand something"),
    "ACCUSE": ("square", "Accuse", "criticise, allege, investigate"),
    "REJECT": ("diamond", "Reject", "refuse, veto, defy"),
    "THREATEN": ("triangle", "Threaten", "warn of force, sanctions or other harm"),
    "PROTEST": ("circle", "Protest", "demonstrate, strike, riot"),
    "SANCTION": ("diamond", "Sanction", "break ties, expel, convict, stop aid"),
    "MOBILIZE": ("triangle", "Mobilize", "deploy or raise forces"),
    "COERCE": ("square", "Coerce", "seize, arrest, restrict, impose"),
    "ASSAULT": ("star", "Assault", "attack, fight, bomb, kill"),
}
PALETTE: Final[Mapping[str, Symbol]] = {
    name: Symbol(*_COLOURS[QUAD_CLASS[name]][:2], shape, _GLYPHS[shape], label, meaning)
    for name, (shape, label, meaning) in _TYPES.items()
}
"""PLOVER category -> its symbol."""

QUAD_COLOURS: Final[Mapping[str, tuple[str, str]]] = {
    quad: colours[:2] for quad, colours in _COLOURS.items()
}
"""Quad class -> (colour on light, colour on dark)."""

MODALITY_LABELS: Final = {
    "actual": "Happened",
    "planned": "Planned",
    "possible": "Possible",
    "denied": "Denied",
}
PRECISIONS: Final[Mapping[str, tuple[str, frozenset[int]]]] = {
    "exact": ("Exact place", frozenset({1})),
    "near": ("Near a place", frozenset({2})),
    "district": ("District", frozenset({3})),
    "province": ("Province", frozenset({4})),
    "region": ("Region or line", frozenset({5})),
    "country": ("Country or wider", frozenset({6, 7})),
}
"""Name of a filter option -> (label, UCDP where_prec codes)."""

_PRECISION_WORDS: Final = {
    1: "exact place",
    2: "near a known place",
    3: "district",
    4: "province",
    5: "region or line",
    6: "country only",
    7: "international",
}
_FACET_WORDS: Final = {
    "dates": "dates",
    "event_type": "event type",
    "modality": "whether it happened",
    "where_prec": "precision",
    "country": "country",
    "area": "area",
    "text": "search words",
}
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
    words = f"{value.day} {value:%B} {value.year}"
    return f"{value:%A} {words}" if weekday else words


def when(event: Row) -> str:
    """Say when an event was, and from which words: "Sunday 4 July 2021, from “Sunday”"."""
    start, end = event["date_start"], event["date_end"]
    text = "" if is_null(event["date_text"]) else f"“{event['date_text']}”"
    if is_null(start) and is_null(end):
        return f"no date; the text says {text}" if text else "no date in the text"
    if is_null(start):
        words = f"on or before {day(end)}"
    elif is_null(end):
        words = f"from {day(start)} on"
    elif start == end:
        words = day(start, weekday=True)
    else:
        words = f"{day(start)} to {day(end)}"
    source = event["date_source"]
    if text:
        return f"{words}, from {text}"
    if source == "publication":
        return f"{words}, the day of publication"
    return f"{words}, from an earlier sentence" if source == "inherited" else words


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
    return "no place"


def how_precise(event: Row) -> str:
    """Say how precise the place is: "border line, 5 of 7"."""
    code = event["where_prec"]
    if is_null(code):
        return "no place found"
    relation = "" if is_null(event["relation"]) else str(event["relation"]).split()[0]
    words = {
        "border": "border line",
        "remote": "a link between two places",
        "side": "strip along a border",
        "part": "part of an area",
        "between": "between two places",
        "coast": "coast",
    }.get(relation, _PRECISION_WORDS.get(int(code), "unknown"))
    return f"{words}, {int(code)} of 7 (1 is exact)"


def actors(event: Row) -> str:
    """Name who did it, and to whom."""
    names = [str(event[name]) for name in ("actor1", "actor2") if not is_null(event[name])]
    return _ACTOR_DASH.join(names)


def counts_text(event: Row) -> str:
    """Write an event's figures: "12 killed, 30 to 40 injured"; empty if none is reported."""
    verbs = {
        "fatalities": "killed",
        "injured": "injured",
        "displaced": "displaced",
        "soldiers": "soldiers or police",
        "captured": "captured",
    }
    found = []
    for name in COUNTS:
        best, low, high = (event[f"{name}{end}"] for end in ("", "_low", "_high"))
        if not is_null(low) and not is_null(high) and low != high:
            found.append(f"{low:,} to {high:,} {verbs[name]}")
        elif not is_null(best):
            found.append(f"{best:,} {verbs[name]}")
    return ", ".join(found)


def list_row(event: Row) -> dict[str, str]:
    """Return an event as a row of the list; the sentence is cut, the detail has it whole."""
    return {
        "Date": short_day(event),
        "Type": type_label(event["event_type"]),
        "Place": place(event),
        "Who": actors(event),
        "Sentence": "" if is_null(event["sentence"]) else str(event["sentence"])[:160],
    }


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
    more = [f"{len(named) - most} more"] if len(named) > most else []
    parts = []
    if named:
        parts.append("Country level: " + ", ".join(named[:most] + more))
    if unplaced:
        parts.append(f"no place: {unplaced:,}")
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
    modality = MODALITY_LABELS[event["modality"]].lower()
    confidence = event["confidence"]
    sure = [modality]
    if not is_null(confidence):
        sure.append(f"confidence {confidence:.0%}")
    sure.append("checked by a person" if event["reviewed"] else "not yet checked by a person")
    made = [f"{verb} {event[n]}" for n, verb in _MAKERS if not is_null(event[n])]
    published = "" if is_null(event["published"]) else f", {day(event['published'])}"
    source = "" if is_null(event["source"]) else f"{event['source']}{published}"
    rows = [
        ("What", f"{symbol.label}{mode}: {symbol.meaning}"),
        ("Who", actors(event)),
        ("Figures", counts_text(event)),
        ("When", when(event)),
        ("Where", ", ".join(_address(event))),
        ("Precision", how_precise(event)),
        ("How sure", ", ".join(sure)),
        ("Source", source or published.removeprefix(", ")),
        ("Credited to", "" if is_null(event["attribution"]) else str(event["attribution"])),
        ("Made by", "; ".join(made)),
    ]
    return [(label, value) for label, value in rows if value]


_MAKERS: Final = (("recognizer", "found by"), ("resolver", "placed by"))


def _address(event: Row) -> Iterable[str]:
    seen = set()
    for column in ("location", "admin2", "admin1", "country"):
        value = event[column]
        if not is_null(value) and value not in seen:
            seen.add(value)
            yield str(value)


def count_line(told: Shown) -> str:
    """Say how many events are shown and why the others are not."""
    line = f"**{told.shown:,} of {told.total:,}** events shown"
    parts = []
    if told.shown < told.total:
        causes = ", ".join(f"{_FACET_WORDS[f]} {n:,}" for f, n in told.hidden_by.items() if n)
        parts.append(f"{told.total - told.shown:,} hidden by filters" + (causes and f" ({causes})"))
    for number, words in (
        (told.undated, "undated"),
        (told.country_level, "at country level"),
        (told.unplaced, "without a place"),
    ):
        if number:
            parts.append(f"{number:,} {words}")
    return line + ("; " + ", ".join(parts) if parts else "")


def advice(told: Shown) -> str:
    """Say which filter to relax when nothing is shown."""
    if told.total == 0:
        return "The table has no events yet."
    best = next(((f, n) for f, n in told.hidden_by.items() if n), None)
    if best is None:
        return "No event passes these filters together. Reset them, or open two or more."
    return f"No event matches. Open the filter on {_FACET_WORDS[best[0]]} to see {best[1]:,}."


def safe_url(url: object) -> str | None:
    """Return an address if it may be a link (http or https, with a host), else None."""
    if not isinstance(url, str) or any(c.isspace() or ord(c) < 32 for c in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None


# --- the article ------------------------------------------------------------------------------

_MARKS: Final = {"place": "place", "date_text": "date", "trigger": "action"}


def article_html(text: str, event: Row) -> str:
    """Return a document's text as HTML with the event's evidence highlighted.

    The one function through which text from outside becomes HTML: each piece is escaped, and
    only the tags below are added, with constant attributes.

    Parameters
    ----------
    text
        The document's text, or just the sentence.
    event
        A row of the events table whose offsets (``sentence_start`` ...) are into `text`. Spans
        that are null or lie outside of the text are left out.

    Returns
    -------
    str
        ``<div class="dl-article" dir="auto">``, the sentence in ``<mark>``, and place, date and
        action in ``<span>`` with their label, so that none depends on colour alone.
    """
    spans = {name: _span(event, name, len(text)) for name in ("sentence", *_MARKS)}
    cuts = sorted({0, len(text), *(edge for span in spans.values() if span for edge in span)})
    out = []
    for start, end in pairwise(cuts):
        inside = {name for name, span in spans.items() if span and span[0] <= start < span[1]}
        closing = {name for name in inside if (span := spans[name]) and span[1] == end}
        out.append(_piece(text[start:end], inside, closing))
    return f'<div class="dl-article" dir="auto">{"".join(out)}</div>'


def _piece(text: str, inside: set[str], closing: set[str]) -> str:
    piece = html.escape(text, quote=True)
    for name, label in _MARKS.items():
        if name in inside:
            tag = f'<small class="dl-tag">{label}</small>' if name in closing else ""
            piece = f'<span class="dl-{label}">{piece}{tag}</span>'
    return f'<mark class="dl-sentence">{piece}</mark>' if "sentence" in inside else piece


def _span(event: Row, name: str, length: int) -> tuple[int, int] | None:
    start, end = event[f"{name}_start"], event[f"{name}_end"]
    if is_null(start) or is_null(end) or not 0 <= start < end <= length:
        return None
    return int(start), int(end)


def facts_html(event: Row) -> str:
    """Return `facts` as an HTML definition list, every part escaped."""
    rows = "".join(
        f"<dt>{html.escape(label)}</dt><dd dir='auto'>{html.escape(value)}</dd>"
        for label, value in facts(event)
    )
    return f'<dl class="dl-facts">{rows}</dl>'


def excerpt(text: str, event: Row, *, around: int = 1) -> tuple[str, Row]:
    """Cut a document to the paragraph of the event's sentence and its neighbours.

    Parameters
    ----------
    text
        The document's text.
    event
        A row of the events table with offsets into it.
    around
        How many paragraphs to keep on either side.

    Returns
    -------
    (str, mapping)
        The excerpt, and the event with its offsets moved into it. If the sentence is not where
        the offsets say (another text than the event's), the sentence alone, as the table has it.
    """
    span = _span(event, "sentence", len(text))
    sentence = "" if is_null(event["sentence"]) else str(event["sentence"])
    if span is None or (sentence and text[span[0] : span[1]] != sentence):
        origin = event["sentence_start"]
        return sentence, _moved(event, 0 if is_null(origin) else int(origin), len(sentence))
    breaks = [m.span() for m in re.finditer(r"\s*\n\s*", text)]
    before = [end for _, end in breaks if end <= span[0]]
    after = [start for start, _ in breaks if start >= span[1]]
    start = before[-1 - around] if len(before) > around else 0
    end = after[around] if len(after) > around else len(text)
    # Not the rule under a file's front matter, or other lines without a word.
    wordless = re.match(r"(?:[^\w\n]*\n)+", text[start : span[0]])
    start += wordless.end() if wordless else 0
    return text[start:end], _moved(event, start, end - start)


def _moved(event: Row, start: int, length: int) -> Row:
    moved = dict(event)
    for name in ("sentence", *_MARKS):
        for edge in ("start", "end"):
            value = event[f"{name}_{edge}"]
            moved[f"{name}_{edge}"] = None if is_null(value) else int(value) - start
        if _span(moved, name, length) is None:
            moved[f"{name}_start"] = moved[f"{name}_end"] = None
    return moved
