"""Corpora: annotated texts of others as examples for the tagger, words with a label each.

The corpora are not part of this repository. A folder holds them as gzipped JSON lines:

    ner/worldwide_newswire.jsonl.gz   doc_id, text, spans (start, end, label)
    ner/crossner.jsonl.gz             the same, a sentence a line
    geoparse/lgl.jsonl.gz             doc_id, text, toponyms (start, end, adjectival)
    geoparse/geovirus.jsonl.gz        the same

Offsets are Unicode code points, end exclusive. Each corpus annotates a part of what the tagger
yields; what it leaves open is `IGNORE`, which no loss counts.
"""

import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple

from pipeline.words import Word, words

KINDS: Final = ("LOC", "FAC", "NORP", "ORG", "PER", "DATE", "MISC")
NAMES: Final = ("O", *(f"{prefix}-{kind}" for kind in KINDS for prefix in "BI"))
"""Labels of names, in the order of the model's output."""

TOPONYMS: Final = ("O", "B-TOP", "I-TOP", "B-ADJ", "I-ADJ")
"""Labels of toponyms: places, and adjectives or peoples of places."""

IGNORE: Final = -100
"""Label of a word of which a corpus says nothing; PyTorch's own for that."""

FILES: Final = {
    "newswire": "ner/worldwide_newswire.jsonl.gz",
    "crossner": "ner/crossner.jsonl.gz",
    "lgl": "geoparse/lgl.jsonl.gz",
    "geovirus": "geoparse/geovirus.jsonl.gz",
}

_JOINED_WORDS = 110  # of CrossNER's sentences: about a window
# The corpora's labels as ours. None: leave the words open, since we would name some and not others.
_NEWSWIRE: Final = {
    "Location": "LOC",
    "Facility": "FAC",
    "NORP": "NORP",
    "Organization": "ORG",
    "Person": "PER",
    "Date": "DATE",
    "Misc": "MISC",
    "Product": "MISC",
    "Money": "O",
}
_CROSSNER: Final = {
    "location": "LOC",
    "country": "LOC",
    "organisation": "ORG",
    "politicalparty": "ORG",
    "university": "ORG",
    "band": "ORG",
    "person": "PER",
    "politician": "PER",
    "writer": "PER",
    "musicalartist": "PER",
    "scientist": "PER",
    "researcher": "PER",
    "event": "MISC",
    "election": "MISC",
}
_BEGIN_PLACE, _BEGIN_PEOPLE = TOPONYMS.index("B-TOP"), TOPONYMS.index("B-ADJ")


class Parse(NamedTuple):
    """What the teacher says of a text's n words.

    Attributes
    ----------
    tags, labels : tuple of str
        Penn Treebank tag and dependency label of each word.
    heads : tuple of int
        Index of each word's head; its own for a root.
    starts : tuple of bool
        Whether a sentence starts at the word.
    """

    tags: tuple[str, ...]
    labels: tuple[str, ...]
    heads: tuple[int, ...]
    starts: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """An annotated text.

    Attributes
    ----------
    corpus : str
        A key of `FILES`.
    doc_id, text : str
    words : tuple of Word
        The n words, with offsets into the text.
    names, toponyms : tuple of int
        Index into `NAMES` and `TOPONYMS` of each word, or `IGNORE`.
    gold : tuple of (int, int)
        Offsets of the annotated toponyms, as the corpus has them; empty for the newswire and
        CrossNER.
    parse : Parse or None
        The teacher's; None before it was asked.
    """

    corpus: str
    doc_id: str
    text: str
    words: tuple[Word, ...]
    names: tuple[int, ...]
    toponyms: tuple[int, ...]
    gold: tuple[tuple[int, int], ...] = ()
    parse: Parse | None = None


def read(folder: Path, corpus: str, is_people: Callable[[str], bool]) -> list[Example]:
    """Read one corpus; texts without a word are left out.

    Parameters
    ----------
    folder : Path
        See the head of this module.
    corpus : str
        A key of `FILES`.
    is_people : callable
        Whether a word or name is a demonym of a place: "Turkish", "Afghans".

    Raises
    ------
    FileNotFoundError
        If the folder lacks the corpus; the message tells which file.
    """
    path = folder / FILES[corpus]
    if not path.is_file():
        raise FileNotFoundError(f"no corpus {path}: name the folder that holds {FILES[corpus]}")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        found = [example(corpus, json.loads(line), is_people) for line in lines]
    return [item for item in found if item.words]


def example(corpus: str, record: Mapping[str, Any], is_people: Callable[[str], bool]) -> Example:
    """Cut a record of a corpus into words and label them; see `read`."""
    text = record["text"]
    cut = tuple(words(text))
    if corpus in {"newswire", "crossner"}:
        names, toponyms = _named(corpus, text, cut, record["spans"], is_people)
        gold: tuple[tuple[int, int], ...] = ()
    else:
        names = [IGNORE] * len(cut)
        toponyms = _placed(corpus, cut, record["toponyms"], is_people)
        gold = tuple((span["start"], span["end"]) for span in record["toponyms"])
    return Example(corpus, str(record["doc_id"]), text, cut, tuple(names), tuple(toponyms), gold)


