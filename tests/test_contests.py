"""Contests: words of war in reports on games and markets."""

import pytest
from pipeline_tools import parse, word

from pipeline.contests import is_contest, is_sport, is_sports_report, is_trade


@pytest.mark.parametrize(
    ("text", "trigger", "sport"),
    [
        ("The striker fired home in the 88th minute.", "fired", True),
        ("Brazil attacked from the first minute of the cup final.", "attacked", True),
        ("Soldiers attacked the stadium in the first minute of the cup final.", "attacked", False),
        ("A tennis player was shot near the tournament.", "shot", False),
    ],
)
def test_sport(text, trigger, sport):
    assert is_sport(word(text, trigger)) is sport


@pytest.mark.parametrize(
    ("text", "trigger", "trade"),
    [
        ("Shares fell after the lender attacked its rival.", "attacked", True),
        ("Shares and bonds fell after Russia attacked Georgia.", "attacked", False),
        ("Shares and bonds fell after gunmen attacked a lender.", "attacked", False),
    ],
)
def test_trade(text, trigger, trade):
    assert is_trade(word(text, trigger)) is trade


GAME = ("Brazil won 3-0.", "The goalkeeper saved two shots.", "The derby is on Sunday.")
NEWS = ("The army entered Garissa.", "Two men were arrested.", "Rebels fled.", "Aid arrived.")


@pytest.mark.parametrize(
    ("sentences", "found"),
    [(GAME, True), (GAME[:2], False), ((*GAME, *NEWS), True), ((*GAME, *NEWS, *NEWS), False)],
)
def test_reports_on_sport(sentences, found):
    assert is_sports_report(parse(text) for text in sentences) is found


def test_a_contest_has_no_arms():
    assert is_contest(word("They attacked again.", "attacked"))
    assert not is_contest(word("They attacked with grenades again.", "attacked"))
    assert not is_contest(word("They arrested him.", "arrested"))
