"""The differentiable pass is the float64 reference, and its points have its covariance."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pfp_train.compiled import compiled
from pfp_train.export import as_posterior_file
from pfp_train.moment_pass import Outputs, draw_outputs, moment_pass
from pfp_train.network import NETWORKS, Network, Op
from pfp_train.one_pass import one_pass
from pfp_train.posterior import Posterior, initial
from pfp_train.sampled_pass import sampled_outputs

SMALL = Network(
    "small",
    (2, 7, 6),
    (0.1, 0.2),
    (0.5, 2.0),
    (
        Op("conv", "conv2d", {"stride": [2, 1], "padding": [1, 0, 2, 1]}, (3, 2, 3, 2)),
        Op("relu1", "relu"),
        Op("pool", "maxpool2d", {"size": [2, 3], "stride": [1, 2]}),
        Op("flatten", "flatten"),
        Op("fc1", "dense", weight_shape=(5, 18)),
        Op("relu2", "relu"),
        Op("fc2", "dense", weight_shape=(4, 5)),
    ),
    ("a", "b", "c", "d"),
)


def _inputs(network: Network, count: int) -> np.ndarray:
    random = np.random.default_rng(1)
    return random.uniform(size=(count, *network.input_shape)).astype(np.float32)


def moments_of(network: Network, posterior: Posterior, x: np.ndarray) -> Outputs:
    """Compiled whole, for of its single operations each would be compiled apart."""

    def run(posterior: Posterior, x: jax.Array) -> Outputs:
        return moment_pass(network, posterior, x)

    return compiled(run)(posterior, jnp.asarray(x))


@pytest.mark.parametrize("network", [*NETWORKS.values(), SMALL], ids=lambda network: network.name)
def test_moments_are_the_references(network: Network) -> None:
    x = _inputs(network, 4)
    posterior = initial(network, jax.random.key(1), initial_sd=0.05)
    outputs = moments_of(network, posterior, x)
    expected = one_pass(as_posterior_file(network, {"layers": posterior}, {}), x)
    sd = np.sqrt(expected.var)
    assert (np.abs(outputs.mean.T - expected.mean) < 1e-4 * sd + 1e-5).all()
    np.testing.assert_allclose(outputs.var.T, expected.var, rtol=3e-4)


def test_points_have_the_covariance_of_level_last() -> None:
    x = _inputs(SMALL, 2)
    posterior = initial(SMALL, jax.random.key(1), initial_sd=0.2)
    outputs = moments_of(SMALL, posterior, x)
    expected = one_pass(as_posterior_file(SMALL, {"layers": posterior}, {}), x)
    points = np.asarray(draw_outputs(outputs, 100_000, jax.random.key(2)))
    np.testing.assert_allclose(points.mean(axis=0).T, expected.mean, atol=1e-4)
    for i in range(len(x)):
        scale = np.sqrt(np.outer(expected.var[i], expected.var[i]))
        assert (np.abs(np.cov(points[:, :, i].T) - expected.cov[i]) < 0.03 * scale).all()


@pytest.mark.parametrize("network", [*NETWORKS.values(), SMALL], ids=lambda network: network.name)
@pytest.mark.parametrize("share", [False, True])
def test_without_spread_the_drawn_pass_is_the_reference(network: Network, share: bool) -> None:  # noqa: FBT001
    """So layouts, padding and order of flattening agree from training to the file."""
    x = _inputs(network, 4)
    posterior = initial(network, jax.random.key(1), initial_sd=1e-9)
    drawn = sampled_outputs(network, posterior, jnp.asarray(x), jax.random.key(2), share=share)
    expected = one_pass(as_posterior_file(network, {"layers": posterior}, {}), x)
    np.testing.assert_allclose(drawn.T, expected.mean, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("share", [False, True])
def test_spread_of_drawn_outputs_is_the_reference_variance(share: bool) -> None:  # noqa: FBT001
    """One layer on an exact input: no approximation in either."""
    network = Network(
        "one", (6,), (0.5,), (0.5,), (Op("fc", "dense", weight_shape=(3, 6)),), ("a", "b", "c")
    )
    posterior = initial(network, jax.random.key(1), initial_sd=0.2)
    x = jnp.asarray(_inputs(network, 1))

    def one(key: jax.Array) -> jax.Array:
        return sampled_outputs(network, posterior, x, key, share=share)[:, 0]

    drawn = jax.vmap(one)(jax.random.split(jax.random.key(3), 20_000))
    expected = one_pass(as_posterior_file(network, {"layers": posterior}, {}), np.asarray(x))
    np.testing.assert_allclose(drawn.var(axis=0), expected.var[0], rtol=0.05)
