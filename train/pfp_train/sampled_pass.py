"""The network with weights drawn from the posterior: the likelihood term's Monte-Carlo estimate.

Dense layers draw their outputs instead of their weights (local reparameterisation, Kingma et al.
2015, arXiv 1506.02557): the same distribution for one image, far less gradient noise. For a
convolution that would lose the correlation between positions, which share their weights, so a
convolution draws weights, afresh for each of `draws` equal parts of the batch.
"""

import jax
import jax.numpy as jnp

from pfp_train.network import Network, Op
from pfp_train.posterior import Gaussian, Posterior, sd_of


def _dense(x: jax.Array, layer: dict[str, Gaussian], key: jax.Array) -> jax.Array:
    """[batch, inputs] -> [batch, outputs]."""
    weight, bias = layer["weight"], layer["bias"]
    mean = x @ weight["mean"].T + bias["mean"]
    var = (x * x) @ (sd_of(weight) ** 2).T + sd_of(bias) ** 2
    return mean + jnp.sqrt(var) * jax.random.normal(key, mean.shape)


def _draw(gaussian: Gaussian, draws: int, key: jax.Array) -> jax.Array:
    noise = jax.random.normal(key, (draws, *gaussian["mean"].shape))
    return gaussian["mean"] + sd_of(gaussian) * noise


def _conv2d(
    x: jax.Array, op: Op, layer: dict[str, Gaussian], draws: int, key: jax.Array
) -> jax.Array:
    """[batch, height, width, channels] -> the same with the layer's channels, stride 1.

    As a product of patches and weights, so that parts of a batch can see different draws of them.
    """
    outputs, inputs, kernel_height, kernel_width = op.weight_shape
    top, left, bottom, right = op.attributes["padding"]
    x = jnp.pad(x, ((0, 0), (top, bottom), (left, right), (0, 0)))
    height, width = x.shape[1] - kernel_height + 1, x.shape[2] - kernel_width + 1
    patches = jnp.concatenate(
        [
            x[:, row : row + height, column : column + width]
            for row in range(kernel_height)
            for column in range(kernel_width)
        ],
        axis=-1,
    )
    weight_key, bias_key = jax.random.split(key)
    weight = _draw(layer["weight"], draws, weight_key)
    weight = weight.transpose(0, 3, 4, 2, 1).reshape(draws, -1, outputs)
    bias = _draw(layer["bias"], draws, bias_key)
    rows = patches.reshape(draws, -1, kernel_height * kernel_width * inputs)
    return (rows @ weight + bias[:, None]).reshape(x.shape[0], height, width, outputs)


def _maxpool2d(x: jax.Array) -> jax.Array:
    """[batch, height, width, channels], windows 2x2 side by side."""
    batch, height, width, channels = x.shape
    return x.reshape(batch, height // 2, 2, width // 2, 2, channels).max(axis=(2, 4))


def sampled_logits(
    network: Network, posterior: Posterior, x: jax.Array, draws: int, key: jax.Array
) -> jax.Array:
    """Normalised images [batch, channels, height, width] -> one draw of logits [batch, classes]."""
    x = x.transpose(0, 2, 3, 1)
    for op in network.ops:
        match op.op:
            case "flatten":
                x = x.transpose(0, 3, 1, 2).reshape(x.shape[0], -1)
            case "dense":
                key, use = jax.random.split(key)
                x = _dense(x, posterior[op.name], use)
            case "conv2d":
                key, use = jax.random.split(key)
                x = _conv2d(x, op, posterior[op.name], draws, use)
            case "relu":
                x = jax.nn.relu(x)
            case "maxpool2d":
                x = _maxpool2d(x)
            case unknown:
                message = f"{op.name}: cannot train a {unknown}"
                raise ValueError(message)
    return x
