"""Train the verdicts on triggers: annotated sentences to `data/reader/triggers.npz`.

    python -m pipeline.train_triggers CORPORA

The linear model is fitted to the annotated sentences (`pipeline.reader_corpora`), by multinomial
logistic regression. How much it, the rules and the event reader each count is fitted on the fifth
of the documents that neither has seen. Prints the figures of those documents, each by weights
fitted on the other half of them; the weights that ship are fitted on both. Needs the extra
``train``.
"""

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import nn

from geo.gazetteer import default_gazetteer
from geo.schema import EVENT_TYPES
from pipeline import model, triggers
from pipeline.documents import document
from pipeline.events import rules_on
from pipeline.fitting import logistic
from pipeline.reader_corpora import Notes, is_held, is_second, read_annotations, texts
from pipeline.recognizer import find_mentions
from pipeline.triggers import Ruled, Weights

LEAST: Final = 2
"""Words that a feature has to stand at."""

PENALTY: Final = 2.0
"""Half of it weighs the squared weights against the summed likelihood."""

TRUST: Final = 1.0
"""Weight of a word in the fit of the witnesses, against the penalty of `pipeline.fitting`."""

_ROUNDS: Final = 60
_DAY: Final = date(2022, 6, 15)

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Case:
    """A word of a sentence that was read.

    Attributes
    ----------
    corpus, key : str
        Of its document.
    held : bool
        The document is of the fifth that is held back.
    names : list of str
        Its features.
    ruled : Ruled
    read : array, shape (17,)
        What the reader says.
    label : int
        0, or 1 plus the index of the category that it tells.
    """

    corpus: str
    key: str
    held: bool
    names: list[str]
    ruled: Ruled
    read: Array
    label: int


def cases(corpora: Path, notes: Mapping[tuple[str, str], Notes]) -> Iterator[Case]:
    """Read the annotated documents with tagger, reader and rules."""
    gazetteer = default_gazetteer()
    for corpus, key, text in texts(corpora, notes):
        item = document(text, published=_DAY, doc_id=key)
        pieces = model.parse_pieces([[*model.paragraphs(text)]], events=True)[0]
        annotated = notes[corpus, key]
        labels = {told.start: 1 + EVENT_TYPES.index(told.event_type) for told in annotated.events}
        for parsed, token, ruled in rules_on(
            item, pieces, find_mentions(pieces, gazetteer), gazetteer
        ):
            start = parsed.span.start + token.idx
            reading = parsed.tagged.reading
            if reading is None or not any(low <= start < high for low, high in annotated.sentences):
                continue
            names = triggers.features(token, ruled)
            read = reading.events[token.i]
            yield Case(corpus, key, is_held(text), names, ruled, read, labels.get(start, 0))


def fit(known: Sequence[Case]) -> tuple[dict[str, int], Array]:
    """Features and matrix of the linear model, by L-BFGS on all cases at once."""
    counts = Counter(name for case in known for name in case.names)
    features = {name: at for at, name in enumerate(sorted(n for n in counts if counts[n] >= LEAST))}
    rows = [[features[name] for name in case.names if name in features] for case in known]
    offsets = torch.tensor(np.cumsum([0, *map(len, rows)])[:-1])
    flat = torch.tensor([number for row in rows for number in row])
    labels = torch.tensor([case.label for case in known])
    bag = nn.EmbeddingBag(len(features), 1 + len(EVENT_TYPES), mode="sum")
    bias = torch.zeros(1 + len(EVENT_TYPES), requires_grad=True)
    nn.init.zeros_(bag.weight)
    optimizer = torch.optim.LBFGS(
        [bag.weight, bias], max_iter=_ROUNDS, history_size=8, line_search_fn="strong_wolfe"
    )

    def loss() -> Any:
        optimizer.zero_grad()
        entropy = nn.functional.cross_entropy(bag(flat, offsets) + bias, labels, reduction="sum")
        whole = entropy + PENALTY / 2 * (bag.weight**2).sum()
        whole.backward()
        return whole

    optimizer.step(loss)
    return features, np.vstack([bag.weight.detach().numpy(), bias.detach().numpy()[None]])


