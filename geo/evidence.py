"""Evidence: the features of every candidate of a document, from the names around it.

Arrays hold a row for each candidate of each unit (`geo.cues`), then two more rows a unit: "focus",
the place that the document is about most, for names that the gazetteer may lack; and "none". What
the other names stand for is not known but believed: every feature of context is a mean over the
shares (`geo.ranking.softmax`) that the round before gave to their candidates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.cues import PAIRS, Outline
from geo.pools import CODES, STATIC, Pool, name_class
from geo.ranking import softmax

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

USE: Final = (
    *("cue_admin_admin1", "cue_admin_admin2", "cue_district_admin2", "cue_district_other"),
    *(
        "cue_town_town",
        "cue_town_division",
        "cue_water_water",
        "division_uncued",
        "outer_country",
        "outer_admin1",
    ),
    *("outer_town", "inner_country", "inner_town", "upper_code"),
)
CONTEXT: Final = (
    *("vote_country", "vote_country_log", "vote_country_top", "vote_admin1", "vote_admin1_log"),
    *("vote_admin1_top", "vote_own_country", "vote_own_admin1", "named_country", "named_admin1"),
    *("near_30", "near_100", "near_300", "near_sum", "first_near", "first_admin1"),
    *(f"inside_{kind}" for kind in PAIRS),
    *("around_comma", "around_in", "sense", "home_country", "home_admin1", "home_near"),
    *("known_country", "known_is_country", "population_near", "gap_vote", "population_vote"),
    *("near_wide", "population_locality", "gap_locality", "country_locality"),
)
SPARE: Final = (
    *("none", "none_exact", "none_best_prior", "none_many", "none_class", "none_long"),
    *("focus", "focus_exact", "focus_best_prior", "focus_street", "focus_facility"),
    *("focus_natural", "focus_area", "focus_long", "focus_strength", "focus_spelling"),
    *("focus_embedded", "focus_division"),
)
FEATURES: Final = (*STATIC, *USE, *CONTEXT, *SPARE)
"""All features, in the order of their columns."""

COLUMN: Final = {name: index for index, name in enumerate(FEATURES)}
EARTH_KM: Final = 6371.0088
_S = {name: index for index, name in enumerate(STATIC)}
_ANCHORS = 64
_FOCUS_KM = 60.0
_NEAR_COSINE = np.cos(161.0 / EARTH_KM)


@dataclass(slots=True)
class Rows:
    """A document's candidates as arrays, a row each; see the module for the two spare rows.

    Attributes
    ----------
    pools : list of Pool
        Of each unit.
    starts : array of int, shape (U,)
    unit : array of int, shape (N,)
    index : array of int, shape (N,)
        Row in the unit's pool; -1 for focus, -2 for none.
    static : array, shape (N, F)
        Features without context; context columns 0.
    group : array of int, shape (U,)
        Number of the unit's name: units of one name share it.
    weight : array, shape (U,)
        How much a unit speaks for its country: more if said often, less for a demonym.
    """

    outline: Outline
    pools: list[Pool]
    starts: Ints
    unit: Ints
    index: Ints
    static: Array
    group: Ints
    weight: Array
    real: NDArray[np.bool_]
    place: Ints
    country: Ints
    admin1: Ints
    admin2: Ints
    points: Array
    level: Ints


def rows_of(outline: Outline, pools: Sequence[Pool]) -> Rows:
    """Lay out the candidates of a document.

    Parameters
    ----------
    outline : Outline
    pools : sequence of Pool
        Of each unit.

    Returns
    -------
    Rows
    """
    units = outline.units
    sizes = np.array([len(pool.candidates) + 2 for pool in pools], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]) if len(pools) else sizes
    total = int(sizes.sum())
    unit = np.repeat(np.arange(len(pools)), sizes)
    index = np.full(total, -2, dtype=np.int64)
    static = np.zeros((total, len(FEATURES)))
    arrays = {name: np.full(total, -1, dtype=np.int64) for name in _CODED}
    points = np.zeros((total, 3))
    for number, pool in enumerate(pools):
        at, size = int(starts[number]), len(pool.candidates)
        index[at : at + size] = np.arange(size)
        index[at + size] = -1
        static[at : at + size, : len(STATIC)] = pool.static
        for name, array in arrays.items():
            array[at : at + size] = getattr(pool, name)
        points[at : at + size] = pool.points
    names: dict[str, int] = {}
    group = np.array([names.setdefault(item.name, len(names)) for item in units], dtype=np.int64)
    said = np.array([max(len(item.mentions), 1) for item in units], dtype=np.float64)
    weight = 1 + np.log(said)
    weight[[item.role == "demonym" for item in units]] *= 0.5
    weight[[item.role == "home" for item in units]] = 0.0
    rows = Rows(
        outline, list(pools), starts, unit, index, static, group, weight, index >= 0,
        points=points, **arrays,
    )  # fmt: skip
    _use(rows)
    _spare(rows)
    return rows


_CODED = ("place", "country", "admin1", "admin2", "level")


def _use(rows: Rows) -> None:
    """Fill in the features of how the text uses the name."""
    units, unit, table = rows.outline.units, rows.unit, rows.static

    def flag(values: Sequence[bool]) -> Array:
        return np.array(values, dtype=np.float64)[unit] * rows.real

    admin = flag(["admin" in item.cues for item in units])
    district = flag(["district" in item.cues for item in units])
    town = flag(["town" in item.cues for item in units])
    outer = flag([item.outer for item in units])
    inner = flag([item.inner for item in units])
    country, first, second = rows.level == 0, rows.level == 1, rows.level == 2
    local = rows.level == 3
    table[:, COLUMN["cue_admin_admin1"]] = admin * first
    table[:, COLUMN["cue_admin_admin2"]] = admin * second
    table[:, COLUMN["cue_district_admin2"]] = district * second
    table[:, COLUMN["cue_district_other"]] = district * (first | country)
    table[:, COLUMN["cue_town_town"]] = town * local
    table[:, COLUMN["cue_town_division"]] = town * (first | second)
    countries = np.maximum.reduceat(country & rows.real, rows.starts)[unit]
    stream = flag(["water" in item.cues for item in units]) * ~countries
    table[:, COLUMN["cue_water_water"]] = stream * table[:, COLUMN["water"]]
    table[:, COLUMN["division_uncued"]] = table[:, COLUMN["division_of_town"]] * (
        flag([not set(item.cues) - {"water"} for item in units])
    )
    table[:, COLUMN["outer_country"]] = outer * country
    table[:, COLUMN["outer_admin1"]] = outer * first
    table[:, COLUMN["outer_town"]] = outer * local
    table[:, COLUMN["inner_country"]] = inner * country
    table[:, COLUMN["inner_town"]] = inner * local
    capitals = flag([item.text.isupper() and len(item.text) <= 4 for item in units])
    table[:, COLUMN["upper_code"]] = capitals * table[:, COLUMN["match_code"]]


def _spare(rows: Rows) -> None:
    """Fill in the features of the rows "focus" and "none"."""
    for number, (item, pool) in enumerate(zip(rows.outline.units, rows.pools, strict=True)):
        focus = int(rows.starts[number]) + len(pool.candidates)
        none, table = focus + 1, rows.static
        best = float(pool.static[:, _S["prior"]].max(initial=0.0))
        kind = name_class(item.text)
        long = " " in item.name
        for name, row in (("focus", focus), ("none", none)):
            table[row, COLUMN[name]] = 1.0
            table[row, COLUMN[f"{name}_exact"]] = pool.exact
            table[row, COLUMN[f"{name}_best_prior"]] = best
            table[row, COLUMN[f"{name}_long"]] = long
        table[none, COLUMN["none_many"]] = np.log1p(len(pool.candidates))
        table[none, COLUMN["none_class"]] = kind != "plain"
        if kind != "plain":
            table[focus, COLUMN[f"focus_{kind}"]] = 1.0
        if not pool.exact and len(pool.candidates):
            table[focus, COLUMN["focus_embedded"]] = bool(pool.embedded.any())
            table[focus, COLUMN["focus_spelling"]] = not pool.embedded.all()
        table[focus, COLUMN["focus_division"]] = bool(
            pool.static[:, _S["kind_match"]].any() and (pool.level == 2).any()
        )


def believe(rows: Rows, features: Array, weights: Array) -> Array:
    """Shares of all rows by weights; "focus" only counts where it may be the answer.

    Parameters
    ----------
    rows : Rows
    features : array, shape (N, F)
    weights : array, shape (F,)
    """
    scores = features @ weights
    scores[(rows.index == -1) & (rows.place < 0)] = -np.inf
    return softmax(scores, rows.starts, rows.unit)


def with_context(rows: Rows, shares: Array) -> Array:
    """Features of all rows, with the context that the shares of the round before make.

    Sets the place of the "focus" rows.

    Returns
    -------
    array, shape (N, F)
    """
    table = rows.static.copy()
    if not len(rows.unit):
        return table
    real = rows.real
    held = np.where(real, shares, 0.0) * rows.weight[rows.unit]
    _votes(rows, table, held)
    _pairs(rows, table, np.where(real, shares, 0.0))
    _senses(rows, table, held)
    anchors = _nearness(rows, table, shares)
    _home(rows, table, shares)
    table[~real, len(STATIC) + len(USE) : len(STATIC) + len(USE) + len(CONTEXT)] = 0.0
    _focus(rows, table, anchors)
    return table


def _group_sums(keys: Ints, rows: Rows, held: Array) -> tuple[Ints, Array]:
    """Held shares by name and key, dense: (column of each row, table of names by columns)."""
    values, column = np.unique(keys, return_inverse=True)
    groups = int(rows.group.max()) + 1
    flat = rows.group[rows.unit] * len(values) + column
    sums: Array = np.bincount(flat, held * (keys >= 0), groups * len(values)).astype(np.float64)
    return column.astype(np.int64), sums.reshape(groups, len(values))


def _votes(rows: Rows, table: Array, held: Array) -> None:
    """How much of the other names lies in the candidate's country and division."""
    group = rows.group[rows.unit]
    for keys, name, own in (
        (rows.country, "country", 0),
        (rows.admin1, "admin1", 1),
    ):
        column, sums = _group_sums(keys, rows, held)
        others = sums.sum(axis=0)[column] - sums[group, column]
        of_name = sums.sum(axis=1)
        total = of_name.sum() - of_name[group]
        share = np.where(keys >= 0, others / (total + 1.0), 0.0)
        table[:, COLUMN[f"vote_{name}"]] = share
        table[:, COLUMN[f"vote_{name}_log"]] = np.where(keys >= 0, np.log(share + 0.02) + 4, 0.0)
        best = np.zeros(len(rows.pools))
        np.maximum.at(best, rows.unit, share)
        table[:, COLUMN[f"vote_{name}_top"]] = (share > 0.02) & (share >= best[rows.unit])
        itself = rows.level == own
        table[:, COLUMN[f"vote_own_{name}"]] = share * itself
        # The division or the country named as such by another name.
        _, named = _group_sums(np.where(itself, keys, -1), rows, held)
        values = np.unique(np.where(itself, keys, -1))
        at = np.searchsorted(values, keys).clip(max=len(values) - 1)
        there = (values[at] == keys) & (keys >= 0)
        spoken = named.sum(axis=0)[at] - named[group, at]
        table[:, COLUMN[f"named_{name}"]] = np.where(
            there & (rows.level > own), np.minimum(spoken, 1.0), 0.0
        )
        if own:
            # How far the other names keep to one division: local news, or the world's.
            columns = sums.sum(axis=0)[None, :] - sums
            ahead = np.where(np.arange(sums.shape[1]) == column[keys < 0][0], 0.0, columns)
            locality = (ahead.max(axis=1) / (of_name.sum() - of_name + 1.0))[group]
            for feature in ("population", "country"):
                table[:, COLUMN[f"{feature}_locality"]] = table[:, COLUMN[feature]] * locality
            table[:, COLUMN["gap_locality"]] = table[:, COLUMN["prior_gap"]] * locality
    table[:, COLUMN["gap_vote"]] = table[:, COLUMN["prior_gap"]] * table[:, COLUMN["vote_admin1"]]
    table[:, COLUMN["population_vote"]] = (
        table[:, COLUMN["population"]] * table[:, COLUMN["vote_country"]]
    )


