"""Train the resolver: annotated corpora to `data/resolver.json`, and a card that tells of it.

    python -m pipeline.train_resolver CORPORA

CORPORA is a folder with ``geoparse/lgl.jsonl.gz`` and ``geoparse/geovirus.jsonl.gz`` (one object a
line: ``doc_id``, ``text``, ``toponyms`` with ``start``, ``end``, ``lat``, ``lon``), which are not
part of this repository. The dev half of the project's own gold set is a third corpus, so that news
of the world weighs beside LGL's local news of the United States.

A conditional logit per stage (`geo.ranking.STAGES`), by penalised maximum likelihood with Newton
steps; everything is deterministic. A name is right in the candidates that are its annotated
entity; where none is, in "focus" if that lies within 161 km, else in "none of these". Where several
candidates fit (coordinates alone cannot tell a town from its province), their sum counts.
"""

import argparse
import gzip
import json
import math
import random
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import numpy as np
from numpy.typing import NDArray

from geo.evidence import (
    CONTEXT,
    EARTH_KM,
    FEATURES,
    SPARE,
    USE,
    Rows,
    believe,
    near_mass,
    with_context,
)
from geo.gazetteer import Gazetteer, Place, default_gazetteer
from geo.names import normalise, stripped
from geo.pools import STATIC, Pool, unit_vectors
from geo.ranking import STAGES, Weights
from geo.resolve import ROUNDS, distance_km, prepare, shares_of
from pipeline.fitting import Answer, Table, calibration, expected_error, fit
from pipeline.mentions import Mention

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

SEED: Final = 20261123
FOLDS: Final = 5
NEAR_KM: Final = 161.0
SAME_KM: Final = 25.0
HELD: Final = {
    "cue_admin_admin1": 2.5,
    "cue_admin_admin2": 1.25,
    "cue_district_admin2": 2.5,
    "cue_district_other": -1.0,
    "cue_town_town": 2.5,
    "cue_town_division": -1.0,
    "cue_water_water": 3.5,
    "division_uncued": -1.2,
    "division_of_town": 0.0,
}
"""Weights set by hand: distances cannot tell a town from its province."""

_FIXED = {FEATURES.index(name): weight for name, weight in HELD.items()}
THRESHOLD: Final = 0.2
FOCUS_THRESHOLD: Final = 0.85
"""Defaults of `geo.resolve.resolve`; `data/README.md` tells why."""

_FARTHEST = 2500.0
_ROOT = Path(__file__).parents[1]


@dataclass(slots=True)
class Case:
    """A document with its annotations.

    Attributes
    ----------
    corpus, doc_id : str
    text : str
    mentions : list of Mention
    gold : list of mapping
        Aligned with `mentions`; ``lat`` is None where there are no coordinates.
    rows : Rows
        Candidates, with the outlet's home among them where the corpus tells it.
    right, near : array of bool, a row each
        The annotated entity; within 161 km of it or the entity.
    labelled : list of int
        Units with annotated coordinates.
    """

    corpus: str
    doc_id: str
    text: str
    mentions: list[Mention]
    gold: list[Mapping[str, Any]]
    rows: Rows
    right: Mask
    near: Mask
    labelled: list[int]


def read_cases(corpora: Path, gazetteer: Gazetteer) -> list[Case]:
    """Read the corpora and lay out their candidates."""
    cases = []
    for corpus in ("lgl", "geovirus"):
        path = corpora / "geoparse" / f"{corpus}.jsonl.gz"
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            cases += [_case(corpus, json.loads(line), gazetteer) for line in lines]
    cases += own_cases("dev", gazetteer)
    return cases


def own_cases(split: str, gazetteer: Gazetteer) -> list[Case]:
    """Read a half, ``dev`` or ``test``, of the project's own gold set."""
    gold = _ROOT / "tests" / "quality" / "dispatches_gold.jsonl"
    found = []
    for line in gold.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if record["split"] != split:
            continue
        text = (_ROOT / "data" / "dispatches" / record["file"]).read_text(encoding="utf-8")
        found.append(
            _case(
                f"own-{split}",
                {"doc_id": record["file"], "text": text, "toponyms": record["toponyms"]},
                gazetteer,
            )
        )
    return found


