"""Accuracy floors of events and places; the figures are in `floors.json`.

The sample dispatches were annotated by hand before the rules were written. Those of the `dev` split
were looked at while writing them; those of the `test` split were only ever counted. Run this file
as a program (`python tests/quality/test_events_quality.py`) to see the figures, and with a split's
name for what is missed there.

The seed article cannot be handed on; it is scored where it lies beside the repository.
"""

import json
import os
import sys
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from scoring import DISPATCHES, gold_lines, hold_floors, score, score_toponyms

from pipeline import run
from pipeline.documents import Failure, read_documents
from pipeline.toponyms import geoparse

HERE = Path(__file__).parent
FLOORS = json.loads((HERE / "floors.json").read_text(encoding="utf-8"))
SHARED = Path(os.environ.get("DATELINE_SHARED", HERE.parents[2] / "shared"))
SEED = SHARED / "seed"
SPLITS = ("dev", "test")


def dispatches(split):
    return [DISPATCHES / line["file"] for line in gold_lines(split)]


def table(inputs, published=None):
    documents = list(read_documents(inputs, published=published))
    assert not any(isinstance(document, Failure) for document in documents), documents
    return documents, run.table_of(documents, run.events_of(documents))


@cache
def event_score(split):
    documents, events = table(dispatches(split))
    name = {document.doc_id: Path(document.path).name for document in documents}
    rows = {}
    for row in events.to_dict("records"):
        rows.setdefault(name[row["doc_id"]], []).append(row)
    return score(gold_lines(split), rows)


@cache
def toponym_score(split, *, given):
    lines = gold_lines(split)
    records = [
        {
            "doc_id": line["file"],
            "text": (DISPATCHES / line["file"]).read_text(encoding="utf-8"),
            "toponyms": line["toponyms"],
        }
        for line in lines
    ]
    found = {answer["doc_id"]: answer["toponyms"] for answer in geoparse(records, gold_spans=given)}
    return score_toponyms(lines, found)


def figures(split):
    return {
        "events": event_score(split).figures(),
        "toponyms": toponym_score(split, given=False).figures(),
        "given_toponyms": toponym_score(split, given=True).figures(),
    }


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("part", ["events", "toponyms", "given_toponyms"])
def test_floors(split, part):
    hold_floors(figures(split)[part], FLOORS[split][part], f"{split} {part}")


def test_the_gold_is_the_one_that_the_floors_were_measured_on():
    for split in SPLITS:
        assert figures(split)["events"]["gold"] == FLOORS[split]["events"]["gold"]
        assert figures(split)["toponyms"]["gold"] == FLOORS[split]["toponyms"]["gold"]


# --- the seed article -------------------------------------------------------------------------


@cache
def seed():
    if not (SEED / "gold.json").exists():
        pytest.skip(
            f"no seed article at {SEED} (set DATELINE_SHARED to the folder that holds seed/)"
        )
    gold = json.loads((SEED / "gold.json").read_text(encoding="utf-8"))
    (document,), events = table([SEED / "article.txt"], date.fromisoformat(gold["dct"]))
    return gold, document.text, events.to_dict("records")


def told(gold):
    """Spans of the sentences that the annotator quotes for an event."""
    return [(quote["start"], quote["end"]) for quote in gold["quotes"]]


def matches(gold, row):
    """Tell whether a row is an annotated event: in its words, of an allowed type."""
    types = {gold["plover"], *(alt.split("/")[0] for alt in gold.get("plover_alt") or ())}
    inside = any(start <= row["trigger_start"] < end for start, end in told(gold))
    return inside and row["event_type"] in types


def modality_of(gold):
    return "planned" if gold["plover_status"].startswith("future") else "actual"


def geometry_right(gold, row):
    kind, geometry, prec = gold["place"]["geometry_kind"], row["geometry"], row["where_prec"]
    if kind.startswith(("link", "none")):
        return geometry is None or (prec >= 6 and "Line" in geometry.geom_type)
    if geometry is None or prec != gold["place"]["where_prec_ucdp"]:
        return False
    if kind.startswith("point"):
        far = max(
            abs(geometry.centroid.x - gold["place"]["lon"]),
            abs(geometry.centroid.y - gold["place"]["lat"]),
        )
        return geometry.geom_type == "Point" and far < 0.05  # the annotator's 5 km
    return geometry.geom_type.removeprefix("Multi").lower().startswith(kind.split()[0])


def day(value):
    return None if pd.isna(value) else str(pd.Timestamp(value).date())


@pytest.mark.parametrize("number", [f"E{number}" for number in range(1, 12)])
def test_seed_events(number):
    gold, text, rows = seed()
    event = next(event for event in gold["events"] if event["id"] == number)
    found = [row for row in rows if matches(event, row)]
    if not event["must"] and not found:
        return  # welcome, but not asked for
    assert len(found) == 1, f"{event['plain']}: {[row['trigger'] for row in found]}"
    (row,) = found
    assert row["modality"] == modality_of(event)
    assert text[row["sentence_start"] : row["sentence_end"]] == row["sentence"]
    if event["must"]:
        assert (day(row["date_start"]), day(row["date_end"])) == (
            event["date_start"],
            event["date_end"],
        )
        assert geometry_right(event, row), (row["location"], row["where_prec"])


def test_seed_distractors_are_no_events():
    gold, _, rows = seed()
    real = [span for event in gold["events"] for span in told(event)]
    for row in rows:
        if row["modality"] != "actual" or row["geometry"] is None:
            continue
        at = row["trigger_start"]
        for distractor in gold["distractors"]:
            inside = distractor["start"] <= at < distractor["end"]
            assert not inside or any(start <= at < end for start, end in real), (
                row["trigger"],
                distractor["kind"],
            )


def test_seed_has_no_other_event_on_the_map():
    gold, _, rows = seed()
    mapped = [row for row in rows if row["modality"] == "actual" and row["geometry"] is not None]
    assert mapped
    extra = [row for row in mapped if not any(matches(event, row) for event in gold["events"])]
    assert [row["sentence"] for row in extra] == []


def _main():
    found = {split: figures(split) for split in SPLITS}
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    for split in sys.argv[1:]:
        for file, what, gold, row in event_score(split).misses:
            words = gold["trigger_text"] if gold else row["trigger"]
            sentence = row["sentence"] if row else ""
            sys.stdout.write(f"{file}\t{what}\t{words}\t{sentence}\n")


if __name__ == "__main__":
    _main()
