"""Moments through the network by FastBNNs, with each way it has for ReLU; logits' mean and variance."""

from __future__ import annotations

import numpy as np
import torch
from clock import Candidates, measure, one_processor
from compat import supply
from posterior import Posterior

supply()

from fastbnns.bnn.base import BNN  # noqa: E402
from fastbnns.bnn.inference import ReLUa  # noqa: E402
from fastbnns.bnn.types import MuVar  # noqa: E402
from torch import nn  # noqa: E402


def layer_of(op: dict, posterior: Posterior) -> nn.Module:
    attributes = op.get("attributes", {})
    if op["op"] in ("dense", "conv2d"):
        shape = posterior.parameters[f"{op['name']}.weight"][0].shape
        if op["op"] == "dense":
            return nn.Linear(shape[1], shape[0])
        top, left, bottom, right = attributes.get("padding", [0, 0, 0, 0])
        assert top == bottom and left == right
        stride = attributes.get("stride", [1, 1])
        return nn.Conv2d(shape[1], shape[0], shape[2:], stride, padding=(top, left))
    if op["op"] == "maxpool2d":
        return nn.MaxPool2d(attributes["size"], attributes["stride"])
    return nn.ReLU() if op["op"] == "relu" else nn.Flatten()


def convert(posterior: Posterior, analytic_relu: bool) -> BNN:
    ops = posterior.graph["ops"]
    network = nn.Sequential()
    for op in ops:
        network.add_module(op["name"], layer_of(op, posterior))
    kwargs = {"wrapper_kwargs_type": {"ReLU": {"moment_propagator": ReLUa()}}}
    bnn = BNN(nn=network, **(kwargs if analytic_relu else {}))
    for name, (mean, sd) in posterior.parameters.items():
        layer, part = name.split(".")
        parameters = getattr(bnn.bnn, layer)._module_params
        rho = np.log(np.expm1(sd.astype(np.float64))).astype(np.float32)
        parameters[f"{part}_mean"].data = torch.from_numpy(mean)
        parameters[f"{part}_rho"].data = torch.from_numpy(rho)
    return bnn.eval()


def prepare(posterior: Posterior, images: np.ndarray) -> Candidates:
    x = torch.from_numpy(images)

    def way(bnn: BNN) -> np.ndarray:
        with torch.inference_mode():
            return bnn(MuVar(x)).mu.numpy()

    unscented, analytic = (convert(posterior, choice) for choice in (False, True))
    return {
        "unscented ReLU (default)": lambda: way(unscented),
        "analytic ReLU": lambda: way(analytic),
    }


if __name__ == "__main__":
    one_processor()
    torch.set_num_threads(1)
    measure("FastBNNs, moments", prepare)
