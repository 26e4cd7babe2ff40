"""Incidents: what one document tells twice is one event; `pipeline.clusters` joins documents."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from geo.resolve import distance_km
from pipeline.counts import Count
from pipeline.events import Event, When
from pipeline.modes import VAGUE, compatible, most_telling, takes_ground
from pipeline.places import Site

DAYS = 1
"""Days that two reports of one incident may lie apart; one more if either date is vague."""

KM = 25.0
"""Distance in km within which two exact places may be the same."""

_ENOUGH = 0.15  # of long words that two sentences share
_ALIKE = 4  # letters of two words that begin alike
_DONE_TO = frozenset({"ASSAULT", "COERCE"})
_EXACT = frozenset({1, 2, 3, 5})  # places, districts, lines
_POINTING = frozenset({"the", "this", "that", "these", "those"})

_SOURCES = {"text": 0, "heading": 1, "inherited": 2, "publication": 3, None: 4}
_PLACED = {
    "sentence": 0, "heading": 1, "inherited": 2, "dateline": 3, "country_fallback": 4, None: 5,
}  # fmt: skip


def fold(events: Sequence[Event]) -> list[Event]:
    """Fold what one document tells twice (headline, lead, back-reference) into one event.

    The sentence that says most stands for all; what it lacks (date, place, actors, counts) comes
    from the others.

    Returns
    -------
    list of Event
        In the order of the first telling.
    """
    groups: list[list[Event]] = []
    for event in events:
        for group in groups:
            if all(_same(event, other) for other in group):
                group.append(event)
                break
        else:
            groups.append([event])
    return [_merged(group) for group in groups]


def event_id(event: Event) -> str:
    """Content hash of an event: document, words, type and part; 16 hexadecimal digits."""
    key = f"{event.doc_id}|{event.trigger.start}|{event.trigger.end}|{event.event_type}"
    if event.part:
        key += f"|{event.part}"
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def _same(one: Event, other: Event) -> bool:
    """Tell whether two events of one document are the same."""
    if (one.event_type, one.modality) != (other.event_type, other.modality):
        return False
    if one.trigger == other.trigger:
        return False  # told of several places at once
    if not compatible(one.event_mode, other.event_mode) or _ground_and_harm(one, other):
        return False
    return (
        _actors_agree(one, other)
        and _days_agree(one.when, other.when)
        and _places_agree(one, other)
        and not _counts_differ(one.counts, other.counts)
        and _tied(one, other)
    )


def _tied(one: Event, other: Event) -> bool:
    """Tell whether more than the kind and the time speaks for one event: word, side, place, count.

    Of pairs that nothing ties, annotated articles have one in twelve as one event.
    """
    mine, theirs = (
        {actor.name for actor in (event.actor1, event.actor2) if actor is not None}
        for event in (one, other)
    )
    counts = {(count.kind, count.best) for count in one.counts if count.best}
    return (
        one.trigger.text[:_ALIKE].lower() == other.trigger.text[:_ALIKE].lower()
        or _points_back(max(one, other, key=lambda event: event.trigger.start))
        or bool(mine & theirs)
        or any((count.kind, count.best) in counts for count in other.counts)
        or _same_spot(one, other)
        or _shared_words(one, other) >= _ENOUGH
    )


def _shared_words(one: Event, other: Event) -> float:
    """Share of the shorter sentence's long words that the other has too."""
    mine, theirs = (
        {word.lower() for word in event.sentence.text.split() if len(word) > _ALIKE}
        for event in (one, other)
    )
    return len(mine & theirs) / max(min(len(mine), len(theirs)), 1)


def _points_back(event: Event) -> bool:
    """Tell whether a noun takes up what was told ("the retreats recorded on Sunday")."""
    before = event.sentence.text[: max(event.trigger.start - event.sentence.start, 0)].split()
    return bool(before) and before[-1].lower() in _POINTING


def _same_spot(one: Event, other: Event) -> bool:
    a, b = one.site, other.site
    if a is None or b is None or a.location.where_prec not in _EXACT:
        return False
    return a.location.name == b.location.name


def _ground_and_harm(one: Event, other: Event) -> bool:
    """Tell whether one takes ground and the other has means: a town, and a bridge bombed."""
    return any(
        taken.event_type == "ASSAULT"
        and takes_ground(taken.trigger.text)
        and harm.event_mode not in VAGUE
        and not takes_ground(harm.trigger.text)
        for taken, harm in ((one, other), (other, one))
    )


def _actors_agree(one: Event, other: Event) -> bool:
    if _turned(one, other) != _turned(other, one):
        return False
    mine = {actor.name for actor in (one.actor1, one.actor2) if actor is not None}
    theirs = {actor.name for actor in (other.actor1, other.actor2) if actor is not None}
    if mine <= theirs or theirs <= mine:
        return True
    if one.actor1 is not None and other.actor1 is not None and one.actor1.name != other.actor1.name:
        return False
    return len(mine & theirs) >= 1 and one.event_type not in {"CONSULT", "AGREE"}


