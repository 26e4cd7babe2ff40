"""Readers of time expressions that lean on the dates before them: "two days later", "that night".

They have the form of those in `pipeline.timereadings`.
"""

import re
from datetime import datetime, timedelta
from typing import Final

from pipeline.calendars import make_date
from pipeline.periods import SEASONS, days_of, shifted, weeks_from
from pipeline.timecontext import (
    ORDINALS,
    PARTS_OF_DAY,
    Context,
    Reading,
    dated,
    duration,
    group,
    mod_of,
    spelled_number,
    unit_of,
)

_SHIFTS: Final = {
    "next": 1, "following": 1, "after": 1, "succeeding": 1, "previous": -1, "preceding": -1,
    "before": -1,
}  # fmt: skip
_OVER = re.compile(r"\b(?:over|within|during|throughout)\s+$", re.IGNORECASE)


def _shift(words: str) -> int:
    """Return 1 for "the next", -1 for "the previous", 0 for "that" and "the same"."""
    return _SHIFTS.get(re.sub(r"^the ", "", words), 0)


def that_year(m: re.Match[str], c: Context) -> int | None:
    """Return the year of "in August of that year", "in the spring of the following year"."""
    focus = c.focus("year") or c.published
    return focus.year + _shift(group(m, "that")) if focus else None


def next_one(m: re.Match[str], c: Context) -> Reading | None:
    """Read "the next day", "that same night", "the end of the following year"."""
    unit, rel = unit_of(m) or "day", re.sub(r"^the ", "", group(m, "rel"))
    if (
        rel == "next"
        and not c.narrative
        and _OVER.search(c.text[max(0, m.start() - 12) : m.start()])
    ):
        return Reading("DURATION", duration(1, unit)) if unit not in PARTS_OF_DAY else None
    focus = c.focus(unit)
    if not focus and rel == "previous" and not c.narrative:
        focus = c.published
    if not focus:
        return None if unit in {"month", "year"} else Reading("DATE", "XXXX-XX-XX")
    shift = _shift(rel)
    if unit in PARTS_OF_DAY:
        day = shifted(focus, shift, "day")
        return Reading("TIME", day + PARTS_OF_DAY[unit], mod_of(m)) if day else None
    return dated(shifted(focus, shift, unit), mod_of(m))


def ago(m: re.Match[str], c: Context) -> Reading | None:
    """Read "two days ago", "a year earlier", "three weeks later", "in ten days from now"."""
    unit, way = unit_of(m), group(m, "way")
    later = way in {"later", "from now", "hence", "after", "after that", "afterwards"}
    if m.groupdict().get("vague") and "couple" not in group(m, "vague"):
        return Reading("DATE", "FUTURE_REF" if later else "PAST_REF")
    count = 2.0 if m.groupdict().get("vague") else 1.0
    if m.groupdict().get("n"):
        count = spelled_number(m["n"])
    near = c.value and (c.narrative or m.start() - c.value_end < 250)
    leans = way not in {"ago", "from now", "hence"} and near
    if unit in {"second", "minute", "hour"}:
        return _hours(count * (1 if later else -1), unit, c, leans=bool(leans))
    focus = (c.focus(unit) if leans else None) or (None if leans and c.narrative else c.published)
    if unit == "year" and not later and (quarter := _quarter_compared(m, c)):
        return dated(f"{int(quarter[:4]) - int(count)}{quarter[4:]}", mod_of(m))
    if not focus:
        return Reading("DATE", None)
    night = unit == "night" and leans and c.value and c.value.endswith("TNI")
    unit = {"night": "day", "fortnight": "week"}.get(unit, unit)
    factor = 2 if group(m, "unit").startswith("fortnight") else 1
    steps = int(count * factor) * (1 if later else -1)
    value = shifted(focus, steps, unit)
    if value and night:
        return Reading("TIME", f"{value}TNI", mod_of(m))
    days = weeks_from(focus, steps) if unit == "week" and way == "ago" else None
    return Reading("DATE", value, "APPROX" if mod_of(m) else None, days) if value else None


_AMOUNT = re.compile(r"[$£€]|\b(?:cents|percent|million|billion)\b|%")


def _quarter_compared(m: re.Match[str], c: Context) -> str | None:
    """Return the quarter of an amount that is compared with that of "a year earlier"."""
    if c.value == c.quarter and m.start() - c.value_end < 250:
        return c.quarter
    return c.quarter if _AMOUNT.search(c.text, max(0, m.start() - 60), m.start()) else None


def _hours(count: float, unit: str, c: Context, *, leans: bool) -> Reading:
    """Read "twelve hours later": an hour where one was named before."""
    clock = re.fullmatch(r"(\d{4}-\d\d-\d\dT)([01]\d|2[0-3]):(\d\d)", c.value or "")
    if leans and clock:
        try:
            then = datetime.fromisoformat(clock[0]) + timedelta(**{f"{unit}s": count})
        except OverflowError:
            return Reading("TIME", None)
        return Reading("TIME", then.isoformat(timespec="minutes"))
    day = c.day if c.narrative else c.published
    return Reading("TIME", f"{day}TXX" if day else None)


def day_of_month(m: re.Match[str], c: Context) -> Reading | None:
    """Read "on the 18th": of the month named before."""
    focus = c.focus("month") or (None if c.narrative else c.published)
    day = make_date(focus.year, focus.month, int(m["nth"][:-2])) if focus else None
    if not day:
        return None
    tod = group(m, "tod")
    value = day.isoformat() + PARTS_OF_DAY.get(tod, "")
    return Reading("TIME" if tod else "DATE", value, mod_of(m))


def day_of_run(m: re.Match[str], c: Context) -> Reading | None:
    """Read "on the third day" of what began on the day written last."""
    if not c.anchor or m.start() - c.value_end > 400:
        return None
    day = shifted(c.anchor, ORDINALS[group(m, "nth")] - 1, "day")
    over = not c.narrative and c.published and day and day > c.published.isoformat()
    return None if over else dated(day)


def part_of_day(m: re.Match[str], c: Context) -> Reading | None:
    """Read "in the morning", "by evening", "at dawn": of the day named before."""
    day = c.day or (None if c.narrative else c.published)
    if not day:
        return None
    tod = group(m, "tod")
    return Reading("TIME", day.isoformat() + PARTS_OF_DAY[tod], mod_of(m))


def that_season(m: re.Match[str], c: Context) -> Reading | None:
    """Read "that autumn", "the following spring"."""
    code, shift = SEASONS[group(m, "season")], _shift(group(m, "rel"))
    before = days_of(c.value) if c.value else None
    if not before:
        return dated(f"XXXX-{code}")
    year = before[1].year - (code == "WI" and before[1].month < 3)
    days = days_of(f"{year:04}-{code}")
    if days and shift > 0 and days[0] <= before[1]:
        year += 1
    elif days and shift < 0 and days[1] >= before[0]:
        year -= 1
    return dated(f"{year:04}-{code}", mod_of(m))


def season_of_history(m: re.Match[str], c: Context) -> Reading | None:
    """Read "the winter" in a history: the year of the date before."""
    return that_season(m, c) if c.narrative and c.value else None