def _named(
    corpus: str,
    text: str,
    cut: Sequence[Word],
    spans: Iterable[Mapping[str, Any]],
    is_people: Callable[[str], bool],
) -> tuple[list[int], list[int]]:
    """Labels of names and toponyms where the corpus annotates all names."""
    names, toponyms = [0] * len(cut), [0] * len(cut)
    kinds = _NEWSWIRE if corpus == "newswire" else _CROSSNER
    for span in spans:
        start, end = span["start"], span["end"]
        kind = kinds.get(span["label"])
        if kind == "O":
            continue
        put(names, cut, (start, end), None if kind is None else NAMES.index(f"B-{kind}"))
        if kind == "LOC":
            put(toponyms, cut, (start, end), _BEGIN_PLACE)
        elif kind == "NORP" and is_people(text[start:end]):
            put(toponyms, cut, (start, end), _BEGIN_PEOPLE)
        elif kind in {None, "FAC", "NORP"}:
            # Some are places to some corpora: "Heathrow"; "Muslim" is of none, "Iranian" may be.
            put(toponyms, cut, (start, end), None)
    return names, toponyms


def _placed(
    corpus: str,
    cut: Sequence[Word],
    spans: Iterable[Mapping[str, Any]],
    is_people: Callable[[str], bool],
) -> list[int]:
    """Labels of toponyms where the corpus annotates nothing else."""
    toponyms = [0] * len(cut)
    if corpus == "geovirus":  # it leaves demonyms out, LGL has them
        for index, word in enumerate(cut):
            if word.text[0].isupper() and is_people(word.text):
                toponyms[index] = IGNORE
    for span in spans:
        begin = _BEGIN_PEOPLE if span.get("adjectival") else _BEGIN_PLACE
        put(toponyms, cut, (span["start"], span["end"]), begin)
    return toponyms


def put(labels: list[int], cut: Sequence[Word], span: tuple[int, int], begin: int | None) -> None:
    """Label the words of a span in place.

    Parameters
    ----------
    labels : list of int
        One of each word; changed.
    cut : sequence of Word
    span : (int, int)
        Offsets into the text, end exclusive. A word that lies only in part in it gets `IGNORE`.
    begin : int or None
        Label of the first word; the others get the next number. None: all get `IGNORE`.
    """
    start, end = span
    label = IGNORE if begin is None else begin
    for index, word in enumerate(cut):
        if word.end <= start:
            continue
        if word.start >= end:
            break
        whole = start <= word.start and word.end <= end
        labels[index] = label if whole else IGNORE
        if begin is not None:
            label = begin + 1


def join(examples: Sequence[Example]) -> list[Example]:
    """Put neighbouring sentences of one subject together, so that windows are full.

    The subject of a CrossNER sentence stands before the slash of its ``doc_id``. Joined texts are
    lines of one text; offsets, heads and sentence starts go with them.
    """
    found: list[Example] = []
    for item in examples:
        last = found[-1] if found else None
        if (
            last is None
            or len(last.words) + len(item.words) > _JOINED_WORDS
            or last.doc_id.split("/")[0] != item.doc_id.split("/")[0]
        ):
            found.append(item)
        else:
            found[-1] = _appended(last, item)
    return found


def _appended(first: Example, second: Example) -> Example:
    shift = len(first.text) + 1
    parse = None
    if first.parse and second.parse:
        parse = Parse(
            first.parse.tags + second.parse.tags,
            first.parse.labels + second.parse.labels,
            first.parse.heads + tuple(head + len(first.words) for head in second.parse.heads),
            (*first.parse.starts, True, *second.parse.starts[1:]),
        )
    return replace(
        first,
        text=f"{first.text}\n{second.text}",
        words=first.words
        + tuple(Word(word.start + shift, word.end + shift, word.text) for word in second.words),
        names=first.names + second.names,
        toponyms=first.toponyms + second.toponyms,
        gold=first.gold + tuple((start + shift, end + shift) for start, end in second.gold),
        parse=parse,
    )


def windows(
    counts: Sequence[int], starts: Sequence[bool], size: int, rng: Random
) -> Iterator[tuple[int, int]]:
    """Cut a text into windows to train on, otherwise on each call.

    Half of the texts begin with a short window, and most windows end where a sentence does, so
    that the model sees words at all places of a window.

    Parameters
    ----------
    counts : sequence of int
        Pieces of each word.
    starts : sequence of bool
        Whether a sentence starts at each word.
    size : int
        Most pieces of a window, at least 20. A word of more than that has a window of its own.
    rng : Random

    Yields
    ------
    (int, int)
        First and last (exclusive) word: windows touch, do not overlap and cover all words.
    """
    limit = rng.randint(20, size) if rng.random() < 0.5 else size
    first = 0
    while first < len(counts):
        last, pieces = first, 0
        while last < len(counts) and pieces + counts[last] <= limit:
            pieces += counts[last]
            last += 1
        if last < len(counts) and rng.random() < 0.7:
            # Back to a sentence start, if one is in the last 60 % of the window.
            least = first + max(1, (last - first) * 2 // 5)
            last = next((index for index in range(last, least, -1) if starts[index]), last)
        last = max(last, first + 1)
        yield first, last
        first, limit = last, size
