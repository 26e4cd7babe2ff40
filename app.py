"""The dashboard: load, filter, draw, list, read, add, download. All but Streamlit is in geo/.

    streamlit run app.py -- [EVENTS]

EVENTS is a folder made by `dateline build` or an events file; without it the environment variable
DATELINE_EVENTS, else the demo (data/demo, made by `make run`). Nothing is asked of the network.
"""

import os
import sys
import time
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, Final, NoReturn

import numpy as np
import streamlit as st
from streamlit import runtime
from streamlit.components.v1 import declare_component
from streamlit_folium import st_folium

from geo import (
    about,
    article,
    charts,
    drawing,
    export,
    facets,
    link,
    listing,
    maps,
    options,
    player,
    present,
    state,
    words,
)
from geo.frame import InvalidEvents, is_null
from geo.rows import Rows
from geo.schema import ATTRIBUTION
from geo.table import Stamp, Table, open_table, stamp, workspace

ROOT: Final = Path(__file__).resolve().parent
STATIC: Final = ROOT / "data" / "static"
MAP_HEIGHT: Final = 572  # map and timeline; with the rest 1366 x 768 without scrolling
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
    shared = opened(events_path())
    state.settle(SESSION, shared)
    table = state.session_table(SESSION, shared)
    state.seed(SESSION, table, query(), known=st.context.cookies.get("dateline_seen") == "1")
    chosen, selected, told = state.look(SESSION, table)
    positions = np.flatnonzero(selected.keep)
    header(table, told, positions)
    left, right = st.columns([63, 37], gap="small")
    with left:
        draw_map(table, selected)
        timeline(table)
        strip(table, positions)
    with right:
        if SESSION.panel == "add":
            adding_panel(shared)
        else:
            event_list(table, positions)
            detail(table, selected)
    sidebar(table, selected, chosen)  # last, for the map is what a person waits for
    wanted = state.address(SESSION, table, query())
    if wanted != query():
        st.query_params.from_dict(wanted)


