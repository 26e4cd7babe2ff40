"""Learning: examples as batches of numbers, the loss, and the loop that trains the network.

Needs the extra ``train``. Only `pipeline.train` and its helpers import this module.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple

import torch
from torch import nn

from pipeline.corpora import IGNORE, Example, windows
from pipeline.network import NEVER, Network
from pipeline.tagger import CONTINUES, FIRST, LAST, PIECES, UNKNOWN, WINDOW
from pipeline.wordpieces import pieces
from pipeline.words import SHAPES, shape

MASK: Final = 103
"""The vocabulary's [MASK]."""

_CASED = 3  # shapes from here on are of letters, and may be drawn otherwise: ALL CAPS, lower case
_CAPITALS, _LOWER = 3, 7
_ALL_CAPITALS, _ALL_LOWER = 0.04, 0.04  # shares of windows
_HIDDEN = 0.05  # share of words that the network has to guess from the others
_FAST = 6.0  # times the encoder's learning rate, for what begins at random
_DECAY, _CLIP = 0.01, 1.0
_WARM, _LEAST = 0.06, 0.02  # share of the steps to warm up; least share of the learning rate
_ROUND = 16  # lengths of batches are multiples of this
_PARTS: Final = {"tags": 0.3, "heads": 0.5, "labels": 0.3, "starts": 0.2}  # of the parse's loss


class Numbers(NamedTuple):
    """An example as numbers, a list entry a word; `heads` are indices of words."""

    pieces: list[list[int]]
    shapes: list[int]
    names: list[int]
    toponyms: list[int]
    tags: list[int]
    labels: list[int]
    heads: list[int]
    starts: list[int]


class Batch(NamedTuple):
    """Windows as tensors: b windows of p pieces and w words.

    Attributes
    ----------
    ids, shapes, mask : tensor of int64, shape (b, p)
    first : tensor of int64, shape (b, w)
        As `pipeline.network.Network.encode` takes them.
    targets : dict of tensor of int64, shape (b, w)
        names, toponyms, tags, labels, heads, starts; `IGNORE` where nothing is known. A head
        outside of the window is not known.
    """

    ids: Any
    shapes: Any
    mask: Any
    first: Any
    targets: dict[str, Any]

    def to(self, device: Any) -> "Batch":
        """Return the batch on a device."""
        ids, shapes, mask, first = (tensor.to(device) for tensor in self[:4])
        targets = {key: tensor.to(device) for key, tensor in self.targets.items()}
        return Batch(ids, shapes, mask, first, targets)


@dataclass(frozen=True, slots=True)
class Settings:
    """How one stage is trained.

    Attributes
    ----------
    epochs : int
    rate : float
        Highest learning rate of the encoder.
    weights : (float, float, float)
        Weights of the loss of names, of toponyms and of the parse.
    mixed : float
        Windows drawn from the second list of texts in each epoch, a share of those of the first.
    batch : int
        Windows a step.
    seed : int
    save_every : int
        Steps between checkpoints.
    """

    epochs: int
    rate: float
    weights: tuple[float, float, float] = (1.0, 1.0, 1.0)
    mixed: float = 0.0
    batch: int = 32
    seed: int = 0
    save_every: int = 200


Cut = tuple[Numbers, int, int]


def numbers(
    examples: Iterable[Example],
    vocabulary: Mapping[str, int],
    tags: Sequence[str],
    labels: Sequence[str],
) -> list[Numbers]:
    """Turn examples into numbers.

    Parameters
    ----------
    examples : iterable of Example
        With a parse each.
    vocabulary : mapping
        The base's word pieces.
    tags, labels : sequence of str
        All that occur in the parses.

    Raises
    ------
    ValueError
        If an example has no parse.
    """
    tag_numbers = {tag: number for number, tag in enumerate(tags)}
    label_numbers = {label: number for number, label in enumerate(labels)}

    @cache
    def cut(word: str) -> tuple[int, ...]:
        return tuple(pieces(word, vocabulary, UNKNOWN)[:PIECES] or [UNKNOWN])

    found = []
    for item in examples:
        if item.parse is None:
            raise ValueError(f"{item.corpus} {item.doc_id} has no parse: ask the teacher first")
        found.append(
            Numbers(
                pieces=[list(cut(word.text)) for word in item.words],
                shapes=[shape(word.text) for word in item.words],
                names=list(item.names),
                toponyms=list(item.toponyms),
                tags=[tag_numbers[tag] for tag in item.parse.tags],
                labels=[label_numbers[label] for label in item.parse.labels],
                heads=list(item.parse.heads),
                starts=[int(start) for start in item.parse.starts],
            )
        )
    return found


