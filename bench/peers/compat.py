"""
Supplies what FastBNNs names of newer versions of torch, for 1.13.1. None of it does arithmetic in
the passes that are timed.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import torch
from torch.nn.utils.stateless import functional_call


def _set_submodule(self: torch.nn.Module, target: str, module: torch.nn.Module) -> None:
    *parents, name = target.split(".")
    setattr(self.get_submodule(".".join(parents)), name, module)


def _absent(*_: Any) -> None:
    raise NotImplementedError("not in this version of torch")


def supply() -> None:
    """Adds the missing names to torch."""
    if not hasattr(torch, "func"):
        torch.func = SimpleNamespace(functional_call=functional_call)
    if not hasattr(torch, "unravel_index"):
        torch.unravel_index = _absent
    if not hasattr(torch.nn.Module, "set_submodule"):
        torch.nn.Module.set_submodule = _set_submodule
