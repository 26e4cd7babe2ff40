"""Online geocoding against a real Nominatim server on loopback, filled with our own places.

The server is PyPI's nominatim-api (GPL, hence only ever a program of its own) with its SQLite back
end; see tests/nominatim/. `make nominatim` installs it in .venv-nominatim, and `make test` names
its interpreter:

    DATELINE_NOMINATIM_PYTHON   an interpreter for which tests/nominatim/check.py is silent; what it
                                lacks is then a failure. Default the one of .venv-nominatim, or this
                                one; what they lack skips the tests.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from geopy.exc import GeocoderParseError, GeocoderServiceError, GeocoderTimedOut

from geo.cached import CachedGeocoder
from geo.gazetteer import default_gazetteer
from geo.geocoder import OfflineGeocoder
from geo.geodesy import GEOD
from geo.online import FallbackChain, online_geocoder

HERE = Path(__file__).parent / "nominatim"
ASKED = os.environ.get("DATELINE_NOMINATIM_PYTHON", "")
_OWN = Path(__file__).parents[1] / ".venv-nominatim" / "bin" / "python"
PYTHON = ASKED or (str(_OWN) if _OWN.exists() else sys.executable)
# In no gazetteer: what only the server knows.
UNKNOWN = [f"Prüfdorf {name}" for name in "Alef Be Pe Te Se Jim Che He Khe Dal Zal Re".split()]


def python(*arguments, **options):
    return subprocess.run([PYTHON, *map(str, arguments)], cwd=HERE, check=False, **options)


def places():
    """Countries, provinces and towns of Afghanistan and Tajikistan, and the unknown villages."""
    gazetteer, rows = default_gazetteer(), []
    codes = {"AFG": "af", "TJK": "tj"}
    for feature, kind in (
        ("PCLI", "country"),
        ("ADM1", "state"),
        ("PPLA", "town"),
        ("PPLC", "town"),
    ):
        for number in gazetteer.points(feature)[0]:
            place = gazetteer.numbered(number)
            if place.country in codes:
                rows.append(_row(place, kind, codes[place.country]))
    kunduz = gazetteer.candidates("Kunduz", country="AFG")[0].place
    for number, name in enumerate(UNKNOWN):
        row = _row(kunduz, "town", "af") | {"name": name, "longitude": 68.5 + number / 20}
        rows.append(row)
    return rows


def _row(place, kind, code):
    country = default_gazetteer().country(place.country)
    return {
        "name": place.name,
        "kind": kind,
        "country_code": code,
        "country": country.name,
        "state": place.admin1,
        "longitude": place.longitude,
        "latitude": place.latitude,
        "population": place.population,
    }


class Server:
    """The server as a process that can be stopped, halted and started again at its address."""

    def __init__(self, folder):
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = None
        self.start()

    def start(self):
        command = [PYTHON, str(HERE / "serve.py"), str(self.folder), str(self.port)]
        self.process = subprocess.Popen(command, cwd=HERE)
        for _ in range(300):
            if self.process.poll() is not None:
                pytest.fail(f"the server ended with {self.process.returncode}")
            try:
                opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
                opener.open(f"http://127.0.0.1:{self.port}/status", timeout=2).close()
            except (OSError, urllib.error.URLError):
                time.sleep(0.1)
            else:
                return
        self.stop()
        pytest.fail("the server did not come up in 30 s")

    def stop(self):
        self.process.send_signal(signal.SIGCONT)
        self.process.kill()
        self.process.wait(10)

    def fault(self, text):
        path = self.folder / "fault"
        path.write_text(text)
        if not text:
            path.unlink()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    check = python(HERE / "check.py", capture_output=True, text=True)
    if check.returncode:
        reason = (check.stderr.strip().splitlines() or ["?"])[-1]
        tell = pytest.fail if ASKED else pytest.skip
        tell(f"no Nominatim for {PYTHON}, try `make nominatim`: {reason}")
    folder = tmp_path_factory.mktemp("nominatim")
    (folder / "places.json").write_text(json.dumps(places()))
    built = python(
        HERE / "build.py", folder, folder / "places.json", capture_output=True, text=True
    )
    assert built.returncode == 0, built.stderr
    server = Server(folder)
    yield server
    server.stop()


def client(server, path, *, timeout=10, **more):
    online = online_geocoder(
        "nominatim",
        domain=f"http://127.0.0.1:{server.port}",
        user_agent="dateline-test/1",
        timeout=timeout,
        proxies={},
    )
    settings = {"min_delay_seconds": 0, "max_retries": 1, "error_wait_seconds": 0.05, **more}
    return CachedGeocoder(online, path, **settings)


def kilometres(one, other):
    return GEOD.inv(one.longitude, one.latitude, other.longitude, other.latitude)[2] / 1000


def test_it_answers_as_geopy_says(server, tmp_path):
    online = client(server, tmp_path / "a.sqlite")
    found = online.geocode("Imam Sahib, Afghanistan") or online.geocode("Kunduz, Afghanistan")
    assert found.raw["display_name"] == found.address
    many = online.geocode("Prüfdorf", exactly_one=False)
    assert 2 <= len(many) <= 10
    assert len(online.geocode("Prüfdorf", exactly_one=False, limit=2)) == 2
    assert online.geocode("Kunduz", country_codes="AFG").address.endswith("Afghanistan")
    assert online.geocode("Kunduz", country_codes="TJK") is None
    assert online.geocode("Dushanbe", viewbox=[(34, 60), (36, 64)], bounded=True) is None
    assert online.geocode("Dushanbe", viewbox=[(38, 68), (39, 70)], bounded=True) is not None
    assert online.geocode("Nowhereville") is None
    assert online.geocode("Пруфдорф') OR 1=1; --") is None
    asked = len(online.report.sent)
    again = client(server, tmp_path / "a.sqlite")
    assert again.geocode("PRÜFDORF", exactly_one=False) == many
    assert again.geocode("Nowhereville") is None
    assert again.report.sent == []
    assert asked == 9


def test_offline_and_online_agree_on_the_provinces(server, tmp_path):
    offline, online = OfflineGeocoder(), client(server, tmp_path / "a.sqlite")
    names = [row["name"] for row in places() if row["kind"] == "state"]
    assert len(names) >= 38
    for name in dict.fromkeys(names):
        ours = offline.geocode(name, country_codes="af,tj", featuretype="state", exactly_one=False)
        theirs = online.geocode(name, country_codes="af,tj", exactly_one=False)
        assert ours, name
        assert theirs, name
        assert min(kilometres(a, b) for a in ours for b in theirs) < 1, name


def test_the_chain_sends_only_what_the_gazetteer_does_not_know(server, tmp_path):
    chain = FallbackChain([OfflineGeocoder(), client(server, tmp_path / "a.sqlite")])
    names = ["Kunduz", *UNKNOWN[:3], "Dushanbe", "Imam Sahib, Kunduz, Afghanistan"]
    found = [chain.geocode(name) for name in names]
    assert all(found)
    assert chain.report.sent == UNKNOWN[:3]
    assert found[1].longitude == pytest.approx(68.5)


def test_it_waits_when_told_to(server, tmp_path):
    online = client(server, tmp_path / "a.sqlite")
    server.fault("429")
    began = time.monotonic()
    assert online.geocode(UNKNOWN[0]) is not None
    assert time.monotonic() - began >= 0.95


@pytest.mark.parametrize(
    ("fault", "raised"), [("500", GeocoderServiceError), ("garbage", GeocoderParseError)]
)
def test_errors_and_garbage(server, tmp_path, fault, raised):
    online = client(server, tmp_path / "a.sqlite")
    assert online.geocode(UNKNOWN[0]) is not None
    server.fault(fault)
    with pytest.raises(raised):
        online.geocode(UNKNOWN[1])
    assert online.geocode(UNKNOWN[0]) is not None
    server.fault("")
    assert online.geocode(UNKNOWN[1]) is not None
    assert [failure.query for failure in online.report.failures] == [UNKNOWN[1]]


def test_a_server_that_hangs(server, tmp_path):
    online = client(server, tmp_path / "a.sqlite", timeout=0.5)
    assert online.geocode(UNKNOWN[0]) is not None
    server.process.send_signal(signal.SIGSTOP)
    try:
        with pytest.raises(GeocoderTimedOut):
            online.geocode(UNKNOWN[1])
        assert online.geocode(UNKNOWN[0]) is not None
    finally:
        server.process.send_signal(signal.SIGCONT)
    # What it had taken in before it hung it answers now; so may the first try after.
    patient = client(server, tmp_path / "a.sqlite")
    assert patient.geocode(UNKNOWN[1]) is not None


def test_a_server_that_is_killed_half_way(server, tmp_path):
    whole = client(server, tmp_path / "whole.sqlite")
    expected = [whole.geocode(name) for name in UNKNOWN]
    assert all(expected)
    online = client(server, tmp_path / "a.sqlite", give_up_after=2)
    chain = FallbackChain([OfflineGeocoder(), online])
    first = [chain.geocode(name) for name in UNKNOWN[:5]]
    server.stop()
    rest = [chain.geocode(name) for name in UNKNOWN[5:]]
    assert first == expected[:5]
    assert rest == [None] * 7
    assert "5 found, 2 failed, 5 not sent" in str(chain.report)
    assert [failure.query for failure in chain.report.failures] == UNKNOWN[5:]
    server.start()
    chain = FallbackChain([OfflineGeocoder(), client(server, tmp_path / "a.sqlite")])
    assert [chain.geocode(name) for name in UNKNOWN] == expected
    assert chain.report.sent == UNKNOWN[5:]
