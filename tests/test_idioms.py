"""Idioms: words of conflict that tell none, and their neighbours that do."""

import pytest
from pipeline_tools import word

from pipeline.modality import modality


@pytest.mark.parametrize(
    ("text", "trigger"),
    [
        ("Senator Kip attacked Minister Juma, claiming that the budget was unlawful.", "attacked"),
        ("The governor of Garissa was attacked on national television on Tuesday.", "attacked"),
        ("Hendel attacked what he called chaos in the Negev.", "attacked"),
        ("Kenya's policy was attacked by the West on Tuesday.", "attacked"),
        ("The ruling and opposition parties clashed over the budget on Tuesday.", "clashed"),
        ("The parties clashed over the launch, with police chiefs meeting on it.", "clashed"),
        ("Scientists began trial blasts at the dam on Monday.", "blasts"),
        ("Millions of infected birds were slaughtered in Garissa on Tuesday.", "slaughtered"),
        ("Three elephants were killed in Garissa on Tuesday.", "killed"),
        ("A cholera epidemic killed over 1,200 people in Garissa.", "killed"),
        ("The president decreed a state of siege throughout Haiti on Tuesday.", "siege"),
        ("Officials closed the gate, leaving lorries with fruit stranded.", "leaving"),
        ("As many as 300,000 have lost their homes, the governor estimated.", "lost"),
        ("Hazaras are a minority that has been attacked many times.", "attacked"),
        ("The army often shelled villages near Garissa.", "shelled"),
        ("Poisoned liquor killed seventeen people in Garissa on Tuesday.", "killed"),
        ("Ten people died of cholera in Garissa on Tuesday.", "died"),
        ("A heat wave killed nine people in Garissa on Tuesday.", "killed"),
        ("A fire killed nine people in Garissa on Tuesday.", "killed"),
        ("Fans besieged the actor's hotel in Garissa for an autograph.", "besieged"),
        ("A film about the massacre in Garissa opened on Tuesday.", "massacre"),
        ("The singer stormed off the stage in Garissa on Tuesday.", "stormed"),
        ("On Tuesday two bulls charged at tourists in Garissa.", "charged"),
        ("Firefighters battled flames in Garissa on Tuesday.", "battled"),
        ("Juma took office in 1999, Kenya's first civilian leader in decades.", "took"),
        ("Taliban fighters celebrated on Tuesday, firing into the air.", "firing"),
        ("He was arrested on charges of murder in Garissa.", "murder"),
        ("The firm seized on the trend on Tuesday.", "seized"),
        ("A tanker overturned and caught fire in Garissa on Tuesday.", "fire"),
        ("He spoke of the battle of Mogadishu.", "battle"),
        ("The minister attacked and ridiculed Juma in his column.", "attacked"),
        ("The report, which was released in late May, surveyed 3,000 people.", "released"),
    ],
)
def test_idle(text, trigger):
    assert modality(word(text, trigger)) is None


@pytest.mark.parametrize(
    ("text", "trigger"),
    [
        ("Al-Shabaab attacked a village on Tuesday, accusing its people of spying.", "attacked"),
        ("Chad condemned the bombing of a market in Garissa on Tuesday.", "condemned"),
        ("Gunmen attacked the base in Garissa several times on Tuesday.", "attacked"),
        ("Troops left Garissa on Tuesday after weeks of siege.", "left"),
        ("They fought on and left the town on Tuesday without a shot.", "left"),
        ("Herders killed two men and six cows in Garissa on Tuesday.", "killed"),
        ("Youths clashed with police over the arrests in Garissa on Tuesday.", "clashed"),
        ("Opposition supporters clashed with soldiers over the vote on Tuesday.", "clashed"),
        ("Three people were shot dead in Garissa on Tuesday.", "shot"),
        ("Israeli fire killed three people in Garissa on Tuesday.", "killed"),
        ("Fans besieged the stadium in Garissa and soldiers shot at them.", "besieged"),
        ("Gunmen killed 30 camels in Garissa on Tuesday.", "killed"),
        ("Five people died of their wounds on Tuesday.", "died"),
        ("Police fired into the air to disperse a crowd on Tuesday.", "fired"),
        ("He was arrested after the murder of a priest in Garissa.", "murder"),
        ("Soldiers were killed in the battle of Mogadishu on Tuesday.", "battle"),
        ("The rebels released ten prisoners on Tuesday.", "released"),
    ],
)
def test_in_earnest(text, trigger):
    assert modality(word(text, trigger)) == "actual"
