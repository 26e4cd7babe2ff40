"""Readers of time expressions: from a match of a pattern to a TIMEX3 value.

Each takes the match, with the named groups of `pipeline.timerules`, and the context, and returns
a reading, or None where the words are no time expression after all.
"""

import re
from datetime import date

from pipeline.calendars import month_end, month_number
from pipeline.periods import BEFORE_CHRIST, SEASONS, add_months, days_of, shifted
from pipeline.timeanaphora import that_season, that_year
from pipeline.timecontext import (
    ORDINALS,
    Context,
    Reading,
    dated,
    group,
    inner_year,
    is_clock,
    looks_ahead,
    mod_of,
    near_year,
    spelled_number,
    ymd,
)


def calendar_date(m: re.Match[str], c: Context) -> Reading | None:
    """Read year, month and day as far as they are given."""
    month = int(m["mon"]) if m["mon"].isdigit() else month_number(m["mon"])
    day = int(m["day"]) if m.groupdict().get("day") else None
    year, rel = inner_year(m), group(m, "rel")
    if not year and group(m, "that"):
        year = that_year(m, c)
    elif not year and rel and c.published:
        year = c.published.year + {"last": -1, "this": 0, "next": 1}[rel]
    elif not year:
        if (month, day) == (9, 11) and re.match(
            r"(?:,? 2001)?,? (?:attacks?|terror|hijack)", c.text[m.end() : m.end() + 20]
        ):
            year = 2001
        else:
            year = near_year(m, c, month, day)
    return dated(ymd(year, month, day), mod_of(m))


def slashed(m: re.Match[str], _c: Context) -> Reading | None:
    """Read "9/11/2001", month first as Americans write it unless that is no month."""
    month, day, year = int(m["mon"]), int(m["day"]), int(m["year"])
    if year < 100:
        year += 1900 if year > 50 else 2000
    if month > 12:
        month, day = day, month
    return dated(ymd(year, month, day)) if 1 <= month <= 12 else None


def day_range(m: re.Match[str], c: Context) -> Reading | None:
    """Read "July 3-5" and "3-5 July 2021" as an interval."""
    month = month_number(m["mon"])
    year = inner_year(m) or near_year(m, c, month, int(m["day2"]))
    first, last = (ymd(year, month, int(m[name])) for name in ("day", "day2"))
    return dated(f"{first}/{last}") if first and last and first < last else None


_LEADS_MONTH = re.compile(
    r"\b(?:in|since|by|until|till|last|of|this|next|and|from|to|during|for|before|after|through|between|on|"
    r"each|every|or|late|early|mid)[\s-]+$",
    re.IGNORECASE,
)
_OF_EVENT = re.compile(r"\b(?:[Tt]he|a)\s+(?:May|March)\s+(?!(?:on|for|of|to|in)\b)[a-z]{3,}")
_AFTER_VERB = re.compile(r"\s+(?:have|be|not|well|also|[A-Z][a-z])")


def bare_month(m: re.Match[str], c: Context) -> Reading | None:
    """Read a month alone, unless it is a verb or somebody's name."""
    before, after = c.text[max(0, m.start() - 14) : m.start()], c.text[m.end() : m.end() + 8]
    led = _LEADS_MONTH.search(before)
    led = led or _OF_EVENT.search(c.text[max(0, m.start() - 14) : m.end() + 12])
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
    return calendar_date(m, c)


def rel_day(m: re.Match[str], c: Context) -> Reading | None:
    """Read "last Oct. 23"."""
    month, day, rel = month_number(m["mon"]), int(m["day"]), group(m, "rel")
    if not c.published:
        return dated(ymd(None, month, day))
    year, now = c.published.year, (c.published.month, c.published.day)
    if rel in {"next", "this coming", "coming", "following"}:
        year += (month, day) <= now
    elif rel not in {"this", "current"}:
        year -= (month, day) >= now
    return dated(ymd(year, month, day))


def month_nth(m: re.Match[str], c: Context) -> Reading | None:
    """Read "March eighth"."""
    month, words = month_number(m["mon"]), group(m, "nth")
    tens, _, rest = words.rpartition("-")
    day = ORDINALS.get(words) or {"twenty": 20, "thirty": 30}.get(tens, 0) + ORDINALS[rest]
    return dated(ymd(near_year(m, c, month, day), month, day))


def month_of(m: re.Match[str], c: Context) -> Reading | None:
    """Read "last June", "this September"."""
    month, rel = month_number(m["mon"]), group(m, "rel")
    if not c.published:
        return dated(ymd(None, month))
    year = c.published.year
    if rel in {"last", "this past", "past", "previous"}:
        year -= month >= c.published.month
    elif rel in {"next", "this coming", "coming", "following"}:
        year += month <= c.published.month
    return dated(ymd(year, month), mod_of(m))


