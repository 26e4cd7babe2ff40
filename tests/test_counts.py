import pytest
from pipeline_tools import word

from pipeline import clauses
from pipeline.counts import KINDS, count_of, counts_of

# (sentence, trigger, head of the group, does it, kind, best, low, high)
COUNTED = [
    ("Nine people were killed.", "killed", "people", False, "fatalities", 9, 9, 9),
    ("At least 300 people were killed.", "killed", "people", False, "fatalities", 300, 300, None),
    ("Up to 40 villagers were wounded.", "wounded", "villagers", False, "injured", 40, None, 40),
    ("Dozens of villagers were hurt.", "hurt", "Dozens", False, "injured", None, 24, None),
    ("Thousands of people fled.", "fled", "Thousands", True, "displaced", None, 2000, None),
    ("Tens of thousands of people fled.", "fled", "thousands", True, "displaced", None, 20000, None),
    ("More than 1,200 soldiers crossed.", "crossed", "soldiers", True, "soldiers", 1200, 1200, None),
    ("The army sent 2,500 troops.", "sent", "troops", False, "soldiers", 2500, 2500, 2500),
    ("20 to 30 people died.", "died", "people", True, "fatalities", None, 20, 30),
    ("Police arrested fifty-two protesters.", "arrested", "protesters", False, "captured", 52, 52, 52),
    ("Two hundred and five people fled.", "fled", "people", True, "displaced", 205, 205, 205),
    ("It killed 1.5 million people.", "killed", "people", False, "fatalities", 1500000, 1500000, 1500000),
    ("Three dozen people were hurt.", "hurt", "people", False, "injured", 36, 36, 36),
]  # fmt: skip


@pytest.mark.parametrize("case", COUNTED, ids=[case[0] for case in COUNTED])
def test_counts(case):
    sentence, trigger, head, done_by, kind, best, low, high = case
    count = count_of(word(sentence, trigger), word(sentence, head), done_by=done_by)
    assert (count.kind, count.best, count.low, count.high) == (kind, best, low, high)
    assert count.text in sentence
    assert count.kind in KINDS


@pytest.mark.parametrize(
    ("sentence", "trigger", "head", "done_by"),
    [
        ("Nine houses were killed.", "killed", "houses", False),  # no people
        ("Nine attackers killed him.", "killed", "attackers", True),  # the killers
        ("The attack killed a guard.", "killed", "guard", False),  # no number
        ("Several people were killed.", "killed", "people", False),  # no bound
        ("Nine people sang.", "sang", "people", True),  # nothing that is counted
    ],
)
def test_what_is_not_counted(sentence, trigger, head, done_by):
    assert count_of(word(sentence, trigger), word(sentence, head), done_by=done_by) is None


@pytest.mark.parametrize(
    ("sentence", "trigger", "bounds", "text"),
    [
        ("They killed five soldiers and 14 civilians.", "killed", (19, 19, 19),
         "five soldiers and 14 civilians"),
        ("They killed three soldiers and a boy.", "killed", (4, 4, 4),
         "three soldiers and a boy"),
        ("They killed at least 3 soldiers and 2 civilians.", "killed", (5, 5, None),
         "at least 3 soldiers and 2 civilians"),
        ("They killed eight people, including three soldiers.", "killed", (8, 8, 8),
         "eight"),
        ("The blast left 17 people dead.", "left", (17, 17, 17), "17"),
        ("They shot dead seven of the attackers.", "shot", (7, 7, 7), "seven"),
        ("The attack claimed 12 lives.", "claimed", (12, 12, 12), "12"),
    ],
)  # fmt: skip
def test_groups_told_together(sentence, trigger, bounds, text):
    token = word(sentence, trigger)
    found = counts_of(token, clauses.undergoers(token), done_by=False)
    assert [(one.kind, one.best, one.low, one.high) for one in found] == [("fatalities", *bounds)]
    assert found[0].text == text


def test_what_is_left_otherwise_is_no_figure():
    token = word("The army left 17 villages.", "left")
    assert counts_of(token, clauses.undergoers(token), done_by=False) == []
