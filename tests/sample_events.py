"""A generated events table with its documents, for the tests of what is drawn and shown.

Nothing in it is news: places are real, everything else is made up by a fixed random seed.
"""

import datetime as dt
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.frame import from_records, write
from geo.sources import write_documents

PLACES = (
    ("Kabul", 69.1723, 34.5289, "AFG"),
    ("Kunduz", 68.8570, 36.7290, "AFG"),
    ("Herat", 62.1997, 34.3482, "AFG"),
    ("Kandahar", 65.7101, 31.6133, "AFG"),
    ("Mazar-e Sharif", 67.1109, 36.7069, "AFG"),
    ("Fayzabad", 70.5803, 37.1166, "AFG"),
    ("Dushanbe", 68.7739, 38.5358, "TJK"),
    ("Doha", 51.5310, 25.2854, "QAT"),
)
TYPES = ("ASSAULT", "COERCE", "RETREAT", "MOBILIZE", "CONSULT", "AID", "PROTEST", "ACCUSE")
HOSTILE = (
    "{{ cycler.__init__.__globals__.os.environ.update(dict(DATELINE_SSTI=(1|string))) }}",
    "50% off {% sale",
    "{# comment",
    "</script><script>window.__hit='script'</script>",
    "<img src=x onerror=\"window.__hit='img'\">",
    "`+(window.__hit='backtick')+`",
    "${window.__hit='dollar'}",
    "C:\\unit\\x41",
    "![x](http://example.org/x.png) [y](javascript:alert(1)) :material/home: :red[z] $x^2$",
    "\u202eright to left\u2028line",
)
FIRST = dt.date(2021, 6, 1)


def _record(  # noqa: PLR0917
    number: int, day: dt.date, event_type: str, place: str, text: str, start: int
) -> dict:
    trigger, when = "advanced", f"{day:%A}"
    sentence = text[start : text.index(".", start) + 1]
    spans = {}
    for name, words in (("trigger", trigger), ("place", place), ("date_text", when)):
        at = text.index(words, start)
        spans[f"{name}_start"], spans[f"{name}_end"] = at, at + len(words)
    return {
        "event_id": f"e{number:04d}",
        "incident_id": f"e{number:04d}",
        "event_type": event_type,
        "trigger": trigger,
        "modality": "actual",
        "actor1": "the column",
        "actor2": "the garrison",
        "date_start": day,
        "date_end": day,
        "date_prec": 1,
        "date_text": when,
        "date_source": "text",
        "published": day + dt.timedelta(days=1),
        "published_source": "metadata",
        "location": place,
        "where_text": place,
        "location_source": "sentence",
        "doc_id": f"d{number:04d}",
        "source": "Sample",
        "sentence": sentence,
        "sentence_start": start,
        "sentence_end": start + len(sentence),
        "confidence": 0.8,
        "recognizer": "sample 1",
        "resolver": "sample 1",
        **spans,
    }


def sample(  # noqa: C901  # a case a kind of event
    n: int = 300, *, days: int = 60
) -> tuple[gpd.GeoDataFrame, list[dict]]:
    """Return (events, documents): mostly points, some areas, lines, links, country level, undated."""
    random = np.random.default_rng(7)
    records, documents = [], []
    for number in range(n):
        name, x, y, country = PLACES[int(random.integers(len(PLACES)))]
        day = FIRST + dt.timedelta(days=int(random.integers(days)))
        if number in (0, 1):
            day = FIRST + dt.timedelta(days=number * (days - 1))
        event_type = TYPES[int(random.integers(len(TYPES)))]
        title = HOSTILE[number] if number < len(HOSTILE) else f"Report {number} from {name}"
        lead = (
            f"{title}\n\n" if number < len(HOSTILE) else f"Report {number}\n\nAn opening line.\n\n"
        )
        tail = "\n\nA closing line.\n\nAnd one more."
        inner = HOSTILE[number].replace(".", ",") + " " if number < len(HOSTILE) else ""
        text = f"{lead}The column {inner}advanced on {name} on {day:%A}.{tail}"
        record = _record(number, day, event_type, name, text, len(lead))
        jitter = random.normal(0, 0.15, 2)
        point = shapely.Point(x, y) if number % 3 else shapely.Point(x + jitter[0], y + jitter[1])
        record |= {"title": title, "country": country, "feature": "PPL", "relation": "at"}
        record |= {"geometry": point, "where_prec": 1 if number % 3 else 2}
        if number % 3 == 0:
            record["relation"] = "near"
        match number % 25:
            case 5:
                shape = shapely.box(x - 1.2, y - 0.8, x + 1.2, y + 0.8)
                record |= {"geometry": shape, "where_prec": 4, "feature": "ADM1", "relation": "at"}
            case 6:
                line = shapely.LineString([(67.8, 37.2), (68.9, 37.3), (69.4, 37.2), (70.2, 37.9)])
                record |= {"geometry": line, "where_prec": 5, "relation": "border"}
            case 7:
                line = shapely.LineString([(69.17, 34.53), (60.0, 45.5), (37.62, 55.75)])
                record |= {"geometry": line, "where_prec": 6, "relation": "remote"}
            case 8:
                record |= {
                    "geometry": None,
                    "where_prec": 6,
                    "relation": "at",
                    "location": "Afghanistan",
                }
                record |= {"feature": "PCLI", "country": "AFG"}
            case 9:
                record |= {"date_start": None, "date_end": None, "date_prec": None}
                record |= {"date_source": None}
            case 10:
                record |= {"geometry": None, "where_prec": None, "location": None, "relation": None}
                record |= {"feature": None, "country": None, "location_source": None}
            case 11:
                record["modality"] = ("planned", "possible", "denied")[number % 3]
        record["url"] = "javascript:alert(1)" if number == 3 else f"https://example.org/{number}"
        records.append(record)
        documents.append(
            {"doc_id": record["doc_id"], "title": title, "source": "Sample", "text": text}
        )
    return from_records(records), documents


def write_sample(folder: Path, n: int = 300, *, days: int = 60) -> Path:
    """Write events and documents into `folder`, as `dateline build` lays them out."""
    folder.mkdir(parents=True, exist_ok=True)
    events, documents = sample(n, days=days)
    write(events, folder / "events.parquet")
    write_documents(documents, folder)
    return folder


def write_large(folder: Path, n: int) -> Path:
    """Write a table of `n` point events over three years, made by repeating a small one."""
    folder.mkdir(parents=True, exist_ok=True)
    few, _ = sample(100)
    few = few[few["modality"].eq("actual") & few.geom_type.eq("Point") & few["date_start"].notna()]
    random = np.random.default_rng(1)
    events = few.iloc[random.integers(len(few), size=n)].reset_index(drop=True)
    events["event_id"] = pd.Series([f"e{number:07d}" for number in range(n)], dtype="str")
    events["longitude"] = np.round(random.normal(66, 5, n), 5)
    events["latitude"] = np.round(random.normal(34, 3, n), 5)
    events = events.set_geometry(
        gpd.points_from_xy(events["longitude"], events["latitude"]), crs="EPSG:4326"
    )
    start = np.datetime64("2019-01-01") + np.sort(random.integers(0, 1095, n))
    events["date_start"] = events["date_end"] = start.astype("datetime64[ms]")
    write(events, folder / "events.parquet")
    return folder
