"""Events: who did what, in which sentence, told as a fact or not; then when and where.

A first version by rules on the dependency parse: triggers with conditions (pipeline.lexicon),
modality and roles by clause (pipeline.clauses), actors and counts by noun group, dates and places
by the clause that they belong to (pipeline.linking).
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from typing import NamedTuple

from geo.gazetteer import Gazetteer
from pipeline import clauses, modes, parties, triggers
from pipeline.actors import Actor, at_home, is_armed, is_leader, who
from pipeline.contests import is_contest, is_sports_report
from pipeline.counts import Count, counts_of
from pipeline.documents import Document, Span
from pipeline.lexicon import Roles, Sense, sense_as
from pipeline.mentions import Mention
from pipeline.modality import modality
from pipeline.model import Parsed
from pipeline.places import Site
from pipeline.reader import Reading
from pipeline.syntax import Span as Tokens
from pipeline.syntax import Token
from pipeline.telling import VERBAL, leading_event, senses_in, tells
from pipeline.triggers import Ruled

_PROMISED = frozenset({"SUPPORT", "AID", "COOPERATE", "CONSULT"})
_ARGUMENTS = frozenset({"dobj", "nsubj", "nsubjpass", "attr"})
_LEFT = frozenset("leave kill claim wound injure displace hurt".split())
"""Verbs that have the figures of the attack or the clash before them."""

_ASIDE = frozenset({",", "-", "–", "—", ";"})


@dataclass(frozen=True, slots=True)
class When:
    """The time of an event.

    Attributes
    ----------
    start, end : date or None
        Inclusive; start alone null = known only as "on or before" end.
    prec : int or None
        UCDP date precision, 1 day to 5 longer than a month.
    text : Span or None
        The words in the document.
    source : str or None
        ``text``, ``heading`` (of the list entry that it stands in), ``inherited`` (from another
        sentence or clause) or ``publication``.
    """

    start: date | None = None
    end: date | None = None
    prec: int | None = None
    text: Span | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One event as one sentence tells it.

    Attributes
    ----------
    doc_id : str
    sentence, trigger : Span
        Offsets in the document.
    event_type, event_mode : str
        PLOVER category and mode (mode may be empty).
    modality : str
        actual, planned, possible or denied.
    actor1, actor2 : Actor or None
        Who did it, to or with whom.
    counts : tuple of Count
        At most one per kind.
    when : When
    site : Site or None
    location_source : str or None
        ``sentence``, ``heading``, ``inherited``, ``dateline`` or ``country_fallback``.
    attribution : str or None
        Whom the text credits.
    part : int
        0; of an event that is told of several places, each place but the first has a number.
    named : Span or None
        Words of its sentence that name its place, whether or not anybody knows where that is.
    confidence : float
        0 to 1: of events with 0.8 about 80 % are right (`pipeline.confidence`). 0 in a draft.
    again : tuple of Span
        The other sentences of the document that tell it too (`pipeline.incidents.fold`).
    """

    doc_id: str
    sentence: Span
    trigger: Span
    event_type: str
    event_mode: str
    modality: str
    actor1: Actor | None
    actor2: Actor | None
    counts: tuple[Count, ...]
    when: When
    site: Site | None
    location_source: str | None
    attribution: str | None
    confidence: float
    part: int = 0
    named: Span | None = None
    again: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """An event in the making, still tied to its parse: what linking needs besides the event."""

    event: Event
    token: Token
    parsed: Parsed
    countries: tuple[str, ...]
    """ISO codes of the countries of both sides, doer first."""
    likely: float | None = None
    """How likely the trigger tells an event; None where the rules alone were asked."""
    named: tuple[Actor | None, Actor | None] = (None, None)
    """Both sides as the words name them: "the army", whosever it is."""


class Heard(NamedTuple):
    """What was found out of a trigger: how likely it tells an event, its category and modality."""

    likely: float
    event_type: str
    modality: str


