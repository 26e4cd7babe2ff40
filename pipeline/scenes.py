"""Scenes: the places that a document names, which of them is an event's, and which go with it."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from geo.gazetteer import Place
from pipeline import linker
from pipeline.expressions import Expression
from pipeline.linker import Candidate
from pipeline.mentions import PLACE_NOUNS, Mention
from pipeline.model import Parsed
from pipeline.places import Site
from pipeline.pointing import Pointing
from pipeline.syntax import Span as Tokens
from pipeline.syntax import Token

OF_NAMES = frozenset({"at", "part", "near", "offset"})
"""Relations whose words only describe a name; of "the border with Haiti" the border is the head."""

_TOWNS = frozenset({"city", "town", "village", "capital"})
_LISTED = PLACE_NOUNS | frozenset(
    ", and also both the of in at to from into on near around provinces districts cities towns "
    "villages counties regions states departments northern southern eastern western central".split()
)


@dataclass(frozen=True, slots=True)
class Scene:
    """What a document says of space.

    Attributes
    ----------
    expressions : sequence of Expression
        In the order of the text, known places or not.
    sites : mapping of Expression to Site
        Those that are known.
    places : mapping of Mention to Place
        What is known of the names.
    literal : sequence of Site
        The sites that are places as such (`is_literal`), in the order of the text.
    countries : mapping of str to int
        How often places of each country are named, ISO 3166-1 alpha-3.
    pointing : Pointing or None
        Which of the expressions point at a place that another names.
    """

    expressions: Sequence[Expression]
    sites: Mapping[Expression, Site]
    places: Mapping[Mention, Place]
    literal: Sequence[Site] = ()
    countries: Mapping[str, int] = field(default_factory=dict)
    pointing: Pointing | None = None

    def within(self, start: int, end: int) -> Sequence[Site]:
        """The literal sites that begin from character `start` on and before `end`."""
        first = bisect_left(self.literal, start, key=_start)
        return self.literal[first : bisect_left(self.literal, end, key=_start)]


def _start(site: Site) -> int:
    return site.expression.start


def scene_of(
    expressions: Sequence[Expression], sites: Iterable[Site], pointing: Pointing | None = None
) -> Scene:
    """Put the expressions of a document together with what is known of them."""
    known = {site.expression: site for site in sites}
    lost: list[Expression] = []
    if pointing is not None:
        known |= {site.expression: site for site in pointing.sites()}
        lost = pointing.lost()
    every = sorted({*expressions, *known, *lost}, key=lambda words: (words.start, words.end))
    places = {expression.mentions[0]: site.place for expression, site in known.items()}
    told = [
        site
        for site in known.values()
        if pointing is None or not pointing.is_building(site.expression)
    ]
    literal = sorted(filter(is_literal, told), key=_start)
    countries = Counter(site.place.country for site in literal if site.place.country)
    return Scene(every, known, places, literal, countries, pointing)


def candidates_of(
    trigger: Token, parsed: Parsed, scene: Scene
) -> list[tuple[Expression, Candidate]]:
    """The places that a trigger's sentence names, known or not, in the order of the text.

    Parameters
    ----------
    trigger : Token
    parsed : Parsed
        The piece of the document that the trigger stands in.
    scene : Scene
    """
    sentence = trigger.sent
    first = parsed.span.start + sentence.start_char
    last = parsed.span.start + sentence.end_char
    found = []
    # A long expression may begin before the sentence and end in it: then it is not the sentence's.
    at = bisect_left(scene.expressions, first, key=lambda expression: expression.start)
    for expression in scene.expressions[at:]:
        if expression.start >= last:
            break
        name = expression.mentions[0]
        kind = expression.relation.kind
        whole = name if kind in OF_NAMES else expression
        tokens = parsed.tokens(whole.start, whole.end)
        if tokens is not None and sentence.start <= tokens.start < sentence.end:
            found.append((expression, _candidate(tokens, expression, parsed, scene)))
    return found


def _candidate(tokens: Tokens, expression: Expression, parsed: Parsed, scene: Scene) -> Candidate:
    name, tagged = expression.mentions[0], parsed.tagged
    labels = frozenset(
        f"{'part of' if len(tokens) < other.end - other.start else 'named'} {other.label}"
        for other in tagged.names
        if other.start < tokens.end and tokens.start < other.end
    )
    sure = float(tagged.place[tokens.start : tokens.end].min())
    place = scene.places.get(name)
    return Candidate(tokens, name.kind, expression.relation.kind, place, sure, labels)


def places_of_event(
    trigger: Token, parsed: Parsed, scene: Scene
) -> tuple[Expression | None, list[Site]]:
    """The words of a sentence that most likely name an event's place, and where that is.

    "Clashes in Kunduz and Takhar provinces" happened in both. Names of governments are no places.

    Parameters
    ----------
    trigger, parsed, scene
        As in `candidates_of`.

    Returns
    -------
    Expression or None
        The likeliest; None if no place is likely. Nobody may know where it is.
    list of Site
        The likeliest that is known, and those told with it, in the order of the text.
    """
    named = candidates_of(trigger, parsed, scene)
    if not named:
        return None, []
    places = [candidate for _, candidate in named]
    scores = linker.probabilities(trigger, places, parsed.tagged.reading)
    ranked = sorted(range(len(named)), key=lambda item: -scores[item])
    likely = [number for number in ranked if scores[number] >= linker.LIKELY]
    for number in likely:
        site = scene.sites.get(named[number][0])
        if number != likely[0] and _is_of_another(trigger, places[number]):
            continue  # where the likeliest is, nobody knows; the other place is of something else
        if site is not None and is_literal(site):
            called = _called(named, number, scene)
            told = _told_with(named, _inmost(named, called, scene))
            found = [scene.sites.get(named[item][0]) for item in told]
            sites = [item for item in found if item is not None and is_literal(item)]
            return named[called if number == likely[0] else likely[0]][0], sites
    return (named[likely[0]][0] if likely else None), []


def _called(named: Sequence[tuple[Expression, Candidate]], number: int, scene: Scene) -> int:
    """The place that another only describes: Mariupol in "the Azov Sea port city of Mariupol"."""
    noun = named[number][1].tokens.root.head
    while noun.dep_ == "compound":
        noun = noun.head
    if noun.lemma_.lower() not in _TOWNS or number + 1 == len(named):
        return number
    inner, other = named[number + 1]
    link = other.tokens.root.head
    site = scene.sites.get(inner)
    described = link.lower_ == "of" and link.head is noun and site is not None and is_literal(site)
    return number + 1 if described else number


def _inmost(named: Sequence[tuple[Expression, Candidate]], number: int, scene: Scene) -> int:
    """The place that another only explains: Taraz in "to Taraz, in southern Kazakhstan"."""
    while number:
        (inner, one), (_, other) = named[number - 1], named[number]
        site = scene.sites.get(inner)
        if site is None or not is_literal(site) or not linker.holds(other.place, one.place):
            break
        gap = _gap(one, other)
        if gap[:1] != [","] or "and" in gap or not _LISTED.issuperset(gap):
            break
        number -= 1
    return number


def _is_of_another(trigger: Token, place: Candidate) -> bool:
    """Tell whether a place belongs to another verb of the sentence than the event."""
    above = {trigger.i, *(token.i for token in trigger.ancestors)}
    token = place.tokens.root
    while token.i not in above and token.head is not token:
        told = token.head is trigger and trigger.pos_ != "VERB"  # "riots raging in Osh"
        if token.pos_ == "VERB" and not told:
            return True
        token = token.head
    return False


def is_literal(site: Site) -> bool:
    """Tell whether words name a place as such: no government by its capital, no adjective."""
    if site.expression.relation.kind in {"border", "side", "between"}:
        return True
    first = site.expression.mentions[0]
    return first.kind == "toponym" or site.expression.relation.kind == "part"


def _told_with(named: Sequence[tuple[Expression, Candidate]], number: int) -> list[int]:
    """Numbers of the places in one list with a place ("A, B and C districts"), with itself."""
    places = [candidate for _, candidate in named]
    first = last = number
    while first > 0 and _listed(places[first - 1], places[first]):
        first -= 1
    while last + 1 < len(places) and _listed(places[last], places[last + 1]):
        last += 1
    run = places[first : last + 1]
    mine = places[number]
    if mine.relation not in OF_NAMES or not any(
        "and" in _gap(one, other) or other.tokens.root.dep_ == "conj"
        for one, other in pairwise(run)
    ):
        return [number]
    return [
        item
        for item, place in enumerate(run, first)
        if place is mine
        or (
            place.relation in OF_NAMES
            and not _nested(place, mine)
            and not any(linker.holds(place.place, other.place) for other in run)
        )
    ]


def _listed(one: Candidate, other: Candidate) -> bool:
    """Tell whether only the words of a list stand between two neighbouring names."""
    words = set(_gap(one, other))
    return bool(words & {",", "and"}) and words <= _LISTED


def _nested(one: Candidate, other: Candidate) -> bool:
    """Tell whether two places are the same, or one lies in the other."""
    a, b = one.place, other.place
    if a is None or b is None or a.place_id == b.place_id:
        return True
    return linker.holds(a, b) or linker.holds(b, a)


def _gap(one: Candidate, other: Candidate) -> list[str]:
    """The words between two names, in lower case."""
    return [token.lower_ for token in one.tokens.doc[one.tokens.end : other.tokens.start]]
