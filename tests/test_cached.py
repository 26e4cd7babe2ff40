"""The cache before an online geocoder: pace, failures of every kind, and what may leave the machine."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderParseError,
    GeocoderQueryError,
    GeocoderRateLimited,
    GeocoderServiceError,
    GeocoderTimedOut,
    GeocoderUnavailable,
)
from geopy.geocoders import GeoNames, Pelias, Photon
from geopy.location import Location
from hypothesis import given
from hypothesis import strategies as st
from online_tools import KUNDUZ, Server, cached, client, refused

from geo.answers import AnswerStore
from geo.cached import place_name
from geo.geocoder import OfflineGeocoder
from geo.online import FallbackChain

# --- the cache -----------------------------------------------------------------------------------


def test_a_name_is_asked_once(tmp_path):
    geocoder, adapter, _ = cached(tmp_path, KUNDUZ)
    first = geocoder.geocode("Kunduz")
    assert isinstance(first, Location)
    assert (first.latitude, first.longitude) == (36.73, 68.86)
    for spelling in ("Kunduz", " kunduz ", "KUNDUZ"):
        again = geocoder.geocode(spelling)
        assert again == first
        assert again.raw == first.raw
    assert len(adapter.urls) == 1
    other, adapter, _ = cached(tmp_path, KUNDUZ)
    assert other.geocode("Kunduz") == first
    assert adapter.urls == []
    assert other.report.counts == {(other.service, "found in cache"): 1}


def test_nothing_is_kept_too_until_it_is_old(tmp_path):
    geocoder, adapter, clock = cached(tmp_path, [], negative_days=10)
    assert geocoder.geocode("Nowhere") is None
    assert geocoder.geocode("Nowhere", exactly_one=False) is None
    assert geocoder.geocode("Nowhere") is None
    assert len(adapter.urls) == 2  # one for the place, one for the list
    clock.now += 9 * 86_400
    assert geocoder.geocode("Nowhere") is None
    assert len(adapter.urls) == 2
    clock.now += 2 * 86_400
    adapter.script = [KUNDUZ]
    assert geocoder.geocode("Nowhere") is not None
    assert len(adapter.urls) == 3


def test_options_and_services_have_answers_of_their_own(tmp_path):
    geocoder, adapter, _ = cached(tmp_path, KUNDUZ)
    geocoder.geocode("Kunduz")
    geocoder.geocode("Kunduz", country_codes="AFG")
    geocoder.geocode("Kunduz", country_codes="af")
    geocoder.geocode("Kunduz", exactly_one=False)
    geocoder.geocode("Kunduz", exactly_one=False, limit=3)
    geocoder.geocode("Kunduz", featuretype="city", viewbox=[(30, 60), (40, 70)], bounded=True)
    assert len(adapter.urls) == 5
    assert adapter.queries()[1]["countrycodes"] == "af"
    assert adapter.queries()[4]["featureType"] == "city"
    other, adapter, _ = cached(tmp_path, KUNDUZ, options={"domain": "127.0.0.1:1"})
    other.geocode("Kunduz")
    assert len(adapter.urls) == 1
    assert "127.0.0.1:1" in other.service


def test_from_the_store_alone(tmp_path):
    geocoder, _, clock = cached(tmp_path, KUNDUZ, positive_days=1)
    geocoder.geocode("Kunduz")
    clock.now += 86_400 * 5
    reader, adapter, _ = cached(tmp_path, KUNDUZ, ask=False, positive_days=1, clock=clock)
    assert reader.geocode("Kunduz").address == "Kunduz, Afghanistan"
    assert reader.geocode("Taloqan") is None
    assert adapter.urls == []
    assert [lookup.outcome for lookup in reader.report.failures] == ["not sent"]


@pytest.mark.parametrize("content", [b"hello, this is text and no database at all" * 50, None])
def test_a_file_that_is_no_store_is_left_alone(tmp_path, content):
    path = tmp_path / "a.sqlite"
    if content is None:
        with sqlite3.connect(path) as other:
            other.execute("CREATE TABLE diary (day TEXT)")
        other.close()
    else:
        path.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(ValueError, match="is not a store"):
        AnswerStore(path)
    assert path.read_bytes() == before


def test_an_answer_that_cannot_be_kept_is_given_all_the_same(tmp_path, monkeypatch):
    geocoder, _, _ = cached(tmp_path, KUNDUZ)

    def full(*_):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(geocoder.store, "put", full)
    assert geocoder.geocode("Kunduz") is not None


def run(code, *arguments):
    """Start a Python process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=os.path.dirname(os.path.dirname(os.path.abspath(__file__))),  # noqa: PTH100, PTH120
    )


