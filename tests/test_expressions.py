import re

import pytest
from pipeline_tools import expressions, mentions, pieces

from geo.gazetteer import default_gazetteer
from pipeline.expressions import find_expressions
from pipeline.mentions import Mention
from pipeline.places import find_sites, resolve_mentions


@pytest.mark.parametrize(
    ("sentence", "words", "kind", "direction", "km"),
    [
        ("They met in Geneva.", "Geneva", "at", None, None),
        ("Fighting spread in northern Mozambique.", "northern Mozambique", "part", "north", None),
        ("Rain fell in the north of Kenya.", "the north of Kenya", "part", "north", None),
        ("A fire burned in central Chile.", "central Chile", "part", "central", None),
        ("It went on in south-eastern Ukraine.", "south-eastern Ukraine", "part", "south-east", None),
        ("Kenya's northern districts flooded.", "Kenya's northern districts", "part", "north", None),
        ("A bus crashed 30 km south of Nairobi.", "30 km south of Nairobi", "offset", "south", 30),
        ("It fell twenty miles north-west of Nairobi.", "twenty miles north-west of Nairobi", "offset", "north-west", 32.18688),
        ("It fell 15 kilometres outside Nairobi.", "15 kilometres outside Nairobi", "near", None, 15),
        ("The camp lies near Nairobi.", "near Nairobi", "near", None, None),
        ("It rained just south of Nairobi.", "south of Nairobi", "near", "south", None),
        ("A boat sank off the coast of Libya.", "off the coast of Libya", "offshore", None, None),
        ("A boat sank off Libya's coast.", "off Libya's coast", "offshore", None, None),
        ("The Tajik border was closed.", "Tajik border", "border", None, None),
        ("Shots were fired at the border with Iran.", "border with Iran", "border", None, None),
        ("Troops massed on the Kenya-Somalia border.", "Kenya-Somalia border", "border", None, None),
        ("Troops crossed Kenya's border with Somalia.", "Kenya's border with Somalia", "border", None, None),
        ("They held the border between Chad and Sudan.", "border between Chad and Sudan", "border", None, None),
        ("The road between Nairobi and Mombasa was cut.", "between Nairobi and Mombasa", "between", None, None),
    ],
)  # fmt: skip
def test_expressions(sentence, words, kind, direction, km):
    (found,) = expressions(sentence)
    relation = found.relation
    assert (found.text, relation.kind, relation.direction) == (words, kind, direction)
    assert relation.distance_km == (None if km is None else pytest.approx(km))
    assert sentence[found.start : found.end] == found.text


def test_two_countries_of_a_border_both_count():
    (found,) = expressions("Troops massed on the Kenya-Somalia border.")
    assert [mention.text for mention in found.mentions] == ["Kenya", "Somalia"]


def test_talks_between_two_parties_lie_nowhere_between():
    found = expressions("The talks between Kenya and Somalia ended.")
    assert [item.relation.kind for item in found] == ["at", "at"]


def test_border_guards_are_no_border():
    found = expressions("The Kenya border guards left.")
    assert all(item.relation.kind != "border" for item in found)


def test_a_demonym_alone_is_no_place():
    assert expressions("Kenyan police arrived.") == ()


def test_each_name_is_in_one_expression_and_they_are_sorted():
    text = "near Nairobi, on the Chad-Sudan border and in northern Kenya"
    names = ["Nairobi", "Chad", "Sudan", "Kenya"]
    given = [Mention(text.index(n), text.index(n) + len(n), n, "toponym") for n in names]
    found = find_expressions(text, given)
    assert [m.text for item in found for m in item.mentions] == names
    assert [item.relation.kind for item in found] == ["near", "border", "part"]
    assert [item.start for item in found] == sorted(item.start for item in found)


