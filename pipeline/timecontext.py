"""What reading a time expression leans on: the dates before it, the tense around it, its words.

`Context` goes through a text from left to right; `looks_ahead` and `near_year` settle what a
date without a year, or a weekday, means in a report of a given day.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from pipeline.calendars import MONTH, WEEKDAYS, make_date, month_number, nearest_year
from pipeline.periods import BEFORE_CHRIST, days_of


@dataclass(frozen=True, slots=True)
class Reading:
    """What a time expression was read as, in the terms of TIMEX3."""

    type: str
    value: str | None
    mod: str | None = None
    days: tuple[date | None, date | None] | None = None  # where they do not follow from the value


@dataclass(slots=True)
class Context:
    """What reading a match may lean on: the text, the day of publication, and the dates before."""

    text: str
    published: date | None
    narrative: bool  # history, not news: dates lean on the date before, not on publication
    ancient: bool = False  # it names years before Christ or Anno Domini: "in 732" is a year
    day: date | None = None  # last day named
    anchor: date | None = None  # last day named by its date, not by its distance to another
    value: str | None = None  # last calendar date of any grain
    value_end: int = -1000  # where it stood
    quarter: str | None = None  # latest quarter of a year

    def focus(self, unit: str) -> date | None:
        """Return the day from which to count in `unit`; None where the dates before are coarser."""
        days = days_of(self.value) if self.value else None
        if days and (days[1] - days[0]).days <= _GRAIN.get(unit, 366):
            return days[0]
        return self.day


_GRAIN = {"day": 0, "night": 0, "morning": 0, "afternoon": 0, "evening": 0, "week": 6, "month": 30}
Reader = Callable[[re.Match[str], Context], Reading | None]

NUMBERS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen twenty".split()
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
     "ninety": 90, "hundred": 100, "thousand": 1000, "dozen": 12, "a": 1, "an": 1,
     "half": 0.5}  # fmt: skip
ORDINALS = {
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
PARTS_OF_DAY = {
    "morning": "TMO", "dawn": "TMO", "afternoon": "TAF", "evening": "TEV", "night": "TNI",
    "nights": "TNI", "mornings": "TMO", "evenings": "TEV", "afternoons": "TAF", "midday": "TMI",
    "noon": "T12:00", "midnight": "T24:00", "early hours": "TMO", "small hours": "TMO",
}  # fmt: skip
_MODS = {
    "first": "START", "second": "END", "latter": "END", "last": "END", "c.": "APPROX",
    "ca.": "APPROX",
    "early": "START", "earlier": "START", "beginning": "START", "start": "START", "mid": "MID",
    "middle": "MID", "late": "END", "later": "END", "end": "END", "about": "APPROX",
    "around": "APPROX", "approximately": "APPROX", "roughly": "APPROX", "some": "APPROX",
    "almost": "LESS_THAN", "nearly": "LESS_THAN", "less": "LESS_THAN", "under": "LESS_THAN",
    "fewer": "LESS_THAN", "more": "MORE_THAN", "over": "MORE_THAN", "at": "MORE_THAN",
    "up": "LESS_THAN", "no": "LESS_THAN", "circa": "APPROX", "close": "END",
}  # fmt: skip
# Reading the tense: a yearless date or a weekday lies ahead where the nearest verb before it, or
# failing that the first one after it, speaks of the future.
_FUTURE = (
    r"(?<!had\sbeen\s)(?:expected|due|scheduled|slated)|effective|takes?\s+effect|payable|will|won['’]t|['’]ll|shall|would|going\s+to|(?:is|are)\s+(?:to|due|set)|scheduled|plan(?:s|ning)?\s+(?:to|for|on)|(?<!\bas\s)(?<!previously\s)(?<!originally\s)planned|"
    r"expect(?:s|ed)|due|upcoming|set\s+(?:to|for)|to\s+be\s+held|deadline|as\s+(?:soon|early)\s+as|ahead\s+of(?=\s+(?:the\s+)?$)|"
    r"hopes?|intends?|aims?|may|could(?!\s+not|n['’]t)|(?:until|through)(?=\s+$)|until(?=(?:\s+[a-z]+){1,3}\s+on\s+$)|vow(?:s|ed)\s+to|agreed\s+to|called\s+for|"
    r"(?:meets|begins|opens|arrives|starts|resumes|convenes)(?![\s,]+(?:since|after)\b)"
    r"|(?:when|until|once)\s+(?:[\w’'-]+\s+){1,4}?(?:is|are)\s+[a-z]+(?:ed|wn|rd|en)(?=\s)"
    r"|(?<=,\s)to\s+(?:begin|start|open|resume|run|end|expire|take\s+(?:effect|place|force))"
    r"|(?<!to\s)(?<!not\s)(?:meet|leave|return|vote|travel|begin|start)(?=\s+(?:\w+ly\s+)?(?:on\s+)?$)"
)
_PAST = (
    r"had\s+been\s+(?:due|expected|planned|scheduled|set)|could(?:\s+not|n['’]t)|(?:[Nn]either|[Nn]obody|[Nn]o\s+one|[Nn]one)\b[^.;:]{1,60}?\bcould|[a-z]+[^\We]ed|agreed|freed|was|were|had|did|said|told|went|met|came|took|gave|made|held|saw|left|fell|fled|shot|hit|"
    r"died|struck|won|lost|began|broke|brought|sent|spoke|wrote|became|got|fought|flew|drove|rose|found|led|tore|threw|grew|knew|swore|shook|stood|sat|rang|sank|bore|blew|built|bought|caught|chose|"
    r"dealt|drew|dug|felt|hid|hung|kept|lent|meant|paid|rode|sold|sought|spent|stole|swept|taught|thought|wore|withdrew|overthrew|underwent|set\s+(?:off|up|aside|fire|ablaze)|"
    r"put|ran|says|has|have|since|following|after|last|attack(?:s)?|kill(?:s|ing)?"
)
_CUE = re.compile(rf"(?<![\w-])(?:(?P<future>{_FUTURE})|(?<!be\s)(?P<past>{_PAST}))(?![\w-])")
_LATER_CUE = re.compile(
    rf"(?<![\w-])(?:(?P<future>will|won['’]t|['’]ll|shall|would|(?:is|are)\s+(?:to|due|set|going|expected|scheduled|planned)"
    rf"|to\s+be\s+held|takes?\s+effect|may|meets|begins|opens|arrives|starts|resumes|convenes)|(?<!be\s)(?P<past>{_PAST}))(?![\w-])"
)  # behind a date what somebody "called for" or "vowed" is done: "on Monday, he called for calm"
_NEXT_VERB = re.compile(
    r"\s+(?:was|were|had|did|said|told|went|met|came|took|gave|made|held|fell|shot|killed|struck|won|began|broke|sent"
    r"|[a-z]+[^\We]ed(?!\s+(?:by|to|with|for|on|in|at)\b))\b(?!\s+(?:to|due)\b)"
)  # "troops on Sunday killed two": a verb of the past right behind tells most
_WHEN_AHEAD = re.compile(
    r",?\s+when\b[^.;]*?\b(?:will|(?:is|are)\s+(?:to|due|set|expected|scheduled))\b"
)  # "they called for a march on Sunday, when the king will speak"
_SENTENCE = re.compile(
    r"(?<!\b[A-Z])(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bDr)(?<!\bGen)(?<!\bCol)(?<!\bSt)(?<!\bSen)"
    r"[.!?][\"”’)]*\s+(?=[\"“‘(]?[A-Z])|\n\s*\n"
)
_CLAUSE = re.compile(rf"{_SENTENCE.pattern}|[:;]\s")


def _sentence(text: str, start: int, end: int) -> tuple[str, str]:
    """Return what stands before and after a match within its sentence, 200 characters at most."""
    before = _CLAUSE.split(text[max(0, start - 200) : start])[-1]
    after = _SENTENCE.split(text[end : end + 200], maxsplit=1)[0]
    return before, after


def looks_ahead(m: re.Match[str], c: Context) -> bool | None:
    """Tell whether the match speaks of a time to come; None where no verb tells."""
    before, after = _sentence(c.text, m.start(), m.end())
    found = list(_CUE.finditer(before))
    if _WHEN_AHEAD.match(after):
        return True
    if _NEXT_VERB.match(after):
        return False
    if re.search(r"\bby\s+$", before):
        return not (found and re.search(r"\bhad\b", before[found[0].start() :][-80:]))
    cues = [cue.lastgroup == "future" for cue in found]
    if cues:
        return cues[-1]
    first = _LATER_CUE.search(after)
    return first.lastgroup == "future" if first else None


def near_year(m: re.Match[str], c: Context, month: int, day: int | None = None) -> int | None:
    """Return the year of a date given without one; None where nothing tells it.

    "September and October 1914" tells. In history, the year of the date before. In news, the
    nearest such date where it lies within five weeks, whatever the verb; further off, the verb
    decides.
    """
    coming = _YEAR_AHEAD.match(c.text, m.end())
    if coming:
        return int(coming["year"]) - (month_number(coming["mon"]) < month)
    days = days_of(c.value) if c.value else None
    if days and (
        c.narrative or (c.published and days[0].year < c.published.year - 1 and _goes_on(m, c))
    ):
        return _year_of_history(days, month)
    if not c.published:
        return None
    if c.narrative:
        first = YEAR.search(c.text)
        return int(first[0]) if first else None
    return _year_of_news(m, c, c.published, month, day)


def _year_of_news(
    m: re.Match[str], c: Context, published: date, month: int, day: int | None
) -> int | None:
    """Return the year of a day or month in a news report; "through August" is the nearest one."""
    if c.text.endswith("through ", 0, m.start()):
        near = nearest_year(month, day or 15, published)
        return near.year if near else None
    if day is None:
        return _near_month_year(m, c, published, month)
    return _near_day_year(m, c, published, month, day)


def _near_day_year(
    m: re.Match[str], c: Context, published: date, month: int, day: int
) -> int | None:
    """Return the year of a day of a month in a news report."""
    found = [make_date(published.year + shift, month, day) for shift in (-1, 0, 1)]
    weekday = WEEKDAYS.get(group(m, "wd"))
    near = [day for day in found if day]
    near = [day for day in near if weekday in {None, day.weekday()}] or near
    if not near:
        return None
    nearest = min(near, key=lambda day: abs(day - published))
    distance = (nearest - published).days
    # A January told of in December may be that of the same year, for which no year is written.
    close = abs(distance) <= 35 and (nearest.year <= published.year or distance <= 7)
    ahead = None if close else looks_ahead(m, c)
    if close or len(near) == 1 or (ahead is None and 0 < distance <= 75):
        return nearest.year
    if ahead:
        return min((day for day in near if day >= published), default=nearest).year
    return max((day for day in near if day <= published), default=nearest).year


YEAR = re.compile(
    r"(?<![\d.,$£€-])(?<!\bat\s)(?<!\b[Nn]o\.\s)(?<!\bapproximately\s)(?:1[5-9]|20)\d\d(?!\d|,\d|\.\d|%|\s+(?:to|until|and)\s+(?:0\d|2[1-3])\d\d\b)"
)
"""A number that is likely a year of modern times."""

_YEAR_AHEAD = re.compile(
    rf"\s*(?:and|or|to|until|till|through|[-–—])\s*(?:the\s+)?(?:(?:early|late|mid)[\s-])?(?:\d{{1,2}}(?:st|nd|rd|th)?\s+)?"
    rf"(?P<mon>{MONTH})\s*(?:\d{{1,2}}(?:st|nd|rd|th)?)?,?\s+(?P<year>1\d{{3}}|20\d\d)(?!\d|,\d)"
)  # "September" of "September and October 1914"


def _goes_on(m: re.Match[str], c: Context) -> bool:
    """Tell whether a date of a report goes on with the past year that stands shortly before it."""
    between = c.text[c.value_end : m.start()]
    through = between.endswith("through ")
    return len(between) < 120 and "\n" not in between and not through and not looks_ahead(m, c)


def _year_of_history(before: tuple[date, date], month: int) -> int:
    """Return the year of a month that a history names after the date `before`.

    It is the same year, but for a winter that ends in the next one, and for January after December.
    """
    first, last = before
    if first.year < last.year <= first.year + 1 and (last - first).days < 120:
        return first.year if month >= first.month else last.year
    return first.year + ((last - first).days <= 31 and first.month - month >= 9)


def _near_month_year(m: re.Match[str], c: Context, published: date, month: int) -> int:
    """Return the year of a month in a news report; the next month is ahead, whatever the verb."""
    before = days_of(c.value) if c.value and re.match(r"\d{4}-\d\d", c.value) else None
    ahead, gap = looks_ahead(m, c), (month - published.month) % 12
    near = before and m.start() - c.value_end < 60 and before[0].year < published.year
    if before and near and not ahead and not _SENTENCE.search(c.text[c.value_end : m.start()]):
        return before[0].year + (month < before[0].month)
    if gap == 0:
        return published.year
    forward = ahead or (ahead is None and gap <= 2) or (gap == 1 and month > published.month)
    return (
        published.year
        + (forward and month < published.month)
        - (not forward and month > published.month)
    )


def group(m: re.Match[str], name: str) -> str:
    """Return a group in lower case with single spaces; "" where it is absent."""
    found = m.groupdict().get(name)
    return " ".join(found.lower().split()) if found else ""


def inner_year(m: re.Match[str]) -> int | None:
    """Return the year of a match, those before Christ as `pipeline.periods` reckons them.

    None where none is given, or where it lies too far back to be reckoned with.
    """
    groups = m.groupdict()
    if not groups.get("year"):
        return None
    year = int(groups["year"])
    if (groups.get("bc") or "").upper().startswith("B"):
        return BEFORE_CHRIST - year if year <= 4000 else None
    return year if year < 5000 else None


def mod_of(m: re.Match[str]) -> str | None:
    """Return the TIMEX3 `mod` of words such as "early" or "almost"."""
    words = re.sub(r"^the (?:very )?|[\s-]*$", "", group(m, "mod") or group(m, "apx"))
    if words == "at most":
        return "LESS_THAN"
    return _MODS.get(re.split(r"[\s-]", words)[0]) if words else None


def ymd(year: int | str | None, month: int, day: int | None = None) -> str | None:
    """Return "2021-07-05" or "2021-07", XXXX for an unknown year; None for 31 June."""
    if day is not None and not make_date(int(year or 2000), month, day):
        return None
    head = f"{int(year):04}" if year else "XXXX"
    return f"{head}-{month:02}" + (f"-{day:02}" if day is not None else "")


def dated(value: str | None, mod: str | None = None) -> Reading | None:
    """Make the reading of a DATE; None for no value."""
    return Reading("DATE", value, mod) if value else None


def spelled_number(words: str) -> float:
    """Return the number that digits or English words spell."""
    words = words.lower().replace(",", "").strip()
    if words[0].isdigit():
        whole, *half = re.split(r"[\s-]", words)
        return float(whole) + (0.5 if half else 0)
    total = part = 0.0
    words, and_a_half = re.subn(r"[\s-]and[\s-](?:a|one)[\s-]half", "", words)
    for word in re.split(r"[\s-]+", words):
        value = NUMBERS.get(word, 0)
        if value >= 100:
            total, part = total + (part or 1) * value, 0
        elif value == 12 and word == "dozen" and part:
            part *= 12
        elif value == 0.5:
            part = 0.5
        elif not (word in {"a", "an"} and part):
            part += value
    return total + part + 0.5 * and_a_half


def unit_of(m: re.Match[str]) -> str:
    """Return the unit of time of a match, in the singular."""
    word = group(m, "unit")
    return "century" if word.startswith("centur") else word.removesuffix("s")


def duration(count: float | str, unit: str) -> str:
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


def is_clock(digits: str) -> bool:
    """Tell whether four digits are an hour such as "1830"."""
    return digits.isdigit() and len(digits) == 4 and digits < "2400" and digits[2] < "6"


def clock_value(words: str) -> str:
    """Return "T22:35" for "10:35 p.m."."""
    words = words.lower()
    for word, value in (("noon", "T12:00"), ("midday", "T12:00"), ("midnight", "T24:00")):
        if word in words:
            return value
    digits = re.match(r"(\d{1,2})(?:[:.]?(\d\d))?", words)
    hour, minute = (int(digits[1]), int(digits[2] or 0)) if digits else (0, 0)
    if re.search(r"\dp|\sp|\b(?:after|eve)", words) and hour < 12:
        hour += 12
    if re.search(r"\da|\sa", words) and hour == 12:
        hour = 0
    return f"T{hour:02}:{minute:02}"