def _pairs(rows: Rows, table: Array, shares: Array) -> None:
    """How far the right name of "X, Y" holds the left one, and the other way round."""
    for (left, right), kind in rows.outline.pairs.items():
        first, second = _span(rows, left), _span(rows, right)
        inside = _lies_in(rows, first, second)
        down = inside @ shares[second]
        column = COLUMN[f"inside_{kind}"]
        table[first, column] = np.maximum(table[first, column], down)
        if kind in {"comma", "in"}:
            column = COLUMN[f"around_{kind}"]
            table[second, column] = np.maximum(table[second, column], shares[first] @ inside)


def _span(rows: Rows, number: int) -> slice:
    at = int(rows.starts[number])
    return slice(at, at + len(rows.pools[number].candidates))


def _lies_in(rows: Rows, inner: slice, outer: slice) -> Array:
    """1 where the candidate of the first axis lies in that of the second, shape (A, B)."""
    whole = rows.level[outer][None, :]
    part = rows.level[inner][:, None]

    def same(keys: Ints) -> NDArray[np.bool_]:
        equal: NDArray[np.bool_] = keys[inner][:, None] == keys[outer][None, :]
        return equal & (keys[inner] >= 0)[:, None]

    other = rows.place[inner][:, None] != rows.place[outer][None, :]
    finer = (part > whole) & (part != 4)
    inside = (
        ((whole == 0) & same(rows.country) & finer)
        | ((whole == 1) & same(rows.admin1) & finer)
        | ((whole == 2) & same(rows.admin2) & finer)
        | (
            (whole == 3)
            & (part >= 2)
            & (part != 4)
            & (_km(rows.points[inner], rows.points[outer]) < 30)
        )
    )
    lies: Array = (inside & other).astype(np.float64)
    return lies


