import numpy as np
import pytest
from pipeline_tools import parse, pieces, word

from geo.gazetteer import default_gazetteer
from geo.schema import EVENT_TYPES
from pipeline import verdicts
from pipeline.events import find_drafts
from pipeline.verdicts import (
    QUADS,
    RULES,
    Weights,
    judge,
    main_verb,
    masked,
    read_weights,
    rule_features,
    vector,
    word_features,
    write_weights,
)

TOLD = "Police arrested eleven students in Lima on Tuesday."


def drafts(text):
    made, parsed = pieces(text)
    return find_drafts(made, parsed, [], default_gazetteer())


def verdict(text):
    _, parsed = pieces(text)
    return judge([token for piece in parsed for token in piece.doc], drafts(text))


def test_names_and_numbers_are_masked():
    found = word_features(list(parse("Peru and Chile freed 40 men.")))
    assert "w=@place" in found
    assert "w=#" in found
    assert not any("peru" in name.lower() or "40" in name for name in found)


def test_neighbouring_names_of_a_kind_are_one():
    assert "b=@person_@person" not in word_features(list(parse("Maria Luisa Gomez resigned.")))


@pytest.mark.parametrize(
    ("text", "main"),
    [
        ("The army said that rebels killed ten soldiers.", "killed"),
        ("The rebels freed the hostages.", "freed"),
        ("Officials said.", "said"),
    ],
)
def test_main_verb(text, main):
    assert main_verb(list(parse(text))).text == main


def test_no_words_no_main_verb():
    assert main_verb([]) is None
    assert word_features([]) == []


def test_the_main_verb_with_what_hangs_under_it():
    found = word_features(list(parse("The army did not free the hostages.")))
    assert {"main=free", "main=free+hostage", "neg=not", "aux=do"} <= set(found)


def test_rules_say_what_they_found_or_that_they_found_nothing():
    assert rule_features([]) == ["rule=none"]
    found = rule_features(drafts(TOLD))
    assert {"rule=COERCE", "ruled=COERCE/arrest/actual", "first=COERCE"} <= set(found)


def test_a_row_has_length_one_for_words_and_the_weight_of_rules_beside():
    features = {"w=a": 0, "w=b": 1, "rule=none": 2}
    rarity = np.array([3, 4, 0], np.float32)
    row = vector(["w=a", "w=b", "w=a", "w=unknown"], ["rule=none", "rule=X"], features, rarity)
    assert row.tolist() == pytest.approx([0.6, 0.8, RULES])


def test_a_row_without_known_words_is_zero():
    assert not vector(["w=x"], [], {"w=a": 0}, np.ones(1, np.float32)).any()


def test_weights_come_back_from_their_file(tmp_path):
    weights = Weights(
        {"w=a": 0, "w=é": 1}, np.array([1.5, 2], np.float32), np.ones((3, 5), np.float32),
        np.ones((8, 16), np.float32),
    )  # fmt: skip
    write_weights(weights, tmp_path / "w.npz")
    again = read_weights(tmp_path / "w.npz")
    assert again.features == weights.features
    for name in ("rarity", "quads", "categories"):
        assert np.array_equal(getattr(again, name), getattr(weights, name))


def test_shipped_weights_fit_together():
    weights = verdicts.default_weights()
    count = len(weights.features)
    assert weights.rarity.shape == (count,)
    assert weights.quads.shape == (count + 1, len(QUADS))
    assert weights.categories.shape == (count + len(QUADS) + 1, len(EVENT_TYPES))


@pytest.mark.parametrize(
    ("text", "event_type", "quad"),
    [
        (TOLD, "COERCE", 4),
        ("Japan agreed to send engineers to Laos.", "AGREE", 1),
        ("Kuwait sent tents and medicine to the victims in Yemen.", "AID", 2),
        ("The minister flatly rejected the proposal for a truce.", "REJECT", 3),
    ],
)
def test_clear_cases(text, event_type, quad):
    found = verdict(text)
    assert (found.event_type, found.quad) == (event_type, quad)
    assert found.share == max(found.shares)
    assert sum(found.shares) == pytest.approx(1, abs=1e-4)


def test_a_statement_tells_no_event():
    found = verdict("The minister said he was optimistic about the outcome.")
    assert found.quad == 0
    assert found.event < 0.5


def test_a_number_is_masked_by_its_tag():
    assert masked(word("They freed 40 men.", "40")) == "#"
