"""IVON against its published equations, and on a problem whose posterior is known."""

import jax
import jax.numpy as jnp
import numpy as np
import optax

from pfp_train.ivon import ivon
from pfp_train.posterior import Posterior, rho_of, sd_of

INPUTS, PRIOR_SD, INITIAL_SD, KL_WEIGHT = 50.0, 2.0, 0.1, 0.5


def _transformation(rate: float, hessian_momentum: float) -> optax.GradientTransformationExtraArgs:
    return ivon(
        optax.constant_schedule(rate),
        inputs=INPUTS,
        prior_sd=PRIOR_SD,
        initial_sd=INITIAL_SD,
        momentum=0.9,
        hessian_momentum=hessian_momentum,
        kl_weight=KL_WEIGHT,
    )


def _posterior(mean: np.ndarray, sd: float) -> Posterior:
    rho = rho_of(jnp.full(mean.shape, sd))
    return {"fc": {"weight": {"mean": jnp.asarray(mean, jnp.float32), "rho": rho}}}


def test_rho_is_the_inverse_of_the_sd() -> None:
    sd = jnp.asarray([1e-6, 1e-3, 0.1, 1.0, 30.0])
    np.testing.assert_allclose(sd_of({"mean": sd, "rho": rho_of(sd)}), sd, rtol=1e-5)


def test_steps_are_those_of_the_paper() -> None:
    """Algorithm 1 written out in float64, with its curvature from one drawn weight a step."""
    random = np.random.default_rng(1)
    rate, b1, b2 = 0.3, 0.9, 0.95
    ess = INPUTS / KL_WEIGHT
    delta = 1 / (ess * PRIOR_SD**2)
    m = random.normal(size=6)
    h0 = 1 / (ess * INITIAL_SD**2) - delta
    h, g = np.full(6, h0), np.zeros(6)
    target, curvature = random.normal(size=6), random.uniform(0.5, 3, 6)

    transformation = _transformation(rate, b2)
    posterior = _posterior(m, INITIAL_SD)
    state = transformation.init(posterior)
    for t in range(1, 21):
        sd = 1 / np.sqrt(ess * (h + delta))
        noise = random.normal(size=6)
        theta = m + sd * noise
        gradient = curvature * (theta - target)
        estimate = gradient * (theta - m) / sd**2
        g = b1 * g + (1 - b1) * gradient
        h_new = b2 * h + (1 - b2) * estimate
        h = h_new + 0.5 * (1 - b2) ** 2 * (h - estimate) ** 2 / (h + delta)
        m = m - rate * (h0 + delta) * (g / (1 - b1**t) + delta * m) / (h + delta)

        def loss(posterior: Posterior, noise: jax.Array) -> jax.Array:
            gaussian = posterior["fc"]["weight"]
            theta = gaussian["mean"] + sd_of(gaussian) * noise
            return jnp.sum(0.5 * curvature * (theta - target) ** 2)

        slopes = jax.grad(loss)(posterior, jnp.asarray(noise, jnp.float32))
        updates, state = transformation.update(slopes, state, posterior, kl_weight=KL_WEIGHT)
        posterior = optax.apply_updates(posterior, updates)
        ours = posterior["fc"]["weight"]
        np.testing.assert_allclose(ours["mean"], m, rtol=2e-4, atol=2e-5)
        np.testing.assert_allclose(sd_of(ours), 1 / np.sqrt(ess * (h + delta)), rtol=2e-4)


def test_a_quadratic_gets_its_exact_posterior() -> None:
    """Inputs' loss c/2 (w - t)^2 gives precision ess * c + 1 / prior^2."""
    curvature, target = jnp.asarray([0.3, 2.0]), jnp.asarray([1.0, -2.0])
    transformation = _transformation(0.05, 0.99)
    posterior = _posterior(np.zeros(2), INITIAL_SD)
    state = transformation.init(posterior)

    def loss(posterior: Posterior) -> jax.Array:
        gaussian = posterior["fc"]["weight"]
        spread = (gaussian["mean"] - target) ** 2 + sd_of(gaussian) ** 2
        return jnp.sum(0.5 * curvature * spread)

    @jax.jit
    def step(posterior: Posterior, state: optax.OptState) -> tuple[Posterior, optax.OptState]:
        updates, state = transformation.update(
            jax.grad(loss)(posterior), state, posterior, kl_weight=KL_WEIGHT
        )
        return optax.apply_updates(posterior, updates), state

    for _ in range(3000):
        posterior, state = step(posterior, state)
    ess = INPUTS / KL_WEIGHT
    precision = ess * np.asarray(curvature) + 1 / PRIOR_SD**2
    gaussian = posterior["fc"]["weight"]
    np.testing.assert_allclose(sd_of(gaussian), 1 / np.sqrt(precision), rtol=1e-3)
    np.testing.assert_allclose(gaussian["mean"], ess * curvature * target / precision, rtol=1e-3)
