"""geo.present: events in plain words, and text from outside that stays text."""

import datetime as dt
import html
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_events import HOSTILE, sample

from geo.frame import SCHEMA
from geo.present import (
    actors,
    advice,
    article_html,
    count_line,
    counts_text,
    excerpt,
    facts,
    facts_html,
    how_precise,
    list_row,
    plain,
    safe_url,
    short_day,
    tray_line,
    when,
)
from geo.summary import Shown

EVENTS, DOCUMENTS = sample(60)
TEXTS = {document["doc_id"]: document["text"] for document in DOCUMENTS}
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
    assert set(list_row(row)) == {"Date", "Type", "Place", "Who", "Sentence"}


def _text_of(page: str) -> str:
    """Take our own tags away, and their labels, and undo the escaping."""
    page = re.sub(r'<small class="dl-tag">\w+</small>', "", page)
    page = re.sub(r'</?(?:div|mark|span)(?: class="dl-\w+")?(?: dir="auto")?>', "", page)
    assert "<" not in page
    return html.unescape(page)


@given(st.text(), st.lists(st.integers(0, 40), min_size=8, max_size=8))
def test_an_article_is_escaped_whole_whatever_its_spans(text: str, edges: list[int]) -> None:
    names = ("sentence", "trigger", "place", "date_text")
    spans = {f"{n}_{e}": edges.pop() for n in names for e in ("start", "end")}
    assert _text_of(article_html(text, event(**spans))) == text


@pytest.mark.parametrize("row", ROWS)
def test_the_marks_are_where_the_table_says(row: dict[str, Any]) -> None:
    page = article_html(TEXTS[row["doc_id"]], row)
    sentence = "".join(re.findall(r"<mark[^>]*>(.*?)</mark>", page, flags=re.DOTALL))
    assert _text_of(sentence) == row["sentence"]
    assert f'{html.escape(row["where_text"])}<small class="dl-tag">place</small>' in page
    assert f'{row["date_text"]}<small class="dl-tag">date</small>' in page
    assert f'{row["trigger"]}<small class="dl-tag">action</small>' in page


@pytest.mark.parametrize("row", ROWS)
def test_an_excerpt_is_a_part_of_the_text_with_the_same_marks(row: dict[str, Any]) -> None:
    text = TEXTS[row["doc_id"]]
    part, moved = excerpt(text, row)
    assert part in text
    assert part[moved["sentence_start"] : moved["sentence_end"]] == row["sentence"]
    assert "And one more." not in part
    alone, moved = excerpt("another text", row)
    assert alone == row["sentence"]
    assert alone[moved["trigger_start"] : moved["trigger_end"]] == "advanced"


def test_an_excerpt_leaves_out_lines_without_words() -> None:
    text = "title: x\n---\n\nIt began.\n\nEnd."
    part, moved = excerpt(text, event(sentence="It began.", sentence_start=14, sentence_end=23))
    assert part == "It began.\n\nEnd."
    assert (moved["sentence_start"], moved["sentence_end"]) == (0, 9)


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
        "**12 of 148** events shown; 136 hidden by filters (dates 18, event type 2), "
        "5 undated, 7 at country level"
    )
    assert (
        advice(Shown(9, 0, {"text": 4}, 0, 0, 0))
        == "No event matches. Open the filter on search words to see 4."
    )
    assert "together" in advice(Shown(9, 0, {"text": 0}, 0, 0, 0))
    assert advice(Shown(0, 0, {}, 0, 0, 0)) == "The table has no events yet."
    groups = [("Afghanistan", 8), ("Haiti", 3), ("Iran", 2), ("[x](y)", 1)]
    assert (
        tray_line(groups, 77)
        == "Country level: Afghanistan 8, Haiti 3, Iran 2, 1 more · no place: 77"
    )
    assert tray_line(groups[3:], 0) == "Country level: \\[x\\]\\(y\\) 1"
    assert tray_line([], 0) == ""
