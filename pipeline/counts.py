"""Counts: how many were killed, hurt, taken, driven out or sent, as a text tells it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.lexicon import is_a
from pipeline.syntax import Span, Token

KINDS = ("fatalities", "injured", "displaced", "soldiers", "captured")
"""Columns of the events table that counts go to."""

_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90, "hundred": 100, "thousand": 1000, "million": 1_000_000, "dozen": 12,
}  # fmt: skip
_BETWEEN = frozenset({"to", "and", "or", "of", "-", "–"})
_VAGUE = {"dozens": 24, "scores": 40, "hundreds": 200, "thousands": 2000, "tens": 20}
"""Least number that a vague plural can mean: two of its unit."""

_AT_LEAST = re.compile(
    r"\b(?:at least|more than|over|no fewer than|no less than|upwards of)\b", re.IGNORECASE
)
_AT_MOST = re.compile(
    r"\b(?:up to|at most|fewer than|less than|as many as|nearly|almost|no more than)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?")

_KILL = frozenset(
    "kill die murder assassinate massacre execute behead slaughter perish drown".split()
)
_HURT = frozenset("wound injure hurt maim".split())
_TAKE = frozenset(
    "capture arrest detain catch imprison jail seize abduct kidnap hold round".split()
)
_LEAVE = frozenset("leave shoot gun find burn stab beat strike".split())
_STATES = {
    "dead": "fatalities", "wounded": "injured", "injured": "injured", "hurt": "injured",
    "homeless": "displaced",
}  # fmt: skip
"""What somebody is left: "17 people dead"."""

_BOUNDS = ("best", "low", "high")
_FLEE = frozenset(
    "flee displace evacuate escape uproot evict airlift cross retreat move leave".split()
)
_FORCE = frozenset(
    "deploy send mobilise mobilize cross flee surrender retreat call withdraw move dispatch "
    "redeploy station pull evacuate arrive".split()
)


@dataclass(frozen=True, slots=True)
class Count:
    """How many of what.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    best, low, high : int or None
        Null means not said: "at least 300" has no high, "dozens" no best.
    text : str
        The words.
    """

    kind: str
    best: int | None
    low: int | None
    high: int | None
    text: str


def count_of(trigger: Token, token: Token, *, done_by: bool) -> Count | None:
    """The count in a noun group that takes part in an event.

    Parameters
    ----------
    trigger : Token
        The event's word; its lemma decides what is counted.
    token : Token
        Head of the group.
    done_by : bool
        The group does it ("1,037 servicemen crossed"), rather than undergoes it.
    """
    left = None if done_by else _left(trigger, token)
    kind = left or _kind(trigger, token, done_by=done_by)
    if kind is None:
        return None
    amount = _amount(token)
    if amount is None:
        return None
    best, low, high, text = amount
    return Count(kind, best, low, high, text)


def counts_of(trigger: Token, groups: Sequence[Token], *, done_by: bool) -> list[Count]:
    """The counts in the noun groups on one side of an event, one a kind.

    Groups that are told together make one number, "five soldiers and 14 civilians" 19, in which
    one without a number is one: "three soldiers and a boy".

    Parameters
    ----------
    trigger : Token
    groups : sequence of Token
        Heads of the groups.
    done_by : bool
        As for `count_of`.
    """
    found: dict[str, list[tuple[Token, Count]]] = {}
    alone = []
    for group in groups:
        count = count_of(trigger, group, done_by=done_by)
        if count is not None:
            found.setdefault(count.kind, []).append((group, count))
        elif _is_one(group):
            alone.append(group)
    return [_together(parts, alone) for parts in found.values()]


def _is_one(token: Token) -> bool:
    """Tell whether a noun group is one person: "a boy", "his guard"."""
    single = any(child.dep_ in {"det", "poss"} for child in token.children)
    return token.tag_ == "NN" and single and _is_people(token)


def _together(parts: list[tuple[Token, Count]], alone: list[Token]) -> Count:
    """Add up counts of one kind whose groups are coordinate with the first."""
    first, count = parts[0]
    joined = set(first.conjuncts)
    others = [(group, other) for group, other in parts[1:] if group in joined]
    single = [group for group in alone if group in joined]
    if not others and not single:
        return count
    every = [count, *(other for _, other in others)]
    best, low, high = (
        _sum([getattr(one, bound) for one in every], len(single)) for bound in _BOUNDS
    )
    heads = sorted([first, *(group for group, _ in others), *single], key=lambda token: token.i)
    start = min(child.idx for head in heads[:1] for child in (*head.subtree, head))
    last = heads[-1]
    text = first.doc.text[start : last.idx + len(last)]
    return Count(count.kind, best, low, high, text)


def _sum(amounts: list[int | None], more: int) -> int | None:
    """The sum, which nobody knows where a part is not known."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known) + more if len(known) == len(amounts) else None


