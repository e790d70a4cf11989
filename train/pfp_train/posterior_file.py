"""Reads and writes posterior files: safetensors whose metadata holds the graph.

The format is described in docs/posterior-format.md.
"""

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pfp_train.whole_file import write_whole

Tensor = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PosteriorFile:
    """The graph, as the JSON that `__metadata__.pfp` holds, and the tensors by name."""

    graph: dict[str, Any]
    tensors: dict[str, Tensor]


def write_posterior(path: Path, posterior: PosteriorFile) -> None:
    """Write the tensors as float32, in order of name."""
    header: dict[str, Any] = {"__metadata__": {"pfp": json.dumps(posterior.graph)}}
    data = b""
    for name in sorted(posterior.tensors):
        values = posterior.tensors[name].astype("<f4")
        start = len(data)
        data += values.tobytes()
        header[name] = {
            "dtype": "F32",
            "shape": list(values.shape),
            "data_offsets": [start, len(data)],
        }
    text = json.dumps(header).encode()
    # The data begins on a multiple of eight bytes, as the format asks.
    text += b" " * (-len(text) % 8)
    write_whole(path, struct.pack("<Q", len(text)) + text + data)


def read_posterior(path: Path) -> PosteriorFile:
    """Read a file of float32 tensors, widened to float64."""
    content = path.read_bytes()
    (length,) = struct.unpack_from("<Q", content)
    header = json.loads(content[8 : 8 + length])
    graph = json.loads(header.pop("__metadata__")["pfp"])
    tensors = {}
    for name, entry in header.items():
        if entry["dtype"] != "F32":
            message = f"{path}: {name} is {entry['dtype']}, only F32 is read here"
            raise ValueError(message)
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        values = np.frombuffer(content[start:end], dtype="<f4").reshape(entry["shape"])
        tensors[name] = values.astype(np.float64)
    return PosteriorFile(graph, tensors)
