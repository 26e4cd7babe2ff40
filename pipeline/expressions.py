"""Expressions: the spatial expressions that place names stand in ("30 km south of Kunduz")."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from geo.relations import Relation
from pipeline.mentions import Mention

_DIRECTIONS = {
    f"{first}{joint}{second}{ending}": "-".join(part for part in (first, second) if part)
    for first in ("north", "south", "")
    for second in ("east", "west", "")
    for joint in (("", "-") if first and second else ("",))
    for ending in ("", "ern", "ernmost")
    if first or second
} | {
    "central": "central",
    "centre": "central",
    "center": "central",
    "upper": "upper",
    "far north": "north",
}
_SIDES = "|".join(sorted((re.escape(word) for word in _DIRECTIONS), key=len, reverse=True))
_PART_BEFORE = re.compile(
    rf"(?:\b(?:the|far)\s+)?\b({_SIDES})\s+(?:parts?\s+of\s+|areas?\s+of\s+)?$", re.IGNORECASE
)
_PART_OF = re.compile(
    rf"\b(?:the\s+)?(?:far\s+)?({_SIDES})\s+(?:part\s+|half\s+)?of\s+(?:the\s+)?$", re.IGNORECASE
)
_PART_AFTER = re.compile(
    rf"^['’]s\s+(?:far\s+)?({_SIDES})"
    r"(?:\s+(?:areas?|regions?|provinces?|districts?|parts?|border\s+areas?))?\b",
    re.IGNORECASE,
)
_NUMBER = (
    r"(?:\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|a\s+dozen|fifteen|twenty"
    r"|thirty|forty|fifty)"
)
_UNIT = r"(km|kilometers?|kilometres?|miles?|mi)\b"
_OFFSET = re.compile(
    rf"(?:(?:about|some|around|nearly|roughly)\s+)?({_NUMBER})[\s-]*{_UNIT}\s*(?:\([^)]*\)\s*)?"
    rf"(?:to\s+the\s+)?({_SIDES})\s+(?:of|from)\s+(?:the\s+)?"
    r"(?:city\s+of\s+|town\s+of\s+|capital,?\s+)?$",
    re.IGNORECASE,
)
_DISTANCE = re.compile(
    rf"(?:(?:about|some|around|nearly|roughly|within)\s+)?({_NUMBER})[\s-]*{_UNIT}\s*"
    r"(?:\([^)]*\)\s*)?"
    rf"(?:outside|from|away\s+from|of)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_NEAR = re.compile(
    r"\b(?:near|close\s+to|outside|just\s+outside|on\s+the\s+outskirts\s+of|around"
    r"|not\s+far\s+from|in\s+the\s+vicinity\s+of)"
    r"\s+(?:the\s+)?(?:[a-z]+(?:ern)?\s+)?(?:city|town|village|capital)?(?:\s+of)?,?\s*$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"\bbetween\s+(?:the\s+)?(?:(?:cities|towns|villages)\s+of\s+)?$", re.IGNORECASE
)
_COAST = re.compile(r"\b(?:off\s+)?(?:the\s+)?(?:coast|shores?)\s+of\s+(?:the\s+)?$", re.IGNORECASE)
_COAST_AFTER = re.compile(r"^(?:['’]s)?\s+(?:[a-z]+\s+)?coast(?:line)?\b", re.IGNORECASE)
_BORDER_AFTER = re.compile(
    r"^(?:['’]s)?\s+(?:borders?|frontier)\b"
    r"(?!\s+(?:guards?|police|service|forces?|town|city|crossing|post|agency|patrol|region))",
    re.IGNORECASE,
)
_BORDER_WITH = re.compile(
    r"\b(?:borders?|frontier)\s+(?:with|of|between)\s+(?:neighbou?ring\s+)?(?:the\s+)?$",
    re.IGNORECASE,
)
_OWN_BORDER_WITH = re.compile(
    r"(?:['’]s)?\s+(?:[a-z]+\s+)?(?:border|frontier)\s+with\s+(?:neighbou?ring\s+)?(?:the\s+)?"
)
_PAIR = re.compile(r"\s*[-–—/]\s*|\s+and\s+")
_AND = re.compile(r"\s+and\s+(?:the\s+)?")
_WAY_BEFORE = re.compile(
    r"\b(?:road|highway|route|area|stretch|railway|line|somewhere|located|lies)\s+$", re.IGNORECASE
)
_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "a dozen": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40,
    "fifty": 50,
}  # fmt: skip
_MILE_KM = 1.609344


@dataclass(frozen=True, slots=True)
class Expression:
    """A spatial expression: a name with what is said about it ("northern Afghanistan").

    Attributes
    ----------
    start, end, text
        The whole expression, offsets in the document.
    relation : Relation
        How the geometry follows from the places.
    mentions : tuple of Mention
        The names that it is built on, in the order that `geo.relations.locate` expects.
    """

    start: int
    end: int
    text: str
    relation: Relation
    mentions: tuple[Mention, ...]


def find_expressions(text: str, mentions: Sequence[Mention]) -> list[Expression]:
    """Find the spatial expressions that literal names stand in; a bare name is one itself ("at").

    Parameters
    ----------
    text : str
        The document.
    mentions : sequence of Mention
        Sorted, with offsets into `text`.

    Returns
    -------
    list of Expression
        Sorted by start. Each literal name is in exactly one.
    """
    found: list[Expression] = []
    used: set[int] = set()
    for index in range(len(mentions)):
        if index in used:
            continue
        for build in (_border, _between):
            built = build(text, mentions, index)
            if built is not None:
                expression, members = built
                found.append(expression)
                used.update(members)
                break
    for index, mention in enumerate(mentions):
        if index in used or mention.kind == "demonym":
            continue
        found.append(_single(text, mention))
    return sorted(found, key=lambda expression: expression.start)


def _single(text: str, mention: Mention) -> Expression:
    before, after = (
        text[max(0, mention.start - 70) : mention.start],
        text[mention.end : mention.end + 40],
    )
    at = _offset(before) or _part(before, after) or _vicinity(before, after)
    if at is None:
        return Expression(mention.start, mention.end, mention.text, Relation("at"), (mention,))
    relation, left, right = at
    start, end = mention.start - left, mention.end + right
    return Expression(start, end, text[start:end], relation, (mention,))


def _offset(before: str) -> tuple[Relation, int, int] | None:
    match = _OFFSET.search(before)
    if match:
        return (
            Relation("offset", _side(match[3]), _km(match[1], match[2])),
            len(before) - match.start(),
            0,
        )
    match = _DISTANCE.search(before)
    if match:
        return Relation("near", None, _km(match[1], match[2])), len(before) - match.start(), 0
    return None


def _part(before: str, after: str) -> tuple[Relation, int, int] | None:
    match = _PART_OF.search(before)
    if match:
        just = re.search(r"\b(?:just|km|miles|kilometers|kilometres)\s+$", before[: match.start()])
        if not just and re.match(r"the\s", match[0], re.IGNORECASE):
            return Relation("part", _side(match[1])), len(before) - match.start(), 0
        return Relation("near", _side(match[1])), len(before) - match.start(), 0
    match = _PART_BEFORE.search(before)
    if match:
        start = match.start(1)
        return Relation("part", _side(match[1])), len(before) - start, 0
    match = _PART_AFTER.match(after)
    if match:
        return Relation("part", _side(match[1])), 0, match.end()
    return None


def _vicinity(before: str, after: str) -> tuple[Relation, int, int] | None:
    match = _COAST.search(before)
    if match:
        return Relation("coast"), len(before) - match.start(), 0
    match = _COAST_AFTER.match(after)
    if match:
        return Relation("coast"), 0, match.end()
    match = _NEAR.search(before)
    if match:
        return Relation("near"), len(before) - match.start(), 0
    return None


def _border(
    text: str, mentions: Sequence[Mention], index: int
) -> tuple[Expression, tuple[int, ...]] | None:
    """Find "the Afghan-Tajik border", "Iran's border with Iraq" or "the border with Iran"."""
    mention = mentions[index]
    opening = _BORDER_WITH.search(text[max(0, mention.start - 40) : mention.start])
    start = mention.start - (len(opening[0]) if opening else 0)
    if index + 1 < len(mentions):
        follower = mentions[index + 1]
        gap = text[mention.end : follower.start]
        closing = _BORDER_AFTER.match(text[follower.end : follower.end + 30])
        pair = (mention, follower)
        if closing and _PAIR.fullmatch(gap):
            end = follower.end + closing.end()
            return _borders(text, mention.start, end, pair), (index, index + 1)
        if _OWN_BORDER_WITH.fullmatch(gap):
            return _borders(text, mention.start, follower.end, pair), (index, index + 1)
        if opening and "between" in opening[0] and _AND.fullmatch(gap):
            return _borders(text, start, follower.end, pair), (index, index + 1)
    if opening:
        return _borders(text, start, mention.end, (mention,)), (index,)
    closing = _BORDER_AFTER.match(text[mention.end : mention.end + 30])
    if closing:
        end = mention.end + closing.end()
        return _borders(text, mention.start, end, (mention,)), (index,)
    return None


def _borders(text: str, start: int, end: int, mentions: tuple[Mention, ...]) -> Expression:
    return Expression(start, end, text[start:end], Relation("border"), mentions)


def _between(
    text: str, mentions: Sequence[Mention], index: int
) -> tuple[Expression, tuple[int, ...]] | None:
    """Find "the road between X and Y"; between two parties nothing lies."""
    mention = mentions[index]
    if index + 1 >= len(mentions) or mention.kind == "demonym":
        return None
    follower = mentions[index + 1]
    match = _BETWEEN.search(text[max(0, mention.start - 40) : mention.start])
    if not match or not _AND.fullmatch(text[mention.end : follower.start]):
        return None
    start = mention.start - len(match[0])
    if not _WAY_BEFORE.search(text[max(0, mention.start - 60) : start]):
        return None
    words = text[start : follower.end]
    expression = Expression(start, follower.end, words, Relation("between"), (mention, follower))
    return expression, (index, index + 1)


def _side(word: str) -> str:
    return _DIRECTIONS[re.sub(r"\s+", "-", word.lower())]


def _km(number: str, unit: str) -> float:
    word = re.sub(r"\s+", " ", number.lower())
    value = float(_WORDS[word]) if word in _WORDS else float(word.replace(",", "").rstrip("."))
    return value * _MILE_KM if unit.lower().startswith("mi") else value