def joined(known: Sequence[Case], features: dict[str, int], matrix: Array) -> dict[str, float]:
    """Weights of the witnesses, by logistic regression on cases that the model has not seen."""
    bare = Weights(features, matrix, {})
    rows = [
        triggers.witnesses(case.read, triggers.shares(case.names, bare), case.ruled)
        for case in known
    ]
    names = list(rows[0])
    found = logistic(
        np.array([[row[name] for name in names] for row in rows]),
        [case.label > 0 for case in known],
        TRUST,
    )
    return {name: round(float(value), 4) for name, value in zip(names, found, strict=True)}


def worth(case: Case) -> bool:
    """Tell whether the pipeline would look at a word at all."""
    return case.ruled.sense is not None or 1.0 - float(case.read[0]) >= triggers.WORTH


def figures(known: Sequence[Case], weights: Sequence[Weights], gold: int) -> dict[str, float]:
    """Precision, recall, F1 and F1 with the category right, of cases with the weights for each."""
    tally = Counter[str]()
    for case, own in zip(known, weights, strict=True):
        if not worth(case):
            continue
        verdict = triggers.weigh(case.names, case.ruled, case.read, own)
        made = case.ruled.event_type is not None
        if verdict.likely >= triggers.KEPT if made else triggers.is_taken(verdict, case.ruled):
            tally["found"] += 1
            tally["right"] += case.label > 0
            tally["typed"] += case.label > 0 and EVENT_TYPES[case.label - 1] == verdict.event_type
    return _figures(tally, gold)


def by_rules(known: Sequence[Case], gold: int) -> dict[str, float]:
    """The same of the rules alone."""
    tally = Counter[str]()
    for case in known:
        if case.ruled.event_type is not None:
            tally["found"] += 1
            tally["right"] += case.label > 0
            tally["typed"] += (
                case.label > 0 and EVENT_TYPES[case.label - 1] == case.ruled.event_type
            )
    return _figures(tally, gold)


def _figures(tally: Counter[str], gold: int) -> dict[str, float]:
    either = max(tally["found"] + gold, 1)
    found = {
        "P": tally["right"] / max(tally["found"], 1),
        "R": tally["right"] / max(gold, 1),
        "F1": 2 * tally["right"] / either,
        "F1 typed": 2 * tally["typed"] / either,
    }
    return {name: round(value, 3) for name, value in found.items()} | {"gold": gold}


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, write the weights, and print the figures of what was held back."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpora", type=Path, metavar="CORPORA")
    options = parser.parse_args(arguments)
    notes = read_annotations()
    known = list(cases(options.corpora, notes))
    held = [case for case in known if case.held]
    features, matrix = fit([case for case in known if not case.held])
    # Where every other sentence tells an event, as in the second written texts, all is likelier.
    likely = [case for case in held if worth(case) and not is_second(case.corpus, case.key)]
    halves = [_half(case) for case in likely]
    parts = [
        Weights(
            features,
            matrix,
            joined([c for c, h in zip(likely, halves, strict=True) if h != half], features, matrix),
        )
        for half in (0, 1)
    ]
    report: dict[str, Any] = {}
    for corpus in sorted({case.corpus for case in held}):
        part = [case for case in held if case.corpus == corpus]
        gold = sum(case.label > 0 for case in part)
        report[corpus] = {
            "rules": by_rules(part, gold),
            "all": figures(part, [parts[_half(case)] for case in part], gold),
        }
    joint = joined(likely, features, matrix)
    triggers.write_weights(Weights(features, matrix, joint))
    sys.stdout.write(json.dumps({"joint": joint, "held back": report}, indent=1) + "\n")


def _half(case: Case) -> int:
    return int(hashlib.sha256(case.key.encode()).hexdigest(), 16) % 2


if __name__ == "__main__":
    main()
