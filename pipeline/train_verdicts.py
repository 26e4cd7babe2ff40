"""Train the verdicts: sentences with a category to `data/typing/weights.npz`, and figures.

    python -m pipeline.train_verdicts [CORPORA]

The project's own sentences (data/typing/sentences.tsv) always count. CORPORA is a folder with
``events/plover_gsr_dev.jsonl.gz`` and ``events/cameo_quad_dev.jsonl.gz`` (one object a line:
``text``, ``label``) and ``events/india_police_dev.jsonl.gz`` (``text``, ``labels``), which are not
part of this repository; what is missing there is left out, and said. `--held` prints figures by
cross-validation instead of writing weights.

Of the last, one sentence in `SAMPLE` teaches what tells no event: prose as articles have it, where
the police do nothing and the rules find nothing; and what force and arrests look like.

Everything is deterministic. The tagger's parse is what the features stand on: train anew when it
changes.
"""

import argparse
import gzip
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np

from geo.schema import EVENT_TYPES
from pipeline.documents import Document, document
from pipeline.events import Draft
from pipeline.model import Parsed
from pipeline.run import events_of
from pipeline.verdicts import (
    FOLDER,
    Weights,
    category_row,
    rule_features,
    shares_of,
    vector,
    word_features,
    write_weights,
)

STRENGTH: Final = 10.0
"""Weight of the likelihood against half the squared weights."""

LEAST: Final = 2
"""Texts that a feature has to stand in."""

FOLDS: Final = 5
SAMPLE: Final = 48
OLD_NAMES: Final = {
    "DEMAND": "REQUEST", "DISAPPROVE": "ACCUSE", "INVESTIGATE": "ACCUSE", "FIGHT": "ASSAULT",
}  # fmt: skip
"""Categories of PLOVER's first draft, as 2.0 has them."""

QUAD_OF: Final = {
    "none": 0,
    **dict.fromkeys(("AGREE", "CONSULT", "SUPPORT"), 1),
    **dict.fromkeys(("COOPERATE", "AID", "RETREAT", "CONCEDE"), 2),
    **dict.fromkeys(("ACCUSE", "REQUEST", "REJECT", "THREATEN", "SANCTION"), 3),
    **dict.fromkeys(("PROTEST", "MOBILIZE", "COERCE", "ASSAULT"), 4),
}
"""Quad class of a category as CAMEO's corpus counts: to yield is material, to break off verbal."""

_BATCH = 32
_DAY = date(2015, 6, 15)
_STEPS = 200
_MEMORY = 8

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Example:
    """A text with its features, its category (or None) and its quad class (or None)."""

    corpus: str
    text: str
    event_type: str | None
    quad: int | None
    words: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


def read(corpora: Path | None, say: Callable[[str], None]) -> list[Example]:
    """Read the texts that there are, without features."""
    found = []
    for line in (FOLDER / "sentences.tsv").read_text(encoding="utf-8").splitlines():
        label, text = line.split("\t")
        category = None if label == "none" else label
        # Demands and appeals are one category here, and two quad classes in CAMEO.
        quad = None if label == "REQUEST" else QUAD_OF[label]
        found.append(Example("own", text, category, quad))
    for name in ("plover_gsr_dev", "cameo_quad_dev", "india_police_dev") if corpora else ():
        path = Path(str(corpora)) / "events" / f"{name}.jsonl.gz"
        if not path.is_file():
            say(f"no {path}: left out")
            continue
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            found += [example for line in lines if (example := _example(name, json.loads(line)))]
    return found


def _example(name: str, record: dict[str, Any]) -> Example | None:
    text = record["text"].strip("{}")
    if name == "india_police_dev":
        if not is_sampled(text):
            return None
        kill, arrest, _, _, force = record["labels"]
        if kill or arrest or force:
            return Example("india", text, None, 4)
        return None if any(record["labels"]) else Example("india", text, None, 0)
    if name == "cameo_quad_dev":
        return Example("quad", text, None, int(record["label"]))
    category = OLD_NAMES.get(record["label"], record["label"])
    return Example("gsr", text, category, None)


def is_sampled(text: str) -> bool:
    """Tell whether a sentence is of the sample to learn from; by a hash of it."""
    return int(sha256(text.encode()).hexdigest(), 16) // FOLDS % SAMPLE == 0


