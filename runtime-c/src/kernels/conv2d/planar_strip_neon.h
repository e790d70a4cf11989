#ifndef PFP_KERNELS_CONV2D_PLANAR_STRIP_NEON_H
#define PFP_KERNELS_CONV2D_PLANAR_STRIP_NEON_H

/*
 * The part of an exact input that planar_neon.h works on, less its shift, and its squares: for each
 * plane and row { m[row_len], m2[row_len] }. A row is sorted by column modulo stride_w, so that
 * neighbouring positions meet neighbouring floats at any stride.
 */

#include <arm_neon.h>

#include "kernels/conv2d/band.h"

/* PLANAR_STRIP_END: the last position's vectors end up to three floats past it. */
enum { PFP_PLANAR_STRIP_FLOATS = 4096, PFP_PLANAR_STRIP_END = 4 };

/* What a kernel is called with. */
typedef struct pfp__conv2d_planar {
    const pfp_conv2d_shape *shape;
    const float *in, *shift, *weights;
    float *out_mean, *out_var;
} pfp__conv2d_planar;

typedef struct pfp__strip_planar {
    float at[PFP_PLANAR_STRIP_FLOATS + PFP_PLANAR_STRIP_END];
    size_t rows;      /* of each plane */
    size_t row_len;   /* floats of a row, without the squares */
    size_t phase_len; /* of the columns with the same remainder by stride_w */
} pfp__strip_planar;

/* Input positions of a plane that fit: sorting by remainder can double a row. */
PFP_INLINE size_t pfp__planar_inputs(const pfp_conv2d_shape *s) {
    return (size_t)PFP_PLANAR_STRIP_FLOATS / 2 / s->in_planes / (s->stride_w > 1 ? 2 : 1);
}

PFP_INLINE void pfp__planar_put(float *m, size_t row_len, float value) {
    m[0] = value;
    m[row_len] = value * value;
}

/* Zeros in whole vectors: up to three floats further, which are to be written later. */
PFP_INLINE void pfp__planar_zeros(float *to, size_t len) {
    for (size_t i = 0; i < len; i += 4) {
        vst1q_f32(to + i, vdupq_n_f32(0.0f));
    }
}

/* One row of neighbours and their squares. */
static inline void pfp__planar_fill_row(float *m, size_t row_len, const pfp__stretch *t,
                                        const float *in, float shift) {
    pfp__planar_zeros(m, t->before);
    pfp__planar_zeros(m + t->before + t->inside, t->after);
    pfp__planar_zeros(m + row_len, t->before);
    pfp__planar_zeros(m + row_len + t->before + t->inside, t->after);
    m += t->before;
    const float32x4_t shifts = vdupq_n_f32(shift);
    for (size_t eights = t->inside / 8; eights > 0; eights--) {
        const float32x4_t low = vsubq_f32(vld1q_f32(in), shifts);
        const float32x4_t high = vsubq_f32(vld1q_f32(in + 4), shifts);
        vst1q_f32(m, low);
        vst1q_f32(m + 4, high);
        vst1q_f32(m + row_len, vmulq_f32(low, low));
        vst1q_f32(m + row_len + 4, vmulq_f32(high, high));
        in += 8;
        m += 8;
    }
    if (t->inside % 8 >= 4) {
        const float32x4_t value = vsubq_f32(vld1q_f32(in), shifts);
        vst1q_f32(m, value);
        vst1q_f32(m + row_len, vmulq_f32(value, value));
        in += 4;
        m += 4;
    }
    for (size_t left = t->inside % 4; left > 0; left--) {
        pfp__planar_put(m++, row_len, *in++ - shift);
    }
}

/* The same for any stride. */
static inline void pfp__planar_fill_phases(float *m, size_t row_len, size_t phase_len,
                                           size_t stride, size_t columns, const pfp__stretch *t,
                                           const float *in, float shift) {
    const size_t phases = row_len / phase_len;
    for (size_t i = 0; i < row_len; i++) {
        pfp__planar_put(m + i, row_len, 0.0f);
    }
    for (size_t i = t->before; i < columns - t->after; i++) {
        const float value = *in++ - shift;
        if (i % stride < phases) {
            pfp__planar_put(m + i % stride * phase_len + i / stride, row_len, value);
        }
    }
}

static inline void pfp__strip_planar_fill(pfp__strip_planar *strip, const pfp__conv2d_planar *t,
                                          const pfp__band *b) {
    const pfp_conv2d_shape *s = t->shape;
    const size_t plane = (size_t)s->in_h * s->in_w;
    const size_t phases = s->stride_w < s->kernel_w ? s->stride_w : s->kernel_w;
    strip->rows = b->rows;
    strip->phase_len = (b->columns + s->stride_w - 1) / s->stride_w;
    strip->row_len = phases * strip->phase_len;
    float *m = strip->at;
    for (size_t p = 0; p < s->in_planes; p++) {
        for (size_t row = 0; row < b->rows; row++) {
            const pfp__stretch stretch = pfp__stretch_at(s, b->in_y + row, b->in_x, b->columns);
            const float *in = t->in + p * plane + stretch.in;
            if (s->stride_w == 1) {
                pfp__planar_fill_row(m, strip->row_len, &stretch, in, t->shift[p]);
            } else if (stretch.inside == 0) {
                const pfp__stretch zeros = {strip->row_len, 0, 0, 0};
                pfp__planar_fill_row(m, strip->row_len, &zeros, in, t->shift[p]);
            } else {
                pfp__planar_fill_phases(m, strip->row_len, strip->phase_len, s->stride_w,
                                        b->columns, &stretch, in, t->shift[p]);
            }
            m += 2 * strip->row_len;
        }
    }
    for (size_t i = 0; i < PFP_PLANAR_STRIP_END; i++) {
        m[i] = 0.0f;
    }
}

#endif
