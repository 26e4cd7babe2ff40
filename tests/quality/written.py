"""The texts of `data/reader/written.jsonl` through the pipeline; shared by the quality floors."""

import json
from datetime import date
from functools import cache
from pathlib import Path

from scoring import gold_lines

from pipeline import run
from pipeline.documents import document
from pipeline.reader import FOLDER

HERE = Path(__file__).parent
GOLD = HERE / "written_gold.jsonl"
SPLITS = ("tune", "held")


def records():
    lines = (FOLDER / "written.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@cache
def rows(split):
    """Rows of the event table, as dicts, by document."""
    wanted = {line["file"] for line in gold_lines(split, GOLD)}
    documents = [
        document(
            record["text"],
            published=date.fromisoformat(record["published"]),
            doc_id=record["doc_id"],
        )
        for record in records()
        if record["doc_id"] in wanted
    ]
    found = {}
    for start in range(0, len(documents), run.BATCH):
        batch = documents[start : start + run.BATCH]
        for row in run.table_of(batch, run.events_of(batch)).to_dict("records"):
            found.setdefault(row["doc_id"], []).append(row)
    return found
