"""Batches of training inputs: shuffled, repeated, one label of each, shifted, some blended."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from pfp_train.dataset import DataSet
from pfp_train.recipe import Recipe

Inputs = npt.NDArray[np.float32]
Truths = npt.NDArray[np.int64] | npt.NDArray[np.float32]


def shift(images: Inputs, most: int, random: np.random.Generator) -> Inputs:
    """Move each image [n, channels, height, width] by up to `most` pixels; zeros come in."""
    if most == 0:
        return images
    n, _, height, width = images.shape
    padded = np.pad(images, ((0, 0), (0, 0), (most, most), (most, most)))
    top, left = random.integers(0, 2 * most + 1, (2, n))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (height, width), axis=(2, 3))
    moved: Inputs = windows[np.arange(n), :, top, left]
    return moved


def blend(
    inputs: Inputs,
    labels: Truths,
    other_inputs: Inputs,
    other_labels: Truths,
    random: np.random.Generator,
) -> tuple[Inputs, Truths]:
    """Mix each input with another: l * input + (1 - l) * other, l uniform in 0..1.

    The label is drawn: the input's with chance l, else the other's.
    """
    share: npt.NDArray[np.float32] = random.random(len(inputs), dtype=np.float32)
    first = random.random(len(inputs)) < share
    weight = share.reshape(-1, *[1] * (inputs.ndim - 1))
    return weight * inputs + (1 - weight) * other_inputs, np.where(first, labels, other_labels)


def epoch_rows(data: DataSet, recipe: Recipe) -> npt.NDArray[np.int64]:
    """Rows of one epoch, in order: each once, ambiguous ones as often as their share asks for."""
    rows = np.arange(len(data.x))
    if recipe.ambiguous == 0:
        return rows
    doubtful = data.doubtful()
    ambiguous = rows[doubtful]
    wanted = round((~doubtful).sum() * recipe.ambiguous / (1 - recipe.ambiguous))
    repeated = np.tile(ambiguous, -(-wanted // max(1, len(ambiguous))))[:wanted]
    return np.concatenate([rows[~doubtful], repeated])


def batches(
    data: DataSet, recipe: Recipe, random: np.random.Generator, *, labels: bool
) -> Iterator[tuple[Inputs, Truths]]:
    """One epoch of whole batches. The last `recipe.blends` of each batch are blends.

    Of an input's labels, one is taken at random.
    """

    def some(rows: npt.NDArray[np.int64]) -> tuple[Inputs, Truths]:
        y = data.y[rows]
        if labels:
            y = y[np.arange(len(rows)), random.integers(0, y.shape[1], len(rows))]
        return data.inputs(rows), y

    order = random.permutation(epoch_rows(data, recipe))
    blended = round(recipe.blends * recipe.batch)
    for start in range(0, len(order) - recipe.batch + 1, recipe.batch):
        x, y = some(order[start : start + recipe.batch])
        if blended:
            others = some(order[random.integers(0, len(order), blended)])
            x[-blended:], y[-blended:] = blend(x[-blended:], y[-blended:], *others, random)
        yield shift(x, recipe.shift, random), y
