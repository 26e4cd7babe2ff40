"""Toponyms: the place names of bare texts, resolved; what ``dateline geoparse`` writes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from geo.gazetteer import Gazetteer, default_gazetteer
from geo.resolve import resolve
from pipeline import model
from pipeline.documents import Span, document
from pipeline.mentions import Mention
from pipeline.recognizer import complete, find_mentions

_BATCH = 32


def geoparse(
    records: Sequence[Mapping[str, object]],
    *,
    gold_spans: bool = False,
    progress: Callable[[int], None] = lambda _done: None,
    gazetteer: Gazetteer | None = None,
) -> Iterator[dict[str, object]]:
    """Find and resolve the place names of texts, furniture and all.

    Parameters
    ----------
    records : sequence of mapping
        Each with ``text``, and optionally ``doc_id`` and ``toponyms`` (spans ``start``, ``end``).
    gold_spans : bool
        Resolve the spans given in ``toponyms`` instead of finding some.
    progress : callable
        Called with the number of records done.

    Yields
    ------
    dict
        ``doc_id`` and ``toponyms``: ``start``, ``end``, ``text``, ``lat``, ``lon`` (degrees, null
        if unresolved), ``place_id``, ``country`` (alpha-3), ``kind``, ``score`` (0 to 1).
    """
    gazetteer = gazetteer or default_gazetteer()
    iterator = enumerate(records, 1)
    while batch := list(islice(iterator, _BATCH)):
        texts = [str(record["text"]) for _, record in batch]
        if gold_spans:
            found = [_given(record, gazetteer) for _, record in batch]
        else:
            found = _found(texts, gazetteer)
        for (number, record), text, mentions in zip(batch, texts, found, strict=True):
            yield {
                "doc_id": record.get("doc_id", str(number)),
                "toponyms": _resolved(text, mentions, gazetteer),
            }
        progress(len(batch))


def _found(texts: Sequence[str], gazetteer: Gazetteer) -> list[list[Mention]]:
    spans = [list(model.cut(Span(0, len(text), text))) for text in texts]
    pieces = model.parse_pieces(spans)
    return [
        complete(parsed, find_mentions(parsed, gazetteer), document(text).dateline_place, gazetteer)
        for text, parsed in zip(texts, pieces, strict=True)
    ]


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
    text: str, mentions: Sequence[Mention], gazetteer: Gazetteer
) -> list[dict[str, object]]:
    rows = []
    for mention, answer in zip(mentions, resolve(text, mentions, gazetteer), strict=True):
        place = answer.place if answer is not None else None
        rows.append(
            {
                "start": mention.start,
                "end": mention.end,
                "text": mention.text,
                "lat": place.latitude if place else None,
                "lon": place.longitude if place else None,
                "place_id": place.place_id if place else None,
                "country": place.country if place else None,
                "kind": mention.kind,
                "score": answer.score if answer is not None else 0.0,
            }
        )
    return rows
