"""30 samples of the posterior by NumPyro's Predictive under jit, in the ways that XLA may like."""

from __future__ import annotations

import os
from collections.abc import Callable

# Before jax is loaded.
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_PLATFORMS"] = "cpu"

from clock import Candidates, measure, one_processor  # noqa: E402

one_processor()

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402
import numpyro  # noqa: E402
import numpyro.distributions as dist  # noqa: E402
from numpyro.infer import Predictive  # noqa: E402
from posterior import SAMPLES, Posterior  # noqa: E402

Convolution = Callable[..., jax.Array]


def direct(h: jax.Array, weight: jax.Array, stride: list[int]) -> jax.Array:
    return jax.lax.conv_general_dilated(h, weight, stride, "VALID")


def by_product(h: jax.Array, weight: jax.Array, stride: list[int]) -> jax.Array:
    """The same as a product with the patches of the input."""
    height, width = weight.shape[2:]
    patches = jax.lax.conv_general_dilated_patches(h, (height, width), stride, "VALID")
    return jnp.einsum("bkyx,ok->boyx", patches, weight.reshape(len(weight), -1))


def network(posterior: Posterior, convolve: Convolution) -> tuple[Callable, Callable]:
    """Model and guide."""

    def guide(x: jax.Array) -> None:
        for name, (mean, sd) in posterior.parameters.items():
            numpyro.sample(name, dist.Normal(mean, sd).to_event(mean.ndim))

    def draw(name: str) -> jax.Array:
        mean, sd = posterior.parameters[name]
        return numpyro.sample(name, dist.Normal(mean, sd).to_event(mean.ndim))

    def model(x: jax.Array) -> None:
        h = x
        for op in posterior.graph["ops"]:
            kind, attributes = op["op"], op.get("attributes", {})
            if kind == "dense":
                h = h @ draw(f"{op['name']}.weight").T + draw(f"{op['name']}.bias")
            elif kind == "conv2d":
                top, left, bottom, right = attributes.get("padding", [0, 0, 0, 0])
                h = jnp.pad(h, ((0, 0), (0, 0), (top, bottom), (left, right)))
                weight, bias = draw(f"{op['name']}.weight"), draw(f"{op['name']}.bias")
                h = convolve(h, weight, attributes.get("stride", [1, 1]))
                h = h + bias[:, None, None]
            elif kind == "relu":
                h = jax.nn.relu(h)
            elif kind == "maxpool2d":
                h = jax.lax.reduce_window(
                    h,
                    -jnp.inf,
                    jax.lax.max,
                    (1, 1, *attributes["size"]),
                    (1, 1, *attributes["stride"]),
                    "VALID",
                )
            else:
                h = h.reshape(len(h), -1)
        numpyro.deterministic("logits", h)

    return model, guide


def prepare(posterior: Posterior, images: np.ndarray) -> Candidates:
    x = jnp.asarray(images)
    has_conv = any(op["op"] == "conv2d" for op in posterior.graph["ops"])
    ways: Candidates = {}
    for parallel in (True, False):
        for convolve in (direct, by_product) if has_conv else (direct,):
            model, guide = network(posterior, convolve)
            predictive = Predictive(
                model,
                guide=guide,
                params={},
                num_samples=SAMPLES,
                parallel=parallel,
                return_sites=["logits"],
            )

            @jax.jit
            def predict(
                key: jax.Array, x: jax.Array, predictive: Predictive = predictive
            ) -> jax.Array:
                return jax.nn.softmax(predictive(key, x)["logits"], -1).mean(0)

            name = f"jit, parallel={parallel}"
            if has_conv:
                name += ", direct convolution" if convolve is direct else ", as a product"
            keys = iter(range(10**9))

            def run(predict: Callable = predict, keys: object = keys) -> np.ndarray:
                key = jax.random.PRNGKey(next(keys))
                return np.asarray(predict(key, x).block_until_ready())

            ways[name] = run
    return ways


if __name__ == "__main__":
    measure("NumPyro, 30 samples", prepare)
