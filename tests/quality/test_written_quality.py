"""Accuracy floors on texts of many genres that were written for Dateline; figures in `floors.json`.

Wires, local papers, situation reports, incident logs, chronologies, live blogs, war briefs and more,
from all continents (`data/reader/written.jsonl`): written and annotated by a large language model
in many runs that did not see the program, every event of them. Those of the split `tune` teach the
reader and were looked at; those of `held` were only counted. Here counts, as in an event table, what happened at a place that the text tells, once.
Run as a program to see the figures, and with a split's name for what is missed there.
"""

import json
import sys
from functools import cache
from pathlib import Path

import pytest
from scoring import gold_lines, hold_floors, score
from written import GOLD, SPLITS, records, rows

from pipeline.reader_corpora import is_held, read_annotations

HERE = Path(__file__).parent
FLOORS = json.loads((HERE / "floors.json").read_text(encoding="utf-8"))["written"]


@cache
def written(split):
    return score(gold_lines(split, GOLD), rows(split))


@pytest.mark.parametrize("split", SPLITS)
def test_floors(split):
    hold_floors(written(split).figures(), FLOORS[split], f"written {split}")


def test_the_gold_is_of_these_texts():
    texts = {record["doc_id"]: record["text"] for record in records()}
    lines = gold_lines(path=GOLD)
    # Later texts (k.., n..) were written to teach alone: no points, and they count in no figure.
    assert [line["file"] for line in lines] == [
        key for key in texts if not key.startswith(("k", "n"))
    ]
    taught = {key for corpus, key in read_annotations() if corpus == "written"}
    for line in lines:
        seen = line["file"] in taught and not is_held(texts[line["file"]])
        assert line["split"] == ("tune" if seen else "held")
        for event in line["events"]:
            start, end = event["trigger"]
            assert texts[line["file"]][start:end] == event["trigger_text"]


def _main():
    for split in SPLITS:
        sys.stdout.write(f"{split} {json.dumps(written(split).figures())}\n")
    for split in sys.argv[1:]:
        for file, what, gold, row in written(split).misses:
            words = gold["trigger_text"] if gold else row["trigger"]
            sys.stdout.write(f"{file}\t{what}\t{words}\t{row['sentence'] if row else ''}\n")


if __name__ == "__main__":
    _main()
