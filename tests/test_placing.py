import pytest
from pipeline_tools import event, events

from pipeline.incidents import event_id


def told(text, trigger):
    return [item for item in events(text) if item.trigger.text == trigger]


def names(found):
    return [item.site.location.name for item in found]


def test_an_event_told_of_two_places_comes_once_for_each_and_is_counted_once():
    found = told("Clashes in Kunduz and Takhar provinces killed 20 people on Tuesday.", "killed")
    assert names(found) == ["Kunduz", "Takhar"]
    assert [item.part for item in found] == [0, 1]
    assert [count.best for item in found for count in item.counts] == [20, None]
    assert "counted at Kunduz" in found[1].counts[0].text
    assert len({event_id(item) for item in found}) == 2


def test_what_was_seized_is_a_place_each():
    text = "The Taliban seized Imam Sahib, Archi and Qala-i-Zal districts in Kunduz province."
    found = told(text, "seized")
    assert len(found) == 3
    assert len({item.site.place.place_id for item in found}) == 3


@pytest.mark.parametrize(
    "text",
    [
        "The army closed the road between Kunduz and Takhar and killed two rebels in Aliabad.",
        "A bomb killed six people in Aleppo, Syria.",
        "A bomb killed six people in Kunduz after protests in Kabul and Herat.",
    ],
)
def test_other_places_of_the_sentence_are_no_places_of_the_event(text):
    assert len(told(text, "killed")) == 1


def test_a_later_telling_of_one_place_joins_that_one():
    text = (
        "Blasts in Kabul and Jalalabad killed nine people on Tuesday.\n\n"
        "Six people were killed on Tuesday in Jalalabad."
    )
    found = [item for item in events(text) if item.event_type == "ASSAULT"]
    assert sorted(set(names(found))) == ["Jalalabad", "Kabul"]


REPORT = (
    "LIMA, July 15 - A bomb went off in a bank on Thursday.\n\n"
    "Nobody was hurt, the company said in a statement.\n\n"
    "The bank has two hundred branches.\n\n"
    "It opened them in two years.\n\n"
    "Gunmen killed two guards last week."
)


def test_a_dateline_places_what_the_opening_tells_and_not_what_comes_late():
    first, late = event(REPORT, "went off"), event(REPORT, "killed")
    assert (first.location_source, first.site.location.name) == ("dateline", "Lima")
    assert late.location_source != "dateline"


LONG = " ".join(["The company that owns the bank has three hundred branches in the country."] * 60)


def test_a_place_is_inherited_from_the_sentence_before_and_in_a_report_of_one_story():
    lead = "Gunmen attacked Garissa on Monday."
    between = "It rained for a week. The harvest was good."
    near = event(f"{lead} Two guards were killed.", "killed")
    assert (near.location_source, near.site.location.name) == ("inherited", "Garissa")
    story = event(f"{lead} {between} Two guards were killed.", "killed")
    assert (story.location_source, story.site.location.name) == ("inherited", "Garissa")
    two = event(f"{lead} Rebels bombed Mombasa. {between} Two guards were killed.", "killed")
    assert (two.location_source, two.site.location.name) == ("country_fallback", "Kenya")
    long = event(f"{lead}\n\n{LONG}\n\nTwo guards were killed.", "killed")
    assert (long.location_source, long.site.location.name) == ("country_fallback", "Kenya")


def test_a_place_that_nobody_knows_is_at_the_one_it_lies_in_or_nowhere_exact():
    lead = "Rebels bombed Mombasa on Monday."
    told = event(f"{lead} Police killed two men in Perquin, Garissa, on Tuesday.", "killed")
    assert told.site.location.name == "Garissa"
    lost = event(f"{lead} Police killed two men in Perquin on Tuesday.", "killed")
    assert lost.site.location.where_prec >= 6


def test_old_events_are_not_at_the_dateline():
    text = "LIMA, July 15 - Gunmen killed two guards on March 2, 2012, a court heard."
    assert event(text, "killed").location_source != "dateline"


def test_what_a_lead_says_was_said_there_by_somebody_of_that_country():
    text = "LASHKAR GAH, July 15 - Afghan troops urged residents to leave on Tuesday."
    assert event(text, "urged").location_source == "dateline"
    abroad = "LASHKAR GAH, July 15 - The United States urged the army to leave on Tuesday."
    assert event(abroad, "urged").location_source != "dateline"


