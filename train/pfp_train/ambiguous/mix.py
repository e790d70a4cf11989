"""Images between two digits: a point on the way between their codes and their classes."""

from collections.abc import Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt

from pfp_train.ambiguous.accept import Bytes
from pfp_train.ambiguous.doubt import Shares
from pfp_train.ambiguous.ensemble import Member, probabilities
from pfp_train.ambiguous.recipe import MixRecipe
from pfp_train.ambiguous.vae import Vae, decode, one_hot

Codes = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Ends:
    """Pairs of digits: codes [n, latents] of the first and the second, and the class of each."""

    first: Codes
    second: Codes
    pair: tuple[int, int]


@dataclass(frozen=True)
class Mixer:
    """Draws images between digits and knows what the ensemble says of them."""

    vae: Vae
    ensemble: Sequence[Member]
    recipe: MixRecipe

    def between(self, ends: Ends, way: Shares) -> Bytes:
        """The images [n, 1, 28, 28] so far [n] on the way: 0 is the first digit, 1 the second."""
        part = way[:, None].astype(np.float32)
        first, second = one_hot(np.array(ends.pair))
        codes = (1 - part) * ends.first + part * ends.second
        classes = (1 - part) * first + part * second
        shades = _shades(self.vae, codes, classes, self.recipe.slope, self.recipe.offset)
        images: Bytes = np.rint(np.asarray(shades) * 255).astype(np.uint8)
        return images

    def seen(self, images: Bytes) -> Shares:
        """What each member says of images [n, 1, 28, 28]: [members, n, classes]."""
        return _seen(self.ensemble, images)

    def mix(self, ends: Ends, wanted: Shares) -> Bytes:
        """Images of which the scouts give the first class the wanted share [n] of the two.

        Along the way that share falls from one to nothing; halving finds a point where it passes.
        """
        first, second = ends.pair
        scouts = self.ensemble[: self.recipe.scouts]
        low, high = np.zeros(len(wanted)), np.ones(len(wanted))
        for _ in range(self.recipe.halvings):
            middle = (low + high) / 2
            soft = _seen(scouts, self.between(ends, middle)).mean(axis=0)
            further = soft[:, first] / (soft[:, first] + soft[:, second]) > wanted
            low, high = np.where(further, middle, low), np.where(further, high, middle)
        return self.between(ends, (low + high) / 2)


@jax.jit
def _shades(
    vae: Vae, codes: jax.Array, classes: jax.Array, slope: float, offset: float
) -> jax.Array:
    shades = slope * jax.nn.sigmoid(decode(vae, codes, classes)) - offset
    return jnp.clip(shades, 0, 1).reshape(-1, 1, 28, 28)


def _seen(members: Sequence[Member], images: Bytes) -> Shares:
    shares: Shares = np.asarray(probabilities(members, images / np.float32(255))).astype(np.float64)
    return shares


def nearest(
    codes: Codes, others: Codes, candidates: int, random: np.random.Generator
) -> npt.NDArray[np.int64]:
    """For each code [n, latents] the nearest of some of the others, drawn for it: rows [n]."""
    drawn = random.integers(0, len(others), (len(codes), candidates))
    distance = ((codes[:, None] - others[drawn]) ** 2).sum(axis=2)
    rows: npt.NDArray[np.int64] = drawn[np.arange(len(codes)), distance.argmin(axis=1)]
    return rows
