"""The command line: ``dateline build | export | geoparse | geocode | dates | serve``."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NoReturn

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from geo import export, filters, frame
from pipeline.documents import Failure, read_documents

DONE, FAILED, USAGE = 0, 1, 2
"""Exit codes: all done; some inputs failed and the rest is done; the call was wrong."""

_errors = Console(stderr=True, highlight=False, soft_wrap=True)


class _Help(argparse.RawDescriptionHelpFormatter):
    """Keeps the examples as they are written."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        The words after ``dateline``; by default those of this process.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except KeyboardInterrupt:
        _say("stopped; the same command goes on from here")
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return FAILED
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
            records, gold_spans=options.gold_spans, progress=lambda n: bar.advance(task, n)
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


def _geocode(options: argparse.Namespace) -> int:
    from geo.gazetteer import default_gazetteer  # noqa: PLC0415

    gazetteer = default_gazetteer()
    missing = 0
    answers = []
    for name in options.names:
        found = gazetteer.candidates(
            name, country=options.country, limit=options.limit, fuzzy=options.country is not None
        )
        missing += not found
        answers.append((name, found))
    if options.json:
        rows = [
            {
                "name": item.place.name,
                "lat": item.place.latitude,
                "lon": item.place.longitude,
                "country": item.place.country,
                "admin1": item.place.admin1,
                "feature": item.place.feature,
                "place_id": item.place.place_id,
                "score": round(item.score, 3),
            }
            for _, found in answers
            for item in found
        ]
        print(json.dumps(rows, ensure_ascii=False))
    else:
        for name, found in answers:
            _print_candidates(name, found)
    for name, found in answers:
        if not found:
            _say(f"{name!r}: not in the gazetteer")
    return FAILED if missing else DONE


def _print_candidates(name: str, found: Sequence[object]) -> None:
    from geo.gazetteer import Candidate  # noqa: PLC0415

    table = Table(title=f"{name}", title_justify="left")
    for heading in ("name", "lat", "lon", "country", "admin1", "feature", "place id", "score"):
        table.add_column(heading, justify="right" if heading in {"lat", "lon", "score"} else "left")
    for item in found:
        if isinstance(item, Candidate):
            place = item.place
            table.add_row(
                place.name, f"{place.latitude:.4f}", f"{place.longitude:.4f}", place.country or "",
                place.admin1 or "", place.feature, place.place_id, f"{item.score:.2f}",
            )  # fmt: skip
    Console(width=None if sys.stdout.isatty() else 160).print(table)


def _serve(options: argparse.Namespace) -> int:
    app = Path(__file__).parents[1] / "app.py"
    events = options.events.resolve()
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dateline",
        description="News reports in, dated and sourced events on a map out.",
        epilog=(
            "example:\n  dateline build articles/ -o out\n  dateline serve out\n"
            "  dateline export out -o events.geojson --from 2021-08-06 --to 2021-08-15\n\n"
            "exit code: 0 done, 1 some inputs failed and the rest is done, 2 wrong call"
        ),
        formatter_class=_Help,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_build(commands)
    _add_export(commands)
    _add_geoparse(commands)
    _add_dates(commands)
    _add_geocode(commands)
    _add_serve(commands)
    return parser


