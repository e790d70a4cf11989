"""Writes the golden values: the reference's logits, which the generated C must meet.

python -m pfp_train.golden [--models DIR] [--out DIR]

For each model and data set, `<model>-<data set>.npy` holds float32 [1000, 2, 10]: mean and
variance of the logits of the data set's first 1,000 test images.
"""

import argparse
import io
import json
import sys
from pathlib import Path

import numpy as np

from pfp_train.datasets import REPOSITORY, fashion_test, mnist_test
from pfp_train.network import NETWORKS
from pfp_train.one_pass import one_pass
from pfp_train.posterior_file import read_posterior
from pfp_train.report import sha256
from pfp_train.whole_file import write_whole

IMAGES = 1000


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="pfp_train.golden")
    parser.add_argument("--models", type=Path, default=REPOSITORY / "models")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "test/golden")
    arguments = parser.parse_args()
    data = {"mnist": mnist_test().images, "fashion": fashion_test().images}
    hashes = {}
    for name in sorted(NETWORKS):
        model = arguments.models / f"{name}.safetensors"
        hashes[model.name] = sha256(model)
        posterior = read_posterior(model)
        for data_set, images in data.items():
            logits = one_pass(posterior, images[:IMAGES])
            content = io.BytesIO()
            np.save(content, np.stack([logits.mean, logits.var], axis=1).astype(np.float32))
            write_whole(arguments.out / f"{name}-{data_set}.npy", content.getvalue())
            sys.stdout.write(f"{name}-{data_set}.npy\n")
    write_whole(arguments.out / "models.json", (json.dumps(hashes, indent=2) + "\n").encode())


if __name__ == "__main__":
    main()
