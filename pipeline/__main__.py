"""The command line: what each command of ``dateline`` does; pipeline.arguments has its words."""

import argparse
import gc
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import shapely
from geopy.location import Location
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from pipeline.arguments import parser
from pipeline.documents import Failure, read_documents

if TYPE_CHECKING:
    from pipeline.places import Site

DONE, FAILED, USAGE = 0, 1, 2
"""Exit codes: all done; some inputs failed and the rest is done; the call was wrong."""

_EXTRAS = {
    **dict.fromkeys(("htmldate", "onnxruntime", "trafilatura"), "text"),
    **dict.fromkeys(("geopandas", "pandas", "pyarrow", "pyogrio"), "table"),
    **dict.fromkeys(("altair", "folium", "streamlit", "streamlit_folium"), "dashboard"),
}
"""Which extra of pyproject.toml brings a library that a command needs."""

_PHRASE = 1_000
"""Characters of the longest phrase that `dateline locate` takes."""

_errors = Console(stderr=True, highlight=False, soft_wrap=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        The words after ``dateline``; by default those of this process.
    """
    options = parser().parse_args(arguments)
    # A text is thousands of small objects that refer to one another; as it stands, the collector
    # looks at them so often that reading takes a tenth longer.
    gc.set_threshold(20_000, 20, 50)
    try:
        return _COMMANDS[options.command](options)
    except KeyboardInterrupt:
        _say("stopped; the same command goes on from here")
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return FAILED
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        extra = _EXTRAS.get(library)
        if extra is None:
            raise
        _say(f"error: {library} is not installed: pip install 'dateline[{extra}]'")
        return USAGE
    except (OSError, ValueError) as error:
        _say(f"error: {error}")
        return USAGE


# --- commands ---------------------------------------------------------------------------------


def _build(options: argparse.Namespace) -> int:
    from pipeline.run import build  # noqa: PLC0415  (help must not load the language model)

    inputs = read_documents(options.inputs, published=options.published)
    with _progress() as bar:
        task = bar.add_task("reading", total=None)
        report = build(
            inputs,
            options.output,
            workers=options.workers,
            cluster=options.cluster,
            progress=lambda done: bar.advance(task, done),
        )
    for failure in (*report.failures, *report.repeated):
        _say(_failure_line(failure))
    for name in report.undated:
        _say(
            f"{name}: no publication date, so relative dates stay unresolved; "
            "give one with --published YYYY-MM-DD"
        )
    for name in report.empty:
        _say(f"{name}: nothing found to put on the map")
    resumed = f" ({report.resumed} from an earlier run)" if report.resumed else ""
    _say(f"{report.documents} documents{resumed}, {report.events} events -> {options.output}")
    if report.failures:
        _say(f"{len(report.failures)} inputs could not be read; the rest is done")
    return FAILED if report.failures else DONE


def _export(options: argparse.Namespace) -> int:
    from geo import export, filters, frame  # noqa: PLC0415  (needs the extra ``table``)

    events = frame.read(options.events)
    chosen = filters.select(
        events,
        filters.Filters(
            date_from=options.date_from,
            date_to=options.date_to,
            event_types=frozenset(options.type) if options.type else None,
            modalities=None if "all" in options.modality else frozenset(options.modality),
            bbox=options.bbox,
            countries=frozenset(options.country) if options.country else None,
            undated=options.date_from is None and options.date_to is None,
        ),
    )
    export.write_any(chosen, options.output)
    _say(f"{len(chosen)} of {len(events)} events -> {options.output}")
    return DONE


def _geoparse(options: argparse.Namespace) -> int:
    from pipeline.toponyms import geoparse  # noqa: PLC0415

    fault = _span_fault if options.gold_spans else _text_fault
    numbered, failures = _records(options.documents, fault)
    records = [record for _, record in numbered]
    with _progress() as bar:
        task = bar.add_task("geoparsing", total=len(records))
        lines = geoparse(
            records,
            gold_spans=options.gold_spans,
            kinds=options.kinds,
            progress=lambda n: bar.advance(task, n),
        )
        _write_lines(lines, options.output)
    return _reported(failures)


def _dates(options: argparse.Namespace) -> int:
    from pipeline.timexes import find_timexes  # noqa: PLC0415

    numbered, failures = _records(options.documents, _text_fault)

    def lines() -> Iterator[dict[str, object]]:
        for count, (number, record) in enumerate(numbered, 1):
            day = record.get("dct") or record.get("published")
            try:
                published = date.fromisoformat(str(day)[:10]) if day else None
            except ValueError:
                reason = f"{day!r} is not a date like 2021-07-05; relative dates stay unresolved"
                failures.append(Failure(str(options.documents), number, reason))
                published = None
            found = find_timexes(str(record["text"]), published)
            keys = ("start", "end", "text", "type", "value")
            yield {
                "doc_id": record.get("doc_id", str(count)),
                "timexes": [{key: getattr(timex, key) for key in keys} for timex in found],
            }

    _write_lines(lines(), options.output)
    return _reported(failures)


def _code(options: argparse.Namespace) -> int:
    from pipeline.coding import code  # noqa: PLC0415

    numbered, failures = _records(options.documents, _text_fault)
    records, undated = [], 0
    for count, (number, record) in enumerate(numbered, 1):
        day, fault = _day_of(record, options.published)
        if fault:
            failures.append(Failure(str(options.documents), number, fault))
        given, fault = _trigger_of(record)
        if fault:
            failures.append(Failure(str(options.documents), number, fault))
        undated += day is None
        name = record.get("id") or record.get("doc_id") or str(count)
        records.append({"id": name, "text": record["text"], "published": day, "trigger": given})
    with _progress() as bar:
        task = bar.add_task("coding", total=len(records))
        lines = code(
            records,
            progress=lambda n: bar.advance(task, n),
            failed=lambda index, reason: failures.append(
                Failure(str(options.documents), numbered[index][0], reason)
            ),
        )
        _write_lines(lines, options.output)
    if undated:
        _say(
            f"{undated} of {len(records)} texts without a day of publication: their relative dates "
            "stay unresolved; give one with --published YYYY-MM-DD"
        )
    return _reported(failures)


def _trigger_of(record: Mapping[str, object]) -> tuple[list[int] | None, str]:
    """The words of the event that a record asks for; and what is wrong with them."""
    given, length = record.get("trigger"), len(str(record["text"]))
    match given:
        case None:
            return None, ""
        case [int(start), int(end)] if 0 <= start < end <= length:
            return [start, end], ""
    fault = f"trigger {given!r:.60} is no [start, end] in a text of {length} characters"
    return None, f"{fault}; all its events are coded"


def _day_of(record: Mapping[str, object], given: date | None) -> tuple[str | None, str]:
    """The day of publication that a record states, else the given one; and what is wrong with it.

    A wrong day is none: what `--published` gives may be another text's.
    """
    stated = record.get("published") or record.get("dct")
    if not stated:
        return (None if given is None else given.isoformat()), ""
    try:
        return date.fromisoformat(str(stated)[:10]).isoformat(), ""
    except ValueError:
        return None, f"{stated!r} is not a date like 2021-07-05; relative dates stay unresolved"


def _geocode(options: argparse.Namespace) -> int:
    from geo.online import FallbackChain, configured_geocoder  # noqa: PLC0415

    geocoder = configured_geocoder()
    answers = [
        (
            name,
            geocoder.geocode(
                name, exactly_one=False, limit=options.limit, country_codes=options.country
            )
            or [],
        )
        for name in options.names
    ]
    if options.json:
        rows = [_geocoded(item) for _, found in answers for item in found]
        print(json.dumps(rows, ensure_ascii=False))
    else:
        for name, found in answers:
            _print_places(name, [_geocoded(item) for item in found])
    unknown = [name for name, found in answers if not found]
    for name in unknown:
        _say(f"{name[:80]!r}: not in the gazetteer")
    if isinstance(geocoder, FallbackChain):
        for line in geocoder.report.lines():
            _say(line)
    return FAILED if unknown else DONE


def _geocoded(location: Location) -> dict[str, object]:
    """A geopy location as `dateline geocode` tells it; what an online service lacks is null."""
    raw = location.raw
    return {
        "name": raw.get("name") or location.address,
        "lat": location.latitude,
        "lon": location.longitude,
        "country": raw.get("country"),
        "admin1": raw.get("admin1"),
        "feature": raw.get("feature"),
        "place_id": raw.get("place_id"),
        "score": raw.get("score"),
    }


def _locate(options: argparse.Namespace) -> int:
    from geo.gazetteer import default_gazetteer  # noqa: PLC0415
    from pipeline.places import sites_of  # noqa: PLC0415

    for phrase in options.phrases:
        if len(phrase) > _PHRASE:
            raise ValueError(
                f"{phrase[:40]!r}... has {len(phrase):,} characters, a phrase at most {_PHRASE:,}; "
                "dateline geoparse reads whole texts"
            )
    gazetteer = default_gazetteer()
    answers = [(phrase, sites_of(phrase, gazetteer)) for phrase in options.phrases]
    if options.geojson:
        features = [_feature(phrase, site) for phrase, found in answers for site in found]
        print(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False))
    else:
        for phrase, found in answers:
            for site in found:
                where = site.location
                print(f"{where.name}: {where.explanation} (precision {where.where_prec})")
            if not found:
                print(f"{phrase[:80]}: no place found")
    return DONE if all(found for _, found in answers) else FAILED


def _feature(phrase: str, site: "Site") -> dict[str, object]:
    """A located phrase as GeoJSON has it: longitude before latitude, right-hand rings."""
    where = site.location
    geometry = where.geometry
    return {
        "type": "Feature",
        "geometry": None
        if geometry is None
        else shapely.geometry.mapping(shapely.orient_polygons(geometry)),
        "properties": {
            "phrase": phrase,
            "name": where.name,
            "precision": where.where_prec,
            "explanation": where.explanation,
            "country": where.country,
            "admin1": where.admin1,
            "score": site.score,
        },
    }


def _print_places(name: str, rows: Sequence[Mapping[str, object]]) -> None:
    table = Table(title=name, title_justify="left")
    for heading in ("name", "lat", "lon", "country", "admin1", "feature", "place_id", "score"):
        table.add_column(heading, justify="right" if heading in {"lat", "lon", "score"} else "left")
    for row in rows:
        table.add_row(*(_cell(value) for value in row.values()))
    Console(width=None if sys.stdout.isatty() else 160).print(table)


def _cell(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value or "")


def _gazetteer_build(options: argparse.Namespace) -> int:
    from data.geonames import build  # noqa: PLC0415

    with _progress() as bar:
        tasks: dict[str, TaskID] = {}

        def progress(step: str, done: int, whole: int) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(step, total=whole)
            bar.update(tasks[step], completed=done, total=whole)

        summary = build(
            options.geonames,
            options.output,
            alternate_names=options.alternate_names,
            features=options.features,
            progress=progress,
        )
    for report in summary.reports:
        _say(report)
    if summary.broken > len(summary.reports):
        _say(f"{summary.broken - len(summary.reports)} more rows could not be read")
    _say(
        f"{summary.rows} rows, {summary.added} places added, {summary.places} in all, "
        f"{summary.size / 1e6:.0f} MB in {summary.seconds:.0f} s -> {options.output}"
    )
    _say(f"to use it: export DATELINE_GAZETTEER={options.output.resolve()}")
    return FAILED if summary.broken else DONE


def _serve(options: argparse.Namespace) -> int:
    app = Path(__file__).parents[1] / "app.py"
    events = options.events.resolve()
    if find_spec("streamlit") is None:
        raise ModuleNotFoundError("no streamlit", name="streamlit")
    if events.exists():
        words = [
            sys.executable, "-m", "streamlit", "run", str(app),
            "--server.port", str(options.port), "--server.address", options.address,
            "--server.headless", "true", "--", str(events),
        ]  # fmt: skip
        os.chdir(app.parent)  # Streamlit reads .streamlit/config.toml from the working folder.
        host = "localhost" if options.address == "127.0.0.1" else options.address
        _say(f"Dateline on http://{host}:{options.port} (stop with Ctrl-C)")
        _become(words)
    _say(
        f"error: {options.events} does not exist; "
        f"make it with: dateline build TEXTS -o {options.events}"
    )
    return USAGE


def _become(words: list[str]) -> NoReturn:
    os.execv(words[0], words)  # noqa: S606  (no shell is wanted)


# --- words and files --------------------------------------------------------------------------


def _records(
    path: Path, fault: Callable[[Mapping[str, object]], str]
) -> tuple[list[tuple[int, dict[str, object]]], list[Failure]]:
    """Numbered lines of a JSONL file that are objects without a fault; the others as failures."""
    records, failures = [], []
    with path.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except ValueError as error:
                failures.append(Failure(str(path), number, f"not JSON: {error}"))
                continue
            problem = fault(record) if isinstance(record, dict) else "not an object"
            if problem:
                failures.append(Failure(str(path), number, problem))
            else:
                records.append((number, record))
    return records, failures


def _text_fault(record: Mapping[str, object]) -> str:
    """Why a record cannot be read; empty if it can."""
    return "" if isinstance(record.get("text"), str) else "no text: the key text needs a string"


def _span_fault(record: Mapping[str, object]) -> str:
    """Why a record with spans cannot be read; empty if it can."""
    text = record.get("text")
    if not isinstance(text, str):
        return _text_fault(record)
    spans = record.get("toponyms", [])
    for span in spans if isinstance(spans, list) else [spans]:
        if not _is_span(span, len(text)):
            return f"toponyms: {span!r} has no start and end within the {len(text)} characters"
    return ""


def _is_span(span: object, length: int) -> bool:
    if not isinstance(span, dict):
        return False
    start, end = span.get("start"), span.get("end")
    return isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= length


def _write_lines(lines: Iterator[dict[str, object]], path: Path | None) -> None:
    if path is None:
        for line in lines:
            print(json.dumps(line, ensure_ascii=False))
        return
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("w", encoding="utf-8") as handle:
        handle.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    temporary.replace(path)


def _reported(failures: Sequence[Failure]) -> int:
    for failure in failures:
        _say(_failure_line(failure))
    return FAILED if failures else DONE


def _failure_line(failure: Failure) -> str:
    where = failure.source if failure.line is None else f"{failure.source}:{failure.line}"
    return f"{where}: {failure.reason}"


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=_errors,
        transient=True,
        disable=not _errors.is_terminal,
    )


def _say(text: str) -> None:
    # Bytes of an argument or a file name that are no UTF-8 come as lone surrogates.
    _errors.print(text.encode("utf-8", "backslashreplace").decode(), markup=False)


_COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "build": _build,
    "export": _export,
    "locate": _locate,
    "geoparse": _geoparse,
    "dates": _dates,
    "code": _code,
    "geocode": _geocode,
    "gazetteer_build": _gazetteer_build,
    "serve": _serve,
}

if __name__ == "__main__":
    sys.exit(main())
