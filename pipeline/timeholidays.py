"""Readers of holidays, and of the solar and lunar Hijri calendars.

They have the form of those in `pipeline.timereadings`.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta

from pipeline.calendars import SHAMSI_MONTHS, easter, hijri_month, shamsi_date
from pipeline.timecontext import Context, Reading, dated, group, looks_ahead


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """Return the nth Monday (0) to Sunday (6) of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _later(day: date | None, days: int) -> date | None:
    return day + timedelta(days=days) if day else None


_HOLIDAYS: dict[str, Callable[[int], date | None]] = {
    "christmas eve": lambda y: date(y, 12, 24),
    "christmas": lambda y: date(y, 12, 25),
    "new year's eve": lambda y: date(y, 12, 31),
    "new year's": lambda y: date(y, 1, 1),
    "boxing day": lambda y: date(y, 12, 26),
    "may day": lambda y: date(y, 5, 1),
    "thanksgiving": lambda y: _nth_weekday(y, 11, 3, 4),
    "election day": lambda y: date(y, 11, 2 + (1 - date(y, 11, 2).weekday()) % 7),
    "good friday": lambda y: easter(y) - timedelta(days=2),
    "easter": easter,
    "nowruz": lambda y: shamsi_date(y - 621, 1, 1),
    "eid al-fitr": lambda y: hijri_month(y, 10),
    "eid al-adha": lambda y: _later(hijri_month(y, 12), 9),
    "ashura": lambda y: _later(hijri_month(y, 1), 9),
    "valentine's day": lambda y: date(y, 2, 14),
    "labor day": lambda y: _nth_weekday(y, 9, 0, 1),
    "memorial day": lambda y: date(y, 5, 31) - timedelta(days=date(y, 5, 31).weekday()),
    "veterans day": lambda y: date(y, 11, 11),
    "martin luther king day": lambda y: _nth_weekday(y, 1, 0, 3),
    "presidents' day": lambda y: _nth_weekday(y, 2, 0, 3),
    "columbus day": lambda y: _nth_weekday(y, 10, 0, 2),
    "halloween": lambda y: date(y, 10, 31),
    "bastille day": lambda y: date(y, 7, 14),
    "palm sunday": lambda y: easter(y) - timedelta(days=7),
    "easter monday": lambda y: easter(y) + timedelta(days=1),
    "ash wednesday": lambda y: easter(y) - timedelta(days=46),
}


def solar_hijri(m: re.Match[str], c: Context) -> Reading | None:
    """Read "14 Saratan 1400"; without a year, the one nearest to publication."""
    month, day = SHAMSI_MONTHS[group(m, "shamsi")], int(m["day"])
    if m["year"]:
        found = shamsi_date(int(m["year"]), month, day)
        return dated(found.isoformat()) if found else None
    if not c.published:
        return None
    published = c.published
    days = [shamsi_date(published.year - 621 + shift, month, day) for shift in (-1, 0, 1)]
    found = min((d for d in days if d), key=lambda d: abs(d - published), default=None)
    return dated(found.isoformat()) if found else None


def solar_hijri_month(m: re.Match[str], _c: Context) -> Reading | None:
    """Read "Saratan 1400": its first to last day."""
    year, month = int(m["year"]), SHAMSI_MONTHS[group(m, "shamsi")]
    first = shamsi_date(year, month, 1)
    after = shamsi_date(year + month // 12, month % 12 + 1, 1)
    return dated(f"{first}/{after - timedelta(days=1)}") if first and after else None


def lunar_hijri(m: re.Match[str], c: Context) -> Reading | None:
    """Read Ramadan of a year: its first to last day by the tabular calendar."""
    year = m.groupdict().get("year")
    if not year and not c.published:
        return Reading("DATE", None)
    begin = hijri_month(int(year) if year else c.published.year, 9)  # type: ignore[union-attr]
    if not begin:
        return None
    last = begin + timedelta(days=29)
    return Reading("DATE", f"{begin}/{last}", "APPROX")


_SAME_HOLIDAY = {
    "new year's day": "new year's", "christmas day": "christmas", "nawruz": "nowruz",
    "thanksgiving day": "thanksgiving", "easter sunday": "easter", "norouz": "nowruz",
    "presidents day": "presidents' day", "martin luther king jr. day": "martin luther king day",
    "martin luther king jr day": "martin luther king day",
}  # fmt: skip


_NEAR = timedelta(days=35)
"""A holiday without a verb that tells is the next one where that is no further off."""


def holiday(m: re.Match[str], c: Context) -> Reading | None:
    """Read holidays that fall on one day, fixed or movable."""
    name = re.sub(r"’", "'", group(m, "holiday"))
    name = _SAME_HOLIDAY.get(name, name).replace("ul-", "al-")
    year, rel = m.groupdict().get("year"), group(m, "rel")
    find = _HOLIDAYS[name]
    if year:
        found = find(int(year))
    elif c.narrative and (focus := c.focus("year")):
        found = find(focus.year)
    elif not c.published:
        return Reading("DATE", None)
    else:
        found = find(c.published.year)
        coming = looks_ahead(m, c)
        if coming is None and found:  # no verb tells
            coming = timedelta(0) <= found - c.published <= _NEAR
        ahead = rel == "next" or (not rel and coming)
        if found and ahead and found < c.published:
            found = find(c.published.year + 1)
        elif (
            found
            and not ahead
            and (found > c.published or (rel == "last" and found == c.published))
        ):
            found = find(c.published.year - 1)
    return dated(found.isoformat()) if found else None
