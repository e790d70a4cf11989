/** One tensor as float64, whatever its stored dtype; values in row-major order of `shape`. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

/** Mean and standard deviation of one parameter; `sd` is absent when the parameter is exact. */
export interface GaussianTensor {
  readonly mean: Tensor;
  readonly sd?: Tensor;
}

/** Parameters of one layer in PyTorch's layouts: dense [out, in], conv2d [out, in, kh, kw]. */
export interface LayerParameters {
  readonly weight: GaussianTensor;
  readonly bias?: GaussianTensor;
}
