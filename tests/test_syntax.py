from itertools import pairwise
from pathlib import Path

import pytest
import spacy_tools
from hypothesis import given
from hypothesis import strategies as st

from pipeline.syntax import Doc, Span
from pipeline.words import words

DISPATCHES = Path(__file__).parents[1] / "data" / "dispatches"


def parsed(text, heads, labels=None, *, tags=None, starts=None, entities=()):
    found = tuple(words(text))
    count = len(found)
    return Doc(
        text,
        found,
        heads=heads,
        labels=labels or ["dep"] * count,
        tags=tags or ["NN"] * count,
        starts=starts or [False] * count,
        entities=entities,
    )


TEXT = "Rebels seized Goma and  Bukavu. Troops fled."
#       0      1      2    3    4     5 6      7   8
TREE = parsed(
    TEXT,
    [1, 1, 1, 2, 2, 1, 7, 7, 7],
    ["nsubj", "ROOT", "dobj", "cc", "conj", "punct", "nsubj", "ROOT", "punct"],
    tags=["NNS", "VBD", "NNP", "CC", "NNP", ".", "NNS", "VBD", "."],
    starts=[True, False, False, False, False, False, True, False, False],
    entities=[(2, 3, "GPE"), (4, 5, "GPE")],
)


def forms(tokens):
    return [token.text for token in tokens]


def test_a_token_knows_its_place_in_text_and_tree():
    goma = TREE[2]
    assert (goma.i, goma.idx, len(goma), goma.lower_) == (2, 14, 4, "goma")
    assert TEXT[goma.idx : goma.idx + len(goma)] == "Goma"
    assert goma.head is TREE[1]
    assert forms(TREE[1].children) == ["Rebels", "Goma", "."]
    assert forms(goma.subtree) == ["Goma", "and", "Bukavu"]
    assert forms(TREE[4].ancestors) == ["Goma", "seized"]
    assert goma.right_edge is TREE[4]
    assert goma.conjuncts == (TREE[4],)
    assert TREE[4].conjuncts == (goma,)
    assert TREE[0].conjuncts == ()
    assert (goma.ent_type_, TREE[3].ent_type_) == ("GPE", "")
    assert not goma.is_space


def test_parts_of_speech_and_lemmas_are_told_by_tag_and_label():
    assert [token.pos_ for token in TREE[:4]] == ["NOUN", "VERB", "PROPN", "CCONJ"]
    assert [token.lemma_ for token in TREE[:4]] == ["rebel", "seize", "Goma", "and"]


def test_a_span_has_the_characters_of_the_text():
    span = TREE[2:5]
    assert span.text == "Goma and  Bukavu"
    assert (span.start, span.end, span.start_char, span.end_char) == (2, 5, 14, 30)
    assert span.root is TREE[2]
    assert forms(span[1:]) == ["and", "Bukavu"]
    assert span[-1] is TREE[4]
    assert span[0] in span
    assert forms(reversed(TREE[:2])) == ["seized", "Rebels"]
    with pytest.raises(IndexError):
        span[3]


def test_spans_are_equal_by_bounds_and_label():
    assert TREE[2:3] == TREE[2:3]
    assert TREE[2:3] != TREE.ents[0]
    assert TREE.ents[0] == Span(TREE, 2, 3, "GPE")
    assert len({TREE[2:3], TREE[2:3], TREE.ents[0]}) == 2


def test_sentences_and_their_names():
    first, second = TREE.sents
    assert first.text == "Rebels seized Goma and  Bukavu."
    assert TREE[7].sent == second
    assert forms(first.ents) == ["Goma", "Bukavu"]
    assert second.ents == ()
    assert [token.i for token in TREE if token.is_sent_start] == [0, 6]


@pytest.mark.parametrize(
    ("start", "end", "strict", "expand"),
    [
        (14, 18, "Goma", "Goma"),
        (15, 16, None, "Goma"),
        (14, 25, None, "Goma and  Bukavu"),
        (22, 24, None, None),
        (31, 31, None, None),
        (37, 99, None, ". Troops fled."[2:]),
    ],
)
def test_character_spans(start, end, strict, expand):
    found = TREE.char_span(start, end)
    assert (found and found.text) == strict
    found = TREE.char_span(start, end, alignment_mode="expand")
    assert (found and found.text) == expand


def test_an_empty_text_has_no_words_and_no_sentences():
    doc = parsed(" \n", [])
    assert len(doc) == 0
    assert list(doc) == list(doc.sents) == list(doc.ents) == []
    assert doc.char_span(0, 1, alignment_mode="expand") is None
    assert doc[:3].text == ""


def test_answers_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match=r"differ in number: \[1, 2\]"):
        parsed("a b", [0])