def _add_build(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    build = commands.add_parser(
        "build",
        help="texts to events",
        description="Read texts (.txt .md .html .jsonl, folders of them) and write an events "
        "folder: events.parquet (GeoParquet) and documents.parquet. A run that was cut off goes on "
        "where it stopped.",
        epilog="example:\n  dateline build articles/ report.html -o out --published 2021-07-05",
        formatter_class=_Help,
    )
    build.add_argument("inputs", nargs="+", metavar="INPUT", help="file or folder")
    build.add_argument(
        "-o", "--output", type=Path, required=True, metavar="OUT", help="events folder to write"
    )
    build.add_argument(
        "--published",
        type=_day,
        metavar="YYYY-MM-DD",
        help="publication date of the texts that do not tell their own; without it their relative "
        "dates stay unresolved",
    )
    build.add_argument(
        "--workers", type=_positive, default=1, metavar="N", help="processes (default 1)"
    )
    build.add_argument(
        "--cluster", metavar="URL", help="Dask scheduler to work on, e.g. tcp://127.0.0.1:8786"
    )
    build.set_defaults(command=_build)


def _add_export(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    export_ = commands.add_parser(
        "export",
        help="events to GeoJSON, GeoPackage, CSV, KML or GeoParquet",
        description="Write a selection of events; the format is that of the file's ending "
        "(.geojson .gpkg .csv .kml .parquet).",
        epilog="example:\n  dateline export out -o north.geojson --from 2021-07-01 --to 2021-07-31 "
        "--type ASSAULT --bbox 64,35,75,38.6",
        formatter_class=_Help,
    )
    export_.add_argument("events", type=Path, metavar="EVENTS", help="events folder or file")
    export_.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")
    export_.add_argument("--from", dest="date_from", type=_day, metavar="DATE", help="first day")
    export_.add_argument("--to", dest="date_to", type=_day, metavar="DATE", help="last day")
    export_.add_argument(
        "--type", nargs="+", choices=frame.EVENT_TYPES, metavar="TYPE", help="PLOVER categories"
    )
    export_.add_argument(
        "--modality",
        nargs="+",
        choices=(*frame.MODALITIES, "all"),
        default=["actual"],
        help="what was done, planned, possible or denied (default: actual)",
    )
    export_.add_argument(
        "--country", nargs="+", type=str.upper, metavar="XXX", help="ISO 3166-1 alpha-3 codes"
    )
    export_.add_argument(
        "--bbox", type=_bbox, metavar="W,S,E,N", help="degrees: west,south,east,north"
    )
    export_.set_defaults(command=_export)


def _add_geoparse(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    geoparse = commands.add_parser(
        "geoparse",
        help="place names of texts, resolved",
        description='Read lines {"doc_id", "text"} and write lines {"doc_id", "toponyms": '
        '[{"start", "end", "text", "lat", "lon", "place_id", "country", "score"}]}.',
        epilog="example:\n  dateline geoparse docs.jsonl -o places.jsonl",
        formatter_class=_Help,
    )
    geoparse.add_argument("documents", type=Path, metavar="DOCS.jsonl")
    geoparse.add_argument(
        "-o", "--output", type=Path, metavar="PRED.jsonl", help="default: standard output"
    )
    geoparse.add_argument(
        "--gold-spans", action="store_true", help="resolve the spans given in `toponyms`, find none"
    )
    geoparse.set_defaults(command=_geoparse)


def _add_dates(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    dates = commands.add_parser(
        "dates",
        help="dates and times of texts, resolved (TIMEX3)",
        description='Read lines {"doc_id", "dct", "text"} and write lines {"doc_id", "timexes": '
        '[{"start", "end", "text", "type", "value"}]}.',
        epilog="example:\n  dateline dates docs.jsonl -o dates.jsonl",
        formatter_class=_Help,
    )
    dates.add_argument("documents", type=Path, metavar="DOCS.jsonl")
    dates.add_argument(
        "-o", "--output", type=Path, metavar="PRED.jsonl", help="default: standard output"
    )
    dates.set_defaults(command=_dates)


def _add_geocode(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    geocode = commands.add_parser(
        "geocode",
        help="where is that? candidates for a name, best first",
        description="Look names up in the offline gazetteer. With --country that country's places "
        "come first, and other spellings count.",
        epilog='example:\n  dateline geocode "Imam Sahib" --country AFG',
        formatter_class=_Help,
    )
    geocode.add_argument("names", nargs="+", metavar="NAME")
    geocode.add_argument("--country", type=str.upper, metavar="XXX", help="ISO 3166-1 alpha-3 code")
    geocode.add_argument(
        "--limit", type=_positive, default=5, metavar="N", help="candidates per name (default 5)"
    )
    geocode.add_argument("--json", action="store_true", help="a JSON list on standard output")
    geocode.set_defaults(command=_geocode)


def _add_serve(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    serve = commands.add_parser(
        "serve",
        help="the dashboard",
        description="Open the map of an events folder in the browser. Needs no network.",
        epilog="example:\n  dateline serve out --port 8501",
        formatter_class=_Help,
    )
    serve.add_argument(
        "events",
        nargs="?",
        type=Path,
        default=Path(__file__).parents[1] / "data" / "demo",
        metavar="EVENTS",
        help="events folder or file (default: the demo)",
    )
    serve.add_argument("--port", type=_positive, default=8501)
    serve.add_argument(
        "--address", default="127.0.0.1", help="default 127.0.0.1: this machine only"
    )
    serve.set_defaults(command=_serve)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"{text!r} is not a date like 2021-07-05"
        raise argparse.ArgumentTypeError(message) from None


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        message = f"{text!r} is not a whole number from 1"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _bbox(text: str) -> tuple[float, float, float, float]:
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        message = f"{text!r} is not west,south,east,north in degrees"
        raise argparse.ArgumentTypeError(message) from None
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        message = f"{text!r} lies outside of -180..180, -90..90 or has south above north"
        raise argparse.ArgumentTypeError(message)
    return west, south, east, north


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
    _errors.print(text, markup=False)


if __name__ == "__main__":
    sys.exit(main())
