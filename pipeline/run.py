"""The whole way from documents to the events table: the stages composed, in batches, resumable."""

import hashlib
import logging
import multiprocessing
import shutil
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
from geopandas import GeoDataFrame
from shapely.errors import ShapelyError

from geo import frame, sources
from geo.gazetteer import Gazetteer, default_gazetteer
from geo.resolve import VERSION as RESOLVER
from geo.resolve import Resolution
from pipeline import clusters, entrydays, headings, incidents, model
from pipeline.acled import acled_of
from pipeline.ahead import ahead
from pipeline.confidence import rated
from pipeline.documents import Document, Failure, Span, document, filed
from pipeline.events import Draft, Event, find_drafts
from pipeline.expressions import find_expressions
from pipeline.linking import Rate, link
from pipeline.mentions import Mention
from pipeline.model import Parsed
from pipeline.places import find_sites, resolve_mentions
from pipeline.pointing import Pointing
from pipeline.recognizer import complete, find_mentions
from pipeline.scenes import scene_of
from pipeline.timexes import Timex, find_timexes

_logger = logging.getLogger(__name__)
_BREAKING = (ValueError, LookupError, ArithmeticError, ShapelyError)
"""What a stage may raise on a text that nobody foresaw; one such text must not stop a build."""

Mend = Callable[[Document, Sequence[Parsed], list[Draft]], list[Draft]]

T = TypeVar("T")

BATCH = 16
"""Documents written together when a build can be resumed."""

_HOME_PLACES = 2
"""Places that make their country the home of a text without a dateline, if few are elsewhere."""

_AHEAD = 2
"""Documents that the model reads while the rules work on those before: enough windows for both
cores, few to wait for at the start of a batch."""


@dataclass(slots=True)
class Report:
    """What a build did.

    Attributes
    ----------
    documents, events, resumed : int
        Documents read (with those of an earlier run, `resumed`), events in the table.
    failures : list of Failure
        What could not be read.
    repeated : list of Failure
        Documents that came twice and were read once.
    undated : list of str
        Documents without a publication date, whose relative dates stay unresolved.
    empty : list of str
        Documents in which nothing was found to put on the map.
    """

    documents: int = 0
    events: int = 0
    resumed: int = 0
    failures: list[Failure] = field(default_factory=list)
    repeated: list[Failure] = field(default_factory=list)
    undated: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)


def events_of(
    documents: Sequence[Document],
    gazetteer: Gazetteer | None = None,
    *,
    mend: Mend | None = None,
    rate: Rate = rated,
) -> list[list[Event]]:
    """Run all stages on a batch of documents.

    Parameters
    ----------
    documents : sequence of Document
    gazetteer : Gazetteer, optional
        The shipped one by default.
    mend : callable, optional
        Given a document, its parse and what its sentences report, before times and places are
        linked, returns what to go on with.
    rate : callable, optional
        Gives a placed draft its confidence, as `pipeline.confidence.rated` does.

    Returns
    -------
    list of list of Event
        Aligned with `documents`; each document's events folded, in the order of the text.
    """
    gazetteer = gazetteer or default_gazetteer()
    few = (documents[at : at + _AHEAD] for at in range(0, len(documents), _AHEAD))
    return [
        _events_of(document, pieces, gazetteer, mend, rate)
        for read, parsed in ahead(few, model.parse)
        for document, pieces in zip(read, parsed, strict=True)
    ]


