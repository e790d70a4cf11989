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

/* Both rows of a tile; `below` floats lie between them in the output. */
PFP_INLINE void pfp__planar_turn_both(size_t outputs, float32x4_t sums[PFP_PLANAR_OUTPUTS_MAX][2],
                                      size_t below, float *to) {
    pfp__planar_turn(outputs, sums, 0, to);
    pfp__planar_turn(outputs, sums, 1, to + below);
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

PFP_INLINE void pfp__planar_tiles_store(size_t outputs, size_t kernel_w,
                                        const pfp__planar_work *work, float *out_mean,
                                        float *out_var) {
    const pfp__planar_work w = *work; /* nothing else can point here */
    const int is_whole = w.positions == 4 && w.shape->out_c == outputs;
    float turned[2][8 * PFP_PLANAR_OUTPUTS_MAX]; /* where a tile is not written as a whole */
    const size_t below = is_whole ? w.out_below : 4 * outputs;
    pfp__planar_place place = pfp__planar_first(&w);
    do {
        pfp__tile_planar tile = pfp__tile_planar_sum(outputs, kernel_w, &w, place.at);
        float *mean = out_mean + place.out, *var = out_var + place.out;
        pfp__planar_turn_both(outputs, tile.mean, below, is_whole ? mean : turned[0]);
        pfp__planar_turn_both(outputs, tile.var, below, is_whole ? var : turned[1]);
        if (!is_whole) {
            pfp__planar_copy(outputs, turned[0], work, mean);
            pfp__planar_copy(outputs, turned[1], work, var);
        }
    } while (pfp__planar_next(&place, 1, &w));
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
