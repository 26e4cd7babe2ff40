"""Scores of a tagger against annotated texts: precision, recall and F1, and agreement of parses."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pipeline.corpora import IGNORE, NAMES, Example
from pipeline.tagger import Tagged

_Item = TypeVar("_Item")
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of what was found and of what there was.

    Attributes
    ----------
    found, found_right : int
        Spans found, and how many of them are right.
    gold, gold_right : int
        Spans annotated, and how many of them were found.
    """

    found: int = 0
    found_right: int = 0
    gold: int = 0
    gold_right: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Return the counts of both."""
        return Tally(
            self.found + other.found,
            self.found_right + other.found_right,
            self.gold + other.gold,
            self.gold_right + other.gold_right,
        )

    @property
    def precision(self) -> float:
        """Share of the found that is right; 0 if nothing was found."""
        return self.found_right / max(1, self.found)

    @property
    def recall(self) -> float:
        """Share of the annotated that was found; 0 if nothing is annotated."""
        return self.gold_right / max(1, self.gold)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def strict(gold: Collection[_Item], found: Collection[_Item]) -> Tally:
    """Count what is equal."""
    same = len(set(gold) & set(found))
    return Tally(len(set(found)), same, len(set(gold)), same)


def overlap(gold: Collection[Span], found: Collection[Span]) -> Tally:
    """Count spans (start, end) that share a character with one of the others."""

    def touching(spans: Collection[Span], others: Collection[Span]) -> int:
        return sum(any(a < end and start < z for a, z in others) for start, end in spans)

    return Tally(len(found), touching(found, gold), len(gold), touching(gold, found))


def toponym_spans(tagged: Tagged) -> list[Span]:
    """Offsets of the toponyms, adjectives of places among them."""
    return [
        (tagged.words[name.start].start, tagged.words[name.end - 1].end) for name in tagged.toponyms
    ]


def name_tallies(item: Example, tagged: Tagged) -> dict[str, Tally]:
    """Strict counts of names for each kind, by words; names at unlabelled words do not count."""
    gold = list(_runs(item.names))
    known = [label != IGNORE for label in item.names]
    found = [
        (name.start, name.end, name.label)
        for name in tagged.names
        if all(known[name.start : name.end])
    ]
    kinds = {kind for *_, kind in gold} | {kind for *_, kind in found}
    return {
        kind: strict(
            [span for span in gold if span[2] == kind], [span for span in found if span[2] == kind]
        )
        for kind in sorted(kinds)
    }


def _runs(labels: Sequence[int]) -> Iterator[tuple[int, int, str]]:
    """Names of word labels: first word, last (exclusive), kind."""
    start, kind = 0, ""
    for index, label in enumerate([*labels, 0]):
        prefix, _, own = (NAMES[label] if label != IGNORE else "O").partition("-")
        if kind and not (prefix == "I" and own == kind):
            yield start, index, kind
            kind = ""
        if prefix == "B":
            start, kind = index, own


def parse_agreement(pairs: Iterable[tuple[Example, Tagged]]) -> dict[str, float]:
    """Shares of words on which the tagger and the teacher agree.

    Returns
    -------
    dict
        ``tag``; ``head`` (unlabelled attachment); ``head_label`` (labelled attachment);
        ``start_f1`` (sentence starts).

    Raises
    ------
    ValueError
        If an example has no parse.
    """
    count = tags = heads = labelled = 0
    starts = Tally()
    for item, tagged in pairs:
        if item.parse is None:
            raise ValueError(f"{item.corpus} {item.doc_id} has no parse: ask the teacher first")
        same_head = [a == b for a, b in zip(item.parse.heads, tagged.heads, strict=True)]
        same_label = [a == b for a, b in zip(item.parse.labels, tagged.labels, strict=True)]
        count += len(same_head)
        tags += sum(a == b for a, b in zip(item.parse.tags, tagged.tags, strict=True))
        heads += sum(same_head)
        labelled += sum(a and b for a, b in zip(same_head, same_label, strict=True))
        starts += strict(
            [index for index, start in enumerate(item.parse.starts) if start],
            [index for index, start in enumerate(tagged.starts) if start],
        )
    return {
        "tag": tags / max(1, count),
        "head": heads / max(1, count),
        "head_label": labelled / max(1, count),
        "start_f1": starts.f1,
    }
