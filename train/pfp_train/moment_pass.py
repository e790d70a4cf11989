"""The pass that is deployed, differentiable: mean and variance carried through the network."""

from typing import NamedTuple

import jax
import jax.numpy as jnp

from pfp_train.compiled import barrier
from pfp_train.jax_moments import Moments, maximum, relu
from pfp_train.layout import flatten, patches, per_output, to_layout, weighted, windows
from pfp_train.network import Network, Op, pool_before_relu
from pfp_train.posterior import Gaussian, Posterior, sd_of


class Outputs(NamedTuple):
    """Moments of the outputs, and what they are made of.

    Their covariance is level "last" of docs/math.md: last diag(hidden_var) last' + diag(own).
    """

    mean: jax.Array
    """[outputs, n]"""
    own: jax.Array
    """[outputs, n]: the variance that the last layer's weights give each output alone"""
    hidden_var: jax.Array
    """[inputs of the last layer, n]"""
    last: jax.Array
    """[outputs, inputs of the last layer]: means of the last layer's weights"""

    @property
    def var(self) -> jax.Array:
        """Of each output, [outputs, n]."""
        return self.last**2 @ self.hidden_var + self.own


def _moments(gaussian: Gaussian) -> Moments:
    return Moments(gaussian["mean"], sd_of(gaussian) ** 2)


def _weighted(x: Moments, op: Op, layer: dict[str, Gaussian], *, exact: bool) -> Moments:
    """With var = sum m^2*vw + v*(mw^2 + vw), plus the bias's; v = 0 where the input is exact."""
    weight, bias = _moments(layer["weight"]), _moments(layer["bias"])
    if op.op == "conv2d":
        x = Moments(patches(x.mean, op), x.var if exact else patches(x.var, op))
    mean, var = weighted(weight.mean, x.mean), weighted(weight.var, x.mean**2)
    if not exact:
        var = var + weighted(weight.mean**2 + weight.var, x.var)
    return Moments(mean + per_output(bias.mean, mean), var + per_output(bias.var, var))


def _pooled(x: Moments, op: Op) -> Moments:
    size, stride = op.attributes["size"], op.attributes["stride"]
    means, variances = (windows(part, size, stride) for part in x)
    return maximum([Moments(*both) for both in zip(means, variances, strict=True)])


def _step(x: Moments, op: Op) -> Moments:
    match op.op:
        case "flatten":
            return Moments(flatten(x.mean), flatten(x.var))
        case "relu":
            return relu(x)
        case _:
            return _pooled(x, op)


def moment_pass(network: Network, posterior: Posterior, x: jax.Array) -> Outputs:
    """Inputs [n, *input_shape] in the user's units -> moments of the outputs."""
    exact = to_layout(network, x)
    values = Moments(exact, jnp.zeros_like(exact))
    first = network.layers[0].name
    *hidden, last = pool_before_relu(network.ops)
    for op in hidden:
        if op.weight_shape:
            values = _weighted(values, op, posterior[op.name], exact=op.name == first)
        else:
            values = _step(values, op)
        values = barrier(values)
    weight, bias = (_moments(posterior[last.name][part]) for part in ("weight", "bias"))
    mean = weight.mean @ values.mean + bias.mean[:, None]
    own = weight.var @ (values.var + values.mean**2) + bias.var[:, None]
    return Outputs(mean, own, values.var, weight.mean)


@jax.custom_jvp
def _root(var: jax.Array) -> jax.Array:
    """A square root whose derivative at zero is zero, not infinite."""
    return jnp.sqrt(var)


@_root.defjvp
def _root_jvp(primals: tuple[jax.Array], tangents: tuple[jax.Array]) -> tuple[jax.Array, jax.Array]:
    root = jnp.sqrt(primals[0])
    return root, jnp.where(root > 0, tangents[0] / jnp.where(root > 0, 2 * root, 1), 0)


def draw_outputs(outputs: Outputs, points: int, key: jax.Array) -> jax.Array:
    """[points, outputs, n]: normal points with their mean and covariance, each with its opposite.

    Drawing what the last layer reads, rather than rooting a covariance, gives exactly that
    distribution. The points are shared by all inputs; `points` is even.
    """
    hidden_key, own_key = jax.random.split(key)
    classes, inputs = outputs.last.shape
    hidden = jax.random.normal(hidden_key, (points // 2, 1, inputs)) * outputs.last
    own = jax.random.normal(own_key, (points // 2, classes, 1))
    deviation = hidden @ _root(outputs.hidden_var) + own * _root(outputs.own)
    return jnp.concatenate([outputs.mean + deviation, outputs.mean - deviation])
