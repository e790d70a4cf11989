import type { GaussianTensor, LayerParameters, Tensor } from "../ir/posterior.js";

/**
 * The parameters of a layer that reads the user's own planes instead of H, W, C: each row of the
 * weight in the order planes, then elements.
 */
export function planesFirst({ weight, bias }: LayerParameters, planes: number): LayerParameters {
  const turned: GaussianTensor = {
    mean: turn(weight.mean, planes),
    ...(weight.sd === undefined ? {} : { sd: turn(weight.sd, planes) }),
  };
  return { weight: turned, ...(bias === undefined ? {} : { bias }) };
}

/** Values [rows, positions, planes] to [rows, planes, positions]; the shape keeps its extents. */
function turn({ shape, values }: Tensor, planes: number): Tensor {
  const row = values.length / (shape[0] ?? 1);
  const positions = row / planes;
  return {
    shape,
    values: values.map((_, i) => {
      const within = i % row;
      const plane = Math.floor(within / positions);
      return values[i - within + (within % positions) * planes + plane] ?? 0;
    }),
  };
}
