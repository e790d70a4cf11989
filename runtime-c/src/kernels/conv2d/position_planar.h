#ifndef PFP_KERNELS_CONV2D_POSITION_PLANAR_H
#define PFP_KERNELS_CONV2D_POSITION_PLANAR_H

/* One output of a planar convolution at one position, for shapes that the tuned bodies do not take.
 */

#include "kernels/conv2d/window.h"
#include "vec/fma.h"

typedef struct pfp__moments {
    float mean, var;
} pfp__moments;

/* Output `j` of `panel`, which has `tile` of them, in form det or, without variance, exact. */
PFP_INLINE pfp__moments pfp__position_planar(int exact, const pfp_conv2d_shape *s, uint32_t y,
                                             uint32_t x, const float *in, const float *shift,
                                             const float *panel, size_t tile, size_t j) {
    const pfp__taps rows = pfp__taps_of_row(s, y), columns = pfp__taps_of_column(s, x);
    const size_t width = exact ? tile : 2 * tile;
    pfp__moments sum = {panel[j], exact ? 0.0f : panel[tile + j]};
    for (uint32_t plane = 0; plane < s->in_planes; plane++) {
        for (uint32_t ky = rows.begin; ky < rows.end; ky++) {
            for (uint32_t kx = columns.begin; kx < columns.end; kx++) {
                const size_t in_y = (size_t)y * s->stride_h + ky - s->pad_top;
                const size_t in_x = (size_t)x * s->stride_w + kx - s->pad_left;
                const float m = in[(plane * s->in_h + in_y) * s->in_w + in_x] - shift[plane];
                const size_t tap = ((size_t)plane * s->kernel_h + ky) * s->kernel_w + kx;
                const float *weights = panel + width * (tap + 1);
                sum.mean = pfp__fmaf(weights[j], m, sum.mean);
                if (!exact) {
                    sum.var = pfp__fmaf(weights[tile + j], m * m, sum.var);
                }
            }
        }
    }
    return sum;
}

#endif
