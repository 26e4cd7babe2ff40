"""Inheriting: where an event was whose own sentence names no place of it.

Few such places can be known. In annotated articles of the newswire and of MUC-4, exact places taken
from any event or place before, or from the dateline, were right for 45 events of 213; by the rules
below for 32 of 117, and of those that are wrong 41 are told at places that nobody knows. All others
are put on the map as their country.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from geo.gazetteer import Gazetteer, Place
from geo.relations import Relation, locate
from pipeline import clauses
from pipeline.documents import Document, Span
from pipeline.events import Draft, Event
from pipeline.expressions import Expression
from pipeline.mentions import Mention
from pipeline.places import Site
from pipeline.pointing import lies_in
from pipeline.scenes import Scene
from pipeline.telling import VERBAL

IN_WORDS = VERBAL | {"SANCTION"}
"""Categories whose place is where it is said to be done, or nowhere."""

OPENING = 1
"""Paragraphs that the dateline speaks for. Of assaults placed by it alone in MUC-4 reports of our
dev half 15 of 58 in the first answer a template there, and 7 of 90 in the two after it."""

STORY = 3500
"""Characters of a report whose events so far were all at one place, so that one told without a
place is likely there: of 31 in annotated articles 17 were, and 1 of 26 in longer ones."""

OLD_DAYS = 14
"""An event more days before the publication is background, not what the report was filed on."""

WIDE_KM = 40.0
"""A "within 150 km of Kabul" wider than this says less than a town or a district."""

_DWELL = frozenset({"base", "headquarter", "headquartered", "born", "found"})
"""Lemmas of what says where somebody belongs, not where something happens."""


class Ground:
    """The events of a document that happened on the ground at a known place, by doer and in order.

    Parameters
    ----------
    drafts : iterable of Draft
        In the order of the text.
    """

    def __init__(self, drafts: Iterable[Draft]) -> None:
        self._events: list[Event] = []
        self._meetings: list[Event] = []
        self._done: dict[object, list[tuple[int, Site]]] = {}
        for event in (draft.event for draft in drafts):
            if _is_meeting(event):
                self._meetings.append(event)
            if event.site is None or event.event_type in IN_WORDS:
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

    def of_meeting(self, event: Event) -> Site | None:
        """Where a meeting was that the text tells before of the same day."""
        before = self._meetings[: bisect_left(self._meetings, event.trigger.start, key=_start)]
        first, last = event.when.start or event.when.end, event.when.end
        met = before[-1].when.end if before else None
        if first is None or last is None or met is None or not first <= met <= last:
            return None
        return before[-1].site

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
        fine = {site.place.place_id: site for site in sites if site and coarseness(site) <= 1}
        return next(iter(fine.values())) if len(fine) == 1 else None


def _start(event: Event) -> int:
    return event.trigger.start


def _is_meeting(event: Event) -> bool:
    if event.event_type != "CONSULT" or event.modality != "actual" or event.event_mode == "phone":
        return False
    return event.site is not None and coarseness(event.site) <= 1


def inherit(
    document: Document,
    draft: Draft,
    ground: Ground,
    scene: Scene,
    gazetteer: Gazetteer,
    *,
    at: Site | None = None,
) -> Draft:
    """Give an event whose sentence names no place of it one that it may have from elsewhere.

    Parameters
    ----------
    document : Document
    draft : Draft
    ground : Ground
        The document's other events, where their own sentences place them.
    scene : Scene
    gazetteer : Gazetteer
        Gives countries and capitals.
    at : Site, optional
        The place that heads the list entry which it stands in.

    Returns
    -------
    Draft
        With the place and whence it is; as it was where there is none.
    """
    event = draft.event
    if event.event_type in IN_WORDS:
        return _said(document, draft, ground, scene, at)
    if at is not None and not _agrees(at, _spoken_of(draft, scene)):
        at = None
    if event.modality in {"planned", "possible"}:
        if at is not None:
            return with_site(draft, at, "heading")
        return _country_level(draft, scene, gazetteer)
    home = gazetteer.country(_decreeing(event, _spoken_of(draft, scene)))
    if home is not None:
        site = made_site(Relation("at"), [home], event.trigger)
        return with_site(draft, site, "country_fallback")
    told = _around(document, event.named, scene) if event.named is not None else None
    source = "sentence"
    if told is None and at is not None:
        told, source = _of_entry(document, draft, ground, scene, at)
    elif told is None and event.named is None:
        told, source = _of_others(document, draft, ground, scene)
    return with_site(draft, told, source) if told else _country_level(draft, scene, gazetteer)


def _of_entry(
    document: Document, draft: Draft, ground: Ground, scene: Scene, at: Site
) -> tuple[Site, str]:
    """The place that heads an entry, or a finer one in it of what this event goes on with."""
    if draft.event.named is None and coarseness(at) > 1:
        told = _told_before(document, draft, ground, scene)
        if told is not None and coarseness(told) < coarseness(at):
            return told, "inherited"
    return at, "heading"


def _told_before(document: Document, draft: Draft, ground: Ground, scene: Scene) -> Site | None:
    """The place of an event or a sentence that this one goes on with."""
    return (
        ground.of_same_actor(draft.event)
        or ground.just_before(document, draft.event)
        or _of_sentence_before(draft, scene)
    )


def _of_others(
    document: Document, draft: Draft, ground: Ground, scene: Scene
) -> tuple[Site | None, str]:
    """The place of an event or a sentence that this one goes on with, or the dateline's."""
    source = "inherited"
    told = _told_before(document, draft, ground, scene) or ground.only_one(document, draft.event)
    if told is None:
        told, source = _of_dateline(document, draft, scene), "dateline"
    if told is None or not _agrees(told, _spoken_of(draft, scene)):
        return None, source
    return told, source


