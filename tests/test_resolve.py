import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.gazetteer import default_gazetteer
from geo.resolve import distance_km, resolve
from pipeline.mentions import Mention


def answers(text, *names, countries=()):
    """Resolve the names of a text, each at its first place after the one before; (kind) by "~"."""
    mentions, start = [], 0
    for name in names:
        kind = "demonym" if name.startswith("~") else "toponym"
        at = text.index(name.lstrip("~"), start)
        start = at + len(name.lstrip("~"))
        mentions.append(Mention(at, start, name.lstrip("~"), kind))
    return resolve(text, mentions, default_gazetteer(), countries=countries)


def countries_of(text, *names, **options):
    return [answer and answer.place.country for answer in answers(text, *names, **options)]


def test_container_after_a_comma():
    paris, texas = answers("It happened in Paris, Texas.", "Paris", "Texas")
    assert (paris.place.country, paris.place.admin1) == ("USA", "Texas")
    assert texas.place.feature == "ADM1"
    (alone,) = answers("It happened in Paris.", "Paris")
    assert alone.place.country == "FRA"


def test_container_by_in():
    tripoli, lebanon = answers("He lives in Tripoli in Lebanon.", "Tripoli", "Lebanon")
    assert tripoli.place.country == lebanon.place.country == "LBN"
    (alone,) = answers("He lives in Tripoli.", "Tripoli")
    assert alone.place.country == "LBY"


def test_one_sense_per_document():
    text = "Tripoli was calm. They went to Tripoli, Lebanon, and back to Tripoli."
    found = answers(text, "Tripoli", "Tripoli", "Lebanon", "Tripoli")
    assert {found[0].place.place_id, found[1].place.place_id} == {found[3].place.place_id}
    assert found[0].place.country == "LBN"


def test_other_names_vote_for_their_country():
    text = "From Manchester they drove to Concord and Nashua in New Hampshire."
    found = countries_of(text, "Manchester", "Concord", "Nashua", "New Hampshire")
    assert found == ["USA"] * 4
    assert countries_of("From Manchester they drove on.", "Manchester") == ["GBR"]


@pytest.mark.parametrize(("demonym", "country"), [("Nicaraguan", "NIC"), ("Mexican", "MEX")])
def test_demonyms_vote_too(demonym, country):
    text = f"{demonym} police closed the road to Leon."
    assert countries_of(text, f"~{demonym}", "Leon") == [country, country]


def test_known_countries_count():
    text = "He lives in Cordoba."
    assert countries_of(text, "Cordoba", countries=["ESP"]) == ["ESP"]
    assert countries_of(text, "Cordoba", countries=["ARG"]) == ["ARG"]


def test_the_word_beside_a_name_chooses_its_class():
    (province,) = answers("He left Kunduz province.", "Kunduz")
    (town,) = answers("He left the city of Kunduz.", "Kunduz")
    assert province.place.feature == "ADM1"
    assert town.place.feature.startswith("PPL")


def test_a_spelling_is_found_within_the_country():
    text = "Kenyan police left Nairobi for Mombassa."
    found = answers(text, "~Kenyan", "Nairobi", "Mombassa")
    assert found[2].place.name == "Mombasa"


def test_unknown_names_and_order():
    assert answers("He lives in Xqzzvw.", "Xqzzvw") == [None]
    assert resolve("", [], default_gazetteer()) == []
    text = "Geneva and Xqzzvw and Lima."
    names = [Mention(22, 26, "Lima", "toponym"), Mention(11, 17, "Xqzzvw", "toponym")]
    lima, nothing = resolve(text, names, default_gazetteer())
    assert lima.place.country == "PER"
    assert nothing is None or (nothing.basis == "focus" and nothing.score < lima.score)
    assert resolve(text, names, default_gazetteer(), threshold=0.999) == [None, None]


def test_scores_and_candidates():
    (found,) = answers("He lives in Paris.", "Paris")
    assert 0 < found.score <= 1
    assert found.candidates[0].place == found.place
    assert len(found.candidates) <= 5


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.sampled_from(["Lima", "Xqzzvw", "", "~Kenyan", "Paris, Texas", "\u200b"]), max_size=6
    )
)
def test_aligned_whatever_the_names(names):
    text = " ".join(name.lstrip("~") for name in names)
    assert len(answers(text, *names)) == len(names)