def batch_of(cuts: Sequence[Cut], rng: Random | None = None) -> Batch:
    """Put windows into tensors.

    Parameters
    ----------
    cuts : sequence of (Numbers, int, int)
        Texts with the first and last (exclusive) word of a window.
    rng : Random, optional
        If given, some windows are in capitals or in lower case and some words hidden.
    """
    rows = [_row(*cut, rng) for cut in cuts]
    length = max(len(ids) for ids, _, _ in rows)
    length = -(-length // _ROUND) * _ROUND
    count = max(len(first) for _, _, first in rows)
    shape_of = (len(rows), length)
    ids = torch.zeros(shape_of, dtype=torch.long)
    shapes = torch.full(shape_of, SHAPES - 1)
    mask = torch.zeros(shape_of, dtype=torch.long)
    first = torch.zeros(len(rows), count, dtype=torch.long)
    keys = ("names", "toponyms", "tags", "labels", "heads", "starts")
    targets = {key: torch.full((len(rows), count), IGNORE) for key in keys}
    for row, ((item, start, end), (own_ids, own_shapes, own_first)) in enumerate(
        zip(cuts, rows, strict=True)
    ):
        ids[row, : len(own_ids)] = torch.tensor(own_ids)
        shapes[row, : len(own_ids)] = torch.tensor(own_shapes)
        mask[row, : len(own_ids)] = 1
        words = end - start
        first[row, :words] = torch.tensor(own_first)
        for key in ("names", "toponyms", "tags", "starts"):
            targets[key][row, :words] = torch.tensor(getattr(item, key)[start:end])
        heads = torch.tensor(item.heads[start:end]) - start
        inside = (heads >= 0) & (heads < words)
        targets["heads"][row, :words] = torch.where(inside, heads, IGNORE)
        labels = torch.tensor(item.labels[start:end])
        targets["labels"][row, :words] = torch.where(inside, labels, IGNORE)
    return Batch(ids, shapes, mask, first, targets)


def sample(items: Sequence[Numbers], count: int, *, size: int = 16, seed: int = 0) -> list[Batch]:
    """Draw `count` batches of `size` windows each, or as many as there are, by the seed."""
    rng = Random(seed)  # noqa: S311  # no secret: the same on every run
    cuts = list(_cuts(items, rng))
    drawn = rng.sample(cuts, min(count * size, len(cuts)))
    # Windows of like length together: less padding.
    drawn.sort(key=lambda cut: sum(map(len, cut[0].pieces[cut[1] : cut[2]])))
    return [batch_of(drawn[start : start + size]) for start in range(0, len(drawn), size)]


def _row(
    item: Numbers, start: int, end: int, rng: Random | None
) -> tuple[list[int], list[int], list[int]]:
    """Piece ids, shapes, and each word's first piece, with the end marks."""
    ids, shapes, first = [FIRST], [SHAPES - 1], []
    drawn = rng.random() if rng else 1.0
    for index in range(start, end):
        first.append(len(ids))
        own = item.shapes[index]
        if own >= _CASED and drawn < _ALL_LOWER:
            own = _LOWER
        elif own >= _CASED and drawn < _ALL_LOWER + _ALL_CAPITALS:
            own = _CAPITALS
        hidden = rng is not None and rng.random() < _HIDDEN
        for number, piece in enumerate(item.pieces[index]):
            ids.append(MASK if hidden else piece)
            shapes.append(own + CONTINUES * (number > 0))
    return [*ids, LAST], [*shapes, SHAPES - 1], first


def loss_of(network: Network, batch: Batch, weights: tuple[float, float, float]) -> Any:
    """Weighted sum of cross entropies, a scalar tensor; what a batch has no target for is left out.

    Matrix products are in bfloat16.
    """
    targets = batch.targets
    with torch.autocast(batch.ids.device.type, torch.bfloat16):
        names, toponyms, tags, starts, arcs, words, _ = network(*batch[:4])
        labels = network.arc_labels(words, targets["heads"].clamp(min=0))
    absent = (targets["tags"] == IGNORE).unsqueeze(1)
    scores = {
        "tags": tags,
        "starts": starts,
        "labels": labels,
        "heads": arcs.float().masked_fill(absent, NEVER),
    }
    parse = sum(share * _entropy(scores[key], targets[key]) for key, share in _PARTS.items())
    return (
        weights[0] * _entropy(names, targets["names"])
        + weights[1] * _entropy(toponyms, targets["toponyms"])
        + weights[2] * parse
    )


def _entropy(scores: Any, target: Any) -> Any:
    if not (target != IGNORE).any():
        return 0.0
    flat = scores.float().reshape(-1, scores.shape[-1])
    return nn.functional.cross_entropy(flat, target.reshape(-1), ignore_index=IGNORE)


def fit(
    network: Network,
    items: Sequence[Numbers],
    mix: Sequence[Numbers],
    settings: Settings,
    *,
    checkpoint: Path,
    progress: Callable[[str], None],
) -> None:
    """Train the network in place, on the device that it is on.

    Parameters
    ----------
    network : Network
    items, mix : sequence of Numbers
        Texts to train on, and those of which a share is mixed in (``settings.mixed``).
    settings : Settings
    checkpoint : Path
        Written now and then; if it is there and of the same settings and number of steps, training
        goes on from it. On one device and number of threads the result is the same as without the
        break. The caller removes it.
    progress : callable
        Told a line, every 50 steps.
    """
    device = next(network.parameters()).device
    rng = Random(settings.seed)  # noqa: S311  # no secret: the same on every run
    torch.manual_seed(settings.seed)
    optimizer = torch.optim.AdamW(_groups(network, settings.rate), weight_decay=_DECAY)
    steps = list(_steps(items, mix, settings, rng))
    state = _State(network, optimizer, rng, {**asdict(settings), "steps": len(steps)})
    done = state.load(checkpoint, device)
    if done:
        progress(f"goes on from step {done}")
    network.train()
    total, counted = 0.0, 0
    for step, cuts in enumerate(steps[done:], done + 1):
        loss = loss_of(network, batch_of(cuts, rng).to(device), settings.weights)
        share = min(1.0, step / (_WARM * len(steps))) * max(_LEAST, 1 - (step - 1) / len(steps))
        for group in optimizer.param_groups:
            group["lr"] = group["base"] * share
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), _CLIP)
        optimizer.step()
        total, counted = total + float(loss.detach()), counted + 1
        if step % settings.save_every == 0:
            state.save(checkpoint, step)
        if step % 50 == 0 or step == len(steps):
            progress(f"{step} of {len(steps)} steps, loss {total / counted:.3f}")
            total, counted = 0.0, 0


