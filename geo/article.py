"""The article with an event's evidence marked: place, date, action and actors in its sentence.

The one way on which an article's text becomes HTML: each piece is escaped, and only constant tags
are added. Pure functions; an event is any mapping by column name (a row of the events table).
"""

import html
import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any, Final, NamedTuple

from geo import words
from geo.frame import is_null

Row = Mapping[str, Any]

_BEFORE, _AFTER = 240, 480  # characters of an excerpt around its sentence, at most
_SPANS: Final = ("place", "date_text", "trigger")
_CLASSES: Final = {"place": "place", "date_text": "date", "trigger": "action", "actor": "who"}


MOST: Final = 60_000
"""Longest text that is shown, in characters; of a longer one, what is around the sentence."""


def article_html(text: str, event: Row) -> str:
    """Return a document's text as HTML with the event's evidence highlighted.

    The one function through which an article becomes HTML: each piece is escaped, and only the
    tags below are added, with constant attributes.

    Parameters
    ----------
    text
        The document's text, or just the sentence.
    event
        A row of the events table whose offsets (``sentence_start`` ...) are into `text`. Spans
        that are null or lie outside of the text are left out. The actors have no offsets: each is
        marked where its name first stands in the sentence.

    Returns
    -------
    str
        ``<div class="dl-article" dir="auto">``, the sentence in ``<mark>``, and place, date,
        action and actors in ``<span>`` with their label, so that none depends on colour alone.
    """
    spans = [(name, span) for name in ("sentence", *_SPANS) if (span := _span(event, name, text))]
    spans += [("actor", span) for span in _actors(text, event)]
    cuts = sorted({0, len(text), *(edge for _, span in spans for edge in span)})
    out = []
    for start, end in pairwise(cuts):
        inside = {name for name, span in spans if span[0] <= start < span[1]}
        closing = {name for name, span in spans if span[0] <= start < span[1] == end}
        out.append(_piece(text[start:end], inside, closing))
    return f'<div class="dl-article" dir="auto">{"".join(out)}</div>'


def _piece(text: str, inside: set[str], closing: set[str]) -> str:
    piece = html.escape(text, quote=True)
    for name, style in _CLASSES.items():
        if name in inside:
            label = words.MARKS[name]
            tag = f'<small class="dl-tag">{label}</small>' if name in closing else ""
            piece = f'<span class="dl-{style}">{piece}{tag}</span>'
    return f'<mark class="dl-sentence">{piece}</mark>' if "sentence" in inside else piece


def _span(event: Row, name: str, text: str) -> tuple[int, int] | None:
    start, end = event[f"{name}_start"], event[f"{name}_end"]
    if is_null(start) or is_null(end) or not 0 <= start < end <= len(text):
        return None
    return int(start), int(end)


def _actors(text: str, event: Row) -> Iterable[tuple[int, int]]:
    """Find the actors' names in the sentence, as whole words."""
    sentence = _span(event, "sentence", text)
    names = [str(event[name]) for name in ("actor1", "actor2") if not is_null(event.get(name))]
    if sentence is None:
        return
    for name in names:
        pattern = rf"(?<!\w){re.escape(name)}(?!\w)"
        found = re.compile(pattern, re.IGNORECASE).search(text, *sentence)
        if name and found:
            yield found.span()


class Checked(NamedTuple):
    """A sentence of a text that was read, and what was found in it, all as plain text.

    Attributes
    ----------
    text
        The sentence.
    found
        The events that it is the evidence of, in words.
    again
        Events that it tells too: the number of the sentence that is their evidence, and words.
    """

    text: str
    found: Iterable[str] = ()
    again: Iterable[tuple[int, str]] = ()


def sentences_html(sentences: Iterable[Checked], *, most: int = MOST) -> str:
    """Return a text's sentences as HTML, each with what was found in it, every part escaped.

    Parameters
    ----------
    sentences
        In order; they are numbered from 1.
    most
        Longest result, in characters of the sentences.

    Returns
    -------
    str
        A list; sentences with events are marked, and name them. One that tells an event of
        another sentence names it too, with a link to that sentence.
    """
    items, room = [], most
    for number, (text, found, again) in enumerate(sentences, 1):
        room -= len(text)
        if room < 0:
            items.append("<li>…</li>")
            break
        told = [f'<small class="dl-tag">{html.escape(label)}</small>' for label in found]
        style = ' class="dl-found"' if told else ""
        for other, label in again:
            link = f'<a href="#dl-sentence-{other}">{words.ADD_AGAIN.format(other)}</a>'
            told.append(f'<small class="dl-none">{link}: {html.escape(label)}</small>')
        told = told or [f'<small class="dl-none">{html.escape(words.ADD_NO_EVENT)}</small>']
        line = f"{html.escape(text)} {''.join(told)}"
        items.append(f'<li id="dl-sentence-{number}"{style} dir="auto">{line}</li>')
    return f'<ol class="dl-sentences">{"".join(items)}</ol>'


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
        The excerpt, and the event with its offsets moved into it. Of long paragraphs, what is
        around the sentence, with "…" for what is left out. If the sentence is not where the
        offsets say (another text than the event's), the sentence alone, as the table has it.
    """
    span = _span(event, "sentence", text)
    sentence = "" if is_null(event["sentence"]) else str(event["sentence"])
    if span is None or (sentence and text[span[0] : span[1]] != sentence):
        origin = event["sentence_start"]
        return sentence, _moved(event, 0 if is_null(origin) else int(origin), sentence)
    breaks = [m.span() for m in re.finditer(r"\s*\n\s*", text)]
    before = [end for _, end in breaks if end <= span[0]]
    after = [start for start, _ in breaks if start >= span[1]]
    start = before[-1 - around] if len(before) > around else 0
    end = after[around] if len(after) > around else len(text)
    # Not the rule under a file's front matter, or other lines without a word.
    wordless = re.match(r"(?:[^\w\n]*\n)+", text[start : span[0]])
    start += wordless.end() if wordless else 0
    lead = tail = ""
    if span[0] - start > _BEFORE:  # to the next word
        start, lead = text.find(" ", span[0] - _BEFORE, span[0]) + 1 or span[0], "… "
    if end - span[1] > _AFTER:
        last = text.rfind(" ", span[1], span[1] + _AFTER)
        end, tail = (last if last > 0 else span[1]), " …"
    part = lead + text[start:end] + tail
    return part, _moved(event, start - len(lead), part)


def shortened(text: str, event: Row, *, most: int = MOST) -> tuple[str, Row]:
    """Cut a very long document to what is around the event's sentence.

    Parameters
    ----------
    text
        The document's text.
    event
        A row of the events table with offsets into it.
    most
        Longest result, in characters.

    Returns
    -------
    (str, mapping)
        The text, or part of it, and the event with its offsets moved into it.
    """
    if len(text) <= most:
        return text, event
    span = _span(event, "sentence", text) or (0, 0)
    start = max(0, min(span[0] - most // 2, len(text) - most))
    part = text[start : start + most]
    return part, _moved(event, start, part)


def _moved(event: Row, start: int, text: str) -> Row:
    moved = dict(event)
    for name in ("sentence", *_SPANS):
        for edge in ("start", "end"):
            value = event[f"{name}_{edge}"]
            moved[f"{name}_{edge}"] = None if is_null(value) else int(value) - start
        if _span(moved, name, text) is None:
            moved[f"{name}_start"] = moved[f"{name}_end"] = None
    return moved
