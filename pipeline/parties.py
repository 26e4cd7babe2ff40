"""Parties: which actors do what is told, and to or with whom."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from geo.gazetteer import Gazetteer
from pipeline import clauses
from pipeline.actors import (
    ARMED,
    BAND,
    CIVILIANS,
    MILITIAS,
    PROTESTERS,
    RIOTERS,
    STATE,
    Actor,
    actor_of,
    counterparts,
    is_goal,
    somebody,
    who,
)
from pipeline.behind import aboard, by_force, is_act, launchers
from pipeline.cast import may_be
from pipeline.lexicon import is_a
from pipeline.modes import takes_ground
from pipeline.syntax import Token

_PRONOUNS: Final = frozenset({"he", "she", "they", "it"})

_NOBODY: Final = frozenset({"no", "nobody", "none"})

_FORCEFUL: Final = frozenset({"ASSAULT", "COERCE"})
"""Categories of what is done by force, and so by somebody's shelling, raid or arrest warrant."""

_PRIVATE: Final = frozenset({"RETREAT", "PROTEST"})
"""Categories of what anybody may do."""

_CROWDS: Final = frozenset(
    "crowd people resident villager citizen student supporter follower youth youngster local "
    "farmer worker native relative settler fan neighbour neighbor mourner".split()
)
"""Who attacks without arms, if nothing else is said."""

_PRIVATE_PEOPLE: Final = frozenset(
    "couple club firm company board band team captain coach manager owner shareholder buyer seller "
    "retailer airline investor tenant landlord husband wife bride groom sister brother cousin "
    "player striker winger goalkeeper singer actor actress director producer chef shopper customer "
    "passenger patient pupil supplier lender insurer publisher studio orchestra".split()
)
"""Who agrees, meets and demands without its being politics."""

_DYING: Final = frozenset({"die", "perish", "succumb", "drown", "starve"})
"""Verbs whose subject suffers it."""

_PEOPLE: Final = Actor("Civilians", CIVILIANS, None)

_TOGETHER: Final = frozenset({"CONSULT", "AGREE", "COOPERATE"})
"""What two doers do with each other; "Chile and Peru criticised it" has no other side."""


def told(
    parts: Sequence[Token], event_type: str, before: Actor | None, gazetteer: Gazetteer
) -> tuple[Actor | None, Actor | None]:
    """Who does what a word tells, and to or with whom.

    Parameters
    ----------
    parts : sequence of Token
        The trigger, and the verbs that tell what came of it: "exploded, killing nine soldiers".
    event_type : str
        PLOVER category.
    before : Actor or None
        Who did what was told before.
    gazetteer : Gazetteer

    Returns
    -------
    tuple of (Actor or None, Actor or None)
        "The army" without a country, if the words give it none.
    """
    token = parts[0]
    own, undergoers = _sides(token, event_type)
    doers = by_force(token, own) if event_type in _FORCEFUL else aboard(own)
    doers = [item for item in doers if not _is_where(item, gazetteer)]
    if not doers and token.pos_ in {"NOUN", "PROPN"}:
        doers = launchers(token)
    if _is_nobody(token):
        doers = [item for item in doers if item.lower_ not in _PRONOUNS]
    joint = event_type in _TOGETHER or clauses.is_mutual(token)
    actor1, actor2 = _actors(doers, undergoers, gazetteer, joint=joint)
    if doers != own:
        actor1 = _as_force(actor1, event_type)
    actor1 = actor1 or _referent(token, doers, before, gazetteer)
    if actor1 is None or actor1.kind == CIVILIANS:
        actor1 = _anybody(doers, event_type, gazetteer) or actor1
    if event_type == "PROTEST":
        actor1 = _as_protesters(actor1)
    if actor1 == actor2:
        actor2 = None if actor1 is None or actor1.country else actor2
    if actor2 is not None and actor2.kind is None and takes_ground(token.text):
        actor2 = None  # the town that was taken
    for part in parts[1:] if actor2 is None else ():
        _, actor2 = _actors([], clauses.undergoers(part), gazetteer, joint=False)
        if actor2 is not None:
            break
    return actor1, None if actor2 == actor1 else actor2


