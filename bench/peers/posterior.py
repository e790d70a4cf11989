"""Posterior files and test images, as plain numpy."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

SAMPLES = 30
BATCHES = (1, 8, 64)


@dataclass(frozen=True)
class Posterior:
    """A network: its graph as in the file, and (mean, sd) of every parameter by name."""

    graph: dict[str, Any]
    parameters: dict[str, tuple[np.ndarray, np.ndarray]]

    def normalised(self, images: np.ndarray) -> np.ndarray:
        """Images of 0 to 1, in the units of the first layer; convolutions keep C, H, W."""
        shape = self.graph["input"]["shape"]
        mean, scale = (
            np.asarray(self.graph["input"][key], np.float32) for key in ("mean", "scale")
        )
        x = images.reshape(len(images), *shape)
        if len(shape) == 3:
            mean, scale = (value.reshape(-1, 1, 1) for value in (mean, scale))
        return np.ascontiguousarray((x - mean) / scale, np.float32)


def read_posterior(path: Path) -> Posterior:
    """Reads a safetensors file with F32 tensors (docs/posterior-format.md)."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    graph = json.loads(header.pop("__metadata__")["pfp"])
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        if entry["dtype"] != "F32":
            raise ValueError(f"{path}: {name} is {entry['dtype']}, expected F32")
        tensors[name] = np.frombuffer(data[begin:end], "<f4").reshape(entry["shape"]).copy()
    names = {name.rsplit(".", 1)[0] for name in tensors}
    return Posterior(graph, {n: (tensors[f"{n}.mean"], tensors[f"{n}.sd"]) for n in sorted(names)})


def read_images(path: Path, count: int) -> np.ndarray:
    """The first images of an IDX file, 0 to 1, flat."""
    data = path.read_bytes()
    _, _, height, width = struct.unpack(">IIII", data[:16])
    pixels = np.frombuffer(data[16 : 16 + count * height * width], np.uint8)
    return pixels.reshape(count, height * width).astype(np.float32) / 255
