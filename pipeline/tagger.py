"""The tagger: one pass of our small transformer over a text gives all that the rules read.

The model is MiniLM-L6 (Wang et al. 2020) with letter shapes as a second input, trained by
`pipeline.train` and run by onnxruntime with 8-bit weights; data/tagger/README.md is its model card.
"""

import json
import os
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from pipeline.reader import Reader, Reading, session
from pipeline.wordpieces import pieces
from pipeline.words import SHAPES, Word, shape, words

FOLDER = Path(__file__).resolve().parents[1] / "data" / "tagger"
"""Where the model's files lie: ``model.onnx``, ``vocabulary.txt`` and ``labels.json``."""

WINDOW = 128
"""Word pieces that the model sees at once, the two end marks among them, as it was trained."""

OVERLAP = 32
"""Word pieces that neighbouring windows share; each word is read in the window where it is more
central."""

PIECES = 10
"""Word pieces of one word that are read; what is longer is no word but a URL or a hash."""

FIRST, LAST, UNKNOWN = 101, 102, 100
"""The vocabulary's [CLS], [SEP] and [UNK]."""

CONTINUES = 8
"""Added to the shape of a piece that does not begin its word."""

HIDDEN = "hidden"
"""The model's output of vectors from which the event reader goes on, a row a word piece."""

_ENDS = frozenset(".!?")
_STOPS = frozenset(".!?:;…\"”’')]")

Array = np.ndarray[Any, np.dtype[Any]]


class Name(NamedTuple):
    """A name in a text: words ``start`` to ``end`` (exclusive), its label and how likely it is."""

    start: int
    end: int
    label: str
    probability: float


class _Pieces(NamedTuple):
    """A word as the model sees it: ids of its pieces and their shapes."""

    ids: list[int]
    shapes: list[int]


@dataclass(frozen=True, slots=True)
class Tagged:
    """A text as the tagger reads it.

    Attributes
    ----------
    words : tuple of Word
        The n words, with offsets into the text.
    names : tuple of Name
        LOC, FAC, NORP, ORG, PER, DATE and MISC, sorted, not overlapping.
    toponyms : tuple of Name
        TOP (a place) and ADJ (its people or adjective), also inside other names.
    place : ndarray of float, shape (n,)
        How likely each word is part of a toponym.
    tags, labels : tuple of str
        Penn Treebank tag and dependency label of each word.
    heads : tuple of int
        Index of each word's head; its own for a root. Not necessarily a tree.
    starts : tuple of bool
        Whether a sentence starts at the word.
    reading : Reading or None
        What the event reader says, if it was asked.
    """

    words: tuple[Word, ...]
    names: tuple[Name, ...]
    toponyms: tuple[Name, ...]
    place: Array
    tags: tuple[str, ...]
    labels: tuple[str, ...]
    heads: tuple[int, ...]
    starts: tuple[bool, ...]
    reading: Reading | None = None


class Pass(NamedTuple):
    """A window of a document as the network sees it: what the event reader learns from.

    Attributes
    ----------
    words : list of (int, Word)
        Its n words, each with the number of its text.
    first : ndarray of int64, shape (n,)
        Index of each word's first piece.
    hidden : ndarray of float32, shape (1, p, size)
        Vectors of its p pieces.
    toponyms, places : ndarray of bool, shape (n,)
        Whether each word is part of a toponym, of the name of a place or a facility.
    """

    words: list[tuple[int, Word]]
    first: Array
    hidden: Array
    toponyms: Array
    places: Array


