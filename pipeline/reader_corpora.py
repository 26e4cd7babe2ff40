"""What the event reader learns from: windows of texts, with what is annotated of their words.

Only `pipeline.train_reader` and its helpers import this module. The corpora are not part of this
repository; `ANNOTATIONS` says, by offsets alone, what was annotated on some of their sentences.
"""

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from geo.schema import EVENT_TYPES
from pipeline import model
from pipeline.reader import FOLDER, MODALITIES
from pipeline.tagger import Pass, Tagger

ANNOTATIONS: Final = FOLDER / "annotations.tsv"
UNKNOWN: Final = -100
"""A label that nobody gave: it counts in no loss."""

NONE_MARKED: Final = frozenset({"Masdar_RA"})
"""A source of the corpus of places whose annotator marked hardly any, where others mark them."""

PARTS: Final = 5
FILES: Final = {
    "newswire": "ner/worldwide_newswire.jsonl.gz",
    "muc": "events/muc_dev.jsonl.gz",
    "india": "events/india_police_dev.jsonl.gz",
    "evloc": "events/event_location_dev.jsonl.gz",
    "quad": "events/cameo_quad_dev.jsonl.gz",
    "gsr": "events/plover_gsr_dev.jsonl.gz",
    "lgl": "geoparse/lgl.jsonl.gz",
    "geovirus": "geoparse/geovirus.jsonl.gz",
    "aquaint": "time/aquaint.jsonl.gz",
    "timebank": "time/timebank.jsonl.gz",
    "written": str(FOLDER / "written.jsonl"),
}
"""Corpora, as data/reader/README.md tells of them, within the folder that is given; the last one,
written for the project, is part of it."""

LABELLED: Final = frozenset({"evloc", "quad", "gsr"})
"""Corpora that have labels of their own; of the others only annotated documents are read."""

OLD_NAMES: Final = {
    "DEMAND": "REQUEST", "DISAPPROVE": "ACCUSE", "INVESTIGATE": "ACCUSE", "FIGHT": "ASSAULT",
}  # fmt: skip
"""Categories of PLOVER's first draft, as 2.0 has them."""

Array = np.ndarray[Any, np.dtype[Any]]
Offsets = tuple[int, int]


class Told(NamedTuple):
    """An annotated event.

    Attributes
    ----------
    start, end : int
        Of its word.
    event_type, modality : str
    places : tuple of pair of int
        Words that name its place: of its sentence; if it names none and `whole`, of the document.
    whole : bool
        It was annotated by the whole document: `times` and `first` tell something.
    times : tuple of pair of int
        Words, anywhere in the document, that tell when it happened.
    first : int or None
        Where the word begins that tells the same happening first, if an earlier one does.
    """

    start: int
    end: int
    event_type: str
    modality: str
    places: tuple[Offsets, ...]
    whole: bool = False
    times: tuple[Offsets, ...] = ()
    first: int | None = None


@dataclass(slots=True)
class Notes:
    """What was annotated on a document: the sentences that were read, and their events."""

    sentences: list[Offsets] = field(default_factory=list)
    events: list[Told] = field(default_factory=list)


class Link(NamedTuple):
    """The word of an event, words that name places, and which of them name the event's."""

    word: int
    places: Array
    right: Array


@dataclass(slots=True)
class Window:
    """A window of a text with its labels; n words, p pieces.

    Attributes
    ----------
    corpus : str
    key : str
        Of the document in its corpus.
    held : bool
        It is of the fifth of documents that figures are counted on.
    hidden : ndarray of float16, shape (p, size)
        As the tagger's output has it.
    first : ndarray of int64, shape (n,)
        Index of each word's first piece.
    spans : list of pair of int
        Offsets of each word in the text.
    named : ndarray of bool, shape (n,)
        The tagger takes the word for part of a place's name.
    events, told : ndarray of int64, shape (n,)
        Category (0 for no event) and modality of the event that each word tells, or `UNKNOWN`.
    some : list of int
        Words that tell an event of an unknown category.
    links : list of Link
    placed : bool
        The annotation names a place of the (only) event.
    quad, category : int
        What the text tells as a whole: CAMEO's quad class, PLOVER's category; or `UNKNOWN`.
    """

    corpus: str
    key: str
    held: bool
    hidden: Array
    first: Array
    spans: list[Offsets]
    named: Array
    events: Array
    told: Array
    some: list[int] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    placed: bool = False
    quad: int = UNKNOWN
    category: int = UNKNOWN

    def words(self, start: int, end: int) -> list[int]:
        """Words that a span of the text touches."""
        return [n for n, (low, high) in enumerate(self.spans) if low < end and start < high > low]


def read_annotations(path: Path = ANNOTATIONS) -> dict[tuple[str, str], Notes]:
    """Annotations by corpus and document.

    A row has corpus, document (its id, or its line counted from 0), and the offsets of a sentence
    that was read; or of an event's word, and then category, modality and its places' offsets; and,
    where the whole document was read for it, those of its time, and where its first telling begins.
    """
    found: dict[tuple[str, str], Notes] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        corpus, document, start, end, *event = line.split("\t")
        notes = found.setdefault((corpus, document), Notes())
        if not event:
            notes.sentences.append((int(start), int(end)))
            continue
        event_type, modality, places, *whole = event
        told = Told(int(start), int(end), event_type, modality, _spans(places))
        if whole:
            times, first = whole
            told = told._replace(
                whole=True, times=_spans(times), first=int(first) if first else None
            )
        notes.events.append(told)
    return found


