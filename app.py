"""The dashboard: load, filter, draw, list, read, add, download. All but Streamlit is in geo/.

    streamlit run app.py -- [EVENTS]

EVENTS is a folder made by `dateline build` or an events file; without it the environment variable
DATELINE_EVENTS, else the demo (data/demo, made by `make run`). Nothing is asked of the network.
"""

import os
import sys
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import numpy as np
import streamlit as st
from streamlit import runtime
from streamlit.components.v1 import declare_component
from streamlit_folium import st_folium

from geo import (
    article,
    charts,
    detail,
    drawing,
    facets,
    link,
    maps,
    memory,
    options,
    player,
    present,
    state,
    widgets,
    words,
)
from geo.rows import Rows
from geo.table import Stamp, Table, open_table, stamp, workspace

ROOT: Final = Path(__file__).resolve().parent
STATIC: Final = ROOT / "data" / "static"
# Pixels, where the window is too small for the page's style to fill it (dateline-page.css).
MAP_HEIGHT: Final = 572
LIST_HEIGHT: Final = 254
DETAIL_HEIGHT: Final = 370
SESSION: Final[Any] = st.session_state


def main() -> None:
    """Run the page once, from top to bottom."""
    st.set_page_config(
        page_title=words.NAME,
        page_icon=str(STATIC / "icon.svg"),
        layout="wide",
        initial_sidebar_state=252,
    )
    # Served by Streamlit below /component/, beside streamlit-folium's frame: the map's own files
    # need no static folder at the root and work below any base path.
    declare_component("dateline_assets", path=STATIC)
    declare_component("dateline_basemap", path=ROOT / "data" / "basemap")
    st.html(STATIC / "dateline-page.css")
    given = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("DATELINE_EVENTS", "")
    shared = opened(Path(given) if given else ROOT / "data" / "demo")
    state.settle(SESSION, shared)
    table = state.session_table(SESSION, shared)
    query = {name: st.query_params.get_all(name) for name in st.query_params}
    state.seed(SESSION, table, query, known=st.context.cookies.get("dateline_seen") == "1")
    chosen, selected, told = state.look(SESSION, table)
    positions = np.flatnonzero(selected.keep)
    top = st.container()
    left, right = st.columns([63, 37], gap="small")
    with left:
        draw_map(table, selected)  # first, for the map is what a person waits for
    with top:
        header(table, told, positions)
    with left:
        with st.container(key="time", gap=None):
            put(widgets.timeline(SESSION, table))
        strip(table, positions)
    with right:
        if SESSION.panel == "add":
            adding_panel(shared)
        else:
            event_list(table, positions)
            event_detail(table, selected)
    sidebar(table, selected, chosen)
    wanted = state.address(SESSION, table, query)
    if wanted != query:
        st.query_params.from_dict(wanted)
    if news := SESSION.pop("news", ""):
        st.toast(news, icon=":material/check:")
    memory.give_back()  # what the page took beyond what it keeps


def put(*parts: widgets.Part) -> dict[str, Any]:
    """Draw widgets, and return the values of those with a key."""
    values: dict[str, Any] = {}
    for part in parts:
        if isinstance(part, widgets.Widget):
            values[part.key or ""] = getattr(st, part.kind)(part.label, **part.arguments())
        else:
            with st.container(horizontal=True):
                values |= put(*part)
    return values


def opened(path: Path) -> Table:
    """Load the table, or say what is wrong and what to do, and end the page."""
    try:
        return load(path, stamp(path))
    except (ValueError, OSError) as error:
        title, text, broken = present.trouble(error, path)
        st.subheader(title)
        if broken:
            st.error(broken, icon=":material/error:")
        st.text(text)
        st.info(words.BUILD, icon=":material/construction:")
        st.stop()


@st.cache_resource(show_spinner=words.LOADING, max_entries=2)
def load(path: Path, files: Stamp) -> Table:  # noqa: ARG001  # of the cache's key, unlike a _name
    """Read a table once for all visitors, and again when its files change."""
    memory.spare()
    table = open_table(path)
    memory.settle()
    return table


# --- filters, top line and dialogs ------------------------------------------------------------


def sidebar(table: Table, selected: facets.Selection, chosen: link.Link) -> None:
    """Draw the filters, and those in force as chips."""
    with st.sidebar:
        with st.container(key="chips-box"):
            put(*widgets.chips(SESSION, table, chosen))
        put(*widgets.filters(SESSION, table, selected, chosen, fly))


def fly() -> None:
    """Look for a place and have the map go there."""
    from geo import reasons  # noqa: PLC0415  # opens the gazetteer, so only when asked

    spot = reasons.spot(SESSION.place_search)
    SESSION.fly_failed = bool(SESSION.place_search.strip()) and spot is None
    if spot is not None:
        SESSION.fly = {**spot.as_dict(), "at": time.time()}


