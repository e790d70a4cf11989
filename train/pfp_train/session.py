"""A training with its checkpoints, its progress on the terminal, and its end by a signal."""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from pfp_train import checkpoint
from pfp_train.checkpoint import Progress
from pfp_train.fit import Fit, start, steps
from pfp_train.likelihood import Parameters
from pfp_train.problem import Problem
from pfp_train.validate import Scores

SHORT = {"negative_log_likelihood": "nll"}


def _line(entry: dict[str, float], epochs: int, seconds: float) -> str:
    parts = [
        f"epoch {entry['epoch']:3.0f}/{epochs}",
        f"nll {entry['nll']:.4f}",
        f"kl {entry['kl']:.4f} x {entry['kl_weight']:.3f}",
    ]
    parts += [f"{name} {entry[name]:.4f}" for name in ("accuracy", "mse") if name in entry]
    for name in ("accuracy", "rmse", "negative_log_likelihood"):
        if (value := entry.get(f"validation_{name}")) is not None:
            parts.append(f"validation {SHORT.get(name, name)} {value:.4f}")
    return "  ".join([*parts, f"{seconds:.0f} s"])


@dataclass(frozen=True)
class Session:
    """What is trained, and where it is kept until it is done."""

    fit: Fit
    path: Path
    """Of the checkpoint, written after each epoch"""
    validate: Callable[[Parameters], Scores] | None
    checkpoint_every: int = 0
    """Steps between further checkpoints within an epoch; 0 for none"""

    def begin(self, *, resume: bool) -> Progress:
        """A new training, or with `resume` the one whose checkpoint is there."""
        progress = start(self.fit)
        if not self.path.exists():
            return progress
        if not resume:
            remedy = "go on with --resume, or remove it to start anew"
            raise Problem(self.path, "an interrupted training stands here", remedy)
        return checkpoint.load(self.path, progress.state, self.fit.identity())

    def run(
        self, progress: Progress, received: Sequence[int], say: Callable[[str], None]
    ) -> Progress:
        """Train to the end, or until a signal has been received; `say` takes a line an epoch."""
        epochs, epoch_steps = self.fit.recipe.epochs, self.fit.epoch_steps
        begin = time.monotonic()
        with tqdm(
            total=epoch_steps * epochs,
            initial=epoch_steps * (progress.epoch - 1) + len(progress.terms),
            unit="step",
            disable=not sys.stderr.isatty(),
        ) as bar:
            for now in steps(self.fit, progress):
                bar.update()
                ended = not now.terms
                if ended:
                    self._score(now)
                    bar.clear()
                    say(_line(now.history[-1], epochs, time.monotonic() - begin))
                every = self.checkpoint_every
                if ended or received or (every > 0 and len(now.terms) % every == 0):
                    checkpoint.save(self.path, now, self.fit.identity())
                if received:
                    break
        return progress

    def _score(self, progress: Progress) -> None:
        if self.validate is not None:
            scores = self.validate(progress.state[0])
            new = {f"validation_{name}": value for name, value in scores.items()}
            progress.history[-1] |= new

    def interrupted(self, progress: Progress, signal: str) -> str:
        """What to tell the user when a signal has ended it."""
        return (
            f"{signal} in epoch {progress.epoch}; {self.path} has all of the training so far\n"
            "hint: the same command with --resume goes on\n"
        )
