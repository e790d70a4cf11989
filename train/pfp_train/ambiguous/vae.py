"""A conditional variational autoencoder of digits: q(z | image, class), p(image | z, class).

A class is given by its weights [n, 10], one-hot for a digit of the data; between two digits the
weights are shared, and so is the latent code.
"""

from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt
import optax

from pfp_train.ambiguous.dense import Layer, dense, dense_layer
from pfp_train.ambiguous.recipe import VaeRecipe
from pfp_train.ambiguous.training import Run, Say, train
from pfp_train.datasets import Labelled, Labels

CLASSES = 10
PIXELS = 28 * 28

Vae = dict[str, list[Layer]]


def initial_vae(key: jax.Array, recipe: VaeRecipe) -> Vae:
    """Untrained layers of encoder and decoder."""
    wide, narrow = recipe.hidden
    encoder = [PIXELS + CLASSES, wide, narrow, 2 * recipe.latents]
    decoder = [recipe.latents + CLASSES, narrow, wide, PIXELS]
    keys = iter(jax.random.split(key, 6))
    return {
        name: [dense_layer(next(keys), inputs, outputs) for inputs, outputs in pairwise(widths)]
        for name, widths in (("encoder", encoder), ("decoder", decoder))
    }


def _through(layers: list[Layer], x: jax.Array) -> jax.Array:
    for layer in layers[:-1]:
        x = jax.nn.relu(dense(layer, x))
    return dense(layers[-1], x)


def encode(vae: Vae, images: jax.Array, classes: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Mean and log variance [n, latents] of the code of images [n, 1, 28, 28]."""
    x = jnp.concatenate([images.reshape(-1, PIXELS), classes], axis=1)
    mean, log_var = jnp.split(_through(vae["encoder"], x), 2, axis=1)
    return mean, log_var


def decode(vae: Vae, codes: jax.Array, classes: jax.Array) -> jax.Array:
    """Logits [n, 784] of the pixels."""
    return _through(vae["decoder"], jnp.concatenate([codes, classes], axis=1))


def negative_elbo(vae: Vae, images: jax.Array, labels: jax.Array, key: jax.Array) -> jax.Array:
    """Nats per image: Bernoulli pixels, one draw of the code, a standard normal prior."""
    classes = jax.nn.one_hot(labels, CLASSES)
    mean, log_var = encode(vae, images, classes)
    codes = mean + jnp.exp(log_var / 2) * jax.random.normal(key, mean.shape)
    logits = decode(vae, codes, classes)
    pixels = optax.sigmoid_binary_cross_entropy(logits, images.reshape(-1, PIXELS)).sum(axis=1)
    kl = 0.5 * (mean**2 + jnp.exp(log_var) - 1 - log_var).sum(axis=1)
    mean_sum: jax.Array = (pixels + kl).mean()
    return mean_sum


def train_vae(data: Labelled, recipe: VaeRecipe, say: Say) -> Vae:
    """Fit to the digits."""
    start = initial_vae(jax.random.key(recipe.seed), recipe)
    vae: Vae = train(start, negative_elbo, data, recipe.training, Run("VAE", recipe.seed, say))
    return vae


def one_hot(labels: Labels) -> npt.NDArray[np.float32]:
    """The weights [n, 10] of the classes of digits."""
    return np.eye(CLASSES, dtype=np.float32)[labels]
