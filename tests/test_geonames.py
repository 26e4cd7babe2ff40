"""A GeoNames dump and the shipped gazetteer, merged into one file."""

import math
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from data.draft import ALTERNATE, CODE, DEMONYM, PRIMARY, Draft, Row, write
from data.dumps import COLUMNS, entry, tables
from data.geonames import build
from data.shipped import Shipped
from geo import gazetteer as module
from geo.gazetteer import Gazetteer, default_gazetteer
from geo.packed import unpack


def row(  # noqa: PLR0917
    ref, name, group, code, lat, lon, *, country="AF", admin=("24", ""), alternates="", people=0
):
    """A line in the 19 columns of GeoNames' readme."""
    fields = [""] * len(COLUMNS)
    fields[0:8] = [str(ref), name, name, alternates, str(lat), str(lon), group, code]
    fields[8], fields[10], fields[11] = country, *admin
    fields[14], fields[16:19] = str(people), ["0", "Asia/Kabul", "2026-01-01"]
    return "\t".join(fields) + "\n"


KUNDUZ = row(1135690, "Kunduz", "A", "ADM1", 36.8, 68.8, people=1_000_000, alternates="Qondoz Zone")
ADM2 = row(9000001, "Chardara", "A", "ADM2", 36.7, 68.7, admin=("24", "2402"))
VILLAGE = row(9000002, "Nawabad-e Test", "P", "PPL", 36.71, 68.71, admin=("24", "2402"))
DUMP = (
    KUNDUZ
    + ADM2
    + VILLAGE
    + row(
        9000003,
        "Newtown",
        "P",
        "PPL",
        36.9,
        68.9,
        people=80_000,
        alternates="Nouvelle Ville,novyj,NTN",
    )
    + row(9000004, "Newtown", "P", "PPL", 48.0, 2.0, country="FR", admin=("11", "75"), people=900)
    + row(1135689, "Kondoz", "P", "PPLA", 36.7, 68.9, alternates="Konduz-i Nau", people=500_000)
    + row(9000005, "Bagram Airfield", "S", "AIRB", 34.947, 69.266, admin=("22", ""))
    + row(
        9000006,
        "Amu Darya",
        "H",
        "STM",
        37.2,
        67.0,
        country="",
        admin=("", ""),
        alternates="Oxus Fluvius,Dscheihun",
    )
    + row(9000007, "Nameless Creek", "H", "STM", 37.2, 67.0)
    + row(9000008, "Grand Hill", "T", "HLL", 36.6, 68.6)
    + row(9000009, "Old Province", "A", "ADM1H", 36.6, 68.6)
    + row(9000010, "Atlantis", "P", "PPL", 0, 0, country="ZQ")
)


@pytest.fixture(scope="session")
def base(tmp_path_factory):
    """A gazetteer of ten places, of the shipped one's form."""
    draft = Draft(Path())
    for iso2, iso3, ref, name, lon, lat in (
        ("AF", "AFG", 1149361, "Afghanistan", 66.0, 34.0),
        ("FR", "FRA", 3017382, "France", 2.0, 47.0),
        ("IN", "IND", 1269750, "India", 79.0, 22.0),
    ):
        number = draft.add(Row(ref, name, "PCLI", iso2, lon, lat, 9.6, 10**7))
        draft.country[iso2], draft.iso3[iso2], draft.by_iso3[iso3] = number, iso3, iso2
        draft.alias(number, name, PRIMARY)
        draft.alias(number, iso2, CODE)
    draft.alias(0, "Afghan", DEMONYM)
    kunduz = draft.add(Row(1135690, "Kunduz", "ADM1", "AF", 68.86, 36.89, 6.3, 284_691))
    draft.rows[kunduz].position = "polygon"
    draft.rows[kunduz].admin1 = kunduz
    paris = draft.add(Row(3012874, "Île-de-France", "ADM1", "FR", 2.4, 48.8, 6.5))
    draft.rows[paris].admin1 = paris
    for number in (kunduz, paris):
        draft.alias(number, draft.rows[number].name, PRIMARY)
    town = draft.add(Row(1135689, "Kunduz", "PPLA", "AF", 68.857, 36.729, 5.9, 161_902, kunduz))
    draft.alias(town, "Kunduz", PRIMARY)
    draft.alias(town, "Konduz", ALTERNATE)
    lost = draft.add(Row(7053315, "Imam Sahib", "ADM2", "AF", 68.86, 36.89, 1.6, 0, kunduz))
    draft.rows[lost].position = "parent"
    draft.alias(lost, "Imam Sahib", PRIMARY)
    base_ = draft.add(Row("ourairports:OAIX", "Bagram Air Base", "AIRB", "AF", 69.265, 34.946, 3.6))
    draft.alias(base_, "Bagram Air Base", PRIMARY)
    river = draft.add(Row("dateline:amu-darya", "Amu Darya", "STM", "", 67.3, 37.3, 6.4))
    draft.rows[river].position, draft.rows[river].bbox = "bbox", (58.0, 36.5, 75.0, 44.0)
    draft.alias(river, "Amu Darya", PRIMARY)
    arrondissement = draft.add(
        Row(2988507, "Paris", "PPLC", "FR", 2.35, 48.85, 7.6, 2_138_551, paris)
    )
    draft.alias(arrondissement, "Paris", PRIMARY)
    path = tmp_path_factory.mktemp("base") / "base.sqlite"
    write(draft, path)
    return path


