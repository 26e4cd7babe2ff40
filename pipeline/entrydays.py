"""Entry days: what "12 May", "Tuesday", "Mon 01/06" or "09:40" at the head of a list's entry means.

Labels are short of years and of everything else; what they mean is settled by the labels beside
them and by the day of publication: the days of a list are near each other, and not far ahead.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from pipeline.calendars import WEEKDAYS, make_date
from pipeline.documents import Document, Span
from pipeline.entries import Label
from pipeline.events import When
from pipeline.periods import precision
from pipeline.timexes import Timex, find_timexes

AHEAD_DAYS = 75
"""A list may go on with what is planned, but a day further ahead is one of the year before."""

_WEEK = 7
_NOON = 720  # minutes
_DAY = 1440
_YEAR = 365
_SLOW = 3  # a list of dates that leaps over months rather goes on than back
_ROUND = 2  # UCDP's precision of a day that may be off by a few

_CLOCK = re.compile(r"(?P<hour>\d?\d)[:.]?(?P<minute>\d\d)(?:\s?(?P<half>[ap])\.?m)?")
_NUMBERED = re.compile(
    r"(?:(?P<wd>[A-Z][a-z]+)\.?,?\s+)?(?P<day>\d\d?)/(?P<mon>\d\d?)(?:/(?P<year>\d{2,4}))?"
)
_COUNTED = re.compile(r"day\s+(?P<nth>\d+)", re.IGNORECASE)
_SURE = re.compile(r"\b(?:(?:1[5-9]|20)\d\d|today|yesterday)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Stamp:
    """The date or hour of a label as it is written.

    `first` and `last` are days, of an unsure year where `kind` is "yearless"; `number` is the
    weekday, the minute of the day, or the number of the day; `half` that of an hour, "a" or "p".
    """

    words: Span
    kind: str  # "day" | "yearless" | "weekday" | "hour" | "counted"
    first: date | None = None
    last: date | None = None
    number: int = 0
    half: str = ""

    def on(self, day: date, prec: int | None = None) -> When:
        """The days that begin on `day`."""
        last = day + (self.last - self.first if self.first and self.last else timedelta(0))
        return When(day, last, prec or precision(day, last), self.words, "heading")

    def weekday(self) -> int:
        """0 for a Monday; of a date without a year that of its likeliest one."""
        return self.number if self.first is None else self.first.weekday()

    def of_year(self, year: int) -> date | None:
        """The first day, in a year."""
        if self.kind != "yearless" or self.first is None or year < 1:
            return None
        return make_date(year, self.first.month, self.first.day)

    def near(self, day: date, published: date | None, *, later: bool) -> date | None:
        """The first day, in the year that puts it nearest to another, and not far ahead.

        `later` if it is likely to be the later one of the two.
        """
        latest = published + timedelta(days=AHEAD_DAYS) if published else date.max
        found = [self.of_year(day.year + shift) for shift in (-1, 0, 1)]
        known = [one for one in found if one is not None and one <= latest]
        return min(
            known,
            key=lambda one: abs(one - day) * (1 if (one >= day) == later else _SLOW),
            default=None,
        )


def days(document: Document, timexes: Sequence[Timex]) -> list[When | None]:
    """The day of each of a document's entries, by the innermost label that names one.

    Parameters
    ----------
    document : Document
    timexes : sequence of Timex
        Of its whole text, labels and all.
    """
    known: dict[Label, When | None] = {}
    for level in range(max((len(entry.labels) for entry in document.entries), default=0)):
        lists: dict[tuple[Label, ...], dict[Label, None]] = {}
        for entry in document.entries:
            if len(entry.labels) > level:
                lists.setdefault(entry.labels[:level], {})[entry.labels[level]] = None
        for outer, labels in lists.items():
            stamps = [_stamp(document, label, timexes) for label in labels]
            whens = _settled(stamps, _innermost(outer, known), document.published)
            known |= dict(zip(labels, whens, strict=True))
    return [_innermost(entry.labels, known) for entry in document.entries]


def _innermost(labels: Sequence[Label], known: dict[Label, When | None]) -> When | None:
    return next((when for label in reversed(labels) if (when := known[label])), None)


def _stamp(document: Document, label: Label, timexes: Sequence[Timex]) -> _Stamp | None:
    """Read the date or the hour of a label."""
    if label.stamp is None:
        return None
    start, end = label.stamp
    words = Span(start, end, document.text[start:end])
    weekday = WEEKDAYS.get(words.text.lower().rstrip("."))
    if weekday is not None:
        return _Stamp(words, "weekday", number=weekday)
    if m := _COUNTED.fullmatch(words.text):
        return _Stamp(words, "counted", number=int(m["nth"]))
    found = [timex for timex in timexes if start <= timex.start and timex.end <= end]
    return (
        _numbered(words, document.published)
        or _dated(words, found or find_timexes(words.text, document.published), document.published)
        or _hour(words)
    )


def _dated(words: Span, timexes: Sequence[Timex], published: date | None) -> _Stamp | None:
    """Read "12 May", "6-8 September", "March 2021"; "since 20 February" is up to publication."""
    found = [timex for timex in timexes if timex.type == "DATE" and timex.date_start is not None]
    if not found:
        return None
    kind = "day" if _SURE.search(words.text) else "yearless"
    return _Stamp(words, kind, found[0].date_start, found[-1].date_end or published)


def _hour(words: Span) -> _Stamp | None:
    m = _CLOCK.match(words.text)
    if m is None:
        return None
    hour, half = int(m["hour"]), m["half"] or ""
    hour = hour % 12 + 12 * (half == "p") if half else hour
    return _Stamp(words, "hour", number=60 * hour + int(m["minute"]), half=half)


def _numbered(words: Span, published: date | None) -> _Stamp | None:
    """Read "Mon 01/06": the day first, unless no such day, or another weekday, says otherwise."""
    m = _NUMBERED.match(words.text)
    if m is None or (m["year"] is None and published is None):
        return None
    year = int(m["year"]) if m["year"] else published.year if published else 0
    numbers = int(m["day"]), int(m["mon"])
    found = [
        day
        for number, month in (numbers, numbers[::-1])
        if (day := make_date(year + (2000 if year < 100 else 0), month, number)) is not None
    ]
    wanted = WEEKDAYS.get((m["wd"] or "").lower())
    fitting = [day for day in found if wanted is None or day.weekday() == wanted] or found
    if not fitting:
        return None
    return _Stamp(words, "day" if m["year"] else "yearless", fitting[0], fitting[0])


def _settled(
    stamps: Sequence[_Stamp | None], above: When | None, published: date | None
) -> list[When | None]:
    """The days of the labels of one list, under a heading's day where `above` is one."""
    told = [None if stamp is None or stamp.kind == "hour" else stamp for stamp in stamps]
    hours = [stamp if stamp is not None and stamp.kind == "hour" else None for stamp in stamps]
    found: list[When | None] = []
    base = above
    for when, hour, shift in zip(
        _calendar(told, above, published), hours, _clock(hours), strict=True
    ):
        base = when or base
        found.append(when if hour is None else _at_hour(hour, base, published, shift))
    return found