def _events_of(
    document: Document,
    pieces: Sequence[Parsed],
    gazetteer: Gazetteer,
    mend: Mend | None,
    rate: Rate,
) -> list[Event]:
    mentions = complete(
        pieces, find_mentions(pieces, gazetteer), document.dateline_place, gazetteer
    )
    if document.entries:
        mentions += headings.named(document, mentions, gazetteer)
        mentions.sort(key=lambda mention: mention.start)
    resolutions = resolve_mentions(document, mentions, gazetteer)
    expressions = find_expressions(document.text, mentions)
    sites = find_sites(expressions, resolutions)
    pointing = Pointing(document, pieces, expressions, sites, gazetteer)
    scene = scene_of(expressions, sites, pointing)
    home = _home(document, resolutions)
    drafts = find_drafts(document, pieces, mentions, gazetteer, home)
    if mend is not None:
        drafts = mend(document, pieces, drafts)
    # On the whole text: a date may lean on one of an earlier paragraph.
    timexes = find_timexes(document.text, filed(document))
    days = entrydays.days(document, timexes)
    linked = link(
        document,
        drafts,
        timexes_of(pieces, headings.timexes_in(document, timexes, days)),
        scene,
        gazetteer,
        headings=headings.headings_of(document, days, scene),
        rate=rate,
    )
    return incidents.fold(linked)


def _home(document: Document, resolutions: Mapping[Mention, Resolution | None]) -> str | None:
    """The country of the dateline's place, or else the one that most of its places lie in."""
    line = document.dateline_place
    tally: Counter[str] = Counter()
    for mention, answer in resolutions.items():
        country = answer.place.country if answer is not None else None
        if country and line is not None and line.start <= mention.start < line.end:
            return country
        if country:
            tally[country] += 1
    (most, times), *_ = tally.most_common(1) or [("", 0)]
    # A place or two more of one country than of another make no home.
    return most if times >= _HOME_PLACES and times * 3 >= tally.total() * 2 else None


def timexes_of(pieces: Sequence[Parsed], timexes: Iterable[Timex]) -> list[Timex]:
    """Temporal expressions of a document that stand in its prose."""
    spans = sorted(((piece.span.start, piece.span.end) for piece in pieces), reverse=True)
    found = []
    for timex in timexes:
        while spans and spans[-1][1] < timex.end:
            spans.pop()
        if spans and spans[-1][0] <= timex.start:
            found.append(timex)
    return found


def table_of(documents: Sequence[Document], found: Sequence[Sequence[Event]]) -> GeoDataFrame:
    """Put events into a table of `geo.frame`, without incident ids.

    Parameters
    ----------
    documents : sequence of Document
    found : sequence of sequence of Event
        Aligned with `documents`.
    """
    return frame.from_records(
        _row(document, event)
        for document, events in zip(documents, found, strict=True)
        for event in events
    )


def run_batch(texts: pd.DataFrame) -> pd.DataFrame:
    """Texts to events with plain columns, for engines that map over partitions.

    Parameters
    ----------
    texts : DataFrame
        Column ``text``, and optionally ``doc_id``, ``title``, ``source``, ``url`` (str) and
        ``published`` (date or null).

    Returns
    -------
    DataFrame
        Columns of `geo.frame.SCHEMA`, the geometry as WKB (bytes) in EPSG:4326. An empty input
        gives an empty table of the same columns, which describes the output to the engine.
    """
    documents = [_document(row) for row in texts.to_dict("records")]
    events = table_of(documents, events_of(documents))
    return pd.DataFrame(events.to_wkb())


def _document(row: Mapping[Hashable, Any]) -> Document:
    known = {key: value for key, value in row.items() if not frame.is_null(value)}
    published = known.get("published")
    return document(
        str(known.get("text", "")),
        stated=None if published is None else pd.Timestamp(published).date(),
        doc_id=known.get("doc_id"),
        title=known.get("title"),
        source=known.get("source"),
        url=known.get("url"),
    )


