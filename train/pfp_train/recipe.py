"""The options of a training, and the ones that made the committed models."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """Every number that training depends on. Standard deviations are those of a weight or bias."""

    seed: int = 1
    epochs: int = 60
    batch: int = 250
    learning_rate: float = 2e-3
    """Adam's step at the start; it falls to nothing along a half cosine."""
    sd_learning_rate: float = 2e-3
    """The same for the parameter behind each standard deviation. A weight without signal sees but
    the faint pull of the prior, and its sd needs larger steps to arrive there."""
    prior_sd: float = 0.1
    initial_sd: float = 0.03
    kl_weight: float = 0.25
    """Final weight of the KL term; below 1 the posterior is a tempered ("cold") one."""
    kl_warmup: int = 10
    """Epochs over which the weight of the KL term rises linearly from nothing."""
    blends: float = 0.2
    """Part of each batch that is blends of two images."""
    shift: int = 0
    """Each training image moves by up to so many pixels, down or up, right or left."""
    draws: int = 10
    """Parts of a batch that each see another draw of the convolution weights."""


RECIPES = {
    "mlp": Recipe(prior_sd=0.7, kl_weight=0.1, epochs=60),
    "lenet5": Recipe(
        epochs=45,
        sd_learning_rate=0.03,
        prior_sd=2.0,
        initial_sd=0.05,
        kl_weight=0.05,
        kl_warmup=3,
    ),
}
