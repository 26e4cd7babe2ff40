"""Time expressions: values, days, and the traps of news text."""

import json
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.calendars import easter, hijri_month, shamsi_date
from pipeline.periods import days_of, precision, shifted
from pipeline.timexes import Timex, find_timexes

MONDAY = date(2021, 7, 5)


def one(text: str, published: date | None = MONDAY) -> Timex:
    (found,) = find_timexes(text, published)
    return found


def days(text: str) -> tuple[str | None, str | None, int | None, str | None]:
    t = one(text)
    first, last = (d.isoformat() if d else None for d in (t.date_start, t.date_end))
    return first, last, t.date_prec, t.mod


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They left on Sunday.", ("2021-07-04", "2021-07-04", 1, None)),
        ("They left on Monday.", ("2021-07-05", "2021-07-05", 1, None)),
        ("They will leave on Tuesday.", ("2021-07-06", "2021-07-06", 1, None)),
        ("They will leave by Sept. 11.", (None, "2021-09-11", 1, "ON_OR_BEFORE")),
        ("They stayed until Friday.", (None, "2021-07-09", 1, "ON_OR_BEFORE")),
        ("The attack came before June 20.", (None, "2021-06-19", 1, "BEFORE")),
        ("Nine have died since June 20.", ("2021-06-20", None, 1, "AFTER")),
        ("Last month, they left.", ("2021-06-01", "2021-06-30", 4, None)),
        ("They left in early July.", ("2021-07-01", "2021-07-10", 4, "START")),
        ("They left in mid-June.", ("2021-06-11", "2021-06-20", 4, "MID")),
        ("They left in late June.", ("2021-06-21", "2021-06-30", 4, "END")),
        ("They left earlier this month.", ("2021-07-01", "2021-07-05", 2, "START")),
        ("They left last week.", ("2021-06-28", "2021-07-04", 3, None)),
        ("They left over the weekend.", ("2021-07-03", "2021-07-04", 2, None)),
        ("They fought on July 1-3.", ("2021-07-01", "2021-07-03", 2, None)),
        ("They fought 1-3 July 2020.", ("2020-07-01", "2020-07-03", 2, None)),
        ("They left in 1842.", ("1842-01-01", "1842-12-31", 5, None)),
        ("They fought in the 1980s.", ("1980-01-01", "1989-12-31", 5, None)),
        ("They left in the summer of 2013.", ("2013-06-01", "2013-08-31", 5, None)),
        ("They left two days earlier.", ("2021-07-03", "2021-07-03", 1, None)),
        ("They fought for almost 20 years.", (None, None, None, "LESS_THAN")),
        ("They fought overnight.", ("2021-07-04", "2021-07-05", 2, None)),
        ("They left during Ramadan.", ("2021-04-13", "2021-05-12", 4, "APPROX")),
        ("They left a week ago.", ("2021-06-27", "2021-06-29", 2, None)),
        ("They left three weeks ago.", ("2021-06-11", "2021-06-17", 3, None)),
        ("They left at about 3.40am on Saturday.", ("2021-07-03", "2021-07-03", 1, "APPROX")),
        ("They will leave in the week of 12 July.", ("2021-07-12", "2021-07-18", 3, None)),
    ],
)
def test_days(text: str, expected: tuple[object, ...]):
    assert days(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "It lasted from July 3 to July 5.",
        "They fought between 3 and 5 July.",
        "They shut the bridge from July 3 to 5 to let ships pass.",
    ],
)
def test_a_range_gives_its_days_to_both_ends(text: str):
    first, last = find_timexes(text, MONDAY)
    for end in (first, last):
        assert (end.date_start, end.date_end, end.date_prec) == (date(2021, 7, 3), MONDAY, 2)
    assert (first.value, last.value) == ("2021-07-03", "2021-07-05")


def test_a_day_and_the_next_are_a_range():
    for text in ("They fled on July 3 and 4.", "They fled on Saturday and Sunday."):
        first, last = find_timexes(text, MONDAY)
        for end in (first, last):
            assert (end.date_start, end.date_end) == (date(2021, 7, 3), date(2021, 7, 4))
    first, last = find_timexes("They fled on July 1 and 4.", MONDAY)
    assert (first.date_end, last.date_start) == (date(2021, 7, 1), date(2021, 7, 4))


