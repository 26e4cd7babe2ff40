"""geo.listing: orders, incidents as one row, and what the browser replies."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_events import sample

from geo.frame import from_records, is_null
from geo.index import Index
from geo.link import SORTS
from geo.listing import PAGE, TYPES, button_label, listed, other_label, others, reply_from, rows

EVENTS, _ = sample()
INDEX = Index(EVENTS)
EVERY = np.arange(len(EVENTS))


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize("limit", [1, 7, 40, 1000])
def test_a_short_list_is_the_start_of_the_long_one(sort: str, limit: int, *, grouped: bool) -> None:
    whole = listed(INDEX, EVERY, sort, grouped=grouped, limit=len(EVERY))
    part = listed(INDEX, EVERY, sort, grouped=grouped, limit=limit)
    assert [head for head, _ in part.rows] == [head for head, _ in whole.rows][:limit]
    assert part.total == whole.total == len(EVENTS)
    assert sorted(head for head, _ in whole.rows) == EVERY.tolist()


def test_days_that_are_in_order_need_no_sorting() -> None:
    assert INDEX.by_day
    other = Index(EVENTS)
    other.by_day = False  # type: ignore[misc]  # the long way
    for sort in ("newest", "oldest"):
        for some in (EVERY, EVERY[3::4], EVERY[-5:], EVERY[:0]):
            for limit in (3, 30, 1000):
                fast, slow = (listed(index, some, sort, limit=limit) for index in (INDEX, other))
                assert [head for head, _ in fast.rows] == [head for head, _ in slow.rows]
    assert not Index(EVENTS.iloc[::-1]).by_day


def _column(sort: str, column: str) -> list:
    heads = [head for head, _ in listed(INDEX, EVERY, sort, limit=len(EVERY)).rows]
    return EVENTS[column].iloc[heads].tolist()


def test_orders() -> None:
    for sort, newest_first in (("newest", True), ("oldest", False)):
        days = _column(sort, "date_start")
        dated, undated = days[:-12], days[-12:]
        assert dated == sorted(dated, reverse=newest_first)
        assert all(is_null(day) for day in undated)
    places = [place for place in _column("place", "location") if isinstance(place, str)]
    assert places == sorted(places, key=str.casefold)


def _reports() -> Index:
    base = {"event_type": "AID", "modality": "actual", "date_start": "2021-07-01"}
    told = [("a", "i1", "BBC"), ("b", "i1", "AP"), ("c", "i2", "BBC"), ("d", None, None)]
    return Index(
        from_records(
            {**base, "event_id": name, "incident_id": incident, "source": source, "doc_id": name}
            for name, incident, source in told
        )
    )


def test_reports_of_an_incident_are_one_row_with_its_sources() -> None:
    index = _reports()
    found = listed(index, np.arange(4), "reports", grouped=True)
    told = rows(index, found)
    assert found.total == 3
    assert told[0]["reports"] == 2
    assert set(told[0]["sources"].split(", ")) == {"BBC", "AP"}
    assert "reports" not in told[1]
    assert sorted(p for _, group in found.rows for p in group) == [0, 1, 2, 3]


def test_the_other_reports_and_the_other_events_of_the_article() -> None:
    index = _reports()
    event = index.events.iloc[0].to_dict()
    in_article, in_incident = others(index, event)
    assert in_article.tolist() == []
    assert in_incident.tolist() == [1]
    alone = others(index, index.events.iloc[3].to_dict())
    assert [len(part) for part in alone] == [0, 0]


def test_the_first_rows_are_few_bytes() -> None:
    told = rows(INDEX, listed(INDEX, EVERY), fresh=frozenset({EVENTS["event_id"].iloc[0]}))
    assert len(told) == PAGE
    assert len(json.dumps(told)) < 7_000
    assert {row["type"] for row in told} <= set(range(len(TYPES)))
    assert all(isinstance(row["text"], str) and len(row["text"]) <= 110 for row in told)


def test_an_unsure_event_says_so_and_a_new_one_is_marked() -> None:
    event = EVENTS.index[EVENTS["modality"].ne("actual")][0]
    found = listed(INDEX, np.array([event]))
    (row,) = rows(INDEX, found, fresh=frozenset(EVENTS["event_id"]))
    assert row["unsure"] in {"planned", "possible", "denied"}
    assert row["fresh"] is True
    assert button_label(EVENTS.iloc[event].to_dict(), "BBC").endswith("BBC")
    told = other_label(EVENTS.iloc[event].to_dict())
    assert told.startswith(button_label(EVENTS.iloc[event].to_dict(), "Sample") + ": The column")


@given(st.recursive(st.none() | st.integers() | st.text(), lambda x: st.dictionaries(st.text(), x)))
def test_any_reply_is_read(value: object) -> None:
    reply_from(value)


def test_replies() -> None:
    assert reply_from({"at": 5, "id": "a"}).event_id == "a"
    assert reply_from({"at": 5, "more": True}).more
    assert reply_from({"at": 5, "id": {"x": 1}}).event_id is None
    assert reply_from({"at": True}) is None
    assert reply_from({"id": "a"}) is None
