"""The dashboard: load, filter, draw, list, read, download. Streamlit only; the rest is in geo/.

    streamlit run app.py -- [EVENTS]

EVENTS is a folder made by `dateline build` or an events file; without it the environment variable
DATELINE_EVENTS, else the demo (data/demo, made by `make run`). Nothing is asked of the network.
"""

import os
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NoReturn

import geopandas as gpd
import numpy as np
import pandas as pd
import streamlit as st
from streamlit.components.v1 import declare_component
from streamlit_folium import st_folium

from geo import charts, link, maps, present, summary
from geo.export import write_any
from geo.filters import Filters, event_days, mask
from geo.frame import DOCUMENTS_FILE, InvalidEvents, is_null, read
from geo.sources import read_documents

ROOT: Final = Path(__file__).resolve().parent
STATIC: Final = ROOT / "data" / "static"
MAP_HEIGHT: Final = 488  # with the rest, a screen of 1366 x 768 without scrolling
LIST_HEIGHT: Final = 254
DETAIL_HEIGHT: Final = 418
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
    "tiles": "Loads OpenStreetMap's tiles over the internet. Everything else works offline.",
    "tray": "These events have no dot on the map, which would claim a place that the text "
    "does not give. Choose a group to list it.",
}


@dataclass(frozen=True, slots=True)
class Table:
    """An events table as the dashboard holds it, one for all visitors."""

    events: gpd.GeoDataFrame
    ids: "pd.Index[Any]"  # of event_id, in the order of the rows
    documents: pd.DataFrame | None  # indexed by doc_id
    span: tuple[date, date] | None  # of all dated events
    main: tuple[date, date] | None  # of most of them, where a few lie far off
    start: summary.Bbox | None  # first view of the map: where most events are
    large: bool  # too large to be sent whole, so that the browser must report its view


def main() -> None:
    """Run the page once, from top to bottom."""
    st.set_page_config(
        page_title="Dateline",
        page_icon=str(STATIC / "icon.svg"),
        layout="wide",
        initial_sidebar_state=252,
    )
    # Served by Streamlit below /component/, beside streamlit-folium's frame: the map's own files
    # need no static folder at the root and work below any base path.
    declare_component("dateline_assets", path=STATIC)
    declare_component("dateline_basemap", path=ROOT / "data" / "basemap")
    st.html(STATIC / "dateline-page.css")
    table = open_table(events_path())
    seed(table)
    selected = summary.selection(table.events, chosen_filters(table))
    positions = np.flatnonzero(selected.keep)
    sidebar(table, selected)
    header(table, selected, positions)
    left, right = st.columns([63, 37], gap="small")
    with left:
        draw_map(table, positions)
        strip(table, positions)
        timeline(table, selected)
    with right:
        event_list(table, positions)
        detail(table)
    write_link(table)


# --- load -------------------------------------------------------------------------------------


def events_path() -> Path:
    """Return the table to show: argument, environment, or the demo."""
    given = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("DATELINE_EVENTS", "")
    return Path(given) if given else ROOT / "data" / "demo"


def open_table(path: Path) -> Table:
    """Load the table, or say what is wrong and stop."""
    files = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    stamp = tuple((f.name, f.stat().st_size, f.stat().st_mtime_ns) for f in files if f.exists())
    try:
        return load(str(path), stamp)
    except FileNotFoundError:
        stop("No events yet", f"There is no events table at {path}.")
    except InvalidEvents as error:
        st.error(WORDS["invalid"], icon=":material/error:")
        stop("The events cannot be shown", str(error)[:4000])
    except (ValueError, OSError) as error:
        stop("The events cannot be read", str(error)[:1000])


def stop(title: str, text: str) -> NoReturn:
    """Say what is wrong and what to do, and end the page."""
    st.subheader(title)
    st.text(text)
    st.info(WORDS["build"], icon=":material/construction:")
    st.stop()