def _around(document: Document, named: Span, scene: Scene) -> Site | None:
    """The known place that the text says an unknown one lies in.

    "Tilak Nagar in South Bengaluru"; "Ciudad Credisa, a San Salvador neighbourhood".
    """
    after = next(iter(scene.within(named.end, len(document.text))), None)
    if after is None or not lies_in(document.text[named.end : after.expression.start]):
        return None
    return after


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


def _decreeing(event: Event, spoken: Mapping[str, int]) -> str:
    """The country whose government decrees or calls up: it holds there, wherever it was signed.

    Whoever declares an emergency decrees; where nobody knows who does, of the one country that the
    sentence names (`spoken`).
    """
    actor = event.actor1
    if event.event_type == "COERCE" and event.event_mode == "martial-law":
        only = next(iter(spoken)) if len(spoken) == 1 else ""
        return (actor.country if actor is not None else None) or only
    if actor is None or event.event_type not in {"COERCE", "MOBILIZE"}:
        return ""
    return (actor.country or "") if actor.name.startswith("Government of") else ""


def _of_sentence_before(draft: Draft, scene: Scene) -> Site | None:
    """The finest of the last three places that the sentence before names, in its paragraph."""
    parsed, sentence = draft.parsed, draft.token.sent
    before = next((one for one in parsed.doc.sents if one.end == sentence.start), None)
    if before is None:
        return None
    named = scene.within(parsed.span.start + before.start_char, parsed.span.start + before.end_char)
    sites = [site for site in named if not _is_of_another(site, draft)]
    return min(sites[-3:], key=coarseness) if sites else None


def _said(document: Document, draft: Draft, ground: Ground, scene: Scene, at: Site | None) -> Draft:
    """Where something was said: at the meeting that is told of, or where the lead was filed.

    Of 19 acts of words of the day of a meeting told before, in annotated articles, 15 were there;
    of 12 of another day one.
    """
    event = draft.event
    if event.modality != "actual" or event.event_mode == "phone":
        return draft
    site = ground.of_meeting(event) if event.event_type in VERBAL else None
    if site is not None:
        return with_site(draft, site, "inherited")
    if at is not None and is_home(draft, at):
        return with_site(draft, at, "heading")
    site = _of_lead(document, draft, scene)
    return draft if site is None else with_site(draft, site, "dateline")


def is_home(draft: Draft, at: Site | None) -> bool:
    """Tell whether a place lies in the country of who says or does it."""
    return at is not None and draft.countries[:1] == (at.place.country,)


def _of_lead(document: Document, draft: Draft, scene: Scene) -> Site | None:
    """The dateline's place for what the lead says that somebody of that country said there.

    "LASHKAR GAH, Aug. 3 - The commander of Afghan forces in the south urged residents to leave."
    """
    lead = document.paragraphs[:1]
    if not lead:
        return None
    if not lead[0].start <= draft.event.trigger.start < lead[0].end:
        return None
    at = _of_dateline(document, draft, scene)
    return at if is_home(draft, at) else None


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
    if event.when.source not in {"text", "heading"} or last is None or published is None:
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
    site = made_site(Relation("at"), [home], draft.event.trigger)
    return with_site(draft, site, "country_fallback")


def coarseness(site: Site) -> int:
    """How little a site says: 0 for an exact place, 1 for a district, 5 for a country."""
    rank = {1: 0, 2: 0, 3: 1, 5: 2, 4: 3, 7: 4, 6: 5}
    radius = site.expression.relation.distance_km
    if site.expression.relation.kind == "near" and radius is not None and radius > WIDE_KM:
        return rank[4]
    return rank[site.location.where_prec]


def made_site(relation: Relation, places: list[Place], span: Span) -> Site:
    """A site that no single expression of the text names, with the words that led to it."""
    mentions = tuple(Mention(span.start, span.end, span.text, "toponym") for _ in places)
    expression = Expression(span.start, span.end, span.text, relation, mentions)
    return Site(expression, locate(relation, places), places[0], 0.9)


def with_site(draft: Draft, site: Site, source: str) -> Draft:
    """The draft at a site; `source` as `Event.location_source`."""
    return replace(draft, event=replace(draft.event, site=site, location_source=source))
