"""The words of the command line: commands, options, and what each may be."""

import argparse
from datetime import date
from pathlib import Path

from geo import schema
from pipeline.mentions import KINDS


class _Help(argparse.RawDescriptionHelpFormatter):
    """Keeps the examples as they are written."""


def parser() -> argparse.ArgumentParser:
    """Make the parser of the command line; `command` in its result names what to run."""
    top = argparse.ArgumentParser(
        prog="dateline",
        description="News reports in, dated and sourced events on a map out.",
        epilog=(
            "example:\n  dateline build articles/ -o out\n  dateline serve out\n"
            "  dateline export out -o events.geojson --from 2021-08-06 --to 2021-08-15\n\n"
            "exit code: 0 done, 1 some inputs failed and the rest is done, 2 wrong call"
        ),
        formatter_class=_Help,
    )
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    _add_build(commands)
    _add_export(commands)
    _add_locate(commands)
    _add_geoparse(commands)
    _add_dates(commands)
    _add_code(commands)
    _add_geocode(commands)
    _add_gazetteer(commands)
    _add_serve(commands)
    return top


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
    build.set_defaults(command="build")


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
        "--type", nargs="+", choices=schema.EVENT_TYPES, metavar="TYPE", help="PLOVER categories"
    )
    export_.add_argument(
        "--modality",
        nargs="+",
        choices=(*schema.MODALITIES, "all"),
        default=["actual"],
        help="what was done, planned, possible or denied (default: actual)",
    )
    export_.add_argument(
        "--country", nargs="+", type=str.upper, metavar="XXX", help="ISO 3166-1 alpha-3 codes"
    )
    export_.add_argument(
        "--bbox", type=_bbox, metavar="W,S,E,N", help="degrees: west,south,east,north"
    )
    export_.set_defaults(command="export")


