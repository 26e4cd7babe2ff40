"""A geopy geocoder that works offline, over the gazetteer and the boundaries.

`OfflineGeocoder` keeps geopy's contract, so that it stands wherever a geopy geocoder does: in
`geopy.extra.rate_limiter.RateLimiter`, in `geopandas.tools.geocode(names, provider=...)`, and as
the first link of `geo.online.FallbackChain`. It never touches the network: its adapter refuses.

    >>> from geo.geocoder import OfflineGeocoder
    >>> OfflineGeocoder().geocode("Imam Sahib, Kunduz, Afghanistan").raw["country"]
    'AFG'

geopy's order of coordinates is (latitude, longitude), and so it is in its `Point`, `Location` and
here in `reverse` and `viewbox`; `bbox` in `Location.raw` is (west, south, east, north). All are
degrees, EPSG:4326.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, NoReturn, cast

import shapely
from geopy.adapters import BaseSyncAdapter
from geopy.exc import GeocoderQueryError
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location
from geopy.point import Point
from shapely.geometry.base import BaseGeometry

from geo.boundaries import Boundaries, default_boundaries
from geo.containment import (
    COUNTRY_FEATURES,
    Part,
    country_list,
    holds,
    in_box,
    in_countries,
    is_country,
    query_parts,
)
from geo.gazetteer import COUNTRY_BONUS, Candidate, Gazetteer, Place, default_gazetteer
from geo.geodesy import GEOD, bbox_polygon
from geo.nearest import Nearest

__all__ = ["FEATURE_TYPES", "OfflineGeocoder"]

#: geopy's (Nominatim's) feature types, as beginnings of GeoNames feature codes.
FEATURE_TYPES: Mapping[str, tuple[str, ...]] = {
    "country": COUNTRY_FEATURES,
    "state": ("ADM1",),
    "city": ("PPL",),
    "settlement": ("PPL", "ADM1", "ADM2"),
}

_DEFAULT_LIMIT = 10  # Nominatim's
_MOST_PARTS = 8
_POOL = 100  # candidates weighed per part: there are some 40 Springfields
_MOST_SCOPES = 12
_CLEAR_LEAD = 2.0  # a container this much better known, if it has the place, is the one meant
_APPROXIMATE = frozenset({"skeleton", "fuzzy"})
# A near spelling is no answer where another lies this near to it in score and farther away than
# this. Of 8,337 hidden names (see geo.gazetteer) it halves the wrong answers.
_CONTESTED, _SAME_KM = 1.0, 25.0
# Towns that are no more: GeoNames' historical, abandoned and destroyed ones.
_GONE = frozenset({"PPLH", "PPLQ", "PPLW", "PPLCH"})


class _NoNetwork(BaseSyncAdapter):  # type: ignore[misc]  # geopy has no types
    """The adapter of a geocoder that asks nobody."""

    def __init__(self, *, proxies: object, ssl_context: object) -> None:
        super().__init__(proxies=proxies, ssl_context=ssl_context)

    def get_json(self, url: str, **_: object) -> NoReturn:
        raise RuntimeError(f"the offline geocoder must not ask {url}")

    get_text = get_json


class OfflineGeocoder(Geocoder):  # type: ignore[misc]  # geopy has no types
    """Geocode with the shipped gazetteer; no network, no key, no limit of rate.

    Parameters
    ----------
    gazetteer, boundaries
        Where to look; the shipped ones by default, opened on first use.
    fuzzy
        Look for near spellings too, in a country that the query names, where no exact one exists.
    radius_km
        How far `reverse` looks for a town, kilometres.
    timeout, proxies, user_agent, ssl_context
        Taken for geopy's sake and not used.
    """

    def __init__(
        self,
        *,
        gazetteer: Gazetteer | None = None,
        boundaries: Boundaries | None = None,
        fuzzy: bool = True,
        radius_km: float = 50.0,
        timeout: object = DEFAULT_SENTINEL,
        proxies: object = DEFAULT_SENTINEL,
        user_agent: str | None = None,
        ssl_context: object = DEFAULT_SENTINEL,
    ) -> None:
        super().__init__(
            timeout=timeout,
            proxies=proxies,
            user_agent=user_agent,
            ssl_context=ssl_context,
            adapter_factory=_NoNetwork,
        )
        self._given = gazetteer, boundaries
        self.fuzzy = fuzzy
        self.radius_km = radius_km

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The gazetteer that is asked."""
        return self._given[0] or default_gazetteer()

    @cached_property
    def boundaries(self) -> Boundaries:
        """The boundaries that tell country and ADM1 of a point."""
        return self._given[1] or default_boundaries()

    # --- forward ------------------------------------------------------------------------------

    def geocode(
        self,
        query: str | Mapping[str, str],
        *,
        exactly_one: bool = True,
        timeout: object = DEFAULT_SENTINEL,  # noqa: ARG002 (geopy's contract)
        country_codes: str | Sequence[str] | None = None,
        limit: int | None = None,
        featuretype: str | None = None,
        viewbox: Sequence[Any] | None = None,
        bounded: bool = False,
        language: str | bool | None = None,  # noqa: ARG002 (names are English)
    ) -> Location | list[Location] | None:
        """Return where a named place is.

        Parameters
        ----------
        query
            A name, perhaps with what contains it, smallest first: "Kunduz", "Paris, Texas",
            "Imam Sahib, Kunduz, Afghanistan"; or a mapping with any of `city`, `county`, `state`
            and `country` (or `q` for a free text); other keys are ignored, as geopy does. Every
            part must be known and contain the one before: an unknown or contradicting part
            gives None, so that another geocoder may be asked.
        exactly_one
            The best place, or a list of them.
        timeout
            Ignored.
        country_codes
            ISO 3166-1 codes, alpha-2 or alpha-3, of which the place must be.
        limit
            The most places of a list; default 10.
        featuretype
            One of `FEATURE_TYPES`.
        viewbox
            Two corners, each a geopy Point or (latitude, longitude): places inside come first.
        bounded
            Leave out what lies outside of `viewbox`.
        language
            Ignored: names are English.

        Returns
        -------
        Location, list of Location, or None
            None when nothing is found. `raw` has `place_id`, `name`, `feature`, `country`,
            `admin1`, `admin1_id`, `admin2`, `population`, `position` and `bbox` as in
            `geo.gazetteer.Place`; `score`, `match` and `matched` as in `Candidate`; `geometry`:
            ("admin1", place_id) or ("country", ISO3) for `geo.boundaries`, or None.

        Raises
        ------
        geopy.exc.GeocoderQueryError
            The query is no text or mapping, or an option is not one of those above.
        """
        parts = query_parts(query)
        countries = country_list(country_codes)
        features = _features(featuretype)
        box = _box(viewbox)
        if limit is not None and int(limit) < 1:
            raise GeocoderQueryError(f"limit is {limit!r}; it must be 1 or more")
        found = self._find(parts, countries)
        if features:
            found = [item for item in found if item.place.feature.startswith(features)]
        if box is not None:
            found.sort(key=lambda item: not in_box(item.place, box))
            if bounded:
                found = [item for item in found if in_box(item.place, box)]
        most = 1 if exactly_one else _DEFAULT_LIMIT if limit is None else int(limit)
        return _answer([self._location(item) for item in found[:most]], exactly_one=exactly_one)

    def _find(self, parts: Sequence[Part], countries: Sequence[str]) -> list[Candidate]:
        """Candidates of the first part that lie in all the others; best first."""
        if not 0 < len(parts) <= _MOST_PARTS:
            return []
        scopes: list[Candidate] = []
        for part in reversed(parts[1:]):
            scopes = self._narrow(part, scopes, countries)[:_MOST_SCOPES]
            if not scopes:
                break
        if scopes or len(parts) == 1:
            return self._narrow(parts[0], scopes, countries)
        # "Korea, Republic of": a name that has a comma of its own.
        names = [part.text for part in parts]
        for whole in (" ".join(names), " ".join(reversed(names))):
            found = self._narrow(Part(whole), [], countries)
            if found:
                return found
        return []

    def _narrow(
        self, part: Part, scopes: Sequence[Candidate], countries: Sequence[str]
    ) -> list[Candidate]:
        """Candidates of a part within the scopes (anywhere, if there are none) and countries."""
        found = self._search(part, scopes, countries, fuzzy=False)
        if not found and self.fuzzy and (scopes or countries):
            found = _settled(self._search(part, scopes, countries, fuzzy=True))
        return found

    def _search(
        self, part: Part, scopes: Sequence[Candidate], countries: Sequence[str], *, fuzzy: bool
    ) -> list[Candidate]:
        strength: dict[str | None, float] = dict.fromkeys(countries, 0.0) or {None: 0.0}
        if scopes:
            # Scopes come best first: the first of a country is its best.
            strength = {s.place.country: s.score for s in reversed(scopes)}
            strength = dict(sorted(strength.items(), key=lambda item: -item[1]))
        best: dict[str, tuple[tuple[int, float], Candidate]] = {}
        top = max(strength.values())
        for country, score in strength.items():
            if best and score < top - _CLEAR_LEAD:
                break
            pool = self.gazetteer.candidates(part.text, country=country, limit=_POOL, fuzzy=fuzzy)
            for entry in pool:
                item = entry
                if country is not None and entry.place.country == country:
                    item = replace(entry, score=round(entry.score - COUNTRY_BONUS, 3))
                weight = _weight(item.place, part, scopes, countries)
                if weight is None:
                    continue
                rank = (_tier(item, part), -item.score - weight)
                known = best.get(item.place.place_id)
                if known is None or rank < known[0]:
                    best[item.place.place_id] = rank, item
        return [item for _, item in sorted(best.values(), key=lambda entry: entry[0])]

    # --- reverse ------------------------------------------------------------------------------

    def reverse(
        self,
        query: Point | Sequence[float] | str,
        *,
        exactly_one: bool = True,
        timeout: object = DEFAULT_SENTINEL,  # noqa: ARG002 (geopy's contract)
        limit: int | None = None,
        language: str | bool | None = None,  # noqa: ARG002 (names are English)
    ) -> Location | list[Location] | None:
        """Return the populated place nearest to a point.

        Parameters
        ----------
        query
            A geopy Point, (latitude, longitude), or "latitude, longitude"; degrees.
        exactly_one
            The nearest place, or a list, nearest first.
        timeout
            Ignored.
        limit
            The most places of a list; default 10.
        language
            Ignored: names are English.

        Returns
        -------
        Location, list of Location, or None
            `raw` as `geocode` gives it, with `match` "nearest" and `distance_km` (geodesic), but
            `country`, `admin1` and `admin1_id` are those of the point asked for, by the
            boundaries. Where no town lies within `radius_km`: the ADM1 or country of the point
            (`match` "within"). None at sea.

        Raises
        ------
        geopy.exc.GeocoderQueryError
            `query` is no point on the globe (it is a ValueError too).
        """
        latitude, longitude = _point(query)
        if limit is not None and int(limit) < 1:
            raise GeocoderQueryError(f"limit is {limit!r}; it must be 1 or more")
        most = 1 if exactly_one else _DEFAULT_LIMIT if limit is None else int(limit)
        country = self.boundaries.country_at(longitude, latitude)
        admin1 = self.boundaries.admin1_at(longitude, latitude)
        here: dict[str, Any] = {}
        if country is not None:
            here["country"] = country
        if admin1 is not None:
            here["admin1_id"], here["admin1"] = admin1
        numbers, index = self._towns
        found = []
        for row, _ in index.near(longitude, latitude, self.radius_km, most):
            place = self.gazetteer.numbered(numbers[row])
            metres = GEOD.inv(longitude, latitude, place.longitude, place.latitude)[2]
            raw = _raw(place, match="nearest", distance_km=round(metres / 1000, 3))
            found.append(self._named(place, raw | here))
        if not found:
            around = self.gazetteer.place(admin1[0]) if admin1 else None
            around = around or (self.gazetteer.country(country) if country else None)
            if around is not None:
                found.append(self._named(around, _raw(around, match="within") | here))
        return _answer(found, exactly_one=exactly_one)

    @cached_property
    def _towns(self) -> tuple[list[int], Nearest]:
        """Numbers of the populated places of the gazetteer, and where they are."""
        numbers, longitudes, latitudes = self.gazetteer.points("PPL", without=_GONE)
        return list(numbers), Nearest(longitudes, latitudes)

    # --- results ------------------------------------------------------------------------------

    def geometry(self, location: Location) -> BaseGeometry:
        """Return the shape of a place found: its polygon, box or point, EPSG:4326 (lon, lat).

        Parameters
        ----------
        location
            What `geocode` or `reverse` gave.
        """
        shape: BaseGeometry | None = None
        match location.raw["geometry"]:
            case ("admin1", place_id):
                shape = self.boundaries.admin1(place_id)
            case ("country", iso3):
                shape = self.boundaries.country(iso3)
        if shape is None and location.raw["bbox"] is not None:
            shape = bbox_polygon(location.raw["bbox"])
        return shapely.Point(location.longitude, location.latitude) if shape is None else shape

    def _location(self, candidate: Candidate) -> Location:
        place = candidate.place
        raw = _raw(place, match=candidate.match, matched=candidate.matched, score=candidate.score)
        return self._named(place, raw)

    def _named(self, place: Place, raw: dict[str, Any]) -> Location:
        """A geopy Location with its address: name, divisions above, country."""
        country = self.gazetteer.country(place.country) if place.country else None
        names = [place.name, place.admin2, place.admin1, country.name if country else None]
        address = ", ".join(dict.fromkeys(name for name in names if name))
        return Location(address, Point(place.latitude, place.longitude), raw)


