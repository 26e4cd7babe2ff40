import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from geo import frame
from pipeline import __main__ as command
from pipeline import run

COMMANDS = (
    "build", "export", "locate", "geoparse", "dates", "code", "geocode", "gazetteer", "serve",
)  # fmt: skip
ATTACK = "Gunmen attacked Garissa on Monday, killing nine people."
PUBLISHED = ["--published", "2021-07-15"]


def dateline(capsys, *words):
    """Exit code, standard output and standard error of a command."""
    capsys.readouterr()
    try:
        code = command.main([str(word) for word in words])
    except SystemExit as stop:  # argparse leaves this way
        code = stop.code
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.fixture(scope="module")
def events(tmp_path_factory):
    folder = tmp_path_factory.mktemp("events")
    (folder / "a.txt").write_text(ATTACK + "\n")
    (folder / "b.txt").write_text("Ethiopian soldiers fled to Sudan on Sunday.\n")
    (folder / "c.txt").write_text("The army will attack the rebels near Mombasa in August.\n")
    assert command.main(["build", str(folder), "-o", str(folder / "out"), *PUBLISHED]) == 0
    return folder / "out"


@pytest.fixture
def lines(tmp_path):
    def write(*records):
        path = tmp_path / "docs.jsonl"
        path.write_text(
            "\n".join(r if isinstance(r, str) else json.dumps(r) for r in records) + "\n"
        )
        return path

    return write


# --- help and wrong calls ---------------------------------------------------------------------


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_an_example(capsys, name):
    code, out, err = dateline(capsys, name, "--help")
    assert code == 0
    assert f"dateline {name}" in out.split("example:")[1]
    assert err == ""


def test_help_names_every_command_and_the_exit_codes(capsys):
    code, out, _ = dateline(capsys, "--help")
    assert code == 0
    assert all(name in out for name in COMMANDS)
    assert "exit code" in out


def test_examples_of_the_help_are_accepted(capsys):
    """Every example parses: no option in it that the command does not have."""
    for name in COMMANDS:
        _, out, _ = dateline(capsys, name, "--help")
        for line in out.split("example:")[1].strip().splitlines():
            words = [word.strip('"') for word in line.replace('"Imam Sahib"', "Imam").split()]
            assert words[0] == "dateline"
            command.parser().parse_args(words[1:])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "COMMAND"),
        (["fly"], "invalid choice"),
        (["build"], "INPUT"),
        (["build", "x.txt"], "--output"),
        (["build", "x.txt", "-o", "out", "--published", "5 July"], "not a date like 2021-07-05"),
        (["build", "x.txt", "-o", "out", "--workers", "0"], "whole number from 1"),
        (["export", "out", "-o", "x.geojson", "--bbox", "1,2,3"], "west,south,east,north"),
        (["export", "out", "-o", "x.geojson", "--bbox", "0,50,10,40"], "south above north"),
        (["export", "out", "-o", "x.geojson", "--type", "WAR"], "invalid choice"),
        (["geocode"], "NAME"),
    ],
)
def test_wrong_calls(capsys, words, message):
    code, out, err = dateline(capsys, *words)
    assert code == 2
    assert message in err
    assert out == ""


# --- build ------------------------------------------------------------------------------------


def test_build_says_what_it_did_on_standard_error_only(capsys, tmp_path):
    (tmp_path / "a.txt").write_text(ATTACK)
    code, out, err = dateline(
        capsys, "build", tmp_path / "a.txt", "-o", tmp_path / "out", *PUBLISHED
    )
    assert (code, out) == (0, "")
    assert "1 documents, 1 events" in err
    assert len(frame.read(tmp_path / "out")) == 1


