import gzip
import json

import numpy as np
import pytest

from geo.schema import EVENT_TYPES
from pipeline.reader_corpora import (
    FILES,
    UNKNOWN,
    Notes,
    Told,
    annotate,
    own_sentences,
    read_annotations,
    seen,
    texts,
    windows,
)
from pipeline.tagger import default_tagger

TEXT = "Rebels attacked Aleppo on Sunday. Officials met in Geneva. It rained."


def window(text=TEXT, corpus="newswire"):
    (found,) = seen(corpus, "1", text, default_tagger())
    return found


def words(found, text, *names):
    return [found.words(text.index(name), text.index(name) + len(name))[0] for name in names]


def test_the_shipped_annotations_are_whole():
    notes = read_annotations()
    assert len(notes) > 1000
    for (corpus, _), note in notes.items():
        assert corpus in FILES
        assert note.sentences
        for told in note.events:
            assert any(low <= told.start < told.end <= high for low, high in note.sentences)
            assert told.event_type in EVENT_TYPES


def test_what_was_read_by_the_whole_document_has_times_and_a_first_telling(tmp_path):
    path = tmp_path / "notes.tsv"
    path.write_text(
        "muc\ta\t0\t30\n"
        "muc\ta\t8\t16\tASSAULT\tactual\t17-23\n"
        "muc\ta\t20\t24\tASSAULT\tactual\t\t27-33;40-44\t8\n"
        "muc\ta\t25\t29\tPROTEST\tactual\t\t\t\n",
        encoding="utf-8",
    )
    plain, again, single = read_annotations(path)["muc", "a"].events
    assert (plain.whole, plain.places) == (False, ((17, 23),))
    assert (again.whole, again.times, again.first) == (True, ((27, 33), (40, 44)), 8)
    assert (single.whole, single.times, single.first) == (True, (), None)


def test_a_place_told_in_a_sentence_before_is_looked_for_there():
    text = "Officials met in Geneva. Rebels attacked on Sunday. It rained in Paris."
    found = window(text)
    start, place = text.index("attacked"), text.index("Geneva")
    spans = [(0, 24), (25, 51), (52, 71)]
    for whole in (False, True):
        found.links.clear()
        places = ((place, place + 6),) if whole else ()
        annotate(found, Notes(spans, [Told(start, start + 8, "ASSAULT", "actual", places, whole)]))
        ((_, candidates, right),) = found.links
        assert [bool(item) for item in right] == [True] * whole
        assert list(candidates) == words(found, text, "Geneva")[:whole]


def test_words_have_their_offsets_and_places_are_seen():
    found = window()
    assert [TEXT[a:b] for a, b in found.spans[:3]] == ["Rebels", "attacked", "Aleppo"]
    assert found.named[words(found, TEXT, "Aleppo", "Geneva")].all()
    assert (found.events == UNKNOWN).all()


def test_only_sentences_that_were_read_are_labelled():
    found = window()
    start = TEXT.index("attacked")
    place = TEXT.index("Aleppo")
    told = Told(start, start + 8, "ASSAULT", "actual", ((place, place + 6),))
    annotate(found, Notes([(0, 33)], [told]))
    attacked, aleppo, met = words(found, TEXT, "attacked", "Aleppo", "met")
    assert found.events[attacked] == 1 + EVENT_TYPES.index("ASSAULT")
    assert found.told[attacked] == 0
    assert found.events[aleppo] == 0
    assert found.events[met] == UNKNOWN
    (link,) = found.links
    assert link.word == attacked
    assert list(link.places[link.right]) == [aleppo]
    assert words(found, TEXT, "Geneva")[0] not in link.places, "of another sentence"


def test_corpora_bring_their_own_labels(tmp_path):
    (tmp_path / "events").mkdir()
    records = {
        "quad": [{"text": TEXT, "label": 4}],
        "gsr": [{"text": TEXT, "label": "FIGHT"}],
        "evloc": [
            {
                "text": TEXT,
                "source": "A",
                "verb": [{"start": 7, "end": 15}],
                "locations": [{"start": 16, "end": 22}],
            },
            {"text": TEXT, "source": "Masdar_RA", "verb": [{"start": 7, "end": 15}]},
        ],
    }
    for corpus, lines in records.items():
        with gzip.open(tmp_path / FILES[corpus], "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(line) + "\n" for line in lines)
    found = {corpus: list(windows(tmp_path, corpus, default_tagger(), {})) for corpus in records}
    assert [one.quad for one in found["quad"]] == [4]
    assert [one.category for one in found["gsr"]] == [EVENT_TYPES.index("ASSAULT")]
    (placed,) = found["evloc"]
    assert placed.placed
    assert placed.some == words(placed, TEXT, "attacked")
    assert np.count_nonzero(placed.links[0].right) == 1


def test_only_annotated_articles_are_read(tmp_path):
    (tmp_path / "ner").mkdir()
    with gzip.open(tmp_path / FILES["newswire"], "wt", encoding="utf-8") as file:
        file.writelines(json.dumps({"doc_id": name, "text": TEXT}) + "\n" for name in "ab")
    notes = {("newswire", "b"): Notes([(0, 33)], [])}
    assert [item[:2] for item in texts(tmp_path, notes)] == [("newswire", "b")]
    assert [w.key for w in windows(tmp_path, "newswire", default_tagger(), notes)] == ["b"]
    with pytest.raises(FileNotFoundError):
        list(windows(tmp_path, "muc", default_tagger(), notes))


def test_own_sentences_have_a_category_or_tell_nothing(tmp_path):
    path = tmp_path / "own.tsv"
    path.write_text(f"AID\tFrance sent tents to Haiti.\nnone\t{TEXT}\n", encoding="utf-8")
    first, second = own_sentences(path, default_tagger())
    assert (first.category, first.quad) == (EVENT_TYPES.index("AID"), UNKNOWN)
    assert (second.category, second.quad) == (UNKNOWN, 0)