def read(phrase):
    """Expressions of a phrase whose names stand in brackets; demonyms as the gazetteer says."""
    text = phrase.replace("[", "").replace("]", "")
    names = []
    for count, match in enumerate(re.finditer(r"\[([^]]*)\]", phrase)):
        start = match.start() - 2 * count
        kind = "demonym" if default_gazetteer().demonym(match[1]) else "toponym"
        names.append(Mention(start, start + len(match[1]), match[1], kind))
    found = find_expressions(text, names)
    assert all(text[item.start : item.end] == item.text for item in found)
    return found


@pytest.mark.parametrize(
    ("phrase", "kind", "direction", "km", "names"),
    [
        # sides and borders
        ("on the [Tajik] side of the border", "side", None, None, "Tajik"),
        ("on the [Afghan] side of the border with [Tajikistan]", "side", None, None, "Afghan Tajikistan"),
        ("on the [Turkish] side of the [Syrian] border", "side", None, None, "Turkish Syrian"),
        ("on [Tajikistan]'s side of the frontier", "side", None, None, "Tajikistan"),
        ("the [Pakistani] side of the [Afghan]-[Pakistani] border", "side", None, None, "Pakistani Afghan Pakistani"),
        ("the border between [Kunduz] and [Takhar] provinces", "border", None, None, "Kunduz Takhar"),
        ("the border between [Kunduz] province and [Tajikistan]", "border", None, None, "Kunduz Tajikistan"),
        ("the [Kunduz]-[Takhar] provincial border", "border", None, None, "Kunduz Takhar"),
        ("the border of [Iran] and [Iraq]", "border", None, None, "Iran Iraq"),
        ("[Iran]'s common border with [Iraq]", "border", None, None, "Iran Iraq"),
        # coasts
        ("the [Black Sea] coast of [Ukraine]", "coast", None, None, "Ukraine Black~Sea"),
        ("[Yemen]'s [Red Sea] coast", "coast", None, None, "Yemen Red~Sea"),
        ("the [Turkish] [Black Sea] coast", "coast", None, None, "Turkish Black~Sea"),
        ("[Ukraine]'s coast on the [Black Sea]", "coast", None, None, "Ukraine Black~Sea"),
        ("[Libya]'s western coast", "coast", "west", None, "Libya"),
        ("the south coast of [Yemen]", "coast", "south", None, "Yemen"),
        ("off the coast of [Somalia]", "offshore", None, None, "Somalia"),
        ("20 miles off the coast of [Somalia]", "offshore", None, 32.19, "Somalia"),
        ("the boat sank off [Libya]", "offshore", None, None, "Libya"),
        ("off [Yemen]'s [Red Sea] coast", "offshore", None, None, "Yemen Red~Sea"),
        # ways
        ("along the [Kabul]-[Kandahar] highway", "between", None, None, "Kabul Kandahar"),
        ("the [Kabul]–[Herat] railway", "between", None, None, "Kabul Herat"),
        ("the [Kabul] to [Kandahar] highway", "between", None, None, "Kabul Kandahar"),
        ("the main road from [Kabul] to [Jalalabad]", "between", None, None, "Kabul Jalalabad"),
        ("a road linking [Kabul] with [Jalalabad]", "between", None, None, "Kabul Jalalabad"),
        ("the highway between the cities of [Kabul] and [Herat]", "between", None, None, "Kabul Herat"),
        ("halfway between [Kabul] and [Bagram]", "between", None, None, "Kabul Bagram"),
        # travel
        ("a two-hour drive from [Herat]", "near", None, 120, "Herat"),
        ("an hour's drive north of [Kunduz]", "near", "north", 60, "Kunduz"),
        ("half an hour's drive from [Kunduz]", "near", None, 30, "Kunduz"),
        ("a 90-minute drive south of [Kunduz]", "near", "south", 90, "Kunduz"),
        ("two and a half hours' drive from [Kunduz]", "near", None, 150, "Kunduz"),
        ("within an hour of [Kunduz]", "near", None, 60, "Kunduz"),
        ("a day's walk from [Kunduz]", "near", None, 25, "Kunduz"),
        # beside
        ("across the river from [Khorog]", "near", None, None, "Khorog"),
        ("a town opposite [Khorog]", "near", None, None, "Khorog"),
        ("on the outskirts of [Kunduz]", "near", None, None, "Kunduz"),
        ("on the southern edge of [Kunduz]", "near", "south", None, "Kunduz"),
        ("the eastern outskirts of [Aleppo]", "near", "east", None, "Aleppo"),
        ("in the vicinity of [Kunduz]", "near", None, None, "Kunduz"),
        ("north of [Kunduz]", "near", "north", None, "Kunduz"),
        ("it lies to the north of [Kunduz]", "near", "north", None, "Kunduz"),
        ("within 50 km of [Kabul]", "near", None, 50, "Kabul"),
        ("1.5 miles from the city of [Kunduz]", "near", None, 2.41, "Kunduz"),
        # offsets
        ("some 50 miles south-east of [Kunduz]", "offset", "south-east", 80.47, "Kunduz"),
        ("30 to 40 km north of [Kunduz]", "offset", "north", 35, "Kunduz"),
        ("30-40 km north of [Kunduz]", "offset", "north", 35, "Kunduz"),
        ("between 30 and 40 km north of [Kunduz]", "offset", "north", 35, "Kunduz"),
        ("about 15 kilometres (9 miles) west of [Kunduz]", "offset", "west", 15, "Kunduz"),
        ("a few kilometres north of [Kunduz]", "offset", "north", 5, "Kunduz"),
        ("10 km to the north of the provincial capital, [Kunduz]", "offset", "north", 10, "Kunduz"),
        # parts
        ("in northern and eastern [Afghanistan]", "part", "north and east", None, "Afghanistan"),
        ("the north and east of [Afghanistan]", "part", "north and east", None, "Afghanistan"),
        ("the far north of [Cameroon]", "part", "far north", None, "Cameroon"),
        ("upper [Egypt]", "part", "upper", None, "Egypt"),
        ("lower [Egypt]", "part", "lower", None, "Egypt"),
        ("mainland [Greece]", "part", "mainland", None, "Greece"),
        ("[Kenya]'s north-east was dry", "part", "north-east", None, "Kenya"),
        ("the northern suburbs of [Beirut]", "part", "north", None, "Beirut"),
        ("the south-western corner of [Iran]", "part", "south-west", None, "Iran"),
        ("the western [Sahel]", "part", "west", None, "Sahel"),
        # traps
        ("[North Korea] spoke", "at", None, None, "North~Korea"),
        ("North and South [Korea]", "at", None, None, "Korea"),
        ("in [South Sudan]", "at", None, None, "South~Sudan"),
        ("in the [West Bank]", "at", None, None, "West~Bank"),
        ("in [Northern Ireland]", "at", None, None, "Northern~Ireland"),
        ("[Tajikistan]'s Border Guard Service", "at", None, None, "Tajikistan"),
        ("the border town of [Spin Boldak]", "at", None, None, "Spin~Boldak"),
        ("Western officials in [Kabul]", "at", None, None, "Kabul"),
        ("the East African Community in [Arusha]", "at", None, None, "Arusha"),
        ("the central bank of [Kenya]", "at", None, None, "Kenya"),
        ("[Kenya]'s central bank", "at", None, None, "Kenya"),
        ("the Northern League of [Italy]", "at", None, None, "Italy"),
        ("police sealed off [Kabul]", "at", None, None, "Kabul"),
        ("within 24 hours of [Kunduz]", "at", None, None, "Kunduz"),
        ("within an hour of [Kunduz] falling", "at", None, None, "Kunduz"),
        ("the last two hours of [Kunduz]", "at", None, None, "Kunduz"),
        ("within two hours of [Kunduz]'s fall", "at", None, None, "Kunduz"),
    ],
)  # fmt: skip
def test_phrases(phrase, kind, direction, km, names):
    (found,) = read(phrase)
    assert (found.relation.kind, found.relation.direction) == (kind, direction)
    assert found.relation.distance_km == (None if km is None else pytest.approx(km, abs=0.01))
    assert [m.text for m in found.mentions] == [name.replace("~", " ") for name in names.split()]


