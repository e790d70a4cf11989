"""Stochastic variational inference: Adam on the reparameterised ELBO.

Per training image the loss is -E[log p(label | image, weights)] + kl_weight * KL / images, in nats.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from pfp_train.batches import batches
from pfp_train.datasets import Labelled
from pfp_train.network import Network
from pfp_train.posterior import Posterior, initial, kl_to_prior
from pfp_train.recipe import Recipe
from pfp_train.sampled_pass import sampled_logits

State = tuple[Posterior, optax.OptState]


@dataclass(frozen=True)
class Epoch:
    """How an epoch ended; nats per training image."""

    number: int
    negative_log_likelihood: float
    kl: float
    kl_weight: float
    posterior: Posterior


def _optimiser(recipe: Recipe, steps: int) -> optax.GradientTransformation:
    """Adam with a rate for means and one for standard deviations."""
    rates = {"mean": recipe.learning_rate, "rho": recipe.sd_learning_rate}

    def labels(posterior: Posterior) -> Any:  # noqa: ANN401 - a tree of names shaped like it
        return jax.tree_util.tree_map_with_path(lambda path, _: path[-1].key, posterior)

    return optax.multi_transform(
        {name: optax.adam(optax.cosine_decay_schedule(r, steps)) for name, r in rates.items()},
        labels,
    )


def _step(
    network: Network, recipe: Recipe, images: int, optimiser: optax.GradientTransformation
) -> Callable[..., tuple[State, jax.Array]]:
    def loss(
        posterior: Posterior, x: jax.Array, labels: jax.Array, kl_weight: jax.Array, key: jax.Array
    ) -> tuple[jax.Array, jax.Array]:
        x = (x - network.input_mean) / network.input_scale
        logits = sampled_logits(network, posterior, x, recipe.draws, key)
        nll = optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean()
        kl = kl_to_prior(posterior, recipe.prior_sd) / images
        return nll + kl_weight * kl, jnp.stack([nll, kl])

    @jax.jit
    def step(
        state: State, x: jax.Array, labels: jax.Array, kl_weight: float, key: jax.Array
    ) -> tuple[State, jax.Array]:
        posterior, momenta = state
        gradient, terms = jax.grad(loss, has_aux=True)(posterior, x, labels, kl_weight, key)
        updates, momenta = optimiser.update(gradient, momenta)
        return (optax.apply_updates(posterior, updates), momenta), terms

    return step


def fit(network: Network, data: Labelled, recipe: Recipe) -> Iterator[Epoch]:
    """Train, yielding the state after each epoch. The same recipe gives the same posterior."""
    random = np.random.default_rng(recipe.seed)
    key, use = jax.random.split(jax.random.key(recipe.seed))
    posterior = initial(network, use, recipe.initial_sd)
    steps = recipe.epochs * (len(data.labels) // recipe.batch)
    optimiser = _optimiser(recipe, steps)
    state = posterior, optimiser.init(posterior)
    step = _step(network, recipe, len(data.labels), optimiser)

    for number in range(1, recipe.epochs + 1):
        kl_weight = recipe.kl_weight * min(1, number / max(1, recipe.kl_warmup))
        terms = []
        for images, labels in batches(data, recipe, random):
            key, use = jax.random.split(key)
            state, term = step(state, images, labels, kl_weight, use)
            terms.append(term)
        nll, kl = np.mean(np.asarray(terms), axis=0)
        yield Epoch(number, float(nll), float(kl), kl_weight, state[0])
