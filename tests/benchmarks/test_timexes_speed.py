"""Speed of time expressions beside a plain pattern, so that no machine is too slow for the test."""

import json
import re
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from pipeline.timexes import find_timexes

GOLD = Path(__file__).parents[1] / "quality" / "timexes_gold.jsonl"
ROUNDS = 5
PLAIN = re.compile(r"(?i)\b[a-z]+ed\b")
TIMES = 10
MOST = 15
"""Times `TIMES` searches with a plain pattern that a text takes. Measured 10, where it is 110 texts of
300 words a second on a core; the best of some rounds, for a virtual machine may halve any of them."""


def reports(count: int) -> list[str]:
    """Return texts of 300 words, made of our gold sentences: far denser in dates than news."""
    words = " ".join(
        json.loads(line)["text"] for line in GOLD.read_text("utf-8").splitlines()
    ).split()
    filler = "The army said that fighters had seized the district and that many families were fleeing .".split()
    mixed = [w for i in range(0, len(words), 15) for w in (*words[i : i + 15], *filler)]
    return [" ".join((mixed * 2)[i * 7 : i * 7 + 300]) for i in range(count)]


def least(work: Callable[[], object]) -> float:
    """Return the least processor time of some rounds, in seconds."""
    taken = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def test_reports_are_read_about_as_fast_as_they_are_searched():
    texts = reports(60)
    find_timexes(texts[0], date(2021, 7, 5))  # warm up
    read = least(lambda: [find_timexes(text, date(2021, 7, 5)) for text in texts])
    searched = least(lambda: [PLAIN.findall(text) for text in texts for _ in range(TIMES)])
    assert read <= MOST * searched, (
        f"{read / searched:.1f} times, {len(texts) / read:.0f} texts a second"
    )
