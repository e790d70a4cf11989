"""Compares posteriors on held-out images that may choose between recipes: one pass and samples.

python -m pfp_train.choose MODEL... --data dirty-choose.npz --ood fashion-choose.npz [--samples 300]

A line for each model: accuracy on clean images; AUROC of epistemic doubt, clean and all against the
foreign ones; AUROC of aleatoric doubt, ambiguous against clean; mean KL from the predictive of
`samples` draws to that of the one pass, inside and outside; the samples' own AUROC. AUROCs in %.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from pfp_train.compiled import compiled
from pfp_train.dataset import DataSet, read_data
from pfp_train.graph_json import parse_graph
from pfp_train.likelihood import predictive
from pfp_train.moments import Array
from pfp_train.network import Network
from pfp_train.posterior import Posterior, rho_of
from pfp_train.posterior_file import PosteriorFile, read_posterior
from pfp_train.problem import Problem
from pfp_train.sampled_pass import sampled_outputs
from pfp_train.scores import auroc
from pfp_train.validate import in_slices

POINTS = 512
Doubts = tuple[Array, Array, Array]
"""Probabilities [n, classes]; aleatoric and epistemic doubt [n]."""


def _read(path: Path) -> tuple[Network, Posterior]:
    file: PosteriorFile = read_posterior(path)
    graph, layers = dict(file.graph), {}
    graph["ops"] = [dict(op) for op in graph["ops"]]
    for op in graph["ops"]:
        if f"{op['name']}.weight.mean" not in file.tensors:
            continue
        shape = file.tensors[f"{op['name']}.weight.mean"].shape
        op["outputs"], op["kernel"] = shape[0], list(shape[2:]) or None
        layers[op["name"]] = {
            part: {
                "mean": jnp.asarray(file.tensors[f"{op['name']}.{part}.mean"], jnp.float32),
                "rho": rho_of(jnp.asarray(file.tensors[f"{op['name']}.{part}.sd"], jnp.float32)),
            }
            for part in ("weight", "bias")
        }
    return parse_graph(path, graph), layers


def _doubts(p: Array, aleatoric: Array) -> Doubts:
    return p, aleatoric, -(p * np.log(np.maximum(p, 1e-30))).sum(axis=1) - aleatoric


def one_pass(network: Network, layers: Posterior) -> Callable[[DataSet], Doubts]:
    """The deployed prediction of a whole data set."""
    predict = compiled(lambda x: predictive(network, layers, x, POINTS))
    return lambda data: _doubts(*in_slices(predict, data))


def sampled(network: Network, layers: Posterior, samples: int) -> Callable[[DataSet], Doubts]:
    """The prediction by draws of all weights, each shared by the images of a slice."""

    def predict(x: jax.Array) -> tuple[jax.Array, jax.Array]:
        def add(
            total: tuple[jax.Array, jax.Array], key: jax.Array
        ) -> tuple[tuple[jax.Array, jax.Array], None]:
            log_p = jax.nn.log_softmax(sampled_outputs(network, layers, x, key, share=True), axis=0)
            p = jnp.exp(log_p)
            return (total[0] + p.T, total[1] - (p * log_p).sum(axis=0)), None

        start = (jnp.zeros((len(x), network.outputs)), jnp.zeros(len(x)))
        keys = jax.random.split(jax.random.key(1), samples)
        p, aleatoric = jax.lax.scan(add, start, keys)[0]
        return p / samples, aleatoric / samples

    run = compiled(predict)
    return lambda data: _doubts(*in_slices(run, data))


def _kl(first: Doubts, second: Doubts) -> float:
    p, q = (np.maximum(doubts[0], 1e-12) for doubts in (first, second))
    return float((p * np.log(p / q)).sum(axis=1).mean())


def compare(model: Path, data: Path, ood: Path, samples: int) -> str:
    """The line of one model."""
    network, layers = _read(model)
    inside, outside = read_data(data, network), read_data(ood, network)
    clean = ~inside.doubtful()
    predict = one_pass(network, layers)
    here, there = predict(inside), predict(outside)
    right = here[0].argmax(axis=1)[:, None] == inside.y
    figures = {
        "accuracy": 100 * right[clean].mean(),
        "all": 100 * right.mean(),
        "clean/ood": 100 * auroc(here[2][clean], there[2]),
        "all/ood": 100 * auroc(here[2], there[2]),
        "ambiguous": 100 * auroc(here[1][clean], here[1][~clean]),
    }
    if samples > 0:
        draw = sampled(network, layers, samples)
        drawn_here, drawn_there = draw(inside), draw(outside)
        figures |= {
            "kl in": _kl(drawn_here, here),
            "kl out": _kl(drawn_there, there),
            "samples: all": 100 * (drawn_here[0].argmax(axis=1)[:, None] == inside.y).mean(),
            "samples: clean/ood": 100 * auroc(drawn_here[2][clean], drawn_there[2]),
            "samples: all/ood": 100 * auroc(drawn_here[2], drawn_there[2]),
        }
    return f"{model.stem}  " + "  ".join(f"{name} {value:.4g}" for name, value in figures.items())


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="pfp_train.choose")
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--ood", type=Path, required=True)
    parser.add_argument("--samples", type=int, default=0)
    given = parser.parse_args()
    try:
        for model in given.models:
            sys.stdout.write(f"{compare(model, given.data, given.ood, given.samples)}\n")
            sys.stdout.flush()
    except Problem as problem:
        sys.stderr.write(f"{problem}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
