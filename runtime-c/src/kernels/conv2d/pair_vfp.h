#ifndef PFP_KERNELS_CONV2D_PAIR_VFP_H
#define PFP_KERNELS_CONV2D_PAIR_VFP_H

/*
 * Two output positions side by side in the registers of the FPU, by four outputs, or by eight of
 * form exact. Only form det has several planes and a shift. Their windows are alike but for `step`
 * floats from input to input, which is 0 where a position stands alone: then it is worked out
 * twice. Sums run as in tile_c.h, to the same bits.
 */

#include "kernels/conv2d/form.h"
#include "kernels/conv2d/window.h"
#include "kernels/linear/assembly_vfp.h"

enum { PFP_PAIR_VFP_OUTPUTS = 4, PFP_PAIR_VFP_OUTPUTS_EXACT = 8 };

PFP_INLINE size_t pfp__pair_vfp_outputs(enum pfp__form form) {
    return form == PFP_FORM_EXACT ? PFP_PAIR_VFP_OUTPUTS_EXACT : PFP_PAIR_VFP_OUTPUTS;
}

typedef struct pfp__pair_vfp {
    size_t rows, run; /* see pfp__window */
    size_t in, step;
    size_t tap;
    size_t in_gap, weights_gap; /* bytes from the end of a run to the next one */
    uint32_t positions;         /* 2, or 1 where there is no neighbour */
} pfp__pair_vfp;

/* The sums of p, then of q: four means each, then the variances; or eight means in form exact. */
enum { PFP_PAIR_VFP_VAR = 2 * PFP_PAIR_VFP_OUTPUTS };
typedef struct pfp__pair_vfp_sums {
    float at[2 * PFP_PAIR_VFP_OUTPUTS_EXACT];
} pfp__pair_vfp_sums;

/* The pair that begins at (y, x), of positions up to column `columns`. */
PFP_INLINE pfp__pair_vfp pfp__pair_vfp_at(enum pfp__form form, const pfp_conv2d_shape *s,
                                          uint32_t y, uint32_t x, uint32_t columns) {
    const size_t tap_len = pfp__form_moments(form) * pfp__pair_vfp_outputs(form);
    const pfp__window p = pfp__window_of(s, y, x);
    pfp__pair_vfp pair = {p.rows, p.run, p.in, 0, p.tap, 0, 0, 1};
    pair.in_gap = (p.in_step - p.run) * sizeof(float);
    pair.weights_gap = (p.tap_step - p.run) * tap_len * sizeof(float);
    if (x + 1 < columns) {
        const pfp__window q = pfp__window_of(s, y, x + 1);
        if (q.tap == p.tap && q.run == p.run) {
            pair.step = q.in - p.in;
            pair.positions = 2;
        }
    }
    return pair;
}

/*
 * Form general. Means of both positions are in s0 to s7, variances in s8 to s15, { mw[4], vw[4] }
 * in s16 to s23. For both: mean += mw*m; var += mw*mw*v; var += vw*(v + m*m).
 */
#define PFP_PAIR_ADD(sum0, sum1, sum2, sum3, w0, w1, w2, w3, p, q, sum4, sum5, sum6, sum7)         \
    PFP_VFMA_4(sum0, sum1, sum2, sum3, w0, w1, w2, w3, p)                                          \
    PFP_VFMA_4(sum4, sum5, sum6, sum7, w0, w1, w2, w3, q)
#define PFP_PAIR_GENERAL(mp, mq, vp, vq)                                                           \
    PFP_VLOAD(weights, 16, 23)                                                                     \
    PFP_PAIR_ADD(0, 1, 2, 3, 16, 17, 18, 19, mp, mq, 4, 5, 6, 7)                                   \
    PFP_VSQUARE_4(16, 17, 18, 19)                                                                  \
    PFP_PAIR_ADD(8, 9, 10, 11, 16, 17, 18, 19, vp, vq, 12, 13, 14, 15)                             \
    PFP_VFMA(vp, mp, mp)                                                                           \
    PFP_VFMA(vq, mq, mq)                                                                           \
    PFP_PAIR_ADD(8, 9, 10, 11, 20, 21, 22, 23, vp, vq, 12, 13, 14, 15)

/*
 * Form det, sums and weights as in form general, the shift in s28. For both: m -= shift;
 * mean += mw*m; var += vw*m*m.
 */
#define PFP_PAIR_DET(p, q)                                                                         \
    PFP_VLOAD(weights, 16, 23)                                                                     \
    PFP_VSUB(p, 28)                                                                                \
    PFP_VSUB(q, 28)                                                                                \
    PFP_PAIR_ADD(0, 1, 2, 3, 16, 17, 18, 19, p, q, 4, 5, 6, 7)                                     \
    PFP_VSQUARE(p, p)                                                                              \
    PFP_VSQUARE(q, q)                                                                              \
    PFP_PAIR_ADD(8, 9, 10, 11, 20, 21, 22, 23, p, q, 12, 13, 14, 15)

