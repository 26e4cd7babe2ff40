"""Triggers: how likely a word tells an event, and of which category, by all that is known of it.

Three witnesses are heard. The rules (`pipeline.lexicon`) know some five hundred words and their
conditions; a linear model weighs a word's lemma, its dependents and neighbours, and what the rules
say; the event reader (`pipeline.reader`) knows words by their like. The linear model and the reader
were taught by the same annotated sentences (data/reader/README.md); how much each counts was fitted
on sentences that neither had seen.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from geo.schema import EVENT_TYPES
from pipeline.lexicon import Sense
from pipeline.reader import FOLDER, Reading
from pipeline.syntax import Token

WEIGHTS: Final = FOLDER / "triggers.npz"

LIKELY: Final = 0.45
"""Least likelihood of a word's telling an event of its category, for one that is taken for an
event's amid others that tell some. Of .4 to .6, on the halves that are tuned on, it is the best for
the written texts (all right, F1 .630; .621 from .55 on) and costs the dispatches and MUC-4 nothing
that can be told from chance. The other halves' figures were in view too. By the likelihood of any
event, whatever its category, as many words
are taken with F1 .538 where this has .565 (newswire held back)."""

LIKELY_ALONE: Final = 0.6
"""The same in a text whose other sentences tell no more than is common (`COMMON`), and in one of a
sentence: with less, one more of sixty sentences of sport or business tells an event."""

KEPT: Final = 0.1
"""The same of a word that the rules take for one: they were written on news of conflict, where more
is told than in the news at large, on which the likelihood was fitted."""

KEPT_AMID_OTHER_NEWS: Final = 0.4
"""The same in a report that is not about conflict or diplomacy, by `is_other_news`."""

OTHER: Final = 0.2
"""A report whose sentences tell an event with no more than this likelihood, on average, is not
about conflict or diplomacy. Of our own dispatches, which are, one in twenty has less; of a
newswire's articles three in four."""

ENOUGH: Final = 3
"""Sentences from which on a report shows what it is about."""

COMMON: Final = 0.35
"""What the sentences of a report tell an event with, before any of them is read."""

PLAIN: Final = 2.0
"""How many sentences `COMMON` counts for beside those that are read."""

WORTH: Final = 0.03
"""Below this likelihood by the reader, a word that the rules do not know is not looked at."""

RULED: Final = 4.0
"""What the rules' category counts, beside the logarithms of the others' shares."""

CALM: Final = 0.7
"""By this the sum of the logarithms is tempered: its parts have seen the same sentences."""

_KINDS: Final = frozenset({"VERB", "AUX", "NOUN", "PROPN", "ADJ"})
_NAMES: Final = frozenset({"PERSON", "DATE", "GPE"})
_MASKS: Final = {
    "GPE": "@place", "LOC": "@place", "FAC": "@place", "NORP": "@people", "PERSON": "@person",
    "ORG": "@body", "DATE": "@date",
}  # fmt: skip
_TELLING: Final = frozenset(
    "dobj nsubj nsubjpass prt prep agent neg aux auxpass acomp attr xcomp compound amod det".split()
)
_AROUND: Final = (-2, -1, 1, 2)
_LEAST: Final = 1e-3
_TINY: Final = 1e-4

Array = np.ndarray[Any, np.dtype[Any]]


class Ruled(NamedTuple):
    """What the rules say of a word.

    Attributes
    ----------
    sense : Sense or None
        None for a word that they do not know.
    tells : bool
        Their conditions of syntax hold: it is not a part of another event.
    modality : str or None
        By `pipeline.modality`; None where it tells nothing.
    event_type : str or None
        Of the event that they make of it, if they make one.
    amid : float
        How likely the document's other sentences tell an event, as `amid` has it.
    """

    sense: Sense | None
    tells: bool
    modality: str | None
    event_type: str | None
    amid: float = COMMON


class Verdict(NamedTuple):
    """How likely a word tells an event, and the likeliest category if it does, with its share."""

    likely: float
    event_type: str
    share: float = 1.0

    @property
    def typed(self) -> float:
        """How likely the word tells an event of this category."""
        return self.likely * self.share


