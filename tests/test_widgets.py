"""geo.widgets and geo.detail: what the page offers and shows, without Streamlit."""

import html
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hostile import PAYLOADS
from sample_events import sample

from geo import detail, state, widgets, words
from geo.reasons import Reading
from geo.sources import read_documents, write_documents
from geo.table import Table, prepared

EVENTS, DOCUMENTS = sample()


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Table:
    folder = tmp_path_factory.mktemp("documents")
    write_documents(DOCUMENTS, folder)
    return prepared(Path("sample"), EVENTS, read_documents(folder))


def opened(table: Table, **query: list[str]) -> tuple[dict[str, Any], Any, Any, Any]:
    session: dict[str, Any] = {}
    state.seed(session, table, query, known=False)
    return session, *state.look(session, table)


def flat(parts: Iterable[widgets.Part]) -> list[widgets.Widget]:
    return [one for part in parts for one in (part if isinstance(part, tuple) else (part,))]


def test_a_widget_gives_its_arguments_by_name() -> None:
    labels = {"a": "A 3", "b": "B 1"}
    made = widgets.Widget("pills", "Letters", "letters", labels, {"help": "x"}).arguments()
    assert made["options"] == ["a", "b"]
    assert [made["format_func"](o) for o in ("a", "b", "c")] == ["A 3", "B 1", "c"]
    assert (made["key"], made["help"]) == ("letters", "x")
    assert widgets.Widget("caption", "Only words").arguments() == {}


def test_every_filter_of_the_link_has_one_widget(table: Table) -> None:
    table = prepared(Path("sample"), EVENTS.assign(admin1="Kunduz"), table.documents)
    session, chosen, selected, _ = opened(table, figure=["fatalities:1-"])
    found = flat(widgets.filters(session, table, selected, chosen, lambda: None))
    keys = [one.key for one in found if one.key]
    assert len(keys) == len(set(keys))
    from_elsewhere = {"dates", "area"}  # the slider, and the map
    assert set(keys) >= set(state.link.FILTERS) - from_elsewhere


def test_the_bounds_of_a_figure_stand_side_by_side_once_one_is_chosen(table: Table) -> None:
    session, chosen, selected, _ = opened(table)
    pairs = [
        [one.key for one in part]
        for part in widgets.filters(session, table, selected, chosen, lambda: None)
        if isinstance(part, tuple)
    ]
    assert pairs == []
    session["figure"] = "injured"
    found = widgets.filters(session, table, selected, chosen, lambda: None)
    assert [[one.key for one in part] for part in found if isinstance(part, tuple)] == [
        ["least", "most"]
    ]


def test_a_chip_removes_its_filter(table: Table) -> None:
    session, chosen, _, _ = opened(table, type=["AID", "ASSAULT"], q=["column"])
    (pills,) = widgets.chips(session, table, chosen)
    assert pills.options is not None
    assert list(pills.options) == ["type=AID", "type=ASSAULT", "q"]
    session["chips"] = "type=AID"
    pills.more["on_change"]()
    assert session["type"] == ["ASSAULT"]
    assert session["chips"] is None
    session, chosen, _, _ = opened(table)
    assert widgets.chips(session, table, chosen) == []
    assert table.span is not None
    assert widgets.chips(session, table, replace(chosen, dates=table.span)) == []
    assert widgets.chips(session, table, replace(chosen, dates=(table.span[0],) * 2))


def test_the_top_line(table: Table) -> None:
    session, _, _, told = opened(table)
    keys = [one.key for one in widgets.actions(session, table, told, adding=True)]
    assert keys == ["reset", "add", "charts", "data"]
    assert "add" not in [w.key for w in widgets.actions(session, table, told, adding=False)]
    assert widgets.advice(told) == []
    session, _, _, none = opened(table, q=["no such word"])
    assert widgets.actions(session, table, none, adding=True)[0].label == words.SHOW_ALL
    assert "search words" in widgets.advice(none)[0].label


def test_each_format_is_made_only_when_it_is_asked_for(table: Table) -> None:
    session, _, selected, _ = opened(table, type=["AID"])
    positions = np.flatnonzero(selected.keep)
    buttons = [w for w in widgets.downloads(session, table, positions) if w.key]
    assert [one.label for one in buttons] == list(words.FORMATS.values())
    made = next(one for one in buttons if one.key == "download-csv").more["data"]()
    assert made.count(b"\r\n") == len(positions) + 1


def test_what_a_file_says_of_its_events_has_their_days(table: Table) -> None:
    session, *_ = opened(table, type=["AID"])
    assert state.told_of(session, table) == "1 June 2021 to 30 July 2021; Aid; Happened"
    assert session["caption"].startswith("1 June 2021 to 30 July 2021; Aid; Happened (")


def test_presets_set_the_days(table: Table) -> None:
    session, *_ = opened(table)
    found = {one.label: one for one in widgets.presets(session, table)}
    assert list(found) == ["7 d", "30 d", "All"], "the main period is the whole"
    found["7 d"].more["on_click"]()
    first, last = session["dates"]
    assert (last - first).days == 6
    assert all(one.more["help"] for one in found.values())


