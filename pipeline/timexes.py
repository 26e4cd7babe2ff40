"""Time expressions: found by a table of patterns, read as TIMEX3 values and as days.

`_RULES` pairs a pattern, written with the named fragments of `_PARTS`, with a small function that
reads a match. Matches are taken from left to right, the longest first, and read in that order, for
"two days later" leans on the date before it. What reads as no date ("May" the verb) falls out and
lets a shorter match through.

The rules were tuned on AQUAINT and on every other document of TimeBank (cleaned TempEval-3
training data, UzZaman et al. 2013); the rest of TimeBank measured them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from pipeline.calendars import (
    MONTH,
    SHAMSI_MONTHS,
    WEEKDAYS,
    easter,
    hijri_month,
    make_date,
    month_number,
    shamsi_date,
)
from pipeline.periods import SEASONS, add_months, days_of, narrowed, precision, shifted


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


@dataclass(frozen=True, slots=True)
class _Reading:
    type: str
    value: str | None
    mod: str | None = None
    days: tuple[date | None, date | None] | None = None  # where they do not follow from the value


@dataclass(slots=True)
class _Context:
    """What reading a match may lean on: the text, the day of publication, and the dates before."""

    text: str
    published: date | None
    narrative: bool  # history, not news: dates lean on the date before, not on publication
    day: date | None = None  # last day named
    value: str | None = None  # last calendar date of any grain
    value_end: int = -1000  # where it stood

    def focus(self, unit: str) -> date | None:
        """Return the day from which to count in `unit`; None where the dates before are coarser."""
        days = days_of(self.value) if self.value else None
        if days and (days[1] - days[0]).days <= _GRAIN.get(unit, 366):
            return days[0]
        return self.day


_GRAIN = {"day": 0, "night": 0, "morning": 0, "afternoon": 0, "evening": 0, "week": 6, "month": 30}
_Reader = Callable[[re.Match[str], _Context], _Reading | None]

_NUMBERS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen twenty".split()
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
     "ninety": 90, "hundred": 100, "thousand": 1000, "dozen": 12, "a": 1, "an": 1, "half": 0.5}  # fmt: skip
_ORDINALS = {
    word: number
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
        "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth "
        "twenty-first".split(),
        1,
    )
}
_UNITS = {
    "second": "TS", "minute": "TM", "hour": "TH", "day": "D", "night": "N", "week": "W",
    "fortnight": "W", "weekend": "WE", "month": "M", "quarter": "Q", "year": "Y", "decade": "E",
    "century": "C",
}  # fmt: skip
_PARTS_OF_DAY = {
    "morning": "TMO", "dawn": "TMO", "afternoon": "TAF", "evening": "TEV", "night": "TNI", "nights": "TNI",
    "mornings": "TMO", "evenings": "TEV", "afternoons": "TAF", "midday": "TMI", "noon": "T12:00", "midnight": "T24:00",
}  # fmt: skip
_MODS = {
    "early": "START", "earlier": "START", "beginning": "START", "start": "START", "mid": "MID",
    "middle": "MID", "late": "END", "later": "END", "end": "END", "about": "APPROX",
    "around": "APPROX", "approximately": "APPROX", "roughly": "APPROX", "some": "APPROX",
    "almost": "LESS_THAN", "nearly": "LESS_THAN", "less": "LESS_THAN", "under": "LESS_THAN",
    "fewer": "LESS_THAN", "more": "MORE_THAN", "over": "MORE_THAN", "at": "EQUAL_OR_MORE",
    "up": "EQUAL_OR_LESS", "no": "EQUAL_OR_LESS", "circa": "APPROX",
}  # fmt: skip
_HOLIDAYS: dict[str, Callable[[int], date | None]] = {
    "christmas eve": lambda y: date(y, 12, 24),
    "christmas": lambda y: date(y, 12, 25),
    "new year's eve": lambda y: date(y, 12, 31),
    "new year's": lambda y: date(y, 1, 1),
    "boxing day": lambda y: date(y, 12, 26),
    "may day": lambda y: date(y, 5, 1),
    "thanksgiving": lambda y: date(y, 11, 22 + (3 - date(y, 11, 22).weekday()) % 7),
    "election day": lambda y: date(y, 11, 2 + (1 - date(y, 11, 2).weekday()) % 7),
    "good friday": lambda y: easter(y) - timedelta(days=2),
    "easter": easter,
    "nowruz": lambda y: shamsi_date(y - 621, 1, 1),
    "eid al-fitr": lambda y: hijri_month(y, 10),
    "valentine's day": lambda y: date(y, 2, 14),
}

_WORDS = "|".join(sorted((w for w in _NUMBERS if w not in {"a", "an"}), key=len, reverse=True))
_PARTS: Final = {
    "mon": rf"(?P<mon>{MONTH}|JAN\.?|FEB\.?|MAR(?:CH|\.)|APR(?:IL|\.)|MAY|JUNE|JULY|AUG(?:UST|\.)"
    r"|SEPT?(?:EMBER|\.)|OCT(?:OBER|\.)|NOV(?:EMBER|\.)|DEC(?:EMBER|\.))(?![a-z])",
    "fullmon": r"(?P<mon>January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec)\.)(?![\w-]*\w)",
    "wd": r"(?P<wd>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:MON|TUES|WEDNES|THURS|FRI|SATUR|SUN)DAY)",
    "wds": r"(?:(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)\.?,?\s+)",
    "day": r"(?P<day>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?!\d|[,.]\d|%|:\d)",
    "day2": r"(?P<day2>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?!\d|[,.]\d|%|:\d)",
    "year": r"(?P<year>1\d{3}|20\d\d)(?!\d|,\d|\.\d|%)",
    "anyyear": r"(?P<year>(?:1[5-9]|20)\d\d)(?!\d|,\d|\.\d|%)",
    "mod": r"(?P<mod>(?i:early|late|mid|(?:the\s+)?(?:very\s+)?(?:beginning|start|middle|end|early\s+part|late\s+part)\s+of))",
    "anymod": r"(?P<mod>(?i:early|late|earlier|later|(?:the\s+)?(?:beginning|start|middle|end|rest|early\s+part|late\s+part)\s+of))",
    "earlier": r"(?P<mod>(?i:early|late|earlier|later|mid))",
    "apx": r"(?:(?P<apx>(?i:nearly|almost|about|around|approximately|roughly|at\s+least|at\s+most|more\s+than|less\s+than|fewer\s+than|no\s+more\s+than|up\s+to|over|under|some))\s+)",
    "n": rf"(?P<n>\d[\d,]{{0,14}}(?:\.\d+)?(?:\s1/2)?|(?i:(?:{_WORDS})(?:[\s-](?:and\s+)?(?:{_WORDS})){{0,5}}(?:\s+and\s+a\s+half)?)|half\s+an?|(?:a\s+)?half)",
    "vague": r"(?P<vague>(?i:several|a\s+few|few|many|a\s+couple\s+of|a\s+couple|couple\s+of|a\s+number\s+of|dozens\s+of|tens\s+of|hundreds\s+of|some))",
    "unit": r"(?P<unit>(?:seconds|minute|hour|day|night|week|fortnight|weekend|month|quarter|year|decade|century|centurie)s?)",
    "one": r"(?P<unit>(?:minute|hour|day|night|week|weekend|month|year|decade|century))",
    "big": r"(?P<unit>(?:day|week|weekend|month|quarter|year|decade|century))",
    "tod": r"(?P<tod>(?i:morning|afternoon|evening|night|dawn|midday))",
    "season": r"(?P<season>(?i:spring|summer|autumn|fall|winter))",
    "clock": r"(?<![Hh]igh\s)(?P<clock>\d{1,2}(?:[:.]\d\d)?\s*(?i:a\.m\.?|p\.m\.?|am|pm)(?![a-z])|\d{1,2}:\d\d(?!\d|:)|(?i:noon|midnight|midday)(?![\w-])|\d{1,2}\s+o'clock)(?:\s*\(?(?:GMT|UTC|EST|EDT|PST|PDT|CET|BST|local\s+time)\)?)?",
    "lastnext": r"(?P<rel>(?i:last|next|this\s+past|this\s+coming|this|past|previous|coming|following|current))",
    "ref": r"(?P<rel>(?i:last|next|this))",
    "shamsi": rf"(?P<shamsi>{'|'.join(name.title() for name in SHAMSI_MONTHS)})",
}  # fmt: skip

# Reading the tense: a yearless date or a weekday lies ahead where the nearest verb before it, or
# failing that the first one after it, speaks of the future.
_FUTURE = (
    r"(?<!had\sbeen\s)(?:expected|due|scheduled)|effective|takes?\s+effect|payable|will|won['’]t|['’]ll|shall|would|going\s+to|(?:is|are)\s+(?:to|due|set)|scheduled|plan(?:s|ned|ning)?|"
    r"expect(?:s|ed)|due|upcoming|set\s+(?:to|for)|to\s+be\s+held|deadline|as\s+(?:soon|early)\s+as|ahead\s+of|"
    r"hopes?|intends?|aims?|may|could|until|through|vow(?:s|ed)\s+to|agreed\s+to|called\s+for"
)
_PAST = (
    r"had\s+been\s+(?:due|expected|planned|scheduled|set)|[a-z]{2,}ed|was|were|had|did|said|told|went|met|came|took|gave|made|held|saw|left|fell|fled|shot|hit|"
    r"died|struck|won|lost|began|broke|brought|sent|spoke|wrote|became|got|fought|flew|drove|rose|found|led|"
    r"put|ran|says|has|have|since|following|after|last|attack(?:s)?|kill(?:s|ing)?"
)
_CUE = re.compile(rf"(?<![\w-])(?:(?P<future>{_FUTURE})|(?<!be\s)(?P<past>{_PAST}))(?![\w-])")
_SENTENCE = re.compile(r"[.!?][\"”’)]*\s+(?=[\"“‘(]?[A-Z])|\n\s*\n")


def _sentence(text: str, start: int, end: int) -> tuple[str, str]:
    """Return what stands before and after a match within its sentence, 200 characters at most."""
    before = _SENTENCE.split(text[max(0, start - 200) : start])[-1]
    after = _SENTENCE.split(text[end : end + 200], maxsplit=1)[0]
    return before, after


def _ahead(m: re.Match[str], c: _Context) -> bool | None:
    """Tell whether the match speaks of a time to come; None where no verb tells."""
    before, after = _sentence(c.text, m.start(), m.end())
    if re.search(r"\bby\s+$", before):
        return not re.search(r"\bhad\b", before)
    cues = [found.lastgroup == "future" for found in _CUE.finditer(before)]
    if cues:
        return cues[-1]
    first = _CUE.search(after)
    return first.lastgroup == "future" if first else None


def _near_year(m: re.Match[str], c: _Context, month: int, day: int | None = None) -> int | None:
    """Return the year of a date given without one; None where nothing tells it.

    In history, the year of the date before. In news, the nearest such date where it lies within
    five weeks, whatever the verb; further off, the verb decides.
    """
    days = days_of(c.value) if c.value else None
    if days and c.narrative:
        return days[0].year
    if not c.published:
        return None
    if day is None:
        return _near_month_year(m, c, month)
    year = c.published.year
    near = [found for shift in (-1, 0, 1) if (found := make_date(year + shift, month, day))]
    weekday = WEEKDAYS.get(_text(m, "wd"))
    near = [found for found in near if weekday in {None, found.weekday()}] or near
    if not near:
        return None
    nearest = min(near, key=lambda found: abs(found - c.published))  # type: ignore[operator]
    distance = (nearest - c.published).days
    ahead = None if abs(distance) <= 35 else _ahead(m, c)
    if abs(distance) <= 35 or len(near) == 1 or (ahead is None and 0 < distance <= 75):
        return nearest.year
    if ahead:
        return min((d for d in near if d >= c.published), default=nearest).year
    return max((d for d in near if d <= c.published), default=nearest).year


def _near_month_year(m: re.Match[str], c: _Context, month: int) -> int | None:
    """Return the year of a month in a news report."""
    if not c.published:
        return None
    before = days_of(c.value) if c.value and re.match(r"\d{4}-\d\d", c.value) else None
    ahead, gap = _ahead(m, c), (month - c.published.month) % 12
    if before and not ahead and m.start() - c.value_end < 60 and before[0].year < c.published.year:
        return before[0].year + (month < before[0].month)
    if gap == 0:
        return c.published.year
    forward = ahead or (ahead is None and gap <= 2)
    return (
        c.published.year
        + (forward and month < c.published.month)
        - (not forward and month > c.published.month)
    )


def _text(m: re.Match[str], name: str) -> str:
    """Return a group in lower case with single spaces; "" where it is absent."""
    found = m.groupdict().get(name)
    return " ".join(found.lower().split()) if found else ""


def _mod(m: re.Match[str]) -> str | None:
    words = re.sub(r"^the (?:very )?|[\s-]*$", "", _text(m, "mod") or _text(m, "apx"))
    return _MODS.get(re.split(r"[\s-]", words)[0]) if words else None


def _ymd(year: int | str | None, month: int, day: int | None = None) -> str | None:
    """Return "2021-07-05" or "2021-07", XXXX for an unknown year; None for 31 June."""
    if day is not None and not make_date(int(year or 2000), month, day):
        return None
    head = f"{int(year):04}" if year else "XXXX"
    return f"{head}-{month:02}" + (f"-{day:02}" if day is not None else "")


def _dated(value: str | None, mod: str | None = None) -> _Reading | None:
    return _Reading("DATE", value, mod) if value else None


def _number(words: str) -> float:
    """Return the number that digits or English words spell."""
    words = words.lower().replace(",", "").strip()
    if words[0].isdigit():
        whole, _, half = words.partition(" ")
        return float(whole) + (0.5 if half else 0)
    total = part = 0.0
    half = " and a half" in f" {words}"
    for word in re.split(r"[\s-]+", words.replace("and a half", "")):
        value = _NUMBERS.get(word, 0)
        if value >= 100:
            total, part = total + (part or 1) * value, 0
        elif value == 12 and word == "dozen" and part:
            part *= 12
        elif value == 0.5:
            part = 0.5
        elif not (word in {"a", "an"} and part):
            part += value
    return total + part + (0.5 if half else 0)


def _unit(m: re.Match[str]) -> str:
    word = _text(m, "unit")
    return "century" if word.startswith("centur") else word.removesuffix("s")


def _duration(count: float | str, unit: str) -> str:
    """Return a TIMEX3 duration: "P20Y", "PT5H30M", "PXD"."""
    code = _UNITS[unit]
    if code in "EC" and not isinstance(count, str):
        count, code = count * (10 if code == "E" else 100), "Y"
    if code == "N":
        code = "D"
    time, code = ("T", code[1]) if code[0] == "T" else ("", code)
    if isinstance(count, str):
        return f"P{time}{count}{code}"
    whole, rest = int(count), count - int(count)
    smaller = {"Y": "6M", "H": "30M", "M": "30S" if time else "15D", "D": "T12H"}.get(code)
    if rest == 0.5 and smaller:
        return (
            f"P{time}{whole}{code}{smaller}"
            if whole
            else f"P{time or ('T' if smaller[0] == 'T' else '')}{smaller.lstrip('T')}"
        )
    return f"P{time}{count:g}{code}"


def _clock(words: str) -> str:
    """Return "T22:35" for "10:35 p.m."."""
    words = words.lower()
    for word, value in (("noon", "T12:00"), ("midday", "T12:00"), ("midnight", "T24:00")):
        if word in words:
            return value
    digits = re.match(r"(\d+)(?:[:.](\d\d))?", words)
    hour, minute = (int(digits[1]), int(digits[2] or 0)) if digits else (0, 0)
    if re.search(r"\dp|\sp", words) and hour < 12:
        hour += 12
    if re.search(r"\da|\sa", words) and hour == 12:
        hour = 0
    return f"T{hour:02}:{minute:02}"


# --- readers: dates of the calendar ---------------------------------------------------------


def _calendar_date(m: re.Match[str], c: _Context) -> _Reading | None:
    """Read year, month and day as far as they are given."""
    month = int(m["mon"]) if m["mon"].isdigit() else month_number(m["mon"])
    day = int(m["day"]) if m.groupdict().get("day") else None
    year: int | str | None = m.groupdict().get("year")
    rel = _text(m, "rel")
    if not year and rel and c.published:
        year = c.published.year + {"last": -1, "this": 0, "next": 1}[rel]
    elif not year:
        if (month, day) == (9, 11) and re.match(
            r"(?:,? 2001)?,? (?:attacks?|terror|hijack)", c.text[m.end() : m.end() + 20]
        ):
            year = 2001
        else:
            year = _near_year(m, c, month, day)
    return _dated(_ymd(year, month, day), _mod(m))


def _slashed(m: re.Match[str], c: _Context) -> _Reading | None:
    month, day, year = int(m["mon"]), int(m["day"]), int(m["year"])
    if year < 100:
        year += 1900 if year > 50 else 2000
    if month > 12:
        month, day = day, month
    return _dated(_ymd(year, month, day)) if 1 <= month <= 12 else None


def _day_range(m: re.Match[str], c: _Context) -> _Reading | None:
    """Read "July 3-5" and "3-5 July 2021" as an interval."""
    month = month_number(m["mon"])
    year = m.groupdict().get("year") or _near_year(m, c, month, int(m["day2"]))
    first, last = (_ymd(year, month, int(m[name])) for name in ("day", "day2"))
    return _dated(f"{first}/{last}") if first and last and first < last else None


_LEADS_MONTH = re.compile(
    r"\b(?:in|since|by|until|till|last|of|this|next|and|from|to|during|for|before|after|through|between|on|"
    r"each|every|or|late|early|mid)[\s-]+$",
    re.IGNORECASE,
)
_AFTER_VERB = re.compile(r"\s+(?:have|be|not|well|also|[A-Z][a-z])")


def _bare_month(m: re.Match[str], c: _Context) -> _Reading | None:
    """Read a month alone, unless it is a verb or somebody's name."""
    before, after = c.text[max(0, m.start() - 14) : m.start()], c.text[m.end() : m.end() + 8]
    led = _LEADS_MONTH.search(before)
    if m["mon"] in {"May", "March"} and not m["mod"] and (not led or _AFTER_VERB.match(after)):
        return None
    if m["mon"] in {"April", "May", "June", "August"} and re.match(r" [A-Z][a-z]", after):
        weak = not led or led[0].split()[0].lower() in {
            "and",
            "or",
            "of",
            "to",
            "for",
            "from",
            "between",
        }
        if weak and not m["mod"]:
            return None
    return _calendar_date(m, c)


