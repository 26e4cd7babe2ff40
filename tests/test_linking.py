from datetime import date

import pytest
from pipeline_tools import PUBLISHED, event, events

MONDAY, TUESDAY, WEDNESDAY = date(2021, 7, 12), date(2021, 7, 13), date(2021, 7, 14)


def when(text, trigger, published=PUBLISHED):
    found = event(text, trigger, published).when
    return found.start, found.end, found.source


def where(text, trigger):
    found = event(text, trigger)
    site = found.site
    if site is None:
        return None, None, None
    return site.expression.relation.kind, site.location.name, found.location_source


# --- time -------------------------------------------------------------------------------------


def test_date_of_the_own_clause():
    text = "Gunmen seized Garissa on Monday and killed a guard in Mombasa on Tuesday."
    assert when(text, "seized") == (MONDAY, MONDAY, "text")
    assert when(text, "killed") == (TUESDAY, TUESDAY, "text")


def test_date_of_the_deed_goes_before_that_of_the_words():
    text = "A bomb exploded in Nairobi on Tuesday, police said on Wednesday."
    assert when(text, "exploded") == (TUESDAY, TUESDAY, "text")


def test_date_of_the_words_is_the_latest_the_deed_can_be():
    text = "Kenyan police said on Wednesday that gunmen had killed two guards in Garissa."
    assert when(text, "killed") == (None, WEDNESDAY, "text")


def test_date_within_the_group_of_an_event_noun():
    text = "Kenya closed the crossing on Tuesday following the 12 July bomb attack in Garissa."
    assert when(text, "attack") == (MONDAY, MONDAY, "text")
    assert when(text, "closed") == (TUESDAY, TUESDAY, "text")


def test_a_clause_of_after_is_on_or_before():
    text = "After gunmen seized Garissa, Kenyan soldiers fled the town on Monday."
    assert when(text, "fled") == (MONDAY, MONDAY, "text")
    assert when(text, "seized") == (None, MONDAY, "inherited")


def test_hours_after_is_the_same_day():
    text = "Kenyan soldiers fled the town on Monday, hours after gunmen had seized Garissa."
    assert when(text, "seized") == (MONDAY, MONDAY, "inherited")


def test_date_of_the_sentence_before():
    text = "Gunmen attacked Garissa on Monday. Two guards were killed there."
    assert when(text, "killed") == (MONDAY, MONDAY, "inherited")


def test_publication_day_where_nothing_is_said():
    assert when("Gunmen attacked Garissa.", "attacked") == (PUBLISHED, PUBLISHED, "publication")
    assert event("Gunmen attacked Garissa.", "attacked").when.prec == 2


def test_without_a_publication_day_nothing_is_guessed():
    assert when("Gunmen attacked Garissa.", "attacked", None) == (None, None, None)
    found = event("Gunmen attacked Garissa on Monday.", "attacked", None).when
    assert (found.start, found.end) == (None, None)
    assert found.text.text == "Monday"


def test_plans_inherit_no_date():
    text = "Gunmen attacked Garissa on Monday. They plan to attack Mombasa."
    assert when(text, "attack") == (None, None, None)


def test_what_is_planned_lies_ahead():
    friday, sunday = date(2021, 7, 16), date(2021, 7, 18)
    text = "Gunmen will attack Nairobi on Friday, the report said."
    assert when(text, "attack") == (friday, friday, "text")
    text = "The army plans to attack Mombasa on Sunday."
    assert when(text, "attack") == (sunday, sunday, "text")
    text = "The army attacked Mombasa on Sunday."
    assert when(text, "attacked") == (date(2021, 7, 11), date(2021, 7, 11), "text")


def test_what_lies_ahead_is_planned():
    assert event("Gunmen attacked Nairobi on July 30.", "attacked").modality == "planned"
    assert event("Gunmen attacked Nairobi on July 12.", "attacked").modality == "actual"


