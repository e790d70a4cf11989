#ifndef PFP_KERNELS_COVARIANCE_H
#define PFP_KERNELS_COVARIANCE_H

/** The body of the covariance kernels. Include after a vec header. */

#include "pfp/pfp_kernels.h"
#include "vec/inline.h"

/**
 * One row of the triangle at a time, four columns in lanes. `scratch` holds the row, because a
 * whole vector stored into the triangle would run into the next row.
 */
PFP_INLINE void pfp__covariance(const pfp_dense_shape *shape, uint32_t outputs, const float *in_var,
                                const float *weights, const float *out_var, float *scratch,
                                float *cov) {
    const size_t step = 2 * (size_t)outputs;
    const size_t panel = step * ((size_t)shape->in_len + 1);
    float *row = cov;

    for (uint32_t i = 0; i < shape->out_len; i++) {
        const float *mean_i = weights + i / outputs * panel + step + i % outputs;
        for (uint32_t j = 0; j < i; j += 4) {
            const float *mean_j = weights + j / outputs * panel + step + j % outputs;
            pfp__vec sum = pfp__vec_set1(0.0f);
            for (size_t k = 0; k < shape->in_len; k++) {
                sum = pfp__vec_fma_n(sum, pfp__vec_load(mean_j + k * step),
                                     in_var[k] * mean_i[k * step]);
            }
            pfp__vec_store(scratch + j, sum);
        }
        for (uint32_t j = 0; j < i; j++) {
            row[j] = scratch[j];
        }
        row[i] = out_var[i];
        row += i + 1;
    }
}

#endif
