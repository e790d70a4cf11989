#ifndef PFP_KERNELS_CONV2D_PLANAR_ROWS_NEON_H
#define PFP_KERNELS_CONV2D_PLANAR_ROWS_NEON_H

/* The body of the conv2d kernels over planes: from positions in lanes back to H, W, C. */

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

/* Writes the first `positions` by the first `left` outputs. */
PFP_INLINE void pfp__planar_store(size_t outputs, float32x4_t sums[PFP_PLANAR_OUTPUTS_MAX][2],
                                  size_t row, size_t positions, size_t left, size_t step,
                                  float *out) {
    if (positions == 4 && step == outputs) {
        pfp__planar_turn(outputs, sums, row, out);
        return;
    }
    float turned[4 * PFP_PLANAR_OUTPUTS_MAX];
    pfp__planar_turn(outputs, sums, row, turned);
    for (size_t i = 0; i < positions; i++) {
        for (size_t o = 0; o < outputs && o < left; o++) {
            out[i * step + o] = turned[i * outputs + o];
        }
    }
}

PFP_INLINE void pfp__planar_band(size_t outputs, size_t kernel_w, const pfp__conv2d_planar *t,
                                 const pfp__band *b, const pfp__strip_planar *strip) {
    const pfp_conv2d_shape *s = t->shape;
    const size_t width = b->x_end - b->x, height = b->y_end - b->y;
    const size_t row_step = 2 * strip->row_len * s->stride_h;
    const size_t taps = (size_t)s->in_planes * s->kernel_h * s->kernel_w;
    const float *panel = t->weights;
    for (size_t first = 0; first < s->out_c; first += outputs) {
        for (size_t tile_y = 0; tile_y < height; tile_y += 2) {
            /* The last tile of a row or a column ends with the band and may repeat positions. */
            const size_t y = tile_y + 2 > height && height > 1 ? height - 2 : tile_y;
            const size_t below = height > 1 ? row_step : 0;
            for (size_t tile_x = 0; tile_x < width; tile_x += 4) {
                const size_t x = tile_x + 4 > width && width > 4 ? width - 4 : tile_x;
                pfp__tile_planar tile = pfp__tile_planar_sum(
                    outputs, kernel_w, s, strip, strip->at + y * row_step + x, below, panel);
                const size_t positions = width < 4 ? width : 4;
                const size_t left = s->out_c - first;
                const size_t row = (size_t)s->out_w * s->out_c;
                size_t out = (b->y + y) * row + (b->x + x) * s->out_c + first;
                pfp__planar_store(outputs, tile.mean, 0, positions, left, s->out_c,
                                  t->out_mean + out);
                pfp__planar_store(outputs, tile.var, 0, positions, left, s->out_c,
                                  t->out_var + out);
                out += height > 1 ? row : 0;
                pfp__planar_store(outputs, tile.mean, 1, positions, left, s->out_c,
                                  t->out_mean + out);
                pfp__planar_store(outputs, tile.var, 1, positions, left, s->out_c,
                                  t->out_var + out);
            }
        }
        panel += 2 * outputs * (1 + taps);
    }
}

/* One position whose window is too large for the strip. */
PFP_INLINE void pfp__planar_alone(size_t outputs, const pfp__conv2d_planar *t, uint32_t y,
                                  uint32_t x) {
    const pfp_conv2d_shape *s = t->shape;
    const size_t taps = (size_t)s->in_planes * s->kernel_h * s->kernel_w;
    const float *panel = t->weights;
    const size_t out = ((size_t)y * s->out_w + x) * s->out_c;
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

PFP_INLINE void pfp__conv2d_planar_rows(size_t outputs, const pfp__conv2d_planar *t) {
    const pfp_conv2d_shape *s = t->shape;
    const size_t inputs = pfp__planar_inputs(s), unroll = pfp__planar_unroll(s);
    pfp__strip_planar strip;
    pfp__band b;
    for (uint32_t y = 0; y < s->out_h; y = b.y_end) {
        for (uint32_t x = 0; x < s->out_w; x = b.x_end) {
            b = pfp__band_at(s, 1, inputs, y, x);
            if (b.x_end == x) {
                pfp__planar_alone(outputs, t, y, x);
                b.x_end++;
                continue;
            }
            pfp__strip_planar_fill(&strip, t, &b);
            if (unroll == 5) {
                pfp__planar_band(outputs, 5, t, &b, &strip);
            } else if (unroll == 3) {
                pfp__planar_band(outputs, 3, t, &b, &strip);
            } else {
                pfp__planar_band(outputs, 0, t, &b, &strip);
            }
        }
    }
}

#endif
