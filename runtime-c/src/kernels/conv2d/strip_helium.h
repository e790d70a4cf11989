#ifndef PFP_KERNELS_CONV2D_STRIP_HELIUM_H
#define PFP_KERNELS_CONV2D_STRIP_HELIUM_H

/*
 * A strip is what a few rows of a det convolution read, over a part of their columns and all
 * planes: inputs less the shift, zero where padding lies, and their squares. With a stride, every
 * row has its columns sorted by their place in it, so that four neighbouring outputs always read
 * four consecutive floats. The inputs are planar: in_c == 1.
 */

#include <arm_mve.h>

#include "pfp/pfp_kernels.h"
#include "vec/inline.h"

enum { PFP_STRIP_FLOATS = 256 };

typedef struct pfp__strip {
    uint32_t outputs; /* along a row: a multiple of 4, or 0 where four do not fit */
    uint32_t rows;    /* inputs along a column */
    size_t len;       /* inputs along a row at one place of the stride */
    size_t row_len;   /* at all */
    float m[PFP_STRIP_FLOATS], m2[PFP_STRIP_FLOATS];
} pfp__strip;

/* For `out_rows` by `columns` outputs, or as many columns of them as fit. */
PFP_INLINE void pfp__strip_init(pfp__strip *strip, const pfp_conv2d_shape *s, uint32_t out_rows,
                                uint32_t columns) {
    const uint32_t reach = (s->kernel_w - 1) / s->stride_w;
    strip->rows = (out_rows - 1) * s->stride_h + s->kernel_h;
    const uint32_t len = PFP_STRIP_FLOATS / (s->in_planes * strip->rows * s->stride_w);
    const uint32_t fitting = len > reach ? (len - reach) / 4 * 4 : 0;
    const uint32_t wanted = (columns + 3) / 4 * 4;
    strip->outputs = wanted < fitting ? wanted : fitting;
    strip->len = strip->outputs + reach;
    strip->row_len = strip->len * s->stride_w;
}

PFP_INLINE void pfp__strip_zero(float *m, float *m2, int32_t count) {
    for (; count > 0; count -= 4) {
        const mve_pred16_t some = vctp32q((uint32_t)count);
        vstrwq_p_f32(m, vdupq_n_f32(0.0f), some);
        vstrwq_p_f32(m2, vdupq_n_f32(0.0f), some);
        m += 4;
        m2 += 4;
    }
}

/* Every `step`th of `in`. */
PFP_INLINE void pfp__strip_copy(float *m, float *m2, int32_t count, const float *in, uint32_t step,
                                float shift) {
    if (step == 1) {
        for (; count > 0; count -= 4) {
            const mve_pred16_t some = vctp32q((uint32_t)count);
            const float32x4_t x = vsubq_n_f32(vldrwq_z_f32(in, some), shift);
            vstrwq_p_f32(m, x, some);
            vstrwq_p_f32(m2, vmulq_f32(x, x), some);
            in += 4;
            m += 4;
            m2 += 4;
        }
        return;
    }
    for (; count > 0; count--) {
        const float x = *in - shift;
        *m++ = x;
        *m2++ = x * x;
        in += step;
    }
}

PFP_INLINE int32_t pfp__strip_clamp(int32_t x, int32_t low, int32_t high) {
    return x < low ? low : (x > high ? high : x);
}

/* The first `count` of stride steps that `distance` takes, rounded up. */
PFP_INLINE int32_t pfp__strip_steps(int32_t distance, uint32_t stride) {
    return distance <= 0 ? 0 : (int32_t)(((uint32_t)distance + stride - 1) / stride);
}

/* Of the outputs from (y, x) on. */
PFP_INLINE void pfp__strip_fill(pfp__strip *strip, const pfp_conv2d_shape *s, uint32_t y,
                                uint32_t x, const float *in, const float *shift) {
    const int32_t top = (int32_t)(y * s->stride_h) - (int32_t)s->pad_top;
    const int32_t left = (int32_t)(x * s->stride_w) - (int32_t)s->pad_left;
    const int32_t len = (int32_t)strip->len;
    float *m = strip->m, *m2 = strip->m2;
    for (uint32_t plane = 0; plane < s->in_planes; plane++) {
        for (uint32_t row = 0; row < strip->rows; row++) {
            const int32_t in_y = top + (int32_t)row;
            const float *in_row = in + (ptrdiff_t)in_y * (ptrdiff_t)s->in_w;
            for (uint32_t place = 0; place < s->stride_w; place++) {
                const int32_t in_x = left + (int32_t)place;
                int32_t begin = len, end = len;
                if (in_y >= 0 && in_y < (int32_t)s->in_h) {
                    begin = pfp__strip_clamp(pfp__strip_steps(-in_x, s->stride_w), 0, len);
                    end = pfp__strip_clamp(pfp__strip_steps((int32_t)s->in_w - in_x, s->stride_w),
                                           begin, len);
                }
                pfp__strip_zero(m, m2, begin);
                if (begin < end) {
                    pfp__strip_copy(m + begin, m2 + begin, end - begin,
                                    in_row + in_x + begin * (int32_t)s->stride_w, s->stride_w,
                                    shift[plane]);
                }
                pfp__strip_zero(m + end, m2 + end, len - end);
                m += len;
                m2 += len;
            }
        }
        in += (size_t)s->in_h * s->in_w;
    }
}

#endif
