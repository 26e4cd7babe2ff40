"""Documents: reading files of every kind, and telling prose from page furniture."""

import io
import json
import sys
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.documents import MAX_BYTES, Document, Failure, document, filed, read_documents

BODY = "Fighters seized the district centre on Sunday. Police said nine people were killed."
ARTICLE = f"""Fighters seize Sangin district centre

By Jane Doe

LASHKAR GAH, Afghanistan, Aug. 8 (Sample) - {BODY}

Residents fled towards the provincial capital, a local official told reporters.

Tags: Helmand, fighting

Copyright 2023 Sample Media. All rights reserved.

Most Popular

Ten ways to make better coffee
"""


def texts(doc: Document) -> list[str]:
    return [p.text for p in doc.paragraphs]


def read(path: Path, **options: date) -> list[Document | Failure]:
    return list(read_documents([path], **options))


def only(path: Path, **options: date) -> Document:
    (found,) = read(path, **options)
    assert isinstance(found, Document), found
    return found


def failure(path: Path) -> Failure:
    (found,) = read(path)
    assert isinstance(found, Failure), found
    return found


# --- layout ------------------------------------------------------------------------------------


def test_an_article_is_taken_apart():
    doc = document(ARTICLE)
    assert doc.headline
    assert doc.headline.text == "Fighters seize Sangin district centre"
    assert doc.title == doc.headline.text
    assert doc.dateline
    assert doc.dateline.text == "LASHKAR GAH, Afghanistan, Aug. 8 (Sample) -"
    assert doc.dateline_place
    assert doc.dateline_place.text == "LASHKAR GAH"
    assert texts(doc) == [
        BODY,
        "Residents fled towards the provincial capital, a local official told reporters.",
    ]
    assert (doc.published, doc.published_source) == (None, "none")


@pytest.mark.parametrize(
    "line",
    [
        "Tags Afghanistan conflict Joe Biden War in Afghanistan",
        "Tags: Syria, Idlib",
        "Topics: Taliban",
        "Copyright 2023 Sample Media Inc. All rights reserved. This may not be published.",
        "© 2021 Sample Press",
        "Most Popular",
        "Load more",
        "Load more comments",
        "Read more: Rebels take a second town",
        "Related: Who are the rebels?",
        "Related articles",
        "Sign up for our daily briefing",
        "Advertisement",
        "ADVERTISEMENT",
        "Share",
        "Share this article",
        "Follow us on Twitter",
        "Follow Jane Doe on Twitter",
        "By Jane Doe",
        "By Jane Doe and John Smith, Sample Press",
        "BY JANE DOE",
        "Reporting by Jane Doe in Kabul; Editing by John Smith",
        "(Reporting by Jane Doe; Editing by John Smith and Ann Lee)",
        "(AP Photo/Jane Doe)",
        "Soldiers at a checkpoint near Kunduz. (Photo by Jane Doe/Getty Images)",
        "Jane Doe/AFP via Getty Images",
        "Photo: Jane Doe",
        "Main Area Top ↴",
        "Story continues below",
        "[Home](/) | [World](/world) | [Sport](/sport)",
        "![A checkpoint](photo.jpg)",
        "* * *",
        "---",
        "12 Comments",
        "5 min read",
        "https://sample.example/story",
        "Newsletter",
        "More from World",
        "Watch: the moment the bridge fell",
    ],
)
def test_furniture_is_no_paragraph(line: str):
    doc = document(f"Rebels seize a town in the north\n\n{BODY}\n\n{line}\n\nThe army denied it.\n")
    assert texts(doc) == [BODY, "The army denied it."]


@pytest.mark.parametrize(
    "line",
    [
        "By Sunday the rebels had taken both bridges.",
        "By Sunday evening, Kunduz and Taloqan had fallen, officials said.",
        "Copyright law was not discussed at the talks.",
        "Share prices fell in Istanbul after the blast.",
        "Related attacks killed four people in Mosul.",
        "Tags on the bodies gave their names.",
        "Follow-up strikes hit the airport.",
        "Most popular leaders were jailed.",
        "“We will not leave,” she said.",
        "The governor said: 'They fled.'",
        "- Nine people were killed in Sangin.",
        "> The army said that it had left the base.",
        "**Kunduz** fell on Sunday, [officials said](https://sample.example).",
        "Home to 300,000 people, the city fell in a day.",
    ],
)
def test_prose_is_a_paragraph(line: str):
    doc = document(f"Rebels seize a town in the north\n\n{BODY}\n\n{line}\n\nThe army denied it.\n")
    assert len(doc.paragraphs) == 3
    assert texts(doc)[1] == line.removeprefix("- ").removeprefix("> ").removeprefix("**")


