"""Words: cut as the Penn Treebank does, with exact offsets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import texts

from pipeline.words import SHAPES, shape, words


def cut(text):
    return " | ".join(word.text for word in words(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # abbreviations keep their stop, the ends of sentences stand alone
        ("Gen. Dostum met Dr. Ali.", "Gen. | Dostum | met | Dr. | Ali | ."),
        ("in Jan. and on Mar. 3", "in | Jan. | and | on | Mar | . | 3"),
        ("No. He came on Sun.", "No | . | He | came | on | Sun | ."),
        ("Baton Rouge, La., and", "Baton | Rouge | , | La., | and".replace("La.,", "La. | ,")),
        ("St. Louis, Mo., vs. Acme Inc.", "St. | Louis | , | Mo. | , | vs. | Acme | Inc."),
        ("the U.S. and D.C., a.m.", "the | U.S. | and | D.C. | , | a.m."),
        ("the U.S.S.R fell", "the | U.S.S.R | fell"),
        ("U.N.-led", "U.N. | - | led"),
        ("vitamin A. Then", "vitamin | A | . | Then"),
        # possessives, clitics and negations
        ("Kabul's and Herat’s", "Kabul | 's | and | Herat | ’s"),
        ("KABUL'S FALL", "KABUL | 'S | FALL"),
        ("the troops' flight", "the | troops | ' | flight"),
        ("they're, we’ve, I'd, she'll", "they | 're | , | we | ’ve | , | I | 'd | , | she | 'll"),
        ("didn't can’t won't n't", "did | n't | ca | n’t | wo | n't | n't"),
        ("O'Brien, N'Djamena, d'Ivoire", "O'Brien | , | N'Djamena | , | d'Ivoire"),
        # hyphens and dashes
        ("Afghan-Tajik border", "Afghan | - | Tajik | border"),
        ("yes--no — a…b...", "yes | -- | no | — | a | … | b | ..."),
        # numbers, with units and signs
        ("1,037 of 3.5 at 10:30", "1,037 | of | 3.5 | at | 10:30"),
        ("about 3,000.", "about | 3,000 | ."),
        ("the 1990s, 21st, 2nd", "the | 1990s | , | 21st | , | 2nd"),
        ("5km, 100m, $5m, 5%", "5 | km | , | 100 | m | , | $ | 5 | m | , | 5 | %"),
        ("20/8/2021 and 20.8.2021", "20/8/2021 | and | 20.8.2021"),
        ("COVID-19, F-16s, 10-year-old", "COVID | - | 19 | , | F | - | 16s | , | 10 | - | year | - | old"),
        # the web, other scripts
        ("a_b @me #tag", "a | _ | b | @ | me | # | tag"),
        ("北京市 كابل Đà Nẵng", "北京市 | كابل | Đà | Nẵng"),
        ("🏔🙂", "🏔 | 🙂"),
        ("", ""),
        (" \n\u00a0\u2003", ""),
    ],
)  # fmt: skip
def test_cut(text, expected):
    assert cut(text) == expected


def test_offsets_are_code_points():
    assert [word[:2] for word in words("🏔 Kabul's")] == [(0, 1), (2, 7), (7, 9)]


@given(texts() | st.text() | st.text(st.sampled_from("aZé1 .,'’-_nt$U\u0301\u200b"), max_size=40))
def test_words_cover_all_but_white_space_in_order(text):
    found = list(words(text))
    at = 0
    for word in found:
        assert word.start >= at
        assert word.end > word.start
        assert not text[at : word.start].strip()
        assert word.text == text[word.start : word.end]
        at = word.end
    assert not text[at:].strip()
    assert all(word.text == word.text.strip() for word in found)


@given(st.text(st.sampled_from("abcXYZ.,'-1 ")), st.text(st.sampled_from("abcXYZ.,'-1 ")))
def test_a_line_break_parts_texts(first, second):
    """So that the sentences of a corpus may be joined (pipeline.corpora)."""
    joined = [word.text for word in words(f"{first}\n{second}")]
    assert joined == [word.text for part in (first, second) for word in words(part)]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("10th", 1), ("1,037", 1), ("$", 2), ("—", 2), ("_", 2),
        ("KABUL", 3), ("U.S.", 3), ("COVID", 3), ("K", 4), ("'S", 4),
        ("Kabul", 5), ("McCain", 5), ("O'Brien", 5), ("iPhone", 6),
        ("kabul", 7), ("'s", 7), ("n't", 7), ("北京", 7),
    ],
)  # fmt: skip
def test_shape(word, expected):
    assert shape(word) == expected


@given(st.text(min_size=1))
def test_any_word_has_a_shape_that_pieces_can_add_to(word):
    assert 0 <= shape(word) < (SHAPES - 1) // 2
