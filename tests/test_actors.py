import pytest
from pipeline_tools import word

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
    ],
)  # fmt: skip
def test_actor_of(sentence, head, name, kind, country):
    found = actors.actor_of(word(sentence, head), default_gazetteer())
    assert found == actors.Actor(name, kind, country)


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
