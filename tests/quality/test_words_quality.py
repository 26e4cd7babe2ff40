"""Accuracy floors of the words that tell an event: raised freely, lowered only with a reason.

`words_gold.jsonl` has texts of fields that taught the reader nothing: of every event the word,
category and modality, and the words that name its place and time, anywhere in the text. They were
written and annotated by runs of a language model that did not see the program, under the guidelines
of `data/reader`, in words that news seldom takes; nobody tuned on them. `dense`: diplomacy and
relief, with an event a sentence; `news`: Latin America and analyses, with as few as news has.
"""

import json
from collections import Counter
from datetime import date
from functools import cache

import pytest
from scoring import HERE, gold_lines, hold_floors

from pipeline import run
from pipeline.documents import document

GOLD = HERE / "words_gold.jsonl"
SPLITS = ("dense", "news")
FLOORS = json.loads((HERE / "floors.json").read_text(encoding="utf-8"))["words"]


@cache
def words(split):
    """Shares of what is found and told right.

    A gold event is found if a trigger overlaps its word, or if it tells one again that is found.
    `place`: of those with a trigger whose place the text names, the share that stands at these
    words or at others that read the same.
    """
    lines = gold_lines(split, GOLD)
    documents = [
        document(
            line["text"], published=date.fromisoformat(line["published"]), doc_id=line["doc_id"]
        )
        for line in lines
    ]
    tally = Counter()
    for line, events in zip(lines, run.events_of(documents), strict=True):
        answers = [answer(item, events) for item in line["events"]]
        tally["told"] += len(events)
        tally["right"] += len({id(event) for event in answers if event is not None})
        for item, event in zip(line["events"], answers, strict=True):
            first = item["first"]
            tally["gold"] += 1
            tally["found"] += event is not None or (
                first is not None and answers[first] is not None
            )
            if event is not None:
                tally["matched"] += 1
                tally["type"] += event.event_type == item["event_type"]
                tally["modality"] += event.modality == item["modality"]
                tally["placed"] += bool(item["places"])
                tally["place"] += is_at(event, item["places"], line["text"])
    shares = {
        "precision": tally["right"] / tally["told"],
        "recall": tally["found"] / tally["gold"],
        "type": tally["type"] / tally["matched"],
        "modality": tally["modality"] / tally["matched"],
        "place": tally["place"] / tally["placed"],
    }
    return {"gold": tally["gold"]} | {name: round(share, 3) for name, share in shares.items()}


def answer(item, events):
    start, end = item["trigger"]
    return next(
        (event for event in events if event.trigger.start < end and start < event.trigger.end), None
    )


def is_at(event, places, text):
    if event.site is None or not places:
        return False
    words = event.site.expression
    return any(
        (words.start < end and start < words.end) or text[start:end].lower() in words.text.lower()
        for start, end in places
    )


@pytest.mark.parametrize("split", SPLITS)
def test_floors(split):
    hold_floors(words(split), FLOORS[split], f"words that tell an event, {split}")
