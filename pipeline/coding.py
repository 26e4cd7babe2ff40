"""Coding: texts to records of events, the main one first, as `dateline code` writes them.

What the rules find (`pipeline.events`) and what the report as a whole says (`pipeline.verdicts`)
are put together: of each report the main event has the verdict's category, and a report that tells
an event in words that no rule knows gets one at its main verb.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from typing import Any, Final

from geo.gazetteer import Gazetteer, default_gazetteer
from geo.schema import EVENT_MODES, QUAD_CLASS
from pipeline import parties
from pipeline.acled import acled_of, category_of, cued, type_of
from pipeline.actors import Actor
from pipeline.contests import is_sport
from pipeline.documents import Document, Span, document
from pipeline.events import Draft, Event, When
from pipeline.figures import is_question
from pipeline.modality import modality
from pipeline.model import Parsed
from pipeline.run import events_of
from pipeline.syntax import Span as Tokens
from pipeline.syntax import Token
from pipeline.telling import VERBAL
from pipeline.triggers import may_tell
from pipeline.verdicts import QUADS, Verdict, judge, main_verb

SHORT: Final = 4
"""Sentences of a text of one paragraph that is read as one report, as a coder's note is."""

TELLS: Final = 0.4
"""Least likelihood that a short text tells an event, for one in which none is found."""

WEAK: Final = 0.1
"""Least likelihood, by the event reader, of the word that is taken for its trigger then."""

SURE: Final = (0.9, 0.6)
"""Least likelihood of an event within a longer text, where a sentence tells several things, and
least share of the category, for the verdict to give an event that was found another category."""

STATES: Final = 0.1
"""Below this likelihood, words that the rules took for an event in a short text are a mere
statement: a trade between PLOVER's records, which all tell one, and CAMEO's, of which a sixth tell
none (development halves). What happens on the ground stays."""

_BATCH = 16
_BREAKING = (ValueError, LookupError, ArithmeticError)
"""What a stage may raise on a text that nobody foresaw."""

Record = Mapping[str, Any]


@dataclass(slots=True)
class _Reading:
    """What the verdicts said of a document, by the trigger of the main event of each report.

    Attributes
    ----------
    verdicts, notes : dict
        The verdict, and ACLED's sub-event type by the words of a short text.
    made : set
        Triggers whose category is the verdict's and not the rules'.
    given : Span or None
        The words of the event that is asked for.
    """

    verdicts: dict[tuple[int, int], Verdict] = field(default_factory=dict)
    notes: dict[tuple[int, int], str] = field(default_factory=dict)
    made: set[tuple[int, int]] = field(default_factory=set)
    given: Span | None = None


def code(
    records: Iterable[Record],
    gazetteer: Gazetteer | None = None,
    *,
    progress: Callable[[int], None] = lambda _done: None,
    failed: Callable[[int, str], None] = lambda _index, _reason: None,
) -> Iterator[dict[str, Any]]:
    """Code texts.

    Parameters
    ----------
    records : iterable of mapping
        Each with ``text``, and maybe ``id`` (else its number from 1), ``published`` (a date in
        ISO 8601, or one in the first ten characters of a time stamp) and ``trigger`` ([start, end]
        in the text: only the event of these words is coded, whatever is thought of them).
    gazetteer : Gazetteer, optional
        The shipped one by default.
    progress : callable
        Called with the number of texts done since the last call.
    failed : callable
        Called with the index (from 0) of a text that could not be processed, and why. It has no
        events then; the others are not touched.

    Yields
    ------
    dict
        ``id`` and ``events``, in the order of `records`; the keys of an event are those of
        `coded`. Of each report (a sentence, or a text of few) the main event comes first.
    """
    gazetteer = gazetteer or default_gazetteer()
    numbered = enumerate(records, 1)
    while batch := list(islice(numbered, _BATCH)):
        documents = [
            document(str(record["text"]), published=published_of(record), doc_id=f"{number}")
            for number, record in batch
        ]
        readings = {
            item.doc_id: _Reading(given=given_of(record, item))
            for item, (_, record) in zip(documents, batch, strict=True)
        }
        found = _events(documents, readings, gazetteer, failed)
        for (number, record), item, events in zip(batch, documents, found, strict=True):
            yield {
                "id": record.get("id", record.get("doc_id", str(number))),
                "events": _records(events, readings[item.doc_id]),
            }
        progress(len(batch))


