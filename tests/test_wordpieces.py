"""Words as pieces: fixed results of BERT's reference tokenizer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.wordpieces import LONGEST, pieces

# Computed with the library `tokenizers` 0.23.3 and BERT's uncased English vocabulary.
REFERENCE = [
    ("Kabul", "kabul"),
    ("Afghanistan", "afghanistan"),
    ("Tajikistan", "tajikistan"),
    ("Badakhshan", "bad ##akh ##shan"),
    ("U.S.", "u . s ."),
    ("D.C.", "d . c ."),
    ("'s", "' s"),
    ("n't", "n ' t"),
    ("don't", "don ' t"),
    ("Zürich", "zurich"),
    ("Đà", "đ ##a"),
    ("Nẵng", "nan ##g"),
    ("São", "sao"),
    ("Łódź", "łodz"),
    ("İstanbul", "istanbul"),
    ("ẞ", "ß"),
    ("Straße", "st ##raße"),
    ("naïve", "naive"),
    ("北京", "北 京"),
    ("東京都", "東 京 都"),
    ("Київ", "к ##и ##і ##в"),
    ("Москва", "м ##о ##с ##к ##в ##а"),
    ("كابل", "ك ##ا ##ب ##ل"),
    ("काबुल", "क ##ा ##ब ##ल"),
    ("한국어", "ᄒ ##ᅡ ##ᆫ ##ᄀ ##ᅮ ##ᆨ ##ᄋ ##ᅥ"),
    ("กร\u0e38งเทพ", "ก ##ร ##ง ##เ ##ท ##พ"),
    ("ﬁ", "ﬁ"),
    ("Ⅳ", "[UNK]"),
    ("a\u0301", "a"),
    ("\u200b", ""),
    ("\u00ad", ""),
    ("🙂", "[UNK]"),
    ("😀🏔", "[UNK]"),
    ("$5", "$ 5"),
    ("€20", "€ ##20"),
    ("1,037", "1 , 03 ##7"),
    ("10:30", "10 : 30"),
    ("3.5m", "3 . 5 ##m"),
    ("covid-19", "co ##vid - 19"),
    ("AK-47", "ak - 47"),
    ("@user", "@ user"),
    ("#tag", "# tag"),
    ("http://a.b/c", "http : / / a . b / c"),
    ("...", ". . ."),
    ("…", "…"),
    ("—", "—"),
    ("“", "“"),
    ("�", ""),
    ("\u0000", ""),
    ("a\u0000b", "ab"),
    ("a\u200db", "ab"),
    ("²", "²"),
    ("½", "½"),
    ("№", "№"),
    ("ǅ", "[UNK]"),
    ("Ωmega", "ω ##me ##ga"),
    ("ς", "ς"),
    ("I\u0307", "i"),
    ("qwxzv", "q ##w ##x ##z ##v"),
    ("unaffable", "una ##ffa ##ble"),
    ("a b", "a b"),
    ("a\u00a0b", "a b"),
    ("ｆｕｌｌ", "[UNK]"),
    ("，", "，"),
    ("。", "。"),
    ("々", "[UNK]"),
    ("〇", "[UNK]"),
    ("ー", "ー"),
    ("𠀀", "[UNK]"),
    ("\ue000", ""),
    ("\u0345", ""),
    ("ʼ", "ʼ"),
    ("ˈ", "ˈ"),
    ("`", "`"),
    ("^", "^"),
    ("~", "~"),
    ("|", "|"),
    ("<", "<"),
    (">", ">"),
    ("=", "="),
    ("+", "+"),
]
UNKNOWN = 0
# The pieces of the results alone: of a smaller vocabulary no piece is longer, so the same are taken.
VOCABULARY = {
    piece: number
    for number, piece in enumerate(
        ["[UNK]", *sorted({p for _, found in REFERENCE for p in found.split(" ")} - {"[UNK]", ""})]
    )
}
NUMBERS = {number: piece for piece, number in VOCABULARY.items()}


def told(word):
    return " ".join(NUMBERS[number] for number in pieces(word, VOCABULARY, UNKNOWN))


@pytest.mark.parametrize(("word", "expected"), REFERENCE)
def test_as_the_reference_cuts(word, expected):
    assert told(word) == expected


def test_the_longest_piece_is_taken_from_the_left():
    vocabulary = {"un": 1, "unaf": 2, "##fable": 3, "##f": 4, "##able": 5}
    assert pieces("unaffable", vocabulary, UNKNOWN) == [2, 3]
    assert pieces("unfable", vocabulary, UNKNOWN) == [1, 3]


def test_a_rest_without_a_piece_makes_the_part_unknown_and_no_other():
    vocabulary = {"un": 1, "-": 2}
    assert pieces("un-unz", vocabulary, UNKNOWN) == [1, 2, UNKNOWN]


def test_a_word_of_more_than_a_hundred_letters_is_unknown():
    vocabulary = {"x": 1, "##x": 2}
    assert pieces("x" * LONGEST, vocabulary, UNKNOWN) == [1, *[2] * (LONGEST - 1)]
    assert pieces("x" * (LONGEST + 1), vocabulary, UNKNOWN) == [UNKNOWN]


@given(st.text())
def test_any_text_has_pieces_of_the_vocabulary(text):
    assert set(pieces(text, VOCABULARY, UNKNOWN)) <= set(NUMBERS)


@given(st.text(st.sampled_from("abcXYZäéñ -,."), max_size=30))
def test_pieces_spell_the_word(text):
    letters = {letter: number for number, letter in enumerate("abcxyzaen-,.", 1)}
    letters |= {"##" + letter: 50 + number for letter, number in letters.items()}
    spelled = {number: piece.removeprefix("##") for piece, number in letters.items()}
    plain = text.lower().translate(str.maketrans("äéñ", "aen", " "))
    assert "".join(spelled[number] for number in pieces(text, letters, UNKNOWN)) == plain
