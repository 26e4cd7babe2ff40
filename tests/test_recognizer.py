from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pipeline_tools import mentions, pieces

from geo.gazetteer import default_gazetteer
from pipeline import model, run
from pipeline.documents import document
from pipeline.mentions import KINDS, Mention
from pipeline.recognizer import complete, find_mentions


def kinds(text):
    return {mention.text: mention.kind for mention in mentions(text)}


def test_a_sure_location_that_the_gazetteer_has_is_a_place():
    text = "Egyptian plan to end the occupation of Heglig, diplomats here said on Tuesday."
    assert kinds(text)["Heglig"] == "toponym"


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Hundreds of soldiers patrolled Katmandu after a curfew was lifted.", "Katmandu"),
        ("The southern army seized Heglig, which it knows as Panthou.", "Heglig"),
        (
            "Armed men abducted three crewmen of a trawler off Lahad Datu late on Saturday.",
            "Lahad Datu",
        ),
        ("At least 20 fighters were killed and 100 wounded in the Manbij campaign.", "Manbij"),
    ],
)
def test_a_known_name_is_a_place_where_the_words_beside_it_say_so(sentence, name):
    assert kinds(sentence).get(name) == "toponym"


def test_a_campaign_called_after_a_person_names_no_place():
    assert kinds("He joined the Obama campaign and wrote on the Nixon attack.") == {}


@pytest.mark.parametrize(
    ("sentence", "name", "kind"),
    [
        ("They met in Geneva.", "Geneva", "toponym"),
        ("Nairobi fell to the rebels.", "Nairobi", "toponym"),
        ("Moscow condemned the attack.", "Moscow", "metonym"),
        ("The town was bombed by Ethiopia.", "Ethiopia", "metonym"),
        ("Kenya's army left.", "Kenya", "embedded"),
        ("Kenya's northern districts flooded.", "Kenya", "toponym"),
        ("Kenyan police arrived.", "Kenyan", "demonym"),
        ("The Tajik border was closed.", "Tajik", "demonym"),
        ("The White House denied it.", "White House", "metonym"),
        ("They stood outside the White House.", "White House", "toponym"),
        ("Peru and Chile signed it.", "Chile", "metonym"),
    ],
)
def test_what_a_name_is_used_for(sentence, name, kind):
    assert kinds(sentence)[name] == kind


@pytest.mark.parametrize(
    "sentence",
    [
        "The march went on and on.",
        "He said that the reading was nice.",
        "Of those, only two came.",
        "1234567 89.",
    ],
)
def test_common_words_are_no_places(sentence):
    assert kinds(sentence) == {}


def test_a_person_is_no_place():
    assert "Paris" not in kinds("The singer Paris Jackson sang.")


def test_a_name_found_once_is_found_everywhere():
    text = "They met in Kismayo. Troops held Kismayo port, and KISMAYO airport; kismayo slept."
    made, parsed = pieces(text)
    first = Mention(12, 19, "Kismayo", "toponym")
    assert made.text[first.start : first.end] == first.text
    found = complete(parsed, [first], None, default_gazetteer())
    assert [mention.text for mention in found] == ["Kismayo", "Kismayo", "KISMAYO"]
    assert [made.text[m.start : m.end] for m in found] == [m.text for m in found]


def test_names_known_from_elsewhere_are_found_too():
    text = "BLANTYRE, Malawi, July 15 (Sample) - Shots rang through Blantyre."
    made, parsed = pieces(text)
    found = complete(parsed, [], made.dateline_place, default_gazetteer())
    assert [mention.text for mention in found][-1] == "Blantyre"
    assert found[0].text.startswith("BLANTYRE")
    assert complete(parsed, [], None, default_gazetteer()) == []


NASTY = st.sampled_from(
    [
        "Nairobi", "Kabul's", "São Paulo", "Zürich", "N’Djamena", "New\u00a0York", "Côte d’Ivoire",
        "e\u0301", "\u200b", "\u202f", "\U0001f4a3", "İzmir", "ﬁre", "—", "…", "\r\n", "\n\n", "\t",
        "in", "near", "the", "border", "of", "and", ".", ",", "\x00", "10 km", "north", "Москва",
        "कश्मीर", "القاهرة", "attacked", "killed", "said", "on Monday",
    ]
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(NASTY, max_size=15).map(" ".join) | st.text(max_size=60))
def test_offsets_are_those_of_the_text(text):
    made = document(text, doc_id="x")
    parsed = model.parse([made])[0]
    found = find_mentions(parsed, default_gazetteer())
    for mention in found:
        assert made.text[mention.start : mention.end] == mention.text
        assert mention.kind in KINDS
    assert all(a.end <= b.start for a, b in pairwise(found))
    for event in run.events_of([made])[0]:
        for span in (event.sentence, event.trigger, event.when.text):
            assert span is None or made.text[span.start : span.end] == span.text
        words = event.site and event.site.expression
        assert words is None or made.text[words.start : words.end] == words.text


