import pytest
from pipeline_tools import parse, word

from pipeline.modality import effects, modality

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
    ("The army would have burned the depot.", "burned", "denied"),
    ("The army could have burned the depot, but it stayed away.", "burned", "denied"),
    ("The army is going to burn the depot.", "burn", "planned"),
    ("The rebels are due to leave the depot.", "leave", "planned"),
    ("If the rebels come, the army will burn the depot.", "burn", "possible"),
    ("The rebels were unable to burn the depot.", "burn", "denied"),
    ("Nobody was killed in the fire.", "killed", "denied"),
    ("Not only did the rebels burn the depot, they killed a guard.", "burn", "actual"),
    ("Guards foiled a plot to bomb the depot.", "bomb", "denied"),
    ("Guards uncovered a cellar and bombed the depot.", "bombed", "actual"),
    ("The rebels claimed to have burned the depot.", "burned", "actual"),
    ("The guards are feared to have been killed.", "killed", "possible"),
    ("The rebels were kept from burning the depot.", "burning", "denied"),
    ("Officials dismissed reports of a massacre as false.", "massacre", "denied"),
    ("Officials called off the strike.", "strike", "denied"),
    ("Under the deal the rebels would leave the depot.", "leave", "planned"),
    ("Rebels to leave the depot", "leave", "planned"),
    ("The measures include sending soldiers to Maputo.", "sending", "planned"),
    ("The losses include shelling of the depot.", "shelling", "actual"),
    ("The army wants the depot destroyed by June.", "destroyed", "planned"),
    ("It looks as though rebels burned the depot.", "burned", "possible"),
    ("The soldiers killed no civilians.", "killed", "denied"),
    ("The siege ended without a shot being fired.", "fired", "denied"),
    ("The army refused orders to burn the depot.", "burn", "denied"),
    ("Traders live in dread of an attack.", "attack", "possible"),
    # These tell no event at all.
    ("The minister accused the army of shelling the depot.", "shelling", None),
    ("Did the rebels attack Maputo?", "attack", None),
    ('"Stop bombing our city," a banner said.', "bombing", None),
    ("Any attack on a hospital is a crime.", "attack", None),
    ("The troops rehearsed an attack on the depot.", "attack", None),
    ("In the film, rebels burned the depot.", "burned", None),
    ("Widows marked the anniversary of the attack.", "attack", None),
    ("Rebels carry torches in order to burn depots.", "burn", None),
    ("The captain attacked and scored a goal in the cup final.", "attacked", None),
    ("Gunmen attacked the cup final and killed a fan.", "attacked", "actual"),
    ("Lions attacked early and beat Tigers 3-0.", "attacked", None),
    ("Raiders attacked the village and 10-15 people fled.", "attacked", "actual"),
    ("The office was bombarded with e-mails.", "bombarded", None),
    ("The storm hit Luzon.", "hit", None),
    ("He died of a heart attack.", "attack", None),
    ("He died of an attack.", "attack", "actual"),
    ("They had nowhere to go but to cross the river.", "cross", None),
    ("Police fired on the crowd to clear the bridge.", "clear", None),
    ("Families demanded an inquiry into the massacre in Goma.", "massacre", "actual"),
    ("Turkey may demand compensation for the killing of nine sailors.", "killing", "actual"),
]


@pytest.mark.parametrize(("sentence", "trigger", "told"), TOLD)
def test_modality(sentence, trigger, told):
    assert modality(word(sentence, trigger)) == told


def test_modality_ends_on_every_token():
    for sentence, *_ in TOLD:
        for token in parse(sentence):
            assert modality(token) in {"actual", "planned", "possible", "denied", None}


def test_the_table_is_sound():
    table = effects()
    assert set(table.values()) == {
        "done", "told", "planned", "possible", "denied", "report", "none",
    }  # fmt: skip
    assert {part for _, part in table} == {"v", "o", "p", "n", "a"}
    assert all(word == word.lower() and " " not in word for word, _ in table)
    assert table["fail", "v"] == "denied"
    assert table["plan", "n"] == "planned"
