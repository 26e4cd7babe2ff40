"""The gazetteer: names to places, laws of the look-up, and the packed file."""

import math
import sqlite3
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import gazetteer as module
from geo.gazetteer import MATCHES, Gazetteer, default_gazetteer, normalise
from geo.names import skeleton, stripped
from geo.packed import pack, unpack

SHIPPED = Path(module.__file__).parent.parent / "data" / "gazetteer.sqlite.xz"


@pytest.fixture(scope="session")
def gazetteer():
    return default_gazetteer()


def kilometres(place, latitude, longitude):
    a, b = math.radians(place.latitude), math.radians(latitude)
    d = math.radians(longitude - place.longitude)
    cosine = math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(d)
    return 6371 * math.acos(max(-1, min(1, cosine)))


# name, country given, country expected, latitude, longitude, kilometres
TABLE = [
    ("Kunduz", None, "AFG", 36.73, 68.86, 60),
    ("Taloqan", None, "AFG", 36.74, 69.53, 10),
    ("Faizabad", "AFG", "AFG", 37.12, 70.58, 10),
    ("Mazar-i-Sharif", None, "AFG", 36.71, 67.11, 10),
    ("Mazar-e Sharif", None, "AFG", 36.71, 67.11, 10),
    ("Sheberghan", None, "AFG", 36.67, 65.75, 10),
    ("Zaranj", None, "AFG", 30.96, 61.86, 10),
    ("Lashkar Gah", None, "AFG", 31.59, 64.37, 10),
    ("Lashkargah", None, "AFG", 31.59, 64.37, 10),
    ("Pul-e-Khumri", None, "AFG", 35.94, 68.71, 10),
    ("Sar-e-Pul", "AFG", "AFG", 36.0, 66.0, 60),
    ("Imam Sahib", None, "AFG", 37.19, 68.94, 15),
    ("Shir Khan Bandar", None, "AFG", 37.08, 68.62, 10),
    ("Sherkhan Bandar", None, "AFG", 37.08, 68.62, 10),
    ("Dasht-e-Archi", None, "AFG", 37.13, 69.17, 15),
    ("Khwaja Bahauddin", None, "AFG", 37.33, 69.6, 15),
    ("Khwaja Ghar", "AFG", "AFG", 37.08, 69.43, 15),
    ("Dahana-e-Ghori", None, "AFG", 35.9, 68.47, 15),
    ("Pul-e-Hisar", "AFG", "AFG", 35.58, 69.42, 20),
    ("Khwahan", None, "AFG", 37.89, 70.22, 15),
    ("Ishkashim", "AFG", "AFG", 36.7, 71.57, 15),
    ("Shughnan", None, "AFG", 37.53, 71.5, 15),
    ("Islam Qala", None, "AFG", 34.67, 61.07, 10),
    ("Torghundi", None, "AFG", 35.25, 62.28, 10),
    ("Spin Boldak", None, "AFG", 31.01, 66.4, 15),
    ("Hairatan", None, "AFG", 37.22, 67.42, 10),
    ("Torkham", None, "AFG", 34.12, 71.09, 10),
    ("Panjwai", None, "AFG", 31.55, 65.46, 15),
    ("Chahar Dara", "AFG", "AFG", 36.69, 68.77, 15),
    ("Bagram", None, "AFG", 34.95, 69.27, 5),
    ("Bagram Airfield", None, "AFG", 34.946, 69.265, 1),
    ("Bagram Air Base", None, "AFG", 34.946, 69.265, 1),
    ("Bagram airbase", None, "AFG", 34.946, 69.265, 1),
    ("Kandahar Airfield", None, "AFG", 31.506, 65.848, 3),
    ("Kabul airport", None, "AFG", 34.566, 69.212, 3),
    ("Salang Pass", None, "AFG", 35.31, 69.03, 5),
    ("Dushanbe", None, "TJK", 38.54, 68.78, 20),
    ("Khorog", None, "TJK", 37.49, 71.55, 10),
    ("Termez", None, "UZB", 37.22, 67.28, 10),
    ("Tashkent", None, "UZB", 41.26, 69.22, 30),
    ("Paris", None, "FRA", 48.86, 2.35, 10),
    ("Kyiv", None, "UKR", 50.45, 30.52, 10),
    ("Kiev", None, "UKR", 50.45, 30.52, 10),
    ("Kharkiv", None, "UKR", 49.98, 36.25, 110),
    ("Odessa", None, "UKR", 46.48, 30.73, 110),
    ("Crimea", None, "UKR", 45.3, 34.3, 60),
    ("Donbas", None, "UKR", 48.3, 38.2, 60),
    ("Chernobyl", None, "UKR", 51.39, 30.1, 20),
    ("Gaza", None, "PSE", 31.4, 34.4, 25),
    ("Rafah crossing", None, "PSE", 31.25, 34.26, 3),
    ("Aleppo", None, "SYR", 36.2, 37.16, 60),
    ("Khartoum", None, "SDN", 15.55, 32.53, 90),
    ("El Fasher", None, "SDN", 13.63, 25.35, 10),
    ("Darfur", None, "SDN", 13.5, 24.8, 60),
    ("Port-au-Prince", None, "HTI", 18.54, -72.34, 10),
    ("Tigray", None, "ETH", 13.8, 38.8, 100),
    ("Mekelle", None, "ETH", 13.5, 39.47, 10),
    ("Naypyidaw", None, "MMR", 19.75, 96.1, 40),
    ("Mandalay", None, "MMR", 21.97, 96.08, 150),
    ("Goma", None, "COD", -1.68, 29.22, 10),
    ("Ouagadougou", None, "BFA", 12.37, -1.53, 10),
    ("Cabo Delgado", None, "MOZ", -12.3, 39.3, 60),
    ("Palma", "MOZ", "MOZ", -10.78, 40.48, 10),
    ("Caracas", None, "VEN", 10.49, -66.88, 10),
    ("Hong Kong", None, "HKG", 22.3, 114.17, 30),
    ("New Delhi", None, "IND", 28.61, 77.21, 20),
    ("Georgia", None, "GEO", 42.0, 43.5, 100),
    ("Jordan", None, "JOR", 31.0, 36.5, 100),
    ("Niger", None, "NER", 16.0, 8.0, 150),
    ("Chad", None, "TCD", 15.4, 18.7, 150),
    ("Turkey", None, "TUR", 39.0, 35.0, 150),
    ("U.S.", None, "USA", 39.76, -98.5, 100),
    ("UAE", None, "ARE", 23.5, 54.5, 100),
    ("Washington", None, "USA", 38.9, -77.04, 10),
    ("New York City", None, "USA", 40.71, -74.01, 10),
    ("Calif.", None, "USA", 37.0, -120.0, 450),
    ("Kremlin", None, "RUS", 55.75, 37.62, 2),
    ("White House", None, "USA", 38.9, -77.04, 2),
    ("Strait of Hormuz", None, None, 26.57, 56.25, 30),
    ("South China Sea", None, None, 12.0, 114.0, 200),
    ("Amu Darya", None, None, 37.3, 67.3, 200),
    ("Middle East", None, None, 30.0, 45.0, 300),
    ("Central Asia", None, None, 43.0, 66.0, 300),
    ("Tahrir Square", None, "EGY", 30.04, 31.24, 2),
    ("Guantanamo Bay", None, "CUB", 19.9, -75.1, 20),
    ("Incirlik", None, "TUR", 37.0, 35.43, 5),
]


