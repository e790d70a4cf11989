#ifndef PFP_KERNELS_CONV2D_BLOCK_H
#define PFP_KERNELS_CONV2D_BLOCK_H

/*
 * A block is a rectangle of output positions whose windows are cut in the same way by the edges of
 * the input. Blocks tile the output: a large one inside, thin ones along padded edges. All
 * positions of a block run the same sums at different offsets, so a kernel can take any few of
 * them together. Offsets and lengths count floats.
 */

#include "kernels/conv2d/window.h"

typedef struct pfp__block {
    uint32_t y, x, y_end, x_end; /* the output positions */

    /* One position: `rows` runs of `run` consecutive inputs, `row_step` apart, against weights
     * that begin at tap `tap` (a kernel tap at an input channel), `tap_step` taps apart. */
    size_t rows, run, row_step;
    size_t tap, tap_step;

    /* From one position to the next along a row of the block, and from its end to the next row. */
    size_t in, in_step, in_turn;
    size_t out, out_step, out_turn;
} pfp__block;

PFP_INLINE int pfp__taps_equal(pfp__taps a, pfp__taps b) {
    return a.begin == b.begin && a.end == b.end;
}

/* The largest block whose first position is (y, x). */
PFP_INLINE pfp__block pfp__block_at(const pfp_conv2d_shape *s, uint32_t y, uint32_t x) {
    const pfp__taps rows = pfp__taps_of_row(s, y);
    const pfp__taps columns = pfp__taps_of_column(s, x);
    pfp__block b;
    b.y = y;
    b.y_end = y + 1;
    while (b.y_end < s->out_h && pfp__taps_equal(pfp__taps_of_row(s, b.y_end), rows)) {
        b.y_end++;
    }
    b.x = x;
    b.x_end = x + 1;
    while (b.x_end < s->out_w && pfp__taps_equal(pfp__taps_of_column(s, b.x_end), columns)) {
        b.x_end++;
    }

    b.run = (size_t)(columns.end - columns.begin) * s->in_c;
    b.rows = b.run > 0 ? rows.end - rows.begin : 0;
    b.row_step = (size_t)s->in_w * s->in_c;
    b.tap = ((size_t)rows.begin * s->kernel_w + columns.begin) * s->in_c;
    b.tap_step = (size_t)s->kernel_w * s->in_c;

    const size_t width = b.x_end - b.x;
    const size_t in_y = (size_t)y * s->stride_h + rows.begin - s->pad_top;
    const size_t in_x = (size_t)x * s->stride_w + columns.begin - s->pad_left;
    b.in = (in_y * s->in_w + in_x) * s->in_c;
    b.in_step = (size_t)s->stride_w * s->in_c;
    b.in_turn = s->stride_h * b.row_step - width * b.in_step;
    b.out = ((size_t)y * s->out_w + x) * s->out_c;
    b.out_step = s->out_c;
    b.out_turn = (s->out_w - width) * b.out_step;
    return b;
}

/* A walk over the positions of a block, row by row: where the input and the output begin. */
typedef struct pfp__place {
    size_t in, out;
    uint32_t x;
} pfp__place;

PFP_INLINE pfp__place pfp__block_first(const pfp__block *b) {
    pfp__place place;
    place.in = b->in;
    place.out = b->out;
    place.x = b->x;
    return place;
}

PFP_INLINE pfp__place pfp__block_next(const pfp__block *b, pfp__place place) {
    place.in += b->in_step;
    place.out += b->out_step;
    place.x++;
    if (place.x == b->x_end) {
        place.x = b->x;
        place.in += b->in_turn;
        place.out += b->out_turn;
    }
    return place;
}

#endif