def _events(
    documents: Sequence[Document],
    readings: Mapping[str, _Reading],
    gazetteer: Gazetteer,
    failed: Callable[[int, str], None],
) -> list[list[Event]]:
    """Events of a batch; what one text breaks costs that text only."""

    def mend(item: Document, pieces: Sequence[Parsed], drafts: list[Draft]) -> list[Draft]:
        return _mended(item, pieces, drafts, readings[item.doc_id], gazetteer)

    try:
        return events_of(documents, gazetteer, mend=mend)
    except _BREAKING as error:
        if len(documents) == 1:
            failed(int(documents[0].doc_id) - 1, f"could not be processed: {error}")
            return [[]]
        return [_events([item], readings, gazetteer, failed)[0] for item in documents]


def published_of(record: Record) -> date | None:
    """The day of publication that a record states.

    Raises
    ------
    ValueError
        If it states one that is no date in ISO 8601.
    """
    day = record.get("published") or record.get("dct")
    return date.fromisoformat(str(day)[:10]) if day else None


def given_of(record: Record, item: Document) -> Span | None:
    """The words of the event that a record asks for.

    Raises
    ------
    ValueError
        If its ``trigger`` lies outside of the text.
    """
    given = record.get("trigger")
    if given is None:
        return None
    start, end = given
    if not 0 <= start < end <= len(item.text):
        raise ValueError(f"trigger {given} lies outside of a text of {len(item.text)} characters")
    return Span(start, end, item.text[start:end])


