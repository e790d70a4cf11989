#ifndef PFP_KERNELS_CONV2D_POSITION_DET_H
#define PFP_KERNELS_CONV2D_POSITION_DET_H

/* One output of a planar det convolution at one position, for shapes that the tuned body does not
 * take. */

#include "kernels/conv2d/window.h"
#include "vec/fma.h"

typedef struct pfp__moments {
    float mean, var;
} pfp__moments;

/* Output `j` of `panel`, which has `tile` of them. */
PFP_INLINE pfp__moments pfp__position_det(const pfp_conv2d_shape *s, uint32_t y, uint32_t x,
                                          const float *in, const float *shift, const float *panel,
                                          size_t tile, size_t j) {
    const pfp__taps rows = pfp__taps_of_row(s, y), columns = pfp__taps_of_column(s, x);
    pfp__moments sum = {panel[j], panel[tile + j]};
    for (uint32_t plane = 0; plane < s->in_planes; plane++) {
        for (uint32_t ky = rows.begin; ky < rows.end; ky++) {
            for (uint32_t kx = columns.begin; kx < columns.end; kx++) {
                const size_t in_y = (size_t)y * s->stride_h + ky - s->pad_top;
                const size_t in_x = (size_t)x * s->stride_w + kx - s->pad_left;
                const float m = in[(plane * s->in_h + in_y) * s->in_w + in_x] - shift[plane];
                const size_t tap = ((size_t)plane * s->kernel_h + ky) * s->kernel_w + kx;
                const float *weights = panel + 2 * tile * (tap + 1);
                sum.mean = pfp__fmaf(weights[j], m, sum.mean);
                sum.var = pfp__fmaf(weights[tile + j], m * m, sum.var);
            }
        }
    }
    return sum;
}

#endif
