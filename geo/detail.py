"""The source panel: an event in plain words, its sentence in the article, and why it stands there.

As widgets (`geo.widgets`), a tab of the panel at a time; no Streamlit.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from geo import article, present, words
from geo.frame import is_null
from geo.present import Reading
from geo.table import Table
from geo.widgets import State, Widget, others

Readings = Callable[[Mapping[str, Any]], Sequence[Reading]]
"""Gives the places that an event's words could mean (`geo.reasons.readings`); raises OSError or
ValueError where the gazetteer is not there."""


def title(event: Mapping[str, Any]) -> str:
    """Return the article's title, else the event's type; Markdown."""
    named = "" if is_null(event["title"]) else present.plain(str(event["title"]))
    return f"**{named or present.type_label(event['event_type'])}**"


def tabs(table: Table, event: Mapping[str, Any]) -> dict[str, str]:
    """Return the tabs, name -> label: that of the article only where its text is stored."""
    stored = table.text(event["doc_id"]) is not None
    return {name: label for name, label in words.TABS.items() if stored or name != "article"}


def parts(
    session: State,
    table: Table,
    event: Mapping[str, Any],
    tab: str,
    *,
    hidden: bool,
    readings: Readings,
) -> list[Widget]:
    """Return what a tab shows.

    Parameters
    ----------
    session
        What a person has chosen (`geo.state`): a button on another event sets its ``event``.
    table, event
        What is shown, and a row of it.
    tab
        One of `tabs`.
    hidden
        Whether the filters hide the event.
    readings
        Called for the tab that tells why.

    Returns
    -------
    list of Widget
        All text from outside escaped; at the end a link to the original, if it may be one.
    """
    text = table.text(event["doc_id"])
    if tab == "why":
        found = why(event, readings)
    elif tab == "others":
        found = others(session, table, event)
    elif tab == "article":
        found = [Widget("html", article.article_html(*article.shortened(text or "", event)))]
    else:
        facts = present.facts_html(event, stored=text is not None, hidden=hidden)
        sentence = article.article_html(*article.excerpt(text or "", event))
        found = [Widget("html", sentence), Widget("html", facts)]
    if url := present.safe_url(event["url"]):
        more = {"url": url, "icon": ":material/open_in_new:"}
        found.append(Widget("link_button", words.ORIGINAL, more=more))
    return found


def why(event: Mapping[str, Any], readings: Readings) -> list[Widget]:
    """Say why an event stands here and then: the evidence, and other places of that name."""
    told = {words.WHY_HERE: present.why_place(event), words.WHY_THEN: present.why_date(event)}
    found = [Widget("html", present.sentences_html(told))]
    if is_null(event["place_id"]):
        return found
    try:
        found.append(Widget("html", present.readings_html(readings(event))))
    except (OSError, ValueError):
        found.append(Widget("caption", words.CANDIDATES_MISSING))
    return found
