"""Clusters: reports of one event in several documents become one incident.

Candidates by blocking on day and place, a score for each pair of candidates from day, place, type,
doer, figures and words, then average linkage within what hangs together.
"""

import math
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import pandas as pd
from geopandas import GeoDataFrame

from geo.frame import is_null
from geo.resolve import distance_km

DAYS: Final = 2
"""Days that two reports of one incident may lie apart, if either date is vague."""

KM: Final = 25.0
"""Distance in km within which two exact places may be the same."""

LARGEST: Final = 150
"""Reports that hang together beyond which linkage is by the first of each cluster."""

CROWD: Final = 400
"""Reports of one block beyond which each is compared with its nearest neighbours in order only."""

_CELL: Final = 0.25
"""Side of a cell of the blocking grid in degrees of latitude; longitude is stretched with it."""

_WIDE: Final = 4
"""UCDP precision of a province; from here on places are areas, not points."""

_COUNTS: Final = ("fatalities", "injured", "displaced", "soldiers", "captured")
_KIN: Final = {
    frozenset({"ASSAULT", "PROTEST"}): -0.4,
    frozenset({"ASSAULT", "COERCE"}): -0.7,
    frozenset({"PROTEST", "COERCE"}): -1.2,
    frozenset({"CONSULT", "AGREE"}): -0.5,
    frozenset({"CONSULT", "COOPERATE"}): -0.5,
    frozenset({"RETREAT", "CONCEDE"}): -0.5,
    frozenset({"ACCUSE", "REJECT"}): -0.7,
}
"""What two types cost that two coders could give one event; others cost `_STRANGE`."""

_STRANGE: Final = -2.5
_SAME_SOURCE: Final = -0.7
"""An agency rather tells of two events than of one twice."""

_BASE: Final = 1.8
_NOBODY: Final = ("Unidentified", "Civilians", "Protesters", "Rioters")
_BODIES: Final = ("Government", "Military Forces", "Police Forces")
_WORD: Final = re.compile(r"[^\W_]{3,}")
_STEM: Final = 5
"""Letters of a word that count: "bombing", "bombed" and "bomber" are one."""

_COMMON: Final = frozenset(
    "the and for from with that this was were has had have been after said who which when where "
    "his her their its into over near than but not all also day monday tuesday wednesday thursday "
    "friday saturday sunday people official officials police".split()
)


@dataclass(slots=True)
class _Report:
    """What of a row decides whether it tells the same as another."""

    key: str
    doc: str
    type: str
    mode: str
    modality: str
    day: date
    first: date
    vague: bool
    prec: int
    place: str
    relation: str
    country: str
    admin1: str
    lon: float | None
    lat: float | None
    doer: str
    other: str
    source: str
    counts: dict[str, float]
    words: frozenset[str]
    weights: dict[str, float] = field(default_factory=dict)


def cluster(events: GeoDataFrame) -> "pd.Series[str]":
    """Give each row of an events table the id of its incident, across documents.

    A document tells an incident once (`pipeline.incidents.fold` saw to that), so rows of one
    document never share one. Rows without a date stay alone.

    The score of a pair is a sum of weights by hand, set on the half `dev` of
    tests/quality/incidents_gold.jsonl; average linkage as in the event clustering of news (TF-IDF
    with average linkage is the baseline there), blocking as event data sets do (xSub: same type
    within 1 or 5 km and 1 or 2 days; MELTT: space-time windows).

    Parameters
    ----------
    events : GeoDataFrame
        Columns of `geo.frame`.

    Returns
    -------
    Series of str
        Aligned with the rows. An id is a hash of the incident's first event (by event id), so that
        it does not depend on the order of the rows.
    """
    table = events.sort_values("event_id")
    columns = {name: table[name].tolist() for name in _COLUMNS}
    reports: list[_Report | None] = [
        _report(dict(zip(columns, values, strict=True)))
        for values in zip(*columns.values(), strict=True)
    ]
    dated = [report for report in reports if report is not None]
    _weigh(dated)
    leader = {report.key: report.key for report in dated}
    for group in _linked(dated):
        for member in group:
            leader[member.key] = group[0].key
    ids = {
        index: "i" + leader.get(str(key), str(key))
        for index, key in zip(table.index, columns["event_id"], strict=True)
    }
    return pd.Series([ids[index] for index in events.index], index=events.index, dtype="str")