@pytest.mark.parametrize(
    "text",
    [
        "They may leave. May they rest.",
        "They march on. March on, he said.",
        "The second attack, seconds apart in rank.",
        "About 1,037 men and 2,021 women.",
        "Some 2020 people fled.",
        "A 20-year-old man and 20 years old.",
        "President May and April Smith spoke.",
        "Flight 1549, Resolution 1973, $1999 and No. 2014.",
        "The office is at NO.  1810 ON 34TH STREET.",
        "It is against the Criminal Procedure Act 51 of 1977.",
        "The sun sat in the dec.",
        "High Noon was on.",
        "She would one day be president.",
        "The Communist Party daily Granma praised it.",
        "In today's world the leaders of tomorrow are poor.",
        "",
    ],
)
def test_no_time_expressions(text: str):
    assert find_timexes(text, MONDAY) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("They left on Sunday.", "XXXX-WXX-7"),
        ("They left on Sept. 11.", "XXXX-09-11"),
        ("They left in June.", "XXXX-06"),
        ("They left last week.", "XXXX-WXX"),
        ("They left yesterday.", "XXXX-XX-XX"),
        ("They left last year.", "XXXX"),
        ("They left two days ago.", None),
        ("They left during Ramadan.", None),
    ],
)
def test_without_publication_nothing_is_guessed(text: str, value: str | None):
    t = one(text, None)
    assert (t.value, t.date_start, t.date_end, t.date_prec) == (value, None, None, None)


def test_one_old_year_makes_no_history_of_a_report():
    text = "He was born in 1961, his brother said. The camp was burnt in June, he told police."
    assert [t.value for t in find_timexes(text, None)] == ["1961", "XXXX-06"]


def test_full_dates_need_no_publication():
    assert one("It fell on 15 August 2021.", None).date_start == date(2021, 8, 15)


def test_history_takes_its_year_from_the_text():
    text = "On 6 January 1842 they left Kabul. A week later one man reached Jalalabad. In April they returned."
    values = [t.value for t in find_timexes(text, date(2010, 1, 1))]
    assert values == ["1842-01-06", "1842-W02", "1842-04"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("In 499 BC they revolted. The following spring they marched.", "BC0499 BC0498-SP"),
        ("On 2 August 216 BC they lost. Two days later they fled.", "BC0216-08-02 BC0216-08-04"),
        ("The war lasted from 264 to 241 BC.", "BC0264 BC0241"),
        ("In AD 70 it fell. In 732 they met.", "0070 0732"),
        ("On 2 June 1944 it rained. By the end of the month it was dry.", "1944-06-02 1944-06"),
        ("In 1944 he left. In October of the previous year he had come.", "1944 1943-10"),
        ("War came in 1914. The winter was cold.", "1914 1914-WI"),
        ("On 5 December 1941 it began. In January it ended.", "1941-12-05 1942-01"),
        ("In the winter of 1941–42 they froze. In February they rose.", "1941-WI 1942-02"),
        ("It rose in September and October 1914.", "1914-09 1914-10"),
        ("On 1 July 1863 it began, and on the third day it ended.", "1863-07-01 1863-07-03"),
        ("It began on 1 July 1863. It ended on the 3rd.", "1863-07-01 1863-07-03"),
        ("On 3 July 1863 they met. That night they fled.", "1863-07-03 1863-07-03TNI"),
        ("He fell on the night of 11 June 1982.", "1982-06-11TNI"),
        ("It began at 04:15 on 22 June 1941.", "1941-06-22T04:15"),
        ("It was signed at 10 a.m. on 27 July 1953. Twelve hours later it was quiet.",
         "1953-07-27T10:00 1953-07-27T22:00"),
        ("It fell on 5 May 1940, after ten months, as in 1870 and 1914. It stands today.",
         "1940-05-05 P10M 1870 1914 PRESENT_REF"),
        ("They came in 1950. The last week of May 1951 was hot.", "1950 1951-W22"),
        ("War came in 1914. In 1916 they rose at Easter.", "1914 1916 1916-04-23"),
    ],
)  # fmt: skip
def test_history_leans_on_its_own_dates(text: str, values: str):
    assert [t.value for t in find_timexes(text, date(2010, 1, 1))] == values.split()


def test_years_before_christ_have_no_days():
    assert one("It fell in 146 BC.").date_start is None


