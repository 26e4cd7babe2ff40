"""The options of each filter, with the number of events that each would show."""

import numpy as np
import numpy.typing as npt

from geo import words
from geo.facets import Selection, counts, precision_counts
from geo.index import Index
from geo.link import NAMED
from geo.present import NAMES_SHOWN, PALETTE, PRECISIONS, plain, tray_line, type_label
from geo.summary import UNPLACED, off_map

MOST = 60
"""Names offered by a filter, the most frequent first; any other can come by link."""


def closed(index: Index, selected: Selection, chosen: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """Label the options of the filters with a fixed list.

    Parameters
    ----------
    index
        Of the events table.
    selected
        What the filters keep now.
    chosen
        Event types in force, which stay on offer whatever the table has.

    Returns
    -------
    dict
        ``type``, ``modality``, ``precision`` -> option -> label in Markdown with its count.
    """
    types = counts(index, "event_type", selected.without("event_type"))
    modalities = counts(index, "modality", selected.without("modality"))
    codes = precision_counts(index, selected.without("where_prec"))
    return {
        "type": {
            name: f"{type_label(name, coloured=True)} {types.get(name, 0):,}"
            for name in PALETTE
            if name in types or name in chosen
        },
        "modality": {n: f"{t} {modalities.get(n, 0):,}" for n, t in words.MODALITIES.items()},
        "precision": {
            name: f"{text} {sum(codes[code] for code in wanted):,}"
            for name, (text, wanted) in PRECISIONS.items()
        },
    }


def named(
    index: Index, selected: Selection, chosen: dict[str, list[str]]
) -> dict[str, tuple[dict[str, str], int]]:
    """Label the options of the filters whose options are what the table has.

    Parameters
    ----------
    index
        Of the events table.
    selected
        What the filters keep now.
    chosen
        Filter -> options in force, which come first.

    Returns
    -------
    dict
        Filter -> (option -> label with its count, how many options there are in all); at most
        `MOST` and those chosen. The labels are plain text from outside.
    """
    found = {}
    for name in NAMED:
        tally = counts(index, name, selected.without(name))
        shown = NAMES_SHOWN.get(name, str)
        offered = dict.fromkeys((*chosen[name], *list(tally)[:MOST]))
        labels = {value: f"{shown(value)} {tally.get(value, 0):,}" for value in offered}
        found[name] = labels, len(tally)
    return found


def tray(index: Index, positions: npt.NDArray[np.intp]) -> tuple[str, dict[str, str]]:
    """Label the groups of events that have no place on the map.

    Parameters
    ----------
    index
        Of the events table.
    positions
        The events shown.

    Returns
    -------
    (str, dict)
        A line that tells them, and group (`geo.summary.off_map`) -> label, both in Markdown.
    """
    groups = off_map(index, positions)
    names = dict(zip(groups["key"], groups["name"], strict=True))
    sizes = dict(zip(groups["key"], groups["events"].tolist(), strict=True))
    unplaced = sizes.get(UNPLACED, 0)
    line = tray_line([(names[key], n) for key, n in sizes.items() if key != UNPLACED], unplaced)
    labels = {key: f"{plain(names[key])} {n:,}" for key, n in sizes.items()}
    labels |= {UNPLACED: words.TRAY_NO_PLACE.format(unplaced)} if unplaced else {}
    return line or words.TRAY_NONE, labels


TITLES = {"type": words.TYPE, "modality": words.MODALITY, "precision": words.PRECISION_FILTER}
"""Filters with a fixed list -> their titles, in order."""
