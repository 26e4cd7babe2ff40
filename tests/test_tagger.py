import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import model
from pipeline.tagger import OVERLAP, WINDOW, Tagger, _windows, default_tagger
from pipeline.words import words

TEXT = "Gunmen killed nine people near Garissa on Monday, Kenyan police said."


def named(tagged, names):
    return {
        (" ".join(word.text for word in tagged.words[name.start : name.end]), name.label)
        for name in names
    }


def read(text):
    ((tagged,),) = default_tagger().tag([[text]])
    return tagged


def test_one_pass_gives_names_places_and_syntax():
    tagged = read(TEXT)
    assert ("Garissa", "LOC") in named(tagged, tagged.names)
    assert ("Monday", "DATE") in named(tagged, tagged.names)
    assert named(tagged, tagged.toponyms) == {("Garissa", "TOP"), ("Kenyan", "ADJ")}
    forms = [word.text for word in tagged.words]
    killed = forms.index("killed")
    assert tagged.tags[killed] == "VBD"
    assert tagged.labels[forms.index("Gunmen")] == "nsubj"
    assert tagged.heads[forms.index("Gunmen")] == killed
    assert tagged.starts[0]
    assert not any(tagged.starts[1:])


def test_a_text_is_read_the_same_beside_any_other():
    alone = read(TEXT)
    others = [["Talks in Geneva ended."], [TEXT], ["x " * 700, "Nothing."], [""]]
    beside = default_tagger().tag(others)[1][0]
    assert alone.names == beside.names
    assert alone.toponyms == beside.toponyms
    assert alone.heads == beside.heads
    assert np.array_equal(alone.place, beside.place)


def test_texts_of_a_document_do_not_run_into_each_other():
    headline, body = "Gunmen kill nine in Garissa", TEXT
    ((first, second),) = default_tagger().tag([[headline, body]])
    assert [word.text for word in first.words] == headline.split()
    assert max(first.heads) < len(first.words)
    assert ("Garissa", "TOP") in named(first, first.toponyms)
    forms = [word.text for word in second.words]
    assert second.labels[forms.index("Gunmen")] == "nsubj"
    assert second.starts[0]


def test_long_texts_are_read_to_the_end():
    text = "Nobody said anything new about it. " * 200 + "Then a bomb exploded in Mogadishu."
    tagged = read(text)
    assert len(tagged.words) == len(list(words(text)))
    (name,) = tagged.toponyms
    assert text[tagged.words[name.start].start :] == "Mogadishu."


@given(st.lists(st.integers(1, 10), min_size=1, max_size=400))
def test_windows_cover_every_word_and_fit(counts):
    found = list(_windows(counts))
    assert found[0][0] == 0
    assert found[-1][1] == len(counts)
    for (_, end), (start, _) in itertools.pairwise(found):
        assert start <= end
        assert sum(counts[start:end]) <= OVERLAP
    assert all(sum(counts[a:z]) <= WINDOW - 2 for a, z in found)


@settings(max_examples=25)
@given(st.text(max_size=80))
def test_any_text_has_offsets_of_its_own(text):
    tagged = read(text)
    assert all(text[word.start : word.end] == word.text for word in tagged.words)
    n = len(tagged.words)
    assert {len(tagged.tags), len(tagged.labels), len(tagged.heads), len(tagged.starts)} == {n}
    assert all(0 <= head < n for head in tagged.heads)
    for name in (*tagged.names, *tagged.toponyms):
        assert 0 <= name.start < name.end <= n
        assert 0.0 <= name.probability <= 1.0


def test_a_folder_without_the_model_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no model\.onnx of the tagger in"):
        Tagger(tmp_path)


def test_an_unknown_choice_is_told(monkeypatch):
    monkeypatch.setenv(model.CHOICE, "bert")
    model.load.cache_clear()
    with pytest.raises(ValueError, match="DATELINE_TAGGER is 'bert'; it can be own or spacy"):
        model.load()
    model.load.cache_clear()


def test_spacy_reads_behind_the_same_seam(monkeypatch):
    pytest.importorskip("spacy")
    monkeypatch.setenv(model.CHOICE, "spacy")
    model.load.cache_clear()
    try:
        ((tagged,),) = model.load().tag([[TEXT]])
        assert ("Garissa", "TOP") in named(tagged, tagged.toponyms)
        assert model.version().startswith("en_core_web_sm")
    finally:
        model.load.cache_clear()
