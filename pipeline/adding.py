"""Texts that a person adds while looking at the map: read in the background, kept or discarded.

A `Job` runs the pipeline in a thread of its own, a document at a time, so that the page can tell
how far it is and stop it. What it finds lives in the visitor's session until it is kept as a file
of its own in the workspace (`geo.table.workspace`).
"""

import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pandas as pd
from geopandas import GeoDataFrame

from geo import frame, sources, words
from geo.article import Checked
from geo.listing import button_label
from pipeline import clusters, model, run
from pipeline.documents import Document, Failure, Span, document, read_documents
from pipeline.events import Event
from pipeline.fetching import FetchError, allowed, fetch
from pipeline.incidents import event_id

__all__ = ["Added", "Given", "Job", "Sentence", "allowed", "keep", "problem", "start", "warm"]

MAX_CHARACTERS: Final = 200_000
"""Longest text, and longest sum of texts, that is read at once."""

MAX_FILES: Final = 20
MAX_BYTES: Final = 10_000_000
SECONDS: Final = 120.0

LIMITS: Final = (MAX_CHARACTERS, MAX_FILES, MAX_BYTES // 1_000_000, int(SECONDS))
"""The limits in the order of the words that tell them."""

PATIENCE: Final = 5.0
"""How long a job waits for its turn, in seconds."""

AT_ONCE: Final = threading.BoundedSemaphore(2)
"""How many jobs a server runs at a time, whoever started them."""

_SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9])")


