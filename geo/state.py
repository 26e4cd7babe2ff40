"""What a person has chosen, as the page's widgets hold it.

Pure functions on a mutable mapping: Streamlit's session state, or a dict in a test. The keys are
the fields of `geo.link.Link`, each that of a widget, and a few of the page's own:

- ``slider``: the scale of the date slider; ``dates``: the days it selects;
- ``place``, ``tray``: the stack of events, or the group off the map, to which the list is narrowed;
- ``new``: event_ids just added; ``only_new``: whether only they are shown;
- ``limit``: how many rows are listed; ``replied``, ``clicked``: the last replies of list and map;
- ``news``: what is to be told once, for a few seconds;
- ``welcome``: whether the line for a first visit is there; ``caption``: what a picture says.
"""

import time
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from geopandas import GeoDataFrame

from geo import link, listing, words
from geo.cells import on_point
from geo.facets import Selection, Shown, selection, shown
from geo.filters import Filters
from geo.rows import Rows
from geo.summary import date_span, off_map_key
from geo.table import Table, joined, prepared

State = MutableMapping[str, Any]

LISTS: Final = (*link.CHOICES, *link.NAMED)
"""The keys whose values are lists of options."""


def seed(state: State, table: Table, query: Mapping[str, Sequence[str]], *, known: bool) -> None:
    """Set everything from the page's address on the first run, and mend what does not fit.

    Parameters
    ----------
    state
        The session's.
    table
        What is shown.
    query
        Parameters of the address.
    known
        Whether this browser has been here before.
    """
    if "seeded" not in state:
        opened = link.parse(query)
        show(state, table, opened)
        for name in ("event", "view", "sort", "grouped"):
            state[name] = getattr(opened, name)
        state.update(
            {
                **dict.fromkeys(("place", "tray", "clicked", "replied", "fly", "added")),
                **dict.fromkeys(("panel", "job", "joined")),
                "new": frozenset(),
                "only_new": False,
                "limit": listing.PAGE,
                "welcome": not query and not known,
                "seeded": True,
            }
        )
    for name in LISTS:
        # Set anew in each run: the labels in the browser have counts in them that change.
        allowed: Sequence[str] = link.CHOICES.get(name) or table.index.codes(name).names
        state[name] = [value for value in state.get(name, ()) if value in allowed]
    if table.row(state["event"]) is None:
        state["event"] = None


def show(state: State, table: Table, chosen: link.Link) -> None:
    """Set the filters' widgets to what a link says."""
    for name in link.FILTERS:
        value = getattr(chosen, name)
        if name != "dates":
            state[name] = list(value) if name in LISTS else value
    if table.span and table.main:
        wanted = chosen.dates or table.main
        days = max(wanted[0], table.span[0]), min(wanted[1], table.span[1])
        days = days if days[0] <= days[1] else table.main
        outside = days[0] < table.main[0] or days[1] > table.main[1]
        state.update(dates=days, slider=table.span if outside else table.main)


def chosen(state: State, table: Table) -> link.Link:
    """Gather the widgets into one value; ``dates`` is None for the table's main period."""
    values = {f.name: state.get(f.name, f.default) for f in fields(link.Link)}
    values |= {name: tuple(values[name] or ()) for name in LISTS}
    # A bound whose widget is not drawn is not there, and a widget may hold None.
    values |= {"figure": values["figure"] or "", "q": values["q"] or ""}
    if not values["figure"]:
        values |= {"least": None, "most": None}
    days = tuple(state["dates"]) if table.span else None
    return link.Link(**{**values, "dates": None if days == table.main else days})


def filters(state: State, table: Table, what: link.Link) -> Filters:
    """Say what to keep."""
    days = (state["dates"][0], state["dates"][-1]) if table.span else None
    kept = link.filters(replace(what, dates=days), table.span)
    return replace(kept, ids=state["new"]) if state["new"] and state["only_new"] else kept


def look(state: State, table: Table) -> tuple[link.Link, Selection, Shown]:
    """Apply what is chosen to the table.

    Parameters
    ----------
    state
        The session's; its ``caption`` is set to what is shown, in plain words.
    table
        What is shown.

    Returns
    -------
    (Link, Selection, Shown)
        What is chosen, which events pass, and in numbers.
    """
    what = chosen(state, table)
    selected = selection(table.index, filters(state, table, what), table.documents)
    told = shown(table.index, selected)
    state["caption"] = words.CAPTION.format(told_of(state, table), told.shown)
    return what, selected, told


def told_of(state: State, table: Table) -> str:
    """Say in plain words which events are shown: their days, whatever they are, and the filters."""
    days = tuple(state["dates"]) if table.span else None
    return link.told(replace(chosen(state, table), dates=days))