BAD = {
    "empty.txt": (b"", "empty"),
    "binary.txt": (bytes(range(256)) * 20, "binary"),
    "big.txt": ((ATTACK.encode() + b" ") * 90_000, "characters"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named_and_the_rest_is_done(capsys, tmp_path, name):
    content, message = BAD[name]
    (tmp_path / name).write_bytes(content)
    (tmp_path / "good.txt").write_text(ATTACK)
    code, out, err = dateline(
        capsys, "build", tmp_path / name, tmp_path / "good.txt", "-o", tmp_path / "out", *PUBLISHED
    )
    assert (code, out) == (1, "")
    (line,) = [line for line in err.splitlines() if name in line]
    assert message in line
    assert "1 inputs could not be read; the rest is done" in err
    assert len(frame.read(tmp_path / "out")) == 1


def test_the_big_input_has_five_megabytes():
    assert len(BAD["big.txt"][0]) > 5_000_000


def test_broken_line_of_jsonl_is_named(capsys, tmp_path, lines):
    good = {"text": ATTACK, "published": "2021-07-15"}
    path = lines(good, {**good, "text": "A bomb exploded in Lima on Monday."}, "{broken", {
        **good, "text": "Protesters marched in Quito on Saturday.",
    })  # fmt: skip
    code, _, err = dateline(capsys, "build", path, "-o", tmp_path / "out")
    assert code == 1
    assert f"{path}:3: not JSON" in err
    assert set(frame.read(tmp_path / "out")["location"]) == {"Garissa", "Lima", "Quito"}


def test_a_missing_file_is_named(capsys, tmp_path):
    (tmp_path / "good.txt").write_text(ATTACK)
    missing = tmp_path / "no.txt"
    code, _, err = dateline(
        capsys, "build", missing, tmp_path / "good.txt", "-o", tmp_path / "out", *PUBLISHED
    )
    assert code == 1
    assert str(missing) in err
    assert len(frame.read(tmp_path / "out")) == 1


def test_text_without_a_place_is_no_failure(capsys, tmp_path):
    (tmp_path / "dull.txt").write_text("The committee approved the minutes and went home.\n")
    code, _, err = dateline(
        capsys, "build", tmp_path / "dull.txt", "-o", tmp_path / "out", *PUBLISHED
    )
    assert code == 0
    assert "dull.txt: nothing found to put on the map" in err
    assert len(frame.read(tmp_path / "out")) == 0


def test_dates_before_1900(capsys, tmp_path):
    (tmp_path / "old.md").write_text(
        "---\npublished: 1842-01-13\n---\n\nTribesmen attacked Kabul on Monday.\n"
    )
    (tmp_path / "past.txt").write_text("On 5 January 1842 tribesmen attacked Jalalabad.\n")
    code, _, _ = dateline(capsys, "build", tmp_path, "-o", tmp_path / "out", *PUBLISHED)
    assert code == 0
    found = frame.read(tmp_path / "out").set_index("location")["date_start"]
    assert str(found["Kabul"].date()) == "1842-01-10"
    assert str(found["Jalalabad"].date()) == "1842-01-05"


def test_undated_text_is_reported(capsys, tmp_path):
    (tmp_path / "a.txt").write_text(ATTACK)
    code, _, err = dateline(capsys, "build", tmp_path / "a.txt", "-o", tmp_path / "out")
    assert code == 0
    assert "a.txt: no publication date" in err
    assert "--published" in err


def test_output_that_is_a_file(capsys, tmp_path):
    (tmp_path / "a.txt").write_text(ATTACK)
    (tmp_path / "out").write_text("mine")
    code, _, err = dateline(capsys, "build", tmp_path / "a.txt", "-o", tmp_path / "out", *PUBLISHED)
    assert code == 2
    assert "error:" in err
    assert "name a folder" in err


def test_stopping_says_that_it_goes_on(capsys, tmp_path, monkeypatch):
    def stop(*_arguments, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "build", stop)
    code, out, err = dateline(capsys, "build", tmp_path, "-o", tmp_path / "out")
    assert (code, out) == (130, "")
    assert "goes on" in err


# --- export -----------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "csv", "kml", "parquet"])
def test_export(capsys, events, tmp_path, ending):
    path = tmp_path / f"x.{ending}"
    code, out, err = dateline(capsys, "export", events, "-o", path)
    assert (code, out) == (0, "")
    assert "2 of 3 events" in err
    assert path.stat().st_size > 0


def exported(capsys, events, tmp_path, *words):
    path = tmp_path / "x.geojson"
    assert dateline(capsys, "export", events, "-o", path, *words)[0] == 0
    return sorted(
        item["properties"]["trigger"] for item in json.loads(path.read_text())["features"]
    )


@pytest.mark.parametrize(
    ("words", "triggers"),
    [
        ([], ["attacked", "fled"]),
        (["--modality", "all"], ["attack", "attacked", "fled"]),
        (["--modality", "planned"], ["attack"]),
        (["--type", "RETREAT"], ["fled"]),
        (["--from", "2021-07-12"], ["attacked"]),
        (["--to", "2021-07-11"], ["fled"]),
        (["--country", "ken"], ["attacked"]),
        (["--bbox", "39,-1,40,0"], ["attacked"]),
    ],
)
def test_export_of_a_selection(capsys, events, tmp_path, words, triggers):
    assert exported(capsys, events, tmp_path, *words) == triggers


def test_export_of_what_is_not_there(capsys, tmp_path):
    code, out, err = dateline(capsys, "export", tmp_path / "no", "-o", tmp_path / "x.geojson")
    assert (code, out) == (2, "")
    assert "error:" in err
    assert str(tmp_path / "no") in err


def test_export_to_an_unknown_format(capsys, events, tmp_path):
    code, _, err = dateline(capsys, "export", events, "-o", tmp_path / "x.docx")
    assert code == 2
    assert ".geojson" in err


# --- locate -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "told"),
    [
        ("northern Nigeria", "the provinces usually meant by northern Nigeria"),
        ("the Afghan-Tajik border", "border between Afghanistan and Tajikistan"),
        ("30 km north of Kunduz", "point 30 km north of Kunduz along the geodesic (precision 2)"),
        ("between Kabul and Bagram", "corridor of 12 km along the 49 km from Kabul to Bagram"),
        ("Kunduz and Takhar provinces", "Takhar as a whole"),
        ("a two-hour drive from Herat", "a two-hour drive, taken at 60 km/h"),
    ],
)
def test_locate_tells_how(capsys, phrase, told):
    code, out, _ = dateline(capsys, "locate", phrase)
    assert code == 0
    assert told in out


def test_locate_is_for_phrases_not_for_texts(capsys):
    code, out, error = dateline(capsys, "locate", "Kabul", "Paris, " * 3000)
    assert (code, out) == (2, "")
    assert "21,000 characters" in error


def test_locate_as_geojson(capsys):
    code, out, _ = dateline(capsys, "locate", "the Tajik side of the border", "Xqzzvw", "--geojson")
    assert code == 1  # one of them is nowhere
    (feature,) = json.loads(out)["features"]
    assert feature["properties"]["country"] == "TJK"
    assert feature["geometry"]["type"] in {"Polygon", "MultiPolygon"}


# --- geoparse and dates -----------------------------------------------------------------------


def test_geoparse_writes_only_lines(capsys, lines):
    path = lines({"doc_id": "a", "text": "They met in Geneva."}, {"text": "Nobody met."})
    code, out, err = dateline(capsys, "geoparse", path)
    assert (code, err) == (0, "")
    first, second = map(json.loads, out.splitlines())
    (toponym,) = first["toponyms"]
    assert (first["doc_id"], toponym["text"], toponym["country"]) == ("a", "Geneva", "CHE")
    assert "They met in Geneva."[toponym["start"] : toponym["end"]] == "Geneva"
    assert second == {"doc_id": "2", "toponyms": []}


def test_geoparse_of_given_spans(capsys, lines, tmp_path):
    text = "They met in Geneva and Xqzzvw."
    spans = [{"start": 12, "end": 18}, {"start": 23, "end": 29}]
    path = lines({"doc_id": "a", "text": text, "toponyms": spans})
    out = tmp_path / "out.jsonl"
    assert dateline(capsys, "geoparse", path, "--gold-spans", "-o", out)[:2] == (0, "")
    found = json.loads(out.read_text())["toponyms"]
    assert [item["text"] for item in found] == ["Geneva", "Xqzzvw"]
    assert found[1]["basis"] == "focus"  # near what the text is about, and said so
    assert found[1]["score"] < found[0]["score"]
    assert found[1]["place_id"] is None


@pytest.mark.parametrize(
    "spans",
    [[{"start": 12}], [{"start": 12, "end": 99}], [{"start": "a", "end": 3}], "Geneva", [7]],
)
def test_wrong_spans_are_named_and_the_rest_is_done(capsys, lines, spans):
    good = {"doc_id": "b", "text": "They met in Lima.", "toponyms": [{"start": 12, "end": 16}]}
    path = lines({"doc_id": "a", "text": "They met in Geneva.", "toponyms": spans}, good)
    code, out, err = dateline(capsys, "geoparse", path, "--gold-spans")
    assert code == 1
    assert f"{path}:1:" in err
    assert "toponyms" in err
    (line,) = out.splitlines()
    assert json.loads(line)["doc_id"] == "b"


@pytest.mark.parametrize("name", ["geoparse", "dates", "code"])
def test_broken_lines_are_named_and_the_rest_is_done(capsys, lines, name):
    path = lines(
        {"text": "They met on Monday."}, "{broken", '"text"', {"doc_id": "a"}, {"text": "x"}
    )
    code, out, err = dateline(capsys, name, path)
    assert code == 1
    assert len(out.splitlines()) == 2
    assert [f"{path}:{number}:" in err for number in range(1, 6)] == [
        False,
        True,
        True,
        True,
        False,
    ]


def test_dates(capsys, lines):
    path = lines({"doc_id": "a", "dct": "2021-07-15", "text": "They met on Monday."})
    code, out, err = dateline(capsys, "dates", path)
    assert (code, err) == (0, "")
    (timex,) = json.loads(out)["timexes"]
    assert (timex["type"], timex["value"], timex["text"]) == ("DATE", "2021-07-12", "Monday")


def test_dates_with_a_wrong_publication_date(capsys, lines):
    code, out, err = dateline(
        capsys, "dates", lines("", {"dct": "soon", "text": "They met on Monday."})
    )
    assert code == 1
    assert ":2: 'soon' is not a date" in err
    assert len(out.splitlines()) == 1


def test_code(capsys, lines, tmp_path):
    text = "Police arrested eleven students in Lima on Tuesday."
    path, out = lines({"id": "a", "published": "2021-07-05", "text": text}), tmp_path / "o.jsonl"
    assert dateline(capsys, "code", path, "-o", out) == (0, "", "")
    record = json.loads(out.read_text())
    (event,) = record["events"]
    assert (record["id"], event["event_type"], event["date"]) == ("a", "COERCE", "2021-06-29")


def test_code_without_a_day_says_what_that_costs(capsys, lines):
    path = lines({"text": "They met on Monday."}, {"text": "x", "published": "2021-07-05"})
    code, out, err = dateline(capsys, "code", path)
    assert code == 0
    assert "1 of 2 texts without a day of publication" in err
    assert "--published" in err
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["1", "2"]
    code, out, err = dateline(capsys, "code", path, "--published", "2021-07-05")
    assert (code, err) == (0, "")


def test_code_with_a_wrong_publication_date(capsys, lines):
    path = lines("", {"published": "soon", "text": "They met on Monday."})
    code, out, err = dateline(capsys, "code", path)
    assert code == 1
    assert f"{path}:2: 'soon' is not a date" in err
    assert len(out.splitlines()) == 1


# --- geocode ----------------------------------------------------------------------------------


def test_geocode_as_json(capsys):
    code, out, err = dateline(capsys, "geocode", "--json", "--limit", "2", "Paris", "Garissa")
    assert (code, err) == (0, "")
    rows = json.loads(out)
    assert rows[0]["country"] == "FRA"
    assert set(rows[0]) == {
        "name",
        "lat",
        "lon",
        "country",
        "admin1",
        "feature",
        "place_id",
        "score",
    }
    assert len(rows) <= 4


def test_geocode_as_a_table(capsys):
    code, out, err = dateline(capsys, "geocode", "Garissa", "--country", "ken")
    assert (code, err) == (0, "")
    assert "KEN" in out
    assert "Garissa" in out


def test_geocode_of_nothing_known(capsys):
    code, out, err = dateline(capsys, "geocode", "--json", "Xqzzvw")
    assert code == 1
    assert json.loads(out) == []
    assert "'Xqzzvw': not in the gazetteer" in err


# --- serve ------------------------------------------------------------------------------------


def test_serve_of_what_is_not_there(capsys, tmp_path):
    code, out, err = dateline(capsys, "serve", tmp_path / "no")
    assert (code, out) == (2, "")
    assert "dateline build" in err


def test_serve_starts_streamlit_on_this_machine_only(capsys, events, monkeypatch):
    started = []
    monkeypatch.setattr(os, "execv", lambda *words: started.append(words) or sys.exit(0))
    monkeypatch.setattr(os, "chdir", started.append)
    code, out, err = dateline(capsys, "serve", events, "--port", "8600")
    assert (code, out) == (0, "")
    assert "http://localhost:8600" in err
    folder, (program, words) = started
    assert program == sys.executable
    assert (Path(folder) / "app.py").is_file()
    assert words[words.index("--server.address") + 1] == "127.0.0.1"
    assert words[-1] == str(events)


# --- the process ------------------------------------------------------------------------------


def test_as_a_process(tmp_path):
    """The module runs, and a reader that leaves early is no traceback."""
    words = [sys.executable, "-m", "pipeline", "geocode", "Paris", "--json"]
    root = Path(command.__file__).parents[1]
    done = subprocess.run(words, capture_output=True, text=True, cwd=root, check=True, timeout=60)
    assert json.loads(done.stdout)[0]["country"] == "FRA"
    assert done.stderr == ""


def test_a_reader_that_leaves_early(capsys, lines, monkeypatch):
    def broken(*_words, **_options):
        raise BrokenPipeError

    monkeypatch.setattr("builtins.print", broken)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert command.main(["dates", str(lines({"text": "x"}))]) == 1


# --- gazetteer --------------------------------------------------------------------------------


@pytest.mark.slow
def test_gazetteer_build_tells_the_broken_row_and_how_to_use_the_file(capsys, tmp_path):
    dump, out = tmp_path / "AF.txt", tmp_path / "mine.sqlite"
    row = ["1", "Gul Tepah", "Gul Tepah", "Gul Tappeh", "36.9", "68.6", "P", "PPL", "AF"]
    row += ["", "24", "", "", "", "1200", "", "400", "Asia/Kabul", "2020-01-01"]
    dump.write_text("\t".join(row) + "\nbroken row\n", encoding="utf-8")
    code, text, err = dateline(
        capsys, "gazetteer", "build", "--geonames", str(dump), "-o", str(out)
    )
    assert (code, text) == (1, "")
    assert "AF.txt:2" in err
    assert f"DATELINE_GAZETTEER={out}" in err
    assert out.stat().st_size > 1_000_000