def _km(first: Array, second: Array) -> Array:
    """Great-circle distances in km of points on the unit sphere, shape (A, B)."""
    chord = np.sqrt(np.maximum(2 - 2 * (first @ second.T), 0.0))
    distance: Array = 2 * EARTH_KM * np.arcsin(np.minimum(chord / 2, 1.0))
    return distance


def _senses(rows: Rows, table: Array, held: Array) -> None:
    """How far the other units of the same name stand for the same place."""
    units = len(rows.pools)
    if rows.group.max() + 1 == units:
        return
    group = rows.group[rows.unit]
    _, key = np.unique(np.stack([group, rows.place]), axis=1, return_inverse=True)
    key = key.reshape(-1)
    total = np.bincount(key, weights=held)[key] - held
    weight = rows.weight * (rows.weight > 0)
    others = np.bincount(rows.group, weights=weight)[rows.group] - weight
    table[:, COLUMN["sense"]] = np.where(
        others[rows.unit] > 0, total / np.maximum(others[rows.unit], 1e-9), 0.0
    )


def _tops(rows: Rows, shares: Array) -> Ints:
    """Row of the likeliest real candidate of each unit; its first row if it has none."""
    scored = np.where(rows.real, shares, -1.0)
    top = np.maximum.reduceat(scored, rows.starts)
    rank = np.where(scored >= top[rows.unit], np.arange(len(scored)), len(scored))
    first: Ints = np.minimum.reduceat(rank, rows.starts)
    return first


