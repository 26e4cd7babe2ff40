"""geo.article: the article is shown whole and escaped, its marks where the table says."""

import html
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_events import HOSTILE, sample

from geo import words
from geo.article import Checked, article_html, excerpt, sentences_html, shortened
from geo.frame import SCHEMA

EVENTS, DOCUMENTS = sample(60)
TEXTS = {document["doc_id"]: document["text"] for document in DOCUMENTS}
ROWS = EVENTS.to_dict("records")


def event(**values: Any) -> dict[str, Any]:
    nothing: dict[str, Any] = dict.fromkeys(SCHEMA)
    return nothing | {"event_type": "AID", "modality": "actual", "reviewed": False} | values


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


@given(st.integers(0, 900), st.integers(0, 900), st.sampled_from(["word ", "w", "كلمة "]))
def test_an_excerpt_of_a_long_paragraph_is_what_is_around_the_sentence(
    before: int, after: int, filling: str
) -> None:
    text = filling * before + "It began." + (" " + filling) * after
    start = len(filling) * before
    row = event(sentence="It began.", sentence_start=start, sentence_end=start + 9)
    part, moved = excerpt(text, row)
    assert part[moved["sentence_start"] : moved["sentence_end"]] == "It began."
    assert len(part) < 800
    assert part.removeprefix("… ").removesuffix(" …") in text
    assert part.startswith("… ") == (start > 240)


def test_an_excerpt_leaves_out_lines_without_words() -> None:
    text = "title: x\n---\n\nIt began.\n\nEnd."
    part, moved = excerpt(text, event(sentence="It began.", sentence_start=14, sentence_end=23))
    assert part == "It began.\n\nEnd."
    assert (moved["sentence_start"], moved["sentence_end"]) == (0, 9)


def test_the_actors_are_marked_in_the_sentence_only() -> None:
    text = "The army left. The army met Dr. Ghani; armyworms did not."
    row = event(actor1="the army", actor2="Dr. Ghani", sentence_start=15, sentence_end=len(text))
    page = article_html(text, row)
    assert page.count('class="dl-who"') == 2
    assert 'The army<small class="dl-tag">who</small>' in page
    assert page.index("dl-who") > page.index("left")
    assert _text_of(page) == text
    assert article_html(text, event(actor1="army", sentence_start=None)).count("dl-who") == 0


def test_a_long_text_is_cut_around_the_sentence() -> None:
    text = "a" * 1000 + "It began." + "b" * 1000
    row = event(sentence="It began.", sentence_start=1000, sentence_end=1009)
    part, moved = shortened(text, row, most=100)
    assert len(part) == 100
    assert part[moved["sentence_start"] : moved["sentence_end"]] == "It began."
    assert shortened("short", row) == ("short", row)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_sentences_are_escaped(text: str) -> None:
    page = sentences_html([Checked(text, [text]), Checked("plain", [], [(1, text)])])
    assert set(re.findall(r"<[^>]*>", page)) == {
        '<ol class="dl-sentences">',
        "</ol>",
        '<li id="dl-sentence-1" class="dl-found" dir="auto">',
        '<li id="dl-sentence-2" dir="auto">',
        "</li>",
        '<small class="dl-tag">',
        '<small class="dl-none">',
        "</small>",
        '<a href="#dl-sentence-1">',
        "</a>",
    }
    assert page.count(html.escape(text)) == 3


def test_a_sentence_without_events_says_so_unless_it_tells_one_of_another() -> None:
    page = sentences_html([Checked("It began.", ["Assault"]), Checked("Fine."), Checked("So.")])
    assert page.count(words.ADD_NO_EVENT) == 2
    page = sentences_html([Checked("It began.", ["Assault"]), Checked("So.", [], [(1, "Assault")])])
    assert words.ADD_NO_EVENT not in page
    assert f'<a href="#dl-sentence-1">{words.ADD_AGAIN.format(1)}</a>: Assault' in page


def test_right_to_left_text_keeps_its_order() -> None:
    text = "هاجم المسلحون مدينة قندوز يوم الأحد."
    row = event(sentence_start=0, sentence_end=len(text), place_start=20, place_end=25)
    page = article_html(text, row)
    assert _text_of(page) == text
    assert page.startswith('<div class="dl-article" dir="auto">')