def header(table: Table, told: facets.Shown, positions: np.ndarray) -> None:
    """Draw the top line: name, counts and what can be done; and advice if nothing is shown."""
    adding = os.environ.get("DATELINE_ADD", "").strip().lower() != "off"
    with st.container(
        key="top", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        st.markdown(f"#### {words.NAME}\n{present.count_line(told)}")
        with st.container(horizontal=True, width="content", gap="small"):
            pressed = put(*widgets.actions(SESSION, table, told, adding=adding))
            with st.popover(
                words.DOWNLOAD, icon=":material/download:", disabled=not told.shown, key="download"
            ):
                put(*widgets.downloads(SESSION, table, positions))
    # Always there, if empty: an element that came or went above the map would mount it anew.
    with st.container(key="advice"):
        put(*widgets.advice(told))
    if pressed["charts"]:
        charts_dialog(table, positions)
    if pressed["data"]:
        data_dialog(table)


@st.dialog(words.CHARTS, width="large")
def charts_dialog(table: Table, positions: np.ndarray) -> None:
    """Draw the events shown as charts, each with its data as CSV."""
    name = put(widgets.segments(SESSION, words.CHARTS, words.CHART_NAMES, "chart"))["chart"]
    counted, outlines = charts.counted(name, table.index, positions), None
    if name == "choropleth" and len(counted):
        from geo.outlines import provinces  # noqa: PLC0415  # opens the boundaries

        named = charts.countries(counted)
        select = widgets.Widget("selectbox", words.CHART_COUNTRY, "chart-country", named)
        country = put(select)["chart-country"]
        counted = counted[counted["country"] == country]
        outlines = provinces(country, counted["province"])
    if counted.empty:
        st.info(words.CHART_NONE, icon=":material/search_off:")
        return
    st.altair_chart(
        charts.drawn(name, counted, dark=st.context.theme.type == "dark", outlines=outlines),
        key="chart-drawn",
        height=380,
        alt=words.CHART_ALT.format(words.CHART_NAMES[name], SESSION.caption),
    )
    st.caption(words.CHART_MENU)
    st.download_button(
        words.CHART_CSV, charts.to_csv(counted), f"{name}.csv", "text/csv", on_click="ignore"
    )


@st.dialog(words.DATA, width="large")
def data_dialog(table: Table) -> None:
    """Tell what the table holds, whence it comes, and under which licences."""
    put(*widgets.data(table))


# --- add text ---------------------------------------------------------------------------------


def adding_panel(shared: Table) -> None:
    """Draw the panel in which a person adds text, beside the map that shows what is found."""
    with st.container(border=True, key="adding", height=LIST_HEIGHT + DETAIL_HEIGHT + 60):
        with st.container(horizontal=True, horizontal_alignment="distribute"):
            st.markdown(f"##### {words.ADD}")
            close = partial(SESSION.update, panel=None)
            st.button(words.CLOSE, key="add-close", on_click=close, type="tertiary")
        try:
            from pipeline import adding  # noqa: PLC0415  # a map-only deployment has no pipeline
        except ImportError:
            st.info(words.ADD_MISSING, icon=":material/extension_off:")
            return
        job = SESSION.job
        if SESSION.added is not None and job is not None:
            found, drop = job.found, partial(state.drop, SESSION, shared)
            put_by = partial(adding.keep, found, workspace(shared.path))
            keep = partial(state.keep, SESSION, shared, put_by) if len(found.events) else None
            told = found.told(alone=isinstance(shared.events, Rows))
            sentences = article.sentences_html(found.checked())
            put(*widgets.found(SESSION, told, sentences, keep, drop))
        elif job is not None and (job.running or job.found is not None):
            reading()  # also where it ended just now, after what is shown was settled
        else:
            adding_form(adding)


def adding_form(adding: ModuleType) -> None:
    """Draw what a person can give: a text, files, or an address."""
    adding.warm()
    st.caption(words.ADD_WHAT)
    given: dict[str, Any] = {}
    forms = widgets.form(fetching=adding.allowed())
    for tab, parts in zip(st.tabs(list(forms)), forms.values(), strict=True):
        with tab:
            given |= put(*parts)
    given |= put(widgets.published())
    if st.button(words.ADD_START, key="add-start", type="primary"):
        files = tuple((file.name, file.getvalue()) for file in given["add-files"])
        what = adding.Given(given["add-text"], files, given["add-url"], given["add-published"])
        if wrong := adding.problem(what):
            st.warning(wrong)
        else:
            SESSION.job = adding.start(what)
            st.rerun()
    st.caption(words.ADD_LIMITS.format(*adding.LIMITS))
    if SESSION.job is not None and SESSION.job.error:
        st.error(present.plain(SESSION.job.error))


@st.fragment(run_every=0.5)
def reading() -> None:
    """Tell how far the reading is, and put what it found on the map when it is done."""
    job = SESSION.job
    st.progress(*job.told())
    if st.button(words.ADD_CANCEL, key="add-cancel"):
        job.cancel()
        SESSION.job = None
        st.rerun()
    job.join(0.3)
    if not job.running:
        st.rerun()  # what was found is taken over before the widgets are drawn


# --- map and time -----------------------------------------------------------------------------


@st.fragment
def draw_map(table: Table, selected: facets.Selection) -> None:
    """Draw map and timeline; the base is the same in every run, so the browser keeps the view.

    A move of the map runs this alone; a click, an area or days chosen on it run the whole page.
    """
    if SESSION.pop("map_news", False):
        st.rerun()
    reply = maps.reply_from(SESSION.get("map"))
    look = maps.screen(SESSION, table, reply, dark=st.context.theme.type == "dark")
    data = maps.payload(table.index, table.points, selected, look) | maps.beside(SESSION, look)
    st_folium(
        maps.base_map(table.start, view=SESSION.view, height=MAP_HEIGHT),
        key="map",
        height=MAP_HEIGHT,
        use_container_width=True,
        feature_group_to_add=maps.events_layer(data | playing(table, selected, reply)),
        returned_objects=[],
        render=False,  # once is enough, and the component does it itself
        on_change=map_told,
    )


def playing(table: Table, selected: facets.Selection, reply: maps.Reply) -> dict[str, str]:
    """Return the key of the player's arrays, and once it asks for them, where they are.

    They are a file of this session only, as that of a download button is: its address is a hash of
    its content, and it goes when the session shows something else.
    """
    chosen = drawing.over_time(table.index, selected)
    key = drawing.row_key(chosen)
    if reply.want != key or reply.have == key:
        return {"key": key}
    packed = player.pack(table.index, table.points, chosen)
    files = runtime.get_instance().media_file_mgr
    return {"key": key, "url": files.add(packed, "application/octet-stream", "dateline-player")}


def map_told() -> None:
    """Take over what was done on the map."""
    reply = maps.reply_from(SESSION.get("map"))
    SESSION.map_news = maps.take_over(SESSION, SESSION.get("slider"), reply)


def strip(table: Table, positions: np.ndarray) -> None:
    """Draw the line below the slider: what is not on the map, a file to compare with, presets."""

    def compare() -> None:
        given = SESSION.compare
        maps.compare(SESSION, *(() if given is None else (given.name, given.getvalue())))

    with st.container(
        key="strip", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        line, labels = options.tray(table.index, positions)
        with st.popover(line, type="tertiary", disabled=not labels, key="strip-tray"):
            st.caption(words.TRAY)
            put(widgets.Widget("pills", words.TRAY_LABEL, "tray", labels))
        with st.popover(words.COMPARE, type="tertiary", key="strip-compare"):
            kinds = ["csv", "geojson", "json"]
            st.file_uploader(words.COMPARE_HELP, kinds, key="compare", on_change=compare)
            st.text(SESSION.get("others_said") or "")
        with st.container(horizontal=True, width="content", gap="small"):
            put(*widgets.presets(SESSION, table))


# --- list and detail --------------------------------------------------------------------------


def event_list(table: Table, positions: np.ndarray) -> None:
    """Draw the list of the events shown: the first rows, and more when they are asked for."""
    positions, narrowed = state.narrowed(SESSION, table, positions)
    with st.container(key="list-note", horizontal=True, vertical_alignment="center", gap="small"):
        put(*widgets.order())
    if narrowed:
        everywhere = partial(SESSION.update, place=None, tray=None)
        st.button(narrowed, on_click=everywhere, icon=":material/close:", type="tertiary")
    declare_component("dateline_list", path=STATIC / "list")(
        key="list",
        height=(LIST_HEIGHT if SESSION.event else LIST_HEIGHT + 240) - 40 * bool(narrowed),
        on_change=lambda: state.listed(SESSION, SESSION.get("list")),
        **widgets.rows(SESSION, table, positions),
    )


def event_detail(table: Table, selected: facets.Selection) -> None:
    """Show the selected event in plain words, and its sentence in the article."""

    def readings(event: Mapping[str, Any]) -> Any:
        from geo import reasons  # noqa: PLC0415  # opens the gazetteer, so only when asked

        return reasons.readings(event)

    event = table.event(SESSION.event)
    if event is None:
        with st.container(key="welcome", border=SESSION.welcome):
            put(*widgets.welcome(SESSION))
        return
    with st.container(height=DETAIL_HEIGHT, border=True, key="detail"):
        st.markdown(detail.title(event))
        tabs = detail.tabs(table, event)
        tab = put(widgets.segments(SESSION, words.TABS_LABEL, tabs, "tab"))["tab"]
        hidden = not selected.keep[table.row(event["event_id"])]
        put(*detail.parts(SESSION, table, event, tab, hidden=hidden, readings=readings))


main()
