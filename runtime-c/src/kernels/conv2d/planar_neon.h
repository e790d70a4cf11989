#ifndef PFP_KERNELS_CONV2D_PLANAR_NEON_H
#define PFP_KERNELS_CONV2D_PLANAR_NEON_H

/*
 * Eight positions, four columns in each of two rows, by four or six outputs of a convolution over
 * an exact input of one channel a plane, in NEON registers: positions in lanes, weights by lane, so
 * that no lane is lost to an odd count of outputs. Form exact is the means alone, of six outputs.
 * Sums run as in tile_c.h, to the same bits, but
 * for the sign of a zero where padding is added.
 */

#include "kernels/conv2d/planar_strip_neon.h"
#include "vec/fma.h"

enum { PFP_PLANAR_OUTPUTS_MAX = 6 };

/* By output and row; four outputs leave the last two alone, form exact the variances. */
typedef struct pfp__tile_planar {
    float32x4_t mean[PFP_PLANAR_OUTPUTS_MAX][2];
    float32x4_t var[PFP_PLANAR_OUTPUTS_MAX][2];
} pfp__tile_planar;

#define PFP_PLANAR_SET(sum, w, lane)                                                               \
    sum[0] = vdupq_laneq_f32(w, lane);                                                             \
    sum[1] = vdupq_laneq_f32(w, lane)

/* Floats 4 to 7 of a row of weights, of which form exact has two. */
PFP_INLINE float32x4_t pfp__planar_second(int exact, const float *row) {
    return exact ? vcombine_f32(vld1_f32(row + 4), vdup_n_f32(0.0f)) : vld1q_f32(row + 4);
}

/* From the row of biases. */
PFP_INLINE pfp__tile_planar pfp__tile_planar_bias(int exact, size_t outputs, const float *row) {
    pfp__tile_planar t;
    const float32x4_t b0 = vld1q_f32(row), b1 = pfp__planar_second(exact, row);
    PFP_PLANAR_SET(t.mean[0], b0, 0);
    PFP_PLANAR_SET(t.mean[1], b0, 1);
    PFP_PLANAR_SET(t.mean[2], b0, 2);
    PFP_PLANAR_SET(t.mean[3], b0, 3);
    if (outputs == 6) {
        PFP_PLANAR_SET(t.mean[4], b1, 0);
        PFP_PLANAR_SET(t.mean[5], b1, 1);
    }
    if (exact) {
        return t;
    }
    if (outputs == 6) {
        const float32x4_t b2 = vld1q_f32(row + 8);
        PFP_PLANAR_SET(t.var[0], b1, 2);
        PFP_PLANAR_SET(t.var[1], b1, 3);
        PFP_PLANAR_SET(t.var[2], b2, 0);
        PFP_PLANAR_SET(t.var[3], b2, 1);
        PFP_PLANAR_SET(t.var[4], b2, 2);
        PFP_PLANAR_SET(t.var[5], b2, 3);
    } else {
        PFP_PLANAR_SET(t.var[0], b1, 0);
        PFP_PLANAR_SET(t.var[1], b1, 1);
        PFP_PLANAR_SET(t.var[2], b1, 2);
        PFP_PLANAR_SET(t.var[3], b1, 3);
    }
    return t;
}