def _spans(text: str) -> tuple[Offsets, ...]:
    pairs = (part.split("-") for part in text.split(";") if part)
    return tuple((int(start), int(end)) for start, end in pairs)


def is_held(text: str) -> bool:
    """Tell whether a text is of the fifth that figures are counted on, by a hash of it."""
    return int(hashlib.sha256(text.strip().encode()).hexdigest(), 16) % PARTS == 0


def is_second(corpus: str, key: str) -> bool:
    """Tell whether a document is one of the second written texts, which are denser than news."""
    return corpus == "written" and key.startswith("k")


def texts(corpora: Path, notes: Mapping[tuple[str, str], Notes]) -> Iterator[tuple[str, str, str]]:
    """Corpus, key and text of the annotated documents.

    Raises
    ------
    FileNotFoundError
        If a corpus of theirs is not there.
    """
    for corpus in dict.fromkeys(corpus for corpus, _ in notes):
        for key, record in _records(corpora, corpus):
            if (corpus, key) in notes:
                yield corpus, key, record["text"]


def _records(corpora: Path, corpus: str) -> Iterator[tuple[str, dict[str, Any]]]:
    path = corpora / FILES[corpus]
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            record = json.loads(line)
            yield str(record.get("doc_id", number)), record


def windows(
    corpora: Path, corpus: str, tagger: Tagger, notes: Mapping[tuple[str, str], Notes]
) -> Iterator[Window]:
    """Read a corpus with the tagger and label its windows.

    Parameters
    ----------
    corpora : Path
        Folder of `FILES`.
    corpus : str
        A key of `FILES`.
    tagger : Tagger
    notes : mapping
        Of `read_annotations`.

    Raises
    ------
    FileNotFoundError
        If the corpus is not there.
    """
    for key, record in _records(corpora, corpus):
        annotated = notes.get((corpus, key))
        if corpus not in LABELLED and annotated is None:
            continue
        if corpus == "evloc" and (record["source"] in NONE_MARKED or len(record["verb"]) != 1):
            continue
        for window in seen(corpus, key, record["text"], tagger):
            if annotated is not None:
                annotate(window, annotated)
            _label(window, corpus, record)
            yield window


def own_sentences(path: Path, tagger: Tagger) -> Iterator[Window]:
    """The project's own sentences: a category (or ``none``) and a text a line."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        label, text = line.split("\t")
        for window in seen("own", str(number), text, tagger):
            if label == "none":
                window.quad = 0
            else:
                window.category = EVENT_TYPES.index(label)
            yield window


def seen(corpus: str, key: str, text: str, tagger: Tagger) -> Iterator[Window]:
    """Windows of a text as the tagger reads it, without labels."""
    pieces = list(model.paragraphs(text))
    for one in tagger.passes([model.readable(piece.text) for piece in pieces]):
        spans = [
            (pieces[number].start + word.start, pieces[number].start + word.end)
            for number, word in one.words
        ]
        count = len(spans)
        yield Window(
            corpus,
            key,
            is_held(text),
            one.hidden[0].astype(np.float16),
            one.first,
            spans,
            _named(one),
            np.full(count, UNKNOWN),
            np.full(count, UNKNOWN),
        )


def _named(one: Pass) -> Array:
    named: Array = one.toponyms | one.places
    return named


def annotate(window: Window, notes: Notes) -> None:
    """Give a window the labels of the sentences that were read."""
    for start, end in notes.sentences:
        window.events[window.words(start, end)] = 0
    for told in notes.events:
        words = window.words(told.start, told.end)
        if not words:
            continue
        window.events[words[0]] = 1 + EVENT_TYPES.index(told.event_type)
        window.told[words[0]] = MODALITIES.index(told.modality)
        sentence = next((s for s in notes.sentences if s[0] <= told.start < s[1]), None)
        if sentence is not None and window.corpus != "evloc":
            named = any(start < sentence[1] and sentence[0] < end for start, end in told.places)
            first = 0 if told.whole and not named else sentence[0]
            link(window, words[0], told.places, window.words(first, sentence[1]))


def link(window: Window, word: int, places: Iterable[Offsets], within: Sequence[int]) -> None:
    """Tell which of the places named within some words are an event's."""
    right = np.zeros(len(window.spans), bool)
    for start, end in places:
        right[window.words(start, end)] = True
    near = np.zeros(len(window.spans), bool)
    near[list(within)] = True
    candidates = np.flatnonzero(right | (near & window.named))
    window.links.append(Link(word, candidates, right[candidates]))


def _label(window: Window, corpus: str, record: Mapping[str, Any]) -> None:
    """Labels that the corpus itself has."""
    if corpus == "evloc":
        words = window.words(record["verb"][0]["start"], record["verb"][0]["end"])
        if words:
            window.some.append(words[0])
            places = [(place["start"], place["end"]) for place in record["locations"]]
            window.placed = bool(places)
            link(window, words[0], places, range(len(window.spans)))
    elif corpus == "quad":
        window.quad = int(record["label"])
    elif corpus == "gsr":
        window.category = EVENT_TYPES.index(OLD_NAMES.get(record["label"], record["label"]))
