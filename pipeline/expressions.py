"""Expressions: the spatial expressions that place names stand in ("30 km south of Kunduz").

What stands beside one name is read by `pipeline.spatialrules`; here are the expressions that hold
several names together: borders and their sides, roads, coasts on a sea.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from geo.relations import Relation
from pipeline import spatialrules
from pipeline.mentions import Mention

_BORDER = r"(?:(?:common|shared|land|provincial|state|international)\s+)?(?:borders?|frontier)"
_BORDER_AFTER = re.compile(
    rf"^(?:['’]s)?\s+{_BORDER}\b"
    r"(?!\s+(?:guards?|police|service|forces?|town|city|crossing|post|agency|patrol|region))",
    re.IGNORECASE,
)
_BORDER_WITH = re.compile(
    r"\b(?:borders?|frontier)\s+(?:with|of|between)\s+(?:neighbou?ring\s+)?(?:the\s+)?"
    r"(?:provinces\s+of\s+)?$",
    re.IGNORECASE,
)
_OWN_BORDER_WITH = re.compile(
    r"(?:['’]s)?\s+(?:[a-z]+\s+)?(?:border|frontier)\s+with\s+(?:neighbou?ring\s+)?(?:the\s+)?"
)
_SIDE_OF = re.compile(rf"^(?:['’]s)?\s+side\s+of\s+(?:the|its|their)\s+{_BORDER}\b", re.IGNORECASE)
_SIDE_GAP = re.compile(r"(?:['’]s)?\s+side\s+of\s+(?:the|its|their)\s+", re.IGNORECASE)
_WITH = re.compile(r"\s+with\s+(?:neighbou?ring\s+)?(?:the\s+)?", re.IGNORECASE)
_PAIR = re.compile(r"\s*[-–—/]\s*|\s+and\s+")
_AND = re.compile(r"(?:\s+(?:province|district|state|county))?\s+and\s+(?:the\s+)?")
_WAY = r"(?:road|highway|motorway|route|railway|rail\s+line|train\s+line|railroad|expressway)"
_KIND_OF_WAY = re.compile(rf"\b{_WAY}\b", re.IGNORECASE)
_CITIES_OF = r"(?:the\s+)?(?:(?:cities|towns|villages|city|town|village)\s+of\s+)?"
_BETWEEN = re.compile(rf"\bbetween\s+{_CITIES_OF}$", re.IGNORECASE)
# What may stand before "between A and B" for it to be a place: "talks between" is none.
_PLACE_BETWEEN = re.compile(
    rf"\b(?:{_WAY}|area|stretch|line|section|corridor|somewhere|located|lies|lying|situated|travel"
    r"|travell?ing|half-?\s?way|midway|point|place|bridge|village|town|checkpoint|valley|pass|desert"
    r"|ambushed|stopped|kidnapped|abducted|derailed|crashed|bus|train|convoy)\s+$",
    re.IGNORECASE,
)
# What stands between two as a relation of theirs, and is no place.
_RELATION = re.compile(
    r"\b(?:talks?|negotiations?|meetings?|summit|dialogue|discussions?|agreements?|deals?|accords?"
    r"|trea(?:ty|ties)|pact|truce|ceasefire|cease-fire|peace|war|wars|conflict|fighting|clash(?:es)?"
    r"|battles?|fire|tensions?|disputes?|differences?|relations?|ties|links?|trade|cooperation"
    r"|rivalry|match|game|final|border|frontier|distance|flights?|calls?|exchanges?|swap"
    r"|relationship|choice|split|divided|torn|made|signed|reached|and|both)\s+$",
    re.IGNORECASE,
)
_WAY_FROM = re.compile(
    rf"\b(?:main\s+)?{_WAY}\s+(?:(?:that\s+)?(?:from|linking|connecting|joining|links|connects"
    rf"|joins|leading\s+from|running\s+from))\s+{_CITIES_OF}$",
    re.IGNORECASE,
)
_TO = re.compile(rf"\s+(?:to|with|and|towards?)\s+{_CITIES_OF}", re.IGNORECASE)
_DASH_OR_TO = re.compile(r"\s*[-–—/]\s*|\s+to\s+")
_WAY_AFTER = re.compile(
    rf"^\s+(?:(?:main|ring|national|trunk|desert|coastal|mountain)\s+)?{_WAY}\b", re.IGNORECASE
)
_SEA = re.compile(
    r"\b(?:Sea|Ocean|Gulf|Bay|Straits?|Channel|Lake|Mediterranean|Atlantic|Pacific|Caribbean|Arctic"
    r"|Adriatic|Aegean|Baltic|Caspian|Azov)\b"
)
_SHORE = r"(?:coast(?:line)?|shores?|seaboard)"
_SHORE_AFTER = re.compile(rf"^\s+{_SHORE}\b", re.IGNORECASE)
_LAND_SEA = re.compile(
    rf"(?:['’]s)?\s+(?:[a-z]+\s+)?|(?:['’]s)?\s+(?:[a-z]+\s+)?{_SHORE}\s+(?:on|along|of)\s+the\s+",
    re.IGNORECASE,
)
_SEA_LAND = re.compile(rf"\s+{_SHORE}\s+of\s+(?:the\s+)?", re.IGNORECASE)
_OFF_BEFORE = re.compile(r"\boff\s+(?:the\s+)?$", re.IGNORECASE)
_APPOSED = re.compile(
    r"\s*(?:\([^)]*\)\s*)?,\s+(?:(?:which|that)\s+is\s+)?"
    r"(?:(?:a|an|the)\s+(?:[\w-]+\s+){1,4}?)?(?:located\s+|situated\s+|lying\s+)?",
    re.IGNORECASE,
)


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
    explains : Mention or None
        The name that the expression only explains ("Archi" in "Archi, 30 km north of Kunduz"): if
        that is known by itself, this expression says nothing new.
    """

    start: int
    end: int
    text: str
    relation: Relation
    mentions: tuple[Mention, ...]
    explains: Mention | None = None


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
        for build in (_side, _border, _between, _sea_coast):
            built = build(text, mentions, index)
            if built is not None and not used.intersection(built[1]):
                expression, members = built
                found.append(expression)
                used.update(members)
                break
    for index, mention in enumerate(mentions):
        if index in used or mention.kind == "demonym":
            continue
        before = mentions[index - 1] if index and index - 1 not in used else None
        found.append(_single(text, mention, before))
    return sorted(found, key=lambda expression: expression.start)