@dataclass(frozen=True, slots=True)
class Near:
    """The sentences before and after one in its paragraph that go on with its incident."""

    before: Tokens | None
    after: Tokens | None


def find_drafts(
    document: Document,
    pieces: Sequence[Parsed],
    mentions: Sequence[Mention],
    gazetteer: Gazetteer,
    home: str | None = None,
) -> list[Draft]:
    """Find what a document's sentences report, without time and place yet.

    Parameters
    ----------
    document : Document
    pieces : sequence of Parsed
        Its parse.
    mentions : sequence of Mention
        Its place names.
    gazetteer : Gazetteer
        Tells countries by adjective, for the actors.
    home : str, optional
        ISO 3166-1 alpha-3 code of the country that the report is written from.

    Returns
    -------
    list of Draft
        In the order of the text; casualty verbs are folded into the attack that caused them.
    """
    found: list[Draft] = []
    for scope in _scopes(document, pieces, mentions, gazetteer, home):
        before = found[-1].event.actor1 if found else None
        drafts = _drawn(scope.kept, dict.fromkeys(scope.kept), scope.draw, before)
        if scope.parsed.tagged.reading is not None:
            heard = _heard(scope, scope.parsed.tagged.reading, drafts)
            drafts = _drawn(_with_parts(scope, drafts, heard), heard, scope.draw, before)
        found.extend(drafts.values())
    return found


def rules_on(
    document: Document,
    pieces: Sequence[Parsed],
    mentions: Sequence[Mention],
    gazetteer: Gazetteer,
) -> Iterator[tuple[Parsed, Token, Ruled]]:
    """What the rules say of each word that may tell an event, for training; as `find_drafts`."""
    for scope in _scopes(document, pieces, mentions, gazetteer, None):
        drafts = _drawn(scope.kept, dict.fromkeys(scope.kept), scope.draw, None)
        for token in scope.sentence:
            if token in scope.senses or triggers.may_tell(token):
                yield scope.parsed, token, _ruled(token, scope, drafts)


class _Scope(NamedTuple):
    """A sentence with its triggers by the rules, and what makes a draft of a trigger."""

    parsed: Parsed
    sentence: Tokens
    senses: Mapping[Token, Sense]
    kept: Mapping[Token, Sense]
    draw: Callable[..., Draft | None]
    mood: Callable[[Token], str | None]
    of_sport: bool
    kept_from: float
    amid: float

    def takes(self, verdict: triggers.Verdict, ruled: Ruled) -> bool:
        """Tell whether a word is taken for an event's."""
        if ruled.event_type is not None:
            return verdict.likely >= self.kept_from
        return triggers.is_taken(verdict, ruled)


def _scopes(
    document: Document,
    pieces: Sequence[Parsed],
    mentions: Sequence[Mention],
    gazetteer: Gazetteer,
    home: str | None,
) -> Iterator[_Scope]:
    # What the rules draft and what is heard ask the same of a word.
    mood, sides = cache(modality), cache(partial(parties.told, gazetteer=gazetteer))
    drafted = partial(_draft, document, gazetteer=gazetteer, home=home, mood=mood, sides=sides)
    ordered = sorted(mentions, key=_start)
    of_sport = is_sports_report(parsed.doc for parsed in pieces)
    likely = list(_likelihoods(pieces))
    amid = iter(triggers.amid(likely))
    other = triggers.is_other_news(likely)
    kept_from = triggers.KEPT_AMID_OTHER_NEWS if other else triggers.KEPT
    for parsed in pieces:
        roles = _roles(parsed, ordered)
        sentences = list(parsed.doc.sents)
        for number, sentence in enumerate(sentences):
            near = _near(sentences, number, roles)
            draw = partial(drafted, parsed=parsed, near=near)
            senses = dict(senses_in(sentence, roles))
            kept = {token: sense for token, sense in senses.items() if tells(token, sense, senses)}
            near_by = next(amid) if parsed.tagged.reading is not None else triggers.COMMON
            yield _Scope(parsed, sentence, senses, kept, draw, mood, of_sport, kept_from, near_by)


