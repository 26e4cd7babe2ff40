"""Floors of who did it to whom; figures in `floors.json`.

`actors_gold.jsonl` names doer and target of the events of the written texts (`written.py`), by
kind and country, as runs of a large language model read them that saw the texts alone; what the
text leaves open is null. Counted are the events that are found. A side is right if its kind is, or
one that news does not keep apart (`ALIKE`), and its country, where both name one. Those of the split
`tune` were looked at, those of `held` only counted. Run as a program to see the figures, and with a
split's name for what is wrong there.
"""

import json
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from scoring import gold_lines, hold_floors
from written import SPLITS, rows

HERE = Path(__file__).parent
GOLD = HERE / "actors_gold.jsonl"
FLOORS = json.loads((HERE / "floors.json").read_text(encoding="utf-8"))["actors"]
OTHER = "Other"
SIDES = {"doer": "actor1", "target": "actor2"}

ALIKE = {
    "Protesters": {"Rioters", "Civilians"},
    "Rioters": {"Protesters"},
    "Identity militia": {"Political militia"},
    "Political militia": {"Identity militia", "Rebel group"},
    "Rebel group": {"Political militia"},
    "Civilians": {OTHER},  # a person by name
    OTHER: set(),
}
"""Kinds that may be told instead of one."""


def told(row, side):
    """(kind, country) of a row's side; None where it names nobody."""
    name, kind, country = (row[SIDES[side] + part] for part in ("", "_type", "_country"))
    if pd.isna(name):
        return None
    return OTHER if pd.isna(kind) else kind, None if pd.isna(country) else country


def is_right(gold, found):
    kinds = {gold["kind"], *ALIKE.get(gold["kind"], ())}
    return found[0] in kinds and (
        None in {gold["country"], found[1]} or gold["country"] == found[1]
    )


@cache
def counted(split):
    tally, wrong = Counter(), []
    for line in gold_lines(split, GOLD):
        for event in line["events"]:
            start, end = event["trigger"]
            mine = rows(split).get(line["file"], ())
            row = next(
                (r for r in mine if r["trigger_start"] < end and start < r["trigger_end"]), None
            )
            if row is None:
                continue
            tally["found"] += 1
            for side in SIDES:
                gold, said = event[side], told(row, side)
                right = gold is not None and said is not None and is_right(gold, said)
                tally[side, "gold"] += gold is not None
                tally[side, "said"] += said is not None
                tally[side, "right"] += right
                if not right and (gold or said):
                    wrong.append((line["file"], side, row["trigger"], gold, said, row["sentence"]))
    return tally, wrong


def figures(split):
    tally, _ = counted(split)
    found = {"events": sum(len(line["events"]) for line in gold_lines(split, GOLD))}
    for side in SIDES:
        gold, said, right = (tally[side, key] for key in ("gold", "said", "right"))
        found[f"{side}_precision"] = round(right / said, 3)
        found[f"{side}_recall"] = round(right / gold, 3)
    return found


@pytest.mark.parametrize("split", SPLITS)
def test_floors(split):
    hold_floors(figures(split), FLOORS[split], f"actors {split}")


def _main():
    for split in SPLITS:
        sys.stdout.write(f"{split} {json.dumps(figures(split))}\n")
    for split in sys.argv[1:]:
        for item in counted(split)[1]:
            sys.stdout.write("\t".join(map(str, item)) + "\n")


if __name__ == "__main__":
    _main()
