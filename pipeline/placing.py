"""Placing: the place that belongs to an event, not the first one in its sentence."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from geo.gazetteer import Gazetteer
from geo.relations import Relation
from pipeline.documents import Document, Span
from pipeline.events import Draft
from pipeline.expressions import Expression
from pipeline.headings import Heading, headed
from pipeline.inheriting import IN_WORDS, Ground, inherit, is_home, made_site, with_site
from pipeline.places import Site
from pipeline.scenes import Scene, candidates_of, is_literal, places_of_event
from pipeline.syntax import Token
from pipeline.telling import VERBAL

_AT = frozenset(
    {"in", "at", "near", "outside", "inside", "across", "on", "around", "throughout", "along"}
)
_COUNTRY = 6
"""`where_prec` of a country."""

_OPENING = 4
"""Most words before the place that a sentence opens with: "Last weekend, at Konya, marchers"."""

_AUDIENCE = frozenset(
    "reporter newsman newsmen journalist correspondent statement conference speech interview "
    "rally".split()
)
_RECALLED = frozenset({"recall", "withdraw"})
"""What is done to envoys, at the place that they leave: "recalled its diplomats from Kigali"."""

_COURTS = frozenset("court tribunal magistrate judge".split())
_BEING_THERE = frozenset("hold speak take ask sit meet gather address".split())
"""Verbs between a place and an act of words: "speaking in Amman, he refused"."""

_CARRIED = frozenset({"evacuate", "airlift"})
_FLIGHT = frozenset(
    "flee cross retreat escape move crossing retreat withdraw push evacuate".split()
)
_BORDER_WORDS = frozenset({"border", "frontier"})


def place_drafts(
    document: Document,
    drafts: Sequence[Draft],
    scene: Scene,
    gazetteer: Gazetteer,
    headings: Sequence[Heading] = (),
) -> list[Draft]:
    """Give each drafted event its place: its clause's own, else one that it may inherit.

    Parameters
    ----------
    document : Document
    drafts : sequence of Draft
        In the order of the text.
    scene : Scene
        The document's places; those that only name governments count for nothing here.
    gazetteer : Gazetteer
        Gives countries and capitals for borders and calls.
    headings : sequence of Heading
        What heads the entries of its lists: each entry is a story of its own.

    Returns
    -------
    list of Draft
        In the order of `drafts`; without a place where the text gives none. One that is told of
        several places ("in Kunduz and Takhar") comes once for each; the first keeps its figures.
    """
    heads = headed(drafts, headings)
    told = list(_told(drafts, scene, gazetteer))
    stories: dict[int, list[Draft]] = {}
    for head, (own, _) in zip(heads, told, strict=True):
        stories.setdefault(head.start, []).append(own)
    grounds = {start: Ground(story) for start, story in stories.items()}
    placed: list[Draft] = []
    for head, (draft, others) in zip(heads, told, strict=True):
        ground = grounds[head.start]
        if not draft.event.location_source or _is_remote(draft, ground, head.site):
            placed.append(inherit(document, draft, ground, scene, gazetteer, at=head.site))
            continue
        placed.append(draft)
        placed.extend(_elsewhere(draft, site, part) for part, site in enumerate(others, 1))
    return placed


def _told(
    drafts: Sequence[Draft], scene: Scene, gazetteer: Gazetteer
) -> Iterator[tuple[Draft, list[Site]]]:
    """Each draft at its sentence's place, as `_own_places` does, with what points settled."""
    towns: list[str] = []
    for draft in drafts:
        own, others = _own_places(draft, scene, gazetteer)
        own = _settled(own, scene, towns)
        yield own, others
        if own.event.site is not None and own.event.event_type not in IN_WORDS:
            towns.append(own.event.site.place.place_id)


def _is_remote(draft: Draft, ground: Ground, at: Site | None) -> bool:
    """Tell whether what is said between two capitals may have been said at a meeting instead.

    Or at the place that heads a list's entry, if it is the speaker's country.
    """
    event = draft.event
    if event.site is None or event.site.expression.relation.kind != "remote":
        return False
    if event.event_mode == "phone":
        return False
    return is_home(draft, at) or ground.of_meeting(event) is not None


def _own_places(draft: Draft, scene: Scene, gazetteer: Gazetteer) -> tuple[Draft, list[Site]]:
    """The draft at its sentence's place, if it has one, and the other places it is told of."""
    event = draft.event
    words, found = places_of_event(draft.token, draft.parsed, scene)
    site = _border_crossed(draft, scene, gazetteer)
    others = found[1:] if site is None else []
    if site is None and found:
        site = found[0]
    carried = event.event_type == "AID" or draft.token.lemma_.lower() in _CARRIED
    if carried and found:
        site = _taken_from(draft, scene, site) or site
    if words is not None and event.event_type not in VERBAL:
        draft = replace(draft, event=replace(event, named=_naming(words, draft, scene)))
    site = _own_border(draft, site, gazetteer)
    if event.event_type in IN_WORDS:
        site = None if _points_back(site, scene) else site
    if event.event_type in IN_WORDS and not _meets_there(draft, site):
        others = []
        spoken = _spoken_at(draft, scene) or _remote(draft, gazetteer)
        if spoken is not None:
            return with_site(draft, spoken, "sentence"), []
        if event.event_type != "CONSULT":
            site = None
    return (draft, []) if site is None else (with_site(draft, site, "sentence"), others)


