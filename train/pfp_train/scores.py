"""How good a posterior is: right answers, and doubt in the right places."""

from typing import Any

import numpy as np
from scipy.stats import rankdata

from pfp_train.datasets import Images, Labelled
from pfp_train.image_groups import image_groups
from pfp_train.moments import Array
from pfp_train.one_pass import one_pass
from pfp_train.posterior_file import PosteriorFile
from pfp_train.uncertainty import Prediction, predict


def auroc(inside: Array, outside: Array) -> float:
    """The chance that a value from outside is the larger; ties count half (Mann-Whitney)."""
    ranks = rankdata(np.concatenate([inside, outside]))
    above = ranks[len(inside) :].sum() - len(outside) * (len(outside) + 1) / 2
    return float(above / (len(inside) * len(outside)))


def negative_log_likelihood(prediction: Prediction, labels: np.ndarray) -> float:
    """Mean of -log p(label), in nats."""
    return float(-np.log(prediction.probability[np.arange(len(labels)), labels]).mean())


def score(posterior: PosteriorFile, digits: Labelled, garments: Labelled) -> dict[str, Any]:
    """Scores of the one-pass prediction. Rates in 0..1, doubts in nats."""

    def predicted(images: Images) -> Prediction:
        return predict(one_pass(posterior, images))

    inside = predicted(digits.images)
    outside = predicted(garments.images)
    groups = {name: predicted(images) for name, images in image_groups(digits, garments).items()}
    return {
        "accuracy": float((inside.probability.argmax(axis=1) == digits.labels).mean()),
        "negative_log_likelihood": negative_log_likelihood(inside, digits.labels),
        "auroc_epistemic": auroc(inside.epistemic, outside.epistemic),
        "auroc_total": auroc(inside.total, outside.total),
        "groups": {
            name: {
                "aleatoric": float(group.aleatoric.mean()),
                "epistemic": float(group.epistemic.mean()),
            }
            for name, group in groups.items()
        },
    }


def spread(posterior: PosteriorFile) -> dict[str, Any]:
    """How the standard deviations of each weight and bias lie: minimum, quartiles, maximum.

    |mean| / sd tells how many weights carry a signal; all large would be a collapsed posterior.
    """

    def quantiles(values: Array) -> list[float]:
        return [float(f"{q:.4g}") for q in np.quantile(values, [0, 0.25, 0.5, 0.75, 1])]

    out = {}
    for name in sorted(posterior.tensors):
        if name.endswith(".sd"):
            sd = posterior.tensors[name]
            mean = posterior.tensors[name.removesuffix("sd") + "mean"]
            out[name.removesuffix(".sd")] = {
                "sd": quantiles(sd),
                "abs_mean_over_sd": quantiles(np.abs(mean) / sd),
            }
    return out
