import pytest
from pipeline_tools import event, events


@pytest.mark.parametrize(
    ("sentence", "trigger", "doer"),
    [
        ("Ten people died in Israeli air strikes on Gaza City.", "died", "Military Forces of Israel"),
        ("Two persons were killed in police firing in Ahmedabad.", "killed", "Police Forces of India"),
        ("Four villagers were wounded in army shelling near Mindat.", "wounded", "Military Forces of Myanmar"),
        ("A US drone strike killed two commanders in Idlib.", "killed", "Military Forces of the United States"),
        ("Russian shelling of Kherson killed three people.", "killed", "Military Forces of Russia"),
        ("Shelling by Russian forces damaged a hospital in Kherson.", "damaged", "Military Forces of Russia"),
        ("Six soldiers were killed when Boko Haram militants attacked Dapchi.", "killed", "Boko Haram"),
        ("Six soldiers were killed in clashes with M23 rebels near Goma.", "killed", "M23"),
        ("The town fell to the Taliban on Tuesday.", "fell", "Taliban"),
        ("French troops handed over Gossi on Friday.", "handed over", "Military Forces of France"),
        ("Thousands of people protested in Khartoum.", "protested", "Protesters"),
        ("A roadside bomb killed ten people in Mogadishu.", "killed", None),
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


def test_a_town_that_is_taken_is_no_side():
    assert event("The Taliban seized Kunduz on Sunday.", "seized").actor2 is None