def ranges(events: GeoDataFrame) -> pd.DataFrame:
    """Give each incident its reports, its sources, and the range of what they count.

    Parameters
    ----------
    events : GeoDataFrame
        Columns of `geo.frame`, with ``incident_id``.

    Returns
    -------
    DataFrame
        Indexed by ``incident_id``, sorted: ``reports`` (int), ``sources`` (names, or documents
        where a source has none, joined by "; "), and for each kind of count ``KIND_low`` and
        ``KIND_high``: the least and the most that any report allows, null where none counts. A
        bound that is open ("at least 300") stays the low of its report alone.
    """
    sources = events["source"].astype("object").where(events["source"].notna(), events["doc_id"])
    groups = events.assign(_source=sources).groupby("incident_id", sort=True)
    found = pd.DataFrame(
        {
            "reports": groups.size(),
            "sources": groups["_source"].agg(lambda names: "; ".join(sorted(set(map(str, names))))),
        }
    )
    for kind in _COUNTS:
        bounds = events[[f"{kind}_low", kind, f"{kind}_high"]].astype("Float64")
        by = events["incident_id"]
        found[f"{kind}_low"] = bounds.min(axis=1).groupby(by).min()
        found[f"{kind}_high"] = bounds.max(axis=1).groupby(by).max()
    return found


_COLUMNS: Final = (
    "event_id", "doc_id", "event_type", "event_mode", "modality", "date_start", "date_end",
    "date_prec", "date_source", "where_prec", "place_id", "relation", "country", "admin1",
    "longitude", "latitude", "actor1", "actor2", "source", "title", "sentence", *_COUNTS,
)  # fmt: skip


def _report(row: Mapping[str, Any]) -> _Report | None:
    known = {key: value for key, value in row.items() if not is_null(value)}
    last = known.get("date_end", known.get("date_start"))
    if last is None:
        return None
    first = known.get("date_start", last)
    text = f"{known.get('title', '')} {known.get('sentence', '')}".lower()
    return _Report(
        key=str(row["event_id"]),
        doc=str(row["doc_id"]),
        type=str(row["event_type"]),
        mode=str(known.get("event_mode", "")),
        modality=str(row["modality"]),
        day=pd.Timestamp(last).date(),
        first=pd.Timestamp(first).date(),
        vague=known.get("date_prec", 1) > 1
        or known.get("date_source") not in {"text", "heading"}
        or "date_start" not in known,
        prec=int(known.get("where_prec", 7)),
        place=str(known.get("place_id", "")),
        relation=str(known.get("relation", "")),
        country=str(known.get("country", "")),
        admin1=str(known.get("admin1", "")),
        lon=known.get("longitude"),
        lat=known.get("latitude"),
        doer=str(known.get("actor1", "")),
        other=str(known.get("actor2", "")),
        source=str(known.get("source", "")),
        counts={key: float(known[key]) for key in _COUNTS if key in known},
        words=frozenset(w[:_STEM] for w in _WORD.findall(text) if w not in _COMMON),
    )


def _weigh(reports: Sequence[_Report]) -> None:
    """Give each report's words their inverse document frequency, at length 1."""
    seen = Counter(word for report in reports for word in report.words)
    for report in reports:
        raw = {word: math.log(1 + len(reports) / seen[word]) for word in report.words}
        length = math.sqrt(sum(value**2 for value in raw.values())) or 1.0
        report.weights = {word: value / length for word, value in raw.items()}


# --- candidates -------------------------------------------------------------------------------