def season(m: re.Match[str], c: Context) -> Reading | None:
    """Read "last spring", "the summer of 2013", "this winter"."""
    code, rel, year = SEASONS[group(m, "season")], group(m, "rel"), inner_year(m)
    if not year and group(m, "that"):
        year = that_year(m, c)
    if not year and c.narrative and rel not in {"last", "this"}:
        return that_season(m, c)
    if year:
        return dated(f"{year:04}-{code}", mod_of(m))
    if not c.published:
        return dated(f"XXXX-{code}", mod_of(m))
    if group(m, "of"):
        return dated(
            f"{c.published.year + {'last': -1, 'this': 0, 'next': 1}[rel]}-{code}", mod_of(m)
        )
    number = c.published.year
    days = days_of(f"{number}-{code}")
    ahead = rel in {"next", "this coming", "coming"} or (not rel and looks_ahead(m, c))
    if days and ahead:
        number += days[1] < c.published
    elif days and rel == "this":
        number -= code == "WI" and c.published.month < 6
    elif days:
        begun = days[1] < c.published if rel in {"last", "previous"} else days[0] <= c.published
        number -= not begun
    return dated(f"{number}-{code}", mod_of(m))


def part_of_year(m: re.Match[str], c: Context) -> Reading | None:
    """Read quarters and halves: "the third quarter of 1984", "last year's first half"."""
    ordinal, what = group(m, "nth"), group(m, "part") or "quarter"
    number = {"last": 2 if what == "half" else 4, "final": 4}.get(ordinal) or (
        int(ordinal) if ordinal.isdigit() else ORDINALS[ordinal]
    )
    if number > (2 if what == "half" else 4):
        return None
    size, letter = (6, "H") if what == "half" else (3, "Q")
    rel, year = group(m, "rel") or group(m, "earlier"), m.groupdict().get("year")
    if year:
        return dated(f"{year}-{letter}{number}")
    if not c.published:
        return dated(f"XXXX-{letter}{number}")
    if rel:
        shift = {"last": -1, "year-ago": -1, "year-earlier": -1, "this": 0, "next": 1}[rel]
        return dated(f"{c.published.year + shift}-{letter}{number}")
    begun = (number - 1) * size + 1 <= c.published.month
    return dated(f"{c.published.year - (not begun and not looks_ahead(m, c))}-{letter}{number}")


def the_quarter(m: re.Match[str], c: Context) -> Reading | None:
    """Read "the quarter", "the latest quarter", "year-earlier": the last full one."""
    if not c.published:
        return None
    year, month = add_months(c.published, -3 if c.published.month % 3 != 0 else -2)
    year -= bool(re.search(r"ago|earlier", m[0], re.IGNORECASE))
    return dated(f"{year}-Q{(month + 2) // 3}")


def decade(m: re.Match[str], _c: Context) -> Reading | None:
    """Read "the 1980s", "the '90s", "the late seventies"."""
    digits = m.groupdict().get("decade")
    if digits:
        return dated(digits if len(digits) == 3 else f"19{digits}", mod_of(m))
    names = "twenties thirties forties fifties sixties seventies eighties nineties".split()
    return dated(f"19{names.index(group(m, 'name')) + 2}", mod_of(m))


def century(m: re.Match[str], _c: Context) -> Reading | None:
    """Read "the 19th century", "the third century B.C."."""
    number = int(m["nth"][:-2]) if m["nth"][0].isdigit() else ORDINALS.get(group(m, "nth"))
    if not number or number > 21:
        return None
    if (m["bc"] or "").strip().upper().startswith("B"):
        return dated(f"BC{number - 1:02}", mod_of(m))
    return dated(f"{number - 1:02}", mod_of(m))


_THINGS = (
    r"people|men|women|children|troops|soldiers|civilians|fighters|militants|militiamen|rebels|refugees|families|"
    r"workers|jobs|miles|kilomet\w+|km|met(?:er|re)s|feet|acres|hectares|square|dollars|euros|pounds|rupees|votes|"
    r"shares|points|percent|per\s+cent|tons|tonnes|barrels|words|times|students|police|policemen|homes|houses|"
    r"members|hours|years|days|degrees|dead|deaths|injured|wounded|killed|prisoners|officers|personnel|cases|pages|"
    r"tanks|aircraft|planes|bombers|guns|cannon|rifles|rockets|mortars|shells|bombs|mines|ships|warships|vessels|boats|"
    r"vehicles|trucks|horses|cavalry|horsemen|infantry\w*|knights|archers|sailors|marines|volunteers|settlers|"
    r"casualties|survivors|captives|hostages|slaves|strong|votes|sorties|missions|"
    r"others|more|villagers|residents|protesters|migrants|servicemen|guests|calories|inmates|detainees|of\s+(?:them|the|its|his)"
)
COUNTED = re.compile(
    rf"\s+(?:(?!to\b)[a-z]+\s+)?(?:{_THINGS})\b|['’]?\d|-?(?:strong|member|foot|mile|meter|km)|°",
    re.IGNORECASE,
)
_NAMED_NUMBER = re.compile(
    r"(?:[$£€#]|\bNo\.?|\b(?:no|NO)\.|number|Flight|Resolution|resolution|Highway|Route|Article|Section|Room|Boeing|Act|Law|over|than|"
    r"some|about|nearly|least|of\s+about|killed|killing|(?:Act|Law|Decree)\s+\d{1,3}\s+of|[A-Z]-)\s{0,3}$"
)


