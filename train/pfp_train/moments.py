"""Mean and variance through one operation, in float64 with the exact error function.

Every value is an independent Gaussian N(mean, var), every weight N(weight_mean, weight_var).
Formulas: docs/math.md.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

Array = npt.NDArray[np.float64]


class Moments(NamedTuple):
    """Mean and variance of each element, two arrays of one shape."""

    mean: Array
    var: Array


class Weights(NamedTuple):
    """Moments of a layer's weight and of its bias; an exact one has variance zero."""

    weight: Moments
    bias: Moments


def dense(x: Moments, weights: Weights) -> Moments:
    """[n, inputs] -> [n, outputs] with weights [outputs, inputs].

    var = sum v*mw^2 + (v + m^2)*vw, plus that of the bias. An exact input has v = 0.
    """
    weight, bias = weights
    mean = x.mean @ weight.mean.T + bias.mean
    var = x.var @ (weight.mean**2).T + (x.var + x.mean**2) @ weight.var.T + bias.var
    return Moments(mean, var)


def conv2d(x: Moments, weights: Weights, stride: list[int], padding: list[int]) -> Moments:
    """[n, channels, height, width] -> [n, outputs, height', width'], weights PyTorch's.

    Padding is [top, left, bottom, right], of exact zeros in units of the normalised input.
    """
    outputs, inputs, kernel_height, kernel_width = weights.weight.mean.shape
    top, left, bottom, right = padding

    def patches(a: Array) -> Array:
        padded = np.pad(a, ((0, 0), (0, 0), (top, bottom), (left, right)))
        windows = np.lib.stride_tricks.sliding_window_view(
            padded, (kernel_height, kernel_width), axis=(2, 3)
        )[:, :, :: stride[0], :: stride[1]]
        return windows.transpose(0, 2, 3, 1, 4, 5)

    mean = patches(x.mean)
    n, height, width = mean.shape[:3]
    rows = (n * height * width, inputs * kernel_height * kernel_width)
    flat = Moments(*(part.reshape(outputs, -1) for part in weights.weight))
    out = dense(
        Moments(mean.reshape(rows), patches(x.var).reshape(rows)), Weights(flat, weights.bias)
    )
    return Moments(*(part.reshape(n, height, width, outputs).transpose(0, 3, 1, 2) for part in out))


def _tail(t: Array) -> tuple[Array, Array]:
    """Q(t) = P(Z > t) and r(t) = E[max(Z - t, 0)] of a standard normal Z, t >= 0."""
    q = ndtr(-t)
    density = np.exp(-0.5 * t**2) / np.sqrt(2 * np.pi)
    return q, density - t * q


def _standardised(distance: Array, sd: Array) -> Array:
    """|distance| / sd; infinite where there is no spread, for then nothing is in doubt.

    The largest value keeps infinity out of the products, where it would meet a zero.
    """
    return np.where(sd > 0, np.minimum(np.abs(distance) / np.where(sd > 0, sd, 1), 1e3), 1e3)


def relu(x: Moments) -> Moments:
    """Exact mean and variance of max(X, 0)."""
    sd = np.sqrt(x.var)
    t = _standardised(x.mean, sd)
    q, r = _tail(t)
    positive = np.where(x.mean >= 0, 1 - q, q)
    return Moments(
        np.maximum(x.mean, 0) + sd * r,
        x.var * np.maximum(positive - r * (t + r), 0),
    )


def max_of_two(first: Moments, second: Moments) -> Moments:
    """Exact mean and variance of the larger of two independent Gaussians (Clark 1961).

    The formula starts from the one of larger mean; at a tie that is the first.
    """
    first_leads = first.mean >= second.mean
    leader = Moments(*(np.where(first_leads, a, b) for a, b in zip(first, second, strict=True)))
    other = Moments(*(np.where(first_leads, b, a) for a, b in zip(first, second, strict=True)))
    spread = np.sqrt(leader.var + other.var)
    t = _standardised(leader.mean - other.mean, spread)
    q, r = _tail(t)
    var = leader.var + (other.var - leader.var) * q - spread**2 * r * (t + r)
    return Moments(leader.mean + spread * r, np.maximum(var, 0))


def maxpool2d(x: Moments, size: list[int], stride: list[int]) -> Moments:
    """[n, channels, height, width] -> the largest of each window, what is left over dropped.

    Those of a window are taken two by two in order of falling mean, ties in row-major order, each
    maximum being treated as a Gaussian.
    """

    def windows(a: Array) -> Array:
        slid = np.lib.stride_tricks.sliding_window_view(a, size, axis=(2, 3))
        slid = slid[:, :, :: stride[0], :: stride[1]]
        return slid.reshape(*slid.shape[:4], -1)

    mean, var = windows(x.mean), windows(x.var)
    order = np.argsort(-mean, axis=-1, kind="stable")
    mean, var = (np.take_along_axis(part, order, axis=-1) for part in (mean, var))
    largest = Moments(mean[..., 0], var[..., 0])
    for i in range(1, mean.shape[-1]):
        largest = max_of_two(largest, Moments(mean[..., i], var[..., i]))
    return largest
