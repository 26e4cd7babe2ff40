"""Train the event reader: annotated sentences and corpora to `data/reader/model.onnx`.

    python -m pipeline.train_reader CORPORA

CORPORA is a folder with the files of `pipeline.reader_corpora.FILES`, which are not part of this
repository; data/reader/README.md tells what they are. A fifth of the documents, by a hash of the
text, is kept from it: what ships has never seen what this program, `pipeline.train_triggers`,
`train_linker` and `train_confidence` count their figures on. Needs the extra ``train``; two
processor cores take about half an hour. Seeds are fixed.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from pipeline.reader import FOLDER, MODALITIES, Reader
from pipeline.reader_corpora import (
    FILES,
    Window,
    own_sentences,
    read_annotations,
    windows,
)
from pipeline.reader_learning import fit
from pipeline.reader_network import Network, export
from pipeline.tagger import FOLDER as TAGGER
from pipeline.tagger import default_tagger

VERSION: Final = "dateline-reader-1"
SURE: Final = 0.5
"""Likelihood from which figures count a word as told."""

_ROOT: Final = Path(__file__).resolve().parents[1]


def main(arguments: Sequence[str] | None = None) -> int:
    """Train the reader, and print its figures on what it has not seen."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpora", type=Path, metavar="CORPORA")
    parser.add_argument("-o", "--output", type=Path, default=FOLDER)
    options = parser.parse_args(arguments)

    def say(line: str) -> None:
        sys.stderr.write(line + "\n")

    known = list(_windows(options.corpora))
    say(f"{len(known)} windows, {sum(len(window.hidden) for window in known)} word pieces")
    tagger = TAGGER / "model.onnx"
    shown = [window for window in known if not window.held]
    write(fit(shown, tagger, say), options.output)
    held = [window for window in known if window.held]
    sys.stdout.write(json.dumps(figures(held, Reader(options.output)), indent=1) + "\n")
    return 0


def _windows(corpora: Path) -> Iterator[Window]:
    notes, tagger = read_annotations(), default_tagger()
    for corpus in FILES:
        if not (corpora / FILES[corpus]).is_file():
            sys.stderr.write(f"no {corpora / FILES[corpus]}: left out\n")
            continue
        yield from windows(corpora, corpus, tagger, notes)
    yield from own_sentences(_ROOT / "data" / "typing" / "sentences.tsv", tagger)


def write(network: Network, folder: Path) -> None:
    """Write the files of `pipeline.reader.Reader`."""
    folder.mkdir(parents=True, exist_ok=True)
    export(network, folder / "model.onnx")
    labels = json.dumps({"version": VERSION})
    (folder / "labels.json").write_text(labels + "\n", encoding="utf-8")


def figures(held: Sequence[Window], reader: Reader) -> dict[str, dict[str, float]]:
    """By corpus: words that tell an event, their category and modality, by the reader alone."""
    tallies: dict[str, Counter[str]] = {}
    for window in held:
        if not (window.events >= 0).any():
            continue
        tally = tallies.setdefault(window.corpus, Counter())
        events, told, *_ = reader.read(window.hidden[None].astype(np.float32), window.first)
        found = (1 - events[0, :, 0] >= SURE) & (window.events >= 0)
        gold = window.events > 0
        both = found & gold
        tally["gold"] += int(gold.sum())
        tally["found"] += int(found.sum())
        tally["right"] += int(both.sum())
        tally["typed"] += int((events[0, :, 1:].argmax(-1) + 1 == window.events)[both].sum())
        tally["told"] += int((told[0].argmax(-1) == window.told)[gold].sum())
    return {corpus: _rates(tally) for corpus, tally in tallies.items()}


def _rates(tally: Counter[str]) -> dict[str, float]:
    either = max(tally["gold"] + tally["found"], 1)
    return {
        "gold": tally["gold"],
        "P": round(tally["right"] / max(tally["found"], 1), 3),
        "R": round(tally["right"] / max(tally["gold"], 1), 3),
        "F1": round(2 * tally["right"] / either, 3),
        "F1 typed": round(2 * tally["typed"] / either, 3),
        f"modality ({len(MODALITIES)})": round(tally["told"] / max(tally["gold"], 1), 3),
    }


if __name__ == "__main__":
    sys.exit(main())
