"""Makes the splits of Ambiguous-MNIST in a folder, from what is there already where it can."""

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import jax
import numpy as np
import numpy.typing as npt

from pfp_train.ambiguous.ensemble import Member, initial_member, train_member
from pfp_train.ambiguous.mix import Mixer
from pfp_train.ambiguous.recipe import Recipe
from pfp_train.ambiguous.split import make_split
from pfp_train.ambiguous.stages import digest, remembered
from pfp_train.ambiguous.training import Say
from pfp_train.ambiguous.vae import Vae, initial_vae, train_vae
from pfp_train.datasets import Labelled
from pfp_train.whole_file import write_whole

VAE = ("dense", "training", "vae")
ENSEMBLE = ("dense", "training", "ensemble")
SPLIT = (*VAE, "ensemble", "doubt", "accept", "mix", "split")
"""Modules on which the numbers of each step depend."""

Figures = dict[str, Any]


@dataclass(frozen=True)
class Maker:
    """The recipe at work, from mnist-*.npz in a folder; what was trained is kept in another."""

    folder: Path
    steps: Path
    recipe: Recipe
    say: Say

    def make(self, split: str, path: Path) -> Figures:
        """Write a split to `path` unless it is there already; its figures."""
        record = self.steps / f"{split}.json"
        key = digest(SPLIT, self.recipe, [self._hash("train"), self._hash(split)])
        if path.exists() and record.exists():
            known: Figures = json.loads(record.read_text())
            if known["digest"] == key:
                return known
        random = np.random.default_rng([self.recipe.mix.seed, *split.encode()])
        size = self.recipe.mix.sizes[split]
        made = make_split(self._mixer, self._digits(split), size, random)
        write_whole(path, packed(made.arrays))
        figures: Figures = {"digest": key, **made.figures}
        write_whole(record, json.dumps(figures).encode())
        self.say(f"{path.name}: {size} images, {figures['passed']} passed of {figures['tried']}")
        return figures

    @cached_property
    def _mixer(self) -> Mixer:
        return Mixer(self._vae(), self._ensemble(), self.recipe.mix)

    def _vae(self) -> Vae:
        recipe = self.recipe.vae
        path = self.steps / f"vae-{digest(VAE, recipe, [self._hash('train')])}.npz"
        like = initial_vae(jax.random.key(0), recipe)
        vae: Vae = remembered(path, like, lambda: train_vae(self._train, recipe, self.say))
        return vae

    def _ensemble(self) -> list[Member]:
        recipe = self.recipe.ensemble
        key = digest(ENSEMBLE, recipe, [self._hash("train")])
        like = initial_member(jax.random.key(0))
        return [
            remembered(
                self.steps / f"classifier-{number}-{key}.npz",
                like,
                partial(train_member, self._train, recipe, number, self.say),
            )
            for number in range(recipe.members)
        ]

    @cached_property
    def _train(self) -> Labelled:
        return self._digits("train")

    def _source(self, split: str) -> Path:
        return self.folder / f"mnist-{split}.npz"

    def _hash(self, split: str) -> bytes:
        return hashlib.sha256(self._source(split).read_bytes()).digest()

    def _digits(self, split: str) -> Labelled:
        with np.load(self._source(split)) as arrays:
            images = arrays["x"].astype(np.float32) / np.float32(255)
            return Labelled(images, arrays["y"].astype(np.int64))


def packed(arrays: Mapping[str, npt.NDArray[np.generic]]) -> bytes:
    """A compressed .npz, the same for the same arrays."""
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()
