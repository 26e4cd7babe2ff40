"""Spans of time that a TIMEX3 value does not tell: "the past two weeks", "the Cold War"."""

import re
from dataclasses import replace
from datetime import date, timedelta

from pipeline.documents import Document, Span
from pipeline.events import When
from pipeline.periods import precision
from pipeline.timexes import Timex

_VAGUE = 5
_ERAS = {
    "first world war": (date(1914, 7, 28), date(1918, 11, 11)),
    "world war i": (date(1914, 7, 28), date(1918, 11, 11)),
    "second world war": (date(1939, 9, 1), date(1945, 9, 2)),
    "world war ii": (date(1939, 9, 1), date(1945, 9, 2)),
    "spanish civil war": (date(1936, 7, 17), date(1939, 4, 1)),
    "korean war": (date(1950, 6, 25), date(1953, 7, 27)),
    "vietnam war": (date(1955, 11, 1), date(1975, 4, 30)),
    "iran-iraq war": (date(1980, 9, 22), date(1988, 8, 20)),
    "falklands war": (date(1982, 4, 2), date(1982, 6, 14)),
    "cold war": (date(1947, 3, 12), date(1991, 12, 26)),
    "rwandan genocide": (date(1994, 4, 7), date(1994, 7, 15)),
}
"""First and last days of what a text dates other things by, from public knowledge."""

_ERA = re.compile(
    r"\b(?:during|in|throughout)\s+(?:the\s+)?(?P<era>" + "|".join(_ERAS) + r")\b", re.IGNORECASE
)

_SPAN = re.compile(
    r"(?:the\s+)?(?:last\s+(?!(?:day|night|hour|minute)$)|past|recent)", re.IGNORECASE
)
_LENGTH = re.compile(r"P(?P<time>T?)(?P<count>[\d.]+|X)(?P<unit>[HMDWYE])")
_DAYS = {"H": 1 / 24, "D": 1, "W": 7, "M": 30, "Y": 365, "E": 3650}
_RECENT = {"days": 7, "weeks": 30, "months": 365, "years": 3650, "decades": 36500}
_SOME = 9
"""The most that "the past few weeks" may be."""


_AGO = re.compile(r"\b(?:few|several)\s+(?P<unit>days|weeks|months|years)\s+ago$", re.IGNORECASE)
_AGO_DAYS = {"days": 1, "weeks": 7, "months": 30, "years": 365}


def window(timex: Timex, text: str, published: date | None) -> Timex:
    """Give "the past two weeks" and "recent months" their days, up to the publication.

    "A few weeks ago" is two to `_SOME` of them ago. But not "the last two weeks of the war".

    Parameters
    ----------
    timex : Timex
    text : str
        The document that it stands in.
    published : date or None
    """
    if published is None or published.year < 1000 or timex.date_end:
        return timex
    if ago := _AGO.search(timex.text):
        days = _AGO_DAYS[ago["unit"].lower()]
        first, last = (published - timedelta(days=count * days) for count in (_SOME, 2))
        return replace(timex, date_start=first, date_end=last, date_prec=precision(first, last))
    if not _SPAN.match(timex.text):
        return timex
    if text.startswith(" of ", timex.end):
        return timex
    length = _LENGTH.fullmatch(timex.value or "") if timex.type == "DURATION" else None
    days = _RECENT.get(timex.text.split()[-1].lower(), 0) if timex.value == "PAST_REF" else 0
    if length:
        count = _SOME if length["count"] == "X" else float(length["count"])
        days = round(count * (1 / 24 if length["time"] else _DAYS[length["unit"]]))
    if not 0 < days < published.toordinal():
        return timex
    first = published - timedelta(days=days)
    return replace(
        timex,
        type="DATE",
        date_start=first,
        date_end=published,
        date_prec=precision(first, published),
    )


def era(document: Document, sentence: Span) -> When | None:
    """The days of the war that a sentence dates an event by ("during the First World War")."""
    found = _ERA.search(sentence.text)
    if found is None or document.published is None:
        return None
    first, last = _ERAS[found["era"].lower()]
    start = sentence.start + found.start("era")
    return When(first, last, _VAGUE, Span(start, start + len(found["era"]), found["era"]), "text")
