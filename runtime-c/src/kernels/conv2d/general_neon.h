#ifndef PFP_KERNELS_CONV2D_GENERAL_NEON_H
#define PFP_KERNELS_CONV2D_GENERAL_NEON_H

/*
 * Four positions by eight outputs of a general convolution in NEON registers: outputs in lanes,
 * inputs by lane. An input is { mean, var, m2 = var + mean^2 } in the strip, so that three
 * registers hold four of them and no position works out m2 again. Sums run as in tile_c.h, to the
 * same bits, but for the sign of a zero where padding is added.
 */

#include "kernels/conv2d/band.h"
#include "kernels/conv2d/places_neon.h"
#include "kernels/linear/tile_neon.h"
#include "vec/fma.h"

/* PFP_STRIP_END: a vector may begin at the last input. */
enum { PFP_INPUT_FLOATS = 3, PFP_STRIP_FLOATS = 4096, PFP_STRIP_END = 4 };

typedef struct pfp__strip_neon {
    float at[PFP_STRIP_FLOATS + PFP_STRIP_END];
} pfp__strip_neon;

PFP_INLINE float *pfp__strip_zeros(float *to, size_t inputs) {
    for (size_t i = 0; i < inputs * PFP_INPUT_FLOATS; i++) {
        to[i] = 0.0f;
    }
    return to + inputs * PFP_INPUT_FLOATS;
}

