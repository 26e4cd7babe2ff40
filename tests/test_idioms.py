"""Idioms: words of conflict that tell none, and their neighbours that do."""

import pytest
from pipeline_tools import events


@pytest.mark.parametrize(
    "text",
    [
        "Senator Kip attacked Minister Juma, claiming that the budget was unlawful.",
        "The governor of Garissa was attacked on national television on Tuesday.",
        "The ruling and opposition parties in Kenya clashed over the budget on Tuesday.",
        "Kenya's policy was attacked by the West on Tuesday.",
        "Millions of infected birds were slaughtered in Garissa on Tuesday.",
        "Three elephants were killed in Garissa on Tuesday.",
        "A cholera epidemic killed over 1,200 people in Garissa.",
        "Poisoned liquor killed seventeen people in Garissa on Tuesday.",
        "Ten people died of cholera in Garissa on Tuesday.",
        "The president took office in Garissa on Tuesday.",
    ],
)
def test_idle(text):
    assert not [item for item in events(text) if item.event_type == "ASSAULT"]


@pytest.mark.parametrize(
    "text",
    [
        "Al-Shabaab attacked a village in Garissa on Tuesday, accusing its people of spying.",
        "Herders killed two men and six cows in Garissa on Tuesday.",
        "Youths clashed with police over the arrests in Garissa on Tuesday.",
        "Three people were shot dead in Garissa on Tuesday.",
    ],
)
def test_in_earnest(text):
    assert events(text)
