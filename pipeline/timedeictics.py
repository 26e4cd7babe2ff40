"""Readers of weekdays and of words that lean on publication: "on Sunday", "last month", "at noon".

They have the form of those in `pipeline.timereadings`.
"""

import re
from datetime import date, timedelta

from pipeline.calendars import WEEKDAYS
from pipeline.periods import days_of, shifted
from pipeline.timeanaphora import next_one
from pipeline.timecontext import (
    PARTS_OF_DAY,
    Context,
    Reading,
    clock_value,
    dated,
    group,
    is_clock,
    looks_ahead,
    mod_of,
    unit_of,
)
from pipeline.timereadings import COUNTED, LEVEL, calendar_date


def _weekday_date(m: re.Match[str], c: Context) -> date | None:
    """Return the day a weekday names: the last one, today included, unless the verb looks ahead.

    In history, the next one from the day named before on.
    """
    number = WEEKDAYS[group(m, "wd")]
    if c.day and (c.narrative or re.match(r"the\s+(?:previous|following)", m[0], re.IGNORECASE)):
        backwards = group(m, "rel") in {"last", "past", "previous"}
        gap = (number - c.day.weekday()) % 7
        later = 1 if group(m, "rel") in {"following", "next"} else 0
        day = shifted(c.day, gap - 7 if backwards else gap or 7 * later, "day")
        return date.fromisoformat(day) if day else None
    if not c.published:
        return None
    back = (c.published.weekday() - number) % 7
    rel = group(m, "rel")
    if rel in {"last", "this past", "past", "previous"}:
        shift = -(back or 7)
    elif rel in {"next", "this coming", "coming", "following"}:
        shift = 7 - back
    elif rel == "this":
        shift = number - c.published.weekday()
    else:
        possessive = re.match(r"['’]s\b", c.text[m.end() : m.end() + 2])
        shift = 7 - back if back and not possessive and looks_ahead(m, c) else -back
    return c.published + timedelta(days=shift)


def weekday(m: re.Match[str], c: Context) -> Reading | None:
    """Read a weekday with its part of day or hour."""
    day, tod, clock = _weekday_date(m, c), group(m, "tod"), group(m, "clock")
    value = day.isoformat() if day else f"XXXX-WXX-{WEEKDAYS[group(m, 'wd')] + 1}"
    if clock:
        return Reading("TIME", value + clock_value(clock), mod_of(m))
    return Reading("TIME" if tod else "DATE", value + PARTS_OF_DAY.get(tod, ""), mod_of(m))


def weekday_of_week(m: re.Match[str], c: Context) -> Reading | None:
    """Read "Monday of last week", "last week on Monday"."""
    number = WEEKDAYS[group(m, "wd")]
    if not c.published:
        return dated(f"XXXX-WXX-{number + 1}")
    weeks = {"last": -1, "this": 0, "next": 1}[group(m, "rel")]
    day = c.published + timedelta(weeks=weeks, days=number - c.published.weekday())
    return dated(day.isoformat())


_AN_AGE = re.compile(
    r"['’]s\s+(?:world|youths?|young|children|generations?|society|standards|technology|economy|terms)\b"
)
_OF_THE_AGE = re.compile(
    r"\b(?:people|men|women|world|children|leaders|youth|society)\s+of\s+$", re.IGNORECASE
)
"""Around a "today" or "tomorrow" that is an age: "today's world", "the leaders of tomorrow"."""


def deictic(m: re.Match[str], c: Context) -> Reading | None:
    """Read today, yesterday, tonight, this morning, last night, overnight."""
    word, tod, clock = group(m, "word"), group(m, "tod"), group(m, "clock")
    if _AN_AGE.match(c.text, m.end()) or _OF_THE_AGE.search(
        c.text, max(0, m.start() - 20), m.start()
    ):
        return None
    if word == "today" and c.narrative and not tod and not clock:
        return Reading("DATE", "PRESENT_REF")
    shift = {
        "yesterday": -1,
        "last": -1,
        "tomorrow": 1,
        "the day before yesterday": -2,
        "the day after tomorrow": 2,
    }.get(word, 0)
    if word in {"tonight", "overnight"}:
        tod = "night"
    value = (c.published + timedelta(days=shift)).isoformat() if c.published else "XXXX-XX-XX"
    days = None
    if word == "overnight" and c.published:
        days = (c.published - timedelta(days=1), c.published)
    suffix = clock_value(clock) if clock else PARTS_OF_DAY.get(tod, "")
    return Reading("TIME" if suffix else "DATE", value + suffix, mod_of(m), days)


