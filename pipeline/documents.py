"""Documents: texts with what is known of them, read from files of several kinds.

Bad input never raises: what cannot be read comes out as a `Failure` beside the documents, in the
order of the input. Offsets are Python string offsets (code points) into `Document.text`, which for
plain text, Markdown and JSONL is exactly what the file decodes to (a byte order mark is no part of
it); for HTML it is the extracted main text.
"""

import codecs
import hashlib
import json
import logging
import os
import re
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from pipeline.calendars import iso_date, url_date, written_date
from pipeline.entries import Bounds, Entry
from pipeline.furniture import Layout, lay_out

MAX_BYTES: Final = 20_000_000
"""Largest file, and largest line of a JSONL file, that is read."""

MAX_CHARACTERS: Final = 1_000_000
"""Longest single document: a long book. A longer text is many articles in one file, which one
headline and one day of publication cannot stand for."""

_PLAIN = frozenset({".txt", ".text"})
_MARKDOWN = frozenset({".md", ".markdown"})
_HTML = frozenset({".html", ".htm", ".xhtml"})
_JSONL = frozenset({".jsonl", ".ndjson"})
_FORMATS = ".txt .md .html .htm .jsonl"
_FIELDS = ("doc_id", "title", "source", "url", "published")
_CHARSET = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE
)
_FRONT_MATTER = re.compile(
    r"---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE
)
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a document: `document.text[start:end] == text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """One text and what is known of it.

    `paragraphs` is the body prose in order, without page furniture, by-lines, tags, copyright
    lines, headings, front matter, the dateline prefix and the labels of list entries. `entries` are
    those of its lists, with the bounds of their labels (`pipeline.entries`). `published_source`
    tells how the day of publication is known: "metadata", "url", "dateline", "user" or "none".
    """

    doc_id: str
    text: str
    title: str | None
    source: str | None
    url: str | None
    published: date | None
    published_source: str
    headline: Span | None
    dateline: Span | None
    dateline_place: Span | None
    paragraphs: tuple[Span, ...]
    path: str | None
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that could not be read: where, and why in words for a person."""

    source: str
    line: int | None
    reason: str


def document(
    text: str,
    *,
    published: date | None = None,
    stated: date | None = None,
    stated_source: str = "metadata",
    doc_id: str | None = None,
    title: str | None = None,
    source: str | None = None,
    url: str | None = None,
    path: str | None = None,
    body_start: int = 0,
) -> Document:
    """Make a document from a string.

    Parameters
    ----------
    text
        The whole text; kept as it is.
    published
        The day of publication as the user gives it: counts only where neither `stated`, nor the
        URL, nor a date line in the text tells it, and lends its year to a date line without one.
    stated
        The day of publication as the input's own metadata give it.
    stated_source
        How `stated` is known: "metadata" or "url".
    doc_id
        An id of the input's own; by default a hash of text and day of publication.
    title, source, url, path
        What else is known; the headline in the text serves where there is no title.
    body_start
        Offset at which the article starts, after front matter.

    Returns
    -------
    Document
    """
    layout = lay_out(text, body_start)
    day, how = stated, stated_source
    if not day:
        day, how = _publication(text, layout, published, url)
    headline = _span(text, layout.headline)
    return Document(
        doc_id=doc_id or _content_id(text, day),
        text=text,
        title=title or (headline.text if headline else None),
        source=source,
        url=url,
        published=day,
        published_source=how,
        headline=headline,
        dateline=_span(text, layout.dateline),
        dateline_place=_span(text, layout.dateline_place),
        paragraphs=tuple(Span(a, b, text[a:b]) for a, b in layout.paragraphs),
        path=path,
        entries=layout.entries,
    )


def read_documents(
    inputs: Sequence[str | Path], *, published: date | None = None
) -> Iterator[Document | Failure]:
    """Read files and folders, lazily and in a fixed order.

    Parameters
    ----------
    inputs
        Paths of .txt, .md, .html and .jsonl files, or of folders, read with all that lies under
        them, sorted by name and without hidden files; "-" is plain text from standard input.
    published
        The day of publication for texts that tell none, see `document`.

    Yields
    ------
    Document | Failure
        A failure for each file, or line of a JSONL file, that cannot be read; the rest is read
        all the same.
    """
    for item in _read(inputs, published):
        yield _bounded(item)


def _bounded(item: Document | Failure, line: int | None = None) -> Document | Failure:
    """Refuse a document that is too long to be one."""
    if isinstance(item, Failure) or len(item.text) <= MAX_CHARACTERS:
        return item
    reason = (
        f"{len(item.text):,} characters, more than {MAX_CHARACTERS:,} in one document: "
        "give each article a file, or a line of a .jsonl file, of its own"
    )
    return Failure(item.path or item.doc_id, line, reason)


def _read(inputs: Sequence[str | Path], published: date | None) -> Iterator[Document | Failure]:
    for given in inputs:
        name = str(given)
        if name == "-":
            yield from _read_bytes(
                sys.stdin.buffer.read(MAX_BYTES + 1), "standard input", ".txt", published
            )
        elif re.match(r"(?:https?|ftp|file)://", name, re.IGNORECASE):
            yield Failure(
                name, None, "URLs are not supported yet: save the page as .html and give that file"
            )
        else:
            yield from _read_path(Path(name), published)


def _read_path(path: Path, published: date | None) -> Iterator[Document | Failure]:
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            yield from _read_folder(path, published)
            return
        if not stat.S_ISREG(mode):
            yield Failure(str(path), None, "not a file or folder")
            return
        suffix = path.suffix.lower()
        if suffix not in _PLAIN | _MARKDOWN | _HTML | _JSONL:
            yield Failure(
                str(path), None, f"not a known format: {suffix or 'no suffix'} (known: {_FORMATS})"
            )
        elif suffix in _JSONL:
            yield from _read_lines(path, published)
        else:
            with path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
            yield from _read_bytes(content, str(path), suffix, published)
    except FileNotFoundError:
        yield Failure(str(path), None, "no such file or folder")
    except PermissionError:
        yield Failure(str(path), None, "no permission to read it")
    except (OSError, ValueError) as error:  # ValueError: a NUL character in the path
        yield Failure(str(path), None, f"cannot be read: {error}")


def _read_folder(folder: Path, published: date | None) -> Iterator[Document | Failure]:
    unreadable: list[Failure] = []

    def note(error: OSError) -> None:
        unreadable.append(Failure(str(error.filename), None, f"cannot be listed: {error.strerror}"))

    for parent, folders, files in os.walk(folder, onerror=note):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith("."):
                yield from _read_path(Path(parent, name), published)
    yield from unreadable


def _read_bytes(
    content: bytes, name: str, suffix: str, published: date | None
) -> Iterator[Document | Failure]:
    """Read one file that holds one document."""
    if len(content) > MAX_BYTES:
        yield Failure(name, None, f"larger than the limit of {MAX_BYTES // 1_000_000} MB: split it")
        return
    text = _decode(content, name, html=suffix in _HTML)
    if isinstance(text, Failure):
        yield text
    elif suffix in _HTML:
        yield _from_html(text, name, published)
    elif suffix in _MARKDOWN:
        yield _from_markdown(text, name, published)
    else:
        yield document(text, published=published, path=name)


def _decode(content: bytes, name: str, *, html: bool = False) -> str | Failure:
    """Decode as UTF-8, else by byte order mark, declared charset, or Windows-1252."""
    if not content.strip():
        return Failure(name, None, "empty: no text in it")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = content.decode("utf-16", "replace")
    elif b"\0" in content:
        return Failure(name, None, "binary, not text: it holds NUL bytes")
    else:
        text = _decode_bytes(content, name, html=html)
    if not text.strip():
        return Failure(name, None, "empty: no text in it")
    odd = sum(
        1
        for c in text[:10_000]
        if (c < " " and c not in "\t\n\r\f\x0b\x1b\x1a") or "\x7f" <= c <= "\x9f" or c == "\ufffd"
    )
    if odd > 0.05 * min(len(text), 10_000):
        return Failure(name, None, "binary, not text: most of it is not printable characters")
    return text


def _decode_bytes(content: bytes, name: str, *, html: bool) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        declared = _CHARSET.search(content[:4096]) if html else None
        charset = declared[1].decode("ascii") if declared else "cp1252"
        if charset.lower().replace("_", "-") in {"utf-8", "utf8", "iso-8859-1", "latin-1", "ascii"}:
            charset = "cp1252"
        _logger.warning("%s: not UTF-8 (byte %d), read as %s", name, error.start, charset)
    try:
        return content.decode(charset, "replace")
    except LookupError:
        return content.decode("cp1252", "replace")


def _from_html(markup: str, name: str, published: date | None) -> Document | Failure:
    from pipeline.pages import read_page  # noqa: PLC0415 - loading the HTML reader takes a second

    try:
        page = read_page(markup)
    except ValueError as error:
        return Failure(name, None, str(error))
    if not page.text.strip():
        return Failure(name, None, "no article text found in the page")
    return document(
        page.text,
        published=published,
        stated=page.published,
        stated_source=page.published_source,
        title=page.title,
        source=page.source,
        url=page.url,
        path=name,
    )


def _from_markdown(text: str, name: str, published: date | None) -> Document | Failure:
    """Read Markdown, with `key: value` lines of front matter between two `---` lines."""
    m = _FRONT_MATTER.match(text)
    if not m:
        return document(text, published=published, path=name)
    fields: dict[str, str] = {}
    for line in m[1].splitlines():
        key, colon, value = line.partition(":")
        if colon and value.strip() and not line[:1].isspace():
            fields[key.strip().lower()] = value.strip().strip("\"'")
    given = fields.get("published") or fields.get("date")
    stated = (iso_date(given) or written_date(given)) if given else None
    if given and not stated:
        return Failure(name, None, f"published {given!r} is not a date such as 2021-07-05")
    if not text[m.end() :].strip():
        return Failure(name, None, "empty: no text after the front matter")
    return document(
        text,
        published=published,
        stated=stated,
        title=fields.get("title"),
        source=fields.get("source"),
        url=fields.get("url"),
        path=name,
        body_start=m.end(),
    )


def _read_lines(path: Path, published: date | None) -> Iterator[Document | Failure]:
    """Read a JSONL file, a document a line."""
    name, found = str(path), False
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MAX_BYTES + 1):
            number += 1
            if len(line) > MAX_BYTES:
                while line and not line.endswith(b"\n"):
                    line = file.readline(MAX_BYTES)
                found = True
                yield Failure(
                    name, number, f"line larger than the limit of {MAX_BYTES // 1_000_000} MB"
                )
            elif line.strip(b" \t\r\n\xef\xbb\xbf"):
                found = True
                item = _from_json(line.removeprefix(codecs.BOM_UTF8), name, number, published)
                yield _bounded(item, number)
    if not found:
        yield Failure(name, None, "empty: no text in it")


def _from_json(line: bytes, name: str, number: int, published: date | None) -> Document | Failure:
    """Read one line of a JSONL file."""
    try:
        record = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        return Failure(name, number, f"not UTF-8: byte {error.start}")
    except json.JSONDecodeError as error:
        return Failure(name, number, f"not JSON: {error.msg} at column {error.colno}")
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits, lists a thousand deep
        return Failure(name, number, f"not usable JSON: {error}")
    wrong = _wrong_record(record)
    if wrong:
        return Failure(name, number, wrong)
    doc_id = record.get("doc_id")
    return document(
        record["text"],
        published=published,
        stated=iso_date(record.get("published") or ""),
        doc_id=None if doc_id is None else str(doc_id),
        title=record.get("title") or None,
        source=record.get("source") or None,
        url=record.get("url") or None,
        path=name,
    )


def _wrong_record(record: object) -> str | None:
    """Return what is wrong with a record of a JSONL file, if anything."""
    if not isinstance(record, Mapping):
        return f"a JSON {type(record).__name__}, not an object with the field text"
    text = record.get("text")
    if not isinstance(text, str):
        return "no field text" if text is None else _not_a_string("text", text)
    for field in ("text", *_FIELDS):
        value = record.get(field)
        if isinstance(value, str):
            if re.search("[\ud800-\udfff]", value):
                return f"{field} holds half a surrogate pair, which no file can hold"
        elif value is not None and not (field == "doc_id" and isinstance(value, int)):
            return _not_a_string(field, value)
    given = record.get("published")
    if given and not iso_date(given):
        return f"published {given!r} is not a date such as 2021-07-05"
    return None if text.strip() else "text is empty"


def _not_a_string(field: str, value: object) -> str:
    return f"{field} is of type {type(value).__name__}, not a string"


_PRINTED = timedelta(days=3)
"""A report is printed at most so long after it was filed (on a Friday for a Monday)."""


def _publication(
    text: str, layout: Layout, given: date | None, url: str | None
) -> tuple[date | None, str]:
    """Return the day of publication and how it is known, where no metadata tell it.

    URL before date line before user; a year in a copyright line never counts.
    """
    found = url_date(url) if url else None
    if found:
        return found, "url"
    prefix = [text[slice(*layout.dateline)]] if layout.dateline else []
    for line in [*layout.date_lines, *prefix]:
        found = written_date(line, given)
        if found:
            return found, "dateline"
    return (given, "user") if given else (None, "none")


def filed(document: Document) -> date | None:
    """Return the day that a report calls today: its date line's, if just before its publication."""
    published, line = document.published, document.dateline
    day = written_date(line.text, published) if line is not None and published else None
    soon = day is not None and published is not None and day <= published <= day + _PRINTED
    return day if soon else published


def _content_id(text: str, published: date | None) -> str:
    day = published.isoformat() if published else ""
    return hashlib.sha256(f"{text}\0{day}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _span(text: str, bounds: Bounds | None) -> Span | None:
    return Span(*bounds, text[slice(*bounds)]) if bounds else None
