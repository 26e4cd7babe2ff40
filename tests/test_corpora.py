"""Annotated texts as labels of words."""

import gzip
import json
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.corpora import (
    FILES,
    IGNORE,
    NAMES,
    TOPONYMS,
    Parse,
    example,
    join,
    put,
    read,
    windows,
)
from pipeline.words import words


def is_people(word):
    return word in {"Turkish", "Afghans", "South African", "french"}


def news(text, *spans):
    """A newswire record; spans by their words and label."""
    return {
        "doc_id": "1",
        "text": text,
        "spans": [
            {"start": text.index(name), "end": text.index(name) + len(name), "label": label}
            for name, label in spans
        ],
    }


def places(text, *names, **more):
    return {
        "doc_id": "1",
        "text": text,
        "toponyms": [
            {"start": text.index(name), "end": text.index(name) + len(name), **more}
            for name in names
        ],
    }


def told(item, labels, names):
    """Words that are labelled, with their labels."""
    return [
        (word.text, "?" if label == IGNORE else names[label])
        for word, label in zip(item.words, labels, strict=True)
        if label
    ]


def test_names_and_places_of_the_newswire():
    text = "Gen. Ali Khan left New York on Monday with $5."
    item = example(
        "newswire",
        news(
            text,
            ("Ali Khan", "Person"),
            ("New York", "Location"),
            ("Monday", "Date"),
            ("$5", "Money"),
        ),
        is_people,
    )
    assert told(item, item.names, NAMES) == [
        ("Ali", "B-PER"), ("Khan", "I-PER"), ("New", "B-LOC"), ("York", "I-LOC"),
        ("Monday", "B-DATE"),
    ]  # fmt: skip
    assert told(item, item.toponyms, TOPONYMS) == [("New", "B-TOP"), ("York", "I-TOP")]
    assert item.gold == ()


def test_peoples_are_toponyms_if_they_are_of_a_place():
    text = "Turkish and South African Muslims at Heathrow"
    item = example(
        "newswire",
        news(
            text,
            ("Turkish", "NORP"),
            ("South African", "NORP"),
            ("Muslims", "NORP"),
            ("Heathrow", "Facility"),
        ),
        is_people,
    )
    assert told(item, item.toponyms, TOPONYMS) == [
        ("Turkish", "B-ADJ"), ("South", "B-ADJ"), ("African", "I-ADJ"), ("Muslims", "?"),
        ("Heathrow", "?"),
    ]  # fmt: skip
    assert [label for _, label in told(item, item.names, NAMES)] == [
        "B-NORP", "B-NORP", "I-NORP", "B-NORP", "B-FAC",
    ]  # fmt: skip


def test_kinds_that_are_not_ours_are_left_open():
    item = example(
        "crossner",
        news("Paris ran Mosaic at Oxford", ("Paris", "country"), ("Mosaic", "product"),
             ("Oxford", "university")),
        is_people,
    )  # fmt: skip
    assert told(item, item.names, NAMES) == [
        ("Paris", "B-LOC"), ("Mosaic", "?"), ("Oxford", "B-ORG"),
    ]  # fmt: skip
    assert told(item, item.toponyms, TOPONYMS) == [("Paris", "B-TOP"), ("Mosaic", "?")]


def test_toponyms_of_lgl_and_their_gold():
    text = "Turkish troops in New York"
    record = places(text, "New York")
    record["toponyms"] += places(text, "Turkish", adjectival=True)["toponyms"]
    item = example("lgl", record, is_people)
    assert told(item, item.toponyms, TOPONYMS) == [
        ("Turkish", "B-ADJ"), ("New", "B-TOP"), ("York", "I-TOP"),
    ]  # fmt: skip
    assert set(item.names) == {IGNORE}
    assert item.gold == ((18, 26), (0, 7))


def test_demonyms_of_geovirus_are_left_open_unless_annotated_or_lower_case():
    text = "Turkish and french Afghans"
    item = example("geovirus", places(text, "Afghans"), is_people)
    assert told(item, item.toponyms, TOPONYMS) == [("Turkish", "?"), ("Afghans", "B-TOP")]
    item = example("lgl", places(text, "Afghans"), is_people)
    assert told(item, item.toponyms, TOPONYMS) == [("Afghans", "B-TOP")]


