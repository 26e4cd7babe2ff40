"""Ranking: the learned weights of toponym resolution, and how they make a probability.

A conditional logit: each candidate of a name has features, the exponent of their weighted sum is
its odds among the candidates of that name, one of which is "none of these". The weights are those
of `data/resolver.json`, trained by `pipeline.train_resolver`; nothing but numpy is needed here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

STAGES: Final = ("alone", "first", "later")
"""Weights used before there is any context, for the first round with it, and for later ones."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Learned weights.

    Attributes
    ----------
    version : str
    stages : mapping of str to array, shape (F,)
        Weights of the features of `geo.evidence.FEATURES`, by stage.
    raw, calibrated : array, shape (B,)
        Knots of the calibration: share given by the logit, probability of being right.
    threshold, focus_threshold : float
        Scores below which no answer is the better answer, by default; the second for a place that
        is only where the document is about: names that a recognizer finds but that are none end
        there.
    """

    version: str
    stages: Mapping[str, Array]
    raw: Array
    calibrated: Array
    threshold: float
    focus_threshold: float

    def score(self, share: Array) -> Array:
        """Probability, 0 to 1, that answers with these shares are right."""
        return np.interp(share, self.raw, self.calibrated)


def softmax(scores: Array, starts: NDArray[np.int64], unit: NDArray[np.int64]) -> Array:
    """Shares of the rows of each unit: exp, divided by the unit's sum.

    Parameters
    ----------
    scores : array, shape (N,)
        -inf for rows that do not count; each unit has one that does.
    starts : array of int, shape (U,)
        First row of each unit; units follow one another.
    unit : array of int, shape (N,)
        Unit of each row.
    """
    if not len(scores):
        return scores
    top = np.maximum.reduceat(scores, starts)
    odds = np.exp(scores - top[unit])
    shares: Array = odds / np.add.reduceat(odds, starts)[unit]
    return shares


def read_weights(text: str, features: tuple[str, ...]) -> Weights:
    """Read weights from their JSON.

    Parameters
    ----------
    text : str
        Contents of `data/resolver.json`.
    features : tuple of str
        Names of the features, in the order wanted.

    Raises
    ------
    ValueError
        A feature has no weight, or there is a weight for an unknown one: the file and the code
        are of different versions.
    """
    found = json.loads(text)
    table = found["weights"]
    wrong = sorted(set(features) ^ set(table))
    if wrong:
        raise ValueError(
            f"weights and code differ in {', '.join(wrong)}: run python -m pipeline.train_resolver"
        )
    stages = {
        stage: np.array([table[name][index] for name in features], dtype=np.float64)
        for index, stage in enumerate(found["stages"])
    }
    knots = np.array(found["calibration"], dtype=np.float64)
    thresholds = float(found["threshold"]), float(found["focus_threshold"])
    return Weights(found["version"], stages, knots[:, 0], knots[:, 1], *thresholds)


@lru_cache(maxsize=1)
def default_weights() -> Weights:
    """Return the shipped weights, read once a process."""
    from geo.evidence import FEATURES  # noqa: PLC0415 (evidence builds on this module's arrays)

    path = resources.files("data") / "resolver.json"
    return read_weights(path.read_text(encoding="utf-8"), FEATURES)
