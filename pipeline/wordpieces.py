"""WordPiece: a word as the pieces of an uncased BERT vocabulary.

Written out (it is short) because the library that has it draws a client for a model hub in. The
rules are those of BERT's reference tokenizer (Devlin et al. 2019); a test holds the result against
that library's.
"""

import unicodedata
from collections.abc import Mapping

LONGEST = 100
"""Letters of the longest word that is cut into pieces; longer ones are unknown."""


def pieces(word: str, vocabulary: Mapping[str, int], unknown: int) -> list[int]:
    """Numbers of the pieces of one word; empty if nothing of it is left (control characters)."""
    found: list[int] = []
    for part in _parts(word):
        found += _greedy(part, vocabulary, unknown)
    return found


def _parts(word: str) -> list[str]:
    """Lower case without accents, cut at punctuation and between Chinese characters."""
    if word.isascii() and word.isalnum():
        return [word.lower()]  # nearly all words, and nothing of the rest applies to them
    parts = [""]
    for character in unicodedata.normalize("NFD", _clean(word).lower()):
        category = unicodedata.category(character)
        if category == "Mn":
            continue
        if character.isspace():
            parts.append("")
        elif _stands_alone(character, category):
            parts += [character, ""]
        else:
            parts[-1] += character
    return [part for part in parts if part]


def _clean(word: str) -> str:
    return "".join(
        character
        for character in word
        if character not in "\x00\ufffd" and not unicodedata.category(character).startswith("C")
    )


def _stands_alone(character: str, category: str) -> bool:
    code = ord(character)
    ascii_sign = code < 128 and not character.isalnum() and code > 32
    chinese = (
        0x4E00 <= code <= 0x9FFF
        or 0x3400 <= code <= 0x4DBF
        or 0x20000 <= code <= 0x2CEAF
        or 0xF900 <= code <= 0xFAFF
        or 0x2F800 <= code <= 0x2FA1F
    )
    return ascii_sign or chinese or category.startswith("P")


def _greedy(part: str, vocabulary: Mapping[str, int], unknown: int) -> list[int]:
    """Longest piece first, from the left; unknown as a whole if any rest is."""
    if len(part) > LONGEST:
        return [unknown]
    found = []
    start = 0
    while start < len(part):
        end = len(part)
        while end > start:
            piece = part[start:end] if start == 0 else "##" + part[start:end]
            number = vocabulary.get(piece)
            if number is not None:
                break
            end -= 1
        if end == start:
            return [unknown]
        found.append(vocabulary[piece])
        start = end
    return found
