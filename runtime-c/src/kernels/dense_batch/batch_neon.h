#ifndef PFP_KERNELS_DENSE_BATCH_BATCH_NEON_H
#define PFP_KERNELS_DENSE_BATCH_BATCH_NEON_H

/*
 * A few inputs against a panel of eight outputs in NEON registers: outputs in lanes, inputs by
 * lane, so that weights and their squares are loaded once for all rows. Every sum runs over k in
 * order. `form` and `rows` are constants wherever these are used.
 */

#include "vec/neon.h"
#include "kernels/dense_batch/batch.h"

enum { PFP_BATCH_NEON = 8, PFP_BATCH_NEON_MOST = 8 };

/* Halves of a panel: row r has elements 2*r and 2*r + 1. Form exact has no variances. */
typedef struct pfp__batch_sums {
    float32x4_t mean[2 * PFP_BATCH_NEON_MOST];
    float32x4_t var[2 * PFP_BATCH_NEON_MOST];
} pfp__batch_sums;

/* Four inputs of each row, or one in lane 0. m2 is v + m*m. */
typedef struct pfp__batch_in {
    float32x4_t m[PFP_BATCH_NEON_MOST];
    float32x4_t v[PFP_BATCH_NEON_MOST];
    float32x4_t m2[PFP_BATCH_NEON_MOST];
} pfp__batch_in;

/*
 * One input of each row, in lane `lane`, a literal, against the weights at `w`: for the means, and
 * for the variances. Apart, since the inputs of both at once leave too few registers for the sums.
 */
#define PFP_BATCH_NEON_MEANS(rows, sums, in, w, lane)                                              \
    for (size_t half = 0; half < 2; half++) {                                                      \
        const float32x4_t mw = vld1q_f32((w) + 4 * half);                                          \
        for (size_t r = 0; r < (rows); r++) {                                                      \
            (sums)->mean[2 * r + half] =                                                           \
                vfmaq_laneq_f32((sums)->mean[2 * r + half], mw, (in)->m[r], lane);                 \
        }                                                                                          \
    }
#define PFP_BATCH_NEON_VARS(form, rows, sums, in, w, lane)                                         \
    for (size_t half = 0; half < 2 && (form) != PFP_FORM_EXACT; half++) {                          \
        if ((form) == PFP_FORM_GENERAL) {                                                          \
            const float32x4_t mw = vld1q_f32((w) + 4 * half);                                      \
            const float32x4_t square = vmulq_f32(mw, mw);                                          \
            for (size_t r = 0; r < (rows); r++) {                                                  \
                (sums)->var[2 * r + half] =                                                        \
                    vfmaq_laneq_f32((sums)->var[2 * r + half], square, (in)->v[r], lane);          \
            }                                                                                      \
        }                                                                                          \
        const float32x4_t vw = vld1q_f32((w) + PFP_BATCH_NEON + 4 * half);                         \
        for (size_t r = 0; r < (rows); r++) {                                                      \
            (sums)->var[2 * r + half] =                                                            \
                vfmaq_laneq_f32((sums)->var[2 * r + half], vw, (in)->m2[r], lane);                 \
        }                                                                                          \
    }

/* Inputs k to k + 3 of each row, or input k alone. */
PFP_INLINE pfp__batch_in pfp__batch_neon_load(enum pfp__form form, const size_t rows, int alone,
                                              const pfp__batch *batch, size_t in_len, size_t k,
                                              float shift) {
    pfp__batch_in in;
    for (size_t r = 0; r < rows; r++) {
        const float *mean = batch->in_mean + r * in_len + k;
        in.m[r] = alone ? vld1q_dup_f32(mean) : vld1q_f32(mean);
        if (form == PFP_FORM_DET) {
            in.m[r] = vsubq_f32(in.m[r], vdupq_n_f32(shift));
            in.m2[r] = vmulq_f32(in.m[r], in.m[r]);
        }
        if (form == PFP_FORM_GENERAL) {
            const float *var = batch->in_var + r * in_len + k;
            in.v[r] = alone ? vld1q_dup_f32(var) : vld1q_f32(var);
            in.m2[r] = vfmaq_f32(in.v[r], in.m[r], in.m[r]);
        }
    }
    return in;
}