@st.cache_resource(show_spinner="Reading the events…", max_entries=2)
def load(path: str, stamp: tuple[tuple[str, int, int], ...]) -> Table:  # noqa: ARG001  # a cache key
    """Read a table and its documents, once for all visitors and until its files change."""
    events = read(path)
    folder = Path(path) if Path(path).is_dir() else Path(path).parent
    on_map = maps.drawn(events)
    span, core = summary.date_span(events), summary.core_span(events)
    first = event_days(events)["first"]
    in_core = True if core is None else first.between(pd.Timestamp(core[0]), pd.Timestamp(core[1]))
    return Table(
        events=events,
        ids=pd.Index(events["event_id"]),
        documents=read_documents(folder) if (folder / DOCUMENTS_FILE).exists() else None,
        span=span,
        main=core or span,
        start=summary.core_box(events.loc[on_map & in_core, ["longitude", "latitude"]]),
        large=int(on_map.sum()) > maps.MAX_FEATURES,
    )


# --- state and filters ------------------------------------------------------------------------


def seed(table: Table) -> None:
    """Set the widgets from the page's address on the first run."""
    state, query = st.session_state, st.query_params
    if "seeded" not in state:
        opened = link.parse({name: query.get_all(name) for name in query})
        for name in DEFAULTS:
            value = getattr(opened, name)
            state[name] = list(value) if isinstance(value, tuple) else value
        state.update(seeded=True, tiles=False, place=None, clicked=None, event=opened.event)
        if table.span and table.main:
            wanted = opened.dates or table.main
            days = max(wanted[0], table.span[0]), min(wanted[1], table.span[1])
            state.dates = days if days[0] <= days[1] else table.main
            outside = state.dates[0] < table.main[0] or state.dates[1] > table.main[1]
            state.slider = table.span if outside else table.main
    if state.event not in table.ids:
        state.event = None


def chosen_filters(table: Table) -> Filters:
    """Gather the widgets into one value."""
    state = st.session_state
    days = state.dates if table.span and tuple(state.dates) != table.span else (None, None)
    codes = [present.PRECISIONS[name][1] for name in state.precision]
    return Filters(
        date_from=days[0],
        date_to=days[1],
        event_types=frozenset(state.type) or None,
        modalities=frozenset(state.modality) or None,
        where_precs=frozenset[int]().union(*codes) or None,
        text=state.q,
        undated=state.undated,
    )


def reset(table: Table) -> None:
    """Open all filters but the default ones."""
    st.session_state.update(DEFAULTS, place=None, tray=None)
    if table.span:
        st.session_state.update(dates=table.span, slider=table.span)


def write_link(table: Table) -> None:
    """Keep the page's address such that it opens this view."""
    state = st.session_state
    wanted = link.build(
        link.Link(
            **{name: tuple(state[name]) for name in ("type", "modality", "precision")},
            q=state.q,
            undated=state.undated,
            dates=tuple(state.dates) if table.span and tuple(state.dates) != table.main else None,
            event=state.event,
        )
    )
    if {name: st.query_params.get_all(name) for name in st.query_params} != wanted:
        st.query_params.from_dict(wanted)


def sidebar(table: Table, selected: summary.Selection) -> None:
    """Draw the filters, each option with the number of events that it would show."""
    events = table.events

    def options(facet: str, labels: dict[str, str], codes: dict[str, Any]) -> dict[str, str]:
        found = summary.counts(events.loc[selected.without(facet), [facet]], facet)
        number = dict(zip(found["value"], found["events"], strict=True))
        return {
            name: f"{text} {sum(number.get(code, 0) for code in codes.get(name, [name])):,}"
            for name, text in labels.items()
        }

    known = set(events["event_type"].unique()) | set(st.session_state.type)
    types = {n: present.type_label(n, coloured=True) for n in present.PALETTE if n in known}
    precisions = {name: text for name, (text, _) in present.PRECISIONS.items()}
    codes = {name: code for name, (_, code) in present.PRECISIONS.items()}
    with st.sidebar:
        st.text_input("Search", key="q", placeholder="person, place…", max_chars=link.MAX_TEXT)
        for key, title, labels in (
            ("type", "Event type", options("event_type", types, {})),
            ("modality", "Did it happen?", options("modality", present.MODALITY_LABELS, {})),
            ("precision", "How precise is the place?", options("where_prec", precisions, codes)),
        ):
            st.pills(
                title, list(labels), selection_mode="multi", key=key, format_func=labels.__getitem__
            )
            if key == "type":
                st.caption(WORDS["colours"])
        st.checkbox("Show undated events", key="undated")
        st.toggle("Online map tiles", key="tiles", help=WORDS["tiles"])


# --- the page ---------------------------------------------------------------------------------


