"""Modes of assaults: means in the clause, the sentence and the sentences beside it."""

import pytest
from pipeline_tools import events

from pipeline.modes import RANKS, compatible, means, most_telling


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("A car bomb killed five people in Lima.", "explosives"),
        ("Five people were killed in the explosion of a bomb in Lima.", "explosives"),
        ("Rebels attacked the station in Lima with dynamite.", "explosives"),
        ("Guerrillas dynamited a bridge near Lima.", "explosives"),
        ("Two men threw grenades at a bank in Lima.", "explosives"),
        ("Gunmen killed a judge in Lima.", "firearms"),
        ("Four judges were machinegunned in Lima.", "firearms"),
        ("A suicide bomber attacked the market in Kabul.", "suicide-attack"),
        ("The mayor was kidnapped in Lima.", "abduct"),
        ("Rebels set fire to three buses in Lima.", "destroy"),
        ("A mayor was stabbed in Lima.", "primitive"),
        ("Soldiers captured the town of Uchiza.", ""),
    ],
)
def test_means_of_a_clause(text, mode):
    assert [event.event_mode for event in events(text)] == [mode]


def test_the_next_sentence_tells_the_means():
    text = "Four people were killed in Lima on Monday. The bomb had been left in a car."
    assert events(text)[0].event_mode == "explosives"


def test_the_next_sentence_tells_who_shot():
    text = "Four people were killed in Lima on Monday. The gunmen fled in a car."
    assert events(text)[0].event_mode == "firearms"


@pytest.mark.parametrize(
    "other",
    [
        "A bomb exploded in Bogota on Monday.",
        "Gunmen held up a bank.",
        "On Friday the bomb of the rebels was found.",
    ],
)
def test_another_incident_does_not(other):
    text = f"Four people were killed in Lima on Monday. {other}"
    assert events(text)[0].event_mode == ""


def test_weapons_that_are_seized_are_no_means():
    found = events("The police seized rifles, explosives and grenades in Lima.")
    assert [(event.event_type, event.event_mode) for event in found] == [("COERCE", "seize")]


@pytest.mark.parametrize(
    "text",
    [
        "The plane crashed near Lima, killing 17 people.",
        "The earthquake in Popayan killed 200 people.",
        "Over the past 10 years terrorists have killed 3,000 people in Lima.",
        "He asked those who have been kidnapped to be patient.",
    ],
)
def test_misfortunes_and_statistics_are_no_events(text):
    assert not events(text)


def test_the_most_telling_mode_of_an_incident():
    assert most_telling(["", "destroy", "explosives"]) == "explosives"
    assert most_telling(["", "demo"]) == "demo"
    assert most_telling([]) == ""


def test_modes_that_can_be_of_one_incident():
    assert compatible("destroy", "explosives")
    assert compatible("", "abduct")
    assert not compatible("explosives", "suicide-attack")
    assert not compatible("firearms", "explosives")
    assert not compatible("abduct", "targeted")


def test_the_table_knows_only_ranked_modes():
    assert {mode for mode, _ in means().values()} <= set(RANKS)
    assert {part for _, part in means().values()} == {"any", "by"}
