from datetime import date

import pytest

from geo.schema import EVENT_TYPES
from pipeline import coding
from pipeline.coding import code, published_of

ARREST = "Police arrested eleven students in Lima on Tuesday."
HOPE = "The minister said he was optimistic about the outcome of the talks."


def coded(*texts, **stated):
    return list(code([{"text": text, "published": "2021-07-05", **stated} for text in texts]))


def test_one_record_for_each_text_in_their_order():
    found = list(code([{"text": HOPE, "id": "b"}, {"text": ARREST, "id": 7}, {"text": ""}]))
    assert [item["id"] for item in found] == ["b", 7, "3"]
    assert [bool(item["events"]) for item in found] == [False, True, False]


def test_an_event():
    ((event,),) = [item["events"] for item in coded(ARREST)]
    assert (event["event_type"], event["event_mode"]) == ("COERCE", "arrest")
    assert event["quad_class"] == "material conflict"
    assert (event["modality"], event["main"]) == ("actual", True)
    assert ARREST[slice(*event["trigger"])] == event["trigger_text"] == "arrested"
    assert ARREST[slice(*event["place"])] == event["place_text"] == "Lima"
    assert (event["country"], event["location"]) == ("PER", "Lima")
    assert event["date"] == event["date_start"] == "2021-06-29"
    assert event["acled_event_type"] == "Strategic developments"
    assert event["acled_sub_event_type"] == "Arrests"
    assert 0.05 <= event["confidence"] <= 0.95


def test_partition_does_not_matter(monkeypatch):
    texts = [ARREST, HOPE, "Rebels freed two nurses near Goma.", ARREST]
    together = coded(*texts)
    monkeypatch.setattr(coding, "_BATCH", 1)
    assert coded(*texts) == together


def test_words_that_no_rule_knows_get_an_event_at_the_main_verb():
    text = "The junta muzzled four newspapers and banned a radio station in Kindu."
    (record,) = coded(text)
    assert record["events"]
    assert all(event["event_type"] in EVENT_TYPES for event in record["events"])


def test_a_statement_has_no_event():
    assert coded(HOPE)[0]["events"] == []


def test_a_game_has_none():
    text = "The battle for the title goes on as Arsenal beat Chelsea 3-0."
    assert coded(text)[0]["events"] == []


def test_a_question_has_none():
    assert coded("Will the wreckers dynamite it?")[0]["events"] == []


def test_main_event_first_and_none_beside_it_surer():
    text = "Gunmen shot dead a mayor in Culiacan on Monday, and police arrested two men."
    (record,) = coded(text)
    first, *others = record["events"]
    assert first["main"]
    assert not any(event["main"] for event in others)
    assert all(event["confidence"] <= first["confidence"] for event in others)


def test_a_note_of_sentences_is_one_report():
    text = (
        "Demonstrators marched through Minsk against the president. Riot police detained sixty of "
        "them."
    )
    (record,) = coded(text)
    assert record["events"][0]["acled_sub_event_type"] == "Protest with intervention"


def test_an_article_is_read_by_sentence():
    text = f"{ARREST}\n\n{HOPE}\n\nRebels freed two nurses near Goma on Monday."
    (record,) = coded(text)
    assert [event["event_type"] for event in record["events"]] == ["COERCE", "RETREAT"]
    assert [event["main"] for event in record["events"]] == [True, True]


def test_a_link_between_capitals_has_no_words_of_a_place():
    (record,) = coded("Chile's president spoke by phone with Peru's president on Sunday.")
    assert record["events"][0]["event_type"] == "CONSULT"
    assert record["events"][0]["place"] is None


def test_the_name_that_a_noun_points_at_is_the_place():
    (record,) = coded("Police patrolled Goma on Friday and searched cars that entered the town.")
    searched = record["events"][-1]
    assert searched["trigger_text"] == "searched"
    assert searched["place_text"] == "Goma"


def test_progress_and_a_text_that_breaks_a_stage(monkeypatch):
    real = coding.events_of

    def breaking(documents, *args, **options):
        if any("Goma" in item.text for item in documents):
            raise ValueError("broken")
        return real(documents, *args, **options)

    monkeypatch.setattr(coding, "events_of", breaking)
    done, failed = [], []
    records = [{"text": ARREST}, {"text": "Rebels freed two nurses near Goma."}, {"text": ARREST}]
    found = list(code(records, progress=done.append, failed=lambda *why: failed.append(why)))
    assert [bool(item["events"]) for item in found] == [True, False, True]
    assert failed == [(1, "could not be processed: broken")]
    assert sum(done) == 3


@pytest.mark.parametrize(
    ("record", "day"),
    [
        ({}, None),
        ({"published": None}, None),
        ({"published": "2021-07-05"}, date(2021, 7, 5)),
        ({"published": "2021-07-05T10:00:00Z"}, date(2021, 7, 5)),
        ({"dct": "2021-07-05"}, date(2021, 7, 5)),
    ],
)
def test_published(record, day):
    assert published_of(record) == day


def test_published_that_is_no_day():
    with pytest.raises(ValueError, match="soon"):
        published_of({"published": "soon"})
