"""Web pages: main text, title, and the day of publication that the page itself states."""

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import lxml.html
import trafilatura
from htmldate import find_date

from pipeline.calendars import iso_date, url_date, written_date

# trafilatura and htmldate log every odd page; what we could not read we say ourselves.
for _name in ("trafilatura", "htmldate"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

_META_DATES = (
    "article:published_time", "og:article:published_time", "og:published_time", "published_time",
    "datepublished", "date_published", "publication_date", "publicationdate", "pubdate",
    "publish-date", "publish_date", "publishdate", "parsely-pub-date", "sailthru.date",
    "dc.date.issued", "dcterms.issued", "dc.date.created", "dcterms.created", "dcterms.date",
    "dc.date", "cxenseparse:recs:publishtime", "article.published", "originalpublicationdate",
    "rnews:datepublished", "citation_publication_date", "citation_date", "date",
)  # fmt: skip
_ARTICLE_TYPES = re.compile(r"(?:Article|Posting|Report|Story)$")


_OF_OTHERS = {
    "itemListElement",
    "citation",
    "mentions",
    "isBasedOn",
    "comment",
    "review",
    "relatedLink",
    "liveBlogUpdate",
}  # what linked data tell of other pages, or of parts of this one
_LABEL = re.compile(r"\b(?:first\s+)?(?:published|posted)\b(?:\s+on)?[\s:,–-]*", re.IGNORECASE)
_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:comments?|related|recommended|sidebar|most-read|copyright|footer)(?:$|[\s_-])"
)


@dataclass(frozen=True, slots=True)
class Page:
    """What a web page holds."""

    text: str
    title: str | None
    source: str | None  # the site's own name
    url: str | None  # canonical address, if the page names one
    published: date | None
    published_source: str  # "metadata" | "url" | "none"


def _linked_data(tree: lxml.html.HtmlElement) -> Iterator[dict[str, object]]:
    """Yield every JSON-LD object of the page, nested ones too."""
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower() or not script.text:
            continue
        try:
            waiting = [json.loads(script.text, strict=False)]
        except (ValueError, RecursionError):  # broken linked data is common and costs only itself
            continue
        while waiting:
            node = waiting.pop()
            if isinstance(node, dict):
                yield node
                waiting.extend(node[key] for key in node if key not in _OF_OTHERS)
            elif isinstance(node, list):
                waiting.extend(node)


def _stated_date(tree: lxml.html.HtmlElement) -> date | None:
    """Return the date in JSON-LD, meta tags or a marked <time>."""
    return _linked_date(tree) or _meta_date(tree) or _marked_time(tree)


def _linked_date(tree: lxml.html.HtmlElement) -> date | None:
    """Return the datePublished of the page's article, else of anything else on the page."""
    other: date | None = None
    for node in _linked_data(tree):
        value = node.get("datePublished")
        found = _read_date(value) if isinstance(value, str) else None
        if found and _ARTICLE_TYPES.search(str(node.get("@type", "")).strip("[]'\"")):
            return found
        other = other or found
    return other


def _meta_date(tree: lxml.html.HtmlElement) -> date | None:
    stated: dict[str, date] = {}
    for meta in tree.iter("meta"):
        found = _read_date(meta.get("content") or "")
        for key in ("property", "name", "itemprop"):
            if found:
                stated.setdefault((meta.get(key) or "").lower(), found)
    return next((stated[name] for name in _META_DATES if name in stated), None)


def _marked_time(tree: lxml.html.HtmlElement) -> date | None:
    for element in tree.iter("time"):
        marked = "published" in (element.get("itemprop") or "").lower()
        if marked or element.get("pubdate") is not None:
            found = _read_date(element.get("datetime") or "")
            if found:
                return found
    return None


def _read_date(value: str) -> date | None:
    """Read a stated date; the zeros of an empty field ("0001-01-01", the epoch) are none."""
    found = iso_date(value) or written_date(value)
    return found if found and 1600 <= found.year <= 2100 and found != date(1970, 1, 1) else None


def _labelled_date(tree: lxml.html.HtmlElement) -> date | None:
    """Return the date behind a visible "Published:", which "Updated:" may stand before."""
    for element in tree.iter("p", "div", "span", "li", "header"):
        words = element.text_content() if len(element) < 6 else ""
        labels = _LABEL.finditer(words) if len(words) < 200 else ()
        found = [written_date(words[label.end() : label.end() + 24]) for label in labels]
        if any(found):
            return next(day for day in found if day)
    return None