@pytest.mark.parametrize(
    ("text", "type_", "value"),
    [
        ("The patrol left at 1830 and came back.", "TIME", "2021-07-05T18:30"),
        ("They struck at 0530 hours.", "TIME", "2021-07-05T05:30"),
        ("They struck at approximately 1845 in Lima.", "TIME", "2021-07-05T18:45"),
        ("Prices are still at 1990 levels.", "DATE", "1990"),
        ("Some 220 fled in the May riot.", "DATE", "2021-05"),
        ("They met at 4 in the morning.", "TIME", "2021-07-05T04:00"),
        ("It began in the week of June 7.", "DATE", "2021-W23"),
        ("Clashes go on over the next year.", "DURATION", "P1Y"),
        ("It began in the winter of nineteen ninety-four.", "DATE", "1994-WI"),
        ("He was killed within a week of his capture.", "DURATION", "P1W"),
        ("The March accession enables them.", "DATE", "2021-03"),
        ("They wait for when the case is heard in May.", "DATE", "2022-05"),
        ("Neither of them could be located Wednesday.", "DATE", "2021-06-30"),
        ("It rose from 100,000 in 1980 to more than it was.", "DATE", "1980"),
        ("A day after it he left.", "DURATION", "P1D"),
    ],
)
def test_hours_weeks_and_years_ahead(text: str, type_: str, value: str):
    t = one(text)
    assert (t.type, t.value) == (type_, value)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (
            "The offensive began on Saturday. On the third day of the battle it won.",
            "2021-07-03 2021-07-05",
        ),
        ("The decree came out on 14 Saratan.", "2021-07-05"),
        ("It rained in Saratan 1400.", "2021-06-22/2021-07-22"),
        ("They met on Tuesday of last week.", "2021-06-29"),
        ("They met last week on Tuesday.", "2021-06-29"),
        ("They will leave next spring.", "2022-SP"),
        ("Roads are to be closed: on Friday the mayor signed the order.", "2021-07-02"),
        ("He called for a march on Friday, when the king is to speak.", "2021-07-09"),
        ("They signed a truce, to begin on Friday at noon.", "2021-07-09T12:00"),
        ("They left Lima on July 1. Two days after that, they came back.", "2021-07-01 2021-07-03"),
        (
            "They seized a post on Friday that had been theirs the day before with few losses.",
            "2021-07-02 2021-07-01",
        ),
        ("Output fell in Q1 2021.", "2021-Q1"),
        ("It was signed on 2.7.2021.", "2021-07-02"),
        ("It was signed on 2021/07/02.", "2021-07-02"),
        ("A truce was declared for Eid al-Adha.", "2020-07-31"),
        ("The war lasted a quarter of a century.", "P25Y"),
    ],
)
def test_calendars_quarters_and_weeks(text: str, values: str):
    assert [t.value for t in find_timexes(text, MONDAY)] == values.split()


def test_a_holiday_without_a_verb_is_the_next_one_if_that_is_near():
    advent = date(2021, 12, 10)
    assert [t.value for t in find_timexes("Fear of bombs at Christmas.", advent)] == ["2021-12-25"]
    assert [t.value for t in find_timexes("Fear of bombs at Easter.", advent)] == ["2021-04-04"]


def test_an_hour_leans_on_a_day_nearby():
    text = "A bomb killed two on Saturday at the port. The blast came at 10:30 p.m. and hurt many."
    assert find_timexes(text, MONDAY)[-1].value == "2021-07-03T22:30"
    text = "A bomb killed two on May 9. The new blast came at 10:30 p.m. and hurt many."
    assert find_timexes(text, MONDAY)[-1].value == "2021-07-05T22:30"


def test_a_price_is_no_hour():
    assert find_timexes("The index closed at 1830.", MONDAY) == []


def test_capitals_are_read_like_other_texts():
    text = "HE WAS SEIZED ON 27 MARCH, FROM 1710 TO 2250. HE WAS TAKEN ON 5 JANUARY AT\n1830."
    found = find_timexes(text, date(1989, 3, 28))
    assert [(t.text, t.value) for t in found] == [
        ("27 MARCH", "1989-03-27"),
        ("5 JANUARY AT\n1830", "1989-01-05T18:30"),
    ]


@given(st.text(alphabet='aZ.!? \n"1MayJuly5', max_size=80))
def test_leaving_out_sentences_moves_no_offset(text: str):
    for t in find_timexes(text, MONDAY):
        assert text[t.start : t.end] == t.text


