"""Scores of extracted events against annotated ones; shared by the quality floors."""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd
import shapely

from geo.resolve import distance_km

HERE = Path(__file__).parent
GOLD = HERE / "dispatches_gold.jsonl"
JUDGED = HERE / "judged_rows.jsonl"
DISPATCHES = HERE.parents[1] / "data" / "dispatches"


@dataclass
class Score:
    """Counts of gold events found, with each attribute right, and of predictions with no gold."""

    gold: int = 0
    found: int = 0
    right: Counter = field(default_factory=Counter)
    all_right: int = 0
    predicted: int = 0
    matched: int = 0
    sound: int = 0
    misses: list = field(default_factory=list)

    def figures(self):
        found = max(self.found, 1)
        figures = {
            "gold": self.gold,
            "recall": self.found / max(self.gold, 1),
            "end_to_end_recall": self.all_right / max(self.gold, 1),
            "precision": self.matched / max(self.predicted, 1),
            "end_to_end_precision": self.sound / max(self.predicted, 1),
        }
        figures |= {key: self.right[key] / found for key in ("type", "modality", "date", "place")}
        return {key: round(value, 3) for key, value in figures.items()}


@cache
def gold_lines(split=None, path=GOLD):
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if split is None or line["split"] == split]


def hold_floors(found, floors, where):
    """Fail where a figure is below its floor, or has none."""
    below = {key: (found[key], floor) for key, floor in floors.items() if found[key] < floor}
    assert not below, f"{where}: (found, floor) {below}"
    assert set(found) == set(floors), "a figure without a floor"


def score(lines, events_by_file, *, must=True):
    """Score predicted rows (dicts of the table's columns) per file against annotated lines.

    A prediction answers a gold event if their triggers overlap, else if it stands in the same
    sentence with an allowed type. Precision: actual predictions with a geometry that answer any
    gold event. End-to-end precision: those that are right in all; not every event is annotated, and
    what answers none was judged by hand (`JUDGED`), or is wrong where nobody did. Of an event told
    of several places (`also`) the row that is right, or else the first, counts alone.
    """
    total = Score()
    for line in lines:
        rows = _one_each(line["events"], events_by_file.get(line["file"], []))
        used, right = set(), set()
        for gold in sorted(line["events"], key=lambda item: not item["must"]):
            index = _answer(gold, rows, used)
            if index is not None:
                used.add(index)
                if all(_checks(gold, rows[index]).values()):
                    right.add(index)
            if gold["must"] or not must:
                _count(total, line["file"], gold, None if index is None else rows[index])
        for index, row in enumerate(rows):
            if row["modality"] == "actual" and row["geometry"] is not None:
                total.predicted += 1
                total.matched += index in used
                total.sound += index in right or (index not in used and is_judged_right(line, row))
                if index not in used:
                    total.misses.append((line["file"], "extra", None, row))
    return total


def _one_each(events, rows):
    """Rows without the further ones of an event that is told of several places."""
    kept = list(rows)
    for gold in events:
        if gold.get("also"):
            mine = [row for row in kept if _overlap(gold, row)]
            best = next((row for row in mine if all(_checks(gold, row).values())), None)
            first = best or next(iter(mine), None)
            kept = [row for row in kept if row is first or not _overlap(gold, row)]
    return kept


def _overlap(gold, row):
    start, end = gold["trigger"]
    return row["trigger_start"] < end and start < row["trigger_end"]


@cache
def judged():
    """Rows that were judged by hand: right or wrong, by what they say."""
    rows = (json.loads(line) for line in JUDGED.read_text(encoding="utf-8").splitlines())
    return {(row["file"], tuple(row["trigger"]), *_said(row)): row["right"] for row in rows}


def _said(row):
    return row["event_type"], row["modality"], row["date_end"], row["location"]


def judged_as(line, row):
    """True, False, or None where nobody judged what a row of the table says."""
    day, place = _day(row["date_end"]), row["location"]
    said = {
        "event_type": row["event_type"],
        "modality": row["modality"],
        "date_end": None if day is None else day.isoformat(),
        "location": None if pd.isna(place) else place,
    }
    trigger = (row["trigger_start"], row["trigger_end"])
    return judged().get((line["file"], trigger, *_said(said)))


def is_judged_right(line, row):
    return judged_as(line, row) is True