def _searched_date(tree: lxml.html.HtmlElement) -> date | None:
    """Ask htmldate, with the guesses turned off and without footers and copyright lines.

    Its extensive search takes the year of a copyright line for the date of the article.
    """
    _drop_what_dates_others(tree)
    found = _labelled_date(tree)
    if found:
        return found
    for element in [*tree.iter("p", "div", "span", "small", "li")]:
        words = element.text_content() if len(element) < 4 else ""
        if (
            len(words) < 400
            and re.search(r"©|\(c\)\s*\d{4}|copyright", words, re.IGNORECASE)
            and element.getparent() is not None
        ):
            element.drop_tree()
    try:
        searched = find_date(tree, extensive_search=False, original_date=True)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    return iso_date(searched) if searched else None


def _drop_what_dates_others(tree: lxml.html.HtmlElement) -> None:
    """Take out footers, comments, other articles, days in prose, dates of two readings."""
    for element in [*tree.iter("footer", "script", "style")]:
        element.drop_tree()
    for element in [*tree.iter("div", "section", "aside", "ul", "ol")]:
        names = f"{element.get('class', '')} {element.get('id', '')}".lower()
        if _ASIDE.search(names) and element.getparent() is not None:
            element.drop_tree()
    for element in [*tree.iter("time")]:
        inside = element.getparent()
        if inside is not None and inside.tag == "p" and len(inside.text_content()) > 80:
            element.drop_tag()
    for element in [*tree.iter("meta")]:
        slashes = re.match(r"\s*(\d{1,2})/(\d{1,2})/\d{4}", element.get("content") or "")
        if slashes and int(slashes[1]) <= 12 and int(slashes[2]) <= 12 and slashes[1] != slashes[2]:
            element.drop_tree()


def _plain_text(tree: lxml.html.HtmlElement) -> str:
    """Return the paragraphs of a page in which trafilatura finds no article (very short ones)."""
    for root in [*tree.iter("article"), *tree.iter("main"), *tree.iter("body")]:
        found = [" ".join(p.text_content().split()) for p in root.iter("h1", "p")]
        if any(found):
            return "\n\n".join(p for p in found if p)
    for element in [*tree.iter("script", "style", "noscript", "template", "head")]:
        if element.getparent() is not None:
            element.drop_tree()
    return " ".join(tree.text_content().split())


def read_page(markup: str, url: str | None = None) -> Page:
    """Take a page apart.

    Parameters
    ----------
    markup
        HTML.
    url
        Its address, if known; the page's own canonical address serves where it is not.

    Returns
    -------
    Page
        Text with one line a paragraph; empty where the page has none.

    Raises
    ------
    ValueError
        The markup cannot be parsed at all.
    """
    try:
        tree = lxml.html.fromstring(
            markup.encode("utf-8", "replace"), parser=lxml.html.HTMLParser(encoding="utf-8")
        )
    except (lxml.etree.LxmlError, ValueError, TypeError) as error:
        raise ValueError(f"not readable as HTML: {error}") from error
    text = _article(markup, url) or ""
    about = _about(markup, url)
    address = url or about[2]
    published, how = _stated_date(tree), "metadata"
    if not published and address:
        published, how = url_date(address), "url"
    plain = "" if text else _plain_text(lxml.html.fromstring(markup.encode("utf-8", "replace")))
    if not published:
        published, how = _searched_date(tree), "metadata"
    return Page(
        text=text or plain,
        title=about[0],
        source=about[1],
        url=address,
        published=published,
        published_source=how if published else "none",
    )


def _article(markup: str, url: str | None) -> str | None:
    try:
        found = trafilatura.extract(
            markup, url=url, include_comments=False, include_tables=True, favor_precision=True,
            with_metadata=False,
        )  # fmt: skip
    except (ValueError, TypeError, AttributeError, RecursionError, lxml.etree.LxmlError):
        return None
    # One line a paragraph; blank lines between them, or short ones look like one wrapped by hand.
    return re.sub(r"\n+", "\n\n", str(found)) if found else None


def _about(markup: str, url: str | None) -> tuple[str | None, str | None, str | None]:
    """Return title, site name and address; dates are found by stricter rules than its own."""
    try:
        found = trafilatura.extract_metadata(
            markup, default_url=url, date_config={"extensive_search": False, "original_date": True}
        )
    except (ValueError, TypeError, AttributeError, RecursionError, lxml.etree.LxmlError):
        return None, None, url
    return (
        (found.title or None, found.sitename or None, found.url or None)
        if found
        else (None, None, url)
    )
