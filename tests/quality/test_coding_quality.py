"""Floors of `dateline code`: on ACLED-style notes of our own, and on the development corpora where
their folder lies beside the repository (DATELINE_SHARED names another place).

The notes' author also wrote the cues that they measure (against the other half of the notes, in
data/typing/notes.tsv), so that other people's notes will come out lower. The corpora taught the
shipped weights: those are floors against things going wrong, and no measure of accuracy.
"""

import gzip
import json
import os
from pathlib import Path

import pytest

from pipeline.acled import type_of
from pipeline.coding import code
from pipeline.train_verdicts import OLD_NAMES, macro_f1
from pipeline.verdicts import QUADS

HERE = Path(__file__).parent
SHARED = Path(os.environ.get("DATELINE_SHARED", HERE.parents[2] / "shared")) / "bench" / "events"
FLOORS = json.loads((HERE / "floors.json").read_text(encoding="utf-8"))["coding"]


def first_events(texts):
    records = ({"text": text, "published": "2015-06-15"} for text in texts)
    return [item["events"][0] if item["events"] else {} for item in code(records)]


def corpus(name):
    path = SHARED / f"{name}.jsonl.gz"
    if not path.is_file():
        pytest.skip(f"{name} is not beside the repository")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def test_floors_on_notes():
    text = (HERE / "acled_notes_gold.jsonl").read_text(encoding="utf-8")
    notes = [json.loads(line) for line in text.splitlines()]
    assert len(notes) == FLOORS["notes"]
    found = [event.get("acled_sub_event_type") for event in first_events(n["text"] for n in notes)]
    gold = [note["sub_event_type"] for note in notes]
    same = sum(one == other for one, other in zip(gold, found, strict=True))
    kinds = sum(
        (one and type_of(one)) == (other and type_of(other))
        for one, other in zip(gold, found, strict=True)
    )
    assert same / len(notes) >= FLOORS["sub_event_type"]
    assert kinds / len(notes) >= FLOORS["event_type"]


def test_floor_on_plover():
    records = corpus("plover_gsr_dev")
    found = first_events(record["text"].strip("{}") for record in records)
    gold = [OLD_NAMES.get(record["label"], record["label"]) for record in records]
    right = sum(one == event.get("event_type") for one, event in zip(gold, found, strict=True))
    assert right / len(records) >= FLOORS["plover_taught"]


def test_floor_on_quad_classes():
    records = corpus("cameo_quad_dev")[::5]
    found = first_events(record["text"] for record in records)
    pairs = [
        (record["label"], QUADS.index(event.get("quad_class")))
        for record, event in zip(records, found, strict=True)
    ]
    assert macro_f1(pairs) >= FLOORS["quad_taught"]
