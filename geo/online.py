"""Online geocoders for what the gazetteer does not know: off unless configured, cached, polite.

Nothing here is used until a person says so, in the environment or in a file:

    DATELINE_GEOCODER=nominatim                   any service of geopy, by its name there
    DATELINE_GEOCODER_DOMAIN=http://geo.example   the server, with a scheme if not https
    DATELINE_GEOCODER_USER_AGENT=newsroom-x/1     how we introduce ourselves
    DATELINE_GEOCODER_API_KEY=...                 and any other argument that geopy's class
    DATELINE_GEOCODER_USERNAME=...                takes, by its own name
    DATELINE_GEOCODER_TIMEOUT=10                  seconds per request
    DATELINE_GEOCODER_DELAY=1                     seconds between requests, all processes together
    DATELINE_GEOCODER_CACHE=answers.sqlite        default: in the cache folder of dateline
    DATELINE_GEOCODER_CONFIG=geocoder.toml        a file with these, small letters, no prefix:

        [geocoder]
        service = "nominatim"
        domain = "http://geo.example"
        user_agent = "newsroom-x/1"

The environment wins over the file. `configured_geocoder` reads them. What leaves the machine is a
place name, perhaps with a country, and nothing else: `place_name` refuses the rest; `Report.sent`
lists it.

All geocoders here have geopy's signature, so they nest::

    online = CachedGeocoder(online_geocoder("photon", domain=..., user_agent=...), "answers.sqlite")
    geocode = FallbackChain([OfflineGeocoder(), online]).geocode
"""

import inspect
import os
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from geopy.adapters import BaseSyncAdapter, RequestsAdapter, URLLibAdapter
from geopy.exc import ConfigurationError, GeocoderNotFound, GeocoderServiceError
from geopy.geocoders import SERVICE_TO_GEOCODER, get_geocoder_for_service
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location
from geopy.util import logger

from geo.answers import Report, merged
from geo.cached import CachedGeocoder
from geo.geocoder import OfflineGeocoder
from geo.packed import cache_folder

__all__ = ["FallbackChain", "Geocodes", "configured_geocoder", "online_geocoder", "settings"]

_PREFIX = "DATELINE_GEOCODER"
_OFF = frozenset({"", "off", "none", "offline", "no", "0", "false"})
_OURS = frozenset({"service", "delay", "cache"})
_NUMBERS = frozenset({"timeout", "delay"})
_TIMEOUT = 10.0
_DELAY = 1.0
# Services that anyone can run, so that geopy knows a public server for them. That server's owner
# wants to know who asks and forbids bulk use: the user has to choose it by name.
_NEEDS = {"nominatim": ("domain", "user_agent"), "photon": ("domain", "user_agent")}


@runtime_checkable
class Geocodes(Protocol):
    """Anything with geopy's `geocode`."""

    def geocode(self, query: Any, *, exactly_one: bool = True) -> Any:
        """Return a geopy Location, a list of them, or None."""


def online_geocoder(name: str, **config: Any) -> Geocoder:
    """Return a geopy geocoder by the name of its service.

    Parameters
    ----------
    name
        A key of `geopy.geocoders.SERVICE_TO_GEOCODER`: "nominatim", "photon", "geonames",
        "pelias", "opencage" ...
    **config
        Arguments of that class. `domain` may carry the scheme ("http://127.0.0.1:8088");
        `timeout` is seconds, 10 by default.

    Raises
    ------
    geopy.exc.ConfigurationError
        The service is unknown, or an argument is missing, unknown, or refused (a ValueError).
    """
    try:
        service = get_geocoder_for_service(name)
    except GeocoderNotFound as error:
        known = ", ".join(sorted(SERVICE_TO_GEOCODER))
        raise ConfigurationError(
            f"no geocoder is called {name!r:.80}; there are {known}"
        ) from error
    parameters = inspect.signature(service.__init__).parameters
    given = _with_scheme(config)
    unknown = sorted(set(given) - set(parameters))
    if unknown:
        takes = ", ".join(key for key in parameters if key != "self")
        raise ConfigurationError(f"{name} takes no {', '.join(unknown)}; it takes {takes}")
    needed = [key for key in _NEEDS.get(name.lower(), ()) if not given.get(key)]
    needed += [
        key
        for key, parameter in parameters.items()
        if key != "self" and parameter.default is parameter.empty and not given.get(key)
    ]
    if needed:
        raise ConfigurationError(
            f"{name} needs {' and '.join(needed)}, for instance "
            + ", ".join(f"{_PREFIX}_{key.upper()}=..." for key in needed)
        )
    if "adapter_factory" in parameters:
        given.setdefault("adapter_factory", _adapter)
    return service(**{"timeout": _TIMEOUT, **given})


