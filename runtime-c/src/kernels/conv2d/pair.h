#ifndef PFP_KERNELS_CONV2D_PAIR_H
#define PFP_KERNELS_CONV2D_PAIR_H

/*
 * A pair is two output positions p and q, side by side, whose windows lie within the columns of the
 * input, or one position twice: `rows` runs of `run` consecutive inputs against weights from tap
 * `tap` on (a kernel tap at an input channel). Offsets and lengths count floats.
 */

#include "kernels/conv2d/window.h"

typedef struct pfp__pair {
    size_t rows, run;
    size_t sixes, rest;      /* run == 6*sixes + rest */
    size_t in_gap, tap_step; /* from the end of a run to the next, from run to run */
    size_t in, in_step;      /* the first input of p; of q from there */
    size_t tap;
    uint32_t columns; /* 2, or 1 where p is q */
    uint32_t times;   /* so many pairs follow each other, 2*in_step apart */
} pfp__pair;

/* How many pairs of the columns [x, columns) follow each other; 0 where there is no pair. */
PFP_INLINE uint32_t pfp__pair_times(const pfp_conv2d_shape *s, uint32_t x, uint32_t columns) {
    const uint32_t in_end = s->in_w + s->pad_left;
    if (x * s->stride_w < s->pad_left || x * s->stride_w + s->kernel_w > in_end) {
        return 0;
    }
    const uint32_t within = (in_end - s->kernel_w) / s->stride_w + 1;
    return ((within < columns ? within : columns) - x) / 2;
}

/* The pair that begins at (y, x), where `columns` are to be done. */
PFP_INLINE pfp__pair pfp__pair_at(const pfp_conv2d_shape *s, pfp__taps rows, uint32_t y, uint32_t x,
                                  uint32_t columns) {
    const size_t in_c = s->in_c;
    const size_t in_row = s->in_w * in_c, tap_row = s->kernel_w * in_c;
    const uint32_t times = pfp__pair_times(s, x, columns);
    const pfp__taps taps = pfp__taps_of_column(s, x);
    const uint32_t in_y = y * s->stride_h + rows.begin - s->pad_top;
    const uint32_t in_x = x * s->stride_w + taps.begin - s->pad_left;
    pfp__pair pair;
    pair.run = (taps.end - taps.begin) * in_c;
    pair.rows = pair.run > 0 ? rows.end - rows.begin : 0;
    pair.sixes = pair.run / 6;
    pair.rest = pair.run % 6;
    pair.in = pair.rows > 0 ? in_y * in_row + in_x * in_c : 0;
    pair.in_step = times > 0 ? s->stride_w * in_c : 0;
    pair.in_gap = in_row - pair.run;
    pair.tap_step = tap_row;
    pair.tap = rows.begin * tap_row + taps.begin * in_c;
    pair.columns = times > 0 ? 2 : 1;
    pair.times = times > 0 ? times : 1;
    return pair;
}

#endif
