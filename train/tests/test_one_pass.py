"""The whole pass: logit covariance against draws, pooling before ReLU."""

from typing import Any

import numpy as np

from pfp_train.moments import Moments, maxpool2d, relu
from pfp_train.one_pass import one_pass
from pfp_train.posterior_file import PosteriorFile
from pfp_train.uncertainty import predict


def _posterior(
    random: np.random.Generator, *, head_inputs: int, ops: list[dict[str, Any]]
) -> PosteriorFile:
    last = {"name": "fc", "op": "dense", "inputs": ["hidden"]}
    tensors = {
        "fc.weight.mean": random.normal(size=(3, head_inputs)),
        "fc.weight.sd": random.uniform(0, 0.5, (3, head_inputs)),
        "fc.bias.mean": random.normal(size=3),
        "fc.bias.sd": random.uniform(0, 0.5, 3),
    }
    graph = {"input": {"mean": [0.5], "scale": [2.0]}, "ops": [*ops, last]}
    return PosteriorFile(graph, tensors)


def test_covariance_of_one_layer_is_that_of_its_weights() -> None:
    """An exact input leaves the logits independent."""
    posterior = _posterior(
        np.random.default_rng(3), head_inputs=4, ops=[{"name": "flatten", "op": "flatten"}]
    )
    image = np.arange(4.0).reshape(1, 1, 2, 2)
    logits = one_pass(posterior, image)
    x = (image.ravel() - 0.5) / 2
    sd = posterior.tensors["fc.weight.sd"]
    var = (x**2 * sd**2).sum(axis=1) + posterior.tensors["fc.bias.sd"] ** 2
    np.testing.assert_allclose(logits.cov[0], np.diag(var))
    np.testing.assert_allclose(logits.var[0], var)


def test_covariance_of_a_hidden_layer_against_draws() -> None:
    random = np.random.default_rng(4)
    posterior = _posterior(
        random,
        head_inputs=4,
        ops=[
            {"name": "flatten", "op": "flatten"},
            {"name": "hidden", "op": "dense"},
        ],
    )
    tensors = posterior.tensors
    tensors |= {
        "hidden.weight.mean": random.normal(size=(4, 4)),
        "hidden.weight.sd": random.uniform(0, 0.5, (4, 4)),
        "hidden.bias.mean": random.normal(size=4),
    }
    image = random.uniform(size=(1, 1, 2, 2))
    x = (image.ravel() - 0.5) / 2

    def draw(name: str) -> np.ndarray:
        mean = tensors[f"{name}.mean"]
        sd = tensors.get(f"{name}.sd", np.zeros_like(mean))
        return mean + sd * random.normal(size=(400_000, *mean.shape))

    hidden = draw("hidden.weight") @ x + draw("hidden.bias")
    samples = np.einsum("soi,si->so", draw("fc.weight"), hidden) + draw("fc.bias")
    logits = one_pass(posterior, image)
    np.testing.assert_allclose(logits.cov[0], np.cov(samples.T), atol=0.02)
    np.testing.assert_allclose(np.diagonal(logits.cov[0]), logits.var[0])


def test_relu_before_pooling_is_turned_round() -> None:
    random = np.random.default_rng(5)
    pool = {"name": "pool", "op": "maxpool2d", "attributes": {"size": [2, 2], "stride": [2, 2]}}
    conv = {
        "name": "conv",
        "op": "conv2d",
        "attributes": {"stride": [1, 1], "padding": [0, 0, 0, 0]},
    }
    flatten = {"name": "flatten", "op": "flatten"}
    posterior = _posterior(
        random, head_inputs=1, ops=[conv, {"name": "relu", "op": "relu"}, pool, flatten]
    )
    posterior.tensors["conv.weight.mean"] = np.array([[[[2.0]]]])
    posterior.tensors["conv.weight.sd"] = np.array([[[[0.5]]]])
    posterior.tensors["conv.bias.mean"] = np.array([0.1])
    image = random.uniform(size=(1, 1, 2, 2))
    x = (image - 0.5) / 2
    pooled = relu(maxpool2d(Moments(2 * x + 0.1, 0.25 * x**2), [2, 2], [2, 2]))
    weight = posterior.tensors["fc.weight.mean"][:, 0]
    expected = pooled.mean.item() * weight + posterior.tensors["fc.bias.mean"]
    np.testing.assert_allclose(one_pass(posterior, image).mean[0], expected)


def test_doubt_is_split_whole_and_a_certain_class_has_none() -> None:
    posterior = _posterior(
        np.random.default_rng(6), head_inputs=4, ops=[{"name": "flatten", "op": "flatten"}]
    )
    doubtful = predict(one_pass(posterior, np.random.default_rng(7).uniform(size=(9, 1, 2, 2))))
    np.testing.assert_allclose(doubtful.probability.sum(axis=1), 1)
    np.testing.assert_allclose(doubtful.total, doubtful.aleatoric + doubtful.epistemic)
    assert (doubtful.epistemic >= 0).all()

    for part in ("weight", "bias"):
        posterior.tensors[f"fc.{part}.sd"][:] = 0
    posterior.tensors["fc.bias.mean"][:] = 0, 200, 0
    certain = predict(one_pass(posterior, np.zeros((1, 1, 2, 2))))
    np.testing.assert_allclose(certain.probability[0], [0, 1, 0], atol=1e-12)
    np.testing.assert_allclose(certain.total, 0, atol=1e-12)