def query() -> dict[str, list[str]]:
    """Return the parameters of the page's address."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def naming(labels: Mapping[str, str]) -> Callable[[Any], str]:
    """Return the function that labels an option of a widget."""
    return lambda option: labels.get(option, str(option))


def segments(title: str, labels: Mapping[str, str], key: str) -> str:
    """Draw a choice of one among a few, the first by default."""
    chosen = st.segmented_control(
        title,
        list(labels),
        default=next(iter(labels)),
        key=key,
        format_func=naming(labels),
        label_visibility="collapsed",
    )
    return chosen or next(iter(labels))


# --- load -------------------------------------------------------------------------------------


def events_path() -> Path:
    """Return the table to show: argument, environment, or the demo."""
    given = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("DATELINE_EVENTS", "")
    return Path(given) if given else ROOT / "data" / "demo"


def opened(path: Path) -> Table:
    """Load the table, or say what is wrong and stop."""
    try:
        return load(path, stamp(path))
    except FileNotFoundError:
        stop(words.NO_TABLE, words.NO_TABLE_AT.format(path))
    except InvalidEvents as error:
        st.error(words.INVALID, icon=":material/error:")
        stop(words.CANNOT_SHOW, str(error)[:4000])
    except (ValueError, OSError) as error:
        stop(words.CANNOT_READ, str(error)[:1000])


def stop(title: str, text: str) -> NoReturn:
    """Say what is wrong and what to do, and end the page."""
    st.subheader(title)
    st.text(text)
    st.info(words.BUILD, icon=":material/construction:")
    st.stop()


@st.cache_resource(show_spinner=words.LOADING, max_entries=2)
def load(path: Path, _files: Stamp) -> Table:
    """Read a table once for all visitors, and again when its files change."""
    return open_table(path)


# --- filters ----------------------------------------------------------------------------------


def sidebar(table: Table, selected: facets.Selection, chosen: link.Link) -> None:
    """Draw the filters, each option with the number of events that it would show."""
    closed = options.closed(table.index, selected, chosen.type)
    named = options.named(table.index, selected, {n: SESSION[n] for n in link.NAMED})
    with st.sidebar:
        chips(table, chosen)
        st.text_input(words.SEARCH, key="q", placeholder=words.SEARCH_HINT, max_chars=link.MAX_TEXT)
        if table.documents is not None:
            st.checkbox(words.ARTICLES, key="articles")
        for name, title in options.TITLES.items():
            labels = closed[name]
            st.pills(title, labels, selection_mode="multi", key=name, format_func=naming(labels))
            if name == "type":
                st.caption(words.COLOURS)
        for name, title in words.NAMED.items():
            labels, number = named[name]
            if labels:
                st.multiselect(
                    title,
                    labels,
                    key=name,
                    format_func=naming(labels),
                    placeholder=words.NAMED_ALL,
                    max_selections=link.MAX_NAMES,
                    help=words.NAMED_MORE.format(options.MOST) if number > options.MOST else None,
                )
        st.slider(words.CONFIDENCE_FILTER, 0, 100, step=5, key="confidence", format="%d%%")
        figures = {"": words.FIGURE_ALL, **words.FIGURES}
        st.selectbox(words.FIGURE, figures, key="figure", format_func=naming(figures))
        if SESSION.figure:
            bounds = {"least": words.LEAST, "most": words.MOST}
            for column, (name, label) in zip(st.columns(2), bounds.items(), strict=True):
                column.number_input(label, 0, link.MAX_FIGURE, step=1, key=name)
        st.checkbox(words.UNDATED_FILTER, key="undated")
        st.checkbox(words.REVIEWED_FILTER, key="reviewed")
        if SESSION.new:
            st.checkbox(words.NEW_FILTER.format(len(SESSION.new)), key="only_new")
        st.text_input(
            words.PLACE_SEARCH,
            key="place_search",
            placeholder=words.PLACE_HINT,
            max_chars=link.MAX_TEXT,
            on_change=fly,
        )
        if SESSION.get("fly_failed"):
            st.caption(words.PLACE_NONE)


def chips(table: Table, chosen: link.Link) -> None:
    """Draw the filters in force; choosing one removes it."""

    def remove() -> None:
        state.remove(SESSION, table, SESSION.chips)
        SESSION.chips = None

    with st.container(key="chips-box"):
        if named := {k: words.CHIP.format(present.plain(v)) for k, v in link.chips(chosen).items()}:
            st.pills(words.CHIPS, named, key="chips", format_func=naming(named), on_change=remove)


def fly() -> None:
    """Look for a place and have the map go there."""
    from geo import reasons  # noqa: PLC0415  # opens the gazetteer, so only when asked

    spot = reasons.spot(SESSION.place_search)
    SESSION.fly_failed = bool(SESSION.place_search.strip()) and spot is None
    if spot is not None:
        SESSION.fly = {**spot.as_dict(), "at": time.time()}


# --- header and dialogs -----------------------------------------------------------------------


def header(table: Table, told: facets.Shown, positions: np.ndarray) -> None:
    """Draw the top line: name, counts and what can be done; and advice if nothing is shown."""
    with st.container(
        key="top", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        st.markdown(f"#### {words.NAME}\n{present.count_line(told)}")
        with st.container(horizontal=True, width="content", gap="small"):
            st.button(
                words.RESET if told.shown else words.SHOW_ALL,
                key="reset",
                on_click=partial(state.reset, SESSION, table),
                icon=":material/restart_alt:",
                type="tertiary" if told.shown else "primary",
                help=words.RESET_HELP,
            )
            if os.environ.get("DATELINE_ADD", "").strip().lower() != "off":
                add = partial(SESSION.update, panel="add")
                st.button(words.ADD, "add", on_click=add, icon=":material/add:", type="tertiary")
            if st.button(words.CHARTS, "charts", icon=":material/bar_chart:", type="tertiary"):
                charts_dialog(table, positions)
            if st.button(words.DATA, "data", icon=":material/info:", type="tertiary"):
                data_dialog(table)
            with st.popover(
                words.DOWNLOAD, icon=":material/download:", disabled=not told.shown, key="download"
            ):
                download(table, positions)
    # Always there, if empty: an element that came or went above the map would mount it anew.
    with st.container(key="advice"):
        if not told.shown:
            st.info(present.advice(told), icon=":material/search_off:")


def download(table: Table, positions: np.ndarray) -> None:
    """Draw the buttons that give the events shown as files, made when one is asked for."""
    st.caption(words.DOWNLOAD_WHAT.format(len(positions)))
    note = link.told(state.chosen(SESSION, table))
    for ending, label in words.FORMATS.items():
        st.download_button(
            label,
            partial(export.to_bytes, table.events, positions, ending, note),
            f"events.{ending}",
            export.MEDIA_TYPES[ending],
            on_click="ignore",
            key=f"download-{ending}",
        )
    st.caption(words.PICTURE)


@st.dialog(words.CHARTS, width="large")
def charts_dialog(table: Table, positions: np.ndarray) -> None:
    """Draw the events shown as charts, each with its data as CSV."""
    name = segments(words.CHARTS, words.CHART_NAMES, "chart")
    counted, outlines = charts.counted(name, table.index, positions), None
    if name == "choropleth" and len(counted):
        from geo.outlines import provinces  # noqa: PLC0415  # opens the boundaries

        countries = counted.groupby("country")["events"].sum().sort_values(ascending=False)
        named = {code: present.country_name(code) for code in countries.index}
        country = st.selectbox(words.CHART_COUNTRY, named, format_func=naming(named))
        counted = counted[counted["country"] == country]
        outlines = provinces(country, counted["province"])
    if counted.empty:
        st.info(words.CHART_NONE, icon=":material/search_off:")
        return
    dark = st.context.theme.type == "dark"
    st.altair_chart(
        charts.drawn(name, counted, dark=dark, outlines=outlines),
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
    st.html(present.pairs_html(about.about(table)))
    st.markdown(f"##### {words.DATA_SOURCES}")
    st.html(present.pairs_html(about.named(table.index, "source")))
    st.markdown(f"##### {words.DATA_LICENCES}")
    st.text(ATTRIBUTION)


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
            added(shared, job.found)
        elif job is not None and job.running:
            reading()
        else:
            adding_form(adding)
            if job is not None and job.error:
                st.error(present.plain(job.error))


def adding_form(adding: ModuleType) -> None:
    """Draw what a person can give: a text, files, or an address."""
    adding.warm()
    st.caption(words.ADD_WHAT)
    paste, drop, page = st.tabs(list(words.ADD_TABS.values()))
    text = paste.text_area(
        words.ADD_PASTE, key="add-text", placeholder=words.ADD_PASTE_HINT, height=220
    )
    files = drop.file_uploader(words.ADD_FILES, accept_multiple_files=True, key="add-files")
    off = not adding.allowed()
    url = page.text_input(words.ADD_URL, key="add-url", max_chars=2000, disabled=off)
    if off:
        page.caption(words.ADD_URL_OFF)
    published = st.date_input(
        words.ADD_PUBLISHED, None, min_value=date(1800, 1, 1), key="add-published"
    )
    if st.button(words.ADD_START, key="add-start", type="primary"):
        given = adding.Given(text, tuple((f.name, f.getvalue()) for f in files), url, published)
        if wrong := adding.problem(given):
            st.warning(wrong)
        else:
            SESSION.job = adding.start(given)
            st.rerun()
    st.caption(words.ADD_LIMITS.format(*adding.LIMITS))


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


def kept(shared: Table, found: Any) -> None:
    """Keep what was found in a file of its own."""
    from pipeline import adding  # noqa: PLC0415

    try:
        adding.keep(found, workspace(shared.path))
    except OSError as error:
        SESSION.not_kept = error.strerror
    else:
        state.drop(SESSION, shared)
        SESSION.update(panel=None, new=frozenset(found.events["event_id"]), not_kept=None)


def added(shared: Table, found: Any) -> None:
    """Show what was found, sentence by sentence, to be checked and then kept or discarded."""
    number = len(found.events)
    for line in found.told(alone=isinstance(shared.events, Rows)):
        st.text(line)
    with st.container(horizontal=True, width="content"):
        drop = partial(state.drop, SESSION, shared)
        if number:
            keep = partial(kept, shared, found)
            st.button(words.ADD_KEEP, "add-keep", help=words.ADD_KEEP_HELP, on_click=keep)
        st.button(words.ADD_DISCARD, key="add-discard", on_click=drop)
    if SESSION.get("not_kept"):
        st.error(present.plain(words.ADD_NOT_KEPT.format(SESSION.not_kept)))
    st.caption(words.ADD_SENTENCES)
    st.html(article.sentences_html(found.checked()))


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
        on_change=map_told,
    )


def playing(table: Table, selected: facets.Selection, reply: maps.Reply) -> dict[str, str]:
    """Return the key of the player's arrays, and once it asks for them, where they are.

    They are a file of this session only, as that of a download button is: its address is a hash of
    its content, and it goes when the session shows something else.
    """
    chosen = selected.without("dates")
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


def compare() -> None:
    """Take over the file to compare with."""
    given = SESSION.compare
    maps.compare(SESSION, *(() if given is None else (given.name, given.getvalue())))


def strip(table: Table, positions: np.ndarray) -> None:
    """Draw the line between map and time: what is not on the map, and the slider's presets."""
    with st.container(
        key="strip", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        line, labels = options.tray(table.index, positions)
        with st.popover(line, type="tertiary", disabled=not labels, key="strip-tray"):
            st.caption(words.TRAY)
            st.pills(words.TRAY_LABEL, list(labels), key="tray", format_func=naming(labels))
        with st.popover(words.COMPARE, type="tertiary", key="strip-compare"):
            st.file_uploader(
                words.COMPARE_HELP, ["csv", "geojson", "json"], key="compare", on_change=compare
            )
            st.text(SESSION.get("others_said") or "")
        if table.span and table.span[0] < table.span[1]:
            with st.container(horizontal=True, width="content", gap="small"):
                choices = {"week": 7, "month": 30, "main": table.main, "all": table.span}
                for name, days in choices.items():
                    if days and (name != "main" or table.main != table.span):
                        go = partial(state.preset, SESSION, days)
                        st.button(words.PRESETS[name], on_click=go, type="tertiary")


def timeline(table: Table) -> None:
    """Draw the slider, on the scale of the timeline above it."""
    if table.span is None or table.span[0] == table.span[1]:
        only = words.ONE_DAY.format(present.day(table.span[0])) if table.span else None
        st.caption(only or words.NO_DATES)
        return
    first, last = SESSION.slider
    shape: dict[str, Any] = {"format": "D MMM YYYY", "label_visibility": "collapsed"}
    with st.container(key="time", gap=None):
        st.slider(words.DATES, first, last, key="dates", **shape)


# --- list and detail --------------------------------------------------------------------------


def event_list(table: Table, positions: np.ndarray) -> None:
    """Draw the list of the events shown: the first rows, and more when they are asked for."""
    positions, narrowed = state.narrowed(SESSION, table, positions)
    with st.container(key="list-note", horizontal=True, vertical_alignment="center", gap="small"):
        st.selectbox(
            words.SORT,
            link.SORTS,
            key="sort",
            format_func=naming(words.SORTS),
            label_visibility="collapsed",
            width=190,
        )
        st.toggle(words.GROUPED, key="grouped", help=words.GROUPED_HELP)
    if narrowed:
        everywhere = partial(SESSION.update, place=None, tray=None)
        st.button(narrowed, on_click=everywhere, icon=":material/close:", type="tertiary")
    shown = listing.listed(
        table.index, positions, SESSION.sort, grouped=SESSION.grouped, limit=SESSION.limit
    )
    declare_component("dateline_list", path=STATIC / "list")(
        key="list",
        rows=listing.rows(table.index, shown, fresh=SESSION.new),
        total=shown.total,
        selected=SESSION.event,
        tab=SESSION.get("tab"),
        types=listing.TYPES,
        words=words.LIST,
        height=(LIST_HEIGHT if SESSION.event else LIST_HEIGHT + 240) - 40 * bool(narrowed),
        seen=not SESSION.welcome,
        on_change=lambda: state.listed(SESSION, SESSION.get("list")),
    )


def detail(table: Table, selected: facets.Selection) -> None:
    """Show the selected event in plain words, and its sentence in the article."""
    event = table.event(SESSION.event)
    if event is None:
        with st.container(key="welcome", border=SESSION.welcome):
            st.markdown(words.WELCOME if SESSION.welcome else words.CHOOSE)
            if SESSION.welcome:
                seen = partial(SESSION.update, welcome=False)
                st.button(words.DISMISS, key="dismiss", on_click=seen)
        return
    text = table.text(event["doc_id"])
    with st.container(height=DETAIL_HEIGHT, border=True, key="detail"):
        title = "" if is_null(event["title"]) else present.plain(str(event["title"]))
        st.markdown(f"**{title or present.type_label(event['event_type'])}**")
        labels = {n: t for n, t in words.TABS.items() if text is not None or n != "article"}
        tab = segments(words.TABS_LABEL, labels, "tab")
        if tab == "why":
            why(event)
        elif tab == "others":
            others(table, event)
        elif tab == "article":
            st.html(article.article_html(*article.shortened(text or "", event)))
        else:
            st.html(article.article_html(*article.excerpt(text or "", event)))
            hidden = not selected.keep[table.row(event["event_id"])]
            st.html(present.facts_html(event, stored=text is not None, hidden=hidden))
        if url := present.safe_url(event["url"]):
            st.link_button(words.ORIGINAL, url, icon=":material/open_in_new:")


def why(event: dict[str, Any]) -> None:
    """Say why the event stands here and then: the evidence, and other places of that name."""
    told = {words.WHY_HERE: present.why_place(event), words.WHY_THEN: present.why_date(event)}
    st.html(present.sentences_html(told))
    if is_null(event["place_id"]):
        return
    from geo import reasons  # noqa: PLC0415  # opens the gazetteer, so only when asked

    try:
        st.html(present.readings_html(reasons.readings(event)))
    except (OSError, ValueError):
        st.caption(words.CANDIDATES_MISSING)


def others(table: Table, event: dict[str, Any]) -> None:
    """List the other events of the article and the other reports of the incident, as buttons."""
    in_article, in_incident = listing.others(table.index, event)
    found = {words.OTHERS_INCIDENT: in_incident, words.OTHERS_ARTICLE: in_article}
    if not any(map(len, found.values())):
        st.caption(words.OTHERS_NONE)
    for title, positions in found.items():
        if len(positions):
            st.caption(title)
        for row in table.events.iloc[positions[: listing.PAGE]].to_dict("records"):
            st.button(
                present.plain(listing.other_label(row)),
                key=f"other-{row['event_id']}",
                on_click=partial(SESSION.update, event=row["event_id"]),
                type="tertiary",
            )


main()