class Tagger:
    """Reads texts with the model in a folder.

    Parameters
    ----------
    folder : Path
        See `FOLDER`.
    threads : int, optional
        Windows read side by side; as many as the machine has cores by default.

    Raises
    ------
    FileNotFoundError
        If the folder lacks a file of the model.
    """

    def __init__(self, folder: Path = FOLDER, *, threads: int | None = None) -> None:
        for name in ("model.onnx", "vocabulary.txt", "labels.json"):
            if not (folder / name).is_file():
                raise FileNotFoundError(f"no {name} of the tagger in {folder}")
        self._labels: dict[str, list[str]] = json.loads((folder / "labels.json").read_text("utf-8"))
        lines = (folder / "vocabulary.txt").read_text("utf-8").rstrip("\n").split("\n")
        self._vocabulary = {piece: number for number, piece in enumerate(lines)}
        self._piece_ids = lru_cache(maxsize=50_000)(self._cut)
        self._pool = ThreadPoolExecutor(threads or os.cpu_count() or 1, "tagger")
        self._session = session(folder / "model.onnx")

    @cached_property
    def version(self) -> str:
        """Names and versions of the tagger and of the event reader on it."""
        return f"{self._labels['version'][0]}+{self.reader.version}"

    @cached_property
    def reader(self) -> Reader:
        """The event reader, loaded when it is first asked."""
        return Reader()

    def tag(
        self, documents: Sequence[Sequence[str]], *, events: bool = False
    ) -> list[list[Tagged]]:
        """Read documents, each a sequence of texts (headline, paragraphs) in their order.

        With `events` the event reader goes on from each pass (a quarter of the time on top).

        Texts of a document are read together, so that each is seen in its context; a sentence
        always starts at the start of a text. A text without a stop at its end (a headline) gets one
        for the model's eyes, or it would run on into the next.
        """
        cut = [[tuple(words(text)) for text in texts] for texts in documents]
        streams = [[word for text in texts for word in _stopped(text)] for texts in cut]
        found = self._read(streams, events=events)
        return [list(self._tagged(texts, arrays)) for texts, arrays in zip(cut, found, strict=True)]

    def passes(self, texts: Sequence[str]) -> Iterator[Pass]:
        """The windows of a document, a sequence of texts, with what the network sees of each."""
        stream = [
            (number, word)
            for number, text in enumerate(texts)
            for word in _stopped(tuple(words(text)))
        ]
        pieces = [self._piece_ids(word.text) for _, word in stream]
        stops = [index for index, (_, word) in enumerate(stream) if word.text in _ENDS]
        kinds = [label.partition("-")[2] for label in self._labels["names"]]
        place = np.isin(kinds, ("LOC", "FAC"))
        for first, last in _windows([len(one.ids) for one in pieces], stops):
            inputs = _inputs(pieces[first:last])
            names, toponyms, hidden = self._session.run(["names", "toponyms", HIDDEN], inputs)
            yield Pass(
                stream[first:last],
                inputs["first"][0],
                hidden,
                toponyms[0].argmax(-1) > 0,
                place[names[0].argmax(-1)],
            )

    def _cut(self, word: str) -> _Pieces:
        ids = pieces(word, self._vocabulary, UNKNOWN)[:PIECES] or [UNKNOWN]
        own = shape(word)
        return _Pieces(ids, [own, *[own + CONTINUES] * (len(ids) - 1)])

    def _read(self, streams: Sequence[Sequence[Word]], *, events: bool) -> list[dict[str, Array]]:
        """Run the model over word sequences; arrays of each, one row a word.

        One window a run: 8-bit layers scale by the largest value that they see, so that a window's
        result would depend on what stands beside it in a batch. Runs go side by side instead.
        """
        pieces = [[self._piece_ids(word.text) for word in stream] for stream in streams]
        results = [self._empty(len(stream), events=events) for stream in streams]
        windows = [
            (number, first, last)
            for number, counts in enumerate(pieces)
            for first, last in _windows(
                [len(one.ids) for one in counts],
                [index for index, word in enumerate(streams[number]) if word.text in _ENDS],
            )
        ]
        inputs = (_inputs(pieces[n][a:z]) for n, a, z in windows)
        for (number, first, last), values in zip(
            windows, self._pool.map(self._run_all if events else self._run, inputs), strict=True
        ):
            _keep(results[number], values, first, last)
        return results

    def _run(self, inputs: dict[str, Array]) -> dict[str, Array]:
        values = self._session.run(list(_OUTPUTS), inputs)
        return dict(zip(_OUTPUTS, values, strict=True))

    def _run_all(self, inputs: dict[str, Array]) -> dict[str, Array]:
        *values, hidden = self._session.run([*_OUTPUTS, HIDDEN], inputs)
        more = self.reader.read(hidden, inputs["first"][0])
        return dict(zip((*_OUTPUTS, *Reader.outputs), (*values, *more), strict=True))

    def _empty(self, count: int, *, events: bool) -> dict[str, Array]:
        widths = self.reader.widths if events else {}
        return {
            **{key: np.zeros((count, width), np.float32) for key, width in widths.items()},
            "central": np.full(count, -1),
            "names": np.zeros((count, len(self._labels["names"])), np.float32),
            "toponyms": np.zeros((count, len(self._labels["toponyms"])), np.float32),
            "starts": np.zeros(count, np.float32),
            **{key: np.zeros(count, np.int64) for key in ("tags", "heads", "labels")},
        }

    def _tagged(
        self, texts: Sequence[tuple[Word, ...]], arrays: dict[str, Array]
    ) -> Iterator[Tagged]:
        """Cut what was read of a document into its texts; heads stay inside of them.

        Arrays become lists for the document as a whole: its texts are short and many.
        """
        tags = [self._labels["tags"][index] for index in arrays["tags"].tolist()]
        labels = [self._labels["labels"][index] for index in arrays["labels"].tolist()]
        heads = arrays["heads"].tolist()
        starts = (arrays["starts"] > 0.5).tolist()
        names, toponyms = (_Runs(arrays[key], self._labels[key]) for key in ("names", "toponyms"))
        place = 1.0 - arrays["toponyms"][:, 0]
        reading = Reading(*(arrays[key] for key in Reader.outputs)) if "events" in arrays else None
        ends = [0, *accumulate(len(_stopped(text)) for text in texts)]
        for found, start in zip(texts, ends[:-1], strict=True):
            end = start + len(found)
            yield Tagged(
                found,
                tuple(names.between(start, end)),
                tuple(toponyms.between(start, end)),
                place[start:end],
                tuple(tags[start:end]),
                tuple(labels[start:end]),
                tuple(
                    head - start if start <= head < end else own
                    for own, head in enumerate(heads[start:end])
                ),
                (True, *starts[start + 1 : end])[: len(found)],
                None if reading is None else reading.cut(start, end),
            )


