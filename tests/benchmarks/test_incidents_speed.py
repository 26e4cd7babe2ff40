"""Incidents of a large table: candidates, and with them the time, grow with the rows.

DATELINE_BENCH_EVENTS=100000 pytest tests/benchmarks/test_incidents_speed.py -s
shows the time for that many; 5,000 by default.
"""

import os
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from geopandas import GeoDataFrame

from pipeline import clusters

EVENTS = int(os.environ.get("DATELINE_BENCH_EVENTS", "5000"))
WORDS = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in ("ndal", "rsik", "mport")]


def reports(size, days=365):
    """Reports of about half as many events in 1,500 towns, two thirds of them in 200 of these."""
    random = np.random.default_rng(1)
    towns = np.column_stack([random.uniform(-20, 140, 1500), random.uniform(-35, 60, 1500)])
    share = np.r_[np.full(200, 2 / 600), np.full(1300, 1 / 3900)]
    of = random.integers(0, max(size // 2, 1), size)
    town = random.choice(1500, size, p=share / share.sum())[of]
    day = random.integers(0, days, size)[of]
    kind = np.array(["ASSAULT", "PROTEST", "COERCE", "CONSULT"])[random.integers(0, 4, size)[of]]
    story = random.integers(0, len(WORDS), (size, 8))[of]
    own = random.integers(0, len(WORDS), (size, 6))
    picked = np.concatenate([story, own], axis=1)
    start = date(2021, 1, 1)
    nothing = [None] * size
    table = {
        "event_id": [f"{number:016x}" for number in random.permutation(size)],
        "doc_id": [f"d{number}" for number in range(size)],
        "event_type": kind,
        "event_mode": nothing,
        "modality": ["actual"] * size,
        "date_start": pd.to_datetime([start + timedelta(int(d)) for d in day]),
        "date_end": pd.to_datetime([start + timedelta(int(d)) for d in day]),
        "date_prec": [1] * size,
        "date_source": ["text"] * size,
        "where_prec": [1] * size,
        "place_id": [f"t{number}" for number in town],
        "relation": ["at"] * size,
        "country": [f"C{number % 150}" for number in town],
        "admin1": [f"A{number % 900}" for number in town],
        "longitude": towns[town, 0],
        "latitude": towns[town, 1],
        "actor1": [f"group {number % 400}" for number in town],
        "actor2": nothing,
        "source": [f"Source {number % 90}" for number in range(size)],
        "title": nothing,
        "sentence": [" ".join(WORDS[word] for word in row) for row in picked],
        **dict.fromkeys(("fatalities", "injured", "displaced", "soldiers", "captured"), nothing),
    }
    return GeoDataFrame(table), of


def test_speed(benchmark):
    table, of = reports(EVENTS)
    found = benchmark.pedantic(clusters.cluster, (table,), rounds=1)
    # Most reports of one event must have come together, or the speed says nothing.
    truth = pd.Series(of).groupby(of).transform("size")
    together = found.groupby(found).transform("size")
    assert (together[truth.to_numpy() > 1] > 1).mean() > 0.8


@pytest.mark.parametrize("days", [365])
def test_work_grows_with_the_rows(monkeypatch, days):
    scored = []
    score = clusters.score
    monkeypatch.setattr(clusters, "score", lambda *pair: scored.append(1) or score(*pair))
    work = []
    for size in (1000, 4000):
        scored.clear()
        clusters.cluster(reports(size, days)[0])
        work.append(len(scored))
    # Four times the rows on the same days and towns: chance neighbours grow too, reports of one
    # event do not.
    assert work[1] < 8 * work[0], work
