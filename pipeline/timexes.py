"""Time expressions of a text, as TIMEX3 values and as days.

`pipeline.timerules` finds candidates; they are taken from left to right, the longest first, and
read in that order, for "two days later" leans on the date before it. What reads as no date ("May"
the verb) falls out and lets a shorter match through.
"""

import re
import sys
from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from pipeline.calendars import MONTH
from pipeline.capitals import calmed
from pipeline.periods import days_of, narrowed, precision, with_era
from pipeline.timecontext import YEAR, Context, Reading
from pipeline.timerules import TABLE


@dataclass(frozen=True, slots=True)
class Timex:
    """One time expression.

    `start` and `end` are offsets into the text; `type` is DATE, TIME, DURATION or SET; `value` is
    TIMEX3, underspecified ("XXXX-WXX-7") where the day of publication is not known. `date_start`
    and `date_end` are the first and last day meant, narrowed by `mod`: "early July" is its first
    ten days, "by Sept. 11" has no first day. `date_prec` is UCDP's: 1 a day, 2 up to six days,
    3 a week, 4 up to a month, 5 longer. Durations and repeated times have no days. A date that
    begins or ends a range ("from July 3 to July 5") carries the days of the whole range.
    """

    start: int
    end: int
    text: str
    type: str
    value: str | None
    date_start: date | None
    date_end: date | None
    date_prec: int | None
    mod: str | None


_PREPOSITION = re.compile(
    r"\b(by|until|till|before|after|since)\s+(?:(?:the|at|on|around|about)\s+)?$", re.IGNORECASE
)
_OPEN = {
    "by": "ON_OR_BEFORE", "until": "ON_OR_BEFORE", "till": "ON_OR_BEFORE", "before": "BEFORE",
    "after": "AFTER", "since": "AFTER",
}  # fmt: skip


def find_timexes(text: str, published: date | None, *, day: date | None = None) -> list[Timex]:
    """Find the time expressions of a text.

    Parameters
    ----------
    text
        A whole document rather than a sentence: "the next day" leans on what stands before it.
    published
        The day of publication. Without it, relative expressions keep an underspecified value, or
        None, and no days. A day before the year 1000 or after 4999 is an error of the input and
        counts as none.
    day
        The day of a text that is an entry of a list, such as a chronicle: "today", "the next day"
        and "on Friday" count from it, not from the publication.

    Returns
    -------
    list[Timex]
        In the order of the text, not overlapping, offsets into `text`.
    """
    if published and not 1000 <= published.year < 5000:
        published = None
    calm = calmed(text)
    kept, moves = _with_hints(calm)
    narrative = _is_narrative(calm, published)
    if day is not None:
        narrative = published is not None and day < published
    found = _find(kept, day or published, day, narrative=narrative)
    return [_moved(timex, moves, text) for timex in found]


def _find(text: str, published: date | None, day: date | None, *, narrative: bool) -> list[Timex]:
    lower = text.lower().replace("\n", " ")
    matches = [
        (m.start(), -m.end(), rank, m, reader)
        for rank, (_, needs, pattern, reader) in enumerate(TABLE)
        if _may_match(needs, lower)
        for m in pattern.finditer(text)
    ]
    matches.sort(key=lambda found: found[:3])
    context = Context(text, published, narrative, _is_ancient(text), day, day)
    if day is not None:
        context.value, context.value_end = day.isoformat(), 0
    found: list[Timex] = []
    end = 0
    for start, _, _, m, reader in matches:
        if start < end:
            continue
        reading = reader(m, context)
        if reading:
            found.append(_timex(m, reading, context))
            end = m.end()
            _remember(m, reading, context)
    return _with_ranges(_with_days(found, text), text)


# What no time expression is without. A third of the sentences of a report have none of it.
_HINT = re.compile(
    r"\d|day|year|week|month|night|hour|minute|decade|centur|noon|morning|evening|winter"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|seconds|quarter|period|spring|summer|autumn|fall"
    r"|(?:now|soon|present|moment|term|future|past|dawn|noon|fortnight|thanksgiving)\b|recent|current|tomorrow|christmas"
    r"|easter|eid|hallow|9/11|ashura|rama|no\w{0,3}z|naw|daily|annual|(?:nine|eigh)teen|thousand|(?:twen|thir|for|fif|six|seven|eigh|nine)ties"
    r"|hamal|sawr|jawza|saratan)",
    re.IGNORECASE,
)
_PIECE = re.compile(r"(?:[^.!?\n]+|\n(?!\s*\n)|[.!?](?!\s+[A-Z\"“‘(]))*(?:[.!?]\s+|\n\s*\n\s*|\Z)")