@pytest.fixture
def made(base, tmp_path):
    """Return a function: dump text in, (gazetteer, summary) out."""
    opened = []

    def make(text, **options):
        path = tmp_path / "AF.txt"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        paths = [path, *options.pop("extra", [])]
        summary = build(paths, tmp_path / "big.sqlite", base=base, **options)
        opened.append(Gazetteer(tmp_path / "big.sqlite"))
        return opened[-1], summary

    yield make
    for gazetteer in opened:
        gazetteer.close()


def test_new_places_are_found_under_their_geonames_ids(made):
    gazetteer, summary = made(DUMP)
    assert (summary.rows, summary.added, summary.matched) == (12, 4, 4)
    assert (summary.left_out, summary.broken, summary.places) == (4, 0, 14)
    village = gazetteer.candidates("Nawabad-e Test")[0].place
    assert village.place_id == "geonames:9000002"
    assert (village.country, village.admin1, village.admin1_id) == (
        "AFG",
        "Kunduz",
        "geonames:1135690",
    )
    assert village.admin2 == "Chardara"
    assert (village.longitude, village.latitude) == (68.71, 36.71)
    assert village.position == "point"
    assert gazetteer.place("geonames:9000002") == village


def test_ranking_by_size_and_by_the_country_asked_for(made):
    gazetteer, _ = made(DUMP)
    assert [c.place.country for c in gazetteer.candidates("Newtown")] == ["AFG", "FRA"]
    assert gazetteer.candidates("Newtown", country="FRA")[0].place.country == "FRA"
    assert gazetteer.candidates("Kunduz")[0].place.feature == "ADM1"


def test_what_ships_stays(made, base):
    gazetteer, _ = made(DUMP)
    shipped = Gazetteer(base)
    ids = "1149361 3017382 1135690 1135689 2988507".split()
    for place_id in [f"geonames:{i}" for i in ids] + ["ourairports:OAIX", "dateline:amu-darya"]:
        assert gazetteer.place(place_id) == shipped.place(place_id)
    assert gazetteer.demonym("Afghan").country == "AFG"
    assert gazetteer.country("IND").name == "India"
    assert gazetteer.capital("FRA").name == "Paris"
    assert gazetteer.attribution == shipped.attribution
    shipped.close()


def test_rows_about_shipped_places_add_names_only(made):
    gazetteer, _ = made(DUMP)
    for name, place_id in (
        ("Konduz-i Nau", "geonames:1135689"),
        ("Bagram Airfield", "ourairports:OAIX"),
        ("Oxus Fluvius", "dateline:amu-darya"),
    ):
        assert [c.place.place_id for c in gazetteer.candidates(name)] == [place_id]
    assert gazetteer.place("geonames:9000005") is None
    assert gazetteer.place("geonames:9000006") is None