def _rel_day(m: re.Match[str], c: _Context) -> _Reading | None:
    """Read "last Oct. 23"."""
    month, day, rel = month_number(m["mon"]), int(m["day"]), _text(m, "rel")
    if not c.published:
        return _dated(_ymd(None, month, day))
    year, now = c.published.year, (c.published.month, c.published.day)
    if rel in {"next", "this coming", "coming", "following"}:
        year += (month, day) <= now
    elif rel not in {"this", "current"}:
        year -= (month, day) >= now
    return _dated(_ymd(year, month, day))


def _month_nth(m: re.Match[str], c: _Context) -> _Reading | None:
    """Read "March eighth"."""
    month, words = month_number(m["mon"]), _text(m, "nth")
    tens, _, rest = words.rpartition("-")
    day = _ORDINALS.get(words) or {"twenty": 20, "thirty": 30}.get(tens, 0) + _ORDINALS[rest]
    return _dated(_ymd(_near_year(m, c, month, day), month, day))


def _month_of(m: re.Match[str], c: _Context) -> _Reading | None:
    """Read "last June", "this September"."""
    month, rel = month_number(m["mon"]), _text(m, "rel")
    if not c.published:
        return _dated(_ymd(None, month))
    year = c.published.year
    if rel in {"last", "this past", "past", "previous"}:
        year -= month >= c.published.month
    elif rel in {"next", "this coming", "coming", "following"}:
        year += month <= c.published.month
    return _dated(_ymd(year, month), _mod(m))


