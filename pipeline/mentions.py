"""Mentions: place names of a text, and what each is used for by the words that govern it."""

from dataclasses import dataclass

from pipeline.syntax import Span as Tokens
from pipeline.syntax import Token

KINDS = ("toponym", "demonym", "metonym", "embedded")
"""toponym: the place itself. demonym: its people or adjective ("Tajik"). metonym: its government
("Moscow said"). embedded: inside another name or noun group ("Tajikistan's border guard")."""

PLACE_NOUNS = frozenset(
    "province district city town village county region state oblast governorate airport airfield "
    "airbase base crossing river valley island border prefecture municipality port camp "
    "neighbourhood neighborhood suburb capital dam bridge pass square".split()
)
"""Nouns that stand beside the name of a place, or for one."""

_COUNTRY_FEATURES = ("PCL", "TERR", "GOVT")
_UNDERGO = frozenset(
    "fall collapse see witness suffer remain lie be become host descend face experience shake burn "
    "erupt".split()
)
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "agent"})
_OF_COUNTRIES = PLACE_NOUNS | {"border", "capital", "coast", "north", "south", "east", "west"}


@dataclass(frozen=True, slots=True)
class Mention:
    """A place name: offsets in the document, and what the name is used for (one of `KINDS`)."""

    start: int
    end: int
    text: str
    kind: str


def kind_of(span: Tokens, feature: str) -> str:
    """What a name is used for (one of `KINDS`), by the words that govern it.

    `feature` is the GeoNames feature code of the place that it most likely names.
    """
    root = span.root
    if feature == "GOVT" and root.dep_ != "pobj":
        return "metonym"
    if feature.startswith(_COUNTRY_FEATURES) or feature in {"PPLC", "CONT"}:
        return _political_kind(span, root)
    return "toponym"


def _political_kind(span: Tokens, root: Token) -> str:
    """Of a name that may stand for a government."""
    kind = "toponym"
    possessive = span.end < len(span.doc) and span.doc[span.end].text in {"'s", "’s"}
    if root.dep_ in {"poss", "compound", "nmod", "amod"} and root.head.i >= span.end:
        kind = "toponym" if root.head.lemma_.lower() in _OF_COUNTRIES else "embedded"
    elif possessive:
        kind = "embedded"
    elif root.dep_ in _SUBJECTS and root.head.pos_ == "VERB":
        kind = "toponym" if root.head.lemma_ in _UNDERGO else "metonym"
    elif root.dep_ == "pobj" and root.head.dep_ == "agent":
        kind = "metonym"
    elif root.dep_ == "conj":
        kind = _conjoined_kind(root)
    return kind


def _conjoined_kind(token: Token) -> str:
    head = token.head
    while head.dep_ == "conj":
        head = head.head
    if head.dep_ in _SUBJECTS and head.head.lemma_ not in _UNDERGO:
        return "metonym"
    return "toponym"
