import gzip
import json

import numpy as np
import pytest

from geo.schema import EVENT_TYPES
from pipeline import train_verdicts
from pipeline.train_verdicts import (
    QUAD_OF,
    Example,
    answers,
    fit,
    held,
    is_sampled,
    macro_f1,
    main,
    read,
    train,
    with_features,
)
from pipeline.verdicts import read_weights


def silent(_line):
    return None


def example(label, *words, rules=("rule=none",)):
    text = " ".join(words)
    return Example("own", text, label, QUAD_OF[label], tuple(f"w={word}" for word in words), rules)


TAUGHT = [
    item
    for number in range(4)
    for item in (
        example("AID", "send", "tent", f"a{number}"),
        example("REJECT", "reject", "truce", f"b{number}"),
        example("ASSAULT", "shell", "town", f"c{number}", rules=("rule=ASSAULT",)),
    )
]


def test_fit_finds_what_tells_classes_apart():
    rows = np.array([[1, 0, 1], [0, 1, 1]] * 10, np.float32)
    labels = np.array([0, 1] * 10)
    weights = fit(rows, labels, 2)
    assert ((rows @ weights).argmax(1) == labels).all()
    assert np.array_equal(fit(rows, labels, 2), weights)


def test_fit_is_at_an_optimum():
    """Where the likelihood's slope is that of the penalty."""
    rng = np.random.default_rng(0)
    rows = np.hstack([rng.normal(size=(60, 3)), np.ones((60, 1))]).astype(np.float32)
    labels = rng.integers(0, 3, 60)
    weights = fit(rows, labels, 3)
    odds = np.exp(rows @ weights)
    shares = odds / odds.sum(1, keepdims=True)
    penalised = weights.copy()
    penalised[-1] = 0
    slope = train_verdicts.STRENGTH * rows.T @ (shares - np.eye(3)[labels]) + penalised
    assert np.abs(slope).max() < 1.0


def test_training_learns_its_texts():
    weights = train(TAUGHT)
    assert list(answers(TAUGHT, weights)) == [
        (QUAD_OF[item.event_type], item.event_type) for item in TAUGHT
    ]
    assert "w=a1" not in weights.features  # of one text only


def test_every_category_has_a_quad_class():
    assert set(QUAD_OF) == {*EVENT_TYPES, "none"}


def test_own_sentences_are_read_and_missing_corpora_told(tmp_path):
    lines = []
    found = read(tmp_path, lines.append)
    assert {item.corpus for item in found} == {"own"}
    assert {item.event_type for item in found} == {*EVENT_TYPES, None}
    assert all(line.endswith("left out") for line in lines)
    assert len(lines) == 3


def test_corpora_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr(train_verdicts, "is_sampled", lambda text: "skipped" not in text)
    parts = {
        "plover_gsr_dev": [{"text": "{They met.}", "label": "DEMAND"}],
        "cameo_quad_dev": [{"text": "They met.", "label": 1}],
        "india_police_dev": [
            {"text": "it rained.", "labels": [0, 0, 0, 0, 0]},
            {"text": "skipped.", "labels": [0, 0, 0, 0, 0]},
            {"text": "police fired.", "labels": [0, 0, 1, 0, 1]},
            {"text": "police watched.", "labels": [0, 0, 1, 0, 0]},
        ],
    }
    (tmp_path / "events").mkdir()
    for name, records in parts.items():
        with gzip.open(tmp_path / "events" / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(record) + "\n" for record in records)
    found = [item for item in read(tmp_path, silent) if item.corpus != "own"]
    assert [(item.corpus, item.text, item.event_type, item.quad) for item in found] == [
        ("gsr", "They met.", "REQUEST", None),
        ("quad", "They met.", None, 1),
        ("india", "it rained.", None, 0),
        ("india", "police fired.", None, 4),
    ]


def test_features_and_prose_in_which_the_rules_find_something():
    items = [
        Example("own", "Police arrested eleven students in Lima.", "COERCE", 4),
        Example("india", "a mob killed two men in vadodara.", None, 0),
        Example("india", "my faith is in my heart.", None, 0),
    ]
    found = with_features(items, silent)
    assert [item.text for item in found] == [items[0].text, items[2].text]
    assert "rule=COERCE" in found[0].rules
    assert "main=arrest" in found[0].words


def test_sample():
    share = sum(is_sampled(f"text {number}") for number in range(4800)) / 4800
    assert share == pytest.approx(1 / train_verdicts.SAMPLE, rel=0.4)


def test_macro_f1():
    assert macro_f1([("a", "a"), ("a", "b"), ("b", "b")]) == pytest.approx(2 / 3)
    assert macro_f1([]) == 0


def test_figures_for_each_part_left_out():
    lines = list(held(TAUGHT))
    assert {line.split("own")[0].strip() for line in lines if "own" in line} == set(
        train_verdicts.ABLATIONS
    )


def test_main(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(train_verdicts, "read", lambda _corpora, _say: TAUGHT)
    monkeypatch.setattr(train_verdicts, "with_features", lambda items, _say: list(items))
    assert main(["-o", str(tmp_path / "w.npz")]) == 0
    assert "w=send" in read_weights(tmp_path / "w.npz").features
    assert main(["--held"]) == 0
    assert "both" in capsys.readouterr().out
