"""Times and prints what a peer takes."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from posterior import BATCHES, Posterior, read_images, read_posterior

SECONDS = 1.0
MIN_RUNS = 5

# What a peer gives for a batch: a function without arguments that returns probabilities, or logits'
# means where it has no more, as numpy.
Candidates = dict[str, Callable[[], np.ndarray]]


def shortest(run: Callable[[], np.ndarray]) -> float:
    """Seconds of the fastest of many runs, after two to warm up."""
    run()
    run()
    times: list[float] = []
    while len(times) < MIN_RUNS or sum(times) < SECONDS:
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def measure(peer: str, prepare: Callable[[Posterior, np.ndarray], Candidates]) -> None:
    """
    Runs `prepare` for every model and batch, times each way that it offers, and prints the fastest
    as one JSON document a line. Arguments of the program: the images' file, then posterior files.
    """
    images = read_images(Path(sys.argv[1]), max(BATCHES))
    for path in map(Path, sys.argv[2:]):
        posterior = read_posterior(path)
        for batch in BATCHES:
            candidates = prepare(posterior, posterior.normalised(images[:batch]))
            seconds = {name: shortest(run) for name, run in candidates.items()}
            way = min(seconds, key=lambda name: seconds[name])
            labels = candidates[way]().argmax(axis=-1)
            print(
                json.dumps(
                    {
                        "peer": peer,
                        "model": path.stem,
                        "batch": batch,
                        "ns_per_image": seconds[way] / batch * 1e9,
                        "way": way,
                        "others_ns_per_image": {k: s / batch * 1e9 for k, s in seconds.items()},
                        "labels": labels.tolist(),
                    }
                ),
                flush=True,
            )


def one_processor() -> None:
    """Keeps this process, and libraries that count processors, on one."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
