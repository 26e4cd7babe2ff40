"""The dashboard: load, filter, draw, list, read, download. Streamlit only; the rest is in geo/.

    streamlit run app.py -- [EVENTS]

EVENTS is a folder made by `dateline build` or an events file; without it the environment variable
DATELINE_EVENTS, else the demo (data/demo, made by `make run`). Nothing is asked of the network.
"""

import math
import os
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import altair as alt
import geopandas as gpd
import numpy as np
import pandas as pd
import streamlit as st
from streamlit.components.v1 import declare_component
from streamlit_folium import st_folium

from geo import maps, present
from geo.export import write_any
from geo.filters import Filters, event_days, mask
from geo.frame import DOCUMENTS_FILE, InvalidEvents, is_null, read
from geo.sources import read_documents
from geo.summary import (
    Selection,
    at_country_level,
    counts,
    date_span,
    histogram,
    selection,
    shown,
)

ROOT: Final = Path(__file__).resolve().parent
MAP_HEIGHT: Final = 488  # with the rest, a screen of 1366 x 768 without scrolling
LIST_HEIGHT: Final = 254
DETAIL_HEIGHT: Final = 428
LISTED: Final = 300  # rows of the list; more cannot be read, and would be sent at every step
FORMATS: Final = (
    ("GeoJSON", "geojson", "application/geo+json"),
    ("CSV", "csv", "text/csv"),
    ("GeoPackage", "gpkg", "application/geopackage+sqlite3"),
    ("KML", "kml", "application/vnd.google-earth.kml+xml"),
)
DEFAULTS: Final = {"q": "", "type": [], "modality": ["actual"], "precision": [], "undated": True}
WORDS: Final = {
    "build": "Build the demo with `make run`, or your own table with "
    "`dateline build TEXTS -o EVENTS`, then open it with `dateline serve EVENTS`.",
    "choose": "Choose an event in the list or on the map to read where it comes from.",
    "colours": "Cooperation in :blue[**words**] or :green[**deeds**], conflict in "
    ":violet[**words**] or :orange[**deeds**]. None chosen is all.",
    "invalid": "This is not a valid events table. Build it again with `dateline build`; "
    "what is wrong with it:",
    "no_text": "The article's text is not stored with this table; this is the sentence.",
}


@dataclass(frozen=True, slots=True)
class Table:
    """An events table as the dashboard holds it, one for all visitors."""

    events: gpd.GeoDataFrame
    documents: pd.DataFrame | None  # indexed by doc_id
    span: tuple[date, date] | None
    start: tuple[float, float, float, float] | None  # first view: where most events are
    ids: pd.Index  # of event_id, in the order of the rows
    large: bool  # too large to be sent whole, so that the browser must report its view


def main() -> None:
    """Run the page once, from top to bottom."""
    st.set_page_config(
        page_title="Dateline",
        page_icon=str(ROOT / "data" / "static" / "icon.svg"),
        layout="wide",
        initial_sidebar_state=252,
    )
    # Served by Streamlit below /component/, beside streamlit-folium's frame: the map's own files
    # need no static folder at the root and work below any base path (research: section 1.3).
    declare_component("dateline_assets", path=ROOT / "data" / "static")
    declare_component("dateline_basemap", path=ROOT / "data" / "basemap")
    st.html(ROOT / "data" / "static" / "dateline-page.css")
    table = open_table(events_path())
    seed(table)
    filters = chosen_filters(table)
    selected = selection(table.events, filters)
    sidebar(table, selected)
    positions = np.flatnonzero(selected.keep)
    header(table, selected, positions)
    left, right = st.columns([63, 37], gap="small")
    with left:
        draw_map(table, positions)
        strip(table, positions)
        timeline(table, selected)
    with right:
        ids = event_list(table, selected, positions)
        detail(table, ids)
    write_link(table)


# --- load -------------------------------------------------------------------------------------


def events_path() -> Path:
    """Return the table to show: argument, environment, or the demo."""
    given = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("DATELINE_EVENTS", "")
    return Path(given) if given else ROOT / "data" / "demo"


def open_table(path: Path) -> Table:
    """Load the table, or say what is wrong and stop."""
    try:
        return load(str(path), stamp(path))
    except FileNotFoundError:
        st.subheader("No events yet")
        st.text(f"There is no events table at {path}.")
        st.info(WORDS["build"], icon=":material/construction:")
    except InvalidEvents as error:
        st.subheader("The events cannot be shown")
        st.error(WORDS["invalid"], icon=":material/error:")
        st.text(str(error)[:4000])
    except (ValueError, OSError) as error:
        st.subheader("The events cannot be read")
        st.error(present.plain(str(error))[:1000], icon=":material/error:")
        st.info(WORDS["build"])
    st.stop()


