"""A geocoding service behind a store of answers: asked once a name, at its pace, never more.

`CachedGeocoder` wraps any geopy geocoder and keeps geopy's signature. It answers from the store
where it can; else it waits its turn, asks, retries what is worth retrying, and keeps the answer,
"nothing" too. When the service fails it raises geopy's errors and stops asking for a while; what
was answered before is safe in the store, so a later run goes on where this one stopped.
"""

import inspect
import sqlite3
import threading
import time
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from geopy.adapters import AdapterHTTPError, get_retry_after
from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderParseError,
    GeocoderQueryError,
    GeocoderQuotaExceeded,
    GeocoderRateLimited,
    GeocoderServiceError,
    GeocoderUnavailable,
)
from geopy.geocoders.base import DEFAULT_SENTINEL
from geopy.location import Location
from geopy.util import logger

from geo.answers import AnswerStore, Lookup, Report, key_of
from geo.containment import country_list
from geo.countries import ALPHA2
from geo.gazetteer import default_gazetteer

__all__ = ["CachedGeocoder", "place_name"]

_LONGEST = 120
_MOST_WORDS = 12
_OPTIONS = frozenset(["country_codes", "limit", "featuretype", "viewbox", "bounded", "language"])
_KEYS = ("city", "county", "state", "country")
_DAY = 86_400.0
_DEFAULT_LIMIT = 10
# Waiting does not mend these.
_HOPELESS = (
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderQuotaExceeded,
    GeocoderQueryError,
)


def place_name(query: object) -> str | dict[str, str]:
    """Return a query as it may leave the machine: a place name, and nothing that is none.

    Parameters
    ----------
    query
        A text, or a mapping with any of city, county, state and country.

    Returns
    -------
    str or dict
        NFC, blanks run together.

    Raises
    ------
    geopy.exc.GeocoderQueryError
        It is something else, empty, over 120 characters or 12 words, or has control characters,
        an address of the web or of a mailbox.
    """
    if isinstance(query, Mapping):
        strange = sorted(str(key) for key in query if key not in _KEYS)
        if strange or not query:
            known = ", ".join(_KEYS)
            raise GeocoderQueryError(
                f"only {known} may be sent, not {', '.join(strange) or 'none'}"
            )
        return {key: _clean(query[key]) for key in _KEYS if query.get(key)}
    return _clean(query)


def _clean(text: object) -> str:
    if not isinstance(text, str):
        raise GeocoderQueryError(f"a place name must be text, not {text!r:.80}")
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if any(unicodedata.category(c) in {"Cc", "Cs", "Co"} for c in name):
        raise GeocoderQueryError(f"not a place name (control characters): {name!a:.80}")
    if not any(c.isalpha() for c in name):
        raise GeocoderQueryError(f"not a place name (no letters): {name!r:.80}")
    if len(name) > _LONGEST or len(name.split()) > _MOST_WORDS:
        raise GeocoderQueryError(f"not a place name (too long): {name!r:.80}")
    if "@" in name or "://" in name or name.startswith("www."):
        raise GeocoderQueryError(f"not a place name (an address): {name!r:.80}")
    return name