WRITER = """
import sys, time
from geopy.location import Location
from geo.answers import AnswerStore
store = AnswerStore(sys.argv[1])
for i in range(int(sys.argv[3])):
    place = Location(f"place {i}", (i % 90, i % 180), {"of": sys.argv[2], "text": "x" * 500})
    store.put(f"{sys.argv[2]} {i}", [place], 5.0)
    store.put("shared", [place], 5.0)
    print(i, flush=True)
"""


def test_processes_write_at_once(tmp_path):
    path = tmp_path / "a.sqlite"
    writers = [run(WRITER, path, name, 150) for name in "abc"]
    for writer in writers:
        writer.communicate(timeout=60)
        assert writer.returncode == 0
    store = AnswerStore(path)
    assert len(store) == 451
    for name in "abc":
        for i in range(150):
            assert store.get(f"{name} {i}").found[0].raw["of"] == name


def test_a_kill_in_the_middle_of_writing_loses_nothing(tmp_path):
    path = tmp_path / "a.sqlite"
    for least in (5, 40, 120):
        name = f"run{least}"
        writer = run(WRITER, path, name, 100_000)
        for line in writer.stdout:
            if int(line) >= least:
                break
        writer.send_signal(signal.SIGKILL)
        rest, _ = writer.communicate(timeout=30)
        told = [int(line) for line in rest.splitlines() if line.isdigit()] or [least]
        with sqlite3.connect(path) as raw:
            assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        raw.close()
        store = AnswerStore(path)
        # The last line may be cut short by the kill, hence one fewer.
        assert all(store.get(f"{name} {i}") for i in range(max(least, told[-1] - 1)))
        store.put("after", [], 1.0)
        assert store.get("after").found == ()
        store.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_has_a_connection_of_its_own(tmp_path):
    store = AnswerStore(tmp_path / "a.sqlite")
    store.put("parent", [], 1.0)
    handle = store._connection()
    store._owner = 0  # as a child finds it
    assert store.get("parent") is not None
    assert store._connection() is not handle
    handle.close()


def test_threads_ask_once(tmp_path):
    geocoder, adapter, _ = cached(tmp_path, KUNDUZ)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: geocoder.geocode("Kunduz"), range(40)))
    assert all(found)
    assert len(adapter.urls) == 1


# --- the pace ------------------------------------------------------------------------------------


def test_requests_keep_their_distance(tmp_path):
    geocoder, adapter, clock = cached(tmp_path, KUNDUZ, min_delay_seconds=1.5)
    for name in ("A town", "B town", "A town", "C town"):
        geocoder.geocode(name)
    assert len(adapter.urls) == 3
    assert clock.slept == [1.5, 1.5]


def test_processes_keep_one_pace(tmp_path):
    store, other = (AnswerStore(tmp_path / "a.sqlite") for _ in range(2))
    assert store.turn("s", 2, 1000100.0) == (0, False)
    assert other.turn("s", 2, 1000100.0) == (2.0, False)
    assert store.turn("s", 2, 1000101.0) == (3.0, False)
    assert store.turn("another", 2, 1000101.0) == (0, False)
    other.hold("s", 1000150.0)
    assert store.turn("s", 2, 1000120.0) == (30.0, True)
    assert store.turn("s", 2, 1000151.0) == (0, False)
    # A clock that is set back does not stop us until it has caught up.
    assert store.turn("s", 2, 1000151.0 - 7200) == (0, False)


def test_429_waits_as_long_as_the_service_says(tmp_path):
    script = [refused(429, **{"retry-after": "17"}), KUNDUZ]
    geocoder, adapter, clock = cached(tmp_path, *script)
    assert geocoder.geocode("Kunduz") is not None
    assert len(adapter.urls) == 2
    assert sum(clock.slept) == pytest.approx(17)
    assert geocoder.report.failures == []


def test_503_may_ask_to_wait_too(tmp_path):
    script = [refused(503, **{"retry-after": "9"}), KUNDUZ]
    geocoder, _, clock = cached(tmp_path, *script)
    assert geocoder.geocode("Kunduz") is not None
    assert sum(clock.slept) == pytest.approx(9)


def test_a_long_wait_fails_at_once_and_nobody_asks_until_then(tmp_path):
    script = [refused(429, **{"retry-after": "3600"}), KUNDUZ]
    geocoder, adapter, clock = cached(tmp_path, *script)
    with pytest.raises(GeocoderRateLimited) as caught:
        geocoder.geocode("Kunduz")
    assert caught.value.retry_after == pytest.approx(3600)
    other, silent, _ = cached(tmp_path, KUNDUZ, clock=clock)  # as another process would
    with pytest.raises(GeocoderRateLimited):
        other.geocode("Taloqan")
    assert silent.urls == []
    assert other.report.failures[0].outcome == "not sent"
    assert "3600" in other.report.failures[0].reason
    clock.now += 3601
    assert other.geocode("Taloqan") is not None
    assert geocoder.geocode("Kunduz") is not None
    assert len(adapter.urls) == 2