def test_a_division_without_a_point_takes_the_dumps(made):
    text = KUNDUZ + row(
        7053315, "Imam Sahib", "A", "ADM2", 37.19, 68.94, admin=("24", "2405"), people=9000
    )
    gazetteer, _ = made(text)
    place = gazetteer.place("geonames:7053315")
    assert (place.position, place.latitude, place.population) == ("point", 37.19, 9000)
    assert place.name == "Imam Sahib"


def test_minor_kinds_go_in_when_asked_for(made):
    gazetteer, _ = made(DUMP)
    assert not gazetteer.candidates("Grand Hill")
    assert not gazetteer.candidates("Nameless Creek")
    gazetteer, _ = made(DUMP, features=["t"])
    assert gazetteer.candidates("Grand Hill")[0].place.feature == "HLL"


def test_codes_of_provinces_without_a_row(made, tmp_path):
    codes = tmp_path / "admin1CodesASCII.txt"
    codes.write_text("FR.11\tÎle-de-France\tIle-de-France\t3012874\n", encoding="utf-8")
    stray = row(9000004, "Newtown", "P", "PPL", 48.0, 2.0, country="FR", admin=("11", ""))
    assert made(stray)[0].place("geonames:9000004").admin1 is None
    assert made(stray, extra=[codes])[0].place("geonames:9000004").admin1 == "Île-de-France"
    # The code of a shipped town tells it too.
    paris = row(2988507, "Paris", "P", "PPLC", 48.85, 2.35, country="FR", admin=("11", ""))
    assert made(paris + stray)[0].place("geonames:9000004").admin1 == "Île-de-France"


def test_hierarchy_places_what_has_no_code(made, tmp_path):
    path = tmp_path / "hierarchy.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hierarchy.txt", "1135690\t9000011\tADM\n6295630\t6255148\t\n")
    text = KUNDUZ + row(9000011, "Lonely", "P", "PPL", 36.8, 68.8, admin=("", ""))
    assert made(text)[0].place("geonames:9000011").admin1 is None
    assert made(text, extra=[path])[0].place("geonames:9000011").admin1 == "Kunduz"


def test_alternate_names_by_language(made, tmp_path):
    path = tmp_path / "alternateNamesV2.zip"
    lines = (
        "1\t9000003\ten\tNew Town City\t1\t\t\t\t\t\n"
        "2\t9000003\tde\tNeustadt am Fluss\t\t\t\t\t\t\n"
        "3\t9000003\tlink\thttps://example.org/Newtown\t\t\t\t\t\t\n"
        "4\t9000005\tiata\tBPM\t\t\t\t\t\t\n"
        "5\t42\ten\tNo Such Place\t\t\t\t\t\t\n"
        "6\tx\ten\tBroken\t\t\t\t\t\t\n"
        "7\t1149361\tde\tAfganistan Land\t\t\t\t\t\t\n"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("iso-languagecodes.txt", "deu\tger\tde\tGerman\n")
        archive.writestr("alternateNamesV2.txt", lines)
    gazetteer, summary = made(DUMP, alternate_names=path)
    assert summary.reports == (
        "alternateNamesV2.zip/alternateNamesV2.txt:6: geonameid 'x' is no number",
    )
    found = gazetteer.candidates("Neustadt am Fluss")[0]
    assert (found.place.name, found.match) == ("New Town City", "language")
    assert gazetteer.candidates("Newtown", country="AFG")[0].place.place_id == "geonames:9000003"
    assert gazetteer.candidates("BPM")[0].place.place_id == "ourairports:OAIX"
    assert gazetteer.candidates("Afganistan Land")[0].place.feature == "PCLI"
    assert not gazetteer.candidates("Nouvelle Ville")
    assert not gazetteer.candidates("No Such Place")


def test_broken_rows_are_named_counted_and_left_out(made):
    broken = [
        b"1\ttoo\tfew\n",
        row("x1", "A", "P", "PPL", 1, 1).encode(),
        row("\u0661", "A", "P", "PPL", 1, 1).encode(),
        row(5, "", "P", "PPL", 1, 1).encode(),
        row(6, "A", "P", "PPL", 91, 1).encode(),
        row(7, "A", "P", "PPL", 1, "nan").encode(),
        row(8, "A", "P", "PPL", 1, 1, people="many").encode(),
        row(9, "Caf\u00e9", "P", "PPL", 1, 1).encode("latin-1"),
        b"\x00\xff\xfe\n",
        row(11, "A", "P", "PPL", 1, 1).replace("\n", "\textra\n").encode(),
        b"a" * 3_000_000 + b"\n",
    ]
    gazetteer, summary = made(
        b"\xef\xbb\xbf" + KUNDUZ.encode() + b"\r\n" + b"".join(broken) + VILLAGE.encode()
    )
    assert summary.rows == 2
    assert summary.broken >= len(broken)
    assert len(summary.reports) == 10
    assert summary.reports[0] == "AF.txt:3: 3 columns, not 19"
    assert "AF.txt:7: latitude '91' is not between -90 and 90" in summary.reports
    assert any("not UTF-8" in line for line in summary.reports)
    assert gazetteer.place("geonames:9000002") is not None


def test_a_zip_and_a_place_met_twice(base, tmp_path):
    path = tmp_path / "allCountries.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readme.txt", "words")
        archive.writestr("allCountries.txt", DUMP)
    text = tmp_path / "AF.txt"
    text.write_text(DUMP, encoding="utf-8")
    summary = build([path, text], tmp_path / "out.sqlite", base=base)
    assert (summary.rows, summary.added, summary.places) == (24, 4, 14)
    again = build([path], tmp_path / "again.sqlite", base=base)
    assert (tmp_path / "out.sqlite").read_bytes() == (tmp_path / "again.sqlite").read_bytes()
    assert again.broken == 0