def test_a_name_linked_by_particles_is_one_name():
    text = "A bomb went off in Dasht-e-Barchi, officials in Pul-e-Khumri said."
    assert [mention.text for mention in mentions(text)] == ["Dasht-e-Barchi", "Pul-e-Khumri"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("GUERRILLAS ATTACKED THE BARRACKS IN SAN SALVADOR AND SAN MIGUEL ON MONDAY.",
         ["SAN SALVADOR", "SAN MIGUEL"]),
        ("protests in cairo and new york after the attack", ["cairo", "new york"]),
        ("He lives in Charleston, S.C., not in Washington, D.C.",
         ["Charleston", "S.C.", "Washington", "D.C."]),
        ("Troops moved from New\nYork to San\nFrancisco.", ["New\nYork", "San\nFrancisco"]),
        ("President Ashraf Ghani visited Herat on Monday.", ["Herat"]),
        ("They met in Port-au-Prince, Kabul’s mayor said.", ["Port-au-Prince", "Kabul"]),
        ("City | Killed\nAleppo | 12\nHoms | 3", ["Aleppo", "Homs"]),
        ("Of course he went on and on; a nice man.", []),
    ],
)  # fmt: skip
def test_names_in_any_dress(text, names):
    assert [mention.text for mention in mentions(text)] == names


def test_what_tells_a_town_from_its_namesakes_is_part_of_its_name():
    found = [mention.text for mention in mentions("They fled Santo Domingo de los Colorados.")]
    assert found == ["Santo Domingo de los Colorados"]


def test_a_place_inside_a_body_s_name_is_told_apart():
    assert kinds("Officials of Kabul Electricity Company left.") == {"Kabul": "embedded"}
    assert kinds("Doctors left Kabul.") == {"Kabul": "toponym"}


def completed(text):
    _, parsed = pieces(text)
    found = find_mentions(parsed, default_gazetteer())
    return [item.text for item in complete(parsed, found, None, default_gazetteer())]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "The South African Wind Energy Association (Sawea) met in Durban. Sawea said it was glad.",
            ["South African", "Durban"],
        ),
        (
            "The United Arab Emirates (UAE) left. The UAE was glad.",
            ["United Arab Emirates", "UAE", "UAE"],
        ),
    ],
)
def test_a_body_s_short_name_is_no_place(text, names):
    assert completed(text) == names


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Oscar Rosell met the miners. Neither did Rosell leave.", False),
        ("Oscar Rosell met the miners. They met in Rosell, a village.", True),
        ("Oscar Peru met the miners. Peru was glad.", True),
    ],
)
def test_a_surname_is_a_place_only_where_something_is_in_it(text, kept):
    _, parsed = pieces(text)
    name = "Peru" if "Peru" in text else "Rosell"
    start = text.rindex(name)
    last = [Mention(start, start + len(name), name, "toponym")]
    found = complete(parsed, last, None, default_gazetteer())
    assert any(item.start == start for item in found) is kept


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Police in Sana'a arrested five men.", "Sana'a"),
        ("He was shot in Ma’an last week.", "Ma’an"),
        ("Envoys met at Hyderabad House on Friday.", "Hyderabad House"),
        ("Shops on Nablus Road were shut.", "Nablus Road"),
        ("The Nevada House met on Friday.", "Nevada"),
    ],
)
def test_a_name_is_not_cut_short(sentence, name):
    assert name in kinds(sentence)


def test_what_a_facility_is_called_by_is_a_place_elsewhere():
    text = "Shells hit N'Djamena airport. Rebels pulled out of N'Djamena late on Sunday."
    made, parsed = pieces(text)
    found = find_mentions(parsed, default_gazetteer())
    named = [mention.text for mention in complete(parsed, found, None, default_gazetteer())]
    assert named == ["N'Djamena airport", "N'Djamena"]
    assert made.text == text
