"""Mean and variance through one operation as differentiable JAX operations in float32.

The rules and the fits of Q and r are those of the runtime's accurate tier (docs/math.md), so that
what is trained is what is deployed. Derivatives are written out: automatic ones divide by zero
where a variance is zero, and would differentiate fits where a closed form is known.
"""

import functools
from typing import NamedTuple

import jax
import jax.numpy as jnp

from pfp_train.compiled import barrier

P = (
    0.891484439,
    -0.139664814,
    -0.0208596457,
    0.00111519312,
    0.000911949377,
    3.08576018e-5,
    -4.61100499e-5,
    5.88666398e-6,
    -2.39566361e-7,
)
G = (
    1.25331473,
    0.570769191,
    0.0889067799,
    -0.00790409371,
    -0.00125448185,
    0.000495598011,
    -6.20221472e-5,
    2.87340708e-6,
)
FAR = 6.0


class Moments(NamedTuple):
    """Mean and variance of each element, two arrays of one shape."""

    mean: jax.Array
    var: jax.Array


class Tail(NamedTuple):
    """At distance t >= 0 of a standard normal Z."""

    q: jax.Array
    """P(Z > t)"""
    r: jax.Array
    """E[max(Z - t, 0)]"""
    density: jax.Array
    """phi(t) = r + t * q"""
    t: jax.Array


def _polynomial(coefficients: tuple[float, ...], t: jax.Array) -> jax.Array:
    value = jnp.full_like(t, coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        value = value * t + coefficient
    return value


def _tail(distance: jax.Array, sd: jax.Array) -> Tail:
    """At t = |distance| / sd, which is far where there is no spread."""
    t = jnp.where(sd > 0, jnp.abs(distance) / jnp.where(sd > 0, sd, 1), FAR)
    t = jnp.minimum(t, FAR)
    r = _polynomial(P, t) ** 8
    q = r * _polynomial(G, t)
    return Tail(q, r, r + t * q, t)


def _per_sd(values: jax.Array, sd: jax.Array) -> jax.Array:
    """Divide by sd; 0 where there is no spread, as then no derivative passes through it."""
    return jnp.where(sd > 0, values / jnp.where(sd > 0, sd, 1), 0)


@jax.custom_vjp
def relu(x: Moments) -> Moments:
    """Mean and variance of max(X, 0)."""
    return _relu_forward(x)[0]


def _relu_forward(x: Moments) -> tuple[Moments, tuple[Moments, Moments]]:
    sd = jnp.sqrt(x.var)
    q, r, _, t = _tail(x.mean, sd)
    positive = jnp.where(x.mean >= 0, 1 - q, q)
    out = Moments(
        jnp.maximum(x.mean, 0) + sd * r,
        x.var * jnp.maximum(positive - r * (t + r), 0),
    )
    return out, (x, out)


def _relu_backward(kept: tuple[Moments, Moments], gradient: Moments) -> tuple[Moments]:
    x, out = kept
    sd = jnp.sqrt(x.var)
    q, _, density, _ = _tail(x.mean, sd)
    positive = jnp.where(x.mean >= 0, 1 - q, q)
    density_per_sd = _per_sd(density, sd)
    mean = positive * gradient.mean + 2 * out.mean * (1 - positive) * gradient.var
    var = (
        0.5 * density_per_sd * gradient.mean + (positive - out.mean * density_per_sd) * gradient.var
    )
    return (Moments(mean, var),)


relu.defvjp(_relu_forward, _relu_backward)


@jax.custom_vjp
def larger(leader: Moments, other: Moments) -> Moments:
    """Mean and variance of the larger of two; `leader` has the larger mean (Clark 1961)."""
    return _larger_forward(leader, other)[0]


def _larger_forward(leader: Moments, other: Moments) -> tuple[Moments, tuple[Moments, Moments]]:
    spread = jnp.sqrt(leader.var + other.var)
    q, r, _, t = _tail(leader.mean - other.mean, spread)
    var = leader.var + (other.var - leader.var) * q - spread**2 * r * (t + r)
    out = Moments(leader.mean + spread * r, jnp.maximum(var, 0))
    return out, (leader, other)


def _larger_backward(kept: tuple[Moments, Moments], gradient: Moments) -> tuple[Moments, Moments]:
    leader, other = kept
    spread = jnp.sqrt(leader.var + other.var)
    q, r, density, t = _tail(leader.mean - other.mean, spread)
    density_per_sd = _per_sd(density, spread)
    share = jnp.where(spread > 0, leader.var / jnp.where(spread > 0, spread**2, 1), 0)
    # How far the leader's mean given a tie stands below the mean of the maximum, in spreads.
    fall = density * (t * share + r)
    mean_var = 0.5 * density_per_sd * gradient.mean
    return (
        Moments(
            (1 - q) * gradient.mean
            + 2 * (leader.var * density_per_sd - (1 - q) * spread * r) * gradient.var,
            mean_var + (1 - q - fall) * gradient.var,
        ),
        Moments(
            q * gradient.mean
            + 2 * (other.var * density_per_sd - q * spread * (t + r)) * gradient.var,
            mean_var + (q - fall) * gradient.var,
        ),
    )


larger.defvjp(_larger_forward, _larger_backward)


def _chosen(values: list[Moments], choice: jax.Array, which: int | jax.Array) -> Moments:
    """Of each element the value i for which choice[i] is `which`."""

    def one(parts: tuple[jax.Array, ...]) -> jax.Array:
        zero = jnp.zeros_like(parts[0])
        terms = (jnp.where(choice[i] == which, part, zero) for i, part in enumerate(parts))
        return functools.reduce(jnp.add, terms)

    return Moments(*map(one, zip(*values, strict=True)))


def _places(values: list[Moments]) -> jax.Array:
    """[values, ...]: where each stands by falling mean, ties in their order."""
    means = jnp.stack([value.mean for value in values])
    return jnp.stack(
        [
            (means[:i] >= mean).sum(axis=0, dtype=jnp.int8)
            + (means[i + 1 :] > mean).sum(axis=0, dtype=jnp.int8)
            for i, mean in enumerate(means)
        ]
    )


@jax.custom_vjp
def maximum(values: list[Moments]) -> Moments:
    """The largest of several, folded in order of falling mean, ties in their order."""
    return _maximum_forward(values)[0]


def _maximum_forward(
    values: list[Moments],
) -> tuple[Moments, tuple[list[Moments], list[Moments], jax.Array]]:
    places = _places(values)
    ordered = barrier([_chosen(values, places, place) for place in range(len(values))])
    folded = [ordered[0]]
    for other in ordered[1:]:
        folded.append(barrier(_larger_forward(folded[-1], other)[0]))
    return folded[-1], (ordered, folded, places)


def _maximum_backward(
    kept: tuple[list[Moments], list[Moments], jax.Array], gradient: Moments
) -> tuple[list[Moments]]:
    ordered, folded, places = kept
    gradients: list[Moments] = []
    for leader, other in zip(folded[-2::-1], ordered[:0:-1], strict=True):
        gradient, of_other = barrier(_larger_backward((leader, other), gradient))
        gradients.insert(0, of_other)
    gradients.insert(0, gradient)
    order = jnp.arange(len(gradients), dtype=places.dtype)
    order = order.reshape(-1, *[1] * (places.ndim - 1))
    return ([_chosen(gradients, order, place) for place in places],)


maximum.defvjp(_maximum_forward, _maximum_backward)