def _season(m: re.Match[str], c: _Context) -> _Reading | None:
    code, rel, year = SEASONS[_text(m, "season")], _text(m, "rel"), m.groupdict().get("year")
    if year:
        return _dated(f"{year}-{code}", _mod(m))
    if not c.published:
        return _dated(f"XXXX-{code}", _mod(m))
    if _text(m, "of"):
        return _dated(
            f"{c.published.year + {'last': -1, 'this': 0, 'next': 1}[rel]}-{code}", _mod(m)
        )
    number = c.published.year
    days = days_of(f"{number}-{code}")
    ahead = rel in {"next", "this coming", "coming"} or (not rel and _ahead(m, c))
    if days and ahead:
        number += days[1] < c.published
    elif days and rel == "this":
        number -= code == "WI" and c.published.month < 6
    elif days:
        begun = days[1] < c.published if rel in {"last", "previous"} else days[0] <= c.published
        number -= not begun
    return _dated(f"{number}-{code}", _mod(m))


def _part_of_year(m: re.Match[str], c: _Context) -> _Reading | None:
    """Read quarters and halves: "the third quarter of 1984", "last year's first half"."""
    ordinal, what = _text(m, "nth"), _text(m, "part")
    number = {"last": 2 if what == "half" else 4, "final": 4}.get(ordinal) or _ORDINALS[ordinal]
    if number > (2 if what == "half" else 4):
        return None
    size, letter = (6, "H") if what == "half" else (3, "Q")
    rel, year = _text(m, "rel"), m.groupdict().get("year")
    if year:
        return _dated(f"{year}-{letter}{number}")
    if not c.published:
        return _dated(f"XXXX-{letter}{number}")
    if rel:
        shift = {"last": -1, "year-ago": -1, "year-earlier": -1, "this": 0, "next": 1}[rel]
        return _dated(f"{c.published.year + shift}-{letter}{number}")
    begun = (number - 1) * size + 1 <= c.published.month
    return _dated(f"{c.published.year - (not begun and not _ahead(m, c))}-{letter}{number}")


