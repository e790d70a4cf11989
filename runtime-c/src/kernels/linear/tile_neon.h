#ifndef PFP_KERNELS_LINEAR_TILE_NEON_H
#define PFP_KERNELS_LINEAR_TILE_NEON_H

/*
 * Eight outputs at one position, in NEON registers: outputs in lanes.
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