def _linked(reports: Sequence[_Report]) -> Iterator[list[_Report]]:
    """Clusters of two and more, each in the order of the ids."""
    scores: dict[tuple[int, int], float] = {}
    for one, other in _candidates(reports):
        value = score(reports[one], reports[other])
        if value > 0:
            scores[one, other] = value
    parent = list(range(len(reports)))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    for one, other in scores:
        first, second = sorted((root(one), root(other)))
        parent[second] = first
    together: dict[int, list[int]] = {}
    for number in sorted({number for pair in scores for number in pair}):
        together.setdefault(root(number), []).append(number)
    for members in together.values():
        for group in (
            _average(members, reports) if len(members) <= LARGEST else _greedy(members, reports)
        ):
            if len(group) > 1:
                yield [reports[number] for number in group]


def _candidates(reports: Sequence[_Report]) -> Iterator[tuple[int, int]]:
    """Pairs of numbers, the smaller first, that share a block of days and places."""
    blocks: dict[Hashable, list[int]] = {}
    for number, report in enumerate(reports):
        for key in _keys(report):
            blocks.setdefault((report.day, report.modality, key), []).append(number)
    for number, report in enumerate(reports):
        found: set[int] = set()
        for day in range(DAYS + 1):
            later = date.fromordinal(min(report.day.toordinal() + day, date.max.toordinal()))
            for key in _reach(report):
                block: Sequence[int] = blocks.get((later, report.modality, key), ())
                if len(block) > CROWD:
                    block = _nearest(block, number)
                found.update(block)
        for other in sorted(found):
            if other == number or reports[other].doc == report.doc:
                continue
            if reports[other].day > report.day or other > number:
                yield min(number, other), max(number, other)