@dataclass(frozen=True, slots=True)
class Weights:
    """The linear model, and how the witnesses are put together.

    Attributes
    ----------
    features : dict of str to int
        Row of each feature.
    matrix : ndarray of float, shape (f + 1, 17)
        Scores of no event and of each category of `geo.schema.EVENT_TYPES`; the last row is the
        bias.
    joint : dict of str to float
        Weights of `witnesses`.
    """

    features: dict[str, int]
    matrix: Array
    joint: dict[str, float]


def write_weights(weights: Weights, path: Path = WEIGHTS) -> None:
    """Write weights, the matrix as 16-bit numbers."""
    np.savez_compressed(
        path,
        features=np.frombuffer("\n".join(weights.features).encode(), np.uint8),
        matrix=weights.matrix.astype(np.float16),
        names=np.frombuffer("\n".join(weights.joint).encode(), np.uint8),
        joint=np.array(list(weights.joint.values()), np.float32),
    )


def read_weights(path: Path = WEIGHTS) -> Weights:
    """Read weights as `write_weights` wrote them.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    """
    with np.load(path, allow_pickle=False) as stored:
        features, names = (
            stored[key].tobytes().decode().split("\n") for key in ("features", "names")
        )
        return Weights(
            {name: number for number, name in enumerate(features)},
            stored["matrix"].astype(np.float32),
            dict(zip(names, stored["joint"].tolist(), strict=True)),
        )


@lru_cache(maxsize=1)
def default_weights() -> Weights:
    """Weights that ship, read once per process."""
    return read_weights()


def may_tell(token: Token) -> bool:
    """Tell whether a word can be a trigger at all: a verb, noun or adjective that names nobody."""
    return token.pos_ in _KINDS and token.ent_type_ not in _NAMES


def is_other_news(parts: Iterable[Sequence[float]]) -> bool:
    """Tell whether a report is about something else than conflict and diplomacy, by the reader.

    Parameters
    ----------
    parts : iterable of sequence of float
        Of each sentence, how likely each of its words tells an event; none is empty.
    """
    likely = [max(part) for part in parts]
    return len(likely) >= ENOUGH and sum(likely) <= OTHER * len(likely)


def amid(parts: Iterable[Sequence[float]]) -> list[float]:
    """How likely, on average, the other sentences of a report tell an event, for each sentence.

    Parameters
    ----------
    parts : iterable of sequence of float
        As in `is_other_news`.
    """
    likely = [max(part) for part in parts]
    total, count = sum(likely) + COMMON * PLAIN, len(likely) - 1 + PLAIN
    return [(total - own) / count for own in likely]


def judge(token: Token, ruled: Ruled, reading: Reading, weights: Weights | None = None) -> Verdict:
    """Give the verdict on a word.

    Parameters
    ----------
    token : Token
    ruled : Ruled
    reading : Reading
        Of the piece that the token is in.
    weights : Weights, optional
        Those that ship by default.
    """
    weights = weights or default_weights()
    return weigh(features(token, ruled), ruled, reading.events[token.i], weights)


def weigh(names: Sequence[str], ruled: Ruled, read: Array, weights: Weights) -> Verdict:
    """The verdict from a word's features, the rules and the reader (shape (17,))."""
    by_words = shares(names, weights)
    heard = witnesses(read, by_words, ruled)
    total = sum(weights.joint[name] * value for name, value in heard.items())
    return Verdict(1 / (1 + math.exp(-total)), *category(read, by_words, ruled))


def is_taken(verdict: Verdict, ruled: Ruled) -> bool:
    """Tell whether a word is taken for an event's, whatever the rules make of it."""
    return verdict.typed >= (LIKELY if ruled.amid > COMMON else LIKELY_ALONE)


