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

PFP_INLINE pfp__quad pfp__quad_add(pfp__quad sum, const float **weights, const float *m,
                                   const float *m2) {
    const pfp__quad_tap tap = pfp__quad_next(weights);
    const float32x4_t mean = vldrwq_f32(m), square = vldrwq_f32(m2);
    sum.mean0 = vfmaq_n_f32(sum.mean0, mean, tap.mw0);
    sum.mean1 = vfmaq_n_f32(sum.mean1, mean, tap.mw1);
    sum.mean2 = vfmaq_n_f32(sum.mean2, mean, tap.mw2);
    sum.var0 = vfmaq_n_f32(sum.var0, square, tap.vw0);
    sum.var1 = vfmaq_n_f32(sum.var1, square, tap.vw1);
    sum.var2 = vfmaq_n_f32(sum.var2, square, tap.vw2);
    return sum;
}

/*
 * The sums of `panel` from row `row` and output `x` of the strip on. A constant `width` is the
 * kernel's, at stride 1; with 0 it may have any.
 */
PFP_INLINE pfp__quad pfp__quad_sum(const pfp__strip *strip, const pfp_conv2d_shape *s,
                                   uint32_t width, uint32_t row, uint32_t x, const float *panel) {
    const float *weights = panel;
    pfp__quad sum = pfp__quad_bias(&weights);
    const size_t at = row * strip->row_len + x;
    const float *m = strip->m + at, *m2 = strip->m2 + at;
    const size_t row_len = strip->row_len;
    for (uint32_t plane = s->in_planes; plane > 0; plane--) {
        for (uint32_t rows = s->kernel_h; rows > 0; rows--) {
            if (width > 0) {
                for (uint32_t tap = 0; tap < width; tap++) {
                    sum = pfp__quad_add(sum, &weights, m + tap, m2 + tap);
                }
            } else {
                for (uint32_t tap = 0; tap < s->kernel_w; tap++) {
                    const size_t from = tap % s->stride_w * strip->len + tap / s->stride_w;
                    sum = pfp__quad_add(sum, &weights, m + from, m2 + from);
                }
            }
            m += row_len;
            m2 += row_len;
        }
        m += (strip->rows - s->kernel_h) * row_len;
        m2 += (strip->rows - s->kernel_h) * row_len;
    }
    return sum;
}

/* Writes the outputs of position i to mean[i * step] and on, likewise var. */
PFP_INLINE void pfp__quad_store(pfp__quad sum, float *mean, float *var, uint32x4_t steps) {
    const uint32x4_t mean_at = vaddq_n_u32(steps, (uint32_t)(uintptr_t)mean);
    vstrwq_scatter_base_f32(mean_at, 0, sum.mean0);
    vstrwq_scatter_base_f32(mean_at, 4, sum.mean1);
    vstrwq_scatter_base_f32(mean_at, 8, sum.mean2);
    const uint32x4_t var_at = vaddq_n_u32(steps, (uint32_t)(uintptr_t)var);
    vstrwq_scatter_base_f32(var_at, 0, sum.var0);
    vstrwq_scatter_base_f32(var_at, 4, sum.var1);
    vstrwq_scatter_base_f32(var_at, 8, sum.var2);
}

#endif
