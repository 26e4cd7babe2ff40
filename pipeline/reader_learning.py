"""The event reader's loss, and the loop that trains it.

Needs the extra ``train``. Only `pipeline.train_reader` imports this module.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple

import numpy as np
import torch
from torch import nn

from pipeline.reader_corpora import UNKNOWN, Window
from pipeline.reader_network import Network

EPOCHS: Final = 6
RATES: Final = (2e-4, 1e-3)
"""Learning rates of the layers, which begin trained, and of the heads, which begin at random."""

WEIGHTS: Final = {
    "events": 1.0, "some": 0.3, "told": 0.5, "links": 1.2, "quad": 0.5, "category": 0.5,
}  # fmt: skip
"""What each part counts in the loss."""

_RARE: Final = 25.0  # of words, one in some 25 tells an event
_PIECES: Final = 1600  # of a batch, with its padding
_CHUNK: Final = 600  # windows that are sorted by length together
_DECAY, _CLIP, _WARM = 0.01, 1.0, 0.06


class Batch(NamedTuple):
    """Windows as tensors: b windows of p pieces and n words."""

    windows: Sequence[Window]
    hidden: Any
    mask: Any
    first: Any
    words: Any


def batch_of(windows: Sequence[Window]) -> Batch:
    """Put windows together, padded."""
    pieces = max(len(window.hidden) for window in windows)
    count = max(len(window.spans) for window in windows)
    size = windows[0].hidden.shape[1]
    hidden = torch.zeros(len(windows), pieces, size)
    mask = torch.zeros(len(windows), pieces, dtype=torch.bool)
    first = torch.zeros(len(windows), count, dtype=torch.long)
    words = torch.zeros(len(windows), count, dtype=torch.bool)
    for row, window in enumerate(windows):
        p, n = len(window.hidden), len(window.spans)
        hidden[row, :p] = torch.from_numpy(window.hidden.astype(np.float32))
        mask[row, :p], words[row, :n] = True, True
        first[row, :n] = torch.from_numpy(window.first)
    return Batch(windows, hidden, mask, first, words)


def batches(windows: Sequence[Window], rng: Random | None = None) -> list[list[Window]]:
    """Windows of like length together, at most `_PIECES` a batch; drawn anew with `rng`."""
    drawn = list(windows)
    if rng is not None:
        rng.shuffle(drawn)
    found: list[list[Window]] = []
    for start in range(0, len(drawn), _CHUNK):
        batch: list[Window] = []
        for window in sorted(drawn[start : start + _CHUNK], key=lambda item: len(item.hidden)):
            if batch and (len(batch) + 1) * len(window.hidden) > _PIECES:
                found.append(batch)
                batch = []
            batch.append(window)
        if batch:
            found.append(batch)
    if rng is not None:
        rng.shuffle(found)
    return found


def losses(network: Network, batch: Batch) -> dict[str, Any]:
    """Each part of the loss that the batch has labels for, by name."""
    with torch.autocast("cpu", torch.bfloat16):
        words = network(batch.hidden, batch.mask, batch.first)
    words = words.float()
    scores = network.events(words)
    labels, told = (_padded(batch, name) for name in ("events", "told"))
    found = {}
    if (labels >= 0).any():
        whole = _entropy(scores, labels, reduction="sum")
        found["events"] = _RARE * whole / (labels >= 0).sum()
    some = [
        (row, word)
        for row, window in enumerate(batch.windows)
        for word in window.some
        if window.events[word] == UNKNOWN
    ]
    if some:
        of_some = scores[tuple(torch.tensor(some).T)]
        found["some"] = (of_some.logsumexp(-1) - of_some[:, 1:].logsumexp(-1)).mean()
    if (told >= 0).any():
        found["told"] = _entropy(network.told(words), told)
    found |= _of_links(network, batch, words)
    return found | _of_whole(network, batch, words)


def _padded(batch: Batch, name: str) -> Any:
    labels = torch.full(batch.words.shape, UNKNOWN)
    for row, window in enumerate(batch.windows):
        labels[row, : len(window.spans)] = torch.from_numpy(getattr(window, name))
    return labels


def _entropy(scores: Any, labels: Any, reduction: str = "mean") -> Any:
    return nn.functional.cross_entropy(
        scores.flatten(0, -2), labels.flatten(), ignore_index=UNKNOWN, reduction=reduction
    )


def _of_links(network: Network, batch: Batch, words: Any) -> dict[str, Any]:
    width = words.shape[1]
    pairs = [
        (row * width + link.word, row * width + int(place), float(right))
        for row, window in enumerate(batch.windows)
        for link in window.links
        for place, right in zip(link.places, link.right, strict=True)
    ]
    if not pairs:
        return {}
    events, places, right = zip(*pairs, strict=True)
    flat = words.flatten(0, 1)
    scores = network.links(flat[list(events)], flat[list(places)])
    loss = nn.functional.binary_cross_entropy_with_logits(scores, torch.tensor(right))
    return {"links": loss}


def _of_whole(network: Network, batch: Batch, words: Any) -> dict[str, Any]:
    found = {}
    for name in ("quad", "category"):
        labels = torch.tensor([getattr(window, name) for window in batch.windows])
        if (labels >= 0).any():
            scores = getattr(network, name)(network.whole(words, batch.words))
            found[name] = _entropy(scores, labels)
    return found


def fit(
    windows: Sequence[Window], tagger: Path, say: Callable[[str], None], seed: int = 0
) -> Network:
    """Train a reader on windows.

    Parameters
    ----------
    windows : sequence of Window
    tagger : Path
        The tagger's ``model.onnx``, from which its layers begin.
    say : callable
        Told the losses of each epoch.
    seed : int

    Returns
    -------
    Network
        In evaluation mode.
    """
    torch.manual_seed(seed)
    rng = Random(seed)  # noqa: S311  # draws batches
    network = Network(tagger)
    network.train()
    layers = list(network.layers.parameters())
    heads = [value for name, value in network.named_parameters() if not name.startswith("layers")]
    optimizer = torch.optim.AdamW(
        [{"params": part, "lr": rate} for part, rate in zip((layers, heads), RATES, strict=True)],
        weight_decay=_DECAY,
    )
    steps = len(batches(windows)) * EPOCHS

    def rate(step: int) -> float:
        return min(step / (_WARM * steps), max(0.0, (steps - step) / ((1 - _WARM) * steps)))

    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)
    for epoch in range(EPOCHS):
        begun = time.monotonic()
        seen: dict[str, list[float]] = {}
        for part in batches(windows, rng):
            found = losses(network, batch_of(part))
            if not found:
                continue
            optimizer.zero_grad()
            sum(WEIGHTS[name] * value for name, value in found.items()).backward()
            nn.utils.clip_grad_norm_(network.parameters(), _CLIP)
            optimizer.step()
            schedule.step()
            for name, value in found.items():
                seen.setdefault(name, []).append(float(value.detach()))
        means = ", ".join(f"{name} {np.mean(values):.3f}" for name, values in seen.items())
        say(f"epoch {epoch + 1} of {EPOCHS}: {means}; {time.monotonic() - begun:.0f} s")
    network.eval()
    return network
