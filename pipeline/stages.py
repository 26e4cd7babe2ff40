"""Stages of the tagger's training: what is learned from which corpus, and how it is measured.

1. From MiniLM-L6: the newswire (all but each 20th article, which are held out) and CrossNER.
2. From stage 1: LGL and GeoVirus, with newswire mixed in so that names of people and dates are not
   forgotten. Then half of the feed-forward units are taken out, which a last round on the same
   texts makes good. This is what ships.

Folds: stage 2 five times on four fifths of LGL without GeoVirus, measured on what each has not
seen; only for the figures. All figures are of the exported 8-bit model, as `pipeline.tagger` runs
it.

Needs the extra ``train``. Only `pipeline.train` imports this module.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import torch

from geo.gazetteer import default_gazetteer
from pipeline import corpora
from pipeline.corpora import Example
from pipeline.learning import Settings, fit, numbers, sample
from pipeline.network import Network, build, export
from pipeline.pruning import narrow, prune
from pipeline.scores import (
    Tally,
    name_tallies,
    overlap,
    parse_agreement,
    strict,
    toponym_spans,
)
from pipeline.tagger import Tagged, Tagger
from pipeline.teacher import taught

SEED: Final = 0
FOLDS: Final = 5
FIRST: Final = Settings(epochs=3, rate=1e-4)
SECOND: Final = Settings(epochs=3, rate=6e-5, weights=(1.0, 1.0, 0.5), mixed=0.33)
AFTER: Final = Settings(epochs=2, rate=3e-5, mixed=1.0)
WIDTH: Final = 768
"""Inner units that are left of each feed-forward block's 1,536."""

_HELD = 20  # one newswire article of so many is held out
_READ = 64  # documents a pass
_SAMPLE = 80  # batches of 16 windows that pruning looks at

Progress = Callable[[str], None]
Figures = dict[str, float]


@dataclass(frozen=True)
class Course:
    """What all stages need.

    Attributes
    ----------
    base, work : Path
        Folder of MiniLM-L6, and where weights and checkpoints are kept.
    texts : dict
        Corpus to examples, with parses, CrossNER's sentences joined.
    tags, labels : tuple of str
        All of the parses, sorted.
    device : torch.device
    progress : callable
        Told a line, now and then.
    """

    base: Path
    work: Path
    texts: dict[str, list[Example]]
    tags: tuple[str, ...]
    labels: tuple[str, ...]
    device: Any
    progress: Progress

    @property
    def vocabulary(self) -> Path:
        """File of the base's word pieces."""
        return self.base / "vocab.txt"

    @property
    def newswire(self) -> list[Example]:
        """Newswire to train on."""
        return [item for number, item in enumerate(self.texts["newswire"]) if number % _HELD]

    @property
    def held(self) -> list[Example]:
        """Newswire to measure on."""
        return self.texts["newswire"][::_HELD]


def prepare(folder: Path, base: Path, work: Path, device: str, progress: Progress) -> Course:
    """Read the corpora and let the teacher parse them (minutes, then kept in `work`).

    Parameters
    ----------
    folder : Path
        See `pipeline.corpora`.
    base, work : Path
        See `Course`.
    device : str
        ``auto`` (a GPU if there is one), ``cpu`` or ``cuda``.
    progress : callable

    Raises
    ------
    FileNotFoundError
        If a corpus or a file of the base is missing.
    """
    for name in ("config.json", "model.safetensors", "vocab.txt"):
        if not (base / name).is_file():
            raise FileNotFoundError(f"no {name} in {base}: name MiniLM-L6's folder by --base")
    gazetteer = default_gazetteer()

    @cache
    def is_people(word: str) -> bool:
        return gazetteer.demonym(word) is not None

    examples = [item for key in corpora.FILES for item in corpora.read(folder, key, is_people)]
    examples = taught(examples, work / "parses.jsonl", progress)
    parses = [item.parse for item in examples if item.parse]
    texts = {key: [item for item in examples if item.corpus == key] for key in corpora.FILES}
    texts["crossner"] = corpora.join(texts["crossner"])
    for key, items in texts.items():
        progress(f"{key}: {len(items)} texts, {sum(len(item.words) for item in items)} words")
    chosen = device
    if device == "auto":
        chosen = "cuda" if torch.cuda.is_available() else "cpu"
    return Course(
        base=base,
        work=work,
        texts=texts,
        tags=tuple(sorted({tag for parse in parses for tag in parse.tags})),
        labels=tuple(sorted({label for parse in parses for label in parse.labels})),
        device=torch.device(chosen),
        progress=progress,
    )


