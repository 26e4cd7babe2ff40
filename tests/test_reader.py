from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.schema import EVENT_TYPES
from pipeline import model
from pipeline.documents import document
from pipeline.reader import FOLDER, MODALITIES, Reader, Reading
from pipeline.run import events_of
from pipeline.tagger import default_tagger

TEXT = "Rebels shelled the town of Avdiivka on Sunday, and the mayor spoke to reporters in Kyiv."


def read(text):
    ((piece,),) = model.parse_pieces([[*model.paragraphs(text)]], events=True)
    return piece


def word(piece, text):
    return next(token.i for token in piece.doc if token.text == text)


def reading(**shares):
    """A text of one word, of which the reader says this."""
    told = np.array([[shares.get(name, 0.0) for name in MODALITIES]], np.float32)
    events = np.full((1, 1 + len(EVENT_TYPES)), 0.01, np.float32)
    return Reading(events, told, np.zeros((1, 2), np.float32), np.zeros((1, 3), np.float32))


def test_a_word_that_tells_an_attack_is_seen_with_its_category():
    piece = read(TEXT)
    found = piece.tagged.reading
    shelled = word(piece, "shelled")
    assert found.likely(shelled) > 0.8
    assert found.event_type(shelled) == "ASSAULT"
    assert found.likely(word(piece, "reporters")) < 0.1


def test_its_place_is_where_it_happened_and_not_where_others_spoke():
    piece = read(TEXT)
    found, shelled = piece.tagged.reading, word(piece, "shelled")
    places = [word(piece, "Avdiivka")], [word(piece, "Kyiv")]
    there, elsewhere = (found.place_score(shelled, place) for place in places)
    assert there > 0 > elsewhere


def test_shares_add_up_and_every_word_has_a_row():
    piece = read(TEXT)
    found = piece.tagged.reading
    assert found.events.shape == (len(piece.tagged.words), 1 + len(EVENT_TYPES))
    assert found.told.shape == (len(piece.tagged.words), len(MODALITIES))
    assert np.allclose(found.events.sum(1), 1, atol=1e-3)
    assert np.allclose(found.told.sum(1), 1, atol=1e-3)


def test_a_reading_is_that_of_the_text_whatever_stands_beside_it():
    alone = default_tagger().tag([[TEXT]], events=True)[0][0].reading
    others = [["Nothing happened."] * 3, [TEXT], ["Police arrested nine people in Lima."]]
    beside = default_tagger().tag(others, events=True)[1][0].reading
    assert np.array_equal(alone.events, beside.events)
    assert np.array_equal(alone.sites, beside.sites)


def test_who_does_not_ask_pays_nothing():
    assert default_tagger().tag([[TEXT]])[0][0].reading is None


@given(st.lists(st.text(max_size=60), max_size=4))
def test_any_texts_have_readings_of_their_words(texts):
    (found,) = default_tagger().tag([texts], events=True)
    assert [len(one.reading.events) for one in found] == [len(one.words) for one in found]


def test_how_an_event_is_told_is_the_rules_to_say_where_they_say_anything():
    assert reading(planned=0.9).modality(0, "actual") == "actual"
    assert reading(planned=0.9).modality(0, None) == "planned"
    assert reading(denied=0.9, actual=0.1).modality(0, None) == "denied"


def test_missing_files_are_named(tmp_path):
    (tmp_path / "labels.json").write_text("{}", encoding="utf-8")
    with pytest.raises(FileNotFoundError, match=r"no model\.onnx of the event reader"):
        Reader(tmp_path)
    assert Reader(FOLDER).version.startswith("dateline-reader-")


def test_events_in_words_that_no_rule_knows_are_found():
    """None of these verbs stands in data/curated/triggers.csv."""
    text = "KHARTOUM, May 3 (Wire) - Fighters torched the main market of Nyala on Monday."
    (events,) = events_of([document(text, published=date(2023, 5, 3))])
    assert [(event.event_type, event.trigger.text) for event in events] == [("ASSAULT", "torched")]
    assert events[0].site.location.name == "Nyala"
