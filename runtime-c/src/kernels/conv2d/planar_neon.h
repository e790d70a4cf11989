#ifndef PFP_KERNELS_CONV2D_PLANAR_NEON_H
#define PFP_KERNELS_CONV2D_PLANAR_NEON_H

/*
 * Eight positions, four columns in each of two rows, by four or six outputs of a convolution over
 * an exact input of one channel a plane, in NEON registers: positions in lanes, weights by lane, so
 * that no lane is lost to an odd count of outputs. Sums run as in tile_c.h, to the same bits, but
 * for the sign of a zero where padding is added.
 *
 * The strip holds the inputs less their shift, and their squares: for each plane and row
 * { m[row_len], m2[row_len] }. A row is sorted by column modulo stride_w, so that neighbouring
 * positions meet neighbouring floats at any stride.
 */

#include <arm_neon.h>

#include "kernels/conv2d/band.h"
#include "vec/fma.h"

/* PLANAR_STRIP_END: the last position's vectors end up to three floats past it. */
enum { PFP_PLANAR_OUTPUTS_MAX = 6, PFP_PLANAR_STRIP_FLOATS = 4096, PFP_PLANAR_STRIP_END = 4 };

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

/* One row of neighbours; `count` inputs behind `before` zeros, zeros to the end. */
static inline void pfp__planar_fill_row(float *m, size_t row_len, const pfp__stretch *t,
                                        const float *in, float shift) {
    for (size_t i = 0; i < t->before; i++) {
        pfp__planar_put(m++, row_len, 0.0f);
    }
    const float32x4_t shifts = vdupq_n_f32(shift);
    for (size_t fours = t->inside / 4; fours > 0; fours--) {
        const float32x4_t value = vsubq_f32(vld1q_f32(in), shifts);
        vst1q_f32(m, value);
        vst1q_f32(m + row_len, vmulq_f32(value, value));
        in += 4;
        m += 4;
    }
    for (size_t left = t->inside % 4; left > 0; left--) {
        pfp__planar_put(m++, row_len, *in++ - shift);
    }
    for (size_t i = 0; i < t->after; i++) {
        pfp__planar_put(m++, row_len, 0.0f);
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

/* By output and row; four outputs leave the last two alone. */
typedef struct pfp__tile_planar {
    float32x4_t mean[PFP_PLANAR_OUTPUTS_MAX][2];
    float32x4_t var[PFP_PLANAR_OUTPUTS_MAX][2];
} pfp__tile_planar;

/* `panel` begins with mb[outputs], vb[outputs]. */
PFP_INLINE pfp__tile_planar pfp__tile_planar_bias(size_t outputs, const float *panel) {
    pfp__tile_planar tile;
    for (size_t o = 0; o < outputs; o++) {
        tile.mean[o][0] = vld1q_dup_f32(panel + o);
        tile.mean[o][1] = tile.mean[o][0];
        tile.var[o][0] = vld1q_dup_f32(panel + outputs + o);
        tile.var[o][1] = tile.var[o][0];
    }
    return tile;
}

/* Macros, since the instruction holds the lane's number. */
#define PFP_PLANAR_ADD(sum, in, w, lane)                                                           \
    sum[0] = vfmaq_laneq_f32(sum[0], in##0, w, lane);                                              \
    sum[1] = vfmaq_laneq_f32(sum[1], in##1, w, lane)

/* One tap; `upper` and `lower` are where its inputs begin. */
PFP_INLINE pfp__tile_planar pfp__tile_planar_tap(pfp__tile_planar t, size_t outputs,
                                                 const float *upper, const float *upper2,
                                                 const float *lower, const float *lower2,
                                                 const float *weights) {
    const float32x4_t m0 = vld1q_f32(upper), m1 = vld1q_f32(lower);
    const float32x4_t w0 = vld1q_f32(weights), w1 = vld1q_f32(weights + 4);
    PFP_PLANAR_ADD(t.mean[0], m, w0, 0);
    PFP_PLANAR_ADD(t.mean[1], m, w0, 1);
    PFP_PLANAR_ADD(t.mean[2], m, w0, 2);
    PFP_PLANAR_ADD(t.mean[3], m, w0, 3);
    if (outputs == 6) {
        PFP_PLANAR_ADD(t.mean[4], m, w1, 0);
        PFP_PLANAR_ADD(t.mean[5], m, w1, 1);
    }
    const float32x4_t square0 = vld1q_f32(upper2), square1 = vld1q_f32(lower2);
    if (outputs == 6) {
        const float32x4_t w2 = vld1q_f32(weights + 8);
        PFP_PLANAR_ADD(t.var[0], square, w1, 2);
        PFP_PLANAR_ADD(t.var[1], square, w1, 3);
        PFP_PLANAR_ADD(t.var[2], square, w2, 0);
        PFP_PLANAR_ADD(t.var[3], square, w2, 1);
        PFP_PLANAR_ADD(t.var[4], square, w2, 2);
        PFP_PLANAR_ADD(t.var[5], square, w2, 3);
    } else {
        PFP_PLANAR_ADD(t.var[0], square, w1, 0);
        PFP_PLANAR_ADD(t.var[1], square, w1, 1);
        PFP_PLANAR_ADD(t.var[2], square, w1, 2);
        PFP_PLANAR_ADD(t.var[3], square, w1, 3);
    }
    return t;
}

/*
 * All taps of the eight positions whose first is at `at` in the strip; the lower row of them is
 * `below` floats on. A constant `kernel_w` unrolls the taps of a row, at stride 1.
 */
PFP_INLINE pfp__tile_planar pfp__tile_planar_sum(size_t outputs, size_t kernel_w,
                                                 const pfp_conv2d_shape *s,
                                                 const pfp__strip_planar *strip, const float *at,
                                                 size_t below, const float *panel) {
    const size_t row_len = strip->row_len;
    const float *weights = panel + 2 * outputs;
    pfp__tile_planar t = pfp__tile_planar_bias(outputs, panel);
    for (size_t p = s->in_planes; p > 0; p--) {
        const float *upper = at;
        for (size_t row = s->kernel_h; row > 0; row--) {
            const float *upper2 = upper + row_len;
            const float *lower = upper + below, *lower2 = lower + row_len;
            if (kernel_w > 0) {
                for (size_t k = 0; k < kernel_w; k++) {
                    t = pfp__tile_planar_tap(t, outputs, upper + k, upper2 + k, lower + k,
                                             lower2 + k, weights + 2 * outputs * k);
                }
                weights += 2 * outputs * kernel_w;
            } else {
                for (size_t k = 0; k < s->kernel_w; k++) {
                    const size_t i = k % s->stride_w * strip->phase_len + k / s->stride_w;
                    t = pfp__tile_planar_tap(t, outputs, upper + i, upper2 + i, lower + i,
                                             lower2 + i, weights);
                    weights += 2 * outputs;
                }
            }
            upper += 2 * row_len;
        }
        at += 2 * row_len * strip->rows;
    }
    return t;
}

/* The kernel_w that pfp__tile_planar_sum is to unroll, or 0. */
PFP_INLINE size_t pfp__planar_unroll(const pfp_conv2d_shape *s) {
    return s->stride_w == 1 && (s->kernel_w == 3 || s->kernel_w == 5) ? s->kernel_w : 0;
}

/* One position of the convolution by `outputs`, without a strip. */
static inline void pfp__planar_position(const pfp__conv2d_planar *t, size_t outputs, uint32_t y,
                                        uint32_t x, const float *panel, float *mean, float *var) {
    const pfp_conv2d_shape *s = t->shape;
    const float *weights = panel + 2 * outputs;
    for (size_t o = 0; o < outputs; o++) {
        mean[o] = panel[o];
        var[o] = panel[outputs + o];
    }
    for (size_t p = 0; p < s->in_planes; p++) {
        for (size_t ky = 0; ky < s->kernel_h; ky++) {
            const size_t row = (size_t)y * s->stride_h + ky;
            const pfp__stretch stretch =
                pfp__stretch_at(s, row, (size_t)x * s->stride_w, s->kernel_w);
            const float *in = t->in + p * s->in_h * s->in_w + stretch.in;
            weights += 2 * outputs * stretch.before;
            for (size_t k = 0; k < stretch.inside; k++) {
                const float m = in[k] - t->shift[p];
                for (size_t o = 0; o < outputs; o++) {
                    mean[o] = pfp__fmaf(weights[o], m, mean[o]);
                    var[o] = pfp__fmaf(weights[outputs + o], m * m, var[o]);
                }
                weights += 2 * outputs;
            }
            weights += 2 * outputs * stretch.after;
        }
    }
}

#endif
