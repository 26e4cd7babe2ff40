"""Linking: the date and the place that belong to an event, not the first ones in its sentence."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from spacy.tokens import Token

from geo.gazetteer import Gazetteer, Place
from geo.relations import Relation, locate
from pipeline import clauses
from pipeline.documents import Document, Span
from pipeline.events import VERBAL, Draft, Event, When
from pipeline.mentions import Expression, Mention
from pipeline.places import Site
from pipeline.timexes import Timex

_IN_WORDS = VERBAL | {"SANCTION"}
"""Categories whose place is where it is said to be done, or nowhere."""

REACH = 6
"""Longest dependency path, in arcs, from a trigger to a place of its own sentence."""

FRESH_DAYS = 14
"""A document's main date lies at most this long before its publication; older ones are background."""

_AT = frozenset(
    {"in", "at", "near", "outside", "inside", "across", "on", "around", "throughout", "along"}
)
_TOWARDS = frozenset(
    {"to", "into", "from", "towards", "toward", "through", "over", "of", "off", "onto"}
)
_SAME_TIME = frozenset({"", "when", "as", "while", "once"})
_FLIGHT = frozenset(
    "flee cross retreat escape move crossing retreat withdraw push evacuate".split()
)
_BORDER_WORDS = frozenset({"border", "frontier"})


def link(
    document: Document,
    drafts: Sequence[Draft],
    timexes: Sequence[Timex],
    sites: Sequence[Site],
    gazetteer: Gazetteer,
) -> list[Event]:
    """Give each drafted event its date and place.

    Parameters
    ----------
    document : Document
    drafts : sequence of Draft
        In the order of the text.
    timexes : sequence of Timex
        Offsets in the document.
    sites : sequence of Site
        The document's places; those that only name governments count for nothing here.
    gazetteer : Gazetteer
        Gives countries and capitals for borders and calls.

    Returns
    -------
    list of Event
        Aligned with `drafts`.
    """
    dated = _dates(document, drafts, timexes)
    literal = [site for site in sites if _is_literal(site)]
    placed = _places(document, dated, literal, gazetteer)
    return [draft.event for draft in placed]


# --- time -------------------------------------------------------------------------------------


def _dates(document: Document, drafts: Sequence[Draft], timexes: Sequence[Timex]) -> list[Draft]:
    usable = [
        timex
        for timex in timexes
        if timex.type in {"DATE", "TIME"} and (timex.date_end or document.published is None)
    ]
    own = [_with_when(draft, _own_date(draft, usable)) for draft in drafts]
    main = _main_date(document, own)
    found: list[Draft] = []
    for draft in own:
        when = draft.event.when
        if when.source is None and draft.event.modality in {"actual", "denied"}:
            when = _inherited(document, draft, found, main)
        found.append(_settled(document, _with_when(draft, when)))
    return found


def _settled(document: Document, draft: Draft) -> Draft:
    """What lies ahead of the publication day has not happened, whatever the tense."""
    event = draft.event
    start = event.when.start or event.when.end
    if (
        event.modality == "actual"
        and event.when.source == "text"
        and document.published is not None
        and start is not None
        and start > document.published
    ):
        return replace(draft, event=replace(event, modality="planned"))
    return draft


def _own_date(draft: Draft, timexes: Sequence[Timex]) -> When:
    """The date of the event's own clause, or of the clause that carries it."""
    token, parsed = draft.token, draft.parsed
    anchors = []
    for timex in timexes:
        tokens = parsed.tokens(timex.start, timex.end)
        if tokens is not None and tokens.root.sent == token.sent:
            anchors.append((timex, _anchor(tokens.root), tokens))
    best: tuple[int, int, When] | None = None
    speech = clauses.speech_verb(token)
    for timex, anchor, tokens in anchors:
        rank = _closeness(token, anchor, speech)
        if rank is None and any(item in tokens for item in token.ancestors):
            rank = 4  # "on Monday, who said ...": the parse hangs the clause on the date itself
        if rank is None:
            continue
        when = _when(timex, before=rank == 5)
        gap = abs(tokens.root.i - token.i)
        if best is None or (rank, gap) < best[:2]:
            best = (rank, gap, when)
    return best[2] if best else When()