def _at_hour(hour: _Stamp, base: When | None, published: date | None, shift: int) -> When | None:
    """The day of an hour: that of the label before or above it, else near the publication."""
    if base is not None:
        return hour.on(base.start) if base.start and base.start == base.end else None
    return hour.on(published + timedelta(days=shift)) if published else None


def _clock(stamps: Sequence[_Stamp | None]) -> list[int]:
    """Days from the latest of some hours in a row to each: 0, or -1 beyond the one midnight.

    An hour without its half of the day ("2:40" after "1:15 p.m.") has that of the one before.
    """
    told: list[tuple[int, int]] = []
    half = ""
    for at, stamp in enumerate(stamps):
        if stamp is not None:
            half = stamp.half or half
            goes_on = half == "p" and not stamp.half and stamp.number < _NOON
            told.append((at, stamp.number + (_NOON if goes_on else 0)))
    steps = [other[1] - one[1] for one, other in pairwise(told)]
    down = sum(step % _DAY for step in steps) > sum(-step % _DAY for step in steps)
    breaks = [at for at, step in enumerate(steps, 1) if (step > 0 if down else step < 0)]
    shifts = [0] * len(stamps)
    if len(breaks) == 1:
        for number, (at, _) in enumerate(told):
            shifts[at] = -int(number >= breaks[0] if down else number < breaks[0])
    return shifts