def header(table: Table, selected: summary.Selection, positions: np.ndarray) -> None:
    """Draw the top line: name, counts, reset, download; and advice if nothing is shown."""
    told = summary.shown(table.events, selected)
    with st.container(
        key="top", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        st.markdown(f"#### Dateline\n{present.count_line(told)}")
        with st.container(horizontal=True, width="content"):
            st.button(
                "Show all" if not told.shown else "Reset",
                key="reset",
                on_click=reset,
                args=(table,),
                icon=":material/restart_alt:",
                type="tertiary" if told.shown else "primary",
                help="Open every filter, and the whole period",
            )
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
    # Always there, if empty: an element that came or went above the map would mount it anew.
    with st.container(key="advice"):
        if not told.shown:
            st.info(present.advice(told), icon=":material/search_off:")


def exported(table: Table, positions: np.ndarray, suffix: str) -> bytes:
    """Return the events shown as a file of the format that `suffix` names."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"events.{suffix}"
        write_any(table.events.iloc[positions], file)
        return file.read_bytes()


def draw_map(table: Table, positions: np.ndarray) -> None:
    """Draw the map; its base is the same in every run, so the browser keeps it and the view."""
    layer = maps.events_layer(
        table.events[list(maps.COLUMNS)].iloc[positions],
        st.session_state.event,
        view=maps.view_from(st.session_state.get("map")),
        dark=st.context.theme.type == "dark",
        tiles=st.session_state.tiles,
    )
    st_folium(
        maps.base_map(table.start),
        key="map",
        height=MAP_HEIGHT,
        use_container_width=True,
        feature_group_to_add=layer,
        returned_objects=["last_active_drawing", *(["bounds", "zoom"] if table.large else [])],
        on_change=map_clicked,
    )


def map_clicked() -> None:
    """Take over the event, or the stack of events, that was clicked on the map."""
    click = maps.click_from(st.session_state.get("map"))
    if click is None or click.at == st.session_state.clicked:
        return  # a move of the map, not a click
    st.session_state.clicked = click.at
    if click.event_id is not None:
        st.session_state.event = click.event_id
    elif click.box is not None:
        st.session_state.place = click.box


def strip(table: Table, positions: np.ndarray) -> None:
    """Draw the line between map and time: what is not on the map, and the slider's presets."""
    with st.container(
        key="strip", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        groups = summary.off_map(table.events.iloc[positions][[*maps.COLUMNS, "country"]])
        names = dict(zip(groups["key"], groups["name"], strict=True))
        sizes = dict(zip(groups["key"], groups["events"], strict=True))
        unplaced = sizes.get(summary.UNPLACED, 0)
        named = [(names[key], n) for key, n in sizes.items() if key != summary.UNPLACED]
        with st.popover(
            present.tray_line(named, unplaced) or "All events shown are on the map",
            type="tertiary",
            disabled=not sizes,
            key="strip-tray",
        ):
            st.caption(WORDS["tray"])
            labels = {key: f"{present.plain(names[key])} {n:,}" for key, n in sizes.items()}
            labels |= {summary.UNPLACED: f"no place found {unplaced:,}"} if unplaced else {}
            st.pills("Not on the map", list(labels), key="tray", format_func=labels.__getitem__)
        if table.span and table.span[0] < table.span[1]:
            with st.container(horizontal=True, width="content", gap="small"):
                choices = {"7 d": 7, "30 d": 30, "All": table.span}
                if table.main != table.span:
                    choices = {"7 d": 7, "30 d": 30, "Main": table.main, "All": table.span}
                for label, days in choices.items():
                    st.button(label, on_click=preset, args=(days,), type="tertiary")


def preset(days: int | tuple[date, date]) -> None:
    """Set the slider to the last `days` of what it selects, or its scale and all to a span."""
    state = st.session_state
    if isinstance(days, int):
        end = state.dates[1]
        state.dates = max(state.slider[0], end - timedelta(days=days - 1)), end
    else:
        state.update(dates=days, slider=days)


def timeline(table: Table, selected: summary.Selection) -> None:
    """Draw the histogram, and below it the slider on the same scale."""
    if table.span is None or table.span[0] == table.span[1]:
        only = f"All dated events are of {present.day(table.span[0])}." if table.span else None
        st.caption(only or "No event of this table has a date.")
        return
    state = st.session_state
    columns = ["date_start", "date_end", "event_type"]
    step = summary.step_for(*state.slider)
    bars = summary.histogram(
        table.events.loc[selected.without("dates"), columns], *state.slider, step=step
    )
    dark = st.context.theme.type == "dark"
    words = " to ".join(map(present.day, state.slider))
    with st.container(key="time", gap=None):
        st.altair_chart(
            charts.timeline(bars, state.slider, state.dates, step=step, dark=dark),
            key="histogram",
            height=84,
            alt=f"Number of events by {step}, {words}",
        )
        first, last = state.slider
        st.slider(
            "Dates", first, last, key="dates", format="D MMM YYYY", label_visibility="collapsed"
        )


# --- list and detail --------------------------------------------------------------------------


def event_list(table: Table, positions: np.ndarray) -> None:
    """Draw the list of the events shown, newest first and the undated last."""
    state = st.session_state
    dated = event_days(table.events)["first"].notna().to_numpy()[positions]
    order = np.concatenate([positions[dated][::-1], positions[~dated]])
    narrowed = state.get("tray") or state.place
    events = table.events.iloc[order if narrowed else order[:LISTED]]
    if state.get("tray"):
        events = events[summary.off_map_key(events) == state.tray]
    if state.place:
        events = events[mask(events, Filters(modalities=None, bbox=state.place)).to_numpy()]
    rows = events.head(LISTED).to_dict("records")
    state.listed = [row["event_id"] for row in rows]
    cut = len(positions) > len(rows) == LISTED
    with st.container(key="list-note"):
        if narrowed:
            words = "at this point" if state.place else "not on the map"
            words = f"{len(events):,} events {words} · list all"
            st.button(words, on_click=all_places, icon=":material/close:", type="tertiary")
        if cut:
            st.caption(f"The latest {LISTED} of {len(positions):,}; the download has all.")
    wanted = [state.listed.index(state.event)] if state.event in state.listed else []
    # The browser keeps the row's number, we keep the event: after a filter the numbers move.
    marked = state["list"]["selection"]["rows"] if "list" in state else []
    if marked != wanted:
        state["list"] = {"selection": {"rows": wanted, "columns": [], "cells": []}}
    widths = {"Date": 84, "Type": 92, "Place": 120, "Who": 140, "Sentence": 420}
    extra = 40 * (int(cut) + bool(narrowed))
    st.dataframe(
        pd.DataFrame(list(map(present.list_row, rows)), columns=list(widths)),
        key="list",
        height=(LIST_HEIGHT if state.event else LIST_HEIGHT + DETAIL_HEIGHT - 40) - extra,
        hide_index=True,
        on_select=row_chosen,
        selection_mode=["single-row", "single-cell"],
        column_config={n: st.column_config.TextColumn(width=w) for n, w in widths.items()},
        alt="Events shown: date, type, place, actors and sentence",
    )


def row_chosen() -> None:
    """Take over the row of the list that was selected, by its box or by a click in it."""
    chosen, ids = st.session_state["list"]["selection"], st.session_state.listed
    rows = [row for row, _ in chosen["cells"]] or chosen["rows"]
    st.session_state.event = ids[rows[0]] if rows and rows[0] < len(ids) else None


def all_places() -> None:
    """List the events of all places again."""
    st.session_state.update(place=None, tray=None)


def detail(table: Table) -> None:
    """Show the selected event in plain words, and its sentence in the article."""
    chosen = st.session_state.event
    if chosen is None:
        st.caption(WORDS["choose"])
        return
    event = table.events.iloc[table.ids.get_loc(chosen)].to_dict()
    texts = table.documents
    known = texts is not None and event["doc_id"] in texts.index
    document = str(texts.loc[event["doc_id"], "text"]) if texts is not None and known else ""
    with st.container(height=DETAIL_HEIGHT, border=True):
        title = "" if is_null(event["title"]) else present.plain(str(event["title"]))
        st.markdown(f"**{title or present.type_label(event['event_type'])}**")
        if chosen not in st.session_state.listed:
            st.caption("This event is not in the list now.")
        st.html(present.article_html(*present.excerpt(document, event)))
        if not known:
            st.caption(WORDS["no_text"])
        st.html(present.facts_html(event))
        if url := present.safe_url(event["url"]):
            st.link_button("Open the original", url, icon=":material/open_in_new:")
        if known:
            with st.expander("Whole article"):
                st.html(present.article_html(document, event))


main()
