#ifndef PFP_KERNELS_CONV2D_QUAD_NEON_H
#define PFP_KERNELS_CONV2D_QUAD_NEON_H

/*
 * Four positions by eight outputs of a convolution in NEON registers: outputs in lanes, inputs by
 * lane. An input is { mean, var, m2 = var + mean^2 } in the strip, so that three registers hold
 * four of them and no position works out m2 again; in form det { m, m2 = m^2 }, m behind the shift,
 * plane after plane. Sums run as in tile_c.h, to the same bits, but for the sign of a zero where
 * padding is added.
 */

#include "kernels/conv2d/band.h"
#include "kernels/conv2d/form.h"
#include "kernels/conv2d/places_neon.h"
#include "kernels/linear/tile_neon.h"
#include "vec/fma.h"

/* PFP_STRIP_END: a vector may begin at the last input. */
enum { PFP_STRIP_FLOATS = 4096, PFP_STRIP_END = 4 };

PFP_INLINE size_t pfp__input_floats(int det) {
    return det ? 2 : 3;
}

typedef struct pfp__strip_neon {
    float at[PFP_STRIP_FLOATS + PFP_STRIP_END];
} pfp__strip_neon;

/* What a kernel is called with. */
typedef struct pfp__conv2d_quads {
    const pfp_conv2d_shape *shape;
    pfp__conv2d_in in;
    const float *weights;
    float *out_mean, *out_var;
} pfp__conv2d_quads;

PFP_INLINE float *pfp__strip_zeros(float *to, size_t floats) {
    for (size_t i = 0; i < floats; i++) {
        to[i] = 0.0f;
    }
    return to + floats;
}

/* Copies `len` inputs from float `begin` of padded row `row` of a plane; returns the copy's end. */
PFP_INLINE float *pfp__strip_fill(int det, float *to, const pfp__conv2d_quads *t, size_t plane,
                                  size_t row, size_t begin, size_t len) {
    const pfp_conv2d_shape *s = t->shape;
    const pfp__stretch stretch = pfp__stretch_at(s, row, begin, len);
    const size_t floats = pfp__input_floats(det);
    const size_t in = (det ? plane * s->in_h * s->in_w * s->in_c : 0) + stretch.in;
    const float *mean = t->in.mean + in, *var = det ? NULL : t->in.var + in;
    const float shift = det ? t->in.shift[plane] : 0.0f;
    to = pfp__strip_zeros(to, stretch.before * floats);
    for (size_t fours = stretch.inside / 4; fours > 0; fours--) {
        const float32x4_t m = vld1q_f32(mean);
        if (det) {
            float32x4x2_t inputs;
            inputs.val[0] = vsubq_f32(m, vdupq_n_f32(shift));
            inputs.val[1] = vmulq_f32(inputs.val[0], inputs.val[0]);
            vst2q_f32(to, inputs);
        } else {
            float32x4x3_t inputs;
            inputs.val[0] = m;
            inputs.val[1] = vld1q_f32(var);
            inputs.val[2] = vfmaq_f32(inputs.val[1], m, m);
            vst3q_f32(to, inputs);
            var += 4;
        }
        mean += 4;
        to += 4 * floats;
    }
    for (size_t left = stretch.inside % 4; left > 0; left--) {
        to[0] = det ? *mean - shift : *mean;
        if (det) {
            to[1] = to[0] * to[0];
        } else {
            to[1] = *var;
            to[2] = pfp__fmaf(*mean, *mean, *var);
            var++;
        }
        mean++;
        to += floats;
    }
    return pfp__strip_zeros(to, stretch.after * floats);
}

/* Eight outputs at four positions. */
typedef struct pfp__quad_neon {
    pfp__tile_neon p0, p1, p2, p3;
} pfp__quad_neon;

PFP_INLINE pfp__quad_neon pfp__quad_neon_bias(const float *panel) {
    pfp__quad_neon q;
    q.p0 = pfp__tile_neon_bias(panel);
    q.p1 = q.p0;
    q.p2 = q.p0;
    q.p3 = q.p0;
    return q;
}

/* The next four inputs of a position, in two registers in form det. */
PFP_INLINE float32x4x3_t pfp__inputs_neon_load(int det, const float *at) {
    float32x4x3_t i;
    i.val[0] = vld1q_f32(at);
    i.val[1] = vld1q_f32(at + 4);
    i.val[2] = det ? i.val[1] : vld1q_f32(at + 8);
    return i;
}

/* Macros, since the instruction holds the lane's number; ordered so that all fits into registers.
 */