def test_menus_after_the_last_sentence_are_furniture():
    doc = document(f"{BODY}\n\nWorld\n\nRebels free the mayor of Sangin\n\nCoffee prices rise\n")
    assert texts(doc) == [BODY]


def test_text_without_full_stops_is_kept():
    doc = document("rebels took the town\n\nnine dead\n\narmy denies it\n")
    assert "nine dead" in texts(doc)


def test_one_line_is_a_paragraph_not_a_headline():
    doc = document("Rebels seized Sangin on Sunday")
    assert doc.headline is None
    assert texts(doc) == ["Rebels seized Sangin on Sunday"]


def test_wrapped_lines_are_one_paragraph():
    doc = document(
        "Rebels seized the district centre of Sangin in southern\n"
        "Afghanistan on Sunday, officials said, after a week of\n"
        "fighting.\n\nThe army denied it.\n"
    )
    assert len(doc.paragraphs) == 2
    assert doc.paragraphs[0].text.endswith("week of\nfighting.")


def test_lines_that_end_early_are_paragraphs_of_their_own():
    doc = document(
        "Rebels seized the district centre of Sangin in southern Afghanistan on Sunday.\n"
        "Nine died.\nThe army denied that it had left the town to the rebels on Sunday.\n"
    )
    assert len(doc.paragraphs) >= 2


@pytest.mark.parametrize(
    ("prefix", "place", "day"),
    [
        ("KABUL, Afghanistan, Aug. 15 (Sample) —", "KABUL", None),
        ("KUNDUZ, Afghanistan (Reuters) -", "KUNDUZ", None),
        ("DUSHANBE, July 5 -", "DUSHANBE", None),
        ("DUSHANBE, July 5, 2021 -", "DUSHANBE", date(2021, 7, 5)),
        ("KABUL, July 5 (Xinhua) --", "KABUL", None),
        ("(Kabul)", "Kabul", None),
        ("(Kabul, 5 July 2021) –", "Kabul", date(2021, 7, 5)),
        ("Kabul (AFP) –", "Kabul", None),
        ("Kabul, 5 July 2021 –", "Kabul", date(2021, 7, 5)),
        ("Kabul, Afghanistan –", "Kabul", None),
        ("KABUL —", "KABUL", None),
        ("KABUL/ISLAMABAD (Reuters) -", "KABUL", None),
        ("NAIROBI, Kenya (AP) _", "NAIROBI", None),
        ("MAZAR-I-SHARIF, Afghanistan --", "MAZAR-I-SHARIF", None),
        ("N'DJAMENA (AFP) -", "N'DJAMENA", None),
        ("LUCKNOW:", "LUCKNOW", None),
        ("BEIRA, Mozambique.", "BEIRA", None),
        ("Mao (Chad), 5 July 2021 –", "Mao", date(2021, 7, 5)),
    ],
)
def test_datelines(prefix: str, place: str, day: date | None):
    doc = document(f"{prefix} {BODY}")
    assert doc.dateline
    assert doc.dateline_place
    assert (doc.dateline.text, doc.dateline_place.text) == (prefix, place)
    assert texts(doc) == [BODY]
    assert (doc.published, doc.published_source) == (day, "dateline" if day else "none")


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("From our correspondent, Beira", "Beira"),
        ("By Jane Doe in Addis Ababa", "Addis Ababa"),
        ("By Jane Doe, Sample Press", None),
    ],
)
def test_a_by_line_may_tell_where_a_report_is_from(line: str, place: str | None):
    doc = document(f"{line}\n\n{BODY}")
    assert (doc.dateline_place and doc.dateline_place.text) == place
    assert texts(doc) == [BODY]


@pytest.mark.parametrize(
    "line",
    [
        "NATO — the alliance — said no.",
        "The army — or what is left of it — fled.",
        "BREAKING - They fled.",
        "KEY POINTS: They fled.",
        BODY,
    ],
)
def test_no_dateline(line: str):
    doc = document(line)
    assert doc.dateline is None
    assert texts(doc) == [line]


