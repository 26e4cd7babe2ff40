"""Distances: events that a sentence dates by another one ("two days after the raid")."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline import clauses
from pipeline.documents import Span
from pipeline.events import When
from pipeline.model import Parsed
from pipeline.periods import counted, precision
from pipeline.syntax import Token
from pipeline.timecontext import NUMBERS, spelled_number

_COUNT = "|".join(sorted(NUMBERS, key=len, reverse=True))
_PHRASE = re.compile(
    rf"(?<!than\s)\b(?P<n>\d{{1,3}}|the(?!\s+\w+s\b)|(?:{_COUNT})(?:[\s-](?:{_COUNT}))?)\s+"
    r"(?P<unit>day|night|week|month|year)s?\s+(?P<way>after|before|following)\s+(?!that\b)",
    re.IGNORECASE,
)


class Distance(NamedTuple):
    """How far in time one word of a sentence is from another.

    `verb` happened `number` times `unit` (day, week, month or year; negative: before) after
    `point`. `fronted` tells whether the phrase `text` stands before `verb`: what it counts from is
    known then, and the verb is the news.
    """

    verb: Token
    point: Token
    number: int
    unit: str
    text: Span
    fronted: bool


def distances(parsed: Parsed, sentence: Span) -> Iterator[Distance]:
    """Find the distances that a sentence tells."""
    for found in _PHRASE.finditer(sentence.text):
        at = [sentence.start + found.start("way"), sentence.start + found.end("way")]
        way = parsed.tokens(at[0], at[1])
        point = _point(way.root) if way is not None else None
        verb = clauses.governor(point) if point is not None else None
        count = 1.0 if found["n"].lower() == "the" else spelled_number(found["n"])
        if way is None or point is None or verb is None or count < 1:
            continue
        sign = -1 if found["way"].lower() == "before" else 1
        unit = found["unit"].lower().replace("night", "day")
        start = sentence.start + found.start()
        text = Span(start, at[1], found[0].rstrip())
        yield Distance(verb, point, sign * int(count), unit, text, way.root.i < verb.i)


def _point(way: Token) -> Token | None:
    """The verb or noun that "after" or "before" counts from."""
    if way.dep_ in {"mark", "advmod"}:
        return way.head
    return next((child for child in way.children if child.dep_ in {"pobj", "pcomp"}), None)


def stands_for(token: Token, word: Token) -> bool:
    """Tell whether a verb tells an event: it is its word, or one beside it or its argument is."""
    current = token
    while current.dep_ == "conj" and current.i != word.i:
        current = current.head
    noun = current.dep_ in {"dobj", "nsubj", "nsubjpass"} and current.pos_ == "NOUN"
    return current.i == word.i or (noun and current.head.i == word.i)


def away(base: When, distance: Distance, *, back: bool) -> When | None:
    """The days that lie a distance after those of another event; `back` for before them."""
    last = base.end
    if last is None:
        return None
    count = -distance.number if back else distance.number
    begin, end = (counted(day, count, distance.unit) for day in (base.start or last, last))
    if begin is None or end is None:
        return None
    days = begin[0], end[1]
    source = "text" if base.source == "text" else "inherited"
    return When(*days, precision(*days), distance.text, source)