def _row(document: Document, event: Event) -> Mapping[str, object]:
    row: dict[str, object] = {
        "event_id": incidents.event_id(event),
        "event_type": event.event_type,
        "event_mode": event.event_mode or None,
        "quad_class": frame.QUAD_CLASS[event.event_type],
        "trigger": event.trigger.text,
        "modality": event.modality,
        "date_start": event.when.start,
        "date_end": event.when.end,
        "date_prec": event.when.prec,
        "date_source": event.when.source if event.when.end or event.when.text else None,
        "published": document.published,
        "published_source": document.published_source,
        "location_source": event.location_source,
        "doc_id": document.doc_id,
        "title": document.title,
        "source": document.source,
        "url": document.url,
        "attribution": event.attribution,
        "sentence": event.sentence.text,
        "confidence": round(min(max(event.confidence, 0.05), 0.95), 3),
        "recognizer": model.version(),
        "resolver": RESOLVER,
        "reviewed": False,
    }
    row["acled_event_type"], row["acled_sub_event_type"] = acled_of(event)
    for number, actor in ((1, event.actor1), (2, event.actor2)):
        if actor is not None:
            row[f"actor{number}"] = actor.name
            row[f"actor{number}_type"] = actor.kind
            row[f"actor{number}_country"] = actor.country
    for count in event.counts:
        row[count.kind] = count.best
        row[f"{count.kind}_low"] = count.low
        row[f"{count.kind}_high"] = count.high
    if event.counts:
        row["count_text"] = "; ".join(count.text for count in event.counts)
    row.update(_offsets("sentence", event.sentence))
    row.update(_offsets("trigger", event.trigger))
    if event.when.text is not None:
        row["date_text"] = event.when.text.text
        row.update(_offsets("date_text", event.when.text))
    if event.site is not None:
        row.update(_where(event))
    return row


def _where(event: Event) -> dict[str, object]:
    site = event.site
    if site is None:
        return {}
    location, words = site.location, site.expression
    relation = words.relation
    detail = [relation.kind, relation.direction]
    if relation.distance_km is not None:
        detail.append(f"{relation.distance_km:g} km")
    return {
        "geometry": location.geometry,
        "location": location.name,
        "place_id": site.place.place_id,
        "feature": site.place.feature,
        "country": location.country,
        "admin1": location.admin1,
        "admin2": location.admin2,
        "longitude": location.longitude,
        "latitude": location.latitude,
        "where_prec": location.where_prec,
        "where_text": words.text,
        "relation": " ".join(part for part in detail if part),
        "where_note": location.explanation,
        "place_start": words.start,
        "place_end": words.end,
    }


def _offsets(name: str, span: Span) -> dict[str, int]:
    return {f"{name}_start": span.start, f"{name}_end": span.end}


# --- batches ----------------------------------------------------------------------------------


def build(
    inputs: Iterable[Document | Failure],
    out: Path,
    *,
    workers: int = 1,
    cluster: str | None = None,
    progress: Callable[[int], None] = lambda _done: None,
) -> Report:
    """Read documents through all stages and write the events folder.

    Batches already done by a run that was cut off are not done again; the same documents give
    the same table, whatever the number of workers.

    Parameters
    ----------
    inputs : iterable of Document or Failure
        As `pipeline.documents.read_documents` yields them.
    out : Path
        Folder for events.parquet and documents.parquet; made if missing.
    workers : int
        Local processes.
    cluster : str, optional
        Address of a Dask scheduler to work on instead; needs the package ``distributed``.
    progress : callable
        Called with the number of documents done since the last call.

    Returns
    -------
    Report

    Raises
    ------
    FileExistsError
        If `out` is a file.
    """
    if out.is_file():
        message = f"{out} is a file; name a folder for the events"
        raise FileExistsError(message)
    parts = out / ".parts"
    parts.mkdir(parents=True, exist_ok=True)
    report = Report()
    kept: list[Document] = []
    tables: list[Path] = []
    with _executor(workers, cluster) as executor:
        pending: dict[Future[list[Failure]], int] = {}
        for batch in _batches(_distinct(inputs, report)):
            kept.extend(batch)
            tables.append(parts / f"{_batch_id(batch)}.parquet")
            if tables[-1].is_file():
                report.resumed += len(batch)
                progress(len(batch))
            else:
                pending[executor.submit(_write_part, batch, tables[-1])] = len(batch)
        for future in as_completed(pending):
            report.failures.extend(future.result())
            progress(pending[future])
    _finish(kept, [frame.read(table) for table in tables], out, report)
    shutil.rmtree(parts)
    return report


