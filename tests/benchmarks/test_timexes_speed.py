"""Speed of time expressions, in processor time, so that a busy machine does not fail the test."""

import json
import time
from datetime import date
from pathlib import Path

from pipeline.timexes import find_timexes

GOLD = Path(__file__).parents[1] / "quality" / "timexes_gold.jsonl"
FLOOR = 100  # documents of 300 words a second, on one core


def reports(count: int) -> list[str]:
    """Return texts of 300 words, made of our gold sentences: far denser in dates than news."""
    words = " ".join(
        json.loads(line)["text"] for line in GOLD.read_text("utf-8").splitlines()
    ).split()
    filler = "The army said that fighters had seized the district and that many families were fleeing .".split()
    mixed = [w for i in range(0, len(words), 15) for w in (*words[i : i + 15], *filler)]
    return [" ".join((mixed * 2)[i * 7 : i * 7 + 300]) for i in range(count)]


def test_a_hundred_reports_a_second():
    texts = reports(60)
    find_timexes(texts[0], date(2021, 7, 5))  # warm up
    start = time.process_time()
    for text in texts:
        find_timexes(text, date(2021, 7, 5))
    rate = len(texts) / (time.process_time() - start)
    assert rate >= FLOOR, f"{rate:.0f} documents a second, not {FLOOR}"