def _add_locate(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    locate = commands.add_parser(
        "locate",
        help="geometry of a phrase of space",
        description="Tell where a phrase is, as in a text: a part of a country, a border, a coast, "
        "a distance and direction, a corridor between two places. Each place of the phrase gives a "
        "geometry, a precision (UCDP 1 exact to 7 wider than a country) and how it was found.",
        epilog='example:\n  dateline locate "northern Nigeria" "30 km north of Kunduz"\n'
        '  dateline locate "the Afghan-Tajik border" --geojson',
        formatter_class=_Help,
    )
    locate.add_argument("phrases", nargs="+", metavar="PHRASE")
    locate.add_argument(
        "--geojson", action="store_true", help="a GeoJSON FeatureCollection on standard output"
    )
    locate.set_defaults(command="locate")


def _add_geoparse(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    geoparse = commands.add_parser(
        "geoparse",
        help="place names of texts, resolved",
        description='Read lines {"doc_id", "text"} and write lines {"doc_id", "toponyms": '
        '[{"start", "end", "text", "lat", "lon", "place_id", "country", "kind", "score", '
        '"basis"}]}. '
        "The outlet may be given as `source` or `url`: its home counts.",
        epilog="example:\n  dateline geoparse docs.jsonl -o places.jsonl\n"
        "  dateline geoparse docs.jsonl --kinds toponym metonym embedded",
        formatter_class=_Help,
    )
    _add_lines(geoparse)
    geoparse.add_argument(
        "--gold-spans", action="store_true", help="resolve the spans given in `toponyms`, find none"
    )
    geoparse.add_argument(
        "--kinds",
        nargs="+",
        choices=KINDS,
        default=list(KINDS),
        metavar="KIND",
        help="what to write of %(choices)s; default: all",
    )
    geoparse.set_defaults(command="geoparse")


def _add_lines(command: argparse.ArgumentParser) -> None:
    """Let a command read lines and write lines."""
    command.add_argument("documents", type=Path, metavar="DOCS.jsonl")
    command.add_argument(
        "-o", "--output", type=Path, metavar="PRED.jsonl", help="default: standard output"
    )


def _add_dates(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    dates = commands.add_parser(
        "dates",
        help="dates and times of texts, resolved (TIMEX3)",
        description='Read lines {"doc_id", "dct", "text"} and write lines {"doc_id", "timexes": '
        '[{"start", "end", "text", "type", "value"}]}.',
        epilog="example:\n  dateline dates docs.jsonl -o dates.jsonl",
        formatter_class=_Help,
    )
    _add_lines(dates)
    dates.set_defaults(command="dates")


def _add_code(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    code = commands.add_parser(
        "code",
        help="events of texts as records, the main one first",
        description='Read lines {"id", "text", "published"} (the day as 2021-07-05; it may be left '
        'out) and write lines {"id", "events": [...]}, one a line and in their order. Of each '
        "report the main event comes first; a text of one paragraph and at most four sentences "
        "is one report, as a coder's note is, and of a longer text each sentence. A text that "
        'tells no event has an empty list. A line with "trigger": [start, end] asks for the event '
        "of these words alone: its place, date and actors.",
        epilog="an event's keys:\n"
        "  event_type, event_mode        PLOVER category and mode\n"
        "  quad_class                    verbal or material, cooperation or conflict, as CAMEO\n"
        "                                counts (to break off relations is verbal); null for a\n"
        "                                mere statement\n"
        "  acled_event_type, acled_sub_event_type   null where ACLED codes no such event\n"
        "  modality                      actual, planned, possible or denied\n"
        "  trigger, place                [start, end] in characters of the text, place or null\n"
        "  location, longitude, latitude, country   where the place is, if known\n"
        "  date, date_start, date_end, date_prec    days; UCDP precision, 1 to the day\n"
        "  actor1, actor2, counts        who did it to whom; counts as [low, best, high]\n"
        "  attribution, confidence, main whom the text credits; 0 to 1; the report's main event\n"
        "\n"
        "Lines that cannot be read are named, the others coded, and the exit code is 1.\n"
        "\n"
        "example:\n"
        "  dateline code notes.jsonl -o coded.jsonl\n"
        "  dateline code notes.jsonl --published 2021-07-05",
        formatter_class=_Help,
    )
    _add_lines(code)
    code.add_argument(
        "--published",
        type=_day,
        metavar="YYYY-MM-DD",
        help="day of publication of the texts that state none; without one, relative dates stay "
        "unresolved",
    )
    code.set_defaults(command="code")


def _add_geocode(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    geocode = commands.add_parser(
        "geocode",
        help="where is that? candidates for a name, best first",
        description="Look names up in the offline gazetteer: a name, or a name with what contains "
        "it. With --country only that country's places count, and other spellings of them too. An "
        "online geocoder can be set up for what the gazetteer does not know (geo/online.py tells "
        "how); none is asked by default.",
        epilog='example:\n  dateline geocode "Imam Sahib" --country AFG\n'
        '  dateline geocode "Paris, Texas"',
        formatter_class=_Help,
    )
    geocode.add_argument("names", nargs="+", metavar="NAME")
    geocode.add_argument("--country", type=str.upper, metavar="XXX", help="ISO 3166-1 alpha-3 code")
    geocode.add_argument(
        "--limit", type=_positive, default=5, metavar="N", help="candidates per name (default 5)"
    )
    geocode.add_argument("--json", action="store_true", help="a JSON list on standard output")
    geocode.set_defaults(command="geocode")


def _add_gazetteer(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    gazetteer = commands.add_parser(
        "gazetteer",
        help="a bigger gazetteer of your own",
        description="Make a gazetteer of more places than the one that ships.",
        epilog="example:\n  dateline gazetteer build --geonames allCountries.zip",
        formatter_class=_Help,
    )
    groups = gazetteer.add_subparsers(required=True, metavar="COMMAND")
    build = groups.add_parser(
        "build",
        help="from GeoNames dumps",
        description="Add the places of GeoNames dumps (allCountries.zip, or dumps of countries) to "
        "those that ship. Name the file in DATELINE_GAZETTEER to use it.",
        epilog="example:\n  dateline gazetteer build --geonames AF.zip TJ.zip -o mine.sqlite\n"
        "  DATELINE_GAZETTEER=mine.sqlite dateline geocode Kunduz",
        formatter_class=_Help,
    )
    build.add_argument("--geonames", nargs="+", type=Path, required=True, metavar="DUMP")
    build.add_argument("--alternate-names", type=Path, metavar="alternateNamesV2.zip")
    build.add_argument(
        "--features",
        nargs="+",
        default=[],
        metavar="CODE",
        help="GeoNames feature codes or classes to keep besides the usual ones",
    )
    build.add_argument(
        "-o",
        "--output",
        type=Path,
        default=Path("gazetteer-geonames.sqlite"),
        metavar="FILE",
        help="default: gazetteer-geonames.sqlite",
    )
    build.set_defaults(command="gazetteer_build")


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
    serve.set_defaults(command="serve")


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