class CachedGeocoder:
    """Geocode with a service of geopy's, through a store of its answers.

    Parameters
    ----------
    geocoder
        A geopy geocoder with synchronous requests.
    path
        File of the store (`geo.answers.AnswerStore`); services may share one.
    service
        The service's name in store and report; default its class and domain.
    ask
        False to answer from the store alone, as the workers of a cluster do.
    min_delay_seconds
        Between two requests to the service, of all processes with the same store.
    max_retries, error_wait_seconds
        How often to ask again after an error that may pass, and how long to wait before: once
        this, then twice, four times ... A Retry-After of the service counts instead.
    max_wait_seconds
        Longer than this nobody waits at a service's request: the name fails at once, and so do
        all names after it until the time has come.
    give_up_after, rest_seconds
        After so many names in a row failed, none is sent for so many seconds.
    negative_days, positive_days
        Age at which "nothing" and a found place are asked again; None for never.
    clock, sleep
        Seconds since 1970, and waiting; tests give their own.

    Attributes
    ----------
    report : Report
        What was looked up.

    Raises
    ------
    ValueError
        `path` is a file, but no such store.
    """

    def __init__(
        self,
        geocoder: Any,
        path: str | Path,
        *,
        service: str | None = None,
        ask: bool = True,
        min_delay_seconds: float = 1.0,
        max_retries: int = 2,
        error_wait_seconds: float = 5.0,
        max_wait_seconds: float = 120.0,
        give_up_after: int = 3,
        rest_seconds: float = 60.0,
        negative_days: float | None = 30.0,
        positive_days: float | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.geocoder = geocoder
        self.service = service or _service_name(geocoder)
        self.ask = ask
        self.store = AnswerStore(path)
        self.report = Report()
        self.min_delay_seconds = min_delay_seconds
        self.max_retries = max_retries
        self.error_wait_seconds = error_wait_seconds
        self.max_wait_seconds = max_wait_seconds
        self.give_up_after = give_up_after
        self.rest_seconds = rest_seconds
        self.negative_days = negative_days
        self.positive_days = positive_days
        self._clock = clock
        self._sleep = sleep
        self._asking = threading.Lock()
        self._failures = 0
        self._resting_until = 0.0
        self._last_error = ""

    def geocode(
        self,
        query: str | Mapping[str, str],
        *,
        exactly_one: bool = True,
        timeout: Any = DEFAULT_SENTINEL,
        country_codes: str | Sequence[str] | None = None,
        limit: int | None = None,
        featuretype: str | None = None,
        viewbox: Sequence[Any] | None = None,
        bounded: bool = False,
        language: str | bool | None = None,
    ) -> Location | list[Location] | None:
        """Return where a place is, from the store or the service.

        Parameters
        ----------
        query
            A place name, or a mapping with city, county, state, country; see `place_name`.
        exactly_one
            The best place, or a list of them.
        timeout
            Seconds a request; default the geocoder's.
        country_codes
            ISO 3166-1 codes, alpha-2 or alpha-3. A service without such an option gets the
            country's name behind the place's.
        limit
            The most places of a list; default 10.
        featuretype, bounded
            As in geopy's Nominatim; refused where the service has no such option.
        viewbox, language
            As in geopy's Nominatim; not sent where the service has no such option.

        Returns
        -------
        Location, list of Location, or None
            None when the service knows no such place, and where it was never asked and is not to
            be (`ask`; the report has it as "not sent").

        Raises
        ------
        geopy.exc.GeocoderQueryError
            This is no place name, or an option is refused. Nothing was sent.
        geopy.exc.GeocoderServiceError
            The service failed. The report has it, too.
        """
        if limit is not None and int(limit) < 1:
            raise GeocoderQueryError(f"limit is {limit!r}; it must be 1 or more")
        wanted = {
            "country_codes": country_list(country_codes),
            "limit": None if exactly_one else limit,
            "featuretype": featuretype,
            "viewbox": viewbox,
            "bounded": bounded,
            "language": language,
        }
        try:
            name = place_name(query)
            text, options = self._request(name, {k: v for k, v in wanted.items() if v})
        except GeocoderQueryError as error:
            self._note(f"{query!r:.80}", "not sent", str(error).split(":")[0])
            raise
        key = key_of(self.service, _folded(text), bool(exactly_one), options)
        found = self._stored(key, text)
        if found is None and not self.ask:
            self._note(_shown(text), "not sent", "never asked before, and not to be asked")
            return None
        if found is None:
            with self._asking:  # another thread may just have asked
                found = self._stored(key, text)
                if found is None:
                    found = self._ask(key, text, exactly_one, timeout, options)
        if exactly_one:
            return found[0] if found else None
        return list(found[: limit or _DEFAULT_LIMIT]) or None

    # --- the question -------------------------------------------------------------------------

    def _request(
        self, name: str | dict[str, str], wanted: dict[str, Any]
    ) -> tuple[str | dict[str, str], dict[str, Any]]:
        """The query and the options in the words of the service."""
        takes = self._takes()
        options = {k: v for k, v in wanted.items() if k in takes and k != "country_codes"}
        for key in ("featuretype", "bounded"):
            if key in wanted and key not in takes:
                raise GeocoderQueryError(f"{self.service} has no option {key}")
        query: str | dict[str, str] = name
        if isinstance(name, dict) and not hasattr(self.geocoder, "structured_query_params"):
            query = ", ".join(name.values())
        codes = wanted.get("country_codes")
        if not codes:
            return query, options
        # Each service calls it otherwise; all of these take a list.
        if "country_codes" in takes:
            options["country_codes"] = [ALPHA2[code].lower() for code in codes]
        elif "countries" in takes:
            options["countries"] = codes
        elif "country" in takes:
            options["country"] = [ALPHA2[code] for code in codes]
        else:
            query = _with_country(query, codes, self.service)
        return query, options

    def _takes(self) -> frozenset[str]:
        """Names of the options of the service's `geocode`."""
        parameters = inspect.signature(self.geocoder.geocode).parameters
        anything = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
        return frozenset(parameters) | (_OPTIONS if anything else frozenset())

    # --- the answer ---------------------------------------------------------------------------

    def _stored(self, key: str, text: str | dict[str, str]) -> tuple[Location, ...] | None:
        answer = self.store.get(key)
        if answer is None:
            return None
        days = self.positive_days if answer.found else self.negative_days
        # An old answer is better than none, where nobody is to be asked.
        old = days is not None and self._clock() - answer.asked > days * _DAY
        if old and self.ask:
            return None
        self._note(_shown(text), "found in cache" if answer.found else "nothing in cache")
        return answer.found

    def _ask(
        self,
        key: str,
        text: str | dict[str, str],
        exactly_one: bool,  # noqa: FBT001
        timeout: Any,
        options: Mapping[str, Any],
    ) -> tuple[Location, ...]:
        """Ask the service, keep its answer, and note what happened."""
        began, shown = self._clock(), _shown(text)
        if began < self._resting_until:
            why = f"resting after {self._failures} failures in a row, the last: {self._last_error}"
            self._note(shown, "not sent", why)
            raise GeocoderUnavailable(f"{self.service}: {why}")
        sent: list[bool] = []
        try:
            found = self._tries(text, exactly_one, timeout, options, sent)
        except GeocoderServiceError as error:
            why = f"{type(error).__name__}: {error}".split("\n")[0][:200]
            self._note(shown, "failed" if sent else "not sent", why, self._clock() - began)
            if not isinstance(error, GeocoderQueryError) and sent:
                self._failures += 1
                self._last_error = why
                hopeless = isinstance(error, _HOPELESS) and _asked_to_wait(error) is None
                if self._failures >= self.give_up_after or hopeless:
                    self._resting_until = self._clock() + self.rest_seconds
            raise
        self._failures = 0
        self._note(shown, "found" if found else "nothing", seconds=self._clock() - began)
        try:
            self.store.put(key, found, self._clock())
        except sqlite3.Error as error:
            logger.warning("the answer for %r is not kept: %s: %s", shown, self.store.path, error)
        return found

    def _tries(
        self,
        text: str | dict[str, str],
        exactly_one: bool,  # noqa: FBT001
        timeout: Any,
        options: Mapping[str, Any],
        sent: list[bool],
    ) -> tuple[Location, ...]:
        """Ask until there is an answer or no more hope; `sent` gets an entry a request."""
        for attempt in range(self.max_retries + 1):
            self._wait_turn()
            sent.append(True)
            try:
                return self._once(text, exactly_one, timeout, options)
            except GeocoderServiceError as error:
                wait = _asked_to_wait(error)
                pause = self.error_wait_seconds * 2**attempt if wait is None else wait
                if wait is not None or isinstance(error, GeocoderRateLimited):
                    self.store.hold(self.service, self._clock() + pause)
                elif isinstance(error, _HOPELESS):
                    raise
                elif attempt < self.max_retries:
                    self._sleep(pause)
                if attempt == self.max_retries:
                    raise
        raise AssertionError("unreachable")

    def _wait_turn(self) -> None:
        while True:
            wait, refused = self.store.turn(self.service, self.min_delay_seconds, self._clock())
            if refused and wait > self.max_wait_seconds:
                raise GeocoderRateLimited(
                    f"{self.service} asked not to be asked for {wait:.0f} s more", retry_after=wait
                )
            if wait > 0:
                self._sleep(wait)
            if not refused:
                return

    def _once(
        self,
        text: str | dict[str, str],
        exactly_one: bool,  # noqa: FBT001
        timeout: Any,
        options: Mapping[str, Any],
    ) -> tuple[Location, ...]:
        try:
            answer = self.geocoder.geocode(
                text, exactly_one=exactly_one, timeout=timeout, **options
            )
        except GeocoderServiceError:
            raise
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            # geopy takes the answer apart without looking; this is how garbage shows.
            raise GeocoderParseError(f"answer not understood: {error}") from error
        found = [] if answer is None else [answer] if exactly_one else list(answer)
        if any(not isinstance(place, Location) or not place.address for place in found):
            # An answer without coordinates becomes (0, 0) in geopy, without a name.
            raise GeocoderParseError("answer not understood: a place without a name")
        return tuple(found)

    def _note(self, query: str, outcome: str, reason: str = "", seconds: float = 0.0) -> None:
        self.report.add(Lookup(self.service, query, outcome, reason, round(seconds, 3)))


def _service_name(geocoder: Any) -> str:
    """Class and server; keys and user names stay out of it, so that they stay out of the file."""
    name = type(geocoder).__name__.lower()
    domain = getattr(geocoder, "domain", None)
    return f"{name} at {domain}" if isinstance(domain, str) and domain else name


def _asked_to_wait(error: GeocoderServiceError) -> float | None:
    """Seconds of a Retry-After, which may come with 503 as well as with 429."""
    wait = getattr(error, "retry_after", None)
    if wait is None and isinstance(error.__cause__, AdapterHTTPError):
        wait = get_retry_after(error.__cause__.headers or {})
    return None if wait is None else max(0.0, float(wait))


def _with_country(query: str | dict[str, str], codes: Sequence[str], service: str) -> str:
    if len(codes) > 1:
        raise GeocoderQueryError(f"{service} takes one country at a time, not {', '.join(codes)}")
    country = default_gazetteer().country(codes[0])
    name = country.name if country else codes[0]
    text = query if isinstance(query, str) else ", ".join(query.values())
    return text if text.casefold().endswith(name.casefold()) else f"{text}, {name}"


def _folded(text: str | dict[str, str]) -> str | dict[str, str]:
    """The same for spellings that no service tells apart: case, blanks around commas."""
    if isinstance(text, dict):
        return {key: value.casefold() for key, value in text.items()}
    return ", ".join(part.strip() for part in text.casefold().split(",") if part.strip())


def _shown(text: str | dict[str, str]) -> str:
    return text if isinstance(text, str) else ", ".join(text.values())
