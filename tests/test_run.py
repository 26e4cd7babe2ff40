import json
from concurrent.futures import Future
from datetime import date
from functools import cache

import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo import frame
from pipeline import run
from pipeline.documents import Failure, document, read_documents

TEXTS = [
    "Gunmen attacked Garissa on Monday, killing nine people, police said.",
    "Ethiopian soldiers fled to Sudan on Sunday.",
    "The weather was fine.",
    "A bomb exploded in Nairobi on Tuesday. The Kenyan government imposed a curfew on Wednesday.",
    "Gunmen attacked a convoy near Mombasa on Monday.",
    "Protesters marched in Lima on Saturday.",
]


def documents(texts=TEXTS, published=date(2021, 7, 15)):
    return [
        document(text, stated=published, doc_id=f"d{number}", title=f"Text {number}")
        for number, text in enumerate(texts)
    ]


def table(folder):
    return frame.read(folder)


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(run, "BATCH", 2)


ALL = documents()


@cache
def answer(doc_id):
    return run.events_of([item for item in ALL if item.doc_id == doc_id])[0]


def test_the_stages_together():
    ((first, *_),) = run.events_of(ALL[:1])
    assert (first.event_type, first.modality) == ("ASSAULT", "actual")
    assert first.when.start == date(2021, 7, 12)
    assert first.site.location.name == "Garissa"
    assert first.counts[0].best == 9
    assert ALL[0].text[first.sentence.start : first.sentence.end] == TEXTS[0]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(ALL), max_size=4), st.lists(st.sampled_from(ALL), max_size=4))
def test_partitions_do_not_matter(one, other):
    alone = [answer(item.doc_id) for item in (*one, *other)]
    assert run.events_of([*one, *other]) == alone
    assert run.events_of(one) + run.events_of(other) == alone


def test_build_writes_events_and_documents(tmp_path, small_batches):
    done = []
    report = run.build(iter(ALL), tmp_path / "out", progress=done.append)
    events = table(tmp_path / "out")
    assert report.documents == len(ALL) == sum(done)
    assert report.events == len(events) >= 6
    assert report.empty == ["Text 2"]
    assert not report.failures + report.repeated + report.undated
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "documents.parquet",
        "events.parquet",
    ]
    frame.validate(events)
    assert events["event_id"].is_unique
    assert events["incident_id"].notna().all()


def test_build_goes_on_where_it_was_cut_off(tmp_path, small_batches, monkeypatch):
    whole = run.build(iter(ALL), tmp_path / "whole")
    assert whole.resumed == 0

    def cut_off():
        yield from ALL[:4]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run.build(cut_off(), tmp_path / "out")
    parts = list((tmp_path / "out" / ".parts").iterdir())
    assert len(parts) == 2
    assert not (tmp_path / "out" / "events.parquet").exists()

    read = []
    plain = run.events_of
    monkeypatch.setattr(run, "events_of", lambda batch: read.extend(batch) or plain(batch))
    report = run.build(iter(ALL), tmp_path / "out")
    assert report.resumed == 4
    assert read == ALL[4:]
    assert_geodataframe_equal(table(tmp_path / "out"), table(tmp_path / "whole"))
    assert not (tmp_path / "out" / ".parts").exists()


def test_a_part_of_other_code_is_not_used_again(tmp_path, small_batches, monkeypatch):
    first = run._batch_id(ALL[:2])
    assert run._batch_id(ALL[:2]) == first
    assert run._batch_id(documents(TEXTS[:2], date(2021, 7, 16))) != first
    monkeypatch.setattr(run, "_code_version", lambda: "another")
    assert run._batch_id(ALL[:2]) != first


def test_the_same_document_twice_is_read_once(tmp_path):
    report = run.build(iter([ALL[0], ALL[1], ALL[0]]), tmp_path / "out")
    assert report.documents == 2
    assert [failure.source for failure in report.repeated] == ["Text 0"]
    assert "read once" in report.repeated[0].reason
    assert not report.failures


def test_failures_are_reported_and_the_rest_is_done(tmp_path):
    failure = Failure("broken.txt", 3, "not text")
    report = run.build(iter([failure, ALL[0]]), tmp_path / "out")
    assert report.failures == [failure]
    assert report.documents == 1
    assert len(table(tmp_path / "out")) == report.events > 0


def test_undated_documents_are_reported(tmp_path):
    report = run.build(iter(documents(TEXTS[:1], None)), tmp_path / "out")
    assert report.undated == ["Text 0"]
    events = table(tmp_path / "out")
    assert events["date_start"].isna().all()
    assert events["date_text"].tolist() == ["Monday"]


def test_a_line_of_many_is_named_by_its_own_title(tmp_path):
    path = tmp_path / "news.jsonl"
    lines = ({"text": "The weather was fine.", "title": f"Text {n}"} for n in range(2))
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    report = run.build(read_documents([path]), tmp_path / "out")
    assert report.empty == [f"{path} (Text 0)"]
    assert [failure.source for failure in report.repeated] == [f"{path} (Text 1)"]


