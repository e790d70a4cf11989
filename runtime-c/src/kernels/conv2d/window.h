#ifndef PFP_KERNELS_CONV2D_WINDOW_H
#define PFP_KERNELS_CONV2D_WINDOW_H

/*
 * Which taps of a convolution meet the input. Padding is never read: it is zero, so its taps are
 * left out of the sum.
 */

#include <stddef.h>
#include <stdint.h>

#include "pfp/pfp_kernels.h"
#include "vec/inline.h"

/* Along one axis: the taps [begin, end) that fall on the input. */
typedef struct pfp__taps {
    uint32_t begin, end;
} pfp__taps;

/* The taps of output `out`; begin == end when its whole window lies in padding. */
PFP_INLINE pfp__taps pfp__taps_at(uint32_t out, uint32_t stride, uint32_t pad, uint32_t kernel,
                                  uint32_t in) {
    const uint32_t start = out * stride;
    const uint32_t reach = in + pad > start ? in + pad - start : 0;
    pfp__taps taps;
    taps.end = reach < kernel ? reach : kernel;
    taps.begin = pad > start ? pad - start : 0;
    taps.begin = taps.begin < taps.end ? taps.begin : taps.end;
    return taps;
}

PFP_INLINE pfp__taps pfp__taps_of_row(const pfp_conv2d_shape *s, uint32_t y) {
    return pfp__taps_at(y, s->stride_h, s->pad_top, s->kernel_h, s->in_h);
}

PFP_INLINE pfp__taps pfp__taps_of_column(const pfp_conv2d_shape *s, uint32_t x) {
    return pfp__taps_at(x, s->stride_w, s->pad_left, s->kernel_w, s->in_w);
}

/*
 * One output position: `rows` runs of `run` consecutive inputs, the taps of a kernel row, that
 * begin at `in` and `in_step` floats apart, against weights from tap `tap`, `tap_step` taps apart
 * (a tap is a place in the kernel at one input channel). All are 0 where the window lies in
 * padding.
 */
typedef struct pfp__window {
    size_t rows, run;
    size_t in, in_step;
    size_t tap, tap_step;
} pfp__window;

PFP_INLINE pfp__window pfp__window_of(const pfp_conv2d_shape *s, uint32_t y, uint32_t x) {
    const pfp__taps rows = pfp__taps_of_row(s, y);
    const pfp__taps columns = pfp__taps_of_column(s, x);
    pfp__window w = {0, 0, 0, 0, 0, 0};
    if (rows.begin < rows.end && columns.begin < columns.end) {
        const size_t in_y = (size_t)y * s->stride_h + rows.begin - s->pad_top;
        const size_t in_x = (size_t)x * s->stride_w + columns.begin - s->pad_left;
        w.rows = rows.end - rows.begin;
        w.run = (size_t)(columns.end - columns.begin) * s->in_c;
        w.in = (in_y * s->in_w + in_x) * s->in_c;
        w.in_step = (size_t)s->in_w * s->in_c;
        w.tap = ((size_t)rows.begin * s->kernel_w + columns.begin) * s->in_c;
        w.tap_step = (size_t)s->kernel_w * s->in_c;
    }
    return w;
}

#endif
