"""Syntax: a text's words with their tags, dependency tree, sentences and names.

`Doc`, `Token` and `Span` have what the event rules ask of a parse, under the names and with the
meaning that spaCy gives them (https://spacy.io/api/token), so that any parser can stand behind the
rules. Words cover all of a text but its white space.
"""

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import overload

from pipeline.forms import lemma_of, pos_of
from pipeline.words import Word


class Token:
    """A word of a parsed text; compared by identity.

    Attributes
    ----------
    doc : Doc
    i : int
        Position among the words of its `Doc`.
    idx : int
        Character offset in the text.
    text : str
    tag_ : str
        Penn Treebank tag.
    dep_ : str
        Dependency label (ClearNLP's set); ``ROOT`` for the root of a sentence.
    head : Token
        The word that it depends on; itself for a root.
    children : tuple of Token
        The words that depend on it, in the order of the text.
    ent_type_ : str
        Label of the name that it is part of, or empty.
    is_sent_start : bool
    lower_ : str
        The word in lower case.
    pos_ : str
        Universal part of speech, by tag and dependency label.
    """

    __slots__ = (
        "_lemma",
        "children",
        "dep_",
        "doc",
        "ent_type_",
        "head",
        "i",
        "idx",
        "is_sent_start",
        "lower_",
        "pos_",
        "tag_",
        "text",
    )

    is_space = False
    """White space is no word here."""

    def __init__(self, doc: "Doc", i: int, word: Word, tag: str, label: str) -> None:
        self.doc = doc
        self.i = i
        self.idx = word.start
        self.text = word.text
        self.lower_ = word.text.lower()
        self.tag_ = tag
        self.dep_ = label
        self.head = self
        self.children: tuple[Token, ...] = ()
        self.ent_type_ = ""
        self.is_sent_start = False
        self.pos_ = ""
        self._lemma = ""

    def __len__(self) -> int:
        """Characters of the word."""
        return len(self.text)

    def __repr__(self) -> str:
        """Give the word itself, as spaCy does."""
        return self.text

    @property
    def lemma_(self) -> str:
        """Dictionary form, in lower case but for proper nouns."""
        if not self._lemma:
            self._lemma = lemma_of(self.text, self.tag_, self.pos_)
        return self._lemma

    def tell_as_past(self) -> None:
        """Take a present tense for a past; the lemma stays that of its form."""
        self._lemma = self.lemma_
        self.tag_ = "VBD"

    @property
    def ancestors(self) -> Iterator["Token"]:
        """The words above, nearest first."""
        token = self
        while token.head is not token:
            token = token.head
            yield token

    @property
    def subtree(self) -> Iterator["Token"]:
        """The word and all that hangs under it, in the order of the text."""
        found = [self]
        for token in found:
            found.extend(token.children)
        return iter(sorted(found, key=attrgetter("i")))

    @property
    def right_edge(self) -> "Token":
        """Last word of the subtree."""
        return max(self.subtree, key=attrgetter("i"))

    @property
    def conjuncts(self) -> tuple["Token", ...]:
        """The words that it is coordinated with, without itself."""
        first = self
        while first.dep_ == "conj" and first.head is not first:
            first = first.head
        found = [first]
        for token in found:
            found.extend(
                child for child in token.children if child.dep_ == "conj" and child.i > token.i
            )
        return tuple(token for token in found if token is not self)

    @property
    def sent(self) -> "Span":
        """The sentence that it stands in."""
        return self.doc.sentence_at(self.i)


