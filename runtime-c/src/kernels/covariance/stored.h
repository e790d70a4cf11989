#ifndef PFP_KERNELS_COVARIANCE_STORED_H
#define PFP_KERNELS_COVARIANCE_STORED_H

/* The body of the covariance kernels of compact weight formats. */

#include <assert.h>

#include "kernels/linear/stored_c.h"
#include "pfp/pfp_kernels.h"

/* The stored mean of output `j` of a panel for input `k` of `len`. */
PFP_INLINE float pfp__stored_mean(pfp__format format, const uint8_t *weights, size_t k, size_t j) {
    if (pfp__stored_in_pairs(format)) {
        const uint8_t *pair = weights + pfp__stored_bytes(format, k - k % 2);
        const int mean = pair[k % 2 * PFP_STORED_TILE + j];
        return (float)(mean < 128 ? mean : mean - 256);
    }
    return pfp__stored_one(format, weights + 32 * k).mean[j];
}

/* cov[i][j] += (var * mean[i]) * mean[j] below the diagonal. */
PFP_INLINE void pfp__covariance_add(size_t out_len, float var, const float *restrict mean,
                                    float *restrict cov) {
    float *row = cov;
    for (size_t i = 0; i < out_len; i++) {
        const float factor = var * mean[i];
        for (size_t j = 0; j < i; j++) {
            row[j] = pfp__fmaf(mean[j], factor, row[j]);
        }
        row += i + 1;
    }
}

/* Input by input, with the stored means of all outputs in `scratch`; scales come last. */
PFP_INLINE void pfp__covariance_stored(pfp__format format, const pfp_dense_shape *shape,
                                       uint32_t outputs, const float *in_var, const void *weights,
                                       const float *out_var, float *scratch, float *cov) {
    assert(outputs == PFP_STORED_TILE);
    (void)outputs;
    const size_t out_len = shape->out_len;
    const size_t panel_bytes = pfp__stored_panel_bytes(format, shape->in_len);
    const size_t header = pfp__stored_header(format);
    const uint8_t *panels = weights;
    for (size_t i = 0; i < out_len * (out_len + 1) / 2; i++) {
        cov[i] = 0.0f;
    }
    for (size_t k = 0; k < shape->in_len; k++) {
        for (size_t j = 0; j < out_len; j++) {
            const uint8_t *panel = panels + j / PFP_STORED_TILE * panel_bytes;
            scratch[j] =
                pfp__stored_mean(format, panel + header * sizeof(float), k, j % PFP_STORED_TILE);
        }
        pfp__covariance_add(out_len, in_var[k], scratch, cov);
    }
    for (size_t j = 0; format != PFP_BF16 && j < out_len; j++) {
        const uint8_t *panel = panels + j / PFP_STORED_TILE * panel_bytes;
        const float *scales = (const float *)(const void *)panel + 2 * PFP_STORED_TILE;
        scratch[j] = scales[j % PFP_STORED_TILE];
    }
    float *row = cov;
    for (size_t i = 0; i < out_len; i++) {
        for (size_t j = 0; format != PFP_BF16 && j < i; j++) {
            row[j] = row[j] * scratch[j] * scratch[i];
        }
        row[i] = out_var[i];
        row += i + 1;
    }
}

#endif
