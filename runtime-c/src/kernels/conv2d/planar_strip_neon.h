#ifndef PFP_KERNELS_CONV2D_PLANAR_STRIP_NEON_H
#define PFP_KERNELS_CONV2D_PLANAR_STRIP_NEON_H

/*
 * The part of an exact input that planar_neon.h works on, less its shift, and its squares: for each
 * plane and row { m[row_len], m2[row_len] }, in form exact { m[row_len] }. A row is sorted by
 * column modulo stride_w, so that neighbouring positions meet neighbouring floats at any stride.
 */

#include <arm_neon.h>
#include <string.h>

#include "kernels/conv2d/band.h"
#include "kernels/conv2d/planar_weights_neon.h"

/* PLANAR_STRIP_END: the last position's vectors end up to three floats past it. */
enum { PFP_PLANAR_STRIP_FLOATS = 4096, PFP_PLANAR_STRIP_END = 4 };

/* What a kernel is called with; form exact has no variances and a shift of zero. */
typedef struct pfp__conv2d_planar {
    const pfp_conv2d_shape *shape;
    const float *in, *shift;
    pfp__planar_weights weights;
    float *out_mean, *out_var;
} pfp__conv2d_planar;

typedef struct pfp__strip_planar {
    float at[PFP_PLANAR_STRIP_FLOATS + PFP_PLANAR_STRIP_END];
    size_t rows;      /* of each plane */
    size_t row_len;   /* floats of a row, without the squares */
    size_t row_step;  /* from a row to the next */
    size_t phase_len; /* of the columns with the same remainder by stride_w */
} pfp__strip_planar;

/* Input positions of a plane that fit: sorting by remainder can double a row. */
PFP_INLINE size_t pfp__planar_inputs(int exact, const pfp_conv2d_shape *s) {
    const size_t floats = (exact ? 1u : 2u) * (s->stride_w > 1 ? 2u : 1u);
    return (size_t)PFP_PLANAR_STRIP_FLOATS / floats / s->in_planes;
}

PFP_INLINE void pfp__planar_put(int exact, float *m, size_t row_len, float value) {
    m[0] = value;
    if (!exact) {
        m[row_len] = value * value;
    }
}

/* Neighbours and their squares. */
PFP_INLINE void pfp__planar_copy_row(int exact, float *to, size_t row_len, size_t len,
                                     const float *in, float shift) {
    const float32x4_t shifts = vdupq_n_f32(shift);
    float *squares = to + row_len;
    for (size_t eights = len / 8; eights > 0; eights--) {
        const float32x4_t low = vsubq_f32(vld1q_f32(in), shifts);
        const float32x4_t high = vsubq_f32(vld1q_f32(in + 4), shifts);
        vst1q_f32(to, low);
        vst1q_f32(to + 4, high);
        if (!exact) {
            vst1q_f32(squares, vmulq_f32(low, low));
            vst1q_f32(squares + 4, vmulq_f32(high, high));
        }
        in += 8;
        to += 8;
        squares += 8;
        /* Three pointers rather than one index, which would be added to each of them. */
        __asm__("" : "+r"(in), "+r"(to), "+r"(squares));
    }
    if (len % 8 >= 4) {
        const float32x4_t value = vsubq_f32(vld1q_f32(in), shifts);
        vst1q_f32(to, value);
        if (!exact) {
            vst1q_f32(squares, vmulq_f32(value, value));
        }
        in += 4;
        to += 4;
    }
    for (size_t left = len % 4; left > 0; left--) {
        pfp__planar_put(exact, to++, row_len, *in++ - shift);
    }
}

/* The same for any stride, from column `column` of the strip on. */
PFP_INLINE void pfp__planar_copy_phases(int exact, float *to, const pfp__strip_planar *strip,
                                        size_t stride, size_t column, size_t len, const float *in,
                                        float shift) {
    for (size_t i = column; i < column + len; i++) {
        const size_t at = i % stride * strip->phase_len + i / stride;
        if (at < strip->row_len) {
            pfp__planar_put(exact, to + at, strip->row_len, *in - shift);
        }
        in++;
    }
}

PFP_INLINE void pfp__strip_planar_fill(int exact, pfp__strip_planar *strip,
                                       const pfp__conv2d_planar *t, const pfp__band *b) {
    const pfp_conv2d_shape *s = t->shape;
    const size_t plane = (size_t)s->in_h * s->in_w;
    const size_t phases = s->stride_w < s->kernel_w ? s->stride_w : s->kernel_w;
    strip->rows = b->rows;
    strip->phase_len = (b->columns + s->stride_w - 1) / s->stride_w;
    strip->row_len = phases * strip->phase_len;
    strip->row_step = exact ? strip->row_len : 2 * strip->row_len;
    const size_t floats = s->in_planes * strip->rows * strip->row_step;
    memset(strip->at, 0, (floats + PFP_PLANAR_STRIP_END) * sizeof(float)); /* the padding */

    const size_t in_end = (size_t)s->pad_top + s->in_h, b_end = b->in_y + b->rows;
    const size_t first = b->in_y > s->pad_top ? b->in_y : s->pad_top;
    const size_t end = b_end < in_end ? b_end : in_end;
    for (size_t p = 0; p < s->in_planes && first < end; p++) {
        const pfp__stretch stretch = pfp__stretch_at(s, first, b->in_x, b->columns);
        const float *in = t->in + p * plane + stretch.in;
        float *to = strip->at + strip->row_step * (p * strip->rows + first - b->in_y);
        for (size_t row = first; row < end; row++) {
            if (s->stride_w == 1) {
                pfp__planar_copy_row(exact, to + stretch.before, strip->row_len, stretch.inside, in,
                                     t->shift[p]);
            } else {
                pfp__planar_copy_phases(exact, to, strip, s->stride_w, stretch.before,
                                        stretch.inside, in, t->shift[p]);
            }
            in += s->in_w;
            to += strip->row_step;
        }
    }
}

#endif
