#ifndef PFP_KERNELS_CONV2D_EXACT_NEON_H
#define PFP_KERNELS_CONV2D_EXACT_NEON_H

/*
 * Four positions by eight or sixteen outputs of a convolution of form exact in NEON registers:
 * outputs in lanes, inputs by lane, from a strip of inputs. Sums run as in tile_c.h, to the same
 * bits, but for the sign of a zero where padding is added.
 */

#include <arm_neon.h>

#include "kernels/conv2d/band.h"
#include "kernels/conv2d/places_neon.h"

/* PFP_EXACT_STRIP_END: a vector may begin at the last input. */
enum { PFP_EXACT_STRIP_FLOATS = 4096, PFP_EXACT_STRIP_END = 4, PFP_EXACT_PIECE = 256 };

/* What a kernel is called with. */
typedef struct pfp__conv2d_exact {
    const pfp_conv2d_shape *shape;
    const float *in, *weights;
    float *out;
} pfp__conv2d_exact;

/* Copies `len` inputs from float `begin` of padded row `row`; returns the end of the copy. */
static inline float *pfp__exact_fill(float *to, const pfp__conv2d_exact *t, size_t row,
                                     size_t begin, size_t len) {
    const pfp__stretch stretch = pfp__stretch_at(t->shape, row, begin, len);
    const float *in = t->in + stretch.in;
    for (size_t i = 0; i < stretch.before; i++) {
        *to++ = 0.0f;
    }
    for (size_t i = 0; i < stretch.inside; i++) {
        *to++ = *in++;
    }
    for (size_t i = 0; i < stretch.after; i++) {
        *to++ = 0.0f;
    }
    return to;
}

/* Sums of four positions; eight outputs leave the last two vectors alone. */
typedef struct pfp__quad_exact {
    float32x4_t p0[4], p1[4], p2[4], p3[4];
} pfp__quad_exact;

PFP_INLINE pfp__quad_exact pfp__quad_exact_bias(size_t outputs, const float *panel) {
    pfp__quad_exact q;
    for (size_t v = 0; v < outputs / 4; v++) {
        q.p0[v] = vld1q_f32(panel + 4 * v);
        q.p1[v] = q.p0[v];
        q.p2[v] = q.p0[v];
        q.p3[v] = q.p0[v];
    }
    return q;
}

/* A macro, since the instruction holds the lane's number. */
#define PFP_EXACT_TAP(weights, lane)                                                               \
    for (size_t v = 0; v < outputs / 4; v++) {                                                     \
        const float32x4_t w = vld1q_f32((weights) + 4 * v);                                        \
        q.p0[v] = vfmaq_laneq_f32(q.p0[v], w, i0, lane);                                           \
        q.p1[v] = vfmaq_laneq_f32(q.p1[v], w, i1, lane);                                           \
        q.p2[v] = vfmaq_laneq_f32(q.p2[v], w, i2, lane);                                           \
        q.p3[v] = vfmaq_laneq_f32(q.p3[v], w, i3, lane);                                           \
    }

/* The next `count` inputs of all positions, one to four, `ahead` inputs on. */
PFP_INLINE pfp__quad_exact pfp__quad_exact_add(size_t outputs, pfp__quad_exact q,
                                               pfp__places_neon at, size_t ahead, size_t count,
                                               const float *weights) {
    const float32x4_t i0 = vld1q_f32(at.p0 + ahead), i1 = vld1q_f32(at.p1 + ahead);
    const float32x4_t i2 = vld1q_f32(at.p2 + ahead), i3 = vld1q_f32(at.p3 + ahead);
    weights += ahead * outputs;
    PFP_EXACT_TAP(weights, 0);
    if (count >= 2) {
        PFP_EXACT_TAP(weights + outputs, 1);
    }
    if (count >= 3) {
        PFP_EXACT_TAP(weights + 2 * outputs, 2);
    }
    if (count >= 4) {
        PFP_EXACT_TAP(weights + 3 * outputs, 3);
    }
    return q;
}

