"""Trains a network on a data set and writes it as a posterior file.

python -m pfp_train.train --data D.npz --graph mlp|lenet5|FILE.json --objective svi|pfp|ivon \
    --out MODEL.safetensors [--validation V.npz] [--resume] [options]

Beside MODEL.safetensors stand its report (.json), its loss curves (.svg, .csv), and until it is
there MODEL.checkpoint, from which --resume goes on.
"""

import argparse
import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, get_args

from pfp_train.checkpoint import checkpoint_path
from pfp_train.curves import write_curves
from pfp_train.dataset import DataSet, read_data
from pfp_train.export import as_posterior_file
from pfp_train.fit import Fit
from pfp_train.graph_json import read_network
from pfp_train.posterior_file import write_posterior
from pfp_train.problem import Problem
from pfp_train.recipe import OBJECTIVES, Objective, Recipe, default_recipe
from pfp_train.report import sha256, write_report
from pfp_train.session import Session
from pfp_train.validate import validator

CHOICES = {field.name: get_args(field.type) for field in fields(Recipe)}
POSITIVE = ("epochs", "batch", "part", "points", "prior_sd", "initial_sd", "kl_weight")


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pfp_train.train", allow_abbrev=False)
    parser.add_argument("--data", type=Path, required=True, help=".npz with x and y")
    parser.add_argument("--validation", type=Path, help=".npz that scores each epoch")
    parser.add_argument("--graph", required=True, help="mlp, lenet5 or a graph as JSON")
    parser.add_argument("--objective", choices=OBJECTIVES, required=True)
    parser.add_argument("--out", type=Path, required=True, help="MODEL.safetensors")
    parser.add_argument("--resume", action="store_true", help="go on from MODEL.checkpoint")
    parser.add_argument("--checkpoint-every", type=int, default=0, metavar="STEPS")
    parser.add_argument("--keep-checkpoint", action="store_true")
    recipe = parser.add_argument_group("recipe (defaults by objective and network)")
    for field in fields(Recipe):
        choices = CHOICES[field.name] or None
        recipe.add_argument(_option(field.name), type=type(field.default), choices=choices)
    return parser


def _recipe(objective: Objective, graph: str, given: dict[str, Any]) -> Recipe:
    changes = {name: value for name, value in given.items() if value is not None}
    recipe = replace(default_recipe(objective, graph), **changes)
    for name, value in asdict(recipe).items():
        if name in POSITIVE and value <= 0:
            raise Problem(_option(name), f"is {value}", "give a number above 0")
        if name not in ("seed", "schedule") and value < 0:
            raise Problem(_option(name), f"is {value}", "give a number of 0 or more")
    for name in ("ambiguous", "momentum", "hessian_momentum"):
        if getattr(recipe, name) >= 1:
            raise Problem(_option(name), f"is {getattr(recipe, name)}", "give a share below 1")
    if recipe.points % 2:
        raise Problem("--points", f"is {recipe.points}", "give an even number")
    if recipe.batch % recipe.part and "part" not in changes:
        recipe = replace(recipe, part=next(n for n in range(50, 0, -1) if recipe.batch % n == 0))
    return recipe


def _check_out(out: Path) -> None:
    if out.suffix != ".safetensors":
        raise Problem(f"--out {out}", "this is no name of a model", "let it end in .safetensors")
    if not out.parent.is_dir():
        what = f"there is no folder {out.parent}"
        raise Problem(f"--out {out}", what, f"mkdir -p {shlex.quote(str(out.parent))}")
    if out.is_dir():
        raise Problem(f"--out {out}", "this is a folder", "name a file")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@contextmanager
def _signals() -> Iterator[list[int]]:
    """Collects SIGINT and SIGTERM, so that a training ends between two steps."""
    received: list[int] = []
    before = {
        number: signal.signal(number, lambda got, _: received.append(got))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@dataclass(frozen=True)
class _Request:
    """A command line, read and checked by itself."""

    data: Path
    validation: Path | None
    graph: str
    objective: Objective
    out: Path
    resume: bool
    checkpoint_every: int
    keep_checkpoint: bool
    recipe: Recipe

    def command(self) -> str:
        """What makes this model again, even after the recipes have changed."""
        given = {
            "graph": self.graph,
            "objective": self.objective,
            "data": self.data,
            "validation": self.validation,
            "out": self.out,
            **asdict(self.recipe),
        }
        options = [f"{_option(k)} {shlex.quote(str(v))}" for k, v in given.items() if v is not None]
        return " ".join(["python -m pfp_train.train", *options])


def _request(argv: list[str]) -> _Request:
    given = vars(_parser().parse_args(argv))
    _check_out(given["out"])
    options = {field.name: given.pop(field.name) for field in fields(Recipe)}
    return _Request(**given, recipe=_recipe(given["objective"], given["graph"], options))


def _provenance(request: _Request, data: DataSet, held_out: DataSet | None) -> dict[str, Any]:
    provenance: dict[str, Any] = {
        "command": request.command(),
        "data": {"file": request.data.name, "sha256": data.sha256},
        "seed": request.recipe.seed,
    }
    if request.validation is not None and held_out is not None:
        provenance["validation"] = {"file": request.validation.name, "sha256": held_out.sha256}
    return provenance


def _train(request: _Request) -> int:
    """Train and write; returns the exit code."""
    network = read_network(request.graph)
    data = read_data(request.data, network)
    fit = Fit(network, data, request.objective, request.recipe)
    fit.check()
    held_out = None if request.validation is None else read_data(request.validation, network)
    validate = None if held_out is None else validator(network, held_out)
    session = Session(fit, checkpoint_path(request.out), validate, request.checkpoint_every)
    progress = session.begin(resume=request.resume)
    if progress.history or progress.terms:
        _say(f"going on in epoch {progress.epoch}, after {len(progress.terms)} of its steps")
    _say(request.command())
    with _signals() as received:
        progress = session.run(progress, received, _say)
    if progress.epoch <= request.recipe.epochs:
        sys.stderr.write(session.interrupted(progress, signal.Signals(received[0]).name))
        return 128 + received[0]

    out, parameters = request.out, progress.state[0]
    write_curves(out, progress.history, f"{network.name}, {request.objective}")
    provenance = _provenance(request, data, held_out)
    write_posterior(out, as_posterior_file(network, parameters, provenance))
    options = {"objective": request.objective, **asdict(request.recipe)}
    write_report(out, options, progress.history, validate and validate(parameters))
    if not request.keep_checkpoint:
        session.path.unlink()
    _say(f"{out}: SHA-256 {sha256(out)}")
    return 0


def main() -> None:
    """Run the command; a Problem is two lines and exit code 1."""
    try:
        code = _train(_request(sys.argv[1:]))
    except Problem as problem:
        sys.stderr.write(f"{problem}\n")
        code = 1
    sys.exit(code)


if __name__ == "__main__":
    main()
