"""Floors on MUC-4's development documents, where they lie beside the repository.

`muc.py` tells what is scored. Run this file as a program to see the figures of both halves, with
the confusion of types; the tests read a part of the half that is not tuned on.
"""

import json
import os
import sys
from pathlib import Path

import muc
import pytest

from geo.gazetteer import default_gazetteer
from pipeline.run import BATCH, events_of

HERE = Path(__file__).parent
SHARED = Path(os.environ.get("DATELINE_SHARED", HERE.parents[2] / "shared"))
MUC = SHARED / "bench" / "events" / "muc_dev.jsonl.gz"
FLOORS = json.loads((HERE / "floors.json").read_text(encoding="utf-8"))["muc"]
EACH = 2


def events_in(records):
    documents = [muc.document_of(record) for record in records]
    return [
        events
        for start in range(0, len(documents), BATCH)
        for events in events_of(documents[start : start + BATCH])
    ]


@pytest.mark.skipif(not MUC.is_file(), reason="MUC-4 is not beside the repository")
def test_floors_on_muc():
    records = muc.read(MUC, "held")[::EACH]
    found = events_in(records)
    figures = muc.score(records, found, default_gazetteer()).figures()
    assert figures["gold"] == FLOORS["gold"]
    assert figures["f1"] >= FLOORS["f1"]
    assert figures["false_per_irrelevant"] <= FLOORS["false_per_irrelevant"]
    days = muc.days(records, found, default_gazetteer())
    assert days["day_right"] >= FLOORS["day_right"], days
    assert days["covered"] >= FLOORS["covered"], days


if __name__ == "__main__":
    for half in sys.argv[1:] or ("tune", "held"):
        records = muc.read(MUC, half)
        found = events_in(records)
        tally = muc.score(records, found, default_gazetteer())
        days = muc.days(records, found, default_gazetteer())
        sys.stdout.write(f"{half} {tally.figures()} {days}\n")
        battles = muc.score(records, found, default_gazetteer(), battles=True)
        sys.stdout.write(f"{half} with battles {battles.figures()}\n")
        for (gold, told), count in sorted(tally.confusion.items()):
            sys.stdout.write(f"  {gold:20} told as {told:10} {count}\n")