# --- failures ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (GeocoderTimedOut("Service timed out"), GeocoderTimedOut),
        (refused(500), GeocoderServiceError),
        (refused(502), GeocoderServiceError),
        (GeocoderUnavailable("connection refused"), GeocoderUnavailable),
        (GeocoderParseError("Could not deserialize"), GeocoderParseError),
        ("garbage", GeocoderParseError),
        (5, GeocoderParseError),
        ([1, 2], GeocoderParseError),
        ([{}], GeocoderParseError),
        ({"foo": 1}, GeocoderParseError),
        ([{"lat": "x", "lon": "y", "display_name": "Z"}], GeocoderParseError),
        ([{"lat": "999", "lon": "0", "display_name": "Z"}], GeocoderParseError),
    ],
)
@pytest.mark.filterwarnings("ignore:Latitude normalization")
def test_what_may_pass_is_tried_again_and_told(tmp_path, error, raised):
    geocoder, adapter, clock = cached(tmp_path, error, max_retries=2, error_wait_seconds=5)
    with pytest.raises(raised):
        geocoder.geocode("Kunduz")
    assert len(adapter.urls) == 3
    assert clock.slept == [5, 10]
    (failure,) = geocoder.report.failures
    assert (failure.query, failure.outcome) == ("Kunduz", "failed")
    assert raised.__name__ in failure.reason
    assert len(geocoder.store) == 0
    adapter.script = [error, KUNDUZ]
    assert geocoder.geocode("Kunduz") is not None


@pytest.mark.parametrize(
    ("status", "raised"),
    [(400, GeocoderQueryError), (401, GeocoderAuthenticationFailure), (402, GeocoderServiceError)],
)
def test_what_will_not_pass_is_not_tried_again(tmp_path, status, raised):
    geocoder, adapter, _ = cached(tmp_path, refused(status))
    with pytest.raises(raised):
        geocoder.geocode("Kunduz")
    assert len(adapter.urls) == 1
    if status == 400:  # the fault of the name: the next one is asked
        adapter.script = [KUNDUZ]
        assert geocoder.geocode("Taloqan") is not None
        return
    with pytest.raises(GeocoderUnavailable, match="resting"):
        geocoder.geocode("Taloqan")
    assert len(adapter.urls) == 1


def test_a_dead_service_is_left_alone_and_asked_again_later(tmp_path):
    geocoder, adapter, clock = cached(
        tmp_path, refused(500), max_retries=0, give_up_after=3, rest_seconds=60
    )
    for i in range(10):
        with pytest.raises(GeocoderServiceError):
            geocoder.geocode(f"Town {chr(65 + i)}")
    assert len(adapter.urls) == 3
    outcomes = [lookup.outcome for lookup in geocoder.report.failures]
    assert outcomes == ["failed"] * 3 + ["not sent"] * 7
    text = str(geocoder.report)
    assert "3 failed, 7 not sent" in text
    assert "Town D; Town E; Town F; Town G; Town H; and 2 more" in text
    clock.now += 61
    adapter.script = [KUNDUZ]
    assert geocoder.geocode("Town A") is not None
    assert geocoder.geocode("Town B") is not None


@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        ("slow", GeocoderTimedOut),
        ("cut", GeocoderServiceError),
        ("garbage", GeocoderParseError),
        (500, GeocoderServiceError),
    ],
)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_faults_over_real_sockets(server, tmp_path, fault, raised):
    geocoder = client(server, tmp_path)
    assert geocoder.geocode("Kunduz").address == "Kunduz"
    server.fault = fault
    with pytest.raises(raised):
        geocoder.geocode("Taloqan")
    assert geocoder.geocode("Kunduz").address == "Kunduz"
    server.fault = None
    assert geocoder.geocode("Taloqan").address == "Taloqan"
    assert {agent for _, agent in server.seen} == {"dateline-test/1"}


def test_429_over_real_sockets(server, tmp_path):
    geocoder = client(server, tmp_path)
    server.fault = 429
    began = time.monotonic()
    assert geocoder.geocode("Kunduz").address == "Kunduz"
    assert time.monotonic() - began >= 0.95
    assert len(server.seen) == 2


