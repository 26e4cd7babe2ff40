"""Modes: how an assault was done, by its trigger, the means that its clause names, and its context.

A trigger's own mode ("kidnapped", "bombed") stands where it is definite. Else the means in the
trigger's own clause tell it (data/curated/means.csv), then those of the same sentence and, for what
a text tells of one incident in several sentences, of the sentences beside it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from pipeline.lexicon import rows
from pipeline.syntax import Span as Tokens
from pipeline.syntax import Token

RANKS: Final = (
    *("suicide-attack", "drone", "aerial", "explosives", "heavy-weapons", "primitive"),
    *("firearms", "abduct", "sexual", "torture", "beat", "unconventional", "crowd-control"),
    *("targeted", "destroy", ""),
)
"""Modes of ASSAULT, most telling first: of two means in one clause the first counts."""

VAGUE: Final = frozenset({"", "destroy", "targeted"})
"""Modes that say what came of it, and leave the means open."""

_LOOSE: Final = {"explosives": frozenset({"suicide-attack"}), "aerial": frozenset({"drone"})}
"""Means that another is a kind of."""

_HARM: Final = frozenset(
    "attack assault kill die murder wound injure hurt assassinate massacre destroy damage target "
    "hit strike launch carry mount attempt killing raid perpetrate stage slaughter execute ram "
    "tear rip rock death".split()
)
"""Lemmas of triggers that means are asked of; ground is not taken by a bomb, though with bombs."""

_AIMED: Final = frozenset("murder assassinate execute slaughter massacre raid".split())
"""Those of `_HARM` that are seldom done by bombs: only their own clause tells the means."""

_GROUND: Final = re.compile(
    r"(re)?(captur|seiz|enter|occup|conquer|overr[au]n|t[ao]ke|took|fell\b|fall|advanc|control)",
    re.IGNORECASE,
)
"""How words begin that tell of ground taken."""

_CLAUSES: Final = frozenset({"ccomp", "relcl", "advcl", "parataxis", "csubj"})
_BY: Final = frozenset({"by", "with", "from", "in", "under", "using", "aboard"})
_OUTCOME: Final = frozenset("kill die wound injure destroy damage death hurt".split())

_BLAST: Final = re.compile(
    r"\b(the|this|an?|two|three|car|powerful|several) (?:\w+ ){0,2}?(bombs?|explosions?|blasts?"
    r"|explosives?|devices?|dynamite|grenades?|detonations?)\b|\b(exploded|detonated|went off"
    r"|blew up|blown up|dynamited|bombed|dynamite (attack|charge|stick)s?)\b",
    re.IGNORECASE,
)
_THAT_BLAST: Final = re.compile(
    r"\b(the|this|these|both) (?:\w+ ){0,2}?(bombs?|explosions?|blasts?|explosives?|devices?"
    r"|dynamite|grenades?|detonations?|bombings?)\b"
    r"|\b(with|used|using) (?:\w+ ){0,2}?(bombs?|explosives?|dynamite|grenades?)\b",
    re.IGNORECASE,
)
"""Of explosives that the text has spoken of, or of means: "a bomb" begins another story."""

_RIFLES: Final = re.compile(
    r"\b(opened fire|gunned|machine-?gunned|shots?|bullets?|gunmen|gunfire|rifles?)\b",
    re.IGNORECASE,
)

_THOSE_RIFLES: Final = re.compile(
    r"\b(the|these|both) (?:\w+ ){0,2}?(gunmen|shots?|bullets?|gunfire|rifles?|shootings?)\b"
    r"|\b(he|they|attackers|assailants|victims?|all|both|some|two|three|four) (?:\w+ ){0,2}?"
    r"(opened fire|(machine-?)?gunned|shot)\b",
    re.IGNORECASE,
)
"""Of shots at or by who was told of before: "Gunmen" alone begin another story."""

_WEEKDAYS: Final = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())


def mode_of(token: Token, mode: str, parts: Iterable[Token] = ()) -> str:
    """The mode of an assault, from its trigger's and from the words of its clause and sentence.

    Parameters
    ----------
    token : Token
        The trigger.
    mode : str
        What the trigger itself says.
    parts : iterable of Token
        Further triggers of the same event ("exploded, killing nine").
    """
    if mode not in {*VAGUE, "explosives", "aerial"} and token.lemma_.lower() != "ambush":
        return mode
    found = set(_means([token, *parts]))
    if mode == "firearms":
        return "explosives" if "explosives" in found else mode  # ambushed by a mine
    if mode not in VAGUE:
        finer = found & _LOOSE.get(mode, frozenset())
        return next(iter(finer), mode)
    if token.lemma_.lower() not in _HARM or not found:
        return mode
    if {"explosives", "firearms"} <= found and "suicide-attack" not in found:
        found -= {"explosives"}  # an armed band with rifles and grenades
    return min(found, key=RANKS.index)


def beside(token: Token, mode: str, before: Tokens | None, after: Tokens | None) -> str:
    """The mode of an assault whose own clause names no means, by what stands around it.

    Parameters
    ----------
    token : Token
        The trigger.
    mode : str
        By `mode_of`.
    before, after : sentence or None
        The neighbouring sentences that tell of the same incident, as far as the caller knows.
    """
    if mode not in {"", "destroy"} or token.lemma_.lower() not in _HARM - _AIMED:
        return mode
    found = _told_in(token.sent, _BLAST, _RIFLES)
    if not found and after is not None and _same_day(token.sent, after):
        found = _told_in(after, _THAT_BLAST, _THOSE_RIFLES)
    if not found and before is not None and _looks_back(token) and _same_day(token.sent, before):
        found = _told_in(before, _BLAST, _RIFLES)
    return found if found and (mode == "" or found == "explosives") else mode


def _same_day(one: Tokens, other: Tokens) -> bool:
    """Tell whether two sentences may tell of one day: they name no different days of the week."""
    days = [{token.lower_ for token in sentence} & _WEEKDAYS for sentence in (one, other)]
    return not all(days) or not days[0].isdisjoint(days[1])


def _told_in(sentence: Tokens, blast: re.Pattern[str], rifles: re.Pattern[str]) -> str:
    """The means that a sentence tells of, if it is one."""
    text = sentence.text
    exploded, shot = blast.search(text) is not None, rifles.search(text) is not None
    if exploded == shot:
        return ""
    return "explosives" if exploded else "firearms"


def _looks_back(token: Token) -> bool:
    """Tell whether a trigger speaks of what was told before: "the attack", or who died in it."""
    if token.lemma_.lower() in _OUTCOME:
        return True
    return any(child.lower_ in {"the", "this", "both"} for child in token.children)


def takes_ground(trigger: str) -> bool:
    """Tell whether a trigger's words say that ground was taken: no bomb next to it did that."""
    return _GROUND.match(trigger) is not None


