"""The tagger's network: a tiny one from its first step to the file that the program reads.

With torch only, which the extra `train` brings.
"""

from importlib import import_module
from random import Random

import numpy as np
import pytest
from training_tools import LABELS, TAGS, is_people, pieces, sentence, sentences

from pipeline.corpora import example
from pipeline.tagger import FIRST, LAST, WINDOW, Tagger
from pipeline.words import SHAPES

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("onnx")
learning = import_module("pipeline.learning")
network = import_module("pipeline.network")
pruning = import_module("pipeline.pruning")


def numbered():
    vocabulary = {piece: number for number, piece in enumerate(pieces())}
    return learning.numbers(sentences(), vocabulary, TAGS, LABELS)


def network_of(seed=1):

    torch.manual_seed(seed)
    return network.tiny(len(pieces()), len(TAGS), len(LABELS))


def settings(**changes):
    return learning.Settings(
        **{"epochs": 2, "rate": 1e-3, "batch": 3, "save_every": 1, "mixed": 0.5} | changes
    )


def test_batches_have_the_shapes_that_the_tagger_reads():
    items = numbered()
    batch = learning.batch_of([(item, 0, len(item.pieces)) for item in items])
    assert batch.ids.shape == (3, 16)
    assert batch.first.shape == batch.targets["heads"].shape == (3, 6)
    assert batch.ids[0, :6].tolist() == [FIRST, 104, 105, 113, LAST, 0]
    assert batch.shapes[0, :6].tolist() == [SHAPES - 1, 5, 7, 2, SHAPES - 1, SHAPES - 1]
    assert batch.ids[2, 1:4].tolist() == [114, 115, 116]
    assert batch.shapes[2, 1:4].tolist() == [5, 13, 13]
    assert batch.first[2, :3].tolist() == [1, 4, 5]
    assert batch.targets["names"][0].tolist() == [1, 0, 0, -100, -100, -100]


def test_heads_outside_of_a_window_are_left_out():
    item = numbered()[2]
    targets = learning.batch_of([(item, 2, 5)]).targets
    assert targets["heads"].tolist() == [[-100, 0, 1]]
    assert targets["labels"].tolist() == [[-100, 2, 2]]


def test_capitals_and_hidden_words_are_drawn():
    item = numbered()[0]
    drawn = [learning.batch_of([(item, 0, 3)], Random(seed)) for seed in range(200)]
    shapes = {int(batch.shapes[0, 1]) for batch in drawn}
    assert shapes == {5, 3, 7}
    assert any(learning.MASK in batch.ids[0].tolist() for batch in drawn)
    assert {int(batch.shapes[0, 3]) for batch in drawn} == {2}


def test_an_example_without_a_parse_is_told():
    bare = example("lgl", {"doc_id": "7", "text": "Kabul", "toponyms": []}, is_people)
    with pytest.raises(ValueError, match="lgl 7"):
        learning.numbers([bare], {}, TAGS, LABELS)


def test_two_steps_learn_and_a_break_changes_nothing(tmp_path, monkeypatch):
    items = numbered()
    whole, broken, again = network_of(), network_of(), network_of(seed=2)
    begun = {name: value.clone() for name, value in whole.state_dict().items()}
    lines = []

    def fit(tiny, name):
        path = tmp_path / name
        learning.fit(tiny, items, items, settings(), checkpoint=path, progress=lines.append)

    fit(whole, "a.pt")
    assert lines[-1].startswith("4 of 4 steps, loss ")
    learned = whole.state_dict()
    changed = {name for name, value in learned.items() if (value != begun[name]).any()}
    assert {"names.weight", "toponyms.weight", "arc.weight", "shapes.weight"} <= changed
    assert "encoder.embeddings.word_embeddings.weight" not in changed

    saved = learning._State.save

    def stop(state, path, step):
        saved(state, path, step)
        if step == 2:
            raise InterruptedError

    with monkeypatch.context() as patch:
        patch.setattr(learning._State, "save", stop)
        with pytest.raises(InterruptedError):
            fit(broken, "b.pt")
    fit(again, "b.pt")
    assert "goes on from step 2" in lines
    for name, value in again.state_dict().items():
        assert torch.equal(value, learned[name]), name


def test_a_checkpoint_of_another_training_is_not_taken_up(tmp_path):
    items, lines = numbered(), []
    for epochs in (1, 2):
        learning.fit(
            network_of(), items, [], settings(epochs=epochs, mixed=0),
            checkpoint=tmp_path / "a.pt", progress=lines.append,
        )  # fmt: skip
    assert not any("goes on" in line for line in lines)


def trained(folder, *, quantized):
    """A tiny network after two steps, and the tagger that reads its export."""
    found = network_of()
    learning.fit(
        found, numbered(), [], settings(mixed=0.0),
        checkpoint=folder / "a.pt", progress=lambda _line: None,
    )  # fmt: skip
    vocabulary = folder / "vocab.txt"
    vocabulary.write_text("\n".join(pieces()) + "\n", encoding="utf-8")
    network.export(found, folder / "out", vocabulary, TAGS, LABELS, quantized=quantized)
    return found, Tagger(folder / "out", threads=1)