def _likelihoods(pieces: Sequence[Parsed]) -> Iterator[list[float]]:
    """How likely each word tells an event, by the reader; a list a sentence."""
    for parsed in pieces:
        reading = parsed.tagged.reading
        if reading is not None:
            yield from ([reading.likely(token.i) for token in one] for one in parsed.doc.sents)


def _drawn(
    kept: Mapping[Token, Sense],
    heard: Mapping[Token, Heard | None],
    draw: Callable[..., Draft | None],
    before: Actor | None,
) -> dict[Token, Draft]:
    """Drafts of triggers, each with the casualty verbs that belong to it; `heard` makes drafts."""
    folded = {token: leading_event(token, kept) for token in kept}
    drafts: dict[Token, Draft] = {}
    for token, sense in kept.items():
        if folded[token] is not None or token not in heard:
            continue
        parts = [token, *(part for part, head in folded.items() if head == token)]
        draft = draw(parts, sense, heard=heard[token], before=before)
        if draft is not None:
            drafts[token] = draft
            before = draft.event.actor1
    return drafts


def _heard(
    scope: _Scope, reading: Reading, drafts: Mapping[Token, Draft]
) -> dict[Token, Heard | None]:
    """Words of a sentence that tell an event, by the rules, their surroundings and the reader."""
    found: dict[Token, Heard | None] = {}
    for token in scope.sentence:
        worth = triggers.may_tell(token) and reading.likely(token.i) >= triggers.WORTH
        if token not in scope.senses and not worth:
            continue
        ruled = _ruled(token, scope, drafts)
        if ruled.modality is None:
            continue  # questions, slogans, metaphors, drills: the reader has seen too few of them
        verdict = triggers.judge(token, ruled, reading)
        if is_march(verdict.event_type, ruled, token):
            continue
        if scope.takes(verdict, ruled):
            told = reading.modality(token.i, ruled.modality)
            # What is kept for the rules' sake is of their category.
            kept = None if triggers.is_taken(verdict, ruled) else ruled.event_type
            if verdict.event_type == "ASSAULT" and ruled.event_type == "PROTEST":
                kept = "PROTEST"  # the rules looked at who does it: a crowd that storms
            found[token] = Heard(verdict.likely, kept or verdict.event_type, told)
    return _once(found, drafts)


def is_march(event_type: str, ruled: Ruled, token: Token) -> bool:
    """Tell whether armed men only move: a protest of theirs would be a word that the rules know."""
    armed = ruled.sense is None and event_type == "PROTEST"
    return armed and any(map(is_armed, clauses.doers(token)))


def _once(
    found: Mapping[Token, Heard | None], drafts: Mapping[Token, Draft]
) -> dict[Token, Heard | None]:
    """A verb and its noun tell one event ("imposed a curfew"): the rules' or the likelier stays.

    So do a verb that the rules do not know and what it leads to ("returned and killed nine").
    """
    out: set[Token] = set()
    for token, said in found.items():
        verb = token.head
        other = found.get(verb)
        if said is None or other is None or verb.i == token.i:
            continue
        surer = said.event_type == other.event_type and said.likely > other.likely
        if surer and token.dep_ == "conj" and token in drafts and verb not in drafts:
            out.add(verb)
        if token.dep_ not in _ARGUMENTS:
            continue
        if said.event_type == other.event_type:
            mine, its = (
                (one in drafts, what.likely) for one, what in ((token, said), (verb, other))
            )
            out.add(token if its >= mine else verb)
    return {token: said for token, said in found.items() if token not in out}


def _ruled(token: Token, scope: _Scope, drafts: Mapping[Token, Draft]) -> Ruled:
    made = drafts[token].event.event_type if token in drafts else None
    told = None if scope.of_sport and is_contest(token) else scope.mood(token)
    return Ruled(scope.senses.get(token), token in scope.kept, told, made, scope.amid)