@pytest.mark.parametrize(
    "phrase",
    [
        "talks between [Kabul] and [Islamabad]",
        "a ceasefire between [Armenia] and [Azerbaijan]",
        "the war between [Russia] and [Ukraine]",
        "an agreement between [Chad] and [Sudan]",
        "in [Kunduz] and [Takhar] provinces",
    ],
)
def test_two_names_that_make_no_place_between_them(phrase):
    assert [item.relation.kind for item in read(phrase)] == ["at", "at"]


def test_guards_and_people_are_no_place():
    assert read("the [Tajik] border guards") == []


def test_what_a_distance_is_guessed_from_is_told():
    (drive,) = read("a two-hour drive from [Herat]")
    assert drive.relation.basis == "a two-hour drive, taken at 60 km/h"
    (road,) = read("the road from [Kabul] to [Herat]")
    assert road.relation.basis == "road"
    (span,) = read("30 to 40 km north of [Kunduz]")
    assert span.relation.basis == "the middle of 30 to 40 km"


@pytest.mark.parametrize(
    "phrase",
    [
        "[Archi], 30 km north of [Kunduz], fell",
        "[Archi], a small village about 30 km north of [Kunduz], fell",
        "[Archi] (Takhar), located a two-hour drive from [Kunduz]",
    ],
)
def test_an_offset_beside_a_name_explains_it(phrase):
    place, offset = read(phrase)
    assert place.relation.kind == "at"
    assert offset.explains == place.mentions[0]


