"""A network from JSON: the graph of the posterior format, with what training must know besides.

`dense` says its number of `outputs`, `conv2d` its `outputs` and its `kernel` [height, width]; the
last layer's outputs follow from the labels. The posterior file has shapes instead.
"""

import json
import re
from pathlib import Path
from typing import Any, NoReturn

from pfp_train.network import NETWORKS, Network, Op, shape_after
from pfp_train.problem import Problem

ATTRIBUTES = {
    "dense": (),
    "conv2d": ("stride", "padding"),
    "relu": (),
    "maxpool2d": ("size", "stride"),
    "flatten": (),
}
IMAGE = 3


class _Reader:
    """Reads parts of the graph and refuses what is wrong with them."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def refuse(self, where: str, what: str, remedy: str) -> NoReturn:
        raise Problem(f"{self.path}: {where}", what, remedy)

    def numbers(self, value: object, where: str, count: int, least: int) -> list[int]:
        right = isinstance(value, list) and len(value) == count
        if not right or not all(type(n) is int and n >= least for n in value):  # type: ignore[attr-defined]
            self.refuse(where, f"is {value}", f"give {count} whole numbers of {least} or more")
        return list(value)  # type: ignore[call-overload, no-any-return]

    def floats(self, value: object, where: str, count: int) -> tuple[float, ...]:
        right = isinstance(value, list) and len(value) in (1, count)
        if not right or not all(type(n) in (int, float) for n in value):  # type: ignore[attr-defined]
            self.refuse(where, f"is {value}", "give one number, or one for each channel")
        return tuple(map(float, value))  # type: ignore[call-overload]

    def op(self, entry: dict[str, Any], before: str, shape: tuple[int, ...], outputs: int) -> Op:
        kind, name = entry.get("op"), entry.get("name")
        if not isinstance(name, str) or not re.fullmatch(r"[\w.-]{1,64}", name):
            self.refuse("ops", f"the name {name!r} is none", "name each op by letters and digits")
        if kind not in ATTRIBUTES:
            self.refuse(name, f"there is no op {kind!r}", f"use one of {', '.join(ATTRIBUTES)}")
        if entry.get("inputs", [before]) != [before]:
            remedy = f"only chains can be trained: read {before!r}, the op before it"
            self.refuse(name, f"reads {entry['inputs']}", remedy)
        spatial = kind in ("conv2d", "maxpool2d")
        if spatial and len(shape) != IMAGE:
            self.refuse(name, f"{kind} reads {list(shape)}", "put it before the flatten")
        if kind == "dense" and len(shape) != 1:
            self.refuse(name, f"dense reads {list(shape)}", "put a flatten before it")
        return Op(
            name,
            kind,
            self.attributes(name, kind, entry.get("attributes", {})),
            self.weight_shape(name, entry, shape, outputs),
        )

    def attributes(self, name: str, kind: str, given: dict[str, Any]) -> dict[str, list[int]]:
        for key in set(given) - set(ATTRIBUTES[kind]):
            self.refuse(name, f"{kind} has no attribute {key!r}", "see docs/posterior-format.md")
        attributes = {}
        if kind == "conv2d":
            attributes["stride"] = self.numbers(given.get("stride", [1, 1]), name, 2, 1)
            attributes["padding"] = self.numbers(given.get("padding", [0] * 4), name, 4, 0)
        if kind == "maxpool2d":
            attributes["size"] = self.numbers(given.get("size"), f"{name}: size", 2, 1)
            stride = given.get("stride", attributes["size"])
            attributes["stride"] = self.numbers(stride, name, 2, 1)
        return attributes

    def weight_shape(
        self, name: str, entry: dict[str, Any], shape: tuple[int, ...], outputs: int
    ) -> tuple[int, ...]:
        if entry["op"] not in ("dense", "conv2d"):
            return ()
        units = self.numbers([entry.get("outputs", outputs)], f"{name}: outputs", 1, 1)
        kernel = []
        if entry["op"] == "conv2d":
            kernel = self.numbers(entry.get("kernel"), f"{name}: kernel", 2, 1)
        return (*units, shape[0], *kernel)

    def labels(self, output: dict[str, Any]) -> list[str]:
        head = output.get("head")
        if head == "regression":
            return []
        if head != "classification":
            self.refuse("output.head", f"is {head!r}", "use classification or regression")
        labels: list[Any] = output.get("labels") or []
        if len(labels) < 2 or not all(isinstance(label, str) for label in labels):  # noqa: PLR2004
            self.refuse("output.labels", f"is {labels}", "give a string for each of the classes")
        return labels

    def ops(self, entries: object, shape: tuple[int, ...], outputs: int) -> list[Op]:
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            self.refuse("ops", "is no list of ops", "see docs/posterior-format.md")
        ops: list[Op] = []
        for i, entry in enumerate(entries):
            before = ops[-1].name if ops else "input"
            op = self.op(entry, before, shape, outputs if i == len(entries) - 1 else 0)
            if op.name == "input" or any(op.name == other.name for other in ops):
                self.refuse(op.name, "this name is used twice", "name each op differently")
            shape = shape_after(op, shape)
            if min(shape) < 1:
                self.refuse(op.name, f"leaves {list(shape)}", "make kernel or window smaller")
            ops.append(op)
        if not ops or ops[-1].op != "dense":
            self.refuse("ops", "the last op is not dense", "let a dense layer give the outputs")
        return ops


def parse_graph(path: Path, graph: object) -> Network:
    """The network that a graph describes; what is wrong with it is a Problem."""
    read = _Reader(path)
    if not isinstance(graph, dict) or graph.get("schema", 1) != 1:
        read.refuse("schema", "this is no graph of schema 1", "see docs/posterior-format.md")
    given, output = graph.get("input", {}), graph.get("output", {})
    count = IMAGE if len(given.get("shape", [])) == IMAGE else 1
    shape = tuple(read.numbers(given.get("shape"), "input.shape", count, 1))
    mean = read.floats(given.get("mean", [0.0]), "input.mean", shape[0])
    scale = read.floats(given.get("scale", [1.0]), "input.scale", shape[0])
    if 0 in scale:
        read.refuse("input.scale", "is 0", "give what the input is divided by")
    labels = read.labels(output)
    ops = read.ops(graph.get("ops"), shape, len(labels))
    last = ops[-1]
    if output.get("input", last.name) != last.name:
        read.refuse("output.input", f"is {output['input']!r}", f"name the last op, {last.name}")
    if labels and last.weight_shape[0] != len(labels):
        what = f"{last.name} has {last.weight_shape[0]} outputs for {len(labels)} labels"
        read.refuse("output.labels", what, "give each output its label")
    name = graph.get("name", path.stem)
    return Network(str(name), shape, mean, scale, tuple(ops), tuple(labels))


def read_network(name: str) -> Network:
    """A network by its name, or by the path of its JSON."""
    if name in NETWORKS:
        return NETWORKS[name]
    path = Path(name)
    known = f"give {' or '.join(sorted(NETWORKS))}, or the path of a graph as JSON"
    try:
        return parse_graph(path, json.loads(path.read_text()))
    except (OSError, UnicodeDecodeError):
        raise Problem(
            f"--graph {name}", "there is no such network, and no such file", known
        ) from None
    except json.JSONDecodeError as error:
        raise Problem(path, f"this is no JSON: {error}", known) from None
