"""The expected negative log-likelihood of truths, in nats for each input."""

import math
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pfp_train.dataset import DataSet
from pfp_train.moment_pass import draw_outputs, moment_pass
from pfp_train.network import Network
from pfp_train.posterior import Posterior, initial
from pfp_train.recipe import Recipe
from pfp_train.sampled_pass import sampled_outputs

Parameters = dict[str, Any]
"""layers: the posterior; log_noise [outputs]: of a regression, log of the noise's sd."""


def initial_parameters(
    network: Network, data: DataSet, recipe: Recipe, key: jax.Array
) -> Parameters:
    """Where training starts; a regression's noise starts at the spread of its truths."""
    parameters: Parameters = {"layers": initial(network, key, recipe.initial_sd)}
    if network.head == "regression":
        parameters["log_noise"] = jnp.log(np.maximum(data.y.std(axis=0), 1e-6))
    return parameters


@dataclass(frozen=True)
class Expected:
    """Likelihood terms of some inputs."""

    nll: jax.Array
    """[n]: expected negative log-likelihood"""
    right: jax.Array
    """[n]: 1 where the class is right; of a regression the squared error"""


def _cross_entropy(logits: jax.Array, labels: jax.Array) -> jax.Array:
    """Logits [..., classes, n] -> [..., n]."""
    one_hot = jax.nn.one_hot(labels, logits.shape[-2], axis=0)
    return jax.nn.logsumexp(logits, axis=-2) - (logits * one_hot).sum(axis=-2)


def _gaussian(
    parameters: Parameters, mean: jax.Array, var: jax.Array | float, y: jax.Array
) -> Expected:
    """Outputs [outputs, n] and truths [n, outputs]: E[-log N(y; output, noise^2)]."""
    log_noise = parameters["log_noise"][:, None]
    error = (y.T - mean) ** 2
    nll = 0.5 * math.log(2 * math.pi) + log_noise + 0.5 * (error + var) * jnp.exp(-2 * log_noise)
    return Expected(nll.sum(axis=0), error.mean(axis=0))


def _right(logits: jax.Array, labels: jax.Array) -> jax.Array:
    return (logits.argmax(axis=0) == labels).astype(jnp.float32)


def expected_by_draw(
    network: Network, parameters: Parameters, x: jax.Array, y: jax.Array, key: jax.Array
) -> Expected:
    """By one draw of the network."""
    outputs = sampled_outputs(network, parameters["layers"], x, key)
    if network.head == "regression":
        return _gaussian(parameters, outputs, 0.0, y)
    return Expected(_cross_entropy(outputs, y), _right(outputs, y))


def expected_by_moments(  # noqa: PLR0913 - one for all it depends on
    network: Network,
    parameters: Parameters,
    x: jax.Array,
    y: jax.Array,
    key: jax.Array,
    *,
    points: int,
) -> Expected:
    """By the pass that is deployed (deterministic variational inference, arXiv 1810.03958).

    Of Gaussian logits the cross-entropy is averaged over normal points; a regression needs none.
    """
    outputs = moment_pass(network, parameters["layers"], x)
    if network.head == "regression":
        return _gaussian(parameters, outputs.mean, outputs.var, y)
    logits = draw_outputs(outputs, points, key)
    return Expected(_cross_entropy(logits, y).mean(axis=0), _right(outputs.mean, y))


def predictive(
    network: Network, layers: Posterior, x: jax.Array, points: int
) -> tuple[jax.Array, jax.Array]:
    """A classification's one pass: probabilities [n, classes], aleatoric doubt [n] in nats."""
    logits = draw_outputs(moment_pass(network, layers, x), points, jax.random.key(0))
    log_p = jax.nn.log_softmax(logits, axis=1)
    p = jnp.exp(log_p)
    return p.mean(axis=0).T, -(p * log_p).sum(axis=1).mean(axis=0)