def _groups(network: Network, rate: float) -> list[dict[str, Any]]:
    named = list(network.named_parameters())
    encoder = [p for name, p in named if name.startswith("encoder.") and p.requires_grad]
    heads = [p for name, p in named if not name.startswith("encoder.")]
    fast = rate * _FAST
    return [
        {"params": encoder, "lr": rate, "base": rate},
        {"params": heads, "lr": fast, "base": fast},
    ]


def _steps(
    items: Sequence[Numbers], mix: Sequence[Numbers], settings: Settings, rng: Random
) -> Iterator[list[Cut]]:
    """Windows of each epoch, cut anew and shuffled, a batch a step."""
    for _ in range(settings.epochs):
        cuts = list(_cuts(items, rng))
        if settings.mixed:
            others = list(_cuts(mix, rng))
            cuts += rng.sample(others, min(int(settings.mixed * len(cuts)), len(others)))
        rng.shuffle(cuts)
        for start in range(0, len(cuts), settings.batch):
            yield cuts[start : start + settings.batch]


def _cuts(items: Iterable[Numbers], rng: Random) -> Iterator[Cut]:
    for item in items:
        counts = [len(own) for own in item.pieces]
        starts = [bool(start) for start in item.starts]
        for first, last in windows(counts, starts, WINDOW - 2, rng):
            yield item, first, last


class _State:
    """All that training goes on from, kept in a file."""

    def __init__(
        self, network: Network, optimizer: Any, rng: Random, settings: Mapping[str, Any]
    ) -> None:
        self._network, self._optimizer, self._rng = network, optimizer, rng
        self._settings = dict(settings)

    def save(self, path: Path, step: int) -> None:
        cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_available() else []
        record = {
            "settings": self._settings,
            "step": step,
            "network": self._network.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "random": self._rng.getstate(),
            "torch": torch.get_rng_state(),
            "cuda": cuda,
        }
        part = path.with_suffix(".part")
        torch.save(record, part)
        part.replace(path)

    def load(self, path: Path, device: Any) -> int:
        """Take up the state in the file; the steps done, 0 if it is of another training."""
        if not path.exists():
            return 0
        record = torch.load(path, map_location="cpu", weights_only=True)
        if record["settings"] != self._settings:
            return 0
        self._network.load_state_dict(record["network"])
        self._network.to(device)
        self._optimizer.load_state_dict(record["optimizer"])
        self._rng.setstate(record["random"])
        torch.set_rng_state(record["torch"])
        if record["cuda"] and torch.cuda.is_available():
            torch.cuda.set_rng_state_all(record["cuda"])
        return int(record["step"])
