"""Linker: how likely a place named in a sentence is the place of an event told in it.

A small network over readable features, how the two hang together in the parse above all; its
weights are learned from sentences with annotated places (`pipeline.train_linker`) and stand in
``data/linker.npz``. Task and corpus: Halterman 2019, Geolocating political events in text
(arXiv 1905.12713).
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from geo.gazetteer import Place
from pipeline import clauses
from pipeline.mentions import PLACE_NOUNS
from pipeline.reader import Reading
from pipeline.syntax import Span, Token

LIKELY = 0.4
"""Least probability of a place that is taken for the event's."""

HEARD = 0.6
"""What the event reader's log-odds count beside the weights'; from .5 to .7 all is alike."""

Array = np.ndarray[Any, np.dtype[Any]]

WEIGHTS = Path(__file__).parents[1] / "data" / "linker.npz"

_PREPOSITIONS = frozenset(
    "in at near outside inside across on around along to into from towards through over of off "
    "onto against by between with for within after during since under via as about".split()
)
_ALIKE = {"toward": "towards", "throughout": "across"}
_BODIES = frozenset(
    "police military army troop force government official officer soldier rebel militant president "
    "minister authority fighter people resident security embassy".split()
)
_HAPPENINGS = frozenset(
    "attack raid clash battle fighting bombing shelling airstrike strike explosion blast protest "
    "demonstration rally march ambush shooting operation offensive assault conflict war "
    "violence".split()
)
_JOINTS = PLACE_NOUNS | frozenset(
    ", in of the 's ( near outside northern southern eastern western central north south east west "
    "area countryside".split()
)
_BESIDE = frozenset("'s , . ; ( - -- – — of the and in".split())
_TAKE = frozenset(
    "capture seize overrun take retake recapture besiege secure liberate control occupy enter "
    "storm attack bomb shell bombard destroy patrol invade raid".split()
)
_MOVE = frozenset(
    "flee march move cross walk drive travel go arrive head return withdraw retreat advance deploy "
    "patrol".split()
)
_ROLES = frozenset(
    "prep pobj dobj nsubj nsubjpass agent poss compound nmod amod appos conj advcl relcl ccomp acl "
    "xcomp pcomp npadvmod dep parataxis attr advmod".split()
)
_LOOK_UP = 3
_LETTERS = 5
_OPENING = 2
_GAP = 6
"""Most words between a place and the one that holds it ("Minsk, the capital of Belarus")."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that a sentence names.

    Attributes
    ----------
    tokens : Span
        The words of the name.
    kind : str
        What the name is used for, one of `pipeline.mentions.KINDS`.
    relation : str
        Kind of the spatial expression that it stands in (`geo.relations.Relation`).
    place : Place or None
        None where nobody knows which place it is.
    sure : float
        Least of the tagger's probabilities that each word of it is part of a place's name.
    labels : frozenset of str
        What the tagger takes the words for: ``named LOC``, or ``part of ORG`` in a longer name.
    """

    tokens: Span
    kind: str
    relation: str
    place: Place | None
    sure: float
    labels: frozenset[str]


@dataclass(frozen=True, slots=True)
class Weights:
    """A network of one layer of n units beside a linear model.

    Attributes
    ----------
    features : dict of str to int
        Row of each feature; one that is not there weighs nothing.
    matrix : ndarray of float, shape (f + 1, n + 1)
        What goes into each unit, and in the last column into the sum; the last row is the bias.
    units : ndarray of float, shape (n,)
        What each unit counts.
    """

    features: Mapping[str, int]
    matrix: Array
    units: Array

    def score(self, row: Mapping[str, float]) -> float:
        """Log-odds of what has these features."""
        known = {self.features[name]: value for name, value in row.items() if name in self.features}
        sums = self.matrix[list(known)].T @ list(known.values())
        sums += self.matrix[-1]
        return float(np.maximum(sums[:-1], 0.0) @ self.units + sums[-1])


def read_weights(path: Path = WEIGHTS) -> Weights:
    """Read what `write_weights` wrote.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    """
    with np.load(path, allow_pickle=False) as stored:
        names = stored["features"].tobytes().decode().split("\n")
        matrix, units = (stored[name].astype(np.float32) for name in ("matrix", "units"))
    return Weights({name: at for at, name in enumerate(names)}, matrix, units)


def write_weights(weights: Weights, path: Path = WEIGHTS) -> None:
    """Write weights, rounded to 16 bits."""
    np.savez_compressed(
        path,
        features=np.frombuffer("\n".join(weights.features).encode(), np.uint8),
        matrix=weights.matrix.astype(np.float16),
        units=weights.units.astype(np.float16),
    )


@lru_cache(maxsize=1)
def default_weights() -> Weights:
    """Weights that ship, read once per process."""
    return read_weights()


