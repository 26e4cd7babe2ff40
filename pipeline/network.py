"""The tagger's network in PyTorch, and its export to the file that `pipeline.tagger` runs.

MiniLM-L6 (Wang et al. 2020: six layers, 384 units, uncased) reads word pieces, each with the letter
shape of its word added. Six heads read the first piece of each word: names and toponyms from the
last layer; from the one before it the tag, sentence start, head of the dependency (biaffine, Dozat
and Manning 2017) and its label.

Needs the extra ``train``. Only `pipeline.train` and its helpers import this module.
"""

import json
import shutil
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers import optimizer
from onnxruntime.transformers.fusion_options import FusionOptions
from torch import nn
from transformers import BertConfig, BertModel

from pipeline.corpora import NAMES, TOPONYMS
from pipeline.reader import BEGINS
from pipeline.tagger import HIDDEN
from pipeline.words import SHAPES

VERSION: Final = "dateline-tagger-1"
OUTPUTS: Final = ("names", "toponyms", "tags", "starts", "heads", "labels")
"""The model's outputs, each with a row a word: likelihoods, numbers, or (starts) one likelihood."""

NEVER: Final = -1e4
"""Added to what cannot be chosen; less would be infinite in half precision."""

_INPUTS: Final = ("ids", "shapes", "mask", "first")
_DROPOUT: Final = 0.1
_OPSET: Final = 17


