"""An events table made ready for the screen: read once, shared by all visitors."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.cells import Points, points
from geo.filters import event_days
from geo.frame import DOCUMENTS_FILE, EVENTS_FILE, read
from geo.index import Index
from geo.rows import Rows, find, open_events
from geo.sources import read_documents
from geo.summary import Bbox, core_box, core_span, date_span

Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """An events table with what every step needs of it.

    Attributes
    ----------
    path
        The folder or file that it was read from.
    events, index
        The rows, and their coded columns. Of a large table the rows stay on disk (`geo.rows`).
    points
        Where the rows are, for the map (`geo.cells`).
    documents
        The articles, indexed by doc_id; None where they are not stored.
    span
        First and last day of all dated events; None if none is dated.
    main
        The same of most of them, where a few lie far off.
    start
        (west, south, east, north) of where most events are, degrees: the map's first view.
    """

    path: Path
    events: gpd.GeoDataFrame | Rows
    index: Index
    points: Points
    documents: pd.DataFrame | None
    span: tuple[date, date] | None
    main: tuple[date, date] | None
    start: Bbox | None

    def row(self, event_id: str | None) -> int | None:
        """Return the row of an event; None if the table does not have it."""
        return None if event_id is None else find(self.events, event_id)

    def event(self, event_id: str | None) -> dict[str, Any] | None:
        """Return an event as a mapping by column; None if the table does not have it."""
        row = self.row(event_id)
        if row is None:
            return None
        return {str(name): value for name, value in self.events.iloc[row].to_dict().items()}

    def text(self, doc_id: Any) -> str | None:
        """Return the text of an article; None where it is not stored."""
        if self.documents is None or doc_id not in self.documents.index:
            return None
        return str(self.documents["text"].loc[doc_id])


def workspace(path: Path) -> Path:
    """Return the folder of the events that people added and kept: each in a folder of its own.

    Parameters
    ----------
    path
        Of the table.

    Returns
    -------
    Path
        ``DATELINE_WORKSPACE``, else ``workspace`` beside the events; it need not be there.
    """
    given = os.environ.get("DATELINE_WORKSPACE", "").strip()
    return Path(given) if given else (path if path.is_dir() else path.parent) / "workspace"


def stamp(path: Path) -> Stamp:
    """Name the files of a table with their sizes and times: another stamp, another table."""
    files = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    files += sorted(workspace(path).glob(f"*/{EVENTS_FILE}"))
    return tuple((str(f), f.stat().st_size, f.stat().st_mtime_ns) for f in files if f.exists())


def open_table(path: Path) -> Table:
    """Read a table, the articles beside it, and the events that people added and kept.

    Parameters
    ----------
    path
        A folder made by `dateline build`, or an events file.

    Raises
    ------
    FileNotFoundError
        If there is none.
    InvalidEvents
        If it breaks a rule of the schema.
    ValueError, OSError
        If it cannot be read.
    """
    table = prepared(path, open_events(path), _documents(path if path.is_dir() else path.parent))
    kept = [file.parent for file in sorted(workspace(path).glob(f"*/{EVENTS_FILE}"))]
    if not kept or isinstance(table.events, Rows):
        return table  # beside a large table they would not be found; they stay in their files
    return joined(table, [(read(folder), _documents(folder)) for folder in kept])


def _documents(folder: Path) -> pd.DataFrame | None:
    return read_documents(folder) if (folder / DOCUMENTS_FILE).exists() else None


def prepared(path: Path, events: gpd.GeoDataFrame | Rows, documents: pd.DataFrame | None) -> Table:
    """Make ready an events table that is in memory.

    Parameters
    ----------
    path
        What it is called.
    events
        A valid events table.
    documents
        As `geo.sources.read_documents` gives them, or None.
    """
    index = Index(events)
    days: Any = events[["date_start", "date_end"]]
    span, core = date_span(days), core_span(days)
    inside = index.drawn
    if core is not None:
        low, high = (np.datetime64(day, "D").astype(np.int64) for day in core)
        inside = inside & (index.first >= low) & (index.first <= high)
    places = {"longitude": index.longitude[inside], "latitude": index.latitude[inside]}
    located = points(index)
    if isinstance(events, Rows):
        events.release()
    return Table(
        path=path,
        events=events,
        index=index,
        points=located,
        documents=documents,
        span=span,
        main=core or span,
        start=core_box(pd.DataFrame(places)),
    )


def joined(table: Table, more: Iterable[tuple[gpd.GeoDataFrame, pd.DataFrame | None]]) -> Table:
    """Put further events beside a table's, such as those of texts just added.

    Parameters
    ----------
    table
        The table, in memory; it is left as it is.
    more
        Events and their articles; an event or article that the table has is not taken twice.

    Returns
    -------
    Table
        With the view, but not the days, of the first.

    Raises
    ------
    ValueError
        If the table is too large to be joined.
    """
    if isinstance(table.events, Rows):
        raise ValueError(f"{table.path} is too large to be joined; look at the others apart")  # noqa: TRY004  # its size, not its type, is wrong
    events, documents = [table.events], [] if table.documents is None else [table.documents]
    for found, texts in more:
        events.append(found)
        if texts is not None:
            documents.append(texts)
    rows = pd.concat(events, ignore_index=True)
    rows = rows[~rows["event_id"].duplicated().to_numpy()]
    days = event_days(rows)["first"]
    # In the order of `geo.frame`: by day, the undated last.
    rows = rows.iloc[np.lexsort([rows["event_id"].to_numpy(dtype=object), days.to_numpy()])]
    texts = pd.concat(documents) if documents else None
    texts = None if texts is None else texts[~texts.index.duplicated()]
    made = prepared(table.path, rows.reset_index(drop=True), texts)
    return replace(made, start=table.start or made.start)
