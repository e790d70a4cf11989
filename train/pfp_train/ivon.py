"""Improved variational online Newton (Shen et al. 2024, arXiv 2402.17641, algorithm 1).

A natural-gradient step on mean and precision of each weight. With l the expected loss of an input,
lambda the number of inputs a weight of the KL term of one stands for, and delta = 1 / (lambda *
prior_sd^2):

    g = b1 g + (1 - b1) dl/dmean
    h = b2 h + (1 - b2) k + (1 - b2)^2 (h - k)^2 / (2 (h + delta)),   k = (dl/dsd) / sd
    mean = mean - a (g / (1 - b1^t) + delta mean) / (h + delta)
    sd = 1 / sqrt(lambda (h + delta))

The paper's k, gradient * (weight - mean) / sd^2 at a drawn weight, is (dl/dsd) / sd by the chain
rule; taken so, a lower-variance estimate of the loss, such as local reparameterisation, serves too.
The last term keeps h + delta positive. Rates are given for a curvature of h's start, as the paper's
code has them: a = rate * (h0 + delta).
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from pfp_train.posterior import Gaussian, Posterior, rho_of, sd_of


class IvonState(NamedTuple):
    """Steps taken, and for each Gaussian the means of gradients and of curvatures."""

    steps: jax.Array
    gradient: Any
    hessian: Any


def _is_gaussian(node: object) -> bool:
    return isinstance(node, dict) and "rho" in node


def ivon(  # noqa: PLR0913 - the algorithm's parameters
    rate: optax.Schedule,
    *,
    inputs: float,
    prior_sd: float,
    initial_sd: float,
    momentum: float,
    hessian_momentum: float,
    kl_weight: float,
) -> optax.GradientTransformationExtraArgs:
    """The step as a transformation of d(loss)/d(mean, rho), without the KL term.

    `update` takes the current weight of the KL term as `kl_weight`; the step is rated by the final
    one given here.
    """

    def delta_of(weight: jax.Array | float) -> jax.Array | float:
        return weight / (inputs * prior_sd**2)

    start = kl_weight / (inputs * initial_sd**2)

    def full(posterior: Posterior, value: float | jax.Array) -> Any:  # noqa: ANN401 - a tree
        return jax.tree.map(
            lambda gaussian: jnp.full_like(gaussian["mean"], value),
            posterior,
            is_leaf=_is_gaussian,
        )

    def init(posterior: Posterior) -> IvonState:
        return IvonState(
            jnp.zeros((), jnp.int32),
            full(posterior, 0.0),
            full(posterior, start - delta_of(kl_weight)),
        )

    def update(
        gradients: Posterior,
        state: IvonState,
        posterior: Posterior | None = None,
        *,
        kl_weight: jax.Array | float,
        **_: object,
    ) -> tuple[Posterior, IvonState]:
        delta, steps = delta_of(kl_weight), state.steps + 1
        step = rate(state.steps) * start

        def gradient(kept: jax.Array, new: Gaussian) -> jax.Array:
            return momentum * kept + (1 - momentum) * new["mean"]

        def hessian(kept: jax.Array, new: Gaussian, gaussian: Gaussian) -> jax.Array:
            sd = sd_of(gaussian)
            curvature = new["rho"] / (-jnp.expm1(-sd) * sd)  # d sd / d rho = 1 - exp(-sd)
            share = 1 - hessian_momentum
            correction = 0.5 * share**2 * (kept - curvature) ** 2 / (kept + delta)
            return kept + share * (curvature - kept) + correction

        def move(g: jax.Array, h: jax.Array, gaussian: Gaussian) -> Gaussian:
            mean = g / (1 - momentum**steps) + delta * gaussian["mean"]
            sd = jax.lax.rsqrt(inputs / kl_weight * (h + delta))
            return {
                "mean": -step * mean / (h + delta),
                "rho": rho_of(sd) - gaussian["rho"],
            }

        # The trees of state have an array where the others have a Gaussian.
        g = jax.tree.map(gradient, state.gradient, gradients)
        h = jax.tree.map(hessian, state.hessian, gradients, posterior)
        return jax.tree.map(move, g, h, posterior), IvonState(steps, g, h)

    return optax.GradientTransformationExtraArgs(init, update)
