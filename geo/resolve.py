"""Toponym resolution: names of a document, by their context, to one place each or none.

The features are those that the field has found to count: containment ("X, Y"), one sense per
document, minimality of countries and first-level divisions (Leidner 2007, Toponym Resolution in
Text; Lieberman and Samet 2012), nearness, the prior of class and population, the home of the
outlet. A conditional logit (`geo.ranking`) weighs them, over the whole document at once: names are
ranked without context, then again by what the others are believed to stand for, a few rounds long.
`data/README.md` tells what the weights were trained on and how right the scores are.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.cues import Outline, Toponym, outline
from geo.evidence import Rows, believe, focus_row, near_mass, rows_of, with_context
from geo.gazetteer import Candidate, Gazetteer, Place
from geo.pools import STATIC, Pool, pools_of
from geo.ranking import Weights, default_weights

__all__ = ["VERSION", "Resolution", "Toponym", "distance_km", "prepare", "resolve", "shares_of"]

VERSION: Final = "context-2"
"""Name of this resolver in the table's ``resolver`` column."""

ROUNDS: Final = 3
"""Rounds of ranking with context."""

_HOME_POPULATION = 3_000


@dataclass(frozen=True, slots=True)
class Resolution:
    """The place that a name stands for.

    Attributes
    ----------
    place : Place
    score : float
        0 to 1: the probability that this place is right (within 161 km of the true one), as
        calibrated on held-out folds.
    candidates : tuple of Candidate
        The best five, this one first.
    basis : str
        ``gazetteer``: the gazetteer has the name, or a spelling of it. ``embedded``: only a part
        of the name, or what its people are called after ("Kabul" for "Kabul University"): the
        thing named is at or near the place. ``focus``: none of it; the place is where the document
        is about, a guess that is no fact.
    """

    place: Place
    score: float
    candidates: tuple[Candidate, ...]
    basis: str = "gazetteer"


def resolve(
    text: str,
    toponyms: Sequence[Toponym],
    gazetteer: Gazetteer,
    *,
    countries: Iterable[str] = (),
    source: str | None = None,
    threshold: float | None = None,
    weights: Weights | None = None,
) -> list[Resolution | None]:
    """Give each name its place, or None where the gazetteer has no candidate.

    Parameters
    ----------
    text : str
        The document.
    toponyms : sequence of Toponym
        Names in it, with offsets into `text`; any order.
    gazetteer : Gazetteer
    countries : iterable of str
        ISO 3166-1 alpha-3 codes that the context is known to be about (a source's home, say).
    source : str, optional
        Name, domain or URL of the outlet ("Lexington Herald-Leader", "lfpress.ca"); several with
        spaces between.
    threshold : float, optional
        Score below which the answer is None, "I don't know". 0 answers always, as befits names
        that are known to be places'; 0.8 only when rather sure. Default: as in the weights, more
        for an answer whose basis is "focus"; see `data/README.md`.
    weights : Weights, optional
        Default: those shipped.

    Returns
    -------
    list
        Aligned with `toponyms`; never shorter.
    """
    if not toponyms:
        return []
    weights = weights or default_weights()
    rows = prepare(text, toponyms, gazetteer, countries=countries, source=source)
    shares = shares_of(rows, weights)
    answers: list[Resolution | None] = [None] * len(toponyms)
    for number, unit in enumerate(rows.outline.units):
        if not unit.mentions:
            continue
        answer = _answer(rows, number, shares, weights)
        if answer is not None and answer.score >= _least(answer, threshold, weights):
            for index in unit.mentions:
                answers[index] = answer
    return answers


def _least(answer: Resolution, threshold: float | None, weights: Weights) -> float:
    if threshold is not None:
        return threshold
    return weights.focus_threshold if answer.basis == "focus" else weights.threshold


