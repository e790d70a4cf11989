"""How well the one pass does on a data set: what a training reports, and options are chosen by."""

from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from pfp_train.compiled import compiled
from pfp_train.dataset import DataSet
from pfp_train.likelihood import Parameters, predictive
from pfp_train.moment_pass import moment_pass
from pfp_train.network import Network

POINTS = 128
SLICE = 250

Scores = dict[str, float]


def in_slices(function: Callable[[Any], Any], data: DataSet) -> list[Any]:
    """Of slices of one size, which is compiled once; the last is filled up by its first input."""
    results = []
    for start in range(0, len(data.x), SLICE):
        x = data.inputs(slice(start, start + SLICE))
        filled = np.concatenate([x, np.repeat(x[:1], SLICE - len(x), axis=0)])
        results.append([np.asarray(part)[: len(x)] for part in function(filled)])
    return [np.concatenate(parts).astype(np.float64) for parts in zip(*results, strict=True)]


def validator(network: Network, data: DataSet) -> Callable[[Parameters], Scores]:
    """A function that scores parameters on this data. Labels count in equal parts."""

    @compiled
    def moments(layers: Any, x: jax.Array) -> tuple[jax.Array, jax.Array]:  # noqa: ANN401 - a tree
        outputs = moment_pass(network, layers, x)
        return outputs.mean.T, outputs.var.T

    def predicted(layers: Any, x: jax.Array) -> tuple[jax.Array, jax.Array]:  # noqa: ANN401 - a tree
        return predictive(network, layers, x, POINTS)

    predict = compiled(predicted)

    def classification(parameters: Parameters) -> Scores:
        p, aleatoric = in_slices(lambda x: predict(parameters["layers"], x), data)
        total = -(p * np.log(np.maximum(p, 1e-30))).sum(axis=1)
        of_label = np.take_along_axis(p, data.y, axis=1)
        return {
            "accuracy": float((p.argmax(axis=1)[:, None] == data.y).mean()),
            "negative_log_likelihood": float(-np.log(np.maximum(of_label, 1e-30)).mean()),
            "aleatoric": float(aleatoric.mean()),
            "epistemic": float((total - aleatoric).mean()),
        }

    def regression(parameters: Parameters) -> Scores:
        mean, var = in_slices(lambda x: moments(parameters["layers"], x), data)
        noise = np.exp(2 * np.asarray(parameters["log_noise"], dtype=np.float64))
        error, total = (data.y - mean) ** 2, var + noise
        nll = 0.5 * (np.log(2 * np.pi * total) + error / total)
        return {
            "rmse": float(np.sqrt(error.mean())),
            "negative_log_likelihood": float(nll.sum(axis=1).mean()),
            "aleatoric": float(noise.mean()),
            "epistemic": float(var.mean()),
        }

    return classification if network.head == "classification" else regression