/* Copies `len` inputs from float `begin` of padded row `row`; returns the end of the copy. */
static inline float *pfp__strip_fill(float *to, const pfp_conv2d_shape *s, const float *in_mean,
                                     const float *in_var, size_t row, size_t begin, size_t len) {
    const pfp__stretch stretch = pfp__stretch_at(s, row, begin, len);
    to = pfp__strip_zeros(to, stretch.before);
    const float *mean = in_mean + stretch.in, *var = in_var + stretch.in;
    for (size_t fours = stretch.inside / 4; fours > 0; fours--) {
        float32x4x3_t in;
        in.val[0] = vld1q_f32(mean);
        in.val[1] = vld1q_f32(var);
        in.val[2] = vfmaq_f32(in.val[1], in.val[0], in.val[0]);
        vst3q_f32(to, in);
        mean += 4;
        var += 4;
        to += 4 * PFP_INPUT_FLOATS;
    }
    for (size_t left = stretch.inside % 4; left > 0; left--) {
        to[0] = *mean;
        to[1] = *var;
        to[2] = pfp__fmaf(*mean, *mean, *var);
        mean++;
        var++;
        to += PFP_INPUT_FLOATS;
    }
    return pfp__strip_zeros(to, stretch.after);
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

/* The next four inputs of a position. */
PFP_INLINE float32x4x3_t pfp__inputs_neon_load(const float *at) {
    float32x4x3_t i;
    i.val[0] = vld1q_f32(at);
    i.val[1] = vld1q_f32(at + 4);
    i.val[2] = vld1q_f32(at + 8);
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

/* The next `count` inputs of all positions, one to four, `ahead` inputs on. */
PFP_INLINE pfp__quad_neon pfp__quad_neon_add(pfp__quad_neon q, pfp__places_neon at, size_t ahead,
                                             size_t count, const float *weights) {
    const float32x4x3_t i0 = pfp__inputs_neon_load(at.p0 + ahead * PFP_INPUT_FLOATS);
    const float32x4x3_t i1 = pfp__inputs_neon_load(at.p1 + ahead * PFP_INPUT_FLOATS);
    const float32x4x3_t i2 = pfp__inputs_neon_load(at.p2 + ahead * PFP_INPUT_FLOATS);
    const float32x4x3_t i3 = pfp__inputs_neon_load(at.p3 + ahead * PFP_INPUT_FLOATS);
    weights += ahead * 16;
    PFP_QUAD_TAP_0(weights);
    if (count >= 2) {
        PFP_QUAD_TAP_1(weights + 16);
    }
    if (count >= 3) {
        PFP_QUAD_TAP_2(weights + 32);
    }
    if (count >= 4) {
        PFP_QUAD_TAP_3(weights + 48);
    }
    return q;
}

/* Fewer than four; each count on its own, to load no more than it needs and that in pairs. */
PFP_INLINE pfp__quad_neon pfp__quad_neon_add_rest(pfp__quad_neon q, pfp__places_neon at,
                                                  size_t ahead, size_t count,
                                                  const float *weights) {
    if (count == 2) {
        return pfp__quad_neon_add(q, at, ahead, 2, weights);
    }
    if (count == 1) {
        return pfp__quad_neon_add(q, at, ahead, 1, weights);
    }
    return count == 3 ? pfp__quad_neon_add(q, at, ahead, 3, weights) : q;
}

/*
 * Adds `rows` runs of `run` consecutive inputs, from one's end to the next row_turn floats. Eight
 * inputs at a time: a loop of four would spend as much again on its addresses.
 */
PFP_INLINE pfp__quad_neon pfp__quad_neon_rows(pfp__quad_neon q, pfp__starts_neon at, size_t rows,
                                              size_t run, size_t row_turn, const float *weights) {
    for (; rows > 0; rows--) {
        for (size_t eights = run / 8; eights > 0; eights--) {
            const pfp__places_neon places = pfp__places_neon_at(at);
            q = pfp__quad_neon_add(q, places, 0, 4, weights);
            q = pfp__quad_neon_add(q, places, 4, 4, weights);
            at.p0 += 8 * PFP_INPUT_FLOATS;
            weights += 8 * 16;
        }
        pfp__places_neon places = pfp__places_neon_at(at);
        if (run % 8 >= 4) {
            q = pfp__quad_neon_add(q, places, 0, 4, weights);
            q = pfp__quad_neon_add_rest(q, places, 4, run % 4, weights);
        } else {
            q = pfp__quad_neon_add_rest(q, places, 0, run % 4, weights);
        }
        at.p0 += run % 8 * PFP_INPUT_FLOATS + row_turn;
        weights += run % 8 * 16;
    }
    return q;
}

/* What a kernel is called with. */
typedef struct pfp__conv2d_general {
    const pfp_conv2d_shape *shape;
    const float *in_mean, *in_var, *weights;
    float *out_mean, *out_var;
} pfp__conv2d_general;

/* A band's strip: steps count floats, and outputs a kernel's outputs. */
typedef struct pfp__strip_general {
    size_t rows, run, row_turn; /* of the inputs of one position */
    size_t step_w, step_h;      /* from one position to the next, and to the one below */
    size_t panel_len;
} pfp__strip_general;

PFP_INLINE pfp__strip_general pfp__strip_general_fill(const pfp__conv2d_general *t,
                                                      const pfp__band *b, float *strip) {
    const pfp_conv2d_shape *s = t->shape;
    const size_t row_len = b->columns * s->in_c;
    for (size_t row = 0; row < b->rows; row++) {
        strip = pfp__strip_fill(strip, s, t->in_mean, t->in_var, b->in_y + row, b->in_x * s->in_c,
                                row_len);
    }
    for (size_t i = 0; i < PFP_STRIP_END; i++) {
        strip[i] = 0.0f;
    }
    pfp__strip_general g;
    g.rows = s->kernel_h;
    g.run = (size_t)s->kernel_w * s->in_c;
    g.row_turn = PFP_INPUT_FLOATS * (row_len - g.run);
    g.step_w = (size_t)PFP_INPUT_FLOATS * s->stride_w * s->in_c;
    g.step_h = PFP_INPUT_FLOATS * s->stride_h * row_len;
    g.panel_len = 2 * PFP_TILE_NEON * (1 + g.rows * g.run);
    return g;
}

enum { PFP_CHUNK = 64, PFP_CHUNK_FLOATS = PFP_CHUNK * PFP_INPUT_FLOATS };

/* For windows too large for the strip: four positions of the convolution, copied in pieces. */
static inline pfp__quad_neon pfp__quad_neon_pieces(const pfp__conv2d_general *t,
                                                   const uint32_t y[4], const uint32_t x[4],
                                                   const float *panel, float *strip) {
    const pfp_conv2d_shape *s = t->shape;
    const size_t run = (size_t)s->kernel_w * s->in_c;
    const float *weights = panel + 2 * PFP_TILE_NEON;
    const pfp__starts_neon at = {strip, PFP_CHUNK_FLOATS, 2 * PFP_CHUNK_FLOATS,
                                 3 * PFP_CHUNK_FLOATS};
    pfp__quad_neon q = pfp__quad_neon_bias(panel);
    for (size_t row = 0; row < s->kernel_h; row++) {
        for (size_t k = 0; k < run; k += PFP_CHUNK) {
            const size_t len = run - k < PFP_CHUNK ? run - k : PFP_CHUNK;
            for (size_t i = 0; i < 4; i++) {
                pfp__strip_fill(strip + i * PFP_CHUNK_FLOATS, s, t->in_mean, t->in_var,
                                (size_t)y[i] * s->stride_h + row,
                                (size_t)x[i] * s->stride_w * s->in_c + k, len);
            }
            q = pfp__quad_neon_rows(q, at, 1, len, 0, weights);
            weights += 2 * PFP_TILE_NEON * len;
        }
    }
    return q;
}

#endif
