"""Telling: which words of a sentence tell an event by the rules, and which belong to another's."""

from collections.abc import Iterator, Mapping

from pipeline import clauses
from pipeline.lexicon import Roles, Sense, sense_of
from pipeline.syntax import Span as Tokens
from pipeline.syntax import Token

VERBAL = frozenset(
    {"AGREE", "CONSULT", "SUPPORT", "CONCEDE", "REQUEST", "ACCUSE", "REJECT", "THREATEN"}
)
"""Categories that happen in words: a call or a condemnation has no place on the ground."""
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


def senses_in(sentence: Tokens, roles: Roles) -> Iterator[tuple[Token, Sense]]:
    """Triggers of a sentence that the lexicon knows, each in its sense."""
    for token in sentence:
        if token.ent_type_ in {"PERSON", "DATE", "GPE", "NORP", "TIME"}:
            continue
        if token.dep_ in {"compound", "amod"} and token.pos_ != "VERB":
            continue
        sense = sense_of(token, roles)
        if sense is not None and not roles.place(token):
            yield token, sense


def tells(token: Token, sense: Sense, senses: Mapping[Token, Sense]) -> bool:
    """Tell whether a trigger reports an event of its own here."""
    if token.dep_ in {"amod", "compound"}:
        return False
    if sense.part == "n":
        return _noun_tells(token, senses)
    if sense.event_type == "ASSAULT" and sense.trigger == "take":
        # "Bulbul was taken to hospital": no town is, though a person has the name of one.
        return not any(child.lower_ == "to" for child in token.children)
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


def leading_event(token: Token, kept: Mapping[Token, Sense]) -> Token | None:
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
