"""A trained posterior as a posterior file."""

from typing import Any

import numpy as np

from pfp_train.network import Network
from pfp_train.posterior import Posterior, sd_of
from pfp_train.posterior_file import PosteriorFile


def as_posterior_file(
    network: Network, posterior: Posterior, provenance: dict[str, Any]
) -> PosteriorFile:
    """The network's graph with provenance, and mean and sd of each weight and bias.

    Values are rounded to float32, so that what is scored is what the file holds.
    """
    tensors = {}
    for layer, parts in posterior.items():
        for part, gaussian in parts.items():
            for moment, values in (("mean", gaussian["mean"]), ("sd", sd_of(gaussian))):
                rounded = np.asarray(values, dtype=np.float32)
                tensors[f"{layer}.{part}.{moment}"] = rounded.astype(np.float64)
    return PosteriorFile({**network.graph(), "provenance": provenance}, tensors)