def stamp(path: Path) -> tuple[tuple[str, int, int], ...]:
    """Return what changes when the table is written anew: its files' sizes and times."""
    files = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    return tuple((f.name, f.stat().st_size, f.stat().st_mtime_ns) for f in files if f.exists())


@st.cache_resource(show_spinner="Reading the events…", max_entries=2)
def load(path: str, _stamp: tuple[tuple[str, int, int], ...]) -> Table:
    """Read a table and its documents once for all visitors."""
    events = read(path)
    folder = Path(path) if Path(path).is_dir() else Path(path).parent
    documents = read_documents(folder) if (folder / DOCUMENTS_FILE).exists() else None
    on_map = maps.drawn(events)
    points = events.loc[on_map, ["longitude", "latitude"]].dropna()
    start = None
    if len(points):
        west, east = points["longitude"].quantile([0.1, 0.9])
        south, north = points["latitude"].quantile([0.1, 0.9])
        start = (west - 0.7, south - 0.7, east + 0.7, north + 0.7)
    large = int(on_map.sum()) > maps.MAX_FEATURES
    return Table(events, documents, date_span(events), start, pd.Index(events["event_id"]), large)


# --- state and filters ------------------------------------------------------------------------


def seed(table: Table) -> None:
    """Set the widgets from the page's address on the first run."""
    state, query = st.session_state, st.query_params
    if "seeded" not in state:
        state.seeded = True
        state.q = query.get("q", "")[:200]
        for name in present.QUERY:
            given = name in query
            chosen = present.choices_from(query.get_all(name), name)
            state[name] = chosen if given else DEFAULTS[name]
        state.undated = query.get("undated") != "no"
        state.tiles, state.place, state.clicked = False, None, None
        state.event = query.get("event")
        if table.span:
            state.dates = present.days_from(query.get("dates"), *table.span) or table.span
    if state.event not in table.ids:
        state.event = None


def chosen_filters(table: Table) -> Filters:
    """Gather the widgets into one value."""
    state = st.session_state
    first, last = state.dates if table.span else (None, None)
    everything = table.span == (first, last)
    precisions = [present.PRECISIONS[name][1] for name in state.precision]
    return Filters(
        date_from=None if everything else first,
        date_to=None if everything else last,
        event_types=frozenset(state.type) or None,
        modalities=frozenset(state.modality) or None,
        where_precs=frozenset().union(*precisions) or None,
        text=state.q,
        undated=state.undated,
    )


def reset(table: Table) -> None:
    """Open all filters but the default ones."""
    st.session_state.update(DEFAULTS, place=None, tray=None)
    if table.span:
        st.session_state.dates = table.span


def write_link(table: Table) -> None:
    """Keep the page's address such that it opens this view."""
    state = st.session_state
    query: dict[str, Any] = {
        name: state[name] for name in present.QUERY if state[name] != DEFAULTS[name]
    }
    if state.q:
        query["q"] = state.q
    if not state.undated:
        query["undated"] = "no"
    if table.span and tuple(state.dates) != table.span:
        query["dates"] = "_".join(day.isoformat() for day in state.dates)
    if state.event:
        query["event"] = state.event
    if {name: st.query_params.get_all(name) for name in st.query_params} != {
        name: value if isinstance(value, list) else [value] for name, value in query.items()
    }:
        st.query_params.from_dict(query)


