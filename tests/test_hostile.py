"""Hostile text comes out of each path as text: HTML, JSON, Markdown, addresses, and every export."""

import csv
import io
import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import geopandas as gpd
import jinja2
import numpy as np
import pytest
from hostile import PAYLOADS
from sample_events import HOSTILE

from geo import charts, link, present
from geo.article import Checked, article_html, sentences_html
from geo.export import csv_metadata, to_csv, to_geojson, to_kml
from geo.frame import clean_text, from_records
from geo.index import Index
from geo.listing import button_label, listed, rows
from geo.maps import js_json
from geo.reasons import Reading

TEXTS = [clean_text(text) for text in PAYLOADS]


def _record(number: int, text: str) -> dict[str, Any]:
    names = ("title", "source", "sentence", "actor1", "actor2", "location", "admin1", "date_text")
    return {
        "event_id": f"e{number:04d}",
        "event_type": "ASSAULT",
        "modality": "actual",
        "country": "AFG",
        "where_text": text,
        "attribution": text,
        "where_note": text,
        "url": text,
        **dict.fromkeys(names, text),
        "sentence_start": 0,
        "sentence_end": len(text),
        "longitude": 69.0,
        "latitude": 34.0,
        "where_prec": 6,
        "location_source": "sentence",
        "date_source": "text",
    }


@pytest.fixture(scope="module")
def events() -> gpd.GeoDataFrame:
    return from_records(_record(number, text) for number, text in enumerate(PAYLOADS))


class _Tags(HTMLParser):
    """Collects the tags and attributes of a page, and its text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


OURS = {
    "a",
    "div",
    "dl",
    "dt",
    "dd",
    "p",
    "h5",
    "table",
    "tr",
    "td",
    "ol",
    "li",
    "small",
    "mark",
    "span",
}


def test_there_are_more_than_a_hundred_of_our_own() -> None:
    assert set(HOSTILE) <= set(PAYLOADS), "those that the research demonstrated"
    assert len(set(PAYLOADS) - set(HOSTILE)) >= 100


@pytest.mark.parametrize("number", range(len(PAYLOADS)))
def test_html_has_only_our_tags(events: gpd.GeoDataFrame, number: int) -> None:
    text = TEXTS[number]
    row = events.set_index("event_id", drop=False).loc[f"e{number:04d}"].to_dict()
    pages = [
        article_html(text, row),
        present.facts_html(row, stored=False),
        present.sentences_html({text: present.why_place(row) + present.why_date(row)}),
        present.readings_html([Reading(text, text, 1.0, chosen=True)]),
        present.pairs_html([(text, text)]),
        sentences_html([Checked(text, [button_label(row, text)], [(1, text)])]),
    ]
    for page in pages:
        found = _Tags()
        found.feed(page)
        found.close()
        assert found.tags <= OURS
        assert found.names <= {"class", "dir", "id", "href"}
        # Streamlit's own sanitiser comes after; ours must hold without it.
        assert "<script" not in page.lower()
    shown = _Tags()
    shown.feed(pages[0])
    shown.close()
    assert text.split()[0][:5] in shown.text


@pytest.mark.parametrize("text", TEXTS)
def test_markdown_and_links_are_text(text: str) -> None:
    escaped = present.plain(text)
    assert re.sub(r"\\(.)", r"\1", escaped) == " ".join(text.split())
    assert present.safe_url(text) is None
    opened = link.parse({"q": [text], "actor": [text], "event": [text], "area": [text]})
    assert link.parse(link.build(opened)) == opened
    assert opened.area is None
    for label in link.chips(opened).values():
        assert not re.search(r"(?<!\\)[<\[`$]", present.plain(label))


@pytest.mark.parametrize("text", TEXTS)
def test_json_for_the_map_is_inert_in_a_template_and_a_script(text: str) -> None:
    os.environ.pop("DATELINE_SSTI", None)
    written = js_json({text: [text]})
    assert json.loads(written) == {text: [text]}
    assert jinja2.Environment(autoescape=False).from_string(written).render() == written  # noqa: S701  # as branca does
    assert not set("<>&`$") & set(written)
    assert "DATELINE_SSTI" not in os.environ


def test_rows_of_the_list_are_plain_json(events: gpd.GeoDataFrame) -> None:
    index = Index(events)
    every = listed(index, np.arange(len(events)), limit=len(events), grouped=False)
    told = json.loads(json.dumps(rows(index, every)))
    assert len(told) == len(events)
    assert all(isinstance(row["text"], str) for row in told)


def test_a_csv_has_no_formula(events: gpd.GeoDataFrame, tmp_path: Path) -> None:
    to_csv(events, tmp_path / "events.csv")
    with (tmp_path / "events.csv").open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.reader(file))
    assert len(found) == len(events) + 1
    assert not any(re.match(r"\s*[=+\-@＝]", c) for row in found for c in row if not _number(c))
    index = Index(events)
    for name in ("province", "actors"):
        table = charts.counted(name, index, np.arange(len(events)))
        text = charts.to_csv(table)
        cells = [c for row in csv.reader(io.StringIO(text)) for c in row]
        assert not any(re.match(r"\s*[=+\-@＝]", cell) for cell in cells)


def _number(cell: str) -> bool:
    return bool(re.fullmatch(r"-?\d+(\.\d+)?", cell))


def test_a_kml_is_text_twice_escaped(events: gpd.GeoDataFrame, tmp_path: Path) -> None:
    to_kml(events, tmp_path / "events.kml", filters=" ".join(PAYLOADS[:20]))
    tree = ET.parse(tmp_path / "events.kml")  # noqa: S314  # our own file
    names = {element.tag.rpartition("}")[2] for element in tree.iter()}
    assert names <= {
        *("kml", "Document", "name", "description", "Placemark", "ExtendedData", "Data", "value"),
        *("TimeSpan", "begin", "end"),
    }
    for element in tree.iter("{http://www.opengis.net/kml/2.2}description"):
        assert "<" not in (element.text or ""), "readers take a description as HTML"


def test_geojson_and_metadata_keep_the_text(events: gpd.GeoDataFrame) -> None:
    text = to_geojson(events, filters=PAYLOADS[0])
    assert text is not None
    found = json.loads(text)
    assert found["filters"] == PAYLOADS[0]
    sentences = {f["properties"]["sentence"] for f in found["features"]}
    assert sentences == set(events["sentence"])
    about = json.loads(csv_metadata(3, filters=PAYLOADS[1]))
    assert about["dc:description"] == PAYLOADS[1]


def test_charts_carry_names_as_data_only(events: gpd.GeoDataFrame) -> None:
    table = charts.counted("actors", Index(events), np.arange(len(events)))
    spec = charts.drawn("actors", table).to_dict()
    assert spec["usermeta"]["embedOptions"]["actions"]["editor"] is False
    text = json.dumps({key: value for key, value in spec.items() if key != "datasets"})
    assert "__hit" not in text
