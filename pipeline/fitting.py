"""Fitting: a conditional logit by Newton steps, and what makes its shares probabilities.

Plain numpy, deterministic; knows nothing of places.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

PENALTY: Final = 4.0
"""Of half the squared weights, features scaled to a standard deviation of 1."""

_STEPS = 25
_BINS = 40
_ENOUGH = 0.3


@dataclass(slots=True)
class Table:
    """Choices to learn from: rows of alternatives, choice after choice.

    Attributes
    ----------
    features : array, shape (N, F)
    starts : array of int, shape (C,)
        First row of each choice.
    unit : array of int, shape (N,)
        Choice of each row.
    right : array of bool, shape (N,)
        Rows that are right, at least one a choice; where several are, their shares add up.
    weight : array, shape (C,)
    """

    features: Array
    starts: NDArray[np.int64]
    unit: NDArray[np.int64]
    right: NDArray[np.bool_]
    weight: Array


def fit(table: Table, fixed: Mapping[int, float], *, start: Array | None = None) -> Array:
    """Weights of highest penalised likelihood: Newton steps, halved where they overshoot.

    Parameters
    ----------
    table : Table
    fixed : mapping of int to float
        Weights that are given, by column.
    start : array, shape (F,), optional
        Where to begin.

    Returns
    -------
    array, shape (F,)
        0 for a feature that never varies.
    """
    full = np.zeros(table.features.shape[1])
    full[list(fixed)] = list(fixed.values())
    offset = table.features @ full
    scale = table.features.std(axis=0)
    used = scale > 1e-9
    used[list(fixed)] = False
    matrix = table.features[:, used] / scale[used]
    weights = np.zeros(used.sum()) if start is None else start[used] * scale[used]
    value = _likelihood(table, matrix @ weights + offset, weights)
    for _ in range(_STEPS):
        shares = _shares(table, matrix @ weights + offset)
        wanted = shares * table.right
        sums = np.add.reduceat(wanted, table.starts)
        wanted /= np.maximum(sums, 1e-12)[table.unit]
        row_weight = table.weight[table.unit]
        gradient = matrix.T @ ((wanted - shares) * row_weight) - PENALTY * weights
        means = np.add.reduceat(matrix * shares[:, None], table.starts, axis=0)
        curve = matrix.T @ (matrix * (shares * row_weight)[:, None])
        curve -= means.T @ (means * table.weight[:, None])
        curve[np.diag_indices_from(curve)] += PENALTY
        step = np.linalg.solve(curve, gradient)
        for halving in range(6):
            tried = weights + step * 0.5**halving
            new = _likelihood(table, matrix @ tried + offset, tried)
            if new >= value:
                break
        gain = new - value
        weights, value = tried, new
        if gain < _ENOUGH:
            break
    full[used] = weights / scale[used]
    return full


def logistic(features: Array, right: Sequence[bool], weight: float) -> Array:
    """Weights of a logistic regression: a choice between what is seen of a case and nothing.

    Parameters
    ----------
    features : array, shape (n, F)
        With a column of ones, if there shall be a constant.
    right : sequence of bool, length n
    weight : float
        Of each case, against `PENALTY`.

    Returns
    -------
    array, shape (F,)
        As of `fit`.
    """
    count = len(features)
    rows = np.zeros((2 * count, features.shape[1]))
    rows[::2] = features
    numbers = np.arange(count)
    chosen = np.array([answer for case in right for answer in (case, not case)], dtype=np.bool_)
    return fit(Table(rows, 2 * numbers, np.repeat(numbers, 2), chosen, np.full(count, weight)), {})


def _shares(table: Table, scores: Array) -> Array:
    top = np.maximum.reduceat(scores, table.starts)
    odds = np.exp(scores - top[table.unit])
    return odds / np.add.reduceat(odds, table.starts)[table.unit]


def _likelihood(table: Table, scores: Array, weights: Array) -> float:
    right = np.add.reduceat(_shares(table, scores) * table.right, table.starts)
    return float(
        (np.log(np.maximum(right, 1e-12)) * table.weight).sum() - PENALTY / 2 * weights @ weights
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """What the ranker says of one labelled unit.

    Attributes
    ----------
    share : float
        Of its answer.
    near : bool
        The answer is within 161 km of the annotation, or the annotated entity.
    said : int
        Mentions of the unit with annotated coordinates.
    """

    share: float
    near: bool
    said: int


def calibration(found: Sequence[Answer]) -> list[tuple[float, float]]:
    """Knots (share, share of right answers): pool adjacent violators over equal bins.

    Zadrozny and Elkan 2002, Transforming classifier scores into accurate probability estimates;
    40 bins of equal counts first, so that no knot rests on a handful of names.
    """
    order = sorted(found, key=lambda item: item.share)
    blocks: list[list[float]] = []
    for part in np.array_split(np.arange(len(order)), _BINS):
        items = [order[index] for index in part]
        total = float(sum(item.said for item in items))
        blocks.append(
            [
                sum(item.share * item.said for item in items),
                float(sum(item.near * item.said for item in items)),
                total,
            ]
        )
        while len(blocks) > 1 and _rate(blocks[-2]) >= _rate(blocks[-1]):
            last = blocks.pop()
            blocks[-1] = [a + b for a, b in zip(blocks[-1], last, strict=True)]
    knots = [(block[0] / block[2], _rate(block)) for block in blocks]
    return [(0.0, 0.0), *((round(a, 4), round(b, 4)) for a, b in knots), (1.0, knots[-1][1])]


def _rate(block: Sequence[float]) -> float:
    return block[1] / block[2]


def expected_error(scores: Iterable[float], right: Iterable[bool], bins: int = 10) -> float:
    """Expected calibration error over bins of equal width (Guo et al. 2017)."""
    pairs = list(zip(scores, right, strict=True))
    error = 0.0
    for low in range(bins):
        inside = [
            pair for pair in pairs if low / bins <= pair[0] < (low + 1) / bins + (low == bins - 1)
        ]
        if inside:
            mean = sum(score for score, _ in inside) / len(inside)
            error += len(inside) * abs(mean - sum(good for _, good in inside) / len(inside))
    return error / max(len(pairs), 1)
