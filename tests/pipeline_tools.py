"""What the tests of the language stages share: one loaded parser, parses and events by sentence."""

from datetime import date
from functools import cache

from geo.gazetteer import default_gazetteer
from pipeline import model, run
from pipeline.documents import document
from pipeline.expressions import find_expressions
from pipeline.recognizer import find_mentions

PUBLISHED = date(2021, 7, 15)  # a Thursday


@cache
def parse(text):
    return next(model.parse_texts([text]))


def word(text, form, nth=0):
    """The nth token of a text with this form."""
    found = [token for token in parse(text) if token.text == form]
    assert len(found) > nth, f"{form!r} is no token of {text!r}"
    return found[nth]


def texts(tokens):
    return [token.text for token in tokens]


@cache
def pieces(text, published=PUBLISHED):
    made = document(text, stated=published, doc_id="test")
    return made, model.parse([made])[0]


@cache
def mentions(text):
    _, parsed = pieces(text)
    return tuple(find_mentions(parsed, default_gazetteer()))


@cache
def expressions(text):
    made, _ = pieces(text)
    return tuple(find_expressions(made.text, mentions(text)))


@cache
def events(text, published=PUBLISHED):
    made, _ = pieces(text, published)
    return tuple(run.events_of([made], default_gazetteer())[0])


def event(text, trigger, published=PUBLISHED):
    """The one event of a text with this trigger."""
    found = [item for item in events(text, published) if item.trigger.text == trigger]
    assert len(found) == 1, f"{trigger!r} among {[item.trigger.text for item in events(text)]}"
    return found[0]
