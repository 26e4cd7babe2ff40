"""Spatial rules: the words beside one place name that say where with regard to it.

`read` looks at the text before and after a name and gives the relation, with how many characters
of either belong to it. Distances that a text gives in hours are turned into kilometres by an
assumed speed, and say so.
"""

import re

from geo.relations import Relation

__all__ = ["MILE_KM", "read"]

MILE_KM = 1.609344
_DRIVE_KM_H, _WALK_KM_H, _WALK_KM_DAY = 60.0, 5.0, 25.0
_LONGEST_H, _LONGEST_BARE_H = 10.0, 5.0
_FEW = 5.0  # "a few kilometres", "several miles"

_DIRECTIONS = {
    f"{first}{joint}{second}{ending}": "-".join(part for part in (first, second) if part)
    for first in ("north", "south", "")
    for second in ("east", "west", "")
    for joint in (("", "-", " ") if first and second else ("",))
    for ending in ("", "ern", "ernmost")
    if first or second
} | {
    "central": "central",
    "centre": "central",
    "center": "central",
    "upper": "upper",
    "lower": "lower",
}
_SIDES = "|".join(sorted(map(re.escape, _DIRECTIONS), key=len, reverse=True))
_SIDE = rf"(?:(?:far|extreme)\s+)?(?:{_SIDES})"
_JOINT = r"(?:\s*,\s*(?:and\s+)?(?:the\s+)?|\s+and\s+(?:the\s+)?)"
_SIDE_LIST = rf"{_SIDE}(?:{_JOINT}{_SIDE})*"
_ONE_SIDE = re.compile(rf"\b(far\s+|extreme\s+)?({_SIDES})\b", re.IGNORECASE)

_WORDS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "a dozen": 12, "twelve": 12, "fifteen": 15, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "a hundred": 100, "a few": _FEW,
    "several": _FEW, "a couple of": 2, "half a": 0.5,
}  # fmt: skip
_NUMBER = r"(?:\d[\d,.]*|" + "|".join(sorted(_WORDS, key=len, reverse=True)) + ")"
_RANGE = rf"(?:between\s+)?({_NUMBER})(?:\s*(?:to|or|and|[-–—])\s*({_NUMBER}))?"
_ABOUT = (
    r"(?:\b(?:about|some|around|nearly|almost|roughly|approximately|barely|only|just|less\s+than"
    r"|more\s+than|at\s+least|over|up\s+to|within)\s+)?"
)
_UNIT = r"(km|kms|kilomet(?:er|re)s?|miles?|mi)\b"
_BRACKET = r"(?:\([^)]*\)\s*)?"
_OF_CITY = (
    r"(?:the\s+)?(?:(?:provincial\s+|regional\s+)?(?:city|town|village|port)\s+of\s+"
    r"|(?:provincial\s+|regional\s+)?capital(?:\s+of|,)?\s+)?$"
)
_FLAGS = re.IGNORECASE
_OFFSET = re.compile(
    rf"{_ABOUT}\b{_RANGE}[\s-]*{_UNIT}\s*{_BRACKET}(?:away\s+)?(?:to\s+the\s+)?(?:due\s+)?"
    rf"({_SIDES})\s+(?:of|from)\s+{_OF_CITY}",
    _FLAGS,
)
_DISTANCE = re.compile(
    rf"{_ABOUT}\b{_RANGE}[\s-]*{_UNIT}\s*{_BRACKET}"
    rf"(?:outside(?:\s+of)?|from|away\s+from|of)\s+{_OF_CITY}",
    _FLAGS,
)
_TRAVEL = re.compile(
    rf"(?P<within>\bwithin\s+)?{_ABOUT}(?P<said>\b(?:an?\s+)?(?P<number>half\s+an|{_NUMBER})"
    r"(?P<half>\s+and\s+a\s+half)?[\s-]*(?P<unit>hour|minute|day)s?['’]?s?[\s-]*"
    r"(?P<by>drive|car\s+ride|bus\s+ride|ride|journey|trip|walk|hike)?)\s+(?:by\s+(?:car|road|bus)"
    rf"\s+)?(?:(?:to\s+the\s+)?(?P<side>{_SIDES})\s+(?:of|from)|(?P<joint>from|outside|away\s+from"
    rf"|of))\s+{_OF_CITY}",
    _FLAGS,
)
_PART_OF = re.compile(
    rf"(?P<the>\bthe\s+)?\b(?P<sides>{_SIDE_LIST})\s+(?:(?:parts?|half|third|tip|corner|end|areas?"
    r"|regions?|provinces|districts|suburbs|portion)\s+)?of\s+(?:the\s+)?$",
    _FLAGS,
)
_PART_BEFORE = re.compile(
    rf"\b(?P<sides>{_SIDE_LIST})\s+(?:parts?\s+of\s+|areas?\s+of\s+)?$", _FLAGS
)
_PART_AFTER = re.compile(
    rf"^['’]s\s+(?:(?P<sides>{_SIDE_LIST})\s+(?:border\s+)?(?:areas?|regions?|provinces?|districts?"
    r"|parts?|states?|counties|towns?|cities|villages|suburbs|half|neighbou?rhoods|highlands)"
    r"|(?P<nouns>(?:far\s+)?(?:(?:north|south)[\s-]?(?:east|west)|north|south|east|west)))\b(?!-)",
    _FLAGS,
)
_BESIDE = re.compile(
    r"\b(?:(?:just|km|miles|kilomet(?:er|re)s|immediately)\s+(?:to\s+)?"
    r"|(?:lies|lying|located|situated|further|farther)\s+to\s+)$",
    _FLAGS,
)
_MAINLAND = re.compile(r"\bmainland\s+$", _FLAGS)
_NEAR = re.compile(
    r"\b(?:near|close\s+to|(?:just\s+)?outside(?:\s+of)?|around|not\s+far\s+from|next\s+to"
    r"|in\s+the\s+(?:vicinity|suburbs|environs|surroundings)\s+of|a\s+short\s+distance\s+from"
    rf"|(?:(?:on|in|at|to|from)\s+)?the\s+(?P<side>{_SIDES})?\s*(?:outskirts|edges?|fringes?|periphery)"
    r"\s+of|(?P<across>across\s+the\s+(?:river|border\s+river)\s+from|(?:directly\s+)?opposite"
    r"|across\s+from))"
    r"\s+(?:the\s+)?(?:[a-z]+(?:ern)?\s+)?(?:city|town|village|capital)?(?:\s+of)?,?\s*$",
    _FLAGS,
)
_SHORE = r"(?:coast(?:line)?|shores?|seaboard)"
_COAST = re.compile(
    rf"(?:(?:{_ABOUT}\b(?P<number>{_NUMBER})[\s-]*{_UNIT}\s*{_BRACKET})?(?P<off>\boff)\s+)?"
    rf"(?:\bthe\s+)?(?:\b(?P<side>{_SIDES})\s+)?\b{_SHORE}\s+of\s+(?:the\s+)?$",
    _FLAGS,
)
_COAST_AFTER = re.compile(rf"^(?:['’]s)?\s+(?:(?P<side>{_SIDES})\s+|[a-z]+\s+)?{_SHORE}\b", _FLAGS)
_OFF = re.compile(r"\boff\s+(?:the\s+)?$", _FLAGS)
# "Sealed off Kabul" is no sea: only these may stand before "off X".
_AT_SEA = re.compile(
    r"\b(?:sank|sunk|capsized?|hijacked|seized|waters|ships?|boats?|vessels?|tankers?|frigates?"
    r"|miles?|km|kilomet(?:er|re)s?|anchored|islands?|drowned|died|rescued|just|patrols?|drilling"
    r"|drills|exercises|quake|earthquake|seas?|stranded|collided|intercepted|adrift|fishing)\s+$",
    _FLAGS,
)