class Span:
    """Neighbouring words of a text; equal where text, bounds and label are.

    Parameters
    ----------
    doc : Doc
    start, end : int
        First word, and the one after the last.
    label : str, optional
        What the name is, if it is one.
    """

    __slots__ = ("doc", "end", "label_", "start")

    def __init__(self, doc: "Doc", start: int, end: int, label: str = "") -> None:
        self.doc = doc
        self.start = start
        self.end = max(start, end)
        self.label_ = label

    def __len__(self) -> int:
        """Give the number of words."""
        return self.end - self.start

    def __iter__(self) -> Iterator[Token]:
        """Give the words in the order of the text."""
        return iter(self.doc.tokens[self.start : self.end])

    @overload
    def __getitem__(self, at: int) -> Token: ...
    @overload
    def __getitem__(self, at: slice) -> "Span": ...
    def __getitem__(self, at: int | slice) -> "Token | Span":
        """Give a word, or a part, counted from the first word."""
        if isinstance(at, slice):
            start, end, _ = at.indices(len(self))
            return Span(self.doc, self.start + start, self.start + end)
        return self.doc.tokens[range(self.start, self.end)[at]]

    def __eq__(self, other: object) -> bool:
        """Tell whether it is the same part of the same text, with the same label."""
        return isinstance(other, Span) and self.doc is other.doc and self._key() == other._key()

    def __hash__(self) -> int:
        """Hash by bounds and label."""
        return hash(self._key())

    def __repr__(self) -> str:
        """Give the words, as spaCy does."""
        return self.text

    def _key(self) -> tuple[int, int, str]:
        return self.start, self.end, self.label_

    @property
    def start_char(self) -> int:
        """Offset of its first character in the text."""
        if self.start < len(self.doc):
            return self.doc.tokens[self.start].idx
        return len(self.doc.text)

    @property
    def end_char(self) -> int:
        """Offset behind its last character."""
        if not len(self):
            return self.start_char
        last = self.doc.tokens[self.end - 1]
        return last.idx + len(last)

    @property
    def text(self) -> str:
        """Its characters, as the text has them."""
        return self.doc.text[self.start_char : self.end_char]

    @property
    def root(self) -> Token:
        """The word nearest to the root of the tree, the first of several; punctuation comes last.

        Raises
        ------
        ValueError
            If the span is empty.
        """
        return min(self, key=_remoteness)

    @property
    def ents(self) -> tuple["Span", ...]:
        """The names that lie within."""
        return tuple(
            name for name in self.doc.ents if self.start <= name.start and name.end <= self.end
        )


