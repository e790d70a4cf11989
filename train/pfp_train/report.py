"""The JSON beside a model: how it was made, how well it does, how its posterior looks."""

import hashlib
import json
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pfp_train.curves import History
from pfp_train.datasets import fashion_choose, fashion_test, mnist_choose, mnist_test
from pfp_train.posterior_file import read_posterior
from pfp_train.scores import score, spread
from pfp_train.validate import Scores
from pfp_train.whole_file import write_whole

PACKAGES = ("jax", "jaxlib", "numpy", "optax", "scipy")


def sha256(path: Path) -> str:
    """The hash of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def scores(model: Path) -> dict[str, Any]:
    """Scores of a model on the images that choose, then on those that only score."""
    posterior = read_posterior(model)
    return {
        "choose": score(posterior, mnist_choose(), fashion_choose()),
        "test": score(posterior, mnist_test(), fashion_test()),
    }


def versions() -> dict[str, str]:
    """What a result may depend on besides its options."""
    return {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}


def write_report(
    model: Path, options: dict[str, Any], history: History, validation: Scores | None
) -> None:
    """Write `<model>.json` beside a model file."""
    posterior = read_posterior(model)
    report = {
        "model": model.name,
        "sha256": sha256(model),
        "provenance": posterior.graph["provenance"],
        "options": options,
        "versions": versions(),
        **({} if validation is None else {"validation": validation}),
        "spread": spread(posterior),
        "history": history,
    }
    text = json.dumps(report, indent=2) + "\n"
    write_whole(model.with_suffix(".json"), text.encode())
