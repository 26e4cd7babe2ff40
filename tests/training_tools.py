"""A few texts of our own with labels and parses, for the tests of training."""

from dataclasses import replace

from pipeline.corpora import Parse, example
from pipeline.tagger import FIRST, LAST, UNKNOWN

TAGS, LABELS = ("NN", "NNP", "VBD"), ("ROOT", "dep", "nsubj")


def is_people(word):
    return word == "Turkish"


def sentence(text, spans, number):
    record = {"doc_id": str(number), "text": text, "spans": spans}
    item = example("newswire", record, is_people)
    count = len(item.words)
    parse = Parse(
        tuple(TAGS[index % 3] for index in range(count)),
        tuple(LABELS[min(index, 2)] for index in range(count)),
        tuple(max(0, index - 1) for index in range(count)),
        tuple(index == 0 for index in range(count)),
    )
    return replace(item, parse=parse)


def sentences():
    return [
        sentence("Kabul fell.", [{"start": 0, "end": 5, "label": "Location"}], 0),
        sentence("Turkish troops left.", [{"start": 0, "end": 7, "label": "NORP"}], 1),
        sentence("Xyz said so on Monday.", [{"start": 0, "end": 3, "label": "Person"}], 2),
    ]


def pieces():
    """A vocabulary whose end marks stand where the real one has them."""
    known = {FIRST: "[CLS]", LAST: "[SEP]", UNKNOWN: "[UNK]", 103: "[MASK]"}
    rest = "kabul fell turkish troops left said so on monday . x ##y ##z".split()
    return [known.get(n, f"[unused{n}]") for n in range(104)] + rest