def _the_quarter(m: re.Match[str], c: _Context) -> _Reading | None:
    """Read "the quarter", "the latest quarter", "the year-ago quarter": the last full one."""
    if not c.published:
        return None
    year, month = add_months(c.published, -3 if c.published.month % 3 != 0 else -2)
    year -= bool(re.search(r"ago|earlier", m[0]))
    return _dated(f"{year}-Q{(month + 2) // 3}")


def _decade(m: re.Match[str], c: _Context) -> _Reading | None:
    digits = m.groupdict().get("decade")
    if digits:
        return _dated(digits if len(digits) == 3 else f"19{digits}", _mod(m))
    names = "twenties thirties forties fifties sixties seventies eighties nineties".split()
    return _dated(f"19{names.index(_text(m, 'name')) + 2}", _mod(m))


def _century(m: re.Match[str], c: _Context) -> _Reading | None:
    number = int(m["nth"][:-2]) if m["nth"][0].isdigit() else _ORDINALS.get(_text(m, "nth"))
    if not number or number > 21:
        return None
    if m.groupdict().get("bc"):
        return _dated(f"BC{number - 1:02}", _mod(m))
    return _dated(f"{number - 1:02}", _mod(m))


_COUNTED = (
    r"people|men|women|children|troops|soldiers|civilians|fighters|militants|militiamen|rebels|refugees|families|"
    r"workers|jobs|miles|kilomet\w+|km|met(?:er|re)s|feet|acres|hectares|square|dollars|euros|pounds|rupees|votes|"
    r"shares|points|percent|per\s+cent|tons|tonnes|barrels|words|times|students|police|policemen|homes|houses|"
    r"members|hours|years|days|degrees|dead|deaths|injured|wounded|killed|prisoners|officers|personnel|cases|pages|"
    r"others|more|villagers|residents|protesters|migrants|servicemen|guests|calories|inmates|detainees|of\s+(?:them|the|its|his)"
)
_NOT_YEAR = re.compile(
    rf"\s+(?:[a-z]+\s+)?(?:{_COUNTED})\b|['’]?\d|-?(?:strong|member|foot|mile|meter|km)|°",
    re.IGNORECASE,
)
_NAMED_NUMBER = re.compile(
    r"(?:[$£€#]|No\.?|number|Flight|Resolution|resolution|Highway|Route|Article|Section|Room|Boeing|Act|Law|over|than|"
    r"some|about|nearly|least|of\s+about|killed|killing|[A-Z]-)\s?$"
)


def _year(m: re.Match[str], c: _Context) -> _Reading | None:
    """Read a bare year, unless it counts or names something."""
    before, after = c.text[max(0, m.start() - 14) : m.start()], c.text[m.end() : m.end() + 30]
    if _NOT_YEAR.match(after) or (_NAMED_NUMBER.search(before) and not m.groupdict().get("mod")):
        return None
    if int(m["year"]) < 1700 and not re.search(
        r"\b(?:in|since|by|until|from|to|and|during|between|circa|year|of|before|after|early|late|around)\s+$",
        before,
    ):
        return None
    return _dated(m["year"], _mod(m))


def _before_christ(m: re.Match[str], c: _Context) -> _Reading | None:
    return _dated(f"BC{int(m['n']):04}" if m["bc"].upper().startswith("B") else f"{int(m['n']):04}")


def _spelled_year(m: re.Match[str], c: _Context) -> _Reading | None:
    if _text(m, "thousand"):
        return _dated(str(2000 + int(_number(m["rest"]) if m["rest"] else 0)))
    return _dated(f"{int(_number(m['head']))}{int(_number(m['rest'])):02}")


def _solar_hijri(m: re.Match[str], c: _Context) -> _Reading | None:
    month = SHAMSI_MONTHS[_text(m, "shamsi")]
    day = shamsi_date(int(m["year"]), month, int(m["day"]))
    return _dated(day.isoformat()) if day else None


def _lunar_hijri(m: re.Match[str], c: _Context) -> _Reading | None:
    """Read Ramadan of a year: its first to last day by the tabular calendar."""
    year = m.groupdict().get("year")
    if not year and not c.published:
        return _Reading("DATE", None)
    begin = hijri_month(int(year) if year else c.published.year, 9)  # type: ignore[union-attr]
    if not begin:
        return None
    last = begin + timedelta(days=29)
    return _Reading("DATE", f"{begin}/{last}", "APPROX")


def _holiday(m: re.Match[str], c: _Context) -> _Reading | None:
    name = re.sub(r"’", "'", _text(m, "holiday"))
    name = {"new year's day": "new year's", "christmas day": "christmas", "thanksgiving day": "thanksgiving",
            "easter sunday": "easter", "new year": "new year's", "nawruz": "nowruz", "norouz": "nowruz"}.get(name, name)  # fmt: skip
    year, rel = m.groupdict().get("year"), _text(m, "rel")
    find = _HOLIDAYS[name]
    if year:
        found = find(int(year))
    elif not c.published:
        return _Reading("DATE", None)
    else:
        found = find(c.published.year)
        ahead = rel == "next" or (not rel and _ahead(m, c))
        if found and ahead and found < c.published:
            found = find(c.published.year + 1)
        elif (
            found
            and not ahead
            and (found > c.published or (rel == "last" and found == c.published))
        ):
            found = find(c.published.year - 1)
    return _dated(found.isoformat()) if found else None


# --- readers: weekdays and words that lean on publication --------------------------------------


def _weekday_date(m: re.Match[str], c: _Context) -> date | None:
    """Return the day a weekday names: the last one, today included, unless the verb looks ahead."""
    if not c.published:
        return None
    number = WEEKDAYS[_text(m, "wd")]
    back = (c.published.weekday() - number) % 7
    rel = _text(m, "rel")
    if rel in {"last", "this past", "past", "previous"}:
        shift = -(back or 7)
    elif rel in {"next", "this coming", "coming", "following"}:
        shift = 7 - back
    elif rel == "this":
        shift = number - c.published.weekday()
    else:
        possessive = re.match(r"['’]s\b", c.text[m.end() : m.end() + 2])
        shift = 7 - back if back and not possessive and _ahead(m, c) else -back
    return c.published + timedelta(days=shift)


