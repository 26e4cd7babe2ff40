"""geo.state and geo.table: what the widgets hold, without Streamlit."""

import datetime as dt
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sample_events import FIRST, sample, write_sample

from geo import state
from geo.filters import Filters, mask
from geo.link import PLAIN, Link, build
from geo.listing import PAGE
from geo.sources import COLUMNS
from geo.table import joined, open_table, prepared, stamp

EVENTS, DOCUMENTS = sample()
TABLE = prepared(Path("sample"), EVENTS, None)
LAST = FIRST + dt.timedelta(days=59)


def seeded(query: dict[str, list[str]] | None = None) -> dict[str, Any]:
    session: dict[str, Any] = {}
    state.seed(session, TABLE, query or {}, known=False)
    return session


def test_the_first_run_takes_the_address_and_the_next_keeps_the_widgets() -> None:
    session = seeded({"type": ["AID"], "country": ["TJK", "nowhere"], "event": ["e0023"]})
    assert session["type"] == ["AID"]
    assert session["country"] == ["TJK"], "only what the table has"
    assert session["event"] == "e0023"
    assert session["dates"] == session["slider"] == (FIRST, LAST)
    session["type"] = ["ASSAULT"]
    state.seed(session, TABLE, {"type": ["AID"]}, known=True)
    assert session["type"] == ["ASSAULT"]


def test_the_first_visit_is_welcomed() -> None:
    assert seeded()["welcome"]
    assert not seeded({"q": ["x"]})["welcome"]
    session: dict[str, Any] = {}
    state.seed(session, TABLE, {}, known=True)
    assert not session["welcome"]


def test_an_event_that_is_not_in_the_table_is_not_chosen() -> None:
    assert seeded({"event": ["<script>"]})["event"] is None


@pytest.mark.parametrize(
    "link",
    [
        PLAIN,
        Link(type=("AID", "ASSAULT"), modality=(), q="column", articles=True, undated=False),
        Link(country=("TJK",), figure="fatalities", least=1, most=9, confidence=35, reviewed=True),
        Link(area=((60.0, 30.0), (70.0, 30.0), (70.0, 38.0)), dates=(FIRST, FIRST)),
    ],
)
def test_what_is_shown_is_what_is_chosen(link: Link) -> None:
    session = seeded(build(link))
    assert state.chosen(session, TABLE) == link
    assert state.address(session, TABLE, {}) == build(link)
    what, selected, told = state.look(session, TABLE)
    kept = state.filters(session, TABLE, what)
    assert told.shown == mask(EVENTS, kept).sum() == selected.keep.sum()
    assert session["caption"].endswith(f"({told.shown:,} events)")


def test_the_view_that_the_map_wrote_stays_in_the_address() -> None:
    session = seeded({"view": ["36.7,68.9,7"]})
    assert session["view"] == (68.9, 36.7, 7.0)
    found = state.address(session, TABLE, {"view": ["36.7,68.9,7"]})
    assert found == {"view": ["36.7,68.9,7"]}


def test_reset_removes_every_filter_and_chips_one() -> None:
    link = Link(type=("AID", "ASSAULT"), q="column", dates=(FIRST, FIRST))
    session = seeded(build(link))
    state.remove(session, TABLE, "type=AID")
    assert session["type"] == ["ASSAULT"]
    state.remove(session, TABLE, None)
    state.remove(session, TABLE, "dates")
    assert session["dates"] == TABLE.main
    state.reset(session, TABLE)
    assert state.chosen(session, TABLE) == PLAIN


def test_reset_goes_to_the_main_period_or_the_whole() -> None:
    far = EVENTS.assign(date_start=EVENTS["date_start"], date_end=EVENTS["date_end"])
    far.loc[0, ["date_start", "date_end"]] = pd.Timestamp(1818, 1, 1)
    table = prepared(Path("sample"), far, None)
    session: dict[str, Any] = {}
    state.seed(session, table, {"q": ["x"]}, known=False)
    assert table.span is not None
    assert table.span[0].year == 1818
    state.reset(session, table, whole=True)
    assert session["dates"] == session["slider"] == table.span
    state.reset(session, table)
    assert session["dates"] == session["slider"] == table.main != table.span


def test_presets() -> None:
    session = seeded()
    state.preset(session, 7)
    assert session["dates"] == (LAST - dt.timedelta(days=6), LAST)
    state.preset(session, (FIRST, FIRST))
    assert session["dates"] == session["slider"] == (FIRST, FIRST)


def test_the_list_is_narrowed_to_a_group_or_a_place() -> None:
    session, every = seeded(), np.arange(len(EVENTS))
    assert state.narrowed(session, TABLE, every)[1] == ""
    session["tray"] = "AFG"
    listed, told = state.narrowed(session, TABLE, every)
    assert len(listed) == 12
    assert told.startswith("12 events not on the map")
    session.update(tray=None, place=(69.17, 34.52, 69.18, 34.53))
    listed, told = state.narrowed(session, TABLE, every)
    assert set(EVENTS["location"].iloc[listed]) >= {"Kabul"}
    assert f"{len(listed)} events at this point" in told
    assert set(EVENTS.geom_type.iloc[listed]) == {"Point"}, "no area or line that Kabul labels"
    others = np.flatnonzero(~np.isin(every, listed))
    assert state.narrowed(session, TABLE, others)[0].tolist() == others.tolist()
    assert state.narrowed(session, TABLE, others)[1] == "", "none of these is there"