def compatible(one: str, other: str) -> bool:
    """Tell whether two modes can be of one incident: they are the same, or one leaves it open."""
    if one == other or not one or not other:
        return True
    return bool({one, other} & VAGUE) and "abduct" not in {one, other}


def most_telling(modes: Sequence[str]) -> str:
    """The mode of an incident that several sentences tell: the first of `RANKS` that one has.

    Parameters
    ----------
    modes : sequence of str
        That of the sentence that says most comes first: it stands where no other tells the means,
        for things may be destroyed where people are killed. So do modes of other categories.
    """
    best = min(modes, key=lambda mode: RANKS.index(mode) if mode in RANKS else 0, default="")
    return modes[0] if modes and best in {"", "destroy"} else best


def _means(triggers: Sequence[Token]) -> Iterator[str]:
    table = means()
    for trigger in triggers:
        for word in _clause(trigger):
            mode, part = table.get(word.lemma_.lower()) or table.get(word.lower_) or ("", "")
            if mode and (part == "any" or _is_instrument(word, trigger)):
                yield mode
        head = trigger.head
        if trigger.dep_ in {"relcl", "acl"} and head.i != trigger.i:
            mode, _ = table.get(head.lemma_.lower(), ("", ""))
            # "the bomb that killed him", but not "the bomb squad officer who was killed"
            if mode and trigger.tag_ != "VBN":
                yield mode


def _clause(trigger: Token) -> Iterator[Token]:
    """The words of a trigger's own clause: without clauses under it and verbs beside it."""
    waiting = [trigger]
    while waiting:
        token = waiting.pop()
        yield token
        for child in token.children:
            verbal = child.pos_ in {"VERB", "AUX"}
            if child.dep_ in _CLAUSES and verbal and child.lemma_.lower() not in _OUTCOME | {"use"}:
                continue
            if child.dep_ == "conj" and verbal:
                continue
            waiting.append(child)


def _is_instrument(word: Token, trigger: Token) -> bool:
    """Tell whether a thing did it or was used for it: no aircraft that was fired at."""
    current = word
    while current.i != trigger.i:
        if current.dep_ in {"nsubj", "agent"}:
            return True
        if current.dep_ in {"dobj", "nsubjpass"}:
            return False
        if current.pos_ == "ADP":
            return current.lower_ in {"by", "from", "with"}
        if current.head.i == current.i:
            return False
        current = current.head
    return False


@lru_cache(maxsize=1)
def means() -> Mapping[str, tuple[str, str]]:
    """Mode and part by word; see the table's own head."""
    return {row["word"]: (row["mode"], row["part"]) for row in rows("means.csv")}
