"""pipeline.adding: texts become events in the background, are checked, kept or thrown away."""

import datetime as dt
import threading
from pathlib import Path
from tempfile import gettempdir

import pytest

from geo import words
from geo.frame import read, validate
from geo.sources import read_documents
from geo.table import open_table, stamp, workspace
from pipeline import adding, run
from pipeline.adding import Given, keep, problem, start

ARTICLE = (
    "KUNDUZ, Afghanistan - Taliban fighters attacked Imam Sahib district on Sunday, killing 12 "
    "soldiers, officials said.\n\nThe weather was fine. The president visited Herat on Monday.\n"
)
JULY_5 = dt.date(2021, 7, 5)


def found(given: Given, seconds: float = 120) -> adding.Added:
    job = start(given, seconds=seconds)
    job.join(300)
    assert job.error is None
    assert job.found is not None
    return job.found


@pytest.fixture(scope="module")
def added() -> adding.Added:
    return found(Given(ARTICLE, published=JULY_5))


def test_a_text_becomes_valid_events_with_its_article(added: adding.Added) -> None:
    validate(added.events)
    assert "ASSAULT" in set(added.events["event_type"])
    assert added.documents["text"].tolist() == [ARTICLE]
    assert added.events["incident_id"].notna().all()
    assert "texts read: 1" in added.told()[0]


def test_each_sentence_is_told_with_its_events(added: adding.Added) -> None:
    (sentences,) = added.sentences.values()
    told = [one for s in sentences for one in s.event_ids]
    assert sorted(told) == sorted(added.events["event_id"])
    quiet = [s.text for s in sentences if not s.event_ids]
    assert "The weather was fine." in quiet
    for text, events, again in added.checked():
        assert text in ARTICLE
        assert all(events)
        assert not again


def test_a_sentence_that_tells_an_event_again_refers_to_the_first() -> None:
    text = f"{ARTICLE}The Taliban fighters attacked Imam Sahib on Sunday morning.\n"
    result = found(Given(text, published=JULY_5))
    lines = list(result.checked())
    first = next(at for at, line in enumerate(lines, 1) if "killing 12" in line.text)
    assert lines[-1].found == []
    assert lines[-1].again == [(first, lines[first - 1].found[0])]


def test_kept_events_lie_in_a_folder_of_their_own_and_are_shown(
    added: adding.Added, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATELINE_WORKSPACE", raising=False)
    keep(added, tmp_path / "base")
    base = next((tmp_path / "base").iterdir())
    before = stamp(base)
    first = keep(added, workspace(base), now=lambda: 0.0)
    second = keep(added, workspace(base), now=lambda: 0.0)
    assert (first.name, second.name) == ("added-19700101-000000", "added-19700101-000000-1")
    assert stamp(base) != before
    assert list(read(first)["event_id"]) == list(read(base)["event_id"])
    assert list(read_documents(first)["text"]) == [ARTICLE]
    assert open_table(base).index.rows == len(added.events), "nothing is shown twice"
    assert workspace(base).stat().st_mode & 0o077 == 0


def test_files_are_read_by_their_ending_and_never_written_by_their_name(tmp_path: Path) -> None:
    hostile = "../../<img src=x onerror=alert(1)>.txt"
    files = (
        (hostile, ARTICLE.encode()),
        ("page.html", b"<html><body><p>" + ARTICLE.encode() + b"</p></body></html>"),
        ("x.exe", b"MZ\0\0"),
        ("no suffix", b"text"),
        ("empty.txt", b""),
        ("odd.t\0xt", b"text"),
    )
    result = found(Given(files=files, published=JULY_5))
    assert {name for name, _ in result.failures} >= {"x.exe", "no suffix", "empty.txt", "odd.t\0xt"}
    assert all(gettempdir() not in why for _, why in result.failures)
    assert len(result.documents) == 2


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATELINE_FETCH", raising=False)
    assert problem(Given(" ")) == words.ADD_NOTHING
    assert problem(Given(ARTICLE)) is None
    assert "200,001 characters" in str(problem(Given("x" * 200_001)))
    assert "21 files" in str(problem(Given(files=(("a.txt", b"x"),) * 21)))
    assert "11.0 MB" in str(problem(Given(files=(("a.txt", b"x" * 11_000_000),))))
    assert problem(Given(url="http://example.org")) == words.ADD_URL_OFF
    monkeypatch.setenv("DATELINE_FETCH", "on")
    assert problem(Given(url="http://example.org")) is None


def test_a_refused_address_is_told() -> None:
    job = start(Given(url="http://127.0.0.1/"))
    job.join(60)
    assert job.found is None
    assert "public web server" in str(job.error)


def test_a_job_can_be_stopped_and_is_cut_off_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    gate, begun = threading.Event(), threading.Event()

    def slow(documents: list[object]) -> list[list[object]]:
        begun.set()
        gate.wait(30)
        return [[] for _ in documents]

    monkeypatch.setattr(run, "events_of", slow)
    files = tuple((f"{n}.txt", f"Text number {n}.".encode()) for n in range(3))
    job = start(Given(files=files))
    assert begun.wait(60)
    assert job.running
    assert job.total == 3
    job.cancel()
    gate.set()
    job.join(60)
    assert job.found is None
    assert job.done <= 1
    late = found(Given(files=files), seconds=-1)
    assert late.late
    assert len(late.events) == 0
    assert words.ADD_LATE.format(int(late.seconds)) in late.told()


def test_an_unforeseen_failure_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(documents: object) -> None:
        raise ValueError("a stage broke")

    monkeypatch.setattr(run, "events_of", broken)
    job = start(Given(ARTICLE))
    job.join(60)
    assert job.found is None
    assert job.error == "ValueError: a stage broke"


def test_no_more_than_two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adding, "AT_ONCE", threading.BoundedSemaphore(1))
    monkeypatch.setattr(adding, "PATIENCE", 0.01)
    adding.AT_ONCE.acquire()
    job = start(Given(ARTICLE))
    job.join(60)
    assert job.error == words.ADD_BUSY
