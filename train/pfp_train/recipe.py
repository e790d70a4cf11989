"""The options of a training, and the values that are taken where none are given."""

from dataclasses import dataclass, replace
from typing import Literal, get_args

Objective = Literal["svi", "pfp", "ivon"]
OBJECTIVES: tuple[Objective, ...] = get_args(Objective)
Schedule = Literal["cosine", "linear", "constant"]
SCHEDULES: tuple[Schedule, ...] = get_args(Schedule)


@dataclass(frozen=True)
class Recipe:
    """Every number that training depends on. Standard deviations are those of a weight or bias."""

    seed: int = 1
    epochs: int = 60
    batch: int = 250
    learning_rate: float = 2e-3
    """Step of the means at the start: of Adam, or with ivon of gradient descent."""
    sd_learning_rate: float = 2e-3
    """Adam's for the parameter behind each standard deviation. A weight without signal sees but
    the faint pull of the prior, and its sd needs larger steps to arrive there."""
    schedule: Schedule = "cosine"
    """How the steps fall from there to nothing."""
    warmup: int = 0
    """Epochs over which the steps rise to their start."""
    prior_sd: float = 0.1
    initial_sd: float = 0.03
    kl_weight: float = 0.25
    """Final weight of the KL term; below 1 the posterior is a tempered ("cold") one."""
    kl_warmup: int = 10
    """Epochs over which the weight of the KL term rises linearly from nothing."""
    ambiguous: float = 0.0
    """Share of an epoch's inputs that have labels that differ; these are repeated for it. 0 takes
    each input once."""
    blends: float = 0.0
    """Part of each batch that is blends of two inputs; classification only."""
    shift: int = 0
    """Each training image moves by up to so many pixels, down or up, right or left."""
    part: int = 50
    """Inputs of a batch that are computed together. With svi and ivon each part sees another draw
    of the convolution weights. Parts that fit the processor's cache are the fastest."""
    points: int = 8
    """pfp: normal points over which the likelihood of logits is averaged; even."""
    momentum: float = 0.9
    """ivon: decay of the mean of gradients."""
    hessian_momentum: float = 0.9999
    """ivon: decay of the mean of curvatures."""


_MLP = Recipe(epochs=40, sd_learning_rate=0.02, prior_sd=0.7, kl_weight=0.1, kl_warmup=3)
_LENET = Recipe(
    epochs=40, sd_learning_rate=0.03, prior_sd=2.0, initial_sd=0.05, kl_weight=0.05, kl_warmup=3
)
_OTHER = Recipe(epochs=40, sd_learning_rate=0.02, prior_sd=0.5, batch=100, kl_warmup=3)


def _natural(recipe: Recipe) -> Recipe:
    """IVON's steps are not divided by the size of a gradient, and its sds start wide."""
    return replace(recipe, learning_rate=0.3, warmup=2, initial_sd=0.1, hessian_momentum=0.999)


RECIPES: dict[tuple[Objective, str], Recipe] = {
    ("svi", "mlp"): _MLP,
    ("pfp", "mlp"): replace(_MLP, kl_weight=0.05),
    ("ivon", "mlp"): _natural(_MLP),
    ("svi", "lenet5"): _LENET,
    ("pfp", "lenet5"): _LENET,
    ("ivon", "lenet5"): _natural(_LENET),
}
"""By objective and network."""


def default_recipe(objective: Objective, network: str) -> Recipe:
    """The recipe of a network of this name, or one for any other."""
    other = _natural(_OTHER) if objective == "ivon" else _OTHER
    return RECIPES.get((objective, network), other)