def test_nothing_gives_an_empty_table(tmp_path):
    report = run.build(iter([]), tmp_path / "out")
    assert (report.documents, report.events) == (0, 0)
    assert_geodataframe_equal(table(tmp_path / "out"), frame.empty())


def test_a_file_is_not_overwritten_by_a_folder(tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(FileExistsError, match="name a folder"):
        run.build(iter(ALL), tmp_path / "out")
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.slow
def test_workers_give_the_same_table(tmp_path, small_batches):
    run.build(iter(ALL[:4]), tmp_path / "one")
    report = run.build(iter(ALL[:4]), tmp_path / "two", workers=2)
    assert report.documents == 4
    assert_geodataframe_equal(table(tmp_path / "one"), table(tmp_path / "two"))


def test_run_batch_is_plain_and_gives_the_rows_of_the_table():
    texts = pd.DataFrame(
        {
            "text": TEXTS[:2],
            "doc_id": ["d0", "d1"],
            "title": ["Text 0", None],
            "published": [date(2021, 7, 15), None],
        }
    )
    found = run.run_batch(texts)
    assert type(found) is pd.DataFrame
    assert list(found.columns) == list(frame.SCHEMA)
    assert set(found["doc_id"]) == {"d0", "d1"}
    dated = found[found["doc_id"] == "d0"]
    assert dated["date_start"].notna().all()
    assert found[found["doc_id"] == "d1"]["date_start"].isna().all()
    shapes = shapely.from_wkb(found["geometry"].dropna().to_numpy())
    assert shapely.is_valid(shapes).all()


def test_run_batch_of_nothing_describes_its_output():
    found = run.run_batch(pd.DataFrame({"text": pd.Series([], dtype="str")}))
    full = run.run_batch(pd.DataFrame({"text": TEXTS[:1]}))
    assert len(found) == 0
    assert found.dtypes.equals(full.dtypes)


def test_run_batch_in_parts_is_run_batch_of_all():
    texts = pd.DataFrame({"text": TEXTS[:4], "doc_id": list("abcd")})
    whole = run.run_batch(texts)
    parts = pd.concat([run.run_batch(texts[:2]), run.run_batch(texts[2:])])
    by_id = [part.sort_values("event_id").reset_index(drop=True) for part in (whole, parts)]
    pd.testing.assert_frame_equal(*by_id)


def test_a_row_carries_its_evidence():
    events = run.table_of(ALL, run.events_of(ALL))
    text = {item.doc_id: item.text for item in ALL}
    for row in events.itertuples():
        whole = text[row.doc_id]
        assert whole[row.sentence_start : row.sentence_end] == row.sentence
        assert whole[row.trigger_start : row.trigger_end] == row.trigger
        if not pd.isna(row.place_start):
            assert whole[row.place_start : row.place_end] == row.where_text
        if not pd.isna(row.date_text_start):
            assert whole[row.date_text_start : row.date_text_end] == row.date_text
    assert json.loads(events.iloc[:0].to_json())["features"] == []


def test_one_worker_runs_here_and_now():
    future = run._Here().submit(divmod, 7, 2)
    assert isinstance(future, Future)
    assert future.result() == (3, 1)


def test_a_document_that_breaks_a_stage_costs_only_itself(tmp_path, monkeypatch, small_batches):
    real = run.events_of

    def brittle(batch, *rest):
        if any(item.doc_id == "d3" for item in batch):
            raise ValueError("a geometry that nobody foresaw")
        return real(batch, *rest)

    whole = run.build(iter(ALL), tmp_path / "whole")
    monkeypatch.setattr(run, "events_of", brittle)
    report = run.build(iter(ALL), tmp_path / "out")
    assert [(failure.source, failure.reason) for failure in report.failures] == [
        ("Text 3", "could not be processed: a geometry that nobody foresaw")
    ]
    left = table(tmp_path / "whole")
    left = left[left["doc_id"] != "d3"].reset_index(drop=True)
    assert 0 < len(left) < whole.events
    assert_geodataframe_equal(table(tmp_path / "out"), left)


@pytest.mark.parametrize(
    "text",
    [
        "Pirates attacked a tanker off the coast of Somalia on Monday.",
        "Gunmen attacked a bus on the Kabul-Kandahar highway on Monday.",
        "Rebels seized a village a two-hour drive north of Goma on Monday.",
        "Soldiers crossed to the Tajik side of the border on Monday.",
        "Rockets hit the Black Sea coast of Ukraine on Monday.",
        "Troops attacked rebels in northern and eastern Afghanistan on Monday.",
        "Gunmen attacked villages in Kunduz, Takhar and Badakhshan provinces on Monday.",
    ],
)
def test_every_kind_of_place_fits_the_table(text):
    items = documents([text])
    events = run.table_of(items, run.events_of(items))
    assert len(events) >= 1
    assert events["where_prec"].notna().all()
