"""Makes Ambiguous-MNIST: `python -m pfp_train.ambiguous [--data DIR] [--update]`.

Reads mnist-{train,choose,decide,test}.npz of the folder and writes ambiguous-{train,choose,decide}
beside them. The test images are committed: it says if they do not come out again, and with --update
replaces them.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np

from pfp_train.ambiguous.make import Figures, Maker
from pfp_train.ambiguous.recipe import Recipe
from pfp_train.datasets import REPOSITORY
from pfp_train.whole_file import write_whole

COMMITTED = REPOSITORY / "train/data/ambiguous-test.npz"


def differing(made: Path, committed: Path) -> int:
    """How many images or their labels are others in two files of the same arrays."""
    with np.load(made) as ours, np.load(committed) as theirs:
        differ = [
            (ours[name] != theirs[name]).reshape(len(ours[name]), -1).any(axis=1)
            for name in theirs.files
        ]
    return int(np.any(differ, axis=0).sum())


def _update(made: Path, figures: dict[str, Figures]) -> None:
    """Commit the test images, and beside them how all splits came about."""
    write_whole(COMMITTED, made.read_bytes())
    text = json.dumps(figures, indent=2)
    write_whole(COMMITTED.with_name("ambiguous.json"), f"{text}\n".encode())


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="pfp_train.ambiguous")
    parser.add_argument("--data", type=Path, default=REPOSITORY / "build/data")
    parser.add_argument("--update", action="store_true", help="replace the committed test images")
    given = parser.parse_args()
    start = time.monotonic()

    def say(line: str) -> None:
        sys.stdout.write(f"{time.monotonic() - start:5.0f} s  {line}\n")
        sys.stdout.flush()

    steps = given.data / "ambiguous"
    maker = Maker(given.data, steps, Recipe(), say)
    made = steps / "ambiguous-test.npz"
    figures = {
        split: maker.make(split, made if split == "test" else given.data / f"ambiguous-{split}.npz")
        for split in maker.recipe.mix.sizes
    }
    if given.update:
        _update(made, figures)
    elif changed := differing(made, COMMITTED):
        say(f"{changed} test images differ from {COMMITTED.name}, which stays as committed")


if __name__ == "__main__":
    main()
