"""Which place lies in which: queries such as "Imam Sahib, Kunduz, Afghanistan" and their parts.

Containment goes by the gazetteer's own columns (country, ADM1, ADM2), by boxes for regions and
waters, and by distance for what lies in or at a city. Boxes are (west, south, east, north),
degrees, EPSG:4326.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geopy.exc import GeocoderQueryError

from geo.countries import alpha3
from geo.gazetteer import Place
from geo.geodesy import GEOD

__all__ = [
    "COUNTRY_FEATURES",
    "Part",
    "country_list",
    "holds",
    "in_box",
    "in_countries",
    "is_country",
    "query_parts",
]

#: Beginnings of the feature codes of countries and territories.
COUNTRY_FEATURES = ("PCL", "TERR")

#: Keys of a structured query, from the smallest place to the largest.
_KEYS = ("q", "name", "city", "county", "state", "country")
_KEY_FEATURES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "city": {"preferred": ("PPL",)},
    "county": {"features": ("ADM2",)},
    "state": {"features": ("ADM1", "RGN")},
    "country": {"features": COUNTRY_FEATURES},
}
_LONGEST = 300
# A district or a landmark "in" a city may lie outside of its limits.
_CITY_KM = 30.0
# Territories with a code of their own that addresses also put under another country's name.
_SOVEREIGN = {
    **dict.fromkeys("HKG MAC".split(), "CHN"),
    **dict.fromkeys("ASM GUM MNP PRI UMI VIR".split(), "USA"),
    **dict.fromkeys("AIA BMU CYM FLK GGY GIB IMN IOT JEY MSR PCN SGS SHN TCA VGB".split(), "GBR"),
    **dict.fromkeys("ATF BLM GLP GUF MAF MTQ MYT NCL PYF REU SPM WLF".split(), "FRA"),
    **dict.fromkeys("FRO GRL".split(), "DNK"),
    **dict.fromkeys("ABW BES CUW SXM".split(), "NLD"),
    **dict.fromkeys("BVT SJM".split(), "NOR"),
    **dict.fromkeys("CCK CXR HMD NFK".split(), "AUS"),
    **dict.fromkeys("COK NIU TKL".split(), "NZL"),
    "ALA": "FIN",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One name of a query; tuples are beginnings of feature codes, () stands for all."""

    text: str
    features: tuple[str, ...] = ()
    preferred: tuple[str, ...] = ()  # go before the others


def query_parts(query: object) -> list[Part]:
    """Split a geopy query into its names, smallest first; empty where it cannot name a place.

    Parameters
    ----------
    query
        A text with commas (or brackets) between a place and what contains it, or a mapping.

    Raises
    ------
    geopy.exc.GeocoderQueryError
        It is neither, or a mapping without a known key or with a value that is not text.
    """
    if isinstance(query, str):
        return _split(query)
    if not isinstance(query, Mapping):
        kind = type(query).__name__
        raise GeocoderQueryError(f"a query must be a text or a mapping, not {kind}: {query!r:.80}")
    keys = [key for key in _KEYS if query.get(key)]
    if not keys:
        known = ", ".join(_KEYS)
        raise GeocoderQueryError(f"a query must have one of {known}; this has {list(query)!r:.80}")
    parts = []
    for key in keys:
        if not isinstance(query[key], str):
            raise GeocoderQueryError(f"{key} of a query must be text, not {query[key]!r:.80}")
        split = _split(query[key])
        if not split:
            return []
        split[0] = Part(split[0].text, **_KEY_FEATURES.get(key, {}))
        parts.extend(split)
    return parts


def country_list(codes: str | Sequence[str] | None) -> list[str]:
    """Return the ISO3 codes of geopy's `country_codes`; none for None.

    Parameters
    ----------
    codes
        One code, several with commas, or a sequence; alpha-2 or alpha-3.

    Raises
    ------
    geopy.exc.GeocoderQueryError
        One is not a country's.
    """
    given = codes.split(",") if isinstance(codes, str) else list(codes or ())
    try:
        return [alpha3(code) for code in given]
    except (AttributeError, ValueError) as error:
        raise GeocoderQueryError(f"country_codes is {codes!r:.80}: {error}") from error


def _split(text: str) -> list[Part]:
    if len(text) > _LONGEST:
        return []
    bare = text.replace("(", ",").replace(")", ",").replace("،", ",").replace("，", ",")
    return [Part(part.strip()) for part in bare.split(",") if part.strip()]


def in_box(place: Place, box: tuple[float, float, float, float]) -> bool:
    """Whether a place's label point lies in a box; west > east crosses the antimeridian."""
    west, south, east, north = box
    inside = west <= place.longitude <= east
    if west > east:
        inside = place.longitude >= west or place.longitude <= east
    return inside and south <= place.latitude <= north


def is_country(place: Place) -> bool:
    """Whether a place is a country or a territory with a code of its own."""
    return place.feature.startswith(COUNTRY_FEATURES)


def in_countries(place: Place, countries: Sequence[str]) -> bool:
    """Whether a place is of one of the countries (ISO3) or their territories; of any, if none."""
    return not countries or (place.country is not None and _of(place.country, countries))


def _of(country: str, countries: Sequence[str]) -> bool:
    return country in countries or _SOVEREIGN.get(country) in countries


def holds(container: Place, place: Place) -> bool:
    """Whether one place of the gazetteer lies in another."""
    if place.place_id == container.place_id:
        return False
    if is_country(container):
        return _country_holds(container, place)
    if container.feature in {"ADM1", "ADM2"}:
        return _division_holds(container, place)
    if container.bbox is not None:
        return in_box(place, container.bbox)
    divided = place.feature.startswith(("ADM", *COUNTRY_FEATURES))
    if divided or not container.feature.startswith("PPL"):
        return False
    line = container.longitude, container.latitude, place.longitude, place.latitude
    return place.country == container.country and bool(GEOD.inv(*line)[2] <= _CITY_KM * 1000)


def _country_holds(container: Place, place: Place) -> bool:
    if place.country is None or container.country is None:
        return False
    if is_country(place):
        return _SOVEREIGN.get(place.country) == container.country
    return _of(place.country, [container.country])


def _division_holds(container: Place, place: Place) -> bool:
    if is_country(place):
        return False
    if container.feature == "ADM1":
        return place.admin1_id == container.place_id
    named = place.admin2 == container.name and place.feature not in {"ADM1", "ADM2"}
    return named and place.admin1_id == container.admin1_id
