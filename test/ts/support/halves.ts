/**
 * How far `--activations f16` may move a logit's mean, in its sds: the input and each of at most five
 * layers round by 2^-11; where a network is sure, a logit is 20 sds away from zero.
 */
export const HALVES_MEAN = 6 * 20 * 2 ** -11;
