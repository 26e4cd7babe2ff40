"""What the table holds and where it comes from: the data page."""

from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from geo import words
from geo.index import Index
from geo.present import day
from geo.schema import SCHEMA_VERSION
from geo.table import Table

MOST = 30
"""How many sources and credits are named."""


def about(table: Table) -> list[tuple[str, str]]:
    """Tell what a table holds, in plain words.

    Parameters
    ----------
    table
        What is shown.

    Returns
    -------
    list of (label, value)
        Counts, date range, versions; plain text, from outside in part: escape before showing.
    """
    index = table.index
    incidents = index.codes("incident_id")
    found = {
        "events": f"{index.rows:,}",
        "incidents": f"{len(incidents.names) + int(np.count_nonzero(incidents.codes < 0)):,}",
        "documents": f"{len(index.codes('doc_id').names):,}",
        "dates": words.SPAN.format(*map(day, table.span)) if table.span else words.DATA_NONE,
        "countries": f"{len(index.codes('country').names):,}",
        "checked": f"{int(np.count_nonzero(index.reviewed)):,}",
        "made": "; ".join((*index.codes("recognizer").names, *index.codes("resolver").names)),
        "file": table.path.name,
        "written": _written(table.path),
        "schema": SCHEMA_VERSION,
        "version": _version(),
    }
    return [(words.DATA_ROWS[name], value or words.DATA_NONE) for name, value in found.items()]


def named(index: Index, column: str) -> list[tuple[str, str]]:
    """List the values of a column with the number of their events, the most frequent first.

    Parameters
    ----------
    index
        Of the table.
    column
        ``source`` or another column of text.

    Returns
    -------
    list of (name, number)
        At most `MOST`; the null as "none stated".
    """
    coded = index.codes(column)
    tally = coded.tally(np.ones(index.rows, dtype=bool))
    order = np.argsort(-tally, kind="stable")[:MOST]
    found = [(coded.names[place], f"{int(tally[place]):,}") for place in order]
    nulls = index.rows - int(tally.sum())
    return found + ([(words.DATA_NONE, f"{nulls:,}")] if nulls else [])


def _written(path: Path) -> str:
    file = max(path.glob("*.parquet"), default=path) if path.is_dir() else path
    if not file.exists():
        return ""
    return f"{datetime.fromtimestamp(file.stat().st_mtime, UTC):%Y-%m-%d %H:%M} UTC"


def _version() -> str:
    try:
        return version("dateline")
    except PackageNotFoundError:  # run from a folder without being installed
        return ""
