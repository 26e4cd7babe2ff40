"""The event reader's network in PyTorch, and its export to the file that `pipeline.reader` runs.

It goes on from the vectors of the tagger's `BEGINS`-th layer with copies of the tagger's next two
layers, which are then trained further; the tagger itself stays as it is. Four heads read the first
piece of each word: does it tell an event, of which category; how is it told; and two vectors each,
of which the product tells how likely one word names the place of another's event. Two more read the
text as a whole, and are only there to teach the layers.

Needs the extra ``train``. Only `pipeline.train_reader` imports this module.
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn

from geo.schema import EVENT_TYPES
from pipeline.reader import BEGINS, MODALITIES

LAYERS: Final = (BEGINS, BEGINS + 1)
"""Layers of the tagger, counted from 0, that the reader's begin as copies of."""

HEADS: Final = 12
WIDTH: Final = 96
"""Units of the vectors whose product ties an event to its place."""

DROPOUT: Final = 0.2
_CALM: Final = 10.0  # divides the product of two vectors of WIDTH units
_EPSILON: Final = 1e-12
_OPSET: Final = 17

Array = np.ndarray[Any, np.dtype[Any]]


class Layer(nn.Module):  # type: ignore[misc]  # torch may be absent, and is Any then
    """A layer of BERT with the weights of the tagger's layer of that number.

    Parameters
    ----------
    weights : mapping of str to array
        Of `layer_weights`.
    """

    def __init__(self, weights: Mapping[str, Array]) -> None:
        super().__init__()
        for name in ("qkv", "proj", "inner", "outer"):
            matrix = torch.tensor(weights[name])
            made = nn.Linear(matrix.shape[0], matrix.shape[1])
            made.weight.data = matrix.T.contiguous()
            made.bias.data = torch.tensor(weights[name + ".bias"])
            setattr(self, name, made)
        for name in ("norm1", "norm2"):
            norm = nn.LayerNorm(len(weights[name]), eps=_EPSILON)
            norm.weight.data = torch.tensor(weights[name])
            norm.bias.data = torch.tensor(weights[name + ".bias"])
            setattr(self, name, norm)
        self.dropout = nn.Dropout(DROPOUT / 2)

    def forward(self, x: Any, mask: Any) -> Any:
        """Vectors (b, p, size) from vectors; `mask` (b, p) is true where a piece is."""
        b, p, size = x.shape
        split = self.qkv(x).view(b, p, 3, HEADS, size // HEADS).permute(2, 0, 3, 1, 4)
        found = nn.functional.scaled_dot_product_attention(*split, attn_mask=mask[:, None, None, :])
        found = found.transpose(1, 2).reshape(b, p, size)
        x = self.norm1(x + self.dropout(self.proj(found)))
        return self.norm2(x + self.dropout(self.outer(nn.functional.gelu(self.inner(x)))))


class Network(nn.Module):  # type: ignore[misc]
    """The reader's layers and heads.

    Parameters
    ----------
    tagger : Path
        The tagger's ``model.onnx``.
    """

    def __init__(self, tagger: Path) -> None:
        super().__init__()
        model = onnx.load(tagger)
        self.layers = nn.ModuleList(Layer(layer_weights(model, number)) for number in LAYERS)
        size = self.layers[0].norm1.weight.shape[0]
        self.dropout = nn.Dropout(DROPOUT)
        self.events = nn.Linear(size, 1 + len(EVENT_TYPES))
        self.told = nn.Linear(size, len(MODALITIES))
        self.ask = nn.Linear(size, WIDTH)
        self.asked = nn.Linear(WIDTH, WIDTH)
        self.site = nn.Linear(size, WIDTH)
        self.bias = nn.Linear(WIDTH, 1)
        self.weight = nn.Linear(size, 1)
        self.quad = nn.Linear(size, 5)
        self.category = nn.Linear(size, len(EVENT_TYPES))

    def forward(self, hidden: Any, mask: Any, first: Any) -> Any:
        """Vectors of words (b, w, size) from those of pieces (b, p, size)."""
        for layer in self.layers:
            hidden = layer(hidden, mask)
        index = first[..., None].expand(-1, -1, hidden.shape[-1])
        return self.dropout(torch.gather(hidden, 1, index))

    def links(self, events: Any, places: Any) -> Any:
        """Log-odds that words (n, size) name the places of the events of others (n, size)."""
        asks = self.asked(nn.functional.gelu(self.ask(events))) / _CALM
        sites = nn.functional.gelu(self.site(places))
        return (asks * sites).sum(-1) + self.bias(sites)[..., 0]

    def whole(self, words: Any, mask: Any) -> Any:
        """One vector a text (b, size): its words' mean, by weights of their own."""
        weight = self.weight(words)[..., 0].masked_fill(~mask, -1e4).softmax(-1)
        return (weight[..., None] * words).sum(1)


def layer_weights(model: Any, number: int) -> dict[str, Array]:
    """Weights of a layer of the tagger, from its 8-bit file.

    Parameters
    ----------
    model : onnx.ModelProto
    number : int
        From 0.

    Returns
    -------
    dict
        ``qkv``, ``proj``, ``inner``, ``outer`` (inputs by outputs), ``norm1``, ``norm2``, and the
        bias of each as ``qkv.bias``, ...
    """
    known = {item.name: item for item in model.graph.initializer}

    def array(name: str) -> Array:
        found: Array = numpy_helper.to_array(known[name]).astype(np.float32)
        return found

    def matrix(name: str) -> Array:
        whole: Array = (array(f"{name}_quantized") - array(f"{name}_zero_point")) * array(
            f"{name}_scale"
        )
        return whole

    own = f"network.encoder.encoder.layer.{number}."
    products = [
        node.input[1].removesuffix("_quantized")
        for node in model.graph.node
        if node.op_type == "MatMulInteger" and f"layer.{number}/" in node.output[0]
    ]
    names = dict(zip(("proj", "inner", "outer"), products, strict=True))
    biases = {
        "proj": "attention.output.dense",
        "inner": "intermediate.dense",
        "outer": "output.dense",
    }
    norms = {"norm1": "attention.output.LayerNorm", "norm2": "output.LayerNorm"}
    return {
        "qkv": matrix(f"Attention_{number}_qkv_weight"),
        "qkv.bias": array(f"Attention_{number}_qkv_bias"),
        **{key: matrix(name) for key, name in names.items()},
        **{f"{key}.bias": array(f"{own}{name}.bias") for key, name in biases.items()},
        **{key: array(f"{own}{name}.weight") for key, name in norms.items()},
        **{f"{key}.bias": array(f"{own}{name}.bias") for key, name in norms.items()},
    }


class _Graph:
    """An ONNX graph in the making, with the network's weights."""

    def __init__(self, weights: Mapping[str, Any]) -> None:
        self._weights = {
            name: value.detach().cpu().numpy().astype(np.float32) for name, value in weights.items()
        }
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, name: str, value: Array) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, inputs: list[str], output: str, **options: Any) -> str:
        domain = "com.microsoft" if kind in {"Attention", "BiasGelu", "Gelu"} else ""
        self.nodes.append(
            helper.make_node(kind, inputs, [output], name=output, domain=domain, **options)
        )
        return output

    def weight(self, name: str) -> str:
        value = self._weights[f"{name}.weight"]
        return self.constant(f"{name}.weight", value.T if value.ndim > 1 else value)

    def bias(self, name: str) -> str:
        return self.constant(f"{name}.bias", self._weights[f"{name}.bias"])

    def linear(self, x: str, name: str) -> str:
        product = self.node("MatMul", [x, self.weight(name)], f"{name}.product")
        return self.node("Add", [product, self.bias(name)], f"{name}.out")

    def norm(self, x: str, name: str) -> str:
        inputs = [x, self.weight(name), self.bias(name)]
        return self.node("LayerNormalization", inputs, f"{name}.out", axis=-1, epsilon=_EPSILON)

    def layer(self, x: str, name: str) -> str:
        inputs = [x, self.weight(f"{name}.qkv"), self.bias(f"{name}.qkv")]
        found = self.node("Attention", inputs, f"{name}.attention", num_heads=HEADS)
        found = self.node("Add", [self.linear(found, f"{name}.proj"), x], f"{name}.sum1")
        x = self.norm(found, f"{name}.norm1")
        inner = self.node("MatMul", [x, self.weight(f"{name}.inner")], f"{name}.inner.product")
        inner = self.node("BiasGelu", [inner, self.bias(f"{name}.inner")], f"{name}.gelu")
        found = self.node("Add", [self.linear(inner, f"{name}.outer"), x], f"{name}.sum2")
        return self.norm(found, f"{name}.norm2")

    def gelu(self, x: str, name: str) -> str:
        return self.node("Gelu", [self.linear(x, name)], f"{name}.gelu")