def first(course: Course, settings: Settings = FIRST) -> Figures:
    """Stage 1; figures of LGL, GeoVirus and the newswire held out, of which it has seen nothing."""
    weights = course.work / "stage1.pt"
    if not weights.exists():
        items = course.newswire + course.texts["crossner"]
        _trained(course, None, items, settings, weights)
    folder = _exported(course, weights, course.work / "stage1")
    tagger = Tagger(folder)
    return {
        **_spans("stage1.lgl", tagger, course.texts["lgl"]),
        **_spans("stage1.geovirus", tagger, course.texts["geovirus"]),
        **_held("stage1", tagger, course.held),
    }


def second(course: Course, output: Path, settings: Settings = SECOND) -> Figures:
    """Stage 2, written to `output`; figures of the newswire held out, and the file's size.

    Raises
    ------
    FileNotFoundError
        If there are no weights of stage 1.
    """
    items = course.texts["lgl"] + course.texts["geovirus"]
    weights = _narrowed(course, items, settings, course.work / "stage2.pt")
    folder = _exported(course, weights, output, anew=True)
    size = (folder / "model.onnx").stat().st_size
    return {**_held("stage2", Tagger(folder), course.held), "stage2.megabytes": size / 1e6}


def folds(course: Course, settings: Settings = SECOND) -> Figures:
    """Stage 2 on folds; figures of LGL (each text by the model that has not seen it) and GeoVirus.

    Fold of a text: its place in the corpus modulo five. The models stay in ``work/fold-0`` to
    ``work/fold-4``, for measuring what comes after the tagger. GeoVirus is read by each model, and
    the counts added.

    Raises
    ------
    FileNotFoundError
        If there are no weights of stage 1.
    """
    local = course.texts["lgl"]
    tallies: dict[str, tuple[Tally, Tally]] = {}
    for fold in range(FOLDS):
        seen = [item for number, item in enumerate(local) if number % FOLDS != fold]
        weights = _narrowed(course, seen, settings, course.work / f"fold-{fold}.pt")
        tagger = Tagger(_exported(course, weights, course.work / f"fold-{fold}"))
        parts = {"lgl": local[fold::FOLDS], "geovirus": course.texts["geovirus"]}
        for key, items in parts.items():
            exact, touching = _recognised(items, read(tagger, items))
            before = tallies.get(key, (Tally(), Tally()))
            tallies[key] = (before[0] + exact, before[1] + touching)
            course.progress(f"fold {fold}, {key}: F1 {exact.f1:.3f}, overlap {touching.f1:.3f}")
    found: Figures = {}
    for key, (exact, touching) in tallies.items():
        found |= _figures(f"folds.{key}", exact, touching)
    return found


def read(tagger: Tagger, items: Sequence[Example]) -> list[Tagged]:
    """Let the tagger read the texts."""
    ends = [*range(0, len(items), _READ), len(items)]
    return [
        tagged
        for start, end in pairwise(ends)
        for (tagged,) in tagger.tag([[item.text] for item in items[start:end]])
    ]


def _narrowed(course: Course, items: Sequence[Example], settings: Settings, weights: Path) -> Path:
    """Stage 2 in full width and narrowed, each kept; the path of the latter's weights."""
    narrow_weights = weights.with_name(f"{weights.stem}-narrow.pt")
    if not narrow_weights.exists():
        if not weights.exists():
            _trained(course, course.work / "stage1.pt", items, settings, weights)
        _trained(
            course,
            weights,
            items,
            replace(AFTER, epochs=min(AFTER.epochs, settings.epochs)),
            narrow_weights,
            width=WIDTH,
        )
    return narrow_weights