def _naming(words: Expression, draft: Draft, scene: Scene) -> Span:
    """The name in the sentence that words point at ("the town"), or the words themselves."""
    name = words if scene.pointing is None else scene.pointing.name(words)
    if name.start < draft.event.sentence.start:
        name = words
    return Span(name.start, name.end, name.text)


def _taken_from(draft: Draft, scene: Scene, site: Site | None) -> Site | None:
    """Where "took the wounded from Sanaa to Muscat" helped them, if it was found at the goal."""
    froms: list[Site] = []
    goals: list[Site] = []
    for expression, candidate in candidates_of(draft.token, draft.parsed, scene):
        known = scene.sites.get(expression)
        link = candidate.tokens.root.head
        if link.head.lower_ == "out":
            link = link.head
        if known is None or link.dep_ != "prep" or not _hangs_on(link, draft.token):
            continue
        if link.lower_ in {"to", "into"}:
            goals.append(known)
        elif link.lower_ in {"from", "out"}:
            froms.append(known)
    return froms[0] if froms and site in goals else None


def _hangs_on(link: Token, trigger: Token) -> bool:
    """Tell whether a preposition is a verb's, or its object's: "took 50 people from Sanaa"."""
    return link.head is trigger or link.head.head is trigger or link.head.head.head is trigger


def _spoken_at(draft: Draft, scene: Scene) -> Site | None:
    """Where a sentence says outright that it is said, told or judged; no country, and no call.

    "Speaking in Doha, the minister refused"; "In Damascus, the ministry sent letters in which it
    denounced the killing"; "told reporters in Nairobi"; "sentenced by the Colombo High Court".
    """
    if draft.event.event_mode == "phone":
        return None
    above = frozenset({draft.token.i, *(token.i for token in draft.token.ancestors)})
    for expression, candidate in candidates_of(draft.token, draft.parsed, scene):
        site = scene.sites.get(expression)
        root = candidate.tokens.root
        if site is None or site.location.where_prec >= _COUNTRY:
            continue
        # A court's place is part of the name of a body.
        said = is_literal(site) and _is_said_there(draft.token, root, above)
        if said or _is_court(root, above):
            return site
    return None


def _is_said_there(trigger: Token, place: Token, above: frozenset[int]) -> bool:
    """Tell whether a place is that of the sentence, of who speaks, of who listens, or of the court.

    `above` are the trigger and the words above it in the parse.
    """
    link = place.head
    if place.dep_ != "pobj" or link.lower_ not in {"in", "at", "from"}:
        return False
    of = link.head
    if link.lower_ == "from" and trigger.lemma_.lower() in _RECALLED:
        return trigger in {of, of.head}
    if of.i in above:
        return link.i - trigger.sent.start <= _OPENING and link.lower_ != "from"
    if of.lemma_.lower() in _BEING_THERE:
        return of.dep_ in {"advcl", "acl"} and (of.head is trigger or of.head.head is trigger)
    heard = of.head if of.dep_ == "acl" else of
    return heard.lemma_.lower() in _AUDIENCE | _COURTS and _hangs_below(heard, above)


def _is_court(place: Token, above: frozenset[int]) -> bool:
    """Tell whether a place is part of the name of a court that does or hears what is told."""
    named = place.dep_ in {"compound", "nmod", "poss"}
    return named and place.head.lemma_.lower() in _COURTS and _hangs_below(place.head, above)


def _hangs_below(noun: Token, above: frozenset[int]) -> bool:
    """Tell whether a noun hangs, by nouns and prepositions alone, on one of the words above."""
    while noun.i not in above and noun.head is not noun and noun.pos_ in {"NOUN", "PROPN", "ADP"}:
        noun = noun.head
    return noun.i in above


def _points_back(site: Site | None, scene: Scene) -> bool:
    """Tell whether a place is only told by "there" or "the town"."""
    pointing = scene.pointing
    return site is not None and pointing is not None and pointing.points_back(site.expression)


def _settled(draft: Draft, scene: Scene, towns: Sequence[str]) -> Draft:
    """The draft at what its words point at, which depends on where the events before were."""
    site = draft.event.site
    if site is None or scene.pointing is None or site.expression not in scene.pointing:
        return draft
    there = scene.pointing.site(site.expression, towns) or site
    return with_site(draft, there, "inherited" if _points_back(site, scene) else "sentence")


def _elsewhere(draft: Draft, site: Site, part: int) -> Draft:
    """The same told of another place; its figures are of all places, and are counted once."""
    event, first = draft.event, draft.event.site
    at = first.location.name if first is not None else ""
    counts = tuple(
        replace(count, best=None, low=None, high=None, text=f"{count.text} (counted at {at})")
        for count in event.counts
    )
    event = replace(event, counts=counts, part=part)
    return with_site(replace(draft, event=event), site, "sentence")


