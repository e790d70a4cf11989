"""Four groups of images whose doubt should differ: digits, blends, garments, noise."""

import numpy as np

from pfp_train.datasets import Images, Labelled

GROUP_SIZE = 1000
SEED = 7


def image_groups(digits: Labelled, garments: Labelled) -> dict[str, Images]:
    """GROUP_SIZE images [n, 1, 28, 28] in 0..1 of each group, drawn by a fixed seed.

    A blend is the mean of two digits of different classes: ambiguous, yet like what was learnt.
    Noise is a uniform byte in each pixel. Garments and noise are like nothing that was learnt.
    """
    random = np.random.default_rng(SEED)
    clean = random.choice(len(digits.labels), GROUP_SIZE, replace=False)
    dressed = random.choice(len(garments.labels), GROUP_SIZE, replace=False)
    pairs = random.integers(0, len(digits.labels), (4 * GROUP_SIZE, 2))
    left, right = pairs[digits.labels[pairs[:, 0]] != digits.labels[pairs[:, 1]]][:GROUP_SIZE].T
    noise = random.integers(0, 256, (GROUP_SIZE, *digits.images.shape[1:]))
    return {
        "digits": digits.images[clean],
        "blends": (digits.images[left] + digits.images[right]) / 2,
        "garments": garments.images[dressed],
        "noise": noise.astype(np.float32) / np.float32(255),
    }
