"""One split of Ambiguous-MNIST, from the digits of the same split of MNIST."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import jax
import numpy as np
import numpy.typing as npt

from pfp_train.ambiguous.accept import Bytes, accepted
from pfp_train.ambiguous.doubt import (
    Shares,
    draw_labels,
    entropy,
    mutual_information,
    soft_label,
)
from pfp_train.ambiguous.mix import Codes, Ends, Mixer, nearest
from pfp_train.ambiguous.recipe import MixRecipe
from pfp_train.ambiguous.vae import CLASSES, encode, one_hot
from pfp_train.datasets import Labelled

_encoded = jax.jit(encode)
PAIRS = tuple(combinations(range(CLASSES), 2))


@dataclass(frozen=True)
class Between:
    """Images [n, 1, 28, 28] between two classes, and what the members say [members, n, classes]."""

    images: Bytes
    members: Shares
    tried: int
    """Images made for them, kept or not."""


@dataclass(frozen=True)
class Ambiguous:
    """A split, and figures of how it came about."""

    arrays: dict[str, npt.NDArray[np.generic]]
    figures: dict[str, float]


def even_counts(available: Sequence[int], wanted: int) -> list[int]:
    """How many to take of each, as evenly as may be, so that it sums to `wanted`."""
    if sum(available) < wanted:
        message = f"only {sum(available)} of {wanted} images pass: loosen the recipe"
        raise ValueError(message)
    level = next(n for n in range(wanted + 1) if sum(min(n, a) for a in available) >= wanted)
    counts = [min(level, count) for count in available]
    surplus = sum(counts) - wanted
    for i in [i for i, count in enumerate(counts) if count == level][:surplus]:
        counts[i] -= 1
    return counts


def _ends(
    codes: Sequence[Codes], pair: tuple[int, int], recipe: MixRecipe, random: np.random.Generator
) -> Iterator[Ends]:
    """Whole batches that begin at digits of the first class, each once, then of the second."""
    for first, second in (pair, pair[::-1]):
        order = random.permutation(len(codes[first]))
        for rows in order[: len(order) // recipe.batch * recipe.batch].reshape(-1, recipe.batch):
            starts = codes[first][rows]
            partners = nearest(starts, codes[second], recipe.neighbours, random)
            yield Ends(starts, codes[second][partners], (first, second))


def _make_pair(
    mixer: Mixer,
    codes: Sequence[Codes],
    pair: tuple[int, int],
    enough: int,
    random: np.random.Generator,
) -> Between:
    """Make images between two classes until enough pass or all digits are used."""
    recipe = mixer.recipe
    tried = 0
    images = [np.empty((0, 1, 28, 28), np.uint8)]
    members = [np.empty((len(mixer.ensemble), 0, CLASSES))]
    for ends in _ends(codes, pair, recipe, random):
        wanted = random.uniform(recipe.least_share, 1 - recipe.least_share, len(ends.first))
        made = mixer.mix(ends, wanted)
        seen = mixer.seen(made)
        keep = accepted(made, seen, pair, recipe)
        images.append(made[keep])
        members.append(seen[:, keep])
        tried += len(made)
        passed = sum(map(len, images))
        if tried >= recipe.trial and passed < recipe.least_passing * recipe.trial:
            return Between(images[0], members[0], tried)
        if passed >= enough:
            break
    return Between(np.concatenate(images), np.concatenate(members, axis=1), tried)


def make_split(mixer: Mixer, digits: Labelled, size: int, random: np.random.Generator) -> Ambiguous:
    """So many images, spread over the pairs of classes as evenly as they allow.

    Within a pair each digit begins at most one image.
    """
    mean, _ = _encoded(mixer.vae, digits.images, one_hot(digits.labels))
    codes = [np.asarray(mean)[digits.labels == label] for label in range(CLASSES)]
    enough = 2 * size // len(PAIRS) + 1
    found = [_make_pair(mixer, codes, pair, enough, random) for pair in PAIRS]

    counts = even_counts([len(one.images) for one in found], size)
    order = random.permutation(size)
    taken = list(zip(found, counts, strict=True))
    images = np.concatenate([one.images[:count] for one, count in taken])[order]
    members = np.concatenate([one.members[:, :count] for one, count in taken], axis=1)[:, order]
    soft = soft_label(members)
    arrays = {
        "x": images,
        "y": draw_labels(soft, mixer.recipe.labels, random),
        "soft": soft.astype(np.float32),
        "pair": np.repeat(np.array(PAIRS, np.uint8), counts, axis=0)[order],
    }
    figures = {
        "images": size,
        "passed": sum(len(one.images) for one in found),
        "tried": sum(one.tried for one in found),
        "pairs": sum(count > 0 for count in counts),
        "entropy": float(entropy(soft).mean()),
        "mutual_information": float(mutual_information(members).mean()),
    }
    return Ambiguous(arrays, figures)
