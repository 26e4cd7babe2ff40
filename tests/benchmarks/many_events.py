"""Make a large table of events that never were, for the benchmarks of the map.

    python tests/benchmarks/many_events.py 1000000 FOLDER

Three years of days with weekly and seasonal swings, 30,000 places in clusters of very different
size (as towns are), nine in ten events points, the rest provinces (300 areas) and borders (60
lines), all 16 types, a sentence of its own for each. Fixed seed; written in batches, so that a
million rows need 400 MB.
"""

import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import shapely

from geo.frame import _to_arrow, from_records
from geo.schema import EVENT_TYPES, QUAD_CLASS, SCHEMA

DAYS = 1095
PLACES = 30_000
BATCH = 100_000


def _world(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, list, list]:
    """Places as (longitude, latitude), areas and lines."""
    centres = np.column_stack([random.uniform(-110, 140, 60), random.uniform(-30, 58, 60)])
    weight = random.pareto(1.0, 60) + 0.2
    at = random.choice(60, PLACES, p=weight / weight.sum())
    towns = np.round(centres[at] + random.normal(0, 3.0, (PLACES, 2)), 5)
    some = random.choice(PLACES, 360, replace=False)
    areas = [shapely.Point(*towns[i]).buffer(random.uniform(0.3, 1.2), 8) for i in some[:300]]
    lines = [
        shapely.LineString(towns[i] + np.cumsum(random.normal(0, 0.3, (12, 2)), axis=0))
        for i in some[300:]
    ]
    share = random.pareto(1.1, PLACES) + 0.05
    return towns, share / share.sum(), areas, lines


def write_many(folder: Path, n: int) -> Path:
    """Write `n` events to ``folder/events.parquet``; returns the folder."""
    random = np.random.default_rng(11)
    towns, share, areas, lines = _world(random)
    rhythm = 1 + 0.3 * np.sin(np.arange(DAYS) / 58) + 0.2 * (np.arange(DAYS) % 7 < 5)
    day = np.sort(random.choice(DAYS, n, p=rhythm / rhythm.sum()))
    template = from_records(
        [{"event_id": "x", "event_type": "AID", "modality": "actual", "relation": "at"}]
    )
    folder.mkdir(parents=True, exist_ok=True)
    writer = None
    for start in range(0, n, BATCH):
        size = min(BATCH, n - start)
        frame = pd.DataFrame({name: template[name].iloc[[0] * size].array for name in SCHEMA})
        _fill(frame, start, day[start : start + size], random, (towns, share, areas, lines))
        table = _to_arrow(gpd.GeoDataFrame(frame, geometry="geometry", crs="EPSG:4326"))
        writer = writer or pq.ParquetWriter(
            folder / "events.parquet", table.schema, compression="zstd"
        )
        writer.write_table(table)
    if writer:
        writer.close()
    return folder


def _fill(
    frame: pd.DataFrame, start: int, day: np.ndarray, random: np.random.Generator, world: tuple
) -> None:
    towns, share, areas, lines = world
    size = len(frame)
    place = random.choice(len(towns), size, p=share)
    kind = random.choice(3, size, p=[0.9, 0.08, 0.02])
    geometry = shapely.points(towns[place])
    geometry[kind == 1] = np.array(areas)[place[kind == 1] % len(areas)]
    geometry[kind == 2] = np.array(lines)[place[kind == 2] % len(lines)]
    label = shapely.get_coordinates(shapely.point_on_surface(geometry))
    types = np.array(EVENT_TYPES)[random.choice(16, size, p=np.arange(1, 17) / 136)]
    names = np.array([f"Place {i:05d}" for i in range(len(towns))])[place]
    first = (np.datetime64("2021-01-01") + day).astype("datetime64[ms]")
    long = random.random(size) < 0.02
    frame["event_id"] = pd.array([f"{start + i:016x}" for i in range(size)], dtype="str")
    frame["incident_id"] = frame["event_id"]
    frame["event_type"] = pd.array(types, dtype="str")
    frame["quad_class"] = pd.array([QUAD_CLASS[t] for t in types], dtype="str")
    modality = np.array(["actual", "planned", "possible", "denied"])
    frame["modality"] = pd.array(
        modality[random.choice(4, size, p=[0.9, 0.05, 0.03, 0.02])], dtype="str"
    )
    frame["date_start"] = first
    frame["date_end"] = np.where(long, first + np.timedelta64(3, "D"), first)
    frame["date_prec"] = pd.array(np.where(long, 2, 1), dtype="Int64")
    frame["geometry"] = geometry
    frame["longitude"], frame["latitude"] = label[:, 0], label[:, 1]
    exact = np.where(random.random(size) < 0.7, 1, 2)
    frame["where_prec"] = pd.array(np.select([kind == 1, kind == 2], [4, 5], exact), dtype="Int64")
    frame["relation"] = pd.array(np.where(kind == 2, "border", "at"), dtype="str")
    frame["location"] = frame["where_text"] = pd.array(names, dtype="str")
    frame["actor1"] = pd.array([f"group {i % 400}" for i in place], dtype="str")
    frame["country"] = pd.array(np.array(["AFG", "TJK", "UZB", "IRN"])[place % 4], dtype="str")
    frame["source"] = pd.array([f"Source {i % 90}" for i in range(size)], dtype="str")
    frame["sentence"] = pd.array(
        [
            f"Report {start + i}: group {p % 400} was said to have acted in {name} that day, "
            "according to two people who asked not to be named."
            for i, (p, name) in enumerate(zip(place, names, strict=True))
        ],
        dtype="str",
    )
    frame["confidence"] = np.round(random.uniform(0.4, 1, size), 2)


if __name__ == "__main__":
    write_many(Path(sys.argv[2]), int(sys.argv[1]))