/* Adds `rows` runs of `run` consecutive inputs, from one's end to the next row_turn floats. */
PFP_INLINE pfp__quad_exact pfp__quad_exact_rows(size_t outputs, pfp__quad_exact q,
                                                pfp__starts_neon at, size_t rows, size_t run,
                                                size_t row_turn, const float *weights) {
    for (; rows > 0; rows--) {
        for (size_t eights = run / 8; eights > 0; eights--) {
            const pfp__places_neon places = pfp__places_neon_at(at);
            q = pfp__quad_exact_add(outputs, q, places, 0, 4, weights);
            q = pfp__quad_exact_add(outputs, q, places, 4, 4, weights);
            at.p0 += 8;
            weights += 8 * outputs;
        }
        const pfp__places_neon places = pfp__places_neon_at(at);
        const size_t four = run % 8 >= 4 ? 4 : 0;
        if (four > 0) {
            q = pfp__quad_exact_add(outputs, q, places, 0, 4, weights);
        }
        if (run % 4 > 0) {
            q = pfp__quad_exact_add(outputs, q, places, four, run % 4, weights);
        }
        at.p0 += run % 8 + row_turn;
        weights += run % 8 * outputs;
    }
    return q;
}

/* Writes vector `v` of a position's sums, whose first channel has `left` - 1 after it. */
PFP_INLINE void pfp__exact_store(float32x4_t sums, size_t v, size_t left, float *out) {
    if (left >= 4 * v + 4) {
        vst1q_f32(out + 4 * v, sums);
        return;
    }
    float lanes[4];
    vst1q_f32(lanes, sums);
    for (size_t i = 0; 4 * v + i < left; i++) {
        out[4 * v + i] = lanes[i];
    }
}

/*
 * What becomes of the sums of a tile: `positions` outputs are written, or one where it pools.
 * PFP_EXACT_POOL: the largest of the four, and relu.
 */
enum pfp__exact_end { PFP_EXACT_PLAIN, PFP_EXACT_POOL };

PFP_INLINE void pfp__quad_exact_store(enum pfp__exact_end end, size_t outputs, pfp__quad_exact q,
                                      size_t positions, size_t left, size_t step, float *out) {
    for (size_t v = 0; v < outputs / 4; v++) {
        if (end == PFP_EXACT_POOL) {
            const float32x4_t upper = vmaxnmq_f32(q.p0[v], q.p1[v]);
            const float32x4_t lower = vmaxnmq_f32(q.p2[v], q.p3[v]);
            const float32x4_t largest = vmaxnmq_f32(upper, lower);
            pfp__exact_store(vmaxnmq_f32(largest, vdupq_n_f32(0.0f)), v, left, out);
        } else {
            const float32x4_t sums[4] = {q.p0[v], q.p1[v], q.p2[v], q.p3[v]};
            for (size_t i = 0; i < positions; i++) {
                pfp__exact_store(sums[i], v, left, out + i * step);
            }
        }
    }
}

PFP_INLINE void pfp__quad_exact_end(enum pfp__exact_end end, size_t outputs, pfp__quad_exact q,
                                    size_t positions, size_t left, size_t step, float *out) {
    if (positions == 4 && left >= outputs) {
        pfp__quad_exact_store(end, outputs, q, 4, outputs, step, out);
    } else {
        pfp__quad_exact_store(end, outputs, q, positions, left, step, out);
    }
}

