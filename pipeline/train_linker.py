"""Train the linker: sentences with an event and its places to `data/linker.npz`.

    python -m pipeline.train_linker CORPORA

CORPORA is a folder with the files of `pipeline.reader_corpora.FILES`: sentences with one event and
its places (``evloc``: ``text``, ``verb`` and ``locations`` as spans with ``start`` and ``end``,
``source``; from Halterman 2019, Geolocating political events in text), and the documents that were
annotated for the event reader.

A fifth of the texts, by hash, is held back: the figures of the card are by weights that never saw
it, beside the event reader, which did not either. The shipped weights are then fitted on all. Seeds
are fixed. Needs the extra ``train``.
"""

import argparse
import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import torch
from torch import nn

from geo.gazetteer import Gazetteer, default_gazetteer
from geo.resolve import resolve
from pipeline import linker, model
from pipeline.expressions import Expression, find_expressions
from pipeline.linker import Weights
from pipeline.model import Parsed
from pipeline.reader_corpora import (
    FILES,
    NONE_MARKED,
    Offsets,
    is_held,
    is_second,
    read_annotations,
    texts,
)
from pipeline.recognizer import find_mentions
from pipeline.scenes import Scene, candidates_of

LEAST: Final = 8
"""A feature is learned if that many places of the training part have it."""

UNITS: Final = 32
SEEDS: Final = 3
"""Networks that are fitted, whose sums are put together."""

EPOCHS, RATE, DECAY, DROPOUT = 40, 3e-3, 1e-3, 0.3

_LEAST_SPREAD = 0.1  # rare features are not blown up
_BATCH = 256
_READ = 16

Array = np.ndarray[Any, np.dtype[Any]]


class Question(NamedTuple):
    """An event's word in a text, by offsets, and the places that are annotated as its own."""

    text: str
    word: Offsets
    places: Sequence[Offsets]
    source: str


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


def questions(corpora: Path) -> Iterator[Question]:
    """Sentences with one event each, but those of sources that mark hardly any; then documents."""
    with gzip.open(corpora / FILES["evloc"], "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            words, places = (
                [(span["start"], span["end"]) for span in record[name]]
                for name in ("verb", "locations")
            )
            if len(words) == 1 and record["source"] not in NONE_MARKED:
                yield Question(record["text"], words[0], places, record["source"])
    # The second written texts make it worse: F1 .832 for .838 on the sentences, held back.
    notes = {
        key: value
        for key, value in read_annotations().items()
        if key[0] != "evloc" and not is_second(*key)
    }
    for corpus, key, text in texts(corpora, notes):
        annotated = notes[corpus, key]
        for low, high in annotated.sentences:
            for told in annotated.events:
                if low <= told.start < high:
                    inside = [place for place in told.places if low <= place[0] < high]
                    yield Question(text, (told.start, told.end), inside, corpus)


def cases(asked: Iterable[Question], gazetteer: Gazetteer) -> Iterator[Case]:
    """See what the linker sees of each event; one whose word is not found is left out."""
    of_texts = [(text, [*group]) for text, group in groupby(sorted(asked), lambda item: item.text)]
    for start in range(0, len(of_texts), _READ):
        batch = of_texts[start : start + _READ]
        pieces = [[*model.paragraphs(text)] for text, _ in batch]
        read = model.parse_pieces(pieces, events=True)
        for (text, group), parsed in zip(batch, read, strict=True):
            scene = _scene(text, parsed, gazetteer)
            for question in group:
                yield from _cases(question, parsed, scene)


def _scene(text: str, pieces: Sequence[Parsed], gazetteer: Gazetteer) -> Scene:
    mentions = find_mentions(pieces, gazetteer)
    answers = zip(mentions, resolve(text, mentions, gazetteer), strict=True)
    places = {
        mention: answer.place
        for mention, answer in answers
        if answer is not None and answer.basis != "focus"
    }
    return Scene(find_expressions(text, mentions), {}, places)


def _cases(question: Question, pieces: Sequence[Parsed], scene: Scene) -> Iterator[Case]:
    for piece in pieces:
        words = piece.tokens(*question.word)
        if words is None:
            continue
        reading = piece.tagged.reading
        if reading is None:
            raise ValueError("the linker is trained on what our own tagger and reader read")
        named = candidates_of(words.root, piece, scene)
        rows = list(linker.features(words.root, [candidate for _, candidate in named]))
        heard = [linker.heard_of(words.root, candidate, reading) for _, candidate in named]
        right = [_is_right(expression, question.places) for expression, _ in named]
        held = is_held(question.text)
        yield Case(held, rows, heard, right, bool(question.places), question.source)
        return


def _is_right(expression: Expression, places: Sequence[Offsets]) -> bool:
    return any(
        mention.start < end and start < mention.end
        for mention in expression.mentions
        for start, end in places
    )


