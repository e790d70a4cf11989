"""30 samples of the posterior by Pyro's Predictive, with samples one by one and side by side."""

from __future__ import annotations

import numpy as np
import pyro
import pyro.distributions as dist
import torch
import torch.nn.functional as F
from clock import Candidates, measure, one_processor
from posterior import SAMPLES, Posterior


class Network:
    """Model and guide. Layers take one weight, or SAMPLES of them in front."""

    def __init__(self, posterior: Posterior) -> None:
        self.ops = posterior.graph["ops"]
        self.parameters = {
            name: (torch.from_numpy(mean), torch.from_numpy(sd))
            for name, (mean, sd) in posterior.parameters.items()
        }

    def guide(self, x: torch.Tensor) -> None:
        for name, (mean, sd) in self.parameters.items():
            pyro.sample(name, dist.Normal(mean, sd).to_event(mean.dim()))

    def model(self, x: torch.Tensor) -> None:
        """Values are batch x ..., or with several samples SAMPLES x batch x ..."""
        h = x
        many = False
        for op in self.ops:
            kind, attributes = op["op"], op.get("attributes", {})
            if kind in ("dense", "conv2d"):
                weight, bias = (self.draw(f"{op['name']}.{part}") for part in ("weight", "bias"))
                was, many = many, bias.dim() == 2
                h = self.dense(h, weight, bias) if kind == "dense" else self.conv(
                    h, weight, bias, attributes, was
                )
            elif kind == "relu":
                h = F.relu(h)
            elif kind == "maxpool2d":
                shape = h.shape
                h = F.max_pool2d(h.flatten(0, -4), attributes["size"], attributes["stride"])
                h = h.reshape(*shape[:-2], *h.shape[-2:])
            else:
                h = h.flatten(-3)
        pyro.deterministic("logits", h)

    def draw(self, name: str) -> torch.Tensor:
        # Only its shape counts: Predictive puts the guide's draw in its place.
        mean, sd = self.parameters[name]
        return pyro.sample(name, dist.Normal(mean, sd).to_event(mean.dim()))

    @staticmethod
    def dense(h: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        if bias.dim() == 1:
            return F.linear(h, weight, bias)
        h = h if h.dim() == 3 else h.expand(len(bias), *h.shape)
        return torch.baddbmm(bias.unsqueeze(1), h, weight.transpose(1, 2))

    @staticmethod
    def conv(
        h: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor,
        attributes: dict[str, list[int]],
        many: bool,
    ) -> torch.Tensor:
        """Several samples become groups of one convolution."""
        top, left, bottom, right = attributes.get("padding", [0, 0, 0, 0])
        h = F.pad(h, (left, right, top, bottom)) if top + left + bottom + right else h
        stride = attributes.get("stride", [1, 1])
        if bias.dim() == 1:
            return F.conv2d(h, weight, bias, stride)
        samples = len(bias)
        if many:
            h = h.transpose(0, 1).flatten(1, 2)
        out = F.conv2d(
            h, weight.flatten(0, 1), bias.flatten(), stride, groups=samples if many else 1
        )
        return out.reshape(len(out), samples, -1, *out.shape[2:]).transpose(0, 1)


def prepare(posterior: Posterior, images: np.ndarray) -> Candidates:
    network = Network(posterior)
    x = torch.from_numpy(images)

    def way(parallel: bool) -> np.ndarray:
        predictive = pyro.infer.Predictive(
            network.model,
            guide=network.guide,
            num_samples=SAMPLES,
            parallel=parallel,
            return_sites=["logits"],
        )
        with torch.no_grad():
            logits = predictive(x)["logits"]
            return torch.softmax(logits, -1).mean(0).reshape(len(x), -1).numpy()

    return {"parallel=True": lambda: way(True), "parallel=False": lambda: way(False)}


if __name__ == "__main__":
    one_processor()
    torch.set_num_threads(1)
    pyro.enable_validation(False)
    pyro.set_rng_seed(1)
    measure("Pyro, 30 samples", prepare)