# --- day of publication ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "July 5, 2021",
        "Monday, July 5, 2021",
        "Published: 5 July 2021",
        "Updated 10:02 GMT, 5 July 2021",
        "2021-07-05",
        "Published July 5, 2021 at 10:02 a.m.",
        "July 5, 2021 10:02 AM EDT",
        "By Jane Doe, July 5, 2021",
    ],
)
def test_a_date_line_tells_the_day(line: str):
    doc = document(f"Rebels seize a town\n\n{line}\n\n{BODY}\n")
    assert (doc.published, doc.published_source) == (date(2021, 7, 5), "dateline")
    assert texts(doc) == [BODY]


def test_published_comes_before_updated():
    doc = document(f"A town falls\n\nUpdated 7 July 2021\n\nPublished 5 July 2021\n\n{BODY}\n")
    assert doc.published == date(2021, 7, 5)


def test_a_copyright_year_is_no_date():
    assert (
        document(f"{BODY}\n\nCopyright 2023 Sample Media Inc. All rights reserved.").published
        is None
    )


def test_a_date_line_takes_its_year_from_the_user():
    doc = document(f"KABUL, Dec. 31 (Sample) - {BODY}", published=date(2021, 1, 2))
    assert (doc.published, doc.published_source) == (date(2020, 12, 31), "dateline")


def test_order_of_sources():
    url, dated = (
        "https://paper.example/world/2021/07/05/town",
        f"KABUL, July 4, 2021 (Sample) - {BODY}",
    )
    user, stated = date(2020, 1, 1), date(2021, 7, 6)
    assert document(dated, url=url, stated=stated, published=user).published_source == "metadata"
    assert document(dated, url=url, published=user).published == date(2021, 7, 5)
    assert document(dated, url=url, published=user).published_source == "url"
    assert document(dated, published=user).published == date(2021, 7, 4)
    assert document(BODY, published=user).published_source == "user"


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://a.example/2021/07/05/x", date(2021, 7, 5)),
        ("https://a.example/2021/jul/05/x", date(2021, 7, 5)),
        ("https://a.example/x-2021-07-05.html", date(2021, 7, 5)),
        ("https://a.example/20210705-x", date(2021, 7, 5)),
        ("https://a.example/2021/13/45/x", None),
        ("https://a.example/id/1202107051", None),
        ("https://a.example/2021/x", None),
    ],
)
def test_dates_in_addresses(url: str, day: date | None):
    assert document(BODY, url=url).published == day


# --- files -------------------------------------------------------------------------------------


def test_plain_text_keeps_every_character(tmp_path: Path):
    path = tmp_path / "a.txt"
    raw = "\ufeffRebels seize a town\r\n\r\nIt fell on Sunday, caf\u00e9 owners said.\r\n"
    path.write_bytes(raw.encode())
    doc = only(path)
    assert doc.text == raw.removeprefix("\ufeff")
    assert texts(doc) == ["It fell on Sunday, caf\u00e9 owners said."]
    assert doc.path == str(path)


