"""Small convolutional classifiers, alike but for their seeds. Their mean is the soft label."""

from collections.abc import Sequence

import jax
import jax.numpy as jnp
import optax

from pfp_train.ambiguous.dense import Layer, dense, dense_layer
from pfp_train.ambiguous.recipe import EnsembleRecipe
from pfp_train.ambiguous.training import Loss, Run, Say, train
from pfp_train.datasets import Labelled

CLASSES = 10
CHANNELS = (12, 24)
FEATURES = CHANNELS[1] * 7 * 7
HIDDEN = 64

Member = dict[str, Layer]


def initial_member(key: jax.Array) -> Member:
    """Untrained layers: two convolutions 5x5 that halve the image, two dense."""
    keys = jax.random.split(key, 4)
    first, second = CHANNELS
    layers = {
        "conv1": dense_layer(keys[0], 25, first),
        "conv2": dense_layer(keys[1], 25 * first, second),
        "fc1": dense_layer(keys[2], FEATURES, HIDDEN),
        "fc2": dense_layer(keys[3], HIDDEN, CLASSES),
    }
    layers["conv1"]["weight"] = layers["conv1"]["weight"].reshape(5, 5, 1, first)
    layers["conv2"]["weight"] = layers["conv2"]["weight"].reshape(5, 5, first, second)
    return layers


def _halve(layer: Layer, x: jax.Array) -> jax.Array:
    y = jax.lax.conv_general_dilated(
        x, layer["weight"], (2, 2), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")
    )
    return jax.nn.relu(y + layer["bias"])


def logits(member: Member, images: jax.Array) -> jax.Array:
    """Of images [n, 1, 28, 28] or [n, 784] in 0..1: [n, 10]."""
    x = images.reshape(-1, 28, 28, 1)
    x = _halve(member["conv2"], _halve(member["conv1"], x))
    x = jax.nn.relu(dense(member["fc1"], x.reshape(-1, FEATURES)))
    return dense(member["fc2"], x)


def _loss(blends: float) -> Loss:
    """Cross-entropy, where part of a batch is blends of two images with the label in like shares.

    Members that know blends see a faint stroke as half a reason, and agree on how much of one.
    """

    def loss(member: Member, images: jax.Array, labels: jax.Array, key: jax.Array) -> jax.Array:
        share_key, order_key = jax.random.split(key)
        count = len(labels)
        whole = jnp.arange(count) >= blends * count
        share = jnp.where(whole, 1, jax.random.uniform(share_key, (count,)))[:, None]
        order = jax.random.permutation(order_key, count)
        classes = jax.nn.one_hot(labels, CLASSES)
        soft = share * classes + (1 - share) * classes[order]
        pixels = images.reshape(count, -1)
        blended = share * pixels + (1 - share) * pixels[order]
        mean: jax.Array = optax.softmax_cross_entropy(logits(member, blended), soft).mean()
        return mean

    return loss


def train_member(data: Labelled, recipe: EnsembleRecipe, number: int, say: Say) -> Member:
    """Fit one classifier to the digits, from weights and in an order of its own."""
    seed = 1000 * recipe.seed + number
    start = initial_member(jax.random.key(seed))
    name = f"classifier {number + 1} of {recipe.members}"
    member: Member = train(start, _loss(recipe.blends), data, recipe.training, Run(name, seed, say))
    return member


@jax.jit
def probabilities(members: Sequence[Member], images: jax.Array) -> jax.Array:
    """What each member says: [members, n, 10]."""
    return jnp.stack([jax.nn.softmax(logits(member, images)) for member in members])
