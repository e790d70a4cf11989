"""The loop that trains the VAE and the classifiers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
import optax

from pfp_train.ambiguous.recipe import Training
from pfp_train.datasets import Labelled

Parameters = Any
Loss = Callable[[Parameters, jax.Array, jax.Array, jax.Array], jax.Array]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Run:
    """What is said of a training and by whom, and the seed of its shuffling and draws."""

    name: str
    seed: int
    say: Say


def train(
    parameters: Parameters, loss: Loss, data: Labelled, how: Training, run: Run
) -> Parameters:
    """Minimise loss(parameters, images, labels, key) over shuffled whole batches."""
    random = np.random.default_rng(run.seed)
    key = jax.random.key(run.seed)
    batches = len(data.labels) // how.batch
    optimiser = optax.adam(optax.cosine_decay_schedule(how.learning_rate, how.epochs * batches))
    momenta = optimiser.init(parameters)

    @jax.jit
    def step(
        parameters: Parameters,
        momenta: optax.OptState,
        images: jax.Array,
        labels: jax.Array,
        key: jax.Array,
    ) -> tuple[Parameters, optax.OptState, jax.Array]:
        value, gradient = jax.value_and_grad(loss)(parameters, images, labels, key)
        updates, momenta = optimiser.update(gradient, momenta)
        return optax.apply_updates(parameters, updates), momenta, value

    for epoch in range(1, how.epochs + 1):
        order = random.permutation(len(data.labels))[: batches * how.batch]
        values = []
        for rows in order.reshape(batches, how.batch):
            key, use = jax.random.split(key)
            parameters, momenta, value = step(
                parameters, momenta, data.images[rows], data.labels[rows], use
            )
            values.append(value)
        run.say(f"{run.name}: epoch {epoch}/{how.epochs}, loss {np.mean(np.asarray(values)):.4f}")
    return parameters
