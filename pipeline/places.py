"""Places: each spatial expression of a document resolved to its geometry, or to nothing."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from geo.gazetteer import Gazetteer, Place
from geo.relations import Location, locate
from geo.resolve import Resolution, resolve
from pipeline import model
from pipeline.documents import Document
from pipeline.expressions import Expression, find_expressions
from pipeline.mentions import Mention
from pipeline.recognizer import find_mentions

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
    and no event may be drawn by it.
    """
    outlet = " ".join(filter(None, (document.source, document.url)))
    answers = resolve(document.text, mentions, gazetteer, source=outlet or None)
    return {
        mention: None if answer is not None and answer.basis == "focus" else answer
        for mention, answer in zip(mentions, answers, strict=True)
    }


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
