"""Entries: which lines of a text head the entries of a list, and how far each entry goes."""

import pytest

from pipeline.documents import document

TOLD = "Rebels shelled the harbour and two sailors were hurt."


def entries(text):
    """Labels and prose of each entry, as words."""
    made = document(text)
    return [
        (
            tuple(text[slice(*label.words)] for label in entry.labels),
            text[entry.start : entry.end],
        )
        for entry in made.entries
    ]


def labels(text):
    return [found for found, _ in entries(text)]


def parts(text):
    """Date and name of each innermost label."""
    return [
        tuple(text[slice(*bounds)] if bounds else None for bounds in entry.labels[-1][1:])
        for entry in document(text).entries
    ]


@pytest.mark.parametrize(
    ("heads", "found"),
    [
        (("12 May:", "14 May:"), ["12 May", "14 May"]),
        (("**3 June.**", "**9 June.**"), ["3 June.", "9 June."]),
        (("- **Mon 01/06, Lodwar.**", "- **Tue 02/06.**"), ["Mon 01/06, Lodwar.", "Tue 02/06."]),
        (("9 February –", "12-18 February –"), ["9 February", "12-18 February"]),
        (("Monday.", "Tuesday."), ["Monday", "Tuesday"]),
        (("1998:", "2001:"), ["1998", "2001"]),
        (("Aug. 18.", "2 Sept."), ["Aug. 18", "2 Sept"]),
        (("3 May, Lodwar:", "Lodwar, 4 May:"), ["3 May, Lodwar", "Lodwar, 4 May"]),
        (("09:10", "11.50 –", "03.10 CET |"), ["09:10", "11.50", "03.10 CET"]),
        (("**Lodwar.**", "**Politics.**"), ["Lodwar.", "Politics."]),
        (("GAO, Mali.", "LODWAR.", "SUVA, Fiji."), ["GAO, Mali", "LODWAR", "SUVA, Fiji"]),
        (("1. Lodwar.", "2. Turkwel valley.", "3. Moyale."), ["Lodwar", "Turkwel valley", "Moyale"]),
        (("12.05.2021 - Lodwar:", "14 MAY | Gao |"), ["12.05.2021 - Lodwar", "14 MAY | Gao"]),
        (("[12 May]", "(14 May, 09:10)"), ["[12 May]", "(14 May, 09:10)"]),
        (("09:10 | Gao |", "09:20 |", "11:10 |"), ["09:10 | Gao", "09:20", "11:10"]),
        (("LODWAR (AP) —", "GAO, Mali —", "SUVA —"), ["LODWAR (AP)", "GAO, Mali", "SUVA"]),
        (("Lodwar:", "Gao (Mali):", "Suva:"), ["Lodwar", "Gao (Mali)", "Suva"]),
    ],
)  # fmt: skip
def test_what_opens_the_lines_of_a_list_is_a_label(heads, found):
    text = "\n\n".join(f"{head} {TOLD}" for head in heads)
    assert entries(text) == [((head,), TOLD) for head in found]
    assert [paragraph.text for paragraph in document(text).paragraphs] == [TOLD] * len(heads)


@pytest.mark.parametrize(
    "text",
    [
        f"LODWAR, Kenya, May 12 (Sample) - {TOLD}\n\n{TOLD}",
        f"KENYA. {TOLD}\n\n{TOLD}\n\n{TOLD}",
        f"**Rebels** shelled the town.\n\n**Soldiers** shelled the hills.\n\n{TOLD}",
        f"1. Gen. Alba met them. He spoke.\n2. Gen. Rosa met him.\n3. Gen. Viana met her.\n\n{TOLD}",
        "Town | Killed\nLodwar | 12\nMoyale | 3\nSuva | 9",
        "The mayor said on\n12 May: nothing more.\nHe said it again on\n14 May: as before, to us.",
        f"Air strikes\n\n{TOLD}\n\n{TOLD}",
    ],
)
def test_other_prose_has_no_entries(text):
    assert not document(text).entries


def test_a_label_is_taken_apart():
    heads = (
        "**Tue 02/06, Lodwar (Turkana).**",
        "**What next?**",
        "**Since 3 June**",
        "**9.40 pm**",
        "**Mon State.**",
        "**Friday, Sun City.**",
    )
    text = "\n\n".join(f"{head} {TOLD}" for head in heads)
    assert parts(text) == [
        ("Tue 02/06", "Lodwar (Turkana)"), (None, None), ("Since 3 June", None), ("9.40 pm", None),
        (None, "Mon State"), ("Friday", "Sun City"),
    ]  # fmt: skip


def test_headings_hold_until_the_next_of_their_form():
    text = (
        "TURKANA\n\n"
        f"3 May: {TOLD}\n4 May: {TOLD}\n\n"
        f"MARSABIT\n\n{TOLD}\n\n{TOLD}\n\n"
        f"OUTLOOK\n\nNobody knows what comes next in the county."
    )
    assert labels(text) == [
        ("TURKANA", "3 May"), ("TURKANA", "4 May"), ("MARSABIT",), ("OUTLOOK",),
    ]  # fmt: skip
    assert not any(p.text in {"TURKANA", "MARSABIT"} for p in document(text).paragraphs)


def test_headings_of_another_form_stand_under_those_before():
    text = "\n\n".join(
        [f"## {day}\n\nLODWAR\n\n{TOLD}\n\nMOYALE\n\n{TOLD}" for day in ("Monday", "Tuesday")]
    )
    assert labels(text) == [
        ("Monday", "LODWAR"), ("Monday", "MOYALE"), ("Tuesday", "LODWAR"), ("Tuesday", "MOYALE"),
    ]  # fmt: skip


def test_a_day_alone_on_its_line_is_a_heading():
    days = ("Monday, 3 May", "Tuesday – Lodwar")
    assert labels("\n\n".join(f"{day}\n{TOLD}" for day in days)) == [(day,) for day in days]


def test_the_last_entry_is_no_longer_than_the_longest_before():
    text = f"3 May: {TOLD}\n\n4 May: {TOLD}\n\nThe governor will visit the port."
    assert entries(text)[-1] == (("4 May",), TOLD)
    long = (
        f"3 May: {TOLD}\n\n{TOLD}\n\n4 May: {TOLD}\n\n{TOLD}\n\nThe governor will visit the port."
    )
    assert [told for _, told in entries(long)] == [f"{TOLD}\n\n{TOLD}"] * 2


def test_a_short_entry_is_prose():
    text = f"3 May: {TOLD}\n4 May: Port quiet\n5 May: {TOLD}"
    assert [told for _, told in entries(text)] == [TOLD, "Port quiet", TOLD]
