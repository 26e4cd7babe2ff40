"""Mentions: the place names of a parsed text, and what each is used for."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from geo.gazetteer import Candidate, Gazetteer
from pipeline.documents import Span
from pipeline.model import Parsed
from pipeline.syntax import Doc, Token
from pipeline.syntax import Span as Tokens

KINDS = ("toponym", "demonym", "metonym", "embedded")
"""toponym: the place itself. demonym: its people or adjective ("Tajik"). metonym: its government
("Moscow said"). embedded: inside another name or noun group ("Tajikistan's border guard")."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A place name: offsets in the document, and what the name is used for (one of `KINDS`)."""

    start: int
    end: int
    text: str
    kind: str


class Recognizer(Protocol):
    """Finds place names: texts in, one list of mentions per text out, aligned."""

    def recognize(self, texts: Sequence[Doc]) -> list[list[Mention]]:
        """Give the mentions of each parsed text, with offsets in that text."""


_PLACE_LABELS = frozenset({"GPE", "LOC", "FAC"})
_PLACE_PREPOSITIONS = frozenset(
    "in at near from to into outside across around toward towards through over along inside onto "
    "via".split()
)
_PLACE_NOUNS = frozenset(
    "province district city town village county region state oblast governorate airport airfield "
    "airbase base crossing river valley island border prefecture municipality port camp "
    "neighbourhood neighborhood suburb capital dam bridge pass square".split()
)
# "Dasht-e-Barchi" is one name: its first word alone is another place.
_LINKED = re.compile(
    r"\b[A-Z][\w'’]*(?:-(?:e|i|ye|al|el|ul|ud|sur|upon|on|am|de|la|le)-[A-Z][\w'’]*)+"
)
_SIDES = frozenset(
    "north south east west northeast northwest southeast southwest north-east north-west "
    "south-east south-west outskirt edge coast shore centre center side part vicinity "
    "outside people".split()
)
_FACILITY_WORDS = re.compile(
    r"^(?:\s+(?:international|air|border|military|naval|refugee|nuclear|power|train|railway))*"
    r"\s+(?:airport|airfield|airbase|base|crossing|camp|dam|plant|port|station|pass|tunnel|bridge"
    r"|canal|strait|river|square|islands?|university|prison)\b",
    re.IGNORECASE,
)
_NAME = r"[A-Z][\w’']+(?:[ -][A-Z][\w’']+){0,4}"
_NAMES = rf"{_NAME}(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+){_NAME}){{1,40}}"
_UNITS = r"(?:provinces|districts|states|regions|governorates|counties|prefectures|oblasts)"
# Names that stand in a list of places or at the ends of a road, whatever the parser makes of them.
_NAMED_TOGETHER = (
    re.compile(rf"\b(?:{_UNITS}|cities|towns|villages)\s+of\s+(?:the\s+)?({_NAMES})"),
    re.compile(rf"\b({_NAMES})\s+{_UNITS}\b"),
    re.compile(
        r"\b([A-Z][\w’']+[-–—][A-Z][\w’']+)\s+(?:main\s+)?"
        r"(?:road|highway|motorway|railway|railroad|expressway)\b"
    ),
)
_LIST_JOINT = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+")
_COUNTRY_FEATURES = ("PCL", "TERR", "GOVT")
_UNDERGO = frozenset(
    "fall collapse see witness suffer remain lie be become host descend face experience shake burn "
    "erupt".split()
)
_TITLES = frozenset(
    "president minister general commander governor mr mrs ms dr colonel captain lieutenant "
    "sergeant king queen prince sheikh chief senator spokesman spokeswoman ambassador envoy "
    "secretary".split()
)
_KNOWN = ("ADM1", "PPLC", "PPLA", "AIRB", "CRSG", "AIRP", "PASS", "STRT", "SEA")
_TOWN = 10_000
_SEIZE = frozenset(
    "capture seize overrun enter abandon leave reach take retake recapture besiege encircle "
    "surround bomb shell bombard storm attack control hold quit flee liberate invade lose "
    "evacuate".split()
)
_DESCRIBED = re.compile(
    r"^,\s+(?:the|a|an|in)\s+(?:[\w'’-]+\s+){0,4}?(?:capital|city|town|village|district|province"
    r"|port|crossing|post|base|suburb|stronghold|region)\b"
)
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "agent"})
_NAME_LABELS = frozenset({"ORG", "PERSON", "PRODUCT", "EVENT", "WORK_OF_ART", "LAW"})
_JOINTS = frozenset({"-", "e", "i", "al", "el", "-e", "-i", "de", "la", "del"})
_OF_COUNTRIES = _PLACE_NOUNS | {"border", "capital", "coast", "north", "south", "east", "west"}


