import pytest
from pipeline_tools import event, events


@pytest.mark.parametrize(
    ("sentence", "trigger", "doer"),
    [
        ("Ten people died in Israeli air strikes on Gaza City.", "died", "Military Forces of Israel"),
        ("Two persons were killed in police firing in Ahmedabad.", "killed", "Police Forces of India"),
        ("One person was injured in police firing in Godhra.", "injured", "Police Forces of India"),
        ("Police firing in Bharuch left two dead.", "firing", "Police Forces of India"),
        ("Four villagers were wounded in army shelling near Mindat.", "wounded", "Military Forces of Myanmar"),
        ("A US drone strike killed two commanders in Idlib.", "killed", "Military Forces of the United States"),
        ("Russian shelling of Kherson killed three people.", "killed", "Military Forces of Russia"),
        ("Shelling by Russian forces damaged a hospital in Kherson.", "damaged", "Military Forces of Russia"),
        ("Six soldiers were killed when Boko Haram militants attacked Dapchi.", "killed", "Boko Haram"),
        ("Six soldiers were killed in clashes with M23 rebels near Goma.", "killed", "M23"),
        ("The town fell to the Taliban on Tuesday.", "fell", "Taliban"),
        ("French troops handed over Gossi on Friday.", "handed over", "Military Forces of France"),
        ("Thousands of people protested in Khartoum.", "protested", "Protesters"),
        ("Armed men stormed a school in Limbe on Wednesday.", "stormed", "Unidentified Armed Group"),
        ("A crowd of residents attacked the embassy in Niamey.", "attacked", "Rioters"),
        ("French aircraft evacuated 202 people from Goma.", "evacuated", "Government of France"),
        ("Fighting between the M23 and Boko Haram broke out again in Goma.", "Fighting", "M23"),
        ("On Friday Uzbekistan rejected the note.", "rejected", "Government of Uzbekistan"),
        ("Raila Odinga was expected to visit Goma on Wednesday.", "visit", "Raila Odinga"),
        ("A roadside bomb killed ten people in Mogadishu.", "killed", None),
        ("Twelve people were killed in the Kabul blast on Friday.", "killed", None),
        ("Ten people were killed in a school shooting in Texas.", "killed", None),
    ],
)  # fmt: skip
def test_who_is_behind_it(sentence, trigger, doer):
    found = next(item for item in events(sentence) if item.trigger.text == trigger)
    assert (found.actor1 and found.actor1.name) == doer


def test_who_dies_suffers_it():
    assert (
        event("Ten soldiers died in an attack in Goma.", "died").actor2.name
        == "Military Forces of DR Congo"
    )


@pytest.mark.parametrize(
    ("sentence", "trigger", "target"),
    [
        ("Gunmen overran the gendarmes' post at Inata on Sunday.", "overran", "Police Forces"),
        ("A National Guard convoy was attacked by gunmen near Goma.", "attacked", "Military Forces of DR Congo"),
        ("Five gunmen abducted two fishermen off Lahad Datu.", "abducted", "Civilians"),
        ("Four men with rifles attacked a shopkeeper in Goma on Monday.", "attacked", "Civilians"),
        ("Gunmen killed the military attache, Col. Atilla Altikat, in Ottawa on Friday.", "killed", "Col. Atilla Altikat"),
        ("A bomb exploded in Goma, killing six policemen.", "exploded", "Police Forces of DR Congo"),
        ("Police opened fire on protesters in Nairobi.", "opened", "Protesters"),
    ],
)  # fmt: skip
def test_to_whom(sentence, trigger, target):
    found = next(item for item in events(sentence) if item.trigger.text.startswith(trigger))
    assert found.actor2 is not None
    assert found.actor2.name == target


def test_nobody_does_what_no_group_says_it_did():
    text = "The Taliban denied it. No group said that it had carried out the bombing in Kabul."
    found = [item for item in events(text) if item.event_type == "ASSAULT"]
    assert all(item.actor1 is None for item in found)


def test_no_side_is_its_own_target():
    sent = event("Kenya sent 500 Kenyan troops to Goma on Monday.", "sent")
    assert (sent.actor1.country, sent.actor2) == ("KEN", None)
    text = "NAIROBI, Kenya, June 3 - The Kenyan government criticised the government on Monday."
    assert all(item.actor2 != item.actor1 for item in events(text))


def test_an_army_is_of_where_it_acted():
    text = "PARIS, June 3 (Reuters) - The army killed six rebels in Goma, DR Congo, on Monday."
    assert event(text, "killed").actor1.country == "COD"


def test_a_town_that_is_taken_is_no_side():
    assert event("The Taliban seized Kunduz on Sunday.", "seized").actor2 is None


def test_what_clubs_firms_and_couples_agree_on_is_no_event():
    assert not events("The couple agreed to meet in Goma in the spring.")
    agreed = event("The company agreed with the government to leave Goma on Friday.", "agreed")
    assert agreed.event_type == "AGREE"
