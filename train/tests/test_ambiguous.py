"""Ambiguous-MNIST: the filter, the soft labels, a tiny run, and the committed images."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pfp_train.ambiguous.accept import accepted, contrast
from pfp_train.ambiguous.doubt import (
    Shares,
    draw_labels,
    entropy,
    mutual_information,
)
from pfp_train.ambiguous.make import Maker, packed
from pfp_train.ambiguous.recipe import EnsembleRecipe, MixRecipe, Recipe, Training, VaeRecipe
from pfp_train.ambiguous.sheet import IMAGES, draw
from pfp_train.ambiguous.split import PAIRS, even_counts

RECIPE = MixRecipe()


def _members(*shares: dict[int, float]) -> Shares:
    """What members say of one image: [members, 1, 10]."""
    members = np.zeros((len(shares), 1, 10))
    for member, classes in zip(members, shares, strict=True):
        for label, share in classes.items():
            member[0, label] = share
    return members


EVEN = {4: 0.5, 9: 0.5}


def test_entropy_of_even_and_certain_shares() -> None:
    shares = np.array([[1.0, 0.0, 0.0, 0.0], [0.25, 0.25, 0.25, 0.25], [0.5, 0.5, 0.0, 0.0]])
    np.testing.assert_allclose(entropy(shares), [0, np.log(4), np.log(2)])


def test_mutual_information_is_what_members_disagree_on() -> None:
    np.testing.assert_allclose(mutual_information(_members(EVEN, EVEN)), 0, atol=1e-15)
    np.testing.assert_allclose(mutual_information(_members({4: 1}, {9: 1})), np.log(2))


def test_labels_follow_the_soft_label() -> None:
    soft = np.tile([0.2, 0.0, 0.5, 0.3], (5000, 1))
    drawn = draw_labels(soft, 10, np.random.default_rng(1))
    assert drawn.shape == (5000, 10)
    shares = np.bincount(drawn.ravel(), minlength=4) / drawn.size
    assert shares[1] == 0
    np.testing.assert_allclose(shares, soft[0], atol=0.01)


def test_a_certain_label_is_drawn_always() -> None:
    soft = np.eye(10)
    drawn = draw_labels(soft, 50, np.random.default_rng(1))
    np.testing.assert_array_equal(drawn, np.repeat(np.arange(10)[:, None], 50, axis=1))


def test_contrast() -> None:
    images = np.zeros((3, 1, 28, 28), np.uint8)
    images[1, 0, 5:9] = 255
    images[2, 0, 5:9] = 51
    np.testing.assert_allclose(contrast(images), [0, 1, 0.2])


@pytest.mark.parametrize(
    ("members", "shade", "kept"),
    [
        (_members(EVEN, EVEN), 255, True),
        (_members({4: 0.95, 9: 0.05}, {4: 0.95, 9: 0.05}), 255, False),
        (_members({4: 0.9, 9: 0.1}, {4: 0.1, 9: 0.9}), 255, False),
        (_members({4: 0.4, 9: 0.4, 7: 0.2}, {4: 0.4, 9: 0.4, 7: 0.2}), 255, False),
        (_members({3: 0.5, 5: 0.5}, {3: 0.5, 5: 0.5}), 255, False),
        (_members(EVEN, EVEN), 128, False),
    ],
    ids=["even", "certain", "disagreement", "third class", "other classes", "faint"],
)
def test_the_filter_keeps_doubt_between_the_two_alone(
    members: Shares, shade: int, *, kept: bool
) -> None:
    image = np.zeros((1, 1, 28, 28), np.uint8)
    image[0, 0, 4:24, 12:16] = shade
    assert accepted(image, members, (4, 9), RECIPE).tolist() == [kept]


@pytest.mark.parametrize(
    ("available", "wanted", "counts"),
    [
        ([9, 9, 9], 6, [2, 2, 2]),
        ([0, 1, 9], 6, [0, 1, 5]),
        ([9, 1, 9], 6, [2, 1, 3]),
        ([3, 3], 6, [3, 3]),
    ],
)
def test_even_counts(available: list[int], wanted: int, counts: list[int]) -> None:
    assert even_counts(available, wanted) == counts


def test_too_few_images_are_an_error() -> None:
    with pytest.raises(ValueError, match="only 5 of 6"):
        even_counts([2, 3], 6)


TINY = Recipe(
    vae=VaeRecipe(latents=4, hidden=(16, 8), training=Training(2, 50, 1e-3)),
    ensemble=EnsembleRecipe(members=2, training=Training(1, 50, 1e-3)),
    mix=MixRecipe(
        batch=5,
        halvings=1,
        scouts=1,
        least_entropy=0,
        most_mutual_information=9,
        least_pair=0,
        least_contrast=0,
        sizes={"train": 90, "test": 45},
    ),
)


class Place:
    """A folder with noise in place of digits, 10 of each class a split, and what was said there."""

    def __init__(self, folder: Path) -> None:
        """Write the digits."""
        self.folder = folder
        self.said: list[str] = []
        for seed, split in enumerate(("train", "test")):
            self.write_digits(split, seed)

    def write_digits(self, split: str, seed: int) -> None:
        """Draw the digits of a split."""
        random = np.random.default_rng(seed)
        images = random.integers(0, 256, (100, 1, 28, 28), np.uint8)
        content = packed({"x": images, "y": np.arange(100, dtype=np.uint8) % 10})
        (self.folder / f"mnist-{split}.npz").write_bytes(content)

    def make(self, split: str, recipe: Recipe = TINY) -> bytes:
        """The file of a split, made where it has to be."""
        self.said.clear()
        path = self.folder / f"ambiguous-{split}.npz"
        Maker(self.folder, self.folder / "steps", recipe, self.said.append).make(split, path)
        return path.read_bytes()

    def forget(self, pattern: str) -> None:
        """As if a run had been stopped before it wrote these."""
        for path in self.folder.rglob(pattern):
            path.unlink()

    def trained(self) -> set[str]:
        """The networks that were trained last time."""
        return {line.split(":")[0] for line in self.said if "epoch" in line}


def test_a_tiny_run(tmp_path: Path) -> None:
    """It repeats to the bit, does nothing twice, goes on after a stop; splits are independent."""
    place = Place(tmp_path)
    test = place.make("test")
    with np.load(tmp_path / "ambiguous-test.npz") as arrays:
        assert {name: arrays[name].shape for name in arrays.files} == {
            "x": (45, 1, 28, 28),
            "y": (45, 10),
            "soft": (45, 10),
            "pair": (45, 2),
        }
        assert sorted(map(tuple, arrays["pair"].tolist())) == list(PAIRS)
    assert place.trained() == {"VAE", "classifier 1 of 2", "classifier 2 of 2"}

    assert place.make("test") == test
    assert place.said == []

    place.forget("ambiguous-test.npz")
    place.forget("vae-*.npz")
    place.forget("classifier-1-*.npz")
    assert place.make("test") == test
    assert place.trained() == {"VAE", "classifier 2 of 2"}

    other = replace(TINY, mix=replace(TINY.mix, seed=2))
    assert place.make("test", other) != test
    assert place.trained() == set()

    train = place.make("train")
    place.write_digits("test", seed=3)
    assert place.make("test") != test
    assert place.make("train") == train
    assert place.said == []


def test_the_committed_images() -> None:
    with np.load(IMAGES) as arrays:
        x, y, soft, pair = (arrays[name] for name in ("x", "y", "soft", "pair"))
    assert (x.shape, x.dtype) == ((2000, 1, 28, 28), np.uint8)
    assert (y.shape, y.dtype) == ((2000, 10), np.uint8)
    assert (soft.shape, soft.dtype) == ((2000, 10), np.float32)
    assert {tuple(classes) for classes in pair.tolist()} <= set(PAIRS)
    assert len(np.unique(x.reshape(2000, -1), axis=0)) == 2000

    np.testing.assert_allclose(soft.sum(axis=1), 1, atol=1e-6)
    nats = entropy(soft.astype(np.float64))
    assert nats.min() >= RECIPE.least_entropy - 1e-6
    both = np.take_along_axis(soft, pair.astype(np.int64), axis=1).sum(axis=1)
    assert both.min() >= RECIPE.least_pair - 1e-6
    assert contrast(x).min() >= RECIPE.least_contrast
    # Drawn labels: the mean share of the label drawn is what the soft label says, within 4 sd.
    likelihood = np.take_along_axis(soft, y.astype(np.int64), axis=1)
    expected = (soft**2).sum(axis=1, keepdims=True)
    assert abs((likelihood - expected).mean()) < 4 * likelihood.std() / np.sqrt(y.size)


def test_the_committed_figures() -> None:
    with np.load(IMAGES) as arrays:
        nats = entropy(arrays["soft"].astype(np.float64))
    figures = json.loads(IMAGES.with_name("ambiguous.json").read_text())["test"]
    np.testing.assert_allclose(figures["entropy"], nats.mean(), rtol=1e-6)
    assert figures["mutual_information"] <= RECIPE.most_mutual_information
    assert figures["images"] <= figures["passed"] <= figures["tried"]


def test_the_sheet_draws() -> None:
    random = np.random.default_rng(1)
    images = random.integers(0, 256, (4, 1, 28, 28), np.uint8)
    soft = np.full((4, 10), 0.1, np.float32)
    figure = draw(images, soft, np.array([[4, 9], [4, 9], [0, 6], [4, 9]], np.uint8))
    labels = [text.get_text() for axis in figure.axes for text in axis.texts]
    assert labels == ["0/6  2.30", "4/9  2.30", "4/9  2.30", "4/9  2.30"]