def read(before: str, after: str) -> tuple[Relation, int, int] | None:
    """Read what is said about a name.

    Parameters
    ----------
    before, after : str
        Text up to the name and from it on; 90 and 40 characters are enough.

    Returns
    -------
    tuple of (Relation, int, int) or None
        The relation with how many characters before and after the name say it; None for a bare
        name.
    """
    around = f"{before} {after}".lower()
    for rule, needs in _RULES:
        found = rule(before, after) if any(word in around for word in needs) else None
        if found is not None:
            return found
    return None


def _travel(before: str, after: str) -> tuple[Relation, int, int] | None:
    match = _TRAVEL.search(before)
    if match is None or after.startswith(("'s", "’s")):
        return None
    by, joint = (match["by"] or "").lower(), (match["joint"] or "").lower()
    if not by and (joint == "of" and not match["within"]):
        return None  # "two hours of Kabul" says nothing
    if match["within"] and not by and re.match(r"\s+\w+ing\b", after):
        return None  # "within an hour of Kabul falling" is a time
    on_foot = by in {"walk", "hike"}
    unit = match["unit"].lower()
    if unit == "day" and not on_foot:
        return None
    words = match["number"].lower()
    number = 0.5 if words.startswith("half") else _value(words)
    number += 0.5 if match["half"] else 0.0
    hours = number / 60 if unit == "minute" else number
    if unit != "day" and hours > (_LONGEST_H if by else _LONGEST_BARE_H):
        return None  # "within 24 hours of X" is a time, and a drive of a day says nothing
    speed = _WALK_KM_H if on_foot else _DRIVE_KM_H
    km = number * {"hour": speed, "minute": speed / 60, "day": _WALK_KM_DAY}[unit]
    rate = f"{_WALK_KM_DAY:g} km a day" if unit == "day" else f"{speed:g} km/h"
    basis = f"{' '.join(match['said'].split())}, taken at {rate}"
    side = _direction(match["side"]) if match["side"] else None
    return Relation("near", side, km, basis), len(before) - match.start(), 0