# --- space ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "trigger", "kind", "name"),
    [
        # The place itself is taken; the one that is only named lies elsewhere.
        ("Gunmen from Lamu captured Mombasa on Monday.", "captured", "at", "Mombasa"),
        ("Gunmen killed two guards in Garissa.", "killed", "at", "Garissa"),
        ("Soldiers from Kenya attacked rebels in Somalia.", "attacked", "at", "Somalia"),
        ("Gunmen attacked a convoy near Garissa in Kenya.", "attacked", "near", "near Garissa"),
        ("The foreign ministers of Peru and Chile met in Lima.", "met", "at", "Lima"),
    ],
)
def test_place_of_the_own_clause(text, trigger, kind, name):
    assert where(text, trigger) == (kind, name, "sentence")


def test_flight_from_a_country_to_the_next_is_on_their_border():
    found = event("Ethiopian soldiers fled to Sudan on Monday.", "fled")
    assert found.site.location.name == "Ethiopia-Sudan border"
    assert "Line" in found.site.location.geometry.geom_type
    assert found.site.location.where_prec == 5
    text = "Hundreds of Kenyan soldiers crossed the border into Somalia on Tuesday."
    assert where(text, "crossed")[:2] == ("border", "Kenya-Somalia border")


def test_flight_within_a_country_crosses_no_border():
    assert where("Kenyan soldiers fled to Mombasa on Monday.", "fled")[0] == "at"


def test_a_call_is_a_line_between_capitals():
    text = (
        "President Felix Tshisekedi of Congo spoke by phone with Rwandan President Paul Kagame "
        "on Monday."
    )
    found = event(text, "spoke")
    assert found.event_type == "CONSULT"
    assert found.site.expression.relation.kind == "remote"
    assert found.site.location.geometry.geom_type == "LineString"
    assert found.site.location.where_prec == 6
    assert (
        where("The presidents of Peru and Chile spoke by phone on Monday.", "spoke")[0] == "remote"
    )


def test_a_decree_holds_for_the_country():
    text = "Gunmen attacked Garissa on Monday. The Kenyan government imposed a curfew on Tuesday."
    found = event(text, "imposed")
    assert found.location_source == "country_fallback"
    assert (found.site.location.name, found.site.location.where_prec) == ("Kenya", 6)


def test_plans_never_inherit_a_pin():
    text = "Gunmen attacked Garissa on Monday. The army will attack the rebels in August."
    for found in events(text):
        if found.modality == "planned":
            assert found.site is None or found.site.location.where_prec >= 6
    assert "planned" in {found.modality for found in events(text)}


def test_place_of_the_sentence_before():
    text = "Gunmen attacked Garissa on Monday. Two guards were killed."
    assert where(text, "killed") == ("at", "Garissa", "inherited")


def test_words_inherit_no_place():
    text = "Gunmen attacked Garissa on Monday. Nigeria condemned the killings."
    assert where(text, "condemned") == (None, None, None)


def test_inheritance_costs_confidence():
    text = "Gunmen attacked Garissa on Monday. Two guards were killed."
    first, second = events(text)
    assert second.confidence < first.confidence


# --- what is no day of the event ----------------------------------------------------------------


def test_a_minute_later_tells_no_day():
    text = "Gunmen attacked the mayor of Garissa a few minutes later."
    assert when(text, "attacked")[2] == "publication"


@pytest.mark.parametrize("decade", ["1970s", "1970 s"])
def test_a_decade_written_apart_is_a_decade(decade):
    text = f"Soldiers seized many schools in Garissa in the {decade}."
    assert when(text, "seized") == (date(1970, 1, 1), date(1979, 12, 31), "text")


def test_a_year_within_a_name_gives_way_to_another():
    text = "Kenya opened the 2022 Asian Games in Garissa and gunmen attacked it in 2020."
    assert when(text, "attacked") == (date(2020, 1, 1), date(2020, 12, 31), "text")


def test_attacks_since_a_day_are_from_then_on():
    text = "Attacks in Garissa have increased since the end of the truce on June 1, 2021."
    assert when(text, "Attacks") == (date(2021, 6, 1), PUBLISHED, "text")


def test_a_great_war_dates_what_happened_during_it():
    text = "Soldiers attacked Garissa during the First World War."
    assert when(text, "attacked") == (date(1914, 7, 28), date(1918, 11, 11), "text")


