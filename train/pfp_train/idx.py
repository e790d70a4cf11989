"""Reads IDX files, the format of MNIST: a big-endian header, then unsigned bytes."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

UNSIGNED_BYTE = 0x08


def read_idx(path: Path) -> npt.NDArray[np.uint8]:
    """The array in an IDX file, of the shape its header names."""
    data = path.read_bytes()
    if len(data) < 4 or data[:2] != b"\0\0" or data[2] != UNSIGNED_BYTE:  # noqa: PLR2004
        message = f"{path}: not an IDX file of unsigned bytes"
        raise ValueError(message)
    dimensions = data[3]
    header = 4 + 4 * dimensions
    shape = np.frombuffer(data[4:header], dtype=">u4").astype(int)
    if shape.size != dimensions or len(data) != header + int(np.prod(shape)):
        message = f"{path}: its length does not match its header"
        raise ValueError(message)
    return np.frombuffer(data, dtype=np.uint8, offset=header).reshape(shape)
