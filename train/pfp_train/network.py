"""Networks as data: the graph that training, the posterior file and the reference all follow."""

from dataclasses import dataclass, field
from typing import Any

Attributes = dict[str, list[int]]


@dataclass(frozen=True)
class Op:
    """One step of a chain of steps. Only dense and conv2d carry a weight_shape, PyTorch's."""

    name: str
    op: str
    attributes: Attributes = field(default_factory=dict)
    weight_shape: tuple[int, ...] = ()


@dataclass(frozen=True)
class Network:
    """A chain of steps over an input [channels, height, width] normalised by mean and scale."""

    name: str
    input_shape: tuple[int, int, int]
    input_mean: float
    input_scale: float
    labels: tuple[str, ...]
    ops: tuple[Op, ...]

    @property
    def layers(self) -> tuple[Op, ...]:
        """The steps with weights."""
        return tuple(op for op in self.ops if op.weight_shape)

    def graph(self) -> dict[str, Any]:
        """The graph of the posterior format, without provenance."""
        ops = []
        previous = "input"
        for op in self.ops:
            entry: dict[str, Any] = {"name": op.name, "op": op.op, "inputs": [previous]}
            if op.attributes:
                entry["attributes"] = op.attributes
            ops.append(entry)
            previous = op.name
        return {
            "schema": 1,
            "name": self.name,
            "input": {
                "shape": list(self.input_shape),
                "mean": [self.input_mean],
                "scale": [self.input_scale],
            },
            "ops": ops,
            "output": {"head": "classification", "input": previous, "labels": list(self.labels)},
        }


def _dense(name: str, outputs: int, inputs: int) -> Op:
    return Op(name, "dense", weight_shape=(outputs, inputs))


def _conv5x5(name: str, outputs: int, inputs: int, pad: int) -> Op:
    return Op(name, "conv2d", {"stride": [1, 1], "padding": [pad] * 4}, (outputs, inputs, 5, 5))


def _relu(name: str) -> Op:
    return Op(name, "relu")


def _halve(name: str) -> Op:
    return Op(name, "maxpool2d", {"size": [2, 2], "stride": [2, 2]})


def _digits(name: str, *ops: Op) -> Network:
    return Network(name, (1, 28, 28), 0.1307, 0.3081, tuple("0123456789"), ops)


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