def test_what_a_history_tells_without_a_date_is_not_of_its_publication():
    text = (
        "In May 1902 soldiers attacked Garissa.\n\nIn 1904 the town fell, and in 1906 it burned.\n\n"
        "The chief's men killed two guards in Mombasa."
    )
    assert when(text, "killed") == (None, PUBLISHED, "publication")


def test_what_a_sentence_with_a_date_long_past_tells_is_no_later():
    text = "The law of 2019 came after gunmen attacked Garissa."
    found = event(text, "attacked").when
    assert (found.start, found.end, found.prec) == (None, date(2019, 12, 31), 5)
    text = "Kenya has severed ties with Somalia following a Kenyan decision in 2009."
    found = event(text, "severed").when
    assert (found.start, found.end, found.prec, found.text) == (None, PUBLISHED, 5, None)


@pytest.mark.parametrize(
    ("text", "trigger", "expected"),
    [
        ("Police arrested three men on Monday over the bombing in Garissa.", "bombing", None),
        ("The president referred on Monday to the bombing in Garissa.", "bombing", None),
        ("Gunmen killed two guards on Monday in the bombing in Garissa.", "killed", MONDAY),
        ("Police arrested three men on Monday over the bombing in Garissa.", "arrested", MONDAY),
    ],
)
def test_what_is_done_about_an_event_is_later(text, trigger, expected):
    assert when(text, trigger) == (expected, MONDAY, "text")


def test_what_somebody_is_tried_for_does_not_date_the_trial():
    text = "The court on Monday sentenced three men for the 2008 attacks in Garissa."
    assert when(text, "sentenced") == (MONDAY, MONDAY, "text")
    assert when(text, "attacks")[1] == date(2008, 12, 31)


def test_a_date_between_a_subject_and_its_verb_is_the_verbs():
    text = "The mayor and the police in May rejected the demand of the workers in Garissa."
    assert when(text, "rejected") == (date(2021, 5, 1), date(2021, 5, 31), "text")


def test_the_end_of_an_office_dates_nothing_else():
    text = "Lopez, a minister until May 2009, was shot dead by three men in Garissa."
    assert when(text, "shot") == (PUBLISHED, PUBLISHED, "publication")


def test_what_is_told_by_the_way_dates_nothing_else():
    text = "Rebels who kidnapped a trader two months ago in Garissa are demanding a ransom."
    assert when(text, "demanding") == (PUBLISHED, PUBLISHED, "publication")


def test_what_lasts_since_a_day_lasts_to_the_publication():
    text = "Talks between Kenya and Somalia have been going on since 2011."
    assert when(text, "Talks") == (date(2011, 1, 1), PUBLISHED, "text")
    assert event(text, "Talks").when.prec == 5
    text = "Gunmen attacked Garissa after 2011."
    assert when(text, "attacked") == (PUBLISHED, PUBLISHED, "publication")


@pytest.mark.parametrize(
    ("words", "first", "prec"),
    [
        ("in the past two weeks", date(2021, 7, 1), 4),
        ("in the last 24 hours", date(2021, 7, 14), 2),
        ("in recent weeks", date(2021, 6, 15), 4),
        ("in the past 18 hours", date(2021, 7, 14), 2),
    ],
)
def test_a_time_up_to_now_has_its_days(words, first, prec):
    found = event(f"Gunmen have attacked three towns in Kenya {words}.", "attacked").when
    assert (found.start, found.end, found.prec) == (first, PUBLISHED, prec)


def test_a_few_months_ago_is_some_months():
    found = event("Several months ago, gunmen attacked Garissa.", "attacked").when
    assert (found.start, found.end, found.prec) == (date(2020, 10, 18), date(2021, 5, 16), 5)


def test_the_part_of_a_day_behind_an_event_is_not_that_of_the_words():
    text = (
        "The president said he was alarmed over the killing of a guard by suspected gunmen early "
        "this morning in Garissa."
    )
    assert when(text, "killing") == (PUBLISHED, PUBLISHED, "text")


def test_the_last_weeks_of_a_war_are_not_up_to_now():
    text = "Gunmen attacked Garissa in the last two weeks of the war."
    assert when(text, "attacked")[2] == "publication"