class SpacyRecognizer:
    """Names by spaCy's entities, proper nouns that stand where places stand, and the gazetteer.

    The gazetteer decides only about names that the parser left open: it knows "and" and "Of" as
    villages, so that a bare match never makes a place (shared measurement: half of all matches of a
    gazetteer-only scan on news are false).
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def recognize(self, texts: Sequence[Doc]) -> list[list[Mention]]:
        """Give the mentions of each parsed text, sorted, not overlapping."""
        return [self._mentions(doc) for doc in texts]

    def _mentions(self, doc: Doc) -> list[Mention]:
        found: list[Mention] = []
        taken: set[int] = set()
        for span, sure in self._spans(doc):
            if taken.intersection(range(span.start, span.end)):
                continue
            mention = self._mention(span, sure=sure)
            if mention is not None:
                found.append(mention)
                taken.update(range(span.start, span.end))
        return sorted(found, key=lambda mention: mention.start)

    def _spans(self, doc: Doc) -> Iterator[tuple[Tokens, bool]]:
        """Candidate token spans, surest first; sure = the parser itself calls it a place."""
        for match in _LINKED.finditer(doc.text):
            whole = doc.char_span(match.start(), match.end())
            if whole is not None:
                yield whole, True
        entities = [entity for entity in map(_trim, doc.ents) if len(entity)]
        yield from ((span, True) for span in self._named_together(doc))
        yield from (
            (self._extended(item), True) for item in entities if item.label_ in _PLACE_LABELS
        )
        yield from ((item, False) for item in entities if item.label_ == "NORP")
        for entity in entities:
            if entity.label_ in _NAME_LABELS:
                yield self._extended(entity), False
                yield from ((doc[token.i : token.i + 1], False) for token in entity)
        inside = {token.i for entity in entities for token in entity}
        for run in map(_trim, _proper_runs(doc)):
            if not inside.intersection(range(run.start, run.end)):
                yield self._extended(run), False
        for token in doc:
            if token.text[:1].isupper() and token.i not in inside:
                yield doc[token.i : token.i + 1], False

    def _named_together(self, doc: Doc) -> Iterator[Tokens]:
        """Names of "X, Y and Z provinces", "the cities of X and Y" and "the X-Y highway"."""
        for pattern in _NAMED_TOGETHER:
            for match in pattern.finditer(doc.text):
                at = match.start(1)
                parts = _LIST_JOINT.split(match[1])
                for part in parts if len(parts) > 1 else re.split("[-–—]", match[1]):
                    at = doc.text.index(part, at)
                    span = doc.char_span(at, at + len(part))
                    at += len(part)
                    if span is not None and self._gazetteer.candidates(part, limit=1):
                        yield span

    def _extended(self, span: Tokens) -> Tokens:
        """Take the words after a name in, where the gazetteer knows the whole ("Kabul airport")."""
        after = span.doc.text[span.end_char : span.end_char + 40]
        match = _FACILITY_WORDS.match(after)
        if match is None:
            return span
        longer = span.doc.char_span(span.start_char, span.end_char + match.end())
        if longer is None or not self._gazetteer.candidates(longer.text, limit=1):
            return span
        return longer

    def _mention(self, span: Tokens, *, sure: bool) -> Mention | None:
        text = span.text
        if not any(character.isalpha() for character in text):
            return None
        demonym = self._gazetteer.demonym(text)
        if demonym is not None and (not sure or _modifies(span)):
            return Mention(span.start_char, span.end_char, text, "demonym")
        candidates = self._gazetteer.candidates(text, limit=3)
        if demonym is not None and not (
            candidates and candidates[0].match in {"primary", "alternate"}
        ):
            return Mention(span.start_char, span.end_char, text, "demonym")
        if not sure and not _believable(span, candidates):
            return None
        feature = candidates[0].place.feature if candidates else ""
        return Mention(span.start_char, span.end_char, text, _kind(span, feature))


def _modifies(span: Tokens) -> bool:
    """Tell whether a name is an adjective: "Somali troops", but not "the Somali region"."""
    root = span.root
    before_noun = root.dep_ in {"amod", "compound", "nmod"} and root.head.i >= span.end
    return before_noun and root.head.lemma_.lower() not in _PLACE_NOUNS


def _trim(entity: Tokens) -> Tokens:
    """Without a leading article and a trailing possessive or stop."""
    start, end = entity.start, entity.end
    while start < end and (
        entity.doc[start].lower_ in {"the", "a", "an"} or entity.doc[start].is_space
    ):
        start += 1
    while end > start and (
        entity.doc[end - 1].text in {"'s", "’s", "'", "-"} or entity.doc[end - 1].is_space
    ):
        end -= 1
    return Tokens(entity.doc, start, end, entity.label_)


def _proper_runs(doc: Doc) -> Iterator[Tokens]:
    """Yield runs of proper nouns, joined over hyphens and small words ("Sar-e Pul")."""
    start = 0
    while start < len(doc):
        if doc[start].pos_ != "PROPN" and not (
            doc[start].text[:1].isupper()
            and doc[start].pos_ in {"ADJ", "NOUN"}
            and not doc[start].is_sent_start
        ):
            start += 1
            continue
        end = start + 1
        while end < len(doc) and (
            doc[end].pos_ == "PROPN"
            or (
                end + 1 < len(doc)
                and doc[end].text.lower() in _JOINTS
                and doc[end + 1].text[:1].isalpha()
            )
        ):
            end += 1
        yield doc[start:end]
        start = end


def _believable(span: Tokens, candidates: Sequence[Candidate]) -> bool:
    """Judge, by the gazetteer's candidates, a span that the parser does not call a place."""
    if not candidates or not span.text[:1].isupper():
        return False
    best = candidates[0]
    if best.place.feature.startswith((*_COUNTRY_FEATURES, "CONT")) and len(span.text) > 2:
        return True
    titled = span.start > 0 and span.doc[span.start - 1].lemma_.lower() in _TITLES
    if not titled and (_is_well_known(span, best) or _object_of_seizing(span)):
        return True
    described = _DESCRIBED.match(span.doc.text[span.end_char : span.end_char + 40])
    return (described is not None and not titled) or _is_cued(span)


