"""A factorised Gaussian over the weights of a network, as training sees it.

A standard deviation is held as `rho` with sd = softplus(rho) = log(1 + exp(rho)) > 0.
"""

import math

import jax
import jax.numpy as jnp

from pfp_train.network import Network

Gaussian = dict[str, jax.Array]
"""mean and rho, of one shape."""
Posterior = dict[str, dict[str, Gaussian]]
"""layer -> "weight" or "bias" -> Gaussian."""


def sd_of(gaussian: Gaussian) -> jax.Array:
    """The standard deviation of each element."""
    return jax.nn.softplus(gaussian["rho"])


def rho_of(sd: jax.Array) -> jax.Array:
    """The parameter behind a standard deviation; exact for small ones too."""
    return sd + jnp.log(-jnp.expm1(-sd))


def initial(network: Network, key: jax.Array, initial_sd: float) -> Posterior:
    """He's initial means (normal, variance 2 / fan-in), zero biases, one sd everywhere."""
    rho = math.log(math.expm1(initial_sd))
    posterior: Posterior = {}
    for layer in network.layers:
        key, use = jax.random.split(key)
        shape = layer.weight_shape
        weight = jax.random.normal(use, shape) * math.sqrt(2 / math.prod(shape[1:]))
        bias = jnp.zeros(shape[:1])
        posterior[layer.name] = {
            "weight": {"mean": weight, "rho": jnp.full(weight.shape, rho)},
            "bias": {"mean": bias, "rho": jnp.full(bias.shape, rho)},
        }
    return posterior


def kl_to_prior(posterior: Posterior, prior_sd: float) -> jax.Array:
    """KL(posterior || N(0, prior_sd^2)) in nats, summed over all weights and biases."""

    def one(gaussian: Gaussian) -> jax.Array:
        ratio = sd_of(gaussian) / prior_sd
        scaled_mean = gaussian["mean"] / prior_sd
        return jnp.sum(0.5 * (ratio**2 + scaled_mean**2 - 1) - jnp.log(ratio))

    return jnp.sum(
        jnp.stack([one(part) for layer in posterior.values() for part in layer.values()])
    )
