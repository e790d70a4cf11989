"""Soft labels, their entropy, and how far an ensemble agrees on them."""

import numpy as np
import numpy.typing as npt

Shares = npt.NDArray[np.float64]


def entropy(shares: Shares) -> Shares:
    """Nats of shares [..., classes], which sum to one."""
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    nats: Shares = -(shares * logs).sum(axis=-1)
    return nats


def soft_label(members: Shares) -> Shares:
    """The mean of what the members [members, n, classes] say, summing to one."""
    mean = members.mean(axis=0)
    shares: Shares = mean / mean.sum(axis=-1, keepdims=True)
    return shares


def mutual_information(members: Shares) -> Shares:
    """Nats [n] by which the members disagree: entropy of their mean less their mean entropy."""
    nats: Shares = entropy(soft_label(members)) - entropy(members).mean(axis=0)
    return nats


def draw_labels(soft: Shares, labels: int, random: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Labels [n, labels], each drawn by its image's soft label [n, classes]."""
    steps = soft.cumsum(axis=1)[:, None, :-1]
    uniform = random.random((len(soft), labels))[:, :, None]
    drawn: npt.NDArray[np.uint8] = (uniform >= steps).sum(axis=2).astype(np.uint8)
    return drawn
