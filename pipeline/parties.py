"""Parties: which actors do what is told, and to or with whom."""

from collections.abc import Iterator, Sequence
from typing import Final

from geo.gazetteer import Gazetteer
from pipeline import clauses
from pipeline.actors import CIVILIANS, Actor, actor_of, counterparts, is_goal, who
from pipeline.cast import may_be
from pipeline.syntax import Token

_PRONOUNS: Final = frozenset({"he", "she", "they", "it"})


def sides(token: Token, event_type: str) -> tuple[list[Token], list[Token]]:
    """The words for those who do it and for those to or with whom it is done."""
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


def actors(
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
    second = [actor for actor in (actor_of(item, gazetteer) for item in suffered) if actor]
    for item in meant[:1]:
        actor = actor_of(item, gazetteer)
        first += counterparts(item, actor, gazetteer) if actor else []
    actor1 = first[0] if first else None
    others = [actor for actor in (*first[1:], *second) if actor != actor1]
    if not joint:
        others = [actor for actor in others if actor in second]
    return actor1, others[0] if others else None


def _is_dateline(token: Token) -> bool:
    """Tell whether a place stands before a sentence: "Doha: Hospitals received it"."""
    after = token.doc[token.i + 1].text if token.i + 1 < len(token.doc) else ""
    return token.ent_type_ == "GPE" and after == ":"


def referent(
    token: Token, doers: Sequence[Token], before: Actor | None, gazetteer: Gazetteer
) -> Actor | None:
    """Whom a pronoun among the doers stands for, `before` being who did what was told before."""
    if not any(doer.lower_ in _PRONOUNS for doer in doers):
        return None
    return _antecedent(token, gazetteer) or _told_before(doers, before)


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


def _is_public(actor: Actor | None) -> bool:
    """Words are events when a state, a party to a conflict or an international body speaks."""
    return actor is not None and actor.kind not in {None, CIVILIANS}
