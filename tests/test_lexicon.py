import pytest
from pipeline_tools import word

from geo import schema
from pipeline.actors import is_armed, is_leader
from pipeline.lexicon import Roles, is_a, nouns, rows, sense_as, sense_of, senses

SPECIAL = {"TOPONYM", "PERSON", "BORDER"}


def sense(sentence, trigger):
    roles = Roles(lambda token: token.ent_type_ == "GPE", is_armed, is_leader)
    return sense_of(word(sentence, trigger), roles)


# Each form of condition that triggers.csv uses, holding and not holding: (form, sentence,
# trigger, (event type, mode) or None).
FORMS = [
    ("object=CLASS", "Police seized two men.", "seized", ("COERCE", "arrest")),
    ("object=CLASS", "Police seized a cargo of weapons.", "seized", ("COERCE", "seize")),
    ("object=TOPONYM", "Rebels captured Nairobi.", "captured", ("ASSAULT", "")),
    ("object=TOPONYM", "The film captured a mood.", "captured", None),
    ("object=PERSON", "Police captured John Smith.", "captured", ("COERCE", "arrest")),
    ("subject=TOPONYM", "Nairobi fell.", "fell", ("ASSAULT", "")),
    ("subject=TOPONYM", "Snow fell.", "fell", None),
    ("subject=CLASS", "A rocket hit the market.", "hit", ("ASSAULT", "")),
    ("agent=CLASS", "Gunmen entered the town.", "entered", ("ASSAULT", "")),
    ("agent=CLASS", "Tourists entered the town.", "entered", None),
    ("prep=WORD:CLASS", "He died in the attack.", "died", ("ASSAULT", "")),
    ("prep=WORD:CLASS", "He died in his bed.", "died", None),
    ("prep=WORD:BORDER", "They moved across the border.", "moved", ("RETREAT", "withdraw")),
    ("prep=WORD", "Chile agreed with Peru.", "agreed", ("AGREE", "")),
    ("prep=WORD", "They took him prisoner.", "took", ("COERCE", "arrest")),
    ("air", "The air strike lasted an hour.", "strike", ("ASSAULT", "aerial")),
    ("military", "The military exercise lasted a week.", "exercise", ("COOPERATE", "")),
    ("military", "The exercise lasted a week.", "exercise", None),
    ("of=TOPONYM", "The capture of Nairobi took a week.", "capture", ("ASSAULT", "")),
    ("by=CLASS", "The crossing by the villagers took a week.", "crossing", ("RETREAT", "withdraw")),
    ("plural", "The talks lasted a week.", "talks", ("CONSULT", "")),
]


@pytest.mark.parametrize(("form", "sentence", "trigger", "answer"), FORMS)
def test_conditions(form, sentence, trigger, answer):
    found = sense(sentence, trigger)
    assert (found and (found.event_type, found.mode)) == answer


def form_of(when):
    key, _, value = when.partition("=")
    if key != "prep":
        return key
    return "prep=WORD:CLASS" if ":" in value else "prep=WORD"


def test_every_form_of_the_table_is_exercised():
    used = {form_of(row["when"]) for row in rows("triggers.csv") if row["when"]}
    tested = {
        "prep=WORD:CLASS" if form.startswith("prep=WORD:") else
        form if form.startswith("prep") else form.partition("=")[0]
        for form, *_ in FORMS
    }  # fmt: skip
    assert used <= tested, used - tested


def test_the_longest_trigger_wins():
    assert sense("Gunmen cut off the road.", "cut").trigger == "cut off"
    assert sense("Gunmen opened fire.", "opened").trigger == "open fire"


def test_a_word_that_the_table_does_not_take_has_the_mode_that_its_rows_share():
    arrests = word("More than 300 arrests were made.", "arrests")
    assert sense_as(arrests, "COERCE").mode == "arrest"
    assert sense_as(arrests, "PROTEST").mode == ""
    assert sense_as(word("It was nice.", "nice"), "AID").trigger == "nice"


def test_other_parts_of_speech_report_nothing():
    assert sense("The very violent men came.", "violent") is None
    assert sense("The very violent men came.", "very") is None


def test_every_class_of_a_condition_exists():
    for row in rows("triggers.csv"):
        key, _, value = row["when"].partition("=")
        noun_class = value.partition(":")[2] if key == "prep" else value
        assert not noun_class or noun_class in SPECIAL | set(nouns()), row


def test_every_row_codes_by_the_schema():
    for row in rows("triggers.csv"):
        assert row["pos"] in {"v", "n"}, row
        assert row["event_type"] in schema.EVENT_TYPES, row
        allowed = schema.EVENT_MODES.get(row["event_type"], ())
        assert row["mode"] in {"", *allowed}, row


def test_every_row_can_be_reached():
    """A row after an unconditional one of its trigger, or the same row again, is never taken."""
    for found in senses().values():
        conditions = [item.when for item in found]
        assert len(set(conditions)) == len(conditions), found
        assert "" not in conditions[:-1], found


def test_noun_classes():
    assert is_a(word("Two servicemen came.", "servicemen"), "soldiers")
    assert not is_a(word("Two servicemen came.", "servicemen"), "talks")
    assert not is_a(word("Two servicemen came.", "servicemen"), "no such class")