def _is_well_known(span: Tokens, best: Candidate) -> bool:
    """Tell whether a name of several words is that of a place that needs no further sign."""
    known = best.place.feature.startswith(_KNOWN) or best.place.population >= _TOWN
    return known and len(span) > 1 and best.match in {"primary", "alternate"}


def _is_cued(span: Tokens) -> bool:
    """Tell whether the words beside a span are those that stand beside places."""
    doc = span.doc
    after = doc[span.end].lemma_.lower() if span.end < len(doc) else ""
    index = span.start - 1
    if index > 0 and doc[index].lower_ == "the":
        index -= 1
    before, lemma = (doc[index].lower_, doc[index].lemma_.lower()) if index >= 0 else ("", "")
    of_place = (
        before == "of" and index > 0 and doc[index - 1].lemma_.lower() in _PLACE_NOUNS | _SIDES
    )
    if span.label_ == "PERSON" or span[-1].ent_type_ == "PERSON":
        alone = len(span) == 1 and (before in {"in", "near", "outside"} or of_place)
        return after in _PLACE_NOUNS or alone
    cued = before in _PLACE_PREPOSITIONS or lemma in _PLACE_NOUNS or of_place
    return cued or after in _PLACE_NOUNS


def _object_of_seizing(span: Tokens) -> bool:
    root = span.root
    if root.dep_ not in {"dobj", "nsubjpass"} or root.ent_type_ == "DATE":
        return False
    if any(child.dep_ in {"det", "poss"} for child in root.children):
        return False
    return root.head.lemma_.lower() in _SEIZE


