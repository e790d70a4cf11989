#ifndef PFP_KERNELS_CONV2D_POSITION_C_H
#define PFP_KERNELS_CONV2D_POSITION_C_H

/*
 * Four outputs of a convolution at one position, in plain C. `panel` is theirs; padding is left
 * out of the sums.
 */

#include "kernels/conv2d/window.h"
#include "kernels/linear/tile_c.h"

/* The taps of a position that meet the input: `rows` runs of `run` consecutive inputs. */
typedef struct pfp__window_c {
    size_t rows, run;
    size_t in, in_step;   /* index of the first run in a plane, and from one run to the next */
    size_t tap, tap_step; /* the same in the weights, counted in taps of one channel */
} pfp__window_c;

PFP_INLINE pfp__window_c pfp__window_c_at(const pfp_conv2d_shape *s, uint32_t y, uint32_t x) {
    const pfp__taps rows = pfp__taps_of_row(s, y);
    const pfp__taps columns = pfp__taps_of_column(s, x);
    pfp__window_c w;
    w.run = (size_t)(columns.end - columns.begin) * s->in_c;
    w.rows = w.run > 0 ? rows.end - rows.begin : 0;
    const size_t in_y = (size_t)y * s->stride_h + rows.begin - s->pad_top;
    const size_t in_x = (size_t)x * s->stride_w + columns.begin - s->pad_left;
    w.in = w.rows > 0 ? (in_y * s->in_w + in_x) * s->in_c : 0;
    w.in_step = (size_t)s->in_w * s->in_c;
    w.tap = ((size_t)rows.begin * s->kernel_w + columns.begin) * s->in_c;
    w.tap_step = (size_t)s->kernel_w * s->in_c;
    return w;
}

/* Taps of one output, all planes together. */
PFP_INLINE size_t pfp__conv2d_taps(const pfp_conv2d_shape *s) {
    return (size_t)s->in_planes * s->kernel_h * s->kernel_w * s->in_c;
}

PFP_INLINE pfp__tile_c pfp__position_c(const pfp_conv2d_shape *s, uint32_t y, uint32_t x,
                                       const float *in_mean, const float *in_var,
                                       const float *panel) {
    const pfp__window_c w = pfp__window_c_at(s, y, x);
    const float *weights = panel + 2 * PFP_TILE_C * (1 + w.tap);
    pfp__tile_c tile = pfp__tile_c_bias(panel);
    for (size_t row = 0; row < w.rows; row++) {
        const size_t in = w.in + row * w.in_step;
        tile = pfp__tile_c_add(tile, w.run, in_mean + in, in_var + in, weights);
        weights += 2 * PFP_TILE_C * w.tap_step;
    }
    return tile;
}

PFP_INLINE pfp__tile_c pfp__position_c_det(const pfp_conv2d_shape *s, uint32_t y, uint32_t x,
                                           const float *in, const float *shift,
                                           const float *panel) {
    const pfp__window_c w = pfp__window_c_at(s, y, x);
    const size_t plane = s->in_h * w.in_step;
    pfp__tile_c tile = pfp__tile_c_bias(panel);
    for (size_t p = 0; p < s->in_planes; p++) {
        const size_t tap = p * s->kernel_h * w.tap_step + w.tap;
        const float *weights = panel + 2 * PFP_TILE_C * (1 + tap);
        for (size_t row = 0; row < w.rows; row++) {
            const float *at = in + p * plane + w.in + row * w.in_step;
            tile = pfp__tile_c_add_det(tile, w.run, at, shift[p], weights);
            weights += 2 * PFP_TILE_C * w.tap_step;
        }
    }
    return tile;
}

PFP_INLINE pfp__tile_exact_c pfp__position_c_exact(const pfp_conv2d_shape *s, uint32_t y,
                                                   uint32_t x, const float *in,
                                                   const float *panel) {
    const pfp__window_c w = pfp__window_c_at(s, y, x);
    const float *weights = panel + PFP_TILE_C * (1 + w.tap);
    pfp__tile_exact_c tile = pfp__tile_exact_c_bias(panel);
    for (size_t row = 0; row < w.rows; row++) {
        tile = pfp__tile_exact_c_add(tile, w.run, in + w.in + row * w.in_step, weights);
        weights += PFP_TILE_C * w.tap_step;
    }
    return tile;
}

#endif