def test_the_day_of_an_occasion_goes_before_that_of_the_words():
    text = "The president of Kenya promised aid during a visit to Mombasa last week."
    assert when(text, "visit") == (date(2021, 7, 5), date(2021, 7, 11), "text")


def test_an_earlier_time_is_on_or_before():
    assert when("The army earlier attacked Garissa.", "attacked")[0] is None
    assert when("The army had attacked Garissa.", "attacked")[0] is None
    assert when("The army attacked Garissa.", "attacked")[0] == PUBLISHED


def test_a_childhood_is_not_of_the_day_of_publication():
    found = event("Ali was three years old when soldiers attacked Garissa.", "attacked").when
    assert (found.start, found.end, found.prec) == (None, PUBLISHED, 5)


def test_a_clause_in_another_tense_shares_no_date():
    text = "Kenya had banned it in 2006, but governors are now rushed to sign as Nairobi lifted the ban."
    assert event(text, "lifted").when.source != "text"


# --- dates that the sentence counts, or that another sentence tells ------------------------------


_FUNERAL = (
    "On Tuesday thousands in Garissa buried four men shot dead by gunmen on Monday. "
    "The police arrested a boy."
)


@pytest.mark.parametrize(
    ("text", "trigger", "expected"),
    [
        # Without an event of its own, a sentence still tells the day of what comes next.
        ("Rain fell in Garissa on Monday. Gunmen attacked the market.", "attacked", MONDAY),
        ("It rained in Garissa on Monday; gunmen attacked the market.", "attacked", MONDAY),
        # But not the day of a life told.
        ("Ali was born in Garissa on May 3, 1961. Gunmen shot him at home.", "shot", PUBLISHED),
        # Its own day goes before that of what it tells by the way.
        (_FUNERAL, "arrested", TUESDAY),
        # What somebody said on a day does not date what is told next.
        ("The mayor spoke of rain on Monday. Gunmen attacked Garissa.", "attacked", MONDAY),
        (
            "The mayor said on Monday that it rained. Gunmen attacked Garissa.",
            "attacked",
            PUBLISHED,
        ),
    ],
)
def test_a_main_clause_dates_what_follows_it(text, trigger, expected):
    assert when(text, trigger)[:2] == (expected, expected)


def test_what_has_happened_since_is_up_to_now():
    text = "Gunmen attacked Garissa on Monday. Soldiers have since arrested ten men there."
    assert when(text, "arrested") == (MONDAY, PUBLISHED, "inherited")
    text = (
        "The mayor of Garissa left on Wednesday.\n\nGunmen shot a guard on Monday.\n\n"
        "Since then police have arrested ten men there."
    )
    assert when(text, "arrested") == (MONDAY, PUBLISHED, "inherited")


def test_what_is_said_elsewhere_in_the_text_is_said_on_the_day_or_later():
    text = "Gunmen attacked Garissa on Monday.\n\nNigeria condemned the attack."
    assert when(text, "condemned") == (MONDAY, PUBLISHED, "inherited")
    text = "Gunmen attacked Garissa on Monday.\n\nThe police arrested a boy."
    assert when(text, "arrested") == (MONDAY, MONDAY, "inherited")


def test_the_main_date_is_of_the_last_week_if_any_is():
    text = (
        "Gunmen attacked Garissa on July 3. Soldiers seized the town of Lamu on Monday.\n\n"
        "They killed two guards in Mombasa."
    )
    assert when(text, "killed") == (MONDAY, MONDAY, "inherited")


