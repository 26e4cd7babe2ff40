"""Sides: force that nobody uses or suffers, and the same words of force in earnest."""

import pytest
from pipeline_tools import word

from pipeline.sides import is_accidental_blast, is_forceless


@pytest.mark.parametrize(
    ("text", "trigger"),
    [
        ("A bear attacked two hikers near Garissa on Tuesday.", "attacked"),
        ("A hailstorm battered Garissa on Tuesday.", "battered"),
        ("The epidemic struck Garissa on Tuesday.", "struck"),
        ("The scandal shook the cabinet on Tuesday.", "shook"),
        ("The senator attacked the idea on Tuesday.", "attacked"),
        ("The hall was bombarded with questions on Tuesday.", "bombarded"),
        ("Police officers captured a crocodile in Garissa on Tuesday.", "captured"),
        ("The paper ceased publication on Tuesday.", "ceased"),
        ("Smith crushed Jones in Garissa on Tuesday.", "crushed"),
        ("Smith caught the child on Tuesday.", "caught"),
    ],
)
def test_no_force(text, trigger):
    assert is_forceless(word(text, trigger))


@pytest.mark.parametrize(
    ("text", "trigger"),
    [
        ("Gunmen attacked two hikers near Garissa on Tuesday.", "attacked"),
        ("Rockets battered Garissa on Tuesday.", "battered"),
        ("The attack shook the cabinet on Tuesday.", "shook"),
        ("Rebels captured the heights on Tuesday.", "captured"),
        ("Rebels captured much of Garissa on Tuesday.", "captured"),
        ("The town was bombarded with rockets on Tuesday.", "bombarded"),
        ("The army withdrew its troops on Tuesday.", "withdrew"),
        ("Police caught the child on Tuesday.", "caught"),
        ("She saw a rumour about who killed her son.", "killed"),
    ],
)
def test_force(text, trigger):
    assert not is_forceless(word(text, trigger))


@pytest.mark.parametrize(
    ("text", "trigger", "accident"),
    [
        ("A boiler exploded in Garissa on Tuesday.", "exploded", True),
        ("An explosion at a fireworks factory killed six people.", "explosion", True),
        ("A car exploded in Garissa on Tuesday.", "exploded", False),
        ("A gas cylinder exploded when a shell hit the kitchen.", "exploded", False),
        ("An explosion at a barracks killed six people.", "explosion", False),
    ],
)
def test_blasts(text, trigger, accident):
    assert is_accidental_blast(word(text, trigger)) is accident
