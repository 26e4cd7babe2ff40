"""Verdicts: which category of event a report tells, and whether it is cooperation or conflict.

Rules find triggers one by one (`pipeline.events`); here a report is read as a whole: its words, how
they hang under its main verb, and what the rules found. Two linear models weigh them: five quad
classes (none, and the four of CAMEO), and the 16 categories of PLOVER, which sees the first one's
answer. data/typing/README.md is their card; `pipeline.train_verdicts` trains them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np

from geo.schema import EVENT_TYPES
from pipeline.events import Draft
from pipeline.syntax import Token

FOLDER: Final = Path(__file__).resolve().parents[1] / "data" / "typing"
"""Where the weights, and the project's own sentences, lie."""

QUADS: Final = (
    None,
    "verbal cooperation",
    "material cooperation",
    "verbal conflict",
    "material conflict",
)
"""CAMEO's quad classes by number; None where a report tells no event (a statement, a hope)."""

RULES: Final = 0.5
"""Weight of a feature of the rules beside the words, whose squared weights sum to one."""

QUAD: Final = 0.2
"""Weight of the logarithm of a quad class's share among the features of the category."""

_MASKS = {
    "GPE": "@place", "LOC": "@place", "FAC": "@place", "NORP": "@place", "PERSON": "@person",
    "ORG": "@body", "MISC": "@body", "DATE": "@date",
}  # fmt: skip
_TELL = frozenset(
    "say tell announce report state add declare confirm claim note explain quote write disclose "
    "reveal".split()
)
_ARGUMENTS = frozenset("dobj xcomp ccomp acomp attr prt oprd advmod nsubjpass nsubj".split())
_OPEN = frozenset({"xcomp", "ccomp", "dobj", "attr", "oprd"})
_BELOW = frozenset("dobj xcomp prep acl neg aux amod compound".split())
_WORD = re.compile(r"\w")

Array = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a report tells.

    Attributes
    ----------
    quad : int
        0 no event, 1 to 4 as in `QUADS`.
    event_type : str
        PLOVER category; the best of the 16 even where `quad` is 0.
    event : float
        How likely it tells an event at all.
    shares : tuple of float
        Of each category of `geo.schema.EVENT_TYPES`, given that it tells one.
    """

    quad: int
    event_type: str
    event: float
    shares: tuple[float, ...]

    @property
    def share(self) -> float:
        """Of the category that it gives."""
        return max(self.shares)


@dataclass(frozen=True, slots=True)
class Weights:
    """The two models.

    Attributes
    ----------
    features : dict of str to int
        Row of each feature in the matrices.
    rarity : array, shape (f,)
        Inverse document frequency of each feature of the words; 0 marks one of the rules.
    quads : array, shape (f + 1, 5)
        The last row is the bias.
    categories : array, shape (f + 6, 16)
        Then rows of the five quad classes, and the bias.
    """

    features: dict[str, int]
    rarity: Array
    quads: Array
    categories: Array


def read_weights(path: Path = FOLDER / "weights.npz") -> Weights:
    """Read weights as `write_weights` wrote them.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    """
    with np.load(path, allow_pickle=False) as stored:
        names = stored["features"].tobytes().decode().split("\n")
        return Weights(
            {name: number for number, name in enumerate(names)},
            stored["rarity"].astype(np.float32),
            stored["quads"].astype(np.float32),
            stored["categories"].astype(np.float32),
        )


def write_weights(weights: Weights, path: Path) -> None:
    """Write weights as 16-bit numbers."""
    names = "\n".join(sorted(weights.features, key=weights.features.__getitem__))
    np.savez_compressed(
        path,
        features=np.frombuffer(names.encode(), np.uint8),
        rarity=weights.rarity.astype(np.float16),
        quads=weights.quads.astype(np.float16),
        categories=weights.categories.astype(np.float16),
    )


@lru_cache(maxsize=1)
def default_weights() -> Weights:
    """Weights that ship, read once per process."""
    return read_weights()


def judge(
    tokens: Sequence[Token], drafts: Sequence[Draft], weights: Weights | None = None
) -> Verdict:
    """Give the verdict on a report.

    Parameters
    ----------
    tokens : sequence of Token
        Of one sentence, or of a short text that is one report.
    drafts : sequence of Draft
        What the rules found in it.
    weights : Weights, optional
        Those that ship by default.
    """
    weights = weights or default_weights()
    row = vector(word_features(tokens), rule_features(drafts), weights.features, weights.rarity)
    quads = shares_of(np.append(row, 1.0) @ weights.quads)
    categories = shares_of(category_row(row, quads) @ weights.categories)
    return Verdict(
        quad=int(quads.argmax()),
        event_type=EVENT_TYPES[int(categories.argmax())],
        event=float(1.0 - quads[0]),
        shares=tuple(float(share) for share in categories),
    )


def vector(
    words: Iterable[str], rules: Iterable[str], features: dict[str, int], rarity: Array
) -> Array:
    """Row of the features: those of the words weighted by rarity to length one, then the rules'."""
    row = np.zeros(len(features), np.float32)
    known = [number for name in set(words) if (number := features.get(name)) is not None]
    row[known] = rarity[known]
    length = float(np.sqrt((row**2).sum()))
    if length:
        row /= length
    row[[number for name in set(rules) if (number := features.get(name)) is not None]] = RULES
    return row


