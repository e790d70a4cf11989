#ifndef PFP_KERNELS_CLASSIFY_CHOLESKY_H
#define PFP_KERNELS_CLASSIFY_CHOLESKY_H

/** Include after a vec header. */

#include <float.h>

#include "vec/inline.h"

/**
 * What the columns before it leave of a variance, relative to the variance itself, is rounding
 * error below this: that class is a linear function of the classes before it.
 */
#define PFP_CHOLESKY_FLOOR 1e-6f

/** Square root of x >= 0, zero for x < FLT_MIN; no target needs libm for it. */
PFP_INLINE float pfp__sqrt(float x) {
    return x < FLT_MIN ? 0.0f : x * pfp__vec_first(pfp__vec_rsqrt_accurate(pfp__vec_set1(x)));
}

/**
 * Replaces the lower triangle of a covariance, row by row, with L, L*L' = cov. A pivot that is
 * only rounding error gives a zero column, so that a singular covariance, zero included, is fine.
 */
PFP_INLINE void pfp__cholesky(uint32_t n, float *cov) {
    float *row_i = cov;
    for (size_t i = 0; i < n; i++) {
        const float *row_j = cov;
        float left = row_i[i];
        for (size_t j = 0; j < i; j++) {
            float sum = row_i[j];
            for (size_t k = 0; k < j; k++) {
                sum -= row_i[k] * row_j[k];
            }
            row_i[j] = row_j[j] > 0.0f ? sum / row_j[j] : 0.0f;
            left -= row_i[j] * row_i[j];
            row_j += j + 1;
        }
        row_i[i] = left > PFP_CHOLESKY_FLOOR * row_i[i] ? pfp__sqrt(left) : 0.0f;
        row_i += i + 1;
    }
}

#endif
