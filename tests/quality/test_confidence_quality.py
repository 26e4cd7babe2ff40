"""Is confidence calibrated: of the events with 0.8, are about 80 % right?

The halves `test` of the dispatches and of the incidents' gold; the weights were fitted on the
halves `dev` (`pipeline.train_confidence`). Run this file as a program to see the table.
"""

import json
import sys
from functools import cache
from pathlib import Path

from scoring import hold_floors

from pipeline.fitting import expected_error
from pipeline.train_confidence import cases, reliability

FLOORS = json.loads((Path(__file__).parent / "floors.json").read_text(encoding="utf-8"))[
    "confidence"
]


@cache
def known():
    return tuple(cases())


def pairs(split):
    return [(case.said, case.right) for case in known() if case.split == split]


def figures(split):
    found = pairs(split)
    share = sum(right for _, right in found) / len(found)
    brier = sum((said - right) ** 2 for said, right in found) / len(found)
    error = expected_error([said for said, _ in found], [right for _, right in found])
    # Errors are turned round, so that every figure is better the higher it is.
    return {
        "events": len(found),
        "calibrated": round(1 - error, 3),
        "skill": round(1 - brier / (share * (1 - share)), 3),
    }


def test_floors():
    hold_floors(figures("test"), FLOORS["test"], "test")


def test_the_surest_are_right_more_often_than_the_least_sure():
    table = reliability(pairs("test"))
    assert table[-1][1] > table[0][1] + 0.2, table


def _main():
    for split in ("dev", "test"):
        sys.stdout.write(f"{split} {json.dumps(figures(split))}\n")
        for said, right, number in reliability(pairs(split)):
            sys.stdout.write(f"  said {said:.2f}  right {right:.2f}  n {number}\n")


if __name__ == "__main__":
    _main()