class Network(nn.Module):  # type: ignore[misc]  # torch may be absent, and is Any then
    """The encoder with letter shapes and six heads.

    Parameters
    ----------
    encoder : BertModel
        Without pooling layer. Its word embeddings are not trained: most words of the world's news
        stand in no corpus of ours, and would be left behind by those that do.
    tags, labels : int
        How many tags and dependency labels there are.
    """

    def __init__(self, encoder: Any, tags: int, labels: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.size = size = encoder.config.hidden_size
        encoder.embeddings.word_embeddings.weight.requires_grad = False
        self.shapes = nn.Embedding(SHAPES, size, padding_idx=SHAPES - 1)
        nn.init.normal_(self.shapes.weight, std=0.02)
        self.dropout = nn.Dropout(_DROPOUT)
        self.names = nn.Linear(size, len(NAMES))
        self.toponyms = nn.Linear(size, len(TOPONYMS))
        self.tags = nn.Linear(size, tags)
        self.starts = nn.Linear(size, 2)
        self.arc_width = size // 2
        self.arc_dependent = nn.Linear(size, self.arc_width)
        self.arc_head = nn.Linear(size, self.arc_width)
        self.arc = nn.Linear(self.arc_width, self.arc_width)
        self.label_width = size * 2 // 3
        self.label_dependent = nn.Linear(size, self.label_width)
        self.label_head = nn.Linear(size, self.label_width)
        self.label = nn.Linear(self.label_width, labels)

    def encode(self, ids: Any, shapes: Any, mask: Any, first: Any) -> tuple[Any, Any, Any]:
        """Vectors of words from the last layer and the one before it, and of pieces from below.

        Parameters
        ----------
        ids, shapes, mask : tensor of int64, shape (b, p)
            Pieces of b windows, their shapes, and 1 where a piece is.
        first : tensor of int64, shape (b, w)
            Index of each word's first piece; 0 where no word is.

        Returns
        -------
        two tensors of float, shape (b, w, size)
        tensor of float, shape (b, p, size)
            From which the event reader goes on (`pipeline.reader.BEGINS`).
        """
        vectors = self.encoder.embeddings.word_embeddings(ids) + self.shapes(shapes)
        layers = self.encoder(
            inputs_embeds=vectors, attention_mask=mask, output_hidden_states=True
        ).hidden_states
        index = first.unsqueeze(-1).expand(-1, -1, self.size)
        below = layers[min(BEGINS, len(layers) - 1)]
        return torch.gather(layers[-1], 1, index), torch.gather(layers[-2], 1, index), below

    def arcs(self, words: Any) -> Any:
        """Scores of each word (second axis) to hang on each (third), from (b, w, size)."""
        dependent = nn.functional.gelu(self.arc_dependent(words))
        head = nn.functional.gelu(self.arc_head(words))
        return self.arc(dependent) @ head.transpose(1, 2) / self.arc_width**0.5

    def arc_labels(self, words: Any, heads: Any) -> Any:
        """Scores of dependency labels, (b, w, labels), given heads (b, w)."""
        index = heads.unsqueeze(-1).expand(-1, -1, self.label_width)
        head = torch.gather(self.label_head(words), 1, index)
        return self.label(nn.functional.gelu(self.label_dependent(words) + head))

    def forward(self, ids: Any, shapes: Any, mask: Any, first: Any) -> tuple[Any, ...]:
        """Scores of names, toponyms, tags, starts and arcs, vectors for `arc_labels`, and below."""
        last, before, below = self.encode(ids, shapes, mask, first)
        last, before = self.dropout(last), self.dropout(before)
        return (
            self.names(last),
            self.toponyms(last),
            self.tags(before),
            self.starts(before),
            self.arcs(before),
            before,
            below,
        )


class _Reader(nn.Module):  # type: ignore[misc]
    """The network with its answers drawn: what is exported, in the order of `OUTPUTS`."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: Any, shapes: Any, mask: Any, first: Any) -> tuple[Any, ...]:
        network = self.network
        names, toponyms, tags, starts, arcs, before, below = network(ids, shapes, mask, first)
        heads = (arcs + (first == 0).unsqueeze(1).float() * NEVER).argmax(-1)
        return (
            names.softmax(-1),
            toponyms.softmax(-1),
            tags.argmax(-1),
            starts.softmax(-1)[..., 1],
            heads,
            network.arc_labels(before, heads).argmax(-1),
            below,
        )


def build(base: Path, tags: int, labels: int) -> Network:
    """Return a network with the base's weights and new heads, by torch's seed.

    Parameters
    ----------
    base : Path
        Folder with ``config.json`` and ``model.safetensors`` of MiniLM-L6.
    tags, labels : int
        As for `Network`.
    """
    encoder = BertModel.from_pretrained(
        base,
        local_files_only=True,
        dtype=torch.float32,
        add_pooling_layer=False,
        attn_implementation="sdpa",
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    return Network(encoder, tags, labels)


def tiny(vocabulary: int, tags: int, labels: int) -> Network:
    """Return a network of two layers with random weights, for tests."""
    config = BertConfig(
        vocab_size=vocabulary,
        hidden_size=24,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=48,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    return Network(BertModel(config, add_pooling_layer=False), tags, labels)


def export(
    network: Network,
    folder: Path,
    vocabulary: Path,
    tags: Sequence[str],
    labels: Sequence[str],
    *,
    quantized: bool = True,
) -> None:
    """Write the files that `pipeline.tagger.Tagger` reads.

    The network ends on the processor and in evaluation mode.

    Parameters
    ----------
    network : Network
    folder : Path
        Made if it is not there; gets ``model.onnx``, ``vocabulary.txt`` and ``labels.json``.
    vocabulary : Path
        The base's word pieces, one a line.
    tags, labels : sequence of str
        Penn tags and dependency labels, in the order of the network's outputs.
    quantized : bool
        Weights of matrices and embeddings as 8-bit numbers (a quarter of the size), else float32.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        plain, fused = Path(scratch) / "plain.onnx", Path(scratch) / "fused.onnx"
        _trace(network, plain)
        config = network.encoder.config
        # Whole attention blocks as one operator each; by rules, without a run. Normalisation stays
        # apart from the sum before it: onnxruntime's operator for both is six times as slow.
        options = FusionOptions("bert")
        options.enable_skip_layer_norm = options.enable_bias_skip_layer_norm = False
        optimizer.optimize_model(
            str(plain),
            model_type="bert",
            num_heads=config.num_attention_heads,
            hidden_size=config.hidden_size,
            opt_level=0,
            optimization_options=options,
        ).save_model_to_file(str(fused))
        if quantized:
            quantize_dynamic(
                fused,
                folder / "model.onnx",
                weight_type=QuantType.QInt8,
                per_channel=True,
                extra_options={
                    "MatMulConstBOnly": True,
                    "DefaultTensorType": onnx.TensorProto.FLOAT,
                },
            )
        else:
            shutil.copy(fused, folder / "model.onnx")
    shutil.copy(vocabulary, folder / "vocabulary.txt")
    record = {
        "version": [VERSION],
        "names": NAMES,
        "toponyms": TOPONYMS,
        "tags": list(tags),
        "labels": list(labels),
    }
    (folder / "labels.json").write_text(json.dumps(record) + "\n", encoding="utf-8")


def _trace(network: Network, path: Path) -> None:
    """Write the network as ONNX in float32, for any number of windows, pieces and words."""
    network.to("cpu").eval()
    network.encoder.set_attn_implementation("eager")  # the form that is known to the fusion
    rows, length, count = 2, 32, 20
    inputs = (
        torch.randint(5, 9, (rows, length)),
        torch.randint(0, SHAPES - 1, (rows, length)),
        torch.ones(rows, length, dtype=torch.long),
        torch.randint(1, length, (rows, count)),
    )
    pieces = {name: {0: "batch", 1: "pieces"} for name in ("ids", "shapes", "mask", HIDDEN)}
    words = {name: {0: "batch", 1: "words"} for name in ("first", *OUTPUTS)}
    with warnings.catch_warnings():
        # The older exporter, whose graphs the fusion knows, and its remarks on traced shapes.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Reader(network).eval(),
            inputs,
            str(path),
            input_names=list(_INPUTS),
            output_names=[*OUTPUTS, HIDDEN],
            dynamic_axes={**pieces, **words},
            opset_version=_OPSET,
            dynamo=False,
        )