def sidebar(table: Table, selected: Selection) -> None:
    """Draw the filters, each option with the number of events that it would show."""
    events = table.events

    def tally(facet: str) -> dict[Any, int]:
        found = counts(events.loc[selected.without(facet), [facet]], facet)
        return dict(zip(found["value"], found["events"], strict=True))

    types, modalities, precisions = tally("event_type"), tally("modality"), tally("where_prec")
    present_types = set(events["event_type"].unique())
    with st.sidebar:
        st.text_input("Search", key="q", placeholder="person, place, word…", max_chars=200)
        st.pills(
            "Event type",
            [
                name
                for name in present.PALETTE
                if name in present_types or name in st.session_state.type
            ],
            selection_mode="multi",
            key="type",
            format_func=lambda n: f"{present.type_label(n, coloured=True)} {types.get(n, 0):,}",
        )
        st.caption(WORDS["colours"])
        st.pills(
            "Did it happen?",
            list(present.MODALITY_LABELS),
            selection_mode="multi",
            key="modality",
            format_func=lambda n: f"{present.MODALITY_LABELS[n]} {modalities.get(n, 0):,}",
        )
        st.pills(
            "How precise is the place?",
            list(present.PRECISIONS),
            selection_mode="multi",
            key="precision",
            format_func=lambda n: (
                f"{present.PRECISIONS[n][0]} "
                f"{sum(precisions.get(code, 0) for code in present.PRECISIONS[n][1]):,}"
            ),
        )
        st.checkbox("Show undated events", key="undated")
        st.toggle(
            "Online map tiles",
            key="tiles",
            help="Loads OpenStreetMap's tiles over the internet. Everything else works offline.",
        )
        st.button("Reset filters", on_click=reset, args=(table,), icon=":material/restart_alt:")


# --- the page ---------------------------------------------------------------------------------


