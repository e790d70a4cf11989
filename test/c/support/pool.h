#ifndef PFP_TEST_POOL_H
#define PFP_TEST_POOL_H

#include <stddef.h>

#include "support/gauss.h"
#include "support/kernels.h"

enum { POOL_WINDOW_MAX = 64 };

/** A pooling whose input has a row and a column left over where it strides. */
pfp_pool2d_shape pool_shape(uint32_t channels, uint32_t size_h, uint32_t size_w, uint32_t stride_h,
                            uint32_t stride_w, uint32_t out_h, uint32_t out_w);

/** Inputs and outputs of a pooling, in guarded memory. */
typedef struct pool {
    pfp_pool2d_shape shape;
    size_t in_len, out_len;
    float *in_mean, *in_var, *out_mean, *out_var;
} pool;

/** Allocates; guarded_release_all frees. */
pool pool_new(const pfp_pool2d_shape *shape);

/** Draws the inputs, equal means and zero variances among them. */
void pool_draw(const pool *p);

/** The elements of the window of output `out`, by position; returns how many. */
size_t pool_window(const pool *p, size_t out, gauss *elements);

/** Around the vector length: 1 to 17 channels. */
extern const uint32_t pool_channel_counts[];
extern const size_t pool_channel_count_len;

/** size_h, size_w, stride_h, stride_w. */
extern const uint32_t pool_windows[][4];
extern const size_t pool_window_len;

#endif