def damaged(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "AF.txt", "".join(row(n, f"Place{n * 7919}", "P", "PPL", 1, 1) for n in range(1, 3000))
        )
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


def test_errors_name_the_file_and_leave_the_old_one(base, tmp_path):
    out = tmp_path / "out.sqlite"
    out.write_text("old")
    bad, text, empty = tmp_path / "AF.zip", tmp_path / "XX.txt", tmp_path / "none.zip"
    damaged(bad)
    text.write_text("name;lat;lon\nKabul;34;69\n")
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("readme.txt", "words")
    (tmp_path / "cut.zip").write_bytes(bad.read_bytes()[:5000])
    cases = [
        ([tmp_path / "missing.zip"], FileNotFoundError, "missing.zip"),
        ([bad], ValueError, "AF.zip/AF.txt is damaged after line"),
        ([tmp_path / "cut.zip"], ValueError, "cut.zip is neither"),
        ([text], ValueError, "XX.txt:1: 1 columns, not 19"),
        ([empty], ValueError, "no table of places"),
    ]
    for dumps, kind, message in cases:
        with pytest.raises(kind, match=message):
            build(dumps, out, base=base)
    with pytest.raises(IsADirectoryError):
        build([text], tmp_path, base=base)
    assert out.read_text() == "old"
    assert not list(tmp_path.glob(".*"))


def test_progress_runs_to_the_whole(base, tmp_path):
    path = tmp_path / "AF.txt"
    path.write_text(DUMP, encoding="utf-8")
    seen = []
    build([path], tmp_path / "out.sqlite", base=base, progress=lambda *step: seen.append(step))
    assert {step for step, _, _ in seen} >= {"divisions", "places", "sorting places"}
    assert all(0 <= done <= whole for _, done, whole in seen)


@pytest.mark.parametrize("step", ["places", "sorting places", "sorting names", "index"])
def test_a_stopped_run_leaves_the_old_file_and_nothing_else(base, tmp_path, step):
    path, out = tmp_path / "AF.txt", tmp_path / "out.sqlite"
    path.write_text(DUMP, encoding="utf-8")
    out.write_text("old")

    def stop(name, _done, _whole):
        if name == step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build([path], out, base=base, progress=stop)
    assert out.read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["AF.txt", "out.sqlite"]


def test_a_full_disk_is_told(base, tmp_path, monkeypatch):
    path = tmp_path / "AF.txt"
    path.write_text(DUMP, encoding="utf-8")

    def full(*_):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("data.geonames.finish", full)
    with pytest.raises(OSError, match="SQLITE_TMPDIR"):
        build([path], tmp_path / "out.sqlite", base=base)
    assert [p.name for p in tmp_path.iterdir()] == ["AF.txt"]


