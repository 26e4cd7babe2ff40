"""Sides: who can use force, and whom it can hurt; a storm, a shark or an idea is no side."""

from collections.abc import Sequence
from typing import Final

from pipeline.clauses import meant, undergoers
from pipeline.kinds import BODILESS, LIVING, kinds_of
from pipeline.lexicon import nouns
from pipeline.syntax import Token

_FORCE: Final = frozenset(
    "attack assault bomb bombard shell pound strike hit batter hammer target kill murder massacre "
    "slaughter cull execute stab shoot wound injure maim beat torture rape kidnap abduct hijack "
    "destroy demolish devastate ravage burn loot capture catch arrest detain seize conquer invade "
    "occupy besiege storm raid ambush encircle surround overrun crush fight battle combat rock "
    "shake sweep slam torpedo strangle behead poison chase stalk disperse evict expel deploy "
    "surrender rescue mobilise mobilize bury smash slash".split()
)
"""Verbs that need a doer with hands and something with a body."""

_THROWN: Final = frozenset("bomb bombard shell pound hit strike attack batter storm".split())
"""Those that are done with something: "bombarded with requests"."""

_RUINS: Final = frozenset("demolish destroy devastate crush bury smash savage hammer".split())
"""What is done to a person by name only in games and in words."""

_LETTING: Final = frozenset("release withdraw cease".split())
"""Verbs whose deeds are no events either: "released funds", "ceased publication"."""

_NO_SIDES: Final = frozenset({"animal", "plant", "weather", "illness", "idea"})
_NO_VICTIMS: Final = frozenset({"illness", "idea"})
_CAUGHT: Final = frozenset("capture catch rescue release".split())
"""What is no event if it is done to animals; who kills some may be armed."""

_IDEAS: Final = frozenset({"idea"})
_STANDING: Final = frozenset(
    "height objective one site rest half leadership incident conflict encounter".split()
)
"""Ideas by WordNet that stand for places or people in reports of war."""

_BLASTS: Final = frozenset("explode explosion blast erupt blow".split())
_BURSTS: Final = frozenset(
    "cylinder boiler gas stove engine battery transformer generator refrigerator heater tyre tire "
    "firework fireworks volcano meteor meteorite asteroid star supernova galaxy furnace reactor "
    "turbine oven kettle canister methane colliery coal chemical fertiliser fertilizer "
    "refinery laboratory silo quarry mill".split()
)
"""What bursts by itself, and where it does."""

_EXPLOSIVES: Final = frozenset(
    "bomb bombs bomber bombers bombing grenade grenades mine mines landmine shell shells missile "
    "missiles rocket rockets drone drones dynamite explosive explosives device devices ied "
    "attack attacks attacked attackers militant militants rebel rebels insurgents sabotage suicide "
    "gunmen".split()
)


def is_forceless(token: Token) -> bool:
    """Tell whether a verb of force has no side that uses it, or none that suffers it.

    Parameters
    ----------
    token : Token
        A verb; a noun never is.
    """
    lemma = token.lemma_.lower()
    if token.pos_ != "VERB" or lemma not in _FORCE | _LETTING:
        return False
    users = [meant(item) for item in _own_doers(token)]
    suffered = [meant(item) for item in undergoers(token)]
    if lemma in _LETTING:
        return _all_of(suffered, BODILESS)
    return (
        _all_of(users, _NO_SIDES)
        or _all_of(suffered, _NO_VICTIMS)
        or (lemma in _CAUGHT and _all_of(suffered, LIVING))
        or (lemma in _THROWN and _all_of(_means(token), _IDEAS))
        or (lemma in _RUINS and _is_person_object(token))
        # Who catches alone catches no criminal, but a child that falls.
        or (lemma == "catch" and bool(users) and all(u.ent_type_ == "PERSON" for u in users))
    )


def _means(token: Token) -> list[Token]:
    """What something is done with."""
    return [
        item
        for child in token.children
        if child.dep_ == "prep" and child.lower_ == "with"
        for item in child.children
    ]


def _is_person_object(token: Token) -> bool:
    return any(child.dep_ == "dobj" and child.ent_type_ == "PERSON" for child in token.children)


def is_accidental_blast(token: Token) -> bool:
    """Tell whether what explodes is no weapon: "a gas cylinder exploded", "a boiler blast"."""
    lemma = token.lemma_.lower()
    if lemma not in _BLASTS or any(item.lower_ in _EXPLOSIVES for item in token.sent):
        return False
    if token.pos_ == "VERB":
        burst = [meant(item) for item in token.children if item.dep_ in {"nsubj", "nsubjpass"}]
        into = any(child.lower_ == "into" for child in token.children)
        return into or any(_is_burst(item) or kinds_of(item) & _NO_SIDES for item in burst)
    return any(_is_burst(item) for item in token.subtree if item is not token)


def _is_burst(token: Token) -> bool:
    words = [token, *(child for child in token.children if child.dep_ == "compound")]
    return any(word.lemma_.lower() in _BURSTS for word in words)


def _own_doers(token: Token) -> list[Token]:
    """Who uses force by the verb's own words, nobody taken over from another clause."""
    return [
        item
        for child in token.children
        for item in ([child] if child.dep_ == "nsubj" else child.children)
        if child.dep_ == "nsubj" or (child.dep_ == "agent" and item.dep_ == "pobj")
    ]


def _all_of(tokens: Sequence[Token], kinds: frozenset[str]) -> bool:
    return bool(tokens) and all(kinds_of(item) & kinds and not _is_of_war(item) for item in tokens)


def _is_of_war(token: Token) -> bool:
    """Tell whether the tables of events, actors and counts know a noun: "control", "attack"."""
    lemma = token.lemma_.lower()
    return lemma in _STANDING or any(lemma in members for members in nouns().values())
