"""The day of publication that a web page states: tricky pages."""

from datetime import date

import pytest

from pipeline.pages import read_page

JULY_5 = date(2021, 7, 5)
STORY = (
    "<article><h1>Border post falls</h1><p>Fighters took the border post on {day}, officials in "
    "the province said, and dozens of soldiers crossed the river.</p><p>The army said it would "
    "send reinforcements within days, while residents fled to the city.</p></article>"
)
FOOTER = "<footer>© 2023 Example News</footer>"


def published(
    head: str = "", top: str = "", foot: str = FOOTER, day: str = "Sunday"
) -> date | None:
    story = STORY.format(day=day)
    return read_page(
        f"<html><head><title>Border post falls</title>{head}</head><body>{top}{story}{foot}</body></html>"
    ).published


def linked(data: str) -> str:
    return f'<script type="application/ld+json">{data}</script>'


@pytest.mark.parametrize(
    "head",
    [
        linked('{"@type": "NewsArticle", "dateModified": "2021-07-09", "datePublished": "2021-07-05"}'),
        linked('{"@graph": [{"@type": "WebPage", "datePublished": "2015-01-01"},'
               ' {"@type": ["NewsArticle"], "datePublished": "2021-07-05T10:00:00Z"}]}'),
        linked('{"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle",'
               ' "datePublished": "2020-02-02"}]}')
        + '<meta property="article:published_time" content="2021-07-05T10:00:00+00:00">',
        ('<meta property="article:modified_time" content="2021-07-09">'
        '<meta property="article:published_time" content="2021-07-05">'),
        '<meta name="pubdate" content="Mon, 05 Jul 2021 10:00:00 GMT">',
        '<meta name="sailthru.date" content="2021-07-05 10:00:00">',
        '<link rel="canonical" href="https://x.example/2021/07/05/post">',
    ],
)  # fmt: skip
def test_metadata_and_addresses(head: str):
    assert published(head) == JULY_5


@pytest.mark.parametrize(
    "top",
    [
        '<time pubdate datetime="2021-07-05">today</time>',
        (
            '<span>Updated <time class="updated" datetime="2021-07-09">9 July</time></span>'
            '<span>Published <time class="published" datetime="2021-07-05">5 July</time></span>'
        ),
        '<p class="meta">Updated: 9 July 2021. Published: 5 July 2021</p>',
        '<div class="byline">Published 5 July 2021, updated 9 July 2021</div>',
        (
            '<aside class="related"><time datetime="2020-02-02">2 Feb 2020</time></aside>'
            '<time datetime="2021-07-05">5 July 2021</time>'
        ),
        '<abbr class="published" title="2021-07-05T10:00:00">July 5</abbr>',
    ],
)
def test_visible_dates(top: str):
    assert published(top=top) == JULY_5


def test_empty_fields_are_no_dates():
    empty = linked('{"@type": "NewsArticle", "datePublished": "0001-01-01T00:00:00"}')
    assert published(empty) is None
    assert published(empty, top='<time class="published" datetime="2021-07-05">x</time>') == JULY_5


@pytest.mark.parametrize(
    ("head", "foot"),
    [
        ("", FOOTER),
        ("", '<div class="copy">Copyright © 2019-2023 Example News. All rights reserved.</div>'),
        ("", "<div>Copyright 2023. Last built 1 January 2023</div>"),
        ("", "<div>&copy; 2023 Example News, 1 January 2023</div>"),
        ("", "<div>Example Media 2022. All rights reserved.</div>"),
        ("", "<div><a>Home</a><a>About</a><a>Jobs</a><a>RSS</a><a>Ads</a> © 2023 Example</div>"),
        ("", "<div>Privacy policy last updated 3 March 2022</div>"),
        ("", '<section class="comments">Ann <time datetime="2021-08-01">1 Aug</time></section>'),
        ("", '<script>var built = "2023-01-01";</script>'),
        ('<meta name="copyright" content="2023 Example">', ""),
        ('<meta name="dc.date" content="2021">', ""),
        ('<meta name="pubdate" content="07/05/2021">', ""),
        ('<link rel="canonical" href="https://x.example/2021/07/post">', FOOTER),
    ],
)
def test_no_day_is_made_of_a_copyright_line_or_half_a_date(head: str, foot: str):
    assert published(head, foot=foot) is None


def test_a_day_named_in_the_story_is_not_that_of_its_publication():
    assert published(day='<time datetime="2019-03-03">3 March</time>') is None
