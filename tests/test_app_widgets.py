"""app.py: each widget is worked at least once (AppTest); a new one without a test fails here."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from app_tools import APP, opener
from sample_events import sample, write_sample
from streamlit.testing.v1 import AppTest

from geo import state, words
from geo.frame import write
from geo.sources import write_documents

TEXT = "KABUL, July 5, 2021 - Taliban fighters attacked Kunduz on Sunday, officials said."
ACLED = b"event_date,actor1,location,latitude,longitude\n2021-07-05,Taliban,Farah,32.37,62.11\n"
KINDS = (
    *("button", "button_group", "checkbox", "date_input", "download_button", "file_uploader"),
    *("multiselect", "number_input", "selectbox", "slider", "text_area", "text_input", "toggle"),
)


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Open the sample, with a province, an incident of two articles and far-off days."""
    events, documents = sample(120)
    events["admin1"] = "Kunduz"
    events.loc[events["event_id"].isin(["e0023", "e0024"]), "incident_id"] = "e0023"
    events.loc[events["event_id"].eq("e0025"), ["date_start", "date_end"]] = "1950-01-01"
    write(events, tmp_path / "events.parquet")
    write_documents(documents, tmp_path)
    return opener(monkeypatch, tmp_path, timeout=180)


def _shown(at: AppTest) -> int:
    told = next(e.value for e in at.markdown if "events shown" in e.value)
    return int(told.split("**")[1].split(" of ")[0].replace(",", ""))


def _group(at: AppTest, key: str) -> Any:
    return next(group for group in at.get("button_group") if group.key == key)


def _keys(at: AppTest) -> set[str]:
    return {one.key for kind in KINDS for one in at.get(kind) if one.key}


def _read(at: AppTest) -> None:
    for _ in range(200):
        if at.session_state["added"] is not None or not at.session_state["job"]:
            break
        time.sleep(0.3)
        at.run()
    at.run()


def test_the_choices_of_the_sidebar(start: Any) -> None:
    at = start()
    everything = _shown(at)
    _group(at, "modality").set_value(["planned"]).run()
    assert 0 < _shown(at) < everything
    _group(at, "chips").set_value("modality").run()
    assert _shown(at) == everything
    _group(at, "type").set_value(["AID"])
    _group(at, "precision").set_value(["exact"]).run()
    few = _shown(at)
    assert 0 < few < everything
    at.multiselect(key="province").set_value(["AFG/Kunduz"]).run()
    assert "AFG/Kunduz" in at.query_params["province"]
    assert 0 < _shown(at) < few
    _group(at, "chips").set_value("province=AFG/Kunduz").run()
    assert "province" not in at.query_params
    at.selectbox(key="figure").select("injured").run()
    at.number_input(key="least").set_value(1)
    at.number_input(key="most").set_value(9).run()
    assert _shown(at) == 0
    assert "injured:1-9" in at.query_params["figure"]


def test_main_and_all_days(start: Any) -> None:
    at = start()
    main = at.slider(key="dates").value
    at.button(key="preset-all").click().run()
    assert at.slider(key="dates").value[0].year == 1950
    at.button(key="preset-main").click().run()
    assert at.slider(key="dates").value == main
    at.button(key="preset-week").click().run()
    at.button(key="preset-month").click().run()
    first, last = at.slider(key="dates").value
    assert (last - first).days == 29


def test_the_tabs_of_the_source_and_the_other_reports(start: Any) -> None:
    at = start(event="e0023")
    _group(at, "tab").set_value("others").run()
    at.button(key="other-e0024").click().run()
    assert at.session_state["event"] == "e0024"
    _group(at, "tab").set_value("why").run()
    assert "Why this place?" in "".join(e.proto.body for e in at.get("html"))


def test_the_group_off_the_map_is_listed_and_opened_again(start: Any) -> None:
    at = start()
    _group(at, "tray").set_value("AFG").run()
    narrowed = next(b for b in at.button if "not on the map" in b.label)
    narrowed.click().run()
    assert at.session_state["tray"] is None
    assert not any("not on the map" in b.label for b in at.button)


def test_a_file_to_compare_with(start: Any) -> None:
    at = start()
    at.file_uploader(key="compare").set_value(("acled.csv", ACLED, "text/csv")).run()
    assert "Events read: 1; left out, without a place: 0" in [one.value for one in at.text]
    at.file_uploader(key="compare").set_value(None).run()
    assert at.session_state["others"] is None


def test_every_download(start: Any) -> None:
    at = start(type=["AID"])
    keys = [button.key for button in at.get("download_button")]
    assert keys == [f"download-{ending}" for ending in words.FORMATS]
    for button in at.get("download_button"):
        button.click().run()
        assert not at.exception


