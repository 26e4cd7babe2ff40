import pytest
from pipeline_tools import parse, texts, word

from pipeline import clauses

# Every way of telling: (sentence, trigger, modality).
TOLD = [
    ("The rebels burned the depot.", "burned", "actual"),
    ("The army may burn the depot.", "burn", "possible"),
    ("The army will burn the depot on Friday.", "burn", "planned"),
    ("The army did not burn the depot.", "burn", "denied"),
    ("The army denied that it burned the depot.", "burned", "denied"),
    ("The army denied shelling the depot.", "shelling", "denied"),
    ("The army refused to bomb the depot.", "bomb", "denied"),
    ("The rebels failed to capture the depot.", "capture", "denied"),
    ("The rebels managed to capture the depot.", "capture", "actual"),
    ("The army plans to bomb the depot.", "bomb", "planned"),
    ("The rebels threatened to bomb the depot.", "bomb", "possible"),
    ("Residents feared that the rebels attacked the depot.", "attacked", "possible"),
    ("If the rebels attack the depot, the town falls.", "attack", "possible"),
    ("Rebels would attack Maputo, he said.", "attack", "planned"),
    ("The rebels want to attack Maputo and kill the governor.", "kill", "planned"),
    ("The rebels attacked Maputo, killing nine people.", "killing", "actual"),
    ("The soldiers left without attacking Maputo.", "attacking", "denied"),
    ("Maputo was the third city to be captured by the rebels.", "captured", "actual"),
    ("Officials denied an attack on Maputo.", "attack", "denied"),
    ("Officials considered an attack on Maputo.", "attack", "possible"),
    ("The general spoke of fears of an attack on Maputo.", "attack", "possible"),
    ("The generals drew up plans for an attack on Maputo.", "attack", "planned"),
    ("The planned attack on Maputo was called off.", "attack", "planned"),
    # These tell no event at all.
    ("The minister accused the army of shelling the depot.", "shelling", None),
    ("Did the rebels attack Maputo?", "attack", None),
    ("They had nowhere to go but to cross the river.", "cross", None),
    ("Police fired on the crowd to clear the bridge.", "clear", None),
]


@pytest.mark.parametrize(("sentence", "trigger", "told"), TOLD)
def test_modality(sentence, trigger, told):
    assert clauses.modality(word(sentence, trigger)) == told


@pytest.mark.parametrize(
    ("sentence", "trigger", "doers", "undergoers"),
    [
        ("The rebels burned the depot.", "burned", ["rebels"], ["depot"]),
        ("The depot was burned by the rebels.", "burned", ["rebels"], ["depot"]),
        ("The depot was burned.", "burned", [], ["depot"]),
        ("The rebels and the miners burned the depot.", "burned", ["rebels", "miners"], ["depot"]),
        ("The bomb exploded, killing a guard.", "killing", ["bomb"], ["guard"]),
        ("He said that the rebels, who captured Maputo, left.", "captured", ["rebels"], ["Maputo"]),
        ("The army refused to bomb the depot.", "bomb", ["army"], ["depot"]),
        ("It was the third city captured by rebels.", "captured", ["rebels"], ["city"]),
        ("Officials denied an attack on Maputo.", "attack", [], ["Maputo"]),
        ("The attack by the rebels went on.", "attack", ["rebels"], []),
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


def test_word_lists_do_not_contradict_each_other():
    assert not clauses._FEAR_NOUNS & clauses._PLAN_NOUNS
    assert not clauses._DENY & clauses._PLAN
    assert not clauses.SPEECH & {"kill", "attack", "meet"}


def test_modality_ends_on_every_token():
    for sentence, *_ in TOLD:
        for token in parse(sentence):
            assert clauses.modality(token) in {"actual", "planned", "possible", "denied", None}