def _anchor(token: Token) -> Token:
    """The verb or event noun that a date modifies."""
    current = token
    while current.head.i != current.i and current.pos_ not in {"VERB", "AUX"}:
        if (
            current.pos_ == "NOUN"
            and current is not token
            and current.dep_ not in {"pobj", "npadvmod"}
        ):
            return current
        current = current.head
    return current


def _closeness(token: Token, anchor: Token, speech: Token | None) -> int | None:
    """0 own clause ... 3 a clause above at the same time, 5 the verb of saying; None unrelated."""
    if anchor.i == token.i:
        return 0
    if (
        anchor.head.i == token.i
        and anchor.dep_ in {"acl", "prep", "xcomp", "advcl"}
        and anchor.pos_ != "VERB"
    ):
        return 0
    if anchor.head.i == token.i and anchor.dep_ == "acl":
        return 0
    if token.pos_ in {"NOUN", "PROPN"}:
        verb = clauses.governor(token)
        if verb is not None and anchor.i == verb.i and verb.lemma_.lower() not in clauses.SPEECH:
            return 1
        if anchor in list(token.subtree):
            return 1
    if anchor.head.i == token.i and anchor.dep_ in {"xcomp", "conj"} and anchor.i > token.i:
        return 2
    if speech is not None and anchor.i == speech.i:
        return 5
    current, steps = token, 0
    while current.head.i != current.i and steps < 3:
        if current.dep_ not in {"conj", "xcomp", "advcl", "pcomp", "prep", "relcl", "acl"}:
            break
        if current.dep_ == "advcl" and clauses.marker(current) not in _SAME_TIME:
            break
        if current.dep_ == "relcl":
            break
        current, steps = current.head, steps + 1
        if anchor.i == current.i:
            return 2 + steps
    return None


def _when(timex: Timex, *, before: bool) -> When:
    span = Span(timex.start, timex.end, timex.text)
    if timex.date_end is None and timex.date_start is None:
        return When(text=span, source="text")
    start, end = timex.date_start, timex.date_end
    if before or timex.mod in {"ON_OR_BEFORE", "BEFORE"}:
        start = None
    return When(start, end, timex.date_prec, span, "text")


def _main_date(document: Document, drafts: Iterable[Draft]) -> When:
    """The first date that an actual event of the document has of its own, if it is news."""
    for draft in drafts:
        event = draft.event
        when = event.when
        if event.modality != "actual" or when.end is None or when.prec not in {1, 2}:
            continue
        if document.published is None or (
            timedelta(0) <= document.published - when.end <= timedelta(days=FRESH_DAYS)
        ):
            return when
    return When()


def _inherited(document: Document, draft: Draft, earlier: Sequence[Draft], main: When) -> When:
    """The date of the clause above, of the sentence before in the paragraph, of the document."""
    source = _date_source(draft, earlier) or main
    marker = clauses.marker(draft.token) if draft.token.dep_ in {"advcl", "pcomp"} else ""
    if source.end is not None:
        start = None if marker in {"after", "since", "until"} else source.start
        return When(start, source.end, max(source.prec or 2, 2), source.text, "inherited")
    day = document.published
    if day is None:
        return When()
    start = None if marker in {"after", "since", "until"} else day
    return When(start, day, 2, None, "publication")


def _date_source(draft: Draft, earlier: Sequence[Draft]) -> When | None:
    for other in reversed(earlier):
        same_piece = other.parsed.span == draft.parsed.span
        if same_piece and other.event.when.end is not None and other.event.modality == "actual":
            return other.event.when
    return None


def _with_when(draft: Draft, when: When) -> Draft:
    lost = {"inherited": 0.05, "publication": 0.1}.get(when.source or "", 0.0)
    event = replace(draft.event, when=when, confidence=draft.event.confidence - lost)
    return replace(draft, event=event)


# --- space ------------------------------------------------------------------------------------


def _is_literal(site: Site) -> bool:
    first = site.expression.mentions[0]
    if site.expression.relation.kind == "border":
        return True
    return first.kind == "toponym" or site.expression.relation.kind == "part"