def _adapter(*, proxies: object, ssl_context: object) -> BaseSyncAdapter:
    """The adapter of geopy less its own retries, which know neither pace nor Retry-After."""
    if RequestsAdapter.is_available:
        return RequestsAdapter(proxies=proxies, ssl_context=ssl_context, max_retries=0)
    return URLLibAdapter(proxies=proxies, ssl_context=ssl_context)


def _with_scheme(config: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments with a scheme that stands in the domain moved to `scheme`."""
    given = dict(config)
    scheme, mark, rest = str(given.get("domain") or "").partition("://")
    if mark:
        if scheme not in {"http", "https"}:
            raise ConfigurationError(
                f"domain is {given['domain']!r}; only http and https are known"
            )
        given["domain"], given["scheme"] = rest, given.get("scheme") or scheme
    return given


class FallbackChain:
    """Ask geocoders in turn until one knows the place.

    Parameters
    ----------
    geocoders
        Anything with geopy's `geocode`, the first to ask first.
    accept
        Whether an answer is good enough to stop at. The first answer that is not stands in the
        end if nobody has a better one.
    swallow_exceptions
        As in geopy's RateLimiter: a geocoder that fails counts as one that does not know. Its
        error is logged, and stands in its `report`. It is raised all the same where every
        geocoder failed, and where this is False and no geocoder knows the place.
    """

    def __init__(
        self,
        geocoders: Sequence[Geocodes],
        *,
        accept: Callable[[Location], bool] | None = None,
        swallow_exceptions: bool = True,
    ) -> None:
        if not geocoders:
            raise ValueError("a chain needs at least one geocoder")
        self.geocoders = tuple(geocoders)
        self.accept = accept
        self.swallow_exceptions = swallow_exceptions

    def geocode(
        self,
        query: str | Mapping[str, str],
        *,
        exactly_one: bool = True,
        timeout: Any = DEFAULT_SENTINEL,
        **options: Any,
    ) -> Location | list[Location] | None:
        """Return the first answer of the geocoders, by geopy's contract.

        Parameters
        ----------
        query
            As the geocoders take it.
        exactly_one
            The best place, or a list of them.
        timeout
            Seconds a request.
        **options
            Handed on: `country_codes`, `limit`, `featuretype`, `viewbox`, `bounded`, `language`,
            where `OfflineGeocoder` and `CachedGeocoder` stand in the chain.

        Returns
        -------
        Location, list of Location, or None
            Of one geocoder; answers are not mixed.

        Raises
        ------
        geopy.exc.GeocoderServiceError
            Every geocoder failed (or one did, without `swallow_exceptions`, and none knew).
        """
        if timeout is not DEFAULT_SENTINEL:
            options["timeout"] = timeout
        errors: list[GeocoderServiceError] = []
        reserve: Location | list[Location] | None = None
        for geocoder in self.geocoders:
            try:
                found = geocoder.geocode(query, exactly_one=exactly_one, **options)
            except GeocoderServiceError as error:
                logger.warning("%s failed for %r: %s", type(geocoder).__name__, query, error)
                errors.append(error)
                continue
            if not found:
                continue
            best = found if exactly_one else found[0]
            if self.accept is None or self.accept(best):
                return found
            reserve = reserve or found
        failed = len(errors) == len(self.geocoders) or not self.swallow_exceptions
        if reserve is None and errors and failed:
            raise errors[0]
        return reserve

    def reverse(
        self,
        query: Any,
        *,
        exactly_one: bool = True,
        timeout: Any = DEFAULT_SENTINEL,
        **options: Any,
    ) -> Location | list[Location] | None:
        """Return what the first geocoder with `reverse` answers; positions are sent to no other.

        Raises
        ------
        TypeError
            None of the geocoders has `reverse`.
        """
        for geocoder in self.geocoders:
            reverse = getattr(geocoder, "reverse", None)
            if reverse is not None:
                return reverse(query, exactly_one=exactly_one, timeout=timeout, **options)
        raise TypeError("no geocoder of this chain has reverse")

    @property
    def report(self) -> Report:
        """What the geocoders that keep a report looked up, in one report."""
        return merged([item.report for item in self.geocoders if hasattr(item, "report")])


def settings(
    environ: Mapping[str, str] | None = None, config: str | Path | None = None
) -> dict[str, Any] | None:
    """Return what the environment and the file say about an online geocoder, or None: off.

    Parameters
    ----------
    environ
        Default: the process's own.
    config
        A TOML file; default what `DATELINE_GEOCODER_CONFIG` names, if anything.

    Returns
    -------
    dict or None
        `service`, and the keys of the module's docstring in small letters.

    Raises
    ------
    geopy.exc.ConfigurationError
        The file is missing or no such file, or a number is none (it is a ValueError).
    """
    environ = os.environ if environ is None else environ
    given: dict[str, Any] = {}
    path = config or environ.get(f"{_PREFIX}_CONFIG")
    if path:
        given.update(_from_file(Path(path)))
    for key, value in environ.items():
        if key == _PREFIX:
            given["service"] = value
        elif key.startswith(f"{_PREFIX}_") and key != f"{_PREFIX}_CONFIG" and value:
            given[key[len(_PREFIX) + 1 :].lower()] = value
    if str(given.get("service", "")).strip().lower() in _OFF:
        return None
    given["service"] = str(given["service"]).strip().lower()
    for key in _NUMBERS & set(given):
        given[key] = _number(key, given[key])
    return given


def _from_file(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            content = tomllib.load(file)
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"cannot read the geocoder's settings: {path}: {error}") from error
    table = content.get("geocoder")
    if not isinstance(table, dict) or set(content) != {"geocoder"}:
        raise ConfigurationError(f"{path} must hold one table, [geocoder]")
    return table


def _number(key: str, value: object) -> float:
    try:
        number = float(str(value))
    except ValueError:
        number = -1.0
    if not 0 <= number < 86_400:
        raise ConfigurationError(f"{key} is {value!r}; it must be a number of seconds")
    return number


def configured_geocoder(
    offline: OfflineGeocoder | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    config: str | Path | None = None,
) -> OfflineGeocoder | FallbackChain:
    """Return the geocoder that the user wants: offline alone, unless an online one is configured.

    Parameters
    ----------
    offline
        The first to be asked; default a new `OfflineGeocoder`.
    environ, config
        As for `settings`.

    Returns
    -------
    OfflineGeocoder or FallbackChain
        The chain asks online what the gazetteer does not know, or knows only by the province in
        which it lies.

    Raises
    ------
    geopy.exc.ConfigurationError
        The settings do not make a geocoder (a ValueError).
    """
    offline = offline or OfflineGeocoder()
    given = settings(environ, config)
    if given is None:
        return offline
    arguments = {key: value for key, value in given.items() if key not in _OURS}
    geocoder = online_geocoder(given["service"], **arguments)
    path = given.get("cache") or cache_folder() / "geocoder.sqlite"
    cached = CachedGeocoder(geocoder, path, min_delay_seconds=given.get("delay", _DELAY))
    return FallbackChain([offline, cached], accept=_placed)


def _placed(location: Location) -> bool:
    """Whether a place has a position of its own, not just that of the division around it."""
    return not isinstance(location.raw, dict) or location.raw.get("position") != "parent"