def _features(featuretype: str | None) -> tuple[str, ...]:
    if not featuretype:
        return ()
    if featuretype not in FEATURE_TYPES:
        known = ", ".join(FEATURE_TYPES)
        raise GeocoderQueryError(f"featuretype is {featuretype!r}; it must be one of {known}")
    return FEATURE_TYPES[featuretype]


def _point(query: object) -> tuple[float, float]:
    """Latitude and longitude of geopy's ways to write a point."""
    within = True
    try:
        if not isinstance(query, Point | str):
            # geopy takes None for (0, 0), and warns before it raises for (longitude, latitude).
            first: Any = cast("Sequence[Any]", query)[0]
            within = -90 <= float(first) <= 90
        point = Point(query if within else "")
    except (TypeError, ValueError, LookupError) as error:
        raise GeocoderQueryError(f"{query!r:.80} is not a point (latitude, longitude)") from error
    return point.latitude, point.longitude


def _box(viewbox: Sequence[Any] | None) -> tuple[float, float, float, float] | None:
    """(west, south, east, north) of a viewbox; as in geopy, it does not cross 180 degrees."""
    if not viewbox:
        return None
    if isinstance(viewbox, str) or len(viewbox) != 2:
        raise GeocoderQueryError(f"viewbox must be two corners, not {viewbox!r:.80}")
    (y0, x0), (y1, x1) = (_point(corner) for corner in viewbox)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _fits(place: Place, features: tuple[str, ...]) -> bool:
    return not features or place.feature.startswith(features)


