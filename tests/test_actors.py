import pytest
from pipeline_tools import event, events, word

from geo import schema
from geo.gazetteer import default_gazetteer
from pipeline import actors
from pipeline.lexicon import rows


@pytest.mark.parametrize(
    ("sentence", "head", "name", "kind", "country"),
    [
        ("Kenyan soldiers entered it.", "soldiers", "Military Forces of Kenya", "State forces", "KEN"),
        ("Soldiers from Kenya left.", "Soldiers", "Military Forces of Kenya", "State forces", "KEN"),
        ("Brazilian police left.", "police", "Police Forces of Brazil", "State forces", "BRA"),
        ("The Norwegian prime minister spoke.", "minister", "Government of Norway", "State forces", "NOR"),
        ("Chile agreed.", "Chile", "Government of Chile", "State forces", "CHL"),
        ("Peruvian protesters left.", "protesters", "Protesters (Peru)", "Protesters", "PER"),
        ("Looters broke in.", "Looters", "Rioters", "Rioters", None),
        ("Gunmen opened fire.", "Gunmen", "Unidentified Armed Group", "Political militia", None),
        ("Dozens of civilians died.", "Dozens", "Civilians", "Civilians", None),
        ("Residents of Kenya left.", "Residents", "Civilians (Kenya)", "Civilians", "KEN"),
        ("Members of the Taliban left.", "Members", "Taliban", "Rebel group", "AFG"),
        ("Civilians fled the Taliban.", "Civilians", "Civilians", "Civilians", None),
        ("Michelle Bachelet resigned.", "Bachelet", "Michelle Bachelet", None, None),
        ("Oxfam protested.", "Oxfam", "Oxfam", None, None),
        ("Former Peruvian president Ollanta Humala left.", "Humala", "Ollanta Humala", None, "PER"),
        ("The runaway president Ashraf Ghani left.", "Ghani", "Ashraf Ghani", None, None),
        ("Police in Kenya left.", "Police", "Police Forces of Kenya", "State forces", "KEN"),
        ("Soldiers in Kenya left.", "Soldiers", "Military Forces", "State forces", None),
        ("Hundreds of Kenyans left.", "Hundreds", "Civilians (Kenya)", "Civilians", "KEN"),
        ("The Kenyan won.", "Kenyan", "Civilians (Kenya)", "Civilians", "KEN"),
        ("The embassy closed.", "embassy", "Foreign Mission", "State forces", None),
        ("The embassy of Kenya closed.", "embassy", "Government of Kenya", "State forces", "KEN"),
        ("Diplomats met in Doha.", "Diplomats", "Foreign Mission", "State forces", None),
        ("Kenya said its security forces left.", "forces", "Military Forces of Kenya", "State forces", "KEN"),
        ("Residents of Cabbage Tree Island left.", "Residents", "Civilians", "Civilians", None),
        ("Columbia University condemned it.", "University", "Columbia University", None, None),
        ("The ILO left.", "ILO", "International Labour Organization", "External/Other forces", None),
    ],
)  # fmt: skip
def test_actor_of(sentence, head, name, kind, country):
    found = actors.actor_of(word(sentence, head), default_gazetteer())
    assert found == actors.Actor(name, kind, country)


def test_a_name_with_a_country_in_it_is_no_government():
    found = actors.actor_of(
        word("Salvador Valdés Mesa called for food.", "Mesa"), default_gazetteer()
    )
    assert found is None or not found.name.startswith("Government")


@pytest.mark.parametrize(
    ("text", "form", "nth", "name"),
    [
        ("Foreign Minister Ines Pardo of Peru spoke. Pardo left.", "Pardo", 1, "Government of Peru"),
        ("Michelle Bachelet spoke. Bachelet left.", "Bachelet", 1, "Michelle Bachelet"),
        ("The government of Peru spoke. The government left.", "government", 1, "Government of Peru"),
    ],
)  # fmt: skip
def test_who_was_introduced_before(text, form, nth, name):
    assert actors.actor_of(word(text, form, nth), default_gazetteer()).name == name


@pytest.mark.parametrize(
    ("sentence", "pronoun", "found"),
    [
        ('"We condemn it," the bishops said.', "We", "bishops"),
        ("The rebels left. They burned it.", "They", "rebels"),
    ],
)
def test_whom_pronouns_mean(sentence, pronoun, found):
    assert actors.who(word(sentence, pronoun)).text == found


def test_goals_of_a_movement_are_no_parties():
    assert actors.is_goal(word("Thousands fled to Peru.", "Peru"))
    assert not actors.is_goal(word("The rebels spoke to Peru.", "Peru"))


@pytest.mark.parametrize(("sentence", "head"), [("A storm came.", "storm"), ("He left it.", "it")])
def test_nobody(sentence, head):
    assert actors.actor_of(word(sentence, head), default_gazetteer()) is None


@pytest.mark.parametrize(
    ("sentence", "head", "names"),
    [
        ("The presidents of Peru and Chile met.", "presidents", ["Government of Chile"]),
        ("The Peruvian and Chilean presidents met.", "presidents", ["Government of Chile"]),
        ("The president of Peru met him.", "president", []),
        ("The presidents of Peru met.", "presidents", []),
    ],
)
def test_counterparts(sentence, head, names):
    token = word(sentence, head)
    first = actors.actor_of(token, default_gazetteer())
    assert first.name == "Government of Peru"
    found = actors.counterparts(token, first, default_gazetteer())
    assert [actor.name for actor in found] == names


def test_short_names_only_as_written():
    assert actors.named("The BLA claimed it.").name == "Baloch Liberation Army"
    assert actors.named("He said bla bla.") is None