def find_mentions(pieces: Sequence[Parsed], gazetteer: Gazetteer) -> list[Mention]:
    """Place names of a parsed document, with offsets in the document."""
    found = SpacyRecognizer(gazetteer).recognize([piece.doc for piece in pieces])
    return [
        mention
        for piece, mentions in zip(pieces, found, strict=True)
        for mention in shift(mentions, piece.span)
    ]


def complete(
    pieces: Sequence[Parsed],
    mentions: Sequence[Mention],
    dateline: Span | None,
    gazetteer: Gazetteer,
) -> list[Mention]:
    """Add the dateline, and the other occurrences of names that the document uses as places.

    Parameters
    ----------
    pieces : sequence of Parsed
        The document's parse.
    mentions : sequence of Mention
        Those found so far.
    dateline : Span or None
        The place of the document's date line, which stands outside of its prose.
    gazetteer : Gazetteer

    Returns
    -------
    list of Mention
        All mentions, sorted.
    """
    found = list(mentions)
    if dateline is not None and not any(
        dateline.start < m.end and m.start < dateline.end for m in found
    ):
        found.append(Mention(dateline.start, dateline.end, dateline.text, "toponym"))
    known = {mention.text.strip() for mention in found if mention.kind in {"toponym", "metonym"}}
    wanted = {name for name in known if len(name) > 3}
    if not wanted:
        return sorted(found, key=lambda mention: mention.start)
    longest = sorted(wanted, key=len, reverse=True)
    pattern = re.compile(
        r"(?<![\w-])(?:" + "|".join(map(re.escape, longest)) + r")(?![\w-])", re.IGNORECASE
    )
    taken = {at for mention in found for at in range(mention.start, mention.end)}
    for piece in pieces:
        for match in pattern.finditer(piece.span.text):
            start, end = match.start() + piece.span.start, match.end() + piece.span.start
            if not match[0][0].isupper() or not taken.isdisjoint(range(start, end)):
                continue
            tokens = piece.tokens(start, end)
            if tokens is None or (
                tokens[0].ent_type_ == "PERSON" and len(tokens) < _entity_length(tokens[0])
            ):
                continue
            candidates = gazetteer.candidates(match[0], limit=1)
            feature = candidates[0].place.feature if candidates else ""
            found.append(Mention(start, end, match[0], _kind(tokens, feature)))
    return sorted(found, key=lambda mention: mention.start)


def _entity_length(token: Token) -> int:
    return next(
        (len(entity) for entity in token.doc.ents if entity.start <= token.i < entity.end), 0
    )


def _kind(span: Tokens, feature: str) -> str:
    """What the name is used for, by the words that govern it."""
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


def shift(mentions: Iterable[Mention], piece: Span) -> list[Mention]:
    """Move mentions of a parsed piece into the document, and give them its own characters.

    The parser reads plain spaces and apostrophes for others (`pipeline.model`), so that its words
    are not always those of the document.
    """
    return [
        Mention(
            mention.start + piece.start,
            mention.end + piece.start,
            piece.text[mention.start : mention.end],
            mention.kind,
        )
        for mention in mentions
    ]