def test_a_table_without_days_has_no_slider(table: Table) -> None:
    undated = EVENTS[EVENTS["date_start"].isna()].reset_index(drop=True)
    bare = prepared(Path("undated"), undated, None)
    session, *_ = opened(bare)
    assert widgets.timeline(session, bare).label == words.NO_DATES
    assert widgets.presets(session, bare) == []
    session, *_ = opened(table)
    assert widgets.timeline(session, table).kind == "slider"


def test_the_line_of_a_first_visit_ends_with_a_button(table: Table) -> None:
    session, *_ = opened(table)
    text, button = widgets.welcome(session)
    assert text.label == words.WELCOME
    button.more["on_click"]()
    assert [one.label for one in widgets.welcome(session)] == [words.CHOOSE]


def test_what_is_found_can_be_kept_only_if_there_is_something() -> None:
    shown = widgets.found({"not_kept": "no room"}, ["a line"], "<ol></ol>", None, lambda: None)
    assert [one.key for one in flat(shown) if one.key] == ["add-discard"]
    assert any(one.kind == "error" and "no room" in one.label for one in flat(shown))
    shown = widgets.found({}, [], "", lambda: None, lambda: None)
    assert [one.key for one in flat(shown) if one.key] == ["add-keep", "add-discard"]


def test_addresses_can_be_given_only_where_they_may_be_fetched() -> None:
    closed = widgets.form(fetching=False)[words.ADD_TABS["url"]]
    assert closed[0].more["disabled"]
    assert closed[1].label == words.ADD_URL_OFF
    (allowed,) = widgets.form(fetching=True)[words.ADD_TABS["url"]]
    assert not allowed.more["disabled"]


def test_keeping_tells_why_it_failed(table: Table) -> None:
    session, *_ = opened(table)
    session["added"] = EVENTS.iloc[:2], None

    def full() -> None:
        raise OSError(28, "No space left on device")

    state.keep(session, table, full)
    assert session["not_kept"] == "No space left on device"
    assert session["added"] is not None
    state.keep(session, table, lambda: None)
    assert session["added"] is None
    assert session["new"] == frozenset(EVENTS["event_id"].iloc[:2])


def test_another_choice_than_those_on_offer_is_forgotten() -> None:
    session = {"tab": "article"}
    widgets.segments(session, "x", {"text": "Text", "why": "Why"}, "tab")
    assert session == {}
    session = {"tab": "why"}
    widgets.segments(session, "x", {"text": "Text", "why": "Why"}, "tab")
    assert session == {"tab": "why"}


def _parts(table: Table, event: dict[str, Any], tab: str, **more: Any) -> list[widgets.Widget]:
    session, *_ = opened(table)
    settings = {"hidden": False, "readings": lambda _: [], **more}
    return detail.parts(session, table, event, tab, **settings)


def test_each_tab_of_an_event(table: Table) -> None:
    event = table.event("e0023")
    assert event is not None
    assert list(detail.tabs(table, event)) == list(words.TABS)
    text, facts, link = _parts(table, event, "text")
    assert 'class="dl-sentence"' in text.label
    assert "dl-facts" in facts.label
    assert link.kind == "link_button"
    assert words.NOT_LISTED in _parts(table, event, "text", hidden=True)[1].label
    assert "And one more." in _parts(table, event, "article")[0].label
    assert _parts(table, event, "others")[0].label == words.OTHERS_NONE


def test_why_without_the_gazetteer_says_so(table: Table) -> None:
    event = table.event("e0023")
    assert event is not None

    def missing(_: Any) -> list[Reading]:
        raise FileNotFoundError("gazetteer")

    event["place_id"] = "1"
    assert words.CANDIDATES_MISSING in [one.label for one in detail.why(event, missing)]
    one = Reading("Kunduz", "its usual name", 1.0, chosen=True)
    assert "Kunduz" in detail.why(event, lambda _: [one])[1].label


def test_an_article_that_is_not_stored_has_no_tab() -> None:
    bare = prepared(Path("sample"), EVENTS, None)
    event = bare.event("e0023")
    assert event is not None
    assert "article" not in detail.tabs(bare, event)
    assert html.escape(words.NO_TEXT) in _parts(bare, event, "text")[1].label


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_source_panel_shows_hostile_text_as_it_is(table: Table, payload: str) -> None:
    event = table.event("e0023")
    assert event is not None
    for name in ("title", "sentence", "actor1", "location", "source", "where_note", "url"):
        event[name] = payload
    event["doc_id"] = "not stored"
    shown = [*_parts(table, event, "text"), *_parts(table, event, "why")]
    for one in shown:
        if one.kind == "html":
            tags = {part.split(">")[0].split()[0].strip("/") for part in one.label.split("<")[1:]}
            assert tags <= {"div", "dl", "dt", "dd", "p", "h5", "mark", "span", "small"}
        assert one.kind != "link_button"
