"""Batches of training images: shuffled, shifted, some of them blended."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from pfp_train.datasets import Images, Labelled, Labels
from pfp_train.recipe import Recipe


def shift(images: Images, most: int, random: np.random.Generator) -> Images:
    """Move each image [n, 1, height, width] by up to `most` pixels; zeros come in at the edge."""
    if most == 0:
        return images
    n, _, height, width = images.shape
    padded = np.pad(images[:, 0], ((0, 0), (most, most), (most, most)))
    top, left = random.integers(0, 2 * most + 1, (2, n))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (height, width), axis=(1, 2))
    moved: Images = windows[np.arange(n), top, left][:, None]
    return moved


def blend(
    images: Images,
    labels: Labels,
    other_images: Images,
    other_labels: Labels,
    random: np.random.Generator,
) -> tuple[Images, Labels]:
    """Mix each image with another: l * image + (1 - l) * other, l uniform in 0..1.

    The label is drawn: the image's with chance l, else the other's.
    """
    share: npt.NDArray[np.float32] = random.random(len(images), dtype=np.float32)
    first = random.random(len(images)) < share
    weight = share[:, None, None, None]
    return weight * images + (1 - weight) * other_images, np.where(first, labels, other_labels)


def batches(
    data: Labelled, recipe: Recipe, random: np.random.Generator
) -> Iterator[tuple[Images, Labels]]:
    """One epoch of whole batches. The last `recipe.blends` of each batch are blends."""
    order = random.permutation(len(data.labels))
    blended = round(recipe.blends * recipe.batch)
    for start in range(0, len(order) - recipe.batch + 1, recipe.batch):
        rows = order[start : start + recipe.batch]
        images, labels = data.images[rows].copy(), data.labels[rows].copy()
        if blended:
            others = random.integers(0, len(order), blended)
            images[-blended:], labels[-blended:] = blend(
                images[-blended:],
                labels[-blended:],
                data.images[others],
                data.labels[others],
                random,
            )
        yield shift(images, recipe.shift, random), labels
