"""The training loop: gradient steps on the evidence lower bound.

For each input the loss is E[-log p(truth | input, weights)] + kl_weight * KL / inputs, in nats.
"""

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

import jax
import jax.numpy as jnp
import numpy as np
import optax

from pfp_train.batches import batches, epoch_rows
from pfp_train.checkpoint import Progress
from pfp_train.compiled import compiled
from pfp_train.dataset import DataSet
from pfp_train.likelihood import (
    Expected,
    Parameters,
    expected_by_draw,
    expected_by_moments,
    initial_parameters,
)
from pfp_train.network import Network
from pfp_train.optimiser import optimiser
from pfp_train.posterior import kl_to_prior
from pfp_train.problem import Problem
from pfp_train.recipe import Objective, Recipe

State = tuple[Parameters, optax.OptState]


@dataclass(frozen=True, eq=False)
class Fit:
    """A training as data: what is trained, on what, and how."""

    network: Network
    data: DataSet
    objective: Objective
    recipe: Recipe

    @property
    def inputs(self) -> int:
        """Inputs of an epoch, which is how many the KL term is shared by."""
        return len(epoch_rows(self.data, self.recipe))

    @property
    def epoch_steps(self) -> int:
        """Steps of an epoch."""
        return self.inputs // self.recipe.batch

    def check(self) -> None:
        """Refuse a recipe that cannot train, as a Problem."""
        recipe, inputs = self.recipe, self.inputs
        if recipe.ambiguous > 0 and not self.data.doubtful().any():
            what = "no input of the data has labels that differ"
            raise Problem("--ambiguous", what, "leave it out, or give y as [n, k] labels")
        if inputs < recipe.batch:
            what = f"a batch has {recipe.batch} inputs, the data but {inputs}"
            raise Problem("--batch", what, "give a smaller one, and --part")
        if recipe.batch % recipe.part != 0:
            what = f"{recipe.batch} is no multiple of --part {recipe.part}"
            raise Problem("--batch", what, "give one that is")
        if self.objective == "ivon" and recipe.initial_sd >= recipe.prior_sd:
            what = f"is {recipe.initial_sd}, not below --prior-sd {recipe.prior_sd}"
            raise Problem("--initial-sd", what, "give a smaller one: ivon starts from curvature")
        if recipe.blends > 0 and self.network.head == "regression":
            raise Problem("--blends", "there are none of a regression", "leave it out")
        if recipe.shift > 0 and len(self.network.input_shape) == 1:
            raise Problem("--shift", "the inputs are no images", "leave it out")

    def identity(self) -> dict[str, Any]:
        """What two runs of the same training have in common."""
        options = {name.replace("_", "-"): value for name, value in vars(self.recipe).items()}
        return {
            "--objective": self.objective,
            "the graph": self.network.graph(),
            "the data of SHA-256": self.data.sha256,
        } | {f"--{name}": value for name, value in options.items()}


def _expected(fit: Fit) -> Callable[..., Expected]:
    if fit.objective == "pfp":

        def by_moments(*given: Any) -> Expected:  # noqa: ANN401 - passed on
            return expected_by_moments(fit.network, *given, points=fit.recipe.points)

        return by_moments

    def by_draw(*given: Any) -> Expected:  # noqa: ANN401 - passed on
        return expected_by_draw(fit.network, *given)

    return by_draw


@functools.lru_cache(maxsize=1)
def _stepper(fit: Fit) -> tuple[optax.GradientTransformationExtraArgs, Callable[..., Any]]:
    recipe = fit.recipe
    moves = optimiser(fit.objective, recipe, fit.inputs, fit.epoch_steps)
    expected = _expected(fit)
    parts = recipe.batch // recipe.part

    def likelihood(
        parameters: Parameters, x: jax.Array, y: jax.Array, key: jax.Array
    ) -> tuple[jax.Array, jax.Array]:
        terms = expected(parameters, x, y, key)
        nll = terms.nll.mean() / parts
        return nll, jnp.stack([nll, terms.right.mean() / parts])

    def penalty(parameters: Parameters, kl_weight: jax.Array) -> tuple[jax.Array, jax.Array]:
        kl = kl_to_prior(parameters["layers"], recipe.prior_sd) / fit.inputs
        # IVON's step has the KL term in it.
        return (0.0 if fit.objective == "ivon" else kl_weight) * kl, kl

    def step(
        state: State, x: jax.Array, y: jax.Array, kl_weight: jax.Array, key: jax.Array
    ) -> tuple[State, jax.Array]:
        parameters, kept = state
        gradient, kl = jax.grad(penalty, has_aux=True)(parameters, kl_weight)

        def add(total: Any, part: Any) -> Any:  # noqa: ANN401 - trees
            new = jax.grad(likelihood, has_aux=True)(parameters, *part)
            return jax.tree.map(jnp.add, total, new), None

        divided = tuple(a.reshape(parts, recipe.part, *a.shape[1:]) for a in (x, y))
        keys = jax.random.split(key, parts)
        (gradient, terms), _ = jax.lax.scan(add, (gradient, jnp.zeros(2)), (*divided, keys))
        updates, kept = moves.update(gradient, kept, parameters, kl_weight=kl_weight)
        new = cast("Parameters", optax.apply_updates(parameters, updates))
        return (new, kept), jnp.append(terms, kl)

    return moves, compiled(step)


def start(fit: Fit) -> Progress:
    """A training before its first step."""
    key, use = jax.random.split(jax.random.key(fit.recipe.seed))
    parameters = initial_parameters(fit.network, fit.data, fit.recipe, use)
    moves = optimiser(fit.objective, fit.recipe, fit.inputs, fit.epoch_steps)
    generator = np.random.default_rng(fit.recipe.seed).bit_generator.state
    return Progress((parameters, moves.init(parameters)), key, cast("dict[str, Any]", generator))


def steps(fit: Fit, progress: Progress) -> Iterator[Progress]:
    """Train from `progress` on, which is moved along and yielded after each step.

    The same training gives the same posterior, wherever it was interrupted. With the last step of
    an epoch, `progress` gains its figures and goes on to the next.
    """
    _, step = _stepper(fit)
    random = np.random.default_rng()
    while progress.epoch <= fit.recipe.epochs:
        random.bit_generator.state = progress.generator
        kl_weight = fit.recipe.kl_weight * min(1, progress.epoch / max(1, fit.recipe.kl_warmup))
        done = len(progress.terms)
        labels = fit.network.head == "classification"
        for number, batch in enumerate(batches(fit.data, fit.recipe, random, labels=labels), 1):
            if number <= done:
                continue
            progress.key, use = jax.random.split(progress.key)
            progress.state, terms = step(progress.state, *batch, kl_weight, use)
            progress.terms.append([float(term) for term in terms])
            if number == fit.epoch_steps:
                nll, right, kl = np.mean(progress.terms, axis=0)
                if not np.isfinite(nll):
                    what = f"the loss is no number any more in epoch {progress.epoch}"
                    raise Problem("training", what, "give a smaller --learning-rate")
                figures = {"epoch": progress.epoch, "nll": nll, "kl": kl, "kl_weight": kl_weight}
                measure = "accuracy" if labels else "mse"
                progress.history.append({**figures, measure: right})
                progress.terms = []
                progress.epoch += 1
                progress.generator = random.bit_generator.state
            yield progress
