"""Times of the language stages; no absolute assertions, machines differ."""

from datetime import date
from pathlib import Path

import pytest

from geo.gazetteer import default_gazetteer
from geo.resolve import resolve
from pipeline import model, run
from pipeline.documents import document, read_documents
from pipeline.recognizer import complete, find_mentions
from pipeline.toponyms import geoparse

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


def articles():
    """Texts of about 300 words, the length that the field measures at: dispatches, two and two."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(DISPATCHES.glob("2*.md"))[:20]]
    pairs = zip(texts[::2], texts[1::2], strict=True)
    return [{"doc_id": str(n), "text": "\n\n".join(pair)} for n, pair in enumerate(pairs)]


def test_events_of_ten_articles(benchmark):
    """The whole way, from bare texts to events."""
    records = articles()
    day = date(2021, 7, 5)

    def read():
        texts = [document(r["text"], published=day, doc_id=r["doc_id"]) for r in records]
        return run.events_of(texts)

    assert sum(map(len, benchmark(read))) > 10


def test_the_rules_alone_on_ten_articles(benchmark, monkeypatch):
    """The same without the model: what each stage behind it adds to a document."""
    texts = [document(r["text"], doc_id=r["doc_id"]) for r in articles()]
    parsed = {text.doc_id: pieces for text, pieces in zip(texts, model.parse(texts), strict=True)}
    monkeypatch.setattr(model, "parse", lambda few: [parsed[text.doc_id] for text in few])
    assert sum(map(len, benchmark(run.events_of, texts))) > 10


def test_geoparse_ten_articles(benchmark):
    records = articles()
    found = benchmark(lambda: list(geoparse(records)))
    assert sum(len(record["toponyms"]) for record in found) > 50


def test_tag_ten_articles(benchmark):
    texts = [[record["text"]] for record in articles()]
    assert len(benchmark(model.load().tag, texts)) == 10


def test_tag_ten_articles_with_spacy(benchmark):
    """The small pipeline, beside ours in the same run; the medium one is on no registry."""
    spacy_tagger = pytest.importorskip("pipeline.spacy_tagger", exc_type=ImportError)
    texts = [[record["text"]] for record in articles()]
    assert len(benchmark(spacy_tagger.SpacyTagger().tag, texts)) == 10