@pytest.mark.parametrize("row", TABLE, ids=[f"{row[0]}@{row[1]}" for row in TABLE])
def test_name_finds_its_place(gazetteer, row):
    name, given, country, latitude, longitude, within = row
    best = gazetteer.candidates(name, country=given, limit=3)[0]
    assert best.place.country == country
    assert kilometres(best.place, latitude, longitude) <= within


PROVINCES = (
    "Badakhshan Badghis Baghlan Balkh Bamyan Daykundi Farah Faryab Ghazni Ghor Helmand Herat "
    "Jawzjan Kabul Kandahar Kapisa Khost Kunar Kunduz Laghman Logar Maidan_Wardak Nangarhar Nimroz "
    "Nuristan Paktia Paktika Panjshir Parwan Samangan Sar-e_Pul Takhar Uruzgan Zabul"
).split()


@pytest.mark.parametrize("name", [p.replace("_", " ") for p in PROVINCES])
def test_afghan_provinces(gazetteer, name):
    best = gazetteer.candidates(f"{name} province")[0].place
    assert (best.feature, best.country, best.name) == ("ADM1", "AFG", name)
    assert best.admin1 == name
    assert best.admin1_id == best.place_id
    assert best.position == "polygon"
    bare = [c.place for c in gazetteer.candidates(name, limit=5)]
    assert best in bare