def header(table: Table, selected: Selection, positions: np.ndarray) -> None:
    """Draw the top line: name, counts, download."""
    told = shown(table.events, selected)
    with st.container(
        key="top", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        st.markdown(f"#### Dateline\n{present.count_line(told)}")
        with st.popover("Download", icon=":material/download:", disabled=not told.shown):
            st.caption(f"The {told.shown:,} events shown")
            for label, suffix, mime in FORMATS:
                st.download_button(
                    label,
                    partial(exported, table, positions, suffix),
                    f"events.{suffix}",
                    mime,
                    on_click="ignore",
                    key=f"download-{suffix}",
                )
    if not told.shown:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.info(present.advice(told), icon=":material/search_off:")
            st.button("Show all", on_click=reset, args=(table,), key="reset-empty", type="primary")


def exported(table: Table, positions: np.ndarray, suffix: str) -> bytes:
    """Return the events shown as a file of the format that `suffix` names."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"events.{suffix}"
        write_any(table.events.iloc[positions], file)
        return file.read_bytes()


def draw_map(table: Table, positions: np.ndarray) -> None:
    """Draw the map; its base is the same in every run, so the browser keeps it."""
    events = table.events[list(maps.COLUMNS)].iloc[positions]
    reported = ["bounds", "zoom"] if table.large else []
    st_folium(
        maps.base_map(table.start),
        key="map",
        height=MAP_HEIGHT,
        use_container_width=True,
        feature_group_to_add=maps.events_layer(
            events,
            st.session_state.event,
            view=browser_view(st.session_state.get("map")),
            dark=st.context.theme.type == "dark",
            tiles=st.session_state.tiles,
        ),
        returned_objects=["last_active_drawing", *reported],
        on_change=map_clicked,
    )


def browser_view(value: Any) -> maps.View | None:
    """Read the view that the browser reports; None if it has not, or says nonsense."""
    try:
        corners, zoom = value["bounds"], float(value["zoom"])
        west, south = (float(corners["_southWest"][axis]) for axis in ("lng", "lat"))
        east, north = (float(corners["_northEast"][axis]) for axis in ("lng", "lat"))
    except (KeyError, TypeError, ValueError):
        return None
    if not all(map(math.isfinite, (west, south, east, north, zoom))):
        return None
    return maps.View((west, south, east, north), min(max(zoom, 0.0), 22.0))


def map_clicked() -> None:
    """Take over the event, or the stack of events, that was clicked on the map."""
    value = st.session_state.get("map") or {}
    properties = (value.get("last_active_drawing") or {}).get("properties") or {}
    if properties.get("at") == st.session_state.clicked:
        return  # a move of the map, not a click
    st.session_state.clicked = properties.get("at")
    if isinstance(properties.get("id"), str):
        st.session_state.event = properties["id"]
    elif isinstance(properties.get("box"), list):
        st.session_state.place = properties["box"]


def strip(table: Table, positions: np.ndarray) -> None:
    """Draw the line between map and time: the tray of countries, and the presets of the slider."""
    with st.container(
        key="strip",
        horizontal=True,
        vertical_alignment="center",
        horizontal_alignment="distribute",
    ):
        tray(table, positions)
        if has_timeline(table):
            presets(table)


def tray(table: Table, positions: np.ndarray) -> None:
    """List what is known by country only, which no dot on the map could tell truly."""
    columns = ["country", "location", "where_prec", "relation", "geometry"]
    events = table.events[columns].iloc[positions]
    coarse = pd.DataFrame(events.loc[at_country_level(events), ["country", "location"]])
    if coarse.empty:
        st.caption("No event at country level")
        return
    groups = coarse.fillna("unknown").groupby("country")
    names = groups["location"].agg(lambda values: values.mode().iloc[0])
    sizes = groups.size().sort_values(ascending=False)
    with st.container(horizontal=True, vertical_alignment="center", width="content"):
        st.caption("Country level:", width="content")
        st.pills(
            "Country level",
            list(sizes.index),
            key="tray",
            format_func=lambda code: f"{present.plain(str(names[code]))} {sizes[code]:,}",
            label_visibility="collapsed",
        )


def presets(table: Table) -> None:
    """Draw the buttons that set the slider."""
    with st.container(horizontal=True, width="content", gap="small"):
        for days, label in ((7, "7 d"), (30, "30 d"), (None, "All")):
            st.button(
                label,
                on_click=preset,
                args=(table.span, days),
                type="tertiary",
                help="All dates" if days is None else f"The {days} days to the end of the range",
            )


def preset(span: tuple[date, date], days: int | None) -> None:
    """Set the slider to the last `days` of its range, or to everything."""
    first, last = span
    end = st.session_state.dates[1]
    start = max(first, end - timedelta(days=days - 1)) if days else first
    st.session_state.dates = (start, end if days else last)


def has_timeline(table: Table) -> bool:
    """Say whether there is more than one day to choose from."""
    return table.span is not None and table.span[0] < table.span[1]


def timeline(table: Table, selected: Selection) -> None:
    """Draw the histogram by day, and below it the slider on the same scale."""
    if table.span is None:
        st.caption("No event of this table has a date.")
        return
    first, last = table.span
    if first == last:
        st.caption(f"All dated events are of {present.day(first)}.")
        return
    with st.container(key="time", gap=None):
        st.altair_chart(
            bars(table, selected),
            key="histogram",
            height=84,
            alt=f"Events by day from {present.day(first)} to {present.day(last)}, by kind",
        )
        st.slider(
            "Dates", first, last, key="dates", format="D MMM YYYY", label_visibility="collapsed"
        )


def bars(table: Table, selected: Selection) -> alt.Chart:
    """Return the histogram, stacked by quad class, with the range's bars in full colour."""
    first, last = table.span or (date.min, date.min)
    columns = ["date_start", "date_end", "event_type"]
    found = histogram(table.events.loc[selected.without("dates"), columns], first, last)
    found["kind"] = found["event_type"].map(dict(present.QUAD_CLASS))
    stacked = found.groupby(["start", "end", "kind"], as_index=False)["events"].sum()
    # Two empty bars hold the scale to the slider's range, whatever the filters leave.
    edges = pd.DataFrame({"start": [first, last], "end": [first, last], "kind": "", "events": 0})
    edges[["start", "end"]] = edges[["start", "end"]].astype("datetime64[ms]")
    stacked = pd.concat([stacked, edges], ignore_index=True)
    stacked["top"] = stacked.groupby("start")["events"].cumsum()
    stacked["foot"] = stacked["top"] - stacked["events"]
    start, end = (np.datetime64(day) for day in st.session_state.dates)
    stacked["inside"] = (stacked["start"] <= end) & (stacked["end"] > start)
    stacked["end"] = stacked["end"].clip(upper=np.datetime64(last, "ms"))
    dark = st.context.theme.type == "dark"
    colours = [pair[dark] for pair in present.QUAD_COLOURS.values()]
    return (
        alt.Chart(stacked)
        .mark_rect(stroke=None)
        .encode(
            x=alt.X(
                "start:T",
                title=None,
                scale=alt.Scale(type="utc", nice=False),
                axis=alt.Axis(tickCount=6, grid=False, labelPadding=1, format="%-d %b"),
            ),
            x2="end:T",
            y=alt.Y("foot:Q", axis=None, scale=alt.Scale(nice=False)),
            y2="top:Q",
            color=alt.Color(
                "kind:N",
                legend=None,
                scale=alt.Scale(domain=list(present.QUAD_COLOURS), range=colours),
            ),
            opacity=alt.condition("datum.inside", alt.value(1), alt.value(0.25)),
            tooltip=[
                alt.Tooltip("start:T", format="%-d %b %Y", title="from"),
                alt.Tooltip("kind:N"),
                alt.Tooltip("events:Q"),
            ],
        )
        .properties(padding={"left": 6, "right": 6, "top": 4, "bottom": 0})
        .configure_view(strokeWidth=0)
    )


# --- list and detail --------------------------------------------------------------------------


def event_list(table: Table, selected: Selection, positions: np.ndarray) -> list[str]:
    """Draw the list of the events shown, newest first, and return their ids in its order."""
    state = st.session_state
    # The table is sorted by day with the undated last; they stay last when the newest come first.
    dated = event_days(table.events)["first"].notna().to_numpy()[positions]
    order = np.concatenate([positions[dated][::-1], positions[~dated]])
    narrowed = state.get("tray") or state.place
    events = table.events.iloc[order if narrowed else order[:LISTED]]
    if state.get("tray"):
        country = events["country"].fillna("unknown")
        events = events[at_country_level(events) & country.eq(state.tray).to_numpy()]
    if state.place:
        events = events[mask(events, Filters(modalities=None, bbox=tuple(state.place))).to_numpy()]
        st.button(
            f"{len(events):,} events at this point · show all",
            on_click=all_places,
            icon=":material/close:",
            type="tertiary",
        )
    events = events.head(LISTED)
    rows = events.to_dict("records")
    view = pd.DataFrame(
        {
            "Date": [present.short_day(row) for row in rows],
            "Type": [present.type_label(row["event_type"]) for row in rows],
            "Place": [present.place(row) for row in rows],
            "Who": [present.actors(row) for row in rows],
            "Sentence": ["" if is_null(row["sentence"]) else row["sentence"][:200] for row in rows],
        }
    )
    ids = [row["event_id"] for row in rows]
    state.listed = ids
    wanted = [ids.index(state.event)] if state.event in ids else []
    # The browser keeps the row's number, we keep the event: after a filter the numbers move.
    if "list" not in state or state["list"]["selection"]["rows"] != wanted:
        state["list"] = {"selection": {"rows": wanted, "columns": [], "cells": []}}
    st.dataframe(
        view,
        key="list",
        height=LIST_HEIGHT if state.event else LIST_HEIGHT + DETAIL_HEIGHT - 40,
        hide_index=True,
        on_select=row_chosen,
        selection_mode=["single-row", "single-cell"],
        column_config={
            "Date": st.column_config.TextColumn(width=84),
            "Type": st.column_config.TextColumn(width=92),
            "Place": st.column_config.TextColumn(width=120),
            "Who": st.column_config.TextColumn(width=140),
            "Sentence": st.column_config.TextColumn(width=420),
        },
        alt="Events shown: date, type, place, actors and sentence",
    )
    if len(positions) > LISTED and len(rows) == LISTED:
        st.caption(f"The latest {LISTED} of {len(positions):,}; the download has all.")
    return ids


def row_chosen() -> None:
    """Take over the row of the list that was selected, by its box or by a click in it."""
    chosen, ids = st.session_state["list"]["selection"], st.session_state.listed
    rows = [row for row, _ in chosen["cells"]] or chosen["rows"]
    st.session_state.event = ids[rows[0]] if rows and rows[0] < len(ids) else None


def all_places() -> None:
    """List the events of all places again."""
    st.session_state.place = None


def detail(table: Table, ids: list[str]) -> None:
    """Show the selected event in plain words, and its sentence in the article."""
    chosen = st.session_state.event
    if chosen is None:
        st.caption(WORDS["choose"])
        return
    event = table.events.iloc[table.ids.get_loc(chosen)].to_dict()
    with st.container(height=DETAIL_HEIGHT, border=True):
        title = "" if is_null(event["title"]) else str(event["title"])
        st.markdown(f"**{present.plain(title) or present.type_label(event['event_type'])}**")
        if chosen not in ids:
            st.caption("The filters hide this event.")
        document = None
        if table.documents is not None and event["doc_id"] in table.documents.index:
            document = str(table.documents.loc[event["doc_id"], "text"])
        st.html(present.article_html(*present.excerpt(document or "", event)))
        if document is None:
            st.caption(WORDS["no_text"])
        st.html(present.facts_html(event))
        url = present.safe_url(event["url"])
        if url:
            st.link_button("Open the original", url, icon=":material/open_in_new:")
        if document is not None:
            with st.expander("Whole article"):
                st.html(present.article_html(document, event))


main()
