"""Word forms: the universal part of speech of a tagged word, and its dictionary form.

Both follow spaCy's English pipeline (en_core_web_sm 3.8), on which the rules were written: its
mapping of Penn tags to parts of speech, with the same exceptions, and its lemmas, here from the
dictionary of lemminflect (MIT), which is the NIH SPECIALIST Lexicon's.
"""

import csv
import gzip
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import distribution

_POS = {
    "CC": "CCONJ", "CD": "NUM", "DT": "DET", "EX": "PRON", "FW": "X", "IN": "ADP", "AFX": "ADJ",
    "JJ": "ADJ", "JJR": "ADJ", "JJS": "ADJ", "LS": "X", "MD": "AUX", "NN": "NOUN", "NNS": "NOUN",
    "NNP": "PROPN", "NNPS": "PROPN", "PDT": "DET", "POS": "PART", "PRP": "PRON", "PRP$": "PRON",
    "RB": "ADV", "RBR": "ADV", "RBS": "ADV", "RP": "ADP", "SYM": "SYM", "$": "SYM", "#": "SYM",
    "TO": "PART", "UH": "INTJ", "VB": "VERB", "VBD": "VERB", "VBG": "VERB", "VBN": "VERB",
    "VBP": "VERB", "VBZ": "VERB", "WDT": "DET", "WP": "PRON", "WP$": "DET", "WRB": "SCONJ",
    ".": "PUNCT", ",": "PUNCT", ":": "PUNCT", "``": "PUNCT", "''": "PUNCT", '""': "PUNCT",
    "-LRB-": "PUNCT", "-RRB-": "PUNCT", "HYPH": "PUNCT", "NFP": "PUNCT",
}  # fmt: skip
_JOINING = frozenset(
    "that if because while since so whether although though unless once upon till whereas whilst "
    "except despite but albeit save besides til".split()
)
_INDEFINITE = frozenset(
    "something anyone anything nothing someone everything everyone everybody nobody somebody "
    "anybody".split()
)
_AUXILIARY = frozenset(
    {("VB", "be"), ("VB", "do"), ("VB", "have"), ("VB", "'ve"), ("VBP", "do"), ("VBP", "have")}
    | {("VBP", "'ve"), ("VBP", "are"), ("VBP", "'re"), ("VBP", "am"), ("VBP", "'m")}
    | {("VBP", "'s"), ("VBZ", "is"), ("VBZ", "'s"), ("VBZ", "has"), ("VBZ", "does")}
    | {("VBD", "was"), ("VBD", "were"), ("VBD", "did"), ("VBD", "had"), ("VBD", "'d")}
    | {("VBN", "been"), ("VBN", "had"), ("VBG", "being")}
)
_MAIN = frozenset({"do", "does", "did", "'d", "have", "has", "had"})
_MAIN_LABELS = frozenset({"ROOT", "advcl", "ccomp", "conj", "relcl", "xcomp"})

_INFLECTED = frozenset({"VERB", "AUX", "NOUN", "ADJ", "ADV"})
_BASE = frozenset({"NN", "JJ", "VB", "RB", "MD"})
"""Tags of words that are their own dictionary form."""

_FORMS = {
    "i": "I", "me": "I", "him": "he", "her": "she", "us": "we", "them": "they", "n't": "not",
    "'d": "would", "'ll": "will", "wo": "will", "sha": "shall", "ca": "can",
}  # fmt: skip
"""Lemmas of pronouns and of shortened words; "her" and "us" only as personal pronouns."""

_VERBS = {
    "am": "be", "are": "be", "is": "be", "was": "be", "were": "be", "been": "be", "being": "be",
    "'m": "be", "'re": "be", "'s": "be", "'ve": "have", "'d": "have", "ai": "be",
}  # fmt: skip
_CHOSEN = {
    (form, pos): form for form in ("more", "most", "less", "least") for pos in ("ADJ", "ADV")
} | {("outskirts", "NOUN"): "outskirt", ("barracks", "NOUN"): "barrack"}
"""Lemmas that the dictionary has otherwise, as the rules know them."""

_STRAIGHT = str.maketrans("‘’“”", "''\"\"")


