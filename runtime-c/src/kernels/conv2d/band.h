#ifndef PFP_KERNELS_CONV2D_BAND_H
#define PFP_KERNELS_CONV2D_BAND_H

/*
 * A band is a rectangle of outputs whose inputs a kernel first copies into a strip on the stack:
 * padding filled in, in the form its inner loop reads best. All positions of a band are then alike,
 * and since the strip has been read before the first of them is written, they can be taken in any
 * order. An output is one position, or with `pool` 2 a window of two by two. Inputs are counted in
 * the padded input's coordinates.
 */

#include <stddef.h>
#include <stdint.h>

#include "pfp/pfp_kernels.h"
#include "vec/inline.h"

typedef struct pfp__band {
    uint32_t y, x, y_end, x_end; /* outputs */
    size_t in_y, in_x;           /* the first input */
    size_t rows, columns;        /* of the inputs */
} pfp__band;

/*
 * The band from output (y, x) that fits `inputs` input positions: as many whole rows of outputs as
 * possible, else part of one. None where not even one output fits: then x_end == x.
 */
PFP_INLINE pfp__band pfp__band_at(const pfp_conv2d_shape *s, uint32_t pool, size_t inputs,
                                  uint32_t y, uint32_t x) {
    const size_t step_h = (size_t)pool * s->stride_h, step_w = (size_t)pool * s->stride_w;
    const size_t window_h = s->kernel_h + step_h - s->stride_h;
    const size_t window_w = s->kernel_w + step_w - s->stride_w;
    const size_t all_columns = (s->out_w - 1) * step_w + window_w;
    pfp__band b;
    b.y = y;
    b.x = x;
    b.in_y = y * step_h;
    b.in_x = x * step_w;
    b.rows = window_h;
    b.columns = all_columns;
    b.y_end = y + 1;
    b.x_end = s->out_w;
    if (window_h * all_columns <= inputs) {
        const size_t more = (inputs / all_columns - window_h) / step_h;
        const size_t left = s->out_h - y - 1;
        const size_t take = more < left ? more : left;
        b.y_end += (uint32_t)take;
        b.rows += take * step_h;
        return b;
    }
    if (window_h * window_w > inputs) {
        b.x_end = x;
        return b;
    }
    const size_t more = (inputs / window_h - window_w) / step_w;
    const size_t left = s->out_w - x - 1;
    const size_t take = more < left ? more : left;
    b.x_end = x + 1 + (uint32_t)take;
    b.columns = take * step_w + window_w;
    return b;
}

/* A stretch of a padded input row: zeros, then inputs, then zeros; lengths in floats. */
typedef struct pfp__stretch {
    size_t before, inside, after;
    size_t in; /* index of the first input in its plane */
} pfp__stretch;

/* `len` floats from float `begin` of padded row `row`. */
PFP_INLINE pfp__stretch pfp__stretch_at(const pfp_conv2d_shape *s, size_t row, size_t begin,
                                        size_t len) {
    const size_t first = (size_t)s->pad_left * s->in_c;
    const size_t last = first + (size_t)s->in_w * s->in_c;
    const int is_inside = row >= s->pad_top && row < (size_t)s->pad_top + s->in_h;
    const size_t from = begin < first ? first : begin;
    const size_t to = begin + len < last ? begin + len : last;
    pfp__stretch t;
    if (!is_inside || from >= to) {
        t.before = len;
        t.inside = 0;
        t.after = 0;
        t.in = 0;
        return t;
    }
    t.before = from - begin;
    t.inside = to - from;
    t.after = begin + len - to;
    t.in = (row - s->pad_top) * s->in_w * s->in_c + from - first;
    return t;
}

#endif
