#ifndef PFP_KERNELS_CONV2D_QUAD_HELIUM_H
#define PFP_KERNELS_CONV2D_QUAD_HELIUM_H

/*
 * Three outputs of a det convolution at four positions side by side, in Helium registers: positions
 * in lanes, weights from core registers, where one instruction loads the six of a tap.
 */

#include "kernels/conv2d/strip_helium.h"

enum { PFP_QUAD_TILE = 3 };

/* The mean and variance of a tap for each output. */
typedef struct pfp__quad_tap {
    float mw0, mw1, mw2, vw0, vw1, vw2;
} pfp__quad_tap;

/* Loads a tap and steps on: compilers form no multiple load of registers that their allocation has
 * not put in order by chance, and take four or five instructions. */
PFP_INLINE pfp__quad_tap pfp__quad_next(const float **weights) {
    register float mw0 __asm__("r4");
    register float mw1 __asm__("r5");
    register float mw2 __asm__("r6");
    register float vw0 __asm__("r8");
    register float vw1 __asm__("r9");
    register float vw2 __asm__("r10");
    __asm__("ldmia %6!, {r4, r5, r6, r8, r9, r10}"
            : "=r"(mw0), "=r"(mw1), "=r"(mw2), "=r"(vw0), "=r"(vw1), "=r"(vw2), "+r"(*weights)
            : "m"(*(const pfp__quad_tap *)(const void *)*weights));
    const pfp__quad_tap tap = {mw0, mw1, mw2, vw0, vw1, vw2};
    return tap;
}

typedef struct pfp__quad {
    float32x4_t mean0, mean1, mean2;
    float32x4_t var0, var1, var2;
} pfp__quad;

PFP_INLINE pfp__quad pfp__quad_bias(const float **weights) {
    const pfp__quad_tap bias = pfp__quad_next(weights);
    pfp__quad sum;
    sum.mean0 = vdupq_n_f32(bias.mw0);
    sum.mean1 = vdupq_n_f32(bias.mw1);
    sum.mean2 = vdupq_n_f32(bias.mw2);
    sum.var0 = vdupq_n_f32(bias.vw0);
    sum.var1 = vdupq_n_f32(bias.vw1);
    sum.var2 = vdupq_n_f32(bias.vw2);
    return sum;
}

PFP_INLINE pfp__quad pfp__quad_add(pfp__quad sum, const float **weights, const float *in) {
    const pfp__quad_tap tap = pfp__quad_next(weights);
    const float32x4_t m = vldrwq_f32(in), m2 = vmulq_f32(m, m);
    sum.mean0 = vfmaq_n_f32(sum.mean0, m, tap.mw0);
    sum.mean1 = vfmaq_n_f32(sum.mean1, m, tap.mw1);
    sum.mean2 = vfmaq_n_f32(sum.mean2, m, tap.mw2);
    sum.var0 = vfmaq_n_f32(sum.var0, m2, tap.vw0);
    sum.var1 = vfmaq_n_f32(sum.var1, m2, tap.vw1);
    sum.var2 = vfmaq_n_f32(sum.var2, m2, tap.vw2);
    return sum;
}

/* How a quad walks over a strip. */
typedef struct pfp__quad_walk {
    uint32_t planes, kernel_h, kernel_w, stride_w;
    size_t len, row_len, plane_gap;
} pfp__quad_walk;

PFP_INLINE pfp__quad_walk pfp__quad_walk_of(const pfp__strip *strip, const pfp_conv2d_shape *s) {
    pfp__quad_walk walk;
    walk.planes = s->in_planes;
    walk.kernel_h = s->kernel_h;
    walk.kernel_w = s->kernel_w;
    walk.stride_w = s->stride_w;
    walk.len = strip->len;
    walk.row_len = strip->row_len;
    walk.plane_gap = (strip->rows - s->kernel_h) * strip->row_len;
    return walk;
}

/* A kernel row of any width and stride. */
PFP_INLINE pfp__quad pfp__quad_add_row(pfp__quad sum, const pfp__quad_walk *walk,
                                       const float **weights, const float *in) {
    uint32_t place = 0;
    for (uint32_t taps = walk->kernel_w; taps > 0; taps--) {
        sum = pfp__quad_add(sum, weights, in);
        in += walk->len;
        if (++place == walk->stride_w) {
            place = 0;
            in -= walk->row_len - 1;
        }
    }
    return sum;
}

/*
 * The sums of `panel`, where `in` is the strip at the first output. A constant `width` is the
 * kernel's, at stride 1; with 0 both may be any.
 */
PFP_INLINE pfp__quad pfp__quad_sum(const pfp__quad_walk *walk, uint32_t width, const float *in,
                                   const float *panel) {
    const float *weights = panel;
    pfp__quad sum = pfp__quad_bias(&weights);
    uint32_t planes = walk->planes;
    do {
        uint32_t rows = walk->kernel_h;
        do {
            if (width > 0) {
                for (uint32_t tap = 0; tap < width; tap++) {
                    sum = pfp__quad_add(sum, &weights, in + tap);
                }
            } else {
                sum = pfp__quad_add_row(sum, walk, &weights, in);
            }
            in += walk->row_len;
        } while (--rows > 0);
        in += walk->plane_gap;
    } while (--planes > 0);
    return sum;
}

/* Writes the outputs of position i to address `at`[i] and on, variances `gap` bytes further on. */
PFP_INLINE void pfp__quad_store(pfp__quad sum, uint32x4_t at, uint32_t gap) {
    vstrwq_scatter_base_f32(at, 0, sum.mean0);
    vstrwq_scatter_base_f32(at, 4, sum.mean1);
    vstrwq_scatter_base_f32(at, 8, sum.mean2);
    at = vaddq_n_u32(at, gap);
    vstrwq_scatter_base_f32(at, 0, sum.var0);
    vstrwq_scatter_base_f32(at, 4, sum.var1);
    vstrwq_scatter_base_f32(at, 8, sum.var2);
}

PFP_INLINE uint32_t pfp__quad_address(const float *p) {
    return (uint32_t)(uintptr_t)p;
}

#endif
