import pytest
from pipeline_tools import texts, word

from pipeline import clauses


@pytest.mark.parametrize(
    ("sentence", "trigger", "doers", "undergoers"),
    [
        ("The rebels burned the depot.", "burned", ["rebels"], ["depot"]),
        ("The depot was burned by the rebels.", "burned", ["rebels"], ["depot"]),
        ("The depot was burned.", "burned", [], ["depot"]),
        ("The rebels and miners burned the depot.", "burned", ["rebels", "miners"], ["depot"]),
        ("The bomb exploded, killing a guard.", "killing", ["bomb"], ["guard"]),
        ("He said that the rebels, who captured Maputo, left.", "captured", ["rebels"], ["Maputo"]),
        ("The army refused to bomb the depot.", "bomb", ["army"], ["depot"]),
        ("It was the third city captured by rebels.", "captured", ["rebels"], ["city"]),
        ("Officials denied an attack on Maputo.", "attack", [], ["Maputo"]),
        ("The attack by the rebels went on.", "attack", ["rebels"], []),
        ("Clashes between rebels and miners went on.", "Clashes", ["rebels", "miners"], []),
        ("A warning from Peru came late.", "warning", ["Peru"], []),
        ("Kenya's protests went on.", "protests", [], []),
        ('"They burned it," denounced the bishops.', "denounced", ["bishops"], []),
        ("He was arrested and convicted.", "convicted", [], ["He"]),
        ("The king, who was killed in Lima, was old.", "killed", [], ["king"]),
        ("Prosecutors want the woman detained.", "detained", [], ["woman"]),
        ("Two men abducted near Maputo may be freed.", "abducted", [], ["men"]),
    ],
)
def test_who_does_what_to_whom(sentence, trigger, doers, undergoers):
    token = word(sentence, trigger)
    assert texts(clauses.doers(token)) == doers
    assert texts(clauses.undergoers(token)) == undergoers


def test_passive_subject_is_a_subject_but_no_doer():
    token = word("The depot was burned.", "burned")
    assert clauses.is_passive(token)
    assert texts(clauses.subjects(token)) == ["depot"]
    assert not clauses.is_passive(word("The rebels burned the depot.", "burned"))


def test_governor_marker_and_verb_of_saying():
    sentence = "After the rebels seized Maputo, the governor fled."
    assert clauses.marker(word(sentence, "seized")) == "after"
    assert clauses.governor(word(sentence, "seized")).text == "fled"
    assert clauses.governor(word(sentence, "fled")) is None
    assert clauses.marker(word(sentence, "fled")) == ""
    assert clauses.speech_verb(word(sentence, "fled")) is None
    told = "The rebels burned the depot, a minister said."
    assert clauses.speech_verb(word(told, "burned")).text == "said"


def test_verbs_of_saying_are_no_deeds():
    assert not clauses.SPEECH & {"kill", "attack", "meet"}