def export(network: Network, path: Path) -> None:
    """Write the file that `pipeline.reader.Reader` runs, weights of matrices as 8-bit numbers.

    The graph is written out here, node by node: the operators are those to which onnxruntime's
    fusion brings the tagger.
    """
    graph = _Graph(network.state_dict())
    x = "hidden"
    for number in range(len(network.layers)):
        x = graph.layer(x, f"layers.{number}")
    words = graph.node("Gather", [x, "first"], "of_words", axis=1)
    graph.node("Softmax", [graph.linear(words, "events")], "events", axis=-1)
    graph.node("Softmax", [graph.linear(words, "told")], "told", axis=-1)
    asked = graph.linear(graph.gelu(words, "ask"), "asked")
    calm = graph.constant("calm", np.array(1 / _CALM, np.float32))
    graph.node("Mul", [asked, calm], "asks")
    site = graph.gelu(words, "site")
    graph.node("Concat", [site, graph.linear(site, "bias")], "sites", axis=-1)
    size = network.layers[0].norm1.weight.shape[0]
    widths = {
        "events": 1 + len(EVENT_TYPES),
        "told": len(MODALITIES),
        "asks": WIDTH,
        "sites": WIDTH + 1,
    }
    made = helper.make_graph(
        graph.nodes,
        "reader",
        [
            helper.make_tensor_value_info("hidden", TensorProto.FLOAT, [1, "pieces", size]),
            helper.make_tensor_value_info("first", TensorProto.INT64, ["words"]),
        ],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, "words", width])
            for name, width in widths.items()
        ],
        graph.constants,
    )
    model = helper.make_model(
        made,
        opset_imports=[helper.make_opsetid("", _OPSET), helper.make_opsetid("com.microsoft", 1)],
        ir_version=9,
    )
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "plain.onnx"
        onnx.save(model, plain)
        quantize_dynamic(
            plain,
            path,
            weight_type=QuantType.QInt8,
            per_channel=True,
            extra_options={"MatMulConstBOnly": True, "DefaultTensorType": TensorProto.FLOAT},
        )
