"""The page's widgets as records: what `app.py` hands to Streamlit as it stands, in this order.

A record names one of Streamlit's elements with its label, key and arguments, so that which widgets
there are, with which options and actions, is decided and tested without Streamlit. Labels from
outside are escaped here (`geo.present`). The keys are those of `geo.state`.
"""

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from geo import about, export, link, listing, options, present, state, words
from geo.facets import Selection, Shown
from geo.schema import ATTRIBUTION
from geo.table import Table

Positions = npt.NDArray[np.intp]
State = MutableMapping[str, Any]
Action = Callable[[], object]

EARLIEST: Final = date(1800, 1, 1)
"""Earliest day of publication on offer."""


@dataclass(frozen=True, slots=True)
class Widget:
    """One of Streamlit's elements.

    Attributes
    ----------
    kind
        Its name in Streamlit: ``button``, ``html``.
    label
        Its first argument: what stands on it, or its content.
    key
        Under which the session holds its value; None for what has no value.
    options
        Value -> label of what can be chosen, both in order; None for what offers no choice.
    more
        Further arguments by name.
    """

    kind: str
    label: str
    key: str | None = None
    options: Mapping[str, str] | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    def arguments(self) -> dict[str, Any]:
        """Return all arguments but the label, by name."""
        found = dict(self.more)
        if self.key is not None:
            found["key"] = self.key
        if self.options is not None:
            found |= {"options": list(self.options), "format_func": naming(self.options)}
        return found


Part = Widget | tuple[Widget, ...]
"""A widget, or some that stand side by side."""


def naming(labels: Mapping[str, str]) -> Callable[[Any], str]:
    """Return the function that labels an option of a widget."""
    return lambda option: labels.get(option, str(option))


def _button(label: str, key: str, action: Action | None = None, **more: Any) -> Widget:
    return Widget("button", label, key, more={"on_click": action, "type": "tertiary"} | more)


# --- filters ----------------------------------------------------------------------------------


def filters(
    session: State, table: Table, selected: Selection, chosen: link.Link, find: Action
) -> list[Part]:
    """List the filters, each option with the number of events that it would show.

    Parameters
    ----------
    session
        What a person has chosen (`geo.state`).
    table, selected, chosen
        What is shown.
    find
        Looks for the place in ``place_search``.

    Returns
    -------
    list of Widget or tuple of Widget
        For the sidebar, from above.
    """
    texts = {"max_chars": link.MAX_TEXT}
    found: list[Part] = [
        Widget("text_input", words.SEARCH, "q", more={"placeholder": words.SEARCH_HINT, **texts})
    ]
    if table.documents is not None:
        found.append(Widget("checkbox", words.ARTICLES, "articles"))
    place = {"placeholder": words.PLACE_HINT, "on_change": find, **texts}
    found.append(Widget("text_input", words.PLACE_SEARCH, "place_search", more=place))
    if session.get("fly_failed"):
        found.append(Widget("caption", words.PLACE_NONE))
    closed = options.closed(table.index, selected, chosen.type)
    for name, title in options.TITLES.items():
        found.append(Widget("pills", title, name, closed[name], {"selection_mode": "multi"}))
        if name == "type":
            found.append(Widget("caption", words.COLOURS))
    named = options.named(table.index, selected, {n: session[n] for n in link.NAMED})
    for name, title in words.NAMED.items():
        labels, number = named[name]
        if labels:
            more: dict[str, Any] = {
                "placeholder": words.NAMED_ALL,
                "max_selections": link.MAX_NAMES,
            }
            if number > options.MOST:
                more["help"] = words.NAMED_MORE.format(options.MOST)
            found.append(Widget("multiselect", title, name, labels, more))
    scale = {"min_value": 0, "max_value": 100, "step": 5, "format": "%d%%"}
    found.append(Widget("slider", words.CONFIDENCE_FILTER, "confidence", more=scale))
    figures = {"": words.FIGURE_ALL, **words.FIGURES}
    found.append(Widget("selectbox", words.FIGURE, "figure", figures))
    if session["figure"]:
        bounds = {"min_value": 0, "max_value": link.MAX_FIGURE, "step": 1}
        pair = {"least": words.LEAST, "most": words.MOST}
        found.append(tuple(Widget("number_input", t, n, more=bounds) for n, t in pair.items()))
    found.append(Widget("checkbox", words.UNDATED_FILTER, "undated"))
    found.append(Widget("checkbox", words.REVIEWED_FILTER, "reviewed"))
    if session["new"]:
        found.append(Widget("checkbox", words.NEW_FILTER.format(len(session["new"])), "only_new"))
    return found