/* `rows` inputs against the panel of outputs `first` to `first` + 7. */
PFP_INLINE void pfp__batch_neon_panel(enum pfp__form form, const size_t rows,
                                      const pfp_dense_shape *s, const pfp__batch *batch,
                                      const float *panel, size_t first) {
    const size_t step = pfp__form_moments(form) * PFP_BATCH_NEON;
    const size_t in_len = s->in_len, out_len = s->out_len;
    const size_t planes = form == PFP_FORM_DET ? s->in_planes : 1;
    const size_t plane = in_len / planes;
    pfp__batch_sums sums;
    for (size_t r = 0; r < rows; r++) {
        for (size_t half = 0; half < 2; half++) {
            sums.mean[2 * r + half] = vld1q_f32(panel + 4 * half);
            if (form != PFP_FORM_EXACT) {
                sums.var[2 * r + half] = vld1q_f32(panel + PFP_BATCH_NEON + 4 * half);
            }
        }
    }
    const float *w = panel + step;
    for (size_t p = 0; p < planes; p++) {
        const float shift = form == PFP_FORM_DET ? batch->shift[p] : 0.0f;
        const size_t end = (p + 1) * plane;
        size_t k = p * plane;
        for (; k + 4 <= end; k += 4) {
            const pfp__batch_in in = pfp__batch_neon_load(form, rows, 0, batch, in_len, k, shift);
            PFP_BATCH_NEON_MEANS(rows, &sums, &in, w, 0)
            PFP_BATCH_NEON_MEANS(rows, &sums, &in, w + step, 1)
            PFP_BATCH_NEON_MEANS(rows, &sums, &in, w + 2 * step, 2)
            PFP_BATCH_NEON_MEANS(rows, &sums, &in, w + 3 * step, 3)
            PFP_BATCH_NEON_VARS(form, rows, &sums, &in, w, 0)
            PFP_BATCH_NEON_VARS(form, rows, &sums, &in, w + step, 1)
            PFP_BATCH_NEON_VARS(form, rows, &sums, &in, w + 2 * step, 2)
            PFP_BATCH_NEON_VARS(form, rows, &sums, &in, w + 3 * step, 3)
            w += 4 * step;
        }
        for (; k < end; k++) {
            const pfp__batch_in in = pfp__batch_neon_load(form, rows, 1, batch, in_len, k, shift);
            PFP_BATCH_NEON_MEANS(rows, &sums, &in, w, 0)
            PFP_BATCH_NEON_VARS(form, rows, &sums, &in, w, 0)
            w += step;
        }
    }
    for (size_t r = 0; r < rows; r++) {
        const size_t at = r * out_len + first;
        for (size_t half = 0; half < 2 && first + 4 * half < out_len; half++) {
            const size_t left = out_len - first - 4 * half;
            pfp__vec_store_first(batch->out_mean + at + 4 * half, sums.mean[2 * r + half], left);
            if (form != PFP_FORM_EXACT) {
                pfp__vec_store_first(batch->out_var + at + 4 * half, sums.var[2 * r + half], left);
            }
        }
    }
}

/* As many rows of the batch as fill tiles of `rows`; returns how many these are. */
PFP_INLINE size_t pfp__batch_neon(enum pfp__form form, const size_t rows,
                                  const pfp_dense_shape *shape, size_t count, pfp__batch batch) {
    const size_t panel_len = pfp__form_moments(form) * PFP_BATCH_NEON * ((size_t)shape->in_len + 1);
    const size_t whole = count - count % rows;
    const float *panel = batch.weights;
    for (size_t first = 0; first < shape->out_len; first += PFP_BATCH_NEON) {
        for (size_t row = 0; row < whole; row += rows) {
            const pfp__batch tile = pfp__batch_from(batch, shape, row);
            pfp__batch_neon_panel(form, rows, shape, &tile, panel, first);
        }
        panel += panel_len;
    }
    return whole;
}

#endif
