from pathlib import Path

import pytest
import spacy_tools

from pipeline.forms import lemma_of, pos_of
from pipeline.lexicon import nouns, senses

DISPATCHES = Path(__file__).parents[1] / "data" / "dispatches"


@pytest.mark.parametrize(
    ("form", "tag", "label", "pos"),
    [
        ("attacked", "VBD", "ROOT", "VERB"),
        ("was", "VBD", "auxpass", "AUX"),
        ("was", "VBD", "ROOT", "AUX"),
        ("had", "VBD", "aux", "AUX"),
        ("had", "VBD", "ROOT", "VERB"),
        ("to", "TO", "aux", "PART"),
        ("will", "MD", "aux", "AUX"),
        ("Kabul", "NNP", "pobj", "PROPN"),
        ("Taliban", "NNPS", "nsubj", "PROPN"),
        ("in", "IN", "prep", "ADP"),
        ("after", "IN", "mark", "SCONJ"),
        ("that", "IN", "mark", "SCONJ"),
        ("that", "WDT", "nsubj", "PRON"),
        ("which", "WDT", "det", "DET"),
        ("the", "DT", "det", "DET"),
        ("this", "DT", "nsubj", "PRON"),
        ("their", "PRP$", "poss", "PRON"),
        ("nobody", "NN", "nsubj", "PRON"),
        ("n’t", "RB", "neg", "PART"),
        ("’s", "VBZ", "aux", "AUX"),
        ("’s", "POS", "case", "PART"),
        ("-", "HYPH", "punct", "PUNCT"),
        ("?", "no tag", "dep", "X"),
    ],
)
def test_parts_of_speech(form, tag, label, pos):
    assert pos_of(form, tag, label) == pos


@pytest.mark.parametrize(
    ("form", "tag", "pos", "lemma"),
    [
        ("Seized", "VBD", "VERB", "seize"),
        ("fell", "VBD", "VERB", "fall"),
        ("shot", "VBN", "VERB", "shoot"),
        ("found", "VBD", "VERB", "find"),
        ("wound", "VBP", "VERB", "wound"),
        ("decreed", "VBP", "VERB", "decree"),
        ("were", "VBD", "AUX", "be"),
        ("’s", "VBZ", "AUX", "be"),
        ("had", "VBD", "VERB", "have"),
        ("wo", "MD", "AUX", "will"),
        ("n’t", "RB", "PART", "not"),
        ("men", "NNS", "NOUN", "man"),
        ("servicemen", "NNS", "NOUN", "serviceman"),
        ("outskirts", "NNS", "NOUN", "outskirt"),
        ("building", "NN", "NOUN", "building"),
        ("Soldiers", "NNS", "NOUN", "soldier"),
        ("Talks", "NNPS", "PROPN", "Talks"),
        ("more", "JJR", "ADJ", "more"),
        ("worse", "JJR", "ADJ", "bad"),
        ("them", "PRP", "PRON", "they"),
        ("her", "PRP$", "PRON", "her"),
        # words that no dictionary has
        ("quadrocoptels", "NNS", "NOUN", "quadrocoptel"),
        ("gyrocoxes", "NNS", "NOUN", "gyrocox"),
        ("zarbies", "NNS", "NOUN", "zarby"),
        ("doxxified", "VBD", "VERB", "doxxify"),
        ("zlopped", "VBN", "VERB", "zlop"),
        ("zlopping", "VBG", "VERB", "zlop"),
        ("gning", "VBG", "VERB", "gning"),
    ],
)
def test_lemmas(form, tag, pos, lemma):
    assert lemma_of(form, tag, pos) == lemma


def test_the_words_of_the_lexicon_are_lemmas():
    for trigger, part in senses():
        word = trigger.split(maxsplit=1)[0]
        tag, pos = ("VB", "VERB") if part == "v" else ("NN", "NOUN")
        assert lemma_of(word, tag, pos) == word
    for members in nouns().values():
        assert all(lemma_of(word, "NN", "NOUN") == word for word in members)


def test_agreement_with_spacy():
    """As measured on all dispatches: 99.9 % of parts of speech, 99.6 % of verbs and nouns."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(DISPATCHES.glob("2021-07-*.md"))]
    tokens = [token for doc in spacy_tools.read(texts) for token in doc]
    same = [pos_of(token.text, token.tag_, token.dep_) == token.pos_ for token in tokens]
    assert len(same) > 3000
    assert sum(same) / len(same) >= 0.99
    same = [
        lemma_of(token.text, token.tag_, token.pos_) == token.lemma_
        for token in tokens
        if token.pos_ in {"VERB", "AUX", "NOUN"}
    ]
    assert sum(same) / len(same) >= 0.98
