"""Compilation with barriers between operations that XLA keeps."""

from collections.abc import Callable
from typing import TypeVar

import jax

Tree = TypeVar("Tree")
Function = TypeVar("Function", bound=Callable[..., object])


def barrier(values: Tree) -> Tree:
    """Values that are computed once, and lie in memory before anything reads them.

    XLA on a CPU would fuse a layer into the patches of the next one, and compute each value anew
    for each position that reads it: LeNet's step then takes ten times as long.
    """
    kept: Tree = jax.lax.optimization_barrier(values)  # type: ignore[no-untyped-call]
    return kept


def compiled(function: Function) -> Function:
    """The function compiled, without the pass that takes barriers away before fusion."""
    options = {"xla_disable_hlo_passes": "cse_barrier_expander"}
    return jax.jit(function, compiler_options=options)  # type: ignore[return-value]
