from itertools import pairwise

import numpy as np
import pytest
from pipeline_tools import expressions, pieces

from geo.gazetteer import Place, default_gazetteer
from pipeline import linker
from pipeline.places import find_sites, resolve_mentions
from pipeline.scenes import candidates_of, places_of_event, scene_of


def scene(text):
    made, _ = pieces(text)
    spoken = expressions(text)
    mentions = [mention for expression in spoken for mention in expression.mentions]
    answers = resolve_mentions(made, mentions, default_gazetteer())
    return scene_of(spoken, find_sites(spoken, answers))


def trigger(text, form):
    return next(
        (token, piece) for piece in pieces(text)[1] for token in piece.doc if token.text == form
    )


def candidates(text, form):
    token, piece = trigger(text, form)
    return token, [candidate for _, candidate in candidates_of(token, piece, scene(text))]


def likeliest(text, form):
    token, named = candidates(text, form)
    scores = linker.probabilities(token, named)
    return max(zip(scores, named, strict=True), key=lambda pair: pair[0])[1].tokens.text


def places(text, form):
    token, piece = trigger(text, form)
    return [site.expression.text for site in places_of_event(token, piece, scene(text))[1]]


@pytest.mark.parametrize(
    ("text", "form", "place"),
    [
        (
            "Police arrested six people in Lima on Friday after protests in Cusco.",
            "arrested",
            "Lima",
        ),
        (
            "Police arrested six people in Lima on Friday after protests in Cusco.",
            "protests",
            "Cusco",
        ),
        ("In Kabul, officials said that a bomb killed nine people in Kunduz.", "killed", "Kunduz"),
        ("Troops from Herat were ambushed near Farah on Sunday.", "ambushed", "Farah"),
        ("The rebels seized Goma, 20 km from Gisenyi, on Monday.", "seized", "Goma"),
    ],
)
def test_the_place_of_the_event_and_not_another_one_of_its_sentence(text, form, place):
    assert place in likeliest(text, form)


def test_probabilities_are_aligned_and_between_0_and_1():
    token, named = candidates("Blasts hit Kabul and Herat; Tehran condemned them.", "hit")
    scores = linker.probabilities(token, named)
    assert len(scores) == len(named) == 3
    assert all(0 < score < 1 for score in scores)
    assert linker.probabilities(token, []) == []


def weights(**known):
    """Of one unit, which counts what it gets beyond 0 twice."""
    inputs = [[float(value), float(value)] for value in known.values()]
    return linker.Weights(
        {name: at for at, name in enumerate(known)},
        np.array([*inputs, [0.0, 0.0]]),
        np.array([2.0]),
    )


def test_a_unit_counts_only_what_lies_above_nothing():
    found = weights(near=1, by=-1)
    assert found.score({"near": 2.0}) == 6.0
    assert found.score({"by": 2.0}) == -2.0
    assert found.score({"near": 1.0, "by": 1.0}) == 0.0


def test_what_was_never_seen_is_undecided():
    assert linker.probability(weights(near=1).score({"never seen": 1.0}), 0.0) == 0.5


def test_the_reader_counts_beside_the_weights():
    assert linker.probability(1.0, -2.0) < linker.probability(1.0, 0.0)
    assert linker.probability(1.0, 2.0) > linker.probability(1.0, 0.0)


def test_weights_are_written_and_read(tmp_path):
    made = weights(near=1, by=-1)
    linker.write_weights(made, tmp_path / "weights.npz")
    found = linker.read_weights(tmp_path / "weights.npz")
    assert found.features == made.features
    assert (found.matrix == made.matrix).all()
    assert (found.units == made.units).all()


def test_every_place_is_described_and_most_of_it_is_known():
    token, named = candidates("Gunmen killed six people in Tofa village near Kano.", "killed")
    for row in linker.features(token, named):
        assert row["bias"] == 1.0
        assert len(row.keys() & linker.default_weights().features.keys()) > 10


def test_a_place_in_another_tree_is_described_too():
    text = "Gunmen killed six people in Tofa. Troops came to Kano."
    token, _ = trigger(text, "killed")
    _, named = candidates(text, "came")
    (row,) = linker.features(token, named)
    assert row["bias"] == 1.0


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("Clashes in Kunduz and Takhar provinces killed 20.", "killed", ["Kunduz", "Takhar"]),
        (
            "Thousands marched in Lima, Arequipa and Cusco.",
            "marched",
            ["Lima", "Arequipa", "Cusco"],
        ),
        ("Soldiers were sent to Arequipa and to Cusco.", "sent", ["Arequipa", "Cusco"]),
        ("A bomb killed six people in Aleppo, Syria.", "killed", ["Aleppo"]),
        ("A bomb killed six people in Lima or Cusco.", "killed", ["Lima"]),
        ("A bomb killed six people.", "killed", []),
    ],
)
def test_places_that_are_told_together(text, form, expected):
    found = places(text, form)
    assert len(found) == len(expected), found
    assert all(name in place for name, place in zip(expected, found, strict=True))


def test_places_told_together_come_in_the_order_of_the_text():
    token, piece = trigger("Thousands marched in Lima, Arequipa and Cusco.", "marched")
    text = "Thousands marched in Lima, Arequipa and Cusco."
    _, sites = places_of_event(token, piece, scene(text))
    assert all(a.expression.start < b.expression.start for a, b in pairwise(sites))


def place(feature, **known):
    values = dict.fromkeys(Place.__slots__) | {"feature": feature} | known
    return Place(**values)


def test_a_country_holds_its_towns_and_a_province_its_own():
    country = place("PCLI", place_id="a", country="PER")
    province = place("ADM1", place_id="b", country="PER", admin1_id="b")
    town = place("PPL", place_id="c", country="PER", admin1_id="b")
    abroad = place("PPL", place_id="d", country="BOL", admin1_id="e")
    assert linker.holds(country, town)
    assert linker.holds(country, province)
    assert linker.holds(province, town)
    assert not linker.holds(province, abroad)
    assert not linker.holds(country, abroad)
    assert not linker.holds(town, country)
    assert not linker.holds(country, country)
    assert not linker.holds(None, town)
