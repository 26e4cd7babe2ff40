"""Confidence: how likely an event is told as the table says, from features that can be read.

A logistic model over a dozen and a half features of how the event, its place and its date became
known; weights in data/confidence.json, its card in data/confidence.md, fitted by
`python -m pipeline.train_confidence`.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from pipeline.events import Draft
from pipeline.syntax import Token
from pipeline.telling import VERBAL

WEIGHTS: Final = Path(__file__).resolve().parents[1] / "data" / "confidence.json"

LEAST: Final = 0.02
MOST: Final = 0.98
"""No event is surer than this, whatever its features say: the gold has some 300 rows."""

_HEDGES: Final = frozenset(
    "reportedly allegedly apparently purportedly supposedly believed suspected alleged "
    "unconfirmed claimed".split()
)
_SUBORDINATE: Final = frozenset({"relcl", "advcl", "acl", "pcomp", "xcomp", "ccomp"})
_LONG: Final = 25.0
"""Words of a sentence of usual length, by which its length is measured."""

FEATURES: Final = (
    "constant", "place inherited", "place by country or dateline", "no place", "area",
    "place unsure", "one of several places", "date inherited", "date of publication", "no date",
    "date vague", "noun trigger", "subordinate", "not actual", "words", "nobody does it",
    "attributed", "hedged", "quoted", "headline", "length", "trigger",
)  # fmt: skip
"""All features, in the order of the weights' file."""


@lru_cache(maxsize=1)
def weights() -> Mapping[str, float]:
    """Weights by feature.

    Raises
    ------
    ValueError
        If the file has other features than `FEATURES`.
    """
    found: dict[str, float] = json.loads(WEIGHTS.read_text(encoding="utf-8"))["weights"]
    if set(found) != set(FEATURES):
        odd = ", ".join(sorted(set(found) ^ set(FEATURES)))
        raise ValueError(f"{WEIGHTS}: not the features of this version: {odd}")
    return found


def features(draft: Draft) -> dict[str, float]:
    """What speaks for and against an event that has its date and place.

    Parameters
    ----------
    draft : Draft
        As `pipeline.placing.place_drafts` gives it.

    Returns
    -------
    dict
        By name; those that are 0 are left out.
    """
    event, token = draft.event, draft.token
    site, when = event.site, event.when
    words = {item.lower_ for item in token.sent}
    verbal = event.event_type in VERBAL
    found = {
        "constant": 1.0,
        "place inherited": event.location_source in {"heading", "inherited"},
        "place by country or dateline": event.location_source in {"country_fallback", "dateline"},
        "no place": site is None and not verbal,
        "area": site is not None and site.location.where_prec >= 4 and not verbal,
        "place unsure": 0.0 if site is None else 1.0 - site.score,
        "one of several places": event.part > 0,
        "date inherited": when.source == "inherited",
        "date of publication": when.source == "publication",
        "no date": when.end is None and event.modality == "actual",
        "date vague": when.source == "text" and (when.prec or 1) > 1,
        "noun trigger": token.pos_ in {"NOUN", "PROPN"},
        "subordinate": token.dep_ in _SUBORDINATE,
        "not actual": event.modality != "actual",
        "words": verbal,
        "nobody does it": event.actor1 is None,
        "attributed": event.attribution is not None,
        "hedged": bool(words & _HEDGES),
        "quoted": _is_quoted(token),
        "headline": draft.parsed.is_headline,
        "length": math.log(max(len(token.sent), 1) / _LONG),
        "trigger": 0.0 if draft.likely is None else _odds(draft.likely),
    }
    return {name: float(value) for name, value in found.items() if value}


def probability(found: Mapping[str, float]) -> float:
    """Probability from features, `LEAST` to `MOST`."""
    total = sum(weights()[name] * value for name, value in found.items())
    return min(max(1 / (1 + math.exp(-total)), LEAST), MOST)


def rated(draft: Draft) -> Draft:
    """The draft with its confidence: the share of such events that are right in all they say.

    Right means: the event is told here, with this type and modality, on this day (a day more or
    less) and at this place (25 km, or what the annotation allows); actors and figures do not count.
    """
    sure = probability(features(draft))
    return replace(draft, event=replace(draft.event, confidence=sure))


def _odds(likely: float) -> float:
    """Log-odds of a trigger's likelihood, 0 for one that is as likely as not."""
    likely = min(max(likely, LEAST), MOST)
    return math.log(likely / (1 - likely))


def _is_quoted(token: Token) -> bool:
    before = token.doc.text[: token.idx]
    opened = before.count("“") - before.count("”")
    return opened > 0 or before.count('"') % 2 == 1
