"""Placing: the place that belongs to an event, not the first one in its sentence."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from geo.gazetteer import Gazetteer, Place
from geo.relations import Relation, locate
from pipeline import clauses
from pipeline.documents import Document, Span
from pipeline.events import Draft, Event
from pipeline.expressions import Expression
from pipeline.mentions import PLACE_NOUNS, Mention
from pipeline.places import Site
from pipeline.scenes import Scene, places_of_event
from pipeline.syntax import Token
from pipeline.telling import VERBAL

_IN_WORDS = VERBAL | {"SANCTION"}
"""Categories whose place is where it is said to be done, or nowhere."""

OPENING = 1
"""Paragraphs that the dateline speaks for. Of events placed by it alone in MUC-4 reports of our dev
half, 16 of 32 in the first three were there, 4 of 21 in later ones."""

STORY = 3500
"""Characters of a report whose events so far were all at one place, so that one told without a
place is likely there: of 31 in annotated articles 17 were, and 1 of 26 in longer ones."""

OLD_DAYS = 14
"""An event more days before the publication is background, not what the report was filed on."""

WIDE_KM = 40.0
"""A "within 150 km of Kabul" wider than this says less than a town or a district."""

_AT = frozenset(
    {"in", "at", "near", "outside", "inside", "across", "on", "around", "throughout", "along"}
)
_FLIGHT = frozenset(
    "flee cross retreat escape move crossing retreat withdraw push evacuate".split()
)
_CAPITAL = re.compile(
    r"(?<!from )\b(?:the|this|our)\s+(?:country's\s+)?(?:(?P<whose>[a-z]+)\s+)?capital\b"
    r"(?!\s+(?:of|punishment|markets?|[a-z]+ment))",
    re.IGNORECASE,
)
_DWELL = frozenset({"base", "headquarter", "headquartered", "born", "found"})
"""Lemmas of what says where somebody belongs, not where something happens."""

_ASIDE = 40
"""Characters after a place's name within which the text may say what it lies in."""

_LIES_IN = PLACE_NOUNS | frozenset(
    ", ( - in of on the a an at near outside northern southern eastern western central north south "
    "east west city's small".split()
)
"""Words between a place and the one that it lies in."""

_BORDER_WORDS = frozenset({"border", "frontier"})


class Ground:
    """The events of a document that happened on the ground at a known place, by doer and in order.

    Parameters
    ----------
    drafts : iterable of Draft
        In the order of the text.
    """

    def __init__(self, drafts: Iterable[Draft]) -> None:
        self._events: list[Event] = []
        self._done: dict[object, list[tuple[int, Site]]] = {}
        for event in (draft.event for draft in drafts):
            if event.site is None or event.event_type in VERBAL:
                continue
            self._events.append(event)
            exact = event.modality == "actual" and event.site.location.where_prec < 6
            if exact and event.actor1 is not None:
                at = event.trigger.start, event.site
                self._done.setdefault(event.actor1, []).append(at)

    def of_same_actor(self, event: Event) -> Site | None:
        """Where the same actor's nearest event is that has a place finer than a country."""
        found = self._done.get(event.actor1) if event.actor1 is not None else None
        if not found:
            return None
        start = event.trigger.start
        at = bisect_left(found, start, key=lambda entry: entry[0])
        near = found[max(0, at - 1) : at + 1]
        return min(near, key=lambda entry: abs(entry[0] - start))[1]

    def just_before(self, document: Document, event: Event) -> Site | None:
        """Where the event before is, if its sentence is the same or the one just before."""
        at = bisect_left(self._events, event.trigger.start, key=_start)
        before = self._events[at - 1] if at else None
        if before is None or document.text[before.sentence.end : event.sentence.start].strip():
            return None
        return before.site


    def only_one(self, document: Document, event: Event) -> Site | None:
        """Where all events before are, in a report that tells one story: a short one."""
        if len(document.text) > STORY:
            return None
        before = self._events[: bisect_left(self._events, event.trigger.start, key=_start)]
        sites = [other.site for other in before if other.location_source == "sentence"]
        fine = {site.place.place_id: site for site in sites if site and _coarseness(site) <= 1}
        return next(iter(fine.values())) if len(fine) == 1 else None