def _with_hints(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return the sentences that may hold a time expression, and their (start there, move back)."""
    pieces: list[str] = []
    moves: list[tuple[int, int]] = []
    size = 0
    for piece in _PIECE.finditer(text):
        if _HINT.search(piece[0]):
            if not moves or moves[-1][1] != piece.start() - size:
                moves.append((size, piece.start() - size))
            pieces.append(piece[0])
            size += len(piece[0])
    return "".join(pieces), moves


def _moved(timex: Timex, moves: list[tuple[int, int]], text: str) -> Timex:
    """Give an expression its offsets and its letters in the whole text."""
    move = moves[bisect_right(moves, (timex.start, sys.maxsize)) - 1][1]
    start, end = timex.start + move, timex.end + move
    return replace(timex, start=start, end=end, text=text[start:end])


def _may_match(needs: tuple[str, ...] | re.Pattern[str], lower: str) -> bool:
    """Tell whether a text has what a rule cannot do without; looking first halves the time."""
    if isinstance(needs, re.Pattern):
        return bool(needs.search(lower))
    return not needs or any(word in lower for word in needs)


_ERA = re.compile(r"\b\d{1,4}\s+(?:BCE?|B\.C\.|CE\b|C\.E\.|AD\b|A\.D\.)|\bAD\s+\d{1,4}\b")
_MEDIEVAL = re.compile(rf"\b{MONTH},?\s+(?:[5-9]\d\d|1[0-4]\d\d)(?=[,.;)]|\s+[a-z])")
_RECENT = re.compile(
    r"\b(?:today|yesterday|tonight|(?:last|this|next) (?:week|month|year)"
    r"|said|says|reported|told|according to"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b"
)


def _is_ancient(text: str) -> bool:
    return bool(_ERA.search(text) or _MEDIEVAL.search(text))


def _is_narrative(text: str, published: date | None) -> bool:
    """Tell history from news: most of the years it names lie well before publication."""
    years = [int(year) for year in YEAR.findall(text)]
    ancient = len(_ERA.findall(text)) + len(_MEDIEVAL.findall(text))
    fresh = len(_RECENT.findall(text))
    if not published:
        return len(years) + ancient > 2 * fresh
    old = sum(1 for year in years if year < published.year - 1)
    fresh += len(years) - old
    old += ancient
    long_ago = not years or years[0] < published.year - 30
    few = 1 if len(text) < 400 else 2
    return old > 2 * fresh and (old >= 3 or (long_ago and old >= few))


def _timex(m: re.Match[str], reading: Reading, c: Context) -> Timex:
    days = reading.days
    mod = reading.mod
    value = (
        with_era(reading.value) if reading.value and reading.type != "DURATION" else reading.value
    )
    whole = days_of(value) if value and reading.type in {"DATE", "TIME"} else None
    first, last = days or (whole or (None, None))
    prec = precision(first, last) if first and last else None
    if whole and not days and first and last:
        if not mod:
            before = _PREPOSITION.search(c.text[max(0, m.start() - 20) : m.start()])
            possessive = re.match(r"['’]s\b|-", c.text[m.end() : m.end() + 2])
            mod = _OPEN[before[1].lower()] if before and not possessive else None
        first_day, last_day = narrowed(first, last, mod)
        if mod in {"START", "MID", "END"} and first_day and last_day:
            prec = precision(first_day, last_day)
        first, last = first_day, last_day
    return Timex(m.start(), m.end(), m[0], reading.type, value, first, last, prec, mod)


_BEGAN = re.compile(r"\b(?:beg[au]n|start\w*|launch\w*|erupt\w*|broke\s+out|opened)\b[^.!?]*$")
_ASIDE = re.compile(r"\b(?:had|which|who|whose)\b[^;:.]*$")


def _is_aside(m: re.Match[str], day: date, c: Context) -> bool:
    """Tell whether a history only looks back here: "the fleet, which had sailed in October"."""
    if c.text.endswith(("as of ", "As of "), 0, m.start()):
        return True
    before = days_of(c.value) if c.value else None
    if not before or day >= before[0]:
        return False
    return bool(_ASIDE.search(c.text, max(c.value_end, m.start() - 80), m.start()))


def _remember(m: re.Match[str], reading: Reading, c: Context) -> None:
    """Keep the date for those that lean on it."""
    days = days_of(reading.value) if reading.value and reading.type in {"DATE", "TIME"} else None
    if days and reading.value:
        if c.narrative and _is_aside(m, days[1], c):
            return
        c.value, c.value_end = reading.value, m.end()
        if re.fullmatch(r"\d{4}-Q\d", reading.value):
            c.quarter = max(c.quarter or "", reading.value)
        if days[0] == days[1]:
            c.day = days[0]
            written = m.groupdict().get("mon")
            began = _BEGAN.search(c.text, max(0, m.start() - 60), m.start())
            if written if c.narrative else began:
                c.anchor = c.day


_AND_DAY = re.compile(
    r"\s*(?P<link>and|or|to|through|until|till|&)\s+(?P<day>3[01]|[12]\d|[1-9])(?:st|nd|rd|th)?"
    r"(?=[.,;:)]|\s+(?:in|at|on|to|when|after|before|with|the|and|as|for|by|near|but|that|were|was|will|it|he|she|they|we|left|[a-z]+ed)\b|\s*$)"
)
_DAY_AND = re.compile(
    r"(?<![\d.,$:/-])(?P<day>3[01]|[12]\d|[1-9])(?:st|nd|rd|th)?\s+(?P<link>and|or|to|until|&)\s+(?:the\s+)?$"
)
_RANGE_START = re.compile(
    r"\b(?P<word>from|between)\s+(?:(?:the|late|early|mid)\s+)?$", re.IGNORECASE
)


def _with_days(found: list[Timex], text: str) -> list[Timex]:
    """Add the bare day of "April 24 and 25" and of "between 3 and 5 July"."""
    full: list[Timex] = []
    for i, timex in enumerate(found):
        end = found[i - 1].end if i else 0
        begin = found[i + 1].start if i + 1 < len(found) else len(text)
        value = timex.value or ""
        if timex.type != "DATE" or not re.fullmatch(r"(?:\d{4}|XXXX)-\d\d-\d\d", value):
            full.append(timex)
            continue
        before = _DAY_AND.search(text, max(end, timex.start - 20), timex.start)
        after = _AND_DAY.match(text, timex.end, begin)
        if before and timex.text[0].isdigit():
            full.append(_sibling(before, timex, text))
        full.append(timex)
        if (
            after
            and re.search(r"\d(?:st|nd|rd|th)?$", timex.text)
            and not re.search(r"\d{4}$", timex.text)
        ):
            full.append(_sibling(after, timex, text))
    return full


def _sibling(m: re.Match[str], timex: Timex, text: str) -> Timex:
    value = f"{timex.value}"[:8] + f"{int(m['day']):02}"
    days = days_of(value)
    day = days[0] if days else None
    start = m.start("day")
    end = re.compile(r"\d+(?:st|nd|rd|th)?").match(text, start)
    stop = end.end() if end else m.end("day")
    return Timex(start, stop, text[start:stop], "DATE", value, day, day, 1 if day else None, None)


_LINKS = {
    "from": ("to", "through", "until", "till"),
    "between": ("and", "&"),
    "": ("and", "&", "or"),
}


def _follows(one: tuple[date, date], two: tuple[date, date]) -> bool:
    """Tell whether the second of two days is the day after the first: "Monday and Tuesday"."""
    return one[0] == one[1] and two[0] == two[1] and two[0] - one[0] == timedelta(days=1)


def _with_ranges(found: list[Timex], text: str) -> list[Timex]:
    """Give both ends of "from July 3 to July 5" and "July 3 and 4" the days of the whole range."""
    ranged = list(found)
    for i, (one, two) in enumerate(pairwise(found)):
        lead = _RANGE_START.search(text, max(0, one.start - 20), one.start)
        links = _LINKS[lead["word"].lower() if lead else ""]
        link = text[one.end : two.start].strip().lower()
        if link not in links or {one.type, two.type} - {"DATE", "TIME"}:
            continue
        first, last = (days_of(timex.value or "") for timex in (one, two))
        if first and last and (first[0] <= last[1] if lead else _follows(first, last)):
            prec = precision(first[0], last[1])
            for at, end in ((i, one), (i + 1, two)):
                ranged[at] = replace(
                    end, date_start=first[0], date_end=last[1], date_prec=prec, mod=None
                )
    return ranged
