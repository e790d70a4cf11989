#ifndef PFP_KERNELS_LINEAR_TILE_NEON_H
#define PFP_KERNELS_LINEAR_TILE_NEON_H

/*
 * Eight outputs of a dense layer or a convolution at one position, in NEON registers: outputs in
 * lanes, inputs by lane. The sums run as in tile_c.h, to the same bits.
 */

#include <arm_neon.h>
#include <stddef.h>

#include "vec/inline.h"

enum { PFP_TILE_NEON = 8 };

typedef struct pfp__tile_neon {
    float32x4_t mean0, mean1;
    float32x4_t var0, var1;
} pfp__tile_neon;

/* `panel` begins with mb[8], vb[8]. */
PFP_INLINE pfp__tile_neon pfp__tile_neon_bias(const float *panel) {
    pfp__tile_neon tile;
    tile.mean0 = vld1q_f32(panel);
    tile.mean1 = vld1q_f32(panel + 4);
    tile.var0 = vld1q_f32(panel + 8);
    tile.var1 = vld1q_f32(panel + 12);
    return tile;
}

/* Adds lane `lane` of the inputs; a macro, since the instruction holds the lane's number. */
#define PFP_TILE_NEON_ADD_LANE(tile, weights, m, v, m2, lane)                                      \
    do {                                                                                           \
        const float32x4_t mw0 = vld1q_f32(weights);                                                \
        const float32x4_t mw1 = vld1q_f32((weights) + 4);                                          \
        const float32x4_t vw0 = vld1q_f32((weights) + 8);                                          \
        const float32x4_t vw1 = vld1q_f32((weights) + 12);                                         \
        (tile).mean0 = vfmaq_laneq_f32((tile).mean0, mw0, m, lane);                                \
        (tile).mean1 = vfmaq_laneq_f32((tile).mean1, mw1, m, lane);                                \
        (tile).var0 = vfmaq_laneq_f32((tile).var0, vmulq_f32(mw0, mw0), v, lane);                  \
        (tile).var1 = vfmaq_laneq_f32((tile).var1, vmulq_f32(mw1, mw1), v, lane);                  \
        (tile).var0 = vfmaq_laneq_f32((tile).var0, vw0, m2, lane);                                 \
        (tile).var1 = vfmaq_laneq_f32((tile).var1, vw1, m2, lane);                                 \
    } while (0)

/* Adds `len` inputs; `weights` is { mw[8], vw[8] } for each. */
PFP_INLINE pfp__tile_neon pfp__tile_neon_add(pfp__tile_neon tile, size_t len, const float *in_mean,
                                             const float *in_var, const float *weights) {
    for (; len >= 4; len -= 4) {
        const float32x4_t m = vld1q_f32(in_mean);
        const float32x4_t v = vld1q_f32(in_var);
        const float32x4_t m2 = vfmaq_f32(v, m, m);
        PFP_TILE_NEON_ADD_LANE(tile, weights, m, v, m2, 0);
        PFP_TILE_NEON_ADD_LANE(tile, weights + 16, m, v, m2, 1);
        PFP_TILE_NEON_ADD_LANE(tile, weights + 32, m, v, m2, 2);
        PFP_TILE_NEON_ADD_LANE(tile, weights + 48, m, v, m2, 3);
        in_mean += 4;
        in_var += 4;
        weights += 64;
    }
    for (; len > 0; len--) {
        const float32x4_t m = vld1q_dup_f32(in_mean);
        const float32x4_t v = vld1q_dup_f32(in_var);
        const float32x4_t m2 = vfmaq_f32(v, m, m);
        PFP_TILE_NEON_ADD_LANE(tile, weights, m, v, m2, 0);
        in_mean++;
        in_var++;
        weights += 16;
    }
    return tile;
}

#define PFP_TILE_NEON_ADD_LANE_DET(tile, weights, m, m2, lane)                                     \
    do {                                                                                           \
        (tile).mean0 = vfmaq_laneq_f32((tile).mean0, vld1q_f32(weights), m, lane);                 \
        (tile).mean1 = vfmaq_laneq_f32((tile).mean1, vld1q_f32((weights) + 4), m, lane);           \
        (tile).var0 = vfmaq_laneq_f32((tile).var0, vld1q_f32((weights) + 8), m2, lane);            \
        (tile).var1 = vfmaq_laneq_f32((tile).var1, vld1q_f32((weights) + 12), m2, lane);           \
    } while (0)

/* The same for exact inputs, less `shift`. */
PFP_INLINE pfp__tile_neon pfp__tile_neon_add_det(pfp__tile_neon tile, size_t len, const float *in,
                                                 float shift, const float *weights) {
    const float32x4_t shifts = vdupq_n_f32(shift);
    for (; len >= 4; len -= 4) {
        const float32x4_t m = vsubq_f32(vld1q_f32(in), shifts);
        const float32x4_t m2 = vmulq_f32(m, m);
        PFP_TILE_NEON_ADD_LANE_DET(tile, weights, m, m2, 0);
        PFP_TILE_NEON_ADD_LANE_DET(tile, weights + 16, m, m2, 1);
        PFP_TILE_NEON_ADD_LANE_DET(tile, weights + 32, m, m2, 2);
        PFP_TILE_NEON_ADD_LANE_DET(tile, weights + 48, m, m2, 3);
        in += 4;
        weights += 64;
    }
    for (; len > 0; len--) {
        const float32x4_t m = vsubq_f32(vld1q_dup_f32(in), shifts);
        const float32x4_t m2 = vmulq_f32(m, m);
        PFP_TILE_NEON_ADD_LANE_DET(tile, weights, m, m2, 0);
        in++;
        weights += 16;
    }
    return tile;
}

PFP_INLINE void pfp__tile_neon_store_row(float32x4_t low, float32x4_t high, size_t left,
                                         float *out) {
    if (left >= 8) {
        vst1q_f32(out, low);
        vst1q_f32(out + 4, high);
        return;
    }
    if (left >= 4) {
        vst1q_f32(out, low);
        out += 4;
        left -= 4;
        low = high;
    }
    if (left >= 2) {
        vst1_f32(out, vget_low_f32(low));
        out += 2;
        left -= 2;
        low = vextq_f32(low, low, 2);
    }
    if (left == 1) {
        vst1q_lane_f32(out, low, 0);
    }
}

/* Writes the first min(8, left) outputs. */
PFP_INLINE void pfp__tile_neon_store(pfp__tile_neon tile, size_t left, float *out_mean,
                                     float *out_var) {
    pfp__tile_neon_store_row(tile.mean0, tile.mean1, left, out_mean);
    pfp__tile_neon_store_row(tile.var0, tile.var1, left, out_var);
}

#endif