def _places(
    document: Document, drafts: Sequence[Draft], sites: Sequence[Site], gazetteer: Gazetteer
) -> list[Draft]:
    own = [_own_place(document, draft, sites, gazetteer) for draft in drafts]
    return [
        draft
        if draft.event.location_source
        else _inherit_place(document, draft, own, sites, gazetteer)
        for draft in own
    ]


def _own_place(
    document: Document, draft: Draft, sites: Sequence[Site], gazetteer: Gazetteer
) -> Draft:
    event = draft.event
    site = _border_crossed(draft, sites, gazetteer) or _nearest(draft, sites)
    if event.event_type in _IN_WORDS and not _meets_there(draft, site):
        remote = _remote(document, draft, gazetteer)
        if remote is not None:
            return _with_site(draft, remote, "sentence")
        if event.event_type != "CONSULT":
            site = None
    return draft if site is None else _with_site(draft, site, "sentence")


def _nearest(draft: Draft, sites: Sequence[Site]) -> Site | None:
    """The place whose words hang nearest to the trigger, in-phrases first, finer places first."""
    scored = []
    for site in sites:
        tokens = draft.parsed.tokens(site.expression.start, site.expression.end)
        if tokens is None or tokens.root.sent != draft.token.sent:
            continue
        path = _path(draft.token, tokens.root)
        if path is None:
            continue
        cost = _cost(draft, path, tokens.root)
        if cost <= REACH:
            scored.append((cost, _coarseness(site), abs(tokens.root.i - draft.token.i), site))
    if not scored:
        return None
    best = min(entry[0] for entry in scored)
    direct = [entry[3] for entry in scored if entry[0] == best and _is_argument(draft, entry[3])]
    if direct:
        return direct[0]
    near = [
        entry for entry in scored if entry[0] <= best + 2.5 and _same_area(entry[3], scored, best)
    ]
    return min(near, key=lambda entry: (entry[1], entry[0], entry[2]))[3]


def _is_argument(draft: Draft, site: Site) -> bool:
    """Is the place itself what is seized or what fell?"""
    tokens = draft.parsed.tokens(site.expression.start, site.expression.end)
    return (
        tokens is not None
        and tokens.root.head.i == draft.token.i
        and tokens.root.dep_ in {"dobj", "nsubjpass", "nsubj"}
    )


def _same_area(site: Site, scored: Sequence[tuple[float, int, int, Site]], best: float) -> bool:
    """May a finer place stand for the nearest one: does it lie in the same country or unit?"""
    nearest = min((entry for entry in scored if entry[0] == best), key=lambda entry: entry[2])[3]
    mine, other = site.place, nearest.place
    if site is nearest:
        return True
    if other.feature.startswith("PCL"):
        return mine.country == other.country
    return other.feature == "ADM1" and mine.admin1_id == other.place_id


def _path(trigger: Token, place: Token) -> tuple[list[Token], list[Token]] | None:
    """Tokens up from each to their lowest common ancestor (exclusive of the start tokens)."""
    up = [trigger, *trigger.ancestors]
    where = {token.i: index for index, token in enumerate(up)}
    down = [place]
    for token in (place, *place.ancestors):
        if token.i in where:
            return up[: where[token.i] + 1], down
        if token is not place:
            down.append(token)
    return None


def _cost(draft: Draft, path: tuple[list[Token], list[Token]], place: Token) -> float:
    up, down = path
    cost = float(len(up) - 1) * 1.5
    for token in up[:-1]:
        if token.dep_ in {"ccomp", "relcl", "advcl"}:
            cost += 2.0
        if token.head.lemma_.lower() in clauses.SPEECH and token.dep_ == "ccomp":
            cost += 3.0
    for token in down:
        cost += 0.0 if token.pos_ == "ADP" else 0.5
        if token.pos_ in {"VERB", "AUX"} and token.i != draft.token.i:
            cost += 1.5
        if token.dep_ in {"nsubj", "poss", "agent"} and token.i != place.i:
            cost += 1.5
        if token.dep_ in {"advcl", "relcl", "ccomp"}:
            cost += 1.5
    preposition = place.head.lower_ if place.dep_ == "pobj" else ""
    if preposition in _AT:
        cost -= 1.0
    elif preposition in _TOWARDS:
        cost -= 0.25
    if place.dep_ in {"dobj", "nsubjpass"} and place.head.i == draft.token.i:
        cost -= 1.0
    return cost