def weighted(found: Sequence[Case]) -> list[Case]:
    """Cases to learn from: those of the corpus that was made for it, by people, count twice.

    Held back, F1 on that corpus and on the documents: .840 and .707 from the corpus alone, .836 and
    .743 from both alike, .846 and .739 so.
    """
    return [*(case for case in found if case.source not in FILES), *found]


def learn(found: Sequence[Case], seeds: int = SEEDS) -> Weights:
    """Fit networks to the cases, and put them together as one.

    The likelihood that is made highest is that of the right place among those of the sentence, or
    of none: the shares of several right ones add up.
    """
    found = [case for case in found if case.rows]
    seen = Counter(name for case in found for row in case.rows for name in row)
    features = {name: at for at, name in enumerate(sorted(n for n in seen if seen[n] >= LEAST))}
    rows = [row for case in found for row in case.rows]
    matrix = np.zeros((len(rows), len(features)), np.float32)
    for number, row in enumerate(rows):
        for name, value in row.items():
            if name in features:
                matrix[number, features[name]] = value
    mean, spread = matrix.mean(0), np.maximum(matrix.std(0), _LEAST_SPREAD)
    inputs = torch.from_numpy((matrix - mean) / spread)
    right = torch.tensor([answer for case in found for answer in case.right], dtype=torch.float32)
    ends = np.cumsum([len(case.rows) for case in found]).tolist()
    spans = list(zip([0, *ends], ends, strict=False))
    fitted = [_fitted(inputs, right, spans, seed) for seed in range(seeds)]
    inner = np.vstack([network.inner.weight.detach().numpy() for network in fitted])
    offset = np.concatenate([network.inner.bias.detach().numpy() for network in fitted])
    direct = np.mean([network.direct.weight.detach().numpy() for network in fitted], axis=0)
    bias = np.mean([network.direct.bias.detach().numpy() for network in fitted])
    into = np.vstack([inner, direct]).T / spread[:, None]
    biases = np.append(offset, bias) - mean @ into
    units = np.concatenate([network.outer.weight.detach().numpy()[0] for network in fitted])
    return Weights(features, np.vstack([into, biases]), units / seeds)


class _Network(nn.Module):  # type: ignore[misc]  # torch may be absent, and is Any then
    def __init__(self, size: int) -> None:
        super().__init__()
        self.direct, self.inner = nn.Linear(size, 1), nn.Linear(size, UNITS)
        self.outer = nn.Linear(UNITS, 1, bias=False)
        nn.init.zeros_(self.outer.weight)
        self.drop = nn.Dropout(DROPOUT)

    def forward(self, x: Any) -> Any:
        units = self.drop(torch.relu(self.inner(self.drop(x))))
        return (self.direct(x) + self.outer(units))[:, 0]


def _fitted(inputs: Any, right: Any, spans: Sequence[Offsets], seed: int) -> _Network:
    torch.manual_seed(seed)
    network = _Network(inputs.shape[1])
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    steps = EPOCHS * -(-len(spans) // _BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps)
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(spans)).split(_BATCH):
            drawn = [spans[number] for number in batch.tolist()]
            rows = torch.cat([torch.arange(*span) for span in drawn])
            lengths = torch.tensor([end - start for start, end in drawn])
            case = torch.repeat_interleave(torch.arange(len(drawn)), lengths)
            optimizer.zero_grad()
            _loss(network(inputs[rows]), right[rows], case, len(drawn)).backward()
            optimizer.step()
            schedule.step()
    return network


def _loss(scores: Any, right: Any, case: Any, count: int) -> Any:
    """Mean of minus the logarithm of what is right's share, where no place at all has score 0."""
    odds = scores.clamp(max=30).exp()
    good = torch.zeros(count).index_add(0, case, odds * right)
    whole = torch.ones(count).index_add(0, case, odds)
    return (whole.log() - torch.where(good > 0, good, torch.ones(count)).log()).mean()


def figures(
    found: Sequence[Case], weights: Weights, least: float, *, with_reader: bool = True
) -> dict[str, float]:
    """Precision, recall and F1 of the likeliest place, given the event and its sentence."""
    tally = Counter[str]()
    for case in found:
        scores = [
            linker.probability(weights.score(row), heard if with_reader else 0.0)
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
        "--unseeing", type=Path, metavar="FILE", help="keep the weights that saw none either"
    )
    options = parser.parse_args(arguments)
    found = list(cases(questions(options.corpora), default_gazetteer()))
    weights = learn(weighted([case for case in found if not case.held]))
    if options.unseeing:
        linker.write_weights(weights, options.unseeing)
    held = [case for case in found if case.held]
    parts = {"Halterman": [case for case in held if case.source not in FILES]}
    parts |= {name: part for name in FILES if (part := [c for c in held if c.source == name])}
    report = {
        f"{name}, {'with' if heard else 'without'} the reader": figures(
            part, weights, linker.LIKELY, with_reader=heard
        )
        for name, part in parts.items()
        for heard in (False, True)
    }
    linker.write_weights(learn(weighted(found)))
    sys.stdout.write(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
