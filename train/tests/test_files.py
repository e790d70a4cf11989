"""IDX and posterior files; the writer printed in the documentation."""

import json
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pfp_train.datasets import REPOSITORY
from pfp_train.idx import read_idx
from pfp_train.network import LENET5, MLP
from pfp_train.one_pass import one_pass
from pfp_train.posterior_file import PosteriorFile, read_posterior, write_posterior


def test_idx(tmp_path: Path) -> None:
    path = tmp_path / "images"
    path.write_bytes(struct.pack(">IIII", 0x0803, 2, 1, 3) + bytes(range(6)))
    np.testing.assert_array_equal(read_idx(path), np.arange(6).reshape(2, 1, 3))
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ValueError, match="length"):
        read_idx(path)


def test_posterior_file_returns_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    tensors = {"b.mean": np.arange(3.0), "a.mean": np.full((2, 1), 0.5)}
    write_posterior(path, PosteriorFile(MLP.graph(), tensors))
    back = read_posterior(path)
    assert back.graph == MLP.graph()
    assert back.tensors.keys() == tensors.keys()
    for name, values in tensors.items():
        np.testing.assert_array_equal(back.tensors[name], values)


def test_posterior_file_layout(tmp_path: Path) -> None:
    """The data begins on a multiple of 8 and the tensors fill it without a gap."""
    path = tmp_path / "x.safetensors"
    write_posterior(path, PosteriorFile({}, {"a": np.zeros(3), "b": np.zeros((2, 2))}))
    content = path.read_bytes()
    (length,) = struct.unpack_from("<Q", content)
    header = json.loads(content[8 : 8 + length])
    assert length % 8 == 0
    assert [header[name]["data_offsets"] for name in "ab"] == [[0, 12], [12, 28]]
    assert len(content) == 8 + length + 28


def test_networks_chain_from_input_to_output() -> None:
    for network in (MLP, LENET5):
        graph = network.graph()
        before = ["input", *(op["name"] for op in graph["ops"])]
        assert [op["inputs"] for op in graph["ops"]] == [[name] for name in before[:-1]]
        assert graph["output"]["input"] == before[-1]


def test_documented_writer(tmp_path: Path) -> None:
    """The writer in docs/posterior-format.md runs, and the reference reads its file."""
    text = (REPOSITORY / "docs/posterior-format.md").read_text()
    program = text.split("```python\n", 1)[1].split("```", 1)[0]
    path = tmp_path / "tiny.safetensors"
    subprocess.run([sys.executable, "-I", "-c", program, str(path)], check=True)  # noqa: S603
    posterior = read_posterior(path)
    shape = posterior.graph["input"]["shape"]
    logits = one_pass(posterior, np.full((1, *shape), 0.5))
    assert np.isfinite(logits.mean).all()
    assert (logits.var > 0).all()