def _coarseness(site: Site) -> int:
    rank = {1: 0, 2: 0, 3: 1, 5: 2, 4: 3, 7: 4, 6: 5}
    return rank[site.location.where_prec]


def _meets_there(draft: Draft, site: Site | None) -> bool:
    """Is the place of a verbal event said outright ("met in Doha"), not named in passing?"""
    if site is None or draft.event.event_mode == "phone":
        return False
    tokens = draft.parsed.tokens(site.expression.start, site.expression.end)
    if tokens is None:
        return False
    root = tokens.root
    consult = draft.event.event_type == "CONSULT"
    if consult and root.dep_ == "dobj":
        return True
    if site.location.where_prec >= 6 and not consult:
        return False
    words: set[str] = set()
    current = root
    for _ in range(5):
        if current.i in {draft.token.i, draft.token.head.i}:
            return bool(words & (_AT | {"to"} if consult else _AT - {"on"}))
        if current.pos_ == "ADP":
            words.add(current.lower_)
        elif current.pos_ in {"VERB", "AUX"} and current.lemma_ not in {"hold", "speak", "take"}:
            return False
        current = current.head
    return False


def _remote(document: Document, draft: Draft, gazetteer: Gazetteer) -> Site | None:
    """A call or a promise between two states: the line between their capitals."""
    countries = list(dict.fromkeys(draft.countries))
    if len(countries) < 2:
        return None
    capitals = [gazetteer.capital(country) for country in countries[:2]]
    if capitals[0] is None or capitals[1] is None:
        return None
    return _made_site(draft, Relation("remote"), [capitals[0], capitals[1]], draft.event.trigger)


def _border_crossed(draft: Draft, sites: Sequence[Site], gazetteer: Gazetteer) -> Site | None:
    """Flight from one country into the next happens on their border."""
    token = draft.token
    if draft.event.event_type != "RETREAT" or token.lemma_.lower() not in _FLIGHT:
        return None
    if draft.event.actor1 is None or draft.event.actor1.country is None:
        return None
    home = draft.event.actor1.country
    span, goal = _goal(draft, sites)
    if span is None:
        return None
    if goal is None:
        goal = _other_country(draft, home, sites, gazetteer)
    if goal is None or goal == home:
        return None
    places = [gazetteer.country(home), gazetteer.country(goal)]
    if places[0] is None or places[1] is None:
        return None
    site = _made_site(draft, Relation("border"), [places[0], places[1]], span)
    return site if site.location.geometry is not None else None


def _goal(draft: Draft, sites: Sequence[Site]) -> tuple[Span | None, str | None]:
    """Where the flight leads: words and country of "to Tajikistan", or the word "border" alone."""
    parsed = draft.parsed
    for site in sites:
        tokens = parsed.tokens(site.expression.start, site.expression.end)
        if tokens is None or not site.place.feature.startswith("PCL"):
            continue
        root = tokens.root
        if (
            root.dep_ == "pobj"
            and root.head.lower_ in {"to", "into", "over"}
            and root.head.head.i == draft.token.i
        ):
            return Span(
                site.expression.start, site.expression.end, site.expression.text
            ), site.place.country
        if root.dep_ == "dobj" and root.head.i == draft.token.i:
            return Span(
                site.expression.start, site.expression.end, site.expression.text
            ), site.place.country
    for item in draft.token.subtree:
        near = item.head.i == draft.token.i or item.head.head.i == draft.token.i
        if item.lemma_.lower() in _BORDER_WORDS and near:
            return parsed.spot(item.idx, item.idx + len(item)), None
    return None, None


