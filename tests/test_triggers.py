import numpy as np
import pytest
from pipeline_tools import events, word

from geo.schema import EVENT_TYPES
from pipeline.events import is_march
from pipeline.lexicon import Sense
from pipeline.triggers import (
    RULED,
    Ruled,
    Weights,
    category,
    default_weights,
    features,
    is_other_news,
    may_tell,
    read_weights,
    shares,
    weigh,
    witnesses,
    write_weights,
)

NOTHING = Ruled(None, tells=False, modality="actual", event_type=None)


def ruled(event_type, *, made=True, modality="actual"):
    sense = Sense("x", "v", "", event_type, "")
    return Ruled(sense, tells=True, modality=modality, event_type=event_type if made else None)


def read(**given):
    """What a reader says: shares of categories, the rest of no event."""
    found = np.full(1 + len(EVENT_TYPES), 1e-4)
    for name, share in given.items():
        found[1 + EVENT_TYPES.index(name)] = share
    found[0] = 1 - found[1:].sum()
    return found


def weights(**joint):
    names = witnesses(read(), np.full(17, 1 / 17), NOTHING)
    return Weights({}, np.zeros((1, 17), np.float32), dict.fromkeys(names, 0.0) | joint)


def test_verbs_nouns_and_adjectives_may_tell_and_names_may_not():
    text = "Soldiers under General Dostum quickly attacked the town of Sheberghan on Friday."
    assert may_tell(word(text, "attacked"))
    assert may_tell(word(text, "town"))
    assert not may_tell(word(text, "quickly"))
    assert not may_tell(word(text, "Sheberghan"))
    assert not may_tell(word(text, "Friday"))


def test_features_name_a_word_its_dependents_and_what_the_rules_say():
    token = word("Rebels burned the market of Nyala.", "burned")
    found = features(token, NOTHING)
    assert len(found) == len(set(found))
    assert {"lemma burn V", "burn has dobj market", "unknown to the rules"} <= set(found)
    assert not any("nyala" in name for name in found), "no place tells a category"
    known = features(token, ruled("ASSAULT"))
    assert {"sense ASSAULT", "ruled ASSAULT"} <= set(known)
    assert "not told ASSAULT" in features(token, ruled("ASSAULT", made=False))


def test_the_more_each_witness_says_the_likelier():
    own = weights(reader=1.0, words=1.0)
    unsure, sure = read(ASSAULT=0.1), read(ASSAULT=0.9)
    low, high = (weigh([], NOTHING, said, own).likely for said in (unsure, sure))
    assert 0 < low < high < 1


def test_the_rules_category_outweighs_but_is_not_alone():
    even = np.full(17, 1 / 17)
    assert category(read(COERCE=0.5), even, NOTHING)[0] == "COERCE"
    assert category(read(COERCE=0.5), even, ruled("ASSAULT"))[0] in {"COERCE", "ASSAULT"}
    assert category(read(COERCE=0.2, ASSAULT=0.15), even, ruled("ASSAULT"))[0] == "ASSAULT"
    assert RULED > 0


def test_shares_add_up_and_unknown_features_weigh_nothing():
    own = Weights({"a": 0}, np.eye(2, 17, dtype=np.float32), {})
    assert np.isclose(shares(["a", "never seen"], own).sum(), 1)
    assert np.array_equal(shares(["never seen"], own), shares([], own))


def test_weights_come_back_as_they_were_written(tmp_path):
    own = Weights({"a": 0, "b c": 1}, np.eye(3, 17, dtype=np.float32), {"constant": 0.5})
    write_weights(own, tmp_path / "w.npz")
    back = read_weights(tmp_path / "w.npz")
    assert back.features == own.features
    assert np.array_equal(back.matrix, own.matrix)
    assert back.joint == own.joint


def test_the_shipped_weights_know_every_witness():
    own = default_weights()
    assert set(own.joint) == set(witnesses(read(), np.full(17, 1 / 17), NOTHING))
    assert own.matrix.shape == (len(own.features) + 1, 17)


@pytest.mark.parametrize(
    "text",
    [
        "The company reported a rise in sales of copper wire in Lima on Friday.",
        "Shares in the mining company fell sharply in Toronto on Monday.",
        "Heavy rain is expected in Nairobi on Tuesday.",
    ],
)
def test_what_no_researcher_would_code_is_no_event(text):
    assert events(text) == ()


def test_armed_men_who_walk_do_not_protest():
    text = "Taliban fighters walked onto the runway while teachers marched in Kabul."
    walked, marched = word(text, "walked"), word(text, "marched")
    assert is_march("PROTEST", NOTHING, walked)
    assert not is_march("MOBILIZE", NOTHING, walked)
    assert not is_march("PROTEST", ruled("PROTEST"), walked), "a mutiny of soldiers"
    assert not is_march("PROTEST", NOTHING, marched)


def test_a_report_is_on_other_news_if_few_sentences_tell_events():
    quiet, loud = [0.0, 0.02], [0.1, 0.9]
    assert is_other_news([quiet, quiet, quiet])
    assert is_other_news([quiet] * 9 + [loud])
    assert not is_other_news([quiet, quiet, loud])
    assert not is_other_news([])
    assert not is_other_news([quiet, quiet])  # a sentence or two show little


def test_the_rules_alone_are_heard_less_amid_other_news():
    told = "The guild warned its clerks in Lima on Friday."
    talk = "The sunflower needs much light. It grows fast. Seeds fall in the autumn. Bees like it. "
    war = "Gunmen killed nine soldiers in Lima on Friday. Police arrested six men there. "
    alone, amid = ([e.trigger.text for e in events(text + told)] for text in (war, talk * 3))
    assert "warned" in alone
    assert "warned" not in amid
