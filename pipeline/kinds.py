"""Kinds of nouns: persons, animals, plants, illnesses, weather, ideas and deeds, by WordNet.

`data/build_kinds.py` tells which noun is of which kind.
"""

import csv
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from pipeline.syntax import Token

_TABLE: Final = Path(__file__).parents[1] / "data" / "kinds" / "nouns.csv"

LIVING: Final = frozenset({"animal", "plant"})
BODILESS: Final = frozenset({"idea", "deed"})


@lru_cache(maxsize=1)
def _kinds() -> Mapping[str, frozenset[str]]:
    """Kinds by noun."""
    lines = [line for line in _TABLE.read_text("utf-8").splitlines() if not line.startswith("#")]
    found: dict[str, frozenset[str]] = {}
    for row in csv.DictReader(lines):
        for noun in row["nouns"].split():
            found[noun] = found.get(noun, frozenset()) | {row["kind"]}
    return found


def kinds_of(token: Token) -> frozenset[str]:
    """The kinds that a word is of: none for names and for what is no noun.

    Parameters
    ----------
    token : Token

    Returns
    -------
    frozenset of str
        Of ``person``, ``animal``, ``plant``, ``illness``, ``weather``, ``idea`` (what has no body)
        and ``deed`` (acts and possessions). Empty also for unknown nouns, and those of several
        kinds.
    """
    if token.ent_type_ not in {"", "MISC"} or token.pos_ != "NOUN":
        return frozenset()
    return _kinds().get(token.lemma_.lower(), frozenset())
