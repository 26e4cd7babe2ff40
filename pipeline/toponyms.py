"""Toponyms: the place names of bare texts, resolved; what ``dateline geoparse`` writes."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from geo.gazetteer import Gazetteer, default_gazetteer
from geo.resolve import resolve
from pipeline import model
from pipeline.ahead import ahead
from pipeline.documents import document
from pipeline.mentions import KINDS, Mention
from pipeline.model import Parsed
from pipeline.recognizer import complete, find_mentions

_BATCH = 16
_Numbered = tuple[int, Mapping[str, object]]


def geoparse(
    records: Sequence[Mapping[str, object]],
    *,
    gold_spans: bool = False,
    kinds: Collection[str] = KINDS,
    progress: Callable[[int], None] = lambda _done: None,
    gazetteer: Gazetteer | None = None,
) -> Iterator[dict[str, object]]:
    """Find and resolve the place names of texts, furniture and all.

    Parameters
    ----------
    records : sequence of mapping
        Each with ``text``, and optionally ``doc_id``, ``source`` and ``url`` (of the outlet, whose
        home the resolver weighs) and ``toponyms`` (spans ``start``, ``end``).
    gold_spans : bool
        Resolve the spans given in ``toponyms`` instead of finding some.
    kinds : collection of str
        What mentions to give, of `pipeline.mentions.KINDS`; all of them help to resolve the others.
    progress : callable
        Called with the number of records done.

    Yields
    ------
    dict
        ``doc_id`` and ``toponyms``: ``start``, ``end``, ``text``, ``lat``, ``lon`` (degrees, null
        if unresolved), ``place_id``, ``country`` (alpha-3), ``kind``, ``score`` (0 to 1: how likely
        the place is the right one), ``basis`` (``gazetteer``, or why a place is but near).
    """
    gazetteer = gazetteer or default_gazetteer()
    # A span that is given is a place for sure: then the likeliest answer is better than none.
    threshold = 0.0 if gold_spans else None
    numbered = list(enumerate(records, 1))
    batches = [numbered[at : at + _BATCH] for at in range(0, len(numbered), _BATCH)]
    read = _unread if gold_spans else _read
    for batch, pieces in ahead(batches, read):
        for place, (number, record) in enumerate(batch):
            mentions = (
                _given(record, gazetteer)
                if gold_spans
                else _found(str(record["text"]), pieces[place], gazetteer)
            )
            yield {
                "doc_id": record.get("doc_id", str(number)),
                "toponyms": [
                    row
                    for row in _resolved(record, mentions, gazetteer, threshold)
                    if row["kind"] in kinds
                ],
            }
        progress(len(batch))


def _read(batch: Sequence[_Numbered]) -> list[list[Parsed]]:
    texts = (str(record["text"]) for _, record in batch)
    return model.parse_pieces([list(model.paragraphs(text)) for text in texts])


def _unread(batch: Sequence[_Numbered]) -> list[list[Parsed]]:
    return [[] for _ in batch]


def _found(text: str, pieces: Sequence[Parsed], gazetteer: Gazetteer) -> list[Mention]:
    dateline = document(text).dateline_place
    return complete(pieces, find_mentions(pieces, gazetteer), dateline, gazetteer)


def _given(record: Mapping[str, object], gazetteer: Gazetteer) -> list[Mention]:
    spans = record.get("toponyms")
    text = str(record["text"])
    found = []
    for span in spans if isinstance(spans, list) else ():
        name = text[span["start"] : span["end"]]
        kind = (
            "demonym"
            if gazetteer.demonym(name) and not gazetteer.candidates(name, limit=1)
            else "toponym"
        )
        found.append(Mention(span["start"], span["end"], name, kind))
    return found


def _resolved(
    record: Mapping[str, object],
    mentions: Sequence[Mention],
    gazetteer: Gazetteer,
    threshold: float | None,
) -> list[dict[str, object]]:
    rows = []
    source = " ".join(str(record[key]) for key in ("source", "url") if record.get(key))
    answers = resolve(
        str(record["text"]), mentions, gazetteer, source=source or None, threshold=threshold
    )
    for mention, answer in zip(mentions, answers, strict=True):
        place = answer.place if answer is not None else None
        rows.append(
            {
                "start": mention.start,
                "end": mention.end,
                "text": mention.text,
                "lat": place.latitude if place else None,
                "lon": place.longitude if place else None,
                # A name that only its surroundings place is near this point, it is not this place.
                "place_id": place.place_id
                if place and answer and answer.basis == "gazetteer"
                else None,
                "country": place.country if place else None,
                "kind": mention.kind,
                "score": answer.score if answer is not None else 0.0,
                "basis": answer.basis if answer is not None else None,
            }
        )
    return rows
