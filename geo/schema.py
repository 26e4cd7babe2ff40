"""What an event row is: every column of the events table, with its type, rules and meaning.

The vocabularies are those of PLOVER 2.0 (categories, modes, contexts, quad classes), ACLED (event
types and actor types) and UCDP GED (precision codes). `geo.frame` builds, checks, reads and writes
tables of this schema; it gives the names below too, so callers need import only `geo.frame`.
"""

import types
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

SCHEMA_VERSION: Final = "1.0"
"""Major: a column changed its meaning or went. Minor: a nullable column came."""

CRS: Final = "EPSG:4326"
"""Degrees on WGS 84, coordinates in the order (longitude, latitude)."""

ATTRIBUTION: Final = (
    "Places: GeoNames (geonames.org), CC BY 4.0. "
    "Boundaries: Natural Earth, public domain. "
    "Airports: OurAirports, public domain. "
    "Event categories: PLOVER (Open Event Data Alliance), CC BY-SA 4.0. "
    "Texts belong to their publishers; see the attribution of each event."
)

Dtype = Literal["str", "Int64", "float64", "bool", "datetime64[ms]", "geometry"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the events table.

    Attributes
    ----------
    dtype
        pandas dtype: ``str`` (null is NaN), ``Int64`` (null is NA), ``float64`` (null is NaN),
        ``datetime64[ms]`` (a calendar day at midnight, no time zone, years 1 to 9999), ``bool``,
        or ``geometry`` (shapely, EPSG:4326, null is None).
    nullable
        Whether a row may leave it out.
    description
        What it means, in a line.
    allowed
        Its values if they are a closed list, else empty.
    """

    dtype: Dtype
    nullable: bool
    description: str
    allowed: tuple[str, ...] | tuple[int, ...] = ()


_VERBAL_COOPERATION: Final = "verbal cooperation"
_MATERIAL_COOPERATION: Final = "material cooperation"
_VERBAL_CONFLICT: Final = "verbal conflict"
_MATERIAL_CONFLICT: Final = "material conflict"

QUAD_CLASS: Final[Mapping[str, str]] = types.MappingProxyType(
    {
        "AGREE": _VERBAL_COOPERATION,
        "CONSULT": _VERBAL_COOPERATION,
        "SUPPORT": _VERBAL_COOPERATION,
        "CONCEDE": _VERBAL_COOPERATION,
        "COOPERATE": _MATERIAL_COOPERATION,
        "AID": _MATERIAL_COOPERATION,
        "RETREAT": _MATERIAL_COOPERATION,
        "REQUEST": _VERBAL_CONFLICT,
        "ACCUSE": _VERBAL_CONFLICT,
        "REJECT": _VERBAL_CONFLICT,
        "THREATEN": _VERBAL_CONFLICT,
        "PROTEST": _MATERIAL_CONFLICT,
        "SANCTION": _MATERIAL_CONFLICT,
        "MOBILIZE": _MATERIAL_CONFLICT,
        "COERCE": _MATERIAL_CONFLICT,
        "ASSAULT": _MATERIAL_CONFLICT,
    }
)
"""PLOVER category -> its quad class (PLOVER manual 2.0)."""

EVENT_TYPES: Final[tuple[str, ...]] = tuple(QUAD_CLASS)
"""The 16 categories of PLOVER 2.0, from cooperation to conflict."""

EVENT_MODES: Final[Mapping[str, tuple[str, ...]]] = types.MappingProxyType(
    {
        "CONSULT": ("visit", "third-party", "multilateral", "phone"),
        "RETREAT": ("withdraw", "release", "disarm", "ceasefire", "access", "resign"),
        "REQUEST": ("assist", "change", "yield", "meet"),
        "ACCUSE": ("disapprove", "investigate", "allege"),
        "REJECT": ("assist", "change", "yield", "meet"),
        "THREATEN": ("restrict", "arrest", "relations", "expel", "territory", "violence"),
        "PROTEST": ("demo", "riot", "strike", "hunger", "boycott", "obstruct", "vandalize"),
        "SANCTION": ("convict", "expel", "withdraw", "discontinue"),
        "MOBILIZE": ("troops", "weapons", "police", "militia"),
        "COERCE": (
            *("seize", "restrict", "censor", "curfew", "martial-law", "arrest", "deport"),
            *("withhold", "misinformation", "cyber"),
        ),
        "ASSAULT": (
            *("abduct", "beat", "torture", "sexual", "targeted", "destroy", "primitive"),
            *("firearms", "explosives", "suicide-attack", "aerial", "drone", "heavy-weapons"),
            *("crowd-control", "unconventional"),
        ),
    }
)
"""PLOVER category -> its modes; a category that is not here has none (PLOVER manual 2.0)."""

EVENT_CONTEXTS: Final[tuple[str, ...]] = (
    *("military", "intelligence", "executive", "legislative", "election"),
    *("political_institutions", "pro_democracy", "pro_autocracy", "economic", "legal"),
    *("reparations", "human_rights", "rights_freedoms", "repression", "human_security"),
    *("gender", "lgbt", "religion_ethnicity", "inequality", "diplomatic", "territory"),
    *("peacekeeping", "health", "asylum", "migration", "disasters", "natural_resource"),
    *("environment", "technology", "terrorism", "cbrn", "cyber", "misinformation", "crime"),
    *("corruption", "illegal_drugs", "trafficking"),
)
"""The 37 contexts of PLOVER 2.0; an event has any number of them."""

MODALITIES: Final = ("actual", "planned", "possible", "denied")

ACLED_SUB_EVENT_TYPES: Final[Mapping[str, tuple[str, ...]]] = types.MappingProxyType(
    {
        "Battles": (
            "Armed clash",
            "Government regains territory",
            "Non-state actor overtakes territory",
        ),
        "Explosions/Remote violence": (
            "Chemical weapon",
            "Air/drone strike",
            "Suicide bomb",
            "Shelling/artillery/missile attack",
            "Remote explosive/landmine/IED",
            "Grenade",
        ),
        "Violence against civilians": (
            "Sexual violence",
            "Attack",
            "Abduction/forced disappearance",
        ),
        "Protests": (
            "Peaceful protest",
            "Protest with intervention",
            "Excessive force against protesters",
        ),
        "Riots": ("Violent demonstration", "Mob violence"),
        "Strategic developments": (
            "Agreement",
            "Arrests",
            "Change to group/activity",
            "Disrupted weapons use",
            "Headquarters or base established",
            "Looting/property destruction",
            "Non-violent transfer of territory",
            "Other",
        ),
    }
)
"""ACLED event type -> its sub-event types (25 in all; ACLED codebook)."""

ACTOR_TYPES: Final = (
    "State forces",
    "Rebel group",
    "Political militia",
    "Identity militia",
    "Rioters",
    "Protesters",
    "Civilians",
    "External/Other forces",
)
"""ACLED's inter codes 1 to 8, by name."""

COUNTS: Final = ("fatalities", "injured", "displaced", "soldiers", "captured")
"""What is counted; each is a best figure with `_low` and `_high` beside it."""

OFFSET_SPANS: Final = ("sentence", "trigger", "place", "date_text")
"""Spans in the document's text; each has `_start` and `_end`, both set or both null."""

RELATIONS: Final = (
    *("at", "part", "border", "side", "offset", "near", "between", "coast", "offshore", "remote"),
)
"""How the geometry comes from the named place: the first word of the column `relation`."""

GEOMETRY_TYPES: Final = ("Point", "LineString", "MultiLineString", "Polygon", "MultiPolygon")


def _text(description: str, *allowed: str, nullable: bool = True) -> Column:
    return Column("str", nullable, description, allowed)


def _integer(description: str, *allowed: int) -> Column:
    return Column("Int64", True, description, allowed)


def _number(description: str) -> Column:
    return Column("float64", True, description)


def _day(description: str) -> Column:
    return Column("datetime64[ms]", True, description)


def _count_columns() -> dict[str, Column]:
    meaning = {
        "fatalities": "people killed",
        "injured": "people injured",
        "displaced": "people who fled or were moved",
        "soldiers": "soldiers or police who took part, moved or crossed",
        "captured": "people captured or detained",
    }
    columns = {}
    for name in COUNTS:
        columns[name] = _integer(f"{meaning[name]}: best figure; null is not reported, never 0")
        columns[f"{name}_low"] = _integer(f"{meaning[name]}: lowest figure reported")
        columns[f"{name}_high"] = _integer(f"{meaning[name]}: highest figure reported")
    return columns


def _offset_columns() -> dict[str, Column]:
    columns = {}
    for name in OFFSET_SPANS:
        columns[f"{name}_start"] = _integer(f"{name}: first character in the document's text")
        columns[f"{name}_end"] = _integer(f"{name}: one past its last character")
    return columns


SCHEMA: Final[Mapping[str, Column]] = types.MappingProxyType(
    {
        # identity
        "event_id": _text("content hash; unique in the table", nullable=False),
        "incident_id": _text("the same for one event told by several sources"),
        # what
        "event_type": _text("PLOVER 2.0 category", *EVENT_TYPES, nullable=False),
        "event_mode": _text("PLOVER mode of that category"),
        "event_context": _text("PLOVER contexts, ';' between them"),
        "quad_class": _text(
            "PLOVER quad class of event_type", *dict.fromkeys(QUAD_CLASS.values()), nullable=False
        ),
        "acled_event_type": _text("ACLED event type", *ACLED_SUB_EVENT_TYPES),
        "acled_sub_event_type": _text(
            "ACLED sub-event type",
            *(sub for subs in ACLED_SUB_EVENT_TYPES.values() for sub in subs),
        ),
        "trigger": _text("the words that tell of the event, as written"),
        # how sure it happened
        "modality": _text("did it happen", *MODALITIES, nullable=False),
        # who
        "actor1": _text("who did it, as written"),
        "actor2": _text("to whom or with whom, as written"),
        "actor1_type": _text("ACLED inter code by name", *ACTOR_TYPES),
        "actor2_type": _text("ACLED inter code by name", *ACTOR_TYPES),
        "actor1_country": _text("ISO 3166-1 alpha-3"),
        "actor2_country": _text("ISO 3166-1 alpha-3"),
        # how many
        **_count_columns(),
        "count_text": _text("the words of the figures, as written"),
        # when
        "date_start": _day("first day; null with date_end set is 'on or before'"),
        "date_end": _day("last day"),
        "date_prec": _integer(
            "UCDP: 1 day, 2 two to six days, 3 week, 4 month, 5 longer", 1, 2, 3, 4, 5
        ),
        "date_text": _text("the words of the date, as written; kept also when unresolved"),
        "date_source": _text("whence the date", "text", "heading", "inherited", "publication"),
        "published": _day("publication day of the document"),
        "published_source": _text(
            "whence the publication day", "metadata", "url", "dateline", "user", "none"
        ),
        # where
        "geometry": Column(
            "geometry",
            nullable=True,
            description="EPSG:4326 (longitude, latitude): " + ", ".join(GEOMETRY_TYPES) + ", none",
        ),
        "location": _text("name of the place for people: 'northern Afghanistan'"),
        "place_id": _text("gazetteer id: 'geonames:1133616'"),
        "feature": _text("GeoNames feature code: PPL, ADM1, PCLI, ..."),
        "country": _text("ISO 3166-1 alpha-3"),
        "admin1": _text("first-level unit, English name"),
        "admin2": _text("second-level unit, English name"),
        "longitude": _number("label point, degrees east, WGS 84"),
        "latitude": _number("label point, degrees north, WGS 84"),
        "where_prec": _integer(
            "UCDP: 1 exact, 2 near a known point, 3 second-level unit, 4 first-level unit, "
            "5 line or fuzzy area, 6 country, 7 international",
            *(1, 2, 3, 4, 5, 6, 7),
        ),
        "where_text": _text("the words of the place, as written"),
        "relation": _text("how the geometry follows from the place: " + ", ".join(RELATIONS)),
        "where_note": _text("the geometry explained in plain words"),
        "location_source": _text(
            "whence the place", "sentence", "heading", "inherited", "dateline", "country_fallback"
        ),
        # source
        "doc_id": _text("id of the document, as in documents.parquet"),
        "title": _text("headline of the document"),
        "source": _text("publisher"),
        "url": _text("address of the document"),
        "attribution": _text("whom the text credits: 'officials said'"),
        "sentence": _text("the evidence, as written"),
        **_offset_columns(),
        # trust
        "confidence": _number("0 to 1"),
        "recognizer": _text("what found it: name and version"),
        "resolver": _text("what placed it: name and version"),
        "reviewed": Column("bool", nullable=False, description="a person has checked this row"),
    }
)
"""Column name -> `Column`, in the order of the table."""


def describe() -> str:
    """Return the schema as a Markdown table, for the documentation.

    Returns
    -------
    str
        A row a column: name, type, whether it may be null, meaning with its allowed values.
    """
    lines = ["| column | type | null | meaning |", "|---|---|---|---|"]
    for name, column in SCHEMA.items():
        # The integer codes are already told in the description, each with its meaning.
        values = ", ".join(f"`{value}`" for value in column.allowed if isinstance(value, str))
        meaning = f"{column.description}: {values}" if values else column.description
        lines.append(
            f"| `{name}` | {column.dtype} | {'yes' if column.nullable else 'no'} | {meaning} |"
        )
    return "\n".join(lines) + "\n"
