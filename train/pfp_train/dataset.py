"""A user's data set: an .npz with inputs x and truths y, checked against the network."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from pfp_train.network import Network
from pfp_train.problem import Problem

Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class DataSet:
    """Inputs [n, *input_shape], uint8 or float32, and truths.

    y: a classification's labels, int64 [n, k], k of them drawn for each input; a regression's
    values, float32 [n, outputs].
    """

    x: Array
    y: Array
    sha256: str

    def inputs(self, rows: npt.NDArray[np.int64] | slice) -> npt.NDArray[np.float32]:
        """Some inputs in the user's units; bytes are images, divided by 255."""
        x: npt.NDArray[np.float32] = self.x[rows].astype(np.float32)
        return x / np.float32(255) if self.x.dtype == np.uint8 else x

    def doubtful(self) -> npt.NDArray[np.bool_]:
        """Which inputs [n] have labels that differ."""
        doubtful: npt.NDArray[np.bool_] = (self.y != self.y[:, :1]).any(axis=1)
        return doubtful


def _arrays(path: Path) -> dict[str, Array]:
    where = path
    try:
        content = np.load(path, allow_pickle=False)
        if not isinstance(content, np.lib.npyio.NpzFile):
            raise Problem(where, "this is a single array", "save it by np.savez(file, x=x, y=y)")
        with content:
            return {name: content[name] for name in ("x", "y") if name in content.files}
    except FileNotFoundError:
        raise Problem(where, "there is no such file", "give the path of an .npz") from None
    except IsADirectoryError:
        raise Problem(where, "this is a folder", "give the path of an .npz") from None
    except PermissionError:
        raise Problem(where, "you have no permission for it", "check its permissions") from None
    except (BadZipFile, ValueError, EOFError, OSError) as error:
        remedy = "save plain arrays by np.savez(file, x=x, y=y)"
        raise Problem(where, f"cannot be read as an .npz: {error}", remedy) from None


def _inputs(path: Path, x: Array, network: Network) -> Array:
    shape = network.input_shape
    if x.dtype != np.uint8:
        if x.dtype.kind != "f":
            what = f"x is {x.dtype}"
            raise Problem(path, what, "give uint8 images, or float32 in the graph's units")
        x = x.astype(np.float32)
    if x.ndim > 0 and x.shape[1:] == shape[1:] and shape[0] == 1 and len(shape) > 1:
        x = x[:, None]
    if x.shape[1:] != shape or x.ndim == 0:
        wanted = ", ".join(map(str, ("n", *shape)))
        what = f"x has shape {list(x.shape)}, but the graph's input is [{wanted}]"
        raise Problem(path, what, "change input.shape of the graph, or reshape x")
    if len(x) == 0:
        raise Problem(path, "x is empty", "give at least one input")
    if x.dtype != np.uint8:
        bad = np.flatnonzero(~np.isfinite(x.reshape(len(x), -1)).all(axis=1))
        if len(bad) > 0:
            what = f"x has a NaN or an infinity, first in input {bad[0]}, in {len(bad)} in all"
            raise Problem(path, what, "mend or remove these inputs")
    return x


def _labels(path: Path, y: Array, network: Network) -> Array:
    classes = network.outputs
    if y.dtype.kind not in "iu" or y.ndim not in (1, 2) or y.size == 0:
        what = f"y is {y.dtype} {list(y.shape)}, expected integer labels [n] or [n, k]"
        raise Problem(path, what, "give class numbers; for values, a graph of head regression")
    y = y.reshape(len(y), -1).astype(np.int64)
    bad = np.flatnonzero(((y < 0) | (y >= classes)).any(axis=1))
    if len(bad) > 0:
        label = y[bad[0]][(y[bad[0]] < 0) | (y[bad[0]] >= classes)][0]
        what = f"y of input {bad[0]} is {label}, but the classes are 0..{classes - 1}"
        raise Problem(path, what, "mend the labels, or give the graph a label for each class")
    if (y == y[0, 0]).all():
        what = f"all labels are {y[0, 0]}"
        raise Problem(path, what, "give inputs of at least two classes")
    return y


def _values(path: Path, y: Array, network: Network) -> Array:
    outputs = network.outputs
    if y.ndim == 1 and outputs == 1:
        y = y[:, None]
    if y.dtype.kind != "f" or y.shape[1:] != (outputs,):
        what = f"y is {y.dtype} {list(y.shape)}, expected floats [n, {outputs}]"
        raise Problem(path, what, "give one value for each output of the graph")
    bad = np.flatnonzero(~np.isfinite(y).all(axis=1))
    if len(bad) > 0:
        what = f"y has a NaN or an infinity, first for input {bad[0]}"
        raise Problem(path, what, "mend or remove these inputs")
    return y.astype(np.float32)


def read_data(path: Path, network: Network) -> DataSet:
    """Read and check a data set; what is wrong with it is a Problem."""
    arrays = _arrays(path)
    for name in ("x", "y"):
        if name not in arrays:
            remedy = "save both: np.savez(file, x=x, y=y)"
            raise Problem(path, f"there is no array {name} in it", remedy)
    x, y = _inputs(path, arrays["x"], network), arrays["y"]
    if y.ndim == 0 or len(y) != len(x):
        length = 0 if y.ndim == 0 else len(y)
        what = f"x has {len(x)} inputs, y has {length} truths"
        raise Problem(path, what, "give one for each")
    check = _labels if network.head == "classification" else _values
    return DataSet(x, check(path, y, network), hashlib.sha256(path.read_bytes()).hexdigest())