def _case(corpus: str, record: Mapping[str, Any], gazetteer: Gazetteer) -> Case:
    text, gold = record["text"], record["toponyms"]
    mentions = []
    for span in gold:
        name = text[span["start"] : span["end"]]
        people = gazetteer.demonym(name) and not gazetteer.candidates(name, limit=1)
        mentions.append(
            Mention(span["start"], span["end"], name, "demonym" if people else "toponym")
        )
    rows = prepare(text, mentions, gazetteer, source=record.get("source") or None)
    right, near = np.zeros((2, len(rows.unit)), dtype=np.bool_)
    labelled = []
    for number, unit in enumerate(rows.outline.units):
        placed = [gold[index] for index in unit.mentions if gold[index].get("lat") is not None]
        if placed:
            labelled.append(number)
            span = slice(*candidate_rows(rows, number))
            right[span], near[span] = _labels(rows.pools[number], placed[0])
    return Case(corpus, str(record["doc_id"]), text, mentions, gold, rows, right, near, labelled)


def candidate_rows(rows: Rows, number: int) -> tuple[int, int]:
    """Return the first row of a unit and that of its "focus", which follows its candidates."""
    start = int(rows.starts[number])
    return start, start + len(rows.pools[number].candidates)


def _labels(pool: Pool, gold: Mapping[str, Any]) -> tuple[list[bool], list[bool]]:
    """Tell which candidates are the annotated entity, and which are near it."""
    places = [item.place for item in pool.candidates]
    far = [
        distance_km(place.longitude, place.latitude, gold["lon"], gold["lat"]) for place in places
    ]
    right = [
        km <= _FARTHEST and _is_entity(place, gold) for km, place in zip(far, places, strict=True)
    ]
    # A country or continent has no one point: there the entity counts, elsewhere the distance.
    near = [
        km <= NEAR_KM or (same and place.feature.startswith(("PCL", "CONT")))
        for km, same, place in zip(far, right, places, strict=True)
    ]
    if places and not any(right):
        of_kind = [
            km if _is_kind(place, gold) else math.inf for km, place in zip(far, places, strict=True)
        ]
        reach = max(SAME_KM, min(of_kind) + 5)
        right = [km <= min(reach, NEAR_KM) for km in of_kind]
    return right, near


def _is_kind(place: Place, gold: Mapping[str, Any]) -> bool:
    """Tell whether a place may be what the own gold set calls a place, a province, a country."""
    heads = {"place": ("PPL",), "admin1": ("ADM1",), "country": ("PCL",)}
    wanted = heads.get(gold.get("kind") or "")
    return wanted is None or place.feature.startswith(wanted)


def _is_entity(place: Place, gold: Mapping[str, Any]) -> bool:
    number = gold.get("geonames_id")
    known = f"geonames:{number}" if number is not None else gold.get("place_id")
    if known:
        return place.place_id == str(known)
    if gold.get("wikipedia"):
        key, title = normalise(place.name), normalise(_title(gold))
        return key in {title, stripped(title)[0]} or (
            place.feature.startswith("PCL") and _known_as(title) == place.place_id
        )
    return (
        gold.get("kind") == "country"
        and place.feature.startswith("PCL")
        and place.country == gold.get("country")
    )


def _title(gold: Mapping[str, Any]) -> str:
    """The name in the address of an article: "Georgia" of ".../Georgia_(country)"."""
    last = unquote(gold["wikipedia"].rsplit("/", 1)[-1]).replace("_", " ")
    return re.split(r"[(,]", last)[0]


@cache
def _known_as(title: str) -> str | None:
    found = default_gazetteer().candidates(title, limit=1)
    return found[0].place.place_id if found else None


# --- fitting ----------------------------------------------------------------------------------


def _table(cases: Sequence[Case], tables: Sequence[Array]) -> Table:
    parts, rights, sizes, weights = [], [], [], []
    for case, table in zip(cases, tables, strict=True):
        rows = case.rows
        right = targets(case)
        usable = (rows.index != -1) | (rows.place >= 0)
        for number in case.labelled:
            start, spare = candidate_rows(rows, number)
            span = np.arange(start, spare + 2)
            span = span[usable[span]]
            parts.append(table[span])
            rights.append(right[span])
            sizes.append(len(span))
            said = len(rows.outline.units[number].mentions)
            weights.append(CORPUS_WEIGHT[case.corpus] * said**0.5)
    counts = np.array(sizes)
    return Table(
        np.concatenate(parts),
        np.concatenate([[0], np.cumsum(counts)[:-1]]),
        np.repeat(np.arange(len(counts)), counts),
        np.concatenate(rights),
        np.array(weights),
    )


CORPUS_WEIGHT: Final = {"lgl": 1.0, "geovirus": 2.0, "own-dev": 3.0, "own-test": 0.0}
"""LGL has most names; the weights of the others keep world news from being outvoted."""


