"""The words that report events: triggers, the conditions they hold under, and noun classes."""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pipeline import clauses
from pipeline.syntax import Token

_CURATED = Path(__file__).parents[1] / "data" / "curated"

_ROLES = {"object": clauses.undergoers, "subject": clauses.subjects, "agent": clauses.doers}
"""Conditions on who takes part, and how to find them."""

_COMPOUNDS = {
    "air": frozenset({"air", "drone", "missile", "rocket", "artillery"}),
    "military": frozenset({"military", "joint", "naval", "live-fire", "army"}),
}
"""Conditions on the words before a noun."""


@dataclass(frozen=True, slots=True)
class Sense:
    """One sense of a trigger.

    Attributes
    ----------
    trigger : str
        Lemma, or lemma and particle, preposition or object ("cut off", "call for", "open fire").
    part : str
        ``v`` or ``n``.
    when : str
        Condition as triggers.csv defines it, empty for none.
    event_type, mode : str
        PLOVER category and mode.
    """

    trigger: str
    part: str
    when: str
    event_type: str
    mode: str


@dataclass(frozen=True, slots=True)
class Roles:
    """What the conditions ask about tokens beyond their lemma, answered by the caller.

    Attributes
    ----------
    place : callable
        Is this token in a literal place name or a government's name by place?
    armed, leader : callable
        Does this token name an armed actor, or somebody who speaks for a state?
    """

    place: Callable[[Token], bool]
    armed: Callable[[Token], bool]
    leader: Callable[[Token], bool]


@lru_cache(maxsize=1)
def senses() -> Mapping[tuple[str, str], tuple[Sense, ...]]:
    """Senses by (trigger, part), in the table's order."""
    table: dict[tuple[str, str], list[Sense]] = {}
    for row in rows("triggers.csv"):
        sense = Sense(row["trigger"], row["pos"], row["when"], row["event_type"], row["mode"])
        table.setdefault((sense.trigger, sense.part), []).append(sense)
    return {key: tuple(found) for key, found in table.items()}


@lru_cache(maxsize=1)
def _heads() -> frozenset[tuple[str, str]]:
    """First words of all triggers, by part: few words of a text are one."""
    return frozenset((trigger.partition(" ")[0], part) for trigger, part in senses())


@lru_cache(maxsize=1)
def nouns() -> Mapping[str, frozenset[str]]:
    """Lemmas by noun class."""
    return {row["class"]: frozenset(row["nouns"].split()) for row in rows("nouns.csv")}


def rows(name: str) -> list[dict[str, str]]:
    """Rows of a curated table; lines that start with # are comments.

    Parameters
    ----------
    name : str
        File name in data/curated.
    """
    lines = (_CURATED / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if line and not line.startswith("#")))


def is_a(token: Token, noun_class: str) -> bool:
    """Tell whether a token's lemma is in a noun class; false for a class that nouns.csv lacks."""
    members = nouns().get(noun_class, frozenset())
    lemma = token.lemma_.lower()
    # The lemmatiser leaves some plurals as they are: "servicemen".
    return lemma in members or (lemma.endswith("men") and lemma[:-3] + "man" in members)


def sense_of(token: Token, roles: Roles) -> Sense | None:
    """The sense in which a token reports an event, or None where it reports none.

    The longest trigger wins ("cut off" before "cut"), then the first row whose condition holds.
    """
    if token.pos_ in {"VERB", "AUX"} or (token.pos_ == "ADJ" and token.tag_ in {"VBN", "VBD"}):
        part = "v"
    elif token.pos_ in {"NOUN", "PROPN"}:
        part = "n"
    else:
        return None
    lemma = _lemma(token, part)
    if (lemma, part) not in _heads():
        return None
    for name in _names(token, part, lemma):
        for sense in senses().get((name, part), ()):
            if not sense.when or _holds(sense.when, token, roles):
                return sense
    return None


def sense_as(token: Token, event_type: str) -> Sense:
    """The sense of a word that tells an event of a category, as something else than the rules says.

    It has the mode that all the table's rows of the word have in that category, if it is one.
    """
    part = "v" if token.pos_ in {"VERB", "AUX"} else "n"
    lemma = _lemma(token, part)
    modes = {
        sense.mode
        for name in _names(token, part, lemma)
        for sense in senses().get((name, part), ())
        if sense.event_type == event_type
    }
    return Sense(lemma, part, "", event_type, modes.pop() if len(modes) == 1 else "")


def _names(token: Token, part: str, lemma: str) -> list[str]:
    if part == "n":
        return [lemma]
    longer = [
        f"{lemma} {child.lower_}"
        for child in token.children
        if child.dep_ in {"prt", "prep", "advmod", "acomp", "oprd", "dobj"}
    ]
    return [*longer, lemma]


def _lemma(token: Token, part: str) -> str:
    """The lemma, mended where the lemmatiser leaves a past form as it is ("decreed")."""
    lemma = token.lemma_.lower()
    if part == "v" and lemma.endswith("ed") and (lemma, part) not in senses():
        for stem in (lemma[:-1], lemma[:-2], lemma[:-3]):
            if (stem, part) in senses():
                return stem
    return lemma


def _holds(when: str, token: Token, roles: Roles) -> bool:
    """Check one condition; the tests cover each form that triggers.csv uses."""
    key, _, value = when.partition("=")
    if key in _ROLES:
        return any(_in_class(item, value, roles) for item in _ROLES[key](token))
    if key in {"prep", "of", "by"}:
        word, _, noun_class = value.partition(":") if key == "prep" else (key, "", value)
        return _has_preposition(token, word, noun_class, roles)
    if key == "plural":
        return token.tag_ in {"NNS", "NNPS"}
    if key in _COMPOUNDS:
        return any(
            child.dep_ in {"compound", "amod"} and child.lower_ in _COMPOUNDS[key]
            for child in token.children
        )
    message = f"triggers.csv: unknown condition {when!r}"
    raise ValueError(message)


def _has_preposition(token: Token, word: str, noun_class: str, roles: Roles) -> bool:
    for child in token.children:
        if not noun_class and child.lower_ == word and child.dep_ not in {"prep", "agent", "aux"}:
            return True
        if child.dep_ in {"prep", "agent"} and child.lower_ == word:
            objects = [item for item in child.children if item.dep_ in {"pobj", "pcomp"}]
            if not noun_class or any(_in_class(item, noun_class, roles) for item in objects):
                return True
    return False


def _in_class(token: Token, noun_class: str, roles: Roles) -> bool:
    if noun_class == "TOPONYM":
        return roles.place(token)
    if noun_class == "PERSON":
        return token.ent_type_ == "PERSON"
    if noun_class == "BORDER":
        return token.lemma_.lower() in {"border", "frontier", "crossing", "river"}
    if noun_class == "armed" and roles.armed(token):
        return True
    if noun_class == "leader" and roles.leader(token):
        return True
    heads = [token, *(item for item in token.subtree if _quantity_of(token, item))]
    return any(is_a(item, noun_class) for item in heads)


def _quantity_of(token: Token, item: Token) -> bool:
    """Find the second noun of "dozens of individuals" and "members of the forces"."""
    return item.dep_ == "pobj" and item.head.lower_ == "of" and item.head.head == token