def test_tables_know_their_roles(tmp_path):
    names = "allCountries.txt admin1CodesASCII.txt admin2Codes.txt hierarchy.txt alternateNamesV2.txt countryInfo.txt no-country.txt"
    for name in names.split():
        (tmp_path / name).write_text("x")
    roles = {t.path.name: t.role for t in tables([tmp_path / name for name in names.split()])}
    assert list(roles.values()) == [
        "places",
        "admin",
        "admin",
        "hierarchy",
        "names",
        "other",
        "places",
    ]


def test_a_row_of_the_readmes_form():
    found = entry(VILLAGE.strip().encode())
    assert (found.ref, found.latitude, found.admin2, found.population) == (
        9000002,
        36.71,
        "2402",
        0,
    )


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """The shipped gazetteer and a few rows more."""
    folder = tmp_path_factory.mktemp("real")
    (folder / "AF.txt").write_text(DUMP, encoding="utf-8")
    build([folder / "AF.txt"], folder / "big.sqlite")
    gazetteer = Gazetteer(folder / "big.sqlite")
    yield gazetteer
    gazetteer.close()


@pytest.mark.slow
def test_the_shipped_answers_stay(real):
    shipped = Gazetteer()
    assert len(real) - len(shipped) == 4
    names = "Kunduz|Paris|Georgia|U.S.|Tajik|Kyiv|Donbas|Kremlin|Strait of Hormuz|Springfield|Bagram Airfield|India|Sheberghan"
    for name in names.split("|"):
        for country in (None, "AFG"):
            old = shipped.candidates(name, country=country)
            assert real.candidates(name, country=country)[: len(old)] == old
    typo = "Sheberhgan"
    assert real.candidates(typo, country="AFG", fuzzy=True) == shipped.candidates(
        typo, country="AFG", fuzzy=True
    )
    assert real.candidates("Nawabad-e Test")[0].place.admin1 == "Kunduz"
    assert {c.place.place_id for c in real.candidates("Bagram Airfield")[:1]} == {
        "ourairports:OAIX"
    }
    shipped.close()


def test_every_country_has_its_two_letter_code():
    shipped = Shipped(unpack(Path(module.__file__).parents[1] / "data" / "gazetteer.sqlite.xz"))
    assert {shipped.countries[i] for i in shipped.country_of.values()} == set(shipped.countries) - {
        ""
    }
    assert shipped.countries[shipped.country_of["IN"]] == "IND"
    shipped.close()


def test_the_environment_names_the_file(base, monkeypatch):
    monkeypatch.setenv("DATELINE_GAZETTEER", str(base))
    default_gazetteer.cache_clear()
    try:
        assert default_gazetteer().path == base
        monkeypatch.setenv("DATELINE_GAZETTEER", "/no/such/file")
        default_gazetteer.cache_clear()
        with pytest.raises(FileNotFoundError, match="DATELINE_GAZETTEER"):
            default_gazetteer()
    finally:
        default_gazetteer.cache_clear()


_MEASURE = """
import resource, sys
from pathlib import Path
from data.geonames import build
summary = build([Path(sys.argv[1])], Path(sys.argv[2]), base=Path(sys.argv[3]))
print(summary.added, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, summary.seconds)
"""


@pytest.mark.slow
def test_memory_does_not_grow_with_the_dump(base, tmp_path):
    peaks = []
    for count in (1_000, 200_000):
        path = tmp_path / f"{count}.txt"
        with path.open("w", encoding="utf-8") as file:
            for n in range(count):
                name = f"Place {math.isqrt(n)} {n % 977}"
                file.write(
                    row(
                        20_000_000 + n,
                        name,
                        "P",
                        "PPL",
                        30 + n % 8,
                        61 + n % 9,
                        alternates=f"Al{n},Bet{n % 5003}",
                    )
                )
        command = [
            sys.executable,
            "-c",
            _MEASURE,
            str(path),
            str(tmp_path / "out.sqlite"),
            str(base),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        added, kilobytes, seconds = done.stdout.split()
        assert int(added) == count
        assert float(seconds) < 120
        peaks.append(int(kilobytes) / (1024 if sys.platform != "darwin" else 1 << 20))
    assert peaks[1] - peaks[0] < 120, peaks  # megabytes; SQLite's caches fill once
