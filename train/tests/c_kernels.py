"""The runtime's portable kernels as a shared library, where a C compiler is there."""

import ctypes
import shutil
import subprocess
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

RUNTIME = Path(__file__).resolve().parents[2] / "runtime-c"
SOURCES = (
    "kernels/relu/pfp_relu_f32_c.c",
    "kernels/maxpool2d/pfp_maxpool2d_f32_c.c",
    "vec/coefficients.c",
)

Floats = npt.NDArray[np.float32]


class PoolShape(ctypes.Structure):
    """pfp_pool2d_shape of pfp_kernels.h."""

    _fields_ = [
        (name, ctypes.c_uint32)
        for name in (
            *("in_h", "in_w", "channels", "out_h", "out_w"),
            *("size_h", "size_w", "stride_h", "stride_w"),
        )
    ]


def load(folder: Path) -> ctypes.CDLL:
    """Build the library in `folder`; skip the test where there is no compiler."""
    if shutil.which("cc") is None:
        pytest.skip("no C compiler in PATH")
    library = folder / "kernels.so"
    sources = [str(RUNTIME / "src" / source) for source in SOURCES]
    include = [f"-I{RUNTIME / part}" for part in ("include", "src")]
    command = ["cc", "-std=c99", "-O2", "-shared", "-fPIC", *include, *sources]
    subprocess.run([*command, "-o", str(library), "-lm"], check=True)  # noqa: S603 - our own
    return ctypes.CDLL(str(library))


def pointer(values: Floats) -> ctypes.c_void_p:
    """The address of contiguous floats."""
    assert values.flags.c_contiguous
    return ctypes.c_void_p(values.ctypes.data)