VARIANTS = {
    "Jowzjan": "Jawzjan", "Jozjan": "Jawzjan", "Sar-e Pol": "Sar-e Pul", "Nimruz": "Nimroz",
    "Paktya": "Paktia", "Wardak": "Maidan Wardak", "Konar": "Kunar", "Hilmand": "Helmand",
    "Ningarhar": "Nangarhar", "Oruzgan": "Uruzgan", "Bamiyan": "Bamyan", "Panjsher": "Panjshir",
}  # fmt: skip


@pytest.mark.parametrize(("spelling", "name"), VARIANTS.items())
def test_spellings_of_provinces(gazetteer, spelling, name):
    found = [c.place for c in gazetteer.candidates(spelling, country="AFG", limit=3)]
    assert name in [p.name for p in found if p.feature == "ADM1"]


def test_city_and_province_are_both_near_the_top(gazetteer):
    found = {c.place.feature for c in gazetteer.candidates("Kunduz", limit=2)}
    assert found == {"ADM1", "PPLA"}


def test_a_word_for_the_kind_decides(gazetteer):
    assert gazetteer.candidates("Kunduz city")[0].place.feature == "PPLA"
    assert gazetteer.candidates("Kunduz province")[0].place.feature == "ADM1"
    assert gazetteer.candidates("Imam Sahib district")[0].place.feature == "ADM2"
    assert gazetteer.candidates("Mexico City")[0].place.feature == "PPLC"
    assert gazetteer.candidates("city of Herat")[0].place.feature == "PPLA"


def test_both_georgias(gazetteer):
    found = [(c.place.feature, c.place.country) for c in gazetteer.candidates("Georgia")]
    assert found[:2] == [("PCLI", "GEO"), ("ADM1", "USA")]


def test_country_goes_first_and_nothing_is_left_out(gazetteer):
    free = gazetteer.candidates("Georgia", limit=50)
    bound = gazetteer.candidates("Georgia", country="USA", limit=50)
    assert bound[0].place.country == "USA"
    assert {c.place.place_id for c in free} == {c.place.place_id for c in bound}
    home = [c.place.country == "USA" for c in bound]
    assert home == sorted(home, reverse=True)


def test_codes_only_in_capitals(gazetteer):
    assert gazetteer.candidates("AF")[0].place.country == "AFG"
    assert gazetteer.candidates("AF")[0].match == "code"
    assert gazetteer.candidates("US")[0].place.country == "USA"
    assert not [c for c in gazetteer.candidates("us") if c.place.country == "USA"]
    assert not [c for c in gazetteer.candidates("in") if c.match == "code"]
    assert not [c for c in gazetteer.candidates("Miss") if c.place.feature == "ADM1"]
    assert gazetteer.candidates("Miss.")[0].place.name == "Mississippi"


@pytest.mark.parametrize(
    ("word", "country", "feature"),
    [
        ("Tajik", "TJK", "PCLI"), ("Tajiks", "TJK", "PCLI"), ("Afghan", "AFG", "PCLI"),
        ("Afghans", "AFG", "PCLI"), ("Uzbek", "UZB", "PCLI"), ("Turkish", "TUR", "PCLI"),
        ("Turkmen", "TKM", "PCLI"), ("Kyrgyz", "KGZ", "PCLI"), ("Russian", "RUS", "PCLI"),
        ("Iranians", "IRN", "PCLI"), ("Pakistani", "PAK", "PCLI"), ("Chinese", "CHN", "PCLI"),
        ("Texan", "USA", "ADM1"), ("Chechen", "RUS", "ADM1"), ("French", "FRA", "PCLI"),
        ("American", "USA", "PCLI"), ("British", "GBR", "PCLI"), ("Ukrainians", "UKR", "PCLI"),
        ("Burmese", "MMR", "PCLI"), ("Sudanese", "SDN", "PCLI"), ("Gazan", "PSE", "ADM1"),
    ],
)  # fmt: skip
def test_demonyms(gazetteer, word, country, feature):
    place = gazetteer.demonym(word)
    assert (place.country, place.feature) == (country, feature)


@pytest.mark.parametrize("word", ["Kurdish", "Taliban", "Kunduz", "", "soldier", "x" * 5000])
def test_no_demonym(gazetteer, word):
    assert gazetteer.demonym(word) is None