def test_replies_of_the_list_count_once() -> None:
    session = seeded()
    state.listed(session, {"at": 1, "id": "e0023"})
    assert session["event"] == "e0023"
    state.listed(session, {"at": 1, "id": "e0023"})
    assert session["event"] == "e0023", "the same reply comes again at each run"
    state.listed(session, {"at": 2, "id": "e0023"})
    assert session["event"] is None
    state.listed(session, {"at": 3, "more": True})
    assert session["limit"] == 2 * PAGE
    state.listed(session, None)


def _texts(ids: pd.Series) -> pd.DataFrame:
    rows = [{**dict.fromkeys(COLUMNS), "doc_id": one, "text": "A text."} for one in ids]
    return pd.DataFrame(rows).set_index("doc_id", drop=False)


def test_added_events_are_shown_alone_then_with_the_others_and_thrown_away() -> None:
    session = seeded({"type": ["AID"]})
    new = EVENTS.head(3).assign(event_id=["n1", "n2", "n3"], doc_id=["d1", "d2", "d3"])
    state.add(session, TABLE, new, _texts(new["doc_id"]))
    both = state.session_table(session, TABLE)
    assert state.session_table(session, TABLE) is both, "made once"
    assert both.index.rows == len(EVENTS) + 3
    assert TABLE.index.rows == len(EVENTS)
    assert both.text("d1") == "A text."
    _, selected, _ = state.look(session, both)
    assert set(both.events["event_id"][selected.keep]) == {"n1", "n2", "n3"}
    session["only_new"] = False
    assert state.look(session, both)[2].shown == len(both.events)
    state.drop(session, TABLE)
    assert state.session_table(session, TABLE) is TABLE
    assert state.chosen(session, TABLE) == PLAIN


@pytest.mark.parametrize("year", [None, 1921])
def test_the_days_shown_are_those_of_what_was_added(year: int | None) -> None:
    session = seeded()
    new = EVENTS.head(1).assign(event_id=["n1"], doc_id=["d1"])
    if year:
        new["date_start"] = new["date_end"] = new["date_start"].map(
            lambda day: day.replace(year=year)
        )
    state.add(session, TABLE, new, _texts(new["doc_id"]))
    both = state.session_table(session, TABLE)
    assert session["dates"] == session["slider"] == (both.span if year else both.main)
    assert state.look(session, both)[2].shown == 1


def test_what_a_reading_found_is_taken_over_once_it_is_done() -> None:
    session = seeded()
    new = EVENTS.head(2).assign(event_id=["n1", "n2"], doc_id=["d1", "d2"])
    found = SimpleNamespace(events=new, documents=_texts(new["doc_id"]))
    session["job"] = SimpleNamespace(running=True, found=None)
    state.settle(session, TABLE)
    assert session["added"] is None
    session["job"] = SimpleNamespace(running=False, found=found)
    state.settle(session, TABLE)
    assert session["new"] == {"n1", "n2"}
    taken = session["added"]
    state.settle(session, TABLE)
    assert session["added"] is taken


def test_a_joined_table_keeps_the_order_and_no_event_twice() -> None:
    both = joined(TABLE, [(EVENTS.head(5), None)])
    assert list(both.events["event_id"]) == list(EVENTS["event_id"])
    assert both.start == TABLE.start


def test_a_table_is_read_with_its_articles(tmp_path: Path) -> None:
    folder = write_sample(tmp_path / "events", 40)
    table = open_table(folder)
    event = table.event("e0023")
    assert event is not None
    assert str(event["sentence"]) in str(table.text(event["doc_id"]))
    assert table.event("nothing") is None
    assert table.text("nothing") is None
    before = stamp(folder)
    (folder / "documents.parquet").unlink()
    assert stamp(folder) != before
    assert open_table(folder).documents is None


def test_the_default_filters_are_those_of_the_default_link() -> None:
    session = seeded()
    assert state.filters(session, TABLE, state.chosen(session, TABLE)) == Filters()


def test_the_map_goes_to_what_was_added() -> None:
    session = seeded()
    few = EVENTS[EVENTS["location"].eq("Doha") & EVENTS.geometry.notna()].iloc[:3]
    state.add(session, TABLE, few.reset_index(drop=True), pd.DataFrame(columns=["text"]))
    west, south, east, north = session["fly"]["bbox"]
    assert (west, south, east, north) == pytest.approx(tuple(few.total_bounds))
    assert west <= session["fly"]["lon"] <= east
    assert session["fly"]["name"] == "", "nothing is marked in their middle"
