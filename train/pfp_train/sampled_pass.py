"""The network with weights drawn from the posterior: the likelihood term's Monte-Carlo estimate.

Dense layers draw their outputs instead of their weights (local reparameterisation, Kingma et al.
2015, arXiv 1506.02557): the same distribution for one input, far less gradient noise. For a
convolution that would lose the correlation between positions, which share their weights, so a
convolution draws weights: one draw for all inputs given, which are but a part of a batch.
"""

import jax
import jax.numpy as jnp

from pfp_train.compiled import barrier
from pfp_train.layout import flatten, patches, per_output, to_layout, weighted, windows
from pfp_train.network import Network, Op
from pfp_train.posterior import Gaussian, Posterior, sd_of


def draw(gaussian: Gaussian, key: jax.Array) -> jax.Array:
    """One value of each element."""
    return gaussian["mean"] + sd_of(gaussian) * jax.random.normal(key, gaussian["mean"].shape)


def _dense(x: jax.Array, layer: dict[str, Gaussian], key: jax.Array) -> jax.Array:
    """[inputs, n] -> [outputs, n]."""
    weight, bias = layer["weight"], layer["bias"]
    mean = weight["mean"] @ x + bias["mean"][:, None]
    var = sd_of(weight) ** 2 @ (x * x) + sd_of(bias)[:, None] ** 2
    return mean + jnp.sqrt(var) * jax.random.normal(key, mean.shape)


def _shared(x: jax.Array, op: Op, layer: dict[str, Gaussian], key: jax.Array) -> jax.Array:
    """A layer with one draw of its weights for all inputs."""
    weight_key, bias_key = jax.random.split(key)
    if op.op == "conv2d":
        x = patches(x, op)
    out = weighted(draw(layer["weight"], weight_key), x)
    return out + per_output(draw(layer["bias"], bias_key), out)


def sampled_outputs(
    network: Network, posterior: Posterior, x: jax.Array, key: jax.Array, *, share: bool = False
) -> jax.Array:
    """Inputs [n, *input_shape] in the user's units -> one draw of outputs [outputs, n].

    With `share`, dense layers too draw their weights once for all inputs.
    """
    x = to_layout(network, x)
    for op in network.ops:
        key, use = jax.random.split(key)
        match op.op:
            case "flatten":
                x = flatten(x)
            case "dense" if not share:
                x = _dense(x, posterior[op.name], use)
            case "dense" | "conv2d":
                x = _shared(x, op, posterior[op.name], use)
            case "relu":
                x = jax.nn.relu(x)
            case _:
                parts = windows(x, op.attributes["size"], op.attributes["stride"])
                x = jnp.stack(parts).max(axis=0)
        x = barrier(x)
    return x