def _count(total, file, gold, row):
    total.gold += 1
    if row is None:
        total.misses.append((file, "missed", gold, None))
        return
    total.found += 1
    checks = _checks(gold, row)
    for key, right in checks.items():
        total.right[key] += right
    total.all_right += all(checks.values())
    wrong = [key for key, right in checks.items() if not right]
    if wrong:
        total.misses.append((file, " ".join(wrong), gold, row))


def _answer(gold, rows, used):
    free = [index for index in range(len(rows)) if index not in used]
    for index in free:
        if _overlap(gold, rows[index]):
            return index
    types = {gold["event_type"], *gold["alt_types"]}
    start = gold["trigger"][0]
    inside = [
        index
        for index in free
        if rows[index]["sentence_start"] <= start < rows[index]["sentence_end"]
        and rows[index]["event_type"] in types
    ]
    return inside[0] if inside else None


def _checks(gold, row):
    return {
        "type": row["event_type"] in {gold["event_type"], *gold["alt_types"]},
        "modality": row["modality"] == gold["modality"],
        "date": _date_right(gold, row),
        "place": _place_right(gold, row),
    }


def _day(value):
    return None if pd.isna(value) else pd.Timestamp(value).date()


def _date_right(gold, row):
    mine = _day(row["date_end"]) or _day(row["date_start"])
    theirs = gold["date_end"] or gold["date_start"]
    if theirs is None:
        return True  # the text does not say: any honest fallback is as good
    if mine is None:
        return False
    first = date.fromisoformat(gold["date_start"] or theirs)
    last = date.fromisoformat(theirs)
    if gold["date_start"] and first <= mine <= last:
        return True
    return min(abs((mine - first).days), abs((mine - last).days)) <= 1


def _place_right(gold, row):
    geometry, kind = row["geometry"], gold["geometry"]
    prec = None if pd.isna(row["where_prec"]) else int(row["where_prec"])
    pinned = geometry is not None and prec is not None and prec <= 3
    if kind in {"none", "remote"}:
        return not pinned
    if geometry is None:
        return False
    if kind == "line":
        return prec == 5 and "Line" in geometry.geom_type
    if (kind == "point" and not pinned and prec != 5) or (kind == "country" and pinned):
        return False
    return gold["lon"] is None or _is_there(gold, row)


def _is_there(gold, row):
    far = distance_km(row["longitude"], row["latitude"], gold["lon"], gold["lat"])
    if far <= (gold["tolerance_km"] or 50):
        return True
    wide = gold["geometry"] in {"polygon", "country"}
    return wide and bool(shapely.intersects_xy(row["geometry"], gold["lon"], gold["lat"]))


@dataclass
class ToponymScore:
    """Counts of annotated names found, and placed; and of findings that are annotated."""

    gold: int = 0
    found: int = 0
    predicted: int = 0
    with_country: int = 0
    country: int = 0
    points: int = 0
    near: int = 0
    with_id: int = 0
    same: int = 0

    def figures(self):
        figures = {
            "gold": self.gold,
            "recall": self.found / max(self.gold, 1),
            "country": self.country / max(self.with_country, 1),
            "acc161": self.near / max(self.points, 1),
            "by_id": self.same / max(self.with_id, 1),
        }
        return {key: round(value, 3) for key, value in figures.items()}


def score_toponyms(lines, toponyms_by_file):
    """Score the place names of `pipeline.toponyms.geoparse` per file against annotated lines.

    A name is found if a finding that is no demonym overlaps it. Country: of the names found whose
    country is annotated. acc161: of the towns, facilities and provinces found, those placed within
    161 km (the field's usual measure; the middle of a country, sea or region is no such point).
    by_id: of the names found whose entity the gazetteer has, those that are given that very entity
    (a town is not its province, nor a crossing the village beside it).
    """
    total = ToponymScore()
    for line in lines:
        mine = [
            item for item in toponyms_by_file.get(line["file"], ()) if item["kind"] != "demonym"
        ]
        total.predicted += len(mine)
        for gold in line["toponyms"]:
            total.gold += 1
            over = [m for m in mine if m["start"] < gold["end"] and gold["start"] < m["end"]]
            if not over:
                continue
            total.found += 1
            hit = over[0]
            if gold["country"]:
                total.with_country += 1
                total.country += hit["country"] == gold["country"]
            if gold["place_id"]:
                total.with_id += 1
                total.same += hit["place_id"] == gold["place_id"]
            if gold["kind"] in {"place", "facility", "admin1"}:
                total.points += 1
                total.near += hit["lat"] is not None and (
                    distance_km(hit["lon"], hit["lat"], gold["lon"], gold["lat"]) <= 161
                )
    return total
