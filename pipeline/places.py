"""Places: each spatial expression of a document resolved to its geometry, or to nothing."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from geo.gazetteer import Gazetteer, Place
from geo.names import normalise
from geo.pools import name_class
from geo.relations import Location, locate
from geo.resolve import Resolution, distance_km, resolve
from pipeline import model
from pipeline.documents import Document, Span
from pipeline.expressions import Expression, find_expressions
from pipeline.mentions import Mention
from pipeline.recognizer import find_mentions

SURE = 0.4
"""Least score of a place that an event is put at: of names in LGL, GeoVirus and our dev half with
less than .5, 19 were right, 48 wrong and 33 no places at all; end to end .3, .4 and .5 are alike on
texts of ours, and at .5 "LA PAZ" of old wires, one of many, has no place. The area of a province or
a country is no exact pin, and needs no more than the resolver asks."""

STRANGER = 0.6
"""The same of a little place that no other name of the text lies near: of those with a score from
.5 to this, 1 was right, 3 were wrong and 15 no places at all."""

BESIDE_KM = 300.0
"""A place within this of another is no stranger, though it lies in another country."""

NEAR_KM = 50.0
"""What is called after a place is there only if the text names one within this."""

KNOWN_PEOPLE = 100_000
"""Inhabitants of a town that a text may name though it speaks of nothing else there."""

_WIDE = ("PCL", "TERR", "ADM1", "CONT", "RGN", "AREA", "SEA", "OCN", "GULF", "STM", "GOVT")
_PART_BEFORE = re.compile(r"[^\W\d_a-z][\w’'.]*[ -]$")
_PART_AFTER = re.compile(r"[ -](?:(?:de|del|da|do|la|las|los|le|el|al)\s+)*[^\W\d_a-z]")
_STANDS_ALONE = re.compile(
    r"\s*(?:\d|some\b|about\b|around\b|near\b|between\b|along\b|outside\b|within\b|across\b|on\b|in\b"
    r"|at\b|from\b|off\b|an?\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Site:
    """A spatial expression with what it stands for.

    Attributes
    ----------
    expression : Expression
    location : Location
        Geometry, label point, precision and the words that explain them.
    place : Place
        The first place that the expression is built on.
    score : float
        The resolver's certainty of the least certain of its places, 0 to 1.
    """

    expression: Expression
    location: Location
    place: Place
    score: float


def resolve_mentions(
    document: Document, mentions: Sequence[Mention], gazetteer: Gazetteer
) -> dict[Mention, Resolution | None]:
    """Resolve a document's names together: one sense per document, containers agree.

    A name that could only be put where the document is about has no place here: that is a guess,
    and no event may be drawn by it. Nor has one that hardly is that place: one that is unsure
    (`SURE`), a little place of which the text says nothing else (`STRANGER`), and what only has a
    place in its name ("Hyderabad House"), unless that is named besides or is near.
    """
    outlet = " ".join(filter(None, (document.source, document.url)))
    answers = resolve(document.text, mentions, gazetteer, source=outlet or None)
    found = {
        mention: None if answer is None or _is_unsure(answer) else answer
        for mention, answer in zip(mentions, answers, strict=True)
    }
    line = document.dateline_place
    if line is not None:
        found |= _filed(line, found)
    return {
        mention: None if answer and _is_stranger(document.text, mention, found) else answer
        for mention, answer in found.items()
    }


def _filed(
    line: Span, answers: Mapping[Mention, Resolution | None]
) -> Iterator[tuple[Mention, Resolution]]:
    """The names that are the dateline's, as the town: no report is filed from a province."""
    filed = next((m for m in answers if m.start < line.end and line.start < m.end), None)
    answer = answers.get(filed) if filed is not None else None
    if filed is None or answer is None or not answer.place.feature.startswith("ADM"):
        return
    division = answer.place
    for item in answer.candidates:
        town = item.place
        if town.feature.startswith("PPL") and town.admin1_id == division.admin1_id:
            for mention, other in answers.items():
                same = mention.text.lower() == filed.text.lower()
                if same and other is not None and other.place == division:
                    yield mention, replace(other, place=town)
            return