def chips(session: State, table: Table, chosen: link.Link) -> list[Widget]:
    """List the filters in force as chips, of which choosing one removes it; empty for none."""

    def remove() -> None:
        state.remove(session, table, session["chips"])
        session["chips"] = None

    told = link.chips(chosen)
    if chosen.dates == table.span:
        told.pop("dates", None)  # all days are no filter
    named = {k: words.CHIP.format(present.plain(v)) for k, v in told.items()}
    return [Widget("pills", words.CHIPS, "chips", named, {"on_change": remove})] if named else []


# --- the top line, its dialogs, and the line below the map -------------------------------------


def actions(session: State, table: Table, told: Shown, *, adding: bool) -> list[Widget]:
    """List the buttons of the top line; `adding` is whether people may add texts."""
    hidden = bool(told.total) and not told.shown  # an empty table hides nothing
    reset = _button(
        words.SHOW_ALL if hidden else words.RESET,
        "reset",
        partial(state.reset, session, table, whole=hidden),
        icon=":material/restart_alt:",
        type="primary" if hidden else "tertiary",
        help=words.SHOW_ALL_HELP if hidden else words.RESET_HELP,
    )
    add = partial(session.update, panel="add")
    return [
        reset,
        *([_button(words.ADD, "add", add, icon=":material/add:")] if adding else []),
        _button(words.CHARTS, "charts", icon=":material/bar_chart:"),
        _button(words.DATA, "data", icon=":material/info:"),
    ]


def advice(told: Shown) -> list[Widget]:
    """Say which filter to open where nothing is shown."""
    if told.shown:
        return []
    return [Widget("info", present.advice(told), more={"icon": ":material/search_off:"})]


def downloads(session: State, table: Table, positions: Positions) -> list[Widget]:
    """List the buttons that give the events shown as files, made when one is asked for."""
    note = state.told_of(session, table)
    rows = positions.astype(np.int32)  # kept until asked for, by each visitor: half the size
    return [
        Widget("caption", words.DOWNLOAD_WHAT.format(len(positions))),
        *(
            Widget(
                "download_button",
                label,
                f"download-{ending}",
                more={
                    "data": partial(export.to_bytes, table.events, rows, ending, note),
                    "file_name": f"events.{ending}",
                    "mime": export.MEDIA_TYPES[ending],
                    "on_click": "ignore",
                },
            )
            for ending, label in words.FORMATS.items()
        ),
        Widget("caption", words.PICTURE),
    ]


def data(table: Table) -> list[Widget]:
    """Tell what the table holds, whence it comes, and under which licences."""
    return [
        Widget("html", present.pairs_html(about.about(table))),
        Widget("markdown", f"##### {words.DATA_SOURCES}"),
        Widget("html", present.pairs_html(about.named(table.index, "source"))),
        Widget("markdown", f"##### {words.DATA_LICENCES}"),
        Widget("text", ATTRIBUTION),
    ]


def presets(session: State, table: Table) -> list[Widget]:
    """List the buttons that set the days; empty for a table of one day or none."""
    if not table.span or table.span[0] == table.span[1]:
        return []
    choices: dict[str, Any] = {"week": 7, "month": 30, "main": table.main, "all": table.span}
    return [
        _button(label, f"preset-{name}", partial(state.preset, session, choices[name]), help=told)
        for name, (label, told) in words.PRESETS.items()
        if choices[name] and (name != "main" or table.main != table.span)
    ]


def timeline(session: State, table: Table) -> Widget:
    """Return the slider of the days, or what says why there is none."""
    if table.span is None:
        return Widget("caption", words.NO_DATES)
    if table.span[0] == table.span[1]:
        return Widget("caption", words.ONE_DAY.format(present.day(table.span[0])))
    first, last = session["slider"]
    more = {"min_value": first, "max_value": last, "format": "D MMM YYYY"}
    return Widget("slider", words.DATES, "dates", more=more | {"label_visibility": "collapsed"})


# --- list and texts to add ---------------------------------------------------------------------


def order() -> list[Widget]:
    """List what orders the list."""
    shape = {"label_visibility": "collapsed", "width": 190}
    return [
        Widget("selectbox", words.SORT, "sort", {n: words.SORTS[n] for n in link.SORTS}, shape),
        Widget("toggle", words.GROUPED, "grouped", more={"help": words.GROUPED_HELP}),
    ]