def test_a_server_that_dies_half_way_costs_nothing(server, tmp_path):
    names = [f"Village {chr(65 + i)}" for i in range(20)]
    chain = FallbackChain([OfflineGeocoder(), client(server, tmp_path, give_up_after=2)])
    for name in names[:8]:
        assert chain.geocode(name) is not None
    server.stop()
    assert [chain.geocode(name) for name in names[8:]] == [None] * 12
    report = chain.report
    assert len([x for x in report.failures if x.outcome == "failed"]) == 2
    assert len([x for x in report.failures if x.outcome == "not sent"]) == 10
    assert sorted(x.query for x in report.failures) == sorted(names[8:])
    assert "8 found, 2 failed, 10 not sent" in str(report)
    # The next run, with the server up again (at another port: hence the name of the service).
    again = Server()
    try:
        online = client(again, tmp_path, service=chain.geocoders[1].service)
        chain = FallbackChain([OfflineGeocoder(), online])
        assert all(chain.geocode(name) for name in names)
        assert [query for query, _ in again.seen] == names[8:]
    finally:
        again.stop()


# --- what is sent --------------------------------------------------------------------------------


def test_only_a_place_name_and_a_country_are_sent(tmp_path):
    geocoder, adapter, _ = cached(tmp_path, KUNDUZ)
    geocoder.geocode("  Imam \t Sahib ", country_codes=["AFG"])
    (query,) = adapter.queries()
    assert query == {"q": "Imam Sahib", "countrycodes": "af", "format": "json", "limit": "1"}
    assert adapter.headers[0]["User-Agent"] == "t/1"
    geocoder.geocode({"city": "Kunduz", "country": "Afghanistan"})
    assert adapter.queries()[1]["city"] == "Kunduz"
    assert geocoder.report.sent == ["Imam Sahib", "Kunduz, Afghanistan"]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "  ",
        "12345",
        "x" * 121,
        "a " * 17,
        "The general said that his troops had left the town before dawn and before anybody else",
        "mail@example.org",
        "http://example.org/x",
        "\ud800",
        "a\0b",
        None,
        5,
        {},
        {"street": "1 High Street", "city": "Kunduz"},
        {"city": 5},
    ],
)
def test_what_is_no_place_name_stays_here(tmp_path, query):
    geocoder, adapter, _ = cached(tmp_path, KUNDUZ)
    with pytest.raises(GeocoderQueryError):
        geocoder.geocode(query)
    assert adapter.urls == []
    assert geocoder.report.sent == []
    assert geocoder.report.failures[0].outcome == "not sent"


@given(st.text(max_size=200))
def test_place_names_are_clean_or_refused(text):
    try:
        name = place_name(text)
    except GeocoderQueryError:
        return
    assert name == place_name(name)
    assert len(name) <= 120
    name.encode()
    assert name.isprintable() or any(ord(c) > 127 for c in name)


@pytest.mark.parametrize(
    ("kind", "options", "expected"),
    [
        (Photon, {"domain": "127.0.0.1:1"}, {"q": "Kunduz, Afghanistan", "limit": "1"}),
        (GeoNames, {"username": "u"}, {"q": "Kunduz", "country": "AF", "username": "u"}),
        (Pelias, {"domain": "127.0.0.1:1"}, {"text": "Kunduz", "boundary.country": "AFG"}),
    ],
)
def test_each_service_is_told_the_country_in_its_way(tmp_path, kind, options, expected):
    empty = {"features": [], "geonames": []}
    geocoder, adapter, _ = cached(tmp_path, empty, kind=kind, options=options)
    assert geocoder.geocode("Kunduz", country_codes="AFG", language="en") is None
    (query,) = adapter.queries()
    assert query.items() >= expected.items()
    with pytest.raises(GeocoderQueryError, match="featuretype"):
        geocoder.geocode("Kunduz", featuretype="city")
    assert len(adapter.urls) == 1


def test_photon_takes_one_country(tmp_path):
    options = {"domain": "127.0.0.1:1"}
    geocoder, adapter, _ = cached(tmp_path, {"features": []}, kind=Photon, options=options)
    with pytest.raises(GeocoderQueryError, match="one country"):
        geocoder.geocode("Kunduz", country_codes="af,tj")
    geocoder.geocode({"city": "Kunduz", "country": "Afghanistan"})
    assert adapter.queries()[0]["q"] == "Kunduz, Afghanistan"


def test_no_key_gets_into_the_store(tmp_path):
    options = {"username": "secret-name"}
    geocoder, _, _ = cached(tmp_path, {"geonames": []}, kind=GeoNames, options=options)
    geocoder.geocode("Kunduz")
    geocoder.store.close()
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"secret-name" not in content
    assert "secret-name" not in str(geocoder.report)