def _with_parts(
    scope: _Scope, drafts: Mapping[Token, Draft], heard: Mapping[Token, Heard | None]
) -> dict[Token, Sense]:
    """Triggers of a sentence in order: those heard, and what the rules fold into others."""
    found = {token: sense for token, sense in scope.kept.items() if token not in drafts}
    for token, said in heard.items():
        if said is None:
            continue
        sense = scope.senses.get(token)
        if sense is None or sense.event_type != said.event_type:
            sense = sense_as(token, said.event_type)
        found[token] = sense
    return dict(sorted(found.items(), key=lambda item: item[0].i))


def _near(sentences: Sequence[Tokens], number: int, roles: Roles) -> Near:
    """What goes on with a sentence: one that names a place of its own begins another story."""
    here = (sentences[at] if 0 <= at < len(sentences) else None for at in (number - 1, number + 1))
    before, after = (None if item is None or any(map(roles.place, item)) else item for item in here)
    return Near(before, after)


def _start(mention: Mention) -> int:
    return mention.start


def _roles(parsed: Parsed, mentions: Sequence[Mention]) -> Roles:
    """What the parse and the place names of a piece say of its words; mentions are sorted."""
    places: set[int] = set()
    first = bisect_left(mentions, parsed.span.start, key=_start)
    for mention in mentions[first : bisect_left(mentions, parsed.span.end, key=_start)]:
        tokens = parsed.tokens(mention.start, mention.end)
        if tokens is not None and mention.kind in {"toponym", "metonym"}:
            places.update(token.i for token in tokens)
    return Roles(lambda token: token.i in places, is_armed, is_leader)


def _draft(
    document: Document,
    parts: list[Token],
    sense: Sense,
    *,
    parsed: Parsed,
    heard: Heard | None,
    gazetteer: Gazetteer,
    near: Near,
    before: Actor | None,
    home: str | None,
    mood: Callable[[Token], str | None],
    sides: Callable[..., tuple[Actor | None, Actor | None]],
) -> Draft | None:
    """An event at a trigger; without `heard` the rules decide whether it tells one."""
    token = parts[0]
    told = mood(token) if heard is None else heard.modality
    if told is None:
        return None
    if heard is None and _simple_present(token) and not parsed.is_headline and told == "actual":
        return None
    event_type = sense.event_type
    if told == "planned" and event_type in _PROMISED and clauses.speech_verb(token) is not None:
        event_type, told, sense = "AGREE", "actual", replace(sense, mode="")
    named = sides(tuple(parts), event_type, before)
    actor1, actor2 = (at_home(actor, home, gazetteer) for actor in named)
    actor1, actor2 = parties.apart(actor1, actor2, event_type)
    wordy = event_type in VERBAL or event_type == "SANCTION"
    if (
        wordy
        and not parties.speaks(actor1, actor2)
        and (heard is None or parties.is_private(token, actor2))
    ):
        return None
    event = Event(
        doc_id=document.doc_id,
        sentence=_sentence_span(parsed, token.sent),
        trigger=_trigger_span(parsed, token),
        event_type=event_type,
        event_mode=_mode(parts, sense, near),
        modality=told,
        actor1=actor1,
        actor2=actor2,
        counts=_counts(parts),
        when=When(),
        site=None,
        location_source=None,
        attribution=_attribution(parsed, token),
        confidence=0.0,  # until it has its place and date: pipeline.confidence
    )
    homes = (actor.country for actor in (actor1, actor2) if actor is not None)
    countries = tuple(country for country in homes if country)
    return Draft(event, token, parsed, countries, None if heard is None else heard.likely, named)


