"""Draws the committed images: `python -m pfp_train.ambiguous.sheet`.

Writes docs/images/ambiguous-mnist.png: the first images of each pair of classes, the pair and the
entropy of the soft label beneath, and the histogram of all entropies.
"""

import io
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from pfp_train.ambiguous.doubt import entropy
from pfp_train.datasets import REPOSITORY
from pfp_train.whole_file import write_whole

IMAGES = REPOSITORY / "train/data/ambiguous-test.npz"
SHEET = REPOSITORY / "docs/images/ambiguous-mnist.png"

PAIRS_A_ROW = 5
OF_A_PAIR = 3
COLUMNS = PAIRS_A_ROW * OF_A_PAIR
CELL = (0.72, 0.86)
"""Inches."""
HISTOGRAM = 2.4
"""Inches."""


def first_of_pairs(pair: npt.NDArray[np.uint8]) -> dict[tuple[int, int], list[int]]:
    """The first rows of each pair of classes that there are, in the order of the classes."""
    rows = {
        (a, b): np.flatnonzero((pair == (a, b)).all(axis=1))[:OF_A_PAIR].tolist()
        for a, b in combinations(range(10), 2)
    }
    return {classes: found for classes, found in rows.items() if found}


def draw(
    images: npt.NDArray[np.uint8], soft: npt.NDArray[np.float32], pair: npt.NDArray[np.uint8]
) -> Figure:
    """The sheet of images [n, 1, 28, 28], soft labels [n, 10] and pairs [n, 2]."""
    nats = entropy(soft.astype(np.float64))
    groups = first_of_pairs(pair)
    lines = -(-len(groups) // PAIRS_A_ROW)
    height = lines * CELL[1]
    figure = Figure(figsize=(COLUMNS * CELL[0], height + HISTOGRAM), layout="constrained")
    parts = np.array(figure.subfigures(2, 1, height_ratios=[height, HISTOGRAM]), dtype=object)
    axes = parts[0].subplots(lines, COLUMNS).ravel()
    for axis in axes:
        axis.set_axis_off()
    for i, rows in enumerate(groups.values()):
        for j, row in enumerate(rows):
            axis = axes[i * OF_A_PAIR + j]
            axis.imshow(255 - images[row, 0], cmap="gray", vmin=0, vmax=255)
            a, b = pair[row]
            axis.text(
                0.5,
                -0.02,
                f"{a}/{b}  {nats[row]:.2f}",
                size=7,
                transform=axis.transAxes,
                ha="center",
                va="top",
            )
    axis = parts[1].subplots()
    axis.hist(nats, bins=50, color="0.4")
    axis.axvline(np.log(2), color="0", linestyle=":", label="ln 2, two even classes")
    axis.set_xlabel(f"entropy of the soft label in nats, {len(nats)} images")
    axis.set_ylabel("images")
    axis.legend(frameon=False)
    return figure


def main(images: Path = IMAGES, sheet: Path = SHEET) -> None:
    """Run the command."""
    with np.load(images) as arrays:
        figure = draw(arrays["x"], arrays["soft"], arrays["pair"])
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=110, metadata={"Software": None})
    write_whole(sheet, file.getvalue())


if __name__ == "__main__":
    main()