def targets(case: Case) -> Mask:
    """Right rows of a case, by where "focus" lies now: a real one, else focus, else none."""
    rows = case.rows
    right = case.right.copy()
    for number in case.labelled:
        start, spare = candidate_rows(rows, number)
        if right[start:spare].any():
            continue
        right[spare if focus_near(case, number) else spare + 1] = True
    return right


def focus_near(case: Case, number: int) -> bool:
    """Tell whether the place that stands in for a unit now is within 161 km of its gold."""
    rows = case.rows
    spare = candidate_rows(rows, number)[1]
    if rows.place[spare] < 0:
        return False
    gold = _gold(case, number)
    there = unit_vectors(np.radians([gold["lon"]]), np.radians([gold["lat"]]))[0]
    chord = float(np.linalg.norm(rows.points[spare] - there))
    return 2 * EARTH_KM * math.asin(min(chord / 2, 1.0)) <= NEAR_KM


def _gold(case: Case, number: int) -> Mapping[str, Any]:
    mentions = case.rows.outline.units[number].mentions
    return next(case.gold[i] for i in mentions if case.gold[i].get("lat") is not None)


def train(cases: Sequence[Case]) -> dict[str, Array]:
    """Weights by stage: each is fitted on what the stage before it believes."""
    stages: dict[str, Array] = {}
    alone = _table(cases, [case.rows.static for case in cases])
    stages["alone"] = fit(alone, _FIXED)
    shares = [believe(case.rows, case.rows.static, stages["alone"]) for case in cases]
    for stage, repeats in (("first", 1), ("later", ROUNDS - 1)):
        for _ in range(repeats):
            tables = [with_context(c.rows, s) for c, s in zip(cases, shares, strict=True)]
            stages[stage] = fit(_table(cases, tables), _FIXED, start=stages.get("first"))
            shares = [
                believe(case.rows, table, stages[stage])
                for case, table in zip(cases, tables, strict=True)
            ]
    return stages


# --- calibration and figures ------------------------------------------------------------------


def answers(case: Case, weights: Weights) -> Iterator[Answer]:
    """Give the answer to each labelled unit of a case; those without a candidate are left out."""
    rows = case.rows
    shares = shares_of(rows, weights)
    for number in case.labelled:
        start, spare = candidate_rows(rows, number)
        mentions = rows.outline.units[number].mentions
        said = sum(case.gold[i].get("lat") is not None for i in mentions)
        best = float(shares[start:spare].max(initial=-1.0))
        if shares[spare] > best and rows.place[spare] >= 0:
            yield Answer(float(shares[spare]), focus_near(case, number), said)
        elif spare > start:
            row = start + int(shares[start:spare].argmax())
            yield Answer(near_mass(rows, number, row, shares), bool(case.near[row]), said)


def weights_of(
    stages: Mapping[str, Array], knots: Sequence[tuple[float, float]], threshold: float = 0.0
) -> Weights:
    """Put stages and calibration together, as `geo.ranking.read_weights` would read them."""
    table = np.array(knots, dtype=np.float64)
    return Weights("training", stages, table[:, 0], table[:, 1], threshold, threshold)


_PLAIN: Final = ((0.0, 0.0), (1.0, 1.0))


def folds(cases: Sequence[Case]) -> list[list[Case]]:
    """Deal documents into folds, by a fixed shuffle."""
    order = list(range(len(cases)))
    random.Random(SEED).shuffle(order)  # noqa: S311 (no secret)
    return [[cases[index] for index in order[fold::FOLDS]] for fold in range(FOLDS)]


def held_out(cases: Sequence[Case]) -> Iterator[tuple[list[Case], dict[str, Array]]]:
    """Yield each fold of LGL with weights trained on all else, then GeoVirus with those without."""
    local = [case for case in cases if case.corpus == "lgl"]
    rest = [case for case in cases if case.corpus != "lgl"]
    parts = folds(local)
    for fold, part in enumerate(parts):
        others = [case for other, p in enumerate(parts) if other != fold for case in p]
        yield part, train([*others, *rest])
    world = [case for case in cases if case.corpus == "geovirus"]
    yield world, train([case for case in cases if case.corpus != "geovirus"])


def cross_calibrated(
    parts: Sequence[Sequence[Answer]],
) -> list[tuple[float, bool]]:
    """Scores of each part by the calibration of the other parts, a pair a mention."""
    scored = []
    for index, part in enumerate(parts):
        knots = calibration([a for other, p in enumerate(parts) if other != index for a in p])
        weights = weights_of({}, knots)
        for item in part:
            score = float(weights.score(np.array([item.share]))[0])
            scored += [(score, item.near)] * item.said
    return scored


