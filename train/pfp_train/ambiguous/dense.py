"""Dense layers in JAX, for the VAE and the classifiers."""

import jax
import jax.numpy as jnp

Layer = dict[str, jax.Array]


def dense_layer(key: jax.Array, inputs: int, outputs: int) -> Layer:
    """He's initial weights [inputs, outputs] and no bias."""
    scale = jnp.sqrt(2 / inputs)
    weight = scale * jax.random.normal(key, (inputs, outputs))
    return {"weight": weight, "bias": jnp.zeros(outputs)}


def dense(layer: Layer, x: jax.Array) -> jax.Array:
    """[n, inputs] to [n, outputs]."""
    return x @ layer["weight"] + layer["bias"]
