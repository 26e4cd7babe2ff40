"""Online geocoders by configuration, and the chain behind the gazetteer."""

import pytest
from geopy.exc import (
    ConfigurationError,
    GeocoderQueryError,
    GeocoderServiceError,
)
from geopy.extra.rate_limiter import RateLimiter
from online_tools import KUNDUZ, cached, refused

from geo.answers import Lookup, Report
from geo.cached import CachedGeocoder
from geo.geocoder import OfflineGeocoder
from geo.online import FallbackChain, configured_geocoder, settings

# --- the chain -----------------------------------------------------------------------------------


def test_the_chain_asks_the_gazetteer_first(tmp_path):
    online, adapter, _ = cached(tmp_path, KUNDUZ)
    chain = FallbackChain([OfflineGeocoder(), online])
    assert chain.geocode("Imam Sahib, Kunduz, Afghanistan").raw["country"] == "AFG"
    assert adapter.urls == []
    assert chain.geocode("Qandahari Hamlet").address == "Kunduz, Afghanistan"
    assert chain.report.sent == ["Qandahari Hamlet"]
    assert chain.reverse((36.73, 68.86)).raw["name"] == "Kunduz"
    with pytest.raises(TypeError, match="reverse"):
        FallbackChain([online]).reverse((36.73, 68.86))


def test_chains_nest_and_work_behind_a_rate_limiter(tmp_path):
    online, _, _ = cached(tmp_path, KUNDUZ)
    chain = FallbackChain([FallbackChain([OfflineGeocoder()]), FallbackChain([online])])
    found = RateLimiter(chain.geocode)("Qandahari Hamlet", country_codes="af", exactly_one=False)
    assert [place.address for place in found] == ["Kunduz, Afghanistan"]
    assert chain.report.sent == ["Qandahari Hamlet"]
    around = CachedGeocoder(chain, tmp_path / "b.sqlite", min_delay_seconds=0)
    assert around.geocode("Kunduz", country_codes="af", timeout=3).raw["country"] == "AFG"
    assert around.geocode("Kunduz Province", country_codes="af").raw["geometry"] is not None


def test_the_chain_raises_only_when_nobody_could_answer(tmp_path):
    online, _, _ = cached(tmp_path, refused(401))
    assert FallbackChain([OfflineGeocoder(), online]).geocode("Qandahari Hamlet") is None
    strict = FallbackChain([OfflineGeocoder(), online], swallow_exceptions=False)
    with pytest.raises(GeocoderServiceError):
        strict.geocode("Qandahari Hamlet")
    with pytest.raises(GeocoderServiceError):
        FallbackChain([online]).geocode("Qandahari Hamlet")
    with pytest.raises(GeocoderQueryError):
        FallbackChain([OfflineGeocoder(), online]).geocode(5)
    with pytest.raises(ValueError, match="at least one"):
        FallbackChain([])


def test_an_answer_that_is_not_good_enough_is_a_reserve(tmp_path):
    offline = OfflineGeocoder()
    online, adapter, _ = cached(tmp_path, KUNDUZ, [])
    picky = FallbackChain([offline, online], accept=lambda place: "display_name" in place.raw)
    assert picky.geocode("Dushanbe").address == "Kunduz, Afghanistan"
    assert picky.geocode("Tashkent").raw["country"] == "UZB"
    assert len(adapter.urls) == 2


# --- settings ------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [None, "", "off", "OFF", "none", "offline"])
def test_it_is_off_by_default(value):
    environ = {} if value is None else {"DATELINE_GEOCODER": value}
    environ["DATELINE_GEOCODER_DOMAIN"] = "example.invalid"
    assert settings(environ) is None
    assert isinstance(configured_geocoder(environ=environ), OfflineGeocoder)


def test_the_environment_builds_a_chain(tmp_path, server):
    environ = {
        "DATELINE_GEOCODER": "Nominatim",
        "DATELINE_GEOCODER_DOMAIN": server.domain,
        "DATELINE_GEOCODER_USER_AGENT": "newsroom/1",
        "DATELINE_GEOCODER_TIMEOUT": "2.5",
        "DATELINE_GEOCODER_DELAY": "0",
        "DATELINE_GEOCODER_CACHE": str(tmp_path / "deep" / "a.sqlite"),
        "UNRELATED": "x",
    }
    chain = configured_geocoder(environ=environ)
    online = chain.geocoders[1]
    assert online.geocoder.timeout == 2.5
    assert online.geocoder.api == f"{server.domain}/search"
    online.geocoder.adapter.session.proxies = {}
    assert chain.geocode("Qandahari Hamlet").address == "Qandahari Hamlet"
    assert server.seen == [("Qandahari Hamlet", "newsroom/1")]
    assert (tmp_path / "deep" / "a.sqlite").exists()


def test_a_file_gives_the_same_and_the_environment_wins(tmp_path):
    path = tmp_path / "geocoder.toml"
    path.write_text('[geocoder]\nservice = "photon"\ndomain = "a.invalid"\nuser_agent = "x/1"\n')
    assert settings({}, path)["service"] == "photon"
    environ = {"DATELINE_GEOCODER_CONFIG": str(path), "DATELINE_GEOCODER_DOMAIN": "b.invalid"}
    assert settings(environ) == {"service": "photon", "domain": "b.invalid", "user_agent": "x/1"}
    assert settings({**environ, "DATELINE_GEOCODER": "off"}) is None


@pytest.mark.parametrize("content", [None, "nonsense", "[other]\nx = 1", "geocoder = 1"])
def test_a_bad_file_is_told(tmp_path, content):
    path = tmp_path / "geocoder.toml"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ConfigurationError, match=r"geocoder\.toml"):
        settings({"DATELINE_GEOCODER_CONFIG": str(path)})


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"": "mars"}, "no geocoder is called 'mars'"),
        ({"": "nominatim"}, "needs domain and user_agent, for instance DATELINE_GEOCODER_DOMAIN"),
        ({"": "nominatim", "_DOMAIN": "x.invalid"}, "needs user_agent"),
        ({"": "photon", "_USER_AGENT": "x"}, "needs domain"),
        ({"": "geonames"}, "needs username"),
        ({"": "pelias"}, "needs domain"),
        ({"": "photon", "_COLOUR": "red"}, "takes no colour"),
        ({"": "photon", "_TIMEOUT": "soon"}, "timeout is 'soon'"),
        ({"": "photon", "_DELAY": "-1"}, "delay is '-1'"),
        ({"": "nominatim", "_DOMAIN": "ftp://x", "_USER_AGENT": "y"}, "only http and https"),
    ],
)
def test_bad_settings_are_told(environ, message):
    with pytest.raises(ConfigurationError, match=message):
        configured_geocoder(environ={f"DATELINE_GEOCODER{k}": v for k, v in environ.items()})


def test_a_report_can_be_watched():
    seen = []
    report = Report(seen.append)
    report.add(Lookup("s", "Kunduz", "found"))
    assert seen[0].query == "Kunduz"
    assert report.lines() == ["s: 1 found"]