def witnesses(read: Array, by_words: Array, ruled: Ruled) -> dict[str, float]:
    """What speaks for an event, by name.

    Parameters
    ----------
    read, by_words : ndarray, shape (17,)
        Of the reader and of the linear model: no event, then the categories.
    ruled : Ruled
    """
    seen, made = _odds(1.0 - float(read[0]), _TINY), ruled.event_type is not None
    known = ruled.sense is not None and not made
    best = EVENT_TYPES[int(read[1:].argmax())]
    agreed = ruled.sense is not None and ruled.sense.event_type == best
    return {
        "constant": 1.0,
        "reader": seen,
        "words": _odds(1.0 - float(by_words[0]), _LEAST),
        "rules tell it": float(made),
        "rules know it": float(known),
        "rules would tell it": float(known and ruled.tells and ruled.modality is not None),
        "rules agree": float(agreed),
        "amid": _odds(ruled.amid, _LEAST),
        "reader where rules tell it": seen * made,
        "reader where rules know it": seen * known,
    }


def category(read: Array, by_words: Array, ruled: Ruled) -> tuple[str, float]:
    """The likeliest category of a word that tells an event, and its share among them.

    Parameters as of `witnesses`.
    """
    scores = sum(np.log(part[1:] / max(part[1:].sum(), 1e-9) + _LEAST) for part in (read, by_words))
    if ruled.sense is not None:
        scores[EVENT_TYPES.index(ruled.sense.event_type)] += RULED
    best = int(np.argmax(scores))
    return EVENT_TYPES[best], 1 / float(np.exp(CALM * (scores - scores[best])).sum())


def _odds(likely: float, least: float) -> float:
    likely = min(max(likely, least), 1 - least)
    return math.log(likely / (1 - likely))


def shares(names: Sequence[str], weights: Weights) -> Array:
    """Shares of no event and of each category, by the linear model."""
    known = [row for name in names if (row := weights.features.get(name)) is not None]
    scores = weights.matrix[known].sum(axis=0) + weights.matrix[-1]
    odds = np.exp(scores - scores.max())
    found: Array = odds / odds.sum()
    return found


def features(token: Token, ruled: Ruled) -> list[str]:
    """What the linear model sees of a word: names of features, each once."""
    return sorted({*_of_rules(ruled), *_of_word(token)})


def _of_rules(ruled: Ruled) -> Iterator[str]:
    sense = ruled.sense
    yield f"told {ruled.modality}"
    if sense is None:
        yield "unknown to the rules"
        return
    yield f"sense {sense.event_type}"
    yield f"sense {ruled.tells} {ruled.modality}"
    if ruled.event_type is None:
        yield f"not told {sense.event_type}"
    else:
        yield f"ruled {ruled.event_type}"
        yield f"ruled {ruled.modality}"
        yield f"ruled {sense.event_type} {sense.mode}"


def _of_word(token: Token) -> Iterator[str]:
    lemma, role, tag = token.lemma_.lower(), token.dep_, token.tag_
    yield from (f"lemma {lemma} {token.pos_[0]}", f"tag {tag}", f"role {role}")
    yield from (f"lemma {lemma} {role}", f"lemma {lemma} {tag}", f"ends {token.lower_[-3:]}")
    head = token.head
    if head.i != token.i:
        yield f"under {_masked(head)}"
        yield f"under {_masked(head)} {role}"
    for child in token.children:
        yield from _of_child(lemma, child)
    words = token.doc.tokens
    for step in _AROUND:
        if 0 <= token.i + step < len(words):
            yield f"at {step} {_masked(words[token.i + step])}"


def _of_child(lemma: str, child: Token) -> Iterator[str]:
    role, word = child.dep_, _masked(child)
    if role == "punct":
        return
    yield f"has {role} {word}"
    if role in _TELLING:
        yield f"{lemma} has {role}"
        yield f"{lemma} has {role} {word}"
    if role in {"prep", "agent"}:
        for item in child.children:
            yield f"by {child.lower_} {_masked(item)}"
            yield f"{lemma} by {child.lower_} {_masked(item)}"


def _masked(token: Token) -> str:
    """A lemma; a name or a number by its kind only."""
    kind = _MASKS.get(token.ent_type_)
    return kind or ("#" if token.tag_ == "CD" else token.lemma_.lower())
