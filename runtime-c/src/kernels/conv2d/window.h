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

#endif
