"""Training of the event reader; needs the extra `train`, and is left out where it is missing."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from geo.schema import EVENT_TYPES  # noqa: E402
from pipeline import reader_learning, train_reader, train_triggers  # noqa: E402
from pipeline.lexicon import Sense  # noqa: E402
from pipeline.reader import Reader  # noqa: E402
from pipeline.reader_corpora import Notes, Told, annotate, seen  # noqa: E402
from pipeline.reader_network import Network, export  # noqa: E402
from pipeline.tagger import FOLDER, default_tagger  # noqa: E402
from pipeline.triggers import Ruled, Weights, witnesses  # noqa: E402

TAGGER = FOLDER / "model.onnx"
ATTACK, QUIET = "Rebels attacked Aleppo.", "Rain fell in Geneva."


def windows():
    made = []
    for text, told in ((ATTACK, [Told(7, 15, "ASSAULT", "actual", ((16, 22),))]), (QUIET, [])):
        (window,) = seen("newswire", text, text, default_tagger())
        annotate(window, Notes([(0, len(text))], told))
        made.append(window)
    return made


def test_its_layers_begin_as_the_taggers_own():
    """The fifth layer, on what the fourth gives, is what the tagger has there."""
    network = Network(TAGGER).eval()
    (window, _) = windows()
    hidden = torch.from_numpy(window.hidden[None].astype(np.float32))
    with torch.no_grad():
        found = network.layers[0](hidden, torch.ones(1, hidden.shape[1], dtype=torch.bool))
    assert found.shape == hidden.shape
    assert 0.3 < float((found * hidden).mean() / (hidden**2).mean()) < 1.3


def test_exported_reader_reads_as_the_network(tmp_path):
    torch.manual_seed(0)
    network = Network(TAGGER).eval()
    export(network, tmp_path / "model.onnx")
    (tmp_path / "labels.json").write_text('{"version": "x"}', encoding="utf-8")
    (window, _) = windows()
    batch = reader_learning.batch_of([window])
    with torch.no_grad():
        words = network(batch.hidden, batch.mask, batch.first)
        events = network.events(words).softmax(-1)[0].numpy()
        count = len(window.spans)
        links = network.links(words[0, :1].expand(count, -1), words[0]).numpy()
    hidden = window.hidden[None].astype(np.float32)
    read, _, asks, sites = (value[0] for value in Reader(tmp_path).read(hidden, window.first))
    np.testing.assert_allclose(read, events, atol=0.05)
    np.testing.assert_allclose(sites[:, :-1] @ asks[0] + sites[:, -1], links, atol=0.1)


def test_it_learns_what_it_is_shown(monkeypatch):
    monkeypatch.setattr(reader_learning, "EPOCHS", 12)
    lines = []
    known = windows() * 4
    network = reader_learning.fit(known, TAGGER, lines.append)
    assert len(lines) == 12
    batch = reader_learning.batch_of(windows())
    with torch.no_grad():
        words = network(batch.hidden, batch.mask, batch.first)
        likely = 1 - network.events(words).softmax(-1)[..., 0]
    assert likely[0].argmax() == 1
    assert likely[0, 1] > likely[1, :4].max()


def test_figures_count_words_that_tell(tmp_path):
    train_reader.write(Network(TAGGER).eval(), tmp_path)
    found = train_reader.figures(windows(), Reader(tmp_path))["newswire"]
    assert found["gold"] == 1
    assert 0 <= found["F1"] <= 1


def case(label, *names, read=0.5, made=False):
    event_type = "ASSAULT" if made else None
    sense = Sense("x", "v", "", "ASSAULT", "") if made else None
    share = np.full(17, read / 16)
    share[0] = 1 - read
    ruled = Ruled(sense, tells=made, modality="actual", event_type=event_type)
    return train_triggers.Case("newswire", str(names), False, list(names), ruled, share, label)


def test_the_linear_model_and_the_witnesses_learn():
    assault = 1 + EVENT_TYPES.index("ASSAULT")
    known = [case(assault, "a", read=0.9, made=True), case(0, "b", read=0.1)] * 20
    features, matrix = train_triggers.fit(known)
    assert matrix[features["a"], assault] > 0 > matrix[features["b"], assault]
    joint = train_triggers.joined(known, features, matrix)
    assert set(joint) == set(witnesses(known[0].read, known[0].read, known[0].ruled))
    own = [Weights(features, matrix, joint)] * len(known)
    assert train_triggers.figures(known, own, 20)["F1 typed"] == 1.0
    assert train_triggers.by_rules(known, 20)["R"] == 1.0