def test_distance():
    assert distance_km(0, 0, 0, 0) == 0
    assert distance_km(0, 0, 90, 0) == pytest.approx(
        10007.557, abs=0.01
    )  # a quarter of the equator
    assert distance_km(179, 0, -179, 0) == pytest.approx(222.39, abs=0.01)


def test_a_container_that_is_no_mention_counts():
    (found,) = answers("He was arrested in Alexandria, La., on Friday.", "Alexandria")
    assert found.place.admin1 == "Louisiana"


def test_containers_contradict_the_one_sense():
    text = "From Paris, Texas, she flew to Paris, France, and on to Rome."
    found = answers(text, "Paris", "Texas", "Paris", "France", "Rome")
    assert [answer.place.country for answer in found] == ["USA", "USA", "FRA", "FRA", "ITA"]


def test_the_outlet_tells_its_home():
    text = "Police in Cambridge closed the bridge, and a lane in Newmarket."
    names = ["Cambridge", "Newmarket"]
    mentions = [
        Mention(text.index(name), text.index(name) + len(name), name, "toponym") for name in names
    ]

    def at(source):
        found = resolve(text, mentions, default_gazetteer(), source=source)
        return [answer.place.country for answer in found]

    assert at("cambridge-news.co.uk") == ["GBR", "GBR"]
    assert at("cambridgetimes.ca") == ["CAN", "CAN"]


def test_a_name_that_holds_a_place_is_put_there_and_says_so():
    text = "Students of Nairobi Xqz University marched in Nairobi, Kenya."
    campus, city, _ = answers(text, "Nairobi Xqz University", "Nairobi", "Kenya")
    assert campus.basis == "embedded"
    assert campus.place == city.place
    assert city.basis == "gazetteer"
    assert campus.score < 1


def test_focus_is_marked_and_can_be_refused():
    text = "In Dayton, Ohio, a house on Xqzzvw Heights burned. Kettering and Fairborn sent engines."
    names = ("Dayton", "Ohio", "Xqzzvw Heights", "Kettering", "Fairborn")
    found = answers(text, *names)
    assert found[2] is None or found[2].basis == "focus"
    assert all(answer.basis == "gazetteer" for answer in found[:2] + found[3:])
    assert all(answer.place.admin1 == "Ohio" for answer in found if answer)


def test_a_threshold_gives_no_answer_rather_than_a_poor_one():
    text = "He lives in Springfield."
    mention = Mention(12, 23, "Springfield", "toponym")
    (always,) = resolve(text, [mention], default_gazetteer(), threshold=0)
    (sure,) = resolve(text, [mention], default_gazetteer(), threshold=0.95)
    assert always is not None
    assert always.score < 0.95
    assert sure is None


def test_the_order_of_the_names_does_not_matter():
    text = "From Manchester they drove to Concord and Nashua in New Hampshire."
    names = ["Manchester", "Concord", "Nashua", "New Hampshire"]
    mentions = [
        Mention(text.index(name), text.index(name) + len(name), name, "toponym") for name in names
    ]
    forwards = resolve(text, mentions, default_gazetteer())
    backwards = resolve(text, mentions[::-1], default_gazetteer())
    assert [answer.place for answer in forwards] == [answer.place for answer in backwards[::-1]]


def test_a_long_list_of_names_is_no_trouble():
    names = [place.name for place in _towns(400)]
    text = ". ".join(names)
    mentions, start = [], 0
    for name in names:
        mentions.append(Mention(start, start + len(name), name, "toponym"))
        start += len(name) + 2
    found = resolve(text, mentions, default_gazetteer())
    assert len(found) == len(names)
    assert sum(answer is not None for answer in found) > 350


def _towns(count):
    gazetteer = default_gazetteer()
    numbers, _, _ = gazetteer.points("PPLA")
    return [gazetteer.numbered(number) for number in numbers[:: len(numbers) // count][:count]]