@pytest.mark.parametrize(
    ("text", "trigger", "expected"),
    [
        ("Police arrested a man in Garissa on Monday, three days after gunmen killed a guard.",
         "killed", (date(2021, 7, 9), date(2021, 7, 9), "text")),
        ("Two days after gunmen killed a guard in Mombasa, police arrested ten men in Garissa.",
         "killed", (TUESDAY, TUESDAY, "inherited")),
        ("Gunmen attacked Garissa on July 3. Two days after the attack, soldiers raided the town.",
         "raided", (date(2021, 7, 5), date(2021, 7, 5), "text")),
        ("Police in Garissa arrested two men the day after rebels shot a mayor.",
         "shot", (WEDNESDAY, WEDNESDAY, "inherited")),
        ("Kenya held talks with rebels in Nairobi two months after soldiers killed their leader.",
         "killed", (date(2021, 5, 1), date(2021, 5, 31), "inherited")),
        ("Kenya held talks with rebels more than two months after soldiers killed their leader.",
         "killed", (None, PUBLISHED, "inherited")),
        ("The raid in Garissa came a week after rebels seized Lamu.",
         "seized", (date(2021, 7, 7), date(2021, 7, 9), "inherited")),
    ],
)  # fmt: skip
def test_an_event_is_dated_by_its_distance_to_another(text, trigger, expected):
    assert when(text, trigger) == expected


@pytest.mark.parametrize(
    ("text", "trigger", "expected"),
    [
        # What a time is counted from was then; what has gone on since goes on.
        ("Police have arrested 40 men since the attack on the market of Garissa in May 2019.",
         "attack", (date(2019, 5, 1), date(2019, 5, 31), "text")),
        ("Police have arrested 40 men since the attack on the market of Garissa in May 2019.",
         "arrested", (date(2019, 5, 1), PUBLISHED, "text")),
        ("Soldiers have arrested 40 men in Garissa since the war began on July 3.",
         "arrested", (date(2021, 7, 3), PUBLISHED, "text")),
        ("Police said they had arrested ten men in Garissa since Monday.",
         "arrested", (MONDAY, PUBLISHED, "text")),
        # What comes later than something unknown is not ahead of the publication.
        ("Police shot a boy in Garissa. A week later, students marched in Nairobi on Sunday.",
         "marched", (date(2021, 7, 11), date(2021, 7, 11), "text")),
        # "when" explains the date, also one that only begins a time.
        ("The killing is the worst since July 3, when gunmen attacked Garissa.",
         "attacked", (date(2021, 7, 3), date(2021, 7, 3), "text")),
        # A relative clause between a verb and its date takes nothing from it.
        ("Rebels seized Garissa, which they call Garsen, on Monday.",
         "seized", (MONDAY, MONDAY, "text")),
        # The date of a plan is none of what was said or done.
        ("The mayor of Garissa and the rebels agreed to meet again on July 30.",
         "agreed", (PUBLISHED, PUBLISHED, "publication")),
        # The perfect takes no day that is over: the date is that of another deed.
        ("Police in Garissa have charged a man with telling boys to shoot at guards on July 3.",
         "charged", (PUBLISHED, PUBLISHED, "publication")),
    ],
)  # fmt: skip
def test_a_date_goes_with_the_clause_that_it_fits(text, trigger, expected):
    assert when(text, trigger) == expected


def test_this_year_is_no_later_than_the_publication():
    text = "Gunmen have killed 40 people in Garissa this year."
    assert when(text, "killed") == (date(2021, 1, 1), PUBLISHED, "text")


def test_what_is_planned_by_a_day_lies_between_the_publication_and_it():
    text = "Kenya will withdraw its soldiers from Garissa by July 30."
    assert when(text, "withdraw") == (PUBLISHED, date(2021, 7, 30), "text")


def test_what_goes_on_for_a_third_day_began_two_days_before():
    text = "Students occupied the parliament of Nairobi for a third day on Wednesday."
    assert when(text, "occupied") == (MONDAY, WEDNESDAY, "text")
    text = "Students occupied the parliament of Nairobi for a third time on Wednesday."
    assert when(text, "occupied") == (WEDNESDAY, WEDNESDAY, "text")


def test_what_is_denied_is_not_before_what_was_told():
    text = "Gunmen attacked Garissa on Monday. The rebels denied that they had attacked the town."
    found = [item.when.start for item in events(text) if item.modality == "denied"]
    assert found == [MONDAY]


def test_a_name_is_not_cut_into_sentences():
    text = "Last week George W. Bush ordered soldiers to leave Garissa."
    assert event(text, "ordered").sentence.text == text
    assert when(text, "ordered")[2] == "text"
