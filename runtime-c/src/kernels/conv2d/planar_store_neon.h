#ifndef PFP_KERNELS_CONV2D_PLANAR_STORE_NEON_H
#define PFP_KERNELS_CONV2D_PLANAR_STORE_NEON_H

/* What the conv2d kernels over planes do with their sums: positions in lanes become H, W, C. */

#include "kernels/conv2d/planar_neon.h"

/* [position][output] of one row of a tile. */
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
        const float32x4x4_t all = {{sums[0][row], sums[1][row], sums[2][row], sums[3][row]}};
        vst4q_f32(to, all);
    }
}

/* Writes the first `positions` by the first `left` channels of one row of a tile. */
PFP_INLINE void pfp__planar_copy(size_t outputs, const float *turned, const pfp__planar_work *w,
                                 float *out) {
    for (size_t i = 0; i < w->positions; i++) {
        if (w->left >= outputs) {
            vst1q_f32(out, vld1q_f32(turned));
            if (outputs == 6) {
                vst1_f32(out + 4, vld1_f32(turned + 4));
            }
        } else {
            for (size_t o = 0; o < w->left; o++) {
                out[o] = turned[o];
            }
        }
        turned += outputs;
        out += w->shape->out_c;
    }
}

PFP_INLINE void pfp__planar_tiles_store(size_t outputs, size_t kernel_w,
                                        const pfp__planar_work *work, const float *at,
                                        float *out_mean, float *out_var) {
    const pfp__planar_work w = *work; /* nothing else can point here */
    const size_t out_c = w.shape->out_c;
    for (size_t left = w.width;;) {
        pfp__tile_planar tile = pfp__tile_planar_sum(outputs, kernel_w, &w, at);
        if (w.positions == 4 && out_c == outputs) {
            pfp__planar_turn(outputs, tile.mean, 0, out_mean);
            pfp__planar_turn(outputs, tile.var, 0, out_var);
            pfp__planar_turn(outputs, tile.mean, 1, out_mean + w.out_below);
            pfp__planar_turn(outputs, tile.var, 1, out_var + w.out_below);
        } else {
            float turned[4][4 * PFP_PLANAR_OUTPUTS_MAX];
            pfp__planar_turn(outputs, tile.mean, 0, turned[0]);
            pfp__planar_turn(outputs, tile.var, 0, turned[1]);
            pfp__planar_turn(outputs, tile.mean, 1, turned[2]);
            pfp__planar_turn(outputs, tile.var, 1, turned[3]);
            pfp__planar_copy(outputs, turned[0], &w, out_mean);
            pfp__planar_copy(outputs, turned[1], &w, out_var);
            pfp__planar_copy(outputs, turned[2], &w, out_mean + w.out_below);
            pfp__planar_copy(outputs, turned[3], &w, out_var + w.out_below);
        }
        if (left <= 4) {
            return;
        }
        const size_t step = pfp__planar_step(left, 4);
        left -= step;
        at += step;
        out_mean += step * out_c;
        out_var += step * out_c;
    }
}

PFP_INLINE void pfp__planar_alone_store(size_t outputs, const pfp__conv2d_planar *t, uint32_t y,
                                        uint32_t x) {
    const pfp_conv2d_shape *s = t->shape;
    const size_t taps = (size_t)s->in_planes * s->kernel_h * s->kernel_w;
    const size_t out = ((size_t)y * s->out_w + x) * s->out_c;
    const float *panel = t->weights;
    for (size_t first = 0; first < s->out_c; first += outputs) {
        float mean[PFP_PLANAR_OUTPUTS_MAX], var[PFP_PLANAR_OUTPUTS_MAX];
        pfp__planar_position(t, outputs, y, x, panel, mean, var);
        for (size_t o = 0; o < outputs && first + o < s->out_c; o++) {
            t->out_mean[out + first + o] = mean[o];
            t->out_var[out + first + o] = var[o];
        }
        panel += 2 * outputs * (1 + taps);
    }
}

#endif
