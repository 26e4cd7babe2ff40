"""Accuracy floors of what is no event: sport, business, culture, accidents and other figures.

128 pairs of news sentences. Of each, one uses a word of conflict or diplomacy for something else
("stormed to victory") and tells no event; the other tells one by the same word, or one near it
("stormed the parliament"), so that silence is not bought with events that are missed. All were
written and labelled by one annotator (a language model) before any was run. Of the half `dev`
(by hash of the text) errors were looked at; those of `test` were only ever counted. Run this file
as a program to see the figures, and with `dev` for the errors there.
"""

import json
import sys
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from scoring import gold_lines, hold_floors

from pipeline import run
from pipeline.documents import document

HERE = Path(__file__).parent
FLOORS = json.loads((HERE / "floors.json").read_text(encoding="utf-8"))["false_events"]
GOLD = HERE / "false_events_gold.jsonl"
SPLITS = ("dev", "test")


@cache
def told(split):
    """Each line with the events that the pipeline tells of it, however they are told."""
    lines = gold_lines(split, GOLD)
    bodies = (_body(line) for line in lines)
    texts = [document(body, published=date(2024, 6, 12)) for body in bodies]
    return list(zip(lines, run.events_of(texts), strict=True))


def _body(line):
    """A headline needs an article under it."""
    return line["text"] + ("" if line["text"].endswith(".") else "\n\nFew details were given.")


def answers(line, event):
    """Tell whether an event answers a line's: the same word, or the same type."""
    start, end = line["trigger"]
    same_word = event.trigger.start < end and start < event.trigger.end
    return same_word or event.event_type == line["event_type"]


def figures(split):
    false = [(line, found) for line, found in told(split) if line["event_type"] is None]
    true = [(line, found) for line, found in told(split) if line["event_type"]]
    silent = sum(not found for _, found in false) / len(false)
    heard = sum(any(answers(line, event) for event in found) for line, found in true) / len(true)
    return {
        "gold": len(false) + len(true),
        "no_event_where_none": round(silent, 3),
        "recall_of_the_same_words": round(heard, 3),
    }


@pytest.mark.parametrize("split", SPLITS)
def test_floors(split):
    found, floors = figures(split), FLOORS[split]
    hold_floors(found, floors, split)
    assert found["gold"] == floors["gold"]


def test_the_gold_comes_in_pairs():
    lines = {line["id"]: line for split in SPLITS for line in gold_lines(split, GOLD)}
    idle = [name for name in lines if name.startswith("idle")]
    assert len(lines) == 2 * len(idle)
    for name in idle:
        one, other = lines[name], lines[name.replace("idle", "told")]
        start, end = other["trigger"]
        assert one["event_type"] is None
        assert one["split"] == other["split"]
        assert other["text"][start:end] == other["trigger_text"]


def _main():
    for split in SPLITS:
        false = [found for line, found in told(split) if line["event_type"] is None]
        events = 100 * sum(map(len, false)) / len(false)
        sys.stdout.write(f"{split} {json.dumps(figures(split))} false per 100: {events:.0f}\n")
    for line, found in told("dev") if "dev" in sys.argv[1:] else ():
        right = any(answers(line, event) for event in found) if line["event_type"] else not found
        if not right:
            said = " ".join(f"{e.trigger.text}:{e.event_type}:{e.modality}" for e in found)
            sys.stdout.write(f"{line['id']} {line['event_type']} -> {said}\t{line['text']}\n")


if __name__ == "__main__":
    _main()
