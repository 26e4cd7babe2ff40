"""Fit the confidence of events on the project's own gold: weights to data/confidence.json.

    python -m pipeline.train_confidence [CORPORA]

Reads the sample dispatches with their annotation, the incidents' gold of tests/quality and the
written texts that taught the reader nothing. An event that the pipeline finds is right if type,
modality, date and place are; what the dispatches' annotation leaves out was judged by hand
(judged_rows.jsonl). With CORPORA, annotated articles of the newswire too
(`pipeline.reader_corpora`), those that the event reader has not seen: there an event is right if
type, modality and the place's words are, and one that nobody annotated is wrong. The halves `dev`
are fitted, the halves `test` counted; of the newswire the halves are by a hash of the text.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np

from geo.resolve import distance_km
from pipeline import confidence, incidents, run
from pipeline.documents import Document, Span, document, read_documents
from pipeline.events import Draft, Event
from pipeline.fitting import expected_error, logistic
from pipeline.reader import FOLDER
from pipeline.reader_corpora import Told, is_held, read_annotations, texts

ROOT = Path(__file__).resolve().parents[1]
GOLD = ROOT / "tests" / "quality"
BINS = 5
_DAY: Final = date(2022, 6, 15)

TRUST = 0.25
"""Weight of a case against the penalty of `pipeline.fitting`: the best of six by cross-validation
on the halves `dev`."""

FREE = frozenset({"constant", "attributed", "length", "trigger"})
"""Features that may add to the confidence."""


@dataclass(frozen=True, slots=True)
class Case:
    """An event that the pipeline found, and whether it is right.

    Attributes
    ----------
    source : str
        ``own``, ``written`` or ``newswire``.
    split : str
        ``dev`` or ``test``.
    features : mapping
        Of `pipeline.confidence`.
    said : float
        Its confidence in the table, by the weights at hand.
    right : bool
    """

    source: str
    split: str
    features: Mapping[str, float]
    said: float
    right: bool


def found_in(documents: Sequence[Document]) -> list[list[tuple[Mapping[str, float], Event]]]:
    """Each document's events with the features that they were rated by."""
    seen: dict[str, Mapping[str, float]] = {}

    def recording(draft: Draft) -> Draft:
        seen[incidents.event_id(draft.event)] = confidence.features(draft)
        return confidence.rated(draft)

    found = run.events_of(documents, rate=recording)
    return [[(seen[incidents.event_id(event)], event) for event in events] for events in found]


def cases() -> Iterator[Case]:
    """Yield all cases whose rightness is known."""
    yield from _of_dispatches()
    yield from _of_incidents()
    yield from _of_written()


def of_newswire(corpora: Path) -> Iterator[Case]:
    """Cases of the annotated articles that are held back from the reader."""
    notes = read_annotations()
    for corpus, key, text in texts(corpora, notes):
        if corpus != "newswire" or not is_held(text):
            continue
        annotated = notes[corpus, key]
        item = document(text, published=_DAY, doc_id=key)
        (found,) = found_in([item])
        for features, event in found:
            start = event.trigger.start
            if any(low <= start < high for low, high in annotated.sentences):
                right = any(_is_told(event, told) for told in annotated.events)
                yield Case("newswire", _half(key), features, event.confidence, right)


def _is_told(event: Event, told: Told) -> bool:
    """Whether an annotated event is this one, told the same, at a place of the same words."""
    if not (event.trigger.start < told.end and told.start < event.trigger.end):
        return False
    if (event.event_type, event.modality) != (told.event_type, told.modality):
        return False
    if not told.places:
        return event.named is None
    words = [event.named] if event.named is not None else []
    if event.site is not None:
        spot = event.site.expression
        words.append(Span(spot.start, spot.end, spot.text))
    return any(
        word.start < end and start < word.end for word in words for start, end in told.places
    )


def _half(key: str) -> str:
    return "dev" if int(hashlib.sha256(key.encode()).hexdigest(), 16) % 2 else "test"


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (GOLD / name).read_text(encoding="utf-8").splitlines()]


