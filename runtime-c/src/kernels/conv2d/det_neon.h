#ifndef PFP_KERNELS_CONV2D_DET_NEON_H
#define PFP_KERNELS_CONV2D_DET_NEON_H

/*
 * Four positions by eight outputs of a convolution of form det in NEON registers, for inputs of any
 * channels; otherwise as general_neon.h. An input is { m, m2 = m^2 } in the strip, m behind the
 * shift, so that two registers hold four of them. The planes of the input follow one another in the
 * strip, as in the order of the sums.
 */

#include "kernels/conv2d/general_neon.h"

enum { PFP_DET_FLOATS = 2, PFP_DET_CHUNK_FLOATS = PFP_CHUNK * PFP_DET_FLOATS };

/* What a kernel is called with. */
typedef struct pfp__conv2d_det {
    const pfp_conv2d_shape *shape;
    const float *in, *shift, *weights;
    float *out_mean, *out_var;
} pfp__conv2d_det;

PFP_INLINE float *pfp__det_zeros(float *to, size_t inputs) {
    for (size_t i = 0; i < inputs * PFP_DET_FLOATS; i++) {
        to[i] = 0.0f;
    }
    return to + inputs * PFP_DET_FLOATS;
}

/* Copies `len` inputs from float `begin` of padded row `row` of a plane; returns the copy's end. */
static inline float *pfp__det_fill(float *to, const pfp__conv2d_det *t, size_t plane, size_t row,
                                   size_t begin, size_t len) {
    const pfp_conv2d_shape *s = t->shape;
    const pfp__stretch stretch = pfp__stretch_at(s, row, begin, len);
    const float *in = t->in + plane * s->in_h * s->in_w * s->in_c + stretch.in;
    const float shift = t->shift[plane];
    const float32x4_t shifts = vdupq_n_f32(shift);
    to = pfp__det_zeros(to, stretch.before);
    for (size_t fours = stretch.inside / 4; fours > 0; fours--) {
        float32x4x2_t pairs;
        pairs.val[0] = vsubq_f32(vld1q_f32(in), shifts);
        pairs.val[1] = vmulq_f32(pairs.val[0], pairs.val[0]);
        vst2q_f32(to, pairs);
        in += 4;
        to += 4 * PFP_DET_FLOATS;
    }
    for (size_t left = stretch.inside % 4; left > 0; left--) {
        const float m = *in++ - shift;
        *to++ = m;
        *to++ = m * m;
    }
    return pfp__det_zeros(to, stretch.after);
}

/* The next four inputs of a position. */
PFP_INLINE float32x4x2_t pfp__det_load(const float *at) {
    float32x4x2_t i;
    i.val[0] = vld1q_f32(at);
    i.val[1] = vld1q_f32(at + 4);
    return i;
}

/* One input, in register `r`, at lanes `lane` and `lane` + 1. PFP_QUAD_ADD reads i0 to i3. */
#define PFP_DET_TAP(weights, r, lane)                                                              \
    do {                                                                                           \
        const float32x4_t mw0 = vld1q_f32(weights), mw1 = vld1q_f32((weights) + 4);                \
        PFP_QUAD_ADD(mean, mw, r, lane);                                                           \
        const float32x4_t vw0 = vld1q_f32((weights) + 8), vw1 = vld1q_f32((weights) + 12);         \
        PFP_QUAD_ADD(var, vw, r, (lane) + 1);                                                      \
    } while (0)

/* The next `count` inputs of all positions, one to four, `ahead` inputs on. */
PFP_INLINE pfp__quad_neon pfp__det_add(pfp__quad_neon q, pfp__places_neon at, size_t ahead,
                                       size_t count, const float *weights) {
    const float32x4x2_t i0 = pfp__det_load(at.p0 + ahead * PFP_DET_FLOATS);
    const float32x4x2_t i1 = pfp__det_load(at.p1 + ahead * PFP_DET_FLOATS);
    const float32x4x2_t i2 = pfp__det_load(at.p2 + ahead * PFP_DET_FLOATS);
    const float32x4x2_t i3 = pfp__det_load(at.p3 + ahead * PFP_DET_FLOATS);
    weights += ahead * 16;
    PFP_DET_TAP(weights, 0, 0);
    if (count >= 2) {
        PFP_DET_TAP(weights + 16, 0, 2);
    }
    if (count >= 3) {
        PFP_DET_TAP(weights + 32, 1, 0);
    }
    if (count >= 4) {
        PFP_DET_TAP(weights + 48, 1, 2);
    }
    return q;
}

/* Fewer than four; each count on its own, as in general_neon.h. */
PFP_INLINE pfp__quad_neon pfp__det_add_rest(pfp__quad_neon q, pfp__places_neon at, size_t ahead,
                                            size_t count, const float *weights) {
    if (count == 2) {
        return pfp__det_add(q, at, ahead, 2, weights);
    }
    if (count == 1) {
        return pfp__det_add(q, at, ahead, 1, weights);
    }
    return count == 3 ? pfp__det_add(q, at, ahead, 3, weights) : q;
}

/* Adds `rows` runs of `run` consecutive inputs, from one's end to the next row_turn floats. */
PFP_INLINE pfp__quad_neon pfp__det_rows(pfp__quad_neon q, pfp__starts_neon at, size_t rows,
                                        size_t run, size_t row_turn, const float *weights) {
    for (; rows > 0; rows--) {
        for (size_t eights = run / 8; eights > 0; eights--) {
            const pfp__places_neon places = pfp__places_neon_at(at);
            q = pfp__det_add(q, places, 0, 4, weights);
            q = pfp__det_add(q, places, 4, 4, weights);
            at.p0 += 8 * PFP_DET_FLOATS;
            weights += 8 * 16;
        }
        pfp__places_neon places = pfp__places_neon_at(at);
        if (run % 8 >= 4) {
            q = pfp__det_add(q, places, 0, 4, weights);
            q = pfp__det_add_rest(q, places, 4, run % 4, weights);
        } else {
            q = pfp__det_add_rest(q, places, 0, run % 4, weights);
        }
        at.p0 += run % 8 * PFP_DET_FLOATS + row_turn;
        weights += run % 8 * 16;
    }
    return q;
}

/* Writes `positions` of four, `step` floats apart. */
PFP_INLINE void pfp__det_store(pfp__quad_neon q, size_t positions, size_t outputs, size_t step,
                               float *out_mean, float *out_var) {
    const pfp__tile_neon tiles[4] = {q.p0, q.p1, q.p2, q.p3};
    for (size_t i = 0; i < positions; i++) {
        pfp__tile_neon_store(tiles[i], outputs, out_mean + i * step, out_var + i * step);
    }
}

#endif