def _weekday(m: re.Match[str], c: _Context) -> _Reading | None:
    day, tod, clock = _weekday_date(m, c), _text(m, "tod"), _text(m, "clock")
    value = day.isoformat() if day else f"XXXX-WXX-{WEEKDAYS[_text(m, 'wd')] + 1}"
    if clock:
        return _Reading("TIME", value + _clock(clock), _mod(m))
    return _Reading("TIME" if tod else "DATE", value + _PARTS_OF_DAY.get(tod, ""), _mod(m))


def _deictic(m: re.Match[str], c: _Context) -> _Reading | None:
    """Read today, yesterday, tonight, this morning, last night, overnight."""
    word, tod, clock = _text(m, "word"), _text(m, "tod"), _text(m, "clock")
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
    suffix = _clock(clock) if clock else _PARTS_OF_DAY.get(tod, "")
    return _Reading("TIME" if suffix else "DATE", value + suffix, _mod(m), days)


def _this_unit(m: re.Match[str], c: _Context) -> _Reading | None:
    """Read "last month", "this week", "earlier this year", "the end of next week"."""
    unit, rel = _unit(m), _text(m, "rel")
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
        return _dated(
            {
                "week": "XXXX-WXX",
                "weekend": "XXXX-WXX-WE",
                "month": "XXXX-XX",
                "day": "XXXX-XX-XX",
                "quarter": "XXXX-QX",
            }.get(unit, "XXXX"),
            _mod(m),
        )
    value = shifted(c.published, shift, unit)
    word, days = _text(m, "mod"), days_of(value) if value else None
    if days and not shift and word == "earlier":
        return _Reading("DATE", value, "START", (days[0], c.published))
    if days and not shift and word == "later":
        return _Reading("DATE", value, "END", (c.published, days[1]))
    return _dated(value, _mod(m))


def _year_end(m: re.Match[str], c: _Context) -> _Reading | None:
    if not c.published:
        return _dated("XXXX-12-31")
    return _dated(f"{c.published.year - (_ahead(m, c) is False)}-12-31")


def _the_weekend(m: re.Match[str], c: _Context) -> _Reading | None:
    if not c.published:
        return _dated("XXXX-WXX-WE")
    ahead = c.published.weekday() < 5 and not _ahead(m, c)
    return _dated(shifted(c.published, -1 if ahead else 0, "weekend"))


def _next_one(m: re.Match[str], c: _Context) -> _Reading | None:
    """Read "the next day", "that same night", "the following year": they lean on the date before."""
    unit, rel = _unit(m) or "day", re.sub(r"^the ", "", _text(m, "rel"))
    focus = c.focus(unit)
    if not focus:
        return None if unit in {"month", "year"} else _Reading("DATE", "XXXX-XX-XX")
    shift = {
        "next": 1,
        "following": 1,
        "after": 1,
        "previous": -1,
        "preceding": -1,
        "before": -1,
    }.get(rel, 0)
    if unit in _PARTS_OF_DAY:
        day = shifted(focus, shift, "day")
        return _Reading("TIME", day + _PARTS_OF_DAY[unit]) if day else None
    return _dated(shifted(focus, shift, unit), _mod(m))


def _ago(m: re.Match[str], c: _Context) -> _Reading | None:
    """Read "two days ago", "a year earlier", "three weeks later", "in ten days from now"."""
    unit, way = _unit(m), _text(m, "way")
    later = way in {"later", "from now", "hence", "after", "afterwards"}
    if m.groupdict().get("vague") and "couple" not in _text(m, "vague"):
        return _Reading("DATE", "FUTURE_REF" if later else "PAST_REF")
    count = _number(m["n"]) if m.groupdict().get("n") else (2 if m.groupdict().get("vague") else 1)
    if unit in {"second", "minute", "hour"}:
        return _Reading("DATE", None) if not c.published else _Reading("TIME", None, None, None)
    near = c.value and (c.narrative or m.start() - c.value_end < 250)
    leans = way not in {"ago", "from now", "hence"} and near
    focus = (c.focus(unit) if leans else None) or (None if leans and c.narrative else c.published)
    if unit == "year" and near and c.value and re.fullmatch(r"\d{4}-Q\d", c.value):
        return _dated(f"{int(c.value[:4]) - int(count)}{c.value[4:]}", _mod(m))
    if not focus:
        return _Reading("DATE", None)
    unit = {"night": "day", "fortnight": "week"}.get(unit, unit)
    factor = 2 if _text(m, "unit").startswith("fortnight") else 1
    return _dated(
        shifted(focus, int(count * factor) * (1 if later else -1), unit),
        "APPROX" if _mod(m) else None,
    )


# --- readers: lengths and repetitions ----------------------------------------------------------


def _length(m: re.Match[str], c: _Context) -> _Reading | None:
    unit, groups = _unit(m), m.groupdict()
    if unit == "quarter" and not _text(m, "span"):
        return None
    if groups.get("vague"):
        return _Reading("DURATION", _duration(2 if "couple" in m["vague"] else "X", unit), _mod(m))
    count = (
        _number(m["n"]) if groups.get("n") else (1 if not _text(m, "unit").endswith("s") else "X")
    )
    if isinstance(count, float) and _text(m, "half"):
        count += 0.5
    return _Reading("DURATION", _duration(count, unit), _mod(m))


def _a_unit(m: re.Match[str], c: _Context) -> _Reading | None:
    """Read "a year": a length, or after an amount ("$4 a share, twice a year") a rate."""
    before = c.text[max(0, m.start() - 18) : m.start()]
    if re.search(
        r"(?:times|once|twice|[\d.]+|million|billion|percent|people|tons?|barrels?|dollars|hours|days)\s+$",
        before,
    ):
        return _Reading("SET", _duration(1, _unit(m)))
    return _length(m, c)


def _every(m: re.Match[str], c: _Context) -> _Reading | None:
    unit, groups = _text(m, "unit") or _text(m, "tod"), m.groupdict()
    if groups.get("wd"):
        return _Reading(
            "SET",
            f"XXXX-WXX-{WEEKDAYS[_text(m, 'wd')] + 1}" + _PARTS_OF_DAY.get(_text(m, "tod"), ""),
        )
    if unit in _PARTS_OF_DAY and unit != "night":
        return _Reading("SET", f"XXXX-XX-XX{_PARTS_OF_DAY[unit]}")
    count = _number(m["n"]) if groups.get("n") else (2 if _text(m, "other") == "other" else 1)
    return _Reading("SET", _duration(count, _unit(m)))


def _adverb(m: re.Match[str], c: _Context) -> _Reading | None:
    return _Reading(
        "SET",
        {
            "d": "P1D",
            "w": "P1W",
            "m": "P1M",
            "y": "P1Y",
            "a": "P1Y",
            "h": "PT1H",
            "n": "XXXX-XX-XXTNI",
            "b": "P2Y",
        }[_text(m, "word")[0]],
    )


def _reference(value: str) -> _Reader:
    return lambda _m, _c: _Reading("DATE", value)