def test_windows_text_is_read(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    path = tmp_path / "a.txt"
    path.write_bytes("The general’s café burnt on Sunday.".encode("cp1252"))
    assert only(path).text == "The general’s café burnt on Sunday."
    assert "cp1252" in caplog.text


def test_utf16_is_read(tmp_path: Path):
    path = tmp_path / "a.txt"
    path.write_bytes(BODY.encode("utf-16"))
    assert only(path).text == BODY


def test_markdown_front_matter(tmp_path: Path):
    path = tmp_path / "a.md"
    path.write_text(
        f'---\ntitle: "A town falls"\npublished: 2021-07-05\nsource: Sample\nurl: https://a.example/x\n---\n\n# A town falls\n\n{BODY}\n'
    )
    doc = only(path)
    assert (doc.title, doc.source, doc.url) == ("A town falls", "Sample", "https://a.example/x")
    assert (doc.published, doc.published_source) == (date(2021, 7, 5), "metadata")
    assert doc.headline
    assert doc.headline.text == "A town falls"
    assert texts(doc) == [BODY]
    assert doc.text.startswith("---")


def test_markdown_with_a_bad_date_fails(tmp_path: Path):
    path = tmp_path / "a.md"
    path.write_text(f"---\ndate: soon\n---\n{BODY}\n")
    assert "'soon'" in failure(path).reason


def test_markdown_headings_are_no_paragraphs(tmp_path: Path):
    path = tmp_path / "a.md"
    path.write_text(
        f"# A town falls\n\n{BODY}\n\n## Background\n\n```\ncode\n```\n\nIt fell before.\n"
    )
    assert texts(only(path)) == [BODY, "It fell before."]


PAGE = """<html><head><title>A town falls | Sample</title>{head}</head><body>
<nav><a href="/">Home</a> <a href="/w">World</a></nav><article><h1>A town falls to the rebels</h1>
<p>Fighters seized the district centre on Sunday after a week of heavy fighting in the south.</p>
<p>Police said that nine people were killed and that dozens fled towards the provincial capital.</p>
<p>The army denied on Monday that it had left the town, and said that reinforcements were near.</p>
</article><footer><p>Copyright 2023 Sample Media Inc. All rights reserved.</p></footer></body></html>"""


@pytest.mark.parametrize(
    ("head", "source"),
    [
        (
            '<script type="application/ld+json">{"@graph":[{"@type":"NewsArticle","datePublished":"2021-07-05T23:00:00-05:00"}]}</script>',
            "metadata",
        ),
        ('<meta property="article:published_time" content="2021-07-05T10:00:00Z">', "metadata"),
        ('<meta name="date" content="July 5, 2021">', "metadata"),
        ('<link rel="canonical" href="https://a.example/2021/07/05/x">', "url"),
        ('<script type="application/ld+json">{broken</script>', "none"),
        ("", "none"),
    ],
)
def test_html(tmp_path: Path, head: str, source: str):
    path = tmp_path / "a.html"
    path.write_text(PAGE.replace("{head}", head))
    doc = only(path)
    assert doc.published_source == source
    assert doc.published == (None if source == "none" else date(2021, 7, 5))
    assert len(doc.paragraphs) == 3
    assert "Copyright" not in " ".join(texts(doc))
    assert doc.title
    assert "A town falls" in doc.title


def test_html_without_text_fails(tmp_path: Path):
    path = tmp_path / "a.html"
    path.write_text("<html><body><script>1</script></body></html>")
    assert "no article text" in failure(path).reason


def test_jsonl_goes_on_after_a_broken_line(tmp_path: Path):
    path = tmp_path / "a.jsonl"
    lines = [
        json.dumps(
            {
                "text": BODY,
                "doc_id": "one",
                "published": "2021-07-05",
                "title": "T",
                "source": "S",
                "url": "U",
            }
        ),
        "",
        "{broken",
        json.dumps({"title": "no text"}),
        json.dumps({"text": 3}),
        json.dumps(["text"]),
        json.dumps({"text": BODY, "published": "soon"}),
        json.dumps({"text": BODY, "title": 7}),
        json.dumps({"text": "   "}),
        '{"text": "\\ud800"}',
        json.dumps({"text": BODY, "published": None}),
    ]
    path.write_bytes("\n".join(lines).encode() + b'\n{"text": "\xff"}\n')
    found = read(path, published=date(2020, 1, 1))
    first, last = [doc for doc in found if isinstance(doc, Document)]
    assert (first.doc_id, first.published, first.title, first.source, first.url) == (
        "one",
        date(2021, 7, 5),
        "T",
        "S",
        "U",
    )
    assert (last.published, last.published_source) == (date(2020, 1, 1), "user")
    assert [f.line for f in found if isinstance(f, Failure)] == [3, 4, 5, 6, 7, 8, 9, 10, 12]


def test_folders_are_read_in_order(tmp_path: Path):
    (tmp_path / "sub").mkdir()
    (tmp_path / ".git").mkdir()
    for name in ("b.txt", "a.txt", "sub/c.md", ".hidden.txt", ".git/x.txt", "d.pdf"):
        (tmp_path / name).write_text(BODY)
    found = read(tmp_path)
    assert [Path(doc.path or "").name for doc in found if isinstance(doc, Document)] == [
        "a.txt",
        "b.txt",
        "c.md",
    ]
    (bad,) = [f for f in found if isinstance(f, Failure)]
    assert "not a known format: .pdf" in bad.reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"\x89PNG\x00\x01", "binary"),
        (bytes(range(1, 32)) * 20, "binary"),
    ],
)
def test_bad_files(tmp_path: Path, content: bytes, reason: str):
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    assert reason in failure(path).reason