def _finish(
    documents: Sequence[Document], tables: Sequence[GeoDataFrame], out: Path, report: Report
) -> None:
    events = _joined(tables)
    events = events.assign(incident_id=clusters.cluster(events))
    events = frame.from_records(events.to_dict("records"))
    frame.write(events, out / "events.parquet")
    fields = ("doc_id", "title", "source", "url", "published", "published_source", "text")
    sources.write_documents(
        ({name: getattr(item, name) for name in fields} for item in documents),
        out / "documents.parquet",
    )
    found = set(events["doc_id"])
    report.documents, report.events = len(documents), len(events)
    report.undated = [_name(item) for item in documents if item.published is None]
    report.empty = [_name(item) for item in documents if item.doc_id not in found]


def _joined(tables: Sequence[GeoDataFrame]) -> GeoDataFrame:
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else frame.empty()


def _name(item: Document) -> str:
    own = item.title or item.doc_id
    if item.path is None:
        return own
    # A file of lines holds many documents.
    return f"{item.path} ({own})" if item.path.endswith((".jsonl", ".ndjson")) else item.path


def _distinct(inputs: Iterable[Document | Failure], report: Report) -> Iterator[Document]:
    """Yield each document once; failures and repetitions go to the report."""
    seen: dict[str, str] = {}
    for item in inputs:
        if isinstance(item, Failure):
            report.failures.append(item)
        elif item.doc_id in seen:
            reason = f"the same document as {seen[item.doc_id]} (id {item.doc_id}); read once"
            report.repeated.append(Failure(_name(item), None, reason))
        else:
            seen[item.doc_id] = _name(item)
            yield item


def _batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    iterator = iter(documents)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _batch_id(batch: Sequence[Document]) -> str:
    """Hash of what a batch's result depends on: its texts, their dates, and the stages."""
    digest = hashlib.sha256(f"{frame.SCHEMA_VERSION}|{RESOLVER}|{_code_version()}".encode())
    for item in batch:
        digest.update(f"|{item.doc_id}|{item.published}|{item.title}|{item.url}".encode())
        digest.update(item.text.encode("utf-8", "replace"))
    return digest.hexdigest()[:24]


@lru_cache(maxsize=1)
def _code_version() -> str:
    """Hash of code, curated tables and weights: a part of an older version is not reused."""
    root = Path(__file__).parents[1]
    parts = (
        *("geo/*.py", "pipeline/*.py", "data/curated/*", "data/*.json"),
        *("data/tagger/*.onnx", "data/reader/*.onnx", "data/reader/*.npz"),
    )
    files = sorted(file for part in parts for file in root.glob(part))
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _write_part(batch: Sequence[Document], path: Path) -> list[Failure]:
    """Write a batch's events; what one document breaks costs that document, and is told."""
    try:
        frame.write(table_of(batch, events_of(batch)), path)
    except _BREAKING as error:
        if len(batch) == 1:
            _logger.exception("%s", _name(batch[0]))
            frame.write(frame.empty(), path)
            return [Failure(_name(batch[0]), None, f"could not be processed: {error}")]
        pieces = [path.with_name(f"{path.stem}.{n}.parquet") for n in range(len(batch))]
        failures = [
            failure
            for item, piece in zip(batch, pieces, strict=True)
            for failure in _write_part([item], piece)
        ]
        frame.write(_joined([frame.read(piece) for piece in pieces]), path)
        for piece in pieces:
            piece.unlink()
        return failures
    return []


class _Here(Executor):
    """Runs each call at once, in this process: what one worker means."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        future: Future[T] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def _executor(workers: int, cluster: str | None) -> Executor:
    if cluster is not None:
        from distributed import Client  # noqa: PLC0415  (an extra)

        executor: Executor = Client(cluster).get_executor()
        return executor
    if workers > 1:
        # Spawned, not forked: the parser and GDAL hold threads.
        return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
    return _Here()
