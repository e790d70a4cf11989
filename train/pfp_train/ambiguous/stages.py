"""What was trained before is not trained again: parameters by a hash of all they depend on."""

import hashlib
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

import jax
import numpy as np

from pfp_train.ambiguous.training import Parameters
from pfp_train.whole_file import write_whole

PACKAGES = ("jax", "jaxlib", "numpy", "optax")
"""Whose versions may change the numbers."""


def digest(modules: Sequence[str], options: Any, inputs: Sequence[bytes]) -> str:  # noqa: ANN401 - a dataclass
    """A hash of this package's modules, of options, of inputs and of the libraries' versions."""
    sha = hashlib.sha256()
    sha.update(json.dumps(asdict(options), sort_keys=True).encode())
    sha.update(json.dumps([metadata.version(name) for name in PACKAGES]).encode())
    for module in modules:
        sha.update(hashlib.sha256(Path(__file__).with_name(f"{module}.py").read_bytes()).digest())
    for content in inputs:
        sha.update(hashlib.sha256(content).digest())
    return sha.hexdigest()[:16]


def remembered(path: Path, like: Parameters, make: Callable[[], Parameters]) -> Parameters:
    """Parameters of the shape of `like`, read from `path`, or else made and written there."""
    structure = jax.tree.structure(like)
    if not path.exists():
        leaves = [np.asarray(leaf) for leaf in jax.tree.leaves(make())]
        file = io.BytesIO()
        np.savez(file, *leaves)
        write_whole(path, file.getvalue())
    with np.load(path) as arrays:
        return jax.tree.unflatten(structure, [arrays[f"arr_{i}"] for i in range(len(arrays))])
