"""Pruning: inner units that the network can do without, taken out of its layers.

Half of the tagger's time goes into the two matrices of each layer's feed-forward block. Units are
taken out one by one, each time the one whose loss the others can make good best, and the weights of
the others are changed to do so: the optimal brain surgeon (Hassibi and Stork 1993) on whole units,
as in ZipLM (Kurtic, Frantar and Alistarh 2023). A short training afterwards gets back the rest.

Needs the extra ``train``. Only `pipeline.train` and its helpers import this module.
"""

from collections.abc import Sequence
from typing import Any, Final

import torch
from torch import nn

from pipeline.learning import Batch
from pipeline.network import Network

_DAMP: Final = 1e-4
"""Share of the mean of the diagonal that is added to it, so that the inverse exists."""


def prune(network: Network, batches: Sequence[Batch], width: int) -> list[float]:
    """Leave `width` inner units in each feed-forward block, in place.

    Parameters
    ----------
    network : Network
        On the processor; ends in evaluation mode.
    batches : sequence of Batch
        Texts of the kind to be read; no targets are needed. About 100,000 pieces are enough.
    width : int
        Units to leave.

    Returns
    -------
    list of float
        Of each layer, the share of its block's output (by its squares) that is lost.

    Raises
    ------
    ValueError
        If a layer has fewer units.
    """
    layers = list(network.encoder.encoder.layer)
    if any(layer.intermediate.dense.out_features < width for layer in layers):
        raise ValueError(f"a layer has fewer than {width} inner units")
    grams = _grams(network, batches)
    losses = []
    for layer, gram in zip(layers, grams, strict=True):
        inner, outer = layer.intermediate.dense, layer.output.dense
        kept, weight, lost = surgeon(gram, outer.weight.detach(), width)
        parts = inner.weight.detach()[kept], inner.bias.detach()[kept], weight.to(inner.weight)
        _resize(layer, width)
        with torch.no_grad():
            layer.intermediate.dense.weight.copy_(parts[0])
            layer.intermediate.dense.bias.copy_(parts[1])
            layer.output.dense.weight.copy_(parts[2])
        losses.append(lost)
    network.encoder.config.intermediate_size = width
    return losses


def narrow(network: Network, width: int) -> None:
    """Give the network's blocks `width` inner units, with weights to be loaded."""
    for layer in network.encoder.encoder.layer:
        if layer.intermediate.dense.out_features != width:
            _resize(layer, width)
    network.encoder.config.intermediate_size = width


def surgeon(gram: Any, weight: Any, keep: int) -> tuple[Any, Any, float]:
    """Choose the inputs of a linear map to keep, and its weights for them.

    Parameters
    ----------
    gram : tensor, shape (d, d)
        Sum of the outer products of the inputs.
    weight : tensor, shape (outputs, d)
    keep : int
        Inputs to keep.

    Returns
    -------
    kept : tensor of int64, shape (keep,)
        Their indices, sorted.
    weight : tensor, shape (outputs, keep)
        The weights that come closest to the map before, given those inputs taken out before.
    lost : float
        Squared error of the new map on the inputs, as a share of the old map's squares.
    """
    damp = _DAMP * gram.diagonal().mean()
    metric = gram.double() + damp.double() * torch.eye(len(gram), dtype=torch.double)
    before = weight.double()
    after, inverse = before.clone(), torch.linalg.inv(metric)
    kept = torch.arange(len(gram))
    while len(kept) > keep:
        worst = int((after.square().sum(0) / inverse.diagonal()).argmin())
        column, pivot = inverse[:, worst].clone(), inverse[worst, worst].clone()
        after -= torch.outer(after[:, worst] / pivot, column)
        inverse -= torch.outer(column, column) / pivot
        rest = torch.arange(len(kept)) != worst
        kept, after, inverse = kept[rest], after[:, rest], inverse[rest][:, rest]
    error = before.clone()
    error[:, kept] -= after
    return kept, after, float(_squares(error, metric) / _squares(before, metric))


def _squares(weight: Any, metric: Any) -> Any:
    return ((weight @ metric) * weight).sum()


def _grams(network: Network, batches: Sequence[Batch]) -> list[Any]:
    """Of each layer, the sum of outer products of its inner units' values."""
    network.eval()
    layers = list(network.encoder.encoder.layer)
    grams = [torch.zeros(()) for _ in layers]
    mask = torch.zeros(())

    def add(number: int, values: Any) -> None:
        found = values[mask.bool()]
        grams[number] = grams[number] + found.T @ found

    hooks = [
        layer.intermediate.register_forward_hook(
            lambda _module, _inputs, values, number=number: add(number, values)
        )
        for number, layer in enumerate(layers)
    ]
    try:
        with torch.no_grad():
            for batch in batches:
                mask = batch.mask
                network.encode(batch.ids, batch.shapes, batch.mask, batch.first)
    finally:
        for hook in hooks:
            hook.remove()
    return grams


def _resize(layer: Any, width: int) -> None:
    inner, outer = layer.intermediate.dense, layer.output.dense
    bias = outer.bias
    layer.intermediate.dense = nn.Linear(inner.in_features, width)
    layer.output.dense = nn.Linear(width, outer.out_features)
    layer.output.dense.bias = bias