def test_a_weekday_tells_the_year():
    assert one("It happened on Saturday, Sept. 5.", MONDAY).value == "2020-09-05"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Ahead of the vote, troops on Sunday shot two.", "2021-07-04"),
        ("The march planned for Sunday was called off.", "2021-07-04"),
        ("He could not be reached on Sunday.", "2021-07-04"),
        ("A bullet tore through his house Sunday night.", "2021-07-04TNI"),
        ("The raid went as planned on Sunday.", "2021-07-04"),
        ("The march is planned for Sunday.", "2021-07-11"),
        ("The two leaders meet separately on Sunday.", "2021-07-11"),
        ("Parliament opens on Sunday.", "2021-07-11"),
        ("At a meeting on Sunday, Li called for calm.", "2021-07-04"),
        ("He is held until sentencing on Sunday.", "2021-07-11"),
        ("He refused to meet on Sunday.", "2021-07-04"),
    ],
)
def test_the_tense_tells_which_weekday(text: str, value: str):
    assert one(text).value == value


@pytest.mark.parametrize(
    ("text", "type_", "value"),
    [
        ("Net rose in the nine months.", "DURATION", "P9M"),
        ("Net rose from the year-earlier loss.", "DATE", "2020-Q2"),
        ("It fell to a low for the year.", "DATE", "2021"),
        ("The war took two-and-a-half years.", "DURATION", "P2Y6M"),
        ("The war took three and one-half years.", "DURATION", "P3Y6M"),
        ("The war took 2-1/2 years.", "DURATION", "P2Y6M"),
        ("It began in the nineteen eighties.", "DATE", "198"),
        ("It began in nineteen ninety four.", "DATE", "1994"),
        ("It began in '89.", "DATE", "1989"),
        ("It began at year-end 2019.", "DATE", "2019-12-31"),
        ("He died in the 9/11 attacks.", "DATE", "2001-09-11"),
        ("It began on the twenty-first of June.", "DATE", "2021-06-21"),
        ("It began at 2021-07-02T10:30Z.", "DATE", "2021-07-02"),
        ("He died on Memorial Day.", "DATE", "2021-05-31"),
        ("He died on Labor Day 2020.", "DATE", "2020-09-07"),
        ("Losses grew over several quarters.", "DURATION", "PXQ"),
        ("It ended a several-year feud.", "DURATION", "PXY"),
        ("He wants it as soon as possible.", "DATE", "FUTURE_REF"),
    ],
)
def test_lengths_years_and_holidays(text: str, type_: str, value: str):
    t = one(text)
    assert (t.type, t.value) == (type_, value)


def test_an_amount_is_compared_with_that_of_the_same_quarter():
    text = "Net was $3 million in the first quarter of 2021, up from $2 million a year earlier."
    assert [t.value for t in find_timexes(text, MONDAY)] == ["2021-Q1", "2020-Q1"]
    text = (
        "Net rose in the first quarter of 2021. The strike ended and talks went on"
        + " daylong" * 40
    )
    assert find_timexes(text + ". It began a year ago.", MONDAY)[-1].value == "2020"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("They send home $1 billion a year.", []),
        ("The line plans four flights a week from Bombay.", []),
        ("It adds 700 seats a week.", []),
        ("The council meets twice a year.", ["P1Y"]),
        ("It killed 20 officers a week after the first blast.", ["P1W"]),
        ("He was freed within a week.", ["P1W"]),
    ],
)
def test_the_rate_of_an_amount_is_no_time(text: str, values: list[str]):
    assert [t.value for t in find_timexes(text, MONDAY)] == values


def test_the_next_day_needs_a_day():
    assert [t.value for t in find_timexes("In January they left. The next day it fell.", MONDAY)][
        1
    ] == "XXXX-XX-XX"