#define PFP_QUAD_ADD(sum, w, r, lane)                                                              \
    q.p0.sum##0 = vfmaq_laneq_f32(q.p0.sum##0, w##0, i0.val[r], lane);                             \
    q.p0.sum##1 = vfmaq_laneq_f32(q.p0.sum##1, w##1, i0.val[r], lane);                             \
    q.p1.sum##0 = vfmaq_laneq_f32(q.p1.sum##0, w##0, i1.val[r], lane);                             \
    q.p1.sum##1 = vfmaq_laneq_f32(q.p1.sum##1, w##1, i1.val[r], lane);                             \
    q.p2.sum##0 = vfmaq_laneq_f32(q.p2.sum##0, w##0, i2.val[r], lane);                             \
    q.p2.sum##1 = vfmaq_laneq_f32(q.p2.sum##1, w##1, i2.val[r], lane);                             \
    q.p3.sum##0 = vfmaq_laneq_f32(q.p3.sum##0, w##0, i3.val[r], lane);                             \
    q.p3.sum##1 = vfmaq_laneq_f32(q.p3.sum##1, w##1, i3.val[r], lane)

/* One input, whose mean, var and m2 are the given lanes. */
#define PFP_QUAD_TAP(weights, mean_r, mean_lane, var_r, var_lane, m2_r, m2_lane)                   \
    do {                                                                                           \
        const float32x4_t mw0 = vld1q_f32(weights), mw1 = vld1q_f32((weights) + 4);                \
        PFP_QUAD_ADD(mean, mw, mean_r, mean_lane);                                                 \
        const float32x4_t square0 = vmulq_f32(mw0, mw0), square1 = vmulq_f32(mw1, mw1);            \
        PFP_QUAD_ADD(var, square, var_r, var_lane);                                                \
        const float32x4_t vw0 = vld1q_f32((weights) + 8), vw1 = vld1q_f32((weights) + 12);         \
        PFP_QUAD_ADD(var, vw, m2_r, m2_lane);                                                      \
    } while (0)

#define PFP_QUAD_TAP_0(weights) PFP_QUAD_TAP(weights, 0, 0, 0, 1, 0, 2)
#define PFP_QUAD_TAP_1(weights) PFP_QUAD_TAP(weights, 0, 3, 1, 0, 1, 1)
#define PFP_QUAD_TAP_2(weights) PFP_QUAD_TAP(weights, 1, 2, 1, 3, 2, 0)
#define PFP_QUAD_TAP_3(weights) PFP_QUAD_TAP(weights, 2, 1, 2, 2, 2, 3)

/* The same in form det, whose m and m2 are lanes `lane` and `lane` + 1. */
#define PFP_QUAD_DET_TAP(weights, r, lane)                                                         \
    do {                                                                                           \
        const float32x4_t mw0 = vld1q_f32(weights), mw1 = vld1q_f32((weights) + 4);                \
        PFP_QUAD_ADD(mean, mw, r, lane);                                                           \
        const float32x4_t vw0 = vld1q_f32((weights) + 8), vw1 = vld1q_f32((weights) + 12);         \
        PFP_QUAD_ADD(var, vw, r, (lane) + 1);                                                      \
    } while (0)

/* The next `count` inputs of all positions, one to four, `ahead` inputs on. */
PFP_INLINE pfp__quad_neon pfp__quad_neon_add(int det, pfp__quad_neon q, pfp__places_neon at,
                                             size_t ahead, size_t count, const float *weights) {
    const size_t skip = ahead * pfp__input_floats(det);
    const float32x4x3_t i0 = pfp__inputs_neon_load(det, at.p0 + skip);
    const float32x4x3_t i1 = pfp__inputs_neon_load(det, at.p1 + skip);
    const float32x4x3_t i2 = pfp__inputs_neon_load(det, at.p2 + skip);
    const float32x4x3_t i3 = pfp__inputs_neon_load(det, at.p3 + skip);
    weights += ahead * 16;
    if (det) {
        PFP_QUAD_DET_TAP(weights, 0, 0);
    } else {
        PFP_QUAD_TAP_0(weights);
    }
    if (count >= 2) {
        if (det) {
            PFP_QUAD_DET_TAP(weights + 16, 0, 2);
        } else {
            PFP_QUAD_TAP_1(weights + 16);
        }
    }
    if (count >= 3) {
        if (det) {
            PFP_QUAD_DET_TAP(weights + 32, 1, 0);
        } else {
            PFP_QUAD_TAP_2(weights + 32);
        }
    }
    if (count >= 4) {
        if (det) {
            PFP_QUAD_DET_TAP(weights + 48, 1, 2);
        } else {
            PFP_QUAD_TAP_3(weights + 48);
        }
    }
    return q;
}

/* Fewer than four; each count on its own, to load no more than it needs and that in pairs. */
PFP_INLINE pfp__quad_neon pfp__quad_neon_add_rest(int det, pfp__quad_neon q, pfp__places_neon at,
                                                  size_t ahead, size_t count,
                                                  const float *weights) {
    if (count == 2) {
        return pfp__quad_neon_add(det, q, at, ahead, 2, weights);
    }
    if (count == 1) {
        return pfp__quad_neon_add(det, q, at, ahead, 1, weights);
    }
    return count == 3 ? pfp__quad_neon_add(det, q, at, ahead, 3, weights) : q;
}

/*
 * Adds `rows` runs of `run` consecutive inputs, from one's end to the next row_turn floats. Eight
 * inputs at a time: a loop of four would spend as much again on its addresses.
 */
