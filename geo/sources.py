"""The documents beside the events: the texts in which the evidence stands."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geo.files import replacing
from geo.frame import DOCUMENTS_FILE, as_day, clean_text, is_null

COLUMNS: Final = ("doc_id", "title", "source", "url", "published", "published_source", "text")
"""`published` is ``datetime64[ms]``, a day; all others are ``str``."""


def write_documents(records: Iterable[Mapping[str, object]], path: str | Path) -> None:
    """Write documents as one Parquet file (zstd), replaced whole or not at all.

    Parameters
    ----------
    records
        One mapping a document with the keys of `COLUMNS`; all but ``doc_id`` and ``text`` may be
        None or left out, other keys are left out. ``published`` is a date or ISO 8601 text. A
        doc_id that comes twice is kept once, the first. Characters that no file can hold are
        replaced as in the events, one for one, so that offsets stay right.
    path
        The file, or the folder of the events: then ``documents.parquet`` in it.

    Raises
    ------
    ValueError
        If a document has no doc_id or text, or a day is not one.
    """
    rows: dict[str, dict[str, object]] = {}
    for position, record in enumerate(records):
        row: dict[str, object] = {name: record.get(name) for name in COLUMNS}
        for name in COLUMNS:
            value = row[name]
            if name == "published":
                row[name] = None if is_null(value) else as_day(value)
            elif isinstance(value, str):
                row[name] = clean_text(value)
            else:
                row[name] = None
        key = row["doc_id"]
        if not isinstance(key, str) or not key or row["text"] is None:
            raise ValueError(f"document {position} ({key!r}) needs a doc_id and a text, both str")
        rows.setdefault(key, row)
    table = pd.DataFrame(
        {
            name: pd.Series(
                [row[name] for row in rows.values()],
                dtype="datetime64[ms]" if name == "published" else "str",
            )
            for name in COLUMNS
        }
    )
    target = Path(path) / DOCUMENTS_FILE if Path(path).is_dir() else Path(path)
    with replacing(target) as part:
        pq.write_table(pa.Table.from_pandas(table, preserve_index=False), part, compression="zstd")


def read_documents(path: str | Path) -> pd.DataFrame:
    """Read the documents beside the events.

    Parameters
    ----------
    path
        The file that `write_documents` wrote, the folder that it is in, or an events file beside
        which it lies.

    Returns
    -------
    DataFrame
        The columns `COLUMNS`, with ``doc_id`` as the index too (named ``doc_id``), unique.

    Raises
    ------
    FileNotFoundError
        If there is none.
    ValueError
        If the file is not a table of documents.
    """
    source = Path(path)
    if source.is_dir():
        source = source / DOCUMENTS_FILE
    elif source.name != DOCUMENTS_FILE and (source.parent / DOCUMENTS_FILE).exists():
        source = source.parent / DOCUMENTS_FILE
    if not source.exists():
        raise FileNotFoundError(f"no documents at {source}; dateline build writes them")
    try:
        table = pd.read_parquet(source)
    except (pa.ArrowException, OSError) as error:
        raise ValueError(f"{source} is not a Parquet file: {error}") from error
    missing = [name for name in COLUMNS if name not in table]
    if missing:
        raise ValueError(f"{source} is not a table of documents: no column {', '.join(missing)}")
    return table[list(COLUMNS)].set_index("doc_id", drop=False)