@dataclass(slots=True)
class _Anchors:
    """The likeliest places of units, as far as they are local."""

    units: Ints
    rows: Ints
    weight: Array
    km: Array


def _nearness(rows: Rows, table: Array, shares: Array) -> _Anchors:
    """How near the likely places of other names are."""
    tops = _tops(rows, shares)
    usable = rows.real[tops] & ~np.isin(rows.level[tops], (0, 1, 4)) & (rows.weight > 0)
    units = np.flatnonzero(usable)
    mass = shares[tops] * rows.weight
    if len(units) > _ANCHORS:
        units = units[np.argsort(-mass[units], kind="stable")[:_ANCHORS]]
    anchors = _Anchors(units, tops[units], shares[tops[units]], np.zeros((len(rows.unit), 0)))
    _wide_nearness(rows, table, shares, tops)
    if not len(units):
        return anchors
    km = anchors.km = _km(rows.points, rows.points[anchors.rows])
    other = rows.group[rows.unit][:, None] != rows.group[units][None, :]
    local = (~np.isin(rows.level, (0, 4)) & rows.real)[:, None]
    share = np.where(other & local, anchors.weight[None, :], 0.0)
    for reach in (30, 100, 300):
        table[:, COLUMN[f"near_{reach}"]] = (share * np.exp(-km / reach)).max(axis=1)
    weighted = share * rows.weight[units][None, :]
    table[:, COLUMN["near_sum"]] = np.log1p((weighted * np.exp(-km / 100)).sum(axis=1))
    table[:, COLUMN["population_near"]] = (
        table[:, COLUMN["population"]] * table[:, COLUMN["near_100"]]
    )
    first = int(np.argmin([rows.outline.units[number].start for number in units]))
    table[:, COLUMN["first_near"]] = share[:, first] * np.exp(-km[:, first] / 100)
    at = anchors.rows[first]
    same = (rows.admin1 == rows.admin1[at]) & (rows.admin1 >= 0)
    table[:, COLUMN["first_admin1"]] = share[:, first] * same
    return anchors