@pytest.mark.parametrize("name", ["Kremlin", "Pentagon", "Downing Street", "Arg", "White House"])
def test_metonyms_are_marked(gazetteer, name):
    assert "GOVT" in {c.place.feature for c in gazetteer.candidates(name, limit=2)}


def test_near_spellings_need_a_country(gazetteer):
    assert not gazetteer.candidates("Khvaja Bahavodin", fuzzy=True)
    assert not gazetteer.candidates("Khvaja Bahavodin", country="AFG")
    best = gazetteer.candidates("Khvaja Bahavodin", country="AFG", fuzzy=True)[0]
    assert (best.place.name, best.match) == ("Khwaja Bahauddin", "skeleton")
    best = gazetteer.candidates("Sheberhgan", country="AFG", fuzzy=True)[0]
    assert best.place.name == "Sheberghan"
    assert best.match in {"skeleton", "fuzzy"}


def test_fields_of_a_town(gazetteer):
    place = gazetteer.place("geonames:1135689")
    assert (place.name, place.feature, place.country) == ("Kunduz", "PPLA", "AFG")
    assert (place.admin1, place.admin2) == ("Kunduz", "Kunduz")
    assert gazetteer.place(place.admin1_id).feature == "ADM1"
    assert place.population > 100_000
    assert place.position == "point"


def test_seas_and_regions_have_a_box(gazetteer):
    for name in ("Persian Gulf", "Sahel", "Donbas", "Black Sea"):
        place = gazetteer.candidates(name)[0].place
        west, south, east, north = place.bbox
        assert place.position == "bbox"
        assert west < place.longitude < east
        assert south < place.latitude < north


@pytest.mark.parametrize("iso3", ["AFG", "XKX", "TWN", "PSE", "USA"])
def test_country(gazetteer, iso3):
    place = gazetteer.country(iso3)
    assert place.country == iso3
    assert gazetteer.place(place.place_id) == place


@pytest.mark.parametrize("wrong", ["", "ZZZ", "afg", "AF", "\ud800"])
def test_no_country(gazetteer, wrong):
    assert gazetteer.country(wrong) is None


@pytest.mark.parametrize(
    "wrong", ["", "geonames:", "geonames:0", "geonames:9" * 9, "x", "geonames:²", "\ud800:1", "'"]
)
def test_no_such_id(gazetteer, wrong):
    assert gazetteer.place(wrong) is None


@pytest.mark.parametrize(
    "text",
    ["", " ", "x" * 10_000, "Kunduz " * 2000, "🙂", "\ud800", "a\udfffb", "'; DROP TABLE name; --",
     '"', "%", "*", "\0", "...", "-" * 99, "\u202e", "١٢٣", "𝕶"],
)  # fmt: skip
def test_text_that_names_nothing(gazetteer, text):
    assert gazetteer.candidates(text, country="AFG", fuzzy=True) == []


def test_limits(gazetteer):
    assert gazetteer.candidates("San Antonio", limit=0) == []
    assert gazetteer.candidates("San Antonio", limit=-1) == []
    assert len(gazetteer.candidates("San Antonio", limit=7)) == 7
    assert gazetteer.candidates("Kunduz", country="ZZZ") == gazetteer.candidates("Kunduz")


# --- laws -------------------------------------------------------------------------------------


@given(st.text(max_size=60))
def test_keys_are_stable(text):
    key = normalise(text)
    assert normalise(key) == key
    assert key == key.strip()
    assert "  " not in key
    key.encode("utf-8")  # no lone surrogate reaches the database


def test_keys_of_every_character_are_stable():
    for code in range(sys.maxunicode + 1):
        key = normalise(chr(code))
        assert normalise(key) == key, hex(code)


@given(st.text(st.characters(max_codepoint=0x24F), max_size=30))
def test_case_does_not_matter(text):
    assert normalise(text.upper()) == normalise(text.upper().lower())


@given(st.text("abcdefghijklmnopqrstuvwxyz ", max_size=30))
def test_skeleton_of_any_key(text):
    key = normalise(text)
    assert " " not in skeleton(key)
    bare, kinds = stripped(key)
    assert bool(bare) == bool(key)
    assert stripped(bare)[0] == bare or kinds