/* Macros, since the instruction holds the lane's number. */
#define PFP_PLANAR_ADD(sum, in, w, lane)                                                           \
    sum[0] = vfmaq_laneq_f32(sum[0], in##0, w, lane);                                              \
    sum[1] = vfmaq_laneq_f32(sum[1], in##1, w, lane)

/* One tap; `upper` and `lower` are where its inputs begin. */
PFP_INLINE pfp__tile_planar pfp__tile_planar_tap(int exact, pfp__tile_planar t, size_t outputs,
                                                 const float *upper, const float *upper2,
                                                 const float *lower, const float *lower2,
                                                 const float *weights) {
    const float32x4_t m0 = vld1q_f32(upper), m1 = vld1q_f32(lower);
    const float32x4_t w0 = vld1q_f32(weights), w1 = pfp__planar_second(exact, weights);
    PFP_PLANAR_ADD(t.mean[0], m, w0, 0);
    PFP_PLANAR_ADD(t.mean[1], m, w0, 1);
    PFP_PLANAR_ADD(t.mean[2], m, w0, 2);
    PFP_PLANAR_ADD(t.mean[3], m, w0, 3);
    if (outputs == 6) {
        PFP_PLANAR_ADD(t.mean[4], m, w1, 0);
        PFP_PLANAR_ADD(t.mean[5], m, w1, 1);
    }
    if (exact) {
        return t;
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

/* What the tiles of a band have in common; lengths in floats. */
typedef struct pfp__planar_work {
    const pfp_conv2d_shape *shape;
    const float *strip;
    size_t row_len, row_step, phase_len, plane_len; /* of the strip */
    size_t below;                                   /* from a tile's upper row to its lower one */
    size_t step_h;        /* from an output's inputs to those of the one below */
    size_t width, height; /* of the band, in outputs */
    size_t positions;     /* to write of them: outputs along a tile's row */
    size_t out_below;     /* from an output of the upper row to the lower one's */
    size_t out_row;       /* of the whole output */
    const float *panel;
    size_t panel_weights, plane_weights; /* without the biases */
    size_t left;                         /* channels from the panel's first one */
} pfp__planar_work;

/*
 * A tile of a band: four columns of two rows of positions, half as many outputs each way with
 * `pool` 2. The last one of a row or column ends with the band and may repeat some outputs.
 */
typedef struct pfp__planar_place {
    const float *at;      /* its first input in the strip */
    size_t out;           /* its first output from the band's */
    size_t row;           /* of outputs */
    size_t width, height; /* outputs from it on */
} pfp__planar_place;

PFP_INLINE pfp__planar_place pfp__planar_first(const pfp__planar_work *w) {
    const pfp__planar_place first = {w->strip, 0, 0, w->width, w->height};
    return first;
}

/* Moves on to the next tile; returns 0 at the last one. */
PFP_INLINE int pfp__planar_next(pfp__planar_place *p, size_t pool, const pfp__planar_work *w) {
    const size_t tile_w = 4 / pool, tile_h = 2 / pool;
    if (p->width > tile_w) {
        p->width -= tile_w;
        const size_t step = p->width < tile_w ? p->width : tile_w;
        p->width = p->width < tile_w ? tile_w : p->width;
        p->at += step * pool;
        p->out += step * w->shape->out_c;
        return 1;
    }
    if (p->height <= tile_h) {
        return 0;
    }
    const size_t more = p->height - tile_h;
    const size_t step = more < tile_h ? more : tile_h;
    p->height -= step;
    p->row += step;
    p->width = w->width;
    p->at = w->strip + p->row * w->step_h;
    p->out = p->row * w->out_row;
    return 1;
}

/*
 * All taps of the eight positions whose first is at `at` in the strip. A constant `kernel_w`
 * unrolls the taps of a row, at stride 1; with 0 any do.
 */
PFP_INLINE pfp__tile_planar pfp__tile_planar_sum(int exact, size_t outputs, size_t kernel_w,
                                                 const pfp__planar_work *w, const float *at) {
    const pfp_conv2d_shape *s = w->shape;
    const size_t row_len = w->row_len, row_step = w->row_step;
    const size_t width = pfp__planar_width(exact, outputs);
    const float *weights = w->panel + width, *const end = weights + w->panel_weights;
    pfp__tile_planar t = pfp__tile_planar_bias(exact, outputs, w->panel);
    do {
        const float *upper = at, *upper2 = upper + row_len;
        const float *lower = upper + w->below, *lower2 = lower + row_len;
        const float *const plane_end = weights + w->plane_weights;
        do {
            if (kernel_w > 0) {
                for (size_t k = 0; k < kernel_w; k++) {
                    t = pfp__tile_planar_tap(exact, t, outputs, upper + k, upper2 + k, lower + k,
                                             lower2 + k, weights + width * k);
                }
                weights += width * kernel_w;
            } else {
                for (size_t k = 0; k < s->kernel_w; k++) {
                    const size_t i = k % s->stride_w * w->phase_len + k / s->stride_w;
                    t = pfp__tile_planar_tap(exact, t, outputs, upper + i, upper2 + i, lower + i,
                                             lower2 + i, weights);
                    weights += width;
                }
            }
            upper += row_step;
            upper2 += row_step;
            lower += row_step;
            lower2 += row_step;
            /* Pointers rather than one and distances, which would be added in every row. */
            if (exact) {
                __asm__("" : "+r"(upper), "+r"(lower), "+r"(weights));
            } else {
                __asm__("" : "+r"(upper), "+r"(upper2), "+r"(lower), "+r"(lower2), "+r"(weights));
            }
        } while (weights != plane_end);
        at += w->plane_len;
    } while (weights != end);
    return t;
}

/* All tiles of a band: the sums of eight positions each, and what becomes of them. */
typedef void pfp__planar_tiles(const pfp__planar_work *w, float *out_mean, float *out_var);

/* Those of a kernel: with the taps of a row unrolled, and for any kernel and stride. */
typedef struct pfp__planar_kinds {
    pfp__planar_tiles *of_5, *of_3, *of_any;
} pfp__planar_kinds;

/*
 * The parts of a kernel, each a function of its own, by what becomes of its sums: `tiles` and
 * `alone` take the constants that follow first.
 */
#define PFP_PLANAR_PARTS(tiles, alone_at, ...)                                                     \
    PFP_OUTLINE void tiles_of_5(const pfp__planar_work *w, float *out_mean, float *out_var) {      \
        tiles(__VA_ARGS__, 5, w, out_mean, out_var);                                               \
    }                                                                                              \
    PFP_OUTLINE void tiles_of_3(const pfp__planar_work *w, float *out_mean, float *out_var) {      \
        tiles(__VA_ARGS__, 3, w, out_mean, out_var);                                               \
    }                                                                                              \
    PFP_OUTLINE void tiles_of_any(const pfp__planar_work *w, float *out_mean, float *out_var) {    \
        tiles(__VA_ARGS__, 0, w, out_mean, out_var);                                               \
    }                                                                                              \
    static void alone(const pfp__conv2d_planar *t, uint32_t y, uint32_t x) {                       \
        alone_at(__VA_ARGS__, t, y, x);                                                            \
    }                                                                                              \
    static const pfp__planar_kinds kinds = {tiles_of_5, tiles_of_3, tiles_of_any}

PFP_INLINE void pfp__planar_band(int exact, size_t outputs, size_t pool,
                                 const pfp__conv2d_planar *t, const pfp__band *b,
                                 const pfp__strip_planar *strip, pfp__planar_tiles *tiles) {
    const pfp_conv2d_shape *s = t->shape;
    const size_t tile_w = 4 / pool, tile_h = 2 / pool;
    const size_t step_h = strip->row_step * s->stride_h;
    const size_t width = pfp__planar_width(exact, outputs), rows = pfp__planar_panel_rows(s);
    const size_t out_row = (size_t)s->out_w * s->out_c;
    const size_t out = b->y * out_row + (size_t)b->x * s->out_c;
    pfp__planar_work w;
    w.shape = s;
    w.strip = strip->at;
    w.row_len = strip->row_len;
    w.row_step = strip->row_step;
    w.phase_len = strip->phase_len;
    w.plane_len = strip->row_step * strip->rows;
    w.step_h = pool * step_h;
    w.width = b->x_end - b->x;
    w.height = b->y_end - b->y;
    w.below = w.height >= tile_h ? step_h : 0;
    w.positions = w.width < tile_w ? w.width : tile_w;
    w.out_below = w.height >= tile_h ? out_row : 0;
    w.out_row = out_row;
    w.panel_weights = width * (rows - 1);
    w.plane_weights = width * s->kernel_h * s->kernel_w;
    for (size_t first = 0; first < s->out_c; first += outputs) {
        w.left = s->out_c - first;
        w.panel = pfp__planar_rows(&t->weights, width, outputs, s, first, 0, rows);
        tiles(&w, t->out_mean + out + first, exact ? NULL : t->out_var + out + first);
    }
}

/* One output, where the strip has no room for its window, or none is left for the weights. */
typedef void pfp__planar_alone(const pfp__conv2d_planar *t, uint32_t y, uint32_t x);

PFP_INLINE void pfp__planar(int exact, size_t outputs, size_t pool, const pfp__conv2d_planar *t,
                            const pfp__planar_kinds *kinds, pfp__planar_alone *alone) {
    const pfp_conv2d_shape *s = t->shape;
    const size_t width = pfp__planar_width(exact, outputs);
    const size_t inputs =
        pfp__planar_has_room(&t->weights, width, s) ? pfp__planar_inputs(exact, s) : 0;
    pfp__planar_tiles *tiles = kinds->of_any;
    if (s->stride_w == 1 && s->kernel_w == 5) {
        tiles = kinds->of_5;
    } else if (s->stride_w == 1 && s->kernel_w == 3) {
        tiles = kinds->of_3;
    }
    pfp__strip_planar strip;
    pfp__band b;
    for (uint32_t y = 0; y < s->out_h; y = b.y_end) {
        for (uint32_t x = 0; x < s->out_w; x = b.x_end) {
            b = pfp__band_at(s, (uint32_t)pool, inputs, y, x);
            if (b.x_end == x) {
                alone(t, y, x);
                b.x_end++;
            } else {
                pfp__strip_planar_fill(exact, &strip, t, &b);
                pfp__planar_band(exact, outputs, pool, t, &b, &strip, tiles);
            }
        }
    }
}

/* One position by the outputs from `first` on, without a strip. */
PFP_INLINE void pfp__planar_position(int exact, const pfp__conv2d_planar *t, size_t outputs,
                                     size_t first, uint32_t y, uint32_t x, float *mean,
                                     float *var) {
    const pfp_conv2d_shape *s = t->shape;
    const size_t width = pfp__planar_width(exact, outputs);
    const float *row = pfp__planar_rows(&t->weights, width, outputs, s, first, 0, 1);
    for (size_t o = 0; o < outputs; o++) {
        mean[o] = row[o];
        if (!exact) {
            var[o] = row[outputs + o];
        }
    }
    for (size_t p = 0; p < s->in_planes; p++) {
        for (size_t ky = 0; ky < s->kernel_h; ky++) {
            const pfp__stretch stretch = pfp__stretch_at(s, (size_t)y * s->stride_h + ky,
                                                         (size_t)x * s->stride_w, s->kernel_w);
            const float *in = t->in + p * s->in_h * s->in_w + stretch.in;
            const size_t begin = 1 + (p * s->kernel_h + ky) * s->kernel_w + stretch.before;
            for (size_t k = 0; k < stretch.inside; k++) {
                const float m = in[k] - t->shift[p];
                row = pfp__planar_rows(&t->weights, width, outputs, s, first, begin + k, 1);
                for (size_t o = 0; o < outputs; o++) {
                    mean[o] = pfp__fmaf(row[o], m, mean[o]);
                    if (!exact) {
                        var[o] = pfp__fmaf(row[outputs + o], m * m, var[o]);
                    }
                }
            }
        }
    }
}

#endif
