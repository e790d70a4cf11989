"""Training: its data and its KL are what they claim, every objective improves its bound."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

from pfp_train.batches import batches, blend, epoch_rows, shift
from pfp_train.checkpoint import Progress, load, save
from pfp_train.dataset import DataSet
from pfp_train.export import as_posterior_file
from pfp_train.fit import Fit, start, steps
from pfp_train.network import Network, Op
from pfp_train.posterior import kl_to_prior
from pfp_train.recipe import OBJECTIVES, Objective, Recipe
from pfp_train.scores import auroc
from pfp_train.validate import validator

TINY = Network(
    "tiny",
    (1, 6, 6),
    (0.5,),
    (0.5,),
    (
        Op("conv", "conv2d", {"stride": [1, 1], "padding": [0] * 4}, (3, 1, 3, 3)),
        Op("relu", "relu"),
        Op("pool", "maxpool2d", {"size": [2, 2], "stride": [2, 2]}),
        Op("flatten", "flatten"),
        Op("fc", "dense", weight_shape=(2, 12)),
    ),
    ("dark", "bright"),
)
LINE = Network(
    "line",
    (1,),
    (0.0,),
    (1.0,),
    (
        Op("fc1", "dense", weight_shape=(10, 1)),
        Op("relu", "relu"),
        Op("fc2", "dense", weight_shape=(2, 10)),
    ),
)
RECIPE = Recipe(
    epochs=6, batch=20, part=10, learning_rate=0.01, prior_sd=1.0, kl_weight=0.1, kl_warmup=1
)


def _recipe(objective: Objective) -> Recipe:
    return replace(RECIPE, learning_rate=0.3) if objective == "ivon" else RECIPE


def _images(count: int) -> DataSet:
    """Bright ones are brighter by a little; every fourth has labels that differ."""
    random = np.random.default_rng(1)
    y = np.repeat(random.integers(0, 2, (count, 1)), 3, axis=1)
    x = random.uniform(0, 200, (count, 1, 6, 6)) + 50 * y[:, :1, None, None]
    y[::4, 1] = 1 - y[::4, 1]
    return DataSet(x.astype(np.uint8), y, "made up")


def _last(fit: Fit, progress: Progress | None = None) -> Progress:
    for now in steps(fit, progress or start(fit)):  # noqa: B007 - the last one counts
        pass
    return now


def _tensors(fit: Fit, progress: Progress) -> dict[str, np.ndarray]:
    return as_posterior_file(fit.network, progress.state[0], {}).tensors


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_each_objective_improves_its_bound_and_repeats(objective: Objective) -> None:
    fit = Fit(TINY, _images(200), objective, _recipe(objective))
    progress = _last(fit)
    bounds = [e["nll"] + fit.recipe.kl_weight * e["kl"] for e in progress.history]
    assert bounds[-1] < 0.9 * bounds[0]
    assert progress.history[-1]["accuracy"] > 0.8
    again = _tensors(fit, _last(fit))
    for name, values in _tensors(fit, progress).items():
        np.testing.assert_array_equal(values, again[name])
        assert not name.endswith("sd") or (values > 0).all()


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_from_a_checkpoint_it_comes_to_the_same_weights(
    objective: Objective, tmp_path: Path
) -> None:
    """At the start of an epoch and within one; blends and labels are drawn in between."""
    recipe = replace(_recipe(objective), epochs=3, blends=0.2, shift=1)
    fit = Fit(TINY, _images(100), objective, recipe)
    whole = _tensors(fit, _last(fit))
    for stop in (5, 8):
        for number, progress in enumerate(steps(fit, start(fit)), 1):
            if number == stop:
                save(tmp_path / "checkpoint", progress, fit.identity())
                break
        resumed = _last(fit, load(tmp_path / "checkpoint", start(fit).state, fit.identity()))
        for name, values in _tensors(fit, resumed).items():
            np.testing.assert_array_equal(values, whole[name])


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_a_regression_learns_its_noise(objective: Objective) -> None:
    random = np.random.default_rng(1)
    x = random.uniform(-1, 1, (2000, 1)).astype(np.float32)
    noise = np.array([0.1, 0.4])
    y = np.concatenate([2 * x, -x], axis=1) + noise * random.normal(size=(2000, 2))
    data = DataSet(x, y.astype(np.float32), "made up")
    recipe = replace(
        _recipe(objective), epochs=12, batch=50, part=50, sd_learning_rate=0.03, kl_weight=1.0
    )
    fit = Fit(LINE, data, objective, recipe)
    parameters = _last(fit).state[0]
    learned = as_posterior_file(LINE, parameters, {}).graph["output"]["noise_sd"]
    np.testing.assert_allclose(learned, noise, rtol=0.15)
    scores = validator(LINE, data)(parameters)
    assert scores["rmse"] < 1.1 * np.sqrt((noise**2).mean())


def test_kl_is_the_integral_it_stands_for() -> None:
    posterior = {
        "fc": {"weight": {"mean": np.array([0.3]), "rho": np.log(np.expm1(np.array([0.2])))}}
    }
    z = np.linspace(-2, 2, 40_001)
    q, p = norm(0.3, 0.2), norm(0, 0.5)
    integral = np.trapezoid(q.pdf(z) * (q.logpdf(z) - p.logpdf(z)), z)
    np.testing.assert_allclose(kl_to_prior(posterior, 0.5), integral, rtol=1e-5)


def test_blends_take_the_label_by_their_share() -> None:
    n = 20_000
    ones, zeros = np.ones((n, 1, 1, 1), np.float32), np.zeros((n, 1, 1, 1), np.float32)
    images, labels = blend(ones, np.full(n, 3), zeros, np.full(n, 7), np.random.default_rng(1))
    share = images.ravel()
    assert set(np.unique(labels)) == {3, 7}
    for low in (0.0, 0.4, 0.8):
        inside = (share >= low) & (share < low + 0.2)
        assert abs((labels[inside] == 3).mean() - (low + 0.1)) < 0.03


def test_shift_moves_without_loss_inside() -> None:
    images = np.zeros((50, 2, 9, 9), np.float32)
    images[:, :, 4, 4] = 1, 2
    moved = shift(images, 2, np.random.default_rng(1))
    assert moved.shape == images.shape
    _, channels, rows, columns = np.nonzero(moved)
    assert len(rows) == 100
    np.testing.assert_array_equal(moved[moved > 0], channels + 1)
    assert set(rows) == set(columns) == {2, 3, 4, 5, 6}


def test_batches_blend_their_share_and_meet_each_input_once() -> None:
    data = _images(40)
    recipe = replace(RECIPE, blends=0.2)
    for x, y in batches(data, recipe, np.random.default_rng(1), labels=True):
        known = np.all(np.isclose(x[:, None], data.inputs(slice(None))[None]), axis=(2, 3, 4))
        np.testing.assert_array_equal(known.sum(axis=1), [1] * 16 + [0] * 4)
        assert np.any(data.y[known[:16].argmax(axis=1)] == y[:16, None], axis=1).all()


def test_each_label_of_an_input_comes_up() -> None:
    data = DataSet(np.zeros((1000, 1, 6, 6), np.uint8), np.tile([0, 1, 1], (1000, 1)), "made up")
    ((_, y),) = batches(data, replace(RECIPE, batch=1000), np.random.default_rng(1), labels=True)
    assert abs(y.mean() - 2 / 3) < 0.05


def test_ambiguous_inputs_are_repeated_to_their_share() -> None:
    data = _images(100)
    rows = epoch_rows(data, replace(RECIPE, ambiguous=0.5))
    times = np.bincount(rows, minlength=100)
    assert len(rows) == 150
    np.testing.assert_array_equal(times[~data.doubtful()], 1)
    np.testing.assert_array_equal(times[data.doubtful()], 3)


def test_auroc() -> None:
    assert auroc(np.array([0.0, 1.0]), np.array([2.0, 3.0])) == 1
    assert auroc(np.array([0.0, 2.0]), np.array([1.0, 3.0])) == 0.75
    assert auroc(np.array([1.0, 1.0]), np.array([1.0])) == 0.5