def _trained(
    course: Course,
    start: Path | None,
    items: Sequence[Example],
    settings: Settings,
    weights: Path,
    *,
    width: int | None = None,
) -> None:
    """Train from the base or a stage's weights, narrowed before if asked; keep the result."""
    torch.manual_seed(SEED)
    network = build(course.base, len(course.tags), len(course.labels))
    if start is not None:
        _load(course, network, start)
    pieces = course.vocabulary.read_text("utf-8").rstrip("\n").split("\n")
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    mix = course.newswire if settings.mixed else []
    own = numbers(items, vocabulary, course.tags, course.labels)
    others = numbers(mix, vocabulary, course.tags, course.labels)
    if width is not None:
        losses = prune(network, sample([*own, *others], _SAMPLE), width)
        told = ", ".join(f"{loss:.2%}" for loss in losses)
        course.progress(f"{weights.stem}: {width} units left, lost by layer: {told}")
    checkpoint = weights.with_suffix(".checkpoint")
    fit(
        network.to(course.device),
        own,
        others,
        settings,
        checkpoint=checkpoint,
        progress=lambda line: course.progress(f"{weights.stem}: {line}"),
    )
    record = {"network": network.state_dict(), "tags": course.tags, "labels": course.labels}
    part = weights.with_suffix(".part")
    torch.save(record, part)
    part.replace(weights)
    checkpoint.unlink(missing_ok=True)


def _load(course: Course, network: Network, weights: Path) -> None:
    if not weights.exists():
        raise FileNotFoundError(f"no {weights}: run stage 1 first")
    record = torch.load(weights, map_location="cpu", weights_only=True)
    if (record["tags"], record["labels"]) != (course.tags, course.labels):
        raise ValueError(f"{weights} knows other tags or labels than the parses: run stage 1 anew")
    narrow(network, len(record["network"]["encoder.encoder.layer.0.intermediate.dense.bias"]))
    network.load_state_dict(record["network"])


def _exported(course: Course, weights: Path, folder: Path, *, anew: bool = False) -> Path:
    if anew or not (folder / "model.onnx").exists():
        network = build(course.base, len(course.tags), len(course.labels))
        _load(course, network, weights)
        export(network, folder, course.vocabulary, course.tags, course.labels)
    return folder


def _spans(prefix: str, tagger: Tagger, items: Sequence[Example]) -> Figures:
    return _figures(prefix, *_recognised(items, read(tagger, items)))


def _recognised(items: Sequence[Example], found: Sequence[Tagged]) -> tuple[Tally, Tally]:
    """Strict and overlap counts of toponyms."""
    pairs = [(item.gold, toponym_spans(tagged)) for item, tagged in zip(items, found, strict=True)]
    return (
        sum((strict(gold, spans) for gold, spans in pairs), Tally()),
        sum((overlap(gold, spans) for gold, spans in pairs), Tally()),
    )


def _figures(prefix: str, exact: Tally, touching: Tally) -> Figures:
    return {
        f"{prefix}.{kind}.{measure}": getattr(tally, measure)
        for kind, tally in (("strict", exact), ("overlap", touching))
        for measure in ("precision", "recall", "f1")
    }


def _held(prefix: str, tagger: Tagger, items: Sequence[Example]) -> Figures:
    """F1 of names by kind and of all, and agreement with the teacher."""
    found = read(tagger, items)
    pairs = list(zip(items, found, strict=True))
    kinds: dict[str, Tally] = {}
    for item, tagged in pairs:
        for kind, tally in name_tallies(item, tagged).items():
            kinds[kind] = kinds.get(kind, Tally()) + tally
    everything = sum(kinds.values(), Tally())
    return {
        f"{prefix}.held.names.f1": everything.f1,
        **{f"{prefix}.held.{kind}.f1": tally.f1 for kind, tally in kinds.items()},
        **{f"{prefix}.held.{key}": share for key, share in parse_agreement(pairs).items()},
    }
