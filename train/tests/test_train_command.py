"""The command: what it writes, what it refuses, and a kill in the middle."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pfp_train.dataset import read_data
from pfp_train.graph_json import parse_graph
from pfp_train.posterior_file import read_posterior
from pfp_train.problem import Problem
from pfp_train.train import main

TRAIN = Path(__file__).resolve().parents[1]
GRAPH: dict[str, Any] = {
    "schema": 1,
    "name": "tiny",
    "input": {"shape": [1, 4, 4], "mean": [0.5], "scale": [0.5]},
    "ops": [
        {"name": "conv", "op": "conv2d", "inputs": ["input"], "outputs": 2, "kernel": [3, 3]},
        {"name": "relu", "op": "relu", "inputs": ["conv"]},
        {"name": "pool", "op": "maxpool2d", "inputs": ["relu"], "attributes": {"size": [2, 2]}},
        {"name": "flatten", "op": "flatten", "inputs": ["pool"]},
        {"name": "fc", "op": "dense", "inputs": ["flatten"]},
    ],
    "output": {"head": "classification", "input": "fc", "labels": ["no", "yes"]},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Holds graph.json and data.npz."""
    random = np.random.default_rng(1)
    y = random.integers(0, 2, 200)
    x = (random.uniform(0, 150, (200, 4, 4)) + 100 * y[:, None, None]).astype(np.uint8)
    np.savez(tmp_path / "data.npz", x=x, y=y)
    (tmp_path / "graph.json").write_text(json.dumps(GRAPH))
    return tmp_path


def _words(folder: Path, *more: str) -> list[str]:
    return [
        *("--data", str(folder / "data.npz"), "--graph", str(folder / "graph.json")),
        *("--validation", str(folder / "data.npz"), "--objective", "svi"),
        *("--out", str(folder / "model.safetensors"), "--epochs", "3", "--batch", "20"),
        *("--learning-rate", "0.05", *more),
    ]