def _wide_nearness(rows: Rows, table: Array, shares: Array, tops: Ints) -> None:
    """How near any other name is, countries and divisions by their label points too."""
    usable = rows.real[tops] & (rows.level[tops] != 4) & (rows.weight > 0)
    units = np.flatnonzero(usable)[:_ANCHORS]
    if not len(units):
        return
    km = _km(rows.points, rows.points[tops[units]])
    other = rows.group[rows.unit][:, None] != rows.group[units][None, :]
    share = np.where(other & rows.real[:, None], shares[tops[units]][None, :], 0.0)
    table[:, COLUMN["near_wide"]] = (share * np.exp(-km / 700)).max(axis=1)


def _home(rows: Rows, table: Array, shares: Array) -> None:
    """How the candidate lies to the outlet's home and to countries known from elsewhere."""
    if rows.outline.countries:
        known = np.isin(rows.country, [CODES(code) for code in rows.outline.countries])
        table[:, COLUMN["known_country"]] = known
        table[:, COLUMN["known_is_country"]] = known & (rows.level == 0)
    if rows.outline.home is None:
        return
    span = _span(rows, rows.outline.home)
    if span.start == span.stop:
        return
    at_home = shares[span]
    away = rows.unit != rows.outline.home
    for name, keys in (("country", rows.country), ("admin1", rows.admin1)):
        same = (keys[:, None] == keys[span][None, :]) & (keys >= 0)[:, None]
        table[:, COLUMN[f"home_{name}"]] = (same @ at_home) * away
    local = ~np.isin(rows.level, (0, 4)) & away
    reach = np.exp(-_km(rows.points, rows.points[span]) / 100)
    table[:, COLUMN["home_near"]] = (reach @ at_home) * local


def _focus(rows: Rows, table: Array, anchors: _Anchors) -> None:
    """Set the "focus" rows to the place that most of the document's local names lie around."""
    spare = np.flatnonzero(rows.index == -1)
    rows.place[spare] = rows.country[spare] = rows.admin1[spare] = -1
    if not len(anchors.units):
        return
    mass = anchors.weight * rows.weight[anchors.units]
    pull = np.exp(-anchors.km[anchors.rows] / _FOCUS_KM) @ mass
    order = np.argsort(-pull * (0.5 + mass / mass.max()), kind="stable")
    best = int(order[0])
    strength = pull[best] / (mass.sum() + 1.0)
    for number, row in enumerate(spare):
        role = rows.outline.units[number].role
        if role != "name" or rows.group[number] == rows.group[anchors.units[best]]:
            continue
        rows.place[row] = rows.place[anchors.rows[best]]
        rows.points[row] = rows.points[anchors.rows[best]]
        table[row, COLUMN["focus_strength"]] = strength


def near_mass(rows: Rows, unit: int, row: int, shares: Array) -> float:
    """Share of all candidates of a unit within 161 km of one of them, itself included.

    A town and its province are two places and one answer, as far as being right goes.
    """
    start = int(rows.starts[unit])
    span = slice(start, start + len(rows.pools[unit].candidates))
    near = rows.points[span] @ rows.points[row] >= _NEAR_COSINE
    return float(shares[span][near].sum())


def focus_row(rows: Rows, unit: int) -> int:
    """Return the row of the candidate that the unit's "focus" stands for; -1 if there is none."""
    spare = int(rows.starts[unit]) + len(rows.pools[unit].candidates)
    if rows.place[spare] < 0:
        return -1
    return int(np.flatnonzero((rows.place == rows.place[spare]) & rows.real)[0])
