"""The moment rules against Monte-Carlo over weights and against numerical integration."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from pfp_train.moments import (
    Array,
    Moments,
    Weights,
    conv2d,
    dense,
    max_of_two,
    maxpool2d,
    relu,
)

DRAWS = 200_000


def _gaussians(random: np.random.Generator, *shape: int) -> Moments:
    return Moments(random.normal(size=shape), random.uniform(0, 1, shape))


def _draw(random: np.random.Generator, x: Moments, draws: int = DRAWS) -> Array:
    return x.mean + np.sqrt(x.var) * random.normal(size=(draws, *x.mean.shape))


def _assert_sampled(expected: Moments, samples: Array) -> None:
    """Mean and variance agree with those of the samples within 5 standard errors."""
    n = len(samples)
    deviation = samples - samples.mean(axis=0)
    var = (deviation**2).mean(axis=0)
    mean_error = np.sqrt(var / n)
    var_error = np.sqrt(((deviation**4).mean(axis=0) - var**2) / n)
    assert (np.abs(samples.mean(axis=0) - expected.mean) < 5 * mean_error).all()
    assert (np.abs(var - expected.var) < 5 * var_error).all()


@pytest.mark.parametrize("exact_input", [False, True])
def test_dense_against_draws(exact_input: bool) -> None:  # noqa: FBT001
    random = np.random.default_rng(1)
    x = _gaussians(random, 1, 5)
    if exact_input:
        x = Moments(x.mean, np.zeros_like(x.var))
    weights = Weights(_gaussians(random, 3, 5), _gaussians(random, 3))
    values, weight, bias = (_draw(random, part) for part in (x, *weights))
    samples = np.einsum("sni,soi->sno", values, weight) + bias[:, None]
    _assert_sampled(dense(x, weights), samples)


def test_conv2d_against_draws() -> None:
    """Rectangular kernel, stride and padding; the sum is written out, sharing nothing with it."""
    random = np.random.default_rng(2)
    x = _gaussians(random, 1, 2, 4, 5)
    weights = Weights(_gaussians(random, 3, 2, 2, 3), _gaussians(random, 3))
    result = conv2d(x, weights, stride=[2, 1], padding=[1, 0, 1, 2])
    assert result.mean.shape == (1, 3, 3, 5)

    draws = DRAWS // 4
    values, weight, bias = (_draw(random, part, draws) for part in (x, *weights))
    samples = np.zeros((draws, *result.mean.shape)) + bias[:, None, :, None, None]
    for row, column in np.ndindex(3, 5):
        for i, j in np.ndindex(2, 3):
            y, z = 2 * row + i - 1, column + j
            if 0 <= y < 4 and 0 <= z < 5:
                samples[:, :, :, row, column] += np.einsum(
                    "snc,soc->sno", values[:, :, :, y, z], weight[:, :, :, i, j]
                )
    _assert_sampled(result, samples)


def _integrate(x: Moments, power: int, of_value: float = 0.0) -> float:
    """E[(max(X, 0) - of_value)^power], with the mass below zero taken at once."""
    mean, sd = float(x.mean), float(np.sqrt(x.var))

    def integrand(z: float) -> float:
        return float((mean + sd * z - of_value) ** power * norm.pdf(z))

    edge = -mean / sd
    above = quad(integrand, max(edge, -12), max(edge, -12) + 24, epsabs=0, epsrel=1e-11, limit=200)
    return float(above[0] + (-of_value) ** power * norm.cdf(edge))


@pytest.mark.parametrize("a", [-9.0, -6.0, -3.0, -1.0, -0.1, 0.0, 0.1, 1.0, 3.0, 6.0, 9.0])
@pytest.mark.parametrize("var", [1e-6, 0.3, 1.0, 1e4])
def test_relu_against_integration(a: float, var: float) -> None:
    x = Moments(np.array(a * np.sqrt(var)), np.array(var))
    result = relu(x)
    mean = _integrate(x, 1)
    np.testing.assert_allclose(result.mean, mean, rtol=1e-8)
    np.testing.assert_allclose(result.var, _integrate(x, 2, mean), rtol=1e-8)


@pytest.mark.parametrize("gap", [0.0, 0.3, 2.0, 6.0])
@pytest.mark.parametrize(("first_var", "second_var"), [(1.0, 1.0), (0.01, 3.0), (3.0, 0.01)])
def test_max_against_integration(gap: float, first_var: float, second_var: float) -> None:
    """The distribution function of the larger of two is the product of theirs."""
    first, second = (0.7, first_var), (0.7 - gap, second_var)
    a, b = (norm(mean, np.sqrt(var)) for mean, var in (first, second))

    def moment(power: int, centre: float) -> float:
        def integrand(x: float) -> float:
            density = a.pdf(x) * b.cdf(x) + b.pdf(x) * a.cdf(x)
            return float((x - centre) ** power * density)

        points = [first[0], second[0]]
        return float(quad(integrand, -25, 25, points=points, epsabs=1e-13, limit=400)[0])

    result = max_of_two(*(Moments(*(np.array(value) for value in x)) for x in (first, second)))
    np.testing.assert_allclose(result.mean, moment(1, 0.0), rtol=1e-8)
    np.testing.assert_allclose(result.var, moment(2, float(result.mean)), rtol=1e-7)


def test_maxpool_folds_in_order_of_falling_mean() -> None:
    mean = np.array([[0.1, 0.9], [0.9, -0.5]])
    var = np.array([[0.4, 0.2], [0.7, 0.3]])

    def at(row: int, column: int) -> Moments:
        return Moments(mean[row, column], var[row, column])

    expected = at(0, 1)
    for other in (at(1, 0), at(0, 0), at(1, 1)):
        expected = max_of_two(expected, other)
    result = maxpool2d(Moments(mean[None, None], var[None, None]), [2, 2], [2, 2])
    np.testing.assert_allclose(np.array(result).ravel(), np.array(expected))


def test_maxpool_keeps_windows_and_drops_an_odd_edge() -> None:
    mean = np.arange(2 * 5 * 7, dtype=np.float64).reshape(1, 2, 5, 7)
    result = maxpool2d(Moments(mean, np.zeros_like(mean)), [2, 2], [2, 2])
    np.testing.assert_array_equal(result.mean, mean[:, :, 1:4:2, 1:6:2])
    np.testing.assert_array_equal(result.var, 0)


@pytest.mark.parametrize("mean", [-2.0, -0.0, 0.0, 2.0])
def test_without_variance_the_answer_is_the_deterministic_one(mean: float) -> None:
    x = Moments(np.array(mean), np.array(0.0))
    np.testing.assert_array_equal(relu(x), (max(mean, 0), 0))
    one = Moments(np.array(1.0), np.array(0.0))
    np.testing.assert_array_equal(max_of_two(x, one), (max(mean, 1), 0))


def test_variances_never_fall_below_zero_far_out() -> None:
    mean = np.linspace(-60, 60, 20_001)
    for var in (1e-30, 1.0, 1e30):
        x = Moments(mean * np.sqrt(var), np.full_like(mean, var))
        assert (relu(x).var >= 0).all()
        assert (max_of_two(x, Moments(0 * mean, 2 * x.var)).var >= 0).all()
        assert np.isfinite(np.array(relu(x))).all()