def _clock_time(m: re.Match[str], c: _Context) -> _Reading | None:
    day = c.day or c.published
    head = day.isoformat() if day else "XXXX-XX-XX"
    days = (day, day) if day else None
    return _Reading("TIME", head + _clock(m["clock"]), _mod(m), days)


def _date_and_clock(m: re.Match[str], c: _Context) -> _Reading | None:
    reading = _calendar_date(m, c)
    if not reading or not reading.value:
        return None
    return _Reading(
        "TIME",
        reading.value + (_clock(m["clock"]) if m["clock"] else _PARTS_OF_DAY[_text(m, "tod")]),
    )


_HOLIDAY = (
    r"(?P<holiday>Christmas\s+Eve|Christmas\s+Day|Christmas|New\s+Year['’]s\s+Eve|New\s+Year['’]s\s+Day|New\s+Year['’]s|"
    r"Boxing\s+Day|May\s+Day|Thanksgiving\s+Day|Thanksgiving|Election\s+Day|Good\s+Friday|Easter(?:\s+Sunday)?|Nowruz|Nawruz|"
    r"Norouz|Eid\s+al-Fitr|Valentine['’]s\s+Day)"
)
_LATER = r"(?P<way>(?i:ago|earlier|later|afterwards|from\s+now|hence|(?:before|after)(?=[.,;]|$)))"
_NOT_AGE = r"(?![\s-]+olds?\b|[\s-]of[\s-]age)(?!\w)"