class Doc:
    """A parsed text.

    A model's answer need not be a tree. Sentence starts are taken as they are; in each sentence
    one word is the root (the first that is labelled so, else the first without a head inside of
    the sentence, else the first word), and words whose heads lie outside of the sentence, that
    have no head or that only lead around a circle hang under it.

    Parameters
    ----------
    text : str
    words : sequence of Word
        The text's n words, by `pipeline.words.words`.
    heads : sequence of int
        Index of each word's head; its own for a root.
    labels, tags : sequence of str
        Dependency label and Penn Treebank tag of each word.
    starts : sequence of bool
        Whether a sentence starts at the word.
    entities : sequence of (int, int, str)
        First word, the one after the last, and label of each name. Those that overlap an earlier
        one or do not lie in the text are left out.

    Attributes
    ----------
    text : str
    tokens : tuple of Token
    ents : tuple of Span
        The names, in the order of the text.
    earlier : Doc or None
        The piece of the same document before it, if there is one.

    Raises
    ------
    ValueError
        If `heads`, `labels`, `tags` or `starts` are not as many as `words`.
    """

    __slots__ = ("_bounds", "earlier", "ents", "text", "tokens")

    def __init__(
        self,
        text: str,
        words: Sequence[Word],
        *,
        heads: Sequence[int],
        labels: Sequence[str],
        tags: Sequence[str],
        starts: Sequence[bool],
        entities: Sequence[tuple[int, int, str]],
    ) -> None:
        counts = {len(words), len(heads), len(labels), len(tags), len(starts)}
        if len(counts) > 1:
            message = f"words, heads, labels, tags and starts differ in number: {sorted(counts)}"
            raise ValueError(message)
        self.text = text
        self.earlier: Doc | None = None
        self.tokens = tuple(
            Token(self, i, word, tag, label)
            for i, (word, tag, label) in enumerate(zip(words, tags, labels, strict=True))
        )
        firsts = [i for i, start in enumerate(starts) if start or i == 0]
        self._bounds = (*firsts, len(self.tokens)) if firsts else (0,)
        for start, end in self._sentences():
            self._attach(start, _tree(heads[start:end], labels[start:end], start))
        self.ents = tuple(self._names(entities))

    def __len__(self) -> int:
        """Give the number of words."""
        return len(self.tokens)

    def __iter__(self) -> Iterator[Token]:
        """Give the words in the order of the text."""
        return iter(self.tokens)

    @overload
    def __getitem__(self, at: int) -> Token: ...
    @overload
    def __getitem__(self, at: slice) -> Span: ...
    def __getitem__(self, at: int | slice) -> Token | Span:
        """Give a word or a span of words."""
        if isinstance(at, slice):
            start, end, _ = at.indices(len(self.tokens))
            return Span(self, start, end)
        return self.tokens[at]

    @property
    def sents(self) -> Iterator[Span]:
        """The sentences, in order."""
        return (Span(self, start, end) for start, end in self._sentences())

    def sentence_at(self, i: int) -> Span:
        """The sentence of the word at a position."""
        number = bisect_right(self._bounds, i)
        return Span(self, self._bounds[number - 1], self._bounds[number])

    def char_span(self, start: int, end: int, alignment_mode: str = "strict") -> Span | None:
        """The words from character `start` to `end` of the text.

        Parameters
        ----------
        start, end : int
            Offsets in the text.
        alignment_mode : str
            ``strict`` gives None where the offsets are not those of words; ``expand`` takes words
            in that lie partly within, and gives None where there are none.
        """
        first = bisect_right(self.tokens, start, key=lambda token: token.idx + len(token))
        last = bisect_left(self.tokens, end, key=lambda token: token.idx)
        if first >= last:
            return None
        span = Span(self, first, last)
        exact = span.start_char == start and span.end_char == end
        return span if exact or alignment_mode == "expand" else None

    def told_as_past(self) -> None:
        """Take the simple present, outside of quotations, for the past that it tells.

        Chronicles tell so what happened: "14 June: The army enters the town."
        """
        quoted = False
        for token in self.tokens:
            quoted ^= token.text in {'"', "“", "”"}
            if token.tag_ in {"VBZ", "VBP"} and token.pos_ == "VERB" and not quoted:
                token.tell_as_past()

    def _sentences(self) -> Iterator[tuple[int, int]]:
        return zip(self._bounds, self._bounds[1:], strict=False)

    def _attach(self, start: int, heads: Iterable[int]) -> None:
        """Link the words of a sentence to their heads, which form a tree."""
        children: dict[int, list[Token]] = {}
        for i, head in enumerate(heads, start):
            token = self.tokens[i]
            token.head = self.tokens[head]
            if head == i:
                token.dep_ = "ROOT"
            else:
                token.dep_ = "dep" if token.dep_ == "ROOT" else token.dep_
                children.setdefault(head, []).append(token)
            token.pos_ = pos_of(token.text, token.tag_, token.dep_)
        for head, below in children.items():
            self.tokens[head].children = tuple(below)
        self.tokens[start].is_sent_start = True

    def _names(self, entities: Iterable[tuple[int, int, str]]) -> Iterator[Span]:
        taken = 0
        for start, end, label in sorted(entities):
            if taken <= start < end <= len(self.tokens):
                taken = end
                for token in self.tokens[start:end]:
                    token.ent_type_ = label
                yield Span(self, start, end, label)


def _remoteness(token: Token) -> tuple[bool, int]:
    """Arcs from a word to the root of its sentence, punctuation behind all other words."""
    arcs = sum(1 for _ in token.ancestors)
    mark = all(unicodedata.category(character).startswith("P") for character in token.text)
    return mark and arcs > 0, arcs


def _tree(heads: Sequence[int], labels: Sequence[str], start: int) -> list[int]:
    """Heads of a sentence's words as a tree: positions in the text, the root's its own.

    Parameters
    ----------
    heads, labels : sequence
        Of the sentence's words; heads are positions in the text.
    start : int
        Position of its first word.
    """
    end = start + len(heads)
    loose = [i for i, head in enumerate(heads, start) if head == i or not start <= head < end]
    named = [i for i in loose if labels[i - start] == "ROOT"]
    root = (named or loose or [start])[0]
    tree = list(heads)
    for i in (*loose, root):
        tree[i - start] = root
    safe = {root}
    for i in range(start, end):
        path: list[int] = []
        current = i
        while current not in safe:
            safe.add(current)
            path.append(current)
            current = tree[current - start]
        if current in path:  # a circle: it is cut at the word through which it was entered
            tree[current - start] = root
    return tree