def test_what_is_said_on_the_day_of_a_meeting_is_said_there():
    lead = "President Ashraf Ghani met Prime Minister Imran Khan in Tashkent on Tuesday."
    said = event(f"{lead} Ghani accused Pakistan of sending fighters.", "accused")
    assert (said.location_source, said.site.location.name) == ("inherited", "Tashkent")
    later = event(f"{lead} On Wednesday Ghani accused Pakistan of sending fighters.", "accused")
    assert later.site is None or later.site.location.name != "Tashkent"


RECALLED = (
    "Afghanistan on Sunday recalled its ambassador and senior diplomats from Islamabad after "
)


def test_what_was_done_inherits_no_line_between_capitals():
    text = "Afghanistan on Sunday accused Pakistan after the envoy's daughter was abducted."
    assert event(text, "accused").site.expression.relation.kind == "remote"
    site = event(text, "abducted").site
    assert site is None or site.expression.relation.kind != "remote"


def test_a_nations_capital_is_a_place_beside_other_names():
    found = event(RECALLED + "a man was beaten in the Pakistani capital.", "beaten")
    assert (found.site.location.name, found.location_source) == ("Islamabad", "sentence")


def test_who_somebody_is_places_nothing():
    text = (
        "A judge in Managua spoke on Monday.\n\nWorkers were arrested on Tuesday for reporting on the flight of nuns of a body founded by "
        "Mother Teresa of Calcutta."
    )
    assert event(text, "arrested").site.place.country == "NIC"


def test_a_sentence_on_one_country_inherits_no_place_in_another():
    text = (
        "Gunmen killed two guards in Lyon on Tuesday. It was the third such attack in Lyon.\n\n"
        "Algeria's biggest protests erupted after the president announced plans to stay."
    )
    found = [item for item in events(text) if item.event_type == "PROTEST"]
    assert [item.site.place.country for item in found] == ["DZA"]


def test_a_people_is_no_town_of_its_name():
    text = "Police shot two men in the Arab sector on Tuesday."
    assert all(item.site is None or item.site.place.country != "USA" for item in events(text))


def test_where_a_visitor_does_what_is_told_is_where_he_goes():
    text = "The president of Iran flew to Muscat, where he met the foreign minister of Oman."
    assert event(text, "met").site.location.name == "Muscat"
    spoken = event("Speaking in Abuja, the president of Nigeria refused to go.", "refused")
    assert spoken.site.location.name == "Abuja"


def test_a_place_of_another_verb_does_not_stand_in_for_one_that_nobody_knows():
    text = "Two drivers seized near Kirkuk were shot outside a mosque in Nobodyham."
    assert event(text, "shot").site.location.where_prec >= 6


def test_a_region_that_only_explains_a_town_is_not_the_place():
    text = "The president left the country for Taraz, in southern Kazakhstan, on Monday."
    assert event(text, "left").site.location.name == "Taraz"


def test_who_was_carried_away_was_helped_where_he_was_taken_from():
    text = "Five hundred people were evacuated from Sanaa to Muscat on Sunday."
    assert event(text, "evacuated").site.place.name == "Sanaa"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Rockets struck homes in the Azov Sea port city of Mariupol on Saturday.", "Mariupol"),
        ("A huge explosion struck the Karrada district of Baghdad on Saturday.", "Karrada"),
    ],
)
def test_a_name_that_only_describes_a_town_is_not_the_place(text, place):
    assert event(text, "struck").site.location.name == place


@pytest.mark.parametrize(
    ("text", "trigger", "place"),
    [
        ("In Damascus, the ministry sent letters in which it denounced the raid.", "denounced", "Damascus"),
        ("Last weekend, at Konya, marchers of the party called for Islamic law.", "called", "Konya"),
        ("Moreno, speaking from Guayaquil, rejected any retreat.", "rejected", "Guayaquil"),
        ("The minister, in reply to newsmen in Kuala Lumpur, rejected any bargaining.", "rejected", "Kuala Lumpur"),
        ("Congo recalled its diplomats from Kigali on Saturday.", "recalled", "Kigali"),
        ("He was sentenced to death by the Colombo High Court last August.", "sentenced", "Colombo"),
        ("The council, in a statement read in New York, demanded that the army halt.", "demanded", "New York City"),
    ],
)  # fmt: skip
def test_words_are_where_their_sentence_is_said_to_be_spoken(text, trigger, place):
    assert event(text, trigger).site.location.name == place


@pytest.mark.parametrize(
    "text",
    [
        "The foreign minister of Chad condemned the bombing of a market in Damascus.",
        "In Syria, the rebels condemned the raid on Damascus.",
    ],
)
def test_a_place_that_is_only_talked_of_is_not_where_it_is_said(text):
    site = event(text, "condemned").site
    assert site is None or site.location.name != "Damascus"
    assert site is None or site.location.where_prec >= 6
