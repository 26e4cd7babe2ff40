"""Readers of lengths and repetitions: "almost 20 years", "twice a month", "each Friday".

They have the form of those in `pipeline.timereadings`.
"""

import re

from pipeline.calendars import WEEKDAYS
from pipeline.timecontext import (
    NUMBERS,
    PARTS_OF_DAY,
    Context,
    Reader,
    Reading,
    duration,
    group,
    is_clock,
    mod_of,
    spelled_number,
    unit_of,
)

_WHO_MAY = re.compile(r"\b(?:will|would|may|might|could|can|to|who|he|she|they|we|I|it)\s+$")
"""Before a "one day" that is no length: "she would one day be president"."""


def length(m: re.Match[str], c: Context) -> Reading | None:
    """Read "six months", "almost 20 years", "several weeks", "the past two days"."""
    unit, groups = unit_of(m), m.groupdict()
    quarters = unit == "quarter" and not (group(m, "span") or groups.get("vague"))
    if quarters or (unit == "hour" and is_clock(group(m, "n"))):
        return None
    if m[0] == "one day" and _WHO_MAY.search(c.text, max(0, m.start() - 12), m.start()):
        return None
    if groups.get("vague"):
        return Reading("DURATION", duration(2 if "couple" in m["vague"] else "X", unit), mod_of(m))
    count: float | str = "X" if group(m, "unit").endswith("s") else 1
    if groups.get("n"):
        count = spelled_number(m["n"])
    if not isinstance(count, str) and group(m, "half"):
        count += 0.5
    return Reading("DURATION", duration(count, unit), mod_of(m))


_OFTEN = re.compile(r"(?i:times|once|twice)\s+$")
_AMOUNT = re.compile(
    rf"(?:\d|(?:\d|\b(?i:{'|'.join(sorted(NUMBERS.keys() - {'a', 'an'}))}))\s+[a-z]+s"
    r"|million|billion|percent|dollars|people|tons?|barrels?)\s+$"
)
_TO_THE_DAY = re.compile(r"\s+(?:after|before|since)\b")


def a_unit(m: re.Match[str], c: Context) -> Reading | None:
    """Read "a year": a length; "twice a year": a repetition.

    After an amount ("$4 a year", "700 seats a week") it is that amount's rate, and no time: on
    AQUAINT and every other document of TimeBank one of seven such is annotated.
    """
    before = c.text[max(0, m.start() - 24) : m.start()]
    if _OFTEN.search(before):
        return Reading("SET", duration(1, unit_of(m)))
    if _AMOUNT.search(before) and not _TO_THE_DAY.match(c.text, m.end()):
        return None
    return length(m, c)


def every(m: re.Match[str], _c: Context) -> Reading | None:
    """Read "every day", "each Friday", "Tuesday nights"."""
    unit, groups = group(m, "unit") or group(m, "tod"), m.groupdict()
    if groups.get("wd"):
        return Reading(
            "SET",
            f"XXXX-WXX-{WEEKDAYS[group(m, 'wd')] + 1}" + PARTS_OF_DAY.get(group(m, "tod"), ""),
        )
    if unit in PARTS_OF_DAY and unit != "night":
        return Reading("SET", f"XXXX-XX-XX{PARTS_OF_DAY[unit]}")
    count = spelled_number(m["n"]) if groups.get("n") else 1 + (group(m, "other") == "other")
    return Reading("SET", duration(count, unit_of(m)))


_OF_THE_PRESS = re.compile(r" (?:newspapers? )?[A-Z]")


def adverb(m: re.Match[str], c: Context) -> Reading | None:
    """Read "daily", "weekly" and their like, but not "the party daily Granma"."""
    if _OF_THE_PRESS.match(c.text, m.end()):
        return None
    return Reading(
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
        }[group(m, "word")[0]],
    )


def reference(value: str) -> Reader:
    """Make the reader of words that name no date: PRESENT_REF, PAST_REF or FUTURE_REF."""
    return lambda _m, _c: Reading("DATE", value)