def _other_country(
    draft: Draft, home: str, sites: Sequence[Site], gazetteer: Gazetteer
) -> str | None:
    """The neighbour that the sentence, else the document, speaks of most."""
    tally: Counter[str] = Counter()
    for entity in draft.token.sent.ents:
        words = entity.text.removesuffix("'s")
        place = gazetteer.demonym(words) or next(
            (item.place for item in gazetteer.candidates(words, limit=1)), None
        )
        if place is not None and place.feature.startswith("PCL") and place.country:
            tally[place.country] += 5
    for site in sites:
        if site.place.country:
            tally[site.place.country] += 1
    del tally[home]
    return tally.most_common(1)[0][0] if tally else None


def _inherit_place(
    document: Document,
    draft: Draft,
    drafts: Sequence[Draft],
    sites: Sequence[Site],
    gazetteer: Gazetteer,
) -> Draft:
    """The place of the same actor's nearest event, the paragraph, the dateline, the country."""
    event = draft.event
    if event.event_type in _IN_WORDS:
        return draft
    if event.modality in {"planned", "possible"}:
        return _country_level(draft, sites, gazetteer)
    if (
        event.actor1 is not None
        and event.actor1.name.startswith("Government of")
        and (event.event_type in {"COERCE", "MOBILIZE"})
    ):
        # A government's decree or call-up holds for its country, wherever it was signed.
        home = gazetteer.country(event.actor1.country or "")
        if home is not None:
            site = _made_site(draft, Relation("at"), [home], event.trigger)
            return _with_site(draft, site, "country_fallback")
    same_actor = [
        other
        for other in drafts
        if other.event.site is not None
        and other.event.event_type not in VERBAL
        and event.actor1 is not None
        and other.event.actor1 == event.actor1
        and other.event.modality == "actual"
        and other.event.site.location.where_prec < 6
    ]
    if same_actor:
        nearest = min(
            same_actor, key=lambda other: abs(other.event.trigger.start - event.trigger.start)
        )
        return _with_site(draft, nearest.event.site, "inherited")
    before = [
        site
        for site in sites
        if draft.parsed.span.start <= site.expression.start < event.sentence.end
    ]
    if before:
        return _with_site(draft, min(before[-3:], key=_coarseness), "inherited")
    around = [
        other
        for other in drafts
        if other.event.site is not None
        and other.event.event_type not in VERBAL
        and other.event.trigger.start < event.trigger.start
    ]
    if around:
        return _with_site(draft, around[-1].event.site, "inherited")
    if document.dateline_place is not None:
        span = document.dateline_place
        at = [site for site in sites if span.start <= site.expression.start < span.end]
        if at:
            return _with_site(draft, at[0], "dateline")
    return _country_level(draft, sites, gazetteer)


def _country_level(draft: Draft, sites: Sequence[Site], gazetteer: Gazetteer) -> Draft:
    """The country that the document's places lie in most, else the actors': no pin by guess."""
    here = [
        site
        for site in sites
        if draft.event.sentence.start <= site.expression.start < draft.event.sentence.end
    ]
    tally = Counter(site.place.country for site in here or sites if site.place.country)
    country = tally.most_common(1)[0][0] if tally else next(iter(draft.countries), None)
    home = gazetteer.country(country) if country else None
    if home is None:
        return draft
    site = _made_site(draft, Relation("at"), [home], draft.event.trigger)
    return _with_site(draft, site, "country_fallback")


def _made_site(draft: Draft, relation: Relation, places: list[Place], span: Span) -> Site:
    """A site that no single expression of the text names, with the words that led to it."""
    mentions = tuple(Mention(span.start, span.end, span.text, "toponym") for _ in places)
    expression = Expression(span.start, span.end, span.text, relation, mentions)
    return Site(expression, locate(relation, places), places[0], 0.9)


def _with_site(draft: Draft, site: Site | None, source: str) -> Draft:
    if site is None:
        return draft
    lost = {"inherited": 0.15, "dateline": 0.2, "country_fallback": 0.2}.get(source, 0.0)
    confidence = (draft.event.confidence - lost) * (0.6 + 0.4 * site.score)
    event = replace(draft.event, site=site, location_source=source, confidence=confidence)
    return replace(draft, event=event)