@given(
    st.one_of(
        st.text(max_size=40),
        st.sampled_from([row[0] for row in TABLE]).flatmap(
            lambda name: st.sampled_from([name, name.lower(), name[:-1], name + "s", name * 2])
        ),
    ),
    st.sampled_from([None, "AFG", "USA", "ZZZ"]),
    st.booleans(),
)
def test_candidates_of_any_text(gazetteer, text, country, fuzzy):
    found = gazetteer.candidates(text, country=country, limit=10, fuzzy=fuzzy)
    assert len(found) <= 10
    assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)
    assert len({c.place.place_id for c in found}) == len(found)
    assert found == gazetteer.candidates(text, country=country, limit=10, fuzzy=fuzzy)
    for candidate in found:
        place = candidate.place
        assert candidate.match in MATCHES
        assert -180 <= place.longitude <= 180
        assert -90 <= place.latitude <= 90
        assert place.country is None or len(place.country) == 3
        assert gazetteer.place(place.place_id) == place


def test_every_row_is_sound(gazetteer):
    connection = sqlite3.connect(f"{gazetteer.path.as_uri()}?mode=ro", uri=True)
    bad = connection.execute(
        "SELECT ref FROM place WHERE abs(lon) > 18000000 OR abs(lat) > 9000000 OR name = ''"
        " OR population < 0 OR (lon = 0 AND lat = 0)"
    ).fetchall()
    orphans = connection.execute(
        "SELECT count(*) FROM place a JOIN place b ON a.admin1 = b.id WHERE a.country <> b.country"
    ).fetchone()
    connection.close()
    assert bad == []
    assert orphans == (0,)


# --- the file ---------------------------------------------------------------------------------


def test_the_file_is_read_only(gazetteer):
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        gazetteer._connection().execute("DELETE FROM place")


def test_shipped_size():
    assert SHIPPED.stat().st_size < 19_000_000


def test_unpacked_once_and_again_when_damaged(tmp_path, monkeypatch):
    monkeypatch.setenv("DATELINE_CACHE", str(tmp_path / "new" / "cache"))
    first = Gazetteer()
    path = first.path
    assert path.parent == tmp_path / "new" / "cache"
    stamp = path.stat().st_mtime_ns
    first.close()
    second = Gazetteer()
    assert second.path.stat().st_mtime_ns == stamp
    second.close()
    with path.open("r+b") as file:
        file.truncate(1000)
    third = Gazetteer()
    assert third.candidates("Kunduz")
    third.close()
    # Right size, right header, rubbish inside.
    content = bytearray(path.read_bytes())
    content[100:] = bytes(len(content) - 100)
    path.write_bytes(content)
    fourth = Gazetteer()
    assert fourth.candidates("Kunduz")
    fourth.close()
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_unpacking_at_the_same_time(tmp_path):
    source = tmp_path / "source"
    source.write_bytes(b"SQLite format 3\0" + bytes(100_000))
    pack(source, tmp_path / "packed")
    with ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(unpack, tmp_path / "packed", tmp_path / "cache") for _ in range(16)]
        paths = {future.result() for future in futures}
    assert len(paths) == 1
    assert paths.pop().read_bytes() == source.read_bytes()


@pytest.mark.parametrize("damage", [b"", b"short", b"\0" * 200, b"\xff" * 40])
def test_a_packed_file_that_is_none(tmp_path, damage):
    packed = tmp_path / "packed"
    packed.write_bytes(damage)
    with pytest.raises(ValueError, match=r"build it again|damaged"):
        unpack(packed, tmp_path / "cache")


def test_missing_files(tmp_path):
    with pytest.raises(FileNotFoundError, match="build_gazetteer"):
        unpack(tmp_path / "none", tmp_path)
    with pytest.raises(FileNotFoundError, match="no gazetteer"):
        Gazetteer(tmp_path / "none")


def test_a_file_that_is_no_gazetteer(tmp_path):
    path = tmp_path / "text.sqlite"
    path.write_text("not a database, but long enough to be read as one" * 50)
    with pytest.raises(ValueError, match="not a gazetteer"):
        Gazetteer(path)


def test_threads_share_one_object(gazetteer):
    expected = [gazetteer.candidates(row[0], limit=5) for row in TABLE]
    barrier = threading.Barrier(6)

    def work(_):
        barrier.wait()
        return [gazetteer.candidates(row[0], limit=5) for row in TABLE]

    with ThreadPoolExecutor(6) as pool:
        assert all(found == expected for found in pool.map(work, range(6)))


def test_closed(tmp_path):
    closed = Gazetteer()
    closed.close()
    closed.close()
    with pytest.raises((ValueError, sqlite3.ProgrammingError)):
        closed.candidates("Kunduz")