@lru_cache(maxsize=50_000)
def pos_of(form: str, tag: str, label: str) -> str:
    """Universal part of speech of a word.

    Parameters
    ----------
    form : str
        The word.
    tag : str
        Its Penn Treebank tag.
    label : str
        Its dependency label: auxiliaries, "that" as conjunction or pronoun, and pronouns among
        the determiners are told by it.

    Returns
    -------
    str
        ``VERB``, ``NOUN``, ...; ``X`` for a tag that is none.
    """
    word = form.lower().translate(_STRAIGHT)
    found = _POS.get(tag, "X")
    if label in {"aux", "auxpass"} and tag != "TO":
        found = "AUX"
    elif word in _MAIN and label in _MAIN_LABELS:
        found = "VERB"
    elif (tag, word) in _AUXILIARY:
        found = "AUX"
    elif tag in {"DT", "WDT"} and (
        label not in {"det", "quantmod"} or (tag, word) == ("WDT", "that")
    ):
        found = "PRON"
    elif tag == "IN" and (label == "mark" or word in _JOINING):
        found = "SCONJ"
    elif tag == "NN" and word in _INDEFINITE:
        found = "PRON"
    elif tag == "RB" and word in {"not", "n't"}:
        found = "PART"
    return found


@lru_cache(maxsize=50_000)
def lemma_of(form: str, tag: str, pos: str) -> str:
    """Dictionary form of a word, in lower case but for proper nouns and "I".

    A word that the dictionary lacks loses its regular ending: "quadcopters", "doxxed".

    Parameters
    ----------
    form : str
        The word.
    tag, pos : str
        Its Penn Treebank tag and universal part of speech.

    Raises
    ------
    importlib.metadata.PackageNotFoundError
        If lemminflect is not installed.
    """
    if pos == "PROPN":
        return form
    word = form.lower().translate(_STRAIGHT)
    if pos in {"VERB", "AUX"} and tag != "MD" and word in _VERBS:
        return _VERBS[word]
    if word in _FORMS and tag in {"PRP", "MD", "RB"}:
        return _FORMS[word]
    if pos not in _INFLECTED or _is_base(word, tag):
        return word
    key = (word, "VERB" if pos == "AUX" else pos)
    return _CHOSEN.get(key) or _dictionary().get(key) or _regular(word, tag)


def _is_base(word: str, tag: str) -> bool:
    """Tell whether a word is its own dictionary form; a tag of the present alone may be wrong."""
    return tag in _BASE or (tag == "VBP" and not word.endswith(("ed", "ing", "s")))


def _regular(word: str, tag: str) -> str:
    """A word without the ending that its tag says it has."""
    if tag in {"NNS", "VBZ"} and len(word) > 3:
        return _singular(word)
    for ending in {"VBD": ("ed",), "VBN": ("ed",), "VBG": ("ing",)}.get(tag, ()):
        stem = word.removesuffix(ending)
        if stem != word and any(letter in "aeiouy" for letter in stem):
            return _stem(stem, ending)
    return word


def _singular(word: str) -> str:
    if word.endswith("men"):
        return word[:-2] + "an"
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ses", "xes", "zes", "ches", "shes")):
        return word[:-2]
    return word.removesuffix("s") if not word.endswith("ss") else word


def _stem(stem: str, ending: str) -> str:
    """The stem of a regular verb, with its last letter single and its "e" or "y" back."""
    known = _dictionary()
    if (stem + "e", "VERB") in known:
        return stem + "e"
    if (stem, "VERB") in known:
        return stem
    if stem.endswith("i") and ending == "ed":
        return stem[:-1] + "y"
    if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "aeiousl":
        return stem[:-1]
    return stem


@lru_cache(maxsize=1)
def _dictionary() -> Mapping[tuple[str, str], str]:
    """Lemmas by form and part of speech, the more frequent one first.

    Read as the file that it is: importing the package would load spaCy where that is installed.
    """
    found: dict[tuple[str, str], str] = {}
    path = distribution("lemminflect").locate_file("lemminflect/resources/lemma_lu.csv.gz")
    with gzip.open(str(path), "rt", encoding="utf-8", newline="") as file:
        for form, part, lemmas in csv.reader(file):
            found[form, part.upper()] = lemmas.split("/")[0]
    return found