def _single(text: str, mention: Mention, previous: Mention | None) -> Expression:
    before = text[max(0, mention.start - 100) : mention.start]
    if previous is not None:
        before = text[max(previous.end, mention.start - 100) : mention.start]
    at = spatialrules.read(before, text[mention.end : mention.end + 50])
    if at is None:
        return Expression(mention.start, mention.end, mention.text, Relation("at"), (mention,))
    relation, left, right = at
    start, end = mention.start - left, mention.end + right
    explains = None
    if previous is not None and previous.kind == "toponym":
        measured = relation.kind == "offset" or relation.distance_km is not None
        if measured and _APPOSED.fullmatch(text[previous.end : start]):
            explains = previous
    return Expression(start, end, text[start:end], relation, (mention,), explains)


def _side(
    text: str, mentions: Sequence[Mention], index: int
) -> tuple[Expression, tuple[int, ...]] | None:
    """Find "the Tajik side of the border", also with the other country or countries named."""
    mention, last = mentions[index], index
    closing = _SIDE_OF.match(text[mention.end : mention.end + 60])
    if closing:
        end = mention.end + closing.end()
        if index + 1 < len(mentions) and _WITH.fullmatch(text[end : mentions[index + 1].start]):
            last, end = index + 1, mentions[index + 1].end
    elif index + 1 < len(mentions) and _SIDE_GAP.fullmatch(
        text[mention.end : mentions[index + 1].start]
    ):
        last = index + 1
        if index + 2 < len(mentions) and _PAIR.fullmatch(
            text[mentions[last].end : mentions[index + 2].start]
        ):
            last = index + 2
        closing = _BORDER_AFTER.match(text[mentions[last].end : mentions[last].end + 40])
        end = mentions[last].end + (closing.end() if closing else 0)
    if closing is None:
        return None
    names = tuple(mentions[index : last + 1])
    relation = Relation("side")
    return _joined(relation, text, mention.start, end, names), tuple(range(index, last + 1))


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
        if opening and re.search(r"\b(?:between|of)\b", opening[0]) and _AND.fullmatch(gap):
            return _borders(text, start, follower.end, pair), (index, index + 1)
    if opening:
        return _borders(text, start, mention.end, (mention,)), (index,)
    closing = _BORDER_AFTER.match(text[mention.end : mention.end + 30])
    if closing:
        end = mention.end + closing.end()
        return _borders(text, mention.start, end, (mention,)), (index,)
    return None