def coded(event: Event, verdict: Verdict | None = None, note: str | None = None) -> dict[str, Any]:
    """One event as a record.

    Parameters
    ----------
    event : Event
    verdict : Verdict, optional
        Of the report whose main event it is.
    note : str, optional
        ACLED's sub-event type by the words of the report.

    Returns
    -------
    dict
        ``event_type``, ``event_mode`` (PLOVER), ``quad_class`` (of the report where there is a
        verdict, as CAMEO counts: to break off relations is verbal; null for a mere statement),
        ``modality``, ``trigger`` and ``place`` ([start, end] in the text; place null where no word
        of its sentence names it: ``location_source`` says whence ``location`` is then),
        ``trigger_text``, ``place_text``, ``location``, ``longitude``, ``latitude`` (degrees,
        EPSG:4326), ``country``, ``date`` (the last day that it can be), ``date_start``,
        ``date_end``, ``date_prec``, ``actor1``, ``actor2``, ``counts``, ``acled_event_type``,
        ``acled_sub_event_type``, ``attribution``, ``confidence``, and ``main``.
    """
    acled: tuple[str | None, str | None]
    acled = (type_of(note), note) if note is not None else acled_of(event)
    quad = QUAD_CLASS[event.event_type] if verdict is None else QUADS[verdict.quad]
    when, site = event.when, event.site
    words = event.named
    if words is None and site is not None and event.event_type in VERBAL | {"SANCTION"}:
        # A link between two capitals has no words of its own in the text.
        told = event.location_source == "sentence" and site.expression.relation.kind != "remote"
        spot = site.expression
        words = Span(spot.start, spot.end, spot.text) if told else None
    where = None if site is None else site.location
    return {
        "event_type": event.event_type,
        "event_mode": event.event_mode or None,
        "quad_class": quad,
        "modality": event.modality,
        "trigger": [event.trigger.start, event.trigger.end],
        "trigger_text": event.trigger.text,
        "place": None if words is None else [words.start, words.end],
        "place_text": None if words is None else words.text,
        "location": None if where is None else where.name,
        "longitude": None if where is None else where.longitude,
        "latitude": None if where is None else where.latitude,
        "country": None if where is None else where.country,
        "location_source": event.location_source,
        "date": _iso(when.end or when.start),
        "date_start": _iso(when.start),
        "date_end": _iso(when.end),
        "date_prec": when.prec,
        "actor1": _name(event.actor1),
        "actor2": _name(event.actor2),
        "counts": {count.kind: [count.low, count.best, count.high] for count in event.counts},
        "acled_event_type": acled[0],
        "acled_sub_event_type": acled[1],
        "attribution": event.attribution,
        "confidence": round(min(max(event.confidence, 0.05), 0.95), 3),
        "main": verdict is not None,
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _name(actor: Actor | None) -> str | None:
    return None if actor is None else actor.name


def _records(events: Sequence[Event], reading: _Reading) -> list[dict[str, Any]]:
    """Records of a text's events in the order of its reports, the main one of each first."""
    rows = []
    limit, sentence = 1.0, -1
    mains = {start for start, _ in reading.verdicts}
    for event in sorted(events, key=lambda item: _rank(item, mains)):
        spot = (event.trigger.start, event.trigger.end)
        verdict = reading.verdicts.get(spot)
        row = coded(event, verdict, reading.notes.get(spot))
        if verdict is not None and spot in reading.made:
            # The rules' confidence says nothing of a category that they did not give.
            row["confidence"] = round(min(max(verdict.event * verdict.share, 0.05), 0.95), 3)
        if verdict is not None:
            limit, sentence = row["confidence"], event.sentence.start
        elif event.sentence.start == sentence:
            row["confidence"] = min(row["confidence"], limit)
        rows.append(row)
    return rows


def _rank(event: Event, mains: set[int]) -> tuple[int, bool, int]:
    return event.sentence.start, event.trigger.start not in mains, event.trigger.start


@dataclass(frozen=True, slots=True)
class _Told:
    """An event without a trigger of the rules: its verb, category, mode and modality."""

    token: Token
    event_type: str
    mode: str
    modality: str


# --- reports ----------------------------------------------------------------------------------


def _mended(
    item: Document,
    pieces: Sequence[Parsed],
    drafts: list[Draft],
    reading: _Reading,
    gazetteer: Gazetteer,
) -> list[Draft]:
    """Drafts with the verdicts' categories, and new ones; the verdicts go into `reading`."""
    if reading.given is not None:
        return _asked(item, pieces, drafts, reading.given, gazetteer)
    found: list[Draft] = []
    whole = len(pieces) == 1 and sum(1 for _ in pieces[0].doc.sents) <= SHORT
    for parsed, sentences in _reports(pieces, whole=whole):
        start = parsed.spot(sentences[0].start_char, sentences[0].start_char).start
        end = parsed.spot(sentences[-1].end_char, sentences[-1].end_char).start
        inside = [
            draft
            for draft in drafts
            if draft.parsed is parsed and start <= draft.event.trigger.start < end
        ]
        tokens = [token for sentence in sentences for token in sentence]
        verdict = judge(tokens, inside)
        text = item.text[start:end]
        if whole and verdict.event < STATES:
            inside = [draft for draft in inside if draft.event.event_type not in VERBAL]
        if inside:
            main: Draft | None = _main(tokens, inside, verdict, whole=whole)
        else:
            told = _told(parsed, tokens, verdict, text) if whole else None
            main = None if told is None else _made(item, parsed, told, gazetteer)
        if main is None:
            continue
        spot = (main.event.trigger.start, main.event.trigger.end)
        reading.verdicts[spot] = verdict
        if not any(draft.event is main.event for draft in inside):
            reading.made.add(spot)
        cue = cued(text) if whole and main.event.modality == "actual" else None
        if cue is not None:
            reading.notes[spot] = cue
        found.append(main)
        found.extend(draft for draft in inside if draft.token is not main.token)
    return sorted(found, key=lambda draft: draft.event.trigger.start)


def _asked(
    item: Document,
    pieces: Sequence[Parsed],
    drafts: Sequence[Draft],
    given: Span,
    gazetteer: Gazetteer,
) -> list[Draft]:
    """The event of the words that were asked for: the rules' and the reader's, else one made."""
    for draft in drafts:
        trigger = draft.event.trigger
        if trigger.start < given.end and given.start < trigger.end:
            return [draft]
    for parsed in pieces:
        words = parsed.tokens(given.start, given.end)
        if words is None:
            continue
        token = words.root
        reading = parsed.tagged.reading
        verdict = judge(list(token.sent), [])
        event_type = verdict.event_type if reading is None else reading.event_type(token.i)
        told = _Told(token, event_type, "", modality(token) or "actual")
        return [_made(item, parsed, told, gazetteer)]
    return []


def _reports(pieces: Sequence[Parsed], *, whole: bool) -> Iterator[tuple[Parsed, list[Tokens]]]:
    """What is judged as one: a whole text of one short paragraph, else each sentence."""
    for parsed in pieces:
        sentences = [sentence for sentence in parsed.doc.sents if len(sentence)]
        if whole and sentences:
            yield parsed, sentences
        else:
            yield from ((parsed, [sentence]) for sentence in sentences)


def _main(
    tokens: Sequence[Token], inside: Sequence[Draft], verdict: Verdict, *, whole: bool
) -> Draft:
    """The main event of what the rules found: that of the verdict's category, or one made so."""
    same = [draft for draft in inside if draft.event.event_type == verdict.event_type]
    if same:
        return same[0]
    token = main_verb(tokens)
    first = next((draft for draft in inside if draft.token is token), inside[0])
    if verdict.share >= SURE[1] and (whole or (_is_sure(verdict) and first.token is token)):
        return _retyped(first, verdict.event_type)
    return first


def _told(parsed: Parsed, tokens: Sequence[Token], verdict: Verdict, text: str) -> _Told | None:
    """What a text that is one report tells in words that neither rules nor reader are sure of."""
    token = _likeliest(parsed, tokens)
    if token is None or is_question(token) or any(map(is_sport, token.sent)):
        return None
    told = modality(token) or "actual"
    if verdict.event >= TELLS:
        return _Told(token, verdict.event_type, "", told)
    cue = cued(text) if verdict.event >= STATES else None
    return None if cue is None else _Told(token, *category_of(cue), told)


def _likeliest(parsed: Parsed, tokens: Sequence[Token]) -> Token | None:
    """The word that most likely tells an event, if one may; the main verb where no reader is."""
    reading = parsed.tagged.reading
    if reading is None:
        return main_verb(tokens)
    able = [token for token in tokens if may_tell(token)]
    best = max(able, key=lambda token: reading.likely(token.i), default=None)
    return None if best is None or reading.likely(best.i) < WEAK else best


def _is_sure(verdict: Verdict) -> bool:
    return verdict.event >= SURE[0] and verdict.share >= SURE[1]


def _retyped(draft: Draft, event_type: str) -> Draft:
    mode = draft.event.event_mode
    kept = mode if mode in EVENT_MODES.get(event_type, ()) else ""
    return replace(draft, event=replace(draft.event, event_type=event_type, event_mode=kept))


def _made(item: Document, parsed: Parsed, told: _Told, gazetteer: Gazetteer) -> Draft:
    """An event at a verb that no rule knows."""
    token = told.token
    actor1, actor2 = parties.told([token], told.event_type, None, gazetteer)
    sentence = token.sent
    event = Event(
        doc_id=item.doc_id,
        sentence=_trimmed(parsed.spot(sentence.start_char, sentence.end_char)),
        trigger=parsed.spot(token.idx, token.idx + len(token)),
        event_type=told.event_type,
        event_mode=told.mode,
        modality=told.modality,
        actor1=actor1,
        actor2=actor2,
        counts=(),
        when=When(),
        site=None,
        location_source=None,
        attribution=None,
        confidence=0.0,
    )
    both = (actor for actor in (actor1, actor2) if actor is not None)
    countries = tuple(actor.country for actor in both if actor.country)
    return Draft(event, token, parsed, countries)


def _trimmed(span: Span) -> Span:
    left = len(span.text) - len(span.text.lstrip())
    text = span.text.strip()
    return Span(span.start + left, span.start + left + len(text), text)