def narrowed(
    state: State, table: Table, positions: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.intp], str]:
    """Narrow the list to a group off the map, or to a stack of events at one point.

    Parameters
    ----------
    state
        The session's, with ``tray`` or ``place``.
    table
        What is shown.
    positions
        The events shown.

    Returns
    -------
    (positions, str)
        Those listed, and what says so; "" where the list is not narrowed.
    """
    if state.get("tray"):
        keys = off_map_key(table.events.iloc[positions])
        group, told = positions[keys == state["tray"]], words.LIST_TRAY
    elif state["place"]:
        group = positions[on_point(table.points, positions, state["place"])]
        told = words.LIST_PLACE
    else:
        return positions, ""
    # A group of which a filter has left nothing narrows nothing.
    return (group, told.format(len(group))) if len(group) else (positions, "")


def reset(state: State, table: Table, *, whole: bool = False) -> None:
    """Open all filters but the default ones, on the main or on the `whole` period."""
    show(state, table, replace(link.PLAIN, dates=table.span if whole else None))
    state.update(place=None, tray=None, only_new=False)


def remove(state: State, table: Table, chip: str | None) -> None:
    """Remove the filter of a chip."""
    if chip is not None:
        show(state, table, link.without(chosen(state, table), chip))


def preset(state: State, days: int | tuple[date, date]) -> None:
    """Set the slider to the last `days` of what it selects, or its scale and all to a span."""
    if isinstance(days, int):
        end = state["dates"][1]
        state["dates"] = max(state["slider"][0], end - timedelta(days=days - 1)), end
    else:
        state.update(dates=days, slider=days)


def address(state: State, table: Table, query: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the address of what is shown; the map keeps ``view`` there itself."""
    wanted = link.build(replace(chosen(state, table), view=None))
    return wanted | {"view": list(query["view"])} if query.get("view") else wanted


def listed(state: State, value: object) -> None:
    """Take over what was done in the list: an event chosen, or more rows asked for.

    Parameters
    ----------
    state
        The session's.
    value
        The list's reply, `geo.listing.reply_from`; it comes again at each run.
    """
    reply = listing.reply_from(value)
    if reply is None or reply.at == state["replied"]:
        return
    state["replied"] = reply.at
    if reply.more:
        state["limit"] = min(state["limit"] + listing.PAGE, listing.MOST)
    elif reply.event_id is not None:
        state["event"] = None if reply.event_id == state["event"] else reply.event_id


def settle(state: State, table: Table) -> None:
    """Show what a reading found, once it is done; to be called before any widget is drawn.

    Parameters
    ----------
    state
        The session's; ``job`` is a `pipeline.adding.Job` or None.
    table
        What all visitors see.
    """
    job = state.get("job")
    if job is not None and state.get("added") is None and not job.running and job.found is not None:
        add(state, table, job.found.events, job.found.documents)


def add(state: State, table: Table, events: GeoDataFrame, documents: pd.DataFrame) -> None:
    """Show events that were just added, and at first nothing else.

    Parameters
    ----------
    state
        The session's.
    table
        What was shown before.
    events, documents
        A valid events table and its articles.
    """
    state["added"] = events, documents
    state["new"] = frozenset(events["event_id"])
    both = session_table(state, table)
    days, main = date_span(events), both.main
    inside = not days or (main is not None and main[0] <= days[0] and days[1] <= main[1])
    reset(state, both, whole=not inside)  # on the finest scale that has all of them
    state["modality"] = []
    state["only_new"] = bool(len(events))
    state["event"] = None
    placed = events[events.geometry.notna()]
    if len(placed):  # wherever the map was, it goes to where they are
        west, south, east, north = (float(edge) for edge in placed.total_bounds)
        middle = {"lon": (west + east) / 2, "lat": (south + north) / 2, "name": ""}
        state["fly"] = {**middle, "bbox": (west, south, east, north), "at": time.time()}


def drop(state: State, table: Table) -> None:
    """Go back to the table without the events that were added."""
    state.update(added=None, job=None, new=frozenset(), only_new=False, event=None)
    reset(state, table)


def keep(state: State, table: Table, put_by: Callable[[], object]) -> None:
    """Keep what was found in a file of its own; ``not_kept`` says why, where that fails.

    Parameters
    ----------
    state, table
        As in `add`.
    put_by
        Writes the file; raises OSError.
    """
    events, _ = state["added"]
    try:
        put_by()
    except OSError as error:
        state["not_kept"] = error.strerror
    else:
        drop(state, table)
        state.update({"panel": None, "new": frozenset(events["event_id"]), "not_kept": None})
        state["news"] = words.ADD_KEPT.format(len(events))


def session_table(state: State, table: Table) -> Table:
    """Return the table with what this visitor added; made once for each pair.

    Beside a table that is too large to be joined (`geo.rows`), the added events stand alone.
    """
    if state.get("added") is None:
        state["joined"] = None
        return table
    made = state.get("joined")
    if made is None or made[0] is not table or made[1] is not state["added"]:
        events, documents = state["added"]
        if isinstance(table.events, Rows):
            both = prepared(table.path, events, documents)
        else:
            both = joined(table, [(events, documents)])
        state["joined"] = made = (table, state["added"], both)
    found: Table = made[2]
    return found