def probabilities(
    trigger: Token, candidates: Sequence[Candidate], reading: Reading | None = None
) -> list[float]:
    """How likely each place is the event's, 0 to 1.

    The log-odds by the weights and by the event reader are put together (`HEARD`).

    Parameters
    ----------
    trigger : Token
        The event's word.
    candidates : sequence of Candidate
        All places named in its sentence, in the order of the text.
    reading : Reading, optional
        Of the piece that they stand in.

    Returns
    -------
    list of float
        Aligned with `candidates`. They need not add up to 1: an event may have no place among
        them, or several.
    """
    weights = default_weights()
    return [
        probability(
            weights.score(row), 0.0 if reading is None else heard_of(trigger, candidate, reading)
        )
        for candidate, row in zip(candidates, features(trigger, candidates), strict=True)
    ]


def heard_of(trigger: Token, candidate: Candidate, reading: Reading) -> float:
    """Log-odds that a place is the event's, by the event reader."""
    return reading.place_score(trigger.i, [token.i for token in candidate.tokens])


def probability(score: float, heard: float) -> float:
    """How likely a place is the event's, by the log-odds of the weights and `heard_of`."""
    return 1 / (1 + math.exp(-score - HEARD * heard))


def features(trigger: Token, candidates: Sequence[Candidate]) -> Iterator[dict[str, float]]:
    """What is seen of each place: features that are not 0, by name.

    Parameters
    ----------
    trigger, candidates
        As in `probabilities`.
    """
    ancestors = [trigger, *trigger.ancestors]
    above = {token.i: number for number, token in enumerate(ancestors)}
    for number, candidate in enumerate(candidates):
        root = candidate.tokens.root
        down = [root]
        while down[-1].i not in above and down[-1].head.i != down[-1].i:
            down.append(down[-1].head)
        # A name that the parser cut in two ("U. | S.") may hang in another tree.
        meeting = down.pop() if len(down) > 1 else root
        up = ancestors[: above.get(meeting.i, len(ancestors))]
        names = [
            "bias",
            *_of_name(candidate),
            *_of_path(trigger, root, up, down),
            *_of_preposition(trigger, root, len(up), candidate.kind),
            *_of_order(trigger, candidates, number),
            *_of_neighbours(candidates, number),
            *_of_words(trigger, root),
        ]
        row = dict.fromkeys(names, 1.0)
        between = _between(trigger, candidate.tokens)
        row["distance"] = min(math.log2(1 + len(between)), 5)
        row["verbs between"] = min(sum(token.pos_ == "VERB" for token in between), 3)
        row["commas between"] = min(sum(token.text == "," for token in between), 3)
        row["sure"] = candidate.sure
        row["words"] = min(len(candidate.tokens), 4)
        row["places"] = min(len(candidates), 5)
        row["people"] = math.log10(1 + (candidate.place.population if candidate.place else 0))
        yield row


def size_of(place: Place | None) -> str:
    """How large a thing a place is, in a word."""
    if place is None:
        return "unknown"
    feature = place.feature
    classes = (
        (("PCL", "TERR", "CONT"), "country"),
        (("ADM1",), "province"),
        (("ADM",), "district"),
        (("PPLC",), "capital"),
        (("PPL",), "town"),
        (("SEA", "OCN", "RGN", "GOVT", "MT", "STM", "GULF", "STRT", "LK", "ISL", "DSRT"), "nature"),
    )
    return next((name for starts, name in classes if feature.startswith(starts)), "facility")


def holds(outer: Place | None, inner: Place | None) -> bool:
    """Tell whether a country or province holds another place."""
    if outer is None or inner is None or outer.place_id == inner.place_id:
        return False
    size = size_of(outer)
    if size == "country":
        return outer.country == inner.country and size_of(inner) != "country"
    return size == "province" and inner.admin1_id == outer.place_id


def _of_name(candidate: Candidate) -> Iterator[str]:
    tokens, doc = candidate.tokens, candidate.tokens.doc
    yield from candidate.labels
    yield f"kind {candidate.kind}"
    yield f"size {size_of(candidate.place)}"
    yield f"relation {candidate.relation}"
    yield f"next {_class_of(doc[tokens.end]) if tokens.end < len(doc) else 'end'}"
    yield f"before {_class_of(doc[tokens.start - 1]) if tokens.start else 'end'}"
    head = tokens.root.head
    if tokens.root.dep_ in {"compound", "nmod", "amod", "poss"} and head is not tokens.root:
        yield f"modifies {_class_of(head)}"
    letters = tokens.text.replace(".", "")
    if letters.isupper() and len(letters) <= _LETTERS:
        yield "letters"
    if all(token.text[:1].isupper() for token in tokens):
        yield "capitals"


def _class_of(token: Token) -> str:
    """A word as one of a few classes."""
    if token.lower_ in _BESIDE:
        return token.lower_
    lemma = token.lemma_.lower()
    classes = ((PLACE_NOUNS, "place noun"), (_BODIES, "body"), (_HAPPENINGS, "happening"))
    return next((name for words, name in classes if lemma in words), "other")


