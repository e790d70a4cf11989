"""Which images between two classes are kept."""

import numpy as np
import numpy.typing as npt

from pfp_train.ambiguous.doubt import Shares, entropy, mutual_information, soft_label
from pfp_train.ambiguous.recipe import MixRecipe

Bytes = npt.NDArray[np.uint8]


def contrast(images: Bytes) -> Shares:
    """sum(p^2) / sum(p) [n] of pixels p in 0..1: 1 in pure black and white, 0 without ink."""
    pixels = images.reshape(len(images), -1) / 255
    ink = pixels.sum(axis=1)
    pure: Shares = (pixels**2).sum(axis=1) / np.maximum(ink, 1 / 255)
    return pure


def accepted(
    images: Bytes, members: Shares, pair: tuple[int, int], recipe: MixRecipe
) -> npt.NDArray[np.bool_]:
    """Of images [n, 1, 28, 28] that the members see as [members, n, classes], those to keep [n].

    Kept is what is in doubt (entropy), about the two classes alone (their share), for a reason on
    which all agree (mutual information), and drawn in black and white (contrast).
    """
    soft = soft_label(members)
    keep: npt.NDArray[np.bool_] = (
        (entropy(soft) >= recipe.least_entropy)
        & (mutual_information(members) <= recipe.most_mutual_information)
        & (soft[:, list(pair)].sum(axis=1) >= recipe.least_pair)
        & (contrast(images) >= recipe.least_contrast)
    )
    return keep
