"""Entry days: what the short dates, weekdays and hours before the entries of a list mean."""

from datetime import date

import pytest

from pipeline.documents import document
from pipeline.entrydays import days
from pipeline.timexes import find_timexes

TOLD = "Rebels shelled the harbour and two sailors were hurt."
FRIDAY = date(2019, 1, 18)


def whens(heads, published=FRIDAY, before=""):
    text = before + "\n\n".join(f"**{head}.** {TOLD}" for head in heads)
    made = document(text, stated=published)
    return days(made, find_timexes(made.text, published))


def starts(heads, published=FRIDAY):
    return [when and when.start and f"{when.start:%Y-%m-%d}" for when in whens(heads, published)]


@pytest.mark.parametrize(
    ("heads", "found"),
    [
        (("13 June", "3 December", "5 January"), ["2018-06-13", "2018-12-03", "2019-01-05"]),
        (("16 January", "2 February"), ["2019-01-16", "2019-02-02"]),
        (("3 February", "1 November"), ["2018-02-03", "2018-11-01"]),
        (("5 January", "12 December"), ["2019-01-05", "2018-12-12"]),
        (("2 March 2011", "9 April"), ["2011-03-02", "2011-04-09"]),
        (("Saturday", "Monday", "Thursday", "Today"),
         ["2019-01-12", "2019-01-14", "2019-01-17", "2019-01-18"]),
        (("Friday", "Monday", "Friday"), ["2019-01-11", "2019-01-14", "2019-01-18"]),
        (("Thursday", "Wednesday", "Monday"), ["2019-01-17", "2019-01-16", "2019-01-14"]),
        (("Monday, 7 January", "Tuesday", "Monday"), ["2019-01-07", "2019-01-08", "2019-01-14"]),
        (("Mon 07/01", "Tue 08/01"), ["2019-01-07", "2019-01-08"]),
        (("Tue 01/08", "Wed 01/09"), ["2019-01-08", "2019-01-09"]),
        (("Day 1", "Day 3"), ["2019-01-16", "2019-01-18"]),
        (("09:10", "11:50", "20:15"), ["2019-01-18"] * 3),
        (("23.10", "23.50", "00.20"), ["2019-01-17", "2019-01-17", "2019-01-18"]),
        (("01.30", "00.20", "23.50"), ["2019-01-18", "2019-01-18", "2019-01-17"]),
        (("9:20 a.m", "1:15 p.m", "2:40"), ["2019-01-18"] * 3),
        (("Lodwar", "Politics"), [None, None]),
    ],
)  # fmt: skip
def test_labels_are_settled_by_those_beside_them(heads, found):
    assert starts(heads) == found


def test_a_label_may_name_more_than_a_day():
    week, since = whens(("5-9 January", "Since 10 January"))
    assert (week.start, week.end, week.prec) == (date(2019, 1, 5), date(2019, 1, 9), 2)
    assert (since.start, since.end) == (date(2019, 1, 10), FRIDAY)


def test_the_words_of_the_label_are_its_source():
    first, _ = whens(("Mon 07/01, Lodwar", "Tue 08/01"))
    assert (first.text.text, first.source) == ("Mon 07/01", "heading")


def test_a_heading_gives_its_year_or_its_day_to_what_stands_under_it():
    text = "\n\n".join(f"## {year}\n\n3 May: {TOLD}\n\n4 June: {TOLD}" for year in (1998, 2001))
    made = document(text, stated=FRIDAY)
    found = days(made, find_timexes(text, FRIDAY))
    assert [when.start for when in found] == [
        date(1998, 5, 3), date(1998, 6, 4), date(2001, 5, 3), date(2001, 6, 4),
    ]  # fmt: skip


def test_without_a_day_of_publication_only_full_dates_are_known():
    assert starts(("3 May 2011", "Friday"), None) == ["2011-05-03", "2011-05-06"]
    assert starts(("Monday", "Tuesday"), None) == [None, None]
    assert starts(("09:10", "09:20"), None) == [None, None]
