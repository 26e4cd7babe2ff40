"""The reading of texts: documents in, words with names and syntax out, by one of two models.

Everything behind it works on `Parsed` pieces and does not know which model read them.
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Protocol

from pipeline.documents import Document, Span
from pipeline.syntax import Doc
from pipeline.syntax import Span as Tokens
from pipeline.tagger import Tagged, default_tagger
from pipeline.words import Word

CHOICE = "DATELINE_TAGGER"
"""Environment variable: ``own`` (default) or ``spacy``."""

SEGMENT_CHARACTERS = 20_000
"""Longest text read at once."""

# Characters that the rules and the models know under a plainer one. One for one, so that offsets
# hold.
_PLAIN = str.maketrans(
    {"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2019": "'", "\u2018": "'", "\u2011": "-"}
    | {"\n": " ", "\r": " ", "\t": " "}
)
_STRAIGHT = str.maketrans("\u201c\u201d", '""')
_SHOUTED = 0.8
_SHORT = 30

_BREAK = re.compile(r"\n\s*\n|(?<=[.!?:\"”’)])[^\S\n]*\n")
"""Between two paragraphs: a blank line, or a line that ends as sentences do."""

_ORDINAL = re.compile(
    r"first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d+(?:st|nd|rd|th)",
    re.IGNORECASE,
)
_ENTITIES = {"LOC": "GPE", "PER": "PERSON"}


class Tagging(Protocol):
    """A model that reads texts."""

    @property
    def version(self) -> str:
        """Name and version, as the table's ``recognizer`` column has it."""

    def tag(
        self, documents: Sequence[Sequence[str]], *, events: bool = False
    ) -> list[list[Tagged]]:
        """Read documents, each a sequence of texts in their order; events too, if it can."""


@lru_cache(maxsize=1)
def load() -> Tagging:
    """Load the model that the environment chooses, once per process.

    Raises
    ------
    ValueError
        If `CHOICE` names none.
    OSError
        If its files are missing; the message says how to get them.
    """
    choice = os.environ.get(CHOICE, "own")
    if choice == "own":
        return default_tagger()
    if choice != "spacy":
        raise ValueError(f"{CHOICE} is {choice!r}; it can be own or spacy")
    try:
        from pipeline.spacy_tagger import SpacyTagger  # noqa: PLC0415  # an extra
    except ImportError as error:
        raise OSError("spaCy is not installed: pip install '.[spacy]'") from error
    return SpacyTagger()


def version() -> str:
    """Name and version of the model, as the table's ``recognizer`` column has it."""
    return load().version


def segments(document: Document) -> list[Span]:
    """Cut a document's prose into texts for the model: headline and paragraphs, in order.

    A paragraph over `SEGMENT_CHARACTERS` is cut at the last sentence end or space before it.
    """
    spans = [span for span in (document.headline, *document.paragraphs) if span is not None]
    return [piece for span in sorted(spans, key=lambda span: span.start) for piece in cut(span)]


@dataclass(frozen=True, slots=True)
class Parsed:
    """A piece of a document as read: the piece, its syntax, what the model said, if headline."""

    span: Span
    doc: Doc
    tagged: Tagged
    is_headline: bool = False

    def spot(self, start: int, end: int) -> Span:
        """The span of the document from character `start` to `end` of this piece."""
        return Span(self.span.start + start, self.span.start + end, self.span.text[start:end])

    def tokens(self, start: int, end: int) -> Tokens | None:
        """The tokens of a span of the document; None if it lies outside of this piece."""
        if start < self.span.start or end > self.span.end:
            return None
        return self.doc.char_span(
            start - self.span.start, end - self.span.start, alignment_mode="expand"
        )


def parse(documents: Sequence[Document]) -> list[list[Parsed]]:
    """Read documents in one batch, their events too.

    Returns
    -------
    list of list of Parsed
        Aligned with `documents`.
    """
    found = parse_pieces([segments(document) for document in documents], events=True)
    for document, pieces in zip(documents, found, strict=True):
        chronicle = [entry for entry in document.entries if entry.is_dated]
        for piece in pieces:
            if any(entry.start <= piece.span.start < entry.end for entry in chronicle):
                piece.doc.told_as_past()
    return [
        [replace(piece, is_headline=piece.span == document.headline) for piece in pieces]
        for document, pieces in zip(documents, found, strict=True)
    ]