def _of_dispatches() -> Iterator[Case]:
    lines = {line["file"]: line for line in _lines("dispatches_gold.jsonl")}
    judged = {(row["file"], tuple(row["trigger"])): row for row in _lines("judged_rows.jsonl")}
    inputs = [ROOT / "data" / "dispatches" / name for name in lines]
    documents = [item for item in read_documents(inputs) if isinstance(item, Document)]
    for item, events in zip(documents, found_in(documents), strict=True):
        line = lines[Path(item.path or "").name]
        for features, event in events:
            right = _judged(line, judged, event)
            if right is not None:
                yield Case("own", line["split"], features, event.confidence, right)


def _judged(
    line: Mapping[str, Any], judged: Mapping[tuple[Any, ...], Mapping[str, Any]], event: Event
) -> bool | None:
    """Whether an event is right by the annotation, else by hand; None if neither knows it."""
    start, end = event.trigger.start, event.trigger.end
    gold = [
        item for item in line["events"] if item["trigger"][0] < end and start < item["trigger"][1]
    ]
    if gold:
        return any(_agrees(item, event) for item in gold)
    row = judged.get((line["file"], (start, end)))
    if row is None:
        return None
    place = None if event.site is None else event.site.location.name
    day = event.when.end.isoformat() if event.when.end else None
    same = (row["event_type"], row["modality"], row["date_end"], row["location"]) == (
        event.event_type,
        event.modality,
        day,
        place,
    )
    return bool(row["right"]) if same else None


def _agrees(gold: Mapping[str, Any], event: Event) -> bool:
    types = {gold["event_type"], *gold["alt_types"]}
    if event.event_type not in types or event.modality != gold["modality"]:
        return False
    return _day_agrees(gold, event) and _place_agrees(gold, event)


def _day_agrees(gold: Mapping[str, Any], event: Event) -> bool:
    last = gold["date_end"] or gold["date_start"]
    mine = event.when.end or event.when.start
    if last is None or mine is None:
        return last is None
    first = date.fromisoformat(gold["date_start"] or last).toordinal() - 1
    return first <= mine.toordinal() <= date.fromisoformat(last).toordinal() + 1


def _place_agrees(gold: Mapping[str, Any], event: Event) -> bool:
    """As tests/quality/scoring.py, by distance alone: a few polygons are judged more strictly."""
    prec = None if event.site is None else event.site.location.where_prec
    if gold["geometry"] in {"none", "remote"}:
        return prec is None or prec > 3
    if event.site is None or prec is None:
        return False
    if gold["geometry"] == "line":
        return prec == 5
    if (gold["geometry"] == "point" and prec not in {1, 2, 3, 5}) or (
        gold["geometry"] == "country" and prec <= 3
    ):
        return False
    return _is_near(event, gold["lon"], gold["lat"], gold["tolerance_km"] or 50)


def _is_near(event: Event, lon: float | None, lat: float | None, km: float) -> bool:
    if lon is None or lat is None:
        return True
    at = None if event.site is None else event.site.location
    if at is None or at.longitude is None or at.latitude is None:
        return False
    return distance_km(at.longitude, at.latitude, lon, lat) <= km


def _of_incidents() -> Iterator[Case]:
    lines = _lines("incidents_gold.jsonl")
    documents = [
        document(line["text"], stated=date.fromisoformat(line["published"]), doc_id=line["id"])
        for line in lines
    ]
    for line, events in zip(lines, found_in(documents), strict=True):
        start, end = line["trigger"]
        for features, event in events:
            if not (event.trigger.start < end and start < event.trigger.end):
                continue
            day = event.when.end or event.when.start
            apart = 9 if day is None else abs((day - date.fromisoformat(line["day"])).days)
            right = (
                event.event_type in line["types"]
                and event.modality == "actual"
                and apart <= 1
                and _is_near(event, line["lon"], line["lat"], line["tolerance_km"] or 50)
            )
            yield Case("own", line["split"], features, event.confidence, right)