def apart(
    actor1: Actor | None, actor2: Actor | None, event_type: str
) -> tuple[Actor | None, Actor | None]:
    """Both sides, of which the other is none if it is the same, or is the doer's own and sent."""
    if actor1 is None or actor2 is None:
        return actor1, actor2
    own = actor1.kind == actor2.kind == STATE and actor1.country == actor2.country
    return actor1, None if actor1 == actor2 or (own and event_type == "MOBILIZE") else actor2


def _as_force(actor: Actor | None, event_type: str) -> Actor | None:
    """Whose force it was: "Israeli strikes" are its military's; "a school shooting" is nobody's."""
    if actor is None or actor.kind not in ARMED:
        return None
    if event_type == "ASSAULT" and actor.name.startswith("Government of "):
        return replace(actor, name=actor.name.replace("Government", "Military Forces", 1))
    return actor


def _is_where(token: Token, gazetteer: Gazetteer) -> bool:
    """Tell whether a town's name before a noun says where, and not whose: "the Kabul blast"."""
    if token.dep_ != "compound" or token.ent_type_ not in {"GPE", "LOC", "FAC"}:
        return False
    found = gazetteer.candidates(token.text, limit=1)
    return bool(found) and found[0].place.feature.startswith("PPL")


def _anybody(doers: Sequence[Token], event_type: str, gazetteer: Gazetteer) -> Actor | None:
    """Who flees or protests without a side; who attacks without one is a band, or a crowd."""
    found = next((actor for item in doers if (actor := somebody(item, gazetteer))), None)
    if event_type != "ASSAULT":
        return found if event_type in _PRIVATE or (found and found.kind != CIVILIANS) else None
    if found is None and not any(is_a(item, "civilians") for item in doers):
        return None
    if found is not None and found.kind != CIVILIANS:
        return found
    crowd = any(item.lemma_.lower() in _CROWDS for item in doers)
    return Actor("Rioters", RIOTERS, None) if crowd else Actor(BAND, MILITIAS, None)


def _as_protesters(actor: Actor | None) -> Actor | None:
    """Residents or nobody in particular who protest are protesters."""
    if actor is not None and actor.kind != CIVILIANS:
        return actor
    name = "Protesters" if actor is None else actor.name.replace("Civilians", "Protesters")
    return Actor(name, PROTESTERS, None if actor is None else actor.country)


def _sides(token: Token, event_type: str) -> tuple[list[Token], list[Token]]:
    """The words for those who do it and for those to or with whom it is done."""
    doers, undergoers = clauses.doers(token), clauses.undergoers(token)
    if token.lemma_.lower() in _DYING:
        doers, undergoers = [], doers or undergoers
    undergoers = [item for item in aboard(undergoers) if not is_act(item) or item.ent_type_]
    if event_type in {"CONSULT", "AGREE", "COOPERATE", "SUPPORT"} or not undergoers:
        partners = [
            item
            for child in _prepositions(token)
            if child.lower_ in {"with", "to", "against", "on", "from", "at"}
            for item in child.children
            if item.dep_ == "pobj"
        ]
        undergoers = [*undergoers, *partners]
    return doers, undergoers