def _borders(text: str, start: int, end: int, mentions: tuple[Mention, ...]) -> Expression:
    return _joined(Relation("border"), text, start, end, mentions)


def _between(
    text: str, mentions: Sequence[Mention], index: int
) -> tuple[Expression, tuple[int, ...]] | None:
    """Find "the A-B highway", "the road from A to B" and "somewhere between A and B".

    Between two parties nothing lies: "talks between A and B" is no place.
    """
    if index + 1 >= len(mentions):
        return None
    mention, follower = mentions[index], mentions[index + 1]
    if "demonym" in {mention.kind, follower.kind}:
        return None
    found = _way_span(text, mention, follower)
    if found is None:
        before = text[max(0, mention.start - 80) : mention.start]
        match = _BETWEEN.search(before)
        if not match or not _AND.fullmatch(text[mention.end : follower.start]):
            return None
        ahead = before[: match.start()]
        place = _PLACE_BETWEEN.search(ahead)
        if place is None and (_RELATION.search(ahead) or not ahead.strip()):
            return None
        if place is None and {mention.kind, follower.kind} != {"toponym"}:
            return None
        found = mention.start - len(match[0]), follower.end, _way(place[0]) if place else None
    start, end, way = found
    expression = _joined(Relation("between", basis=way), text, start, end, (mention, follower))
    return expression, (index, index + 1)


def _way_span(text: str, mention: Mention, follower: Mention) -> tuple[int, int, str | None] | None:
    """Offsets and kind of "the A-B highway" or "road from A to B"."""
    gap = text[mention.end : follower.start]
    closing = _WAY_AFTER.match(text[follower.end : follower.end + 40])
    if closing and _DASH_OR_TO.fullmatch(gap):
        return mention.start, follower.end + closing.end(), _way(closing[0])
    way = _WAY_FROM.search(text[max(0, mention.start - 80) : mention.start])
    if way and _TO.fullmatch(gap):
        return mention.start - len(way[0]), follower.end, _way(way[0])
    return None


def _sea_coast(
    text: str, mentions: Sequence[Mention], index: int
) -> tuple[Expression, tuple[int, ...]] | None:
    """Find "the Black Sea coast of Ukraine" and "Yemen's Red Sea coast"."""
    if index + 1 >= len(mentions):
        return None
    first, second = mentions[index], mentions[index + 1]
    gap = text[first.end : second.start]
    end = second.end
    if _SEA.search(first.text) and _SEA_LAND.fullmatch(gap):
        land, sea = second, first
    elif _SEA.search(second.text) and _LAND_SEA.fullmatch(gap):
        land, sea = first, second
        if not re.search(_SHORE, gap):
            closing = _SHORE_AFTER.match(text[second.end : second.end + 20])
            if closing is None:
                return None
            end += closing.end()
    else:
        return None
    off = _OFF_BEFORE.search(text[max(0, first.start - 10) : first.start])
    start = first.start - (len(off[0]) if off else 0)
    relation = Relation("offshore" if off else "coast")
    return _joined(relation, text, start, end, (land, sea)), (index, index + 1)


def _joined(
    relation: Relation, text: str, start: int, end: int, mentions: tuple[Mention, ...]
) -> Expression:
    return Expression(start, end, text[start:end], relation, mentions)


def _way(words: str) -> str | None:
    match = _KIND_OF_WAY.search(words)
    return " ".join(match[0].lower().split()) if match else None
