"""Floors on LGL, where its folder lies beside the repository; it cannot be handed on.

The shipped tagger and resolver were trained on it, so that these are floors against things going
wrong, and no measure of accuracy on new text: those are in README.md, from folds.
"""

import gzip
import json
import os
from pathlib import Path

import pytest

from geo.resolve import distance_km
from pipeline.toponyms import geoparse

HERE = Path(__file__).parent
SHARED = Path(os.environ.get("DATELINE_SHARED", HERE.parents[2] / "shared"))
LGL = SHARED / "bench" / "geoparse" / "lgl.jsonl.gz"
FLOORS = json.loads((HERE / "floors.json").read_text(encoding="utf-8"))["lgl"]
EACH = 8


def overlaps(one, other):
    return one["start"] < other["end"] and other["start"] < one["end"]


def near(gold, found):
    return (
        found["lat"] is not None
        and distance_km(found["lon"], found["lat"], gold["lon"], gold["lat"]) <= 161
    )


def end_to_end(records, results):
    """F1 of places found within 161 km, as the shared scorer has it but for its pairing."""
    right = placed = known = 0
    for record, result in zip(records, results, strict=True):
        gold = record["toponyms"]
        for found in result["toponyms"]:
            beside = [item for item in gold if overlaps(found, item)]
            if found["lat"] is None or (beside and all(item["lat"] is None for item in beside)):
                continue
            placed += 1
            right += any(item["lat"] is not None and near(item, found) for item in beside)
        known += sum(item["lat"] is not None for item in gold)
    return 2 * right / (placed + known)


@pytest.mark.skipif(not LGL.is_file(), reason="LGL is not beside the repository")
@pytest.mark.parametrize("part", ["found", "given"])
def test_floors_on_lgl(part):
    with gzip.open(LGL, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines][::EACH]
    results = list(geoparse(records, gold_spans=part == "given"))
    assert end_to_end(records, results) >= FLOORS[part]
