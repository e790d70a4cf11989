#ifndef PFP_KERNELS_COVARIANCE_STORED_H
#define PFP_KERNELS_COVARIANCE_STORED_H

/*
 * The body of the covariance kernels of compact weight formats. Include after a vec header of four
 * lanes and one of kernels/linear/stored_c.h and its siblings.
 */

#include <assert.h>

#include "pfp/pfp_kernels.h"

enum { PFP_COVARIANCE_BLOCK = 4 };

/* What the blocks have in common. */
typedef struct pfp__covariance_task {
    size_t in_len, out_len;
    const float *in_var;
    const uint8_t *weights;
    float *cov;
} pfp__covariance_task;

PFP_INLINE const uint8_t *pfp__covariance_panel(pfp__format format, const pfp__covariance_task *t,
                                                size_t output) {
    return t->weights + output / PFP_STORED_TILE * pfp__stored_panel_bytes(format, t->in_len);
}

/* Adds input `k`, of stored means `i` and `j`. */
PFP_INLINE void pfp__covariance_add(pfp__vec sums[PFP_COVARIANCE_BLOCK], float var, const float *i,
                                    const float *j) {
    float factor[PFP_COVARIANCE_BLOCK];
    pfp__vec_store(factor, pfp__vec_mul_n(pfp__vec_load(i), var));
    const pfp__vec mean = pfp__vec_load(j);
    for (size_t row = 0; row < PFP_COVARIANCE_BLOCK; row++) {
        sums[row] = pfp__vec_fma_n(sums[row], mean, factor[row]);
    }
}

/* Of stored means, outputs `i` to `i` + 3 with `j` to `j` + 3. */
PFP_INLINE void pfp__covariance_block(pfp__format format, const pfp__covariance_task *t, size_t i,
                                      size_t j, float (*block)[PFP_COVARIANCE_BLOCK]) {
    const size_t header = pfp__stored_header(format) * sizeof(float);
    const uint8_t *panel_i = pfp__covariance_panel(format, t, i) + header;
    const uint8_t *panel_j = pfp__covariance_panel(format, t, j) + header;
    const size_t i_at = i % PFP_STORED_TILE, j_at = j % PFP_STORED_TILE;
    const size_t step = pfp__stored_bytes(format, 2);
    pfp__vec sums[PFP_COVARIANCE_BLOCK];
    for (size_t row = 0; row < PFP_COVARIANCE_BLOCK; row++) {
        sums[row] = pfp__vec_set1(0.0f);
    }
    for (size_t k = 0; k < t->in_len; k += 2) {
        for (size_t second = 0; second < 2 && k + second < t->in_len; second++) {
            float mean_i[PFP_COVARIANCE_BLOCK], mean_j[PFP_COVARIANCE_BLOCK];
            pfp__stored_means(format, panel_i, second, i_at, mean_i);
            pfp__stored_means(format, panel_j, second, j_at, mean_j);
            pfp__covariance_add(sums, t->in_var[k + second], mean_i, mean_j);
        }
        panel_i += step;
        panel_j += step;
    }
    for (size_t row = 0; row < PFP_COVARIANCE_BLOCK; row++) {
        pfp__vec_store(block[row], sums[row]);
    }
}

PFP_INLINE float pfp__covariance_scale(pfp__format format, const pfp__covariance_task *t,
                                       size_t output) {
    const float *header = (const float *)(const void *)pfp__covariance_panel(format, t, output);
    return format == PFP_BF16 ? 1.0f : header[2 * PFP_STORED_TILE + output % PFP_STORED_TILE];
}

/* Writes what lies below the diagonal of the block from row `i` and column `j` on. */
PFP_INLINE void pfp__covariance_write(pfp__format format, const pfp__covariance_task *t, size_t i,
                                      size_t j, float (*block)[PFP_COVARIANCE_BLOCK]) {
    for (size_t row = 0; row < PFP_COVARIANCE_BLOCK && i + row < t->out_len; row++) {
        const size_t output = i + row;
        const float scale = pfp__covariance_scale(format, t, output);
        float *to = t->cov + output * (output + 1) / 2;
        for (size_t column = j; column < j + PFP_COVARIANCE_BLOCK && column < output; column++) {
            to[column] = block[row][column - j] * pfp__covariance_scale(format, t, column) * scale;
        }
    }
}

/* Blocks of four by four outputs; scales come last. */
PFP_INLINE void pfp__covariance_stored(pfp__format format, const pfp_dense_shape *shape,
                                       uint32_t outputs, const float *in_var, const void *weights,
                                       const float *out_var, float *scratch, float *cov) {
    assert(outputs == PFP_STORED_TILE);
    (void)outputs;
    (void)scratch;
    const pfp__covariance_task t = {shape->in_len, shape->out_len, in_var, weights, cov};
    for (size_t i = 0; i < t.out_len; i += PFP_COVARIANCE_BLOCK) {
        for (size_t j = 0; j <= i; j += PFP_COVARIANCE_BLOCK) {
            float block[PFP_COVARIANCE_BLOCK][PFP_COVARIANCE_BLOCK];
            pfp__covariance_block(format, &t, i, j, block);
            pfp__covariance_write(format, &t, i, j, block);
        }
    }
    for (size_t i = 0; i < t.out_len; i++) {
        cov[i * (i + 3) / 2] = out_var[i];
    }
}

#endif
