"""Words: a text cut into tokens with exact offsets, as the tagger was trained to see them."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_ABBREVIATIONS = (
    "Mr Mrs Ms Dr Prof Rev Hon Gen Maj Col Lt Capt Cmdr Sgt Cpl Adm Gov Sen Rep Pres Supt Insp "
    "St Mt Ft Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Mon Tue Tues Wed Thu Thurs Fri Sat "
    "Sun Inc Co Corp Ltd Bros Jr Sr vs etc approx dept est no No Ala Ariz Ark Calif Colo Conn Del "
    "Fla Ga Ill Ind Kan Ky La Md Mich Minn Miss Mo Mont Neb Nev Okla Ore Pa Tenn Tex Va Vt Wash "
    "Wis Wyo Ont Que Alta Sask Ave Blvd Rd Hwy Rte"
)
_NOT_BEFORE_STOP = frozenset({"no", "No", "Sun", "Sat", "Mon", "Mar", "Miss", "est", "Wash", "La"})
_WORD = re.compile(
    r"""
    (?P<initials>(?:[^\W\d_]\.){2,}(?:[^\W\d_](?!\w))?)        # U.S.  D.C.  a.m.  U.S.S.R
  | (?P<number>(?>\d+(?:[.,:/]\d+)*)(?:st|nd|rd|th|s)?(?![^\W_]))  # 1,037  3.5  10:30  1990s
  | (?P<digits>\d+(?:[.,]\d+)*)
  | (?P<not>n['’]t\b)
  | (?P<clitic>['’](?:s|re|ve|ll|d|m|S|RE|VE|LL|D|M)\b)
  | (?P<word>[^\W\d_](?:[^\W_\d]|['’](?=[^\W\d_]{3}))*\d*)
  | (?P<dots>\.{2,}|…)
  | (?P<dashes>-{2,})
  | (?P<other>\S)
    """,
    re.VERBOSE,
)
_APOSTROPHES = frozenset("'’")
_ABBREVIATED = frozenset(_ABBREVIATIONS.split())

SHAPES = 17
"""Number of letter shapes: 16 of `shape`, and one for no word at all (padding)."""


class Word(NamedTuple):
    """A token: offsets into the text, and its characters."""

    start: int
    end: int
    text: str


def words(text: str) -> Iterator[Word]:
    """Cut a text into words, numbers and punctuation; nothing but white space is left out.

    Possessives and negations stand alone ("Kabul", "'s"; "did", "n't"), hyphens too
    ("Afghan", "-", "Tajik"), and abbreviations keep their stop ("U.S.", "Gen."), as in the Penn
    Treebank's conventions.
    """
    at = 0
    while (match := _WORD.search(text, at)) is not None:
        start, end = match.span()
        if match.lastgroup == "word":
            following = text[end : end + 1]
            if following == ".":
                end += _is_abbreviation(text, start, end)
            elif following in _APOSTROPHES:
                end = _without_negation(text, start, end)
        yield Word(start, end, text[start:end])
        at = end


def _is_abbreviation(text: str, start: int, end: int) -> bool:
    """Tell whether the stop behind a word belongs to it."""
    word = text[start:end]
    return word in _ABBREVIATED and (word not in _NOT_BEFORE_STOP or text[end + 1 : end + 2] == ",")


def _without_negation(text: str, start: int, end: int) -> int:
    """End of a word without its "n't"; the regular expression then meets that alone."""
    if end - start > 1 and text[end - 1] in "nN" and text[end : end + 2] in {"'t", "’t"}:
        return end - 1
    return end


def shape(word: str) -> int:
    """Letter shape of a word, which an uncased vocabulary does not tell: 0 to 7."""
    letters = sum(map(str.isalpha, word))
    # A letter in a circle is upper case and no letter.
    upper = sum(map(str.isupper, filter(str.isalpha, word)))
    if word[0].isdigit():
        found = 1
    elif not letters:
        found = 2
    elif upper == letters:
        found = 3 if letters > 1 else 4
    elif word[0].isupper():
        found = 5
    elif upper:
        found = 6
    else:
        found = 7
    return found