_OUTPUTS = ("names", "toponyms", "tags", "starts", "heads", "labels")


@lru_cache(maxsize=1)
def default_tagger() -> Tagger:
    """The shipped tagger, loaded once per process."""
    return Tagger()


def _stopped(found: tuple[Word, ...]) -> tuple[Word, ...]:
    """Words with a stop after the last, if there is none."""
    if not found or found[-1].text in _STOPS:
        return found
    return (*found, Word(found[-1].end, found[-1].end, "."))


def _inputs(found: Sequence[_Pieces]) -> dict[str, Array]:
    """Piece ids, shapes, mask, and the first piece of each word, of one window with its marks."""
    ids, shapes, first = [FIRST], [SHAPES - 1], []
    for word in found:
        first.append(len(ids))
        ids += word.ids
        shapes += word.shapes
    return {
        "ids": np.array([[*ids, LAST]], np.int64),
        "shapes": np.array([[*shapes, SHAPES - 1]], np.int64),
        "mask": np.ones((1, len(ids) + 1), np.int64),
        "first": np.array([first], np.int64),
    }


def _windows(counts: Sequence[int], stops: Collection[int] = ()) -> Iterator[tuple[int, int]]:
    """First and last (exclusive) word of windows over words with `counts` pieces each.

    A window ends after a stop (`stops` are the indices of words that end a sentence) if there is
    one in its last half, and the next begins there; else the two overlap.
    """
    ends = [0, *accumulate(counts)]
    after = np.array(sorted(stops), dtype=np.int64) + 1
    first = 0
    while first < len(counts):
        last = int(np.searchsorted(ends, ends[first] + WINDOW - 2, side="right")) - 1
        last = max(last, first + 1)
        if last == len(counts):
            yield first, last
            return
        found = int(np.searchsorted(after, last, side="right")) - 1
        if found >= 0 and after[found] > (first + last) // 2:
            last = int(after[found])
            yield first, last
            first = last
        else:
            yield first, last
            first = max(int(np.searchsorted(ends, ends[last] - OVERLAP)), first + 1)


def _keep(result: dict[str, Array], outputs: dict[str, Array], first: int, last: int) -> None:
    """Write a window's words into its document where they are more central than before."""
    count = last - first
    before, after = np.arange(count), np.arange(count)[::-1]
    if first == 0:
        before = np.full(count, WINDOW)
    if last == len(result["central"]):
        after = np.full(count, WINDOW)
    central = np.minimum(before, after)
    better = central > result["central"][first:last]
    result["central"][first:last][better] = central[better]
    for key, (values,) in outputs.items():
        result[key][first:last][better] = (values + first if key == "heads" else values)[better]


class _Runs:
    """Names of a document, as runs of one label.

    Parameters
    ----------
    probabilities : ndarray, shape (n, L)
        Of each word for each label, the first of which is to be in no name.
    labels : sequence of str
        ``O``, ``B-LOC``, ``I-LOC``, ...
    """

    def __init__(self, probabilities: Array, labels: Sequence[str]) -> None:
        self._best: list[int] = probabilities.argmax(axis=1).tolist()
        self._inside: list[float] = (1.0 - probabilities[:, 0]).tolist()
        self._labels = [label.partition("-")[::2] for label in labels]

    def between(self, first: int, last: int) -> Iterator[Name]:
        """Names of the words `first` to `last` (exclusive), counted from the first of them.

        Their probability is the least of their words' not to be outside.
        """
        inside = self._inside[first:last]
        start, kind = 0, ""
        for index, number in enumerate([*self._best[first:last], 0]):
            if not number and not kind:
                continue
            prefix, label = self._labels[number]
            if kind and not (prefix == "I" and label == kind):
                yield Name(start, index, kind, min(inside[start:index]))
                kind = ""
            if label and not kind:
                start, kind = index, label