PFP_INLINE void pfp__exact_band(enum pfp__exact_end end, size_t outputs, const pfp__conv2d_exact *t,
                                const pfp__band *b, float *strip) {
    const pfp_conv2d_shape *s = t->shape;
    const size_t row_len = b->columns * s->in_c, run = (size_t)s->kernel_w * s->in_c;
    const size_t step_w = (size_t)s->stride_w * s->in_c, step_h = s->stride_h * row_len;
    const size_t width = b->x_end - b->x, count = width * (b->y_end - b->y);
    float *to = strip;
    for (size_t row = 0; row < b->rows; row++) {
        to = pfp__exact_fill(to, t, b->in_y + row, b->in_x * s->in_c, row_len);
    }
    for (size_t i = 0; i < PFP_EXACT_STRIP_END; i++) {
        to[i] = 0.0f;
    }
    const float *panel = t->weights;
    for (size_t first = 0; first < s->out_c; first += outputs) {
        /* A band holds whole rows or part of one: its outputs are consecutive. */
        float *out = t->out + ((size_t)b->y * s->out_w + b->x) * s->out_c + first;
        const float *weights = panel + outputs;
        pfp__walk_neon w = {strip, 0};
        for (size_t left = count; left > 0;) {
            pfp__starts_neon at = {w.at, step_w, step_h, step_h + step_w};
            const size_t positions = left < 4 ? left : 4;
            if (end == PFP_EXACT_POOL) {
                w = pfp__walk_neon_next(w, width, 2 * step_w, 2 * step_h);
            } else {
                at = pfp__walk_neon_four(&w, left, width, step_w, step_h);
            }
            const pfp__quad_exact q =
                pfp__quad_exact_rows(outputs, pfp__quad_exact_bias(outputs, panel), at, s->kernel_h,
                                     run, row_len - run, weights);
            pfp__quad_exact_end(end, outputs, q, end == PFP_EXACT_POOL ? 4 : positions,
                                s->out_c - first, s->out_c, out);
            left -= end == PFP_EXACT_POOL ? 1 : positions;
            out += (end == PFP_EXACT_POOL ? 1 : 4) * (size_t)s->out_c;
        }
        panel += outputs * (1 + s->kernel_h * run);
    }
}

/*
 * Where windows are too large for the strip: copied in pieces, four positions from (y, x) or one
 * window of four. Returns how many outputs.
 */
PFP_INLINE uint32_t pfp__exact_pieces(enum pfp__exact_end end, size_t outputs,
                                      const pfp__conv2d_exact *t, uint32_t y, uint32_t x,
                                      float *strip) {
    const pfp_conv2d_shape *s = t->shape;
    const size_t run = (size_t)s->kernel_w * s->in_c;
    const pfp__starts_neon at = {strip, PFP_EXACT_PIECE, 2 * PFP_EXACT_PIECE, 3 * PFP_EXACT_PIECE};
    const uint32_t left = s->out_w - x, positions = left < 4 ? left : 4;
    const float *panel = t->weights;
    for (size_t first = 0; first < s->out_c; first += outputs) {
        const float *weights = panel + outputs;
        pfp__quad_exact q = pfp__quad_exact_bias(outputs, panel);
        for (size_t row = 0; row < s->kernel_h; row++) {
            for (size_t k = 0; k < run; k += PFP_EXACT_PIECE) {
                const size_t len = run - k < PFP_EXACT_PIECE ? run - k : PFP_EXACT_PIECE;
                for (uint32_t i = 0; i < 4; i++) {
                    const int pools = end == PFP_EXACT_POOL;
                    const size_t at_y = pools ? 2 * y + i / 2 : y;
                    const size_t at_x = pools ? 2 * x + i % 2 : x + (i < positions ? i : 0);
                    pfp__exact_fill(strip + i * PFP_EXACT_PIECE, t, at_y * s->stride_h + row,
                                    at_x * s->stride_w * s->in_c + k, len);
                }
                q = pfp__quad_exact_rows(outputs, q, at, 1, len, 0, weights);
                weights += outputs * len;
            }
        }
        pfp__quad_exact_end(end, outputs, q, end == PFP_EXACT_POOL ? 4 : positions,
                            s->out_c - first, s->out_c,
                            t->out + ((size_t)y * s->out_w + x) * s->out_c + first);
        panel = weights;
    }
    return end == PFP_EXACT_POOL ? 1 : positions;
}

PFP_INLINE void pfp__conv2d_exact_rows(enum pfp__exact_end end, size_t outputs,
                                       const pfp__conv2d_exact *t) {
    const pfp_conv2d_shape *s = t->shape;
    float strip[PFP_EXACT_STRIP_FLOATS + PFP_EXACT_STRIP_END];
    pfp__band b;
    for (uint32_t y = 0; y < s->out_h; y = b.y_end) {
        for (uint32_t x = 0; x < s->out_w; x = b.x_end) {
            b = pfp__band_at(s, end == PFP_EXACT_POOL ? 2 : 1, PFP_EXACT_STRIP_FLOATS / s->in_c, y,
                             x);
            if (b.x_end > x) {
                pfp__exact_band(end, outputs, t, &b, strip);
            } else {
                b.x_end += pfp__exact_pieces(end, outputs, t, y, x, strip);
            }
        }
    }
}

#endif