def test_every_chart(start: Any) -> None:
    at = start()
    for name in words.CHART_NAMES:
        at.session_state["chart"] = name
        at.button(key="charts").click().run()
        assert not at.exception
        assert len(at.get("download_button")) == len(words.FORMATS) + 1, name
    assert at.session_state["chart"] == "actors"
    at.session_state["chart"] = "choropleth"
    at.session_state["chart-country"] = "TJK"
    at.button(key="charts").click().run()
    assert at.selectbox(key="chart-country").value == "TJK"
    assert len(at.get("download_button")) == len(words.FORMATS) + 1


def test_a_text_is_kept(start: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_WORKSPACE", str(tmp_path / "kept"))
    monkeypatch.setenv("DATELINE_FETCH", "on")
    at = start()
    before = _shown(at)
    at.button(key="add").click().run()
    at.text_input(key="add-url").set_value("http://127.0.0.1/").run()
    at.button(key="add-start").click().run()
    _read(at)
    assert at.error, "an address of this machine is refused"
    at.text_input(key="add-url").set_value("")
    text = TEXT.replace("July 5, 2021 - ", "")
    at.file_uploader(key="add-files").set_value([("report.txt", text.encode(), "text/plain")])
    at.date_input(key="add-published").set_value("2021-07-05")
    at.button(key="add-start").click().run()
    _read(at)
    new = len(at.session_state["new"])
    assert new >= 1
    at.checkbox(key="only_new").uncheck().run()
    assert _shown(at) > before
    at.button(key="add-keep").click().run()
    assert len(list((tmp_path / "kept").glob("*/events.parquet"))) == 1
    assert _shown(at) == before + new
    assert [one.value for one in at.toast] == [words.ADD_KEPT.format(new)]
    assert not at.run().toast, "told once"


def test_reading_can_be_cancelled(start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline import adding  # noqa: PLC0415

    def endless(job: Any, *_: Any) -> None:
        job._stop.wait(60)

    monkeypatch.setattr(adding, "_work", endless)
    at = start()
    at.button(key="add").click().run()
    at.text_area(key="add-text").set_value(TEXT)
    at.button(key="add-start").click().run()
    at.button(key="add-cancel").click().run()
    assert at.session_state["job"] is None
    assert "add-start" in _keys(at)


def test_a_reading_that_ends_while_the_page_is_drawn_is_shown_at_once(
    start: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline import adding  # noqa: PLC0415

    work, settle, drawing = adding._work, state.settle, threading.Event()

    def waiting(*given: Any) -> None:
        assert drawing.wait(60)
        work(*given)

    def settled(session: Any, table: Any) -> None:
        settle(session, table)
        if session.get("job") is not None:
            drawing.set()
            session["job"].join()

    monkeypatch.setattr(adding, "_work", waiting)
    monkeypatch.setattr(state, "settle", settled)
    at = start()
    at.button(key="add").click().run()
    at.text_area(key="add-text").set_value(TEXT)
    at.button(key="add-start").click().run()
    assert at.session_state["added"] is not None
    assert "add-discard" in _keys(at)


WORKED_ELSEWHERE = {
    *("q", "articles", "country", "actor", "source", "confidence", "undated", "reviewed"),
    *("place_search", "reset", "data", "sort", "grouped", "dates", "dismiss"),
    *("add-text", "add-discard", "add-close"),
}
"""In tests/test_app.py."""


def test_no_widget_is_without_a_test(start: Any, tmp_path: Path) -> None:
    """Each key that the page has in any state stands in this file or in `WORKED_ELSEWHERE`."""
    here = Path(__file__).read_text(encoding="utf-8")
    other = (APP.parent / "tests" / "test_app.py").read_text(encoding="utf-8")
    found = set()
    at = start(event="e0023", q="column", figure="injured:1-")
    at.session_state["tab"] = "others"
    found |= _keys(at.run())
    at.button(key="charts").click().run()
    at.session_state["chart"] = "choropleth"
    found |= _keys(at.run())
    at = start(write_sample(tmp_path / "plain", 40))
    found |= _keys(at)
    at.button(key="add").click().run()
    found |= _keys(at)
    assert len(found) >= 40
    assert found >= WORKED_ELSEWHERE - {"add-discard"}
    for key in found:
        worked = f'"{key}"' in here.split("WORKED_ELSEWHERE")[0] or f'"{key}"' in other
        worked |= key.startswith(("other-", "download-"))
        assert worked, f"no test works the widget {key}"
