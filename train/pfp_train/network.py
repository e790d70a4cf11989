"""Networks as data: the graph that training, the posterior file and the reference all follow."""

import math
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Attributes = dict[str, list[int]]
Head = Literal["classification", "regression"]


@dataclass(frozen=True)
class Op:
    """One step of a chain of steps. Only dense and conv2d carry a weight_shape, PyTorch's."""

    name: str
    op: str
    attributes: Attributes = field(default_factory=dict)
    weight_shape: tuple[int, ...] = ()


@dataclass(frozen=True)
class Network:
    """A chain of steps over an input [channels, height, width] or [features].

    The network sees (x - mean) / scale, each one number for all or one for each channel. A
    classification has labels; a regression has none.
    """

    name: str
    input_shape: tuple[int, ...]
    input_mean: tuple[float, ...]
    input_scale: tuple[float, ...]
    ops: tuple[Op, ...]
    labels: tuple[str, ...] = ()

    @property
    def layers(self) -> tuple[Op, ...]:
        """The steps with weights."""
        return tuple(op for op in self.ops if op.weight_shape)

    @property
    def head(self) -> Head:
        """What the outputs are."""
        return "classification" if self.labels else "regression"

    @property
    def outputs(self) -> int:
        """The number of logits, or of values."""
        return self.ops[-1].weight_shape[0]

    def normalisation(self) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Mean and scale, to be broadcast over inputs [n, *input_shape]."""
        shape = (-1, *[1] * (len(self.input_shape) - 1))
        mean, scale = (
            np.array(values, dtype=np.float32).reshape(shape)
            for values in (self.input_mean, self.input_scale)
        )
        return mean, scale

    def graph(self, noise_sd: list[float] | None = None) -> dict[str, Any]:
        """The graph of the posterior format, without provenance."""
        ops = []
        previous = "input"
        for op in self.ops:
            entry: dict[str, Any] = {"name": op.name, "op": op.op, "inputs": [previous]}
            if op.attributes:
                entry["attributes"] = op.attributes
            ops.append(entry)
            previous = op.name
        output: dict[str, Any] = {"head": self.head, "input": previous}
        if self.labels:
            output["labels"] = list(self.labels)
        else:
            output["noise_sd"] = noise_sd or [0.0] * self.outputs
        return {
            "schema": 1,
            "name": self.name,
            "input": {
                "shape": list(self.input_shape),
                "mean": list(self.input_mean),
                "scale": list(self.input_scale),
            },
            "ops": ops,
            "output": output,
        }


def slid(size: int, kernel: int, stride: int) -> int:
    """How many windows of `kernel` fit on `size`, one every `stride`."""
    return (size - kernel) // stride + 1


def shape_after(op: Op, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of a step's output, [channels, height, width] or [features]."""
    match op.op:
        case "dense":
            return op.weight_shape[:1]
        case "flatten":
            return (math.prod(shape),)
        case "conv2d":
            top, left, bottom, right = op.attributes["padding"]
            down, across = op.attributes["stride"]
            _, height, width = shape
            return (
                op.weight_shape[0],
                slid(height + top + bottom, op.weight_shape[2], down),
                slid(width + left + right, op.weight_shape[3], across),
            )
        case "maxpool2d":
            channels, height, width = shape
            (rows, columns), (down, across) = op.attributes["size"], op.attributes["stride"]
            return (channels, slid(height, rows, down), slid(width, columns, across))
        case _:
            return shape


def pool_before_relu(ops: tuple[Op, ...]) -> tuple[Op, ...]:
    """The two commute exactly on numbers, and Clark's maximum is closer on Gaussians."""
    ordered: list[Op] = []
    for op in ops:
        after_relu = bool(ordered) and ordered[-1].op == "relu"
        ordered.insert(len(ordered) - (after_relu and op.op == "maxpool2d"), op)
    return tuple(ordered)


def _dense(name: str, outputs: int, inputs: int) -> Op:
    return Op(name, "dense", weight_shape=(outputs, inputs))


def _conv5x5(name: str, outputs: int, inputs: int, pad: int) -> Op:
    return Op(name, "conv2d", {"stride": [1, 1], "padding": [pad] * 4}, (outputs, inputs, 5, 5))


def _relu(name: str) -> Op:
    return Op(name, "relu")


def _halve(name: str) -> Op:
    return Op(name, "maxpool2d", {"size": [2, 2], "stride": [2, 2]})


def _digits(name: str, *ops: Op) -> Network:
    return Network(name, (1, 28, 28), (0.1307,), (0.3081,), ops, tuple("0123456789"))


MLP = _digits(
    "mlp",
    Op("flatten", "flatten"),
    _dense("fc1", 100, 784),
    _relu("relu1"),
    _dense("fc2", 100, 100),
    _relu("relu2"),
    _dense("fc3", 10, 100),
)

LENET5 = _digits(
    "lenet5",
    _conv5x5("conv1", 6, 1, pad=2),
    _relu("relu1"),
    _halve("pool1"),
    _conv5x5("conv2", 16, 6, pad=0),
    _relu("relu2"),
    _halve("pool2"),
    Op("flatten", "flatten"),
    _dense("fc1", 120, 400),
    _relu("relu3"),
    _dense("fc2", 84, 120),
    _relu("relu4"),
    _dense("fc3", 10, 84),
)

NETWORKS = {network.name: network for network in (MLP, LENET5)}