def _kind(trigger: Token, token: Token, *, done_by: bool) -> str | None:
    lemma = trigger.lemma_.lower()
    if lemma in _KILL and (not done_by or lemma in {"die", "perish", "drown"}):
        return "fatalities" if _is_people(token) else None
    if lemma in _HURT and not done_by:
        return "injured" if _is_people(token) else None
    if lemma in _TAKE and not done_by:
        return "captured" if _is_people(token) else None
    if lemma in _FORCE and _in_group(token, "soldiers"):
        return "soldiers"
    if lemma in _FLEE and _is_people(token):
        return "displaced"
    return None


def _left(trigger: Token, token: Token) -> str | None:
    """What a verb does by the word beside its object: "left 17 dead", "shot dead seven"."""
    if trigger.lemma_.lower() == "claim" and token.lemma_.lower() in {"life", "victim"}:
        return "fatalities"
    if trigger.lemma_.lower() not in _LEAVE or not _is_people(token):
        return None
    beside = [child.lower_ for item in (trigger, token) for child in item.children]
    return next((_STATES[word] for word in beside if word in _STATES), None)


def _is_people(token: Token) -> bool:
    return (
        _in_group(token, "people")
        or token.pos_ == "NUM"
        or token.lower_ in _VAGUE
        or token.ent_type_ in {"CARDINAL", "NORP", "PERSON"}
    )


def _in_group(token: Token, noun_class: str) -> bool:
    if is_a(token, noun_class):
        return True
    return any(
        is_a(inner, noun_class)
        for child in token.children
        if child.dep_ == "prep" and child.lower_ == "of"
        for inner in child.subtree
        if inner.pos_ == "NOUN"
    )


def _amount(token: Token) -> tuple[int | None, int | None, int | None, str] | None:
    numbers = [child for child in token.children if child.dep_ == "nummod" and child.i <= token.i]
    if token.pos_ == "NUM" or token.lower_ in _VAGUE or token.lower_ == "dozen":
        numbers = [*numbers, token]
    numbers += [child for child in token.children if child.lower_ in _VAGUE and child.i < token.i]
    for number in numbers:
        words = sorted(
            {*number.subtree, number} if number != token else _before(token),
            key=lambda word: word.i,
        )
        words = [word for word in words if word.i <= token.i]
        first, last = _ends(words[0], words[-1])
        text = token.doc.text[first.idx : last.idx + len(last)]
        value = _value(text)
        if value is not None:
            return (*value, text)
    return None


def _ends(first: Token, last: Token) -> tuple[Token, Token]:
    """First and last word of a number in words ("two hundred and five"), however it was parsed."""
    doc, start, end = first.doc, first.i, last.i
    limit = first.sent.start, first.sent.end
    for step in (1, 2):
        while start - step >= limit[0] and _goes_on(doc[start - step : start + 1]):
            start -= step
        while end + step < limit[1] and _goes_on(doc[end : end + step + 1]):
            end += step
    return doc[start], doc[end]


def _goes_on(found: Span) -> bool:
    """Tell whether two words, or two around a joint, are of one number."""
    joints = all(word.lower_ in _BETWEEN for word in found[1:-1])
    return joints and _is_number(found[0]) and _is_number(found[-1])


def _is_number(token: Token) -> bool:
    return token.tag_ == "CD" or token.lower_ in _VAGUE


def _before(token: Token) -> list[Token]:
    return [child for child in token.subtree if child.i <= token.i and child.lower_ != "dead"]


def _value(text: str) -> tuple[int | None, int | None, int | None] | None:
    lowered = text.lower()
    many = re.search(rf"\b({'|'.join(_VAGUE)})\b(\s+of\s+thousands\b)?", lowered)
    if many:
        return None, _VAGUE[many[1]] * (1000 if many[2] else 1), None
    span = re.search(r"(\d[\d,]*)\s*(?:-|–|to|and)\s*(\d[\d,]*)", lowered)
    if span:
        low, high = (int(part.replace(",", "")) for part in span.groups())
        if low < high:
            return None, low, high
    number = _spelled(lowered)
    if number is None:
        return None
    if _AT_LEAST.search(lowered):
        return number, number, None
    if _AT_MOST.search(lowered):
        return number, None, number
    return number, number, number


def _spelled(text: str) -> int | None:
    match = _NUMBER.search(text)
    multiplier = 1
    for word, size in (("hundred", 100), ("thousand", 1000), ("million", 1_000_000)):
        if match and re.search(rf"\d\s+{word}\b", text):
            multiplier = size
    if match:
        return round(float(match[0].replace(",", "")) * multiplier)
    total, seen = 0, False
    for word in re.split(r"[\s-]+", text):
        if word not in _WORDS:
            continue
        seen = True
        value = _WORDS[word]
        total = max(total, 1) * value if value >= 100 or word == "dozen" else total + value
    return total if seen and total else None