def _prepositions(token: Token) -> Iterator[Token]:
    """Prepositions of a verb, and those behind its means ("spoke by phone with")."""
    for child in token.children:
        if child.dep_ == "dobj" and is_act(child):
            yield from (item for item in child.children if item.dep_ == "prep")
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
    doers: list[Token], undergoers: list[Token], gazetteer: Gazetteer, *, joint: bool
) -> tuple[Actor | None, Actor | None]:
    """Both sides; the second of two doers is the other one where they do it to each other."""
    meant = [item for item in map(who, doers) if item is not None and not _is_dateline(item)]
    # A doer read as a partner too, "a warning from Iran", is no other side.
    borne = [item for item in undergoers if item not in doers and not is_goal(item)]
    # What is "denied it" or "rejected it" is a thing.
    parties = [item for item in borne if item.lower_ != "it"]
    suffered = [item for item in map(who, parties) if item is not None and item not in meant]
    first = [actor for actor in (actor_of(item, gazetteer) for item in meant) if actor]
    second = [
        actor
        for item in suffered
        if (
            actor := actor_of(item, gazetteer)
            or somebody(item, gazetteer)
            or _holder(item, gazetteer)
        )
    ]
    for item in meant[:1]:
        actor = actor_of(item, gazetteer)
        first += counterparts(item, actor, gazetteer) if actor else []
    actor1 = first[0] if first else None
    # Civilians who attack civilians are told apart later: a band, a crowd.
    others = [actor for actor in (*first[1:], *second) if actor != actor1 or actor == _PEOPLE]
    if not joint:
        others = [actor for actor in others if actor in second]
    return actor1, others[0] if others else None


def _holder(token: Token, gazetteer: Gazetteer) -> Actor | None:
    """Whose a place is that something is done to: "the gendarmes' post", "her brother's house"."""
    owners = (child for child in token.children if child.dep_ == "poss")
    found = ((actor_of(item, gazetteer) or somebody(item, gazetteer)) for item in owners)
    return next((actor for actor in found if actor is not None), None)


def _is_dateline(token: Token) -> bool:
    """Tell whether a place stands before a sentence: "Doha: Hospitals received it"."""
    after = token.doc[token.i + 1].text if token.i + 1 < len(token.doc) else ""
    return token.ent_type_ == "GPE" and after == ":"


def _referent(
    token: Token, doers: Sequence[Token], before: Actor | None, gazetteer: Gazetteer
) -> Actor | None:
    """Whom a pronoun among the doers stands for, `before` being who did what was told before."""
    if not any(doer.lower_ in _PRONOUNS for doer in doers):
        return None
    return _antecedent(token, gazetteer) or _told_before(doers, before)


def _is_nobody(token: Token) -> bool:
    """Tell whether a pronoun stands for nobody: "no group said that it had done it"."""
    speech = clauses.speech_verb(token)
    said = clauses.subjects(speech) if speech is not None else []
    return any(
        item.lower_ in _NOBODY or any(child.lower_ in _NOBODY for child in item.children)
        for item in said
    )


def _antecedent(token: Token, gazetteer: Gazetteer) -> Actor | None:
    """Whom "he" or "they" stands for: the nearest subject before it that names a public actor."""
    pronoun = next((doer for doer in clauses.doers(token) if doer.lower_ in _PRONOUNS), token)
    for other in reversed(token.doc[: token.i]):
        if other.dep_ in {"nsubj", "nsubjpass"} and other.pos_ != "PRON":
            actor = actor_of(other, gazetteer)
            if _is_public(actor) and may_be(pronoun, other):
                return actor
    return None


def _told_before(doers: Sequence[Token], before: Actor | None) -> Actor | None:
    """Who did what was told before, as far as "they" or "it" may be a state or an armed group."""
    person = any(doer.lower_ in {"he", "she"} for doer in doers)
    return before if _is_public(before) and not person else None


def speaks(actor1: Actor | None, actor2: Actor | None) -> bool:
    """A public actor does it, or somebody of a name does it to one ("Amnesty accused Peru")."""
    return _is_public(actor1) or (actor1 is not None and _is_public(actor2))


def is_private(token: Token, other: Actor | None) -> bool:
    """Tell whether only clubs, firms or families do it, among them: "the couple agreed to meet"."""
    found = clauses.doers(token)
    return (
        bool(found)
        and not _is_public(other)
        and all(item.lemma_.lower() in _PRIVATE_PEOPLE and not item.ent_type_ for item in found)
    )


def _is_public(actor: Actor | None) -> bool:
    """Words are events when a state, a party to a conflict or an international body speaks."""
    return actor is not None and actor.kind not in {None, CIVILIANS}
