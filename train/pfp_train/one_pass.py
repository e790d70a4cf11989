"""One probabilistic forward pass in float64: the reference that every other implementation meets.

It follows the graph of a posterior file, a chain of steps from `input` to the output.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from pfp_train.moments import Array, Moments, Weights, conv2d, dense, maxpool2d, relu
from pfp_train.posterior_file import PosteriorFile

CHUNK = 250
"""Images in flight; bounds the memory of a convolution's patches."""


Images = npt.NDArray[np.floating[Any]]


class Logits(NamedTuple):
    """Moments [n, classes] of the logits and their covariance [n, classes, classes].

    The covariance is level "last" of docs/math.md: what the classes share through the outputs of
    the last hidden layer. Its diagonal is `var`.
    """

    mean: Array
    var: Array
    cov: Array


def _moments(tensors: dict[str, Array], name: str) -> Moments:
    mean = tensors[f"{name}.mean"]
    sd = tensors.get(f"{name}.sd", np.zeros_like(mean))
    return Moments(mean, sd**2)


def _weights(posterior: PosteriorFile, layer: str) -> Weights:
    return Weights(
        _moments(posterior.tensors, f"{layer}.weight"), _moments(posterior.tensors, f"{layer}.bias")
    )


def _in_order(ops: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Pool before ReLU: the two commute exactly, and Clark's maximum is closer on the Gaussians."""
    ordered: list[dict[str, Any]] = []
    for op in ops:
        after_relu = bool(ordered) and ordered[-1]["op"] == "relu"
        ordered.insert(len(ordered) - (after_relu and op["op"] == "maxpool2d"), op)
    return ordered


def _step(posterior: PosteriorFile, op: dict[str, Any]) -> Callable[[Moments], Moments]:
    attributes = op.get("attributes", {})
    match op["op"]:
        case "dense":
            weights = _weights(posterior, op["name"])
            return lambda x: dense(x, weights)
        case "conv2d":
            weights = _weights(posterior, op["name"])
            stride = attributes.get("stride", [1, 1])
            padding = attributes.get("padding", [0] * 4)
            return lambda x: conv2d(x, weights, stride, padding)
        case "relu":
            return relu
        case "maxpool2d":
            size = attributes["size"]
            return lambda x: maxpool2d(x, size, attributes.get("stride", size))
        case "flatten":
            return lambda x: Moments(*(part.reshape(len(part), -1) for part in x))
        case unknown:
            message = f"{op['name']}: {unknown} with {attributes} is not in the reference"
            raise ValueError(message)


def _chunks(posterior: PosteriorFile, images: Images) -> Iterator[Logits]:
    per_channel = (-1, *[1] * (images.ndim - 2))
    mean, scale = (
        np.array(posterior.graph["input"][key], dtype=np.float64).reshape(per_channel)
        for key in ("mean", "scale")
    )
    *hidden, last = _in_order(posterior.graph["ops"])
    steps = [_step(posterior, op) for op in hidden]
    weights = _weights(posterior, last["name"])
    for start in range(0, len(images), CHUNK):
        exact = (images[start : start + CHUNK] - mean) / scale
        x = Moments(exact, np.zeros_like(exact))
        for step in steps:
            x = step(x)
        logits = dense(x, weights)
        shared = np.einsum(
            "nk,ik,jk->nij", x.var, weights.weight.mean, weights.weight.mean, optimize=True
        )
        own = (x.var + x.mean**2) @ weights.weight.var.T + weights.bias.var
        cov = shared + own[:, :, None] * np.eye(own.shape[1])
        yield Logits(logits.mean, logits.var, cov)


def one_pass(posterior: PosteriorFile, images: Images) -> Logits:
    """Logits of inputs [n, channels, height, width] or [n, features], not yet normalised."""
    parts = list(_chunks(posterior, images))
    return Logits(*(np.concatenate(part) for part in zip(*parts, strict=True)))