def with_features(examples: Sequence[Example], say: Callable[[str], None]) -> list[Example]:
    """Read the texts by tagger and rules, as `pipeline.coding` does."""
    found: list[Example] = []
    for start in range(0, len(examples), _BATCH):
        batch = examples[start : start + _BATCH]
        kept: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}

        def keep(
            item: Document,
            pieces: Sequence[Parsed],
            drafts: list[Draft],
            kept: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = kept,
        ) -> list[Draft]:
            tokens = [token for piece in pieces for token in piece.doc]
            kept[item.doc_id] = tuple(word_features(tokens)), tuple(rule_features(drafts))
            return []

        events_of(
            [
                document(item.text, published=_DAY, doc_id=str(number))
                for number, item in enumerate(batch)
            ],
            mend=keep,
        )
        found += [
            Example(item.corpus, item.text, item.event_type, item.quad, *kept[str(number)])
            for number, item in enumerate(batch)
        ]
        say(f"{len(found)} of {len(examples)} texts read")
    # Other people than the police do things too, and nobody annotated that.
    return [
        item
        for item in found
        if not (item.corpus == "india" and item.quad == 0 and "rule=none" not in item.rules)
    ]


def train(examples: Sequence[Example]) -> Weights:
    """Fit both models."""
    counts = Counter(name for item in examples for name in set(item.words))
    rules = Counter(name for item in examples for name in set(item.rules))
    names = [name for name in sorted(counts) if counts[name] >= LEAST]
    ruled = [name for name in sorted(rules) if rules[name] >= LEAST]
    features = {name: number for number, name in enumerate([*names, *ruled])}
    rarity = np.zeros(len(features), np.float32)
    rarity[: len(names)] = [1 + np.log((1 + len(examples)) / (1 + counts[name])) for name in names]
    rows = np.stack([vector(item.words, item.rules, features, rarity) for item in examples])
    rows = np.hstack([rows, np.ones((len(rows), 1), np.float32)])
    with_quad = [number for number, item in enumerate(examples) if item.quad is not None]
    quads = fit(rows[with_quad], np.array([examples[n].quad for n in with_quad]), 5)
    shares = shares_of(rows @ quads)
    typed = [number for number, item in enumerate(examples) if item.event_type is not None]
    second = np.stack([category_row(rows[n, :-1], shares[n]) for n in typed])
    labels = np.array([EVENT_TYPES.index(str(examples[n].event_type)) for n in typed])
    return Weights(features, rarity, quads, fit(second, labels, len(EVENT_TYPES)))


def fit(rows: Array, labels: Array, classes: int) -> Array:
    """Multinomial logistic regression by L-BFGS (Nocedal 1980); the last column has no penalty.

    Parameters
    ----------
    rows : array of float32, shape (n, f)
    labels : array of int, shape (n,)
    classes : int

    Returns
    -------
    array of float32, shape (f, classes)
    """
    right = np.eye(classes, dtype=np.float32)[labels]

    def loss(weights: Array) -> tuple[float, Array]:
        shares = shares_of(rows @ weights)
        penalised = weights.copy()
        penalised[-1] = 0
        value = -np.log(np.maximum((shares * right).sum(1), 1e-12)).sum(dtype=np.float64)
        slope = STRENGTH * (rows.T @ (shares - right)) + penalised
        return float(STRENGTH * value + (penalised**2).sum(dtype=np.float64) / 2), slope

    weights = np.zeros((rows.shape[1], classes), np.float32)
    value, slope = loss(weights)
    steps: list[tuple[Array, Array]] = []
    for _ in range(_STEPS):
        direction = -_inverse(slope, steps)
        length = 1.0 if steps else 1.0 / max(float(np.abs(slope).sum()), 1.0)
        for _ in range(20):
            tried = weights + np.float32(length) * direction
            new, new_slope = loss(tried)
            if new <= value + 1e-4 * length * float((slope * direction).sum()):
                break
            length /= 2
        steps = [*steps[1 - _MEMORY :], (tried - weights, new_slope - slope)]
        gain = value - new
        weights, value, slope = tried, new, new_slope
        if gain < 1e-5 * abs(value):
            break
    return weights


