"""Coverage of the gazetteer: is the first answer for a name the right place?

The lists of `coverage/` were written from public knowledge before anybody looked at what the
gazetteer answers; coordinates are good to their tolerance. Rows alternate between `dev` and
`test`: faults are mended on `dev` rows only, `test` rows are only ever counted. The floors in
`coverage/floors.json` may rise freely and fall only with a reason in the changelog; run this file
as a program (`python tests/quality/test_coverage.py`) to see the figures and the failures of dev.

An answer is right when it lies within the tolerance and in the country of the line; a demonym,
when it is of that country. One that knows only the province of a district is wrong here.
"""

import csv
import json
import math
import sys
from collections import Counter
from pathlib import Path

import pytest

from geo.gazetteer import Place
from geo.geocoder import OfflineGeocoder

FOLDER = Path(__file__).parent / "coverage"
FLOORS = FOLDER / "floors.json"


def kilometres(place: Place, longitude: float, latitude: float) -> float:
    """Great-circle distance in kilometres from a place to a point (degrees)."""
    a, b = math.radians(place.latitude), math.radians(latitude)
    across = math.radians(longitude - place.longitude) / 2
    h = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(across) ** 2
    return 2 * 6371 * math.asin(min(1.0, math.sqrt(h)))


def lines(name: str) -> list[dict[str, str]]:
    """Return the lines of a list."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def answer(geocoder: OfflineGeocoder, name: str, country: str | None) -> Place | None:
    """Return the place that `dateline geocode [--country XXX] NAME` puts first."""
    found = geocoder.geocode(name, country_codes=country)
    return geocoder.gazetteer.place(found.raw["place_id"]) if found else None


def verdict(place: Place | None, line: dict[str, str]) -> str:
    """Return "right", "wrong" or "none" for an answer."""
    if place is None:
        return "none"
    if line["country"] and place.country != line["country"]:
        return "wrong"
    if line.get("kind") == "demonym":
        return "right"
    far = kilometres(place, float(line["longitude"]), float(line["latitude"]))
    return "right" if far <= float(line["tolerance_km"]) else "wrong"


def tries(name: str) -> list[tuple[str, str, dict[str, str], str | None]]:
    """Return (measure, name, line, country given) of every question that a list asks."""
    asked: list[tuple[str, str, dict[str, str], str | None]] = []
    for line in lines(name):
        others = [text for text in line.get("variants", "").split("|") if text]
        # A demonym is never asked for within its own country.
        context = None if line.get("kind") == "demonym" else line["country"] or None
        asked.append((f"{name} with country", line["name"], line, context))
        asked.append((f"{name} alone", line["name"], line, None))
        asked.extend((f"{name} variants with country", other, line, context) for other in others)
    return asked


def measure(geocoder: OfflineGeocoder) -> tuple[dict[str, Counter[str]], list[str]]:
    """Return the verdicts by measure and split, and what went wrong in the dev split."""
    scores: dict[str, Counter[str]] = {}
    faults: list[str] = []
    for name in ("provinces", "districts", "crossings_bases", "world"):
        for what, text, line, country in tries(name):
            place = answer(geocoder, text, country)
            found = verdict(place, line)
            scores.setdefault(f"{what}: {line['split']}", Counter())[found] += 1
            if found != "right" and line["split"] == "dev":
                told = "nothing"
                if place is not None:
                    point = float(line["longitude"]), float(line["latitude"])
                    told = (
                        f"{place.name} {place.feature} {place.country} {place.admin1}"
                        f" {place.longitude:.2f} {place.latitude:.2f} {place.position}"
                        f" {kilometres(place, *point):.0f} km off"
                    )
                faults.append(f"{what}: {text} ({line['country']}): {found}: {told}")
    return scores, faults


def shares(score: Counter[str]) -> tuple[float, float]:
    """Return the right and the wrong answers in percent."""
    return 100 * score["right"] / score.total(), 100 * score["wrong"] / score.total()


@pytest.fixture(scope="module")
def scores():
    return measure(OfflineGeocoder())[0]


@pytest.mark.parametrize("name", sorted(json.loads(FLOORS.read_text(encoding="utf-8"))))
def test_coverage_stays_above_its_floor(scores, name):
    floor = json.loads(FLOORS.read_text(encoding="utf-8"))[name]
    right, wrong = shares(scores[name])
    assert right >= floor["right"], (name, right)
    assert wrong <= floor["wrong"], (name, wrong)


def test_every_measure_has_a_floor(scores):
    assert set(scores) == set(json.loads(FLOORS.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("name", "least"),
    [("provinces", 39), ("districts", 120), ("crossings_bases", 60), ("world", 300)],
)
def test_lists_are_well_formed(name, least):
    found = lines(name)
    assert len(found) >= least
    for line in found:
        assert -180 <= float(line["longitude"]) <= 180
        assert -90 <= float(line["latitude"]) <= 90
        assert float(line["tolerance_km"]) > 0
        assert line["split"] in {"dev", "test"}
        assert len(line["country"]) in {0, 3}


def main(splits: list[str]) -> None:
    """Write the figures of the splits and the faults of dev."""
    scores, faults = measure(OfflineGeocoder())
    for name, score in scores.items():
        if name.split(": ")[1] in splits:
            sys.stdout.write(f"{name:45} {dict(score)}\n")
    sys.stdout.write("\n".join([*faults, ""]))


if __name__ == "__main__":
    main(sys.argv[1:] or ["dev"])
