"""Behind: whose a deed or its means is, as words: of "the army's shelling" the army."""

from functools import partial
from typing import Final

from pipeline import clauses
from pipeline.lexicon import is_a, nouns
from pipeline.syntax import Token

_DONE_WITH: Final = ("violence", "weapon", "transport")
"""Classes of nouns of what is done, or done with."""

_ACTS: Final = frozenset(
    "firing gunfire custody operation crackdown bombardment cannonade sweep siege attack "
    "pogrom reprisal sniper".split()
)
"""Nouns beside those of weapons and violence that have somebody behind them."""

_JOINED: Final = frozenset({"when", "as", "after"})
"""Words that join what killed to who was killed: "died when rebels stormed the post"."""

_NOMINAL: Final = frozenset({"nsubj", "nsubjpass", "csubj", "pobj", "dobj"})
_OWNING: Final = frozenset({"compound", "poss", "amod", "nmod", "nsubj"})
_BEHIND: Final = frozenset({"in", "during", "by", "from", "under"})


def aboard(doers: list[Token]) -> list[Token]:
    """Whose ships, planes or lorries do it: "French aircraft evacuated them"."""
    return [
        owner
        for item in doers
        for owner in ((_owners(item) or [item]) if is_a(item, "transport") else [item])
    ]


def by_force(token: Token, doers: list[Token]) -> list[Token]:
    """Who is behind it: of "the army's shelling" the army, and so of what somebody died in."""
    to = [child for child in token.children if child.lower_ == "to" and child.dep_ == "prep"]
    if to and token.lemma_.lower() == "fall":
        return [item for item in to[0].children if item.dep_ == "pobj"]
    acts = [item for item in doers if is_act(item)]
    if acts:
        return [owner for item in acts for owner in _owners(item)]
    if doers:
        return doers
    if token.pos_ in {"NOUN", "PROPN"}:
        return _before(token)
    for child in token.children:
        if child.dep_ not in {"prep", "agent"} or child.lower_ not in _BEHIND:
            continue
        for item in child.children:
            if item.dep_ != "pobj":
                continue
            if is_act(item):
                return _owners(item)
    joined = [child for child in token.children if child.dep_ == "conj"]
    return [
        doer
        for verb in (token, *joined)
        for child in verb.children
        if child.dep_ == "advcl" and clauses.marker(child) in _JOINED
        for doer in by_force(child, clauses.doers(child))
        if is_a(doer, "armed") or is_a(doer, "police")
    ]


def is_act(token: Token) -> bool:
    """Tell whether a noun is what somebody does or does it with: "raid", "missile", "firing"."""
    noun = token.pos_ in {"NOUN", "PROPN"} or (token.tag_ == "VBG" and token.dep_ in _NOMINAL)
    if not noun or token.ent_type_ in {"PERSON", "GPE", "NORP"}:
        return False
    lemma = token.lemma_.lower()
    # "Shells struck the hospital": at the start of a sentence it looks like a name.
    known = lemma in _ACTS or any(map(partial(is_a, token), _DONE_WITH))
    return known or (token.sent.start == token.i and lemma.removesuffix("s") in nouns()["weapon"])


def _owners(act: Token) -> list[Token]:
    """Whose a shelling or a raid is: "by X", "X's", "an X", or with whom a clash is."""
    by = [
        item
        for child in act.children
        if child.dep_ in {"prep", "agent"} and child.lower_ in {"by", "with", "of"}
        if child.lower_ != "of" or is_a(act, "transport")
        for item in child.children
        if item.dep_ == "pobj" and not is_act(item)
    ]
    if by:
        return by
    return _before(act)


def _before(act: Token) -> list[Token]:
    """Whose it is by the words before it: "the army's raid", "a US drone strike"."""
    before = [child for child in act.children if child.i < act.i and child.dep_ in _OWNING]
    return [child for child in before if not is_act(child) and child.pos_ != "NUM"] + [
        owner for child in before if is_act(child) for owner in _before(child)
    ]


def launchers(act: Token) -> list[Token]:
    """Who launched it: "rebels mounted an offensive", "a raid was carried out by police"."""
    verb = act.head
    if act.dep_ == "pobj" and verb.lower_ in {"on", "in"}:
        state = verb.head  # "has been on alert"
        return clauses.subjects(state) if state.lemma_ == "be" else []
    if verb.pos_ != "VERB" or act.dep_ not in {"dobj", "nsubjpass"}:
        return []
    return [item for item in clauses.doers(verb) if item is not act]
