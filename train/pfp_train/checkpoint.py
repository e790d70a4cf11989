"""A training that was interrupted, as a file: all that the rest of it depends on."""

import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pfp_train.problem import Problem
from pfp_train.whole_file import write_whole


@dataclass
class Progress:
    """Where a training stands."""

    state: Any
    """Parameters and what the optimiser keeps: a tree of arrays"""
    key: jax.Array
    generator: dict[str, Any]
    """State of numpy's generator at the start of the epoch"""
    epoch: int = 1
    """The one under way, from 1"""
    terms: list[list[float]] = field(default_factory=list)
    """Of the steps taken in it"""
    history: list[dict[str, float]] = field(default_factory=list)
    """Of the epochs before it"""


def checkpoint_path(out: Path) -> Path:
    """MODEL.checkpoint beside MODEL.safetensors."""
    return out.with_suffix(".checkpoint")


def save(path: Path, progress: Progress, identity: dict[str, Any]) -> None:
    """Write it whole; `identity` is what a training that goes on must have in common."""
    words = {
        "identity": identity,
        "generator": progress.generator,
        "epoch": progress.epoch,
        "history": progress.history,
    }
    arrays: dict[str, Any] = {
        "words": np.frombuffer(json.dumps(words).encode(), np.uint8),
        "key": np.asarray(jax.random.key_data(progress.key)),
        "terms": np.array(progress.terms, dtype=np.float64),
    }
    for i, leaf in enumerate(jax.tree.leaves(progress.state)):
        arrays[f"state{i}"] = np.asarray(leaf)
    content = io.BytesIO()
    np.savez(
        content,
        **arrays,
    )
    write_whole(path, content.getvalue())


def load(path: Path, like: Any, identity: dict[str, Any]) -> Progress:  # noqa: ANN401 - a tree
    """Read one of the same identity and of a state shaped like `like`."""
    try:
        with np.load(path, allow_pickle=False) as content:
            arrays = dict(content)
        words = json.loads(arrays["words"].tobytes())
    except (OSError, ValueError, KeyError) as error:
        what = f"cannot be read as a checkpoint: {error}"
        raise Problem(path, what, "remove it to start anew") from None
    for name, value in identity.items():
        if (found := words["identity"].get(name)) != value:
            what = f"belongs to a training with {name} {found}, this one has {value}"
            remedy = "repeat its command with --resume, or remove it to start anew"
            raise Problem(path, what, remedy)
    before, structure = jax.tree.flatten(like)
    leaves = [jnp.asarray(arrays[f"state{i}"]) for i in range(len(before))]
    return Progress(
        jax.tree.unflatten(structure, leaves),
        jax.random.wrap_key_data(jnp.asarray(arrays["key"])),
        words["generator"],
        words["epoch"],
        arrays["terms"].tolist(),
        words["history"],
    )
