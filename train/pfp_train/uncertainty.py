"""From Gaussian logits to a decision and the two parts of its doubt.

Fixed normals z give logits mean + L z with L L' = cov, each a softmax p_s. With p the mean of the
p_s and H the entropy in nats: total = H(p), aleatoric = mean of H(p_s), epistemic = their
difference, the mutual information of label and weights.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import entr, softmax
from scipy.stats import qmc

from pfp_train.moments import Array
from pfp_train.one_pass import Logits

POINTS_LOG2 = 9
CHUNK = 500


class Prediction(NamedTuple):
    """Probabilities [n, classes]; doubts [n] in nats."""

    probability: Array
    total: Array
    aleatoric: Array
    epistemic: Array


def _normals(classes: int) -> Array:
    """[points, classes] standard normals, a scrambled Sobol sequence, each with its opposite."""
    sampler = qmc.MultivariateNormalQMC(np.zeros(classes), rng=np.random.default_rng(0))
    half: Array = sampler.random(2 ** (POINTS_LOG2 - 1))
    return np.concatenate([half, -half])


def _root(cov: Array) -> Array:
    """A root L of each positive semi-definite matrix: L L' = cov; singular ones included."""
    values, vectors = np.linalg.eigh(cov)
    root: Array = vectors * np.sqrt(np.maximum(values, 0))[:, None, :]
    return root


def predict(logits: Logits) -> Prediction:
    """The prediction for each image."""
    normals = _normals(logits.mean.shape[1])
    parts = []
    for start in range(0, len(logits.mean), CHUNK):
        rows = slice(start, start + CHUNK)
        draws = logits.mean[rows, None] + normals @ _root(logits.cov[rows]).transpose(0, 2, 1)
        p_s = softmax(draws, axis=-1)
        p = p_s.mean(axis=1)
        total = entr(p).sum(axis=-1)
        aleatoric = entr(p_s).sum(axis=-1).mean(axis=1)
        parts.append((p, total, aleatoric, total - aleatoric))
    return Prediction(*(np.concatenate(part) for part in zip(*parts, strict=True)))
