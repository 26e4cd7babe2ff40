import pytest
from pipeline_tools import event

from pipeline.pointing import lies_in

OSH = "Rebels shelled Osh on Monday, officials in Bishkek said. "
CLASHES = "Police clashed with students in Lilongwe on Friday. "


def where(text, trigger):
    found = event(text, trigger)
    site = found.site
    return (site and site.location.name, found.location_source)


@pytest.mark.parametrize(
    ("text", "trigger", "place"),
    [
        # The city is the one where most is told to happen, not the last one named.
        (OSH + "Four people were killed in the city.", "killed", "Osh"),
        (OSH + "Four people were killed there.", "killed", "Osh"),
        ("Mobs burned shops in Kisumu. Three men were killed there.", "killed", "Kisumu"),
        (OSH + "Troops took Batken. Four people were shot in the town.", "shot", "Batken"),
        ("Police in Kenya met. Gunmen killed two men in the capital.", "killed", "Nairobi"),
    ],
)
def test_a_noun_points_at_a_place_named_before(text, trigger, place):
    assert where(text, trigger) == (place, "inherited")


def test_a_noun_points_at_no_place_that_nobody_knows():
    text = OSH + "Troops entered the village of Tashkoro-Besh. Five men were shot in the village."
    assert event(text, "shot").site.location.where_prec >= 6


@pytest.mark.parametrize(
    "sentence",
    [
        "Five men were shot in the northern town of Qwerty.",
        "Five men were shot in the town where he was born.",
    ],
)
def test_a_noun_that_is_described_is_another_place(sentence):
    assert event(OSH + sentence, "shot").site.expression.text != "the town"


def test_a_nations_capital_is_told_by_the_sentence_itself():
    text = "Police in Kenya met. Four soldiers were killed in the Peruvian capital on Monday."
    assert where(text, "killed") == ("Lima", "sentence")
    provincial = OSH + "Four soldiers were killed in the provincial capital."
    assert where(provincial, "killed")[0] != "Bishkek"


@pytest.mark.parametrize(
    "sentence",
    [
        "A bomb exploded at the Rambling Rose hotel on Saturday.",
        "A bomb exploded at Chipoka Road police station on Saturday.",
        "A bomb exploded on Plaza Quetzalito on Saturday.",
        "A bomb exploded outside the Mother Amalia Clinic on Saturday.",
    ],
)
def test_a_building_that_nobody_knows_is_near_the_middle_of_its_town(sentence):
    site = event(CLASHES + sentence, "exploded").site
    assert (site.location.name, site.location.where_prec) == ("near Lilongwe", 2)


def test_a_building_is_in_the_town_that_the_text_puts_it_in():
    text = CLASHES + "A bomb exploded at the Saint Bede school in Mzuzu on Saturday."
    assert event(text, "exploded").site.place.name == "Mzuzu"


def test_what_is_said_is_not_where_there_points():
    text = OSH + "Russia accused the rebels there of murder."
    assert event(text, "accused").location_source != "inherited"


@pytest.mark.parametrize(
    ("gap", "inside"),
    [(", a suburb in the ", True), (" and ", False), (". In ", False), ("", False)],
)
def test_words_between_a_place_and_what_it_lies_in(gap, inside):
    assert lies_in(gap) is inside


def test_in_a_list_nothing_points_into_another_entry():
    text = (
        "3 July: Rebels shelled Osh.\n\n4 July: Rebels shelled Batken.\n\n"
        "5 July: Four people were killed in the city."
    )
    assert event(text, "killed").site.location.name not in {"Osh", "Batken"}