PFP_INLINE pfp__quad_neon pfp__quad_neon_rows(int det, pfp__quad_neon q, pfp__starts_neon at,
                                              size_t rows, size_t run, size_t row_turn,
                                              const float *weights) {
    const size_t floats = pfp__input_floats(det);
    for (; rows > 0; rows--) {
        for (size_t eights = run / 8; eights > 0; eights--) {
            const pfp__places_neon places = pfp__places_neon_at(at);
            q = pfp__quad_neon_add(det, q, places, 0, 4, weights);
            q = pfp__quad_neon_add(det, q, places, 4, 4, weights);
            at.p0 += 8 * floats;
            weights += 8 * 16;
        }
        pfp__places_neon places = pfp__places_neon_at(at);
        if (run % 8 >= 4) {
            q = pfp__quad_neon_add(det, q, places, 0, 4, weights);
            q = pfp__quad_neon_add_rest(det, q, places, 4, run % 4, weights);
        } else {
            q = pfp__quad_neon_add_rest(det, q, places, 0, run % 4, weights);
        }
        at.p0 += run % 8 * floats + row_turn;
        weights += run % 8 * 16;
    }
    return q;
}

/* A band's strip: steps count floats, and outputs a kernel's outputs. */
typedef struct pfp__strip_quads {
    size_t rows, run, row_turn; /* of the inputs of one position in a plane */
    size_t step_w, step_h;      /* from one position to the next, and to the one below */
    size_t planes, plane_len;
    size_t panel_len;
} pfp__strip_quads;

PFP_INLINE pfp__strip_quads pfp__strip_quads_fill(int det, const pfp__conv2d_quads *t,
                                                  const pfp__band *b, float *strip) {
    const pfp_conv2d_shape *s = t->shape;
    const size_t row_len = b->columns * s->in_c, floats = pfp__input_floats(det);
    pfp__strip_quads g;
    g.planes = det ? s->in_planes : 1;
    for (size_t plane = 0; plane < g.planes; plane++) {
        for (size_t row = 0; row < b->rows; row++) {
            strip =
                pfp__strip_fill(det, strip, t, plane, b->in_y + row, b->in_x * s->in_c, row_len);
        }
    }
    pfp__strip_zeros(strip, PFP_STRIP_END);
    g.rows = s->kernel_h;
    g.run = (size_t)s->kernel_w * s->in_c;
    g.row_turn = floats * (row_len - g.run);
    g.step_w = floats * s->stride_w * s->in_c;
    g.step_h = floats * s->stride_h * row_len;
    g.plane_len = floats * b->rows * row_len;
    g.panel_len = 2 * PFP_TILE_NEON * (1 + g.planes * g.rows * g.run);
    return g;
}

/* The sums of a panel at four positions of a band. */
PFP_INLINE pfp__quad_neon pfp__quad_neon_sum(int det, const pfp__strip_quads *g,
                                             pfp__starts_neon at, const float *panel) {
    const float *weights = panel + 2 * PFP_TILE_NEON;
    pfp__quad_neon q = pfp__quad_neon_bias(panel);
    if (!det) {
        return pfp__quad_neon_rows(0, q, at, g->rows, g->run, g->row_turn, weights);
    }
    for (size_t plane = 0; plane < g->planes; plane++) {
        q = pfp__quad_neon_rows(1, q, at, g->rows, g->run, g->row_turn, weights);
        at.p0 += g->plane_len;
        weights += 2 * PFP_TILE_NEON * g->rows * g->run;
    }
    return q;
}

enum { PFP_CHUNK = 64 };

/* For windows too large for the strip: four positions of the convolution, copied in pieces. */
PFP_INLINE pfp__quad_neon pfp__quad_neon_pieces(int det, const pfp__conv2d_quads *t,
                                                const uint32_t y[4], const uint32_t x[4],
                                                const float *panel, float *strip) {
    const pfp_conv2d_shape *s = t->shape;
    const size_t run = (size_t)s->kernel_w * s->in_c, step = PFP_CHUNK * pfp__input_floats(det);
    const float *weights = panel + 2 * PFP_TILE_NEON;
    const pfp__starts_neon at = {strip, step, 2 * step, 3 * step};
    pfp__quad_neon q = pfp__quad_neon_bias(panel);
    for (size_t row = 0; row < (det ? s->in_planes : 1) * (size_t)s->kernel_h; row++) {
        for (size_t k = 0; k < run; k += PFP_CHUNK) {
            const size_t len = run - k < PFP_CHUNK ? run - k : PFP_CHUNK;
            for (size_t i = 0; i < 4; i++) {
                pfp__strip_fill(det, strip + i * step, t, row / s->kernel_h,
                                (size_t)y[i] * s->stride_h + row % s->kernel_h,
                                (size_t)x[i] * s->stride_w * s->in_c + k, len);
            }
            q = pfp__quad_neon_rows(det, q, at, 1, len, 0, weights);
            weights += 2 * PFP_TILE_NEON * len;
        }
    }
    return q;
}

#endif