def _run(monkeypatch: pytest.MonkeyPatch, words: list[str]) -> int:
    monkeypatch.setattr(sys, "argv", ["pfp_train.train", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_a_kill_costs_nothing(folder: Path) -> None:
    """Ended by a signal after its first epoch, it goes on to the weights of a whole run."""
    environment = {**os.environ, "PYTHONPATH": str(TRAIN)}
    command = [sys.executable, "-m", "pfp_train.train"]

    def run(*more: str) -> None:
        words = [*command, *_words(folder, "--epochs", "60", *more)]
        subprocess.run(words, check=True, env=environment, capture_output=True)  # noqa: S603

    run()
    model = folder / "model.safetensors"
    whole = model.read_bytes()
    model.unlink()
    with subprocess.Popen(  # noqa: S603 - our own
        [*command, *_words(folder, "--epochs", "60")],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        while not process.stdout.readline().startswith("epoch"):
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        _, error = process.communicate()
    assert process.returncode == 128 + signal.SIGTERM
    assert "--resume" in error
    assert not model.exists()
    run("--resume")
    assert model.read_bytes() == whole
    assert not (folder / "model.checkpoint").exists()


def test_it_writes_model_report_and_curves(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _run(monkeypatch, _words(folder)) == 0
    posterior = read_posterior(folder / "model.safetensors")
    assert posterior.tensors["conv.weight.sd"].shape == (2, 1, 3, 3)
    assert set(posterior.graph["ops"][0]) == {"name", "op", "inputs", "attributes"}
    report = json.loads((folder / "model.json").read_text())
    assert report["provenance"]["command"].startswith("python -m pfp_train.train --graph")
    assert len(report["history"]) == report["options"]["epochs"] == 3
    assert report["validation"]["accuracy"] > 0.5
    assert (folder / "model.svg").read_text().lstrip().startswith("<?xml")
    assert len((folder / "model.csv").read_text().splitlines()) == 4


BAD_DATA = {
    "no x": ({"x": None}, "no array x"),
    "no y": ({"y": None}, "no array y"),
    "label outside": ({"y": np.array([0, 1, 2, 0])}, "y of input 2 is 2"),
    "negative label": ({"y": np.array([0, -1, 1, 0])}, "y of input 1 is -1"),
    "one class": ({"y": np.zeros(4, int)}, "all labels are 0"),
    "float labels": ({"y": np.zeros(4)}, "y is float64"),
    "number of truths": ({"y": np.array([0, 1])}, "x has 4 inputs, y has 2"),
    "shape": ({"x": np.zeros((4, 5, 5), np.uint8)}, "the graph's input is [n, 1, 4, 4]"),
    "NaN": ({"x": np.full((4, 4, 4), np.nan)}, "a NaN or an infinity, first in input 0"),
    "empty": ({"x": np.zeros((0, 4, 4), np.uint8), "y": np.zeros(0, int)}, "x is empty"),
    "kind of x": ({"x": np.zeros((4, 4, 4), int)}, "x is int64"),
}


@pytest.mark.parametrize(("change", "message"), BAD_DATA.values(), ids=BAD_DATA.keys())
def test_bad_data_is_refused(change: dict[str, Any], message: str, tmp_path: Path) -> None:
    arrays = {"x": np.zeros((4, 4, 4), np.uint8), "y": np.array([0, 1, 1, 0])} | change
    path = tmp_path / "bad.npz"
    np.savez(path, **{name: values for name, values in arrays.items() if values is not None})
    network = parse_graph(Path("graph.json"), GRAPH)
    with pytest.raises(Problem, match=r"bad\.npz") as refused:
        read_data(path, network)
    assert message in str(refused.value)


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 cut off", b"text"])
def test_what_is_no_npz_is_refused(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "bad.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Problem, match=r"bad\.npz"):
        read_data(path, parse_graph(Path("graph.json"), GRAPH))


def _changed(change: dict[str, Any], op: int | None = None) -> dict[str, Any]:
    graph = json.loads(json.dumps(GRAPH))
    (graph if op is None else graph["ops"][op]).update(change)
    return graph  # type: ignore[no-any-return]


BAD_GRAPHS = {
    "op": (_changed({"op": "gelu"}, 1), "there is no op 'gelu'"),
    "branch": (_changed({"inputs": ["input"]}, 1), "only chains can be trained"),
    "attribute": (_changed({"attributes": {"dilation": [1, 1]}}, 0), "no attribute 'dilation'"),
    "kernel": (_changed({"kernel": [9, 9]}, 0), "leaves [2, -4, -4]"),
    "no kernel": (_changed({"kernel": None}, 0), "conv: kernel"),
    "name twice": (_changed({"name": "conv", "inputs": ["conv"]}, 1), "used twice"),
    "no flatten": (_changed({"op": "relu"}, 3), "put a flatten before it"),
    "ends early": ({**GRAPH, "ops": GRAPH["ops"][:2]}, "the last op is not dense"),
    "labels": (_changed({"output": {"head": "classification", "labels": ["a"]}}), "labels"),
    "head": (_changed({"output": {"head": "ranking"}}), "'ranking'"),
    "schema": (_changed({"schema": 2}), "schema"),
    "input": (_changed({"input": {"shape": [0]}}), "input.shape"),
}


@pytest.mark.parametrize(("graph", "message"), BAD_GRAPHS.values(), ids=BAD_GRAPHS.keys())
def test_bad_graphs_are_refused(graph: dict[str, Any], message: str) -> None:
    with pytest.raises(Problem) as refused:
        parse_graph(Path("graph.json"), graph)
    assert message in str(refused.value)


BAD_WORDS = {
    "folder": (["--out", "nowhere/model.safetensors"], "there is no folder nowhere"),
    "suffix": (["--out", "model.bin"], "let it end in .safetensors"),
    "graph": (["--graph", "resnet"], "no such network"),
    "batch": (["--batch", "500"], "a batch has 500 inputs, the data but 200"),
    "part": (["--part", "7"], "no multiple of --part 7"),
    "epochs": (["--epochs", "0"], "--epochs: is 0"),
    "ambiguous": (["--ambiguous", "0.5"], "no input of the data has labels that differ"),
    "initial sd": (["--objective", "ivon", "--initial-sd", "9"], "not below --prior-sd"),
}


@pytest.mark.parametrize(("words", "message"), BAD_WORDS.values(), ids=BAD_WORDS.keys())
def test_bad_options_are_refused(
    words: list[str],
    message: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert _run(monkeypatch, _words(folder, *words)) == 1
    error = capsys.readouterr().err
    assert message in error
    assert "\nhint: " in error
    assert sorted(path.name for path in folder.iterdir()) == ["data.npz", "graph.json"]


def test_a_checkpoint_is_neither_overwritten_nor_taken_for_another(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, _words(folder, "--keep-checkpoint")) == 0
    assert _run(monkeypatch, _words(folder)) == 1
    assert "an interrupted training stands here" in capsys.readouterr().err
    assert _run(monkeypatch, _words(folder, "--resume", "--prior-sd", "3")) == 1
    assert "--prior-sd" in capsys.readouterr().err