def _offset(before: str, _after: str) -> tuple[Relation, int, int] | None:
    match = _OFFSET.search(before)
    if match and _direction(match[4]) not in {"central", "upper", "lower"}:
        km, basis = _km(match)
        return (
            Relation("offset", _direction(match[4]), km, basis),
            len(before) - match.start(),
            0,
        )
    match = _DISTANCE.search(before)
    if match:
        km, basis = _km(match)
        return Relation("near", None, km, basis), len(before) - match.start(), 0
    return None


def _coast(before: str, after: str) -> tuple[Relation, int, int] | None:
    match = _COAST.search(before)
    if match:
        side = _direction(match["side"]) if match["side"] else None
        if not match["off"]:
            return Relation("coast", side), len(before) - match.start(), 0
        km = _value(match["number"]) * _unit_km(match[2]) if match["number"] else None
        return Relation("offshore", side, km), len(before) - match.start(), 0
    match = _COAST_AFTER.match(after)
    off = _OFF.search(before)
    if match:
        side = _direction(match["side"]) if match["side"] else None
        kind = "offshore" if off else "coast"
        return Relation(kind, side), len(off[0]) if off else 0, match.end()
    if off and _AT_SEA.search(before[: off.start()]):
        return Relation("offshore"), len(off[0]), 0
    return None


def _part(before: str, after: str) -> tuple[Relation, int, int] | None:
    match = _PART_OF.search(before)
    if match:
        return _part_of(match, before), len(before) - match.start(), 0
    match = _PART_BEFORE.search(before)
    if match and not _is_title(match["sides"]):
        return Relation("part", _sides(match["sides"])), len(before) - match.start(), 0
    match = _MAINLAND.search(before)
    if match:
        return Relation("part", "mainland"), len(match[0]), 0
    match = _PART_AFTER.match(after)
    if match:
        return Relation("part", _sides(match["sides"] or match["nouns"])), 0, match.end()
    return None


def _part_of(match: re.Match[str], before: str) -> Relation:
    """Tell "the north of X", a part, from "north of X", beside it."""
    sides = _sides(match["sides"])
    first = sides.split(" and ")[0].removeprefix("far ")
    inside = match["the"] and not _BESIDE.search(before[: match.start()])
    if inside or first in {"central", "upper", "lower"}:
        return Relation("part", sides)
    return Relation("near", first)


def _vicinity(before: str, _after: str) -> tuple[Relation, int, int] | None:
    match = _NEAR.search(before)
    if match is None:
        return None
    side = _direction(match["side"]) if match["side"] else None
    basis = "on the other side, which way is not known here" if match["across"] else None
    side = None if side in {"central", "upper", "lower"} else side
    return Relation("near", side, None, basis), len(before) - match.start(), 0


def _is_title(sides: str) -> bool:
    """Tell "North and South [Korea]", two names that share a word, from two parts of one place."""
    found = list(_ONE_SIDE.finditer(sides))
    return len(found) > 1 and all(m[2][0].isupper() and not m[2].endswith("ern") for m in found)


def _sides(words: str) -> str:
    found = [
        f"{'far ' if far and _direction(side) not in {'central', 'upper', 'lower'} else ''}"
        f"{_direction(side)}"
        for far, side in _ONE_SIDE.findall(words)
    ]
    return " and ".join(dict.fromkeys(found))


def _direction(word: str) -> str:
    return _DIRECTIONS[re.sub(r"\s+", " ", word.strip().lower())]


def _km(match: re.Match[str]) -> tuple[float, str | None]:
    """Distance of a match whose first groups are number, number and unit; what it is guessed by."""
    unit = _unit_km(match[3])
    low = _value(match[1])
    if match[2]:
        high = _value(match[2])
        return (low + high) / 2 * unit, f"the middle of {match[1]} to {match[2]} {match[3]}"
    if re.sub(r"\s+", " ", match[1].lower()) in {"a few", "several"}:
        return low * unit, f"{match[1]} {match[3]}, taken as {low:g}"
    return low * unit, None


def _unit_km(unit: str) -> float:
    return MILE_KM if unit.lower().startswith("mi") else 1.0


def _value(number: str) -> float:
    word = re.sub(r"\s+", " ", number.lower())
    if word in _WORDS:
        return float(_WORDS[word])
    digits = word.replace(",", "").rstrip(".")
    whole, _, rest = digits.partition(".")
    return float(f"{whole}.{rest.replace('.', '') or 0}")


_RULES = (
    (_travel, ("hour", "minute", "day")),
    (_offset, ("km", "kilomet", "mi")),
    (_coast, ("coast", "shore", "seaboard", "off")),
    (_part, ("north", "south", "east", "west", "cent", "upper", "lower", "mainland")),
    (
        _vicinity,
        tuple(
            "near close outside around far next vicinity suburbs environs surroundings distance "
            "outskirts edge fringe periphery across opposite".split()
        ),
    ),
)
"""Rules in the order in which they are tried, and words of which each needs one: most names have
none about them, and to look first costs a tenth of the rules."""
