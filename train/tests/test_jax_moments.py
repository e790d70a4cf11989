"""Differentiable moments: the float64 reference's values and slopes, and the C kernels' values."""

import ctypes
from collections.abc import Callable
from pathlib import Path

import c_kernels
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pfp_train import moments
from pfp_train.jax_moments import Moments, larger, maximum, relu

Array = np.ndarray
Reference = Callable[[list[Array]], tuple[Array, Array]]


def _relu_reference(values: list[Array]) -> tuple[Array, Array]:
    return moments.relu(moments.Moments(*values))


def _larger_reference(values: list[Array]) -> tuple[Array, Array]:
    return moments.max_of_two(moments.Moments(*values[:2]), moments.Moments(*values[2:]))


def _slopes(reference: Reference, values: list[Array], step: float) -> Array:
    """Central differences: [outputs, inputs, n]."""
    columns = []
    for i, value in enumerate(values):
        size = step * np.maximum(1, np.abs(value))
        ends = [
            np.stack(reference([*values[:i], value + sign * size, *values[i + 1 :]]))
            for sign in (1, -1)
        ]
        columns.append((ends[0] - ends[1]) / (2 * size))
    return np.stack(columns, axis=1)


def _gradients(function: Callable[..., Moments], values: list[Array]) -> Array:
    """The same by the written derivatives: one backward pass for each output."""
    singles = [jnp.asarray(value, dtype=jnp.float32) for value in values]

    def run(*given: jax.Array) -> Moments:
        pairs = [Moments(*given[i : i + 2]) for i in range(0, len(given), 2)]
        return function(*pairs)

    out, backward = jax.vjp(run, *singles)
    one, zero = jnp.ones_like(out.mean), jnp.zeros_like(out.mean)
    rows = [backward(Moments(one, zero)), backward(Moments(zero, one))]
    return np.asarray(rows, dtype=np.float64)


def _grid() -> list[Array]:
    """Means in sd from far below to far above zero, and variances over eight decades."""
    a, var = np.meshgrid(np.linspace(-5.9, 5.9, 60), [1e-4, 0.02, 0.7, 1.0, 30.0])
    return [(a * np.sqrt(var)).ravel(), var.ravel()]


def test_relu_is_the_reference() -> None:
    values = _grid()
    out = relu(Moments(*(jnp.asarray(v, dtype=jnp.float32) for v in values)))
    mean, var = _relu_reference(values)
    sd = np.sqrt(values[1])
    assert (np.abs(out.mean - mean) < 2e-6 * sd + 1e-6 * np.abs(mean)).all()
    np.testing.assert_allclose(out.var, var, rtol=1e-3)


def test_slopes_of_relu_are_the_references() -> None:
    """In units of sd: the mean's slope by the variance is one over the sd."""
    mean, var = values = _grid()
    unit = np.sqrt(var)
    scale = np.array([[np.ones_like(unit), 1 / unit], [unit, np.ones_like(unit)]])
    scaled = [mean / unit, var / unit**2]
    expected = _slopes(_relu_reference, scaled, 1e-5)
    np.testing.assert_allclose(_gradients(relu, values) / scale, expected, atol=3e-5)


@pytest.mark.parametrize(("first", "second"), [(1.0, 1.0), (0.02, 3.0), (3.0, 0.02), (1.0, 0.0)])
def test_larger_and_its_slopes_are_the_references(first: float, second: float) -> None:
    gap = np.linspace(0.01, 8, 50)
    values = [
        np.full_like(gap, 0.4),
        np.full_like(gap, first),
        0.4 - gap,
        np.full_like(gap, second),
    ]
    singles = [jnp.asarray(value, dtype=jnp.float32) for value in values]
    out = larger(Moments(*singles[:2]), Moments(*singles[2:]))
    expected = _larger_reference(values)
    np.testing.assert_allclose(out.mean, expected[0], atol=3e-6)
    np.testing.assert_allclose(out.var, expected[1], atol=2e-5)
    if second > 0:
        slopes = _slopes(_larger_reference, values, 1e-5)
        np.testing.assert_allclose(_gradients(larger, values), slopes, atol=5e-5)


