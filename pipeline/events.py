"""Events: who did what, in which sentence, told as a fact or not; then when and where.

A first version by rules on the dependency parse: triggers with conditions (pipeline.lexicon),
modality and roles by clause (pipeline.clauses), actors and counts by noun group, dates and places
by the clause that they belong to (pipeline.linking).
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import NamedTuple

from geo.gazetteer import Gazetteer
from pipeline import clauses, modes, triggers
from pipeline.actors import CIVILIANS, Actor, actor_of, at_home, counterparts, is_armed, is_leader
from pipeline.counts import Count, count_of
from pipeline.documents import Document, Span
from pipeline.lexicon import Roles, Sense, sense_of
from pipeline.mentions import Mention
from pipeline.modality import modality
from pipeline.model import Parsed
from pipeline.places import Site
from pipeline.reader import Reading
from pipeline.syntax import Span as Tokens
from pipeline.syntax import Token
from pipeline.triggers import Ruled

VERBAL = frozenset(
    {"AGREE", "CONSULT", "SUPPORT", "CONCEDE", "REQUEST", "ACCUSE", "REJECT", "THREATEN"}
)
"""Categories that happen in words: a call or a condemnation has no place on the ground."""

_PROMISED = frozenset({"SUPPORT", "AID", "COOPERATE", "CONSULT"})
_PRONOUNS = frozenset({"he", "she", "they", "it"})
_CASUALTY = frozenset("kill wound injure die hurt murder leave destroy behead".split())
_HAPPEN = frozenset(
    "happen occur erupt begin start continue take follow hit strike rock break leave kill wound "
    "injure come last end target destroy damage resume intensify rage force tear rip shake prompt "
    "spread".split()
)
_HOLD = frozenset("hold stage launch begin start report see witness".split())
_AROUND = frozenset({"in", "during", "after", "following", "amid", "by"})
_VAIN = frozenset({"any", "such", "future", "further", "possible"})
_LINKS = frozenset({"conj", "advcl", "relcl", "acl", "xcomp", "ccomp", "dep", "pcomp", "prep"})


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
        ``text``, ``inherited`` (from another sentence or clause) or ``publication``.
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
        ``sentence``, ``inherited``, ``dateline`` or ``country_fallback``.
    attribution : str or None
        Whom the text credits.
    part : int
        0; of an event that is told of several places, each place but the first has a number.
    named : Span or None
        Words of its sentence that name its place, whether or not anybody knows where that is.
    confidence : float
        0 to 1: of events with 0.8 about 80 % are right (`pipeline.confidence`). 0 in a draft.
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
    ordered = sorted(mentions, key=_start)
    for parsed in pieces:
        roles = _roles(parsed, ordered)
        sentences = list(parsed.doc.sents)
        for number, sentence in enumerate(sentences):
            near = _near(sentences, number, roles)
            draw = partial(_draft, document, parsed, gazetteer=gazetteer, near=near, home=home)
            before = found[-1].event.actor1 if found else None
            senses = dict(_senses(sentence, roles))
            kept = {token: sense for token, sense in senses.items() if _tells(token, sense, senses)}
            drafts = _drawn(kept, dict.fromkeys(kept), draw, before)
            if parsed.tagged.reading is not None:
                heard = _heard(sentence, parsed.tagged.reading, senses, kept, drafts)
                drafts = _drawn(_told_parts(kept, drafts, heard), heard, draw, before)
            found.extend(drafts.values())
    return found


def rules_on(
    document: Document,
    pieces: Sequence[Parsed],
    mentions: Sequence[Mention],
    gazetteer: Gazetteer,
) -> Iterator[tuple[Parsed, Token, Ruled]]:
    """What the rules say of each word that may tell an event, for training; as `find_drafts`."""
    ordered = sorted(mentions, key=_start)
    for parsed in pieces:
        roles = _roles(parsed, ordered)
        sentences = list(parsed.doc.sents)
        for number, sentence in enumerate(sentences):
            near = _near(sentences, number, roles)
            draw = partial(_draft, document, parsed, gazetteer=gazetteer, near=near, home=None)
            senses = dict(_senses(sentence, roles))
            kept = {token: sense for token, sense in senses.items() if _tells(token, sense, senses)}
            drafts = _drawn(kept, dict.fromkeys(kept), draw, None)
            for token in sentence:
                if token in senses or triggers.may_tell(token):
                    yield parsed, token, _ruled(token, senses, kept, drafts)


def _drawn(
    kept: Mapping[Token, Sense],
    heard: Mapping[Token, Heard | None],
    draw: Callable[..., Draft | None],
    before: Actor | None,
) -> dict[Token, Draft]:
    """Drafts of triggers, each with the casualty verbs that belong to it; `heard` makes drafts."""
    folded = {token: _leading_event(token, kept) for token in kept}
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
    sentence: Tokens,
    reading: Reading,
    senses: Mapping[Token, Sense],
    kept: Mapping[Token, Sense],
    drafts: Mapping[Token, Draft],
) -> dict[Token, Heard | None]:
    """Words of a sentence that tell an event, by the rules, their surroundings and the reader."""
    found: dict[Token, Heard | None] = {}
    for token in sentence:
        sense = senses.get(token)
        worth = triggers.may_tell(token) and reading.likely(token.i) >= triggers.WORTH
        if sense is None and not worth:
            continue
        ruled = _ruled(token, senses, kept, drafts)
        verdict = triggers.judge(token, ruled, reading)
        if verdict.likely >= (triggers.LIKELY if ruled.event_type is None else triggers.KEPT):
            told = reading.modality(token.i, ruled.modality)
            found[token] = Heard(verdict.likely, verdict.event_type, told)
    return found


def _ruled(
    token: Token,
    senses: Mapping[Token, Sense],
    kept: Mapping[Token, Sense],
    drafts: Mapping[Token, Draft],
) -> Ruled:
    made = drafts[token].event.event_type if token in drafts else None
    return Ruled(senses.get(token), token in kept, modality(token), made)


def _told_parts(
    kept: Mapping[Token, Sense],
    drafts: Mapping[Token, Draft],
    heard: Mapping[Token, Heard | None],
) -> dict[Token, Sense]:
    """Triggers of a sentence in order: those heard, and what the rules fold into others."""
    found = {token: sense for token, sense in kept.items() if token not in drafts}
    for token, said in heard.items():
        if said is None:
            continue
        sense = kept.get(token)
        if sense is None or sense.event_type != said.event_type:
            part = "v" if token.pos_ in {"VERB", "AUX"} else "n"
            sense = Sense(token.lemma_.lower(), part, "", said.event_type, "")
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


def _senses(sentence: Tokens, roles: Roles) -> Iterator[tuple[Token, Sense]]:
    for token in sentence:
        if token.ent_type_ in {"PERSON", "DATE", "GPE", "NORP", "TIME"}:
            continue
        if token.dep_ in {"compound", "amod"} and token.pos_ != "VERB":
            continue
        sense = sense_of(token, roles)
        if sense is not None and not roles.place(token):
            yield token, sense


def _tells(token: Token, sense: Sense, senses: Mapping[Token, Sense]) -> bool:
    """Tell whether a trigger reports an event of its own here."""
    if token.dep_ in {"amod", "compound"}:
        return False
    if sense.part == "n":
        return _noun_tells(token, senses)
    above = token
    while above.dep_ in {"xcomp", "ccomp", "pcomp", "prep"} and above.head.i != above.i:
        above = above.head
        if above in senses and senses[above].event_type in VERBAL:
            return False  # the content of a demand or a promise is part of it
        if above.lemma_.lower() in clauses.SPEECH:
            break
    return True


def _noun_tells(token: Token, senses: Mapping[Token, Sense]) -> bool:
    """A noun reports an event if something happens to it or it has its own time or place."""
    if any(child.lower_ in _VAIN for child in token.children):
        return False
    head = token.head
    lemma = head.lemma_.lower()
    subject = token.dep_ in {"nsubj", "nsubjpass"}
    if head in senses and head.pos_ == "VERB" and (subject or token.dep_ == "dobj"):
        return False
    if subject and head.pos_ in {"VERB", "AUX"}:
        return lemma in _HAPPEN or (_anchored(token) and lemma not in clauses.SPEECH)
    if token.dep_ in {"ROOT", "pobj"}:
        return _anchored(token) or (token.dep_ == "pobj" and _by_casualty(token))
    return token.dep_ == "dobj" and head.pos_ == "VERB" and lemma in _HOLD


def _by_casualty(token: Token) -> bool:
    """Tell whether somebody was killed or hurt in it ("wounded in the shelling")."""
    verb = clauses.governor(token) if token.head.lower_ in _AROUND else None
    return verb is not None and verb.lemma_.lower() in _CASUALTY


def _anchored(token: Token) -> bool:
    """Tell whether a noun group has its own place or date ("the retreats recorded on Sunday")."""
    return any(
        item.ent_type_ in {"DATE", "GPE", "LOC", "FAC"} and item.i > token.i
        for item in token.subtree
    )


def _leading_event(token: Token, kept: Mapping[Token, Sense]) -> Token | None:
    """The first of a chain: in "exploded, killing nine, wounding 30" both belong to the blast."""
    head = _head_event(token, kept)
    above = head
    while above is not None:
        head, above = above, _head_event(above, kept)
    return head


def _head_event(token: Token, kept: Mapping[Token, Sense]) -> Token | None:
    """The attack that a casualty verb belongs to ("exploded ..., killing 85"), or None."""
    sense = kept[token]
    current = token
    for _ in range(4):
        if current.dep_ not in _LINKS or current.head.i == current.i:
            return None
        current = current.head
        if current in kept and kept[current].event_type == sense.event_type == "ASSAULT":
            if _apart(token, current):
                return None
            both = {token.lemma_.lower(), current.lemma_.lower()} & _CASUALTY
            return current if both or _same_object(token, current) else None
        if current.lemma_.lower() in clauses.SPEECH:
            return None
    return None


def _apart(token: Token, other: Token) -> bool:
    """Tell whether two coordinate verbs each have a day of their own: then each is an event."""
    if token.dep_ != "conj":
        return False
    mine = set(token.subtree)
    theirs = set(other.subtree) - mine
    return all(any(item.ent_type_ == "DATE" for item in words) for words in (mine, theirs))


def _same_object(token: Token, other: Token) -> bool:
    mine = {item.i for item in clauses.undergoers(token)}
    theirs = {item.i for item in clauses.undergoers(other)}
    return bool(mine & theirs) or not mine


def _draft(
    document: Document,
    parsed: Parsed,
    parts: list[Token],
    sense: Sense,
    *,
    heard: Heard | None,
    gazetteer: Gazetteer,
    near: Near,
    before: Actor | None,
    home: str | None,
) -> Draft | None:
    """An event at a trigger; without `heard` the rules decide whether it tells one."""
    token = parts[0]
    told = modality(token) if heard is None else heard.modality
    if told is None:
        return None
    if heard is None and _simple_present(token) and not parsed.is_headline and told == "actual":
        return None
    event_type = sense.event_type
    if told == "planned" and event_type in _PROMISED and clauses.speech_verb(token) is not None:
        event_type, told, sense = "AGREE", "actual", replace(sense, mode="")
    doers, undergoers = _sides(token, event_type)
    actor1, actor2 = _actors(doers, undergoers, gazetteer)
    if actor1 is None and any(doer.lower_ in _PRONOUNS for doer in doers):
        actor1 = _antecedent(token, gazetteer) or (before if _is_public(before) else None)
    actor1, actor2 = at_home(actor1, home, gazetteer), at_home(actor2, home, gazetteer)
    wordy = event_type in VERBAL or event_type == "SANCTION"
    if heard is None and wordy and not _speaks(actor1, actor2):
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
    sides = (actor.country for actor in (actor1, actor2) if actor is not None)
    countries = tuple(country for country in sides if country)
    return Draft(event, token, parsed, countries, None if heard is None else heard.likely)


def _antecedent(token: Token, gazetteer: Gazetteer) -> Actor | None:
    """Whom "he" or "they" stands for: the nearest subject before it that names a public actor."""
    for other in reversed(token.doc[: token.i]):
        if other.dep_ in {"nsubj", "nsubjpass"} and other.pos_ != "PRON":
            actor = actor_of(other, gazetteer)
            if _is_public(actor):
                return actor
    return None


def _speaks(actor1: Actor | None, actor2: Actor | None) -> bool:
    """A public actor does it, or somebody of a name does it to one ("Amnesty accused Peru")."""
    return _is_public(actor1) or (actor1 is not None and _is_public(actor2))


def _is_public(actor: Actor | None) -> bool:
    """Words are events when a state, a party to a conflict or an international body speaks."""
    return actor is not None and actor.kind not in {None, CIVILIANS}


def _simple_present(token: Token) -> bool:
    """A body's simple present tells what is usual ("the deal calls for"), not what happened."""
    verb = token if token.pos_ == "VERB" else clauses.governor(token)
    if verb is None or verb.tag_ not in {"VBZ", "VBP"}:
        return False
    return verb == token and not any(child.dep_ in {"aux", "auxpass"} for child in verb.children)


