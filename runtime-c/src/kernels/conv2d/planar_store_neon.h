#ifndef PFP_KERNELS_CONV2D_PLANAR_STORE_NEON_H
#define PFP_KERNELS_CONV2D_PLANAR_STORE_NEON_H

/* What the conv2d kernels over planes do with their sums: positions in lanes become H, W, C. */

#include "kernels/conv2d/planar_neon.h"

/* [position][output] of one row of a tile, positions `step` floats apart. */
PFP_INLINE void pfp__planar_turn_apart(size_t outputs, float32x4_t sums[PFP_PLANAR_OUTPUTS_MAX][2],
                                       size_t row, size_t step, float *to) {
    const float32x4_t even0 = vzip1q_f32(sums[0][row], sums[2][row]);
    const float32x4_t even1 = vzip2q_f32(sums[0][row], sums[2][row]);
    const float32x4_t odd0 = vzip1q_f32(sums[1][row], sums[3][row]);
    const float32x4_t odd1 = vzip2q_f32(sums[1][row], sums[3][row]);
    vst1q_f32(to, vzip1q_f32(even0, odd0));
    vst1q_f32(to + step, vzip2q_f32(even0, odd0));
    vst1q_f32(to + 2 * step, vzip1q_f32(even1, odd1));
    vst1q_f32(to + 3 * step, vzip2q_f32(even1, odd1));
    if (outputs == 6) {
        const float32x4_t low = vzip1q_f32(sums[4][row], sums[5][row]);
        const float32x4_t high = vzip2q_f32(sums[4][row], sums[5][row]);
        vst1_f32(to + 4, vget_low_f32(low));
        vst1_f32(to + step + 4, vget_high_f32(low));
        vst1_f32(to + 2 * step + 4, vget_low_f32(high));
        vst1_f32(to + 3 * step + 4, vget_high_f32(high));
    }
}

/* The same without a gap. */
PFP_INLINE void pfp__planar_turn(size_t outputs, float32x4_t sums[PFP_PLANAR_OUTPUTS_MAX][2],
                                 size_t row, float *to) {
    if (outputs == 6) {
        float64x2x3_t low, high; /* pairs of outputs, of two positions each */
        low.val[0] = vreinterpretq_f64_f32(vzip1q_f32(sums[0][row], sums[1][row]));
        low.val[1] = vreinterpretq_f64_f32(vzip1q_f32(sums[2][row], sums[3][row]));
        low.val[2] = vreinterpretq_f64_f32(vzip1q_f32(sums[4][row], sums[5][row]));
        high.val[0] = vreinterpretq_f64_f32(vzip2q_f32(sums[0][row], sums[1][row]));
        high.val[1] = vreinterpretq_f64_f32(vzip2q_f32(sums[2][row], sums[3][row]));
        high.val[2] = vreinterpretq_f64_f32(vzip2q_f32(sums[4][row], sums[5][row]));
        vst3q_f64((float64_t *)(void *)to, low);
        vst3q_f64((float64_t *)(void *)(to + 12), high);
    } else {
        /* Not by an instruction that interleaves: all sums would have to be in registers in a row.
         */
        pfp__planar_turn_apart(4, sums, row, 4, to);
    }
}

/* Writes the first `positions` by the first `left` channels of both rows of a turned tile. */
PFP_OUTLINE void pfp__planar_copy(size_t outputs, const float *turned, const pfp__planar_work *w,
                                  float *out) {
    const size_t channels = w->left < outputs ? w->left : outputs;
    for (size_t row = 0; row < 2; row++) {
        for (size_t i = 0; i < w->positions; i++) {
            for (size_t o = 0; o < channels; o++) {
                out[row * w->out_below + i * w->shape->out_c + o] =
                    turned[(4 * row + i) * outputs + o];
            }
        }
    }
}

/* A tile that is not all of four positions' outputs: it lies beside others, or is cut off. */
PFP_INLINE void pfp__planar_part_write(size_t outputs, float32x4_t sums[PFP_PLANAR_OUTPUTS_MAX][2],
                                       const pfp__planar_work *w, float *out) {
    if (w->positions == 4 && w->left >= outputs) {
        pfp__planar_turn_apart(outputs, sums, 0, w->shape->out_c, out);
        pfp__planar_turn_apart(outputs, sums, 1, w->shape->out_c, out + w->out_below);
    } else {
        float turned[8 * PFP_PLANAR_OUTPUTS_MAX];
        pfp__planar_turn(outputs, sums, 0, turned);
        pfp__planar_turn(outputs, sums, 1, turned + 4 * outputs);
        pfp__planar_copy(outputs, turned, w, out);
    }
}

PFP_OUTLINE void pfp__planar_part(int exact, size_t outputs, pfp__tile_planar *tile,
                                  const pfp__planar_work *w, float *mean, float *var) {
    pfp__planar_part_write(outputs, tile->mean, w, mean);
    if (!exact) {
        pfp__planar_part_write(outputs, tile->var, w, var);
    }
}

PFP_INLINE void pfp__planar_tiles_store(int exact, size_t outputs, size_t kernel_w,
                                        const pfp__planar_work *work, float *out_mean,
                                        float *out_var) {
    const pfp__planar_work w = *work; /* nothing else can point here */
    const int is_whole = w.positions == 4 && w.shape->out_c == outputs;
    pfp__planar_place place = pfp__planar_first(&w);
    do {
        pfp__tile_planar tile = pfp__tile_planar_sum(exact, outputs, kernel_w, &w, place.at);
        float *mean = out_mean + place.out, *var = exact ? NULL : out_var + place.out;
        if (is_whole) {
            pfp__planar_turn(outputs, tile.mean, 0, mean);
            pfp__planar_turn(outputs, tile.mean, 1, mean + w.out_below);
            if (!exact) {
                pfp__planar_turn(outputs, tile.var, 0, var);
                pfp__planar_turn(outputs, tile.var, 1, var + w.out_below);
            }
        } else {
            pfp__tile_planar part = tile; /* leaves the tile in registers */
            pfp__planar_part(exact, outputs, &part, work, mean, var);
        }
    } while (pfp__planar_next(&place, 1, &w));
}

PFP_INLINE void pfp__planar_alone_store(int exact, size_t outputs, const pfp__conv2d_planar *t,
                                        uint32_t y, uint32_t x) {
    const pfp_conv2d_shape *s = t->shape;
    const size_t out = ((size_t)y * s->out_w + x) * s->out_c;
    for (size_t first = 0; first < s->out_c; first += outputs) {
        float mean[PFP_PLANAR_OUTPUTS_MAX], var[PFP_PLANAR_OUTPUTS_MAX];
        pfp__planar_position(exact, t, outputs, first, y, x, mean, var);
        for (size_t o = 0; o < outputs && first + o < s->out_c; o++) {
            t->out_mean[out + first + o] = mean[o];
            if (!exact) {
                t->out_var[out + first + o] = var[o];
            }
        }
    }
}

#endif