def write(path: Path, stages: Mapping[str, Array], knots: Sequence[tuple[float, float]]) -> None:
    """Write the weights as JSON, a feature a line."""
    table = {
        name: [round(float(stages[stage][index]), 4) for stage in STAGES]
        for index, name in enumerate(FEATURES)
    }
    record = {
        "version": "1",
        "stages": list(STAGES),
        "threshold": THRESHOLD,
        "focus_threshold": FOCUS_THRESHOLD,
        "calibration": [list(knot) for knot in knots],
        "weights": table,
    }
    text = json.dumps(record, indent=1)
    # Short lists on one line: what a person reads is a table.
    lines = re.sub(r"\[\s+([^\[\]]*?)\s+\]", lambda m: "[" + " ".join(m[1].split()) + "]", text)
    path.write_text(lines + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, measure on held-out folds, and write the weights and their card."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.train_resolver", description=__doc__)
    parser.add_argument("corpora", type=Path, help="folder that holds geoparse/*.jsonl.gz")
    parser.add_argument("-o", "--output", type=Path, default=_ROOT / "data")
    options = parser.parse_args(arguments)
    gazetteer = default_gazetteer()
    cases = read_cases(options.corpora, gazetteer)
    parts, figures = [], []
    for part, stages in held_out(cases):
        plain = weights_of(stages, _PLAIN)
        found = [answer for case in part for answer in answers(case, plain)]
        parts.append(found)
        total = sum(g.get("lat") is not None for case in part for g in case.gold)
        near = sum(answer.near * answer.said for answer in found)
        figures.append((part[0].corpus, total, near))
        sys.stderr.write(f"{part[0].corpus}: {near} of {total} right\n")
    scored = cross_calibrated(parts[:FOLDS])
    error = expected_error([score for score, _ in scored], [near for _, near in scored])
    knots = calibration([answer for part in parts for answer in part])
    write(options.output / "resolver.json", train(cases), knots)
    card = _card(figures, error, cases)
    (options.output / "resolver.md").write_text(card, encoding="utf-8")
    return 0


def _card(figures: Sequence[tuple[str, int, int]], error: float, cases: Sequence[Case]) -> str:
    local = [figure for figure in figures if figure[0] == "lgl"]
    accuracy = sum(f[2] for f in local) / sum(f[1] for f in local)
    world = next(f[2] / f[1] for f in figures if f[0] == "geovirus")
    names = {c: sum(len(k.labelled) for k in cases if k.corpus == c) for c in CORPUS_WEIGHT}
    return CARD.format(
        features=len(FEATURES),
        static=len(STATIC),
        use=len(USE),
        context=len(CONTEXT),
        spare=len(SPARE),
        lgl=names["lgl"],
        geovirus=names["geovirus"],
        own=names["own-dev"],
        accuracy=accuracy,
        world=world,
        error=error,
        threshold=THRESHOLD,
        focus=FOCUS_THRESHOLD,
    )


CARD: Final = """# Model card: the resolver's weights (resolver.json)

Written by `python -m pipeline.train_resolver CORPORA`; do not edit by hand.

- **What**: a conditional logit over the gazetteer's candidates for a place name, {features} \
features ({static} of the candidate, {use} of its use in the text, {context} of the other \
names, {spare} of the answers "where the document is about" and "none"), three sets of weights \
(without context, first round with it, later rounds), and a table that turns shares into \
probabilities.
- **Trained on**: LGL (Lieberman, Samet and Sankaranarayanan 2010; {lgl} names of local news \
in English, mostly of the United States), GeoVirus (Gritta, Pilehvar and Collier 2018; \
{geovirus} names of WikiNews about epidemics and disasters), the dev half of \
`tests/quality/dispatches_gold.jsonl` ({own} names). A name counts once a document and use, by \
the root of its mentions.
- **Licence notes**: the corpora are not part of this repository (research corpora published \
under GPL-3.0 repositories, news text of its owners); no text or annotation can be read back \
from the weights. The weights are the project's own, MIT.
- **Held out**: right within 161 km (or the annotated entity) given the gold spans, of all: \
LGL, 5 folds by document, {accuracy:.3f}; GeoVirus, trained without it, {world:.3f}. Expected \
calibration error of the score on the LGL folds, calibrated on the other folds: {error:.3f}.
- **Threshold**: answers with a score below {threshold} are None by default, below {focus} \
where the basis is "focus".
- **Limits**: English news. LGL was gathered for its ambiguous names, so that small namesakes \
are more likely here than in most text; the outlet's home helps only where its name or domain \
tells it. Scores are calibrated on names that a person marked as places: of names that a \
recognizer marks wrongly, fewer are right than the score says. Basis "focus" is a guess.
"""


if __name__ == "__main__":
    sys.exit(main())