def _weight(
    place: Place, part: Part, scopes: Sequence[Candidate], countries: Sequence[str]
) -> float | None:
    """What the best container of a place adds to its rank; None where it may not be the answer."""
    if not _fits(place, part.features) or not in_countries(place, countries):
        return None
    if not scopes:
        return 0.0
    return next((scope.score / 2 for scope in scopes if holds(scope.place, place)), None)


def _tier(candidate: Candidate, part: Part) -> int:
    """0 for an exact match of a preferred kind, up to 3 for a near spelling of another kind."""
    tier = 2 if candidate.match in _APPROXIMATE else 0
    return tier + (part.preferred != () and not _fits(candidate.place, part.preferred))


def _settled(found: list[Candidate]) -> list[Candidate]:
    """Near spellings, unless the best could as well be another place: then none at all."""
    if not found:
        return []
    best = found[0].place
    for rival in found[1:]:
        if found[0].score - rival.score > _CONTESTED:
            break
        line = best.longitude, best.latitude, rival.place.longitude, rival.place.latitude
        if GEOD.inv(*line)[2] > _SAME_KM * 1000:
            return []
    return found


def _raw(place: Place, *, match: str, **more: Any) -> dict[str, Any]:
    geometry = None
    if place.feature == "ADM1":
        geometry = ("admin1", place.place_id)
    elif is_country(place) and place.country:
        geometry = ("country", place.country)
    return {
        "place_id": place.place_id,
        "name": place.name,
        "feature": place.feature,
        "country": place.country,
        "admin1": place.admin1,
        "admin1_id": place.admin1_id,
        "admin2": place.admin2,
        "population": place.population,
        "position": place.position,
        "bbox": place.bbox,
        "geometry": geometry,
        "match": match,
        **more,
    }


def _answer(found: list[Location], *, exactly_one: bool) -> Location | list[Location] | None:
    if not found:
        return None
    return found[0] if exactly_one else found