def test_a_name_that_is_known_wins_over_the_offset_that_explains_it():
    def sites(text):
        made, _ = pieces(text)
        found = mentions(text)
        resolutions = resolve_mentions(made, found, default_gazetteer())
        return [site.location.name for site in find_sites(expressions(text), resolutions)]

    assert sites("Shells hit Imam Sahib, 50 km north of Kunduz.") == ["Imam Sahib"]
    assert sites("Shells hit a post 50 km north of Kunduz.") == ["50 km north of Kunduz"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Fighting raged in Kunduz and Takhar provinces.", [("Kunduz", 4), ("Takhar", 4)]),
        (
            "Fighting raged in Kunduz, Takhar and Badakhshan provinces.",
            [("Kunduz", 4), ("Takhar", 4), ("Badakhshan", 4)],
        ),
        (
            "They took the provinces of Kunduz, Takhar and Balkh.",
            [("Kunduz", 4), ("Takhar", 4), ("Balkh", 4)],
        ),
        ("They took the cities of Kunduz and Herat.", [("Kunduz", 1), ("Herat", 1)]),
        (
            "Shells fell on the border between Kunduz and Takhar provinces.",
            [("Kunduz-Takhar border", 5)],
        ),
        ("Gunmen attacked a bus on the Kabul-Kandahar highway.", [("Kabul-Kandahar highway", 5)]),
        ("A blast hit the Kabul-Jalalabad road.", [("Kabul-Jalalabad road", 5)]),
        ("The Tajik side of the border was shelled.", [("Tajikistan's side of its border", 5)]),
        ("Mines were found on Yemen's Red Sea coast.", [("Red Sea coast of Yemen", 5)]),
        ("A boat sank off the coast of Somalia.", [("off the coast of Somalia", 5)]),
        ("They took Imam Sahib district in Kunduz province.", [("Imam Sahib", 3), ("Kunduz", 4)]),
        ("He came from Paris, Texas.", [("Paris", 1), ("Texas", 4)]),
    ],
)
def test_lists_and_chains_resolve(text, wanted):
    made, _ = pieces(text)
    resolutions = resolve_mentions(made, mentions(text), default_gazetteer())
    found = find_sites(expressions(text), resolutions)
    assert [(site.location.name, site.location.where_prec) for site in found] == wanted
    if "Texas" in text:
        assert {site.location.admin1 for site in found} == {"Texas"}