def _turned(one: Event, other: Event) -> bool:
    """Tell whether who does the one suffers the other; if both hold, two sides meet each other."""
    if one.actor1 is None or other.actor2 is None or one.event_type not in _DONE_TO:
        return False
    return one.actor1.name == other.actor2.name != (other.actor1 and other.actor1.name)


def _days_agree(one: When, other: When) -> bool:
    first, second = _day(one), _day(other)
    if first is None or second is None:
        return True
    if "text" not in {one.source, other.source}:
        return True
    slack = DAYS + (1 if (one.prec or 1) > 1 or (other.prec or 1) > 1 else 0)
    if one.source == other.source == "text":
        slack = 0 if one.prec == other.prec == 1 else slack
    return abs((first - second).days) <= slack


def _day(when: When) -> date | None:
    return when.start or when.end


def _places_agree(one: Event, other: Event) -> bool:
    if one.site is None or other.site is None:
        return True
    mine, theirs = one.site, other.site
    if mine.expression.text == theirs.expression.text or mine.location.name == theirs.location.name:
        return True
    if "sentence" in {one.location_source, other.location_source} and (
        one.location_source != other.location_source
    ):
        return True
    coarse, fine = sorted((mine, theirs), key=lambda site: -site.location.where_prec)
    if coarse.location.where_prec == 6:
        return coarse.location.country == fine.location.country or fine.location.where_prec == 5
    return _near(mine, theirs)


def _near(one: Site, other: Site) -> bool:
    a, b = one.location, other.location
    if a.longitude is None or a.latitude is None or b.longitude is None or b.latitude is None:
        return False
    if max(a.where_prec, b.where_prec) > 3:
        return False
    return distance_km(a.longitude, a.latitude, b.longitude, b.latitude) <= KM


def _counts_differ(one: Iterable[Count], other: Iterable[Count]) -> bool:
    """Exact figures of the same kind that contradict each other by more than a tenth."""
    theirs = {count.kind: count for count in other}
    for count in one:
        match = theirs.get(count.kind)
        if match is None or count.best is None or match.best is None:
            continue
        if count.low == count.high and match.low == match.high:
            larger = max(count.best, match.best)
            if abs(count.best - match.best) > larger / 10:
                return True
    return False


_COUNTRY = 6
"""UCDP's precision of a country."""


def _merged(group: Sequence[Event]) -> Event:
    if len(group) == 1:
        return group[0]
    lead = max(group, key=_information)
    when = min(
        (event.when for event in group),
        key=lambda when: (_SOURCES[when.source], _SOURCES[lead.when.source]),
    )
    if _SOURCES[lead.when.source] <= _SOURCES[when.source]:
        when = lead.when
    place = min(group, key=lambda event: (_placed(event), event is not lead))
    told = dict.fromkeys(event.sentence for event in group if event.sentence != lead.sentence)
    return replace(
        lead,
        again=tuple(told),
        event_mode=most_telling([event.event_mode for event in (lead, *group)]),
        actor1=lead.actor1 or next((event.actor1 for event in group if event.actor1), None),
        actor2=lead.actor2 or next((event.actor2 for event in group if event.actor2), None),
        counts=_merged_counts(group),
        when=when,
        site=place.site,
        location_source=place.location_source,
        attribution=lead.attribution
        or next((event.attribution for event in group if event.attribution), None),
        confidence=max(event.confidence for event in group),
    )


def _placed(event: Event) -> tuple[bool, int, int]:
    """How well a place is told, the best first; a part of the world says less than a country."""
    return _where(event) > _COUNTRY, _PLACED[event.location_source], _where(event)


def _information(event: Event) -> tuple[float, ...]:
    return (
        (event.actor1 is not None) + (event.actor2 is not None) * 0.5
        + (event.location_source == "sentence")
        + (event.when.source == "text")
        + 0.5 * len(event.counts),
        -float(event.trigger.start),
    )  # fmt: skip


def _where(event: Event) -> int:
    return 9 if event.site is None else event.site.location.where_prec


def _merged_counts(group: Sequence[Event]) -> tuple[Count, ...]:
    """One count per kind: the exact figure if there is one, the widest bounds of all."""
    kinds: dict[str, list[Count]] = {}
    for event in group:
        for count in event.counts:
            kinds.setdefault(count.kind, []).append(count)
    merged = []
    for kind, counts in kinds.items():
        exact = [count for count in counts if count.best is not None and count.low == count.high]
        best = exact[0] if exact else max(counts, key=lambda count: count.best or count.low or 0)
        lows = [count.low for count in counts if count.low is not None and count.low == count.high]
        floors = [count.low for count in counts if count.low is not None and count.high is None]
        lows += [max(floors)] if floors else []  # "hundreds" says no less than "more than 1,000"
        highs = [count.high for count in counts if count.high is not None]
        merged.append(
            Count(
                kind,
                best.best,
                min(lows) if lows else None,
                max(highs) if highs else None,
                "; ".join(dict.fromkeys(count.text for count in counts)),
            )
        )
    return tuple(merged)