def _of_written() -> Iterator[Case]:
    """The written texts that taught nothing: every event of them is annotated."""
    lines = {line["file"]: line for line in _lines("written_gold.jsonl") if line["split"] == "held"}
    texts_of = (FOLDER / "written.jsonl").read_text(encoding="utf-8").splitlines()
    documents = [
        document(
            record["text"],
            published=date.fromisoformat(record["published"]),
            doc_id=record["doc_id"],
        )
        for record in map(json.loads, texts_of)
        if record["doc_id"] in lines
    ]
    for item, events in zip(documents, found_in(documents), strict=True):
        for features, event in events:
            start, end = event.trigger.start, event.trigger.end
            right = any(
                gold["trigger"][0] < end and start < gold["trigger"][1] and _agrees(gold, event)
                for gold in lines[item.doc_id]["events"]
            )
            yield Case("written", _half(item.doc_id), features, event.confidence, right)


def fitted(known: Sequence[Case]) -> dict[str, float]:
    """Weights by feature, of a logistic regression.

    A feature that tells of something missing can only take away: one that would add is left out,
    the sample is too small to believe it. The constant, which the penalty draws to 0 as well, is
    set last, so that the mean probability is the share that is right.
    """
    out: set[str] = set()
    while True:
        found = _weights(known, out)
        wrong = {name for name, value in found.items() if value > 0 and name not in FREE}
        if not wrong:
            break
        out |= wrong
    share = sum(case.right for case in known) / len(known)
    low, high = -9.0, 9.0
    while high - low > 1e-4:
        found["constant"] = (low + high) / 2
        mean = sum(rate(case.features, found) for case in known) / len(known)
        low, high = (found["constant"], high) if mean < share else (low, found["constant"])
    return {name: round(value, 3) for name, value in found.items()}


def _weights(known: Sequence[Case], out: AbstractSet[str]) -> dict[str, float]:
    rows = [
        [0.0 if name in out else case.features.get(name, 0.0) for name in confidence.FEATURES]
        for case in known
    ]
    weights = logistic(np.array(rows), [case.right for case in known], TRUST)
    return dict(zip(confidence.FEATURES, map(float, weights), strict=True))


def reliability(
    pairs: Sequence[tuple[float, bool]], bins: int = BINS
) -> list[tuple[float, float, int]]:
    """Mean confidence, share right and number of events, in bins of equal number, least first."""
    ordered = sorted(pairs, key=lambda pair: pair[0])
    parts = np.array_split(np.arange(len(ordered)), bins)
    return [
        (
            float(np.mean([ordered[index][0] for index in part])),
            float(np.mean([ordered[index][1] for index in part])),
            len(part),
        )
        for part in parts
        if len(part)
    ]


def rate(found: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Probability from features by given weights."""
    total = sum(weights[name] * value for name, value in found.items())
    return float(np.clip(1 / (1 + np.exp(-total)), confidence.LEAST, confidence.MOST))


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit on the halves `dev`, say how good it is on the halves `test`, write the weights."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpora", nargs="?", type=Path, metavar="CORPORA")
    options = parser.parse_args(arguments)
    known = list(cases())
    if options.corpora:
        known += of_newswire(options.corpora)
    dev = [case for case in known if case.split == "dev"]
    held = [case for case in known if case.split == "test"]
    weights = fitted(dev)
    parts = {"dev": dev, "test": held}
    for source in sorted({case.source for case in held}):
        parts[f"test, {source}"] = [case for case in held if case.source == source]
    for name, part in parts.items():
        pairs = [(rate(case.features, weights), case.right) for case in part]
        before = [(case.said, case.right) for case in part]
        sys.stdout.write(f"{name}: {len(part)} events, {sum(c.right for c in part)} right\n")
        for title, scored in (("fitted", pairs), ("at hand", before)):
            error = expected_error([p for p, _ in scored], [right for _, right in scored])
            brier = float(np.mean([(p - right) ** 2 for p, right in scored]))
            sys.stdout.write(f"  {title}: ECE {error:.3f}, Brier {brier:.3f}\n")
            for mean, share, number in reliability(scored):
                sys.stdout.write(f"    said {mean:.2f}  right {share:.2f}  n {number}\n")
    confidence.WEIGHTS.write_text(
        json.dumps({"fitted_on": len(dev), "weights": weights}, indent=1) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
