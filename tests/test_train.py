"""The program that trains the tagger: its card, and what it tells when something is missing."""

from pathlib import Path

import pytest

from pipeline import train

CARD = f"# Card\n\n{train.BEGIN}\nstale figures\n{train.END}\n\nLimits.\n"


def test_card_is_filled_between_its_marks():
    card = train.filled(CARD, {"folds.lgl.strict.f1": 0.8126, "stage2.megabytes": 23.2})
    assert "| 0.813 |" in card
    assert "23.2 MB" in card
    assert "stale" not in card
    assert card.startswith("# Card")
    assert card.endswith("Limits.\n")
    assert train.filled(card, {}).count("0.813") == 0


def test_card_without_marks_is_told():
    with pytest.raises(ValueError, match="lacks the marks"):
        train.filled("# Card", {})


def test_shipped_card_has_the_marks():
    card = Path(train.__file__).parents[1] / "data" / "tagger" / "README.md"
    assert train.filled(card.read_text("utf-8"), {})


def test_missing_libraries_are_told(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(train, "find_spec", lambda _name: None)
    assert train.main([str(tmp_path)]) == 1
    assert "install dateline[train]" in capsys.readouterr().err


def test_missing_base_is_told(monkeypatch):
    monkeypatch.setattr(train, "find_spec", lambda _name: None)
    with pytest.raises(FileNotFoundError, match="--base"):
        train.base_folder()
