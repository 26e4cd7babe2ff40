"""TIMEX3 values as periods of days, and arithmetic on them.

A value is text such as "2021-07-05", "2021-W27", "2021-07", "2021-Q3", "2021-SU", "2021", "199"
(the 1990s) or "18" (the 19th century), after TimeML (Pustejovsky et al. 2003, ISO 24617-1).
"""

import re
from datetime import date, timedelta
from typing import Final

from pipeline.calendars import make_date, month_end

SEASONS: Final = {"spring": "SP", "summer": "SU", "autumn": "FA", "fall": "FA", "winter": "WI"}
"""Name of a season -> its TIMEX3 code."""

SEASON_MONTH: Final = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}  # meteorological, northern hemisphere
_VALUE = re.compile(
    r"(?P<y>\d{4})(?:-(?P<m>\d\d)(?:-(?P<d>\d\d)(?:T.*)?)?|-W(?P<w>\d\d)(?P<we>-WE)?"
    r"|-Q(?P<q>[1-4])|-H(?P<h>[12])|-(?P<s>SP|SU|FA|WI))?|(?P<decade>\d{3})|(?P<century>\d\d)"
)


BEFORE_CHRIST: Final = 9000
"""Inside, the year n before Christ is the year 9000 - n, so that dates can be reckoned with."""

_INNER_YEAR = re.compile(r"(?<![\w-])([5-8]\d{3})(?=-|/|\Z)")


def with_era(value: str) -> str:
    """Write the years before Christ of a value as TIMEX3 has them.

    "8784-08-02" is "BC0216-08-02"; other values stay as they are.
    """
    return _INNER_YEAR.sub(lambda m: f"BC{BEFORE_CHRIST - int(m[1]):04}", value)


def days_of(value: str) -> tuple[date, date] | None:
    """Return the first and last day of a TIMEX3 value; None where it names no stretch of days.

    Winter is December and the two months after it. "2021-07-03/2021-07-05" is an interval.
    """
    if "/" in value:
        first, last = (days_of(part) for part in value.split("/", 1))
        return (first[0], last[1]) if first and last and first[0] <= last[1] else None
    m = _VALUE.fullmatch(value)
    if not m:
        return None
    try:
        return _days(m)
    except ValueError:  # a week 54, a year 0, the winter of 9999
        return None


def _days(m: re.Match[str]) -> tuple[date, date] | None:
    if m["century"]:
        first = int(m["century"]) * 100
        return date(max(first, 1), 1, 1), date(first + 99, 12, 31)
    if m["decade"]:
        first = int(m["decade"]) * 10
        return date(max(first, 1), 1, 1), date(first + 9, 12, 31)
    year = int(m["y"])
    if m["d"]:
        day = make_date(year, int(m["m"]), int(m["d"]))
        return (day, day) if day else None
    if m["w"]:
        monday = date.fromisocalendar(year, int(m["w"]), 1)
        return monday + timedelta(days=5 if m["we"] else 0), monday + timedelta(days=6)
    month, months = 1, 12
    if m["m"]:
        month, months = int(m["m"]), 1
    elif m["q"]:
        month, months = int(m["q"]) * 3 - 2, 3
    elif m["h"]:
        month, months = int(m["h"]) * 6 - 5, 6
    elif m["s"]:
        month, months = SEASON_MONTH[m["s"]], 3
    last = month + months - 1
    return date(year, month, 1), month_end(year + (last - 1) // 12, (last - 1) % 12 + 1)


def precision(first: date, last: date) -> int:
    """Return the UCDP code: 1 a day, 2 up to six days, 3 a week, 4 up to a month, 5 longer."""
    days = (last - first).days + 1
    return next((code for code, most in ((1, 1), (2, 6), (3, 7), (4, 31)) if days <= most), 5)


def narrowed(first: date, last: date, mod: str | None) -> tuple[date | None, date | None]:
    """Apply a TIMEX3 `mod`: START, MID and END take a third of the period, others open an end."""
    third = max(1, ((last - first).days + 1) // 3)
    begin: date | None = first
    end: date | None = last
    if mod == "START":
        end = first + timedelta(days=third - 1)
    elif mod == "MID" and third > 1:
        begin, end = first + timedelta(days=third), last - timedelta(days=third)
    elif mod == "END":
        begin = last - timedelta(days=third - 1)
    elif mod == "ON_OR_BEFORE":
        begin = None
    elif mod == "BEFORE":
        begin, end = None, first - timedelta(days=1) if first > date.min else None
    elif mod == "AFTER":
        end = None
    return begin, end


def add_months(day: date, months: int) -> tuple[int, int]:
    """Return year and month so many months after `day`; the year may lie outside 1..9999."""
    count = day.year * 12 + day.month - 1 + months
    return count // 12, count % 12 + 1


def shifted(day: date, count: int, unit: str) -> str | None:
    """Return the value of the `unit` that lies `count` units after the one `day` is in.

    `unit` is day, week, weekend, month, quarter, year, decade or century. None outside the years
    1 to 9999. ISO weeks: `shifted(date(2021, 7, 5), -1, "week")` is "2021-W26".
    """
    try:
        if unit == "day":
            return (day + timedelta(days=count)).isoformat()
        if unit in {"week", "weekend"}:
            year, week, _ = (day + timedelta(weeks=count)).isocalendar()
            return f"{year:04}-W{week:02}" + ("-WE" if unit == "weekend" else "")
        year, month = add_months(
            day,
            count * {"month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200}[unit],
        )
    except OverflowError:
        return None
    if not 1 <= year <= 9999:
        return None
    return {
        "month": f"{year:04}-{month:02}",
        "quarter": f"{year:04}-Q{(month + 2) // 3}",
        "year": f"{year:04}",
        "decade": f"{year // 10:03}",
        "century": f"{year // 100:02}",
    }[unit]


def weeks_from(day: date, count: int) -> tuple[date, date] | None:
    """Return the days that lie `count` weeks after `day`, or before it where negative.

    TIMEX3 knows only the calendar's weeks: of a Wednesday's report, "a week ago" is the week from
    Monday on, though the Wednesday is meant, give or take a day, and of more weeks give or take
    three. None outside the years 1 to 9999.
    """
    slack = timedelta(days=1 if abs(count) == 1 else 3)
    try:
        middle = day + timedelta(weeks=count)
        return middle - slack, middle + slack
    except OverflowError:
        return None


def counted(day: date, count: int, unit: str) -> tuple[date, date] | None:
    """Return the first and last day that "two days after", "a month before" a day may mean.

    `unit` is day, week, month or year; `count` is negative for before. None outside the years 1 to
    9999. Months and years are those of the calendar.
    """
    if unit == "week":
        return weeks_from(day, count)
    value = shifted(day, count, unit)
    return days_of(value) if value else None