def prepare(
    text: str,
    toponyms: Sequence[Toponym],
    gazetteer: Gazetteer,
    *,
    countries: Iterable[str] = (),
    source: str | None = None,
) -> Rows:
    """Lay out the candidates of a document's names, with all that needs no context.

    Parameters
    ----------
    text, toponyms, gazetteer, countries, source
        As in `resolve`.

    Returns
    -------
    Rows
    """
    pools = pools_of(gazetteer)

    def is_container(name: str) -> bool:
        return len(_upper(pools.named(name, gazetteer)).candidates) > 0

    about = outline(
        text,
        toponyms,
        countries=frozenset(countries),
        source=source,
        is_container=is_container,
    )
    found = []
    for unit in about.units:
        pool = pools.named(unit.text, gazetteer, demonym=unit.role == "demonym")
        found.append(_narrowed(pool, unit.role))
    missing = [
        number
        for number, (unit, pool) in enumerate(zip(about.units, found, strict=True))
        if not pool.candidates and unit.mentions
    ]
    if missing:
        country = _main_country(about, found)
        for number in missing:
            found[number] = pools.second_best(about.units[number].text, gazetteer, country)
    return rows_of(about, found)


def _narrowed(pool: Pool, role: str) -> Pool:
    """The candidates of a pool that may be what is named in this role."""
    if role == "container":
        return _upper(pool)
    if role == "home":
        known = [item.place.population >= _HOME_POPULATION for item in pool.candidates]
        return pool.take(np.flatnonzero((pool.level <= 1) | np.array(known, dtype=np.bool_)))
    return pool


def _upper(pool: Pool) -> Pool:
    """Only the countries and first-level divisions of a pool, by name or code."""
    named = pool.static[:, : STATIC.index("match_stripped")].any(axis=1)
    return pool.take(np.flatnonzero((pool.level <= 1) & named))


def _main_country(about: Outline, pools: Sequence[Pool]) -> str | None:
    """The country that most names of a document lie in, as far as they are known alone."""
    votes: Counter[str] = Counter(dict.fromkeys(about.countries, 1))
    for unit, pool in zip(about.units, pools, strict=True):
        best = pool.candidates[0].place.country if pool.candidates else None
        if best is not None and unit.role != "home":
            votes[best] += 1
    return max(votes, key=lambda code: (votes[code], code)) if votes else None


def shares_of(rows: Rows, weights: Weights) -> NDArray[np.float64]:
    """Shares of all candidates after the last round, an array of the rows' length."""
    shares = believe(rows, rows.static, weights.stages["alone"])
    for number in range(ROUNDS):
        stage = "later" if number else "first"
        shares = believe(rows, with_context(rows, shares), weights.stages[stage])
    return shares


def _answer(
    rows: Rows, number: int, shares: NDArray[np.float64], weights: Weights
) -> Resolution | None:
    pool = rows.pools[number]
    start = int(rows.starts[number])
    spare = start + len(pool.candidates)
    mine = shares[start:spare]
    order = np.argsort(-mine, kind="stable")[:5]
    best = float(mine[order[0]]) if len(order) else -1.0
    listed = tuple(pool.candidates[index] for index in order)
    if shares[spare] > best and (row := focus_row(rows, number)) >= 0:
        other = rows.pools[int(rows.unit[row])].candidates[int(rows.index[row])]
        score = float(weights.score(shares[spare : spare + 1])[0])
        return Resolution(other.place, round(score, 4), (other, *listed[:4]), "focus")
    if not len(order):
        return None
    mass = near_mass(rows, number, start + int(order[0]), shares)
    score = float(weights.score(np.array([mass]))[0])
    basis = "embedded" if pool.embedded[order[0]] else "gazetteer"
    return Resolution(listed[0].place, round(score, 4), listed, basis)


def distance_km(west: float, south: float, east: float, north: float) -> float:
    """Great-circle distance in km of (lon, lat) in degrees; haversine, radius 6371.0088 km."""
    half_lat = math.radians(north - south) / 2
    half_lon = math.radians(east - west) / 2
    chord = math.sin(half_lat) ** 2 + (
        math.cos(math.radians(south)) * math.cos(math.radians(north)) * math.sin(half_lon) ** 2
    )
    return 2 * 6371.0088 * math.asin(min(1.0, math.sqrt(chord)))