def _calendar(
    stamps: Sequence[_Stamp | None], above: When | None, published: date | None
) -> list[When | None]:
    """The days of labels that name a date or a weekday, each settled by those beside it."""
    found = [None if stamp is None else _sure(stamp, above) for stamp in stamps]
    unsure = [stamp for stamp in stamps if stamp is not None]
    rising = _rises(unsure)
    if unsure and not any(found) and published is not None:
        latest = unsure[-1 if rising else 0]
        found[stamps.index(latest)] = _anchored(latest, published)
    order = range(len(stamps))
    for way, line in ((True, order), (False, order[::-1])):
        before: When | None = None
        for at in line:
            stamp = stamps[at]
            if found[at] is None and stamp is not None and before is not None:
                found[at] = _beside(stamp, before, published, later=rising == way)
            before = found[at] or before
    return found


def _sure(stamp: _Stamp, above: When | None) -> When | None:
    """The day of a label by itself, or by the heading above it."""
    if stamp.kind == "day" and stamp.first is not None:
        return stamp.on(stamp.first)
    if above is None or above.start is None or above.end is None:
        return None
    day = None
    if stamp.kind == "weekday" and above.end - above.start < timedelta(days=_WEEK):
        day = above.start + timedelta(days=(stamp.number - above.start.weekday()) % _WEEK)
    elif stamp.kind == "yearless":
        day = stamp.of_year(above.start.year)
        if day is None or day < above.start:
            day = stamp.of_year(above.end.year)
    return stamp.on(day) if day is not None and above.start <= day <= above.end else None


def _rises(stamps: Sequence[_Stamp]) -> bool:
    """Tell whether a list goes on from day to day, rather than back."""
    forth = back = 0
    for one, other in pairwise(stamps):
        if "weekday" in {one.kind, other.kind}:
            step, whole, slow = other.weekday() - one.weekday(), _WEEK, 1
        elif one.first is not None and other.first is not None:
            step, whole, slow = _of_year(other.first) - _of_year(one.first), _YEAR, _SLOW
        else:
            step, whole, slow = other.number - one.number, _YEAR, 1
        forth += step % whole
        back += slow * (-step % whole)
    return forth <= back


def _of_year(day: date) -> int:
    """Number of a day in its year."""
    return day.timetuple().tm_yday


def _anchored(stamp: _Stamp, published: date) -> When | None:
    """The day of the latest label of a list whose labels name no year."""
    if stamp.kind == "weekday":
        back = (published.weekday() - stamp.number) % _WEEK
        return stamp.on(published - timedelta(days=back))
    if stamp.kind == "counted":
        return stamp.on(published, _ROUND)
    day = stamp.first
    if day is not None and day > published + timedelta(days=AHEAD_DAYS):
        day = stamp.near(published, published, later=False)
    return None if day is None else stamp.on(day)


def _beside(stamp: _Stamp, other: When, published: date | None, *, later: bool) -> When | None:
    """The day of a label next to one that is known; `later` where the list goes on in time."""
    if other.start is None or other.end is None:
        return None
    if stamp.kind == "weekday":
        start = other.end if later else other.start
        gap = (stamp.number - start.weekday()) % _WEEK
        return stamp.on(start + timedelta(days=gap if later or not gap else gap - _WEEK))
    if stamp.kind == "counted":
        m = _COUNTED.fullmatch(other.text.text) if other.text else None
        step = timedelta(days=stamp.number - int(m["nth"])) if m else None
        return None if step is None else stamp.on(other.start + step, _ROUND)
    day = stamp.near(other.start, published, later=later)
    return None if day is None else stamp.on(day)