_RULES: Final[tuple[tuple[str, str, _Reader], ...]] = (
    # Dates of the calendar
    ("iso", r"(?P<year>\d{4})-(?P<mon>0[1-9]|1[0-2])-(?P<day>[0-3]\d)(?!\d)", _calendar_date),
    ("slash", r"(?<![\d/])(?P<mon>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4}|\d\d)(?![\d/])", _slashed),
    ("mdy-clock", r"{clock},?\s+(?:on\s+)?{wds}?{mon}\s*{day}(?:,?\s+{anyyear})?", _date_and_clock),
    ("mdy", r"{wds}?{mon}\s*{day},?\s+{year}", _calendar_date),
    ("md-range", r"{mon}\s*{day}\s?(?:-|–|—)\s?{day2}(?:,?\s+{anyyear})?", _day_range),
    ("dm-range", r"(?<![\d.,$-]){day}\s?(?:-|–|—)\s?{day2}\s+{mon}(?:,?\s+{anyyear})?", _day_range),
    ("dmy", r"(?<![\d.,$-]){wds}?(?:the\s+)?{day}(?:\s+of)?[\s-]{mon},?[\s-]{year}", _calendar_date),
    ("md", r"(?:{wd}\.?,?\s+)?{mon}\s*{day}(?!\w)(?:,?\s+{ref}\s+year)?", _calendar_date),
    ("dm", r"(?<![\d.,$-])(?:{wd}\.?,?\s+)?(?:the\s+)?{day}(?:\s+of)?[\s-]{mon}(?:\s+{ref}\s+year)?", _calendar_date),
    ("my", r"(?:{mod}[\s-]*)?{mon},?(?:\s+of)?\s+{year}", _calendar_date),
    ("m-rel", r"(?:{mod}[\s-]*)?{fullmon},?\s+(?:of\s+)?{ref}\s+year", _calendar_date),
    ("rel-m", r"(?:{mod}[\s-]*)?{lastnext}\s+{fullmon}", _month_of),
    ("rel-md", r"{lastnext}\s+{mon}\s*{day}", _rel_day),
    ("mon-nth", rf"{{mon}}\s+(?P<nth>(?:twenty-|thirty-)?(?:{'|'.join(_ORDINALS)}))", _month_nth),
    ("month", r"(?:{mod}[\s-]*)?{fullmon}", _bare_month),
    ("shamsi", r"{day}\s+(?:of\s+)?{shamsi},?\s+(?P<year>1[2-4]\d\d)", _solar_hijri),
    ("ramadan", r"(?:the\s+(?:holy\s+|fasting\s+)?month\s+of\s+)?Rama[dz]an(?:\s+(?:of\s+|in\s+)?{anyyear})?", _lunar_hijri),
    ("holiday", rf"(?:{{ref}}\s+)?{_HOLIDAY}(?:,?\s+{{anyyear}})?", _holiday),
    ("season-year", r"(?:(?i:the)\s+)?(?:{mod}[\s-]*)?{season}(?:\s+of|,)?\s+{anyyear}", _season),
    ("season-rel", r"(?:(?i:the)\s+)?(?:{mod}[\s-]*)?{season}\s+(?P<of>of\s+)?{ref}\s+year", _season),
    ("rel-season", r"(?:{mod}[\s-]*)?{lastnext}\s+{season}", _season),
    ("season", r"(?<=\s)(?<!\ba\s)(?:(?<=in\s)|(?<=over\sthe\s)|(?<=in\sthe\s)|(?<=during\sthe\s)|(?<=this\s)|(?<=by\s)|(?<=by\sthe\s)|(?<=since\s)|(?<=until\s))(?P<season>spring|summer|autumn|winter)", _season),
    ("quarter-year", r"(?:(?i:the)\s+)?(?:fiscal\s+)?(?P<nth>first|second|third|fourth|last)[\s-](?P<part>quarter|half)\s+of\s+(?:fiscal\s+)?(?:{anyyear}|{ref}\s+year|the\s+year)", _part_of_year),
    ("year-quarter", r"(?:(?i:the)\s+)?(?:{anyyear}|{ref}\s+year['’]s|(?P<earlier>year-(?:ago|earlier)))\s+(?:fiscal\s+)?(?P<nth>first|second|third|fourth)[\s-](?P<part>quarter|half)", _part_of_year),
    ("quarter", r"(?:(?i:the)\s+)?(?:fiscal\s+)?(?P<nth>(?i:first|second|third|fourth))[\s-](?P<part>quarter)(?!-)", _part_of_year),
    ("the-quarter", r"(?i:the\s+(?:(?:latest|comparable|same|year-ago|year-earlier|comparable\s+year-ago)\s+)?quarter|the\s+(?:latest|year-ago|year-earlier)\s+period)(?!\s+of|-)", _the_quarter),
    ("decade", r"(?:(?i:the)\s+)?(?:{mod}[\s-]*)?(?P<decade>1[5-9]\d|20[0-2])0['’]?s", _decade),
    ("decade-short", r"(?:(?i:the)\s+)?(?:{mod}[\s-]*)?['’‘](?P<decade>[2-9])0['’]?s", _decade),
    ("decade-name", r"(?:(?i:the)\s+)(?:{mod}[\s-]*)?(?P<name>(?i:twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties))", _decade),
    ("century", rf"(?:(?i:the)\s+)?(?:{{mod}}[\s-]*)?(?P<nth>\d{{1,2}}(?:st|nd|rd|th)|(?i:{'|'.join(_ORDINALS)}))[\s-](?i:century|centuries)(?P<bc>\s+B\.?C\.?(?:E\.?)?)?", _century),
    ("bc", r"(?P<n>\d{1,4})\s+(?P<bc>B\.?C\.?(?:E\.?)?|A\.?D\.?|C\.?E\.?)(?![A-Za-z])", _before_christ),
    ("ad", r"(?P<bc>A\.?D\.?)\s+(?P<n>\d{1,4})", _before_christ),
    ("mod-year", r"(?:{mod}[\s-]*|(?i:the\s+year|fiscal(?:\s+year)?|calendar)\s+){anyyear}", _year),
    ("year", r"(?<![\d.,/:$£€#A-Za-z-]){year}(?![\w/]|-\d{4}-)", _year),
    ("year2", r"(?<=\d{4}[-–—]){anyyear}(?![\w/-])", _year),
    ("spelled", rf"(?:(?i:the\s+year)\s+)?(?:(?P<head>nineteen|eighteen)\s+(?P<rest>(?:{_WORDS})(?:-(?:{_WORDS}))?)(?!\s+(?:years|percent|people|{_WORDS}))|the\s+year\s+two\s+(?P<thousand>thousand))", _spelled_year),
    # Weekdays, and words that lean on publication
    ("clock-wd", r"{clock}\s*,?(?:\s+on)?\s+{wd}", _weekday),
    ("wd-clock", r"{wd}\s+at\s+(?:{apx})?{clock}", _weekday),
    ("clock-today", r"{clock}\s*,?\s+(?P<word>(?i:today|yesterday|tomorrow))", _deictic),
    ("every", r"(?i:every|each)\s+(?:(?P<other>other)\s+|{n}\s+)?(?:{unit}|{wd}(?!\s+(?:morn|after|even|night)))(?!-)", _every),
    ("every-tod", r"(?i:every|each)\s+(?:{wd}\s+)?{tod}(?!-)", _every),
    ("wd-plural", r"{wd}s(?:\s+{tod}s?)?", _every),
    ("wd-tods", r"{wd}\s+(?P<tod>(?i:mornings|afternoons|evenings|nights))", _every),
    ("weekday", r"(?:{earlier}\s+(?:on\s+)?)?(?:(?:(?i:the)\s+(?=previous|following|coming))?{lastnext}\s+)?{wd}(?:\s+{tod})?(?!s\b)", _weekday),
    ("today", r"(?:{earlier}\s+)?(?P<word>(?i:the\s+day\s+before\s+yesterday|the\s+day\s+after\s+tomorrow|today|tonight|yesterday|tomorrow|overnight))(?:\s+{tod})?", _deictic),
    ("this-tod", r"(?:{earlier}\s+)?(?P<word>(?i:this|last))\s+{tod}", _deictic),
    ("rel-unit", r"(?:{anymod}\s+)?(?:(?i:the)\s+(?=previous|coming|following|current))?{lastnext}\s+{big}(?!-|['’]s\s+(?:first|second|third|fourth))", _this_unit),
    ("weekend", r"(?i:the\s+weekend)", _the_weekend),
    ("end-of", r"(?P<mod>(?i:(?:the\s+)?(?:end|beginning|start|middle|rest)\s+of))\s+the\s+(?P<unit>week|month|year)", _this_unit),
    ("year-end", r"(?P<mod>year)[\s-](?P<unit>end)", _year_end),
    ("next-one", r"(?i:the)\s+(?P<rel>(?i:next|following|previous|preceding|same))\s+(?P<unit>(?i:day|week|month|year|morning|afternoon|evening|night))(?!-)", _next_one),
    ("that-one", r"(?:{earlier}\s+(?:in\s+)?)?(?P<rel>(?i:that(?:\s+same)?))\s+(?P<unit>(?i:day|week|month|year|morning|afternoon|evening|night))(?!-)", _next_one),
    ("day-before", r"(?i:the)\s+(?P<unit>(?i:day|night|week|month|year))\s+(?P<rel>(?i:before|after))(?=[,.;]|\s+(?:and|but|he|she|they|it|in|at)\b)", _next_one),
    ("ago", rf"(?:{{apx}})?(?:{{n}}|{{vague}}|(?i:an?|just\s+an?))\s+(?:more\s+)?{{unit}}(?:\s+or\s+so)?[\s-]+{_LATER}(?!\w)", _ago),
    ("day-earlier", r"(?P<unit>days|weeks|months|years|hours)\s+(?P<way>ago|earlier|later|before(?=[.,;]))", lambda m, _c: _Reading("DATE", "FUTURE_REF" if m["way"] == "later" else "PAST_REF")),
    ("later-in", r"{earlier}\s+in\s+the\s+(?P<unit>day|week|month|year)", _this_unit),
    # Lengths and repetitions
    ("past-n", r"(?:(?P<apx>at\s+least)\s+)?(?:(?i:the)\s+)?(?P<span>(?i:last|past|next|first|coming|previous|final|following))\s+(?:{n}|{vague})\s+{unit}(?!-)(?!\s+ago)", _length),
    ("past-one", r"(?i:the)\s+(?P<span>(?i:last|past))\s+{one}(?!-)", _length),
    ("length", rf"(?:{{apx}})?{{n}}(?:\s+(?i:more|consecutive|straight|full|additional|other|long))?[\s-]{{unit}}(?:-long)?{_NOT_AGE}", _length),
    ("vague-length", rf"(?:{{apx}})?{{vague}}\s+(?:more\s+)?(?P<unit>(?i:seconds|minutes|hours|days|nights|weeks|months|years|decades|centuries)){_NOT_AGE}", _length),
    ("a-length", rf"(?:{{apx}})?(?i:an?|an\s+additional|another)\s+(?:(?:full|whole)\s+)?{{one}}(?P<half>\s+and\s+a\s+half)?(?:-long)?{_NOT_AGE}(?!\s+(?:of|high|low))(?!-)", _a_unit),
    ("bare-length", r"(?<=[\s(])(?:(?<=for\s)|(?<=in\s)|(?<=within\s)|(?<=after\s)|(?<=over\s)|(?<=many\s)|(?<=last\s)|(?<=take\s)|(?<=took\s))(?P<unit>minutes|hours|days|weeks|months|years|decades|centuries)(?!-|\s+(?:ago|later|earlier|old|after|to\s+come))", _length),
    ("long", r"(?P<unit>(?:hour|day|week|month|year|decade)s?)-long", _length),
    ("adverb", r"(?P<word>(?i:daily|weekly|monthly|yearly|annually|hourly|nightly))(?!\w)", _adverb),
    # Words for now, then and some day
    ("now", r"(?i:now|currently|right\s+now|at\s+present|at\s+the\s+moment|nowadays|these\s+days)(?!-)", _reference("PRESENT_REF")),
    ("past-ref", r"(?i:recently|in\s+the\s+past(?=[,.])|(?:recent)\s+(?:days|weeks|months|years|decades))", _reference("PAST_REF")),
    ("future-ref", r"(?i:the\s+(?:near\s+|distant\s+|foreseeable\s+)?future|(?:(?:the\s+)?coming)\s+(?:days|weeks|months|years|decades)|(?<!as\s)soon(?!\s+(?:after|as))|the\s+(?:days|weeks|months|years)\s+ahead)", _reference("FUTURE_REF")),
    # Times of day
    ("clock", r"(?:{apx})?{clock}", _clock_time),
)  # fmt: skip


