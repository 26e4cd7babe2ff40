"""Build `data/kinds/nouns.csv`: kinds of nouns, from WordNet 3.0.

    apt-get install wordnet-base
    python -m data.build_kinds [--wordnet DIR]

A noun is of a kind if most of its uses are: its senses weigh by how often WordNet's tagged texts
have them, and a little by their order. Kept are single words that those texts have, or that the
tagger's vocabulary has whole; of weather and illnesses all.
"""

import argparse
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "kinds"
VOCABULARY: Final = Path(__file__).parent / "tagger" / "vocabulary.txt"
WORDNET: Final = Path("/usr/share/wordnet")

# Numbers of WordNet's files of nouns: act, attribute, cognition and so on (lexnames(5WN)).
_ACT, _ANIMAL, _ARTIFACT, _PERSON, _PLANT, _POSSESSION = 4, 5, 6, 18, 20, 21
_BODILY: Final = frozenset(
    {3, _ANIMAL, _ARTIFACT, 8, 13, 14, 15, 17, _PERSON, _PLANT, 23, 24, 25, 27, 28}
)
_IDEAS: Final = frozenset({7, 9, 10, 11, 12, 16, 19, 22, 26})
_WEATHER: Final = ("atmospheric_phenomenon", "geological_phenomenon")
_ILLNESS: Final = ("ill_health", "microorganism")
_ANYBODY: Final = frozenset({"young", "male", "female", "beast"})
_MEAT: Final = frozenset({13, 27})  # food and fur: senses that name animals too
_MOST, _LEAST, _THINGS = 0.6, 0.3, 0.2
_IDEA, _BODY = 0.9, 0.07
_ORDER: Final = 0.5  # uses that a first sense has without being counted


@dataclass(slots=True)
class Nouns:
    """Senses of nouns: each one's share of the noun's uses, its file, the senses above it.

    `names` are those of single persons and places.
    """

    shares: dict[str, dict[str, float]] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)
    above: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    counted: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def under(self, noun: str, root: str) -> float:
        """Share of a noun's uses that lie under the first sense of another."""
        top = next(iter(self.shares[root]))
        return sum(part for sense, part in self.shares[noun].items() if self._lies(sense, top))

    def among(self, noun: str, files: Iterable[int]) -> float:
        """Share of a noun's uses that are of some files."""
        return sum(part for s, part in self.shares[noun].items() if self.files[s] in files)

    def named(self, noun: str) -> float:
        """Share of a noun's uses that are somebody's name: "Lincoln"."""
        return sum(part for s, part in self.shares[noun].items() if s in self.names)

    def _lies(self, sense: str, top: str) -> bool:
        return sense == top or any(self._lies(above, top) for above in self.above[sense])


def read(folder: Path) -> Nouns:
    """Read WordNet's nouns."""
    nouns, counts = Nouns(), defaultdict[str, dict[int, int]](dict)
    for line in (folder / "cntlist.rev").read_text("ascii").splitlines():
        key, number, count = line.split()
        noun, _, sense = key.partition("%")
        if sense.startswith("1"):
            counts[noun][int(number)] = int(count)
    for line in _records(folder / "data.noun"):
        sense, file, _, words, *rest = line.split(" ")
        pointers = rest[2 * int(words, 16) :]
        nouns.files[sense] = int(file)
        for at in range(1, 1 + 4 * int(pointers[0]), 4):
            if pointers[at] in {"@", "@i"}:
                nouns.above[sense].append(pointers[at + 1])
            if pointers[at] == "@i":
                nouns.names.add(sense)
    for line in _records(folder / "index.noun"):
        noun, _, number, *_ = line.split()
        weights = {
            sense: counts[noun].get(at, 0) + _ORDER / at
            for at, sense in enumerate(line.split()[-int(number) :], 1)
        }
        total = sum(weights.values())
        nouns.shares[noun] = {sense: weight / total for sense, weight in weights.items()}
        if counts[noun]:
            nouns.counted.add(noun)
    return nouns


def _records(path: Path) -> list[str]:
    return [line for line in path.read_text("ascii").splitlines() if not line.startswith("  ")]


def kinds_of(noun: str, nouns: Nouns) -> Iterable[str]:
    """The kinds that a noun is of."""
    animal = nouns.under(noun, "animal") - nouns.under(noun, "hominid")
    person = nouns.among(noun, {_PERSON})
    things = nouns.among(noun, (_IDEAS | _BODILY) - {_ANIMAL, _PERSON, *_MEAT})
    if noun in _ANYBODY:
        return
    if animal >= _MOST or (animal >= _LEAST and person < _LEAST and things < _THINGS):
        yield "animal"
    if person - nouns.named(noun) >= _MOST:
        yield "person"
    if nouns.among(noun, {_PLANT}) >= _MOST:
        yield "plant"
    if sum(nouns.under(noun, root) for root in _WEATHER) >= _MOST:
        yield "weather"
    if sum(nouns.under(noun, root) for root in _ILLNESS) >= _MOST:
        yield "illness"
    if nouns.among(noun, _BODILY) < _BODY:
        if nouns.among(noun, _IDEAS) >= _IDEA:
            yield "idea"
        elif nouns.among(noun, _IDEAS | {_ACT, _POSSESSION}) >= _IDEA:
            yield "deed"


def kinds(nouns: Nouns, vocabulary: Iterable[str]) -> Mapping[str, list[str]]:
    """Nouns by kind, in order."""
    known = nouns.counted.union(vocabulary)
    found = defaultdict[str, list[str]](list)
    for noun in sorted(nouns.shares):
        if re.fullmatch(r"[a-z][a-z-]{2,}", noun):
            for kind in kinds_of(noun, nouns):
                if noun in known or kind in {"weather", "illness"}:
                    found[kind].append(noun)
    return found


def main() -> None:
    """Read WordNet, write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wordnet", type=Path, default=WORDNET, help="folder of data.noun")
    nouns = read(parser.parse_args().wordnet)
    found = kinds(nouns, VOCABULARY.read_text("utf-8").split())
    head = "# Kinds of nouns, from WordNet 3.0 by data/build_kinds.py; licence in LICENSE.\n"
    rows = "".join(f"{kind},{' '.join(found[kind])}\n" for kind in sorted(found))
    (FOLDER / "nouns.csv").write_text(f"kind,nouns\n{head}{rows}", "utf-8")


if __name__ == "__main__":
    main()