def _sides(token: Token, event_type: str) -> tuple[list[Token], list[Token]]:
    doers, undergoers = clauses.doers(token), clauses.undergoers(token)
    if event_type in {"CONSULT", "AGREE", "COOPERATE", "SUPPORT"} or not undergoers:
        partners = [
            item
            for child in _prepositions(token)
            if child.lower_ in {"with", "to", "against", "on", "from"}
            for item in child.children
            if item.dep_ == "pobj"
        ]
        undergoers = [*undergoers, *partners]
    return doers, undergoers


def _prepositions(token: Token) -> Iterator[Token]:
    """Prepositions of a verb, and those behind its means ("spoke by phone with")."""
    for child in token.children:
        if child.dep_ == "prep":
            yield child
            if child.lower_ in {"by", "over", "on"}:
                yield from (
                    inner
                    for item in child.children
                    for inner in item.children
                    if inner.dep_ == "prep"
                )


def _actors(
    doers: list[Token], undergoers: list[Token], gazetteer: Gazetteer
) -> tuple[Actor | None, Actor | None]:
    first = [actor for actor in (actor_of(item, gazetteer) for item in doers) if actor]
    second = [actor for actor in (actor_of(item, gazetteer) for item in undergoers) if actor]
    for item in doers[:1]:
        actor = actor_of(item, gazetteer)
        first += counterparts(item, actor, gazetteer) if actor else []
    actor1 = first[0] if first else None
    others = [actor for actor in (*first[1:], *second) if actor != actor1]
    return actor1, others[0] if others else None


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
        for done_by, groups in ((True, clauses.doers(token)), (False, clauses.undergoers(token))):
            for group in groups:
                count = count_of(token, group, done_by=done_by)
                if count is not None and count.kind not in best:
                    best[count.kind] = count
    return tuple(best.values())


def _attribution(parsed: Parsed, trigger: Token) -> str | None:
    """Whom the text credits: the subject of the verb of saying, or "according to X"."""
    speech = clauses.speech_verb(trigger)
    if speech is not None:
        subjects = [child for child in speech.children if child.dep_ in {"nsubj", "nsubjpass"}]
        if subjects and subjects[0].pos_ != "PRON":
            return _words(parsed, subjects[0])
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
    words = [
        item
        for item in token.subtree
        if item.i <= token.i or item.dep_ not in {"relcl", "acl", "punct", "appos"}
    ]
    start, end = words[0].idx, words[-1].idx + len(words[-1])
    return " ".join(parsed.span.text[start:end].split())[:120]


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
