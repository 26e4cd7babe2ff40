"""geo.present: events in plain words, and text from outside that stays text."""

import datetime as dt
import html
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_events import HOSTILE, sample

from geo.facets import Shown
from geo.frame import SCHEMA
from geo.present import (
    actors,
    advice,
    count_line,
    country_name,
    counts_text,
    facts,
    facts_html,
    how_precise,
    plain,
    province_name,
    safe_url,
    short_day,
    tray_line,
    when,
    why_date,
    why_place,
)

EVENTS, _ = sample(60)
ROWS = EVENTS.to_dict("records")


def event(**values: Any) -> dict[str, Any]:
    nothing: dict[str, Any] = dict.fromkeys(SCHEMA)
    return nothing | {"event_type": "AID", "modality": "actual", "reviewed": False} | values


JULY_4 = dt.date(2021, 7, 4)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (
            {"date_start": JULY_4, "date_end": JULY_4, "date_text": "Sunday"},
            "Sunday 4 July 2021, from “Sunday”",
        ),
        (
            {"date_end": JULY_4, "date_text": "by Sunday"},
            "on or before 4 July 2021, from “by Sunday”",
        ),
        ({"date_start": dt.date(2021, 7, 1), "date_end": JULY_4}, "1 July 2021 to 4 July 2021"),
        ({"date_start": JULY_4}, "from 4 July 2021 on"),
        (
            {"date_start": JULY_4, "date_end": JULY_4, "date_source": "publication"},
            "Sunday 4 July 2021, the day of publication",
        ),
        ({"date_text": "last week"}, "no date; the text says “last week”"),
        ({}, "no date in the text"),
    ],
)
def test_when(values: dict[str, Any], words: str) -> None:
    assert when(event(**values)) == words


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"date_start": JULY_4, "date_end": JULY_4}, "2021-07-04"),
        ({"date_end": JULY_4}, "≤ 2021-07-04"),
        ({"date_start": JULY_4, "date_end": dt.date(2021, 7, 9)}, "2021-07-04 – 07-09"),
        ({"date_start": JULY_4, "date_end": dt.date(2022, 7, 9)}, "2021-07-04 – 2022-07-09"),
        ({}, ""),
    ],
)
def test_short_day(values: dict[str, Any], words: str) -> None:
    assert short_day(event(**values)) == words


def test_precision_in_words() -> None:
    assert how_precise(event(where_prec=5, relation="border")) == "border line, 5 of 7 (1 is exact)"
    assert (
        how_precise(event(where_prec=5, relation="part north"))
        == "part of an area, 5 of 7 (1 is exact)"
    )
    assert how_precise(event(where_prec=1, relation="at")) == "exact place, 1 of 7 (1 is exact)"
    assert how_precise(event()) == "no place found"


def test_figures_and_actors() -> None:
    assert counts_text(event(soldiers=1037)) == "1,037 soldiers or police"
    assert (
        counts_text(event(fatalities=12, injured_low=30, injured_high=40))
        == "12 killed, 30 to 40 injured"
    )
    assert counts_text(event()) == ""
    assert actors(event(actor1="a", actor2="b")) == "a → b"
    assert actors(event(actor2="b")) == "b"


@pytest.mark.parametrize("row", ROWS[:30])
def test_every_row_can_be_told(row: dict[str, Any]) -> None:
    told = dict(facts(row))
    assert {"What", "When", "Precision", "How sure"} <= set(told)
    assert all(told.values())
    assert why_place(row)
    assert why_date(row)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_facts_are_escaped(text: str) -> None:
    page = facts_html(event(actor1=text, location=text, attribution=text))
    assert set(re.findall(r"<[^>]*>", page)) == {
        '<dl class="dl-facts">',
        "</dl>",
        "<dt>",
        "</dt>",
        "<dd dir='auto'>",
        "</dd>",
    }
    assert html.escape(text) in page


def test_why_an_event_is_where_and_when_it_is() -> None:
    inherited = event(
        location_source="dateline",
        where_text="KUNDUZ",
        where_note="the point of Kunduz",
        date_source="text",
        date_text="Sunday",
        published=dt.date(2021, 7, 5),
        published_source="url",
        date_prec=1,
    )
    assert why_place(inherited) == [
        "The sentence names no place; “KUNDUZ” is that of the article's dateline.",
        "The point of Kunduz.",
    ]
    assert why_date(inherited) == [
        "The sentence says “Sunday”.",
        "Read against the day of publication, Monday 5 July 2021.",
        "The day of publication comes from the address of the page.",
        "Known to the day.",
    ]
    assert why_place(event())[0].startswith("The text gives no place")
    assert why_date(event()) == ["no date in the text."]


def test_provinces_are_named_with_their_country() -> None:
    assert province_name("AFG/Kunduz") == "Kunduz, AFG"
    assert province_name("Kunduz") == "Kunduz"
    assert country_name("AFG") == "Afghanistan"
    assert country_name("<b>") == "<b>"


@given(st.text())
def test_plain_leaves_no_markdown(text: str) -> None:
    escaped = plain(text)
    assert "\n" not in escaped
    assert not re.search(r"(?<!\\)(?:\\\\)*[!-/:-@\[\]^-`{-~]", escaped)
    assert re.sub(r"\\(.)", r"\1", escaped) == " ".join(text.split())


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://example.org/a?b=c", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("https://", False),
        ("https://exa mple.org", False),
        ("https://[", False),
        ("\x01https://example.org", False),
        (None, False),
        (float("nan"), False),
    ],
)
def test_only_web_addresses_are_links(url: object, *, safe: bool) -> None:
    assert safe_url(url) == (url if safe else None)


def test_lines() -> None:
    told = Shown(148, 12, {"dates": 18, "event_type": 2, "text": 0}, 5, 0, 7)
    assert count_line(told) == (
        "**12 of 148** events shown; 136 hidden by filters (18 only by dates, 2 only by event type), "
        "5 undated, 7 at country level"
    )
    told = Shown(148, 12, {"dates": 136, "text": 0}, 0, 0, 0)
    assert count_line(told) == "**12 of 148** events shown; 136 hidden by filter (dates)"
    assert (
        advice(Shown(9, 0, {"text": 4}, 0, 0, 0))
        == "No event matches. Open the filter on search words to see 4."
    )
    assert "together" in advice(Shown(9, 0, {"text": 0}, 0, 0, 0))
    assert advice(Shown(0, 0, {}, 0, 0, 0)).startswith("The table has no events yet.")
    groups = [("Afghanistan", 8), ("Haiti", 3), ("Iran", 2), ("[x](y)", 1)]
    assert (
        tray_line(groups, 77)
        == "Country level: Afghanistan 8, Haiti 3, Iran 2, 1 more · no place: 77"
    )
    assert tray_line(groups[3:], 0) == "Country level: \\[x\\]\\(y\\) 1"
    assert tray_line([], 0) == ""