def test_a_span_that_cuts_a_word_leaves_it_open():
    item = example("lgl", {"doc_id": "1", "text": "in Kabuls north", "toponyms": [
        {"start": 3, "end": 8}]}, is_people)  # fmt: skip
    assert told(item, item.toponyms, TOPONYMS) == [("Kabuls", "?")]


def test_a_span_that_begins_inside_a_word_goes_on_as_inside():
    cut = tuple(words("xNew York City"))
    labels = [0, 0, 0]
    put(labels, cut, (1, 14), 1)
    assert labels == [IGNORE, 2, 2]


def test_a_span_without_words_labels_nothing():
    cut = tuple(words("a b"))
    labels = [0, 0]
    put(labels, cut, (1, 2), 1)
    put(labels, cut, (7, 9), 1)
    assert labels == [0, 0]


def test_offsets_hold_for_any_characters():
    text = "🏔 Zürich’s  Đà Nẵng"
    item = example("lgl", places(text, "Zürich", "Đà Nẵng"), is_people)
    assert all(text[word.start : word.end] == word.text for word in item.words)
    assert [label for _, label in told(item, item.toponyms, TOPONYMS)] == [
        "B-TOP", "B-TOP", "I-TOP",
    ]  # fmt: skip


def parsed(text, doc_id, *, start=True):
    item = example("crossner", {**news(text), "doc_id": doc_id}, is_people)
    count = len(item.words)
    heads = tuple(min(index + 1, count - 1) for index in range(count))
    starts = (start, *[False] * (count - 1))
    return replace(
        item, parse=Parse(("NN",) * count, ("dep",) * count, heads, starts), gold=((0, 1),)
    )


def test_joined_sentences_keep_their_offsets_heads_and_starts():
    (item,) = join([parsed("One two.", "ai/1"), parsed("Three four", "ai/2", start=False)])
    assert item.text == "One two.\nThree four"
    assert item.words == tuple(words(item.text))
    assert item.parse.heads == (1, 2, 2, 4, 4)
    assert item.parse.starts == (True, False, False, True, False)
    assert item.gold == ((0, 1), (9, 10))
    assert len(item.names) == len(item.toponyms) == len(item.parse.tags) == 5


def test_subjects_are_not_joined_nor_more_than_a_window():
    texts = [parsed("a b", "ai/1"), parsed("c", "music/1"), parsed("d " * 60, "music/2"),
             parsed("e " * 60, "music/3")]  # fmt: skip
    assert [len(item.words) for item in join(texts)] == [2, 61, 60]
    assert join([]) == []


def test_read_from_a_folder(tmp_path):
    path = tmp_path / FILES["lgl"]
    path.parent.mkdir()
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        for record in (places("In Kabul", "Kabul"), places(" "), places("In Herat", "Herat")):
            lines.write(json.dumps(record) + "\n")
    found = read(tmp_path, "lgl", is_people)
    assert [item.text for item in found] == ["In Kabul", "In Herat"]
    with pytest.raises(FileNotFoundError, match="geovirus"):
        read(tmp_path, "geovirus", is_people)


@given(
    st.lists(st.tuples(st.integers(1, 10), st.booleans()), max_size=300),
    st.integers(20, 126),
    st.integers(0, 99),
)
def test_windows_cover_every_word_once(text, size, seed):
    counts, starts = [count for count, _ in text], [start for _, start in text]
    found = list(windows(counts, starts, size, Random(seed)))
    covered = [index for first, last in found for index in range(first, last)]
    assert covered == list(range(len(counts)))
    assert all(sum(counts[first:last]) <= size for first, last in found)


def test_windows_end_at_sentences_and_differ_by_seed():
    starts = [index % 10 == 0 for index in range(400)]
    drawn = [tuple(windows([1] * 400, starts, 126, Random(seed))) for seed in range(20)]
    assert len(set(drawn)) > 10
    ends = [last for found in drawn for _, last in found[:-1]]
    assert sum(end % 10 == 0 for end in ends) / len(ends) > 0.6


def test_a_word_longer_than_a_window_stands_alone():
    assert next(windows([30, 1], [True, False], 20, Random(0))) == (0, 1)