/* Form exact. The sums of p are in s0 to s7, those of q in s8 to s15. */
#define PFP_PAIR_EXACT(p, q)                                                                       \
    PFP_VLOAD(weights, 16, 23)                                                                     \
    PFP_PAIR_ADD(0, 1, 2, 3, 16, 17, 18, 19, p, q, 8, 9, 10, 11)                                   \
    PFP_PAIR_ADD(4, 5, 6, 7, 20, 21, 22, 23, p, q, 12, 13, 14, 15)

/* clang-format off */
/*
 * All rows of exact inputs, two taps at a time: add(p, q) adds the products of one. Operands: in_p,
 * in_q, weights, rows and n; run, in_gap and weights_gap. Label 5 is behind the last row.
 */
#define PFP_PAIR_ROWS(add)                                                                         \
    PFP_LABEL(1)                                                                                   \
    PFP_HALVE_OR_SKIP(n, run, 3)                                                                   \
    PFP_LABEL(2)                                                                                   \
    PFP_VLOAD(in_p, 24, 25)                                                                        \
    PFP_VLOAD(in_q, 26, 27)                                                                        \
    add(24, 26)                                                                                    \
    add(25, 27)                                                                                    \
    PFP_REPEAT(n, 2)                                                                               \
    PFP_LABEL(3)                                                                                   \
    PFP_SKIP_EVEN(run, n, 4)                                                                       \
    PFP_VLOAD_1(in_p, 24)                                                                          \
    PFP_VLOAD_1(in_q, 26)                                                                          \
    add(24, 26)                                                                                    \
    PFP_LABEL(4)                                                                                   \
    PFP_MOVE_ON(in_p, in_gap)                                                                      \
    PFP_MOVE_ON(in_q, in_gap)                                                                      \
    PFP_MOVE_ON(weights, weights_gap)                                                              \
    PFP_REPEAT(rows, 1)                                                                            \
    PFP_LABEL(5)

PFP_ASSEMBLY void pfp__pair_vfp_general(const pfp__pair_vfp *pair, const pfp__conv2d_in *in,
                                       const float *panel, pfp__pair_vfp_sums *sums) {
    const float *mean_p = in->mean + pair->in, *mean_q = mean_p + pair->step;
    const float *var_p = in->var + pair->in, *var_q = var_p + pair->step;
    size_t rows = pair->rows, n = 2 * PFP_PAIR_VFP_OUTPUTS * sizeof(float) * pair->tap;
    const size_t run = pair->run, in_gap = pair->in_gap, weights_gap = pair->weights_gap;
    __asm__ volatile(
        PFP_VLOAD_AT(weights, 0, 3)
        PFP_VLOAD(weights, 4, 7)
        PFP_VLOAD_AT(weights, 8, 11)
        PFP_VLOAD(weights, 12, 15)
        PFP_SKIP_ZERO(rows, 5)
        PFP_MOVE_ON(weights, n)
        PFP_LABEL(1)
        PFP_FETCH(n, run)
        PFP_HALVE_OR_SKIP(n, n, 3)
        PFP_LABEL(2)
        PFP_VLOAD(mean_p, 24, 25)
        PFP_VLOAD(mean_q, 26, 27)
        PFP_VLOAD(var_p, 28, 29)
        PFP_VLOAD(var_q, 30, 31)
        PFP_PAIR_GENERAL(24, 26, 28, 30)
        PFP_PAIR_GENERAL(25, 27, 29, 31)
        PFP_REPEAT(n, 2)
        PFP_LABEL(3)
        PFP_FETCH(n, run)
        PFP_SKIP_EVEN(n, n, 4)
        PFP_VLOAD_1(mean_p, 24)
        PFP_VLOAD_1(mean_q, 26)
        PFP_VLOAD_1(var_p, 28)
        PFP_VLOAD_1(var_q, 30)
        PFP_PAIR_GENERAL(24, 26, 28, 30)
        PFP_LABEL(4)
        PFP_FETCH(n, in_gap)
        PFP_MOVE_ON(mean_p, n)
        PFP_MOVE_ON(mean_q, n)
        PFP_MOVE_ON(var_p, n)
        PFP_MOVE_ON(var_q, n)
        PFP_FETCH(n, weights_gap)
        PFP_MOVE_ON(weights, n)
        PFP_REPEAT(rows, 1)
        PFP_LABEL(5)
        PFP_VSTORE_AT(sums, 0, 15)
        : [weights] "+&r"(panel), [mean_p] "+&r"(mean_p), [mean_q] "+&r"(mean_q),
          [var_p] "+&r"(var_p), [var_q] "+&r"(var_q), [rows] "+&r"(rows), [n] "+&r"(n)
        : [sums] "r"(sums), [run] "m"(run), [in_gap] "m"(in_gap),
          [weights_gap] "m"(weights_gap)
        : PFP_VFP_REGISTERS, "cc", "memory");
}

