"""Times of the language stages; no absolute assertions, machines differ."""

from pathlib import Path

import pytest

from geo.gazetteer import default_gazetteer
from geo.resolve import resolve
from pipeline import model, run
from pipeline.documents import read_documents
from pipeline.mentions import complete, find_mentions

DISPATCHES = Path(__file__).parents[2] / "data" / "dispatches"


@pytest.fixture(scope="module")
def ten():
    documents = list(read_documents(sorted(DISPATCHES.glob("[12]*.md"))[:10]))
    run.events_of(documents[:1])  # loads the parser, the gazetteer and the boundaries
    return documents


def test_events_of_ten_dispatches(benchmark, ten):
    found = benchmark(run.events_of, ten)
    assert sum(map(len, found)) > 10


def test_parse_ten_dispatches(benchmark, ten):
    assert len(benchmark(model.parse, ten)) == 10


def test_resolve_the_names_of_ten_dispatches(benchmark, ten):
    gazetteer = default_gazetteer()
    names = [
        complete(pieces, find_mentions(pieces, gazetteer), document.dateline_place, gazetteer)
        for document, pieces in zip(ten, model.parse(ten), strict=True)
    ]
    assert sum(map(len, names)) > 50

    def all_of_them():
        return [
            resolve(document.text, mentions, gazetteer)
            for document, mentions in zip(ten, names, strict=True)
        ]

    assert [len(found) for found in benchmark(all_of_them)] == [len(item) for item in names]