@pytest.mark.parametrize("size", [(2, 2), (3, 2)])
def test_maximum_is_the_reference_pool(size: tuple[int, int]) -> None:
    random = np.random.default_rng(1)
    mean = random.normal(size=(5, 3, *size))
    mean[0] = np.round(mean[0])  # ties
    var = random.uniform(0.01, 1, mean.shape)
    expected = moments.maxpool2d(moments.Moments(mean, var), list(size), list(size))
    flat = [part.reshape(5, 3, -1).astype(np.float32) for part in (mean, var)]
    values = [
        Moments(*(jnp.asarray(part[..., i]) for part in flat)) for i in range(size[0] * size[1])
    ]
    out = maximum(values)
    np.testing.assert_allclose(out.mean, expected.mean[..., 0, 0], atol=1e-5)
    np.testing.assert_allclose(out.var, expected.var[..., 0, 0], atol=1e-5)


def test_slopes_of_a_window_reach_the_value_they_belong_to() -> None:
    random = np.random.default_rng(2)
    values = [
        part for _ in range(4) for part in (random.normal(size=20), random.uniform(0.1, 1, 20))
    ]

    def reference(given: list[Array]) -> tuple[Array, Array]:
        mean, var = (np.stack(given[i::2], axis=-1).reshape(20, 1, 2, 2) for i in range(2))
        out = moments.maxpool2d(moments.Moments(mean, var), [2, 2], [2, 2])
        return out.mean.ravel(), out.var.ravel()

    slopes = _gradients(lambda *given: maximum(list(given)), values)
    np.testing.assert_allclose(slopes, _slopes(reference, values, 1e-6), atol=1e-4)


def test_without_variance_values_are_deterministic_and_slopes_finite() -> None:
    mean = np.array([-2.0, 0.0, 2.0])
    zero = np.zeros(3)
    out = relu(Moments(jnp.asarray(mean), jnp.asarray(zero)))
    np.testing.assert_array_equal(out.mean, [0, 0, 2])
    np.testing.assert_array_equal(out.var, zero)
    np.testing.assert_allclose(_gradients(relu, [mean, zero])[0, 0, ::2], [0, 1], atol=1e-8)
    assert np.isfinite(_gradients(relu, [mean, zero])).all()
    assert np.isfinite(_gradients(larger, [np.ones(3), zero, mean / 2, zero])).all()


def test_far_out_nothing_is_infinite() -> None:
    a = np.linspace(-40, 40, 401)
    for var in (1e-12, 1.0, 1e12):
        values = [a * np.sqrt(var), np.full_like(a, var)]
        out = relu(Moments(*(jnp.asarray(v, dtype=jnp.float32) for v in values)))
        assert (np.asarray(out.var) >= 0).all()
        assert np.isfinite(_gradients(relu, values)).all()


def test_values_are_the_c_kernels(tmp_path: Path) -> None:
    library = c_kernels.load(tmp_path)
    mean, var = (part.astype(np.float32) for part in _grid())
    out = [np.empty_like(mean) for _ in range(2)]
    addresses = [c_kernels.pointer(part) for part in (mean, var, *out)]
    library.pfp_relu_f32_c(ctypes.c_size_t(len(mean)), *addresses)
    ours = relu(Moments(jnp.asarray(mean), jnp.asarray(var)))
    np.testing.assert_allclose(ours.mean, out[0], rtol=2e-5, atol=1e-12)
    np.testing.assert_allclose(ours.var, out[1], rtol=2e-4, atol=1e-12)

    random = np.random.default_rng(3)
    mean = random.normal(size=(8, 6, 4)).astype(np.float32)
    var = random.uniform(0, 1, mean.shape).astype(np.float32)
    out = [np.empty((4, 3, 4), np.float32) for _ in range(2)]
    shape = c_kernels.PoolShape(8, 6, 4, 4, 3, 2, 2, 2, 2)
    addresses = [c_kernels.pointer(part) for part in (mean, var, *out)]
    library.pfp_maxpool2d_f32_c(ctypes.byref(shape), *addresses)
    values = [
        Moments(*(jnp.asarray(part[row::2, column::2]) for part in (mean, var)))
        for row in range(2)
        for column in range(2)
    ]
    ours = maximum(values)
    np.testing.assert_allclose(ours.mean, out[0], atol=1e-6)
    np.testing.assert_allclose(ours.var, out[1], atol=2e-6)
