"""What moves the parameters: Adam with two rates, or IVON."""

from typing import Any

import jax
import optax

from pfp_train.ivon import ivon
from pfp_train.recipe import Objective, Recipe


def _schedule(rate: float, recipe: Recipe, epoch_steps: int) -> optax.Schedule:
    warmup = recipe.warmup * epoch_steps
    rest = max(1, recipe.epochs * epoch_steps - warmup)
    fall = {
        "cosine": optax.cosine_decay_schedule(rate, rest),
        "linear": optax.linear_schedule(rate, 0.0, rest),
        "constant": optax.constant_schedule(rate),
    }[recipe.schedule]
    if warmup == 0:
        return fall
    rise = optax.linear_schedule(rate / warmup, rate, warmup)
    return optax.join_schedules([rise, fall], [warmup])


def optimiser(
    objective: Objective, recipe: Recipe, inputs: int, epoch_steps: int
) -> optax.GradientTransformationExtraArgs:
    """A transformation of gradients of the loss with respect to the parameters."""

    def adam(rate: float) -> optax.GradientTransformation:
        return optax.adam(_schedule(rate, recipe, epoch_steps))

    def kinds(parameters: Any) -> Any:  # noqa: ANN401 - a tree of names shaped like it
        return jax.tree_util.tree_map_with_path(lambda path, _: path[-1].key, parameters)

    def parts(parameters: Any) -> Any:  # noqa: ANN401 - a tree of names shaped like it
        return jax.tree_util.tree_map_with_path(lambda path, _: path[0].key, parameters)

    if objective != "ivon":
        rates = {
            "mean": recipe.learning_rate,
            "rho": recipe.sd_learning_rate,
            "log_noise": recipe.sd_learning_rate,
        }
        return optax.multi_transform({name: adam(rate) for name, rate in rates.items()}, kinds)
    natural = ivon(
        _schedule(recipe.learning_rate, recipe, epoch_steps),
        inputs=inputs,
        prior_sd=recipe.prior_sd,
        initial_sd=recipe.initial_sd,
        momentum=recipe.momentum,
        hessian_momentum=recipe.hessian_momentum,
        kl_weight=recipe.kl_weight,
    )
    noise = adam(recipe.sd_learning_rate)
    return optax.partition({"layers": natural, "log_noise": noise}, parts)
