"""A trained posterior as a posterior file."""

from typing import Any

import numpy as np

from pfp_train.likelihood import Parameters
from pfp_train.network import Network
from pfp_train.posterior import sd_of
from pfp_train.posterior_file import PosteriorFile


def as_posterior_file(
    network: Network, parameters: Parameters, provenance: dict[str, Any]
) -> PosteriorFile:
    """The network's graph with provenance, and mean and sd of each weight and bias.

    Values are rounded to float32, so that what is scored is what the file holds.
    """
    tensors = {}
    for layer, parts in parameters["layers"].items():
        for part, gaussian in parts.items():
            for moment, values in (("mean", gaussian["mean"]), ("sd", sd_of(gaussian))):
                rounded = np.asarray(values, dtype=np.float32)
                tensors[f"{layer}.{part}.{moment}"] = rounded.astype(np.float64)
    noise_sd = None
    if "log_noise" in parameters:
        noise_sd = [float(sd) for sd in np.exp(np.asarray(parameters["log_noise"]))]
    return PosteriorFile({**network.graph(noise_sd), "provenance": provenance}, tensors)
