"""Contests: words of war that tell of a game or of a market."""

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from pipeline.clauses import doers, is_passive, undergoers
from pipeline.idioms import ARMS
from pipeline.syntax import Doc, Token

_SPORT: Final = frozenset(
    "goalkeeper goalie midfielder winger run-out wicket wickets innings batsman batsmen bowler "
    "quarterfinal quarter-final semifinal semi-final playoff playoffs knockout championship "
    "tournament grand-prix peloton sprinter cyclist free-kick halfway-line hat-trick "
    "stoppage-time extra-time half-time penalty-shootout equaliser equalizer touchdown quarterback "
    "homer inning puck referee umpire scoreline tiebreak tie-breaker backhand forehand rugby "
    "cricket soccer tennis basketball hockey chess derby world-cup relegation".split()
)
_GAME: Final = frozenset(
    "title season match final half cup league goal scored crown medal defeat minute pitch coach "
    "captain champion crossbar wide visitors two-goal striker footballer defender scorer "
    "unbeaten penalty draw fixture seed set lap podium".split()
)
"""Words that speak of sport only where two of them meet."""

_SCORE: Final = re.compile(
    r"(?<![\w-])\d{1,2}[-–]\d{1,2}(?=\s*(?:[.,;!?]|$|(?:in|at|on|to|against|over|win|victory)\b))"
    r"|\b\d{1,3}(?:st|nd|rd|th)[ -]minute\b"
)
"""A result, "3-0"; a number of people, "10-15 killed", goes on otherwise. Or a game's minute."""

_MARKET: Final = frozenset(
    "share stock bond investor analyst shareholder merger takeover bidder bid profit revenue "
    "earnings retailer carmaker automaker brewer brand dividend trader currency index rival "
    "competitor consumer startup start-up stock-exchange commodity dollar euro yen rouble "
    "valuation lender".split()
)
"""Words of business, of which two must meet."""

_CONTESTED: Final = frozenset(
    "attack battle fight fire shoot shot strike crush beat surrender storm hit raid defeat defend "
    "advance capture seize retreat target blast ambush batter hammer rout launch clash explode "
    "thrash punish offensive assault conquer overrun overpower destroy demolish blow duel war "
    "invade rally lead charge slam sink besiege".split()
)
"""Lemmas that sport shares with war; "arrested" and "killed" it does not."""

_REPORT: Final = 3
"""Sentences on sport that make a report one, if they are a third of it."""


def is_sport(token: Token) -> bool:
    """Tell whether a word that sport shares with war tells of a game here."""
    if not is_contest(token):
        return False
    return _speaks_of_sport([item for item in token.sent if item.i != token.i], token.sent.text)


def is_contest(token: Token) -> bool:
    """Tell whether sport shares a word with war, and no weapon nor the police stands beside it."""
    lemma = token.lemma_.lower()
    if lemma not in _CONTESTED or (lemma == "shoot" and is_passive(token)):
        return False
    return not any(
        item.lemma_.lower() in ARMS or item.lower_ in ARMS for item in token.sent if item != token
    )


def _speaks_of_sport(words: list[Token], text: str) -> bool:
    lemmas = _lemmas(words)
    pairs = {f"{one.lower_}-{two.lower_}" for one, two in pairwise(words)}
    scored = _SCORE.search(text) is not None
    return scored or bool((lemmas | pairs) & _SPORT) or len(lemmas & _GAME) >= 2


def _lemmas(words: Iterable[Token]) -> set[str]:
    return {word for item in words for word in (item.lemma_.lower(), item.lower_)}


def is_sports_report(docs: Iterable[Doc]) -> bool:
    """Tell whether a document is a report on sport, by its sentences."""
    spoken = [_speaks_of_sport(list(one), one.text) for doc in docs for one in doc.sents]
    return _REPORT <= sum(spoken) >= len(spoken) / 3


def is_trade(token: Token) -> bool:
    """Tell whether a word that business shares with war tells of a market here.

    Where a side has the name of a place or a people, it may be a war that markets feel.
    """
    if not is_contest(token):
        return False
    sides = (*doers(token), *undergoers(token))
    if any(item.ent_type_ in {"GPE", "LOC", "NORP", "FAC"} for item in sides):
        return False
    return len(_lemmas(item for item in token.sent if item.i != token.i) & _MARKET) >= 2