def _is_unsure(answer: Resolution) -> bool:
    """Tell whether an answer is a guess; that of a country or a province is a coarse one."""
    wide = answer.place.feature.startswith(_WIDE)
    return answer.basis == "focus" or (answer.score < SURE and not wide)


def _is_stranger(text: str, mention: Mention, answers: Mapping[Mention, Resolution | None]) -> bool:
    """Tell whether a name is hardly that place, since the text names nothing else near there."""
    answer = answers[mention]
    if answer is None:
        return False
    inside = answer.basis == "embedded"
    if answer.place.feature.startswith(_WIDE):
        return inside and answer.place.feature == "STM" and name_class(mention.text) == "street"
    if not inside and (answer.score >= STRANGER or not _is_little(text, mention, answer)):
        return False
    name, place = normalise(mention.text), answer.place
    others = [
        (normalise(known.text), other.place)
        for known, other in answers.items()
        if other is not None and normalise(known.text) != name
    ]
    if inside:
        return not any(_is_called_after(mention.text, place, *other) for other in others)
    return bool(others) and not any(
        place.country == other.country or _between(place, other) <= BESIDE_KM for _, other in others
    )


def _is_called_after(text: str, place: Place, name: str, other: Place) -> bool:
    """Tell whether what has a place in its name is there, by another name of the document.

    "Apia Park" is in Apia, and "North Apia" too, if the text names Apia; "Kabul Khel" is no Kabul.
    """
    if other.place_id != place.place_id:
        return _between(place, other) <= NEAR_KM
    whole = normalise(text)
    return whole.endswith(name) or (name in whole and name_class(text) != "plain")


def _is_little(text: str, mention: Mention, answer: Resolution) -> bool:
    """Tell whether nobody names a place abroad without saying where it is.

    So it is with villages, with by-names, and with what is but a part of a longer name: "Rafael
    Peralta".
    """
    place = answer.place
    known = place.feature in {"PPLC", "PPLA"} or place.population >= KNOWN_PEOPLE
    return (
        not known
        or answer.candidates[0].match != "primary"
        or _PART_BEFORE.search(text[max(0, mention.start - 20) : mention.start]) is not None
        or _PART_AFTER.match(text[mention.end : mention.end + 20]) is not None
    )


def _between(place: Place, other: Place) -> float:
    """Kilometres between two places; endless to a country, which is at no point."""
    if other.feature.startswith(_WIDE):
        return math.inf
    return distance_km(place.longitude, place.latitude, other.longitude, other.latitude)


def find_sites(
    expressions: Iterable[Expression],
    resolutions: dict[Mention, Resolution | None],
) -> list[Site]:
    """Turn resolved expressions into geometry; those with an unresolved name are left out.

    So are those that only explain a name that is known: "Archi, 30 km north of Kunduz".

    Returns
    -------
    list of Site
        In the order of `expressions`.
    """
    found = []
    for expression in expressions:
        if expression.explains is not None and resolutions.get(expression.explains) is not None:
            continue
        answers = [resolutions.get(mention) for mention in expression.mentions]
        places = [answer.place for answer in answers if answer is not None]
        if len(places) < len(expression.mentions):
            continue
        score = min(answer.score for answer in answers if answer is not None)
        location = locate(expression.relation, places)
        found.append(Site(expression, location, places[0], score))
    return found


def sites_of(phrase: str, gazetteer: Gazetteer) -> list[Site]:
    """Where the places of a bare phrase are: "northern Nigeria", "30 km north of Kunduz".

    The phrase is read as the end of a sentence, since the tagger was trained on those.

    Returns
    -------
    list of Site
        In the order of the phrase; empty if nothing in it could be placed.
    """
    text = f"It happened {'' if _STANDS_ALONE.match(phrase) else 'in '}{phrase.strip()}."
    pieces = model.parse_pieces([list(model.paragraphs(text))])[0]
    mentions = find_mentions(pieces, gazetteer)
    answers = dict(zip(mentions, resolve(text, mentions, gazetteer), strict=True))
    return find_sites(find_expressions(text, mentions), answers)
