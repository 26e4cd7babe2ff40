import pytest
from pipeline_tools import word

from pipeline.kinds import kinds_of


@pytest.mark.parametrize(
    ("noun", "kinds"),
    [
        ("leopard", {"animal"}),
        ("snowstorm", {"weather"}),
        ("cholera", {"idea", "illness"}),
        ("idea", {"idea"}),
        ("publication", {"deed"}),
        ("man", {"person"}),
        ("village", set()),
        ("kilometre", set()),
    ],
)
def test_kinds(noun, kinds):
    assert kinds_of(word(f"They saw the {noun} on Tuesday.", noun)) == kinds


def test_names_are_of_no_kind():
    assert not kinds_of(word("Mr Wolf visited Garissa.", "Wolf"))
