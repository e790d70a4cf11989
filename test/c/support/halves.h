#ifndef PFP_TEST_HALVES_H
#define PFP_TEST_HALVES_H

#include "support/linear.h"

/** The value of a half, infinities and NaN included. */
double half_value(pfp_half bits);

/** The half nearest to a value, ties to even; infinity from 65520 on. */
pfp_half half_nearest(double value);

/** The most that rounding something near `value` to a half changes it. */
double half_rounding(double value);

/** A layer's inputs and weights for kernels of dtype f16, in guarded memory. */
typedef struct half_layer {
    const linear *l;
    pfp_half *in_mean, *in_var; /**< those of `l`, rounded: of form general */
    float *in;                  /**< those of `l`: of form det */
    float *shift;               /**< one a plane of `l`, then the scale */
    double *q, *w;              /**< [out_len][k_len]: stored means and variances */
    float *sm, *sv;             /**< one an output */
    void *packed;               /**< as pfp_kernels.h lays it out */
} half_layer;

/** `scale`: what form det multiplies its input with; half_layer_free releases what is not guarded.
 */
half_layer half_layer_new(const linear *l, float scale);
void half_layer_free(half_layer *h);

/** One term of a sum: weight k times input `in`, or nothing where that is padding (-1). */
typedef struct half_tap {
    long in;
    size_t plane, k;
    int starts; /**< whether a run begins here */
} half_tap;

/**
 * Checks output `out`, the sum over `taps`: the very bits that pfp_kernels.h describes, and these
 * against a sum in double precision within the bound of their roundings.
 */
void half_check(const half_layer *h, int det, const half_tap *taps, size_t count, size_t out,
                size_t index, pfp_half mean, pfp_half var);

/** The moments in floats before they are rounded to halves, where more than sums follows. */
void half_sums(const half_layer *h, int det, const half_tap *taps, size_t count, size_t out,
               float *mean, float *var);

#endif
