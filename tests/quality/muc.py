"""Scores of events against MUC-4's templates: incident type and place, document by document.

A template counts if it is not optional, not merely threatened, and names a city or something finer
(many name a department or a country only). An event answers a template if it is actual, of the
template's type, placed exactly (UCDP precision 1 to 3), and at one of the template's places: the
same name, or within 25 km of a place of that name in that country. Alternatives ("A / B") and
routes ("A - B") are right by either. Each template is answered by one event, and an event answers
one: a second telling that was not folded is false. An event that answers a template which does not
count (an optional one) is neither right nor false.

What ACLED calls a battle is no incident here: MUC-4 leaves out what armed sides do to each other.
How it looks with them is told beside (`battles=True`).

Days are counted apart (`days`): of the events that answer a template, at a place whose incidents of
that type all have one day, how many are given a day, how many of these the right one, and of all
how many a time that covers it.

F1 is of the documents that have templates; false events in the others are told apart. The split is
by hash of the document's id: half for tuning, half that is only counted.
"""

import gzip
import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path

from geo.gazetteer import Gazetteer, Place
from geo.resolve import distance_km
from pipeline.acled import acled_of
from pipeline.calendars import make_date, month_number
from pipeline.documents import Document, document
from pipeline.events import Event

KM = 25.0
CLOSE = 0.85
"""Likeness of two spellings of one name ("SOYPANGO", Soyapango)."""

_COARSE = frozenset("DEPARTMENT REGION PROVINCE AREA INTENDANCY ZONE COUNTRY RIVER JUNGLE".split())
_PART = re.compile(r"\s*([^:()]+?)\s*\(([^()]+)\)")
_TYPES = {
    "explosives": "BOMBING",
    "suicide-attack": "BOMBING",
    "abduct": "KIDNAPPING",
}
"""MUC's type of an ASSAULT by its mode; any other is an attack."""

_FIRE = re.compile(
    r"\b(fires?|burn\w*|arson\w*|torch\w*|ablaze|alight|incendi\w+|flames)\b", re.IGNORECASE
)
"""PLOVER has one mode for all destruction; MUC's ARSON is by fire."""


@dataclass(frozen=True)
class Template:
    """One incident as annotated; `places` are the (country, name) pairs that are right."""

    kind: str
    places: tuple[tuple[str, str], ...]
    counts: bool
    text: str


@dataclass
class Tally:
    """What was found: `gold` templates, `found` of them, `told` events, `spare` ones of no weight.

    False events by whether their document has a template; `confusion` has (annotated, told) types
    of what was at the right place; `losses` (document, template or None, events beside it).
    """

    documents: int = 0
    irrelevant: int = 0
    gold: int = 0
    found: int = 0
    told: int = 0
    spare: int = 0
    false_relevant: int = 0
    false_irrelevant: int = 0
    confusion: Counter = field(default_factory=Counter)
    losses: list = field(default_factory=list)

    def figures(self):
        precision = self.found / max(self.found + self.false_relevant, 1)
        recall = self.found / max(self.gold, 1)
        return {
            "gold": self.gold,
            "precision": round(precision, 3),
            "recall": round(recall, 3),
            "f1": round(_f1(precision, recall), 3),
            "f1_all": round(_f1(self.found / max(self.told - self.spare, 1), recall), 3),
            "false_per_irrelevant": round(self.false_irrelevant / max(self.irrelevant, 1), 3),
        }


def _f1(precision, recall):
    return 2 * precision * recall / max(precision + recall, 1e-9)


def read(path: Path, half: str | None = None) -> list[dict]:
    """Records of the corpus, of one half: ``tune`` or ``held``."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    return [record for record in records if half is None or half_of(record["doc_id"]) == half]


def half_of(doc_id: str) -> str:
    return "held" if hashlib.sha256(doc_id.encode()).digest()[0] % 2 else "tune"


def document_of(record: dict) -> Document:
    stated = date.fromisoformat(record["dct"]) if record["dct"] else None
    return document(record["text"], stated=stated, doc_id=record["doc_id"])


def templates_of(record: dict) -> list[Template]:
    found = []
    for row in record["templates"]:
        places = tuple(places_of(row["incident_location"]))
        counts = (
            "OPTIONAL" not in row["message_template"]
            and row["incident_stage_of_execution"] != "THREATENED"
            and bool(places)
        )
        found.append(Template(row["incident_type"], places, counts, row["incident_location"]))
    return found


def places_of(location: str) -> Iterable[tuple[str, str]]:
    """(Country, name) of the cities and finer parts of a template's place."""
    country = ""
    for path in re.split(r" / | - ", location):
        head, colon, rest = path.partition(":")
        if colon:
            country = head.strip()
        for name, kind in _PART.findall(rest if colon else path):
            if kind.split()[0] not in _COARSE:
                yield country, name.strip(" :")


def kind_of(event: Event, *, battles: bool = False) -> str | None:
    """MUC's incident type of an event, None for one that is no incident; a battle is none."""
    if event.modality != "actual" or event.event_type != "ASSAULT":
        return None
    if not battles and acled_of(event)[0] == "Battles":
        return None
    if event.event_mode == "destroy" and _FIRE.search(event.sentence.text):
        return "ARSON"
    return _TYPES.get(event.event_mode, "ATTACK")


