"""Names of months and weekdays, and dates written out in full: shared by documents and timexes."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

_MONTH_NAMES = (
    "january february march april may june july august september october november december"
).split()
_DAY_NAMES = "monday tuesday wednesday thursday friday saturday sunday".split()

MONTHS: Final[Mapping[str, int]] = (
    {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
    | {name[:3]: number for number, name in enumerate(_MONTH_NAMES, 1)}
    | {"sept": 9}
)
"""Lower-case month name or abbreviation without its dot -> 1..12."""

WEEKDAYS: Final[Mapping[str, int]] = {name: number for number, name in enumerate(_DAY_NAMES)} | {
    "mon": 0, "tue": 1, "tues": 1, "wed": 2, "weds": 2, "thu": 3, "thur": 3, "thurs": 3,
    "fri": 4, "sat": 5, "sun": 6,
}  # fmt: skip
"""Lower-case weekday name or abbreviation without its dot -> 0 (Monday)..6."""

MONTH: Final = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\b|Jun\.|July?\b"
    r"|Jul\.|Aug(?:ust|\.)?|Sept(?:ember|\.)?|Sep\.?|Oct(?:ober|\.)?|Nov(?:ember|\.)?"
    r"|Dec(?:ember|\.)?)"
)
"""Pattern of a month name in title case; compile with IGNORECASE for upper case."""

_WRITTEN = re.compile(
    rf"""(?<![\w-])(?:
        (?P<iso>(?P<y1>\d{{4}})-(?P<m1>\d\d)-(?P<d1>\d\d))(?!\d)
      | (?P<mon2>{MONTH})\s*(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|:\d\d)(?:,?\s+(?P<y2>\d{{4}})\b)?
      | (?P<d3>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[\s-](?P<mon3>{MONTH})(?![a-z])
        (?:,?[\s-](?P<y3>\d{{4}})\b)?
      | (?P<d4>\d{{1,2}})\.(?P<m4>\d{{1,2}})\.(?P<y4>\d{{4}})\b
    )""",
    re.VERBOSE | re.IGNORECASE,
)

_URL_DAY = re.compile(
    r"(?<!\d)(?P<y>(?:19[89]|20[0-4])\d)(?P<s>[/_-]?)(?P<m>[01]\d|[a-z]{3})(?P=s)(?P<d>[0-3]\d)(?!\d)",
    re.IGNORECASE,
)


def month_number(name: str) -> int:
    """Number 1..12 of a month name or abbreviation, in any case, with or without its dot."""
    return MONTHS[name.lower().rstrip(".")]


def make_date(year: int, month: int, day: int) -> date | None:
    """Return the date, or None where the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def nearest_year(month: int, day: int, near: date) -> date | None:
    """Return that day of the year which lies nearest to `near`; None for 31 June and its like."""
    found = [make_date(near.year + shift, month, day) for shift in (-1, 0, 1)]
    return min((d for d in found if d), key=lambda d: abs(d - near), default=None)


def written_date(text: str, near: date | None = None) -> date | None:
    """Return the first full date written in `text`.

    Reads "July 5, 2021", "5 July 2021", "2021-07-05" and "5.7.2021"; not "05/07/2021", which
    Americans and Europeans read differently.

    Parameters
    ----------
    text
        Any text; the first date in it counts.
    near
        Where given, a date without a year takes the year that puts it nearest to this day.

    Returns
    -------
    date | None
        None where no date stands in the text, or it has no year and `near` is None.
    """
    for m in _WRITTEN.finditer(text):
        year = m["y1"] or m["y2"] or m["y3"] or m["y4"]
        name = m["mon2"] or m["mon3"]
        month = month_number(name) if name else int(m["m1"] or m["m4"])
        day = int(m["d1"] or m["d2"] or m["d3"] or m["d4"])
        if year:
            found = make_date(int(year), month, day)
        elif near:
            found = nearest_year(month, day, near)
        else:
            found = None
        if found:
            return found
    return None


def iso_date(text: str) -> date | None:
    """Return the day of an ISO 8601 date or date-time as its author wrote it, else None.

    The time zone is not converted: "2021-07-05T23:30:00-05:00" is 5 July, the paper's own day.
    """
    m = re.match(r"\s*(\d{4})-?(\d\d)-?(\d\d)(?:[T\s].*)?\s*\Z", text, re.DOTALL)
    return make_date(int(m[1]), int(m[2]), int(m[3])) if m else None


def url_date(url: str) -> date | None:
    """Return the day in an address such as https://paper.example/2021/07/05/story, else None."""
    for m in _URL_DAY.finditer(url):
        month = m["m"].lower()
        if month.isdigit():
            found = make_date(int(m["y"]), int(month), int(m["d"]))
        elif month in MONTHS:
            found = make_date(int(m["y"]), month_number(month), int(m["d"]))
        else:
            found = None
        if found:
            return found
    return None


def month_end(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(9999, 12, 31) if (year, month) == (9999, 12) else (
        date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    )  # fmt: skip


def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    leap = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * leap) // 451
    month, day = divmod(h + leap - 7 * m + 114, 31)
    return date(year, month, day + 1)


SHAMSI_MONTHS: Final[Mapping[str, int]] = {
    name: number
    for names in (
        "hamal sawr jawza saratan asad sunbula mizan aqrab qaws jadi dalw hut",
        "farvardin ordibehesht khordad tir mordad shahrivar mehr aban azar dey bahman esfand",
    )
    for number, name in enumerate(names.split(), 1)
}
"""Months of the solar Hijri year, by their Afghan and Iranian names in lower case -> 1..12."""

_SHAMSI_LEAP = frozenset({1, 5, 9, 13, 17, 22, 26, 30})  # years of the 33-year cycle


def shamsi_date(year: int, month: int, day: int) -> date | None:
    """Return the Gregorian date of a solar Hijri one, by the 33-year rule (exact for 1244-1472)."""
    if not (1200 <= year <= 1500 and 1 <= month <= 12 and 1 <= day <= (31 if month < 7 else 30)):
        return None
    leaps = sum(1 for y in range(min(year, 1400), max(year, 1400)) if y % 33 in _SHAMSI_LEAP)
    days = 365 * (year - 1400) + (leaps if year > 1400 else -leaps)
    days += 31 * (month - 1) - max(0, month - 7) + day - 1
    return date(2021, 3, 21) + timedelta(days=days)


def hijri_month(gregorian_year: int, month: int) -> date | None:
    """Return the first day of a lunar Hijri month that begins in a Gregorian year.

    By the tabular calendar: the sighted moon may differ by a day or two.
    """
    first = int((gregorian_year - 622) * 33 / 32)
    for year in (first, first + 1, first + 2):
        elapsed = (year - 1) * 354 + (3 + 11 * year) // 30 + (59 * (month - 1) + 1) // 2
        begin = date(622, 7, 19) + timedelta(days=elapsed)  # 1 Muharram 1, proleptic Gregorian
        if begin.year == gregorian_year:
            return begin
    return None
