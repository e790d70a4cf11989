#ifndef PFP_KERNELS_LINEAR_TILE_C_H
#define PFP_KERNELS_LINEAR_TILE_C_H

/*
 * Four outputs of a dense layer or a convolution at one position, in plain C: both operators are
 * sums over runs of consecutive inputs and weights. Loops over j are for the compiler to vectorise.
 */

#include <stddef.h>

#include "vec/fma.h"
#include "vec/inline.h"

enum { PFP_TILE_C = 4 };

typedef struct pfp__tile_c {
    float mean[PFP_TILE_C];
    float var[PFP_TILE_C];
} pfp__tile_c;

/* `panel` begins with mb[4], vb[4]. */
PFP_INLINE pfp__tile_c pfp__tile_c_bias(const float *panel) {
    pfp__tile_c tile;
    for (size_t j = 0; j < PFP_TILE_C; j++) {
        tile.mean[j] = panel[j];
        tile.var[j] = panel[PFP_TILE_C + j];
    }
    return tile;
}

/* Adds `len` inputs; `weights` is { mw[4], vw[4] } for each. */
PFP_INLINE pfp__tile_c pfp__tile_c_add(pfp__tile_c tile, size_t len, const float *in_mean,
                                       const float *in_var, const float *weights) {
    for (size_t k = 0; k < len; k++) {
        const float m = in_mean[k];
        const float v = in_var[k];
        const float m2 = pfp__fmaf(m, m, v);
        const float *mw = weights + k * 2 * PFP_TILE_C;
        const float *vw = mw + PFP_TILE_C;
        for (size_t j = 0; j < PFP_TILE_C; j++) {
            tile.mean[j] = pfp__fmaf(mw[j], m, tile.mean[j]);
            tile.var[j] = pfp__fmaf(mw[j] * mw[j], v, tile.var[j]);
            tile.var[j] = pfp__fmaf(vw[j], m2, tile.var[j]);
        }
    }
    return tile;
}

/* The same for exact inputs, less `shift`. */
PFP_INLINE pfp__tile_c pfp__tile_c_add_det(pfp__tile_c tile, size_t len, const float *in,
                                           float shift, const float *weights) {
    for (size_t k = 0; k < len; k++) {
        const float m = in[k] - shift;
        const float m2 = m * m;
        const float *mw = weights + k * 2 * PFP_TILE_C;
        const float *vw = mw + PFP_TILE_C;
        for (size_t j = 0; j < PFP_TILE_C; j++) {
            tile.mean[j] = pfp__fmaf(mw[j], m, tile.mean[j]);
            tile.var[j] = pfp__fmaf(vw[j], m2, tile.var[j]);
        }
    }
    return tile;
}

/* The same for exact inputs and weights, into the means; `weights` is mw[4] for each. */
PFP_INLINE pfp__tile_c pfp__tile_c_add_exact(pfp__tile_c tile, size_t len, const float *in,
                                             const float *weights) {
    for (size_t k = 0; k < len; k++) {
        for (size_t j = 0; j < PFP_TILE_C; j++) {
            tile.mean[j] = pfp__fmaf(weights[k * PFP_TILE_C + j], in[k], tile.mean[j]);
        }
    }
    return tile;
}

/* Writes the first min(4, left) outputs. */
PFP_INLINE void pfp__tile_c_store(pfp__tile_c tile, size_t left, float *out_mean, float *out_var) {
    const size_t count = left < PFP_TILE_C ? left : PFP_TILE_C;
    for (size_t j = 0; j < count; j++) {
        out_mean[j] = tile.mean[j];
        out_var[j] = tile.var[j];
    }
}

#endif