def test_exported_network_reads_as_the_trained_one(tmp_path):
    tiny, tagger = trained(tmp_path, quantized=False)
    texts = sentences()
    read = tagger._read([item.words for item in texts], events=False)
    found = [parts[0] for parts in tagger.tag([[item.text] for item in texts])]
    for item, arrays, tagged in zip(numbered(), read, found, strict=True):
        batch = learning.batch_of([(item, 0, len(item.pieces))])
        with torch.no_grad():
            names, toponyms, tags, starts, arcs, words, below = tiny(*batch[:4])
            heads = arcs.argmax(-1)
            labels = tiny.arc_labels(words, heads).argmax(-1)
        assert below.shape == (1, batch.ids.shape[1], tiny.size)
        for key, scores in (("names", names), ("toponyms", toponyms)):
            np.testing.assert_allclose(arrays[key], scores.softmax(-1)[0], atol=1e-5)
            assert arrays[key].argmax(-1).tolist() == scores[0].argmax(-1).tolist()
        np.testing.assert_allclose(arrays["starts"], starts.softmax(-1)[0, :, 1], atol=1e-5)
        assert tagged.tags == tuple(TAGS[tag] for tag in tags[0].argmax(-1))
        assert tagged.labels == tuple(LABELS[label] for label in labels[0])
        assert tagged.heads == tuple(heads[0].tolist())


def test_the_event_reader_goes_on_from_what_the_network_has_below(tmp_path):
    tiny, tagger = trained(tmp_path, quantized=False)
    for text, item in zip(sentences(), numbered(), strict=True):
        (one,) = tagger.passes([text.text])
        batch = learning.batch_of([(item, 0, len(item.pieces))])
        with torch.no_grad():
            below = tiny(*batch[:4])[-1]
        pieces = one.hidden.shape[1]  # the batch is padded
        np.testing.assert_allclose(one.hidden, below.numpy()[:, :pieces], atol=1e-5)


def test_quantized_network_reads_nearly_so(tmp_path):
    tiny, tagger = trained(tmp_path, quantized=True)
    read = tagger._read([item.words for item in sentences()], events=False)
    for item, arrays in zip(numbered(), read, strict=True):
        batch = learning.batch_of([(item, 0, len(item.pieces))])
        with torch.no_grad():
            names = tiny(*batch[:4])[0].softmax(-1)[0]
        np.testing.assert_allclose(arrays["names"], names, atol=0.02)


def test_windows_of_a_long_text_fit_the_network():
    long = sentence("Xyz left. " * 120, [], 0)
    vocabulary = {piece: number for number, piece in enumerate(pieces())}
    items = learning.numbers([long], vocabulary, TAGS, LABELS)
    for seed in range(5):
        cuts = list(learning._cuts(items, Random(seed)))
        assert learning.batch_of(cuts, Random(seed)).ids.shape[1] <= WINDOW
        assert [first for _, first, _ in cuts[1:]] == [last for *_, last in cuts[:-1]]


def test_the_surgeon_keeps_what_the_others_cannot_make_good():
    generator = torch.Generator().manual_seed(0)
    free = torch.randn(400, 6, generator=generator)
    inputs = torch.cat([free, free[:, :2] + free[:, 2:4]], dim=1)  # the last two tell nothing new
    weight = torch.randn(3, 8, generator=generator)
    kept, left, lost = pruning.surgeon(inputs.T @ inputs, weight, 6)
    assert len(kept) == 6
    assert lost < 1e-3
    whole = (inputs @ weight.T).double()
    np.testing.assert_allclose(inputs[:, kept].double() @ left.T, whole, atol=0.01)
    kept, left, lost = pruning.surgeon(inputs.T @ inputs, weight, 4)
    missed = (inputs[:, kept].double() @ left.T - whole).square().sum() / whole.square().sum()
    assert 0 < lost == pytest.approx(float(missed), rel=0.01)


def test_a_narrower_network_reads_nearly_the_same_and_loads(tmp_path):
    tiny, _ = trained(tmp_path, quantized=False)
    batches = learning.sample(numbered(), 4, size=2)
    before = [tiny(*batch[:4])[0].softmax(-1) for batch in batches]
    losses = pruning.prune(tiny, batches, 40)
    assert tiny.encoder.config.intermediate_size == 40
    assert all(0 <= loss < 0.05 for loss in losses)
    for batch, scores in zip(batches, before, strict=True):
        np.testing.assert_allclose(
            tiny(*batch[:4])[0].softmax(-1).detach(), scores.detach(), atol=0.05
        )
    again = network_of(seed=2)
    pruning.narrow(again, 40)
    again.load_state_dict(tiny.state_dict())
    with pytest.raises(ValueError, match="fewer than 41"):
        pruning.prune(tiny, batches, 41)
