# ruff: noqa: PLR0911 - rules in their order: the first that holds answers
"""Moods: what the words around a trigger say of it, by themselves: negation, modals, conditions."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from pipeline.clauses import marker
from pipeline.lexicon import rows
from pipeline.syntax import Token

_MAY: Final = frozenset({"may", "might"})
_CAN: Final = frozenset({"could", "can"})
_WILL: Final = frozenset({"will", "shall", "'ll", "wo", "’ll"})
_WOULD: Final = frozenset({"would", "should", "must", "'d"})
_OUGHT: Final = frozenset({"would", "should", "ought", "'d"})
_IF: Final = frozenset({"if", "unless", "whether", "lest", "provided", "providing"})
_PERHAPS: Final = frozenset(
    "perhaps maybe possibly probably likely potentially presumably conceivably".split()
)
_NEARLY: Final = frozenset({"nearly", "almost", "hardly", "scarcely"})
_NOBODY: Final = frozenset({"nobody", "none", "noone", "nothing", "neither"})
_ONE: Final = frozenset({"one", "anyone", "anybody"})
_NEVER: Final = frozenset({"never", "nowhere"})
RANKS: Final = frozenset({"first", "second", "third", "last", "latest", "only", "next"})
_DEALS: Final = frozenset(
    "deal accord agreement plan ceasefire truce pact bill law proposal phase resolution roadmap "
    "measure draft treaty programme program scheme arrangement".split()
)
CLAUSE: Final = frozenset(
    {"ccomp", "xcomp", "advcl", "relcl", "acl", "pcomp", "parataxis", "csubj"}
)
_FINITE: Final = frozenset({"VBD", "VBZ", "VBP", "MD"})
_SKIPPED: Final = frozenset(
    {"also", "not", "now", "soon", "immediately", "then", "again", "fully", '"'}
)


@lru_cache(maxsize=1)
def effects() -> Mapping[tuple[str, str], str]:
    """What a word does to an event under it, by (lemma, part); see the table's own head."""
    return {
        (row["word"], part): row["effect"] for row in rows("modality.csv") for part in row["parts"]
    }


def own_mood(token: Token) -> str:
    """What a trigger's own words say: a modality, "would", "none", or nothing (empty).

    Parameters
    ----------
    token : Token
        A verb or a noun.
    """
    if token.pos_ in {"NOUN", "PROPN"}:
        return _own_of_noun(token)
    auxiliaries = {child.lower_ for child in token.children if child.dep_ == "aux"}
    perfect = bool(auxiliaries & {"have", "'ve"})
    words = {child.lower_ for child in token.children if child.dep_ in {"advmod", "amod"}}
    if perfect and auxiliaries & _OUGHT:
        return "denied"
    if perfect and auxiliaries & _CAN and _is_contrary(token):
        return "denied"
    inverted = _inverted(token)
    said = {
        "denied": _is_negated(token, auxiliaries) or inverted == "had",
        "possible": bool(auxiliaries & _MAY)
        or (bool(auxiliaries & _CAN) and marker(token) != "before")
        or bool(words & _PERHAPS)
        or inverted in {"should", "were"}
        or _in_condition(token)
        or (bool(auxiliaries & (_WILL | _WOULD)) and _on_condition(token)),
        "planned": bool(auxiliaries & _WILL),
        "would": bool(auxiliaries & _WOULD),
    }
    if auxiliaries & _CAN and marker(token) == "before":
        return "denied"  # "stopped before he could fire"
    return next((name for name, holds in said.items() if holds), "")


def _own_of_noun(token: Token) -> str:
    following = word_after(token)
    if following is not None and following.lemma_.lower() in {"loom", "looms"}:
        return "possible"
    for child in token.children:
        lower = child.lower_
        if child.dep_ == "det" and lower in {"no", "neither"}:
            return "denied"
        if child.dep_ in {"amod", "compound"} and child.i < token.i:
            effect = effects().get((lower, "a"), "")
            if effect in {"planned", "possible", "denied", "none"}:
                return effect
        if child.dep_ in {"relcl", "acl", "advcl", "xcomp"} and _opens_with_to(child, token):
            return "planned"  # a headline's "Ceasefire to begin at midnight"
    return ""


def _opens_with_to(verb: Token, noun: Token) -> bool:
    lead = lead_of(verb)
    return lead is not None and lead.i <= noun.right_edge.i and is_headline_plan(verb)


def _is_negated(token: Token, auxiliaries: set[str]) -> bool:
    if auxiliaries & _MAY:
        return False  # "may not attack" leaves it open
    for child in token.children:
        before = word_before(child)
        if child.dep_ == "neg" or child.lower_ in _NEVER:
            following = word_after(child)
            if following is None or following.lower_ not in {"only", "just", "least"}:
                return True
        if child.lower_ == "longer" and before is not None and before.lower_ == "no":
            return True
        if child.dep_ == "advmod" and child.lower_ in _NEARLY and child.i < token.i:
            return True
        if child.dep_ in {"nsubj", "nsubjpass"} and _is_nobody(child):
            return True
        if child.dep_ in {"dobj", "attr"} and _is_nobody(child):
            return token.lemma_.lower() != "leave"
    lead = lead_of(token)
    return lead is not None and lead.lower_ == "yet"


