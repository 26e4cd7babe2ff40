import pytest
from pipeline_tools import PUBLISHED, word

from pipeline import cast, model
from pipeline.documents import document


def head(token):
    return token.text if token is not None else None


@pytest.mark.parametrize(
    ("text", "form", "nth", "found"),
    [
        ("Prime Minister Anna Kowalska of Poland spoke. Kowalska left.", "Kowalska", 1, "Kowalska"),
        ("Anna Kowalska spoke. Marek left.", "Marek", 0, None),
        ("The union spoke.", "union", 0, None),
    ],
)
def test_who_was_introduced(text, form, nth, found):
    token = word(text, form, nth)
    earlier = cast.introduced(token)
    assert head(earlier) == found
    assert earlier is None or earlier.i < token.i


@pytest.mark.parametrize(
    ("text", "pronoun", "found"),
    [
        ("President Castillo met the miners. He accused them.", "He", "Castillo"),
        ("The rebels left. They burned the depot.", "They", "rebels"),
        ("The rebels met a teacher. He left.", "He", None),  # no subject is one man
        ("The army left. It burned the depot.", "It", "army"),
        ("The teacher left. It rained.", "It", None),
        ("Prosecutors said their officers left.", "their", "Prosecutors"),
        ("The rebels dragged two boys out and shot them.", "them", "boys"),
        ("The police caught a teacher. They beat him.", "him", "teacher"),
    ],
)
def test_what_pronouns_stand_for(text, pronoun, found):
    assert head(cast.stands_for(word(text, pronoun))) == found


def test_one_pronoun_after_another_stands_for_one():
    text = (
        "The rebels left. They blamed the miners. They said that the miners burned it. They wept."
    )
    assert head(cast.stands_for(word(text, "They", 2))) == "rebels"


def test_a_pronoun_looks_into_the_paragraph_before():
    made = document(
        "President Pedro Castillo of Peru spoke in Lima on Monday.\n\nHe accused the rebels.",
        stated=PUBLISHED,
        doc_id="test",
    )
    *_, last = model.parse([made])[0]
    he = next(token for token in last.doc if token.text == "He")
    assert last.doc.earlier is not None
    assert cast.stands_for(he).text == "Castillo"


def test_the_same_body_was_named_before():
    text = "The embassy of Norway in Lima closed. The embassy warned its citizens."
    assert [token.i for token in cast.same_body(word(text, "embassy", 1))] == [1]