def _compiled(pattern: str) -> re.Pattern[str]:
    """Fill in the named fragments; a match never begins inside a word."""
    filled = re.sub(r"\{([a-z]\w*)\}", lambda m: str(_PARTS[m[1]]), pattern)
    return re.compile(rf"(?<!\w)(?:{filled})(?!\w)")


# Words without which a rule cannot match, in lower case: looking for them first halves the time.
_SEASON_WORDS = ("spring", "summer", "autumn", "fall", "winter")
_NEEDS: Final[dict[str, tuple[str, ...]]] = {
    "iso": ("-0", "-1"), "slash": ("/",), "mdy-clock": (":", "m.", "am", "pm", "noon", "midnight", "clock"),
    "m-rel": (" year",), "rel-md": ("last", "next", "this", "past", "coming"), "mon-nth": ("th", "st", "second", "third"),
    "shamsi": tuple(f"{name} 1" for name in SHAMSI_MONTHS) + tuple(f"{name}, 1" for name in SHAMSI_MONTHS),
    "ramadan": ("rama",), "holiday": ("christmas", "year", "day", "giving", "easter", "good friday", "now", "naw", "nor", "eid"),
    "season-year": _SEASON_WORDS, "season-rel": _SEASON_WORDS, "rel-season": _SEASON_WORDS, "season": _SEASON_WORDS,
    "quarter-year": ("quarter", "half"), "year-quarter": ("quarter", "half"), "quarter": ("quarter",),
    "the-quarter": ("quarter", "period"), "decade": ("0s", "0's", "0’s"), "decade-short": ("0s", "0's", "0’s"),
    "decade-name": ("ties",), "century": ("centur",), "bc": ("b.c", "bc", "a.d", "ad", "ce", "c.e"), "ad": ("ad", "a.d"),
    "spelled": ("eighteen", "nineteen", "two thousand"), "clock-wd": ("day",), "wd-clock": ("day at",),
    "clock-today": ("today", "yesterday", "tomorrow"), "every": ("every", "each"), "every-tod": ("every", "each"),
    "wd-plural": ("days",), "wd-tods": ("day mornings", "day afternoons", "day evenings", "day nights"), "weekday": ("day",),
    "today": ("today", "tonight", "yesterday", "tomorrow", "overnight"), "weekend": ("weekend",),
    "year-end": ("year",), "long": ("long",), "adverb": ("ly",), "later-in": ("er in",),
    "clock": (":", "m.", "am", "pm", "noon", "midnight", "midday", "clock"),
}  # fmt: skip
_TABLE: Final = tuple(
    (name, _NEEDS.get(name, ()), _compiled(pattern), reader) for name, pattern, reader in _RULES
)

_PREPOSITION = re.compile(
    r"\b(by|until|till|before|after|since)\s+(?:(?:the|at|on|around|about)\s+)?$", re.IGNORECASE
)
_OPEN = {"by": "ON_OR_BEFORE", "until": "ON_OR_BEFORE", "till": "ON_OR_BEFORE", "before": "BEFORE", "after": "AFTER", "since": "AFTER"}  # fmt: skip


def find_timexes(text: str, published: date | None) -> list[Timex]:
    """Find the time expressions of a text.

    Parameters
    ----------
    text
        A whole document rather than a sentence: "the next day" leans on what stands before it.
    published
        The day of publication. Without it, relative expressions keep an underspecified value, or
        None, and no days. A day before the year 1000 or after 9000 is an error of the input and
        counts as none.

    Returns
    -------
    list[Timex]
        In the order of the text, not overlapping, offsets into `text`.
    """
    if published and not 1000 <= published.year <= 9000:
        published = None
    lower = text.lower()
    matches = [
        (m.start(), -m.end(), rank, m, reader)
        for rank, (_, needs, pattern, reader) in enumerate(_TABLE)
        if not needs or any(word in lower for word in needs)
        for m in pattern.finditer(text)
    ]
    matches.sort(key=lambda found: found[:3])
    context = _Context(text, published, _is_narrative(text, published))
    found: list[Timex] = []
    end = 0
    for start, _, _, m, reader in matches:
        if start < end:
            continue
        reading = reader(m, context)
        if reading:
            timex = _timex(m, reading, context)
            found.append(timex)
            end = m.end()
            _remember(timex, context)
    return _with_ranges(_with_days(found, text), text)


def _is_narrative(text: str, published: date | None) -> bool:
    """Tell history from news: most of the years it names lie well before publication."""
    years = [int(year) for year in re.findall(r"(?<![\d.,$-])(?:1[5-9]|20)\d\d(?![\d,%])", text)]
    if not published:
        return bool(years)
    old = sum(1 for year in years if year < published.year - 1)
    recent = (
        len(years)
        - old
        + len(re.findall(r"\b(?:today|yesterday|last (?:week|month)|[A-Z]\w+day)\b", text))
    )
    return old > 2 * recent and (old >= 3 or years[0] < published.year - 30)


def _timex(m: re.Match[str], reading: _Reading, c: _Context) -> Timex:
    days = reading.days
    mod = reading.mod
    whole = days_of(reading.value) if reading.value and reading.type in {"DATE", "TIME"} else None
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
    return Timex(m.start(), m.end(), m[0], reading.type, reading.value, first, last, prec, mod)


def _remember(timex: Timex, c: _Context) -> None:
    """Keep the date for those that lean on it."""
    days = days_of(timex.value) if timex.value and timex.type in {"DATE", "TIME"} else None
    if days and timex.value:
        c.value, c.value_end = timex.value, timex.end
        if days[0] == days[1]:
            c.day = days[0]


_AND_DAY = re.compile(
    r"\s*(?P<link>and|or|to|through|until|till|&)\s+(?P<day>3[01]|[12]\d|[1-9])(?:st|nd|rd|th)?"
    r"(?=[.,;:)]|\s+(?:in|at|on|when|after|before|with|the|and|as|for|by|near|but|that|were|was|will|it|he|she|they|we|left|[a-z]+ed)\b|\s*$)"
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


def _with_ranges(found: list[Timex], text: str) -> list[Timex]:
    """Give both ends of "from July 3 to July 5" the days of the whole range."""
    ranged = list(found)
    for i, (one, two) in enumerate(zip(found, found[1:], strict=False)):
        lead = _RANGE_START.search(text, max(0, one.start - 20), one.start)
        links = {"from": ("to", "through", "until", "till"), "between": ("and", "&")}
        link = text[one.end : two.start].strip().lower()
        if (
            not lead
            or link not in links[lead["word"].lower()]
            or {one.type, two.type} - {"DATE", "TIME"}
        ):
            continue
        first, last = (days_of(timex.value or "") for timex in (one, two))
        if first and last and first[0] <= last[1]:
            days = {
                "date_start": first[0],
                "date_end": last[1],
                "date_prec": precision(first[0], last[1]),
            }
            ranged[i], ranged[i + 1] = replace(one, **days), replace(two, **days)
    return ranged