/* Adds one plane; `in` is its first input of p, `weights` those of the first tap. */
PFP_ASSEMBLY void pfp__pair_vfp_add_det(const pfp__pair_vfp *pair, const float *in, float shift,
                                       const float *weights, pfp__pair_vfp_sums *sums) {
    const float *in_p = in, *in_q = in + pair->step;
    size_t rows = pair->rows, n;
    __asm__ volatile(
        PFP_VLOAD_AT(sums, 0, 15)
        PFP_VFETCH(28, shift)
        PFP_SKIP_ZERO(rows, 5)
        PFP_PAIR_ROWS(PFP_PAIR_DET)
        PFP_VSTORE_AT(sums, 0, 15)
        : [weights] "+&r"(weights), [in_p] "+&r"(in_p), [in_q] "+&r"(in_q), [rows] "+&r"(rows),
          [n] "=&r"(n)
        : [run] "r"(pair->run), [sums] "r"(sums), [in_gap] "r"(pair->in_gap),
          [weights_gap] "r"(pair->weights_gap), [shift] "m"(shift)
        : PFP_VFP_REGISTERS, "cc", "memory");
}

PFP_ASSEMBLY void pfp__pair_vfp_exact(const pfp__pair_vfp *pair, const pfp__conv2d_in *in,
                                     const float *panel, pfp__pair_vfp_sums *sums) {
    const float *in_p = in->mean + pair->in, *in_q = in_p + pair->step;
    size_t rows = pair->rows, n = PFP_PAIR_VFP_OUTPUTS_EXACT * sizeof(float) * pair->tap;
    __asm__ volatile(
        PFP_VLOAD_AT(weights, 0, 7)
        PFP_VLOAD(weights, 8, 15)
        PFP_SKIP_ZERO(rows, 5)
        PFP_MOVE_ON(weights, n)
        PFP_PAIR_ROWS(PFP_PAIR_EXACT)
        PFP_VSTORE_AT(sums, 0, 15)
        : [weights] "+&r"(panel), [in_p] "+&r"(in_p), [in_q] "+&r"(in_q), [rows] "+&r"(rows),
          [n] "+&r"(n)
        : [run] "r"(pair->run), [sums] "r"(sums), [in_gap] "r"(pair->in_gap), [weights_gap] "r"(pair->weights_gap)
        : PFP_VFP_REGISTERS, "cc", "memory");
}
/* clang-format on */

/* All planes of form det. */
PFP_INLINE void pfp__pair_vfp_det(const pfp_conv2d_shape *s, const pfp__pair_vfp *pair,
                                  const pfp__conv2d_in *in, const float *panel,
                                  pfp__pair_vfp_sums *sums) {
    const size_t tap_len = 2 * PFP_PAIR_VFP_OUTPUTS;
    const float *at = in->mean + pair->in, *weights = panel + tap_len * (pair->tap + 1);
    for (size_t i = 0; i < PFP_PAIR_VFP_OUTPUTS; i++) {
        sums->at[i] = sums->at[PFP_PAIR_VFP_OUTPUTS + i] = panel[i];
        sums->at[PFP_PAIR_VFP_VAR + i] = sums->at[PFP_PAIR_VFP_VAR + PFP_PAIR_VFP_OUTPUTS + i] =
            panel[PFP_PAIR_VFP_OUTPUTS + i];
    }
    for (uint32_t plane = 0; plane < s->in_planes; plane++) {
        pfp__pair_vfp_add_det(pair, at, in->shift[plane], weights, sums);
        at += (size_t)s->in_h * s->in_w * s->in_c;
        weights += tap_len * s->kernel_h * s->kernel_w * s->in_c;
    }
}

/* Both positions, as many outputs as the form has at once, of forms general and exact. */
PFP_INLINE void pfp__pair_vfp_sum(enum pfp__form form, const pfp__pair_vfp *pair,
                                  const pfp__conv2d_in *in, const float *panel,
                                  pfp__pair_vfp_sums *sums) {
    if (form == PFP_FORM_EXACT) {
        pfp__pair_vfp_exact(pair, in, panel, sums);
    } else {
        pfp__pair_vfp_general(pair, in, panel, sums);
    }
}

PFP_INLINE size_t pfp__pair_vfp_panel_len(enum pfp__form form, const pfp_conv2d_shape *s) {
    const size_t planes = form == PFP_FORM_DET ? s->in_planes : 1;
    const size_t taps = planes * s->kernel_h * s->kernel_w * s->in_c;
    return pfp__form_moments(form) * pfp__pair_vfp_outputs(form) * (taps + 1);
}

#endif