def _is_nobody(token: Token) -> bool:
    words = {child.lower_ for child in token.children if child.i < token.i}
    if token.lower_ in _NOBODY:
        return True
    if words & {"no", "neither"}:
        # "No sooner", "no fewer than" deny nothing.
        return not words & {"sooner", "fewer", "less", "than"}
    return token.lower_ in _ONE and bool(words & {"hardly", "scarcely", "barely"})


def _inverted(token: Token) -> str:
    """The auxiliary that stands for "if": "should the truce collapse", "had they come"."""
    subjects = children_of(token, {"nsubj", "nsubjpass"})
    for child in token.children:
        helps = child.dep_ in {"aux", "auxpass"} and child.lower_ in {"should", "were", "had"}
        if helps and subjects and child.i < subjects[0].i:
            return child.lower_
    lead = lead_of(token)
    if (
        lead is not None
        and lead.i > 0
        and any(item.lower_ == "were" and item.i == item.sent.start for item in lead.sent)
    ):
        return "were"
    return ""


def _in_condition(token: Token) -> bool:
    """Tell whether the token's own clause opens with "if", "in case" or "as long as"."""
    if any(child.dep_ in {"mark", "advmod"} and child.lower_ in _IF for child in token.children):
        return not _is_factual_if(token)
    if {"as", "though"} <= {child.lower_ for child in token.children if child.dep_ == "mark"}:
        return True
    if token.tag_ not in {"VBP", "VBZ", "VB", "VBD", "VBN"} or token.dep_ not in CLAUSE:
        return False
    first = min((item.i for item in token.subtree), default=token.i)
    opening = [item.lower_ for item in token.doc[max(token.sent.start, first - 3) : first + 1]]
    return (
        opening[-3:-1] == ["in", "case"]
        or opening[-2:] == ["in", "case"]
        or (token.tag_ in {"VBP", "VBZ"} and opening[-3:] == ["as", "long", "as"])
    )


def _is_factual_if(token: Token) -> bool:
    """Tell whether "if" grants a fact: "even if" does."""
    marks = [child for child in token.children if child.lower_ == "if"]
    before = word_before(marks[0]) if marks else None
    return before is not None and before.lower_ == "even" and token.tag_ == "VBD"


def _on_condition(token: Token) -> bool:
    """Tell whether a clause with "if" or "unless" hangs under a verb of the future."""
    for child in token.children:
        if child.dep_ in {"advcl", "ccomp"} and (
            _in_condition(child) or _inverted(child) in {"should", "were"}
        ):
            return True
    if any(item.lower_ == "unless" for item in token.sent):
        return True
    return any(
        item.lower_ == "if"
        and item.dep_ == "mark"
        and item.head.dep_ == "advcl"
        and item.head.i != token.i
        and not _is_factual_if(item.head)
        for item in token.sent
    )


def _is_contrary(token: Token) -> bool:
    """Tell whether "could have" is followed by what happened instead."""
    later = {item.lower_ for item in token.sent if item.i > token.i}
    return bool(later & {"but", "had", "instead"})


def is_by_deal(token: Token) -> bool:
    """Tell whether a deal says so: "the plan would see", "under the accord troops would leave"."""
    subjects = children_of(token, {"nsubj", "nsubjpass"})
    if any(item.lemma_.lower() in _DEALS for item in subjects):
        return True
    return any(
        item.lemma_.lower() in _DEALS
        for child in token.sent
        if child.lower_ in {"under", "per"}
        for item in child.children
    )


def is_infinitive(token: Token) -> bool:
    """Tell whether a verb is "to do", or "doing" after a preposition."""
    if any(child.dep_ == "aux" and child.lower_ == "to" for child in token.children):
        return True
    if token.dep_ == "pobj" and token.head.lower_ == "to" and token.tag_ == "VB":
        return True
    return token.dep_ == "pcomp" and token.tag_ == "VBG"


def lead_of(token: Token) -> Token | None:
    """The word just before the "to" of an infinitive: "due" in "due also to be freed"."""
    if token.tag_ == "VBG":
        return None
    current = word_before(token)
    while current is not None and current.lower_ in {"be", "have", "been"} | _SKIPPED:
        current = word_before(current)
    if current is None or current.lower_ != "to":
        return None
    current = word_before(current)
    while current is not None and current.lower_ in _SKIPPED:
        current = word_before(current)
    return current


def is_headline_plan(token: Token) -> bool:
    """Tell whether a headline's future stands there: a noun, "to", and no finite verb before."""
    lead = lead_of(token)
    if lead is None or lead.pos_ not in {"NOUN", "PROPN", "NUM"} or lead.lemma_ in RANKS:
        return False
    if token.sent.text.rstrip().endswith("."):
        return False
    return not any(item.tag_ in _FINITE and item.i < token.i for item in token.sent)


def children_of(token: Token, kinds: set[str]) -> list[Token]:
    """Give the words that hang under a word by one of these dependencies."""
    return [child for child in token.children if child.dep_ in kinds]


def word_before(token: Token) -> Token | None:
    """Give the word before, None at the start of the sentence."""
    return token.doc[token.i - 1] if token.i > token.sent.start else None


def word_after(token: Token) -> Token | None:
    """Give the word after, None at the end of the sentence."""
    return token.doc[token.i + 1] if token.i + 1 < token.sent.end else None