def this_unit(m: re.Match[str], c: Context) -> Reading | None:
    """Read "last month", "this week", "earlier this year", "the end of next week"."""
    unit, rel = unit_of(m), group(m, "rel")
    leans = rel in {"following", "previous"} or (not rel and c.narrative)
    if leans and (reading := next_one(m, c)):
        return reading
    shift = {
        "last": -1,
        "past": -1,
        "this past": -1,
        "previous": -1,
        "next": 1,
        "coming": 1,
        "this coming": 1,
        "following": 1,
    }.get(rel, 0)
    if not c.published:
        return dated(
            {
                "week": "XXXX-WXX",
                "weekend": "XXXX-WXX-WE",
                "month": "XXXX-XX",
                "day": "XXXX-XX-XX",
                "quarter": "XXXX-QX",
                "decade": "XXX",
                "century": "XX",
            }.get(unit, "XXXX"),
            mod_of(m),
        )
    value = shifted(c.published, shift, unit)
    word, days = group(m, "mod"), days_of(value) if value else None
    if days and not shift and word == "earlier":
        return Reading("DATE", value, "START", (days[0], c.published))
    if days and not shift and word == "later":
        return Reading("DATE", value, "END", (c.published, days[1]))
    return dated(value, mod_of(m))


def year_end(m: re.Match[str], c: Context) -> Reading | None:
    """Read "year-end", "year's end": the last one where the verb looks back, else this year's."""
    late = "s " in group(m, "end")
    if m["year"]:
        return dated(m["year"], "END") if late else dated(f"{m['year']}-12-31")
    if not c.published:
        return dated("XXXX", "END") if late else dated("XXXX-12-31")
    year = c.published.year - (looks_ahead(m, c) is False)
    return dated(f"{year}", "END") if late else dated(f"{year}-12-31")


def the_weekend(m: re.Match[str], c: Context) -> Reading | None:
    """Read "the weekend": the last one on a working day, unless the verb looks ahead."""
    if not c.published:
        return dated("XXXX-WXX-WE")
    ahead = c.published.weekday() < 5 and not looks_ahead(m, c)
    return dated(shifted(c.published, -1 if ahead else 0, "weekend"))


_WORTH = re.compile(
    r"\b(?:stands?|stood|valued?|priced?|estimated|put|clos\w+|open\w+|peak\w+|ended|remain\w*|traded|index)"
    r"\s+(?:\w+\s+)?at\s+$"
)


def clock_time(m: re.Match[str], c: Context) -> Reading | None:
    """Read an hour: of the last day named, in news if it is near, else of that of publication."""
    if is_clock(m["clock"]):
        before, after = c.text[max(0, m.start() - 24) : m.start()], c.text[m.end() : m.end() + 30]
        if COUNTED.match(after) or LEVEL.match(after) or _WORTH.search(before):
            return None
    day = c.day or (None if c.narrative else c.published)
    if c.day and c.published and not c.narrative:
        near = m.start() - c.value_end < 300 and abs(c.published - c.day) <= timedelta(days=7)
        day = c.day if near else c.published
    head = day.isoformat() if day else "XXXX-XX-XX"
    days = (day, day) if day else None
    return Reading("TIME", head + clock_value(m["clock"]), mod_of(m), days)


def date_and_clock(m: re.Match[str], c: Context) -> Reading | None:
    """Read "5 p.m. EST Nov. 9" and "the night of 12 July"."""
    reading = calendar_date(m, c)
    if not reading or not reading.value:
        return None
    clock, tod = m.groupdict().get("clock"), " ".join(group(m, "tod").split())
    return Reading(
        "TIME", reading.value + (clock_value(clock) if clock else PARTS_OF_DAY[tod]), mod_of(m)
    )


def week_of(m: re.Match[str], c: Context) -> Reading | None:
    """Read "the week of March 6"."""
    reading = calendar_date(m, c)
    days = days_of(reading.value) if reading and reading.value else None
    return dated(shifted(days[0], 0, "week")) if days else reading