def test_armed_and_leading():
    assert actors.is_armed(word("The Taliban left.", "Taliban"))
    assert not actors.is_armed(word("Oxfam left.", "Oxfam"))
    assert actors.is_leader(word("President Michelle Bachelet resigned.", "Bachelet"))
    assert not actors.is_leader(word("Michelle Bachelet resigned.", "Bachelet"))


def test_table_is_sound():
    gazetteer = default_gazetteer()
    seen = {}
    for row in rows("actors.csv"):
        assert row["type"] in schema.ACTOR_TYPES, row
        assert not row["country"] or gazetteer.country(row["country"]) is not None, row
        for alias in {row["name"].lower(), *row["aliases"].lower().split("|")}:
            assert alias.strip() == alias, f"blank at the end of {alias!r}"
            assert alias, row
            assert seen.setdefault(alias, row["name"]) == row["name"], f"{alias!r} names two actors"


# What a researcher looks up first, by region: (words, name, type, country).
KNOWN = [
    ("ISGS fighters", "Islamic State Sahel Province", "Rebel group", "MLI"),
    ("the Volunteers for the Defence of the Homeland", "Volunteers for the Defence of the Homeland", "Political militia", "BFA"),
    ("CODECO", "Cooperative for the Development of Congo", "Identity militia", "COD"),
    ("the FDLR", "Democratic Forces for the Liberation of Rwanda", "Rebel group", "COD"),
    ("FARDC", "Military Forces of DR Congo", "State forces", "COD"),
    ("the Oromo Liberation Army", "Oromo Liberation Army", "Rebel group", "ETH"),
    ("IPOB", "Indigenous People of Biafra", "Political militia", "NGA"),
    ("Khalifa Haftar", "Libyan National Army", "State forces", "LBY"),
    ("the Polisario Front", "Polisario Front", "Rebel group", "ESH"),
    ("Islamic State in Somalia", "Islamic State Somalia", "Rebel group", "SOM"),
    ("Islamic State", "Islamic State", "Rebel group", None),
    ("AQAP", "Al Qaeda in the Arabian Peninsula", "Rebel group", "YEM"),
    ("al-Qaeda in the Islamic Maghreb", "Al Qaeda in the Islamic Maghreb", "Rebel group", "DZA"),
    ("Kataib Hezbollah", "Kataib Hezbollah", "Political militia", "IRQ"),
    ("the Free Syrian Army", "Syrian National Army", "Rebel group", "SYR"),
    ("IDF", "Military Forces of Israel", "State forces", "ISR"),
    ("the Islamic Revolutionary Guard Corps", "Military Forces of Iran", "State forces", "IRN"),
    ("Lashkar-e-Taiba", "Lashkar-e-Taiba", "Rebel group", "PAK"),
    ("the Kachin Independence Army", "Kachin Independence Army", "Rebel group", "MMR"),
    ("Tatmadaw", "Military Forces of Myanmar", "State forces", "MMR"),
    ("Abu Sayyaf", "Abu Sayyaf", "Rebel group", "PHL"),
    ("the New People's Army", "New People's Army", "Rebel group", "PHL"),
    ("the People's Liberation Army", "Military Forces of China", "State forces", "CHN"),
    ("Clan del Golfo", "Gulf Clan", "Political militia", "COL"),
    ("CJNG", "Jalisco New Generation Cartel", "Political militia", "MEX"),
    ("Viv Ansanm", "Viv Ansanm", "Political militia", "HTI"),
    ("MONUSCO", "MONUSCO", "External/Other forces", "COD"),
    ("William Ruto", "Government of Kenya", "State forces", "KEN"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "name", "kind", "country"), KNOWN)
def test_known_actors_of_the_world(words, name, kind, country):
    assert actors.named(words) == actors.Actor(name, kind, country)


def test_table_covers_the_world():
    table = rows("actors.csv")
    assert len(table) >= 1300
    assert len({row["name"] for row in table}) == len(table)
    assert len({row["country"] for row in table}) >= 130
    assert sum(len(row["aliases"].split("|")) for row in table) >= 4000


def test_states_bear_the_name_that_the_rules_give_them():
    gazetteer = default_gazetteer()
    for row in rows("actors.csv"):
        body, of, name = row["name"].partition(" of ")
        if row["type"] == "State forces" and of and body in actors._BODIES:
            home = gazetteer.country(row["country"]).name
            assert name == actors._with_article(home), row["name"]


def test_identity_militias_are_armed_and_aid_workers_are_not():
    assert actors.is_armed(word("CODECO attacked the camp.", "CODECO"))
    assert not actors.is_armed(word("UNICEF left.", "UNICEF"))


@pytest.mark.parametrize(
    ("text", "trigger", "sides"),
    [
        ("Chile and Peru condemned the attack.", "condemned", ("Government of Chile", None)),
        ("Chile and Peru met in Lima.", "met", ("Government of Chile", "Government of Peru")),
    ],
)
def test_two_doers_are_two_sides_only_of_what_they_do_together(text, trigger, sides):
    found = event(text, trigger)
    assert tuple(side and side.name for side in (found.actor1, found.actor2)) == sides


def test_a_date_line_does_nothing():
    text = (
        "Doha: Hospitals in Gaza received doctors from Jordan after they completed their training."
    )
    assert "Government of Qatar" not in {item.actor1 and item.actor1.name for item in events(text)}


def test_a_woman_is_not_whoever_acted_before():
    text = "Members of the Agency arrested a man in Lima. He killed his wife after she refused to quit."
    found = [item.actor1 for item in events(text) if item.trigger.text == "refused"]
    assert found in ([], [None])
