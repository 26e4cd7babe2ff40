import pytest
from pipeline_tools import expressions

from pipeline.expressions import find_expressions
from pipeline.mentions import Mention


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
        ("A boat sank off the coast of Libya.", "off the coast of Libya", "coast", None, None),
        ("A boat sank off Libya's coast.", "Libya's coast", "coast", None, None),
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
    mentions = [Mention(text.index(n), text.index(n) + len(n), n, "toponym") for n in names]
    found = find_expressions(text, mentions)
    assert [m.text for item in found for m in item.mentions] == names
    assert [item.relation.kind for item in found] == ["near", "border", "part"]
    assert [item.start for item in found] == sorted(item.start for item in found)
