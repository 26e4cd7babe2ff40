"""Texts that are all in capitals, as wires were, with the case that the grammar of dates reads."""

import re

_LETTERS = re.compile(r"[A-Za-z]")
_SURE = (
    r"january|february|april|june|july|august|september|october|november|december|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|christmas|eve|easter|rama[dz]an|nowruz|eid"
)
_NEAR_NUMBER = r"(?:may|march|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
_NAMES = re.compile(
    rf"\b(?:{_SURE})(?=s?\b)|\b{_NEAR_NUMBER}\b(?=\.?\s+\d)|(?<=\d\s){_NEAR_NUMBER}\b"
    r"|(?<=\bin\s)(?:may|march)\b|(?:(?<=\A)|(?<=[.!?]\s)|(?<=[.!?]\s\s)|(?<=\n\n)|(?<=\n\n\s{3}))[a-z]"
)
_UPPER = re.compile(r"\b(?:gmt|utc|est|edt|pst|pdt)\b|(?<=\d\s)(?:bc|ad)\b")


def calmed(text: str) -> str:
    """Return a text of capitals in lower case, but for months, weekdays and first words.

    Other texts come back as they are; the length never changes.
    """
    letters = _LETTERS.findall(text)
    if sum(letter.isupper() for letter in letters) < 0.8 * len(letters):
        return text
    lower = text.lower()
    if len(lower) != len(text):  # some letters of other scripts are two in lower case
        return text
    lower = _NAMES.sub(lambda m: m[0][0].upper() + m[0][1:], lower)
    return _UPPER.sub(lambda m: m[0].upper(), lower)