def year(m: re.Match[str], c: Context) -> Reading | None:
    """Read a bare year, unless it counts or names something."""
    before, after = c.text[max(0, m.start() - 24) : m.start()], c.text[m.end() : m.end() + 30]
    dated_names = _IN.search(before) and re.match(r"\s+[A-Z]", after)  # "in 1940 British ships"
    counted = not dated_names and COUNTED.match(after)
    if counted or (_NAMED_NUMBER.search(before) and not m.groupdict().get("mod")):
        return None
    hour = _AT.search(before) or _TO_HOUR.match(after) or _FROM_HOUR.search(before)
    if m[0] == m["year"] and is_clock(m[0]) and hour and not LEVEL.match(after):
        return None  # "at 1830" is an hour, and so is that of "from 1710 to 2250"
    if int(m["year"]) < 1700 and not re.search(
        r"\b(?:in|since|by|until|from|to|and|during|between|circa|year|of|before|after|early|late|around)\s+$",
        before,
    ):
        return None
    return dated(m["year"], mod_of(m))


_IN = re.compile(r"\b(?:in|since|by|until|during)\s+$", re.IGNORECASE)
_AT = re.compile(r"\bat\s+(?:about\s+|around\s+|approximately\s+)?$", re.IGNORECASE)
_TO_HOUR = re.compile(r"\s+(?:to|and|until)\s+(?:0\d|2[1-3])[0-5]\d\b")
_FROM_HOUR = re.compile(r"\b(?:0\d|2[1-3])[0-5]\d\s+(?:to|and|until)\s+$")
LEVEL = re.compile(r"\s+(?:levels?|prices?|rates?|values?|exchange|constant|dollars|standards?)\b")


def short_year(m: re.Match[str], c: Context) -> Reading | None:
    """Read "in '89": the last year that ends so."""
    if not c.published:
        return dated(f"19{m['short']}")
    back = (c.published.year - int(m["short"])) % 100
    return dated(f"{c.published.year - back:04}")


def about_year(m: re.Match[str], c: Context) -> Reading | None:
    """Read "circa 1914" and "in about 1914", but not "about 1914 men"."""
    before, after = c.text[max(0, m.start() - 14) : m.start()], c.text[m.end() : m.end() + 30]
    sure = m["mod"].lower().startswith("c") or re.search(
        r"\b(?:in|from|since|until|by|to|dated)\s+$", before, re.IGNORECASE
    )
    return dated(m["year"], "APPROX") if sure and not COUNTED.match(after) else None


def week_of_month(m: re.Match[str], c: Context) -> Reading | None:
    """Read "the first week of July 1941" as a week of ISO 8601."""
    month, nth = month_number(m["mon"]), group(m, "nth")
    year = inner_year(m) or near_year(m, c, month)
    if not year:
        return dated(ymd(None, month))
    day = month_end(year, month).day - 3 if nth in {"last", "final"} else 7 * ORDINALS[nth] - 3
    return dated(shifted(date(year, month, day), 0, "week"))


def early_year(m: re.Match[str], c: Context) -> Reading | None:
    """Read "in 732", in texts that tell of antiquity or the early Middle Ages."""
    if not c.ancient or not c.narrative:
        return None
    year = int(m["year"])
    if (days := days_of(c.value) if c.value else None) and days[0].year > 5000:
        year = BEFORE_CHRIST - year
    return dated(f"{year:04}", mod_of(m))


def before_christ(m: re.Match[str], _c: Context) -> Reading | None:
    """Read "44 BC" and "AD 70"."""
    year = inner_year(m)
    return dated(f"{year:04}" if year else f"BC{int(m['year']):04}", mod_of(m))


def spelled_year(m: re.Match[str], _c: Context) -> Reading | None:
    """Read "nineteen ninety-four", "the winter of nineteen ninety-four", as broadcasts have it."""
    if group(m, "thousand"):
        year = 2000 + int(spelled_number(m["rest"]) if m["rest"] else 0)
    else:
        year = 100 * int(spelled_number(m["head"])) + int(spelled_number(m["rest"]))
    code = SEASONS.get(group(m, "season"))
    return dated(f"{year}-{code}" if code else str(year), mod_of(m))