def parse_pieces(
    documents: Sequence[Sequence[Span]], *, events: bool = False
) -> list[list[Parsed]]:
    """Read documents that are cut into pieces already; with `events`, the event reader does too."""
    texts = [[piece.text.translate(_PLAIN) for piece in pieces] for pieces in documents]
    read = load().tag([[readable(text) for text in plain] for plain in texts], events=events)
    return [
        _chained(
            Parsed(piece, _syntax(piece.text, text, tagged), tagged)
            for piece, text, tagged in zip(pieces, plain, found, strict=True)
        )
        for pieces, plain, found in zip(documents, texts, read, strict=True)
    ]


def _chained(pieces: Iterable[Parsed]) -> list[Parsed]:
    """Tie each piece of a document to the one before: "he" may be named a paragraph earlier."""
    found = list(pieces)
    for before, piece in pairwise(found):
        piece.doc.earlier = before.doc
    return found


def readable(text: str) -> str:
    """A text as the models know such: plain spaces, straight quotes, and no shouting.

    A text in capitals has no letter shapes to tell names by; in lower case the tagger finds more.
    Offsets hold.
    """
    text = text.translate(_PLAIN)
    letters = sum(map(str.isalpha, text))
    shouted = sum(map(str.isupper, text)) > _SHOUTED * letters
    lowered = text.lower() if shouted and letters > _SHORT else text
    # "İ" becomes two characters, and offsets have to hold.
    return (lowered if len(lowered) == len(text) else text).translate(_STRAIGHT)


def parse_texts(texts: Iterable[str]) -> Iterator[Doc]:
    """Read bare texts, each alone.

    Offsets of each result are those of its text, which it has with plain spaces, apostrophes and
    hyphens for others.
    """
    pieces = [[Span(0, len(text), text)] for text in texts]
    for (piece,) in parse_pieces(pieces):
        yield piece.doc


def _syntax(text: str, plain: str, tagged: Tagged) -> Doc:
    """What the model said as the rules read it; a paragraph starts a sentence, no name is cut."""
    starts = list(tagged.starts)
    for name in tagged.names:
        starts[name.start + 1 : name.end] = [False] * (name.end - name.start - 1)
    if "\n" in text:
        for number, (word, other) in enumerate(pairwise(tagged.words), 1):
            if other.start - word.end > 0 and _BREAK.search(text, word.end - 1, other.start):
                starts[number] = True
    words = [Word(start, end, plain[start:end]) for start, end, _ in tagged.words]
    return Doc(
        plain,
        words,
        heads=tagged.heads,
        labels=tagged.labels,
        tags=[_tense(word.text, tag) for word, tag in zip(words, tagged.tags, strict=True)],
        starts=starts,
        entities=sorted(_entities(tagged)),
    )


def _tense(word: str, tag: str) -> str:
    """Mend a present tense that ends as a past one: "Rebels shelled Aleppo" is read so at times."""
    if tag not in {"VBZ", "VBP"}:
        return tag
    past = word.lower().endswith("ed") and not word.lower().endswith("eed")
    return "VBD" if past else tag


def _entities(tagged: Tagged) -> Iterator[tuple[int, int, str]]:
    """Names under the labels that the rules know, and numbers outside of them."""
    taken: set[int] = set()
    for name in tagged.names:
        yield name.start, name.end, _ENTITIES.get(name.label, name.label)
        taken.update(range(name.start, name.end))
    for number, (word, tag) in enumerate(zip(tagged.words, tagged.tags, strict=True)):
        if number in taken:
            continue
        if _ORDINAL.fullmatch(word.text):
            yield number, number + 1, "ORDINAL"
        elif tag == "CD":
            yield number, number + 1, "CARDINAL"


def paragraphs(text: str) -> Iterator[Span]:
    """Cut a bare text into its paragraphs, none longer than `SEGMENT_CHARACTERS`."""
    start = 0
    for end, following in [*((m.start(), m.end()) for m in _BREAK.finditer(text)), (len(text), 0)]:
        if end > start:
            yield from cut(Span(start, end, text[start:end]))
        start = following


def cut(span: Span) -> Iterator[Span]:
    """Cut a span into pieces of at most `SEGMENT_CHARACTERS`, at a sentence end or a space."""
    cuts = [0]
    while len(span.text) - cuts[-1] > SEGMENT_CHARACTERS:
        window = span.text[cuts[-1] : cuts[-1] + SEGMENT_CHARACTERS]
        at = max(window.rfind(". ") + 1, 0) or window.rfind(" ")
        cuts.append(cuts[-1] + (at if at > 0 else SEGMENT_CHARACTERS))
    for start, end in pairwise([*cuts, len(span.text)]):
        yield Span(span.start + start, span.start + end, span.text[start:end])
