"""Train the linker: sentences with an event and its places to `data/linker.json`.

    python -m pipeline.train_linker CORPORA

CORPORA is a folder with ``events/event_location_dev.jsonl.gz`` (one object a line: ``text``,
``verb`` and ``locations`` as spans with ``start`` and ``end``, ``source``; from Halterman 2019,
Geolocating political events in text), which is not part of this repository.

A fifth of the texts, by hash, is held back: the figures of the card are from weights that never saw
it. The shipped weights are then fitted on all. Everything is deterministic.
"""

import argparse
import gzip
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from geo.gazetteer import Gazetteer, default_gazetteer
from geo.resolve import resolve
from pipeline import linker, model
from pipeline.expressions import Expression, find_expressions
from pipeline.fitting import logistic
from pipeline.model import Parsed
from pipeline.reader import Reader
from pipeline.recognizer import find_mentions
from pipeline.scenes import Scene, candidates_of
from pipeline.tagger import default_tagger

LEAST = 8
"""A feature is learned if that many places of the training part have it."""

IGNORED = frozenset({"Masdar_RA"})
"""Sources whose annotator marked hardly any place, where others mark them."""

TRUST = 0.05
"""Weight of an example against the penalty of `pipeline.fitting`: the labels are noisy."""

_BATCH = 64
_PARTS = 5


@dataclass(frozen=True, slots=True)
class Case:
    """An event in a sentence, with the places that the sentence names.

    Attributes
    ----------
    held : bool
        It is in the fifth that is held back.
    rows : list of dict
        `pipeline.linker.features` of each place.
    heard : list of float
        What the event reader says of each.
    right : list of bool
        Which are annotated as the event's.
    placed : bool
        The annotation names a place at all.
    source : str
        Where the sentence was taken from.
    """

    held: bool
    rows: list[dict[str, float]]
    heard: list[float]
    right: list[bool]
    placed: bool
    source: str


def cases(lines: Sequence[dict[str, Any]], gazetteer: Gazetteer) -> Iterator[Case]:
    """Read sentences and see what the linker sees of them.

    Parameters
    ----------
    lines : sequence of dict
        As the corpus has them.
    gazetteer : Gazetteer

    Yields
    ------
    Case
        One for each line whose event is found among the words.
    """
    for start in range(0, len(lines), _BATCH):
        batch = lines[start : start + _BATCH]
        texts = [[*model.paragraphs(line["text"])] for line in batch]
        for line, pieces in zip(batch, model.parse_pieces(texts, events=True), strict=True):
            case = _case(line, pieces, gazetteer)
            if case is not None:
                yield case


def _case(line: dict[str, Any], pieces: Sequence[Parsed], gazetteer: Gazetteer) -> Case | None:
    text = line["text"]
    for piece in pieces:
        words = piece.tokens(line["verb"][0]["start"], line["verb"][0]["end"])
        if words is None:
            continue
        mentions = find_mentions(pieces, gazetteer)
        answers = zip(mentions, resolve(text, mentions, gazetteer), strict=True)
        places = {
            mention: answer.place
            for mention, answer in answers
            if answer is not None and answer.basis != "focus"
        }
        scene = Scene(find_expressions(text, mentions), {}, places)
        named = candidates_of(words.root, piece, scene)
        rows = list(linker.features(words.root, [candidate for _, candidate in named]))
        reading = piece.tagged.reading
        if reading is None:
            raise ValueError("the linker is trained on what our own tagger and reader read")
        heard = [linker.heard_of(words.root, candidate, reading) for _, candidate in named]
        right = [_is_right(expression, line["locations"]) for expression, _ in named]
        digest = hashlib.sha256(text.strip().encode()).hexdigest()
        held = int(digest, 16) % _PARTS == 0
        return Case(held, rows, heard, right, bool(line["locations"]), line["source"])
    return None


def _is_right(expression: Expression, annotated: Sequence[dict[str, int]]) -> bool:
    return any(
        mention.start < span["end"] and span["start"] < mention.end
        for mention in expression.mentions
        for span in annotated
    )


def learn(found: Iterable[Case]) -> dict[str, float]:
    """Weights by feature, of a logistic regression."""
    examples = [
        (row, right) for case in found for row, right in zip(case.rows, case.right, strict=True)
    ]
    seen = Counter(name for row, _ in examples for name in row)
    names = {name: at for at, name in enumerate(sorted(n for n in seen if seen[n] >= LEAST))}
    matrix = np.zeros((len(examples), len(names)))
    for number, (row, _) in enumerate(examples):
        for name, value in row.items():
            if name in names:
                matrix[number, names[name]] = value
    found_weights = logistic(matrix, [is_right for _, is_right in examples], TRUST)
    return {name: round(float(found_weights[at]), 3) for name, at in names.items()}


def figures(
    found: Sequence[Case], weights: Mapping[str, float], least: float, *, with_reader: bool = True
) -> dict[str, float]:
    """Precision, recall and F1 of the likeliest place, given the event and its sentence."""
    tally = Counter[str]()
    for case in found:
        scores = [
            linker.probability(row, weights, heard if with_reader else None)
            for row, heard in zip(case.rows, case.heard, strict=True)
        ]
        best = max(range(len(scores)), key=scores.__getitem__, default=None)
        tally["placed"] += case.placed
        if best is not None and scores[best] >= least:
            tally["answered"] += 1
            tally["right"] += case.right[best]
    precision = tally["right"] / max(tally["answered"], 1)
    recall = tally["right"] / max(tally["placed"], 1)
    f1 = 2 * tally["right"] / max(tally["answered"] + tally["placed"], 1)
    return {name: round(value, 3) for name, value in (("P", precision), ("R", recall), ("F1", f1))}


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, write the weights, and print the figures of the part that was held back."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpora", type=Path, metavar="CORPORA")
    parser.add_argument(
        "--reader",
        type=Path,
        help="an event reader that saw no held-back sentence (pipeline.train_reader leaves one); "
        "without it the figures are of the weights alone",
    )
    options = parser.parse_args(arguments)
    if options.reader:
        default_tagger().reader = Reader(options.reader)
    path = options.corpora / "events" / "event_location_dev.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    lines = [line for line in lines if len(line["verb"]) == 1 and line["source"] not in IGNORED]
    found = list(cases(lines, default_gazetteer()))
    held = [case for case in found if case.held]
    weights = learn(case for case in found if not case.held)
    report = {"held back": figures(held, weights, linker.LIKELY, with_reader=False)}
    if options.reader:
        report["held back, with the reader"] = figures(held, weights, linker.LIKELY)
    for source in ("RELABEL", "Unknown_Andy", "Atrocities"):
        part = [case for case in held if case.source == source]
        report[f"held back, {source}"] = figures(
            part, weights, linker.LIKELY, with_reader=bool(options.reader)
        )
    shipped = {"version": 1, "weights": dict(sorted(learn(found).items()))}
    linker.WEIGHTS.write_text(json.dumps(shipped, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