def is_pinned(event: Event) -> bool:
    return (
        event.site is not None
        and event.site.location.where_prec <= 3
        and event.site.location.longitude is not None
    )


def score(
    records: Sequence[dict],
    found: Sequence[Sequence[Event]],
    gazetteer: Gazetteer,
    *,
    battles: bool = False,
) -> Tally:
    """Score events per document, with or without battles."""
    tally = Tally()
    for record, events in zip(records, found, strict=True):
        templates = templates_of(record)
        tally.documents += 1
        tally.irrelevant += not templates
        _count(tally, record, templates, _told(events, battles=battles), gazetteer)
    return tally


def _told(events, *, battles=False):
    kinds = ((event, kind_of(event, battles=battles)) for event in events if is_pinned(event))
    return [(event, kind) for event, kind in kinds if kind]


def _count(tally, record, templates, told, gazetteer):
    answered, free = _matched(templates, told, gazetteer)
    counting = [number for number, template in enumerate(templates) if template.counts]
    tally.gold += len(counting)
    tally.told += len(told)
    tally.found += sum(number in answered for number in counting)
    tally.spare += sum(number not in counting for number in answered)
    tally.false_relevant += len(free) if templates else 0
    tally.false_irrelevant += 0 if templates else len(free)
    for number in counting:
        template = templates[number]
        if number in answered:
            tally.confusion[template.kind, template.kind] += 1
            continue
        beside = [(event, kind) for event, kind in free if is_there(event, template, gazetteer)]
        tally.losses.append((record["doc_id"], template, [event for event, _ in beside]))
        for _, kind in beside[:1]:
            tally.confusion[template.kind, kind] += 1
    tally.losses += [(record["doc_id"], None, [event]) for event, _ in free]


def _matched(templates, told, gazetteer):
    """The event of each template that has one, by number, and what is left; what counts is first."""
    free, answered = list(told), {}
    for number, template in sorted(enumerate(templates), key=lambda pair: not pair[1].counts):
        for one in free:
            event, kind = one
            if kind == template.kind and is_there(event, template, gazetteer):
                answered[number] = event
                free.remove(one)
                break
    return answered, free


def days(
    records: Sequence[dict], found: Sequence[Sequence[Event]], gazetteer: Gazetteer
) -> dict[str, float]:
    """Count how often an event that answers a template has the incident's day."""
    counted: Counter[str] = Counter()
    for record, events in zip(records, found, strict=True):
        templates = templates_of(record)
        gold = [day_of(row["incident_date"]) for row in record["templates"]]
        answered, _ = _matched(templates, _told(events), gazetteer)
        for number, event in answered.items() if record["dct"] else ():
            there = {
                day
                for day, template in zip(gold, templates, strict=True)
                if template.kind == templates[number].kind and is_there(event, template, gazetteer)
            }
            if None not in there:
                first, last = event.when.start, event.when.end
                counted["told"] += 1
                counted["given"] += first is not None and first == last
                counted["right"] += first is not None and first == last and last in there
                counted["covered"] += last is not None and any(
                    (first or date.min) <= day <= last for day in there if day
                )
    return {
        "events": counted["told"],
        "day_right": round(counted["right"] / max(counted["given"], 1), 3),
        "covered": round(counted["covered"] / max(counted["told"], 1), 3),
    }


_DAY = re.compile(r"\s*(\d{1,2}) ([A-Z]{3})[A-Z]* (\d\d)\s*")


def day_of(words: str) -> date | None:
    """Day of a template ("16 NOV 89"); None for a stretch of days, alternatives or "on or before"."""
    m = _DAY.fullmatch(words)
    return make_date(1900 + int(m[3]), month_number(m[2]), int(m[1])) if m else None


def is_there(event: Event, template: Template, gazetteer: Gazetteer) -> bool:
    return any(_at(event, country, name, gazetteer) for country, name in template.places)


def _at(event: Event, country: str, name: str, gazetteer: Gazetteer) -> bool:
    location = event.site.location
    words = (location.name, event.site.place.name, event.site.expression.text)
    if any(_alike(name, word) for word in words if word):
        return True
    return any(
        distance_km(location.longitude, location.latitude, place.longitude, place.latitude) <= KM
        for place in _named(gazetteer, country, name)
    )


@lru_cache(maxsize=4096)
def _named(gazetteer: Gazetteer, country: str, name: str) -> tuple[Place, ...]:
    codes = {item.place.country for item in gazetteer.candidates(country.title(), limit=3)}
    places = [item.place for item in gazetteer.candidates(name.title(), limit=20)]
    return tuple(place for place in places if place.country in codes)


def _alike(one: str, other: str) -> bool:
    a, b = _plain(one), _plain(other)
    return a == b or SequenceMatcher(None, a, b).ratio() >= CLOSE


@lru_cache(maxsize=8192)
def _plain(name: str) -> str:
    low = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in low if letter.isalnum() or letter == " ")