@pytest.mark.parametrize(
    ("heads", "labels", "mended"),
    [
        ([1, 1, 1], None, [1, 1, 1]),
        ([0, 1, 2], ["dep", "ROOT", "ROOT"], [1, 1, 1]),  # several roots: the first so labelled
        ([0, 1, 0], None, [0, 0, 0]),  # several words without a head: the first
        ([7, 0, -1], None, [0, 0, 0]),  # heads outside of the text
        ([1, 0, 1], None, [0, 0, 1]),  # a circle and no root: the first word
        ([0, 2, 1], None, [0, 0, 1]),  # a circle beside the root
        ([2, 0, 1], None, [0, 0, 1]),
    ],
)
def test_what_is_no_tree_becomes_one(heads, labels, mended):
    doc = parsed("a b c", heads, labels)
    assert [token.head.i for token in doc] == mended
    assert [token.dep_ == "ROOT" for token in doc] == [token.head is token for token in doc]


def test_sentence_starts_are_stronger_than_heads():
    doc = parsed("a b c d", [1, 1, 1, 2], starts=[True, False, True, False])
    assert [token.head.i for token in doc] == [1, 1, 2, 2]


def test_names_that_overlap_or_lie_outside_are_left_out():
    names = [(1, 3, "ORG"), (0, 2, "GPE"), (2, 2, "LOC"), (2, 9, "LOC"), (-1, 1, "LOC")]
    doc = parsed("a b c d", [0, 0, 0, 0], entities=names)
    assert [(name.start, name.end, name.label_) for name in doc.ents] == [(0, 2, "GPE")]
    assert [token.ent_type_ for token in doc] == ["GPE", "GPE", "", ""]


@st.composite
def answers(draw):
    count = draw(st.integers(0, 12))
    each = {"min_size": count, "max_size": count}
    position = st.integers(-3, count + 3)
    return parsed(
        "  ".join("abcdefghijkl"[:count]),
        draw(st.lists(position, **each)),
        draw(st.lists(st.sampled_from(["ROOT", "conj", "nsubj", "dobj"]), **each)),
        starts=draw(st.lists(st.booleans(), **each)),
        entities=draw(st.lists(st.tuples(position, position, st.just("GPE")), max_size=4)),
    )


@given(answers())
def test_every_sentence_is_a_tree(doc):
    sentences = list(doc.sents)
    assert [token for sentence in sentences for token in sentence] == list(doc)
    for sentence in sentences:
        roots = [token for token in sentence if token.head is token]
        assert len(roots) == 1
        assert roots[0].dep_ == "ROOT"
        assert sentence.root is roots[0]
        assert list(roots[0].subtree) == list(sentence)
        assert [token.is_sent_start for token in sentence] == [True] + [False] * (len(sentence) - 1)
    for token in doc:
        above = list(token.ancestors)
        assert len(set(above)) == len(above)
        assert all(token in other.subtree for other in above)
        assert all(child.head is token for child in token.children)
        assert token.head is token or token in token.head.children
        assert token.head in token.sent
        assert token.sent in sentences
        assert token.right_edge is list(token.subtree)[-1]


@given(answers())
def test_relations_are_mutual(doc):
    for token in doc:
        assert token not in token.conjuncts
    assert all(one.end <= other.start for one, other in pairwise(doc.ents))
    assert all(token.ent_type_ == name.label_ for name in doc.ents for token in name)


@given(answers(), st.integers(-2, 40), st.integers(-2, 40))
def test_an_expanded_span_is_all_that_the_offsets_touch(doc, start, end):
    touched = [token for token in doc if token.idx < end and start < token.idx + len(token)]
    span = doc.char_span(start, end, alignment_mode="expand")
    assert list(span or ()) == (touched if start < end else [])
    strict = doc.char_span(start, end)
    assert strict is None or (strict.start_char, strict.end_char) == (start, end)


def test_the_meaning_is_spacys():
    text = (DISPATCHES / "2021-07-14-spin-boldak.md").read_text(encoding="utf-8")
    (theirs,) = spacy_tools.read([text])
    ours = parsed(
        text,
        [token.head.i for token in theirs],
        [token.dep_ for token in theirs],
        starts=[token.is_sent_start for token in theirs],
        entities=[(name.start, name.end, name.label_) for name in theirs.ents],
    )
    assert len(ours) == len(theirs) > 150
    assert [span.start for span in ours.sents] == [span.start for span in theirs.sents]
    names = [(name.start, name.end, name.label_) for name in theirs.ents]
    assert [(name.start, name.end, name.label_) for name in ours.ents] == names
    for mine, other in zip(ours, theirs, strict=True):
        for relation in ("children", "subtree", "ancestors", "conjuncts"):
            expected = [token.i for token in getattr(other, relation)]
            assert [token.i for token in getattr(mine, relation)] == expected
        assert (mine.head.i, mine.dep_) == (other.head.i, other.dep_)
        assert mine.right_edge.i == other.right_edge.i
        assert mine.sent.root.i == other.sent.root.i
        assert mine.ent_type_ == other.ent_type_
    for start in range(len(ours)):
        for end in range(start + 1, min(start + 6, ours[start].sent.end) + 1):
            assert ours[start:end].root.i == theirs[start:end].root.i