def rows(session: State, table: Table, positions: Positions) -> dict[str, Any]:
    """Return what the list's frame (data/static/list) is sent.

    Parameters
    ----------
    session
        With ``sort``, ``grouped`` and ``limit``.
    table, positions
        The events to list, before they are put in order and cut.
    """
    shown = listing.listed(
        table.index,
        positions,
        session["sort"],
        grouped=session["grouped"],
        limit=session["limit"],
    )
    return {
        "rows": listing.rows(table.index, shown, fresh=session["new"]),
        "total": shown.total,
        "selected": session["event"],
        "tab": session.get("tab"),
        "types": listing.TYPES,
        "words": words.LIST,
        "seen": not session["welcome"],
    }


def segments(session: State, title: str, labels: Mapping[str, str], key: str) -> Widget:
    """Return a choice of one among a few, of which one is always chosen: at first the first."""
    if session.get(key) not in labels:  # what was chosen among others
        session.pop(key, None)
    more = {"default": next(iter(labels)), "required": True, "label_visibility": "collapsed"}
    return Widget("segmented_control", title, key, labels, more)


def welcome(session: State) -> list[Widget]:
    """Say what the page is, on a first visit with a button that ends it."""
    if not session["welcome"]:
        return [Widget("markdown", words.CHOOSE)]
    seen = partial(session.update, welcome=False)
    return [
        Widget("markdown", words.WELCOME),
        _button(words.DISMISS, "dismiss", seen, type="secondary"),
    ]


def form(*, fetching: bool) -> dict[str, list[Widget]]:
    """List what a person can give to be read: title of a tab -> its widgets."""
    text = {"placeholder": words.ADD_PASTE_HINT, "height": 220}
    url = Widget(
        "text_input", words.ADD_URL, "add-url", more={"max_chars": 2000, "disabled": not fetching}
    )
    return {
        words.ADD_TABS["paste"]: [Widget("text_area", words.ADD_PASTE, "add-text", more=text)],
        words.ADD_TABS["files"]: [
            Widget(
                "file_uploader", words.ADD_FILES, "add-files", more={"accept_multiple_files": True}
            )
        ],
        words.ADD_TABS["url"]: [url] + [Widget("caption", words.ADD_URL_OFF)] * (not fetching),
    }


def published() -> Widget:
    """Return the day of publication of what is given."""
    more = {"value": None, "min_value": EARLIEST}
    return Widget("date_input", words.ADD_PUBLISHED, "add-published", more=more)


def found(
    session: State, told: Iterable[str], checked: str, keep: Action | None, drop: Action
) -> list[Part]:
    """Show what was found in texts that were read, to be checked and then kept or discarded.

    Parameters
    ----------
    session
        Its ``not_kept`` says why keeping failed.
    told
        Lines of plain text.
    checked
        The sentences with what was found, as HTML (`geo.article.sentences_html`).
    keep, drop
        What the buttons do; no `keep` where nothing was found.
    """
    parts: list[Part] = [Widget("text", line) for line in told]
    row = [_button(words.ADD_DISCARD, "add-discard", drop, type="secondary")]
    if keep:
        row.insert(
            0, _button(words.ADD_KEEP, "add-keep", keep, type="secondary", help=words.ADD_KEEP_HELP)
        )
    parts.append(tuple(row))
    if session.get("not_kept"):
        parts.append(Widget("error", present.plain(words.ADD_NOT_KEPT.format(session["not_kept"]))))
    return [*parts, Widget("caption", words.ADD_SENTENCES), Widget("html", checked)]


def others(session: State, table: Table, event: Mapping[str, Any]) -> list[Widget]:
    """List the other reports of an event's incident and the other events of its article."""
    in_article, in_incident = listing.others(table.index, event)
    parts = []
    for title, positions in (
        (words.OTHERS_INCIDENT, in_incident),
        (words.OTHERS_ARTICLE, in_article),
    ):
        if len(positions):
            parts.append(Widget("caption", title))
        for row in table.events.iloc[positions[: listing.PAGE]].to_dict("records"):
            go = partial(session.update, event=row["event_id"])
            label = present.plain(listing.other_label(row))
            parts.append(_button(label, f"other-{row['event_id']}", go))
    return parts or [Widget("caption", words.OTHERS_NONE)]