def _start(event: Event) -> int:
    return event.trigger.start


def place_drafts(
    document: Document,
    drafts: Sequence[Draft],
    scene: Scene,
    gazetteer: Gazetteer,
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

    Returns
    -------
    list of Draft
        In the order of `drafts`; without a place where the text gives none. One that is told of
        several places ("in Kunduz and Takhar") comes once for each; the first keeps its figures.
    """
    told = [_own_places(draft, scene, gazetteer) for draft in drafts]
    ground = Ground(first for first, _ in told)
    placed: list[Draft] = []
    for draft, others in told:
        if not draft.event.location_source:
            placed.append(_inherit_place(document, draft, ground, scene, gazetteer))
            continue
        placed.append(draft)
        placed.extend(_elsewhere(draft, site, part) for part, site in enumerate(others, 1))
    return placed


def _own_places(draft: Draft, scene: Scene, gazetteer: Gazetteer) -> tuple[Draft, list[Site]]:
    """The draft at its sentence's place, if it has one, and the other places it is told of."""
    event = draft.event
    words, found = places_of_event(draft.token, draft.parsed, scene)
    site = _border_crossed(draft, scene, gazetteer)
    others = found[1:] if site is None else []
    if site is None and found:
        site = found[0]
    if words is not None and event.event_type not in VERBAL:
        named = Span(words.start, words.end, words.text)
        draft = replace(draft, event=replace(event, named=named))
    site = _own_border(draft, site, gazetteer)
    if event.event_type in _IN_WORDS and not _meets_there(draft, site):
        others = []
        remote = _remote(draft, gazetteer)
        if remote is not None:
            return _with_site(draft, remote, "sentence"), []
        if event.event_type != "CONSULT":
            site = None
    return (draft, []) if site is None else (_with_site(draft, site, "sentence"), others)


def _elsewhere(draft: Draft, site: Site, part: int) -> Draft:
    """The same told of another place; its figures are of all places, and are counted once."""
    event, first = draft.event, draft.event.site
    at = first.location.name if first is not None else ""
    counts = tuple(
        replace(count, best=None, low=None, high=None, text=f"{count.text} (counted at {at})")
        for count in event.counts
    )
    event = replace(event, counts=counts, part=part)
    return _with_site(replace(draft, event=event), site, "sentence")


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
    pair = _made_site(Relation("border"), [home, site.place], span)
    return pair if pair.location.geometry is not None else site


def _coarseness(site: Site) -> int:
    rank = {1: 0, 2: 0, 3: 1, 5: 2, 4: 3, 7: 4, 6: 5}
    radius = site.expression.relation.distance_km
    if site.expression.relation.kind == "near" and radius is not None and radius > WIDE_KM:
        return rank[4]
    return rank[site.location.where_prec]


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
        elif current.pos_ in {"VERB", "AUX"} and current.lemma_ not in {"hold", "speak", "take"}:
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
    return _made_site(Relation("remote"), [capitals[0], capitals[1]], draft.event.trigger)


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
    site = _made_site(Relation("border"), [places[0], places[1]], span)
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


def _inherit_place(
    document: Document,
    draft: Draft,
    ground: Ground,
    scene: Scene,
    gazetteer: Gazetteer,
) -> Draft:
    """The place of the same actor's nearest event, the paragraph, the dateline, the country."""
    event = draft.event
    if event.event_type in _IN_WORDS:
        return _said_at_home(document, draft, scene)
    if event.modality in {"planned", "possible"}:
        return _country_level(draft, scene, gazetteer)
    home = gazetteer.country(_decreeing(event))
    if home is not None:
        site = _made_site(Relation("at"), [home], event.trigger)
        return _with_site(draft, site, "country_fallback")
    capital = _of_capital(document, draft, scene, gazetteer)
    if capital is not None:
        return _with_site(draft, capital, "sentence")
    if event.named is not None:
        around = _around(document, event.named, scene)
        if around is not None:
            return _with_site(draft, around, "sentence")
        return _country_level(draft, scene, gazetteer)
    told = (
        ground.of_same_actor(event)
        or ground.just_before(document, event)
        or _of_sentence_before(draft, scene)
        or ground.only_one(document, event)
    )
    source = "dateline" if told is None else "inherited"
    told = told or _of_dateline(document, draft, scene)
    if told is not None and _agrees(told, _spoken_of(draft, scene)):
        return _with_site(draft, told, source)
    return _country_level(draft, scene, gazetteer)


def _around(document: Document, named: Span, scene: Scene) -> Site | None:
    """The known place that the text says an unknown one lies in.

    "Tilak Nagar in South Bengaluru"; "Ciudad Credisa, a San Salvador neighbourhood".
    """
    after = next(iter(scene.within(named.end, named.end + _ASIDE)), None)
    if after is None:
        return None
    between = document.text[named.end : after.expression.start].lower()
    words = set(re.findall(r"\w+|[^\w\s]", between))
    return after if words <= _LIES_IN else None


def _spoken_of(draft: Draft, scene: Scene) -> Counter[str]:
    """Countries that a sentence names by their governments or places, how often each.

    Peoples do not count: "two American tourists were killed" is not told of America.
    """
    sentence = draft.event.sentence
    tally: Counter[str] = Counter()
    at = bisect_left(scene.expressions, sentence.start, key=lambda words: words.start)
    for words in scene.expressions[at:]:
        if words.start >= sentence.end:
            break
        place, site = scene.places.get(words.mentions[0]), scene.sites.get(words)
        if place is None or not place.country or (site and _is_of_another(site, draft)):
            continue
        tally[place.country] += 1
    return tally


def _agrees(site: Site, countries: Collection[str]) -> bool:
    """Tell whether a sentence that names `countries` may tell of a site named elsewhere."""
    home = site.place.country
    return not countries or not home or home in countries


def _is_of_another(site: Site, draft: Draft) -> bool:
    """Tell whether a place only says who somebody is: "Teresa of Calcutta", "a firm based in X"."""
    tokens = draft.parsed.tokens(site.expression.start, site.expression.end)
    if tokens is None:
        return False
    current, speech = tokens.root, clauses.speech_verb(draft.token)
    for _ in range(9):
        above = current.head
        if above.i in {current.i, draft.token.i}:
            return False
        if above.lemma_.lower() in _DWELL or (
            above.ent_type_ in {"PERSON", "ORG"} and current.lower_ in {"of", "in", "from"}
        ):
            return True
        if speech is not None and above.i == speech.i:
            return current.dep_ == "nsubj"
        current = above
    return False


def _of_capital(
    document: Document, draft: Draft, scene: Scene, gazetteer: Gazetteer
) -> Site | None:
    """The capital that a sentence names by its country or by none ("the Peruvian capital")."""
    sentence = draft.event.sentence
    found = _CAPITAL.search(sentence.text)
    if found is None or scene.within(sentence.start, sentence.end):
        return None
    words = " ".join((found["whose"] or "").split())
    nation = gazetteer.demonym(words.title()) if words else None
    if words and nation is None:
        return None  # "the provincial capital"
    country = nation.country if nation is not None else _home(document, scene)
    capital = gazetteer.capital(country) if country else None
    if capital is None:
        return None
    start = sentence.start + found.start()
    return _made_site(Relation("at"), [capital], Span(start, start + len(found[0]), found[0]))


def _home(document: Document, scene: Scene) -> str:
    """The dateline's country, else the one that the document names most."""
    line = document.dateline_place
    filed = next(iter(scene.within(line.start, line.end)), None) if line is not None else None
    if filed is not None and filed.place.country:
        return filed.place.country
    return max(scene.countries, key=lambda code: scene.countries[code], default="")


def _decreeing(event: Event) -> str:
    """The country whose government decrees or calls up: it holds there, wherever it was signed."""
    actor = event.actor1
    if actor is None or event.event_type not in {"COERCE", "MOBILIZE"}:
        return ""
    return (actor.country or "") if actor.name.startswith("Government of") else ""


def _of_sentence_before(draft: Draft, scene: Scene) -> Site | None:
    """The finest of the last three places that the sentence before names, in its paragraph."""
    parsed, sentence = draft.parsed, draft.token.sent
    before = next((one for one in parsed.doc.sents if one.end == sentence.start), None)
    if before is None:
        return None
    named = scene.within(
        parsed.span.start + before.start_char, parsed.span.start + before.end_char
    )
    sites = [site for site in named if not _is_of_another(site, draft)]
    return min(sites[-3:], key=_coarseness) if sites else None


def _said_at_home(document: Document, draft: Draft, scene: Scene) -> Draft:
    """The dateline's place for what its lead says that somebody of that country said there.

    "LASHKAR GAH, Aug. 3 - The commander of Afghan forces in the south urged residents to leave."
    """
    lead, event = document.paragraphs[:1], draft.event
    if event.modality != "actual" or event.event_mode == "phone" or not draft.countries:
        return draft
    if not lead or not lead[0].start <= event.trigger.start < lead[0].end:
        return draft
    at = _of_dateline(document, draft, scene)
    if at is None or at.place.country != draft.countries[0]:
        return draft
    return _with_site(draft, at, "dateline")


def _of_dateline(document: Document, draft: Draft, scene: Scene) -> Site | None:
    """Where the report was filed: of what its opening tells as news."""
    span = document.dateline_place
    if span is None or _is_old(document, draft.event):
        return None
    opening = document.paragraphs[:OPENING]
    if opening and draft.event.trigger.start >= opening[-1].end:
        return None
    return next(iter(scene.within(span.start, span.end)), None)


def _is_old(document: Document, event: Event) -> bool:
    """Tell whether an event has a date of its own that is no news: background has no dateline."""
    last, published = event.when.end, document.published
    if event.when.source != "text" or last is None or published is None:
        return False
    return published - last > timedelta(days=OLD_DAYS)


def _country_level(draft: Draft, scene: Scene, gazetteer: Gazetteer) -> Draft:
    """The country that the document's places lie in most, else the actors': no pin by guess."""
    sentence = draft.event.sentence
    here = [
        site
        for site in scene.within(sentence.start, sentence.end)
        if not _is_of_another(site, draft)
    ]
    tally = Counter(site.place.country for site in here if site.place.country)
    tally = tally or _spoken_of(draft, scene)
    if not here and not tally:
        tally.update(place.country for place in scene.places.values() if place.country)
    country = tally.most_common(1)[0][0] if tally else next(iter(draft.countries), None)
    home = gazetteer.country(country) if country else None
    if home is None:
        return draft
    site = _made_site(Relation("at"), [home], draft.event.trigger)
    return _with_site(draft, site, "country_fallback")


def _made_site(relation: Relation, places: list[Place], span: Span) -> Site:
    """A site that no single expression of the text names, with the words that led to it."""
    mentions = tuple(Mention(span.start, span.end, span.text, "toponym") for _ in places)
    expression = Expression(span.start, span.end, span.text, relation, mentions)
    return Site(expression, locate(relation, places), places[0], 0.9)


def _with_site(draft: Draft, site: Site, source: str) -> Draft:
    return replace(draft, event=replace(draft.event, site=site, location_source=source))