def test_other_bad_input(tmp_path: Path):
    assert "no such file" in failure(tmp_path / "none.txt").reason
    (web,) = read_documents(["https://a.example/x"])
    assert isinstance(web, Failure)
    assert "not supported" in web.reason
    (nul,) = read_documents(["a\0b.txt"])
    assert isinstance(nul, Failure)


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "a.txt"
    path.write_text(BODY)

    def refuse(*_args: object, **_kwargs: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", refuse)
    assert "permission" in failure(path).reason


def test_a_text_too_long_for_one_document_is_refused_with_the_mend(tmp_path: Path):
    path = tmp_path / "a.txt"
    path.write_text((BODY + "\n\n") * (5_000_000 // len(BODY)))
    assert "1,000,000" in failure(path).reason
    assert "of its own" in failure(path).reason
    path.write_text((BODY + "\n\n") * (900_000 // len(BODY)))
    assert len(only(path).paragraphs) > 5_000
    path.write_bytes(b"a" * (MAX_BYTES + 1))
    assert "20 MB" in failure(path).reason


def test_a_line_too_long_for_one_document_is_named_by_its_number(tmp_path: Path):
    path = tmp_path / "a.jsonl"
    long = json.dumps({"text": BODY * (1_100_000 // len(BODY))})
    path.write_text(json.dumps({"text": BODY}) + "\n" + long + "\n")
    items = list(read_documents([path]))
    assert [type(item).__name__ for item in items] == ["Document", "Failure"]
    assert items[1].line == 2


def test_standard_input(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(BODY.encode())))
    (doc,) = read_documents(["-"])
    assert isinstance(doc, Document)
    assert texts(doc) == [BODY]


def test_reading_is_lazy(tmp_path: Path):
    path = tmp_path / "a.txt"
    path.write_text(BODY)
    stream = read_documents([path, tmp_path / "later.txt"])
    next(stream)
    (tmp_path / "later.txt").write_text(BODY)
    assert isinstance(next(stream), Document)


# --- laws --------------------------------------------------------------------------------------


def test_ids_are_content_hashes():
    assert document(BODY).doc_id == document(BODY, title="other").doc_id
    assert document(BODY).doc_id != document(BODY, published=date(2021, 7, 5)).doc_id
    assert document(BODY, doc_id="mine").doc_id == "mine"


LINE = st.sampled_from(
    [*ARTICLE.splitlines(), "# Head", "- item.", "July 5, 2021", "```", "(Kabul) It.", "\r", " x "]
)


@given(st.one_of(st.text(), st.lists(LINE).map("\n".join)))
def test_every_span_is_its_own_text(text: str):
    doc = document(text)
    spans = [*doc.paragraphs, *(s for s in (doc.headline, doc.dateline, doc.dateline_place) if s)]
    assert all(doc.text[s.start : s.end] == s.text for s in spans)
    assert all(s.text.strip() for s in doc.paragraphs)
    assert all(a.end <= b.start for a, b in zip(doc.paragraphs, doc.paragraphs[1:], strict=False))


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("SAN SALVADOR, 8 FEB 89 (ACAN-EFE) -- [TEXT] ", "SAN SALVADOR"),
        ("BOGOTA, 20 JUL 1989 -- [EXCERPT] [PASSAGE OMITTED] ", "BOGOTA"),
        ("PANAMA CITY (PANAMA), 8 NOV 89 (AFP)-- ", "PANAMA CITY"),
    ],
)
def test_a_monitored_broadcast_has_a_dateline_and_notes(line, place):
    made = document(f"{line}GUERRILLAS ATTACKED A POWER STATION NEAR THE CITY TODAY.")
    assert made.dateline_place.text == place
    assert made.paragraphs[0].text.startswith("GUERRILLAS")


def test_an_indented_first_line_belongs_to_the_lines_below_it():
    made = document(
        "   Guerrillas attacked a power station near the city on the river\n"
        "today, and two of its guards were wounded, said the national\n"
        "police.\n"
    )
    assert [" ".join(item.text.split()) for item in made.paragraphs] == [
        (
            "Guerrillas attacked a power station near the city on the river today, and two of its "
            "guards were wounded, said the national police."
        )
    ]


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("OTTAWA, March 12 — ", date(2021, 3, 12)),  # printed on the next day
        ("OTTAWA, March 2 — ", date(2021, 3, 13)),  # no report lies for so long
        ("OTTAWA, March 14 — ", date(2021, 3, 13)),
        ("OTTAWA — ", date(2021, 3, 13)),
        ("", date(2021, 3, 13)),
    ],
)
def test_a_report_calls_the_day_of_its_date_line_today(line, day):
    made = document(f"{line}Three men were shot there today.", stated=date(2021, 3, 13))
    assert filed(made) == day
    assert filed(document(f"{line}Three men were shot there today.")) in {None, day}