def _nearest(block: Sequence[int], number: int) -> Sequence[int]:
    """The part of a crowded block around a report: ids are hashes, so this is a sample."""
    at = len([other for other in block if other < number])
    return block[max(at - CROWD // 2, 0) : at + CROWD // 2]


def _keys(report: _Report) -> Iterator[Hashable]:
    """Where a report is looked for: its cell, its area, and among all where it has no place."""
    if report.prec < _WIDE and report.lon is not None and report.lat is not None:
        yield _cell(report.lon, report.lat)
        if report.admin1:
            yield ("in", report.country, report.admin1)
    elif report.place:
        yield ("area", report.place, report.relation)
        if report.prec < 6 and report.admin1:
            yield ("wide", report.country, report.admin1)
    yield ("any" if report.place else "unplaced", report.type)


def _reach(report: _Report) -> Iterator[Hashable]:
    """Where a report looks for others like it; whom it finds, finds it."""
    if report.prec < _WIDE and report.lon is not None and report.lat is not None:
        row, column = _cell(report.lon, report.lat)
        for north in (-1, 0, 1):
            for east in (-1, 0, 1):
                yield row + north, column + east
        if report.admin1:
            yield ("wide", report.country, report.admin1)
    elif report.place:
        yield ("area", report.place, report.relation)
        if report.prec < 6 and report.admin1:
            yield ("in", report.country, report.admin1)
    if not report.place:
        yield ("any", report.type)
    yield ("unplaced", report.type)


def _cell(lon: float, lat: float) -> tuple[int, int]:
    row = math.floor(lat / _CELL)
    # One width for the whole row of cells, so that neighbours of a row are neighbours.
    width = _CELL / max(math.cos(math.radians(row * _CELL)), 0.05)
    return row, math.floor(lon / width)


# --- the score of a pair ----------------------------------------------------------------------


def score(one: _Report, other: _Report) -> float:
    """How much speaks for two reports telling the same event: above 0 they do."""
    return (
        _by_day(one, other)
        + _by_place(one, other)
        + _by_type(one, other)
        + _by_actor(one, other)
        + _by_counts(one, other)
        + _by_words(one, other)
        + (_SAME_SOURCE if one.source and one.source == other.source else 0.0)
        - _BASE
    )


def _by_day(one: _Report, other: _Report) -> float:
    if one.first <= other.day and other.first <= one.day:
        return 1.0 if not (one.vague or other.vague) else 0.6
    apart = abs((one.day - other.day).days)
    if not (one.vague or other.vague):
        return -1.6 if apart == 1 else -4.0
    return -0.2 if apart == 1 else -1.5


def _by_place(one: _Report, other: _Report) -> float:
    if not one.place or not other.place:
        return -0.6
    wide = max(one.prec, other.prec) >= _WIDE
    if one.place == other.place and one.relation == other.relation:
        return 0.4 if wide else 1.2
    if wide:
        return 0.2 if one.country == other.country else -3.0
    if one.lon is None or one.lat is None or other.lon is None or other.lat is None:
        return -3.0
    return _by_distance(one, distance_km(one.lon, one.lat, other.lon, other.lat), other)


def _by_distance(one: _Report, km: float, other: _Report) -> float:
    if km > KM:
        return -5.0
    if km <= 5 or one.place == other.place:
        return 1.0
    return 0.2 if max(one.prec, other.prec) > 1 else -0.6  # two towns by name


def _by_type(one: _Report, other: _Report) -> float:
    if one.type != other.type:
        return _KIN.get(frozenset({one.type, other.type}), _STRANGE)
    if one.mode and other.mode and one.mode != other.mode:
        return -0.2
    return 0.6


def _by_actor(one: _Report, other: _Report) -> float:
    mine, theirs = one.doer, other.doer
    if not mine or not theirs:
        return 0.0
    if mine == theirs:
        return 0.3 if mine.startswith(_NOBODY) or mine in _BODIES else 0.7
    if theirs == one.other or mine == other.other:
        return 0.4
    # "Police Forces" of a country that the other report names.
    if mine.startswith(theirs) or theirs.startswith(mine):
        return 0.3
    return _by_strangers(mine, theirs)


def _by_strangers(mine: str, theirs: str) -> float:
    bodies = mine.startswith(_BODIES) or theirs.startswith(_BODIES)
    if mine.startswith(_NOBODY) or theirs.startswith(_NOBODY):
        return -0.8 if bodies else 0.0
    return -2.0


def _by_counts(one: _Report, other: _Report) -> float:
    values = []
    for kind in one.counts.keys() & other.counts.keys():
        small, large = sorted((one.counts[kind], other.counts[kind]))
        if small == large:
            values.append(0.9 if large > 1 else 0.4)
        else:
            share = small / large
            # Tolls of large attacks rise through the day.
            values.append(0.4 if share >= 0.6 else (-0.2 if small >= 10 else -0.9))
    return max(values, default=0.0) if values and max(values) > 0 else sum(values[:1])


def _by_words(one: _Report, other: _Report) -> float:
    small, large = sorted((one.weights, other.weights), key=len)
    cosine = sum(value * large.get(word, 0.0) for word, value in small.items())
    return max(-0.7, min(5.0 * (cosine - 0.15), 1.8))


# --- linkage ----------------------------------------------------------------------------------


def _average(members: Sequence[int], reports: Sequence[_Report]) -> list[list[int]]:
    """Average linkage; two reports of one document never come together."""
    clusters = [[number] for number in members]
    sums = {
        (a, b): score(reports[one], reports[other])
        if reports[one].doc != reports[other].doc
        else -math.inf
        for a, one in enumerate(members)
        for b, other in enumerate(members)
        if a < b
    }
    alive = set(range(len(clusters)))
    while len(alive) > 1:
        means = {
            pair: total / (len(clusters[pair[0]]) * len(clusters[pair[1]]))
            for pair, total in sums.items()
        }
        (one, other), best = max(means.items(), key=lambda item: (item[1], item[0]))
        if best <= 0:
            break
        clusters[one].extend(clusters[other])
        alive.discard(other)
        for third in alive - {one}:
            pair = (min(one, third), max(one, third))
            sums[pair] += sums.pop((min(other, third), max(other, third)))
        del sums[one, other]
    return [sorted(clusters[number]) for number in sorted(alive)]


def _greedy(members: Iterable[int], reports: Sequence[_Report]) -> list[list[int]]:
    """Each report to the best cluster by its first report, or to one of its own."""
    clusters: list[list[int]] = []
    for number in members:
        best, value = None, 0.0
        for group in clusters:
            like = score(reports[group[0]], reports[number])
            if like > value and all(reports[n].doc != reports[number].doc for n in group):
                best, value = group, like
        if best is None:
            clusters.append([number])
        else:
            best.append(number)
    return clusters
