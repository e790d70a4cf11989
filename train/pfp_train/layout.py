"""How a batch lies in memory during training: [channels, height, width, batch], [features, batch].

With images side by side every step runs over whole vectors, and a convolution is one product of
weights and patches. That is several times faster on a CPU than XLA's own convolutions and their
gradients, and `flatten` is a mere reshape.
"""

from collections.abc import Sequence

import jax
import jax.numpy as jnp

from pfp_train.compiled import barrier
from pfp_train.network import Network, Op, slid


def to_layout(network: Network, x: jax.Array) -> jax.Array:
    """Inputs [batch, *input_shape] in the user's units -> normalised, the batch last."""
    mean, scale = network.normalisation()
    return jnp.moveaxis((x - mean) / scale, 0, -1)


def flatten(x: jax.Array) -> jax.Array:
    """[channels, height, width, batch] -> [features, batch]."""
    return x.reshape(-1, x.shape[-1])


def windows(x: jax.Array, size: Sequence[int], stride: Sequence[int]) -> list[jax.Array]:
    """The elements of all windows, row by row: each [channels, height', width', batch]."""
    height, width = (slid(x.shape[1 + i], size[i], stride[i]) for i in range(2))
    down, across = stride
    return [
        x[
            :,
            row : row + (height - 1) * down + 1 : down,
            column : column + (width - 1) * across + 1 : across,
        ]
        for row in range(size[0])
        for column in range(size[1])
    ]


def patches(x: jax.Array, op: Op) -> jax.Array:
    """What each position of a convolution reads: [channels * kh * kw, height', width', batch]."""
    top, left, bottom, right = op.attributes["padding"]
    x = jnp.pad(x, ((0, 0), (top, bottom), (left, right), (0, 0)))
    parts = jnp.stack(windows(x, op.weight_shape[2:], op.attributes["stride"]), axis=1)
    return barrier(parts.reshape(-1, *parts.shape[2:]))


def weighted(weight: jax.Array, x: jax.Array) -> jax.Array:
    """Weights [outputs, ...] times values [inputs, ..., batch], summed over the inputs."""
    rows = weight.reshape(weight.shape[0], -1)
    return (rows @ x.reshape(x.shape[0], -1)).reshape(-1, *x.shape[1:])


def per_output(values: jax.Array, like: jax.Array) -> jax.Array:
    """[outputs] to be broadcast over [outputs, ..., batch]."""
    return values.reshape(-1, *[1] * (like.ndim - 1))