def _inverse(slope: Array, steps: Sequence[tuple[Array, Array]]) -> Array:
    """The slope times the approximate inverse of the curvature: L-BFGS's two loops."""
    result = slope.copy()
    pairs = [(moved, turned, float((moved * turned).sum())) for moved, turned in steps]
    pairs = [pair for pair in pairs if pair[2] > 1e-10]
    shares = []
    for moved, turned, curve in reversed(pairs):
        share = float((moved * result).sum()) / curve
        result -= share * turned
        shares.append(share)
    if pairs:
        moved, turned, curve = pairs[-1]
        result *= curve / float((turned * turned).sum())
    for (moved, turned, curve), share in zip(pairs, reversed(shares), strict=True):
        result += (share - float((turned * result).sum()) / curve) * moved
    return result


# --- figures ----------------------------------------------------------------------------------


def fold_of(text: str) -> int:
    """Fold of a text, by a hash of it."""
    return int(sha256(text.encode()).hexdigest(), 16) % FOLDS


def answers(examples: Sequence[Example], weights: Weights) -> Iterator[tuple[int, str]]:
    """Quad class and category of each text."""
    for item in examples:
        row = vector(item.words, item.rules, weights.features, weights.rarity)
        quads = shares_of(np.append(row, 1.0) @ weights.quads)
        scores = category_row(row, quads) @ weights.categories
        yield int(quads.argmax()), EVENT_TYPES[int(scores.argmax())]


def macro_f1(pairs: Sequence[tuple[object, object]]) -> float:
    """Mean over the gold classes of F1, from pairs (gold, answer)."""
    gold, said, right = Counter(), Counter(), Counter()  # type: ignore[var-annotated]
    for one, other in pairs:
        gold[one] += 1
        said[other] += 1
        right[one] += one == other
    return sum(2 * right[key] / (gold[key] + said[key]) for key in gold) / max(len(gold), 1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, or measure with ``--held``."""
    parser = argparse.ArgumentParser(description=str(__doc__).split("\n", 1)[0])
    parser.add_argument("corpora", nargs="?", type=Path, metavar="CORPORA")
    parser.add_argument("-o", "--output", type=Path, default=FOLDER / "weights.npz")
    parser.add_argument("--held", action="store_true", help="figures by cross-validation")
    options = parser.parse_args(arguments)

    def say(line: str) -> None:
        sys.stderr.write(line + "\n")

    examples = with_features(read(options.corpora, say), say)
    if options.held:
        for line in held(examples):
            sys.stdout.write(line + "\n")
        return 0
    write_weights(train(examples), options.output)
    say(f"{len(examples)} texts -> {options.output}")
    return 0


ABLATIONS: Final = ("both", "rules only", "words only")


def held(examples: Sequence[Example]) -> Iterator[str]:
    """Lines of figures: each text by models that have not seen it, and without each part."""
    for kind in ABLATIONS:
        part = [_ablated(item, kind) for item in examples]
        pairs: dict[str, list[tuple[object, object]]] = {}
        for fold in range(FOLDS):
            weights = train([item for item in part if fold_of(item.text) != fold])
            test = [item for item in part if fold_of(item.text) == fold]
            for item, (quad, category) in zip(test, answers(test, weights), strict=True):
                if item.event_type is not None:
                    pairs.setdefault(f"{item.corpus} category", []).append(
                        (item.event_type, category)
                    )
                if item.quad is not None:
                    pairs.setdefault(f"{item.corpus} quad", []).append((item.quad, quad))
        for key, found in sorted(pairs.items()):
            right = sum(one == other for one, other in found) / len(found)
            macro = macro_f1(found)
            yield f"{kind:10} {key:14} n {len(found):5} right {right:.3f} macro-F1 {macro:.3f}"
            if kind == "both" and key.endswith("category"):
                wrong = Counter(pair for pair in found if pair[0] != pair[1])
                yield "  " + ", ".join(f"{a}->{b} {n}" for (a, b), n in wrong.most_common(25))


def _ablated(item: Example, kind: str) -> Example:
    words = () if kind == "rules only" else item.words
    rules = () if kind == "words only" else item.rules
    return Example(item.corpus, item.text, item.event_type, item.quad, words, rules)


if __name__ == "__main__":
    sys.exit(main())