@pytest.mark.parametrize(
    ("text", "published", "value"),
    [
        ("The plane landed on Jan. 2.", date(2020, 12, 30), "2021-01-02"),
        ("The plane crashed on Dec. 30.", date(2021, 1, 2), "2020-12-30"),
        ("The plane crashed on Oct. 30.", date(2021, 1, 2), "2020-10-30"),
        ("He will be tried in February.", date(2021, 11, 2), "2022-02"),
        ("He was tried last July.", date(2021, 7, 2), "2020-07"),
        ("He was shot on Jan. 13.", date(2015, 12, 15), "2015-01-13"),
        ("He will speak on Jan. 13.", date(2015, 12, 15), "2016-01-13"),
        ("He was told of cuts in July.", date(2015, 6, 15), "2015-07"),
        ("He was shot in January.", date(2015, 12, 15), "2015-01"),
        ("Sales fell through August.", date(2015, 10, 30), "2015-08"),
        ("The loan runs through January.", date(2015, 10, 30), "2016-01"),
    ],
)
def test_the_year_of_a_yearless_date(text: str, published: date, value: str):
    assert one(text, published).value == value


SEED = """Hundreds of Afghan soldiers flee. Reuters reported that the retreats on Sunday were the largest.
They spoke on Sunday, and with Putin on Monday. An official said so on Monday. After almost 20 years, they go by Sept. 11.
Last month, it was half done; a June report, reported in June, said that it could collapse six months after they go."""


def test_expressions_of_a_news_story():
    assert [(t.text, t.value) for t in find_timexes(SEED, MONDAY)] == [
        ("Sunday", "2021-07-04"),
        ("Sunday", "2021-07-04"),
        ("Monday", "2021-07-05"),
        ("Monday", "2021-07-05"),
        ("almost 20 years", "P20Y"),
        ("Sept. 11", "2021-09-11"),
        ("Last month", "2021-06"),
        ("June", "2021-06"),
        ("June", "2021-06"),
        ("six months", "P6M"),
    ]


def test_calendars():
    assert shamsi_date(1400, 4, 14) == date(2021, 7, 5)
    assert shamsi_date(1399, 1, 1) == date(2020, 3, 20)
    assert shamsi_date(1403, 12, 30) == date(2025, 3, 20)
    assert shamsi_date(1400, 13, 1) is None
    assert hijri_month(2021, 9) == date(2021, 4, 13)
    assert hijri_month(1999, 9) == date(1999, 12, 9)
    assert [easter(year) for year in (2000, 2021)] == [date(2000, 4, 23), date(2021, 4, 4)]


def test_periods():
    assert days_of("2020-W53") == (date(2020, 12, 28), date(2021, 1, 3))
    assert days_of("2021-WI") == (date(2021, 12, 1), date(2022, 2, 28))
    assert days_of("18") == (date(1800, 1, 1), date(1899, 12, 31))
    assert days_of("9999-12") == (date(9999, 12, 1), date(9999, 12, 31))
    for value in ("XXXX-07", "2021-02-30", "PRESENT_REF", "0000", "2021-W54", "9999-WI", ""):
        assert days_of(value) is None
    assert shifted(date(2021, 1, 31), 1, "month") == "2021-02"
    assert shifted(date(9999, 12, 31), 1, "day") is None
    assert shifted(date(1, 1, 1), -1, "century") is None


@given(st.dates(), st.integers(0, 6))
def test_a_week_ago_is_the_week_before(day: date, count: int):
    value = shifted(day, -count, "week")
    found = days_of(value) if value else None
    if found:
        assert precision(*found) == 3
        assert (day - found[0]).days // 7 == count


LINES = (
    (Path(__file__).parent / "quality" / "timexes_gold.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
)
SENTENCES = [json.loads(line)["text"] for line in LINES]


@given(
    st.one_of(st.text(), st.lists(st.sampled_from(" ".join(SENTENCES).split())).map(" ".join)),
    st.one_of(st.none(), st.dates(), st.sampled_from([date.min, date.max])),
)
def test_laws(text: str, published: date | None):
    found = find_timexes(text, published)
    assert all(text[t.start : t.end] == t.text and t.text.strip() for t in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(t.date_start <= t.date_end for t in found if t.date_start and t.date_end)
    assert all(t.type in {"DATE", "TIME", "DURATION", "SET"} for t in found)
    assert all(not t.date_start and not t.date_end for t in found if t.type in {"DURATION", "SET"})


def test_through_looks_ahead_only_right_before_a_date():
    (past,) = find_timexes("Bombs ripped through two buses on Tuesday.", date(2021, 6, 2))
    assert past.date_start == date(2021, 6, 1)
    (ahead,) = find_timexes("The ban runs through Friday.", date(2021, 6, 2))
    assert ahead.date_end == date(2021, 6, 4)