@dataclass(frozen=True, slots=True)
class Given:
    """What a person gave: a text, files (name, bytes), or an address; and when it was published."""

    text: str = ""
    files: tuple[tuple[str, bytes], ...] = ()
    url: str = ""
    published: date | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an added text with the events that were found in it.

    Attributes
    ----------
    text
        The sentence.
    event_ids
        Events whose evidence it is; empty for none.
    again
        Events that another sentence is the evidence of, and which this one tells too.
    """

    text: str
    event_ids: tuple[str, ...] = ()
    again: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Added:
    """What a job found.

    Attributes
    ----------
    events
        A valid events table.
    documents
        The texts, as `geo.sources.read_documents` gives them.
    sentences
        Each text's sentences in order, with their events; keyed by doc_id.
    failures
        What could not be read: (name, why).
    undated
        Texts without a day of publication.
    seconds
        How long it took.
    late
        Whether the time limit cut it off.
    """

    events: GeoDataFrame
    documents: pd.DataFrame
    sentences: dict[str, tuple[Sentence, ...]]
    failures: tuple[tuple[str, str], ...]
    undated: int
    seconds: float
    late: bool

    def told(self, *, alone: bool = False) -> list[str]:
        """Say what was found, a sentence an item; plain text, with names from outside.

        Parameters
        ----------
        alone
            Whether the events are shown without those of the table, which is too large.
        """
        number, texts = len(self.events), len(self.documents)
        found = words.ADD_FOUND.format(number, texts, self.seconds)
        lines = [found if number else words.ADD_NONE.format(texts)]
        lines += [words.ADD_LARGE] if alone and number else []
        lines += [words.ADD_LATE.format(int(self.seconds))] if self.late else []
        lines += [words.ADD_UNDATED] if self.undated else []
        if self.failures:
            lines += [words.ADD_FAILED, *(f"{name}: {reason}" for name, reason in self.failures)]
        return lines

    def checked(self) -> Iterator[Checked]:
        """Yield each sentence with its events; plain text from outside."""
        rows = self.events.set_index("event_id", drop=False).to_dict("index")
        labels = {str(name): button_label(row) for name, row in rows.items()}
        told = [sentence for sentences in self.sentences.values() for sentence in sentences]
        numbers = {name: at for at, one in enumerate(told, 1) for name in one.event_ids}
        for one in told:
            again = [(numbers[name], labels[name]) for name in one.again]
            yield Checked(one.text, [labels[name] for name in one.event_ids], again)


@dataclass(slots=True)
class Job:
    """A running or finished reading of texts; make one with `start`.

    Attributes
    ----------
    done, total
        Texts read, and how many there are (0 until that is known).
    found
        The result, once it is there; None before, and after a failure or `cancel`.
    error
        Why there is no result, for a person.
    """

    done: int = 0
    total: int = 0
    found: Added | None = None
    error: str | None = None
    started: float = field(default_factory=time.monotonic)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def told(self) -> tuple[float, str]:
        """Say how far it is: the share, 0 to 1, and words."""
        if not self.total:
            return 0.0, words.ADD_READING
        seconds = int(time.monotonic() - self.started)
        return self.done / self.total, words.ADD_RUNNING.format(self.done, self.total, seconds)

    @property
    def running(self) -> bool:
        """Whether it still works."""
        return self._thread is not None and self._thread.is_alive()

    def cancel(self) -> None:
        """Stop after the text that is being read; its result is thrown away."""
        self._stop.set()

    def join(self, seconds: float | None = None) -> None:
        """Wait for it."""
        if self._thread is not None:
            self._thread.join(seconds)


def start(given: Given, *, seconds: float = SECONDS) -> Job:
    """Begin to read what a person gave.

    Parameters
    ----------
    given
        Checked by `problem` before.
    seconds
        Limit of time; what was read until then is the result.

    Returns
    -------
    Job
        At once; ask it for its progress.
    """
    job = Job()
    thread = threading.Thread(target=_work, args=(job, given, seconds), daemon=True)
    job._thread = thread  # noqa: SLF001  # its maker
    thread.start()
    return job


def warm() -> None:
    """Load the language model in the background: what takes longest of a first reading."""
    threading.Thread(target=_load, daemon=True).start()


def _load() -> None:
    with suppress(ImportError, OSError):  # told when a text is read
        model.load()


def problem(given: Given) -> str | None:
    """Say what is wrong with what a person gave, before anything is read; None if nothing is."""
    if given.url and not allowed():
        return words.ADD_URL_OFF
    if len(given.text) > MAX_CHARACTERS:
        return words.ADD_TOO_LONG.format(len(given.text), MAX_CHARACTERS)
    size = sum(len(content) for _, content in given.files)
    if len(given.files) > MAX_FILES or size > MAX_BYTES:
        most = MAX_BYTES // 1_000_000
        return words.ADD_TOO_MANY.format(len(given.files), size / 1e6, MAX_FILES, most)
    return None if given.text.strip() or given.files or given.url.strip() else words.ADD_NOTHING


def _work(job: Job, given: Given, seconds: float) -> None:
    if not AT_ONCE.acquire(timeout=PATIENCE):
        job.error = words.ADD_BUSY
        return
    try:
        _read(job, given, seconds)
    except FetchError as error:
        job.error = str(error)
    except ImportError:
        job.error = words.ADD_MISSING
    except (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, OSError) as error:
        # What a stage may raise on a text that nobody foresaw: told, and the page goes on.
        job.error = f"{type(error).__name__}: {error}"[:300]
    finally:
        AT_ONCE.release()


def _read(job: Job, given: Given, seconds: float) -> None:
    begun = time.monotonic()
    texts: list[Document] = []
    failures: list[tuple[str, str]] = []
    room = MAX_CHARACTERS
    for item in _documents(given):
        if isinstance(item, Failure):
            failures.append((item.source, item.reason))
        elif len(item.text) > room:
            failures.append((_name(item), f"{len(item.text):,} characters are too many"))
        elif item.doc_id not in {text.doc_id for text in texts}:
            texts.append(item)
            room -= len(item.text)
    job.total = len(texts)
    tables, sentences, late = [], {}, False
    for text in texts:
        if job._stop.is_set():  # noqa: SLF001  # the same module's
            return
        late = time.monotonic() - begun > seconds
        if late:
            break
        (events,) = run.events_of([text])
        tables.append(run.table_of([text], [events]))
        sentences[text.doc_id] = tuple(_sentences(text, events))
        job.done += 1
    if job._stop.is_set():  # noqa: SLF001
        return
    job.found = Added(
        events=_joined(tables),
        documents=_table(texts),
        sentences=sentences,
        failures=tuple(failures),
        undated=sum(text.published is None for text in texts),
        seconds=time.monotonic() - job.started,
        late=late,
    )


def _documents(given: Given) -> Iterator[Document | Failure]:
    """Read what was given, whatever it is; names of files are used for messages only."""
    if given.text.strip():
        yield document(given.text, published=given.published)
    files = list(given.files)
    url = given.url.strip()
    if url:
        page = fetch(url)
        files.append((f"page{page.suffix}", page.content))
        url = page.url
    with TemporaryDirectory() as folder:
        for number, (name, content) in enumerate(files):
            # Never the name itself: it comes from outside and may lead anywhere.
            suffix = Path(name).suffix.lower()
            safe = suffix if re.fullmatch(r"\.[a-z]{1,8}", suffix) else ".unknown"
            path = Path(folder) / f"{number}{safe}"
            path.write_bytes(content)
            for item in read_documents([path], published=given.published):
                if isinstance(item, Failure):
                    yield replace(item, source=name, reason=item.reason.replace(str(path), name))
                else:
                    yield replace(item, path=name, url=item.url or url or None)


def _name(item: Document) -> str:
    return item.path or item.title or item.doc_id


def _joined(tables: Sequence[GeoDataFrame]) -> GeoDataFrame:
    filled = [table for table in tables if len(table)]
    if not filled:
        return frame.empty()
    events = pd.concat(filled, ignore_index=True)
    events = events[~events["event_id"].duplicated().to_numpy()]
    return events.assign(incident_id=clusters.cluster(events)).reset_index(drop=True)


def _table(texts: Sequence[Document]) -> pd.DataFrame:
    with TemporaryDirectory() as folder:
        run_fields = ("doc_id", "title", "source", "url", "published", "published_source", "text")
        records = ({name: getattr(item, name) for name in run_fields} for item in texts)
        sources.write_documents(records, folder)
        return sources.read_documents(folder)


def _sentences(text: Document, events: Iterable[Event]) -> Iterator[Sentence]:
    """Cut a text's prose into sentences, those of its events as the events have them.

    The labels of its lists are sentences too: they tell the day and the place of what follows.
    """
    known: dict[tuple[int, int], Sentence] = {}
    for event in events:
        name = event_id(event)
        for span in (event.sentence, *event.again):
            where = span.start, span.end
            one = known.get(where, Sentence(span.text))
            if span == event.sentence:
                known[where] = replace(one, event_ids=(*one.event_ids, name))
            else:
                known[where] = replace(one, again=(*one.again, name))
    prose = model.segments(text)
    first = text.headline.end if text.headline else 0
    words = {label.words for entry in text.entries for label in entry.labels}
    labels = [Span(start, end, text.text[start:end]) for start, end in words if start >= first]
    for piece in sorted([*prose, *labels], key=lambda piece: piece.start):
        inside = sorted(s for s in known if piece.start <= s[0] and s[1] <= piece.end)
        at = piece.start
        for start, end in inside:
            yield from _plain(text.text[at:start])
            if start >= at:
                yield known[start, end]
            at = max(at, end)
        yield from _plain(text.text[at : piece.end])


def _plain(text: str) -> Iterator[Sentence]:
    for part in _SENTENCE_END.split(text):
        if part.strip():
            yield Sentence(part.strip())


# --- the workspace ----------------------------------------------------------------------------


def keep(found: Added, folder: Path, *, now: Callable[[], float] = time.time) -> Path:
    """Write what was found into a file of its own.

    Parameters
    ----------
    found
        What a job found.
    folder
        From `geo.table.workspace`; made if it is missing, readable by its owner only.
    now
        The time, for the name.

    Returns
    -------
    Path
        A folder with events.parquet and documents.parquet, named by the time.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(now()))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    number = 0
    while True:
        target = folder / (f"added-{stamp}" + (f"-{number}" if number else ""))
        try:
            target.mkdir()
            break
        except FileExistsError:
            number += 1
    frame.write(found.events, target / "events.parquet")
    sources.write_documents(
        ({str(k): v for k, v in row.items()} for row in found.documents.to_dict("records")), target
    )
    return target
