"""The cast of a text: who a surname, a pronoun or "the minister" stands for.

News introduces people in full, "Foreign Minister Wang Yi of China", and then calls them "Wang" or
"he". Everything here looks back from a word, through its piece and the pieces before it.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice

from pipeline.lexicon import is_a
from pipeline.syntax import Doc, Span, Token

_PIECES_BACK = 40
"""Pieces that a name is looked for in: the introduction of a person may stand far above."""

_SENTENCES_BACK = 3
"""Sentences in which a pronoun's word is looked for."""

_SHORT = 3
"""Parts of names up to this length ("Al", "bin", "Yi") tell nobody from others."""

_CHAIN = 8
"""Sentences with one pronoun as their subject that are followed back to whom it stands for."""

_SINGULAR = frozenset({"he", "she", "him", "her"})
_PLURAL = frozenset({"they", "them"})
PRONOUNS = _SINGULAR | _PLURAL | {"it"}
"""Pronouns of somebody who was named before."""

SPEAKERS = frozenset({"i", "we", "us", "me"})
"""Pronouns of whoever speaks a quotation."""


def introduced(token: Token) -> Token | None:
    """The word where a person of a shorter name was named in full: "Wang" by "Wang Yi".

    Returns
    -------
    Token or None
        Head of the name where it was first written at its fullest; None where it never stood
        before.
    """
    name = _name_at(token)
    if name is None or name.label_ != "PERSON":
        return None
    parts = {word.text for word in name}
    last = name[-1].text
    if len(last) <= _SHORT and len(name) < 2:
        return None
    best: Span | None = None
    for doc in _back(token.doc):
        for other in _people(doc).get(last, ()):
            if doc is token.doc and other.start >= name.start:
                continue
            # The oldest of the fullest: it bears the office.
            if parts <= {word.text for word in other} and (best is None or len(other) >= len(best)):
                best = other
    if best is None:
        return None
    return best.root


def stands_for(pronoun: Token) -> Token | None:
    """Head of the noun group that "he" or "they" stands for: the nearest subject that fits.

    Of "him" and "them" the nearest object is, where one fits: "dragged two men out and shot them".
    """
    same = pronoun
    if pronoun.dep_ == "dobj":
        done_to = next((item for item in _objects(pronoun) if may_be(pronoun, item)), None)
        if done_to is not None:
            return done_to
    for _ in range(_CHAIN):
        for sentence in islice(_sentences_back(same), _SENTENCES_BACK + 1):
            end = same.i if sentence.doc is same.doc else sentence.end
            earlier = _same_subject(pronoun, sentence, end)
            if earlier is not None:
                same = earlier
                break
            for token in _subjects(sentence, end):
                if may_be(pronoun, token):
                    return token
        else:
            return None
    return None


def _same_subject(pronoun: Token, sentence: Span, end: int) -> Token | None:
    """The same pronoun as the subject of a main clause: "They met. They condemned it"."""
    for token in sentence:
        main = token.dep_ == "nsubj" and token.head.dep_ == "ROOT"
        if main and token.i < end and token.lower_ == pronoun.lower_:
            return token
    return None


def same_body(token: Token) -> Iterator[Token]:
    """Earlier words for what "the embassy" means: the same noun, nearest first."""
    lemma = token.lemma_.lower()
    for doc in _back(token.doc):
        end = token.i if doc is token.doc else len(doc)
        yield from (other for other in reversed(_bodies(doc).get(lemma, ())) if other.i < end)


def _back(doc: Doc) -> Iterator[Doc]:
    current: Doc | None = doc
    for _ in range(_PIECES_BACK):
        if current is None:
            return
        yield current
        current = current.earlier


def _sentences_back(token: Token) -> Iterator[Span]:
    """The sentence of a word and those before it, through earlier pieces, the nearest first."""
    for doc in _back(token.doc):
        at = token.i if doc is token.doc else len(doc) - 1
        while at >= 0:
            sentence = doc.sentence_at(at)
            yield sentence
            at = sentence.start - 1


def _subjects(sentence: Span, end: int) -> Iterator[Token]:
    """Subjects of a sentence before a word; those of its main clause come first."""
    found = [
        token
        for token in sentence
        if token.i < end and token.dep_ in {"nsubj", "nsubjpass"} and token.pos_ != "PRON"
    ]
    return iter(sorted(found, key=lambda token: (token.head.dep_ != "ROOT", -token.i)))


def may_be(pronoun: Token, token: Token) -> bool:
    """Tell whether a noun group can be what a pronoun stands for, by number and kind."""
    person = token.ent_type_ == "PERSON" or is_a(token, "people") or is_a(token, "leader")
    several = token.tag_ in {"NNS", "NNPS"} or any(child.dep_ == "conj" for child in token.children)
    if pronoun.lower_ in _SINGULAR | {"his"}:
        return person and not several
    body = token.ent_type_ in {"ORG", "GPE", "NORP"} or any(
        is_a(token, kind) for kind in ("government", "soldiers")
    )
    if pronoun.lower_ in _PLURAL | {"their"}:
        crew = token.lower_ == "police" or token.ent_type_ == "ORG" or is_a(token, "armed")
        return several or (crew and not person)
    return body and not several


def _objects(pronoun: Token) -> Iterator[Token]:
    """Who had something done to them in a pronoun's sentence and the one before, nearest first."""
    for sentence in islice(_sentences_back(pronoun), 2):
        end = pronoun.i if sentence.doc is pronoun.doc else sentence.end
        yield from (
            token
            for token in reversed(list(sentence))
            if token.i < end and token.dep_ in {"dobj", "nsubjpass"} and token.pos_ != "PRON"
        )


def _name_at(token: Token) -> Span | None:
    return next((name for name in token.doc.ents if name.start <= token.i < name.end), None)


@lru_cache(maxsize=256)
def _people(doc: Doc) -> Mapping[str, tuple[Span, ...]]:
    """Names of people by each of their words that can stand for them alone."""
    found: dict[str, list[Span]] = {}
    for name in doc.ents:
        if name.label_ == "PERSON":
            for word in name:
                if len(word.text) > _SHORT or word.i == name.end - 1 or word.i == name.start:
                    found.setdefault(word.text, []).append(name)
    return {word: tuple(names) for word, names in found.items()}


@lru_cache(maxsize=256)
def _bodies(doc: Doc) -> Mapping[str, tuple[Token, ...]]:
    """Words for a state's bodies and officials, by lemma."""
    found: dict[str, list[Token]] = {}
    for token in doc:
        if token.pos_ in {"NOUN", "PROPN"} and (is_a(token, "government") or is_a(token, "leader")):
            found.setdefault(token.lemma_.lower(), []).append(token)
    return {lemma: tuple(tokens) for lemma, tokens in found.items()}