def _of_path(trigger: Token, root: Token, up: list[Token], down: list[Token]) -> Iterator[str]:
    """How the tree leads from the trigger up to a word that is above both, and down to the place.

    `up` ends below that word; so does `down`, which begins with the place.
    """
    first = down[-1] if down[-1].head is not down[-1] else None
    role = first.dep_ if first is not None and first.dep_ in _ROLES else "other"
    yield f"up {min(len(up), 4)}"
    yield f"down {min(len(down), 6)}"
    yield f"arcs {min(len(up) + len(down), 6)}"
    yield f"role {role}"
    yield f"role {role} up {min(len(up), 2)}"
    yield from {f"up by {token.dep_}" for token in up}
    yield from {f"down by {token.dep_}" for token in down if token.dep_ in _ROLES}
    if any(token.dep_ == "ccomp" and token.head.lemma_.lower() in clauses.SPEECH for token in up):
        yield "up from what is said"
    if any(token.pos_ in {"VERB", "AUX"} for token in down[1:]):
        yield "down by a verb"
    if first is not None and first.pos_ == "ADP":
        word = _preposition(first)
        yield f"hangs on {word}"
        yield f"hangs on {word} down {min(len(down), 4)}"
    yield from {f"via {_class_of(token)}" for token in down[1:] if token.pos_ == "NOUN"}
    if root.head is trigger and root.dep_ in {"dobj", "nsubjpass", "nsubj"}:
        yield f"argument {root.dep_}"
    yield f"trigger {trigger.dep_} up {min(len(up), 1)}"


def _of_preposition(trigger: Token, root: Token, up: int, kind: str) -> Iterator[str]:
    token, word = root, ""
    for _ in range(_LOOK_UP):
        if token.head is token or token.pos_ in {"VERB", "AUX"}:
            break
        token = token.head
        if token.pos_ == "ADP":
            word = _preposition(token)
            break
    direct = root.dep_ == "pobj"
    yield f"{'' if direct else 'further up '}{word or 'no preposition'}"
    if direct and root.head.head is trigger:
        yield f"{word} of the trigger"
    if kind != "toponym":
        yield f"{kind} {word}"
    part = "noun" if trigger.pos_ in {"NOUN", "PROPN"} else "verb"
    lemma = trigger.lemma_.lower()
    if part == "noun":
        yield f"noun {'in' if word in {'in', 'at', 'near'} else 'other'} up {min(up, 1)}"
    if lemma in _TAKE and root.dep_ in {"dobj", "nsubjpass", "pobj"}:
        yield f"taken {root.dep_} up {min(up, 1)}"
    if lemma in _MOVE:
        yield f"moves {word}"


def _preposition(token: Token) -> str:
    word = _ALIKE.get(token.lower_, token.lower_)
    return word if word in _PREPOSITIONS else "other"


def _between(trigger: Token, place: Span) -> Sequence[Token]:
    tokens = trigger.doc.tokens
    if place.start > trigger.i:
        return tokens[trigger.i + 1 : place.start]
    return tokens[place.end : trigger.i]


def _of_order(trigger: Token, candidates: Sequence[Candidate], number: int) -> Iterator[str]:
    mine = candidates[number].tokens
    yield "after" if mine.start > trigger.i else "ahead"
    if number == 0:
        yield "first"
    if number == len(candidates) - 1:
        yield "last"
    if len(candidates) == 1:
        yield "only"
    if mine.start == trigger.sent.start:
        yield "starts the sentence"
    if mine.start - trigger.sent.start <= _OPENING:
        yield "opens the sentence"
    low, high = sorted((mine.start, trigger.i))
    others = sum(low < other.tokens.start < high for other in candidates)
    yield f"places between {min(others, 3)}"


def _of_neighbours(candidates: Sequence[Candidate], number: int) -> Iterator[str]:
    """Whether a place lies in another of the sentence, or holds one."""
    mine = candidates[number]
    others = [other for other in candidates if other is not mine]
    if any(holds(mine.place, other.place) for other in others):
        yield "holds another"
    if any(holds(other.place, mine.place) for other in others):
        yield "lies in another"
    if mine.place is not None and any(
        other.place is not None and other.place.place_id == mine.place.place_id for other in others
    ):
        yield "named twice"
    if number + 1 < len(candidates):
        gap = _joint(mine, candidates[number + 1])
        if gap:
            yield f"then {gap}"
    if number:
        gap = _joint(candidates[number - 1], mine)
        if gap:
            yield f"behind {gap}"


def _of_words(trigger: Token, root: Token) -> Iterator[str]:
    """Words themselves: the event's, and the two above the place."""
    yield f"event {trigger.lemma_.lower()}"
    yield f"event is {trigger.tag_}"
    yield f"under {root.head.lemma_.lower()}"
    yield f"under {root.head.pos_} by {root.dep_}"
    yield f"far under {root.head.head.lemma_.lower()}"


def _joint(one: Candidate, other: Candidate) -> str:
    """How two neighbouring names are joined as place and container; empty if they are not."""
    words = [token.lower_ for token in one.tokens.doc[one.tokens.end : other.tokens.start]]
    if not 0 < len(words) <= _GAP or not _JOINTS.issuperset(words):
        return ""
    if words == ["'s"]:
        return "possessed"
    return "nearby" if {"near", "outside"} & set(words) else "container"