def _own_border(draft: Draft, site: Site | None, gazetteer: Gazetteer) -> Site | None:
    """The border of two countries in "X closed its border with Y", where the phrase names Y."""
    if site is None or site.expression.relation.kind != "border":
        return site
    words = site.expression
    if len(words.mentions) > 1 or " with " not in words.text or not draft.countries:
        return site
    home = gazetteer.country(draft.countries[0])
    if home is None or home.place_id == site.place.place_id:
        return site
    span = Span(words.start, words.end, words.text)
    pair = made_site(Relation("border"), [home, site.place], span)
    return pair if pair.location.geometry is not None else site


def _meets_there(draft: Draft, site: Site | None) -> bool:
    """Tell whether a verbal event's place is said outright ("met in Doha"), not in passing."""
    if site is None or draft.event.event_mode == "phone":
        return False
    tokens = draft.parsed.tokens(site.expression.start, site.expression.end)
    if tokens is None:
        return False
    consult = draft.event.event_type == "CONSULT"
    if consult and tokens.root.dep_ == "dobj":
        return True
    if draft.token.dep_ == "relcl" and draft.token.head is tokens.root:
        return any(child.lower_ in {"where", "in", "at"} for child in draft.token.children)
    if site.location.where_prec >= 6 and not consult:
        return False
    wanted = _AT | {"to"} if consult else _AT - {"on"}
    return bool(wanted & _prepositions(tokens.root, draft.token))


def _prepositions(place: Token, trigger: Token) -> set[str]:
    """Prepositions from a place up to the trigger; none if another verb stands between."""
    words: set[str] = set()
    current = place
    for _ in range(9):
        if current.i in {trigger.i, trigger.head.i}:
            return words
        if current.pos_ == "ADP":
            words.add(current.lower_)
        elif current.pos_ in {"VERB", "AUX"} and current.lemma_ not in _BEING_THERE:
            return set()
        current = current.head
    return set()


def _remote(draft: Draft, gazetteer: Gazetteer) -> Site | None:
    """A call or a promise between two states: the line between their capitals."""
    countries = list(dict.fromkeys(draft.countries))
    if len(countries) < 2:
        return None
    capitals = [gazetteer.capital(country) for country in countries[:2]]
    if capitals[0] is None or capitals[1] is None:
        return None
    return made_site(Relation("remote"), [capitals[0], capitals[1]], draft.event.trigger)


def _border_crossed(draft: Draft, scene: Scene, gazetteer: Gazetteer) -> Site | None:
    """Flight from one country into the next happens on their border."""
    token = draft.token
    if draft.event.event_type != "RETREAT" or token.lemma_.lower() not in _FLIGHT:
        return None
    if draft.event.actor1 is None or draft.event.actor1.country is None:
        return None
    home = draft.event.actor1.country
    span, goal = _goal(draft, scene)
    if span is None:
        return None
    if goal is None:
        goal = _other_country(draft, home, scene, gazetteer)
    if goal is None or goal == home:
        return None
    places = [gazetteer.country(home), gazetteer.country(goal)]
    if places[0] is None or places[1] is None:
        return None
    site = made_site(Relation("border"), [places[0], places[1]], span)
    return site if site.location.geometry is not None else None


def _goal(draft: Draft, scene: Scene) -> tuple[Span | None, str | None]:
    """Where the flight leads: words and country of "to Tajikistan", or the word "border" alone."""
    parsed = draft.parsed
    for site in scene.within(draft.event.sentence.start, draft.event.sentence.end):
        tokens = parsed.tokens(site.expression.start, site.expression.end)
        if tokens is None or not site.place.feature.startswith("PCL"):
            continue
        if _leads_to(draft.token, tokens.root):
            words = site.expression
            return Span(words.start, words.end, words.text), site.place.country
    for item in draft.token.subtree:
        near = draft.token.i in {item.head.i, item.head.head.i}
        if item.lemma_.lower() in _BORDER_WORDS and near:
            return parsed.spot(item.idx, item.idx + len(item)), None
    return None, None


def _leads_to(trigger: Token, place: Token) -> bool:
    """Tell whether a flight leads to a place: "fled to X", "crossed into X", "fled X"."""
    if place.dep_ == "dobj":
        return place.head.i == trigger.i
    towards = place.dep_ == "pobj" and place.head.lower_ in {"to", "into", "over"}
    return towards and place.head.head.i == trigger.i


def _other_country(draft: Draft, home: str, scene: Scene, gazetteer: Gazetteer) -> str | None:
    """The neighbour that the sentence, else the document, speaks of most."""
    tally: Counter[str] = Counter()
    for entity in draft.token.sent.ents:
        words = entity.text.removesuffix("'s")
        place = gazetteer.demonym(words) or next(
            (item.place for item in gazetteer.candidates(words, limit=1)), None
        )
        if place is not None and place.feature.startswith("PCL") and place.country:
            tally[place.country] += 5
    tally.update(scene.countries)
    del tally[home]
    return tally.most_common(1)[0][0] if tally else None
