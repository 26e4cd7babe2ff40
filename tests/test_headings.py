"""Headings: events of a list's entries have the day and the place of the entry's label."""

from datetime import date

from pipeline_tools import event, events

LOG = (
    "**Mon 05/07, Garissa.** Gunmen attacked a bus. Two guards were killed.\n\n"
    "**Tue 06/07, Mandera.** Police arrested nine men. On Friday the men were released.\n\n"
    "**Wed 07/07, Wajir county.** Rebels bombed a bank.\n\n"
    "Nobody claimed the attacks. Soldiers killed a robber."
)


def told(found):
    site, when = found.site, found.when
    return site and site.location.name, found.location_source, when.start, when.source


def test_an_entry_is_where_and_when_its_label_says():
    assert told(event(LOG, "attacked")) == ("Garissa", "heading", date(2021, 7, 5), "heading")
    assert told(event(LOG, "arrested")) == ("Mandera", "heading", date(2021, 7, 6), "heading")
    bombed = event(LOG, "bombed")
    assert told(bombed)[1:] == ("heading", date(2021, 7, 7), "heading")
    assert (bombed.site.location.name, bombed.when.text.text) == ("Wajir", "Wed 07/07")


def test_a_sentence_may_say_otherwise_and_counts_from_the_entry():
    found = event(LOG, "released")
    assert (found.when.start, found.when.source) == (date(2021, 7, 9), "text")
    text = "3 July: Rebels attacked Garissa.\n\n4 July: Rebels left Mandera. They returned the next day and killed nine people."
    assert event(text, "killed").when.start == date(2021, 7, 5)


def test_what_follows_the_list_is_none_of_its_entries():
    found = [item for item in events(LOG) if item.sentence.text.startswith("Soldiers")]
    assert [
        item.location_source == "heading" or item.when.source == "heading" for item in found
    ] == [False]


def test_a_province_at_the_head_gives_way_to_a_place_told_before():
    text = (
        "WAJIR\n\nRebels attacked Garissa on Monday. Two guards were killed.\n\n"
        "MANDERA\n\nGunmen killed a teacher on Tuesday.\n\n"
        "OUTLOOK\n\nGunmen killed a nurse on Wednesday."
    )
    sources = {
        item.sentence.text[-11:]: item.location_source
        for item in events(text)
        if item.trigger.text == "killed"
    }
    assert sources["on Tuesday."] == "heading"
    assert sources["n Wednesday."[-11:]] == "country_fallback"


def test_a_chronicle_tells_in_the_present_what_happened():
    text = (
        "12 June: Rebels attack Garissa with mortars.\n\n"
        "14 June: The army retakes the town and arrests nine men."
    )
    assert event(text, "attack").modality == "actual"
    assert event(text, "arrests").when.start == date(2021, 6, 14)
    assert not events("Rebels attack Garissa with mortars every day.")


def test_what_lies_ahead_is_planned():
    text = "3 July: Rebels attacked Garissa.\n\n30 July: Troops leave Mandera."
    assert event(text, "leave").modality == "planned"


def test_a_topic_that_is_a_town_too_is_no_place():
    text = (
        "**Garissa.** Gunmen killed a guard on Monday.\n\n"
        "**Police.** Gunmen killed two police officers on Tuesday."
    )
    places = [told(item)[:2] for item in events(text) if item.trigger.text == "killed"]
    assert places == [("Garissa", "heading"), ("Kenya", "country_fallback")]
