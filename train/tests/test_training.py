"""Training: its pass is the reference's network, its data and its KL are what they claim."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import norm

from pfp_train.batches import batches, blend, shift
from pfp_train.datasets import Labelled
from pfp_train.export import as_posterior_file
from pfp_train.fit import fit
from pfp_train.network import MLP, NETWORKS, Network
from pfp_train.one_pass import one_pass
from pfp_train.posterior import initial, kl_to_prior
from pfp_train.recipe import Recipe
from pfp_train.sampled_pass import sampled_logits
from pfp_train.scores import auroc


def _images(count: int) -> Labelled:
    random = np.random.default_rng(1)
    images = random.uniform(size=(count, 1, 28, 28)).astype(np.float32)
    return Labelled(images, np.arange(count) % 10)


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS.keys())
def test_without_spread_the_drawn_pass_is_the_reference(network: Network) -> None:
    """So layouts, padding and order of flattening agree from training to the file."""
    images = _images(4).images
    posterior = initial(network, jax.random.key(1), initial_sd=1e-9)
    x = jnp.asarray((images - network.input_mean) / network.input_scale)
    drawn = sampled_logits(network, posterior, x, draws=2, key=jax.random.key(2))
    expected = one_pass(as_posterior_file(network, posterior, {}), images)
    np.testing.assert_allclose(drawn, expected.mean, rtol=1e-4, atol=1e-4)


def test_spread_of_drawn_logits_is_the_reference_variance() -> None:
    """One dense layer on an exact input: no approximation in either."""
    network = Network("one", (1, 28, 28), 0.5, 0.5, ("a",) * 10, (MLP.ops[0], MLP.ops[1]))
    posterior = initial(network, jax.random.key(1), initial_sd=0.2)
    image = _images(1).images
    x = jnp.repeat((image - 0.5) / 0.5, 4000, axis=0)
    drawn = np.asarray(sampled_logits(network, posterior, x, draws=1, key=jax.random.key(3)))
    expected = one_pass(as_posterior_file(network, posterior, {}), image)
    np.testing.assert_allclose(drawn.var(axis=0), expected.var[0], rtol=0.15)
    np.testing.assert_allclose(drawn.var(axis=0).mean(), expected.var.mean(), rtol=0.01)


def test_kl_is_the_integral_it_stands_for() -> None:
    posterior = {
        "fc": {"weight": {"mean": np.array([0.3]), "rho": np.log(np.expm1(np.array([0.2])))}}
    }
    z = np.linspace(-2, 2, 40_001)
    q, p = norm(0.3, 0.2), norm(0, 0.5)
    integral = np.trapezoid(q.pdf(z) * (q.logpdf(z) - p.logpdf(z)), z)
    np.testing.assert_allclose(kl_to_prior(posterior, 0.5), integral, rtol=1e-5)


def test_blends_take_the_label_by_their_share() -> None:
    n = 20_000
    ones, zeros = np.ones((n, 1, 1, 1), np.float32), np.zeros((n, 1, 1, 1), np.float32)
    images, labels = blend(ones, np.full(n, 3), zeros, np.full(n, 7), np.random.default_rng(1))
    share = images.ravel()
    assert set(np.unique(labels)) == {3, 7}
    for low in (0.0, 0.4, 0.8):
        inside = (share >= low) & (share < low + 0.2)
        assert abs((labels[inside] == 3).mean() - (low + 0.1)) < 0.03


def test_shift_moves_without_loss_inside() -> None:
    images = np.zeros((50, 1, 9, 9), np.float32)
    images[:, 0, 4, 4] = 1
    moved = shift(images, 2, np.random.default_rng(1))
    assert moved.shape == images.shape
    _, _, rows, columns = np.nonzero(moved)
    assert len(rows) == 50
    assert set(rows) == set(columns) == {2, 3, 4, 5, 6}


def test_batches_blend_their_share_and_meet_each_image_once() -> None:
    data = _images(40)
    recipe = Recipe(batch=20, blends=0.2)
    for images, labels in batches(data, recipe, np.random.default_rng(1)):
        known = (images[:, None] == data.images[None]).all(axis=(2, 3, 4))
        np.testing.assert_array_equal(known.sum(axis=1), [1] * 16 + [0] * 4)
        np.testing.assert_array_equal(labels[:16], data.labels[known[:16].argmax(axis=1)])


def test_a_recipe_trains_and_repeats() -> None:
    data = _images(100)
    recipe = Recipe(epochs=3, batch=50, draws=2, kl_weight=0.01, blends=0.0)
    first, again = (list(fit(MLP, data, recipe)) for _ in range(2))
    assert first[-1].negative_log_likelihood < first[0].negative_log_likelihood
    one, two = (as_posterior_file(MLP, run[-1].posterior, {}).tensors for run in (first, again))
    for name, values in one.items():
        np.testing.assert_array_equal(values, two[name])
        assert not name.endswith("sd") or (values > 0).all()


def test_auroc() -> None:
    assert auroc(np.array([0.0, 1.0]), np.array([2.0, 3.0])) == 1
    assert auroc(np.array([0.0, 2.0]), np.array([1.0, 3.0])) == 0.75
    assert auroc(np.array([1.0, 1.0]), np.array([1.0])) == 0.5