def _simple_present(token: Token) -> bool:
    """A body's simple present tells what is usual ("the deal calls for"), not what happened."""
    verb = token if token.pos_ == "VERB" else clauses.governor(token)
    if verb is None or verb.tag_ not in {"VBZ", "VBP"}:
        return False
    return verb == token and not any(child.dep_ in {"aux", "auxpass"} for child in verb.children)


def _mode(parts: Sequence[Token], sense: Sense, near: Near) -> str:
    """The sense's mode, made finer by the words of the clause and of the incident's sentences."""
    token = parts[0]
    if sense.event_type == "ASSAULT":
        mode = modes.mode_of(token, sense.mode, parts[1:])
        return modes.beside(token, mode, near.before, near.after)
    if sense.event_type == "CONSULT" and sense.mode == "phone":
        words = {item.lower_ for item in token.subtree}
        return (
            "phone"
            if words & {"phone", "telephone", "call", "phoned"}
            or token.lemma_ in {"phone", "telephone", "call"}
            else ""
        )
    return sense.mode


def _counts(parts: Iterable[Token]) -> tuple[Count, ...]:
    best: dict[str, Count] = {}
    for token in parts:
        # "Clashes left eight people dead": the verb has the figures of its subject.
        left = token.dep_ == "nsubj" and token.head.lemma_.lower() in _LEFT
        verb = token.head if left else token
        for done_by, groups in ((True, clauses.doers(verb)), (False, clauses.undergoers(verb))):
            for count in counts_of(verb, groups, done_by=done_by):
                best.setdefault(count.kind, count)
    return tuple(best.values())


def _attribution(parsed: Parsed, trigger: Token) -> str | None:
    """Whom the text credits: the subject of the verb of saying, or "according to X"."""
    speech = clauses.speech_verb(trigger)
    if speech is not None:
        subjects = [child for child in speech.children if child.dep_ in {"nsubj", "nsubjpass"}]
        said = who(subjects[0]) if subjects else None
        if said is not None and said.pos_ != "PRON":
            return _words(parsed, said)
    for token in trigger.sent:
        if token.lower_ == "according":
            objects = [
                item
                for child in token.children
                if child.lower_ == "to"
                for item in child.children
                if item.dep_ == "pobj"
            ]
            if objects:
                return _words(parsed, objects[0])
    return None


def _words(parsed: Parsed, token: Token) -> str:
    """A noun group as the text has it, up to its first clause, apposition or comma."""
    words = list(token.subtree)
    after = (item.i for item in words if item.i > token.i and _goes_off(item, token))
    end = min(after, default=words[-1].i + 1)
    while end - 1 > token.i and token.doc[end - 1].pos_ in {"ADP", "CCONJ", "PUNCT", "DET"}:
        end -= 1
    first, last = words[0], token.doc[end - 1]
    # A pronoun's word may stand in an earlier piece.
    text = parsed.span.text if token.doc is parsed.doc else token.doc.text
    return " ".join(text[first.idx : last.idx + len(last)].split())[:120]


def _goes_off(item: Token, head: Token) -> bool:
    """Tell whether a word behind a noun group's head says more than who it is."""
    person = head.ent_type_ == "PERSON"
    clause = item.head is head and item.dep_ in ({"relcl", "acl"} if person else {"relcl"})
    aside = item.head is head and (item.dep_ == "appos" or item.text in _ASIDE)
    # "A report released by the Guilds": what tells whose a paper is stays.
    return clause or aside or item.text == "("


def _sentence_span(parsed: Parsed, sentence: Tokens) -> Span:
    text = parsed.span.text[sentence.start_char : sentence.end_char]
    left = len(text) - len(text.lstrip())
    return parsed.spot(sentence.start_char + left, sentence.start_char + len(text.rstrip()))


def _trigger_span(parsed: Parsed, token: Token) -> Span:
    particles = [
        child for child in token.children if child.dep_ == "prt" and child.i == token.i + 1
    ]
    end = particles[0] if particles else token
    return parsed.spot(token.idx, end.idx + len(end))