def category_row(row: Array, quads: Array) -> Array:
    """Row of the second model: the features, the first model's answer, and a one."""
    told = QUAD * np.log(np.clip(quads, 1e-3, 1.0))
    return np.concatenate([row, told, [1.0]]).astype(np.float32)


def shares_of(scores: Array) -> Array:
    """Shares that add up to 1 along the last axis, from scores."""
    odds = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: Array = odds / odds.sum(axis=-1, keepdims=True)
    return shares


# --- features ---------------------------------------------------------------------------------


def word_features(tokens: Sequence[Token]) -> list[str]:
    """Lemmas, pairs of neighbours, and the main verb with what hangs under it; names by kind."""
    plain = [masked(token) for token in tokens if _WORD.search(token.text)]
    run = [
        word
        for number, word in enumerate(plain)
        if not (number and word.startswith("@") and plain[number - 1] == word)
    ]
    found = [f"w={word}" for word in run]
    found += [f"b={one}_{other}" for one, other in pairwise(run)]
    main = main_verb(tokens)
    return found if main is None else found + list(_main_features(main))


def rule_features(drafts: Sequence[Draft]) -> list[str]:
    """What the rules found: each category with mode and modality, the first and the last."""
    events = [draft.event for draft in drafts]
    if not events:
        return ["rule=none"]
    found = [f"rule={event.event_type}" for event in events]
    found += [f"ruled={event.event_type}/{event.event_mode}/{event.modality}" for event in events]
    return [*found, f"first={events[0].event_type}", f"last={events[-1].event_type}"]


def main_verb(tokens: Sequence[Token]) -> Token | None:
    """The root, or what is said under it where the root is a verb of telling."""
    found = next((token for token in tokens if token.dep_ == "ROOT"), None)
    for _ in range(4):
        if found is None or found.lemma_.lower() not in _TELL:
            break
        told = [child for child in found.children if child.dep_ == "ccomp"]
        if not told:
            break
        found = told[0]
    return found


def masked(token: Token) -> str:
    """A lemma; a name or a number by its kind only, so that no country tells a category."""
    kind = _MASKS.get(token.ent_type_)
    if kind is not None:
        return kind
    return "#" if token.tag_ == "CD" else token.lemma_.lower()


def _main_features(main: Token) -> Iterator[str]:
    word = masked(main)
    yield f"main={word}"
    yield f"tag={main.tag_}"
    for child in main.children:
        label, below = child.dep_, masked(child)
        if label in {"aux", "neg", "auxpass"}:
            yield f"{label}={below}"
        elif label == "prep":
            yield f"main={word}+{below}"
            for item in child.children:
                yield f"prep={below}+{masked(item)}"
                yield f"main={word}++{masked(item)}"
        elif label in _ARGUMENTS:
            yield f"{label}={below}"
            if label != "nsubj":
                yield f"main={word}+{below}"
            if label in _OPEN:
                yield from (
                    f"under={below}+{masked(item)}"
                    for item in child.children
                    if item.dep_ in _BELOW
                )
