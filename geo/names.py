"""Names as keys: normalised, bared of generic words, reduced to their consonants.

Every function is pure. The gazetteer's file is built with the same functions that read it, so a
change here calls for `python -m data.build_gazetteer`.
"""

import re
import unicodedata
from collections.abc import Iterator


def _words(text: str) -> list[str]:
    return text.split()


_DROPPED = dict.fromkeys(
    map(
        ord,
        "'`.\u00b4\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u02ca\u02cb\u2018\u2019\u201b\u2032\u2035\u055a\ua78c\u0640\u200b\u200c\u200d\u00ad",
    )
)
_ASCII = {i: " " for i in range(128) if not chr(i).isalnum()} | _DROPPED
# Latin letters that Unicode does not take apart.
_LETTERS = str.maketrans(
    {
        "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h",
        "ı": "i", "ĸ": "k", "ŋ": "ng", "ŧ": "t", "ə": "e", "ɛ": "e", "ɔ": "o", "ɓ": "b",
        "ɗ": "d", "ɖ": "d", "ƙ": "k", "ɣ": "g", "ƴ": "y", "ɨ": "i", "ʉ": "u", "ǝ": "e",
    }
)  # fmt: skip


def normalise(name: str) -> str:
    """Return the look-up key of a name.

    Case, accents, apostrophes and full stops are dropped; hyphens and every other mark become
    one space. Letters outside the Latin script stay as they are. The function is idempotent.

    Parameters
    ----------
    name
        Any string; lone surrogates and control characters are tolerated.

    Returns
    -------
    str
        The key, perhaps empty.

    Examples
    --------
    >>> normalise("Sar-e Pul"), normalise("Sana'a"), normalise("U.S."), normalise("Kyïv")
    ('sar e pul', 'sanaa', 'us', 'kyiv')
    """
    if name.isascii():
        return " ".join(name.lower().translate(_ASCII).split())
    text = unicodedata.normalize("NFKD", name.casefold()).casefold().translate(_DROPPED)
    text = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    kept = [
        c if c.isalnum() else "" if unicodedata.category(c).startswith("M") else " " for c in text
    ]
    return " ".join("".join(kept).split())


_LINKS = frozenset(_words("e i ye yi al el ul ud ad o u wa va w de of"))
# Pairs of letters that are one sound in romanised Persian, Arabic, Turkic and Slavic names.
_SOUNDS = (
    ("kh", "x"), ("gh", "g"), ("sh", "S"), ("ch", "C"), ("dzh", "j"), ("zh", "j"), ("dj", "j"),
    ("dz", "z"), ("ts", "s"), ("th", "t"), ("ph", "f"), ("ck", "k"), ("ou", "u"), ("q", "k"),
    ("w", "v"), ("c", "k"),
)  # fmt: skip
_VOWELS = re.compile("[aeiouyh]+")
_DOUBLE = re.compile(r"(.)\1+")


def skeleton(key: str) -> str:
    """Return the consonant skeleton of a key, the same for most romanisations of a name.

    Parameters
    ----------
    key
        A key as `normalise` gives it, in ASCII.

    Returns
    -------
    str
        Consonants by sound; "A" stands for a vowel at the head of a word.

    Examples
    --------
    >>> skeleton("ishkashim") == skeleton("eshkashem") == skeleton("ashkasham")
    True
    """
    words = key.split()
    out = []
    for word in [w for w in words if w not in _LINKS] or words:
        sound = word
        for pair, one in _SOUNDS:
            sound = sound.replace(pair, one)
        head = "A" if sound[0] in "aeiouy" else ""
        out.append(head + _DOUBLE.sub(r"\1", _VOWELS.sub("", sound)))
    return "".join(out)


# Words that say what kind of thing a name names, with the features they call for.
_ADMIN1 = ("ADM1", "RGN")
_KINDS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        _words(
            "province oblast governorate state region krai republic prefecture emirate canton "
            "voivodeship department territory wilayat wilaya velayat viloyat wilayah provinces "
            "autonomous"
        ),
        _ADMIN1,
    ),
    **dict.fromkeys(
        _words("district county rayon raion woluswali municipality subdistrict parish"), ("ADM2",)
    ),
    **dict.fromkeys(_words("city town village"), ("PPL",)),
    "river": ("STM",),
    "lake": ("LK",),
    **dict.fromkeys(("airport", "airfield", "airbase", "air base"), ("AIR",)),
    "camp": ("CMP",),
    **dict.fromkeys(_words("island islands"), ("ISL",)),
    **dict.fromkeys(_words("mountain mountains mount"), ("MT",)),
    **dict.fromkeys(_words("pass tunnel"), ("PASS",)),
    **dict.fromkeys(("crossing", "border crossing", "border post"), ("CRSG",)),
}


def stripped(key: str) -> tuple[str, tuple[str, ...]]:
    """Split the words that name a kind of place off a key.

    Parameters
    ----------
    key
        A key as `normalise` gives it.

    Returns
    -------
    tuple
        The bare key (the key itself when nothing can go) and the beginnings of the feature
        codes that the words call for.

    Examples
    --------
    >>> stripped("kunduz province")
    ('kunduz', ('ADM1', 'RGN'))
    >>> stripped("the city of kunduz")
    ('kunduz', ('PPL',))
    """
    words = key.split()
    kinds: tuple[str, ...] = ()
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    while len(words) > 1:
        pair = " ".join(words[-2:])
        if len(words) > 2 and pair in _KINDS:
            kinds, words = kinds or _KINDS[pair], words[:-2]
        elif words[-1] in _KINDS:
            kinds, words = kinds or _KINDS[words[-1]], words[:-1]
        elif len(words) > 2 and words[1] == "of" and words[0] in _KINDS:
            kinds, words = kinds or _KINDS[words[0]], words[2:]
        elif words[0] in {"river", "lake", "mount", "camp"}:
            kinds, words = kinds or _KINDS[words[0]], words[1:]
        else:
            break
    return " ".join(words), kinds


def looks_like_code(name: str) -> bool:
    """Tell whether a name may be a code: AF, US, U.S., or an abbreviation such as Calif."""
    letters = name.replace(".", "")
    if not letters.isascii() or not letters.isalpha():
        return False
    if letters.isupper() and 2 <= len(letters) <= 3:
        return True
    return name.endswith(".") and name[0].isupper() and len(letters) <= 6


def one_off(bones: str) -> Iterator[str]:
    """Yield the skeletons one letter away: a letter lost, changed, added, or two swapped."""
    if len(bones) < 3 or len(bones) > 20:
        return
    seen = {bones}
    letters = "bdfgjklmnprstvxzSCA"
    for i in range(len(bones) + 1):
        head, tail = bones[:i], bones[i:]
        forms = [head + letter + tail for letter in letters]
        if tail:
            forms.append(head + tail[1:])
            forms.extend(head + letter + tail[1:] for letter in letters)
        if len(tail) > 1:
            forms.append(head + tail[1] + tail[0] + tail[2:])
        for form in forms:
            if form not in seen:
                seen.add(form)
                yield form
