#ifndef PFP_KERNELS_CONV2D_PLANAR_VFP_H
#define PFP_KERNELS_CONV2D_PLANAR_VFP_H

/*
 * Eight positions by two outputs of a convolution of form det or exact over one channel a plane, in
 * the registers of the FPU: two quads, each of four positions side by side. Inputs come from a
 * strip, less their shift and with their squares. Sums run as in tile_c.h, to the same bits, but
 * for the sign of a zero where padding is added.
 */

#include "kernels/conv2d/band.h"
#include "kernels/conv2d/form.h"
#include "kernels/linear/assembly_vfp.h"
#include "vec/fma.h"

enum { PFP_PLANAR_OUTPUTS = 2, PFP_QUAD = 4 };

/* What a kernel is called with; form exact has no shift and no variances. */
typedef struct pfp__planar_vfp {
    const pfp_conv2d_shape *shape;
    const float *in, *shift, *weights;
    float *strip; /* scratch */
    float *out_mean, *out_var;
    const struct pfp__gauss_vfp *gauss; /* of kernels that pool, but for form exact */
} pfp__planar_vfp;

/*
 * The strip holds the inputs of two quads, side by side or with `pool` 2 one below the other, in
 * `rows` rows of each plane, padding filled in: { m, m2 } for each input, or m in form exact.
 */
typedef struct pfp__strip_vfp {
    size_t planes, rows, columns;
    size_t row_len, plane_len; /* floats */
} pfp__strip_vfp;

/* For one row of positions, or the two of a row of pooling windows. */
PFP_INLINE pfp__strip_vfp pfp__strip_vfp_of(enum pfp__form form, uint32_t pool,
                                            const pfp_conv2d_shape *s) {
    pfp__strip_vfp strip;
    strip.planes = s->in_planes;
    strip.rows = (size_t)s->kernel_h + (pool - 1) * s->stride_h;
    const size_t quads = pool == 1 ? 2 : 1; /* side by side */
    strip.columns = (size_t)s->kernel_w + (quads * PFP_QUAD - 1) * s->stride_w;
    strip.row_len = strip.columns * pfp__form_moments(form);
    strip.plane_len = strip.rows * strip.row_len;
    return strip;
}

/* m and m2 of input `in`, less the shift, in s8. */
#define PFP_STRIP_DET(in, m, m2) PFP_VSUB_TO(m, in, 8) PFP_VSQUARE(m2, m)

/* clang-format off */
/* `fours` times four inputs, less `shift`, and their squares; `fours` is not zero. */
PFP_INLINE float *pfp__strip_vfp_put_det(float *to, size_t fours, const float *in,
                                         const float *shift) {
    __asm__ volatile(
        PFP_VLOAD_1(shift, 8)
        PFP_LABEL(1)
        PFP_VLOAD(in, 0, 3)
        PFP_STRIP_DET(0, 16, 17)
        PFP_STRIP_DET(1, 18, 19)
        PFP_STRIP_DET(2, 20, 21)
        PFP_STRIP_DET(3, 22, 23)
        PFP_VSTORE(to, 16, 23)
        PFP_REPEAT(fours, 1)
        : [to] "+&r"(to), [in] "+&r"(in), [fours] "+&r"(fours), [shift] "+&r"(shift)
        :
        : PFP_VFP_REGISTERS, "cc", "memory");
    return to;
}

/* The same of form exact. */
PFP_INLINE float *pfp__strip_vfp_put_exact(float *to, size_t fours, const float *in) {
    __asm__ volatile(
        PFP_LABEL(1)
        PFP_VLOAD(in, 0, 3)
        PFP_VSTORE(to, 0, 3)
        PFP_REPEAT(fours, 1)
        : [to] "+&r"(to), [in] "+&r"(in), [fours] "+&r"(fours)
        :
        : PFP_VFP_REGISTERS, "cc", "memory");
    return to;
}
/* clang-format on */

/* `len` inputs, less `shift`, and their squares in form det; returns where the next ones go. */
PFP_INLINE float *pfp__strip_vfp_put(enum pfp__form form, float *to, size_t len, const float *in,
                                     const float *shift) {
    const size_t fours = len / 4;
    if (fours > 0) {
        to = form == PFP_FORM_DET ? pfp__strip_vfp_put_det(to, fours, in, shift)
                                  : pfp__strip_vfp_put_exact(to, fours, in);
    }
    for (size_t i = 4 * fours; i < len; i++) {
        if (form == PFP_FORM_DET) {
            const float m = in[i] - *shift;
            *to++ = m;
            *to++ = m * m;
        } else {
            *to++ = in[i];
        }
    }
    return to;
}

PFP_INLINE float *pfp__strip_vfp_zeros(float *to, size_t len) {
    for (size_t i = 0; i < len; i++) {
        *to++ = 0.0f;
    }
    return to;
}

/* Fills the strip from input (y, x) on, in the padded input's coordinates. */
PFP_INLINE void pfp__strip_vfp_fill(enum pfp__form form, const pfp__strip_vfp *strip,
                                    const pfp__planar_vfp *k, size_t y, size_t x) {
    const pfp_conv2d_shape *s = k->shape;
    const size_t moments = pfp__form_moments(form);
    const pfp__stretch t = pfp__stretch_at(s, s->pad_top, x, strip->columns); /* of input row 0 */
    float *to = k->strip;
    for (size_t p = 0; p < strip->planes; p++) {
        const float *plane = k->in + p * s->in_h * s->in_w + t.in;
        const float *shift = form == PFP_FORM_DET ? k->shift + p : NULL;
        for (size_t row = y; row < y + strip->rows; row++) {
            if (row < s->pad_top || row >= (size_t)s->pad_top + s->in_h) {
                to = pfp__strip_vfp_zeros(to, strip->row_len);
                continue;
            }
            const float *in = plane + (row - s->pad_top) * s->in_w;
            to = pfp__strip_vfp_zeros(to, t.before * moments);
            to = pfp__strip_vfp_put(form, to, t.inside, in, shift);
            to = pfp__strip_vfp_zeros(to, t.after * moments);
        }
    }
}

/*
 * The sums of both quads: of each its means, then in form det its variances. Of these come the
 * outputs of positions 0 and 2, then those of 1 and 3: as rows of pooling windows have them.
 */
enum { PFP_QUAD_SUMS = PFP_QUAD * PFP_PLANAR_OUTPUTS };
typedef struct pfp__planar_sums {
    float at[4 * PFP_QUAD_SUMS];
} pfp__planar_sums;

/* Where the mean of a position of both quads is; its variance is PFP_QUAD_SUMS behind. */
PFP_INLINE size_t pfp__planar_mean(enum pfp__form form, size_t position, size_t output) {
    const size_t quad = position / PFP_QUAD, i = position % PFP_QUAD;
    return quad * pfp__form_moments(form) * PFP_QUAD_SUMS + i % 2 * (PFP_QUAD_SUMS / 2) +
           i / 2 * PFP_PLANAR_OUTPUTS + output;
}

/* How the taps of a position lie in the strip at stride_w 1; gaps in bytes. */
typedef struct pfp__planar_walk {
    size_t planes, rows, taps; /* taps: of a row */
    size_t row_gap, plane_gap; /* from the end of one to the next */
} pfp__planar_walk;

PFP_INLINE pfp__planar_walk pfp__planar_walk_of(enum pfp__form form, const pfp_conv2d_shape *s,
                                                const pfp__strip_vfp *strip) {
    const size_t row_taps = s->kernel_w * pfp__form_moments(form);
    pfp__planar_walk w;
    w.planes = s->in_planes;
    w.rows = s->kernel_h;
    w.taps = s->kernel_w;
    w.row_gap = (strip->row_len - row_taps) * sizeof(float);
    w.plane_gap = (strip->plane_len - s->kernel_h * strip->row_len) * sizeof(float);
    return w;
}

/*
 * Form det, one quad. Means of positions 0, 2, 1, 3 are in registers s0 to s7, of both outputs
 * each, and variances in s8 to s15. For all: mean += mw*m; var += vw*m2; with { mw[2], vw[2] } from
 * register w on.
 */
#define PFP_PLANAR_DET(w0, w1, w2, w3, p0, sq0, p1, sq1, p2, sq2, p3, sq3)                         \
    PFP_VFMA_2(0, 1, w0, w1, p0)                                                                   \
    PFP_VFMA_2(4, 5, w0, w1, p1)                                                                   \
    PFP_VFMA_2(2, 3, w0, w1, p2)                                                                   \
    PFP_VFMA_2(6, 7, w0, w1, p3)                                                                   \
    PFP_VFMA_2(8, 9, w2, w3, sq0)                                                                  \
    PFP_VFMA_2(12, 13, w2, w3, sq1)                                                                \
    PFP_VFMA_2(10, 11, w2, w3, sq2)                                                                \
    PFP_VFMA_2(14, 15, w2, w3, sq3)

/* Form exact, two quads: means of one in s0 to s7, of the other in s8 to s15. */
#define PFP_PLANAR_EXACT(p0, p1, p2, p3, q0, q1, q2, q3)                                           \
    PFP_VLOAD(weights, 16, 17)                                                                     \
    PFP_VFMA_2(0, 1, 16, 17, p0)                                                                   \
    PFP_VFMA_2(4, 5, 16, 17, p1)                                                                   \
    PFP_VFMA_2(2, 3, 16, 17, p2)                                                                   \
    PFP_VFMA_2(6, 7, 16, 17, p3)                                                                   \
    PFP_VFMA_2(8, 9, 16, 17, q0)                                                                   \
    PFP_VFMA_2(12, 13, 16, 17, q1)                                                                 \
    PFP_VFMA_2(10, 11, 16, 17, q2)                                                                 \
    PFP_VFMA_2(14, 15, 16, 17, q3)

/* clang-format off */
/* One quad, whose first position begins at `in`, and its sums. */
PFP_INLINE void pfp__planar_vfp_det(const pfp__planar_walk *w, const float *in, const float *panel,
                                    float *to) {
    size_t planes = w->planes, rows, n;
    const size_t all_rows = w->rows, plane_gap = w->plane_gap;
    __asm__ volatile(
        PFP_VLOAD_AT(weights, 0, 1)
        PFP_VLOAD_AT(weights, 2, 3)
        PFP_VLOAD_AT(weights, 4, 5)
        PFP_VLOAD(weights, 6, 7)
        PFP_VLOAD_AT(weights, 8, 9)
        PFP_VLOAD_AT(weights, 10, 11)
        PFP_VLOAD_AT(weights, 12, 13)
        PFP_VLOAD(weights, 14, 15)
        PFP_LABEL(1)
        PFP_FETCH(rows, all_rows)
        PFP_LABEL(2)
        PFP_HALVE_OR_SKIP(n, taps, 4)
        PFP_LABEL(3)
        PFP_VLOAD(weights, 16, 19)
        PFP_VLOAD(in, 20, 29)
        PFP_PLANAR_DET(16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27)
        PFP_VLOAD(weights, 16, 19)
        "sub %[in], #24\n\t"
        PFP_PLANAR_DET(16, 17, 18, 19, 22, 23, 24, 25, 26, 27, 28, 29)
        PFP_REPEAT(n, 3)
        PFP_LABEL(4)
        PFP_SKIP_EVEN(taps, n, 5)
        PFP_VLOAD(weights, 16, 19)
        PFP_VLOAD_AT(in, 20, 27)
        "add %[in], #8\n\t"
        PFP_PLANAR_DET(16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27)
        PFP_LABEL(5)
        PFP_MOVE_ON(in, row_gap)
        PFP_REPEAT(rows, 2)
        PFP_FETCH(n, plane_gap)
        PFP_MOVE_ON(in, n)
        PFP_REPEAT(planes, 1)
        PFP_VSTORE_AT(to, 0, 15)
        : [weights] "+&r"(panel), [in] "+&r"(in), [planes] "+&r"(planes), [rows] "=&r"(rows),
          [n] "=&r"(n)
        : [to] "r"(to), [taps] "r"(w->taps), [row_gap] "r"(w->row_gap), [all_rows] "m"(all_rows),
          [plane_gap] "m"(plane_gap)
        : PFP_VFP_REGISTERS, "cc", "memory");
}

/* Both quads in form exact. */
PFP_INLINE void pfp__planar_vfp_exact(const pfp__planar_walk *w, const float *in,
                                      const float *in_other, const float *panel, float *out) {
    size_t rows = w->rows, n;
    __asm__ volatile(
        PFP_VLOAD_AT(weights, 0, 1)
        PFP_VLOAD_AT(weights, 2, 3)
        PFP_VLOAD_AT(weights, 4, 5)
        PFP_VLOAD_AT(weights, 6, 7)
        PFP_VLOAD_AT(weights, 8, 9)
        PFP_VLOAD_AT(weights, 10, 11)
        PFP_VLOAD_AT(weights, 12, 13)
        PFP_VLOAD(weights, 14, 15)
        PFP_LABEL(2)
        PFP_HALVE_OR_SKIP(n, taps, 4)
        PFP_LABEL(3)
        PFP_VLOAD(in, 18, 22)
        PFP_VLOAD(other, 23, 27)
        PFP_PLANAR_EXACT(18, 19, 20, 21, 23, 24, 25, 26)
        "sub %[in], #12\n\t"
        "sub %[other], #12\n\t"
        PFP_PLANAR_EXACT(19, 20, 21, 22, 24, 25, 26, 27)
        PFP_REPEAT(n, 3)
        PFP_LABEL(4)
        PFP_SKIP_EVEN(taps, n, 5)
        PFP_VLOAD_AT(in, 18, 21)
        PFP_VLOAD_AT(other, 23, 26)
        "add %[in], #4\n\t"
        "add %[other], #4\n\t"
        PFP_PLANAR_EXACT(18, 19, 20, 21, 23, 24, 25, 26)
        PFP_LABEL(5)
        PFP_MOVE_ON(in, row_gap)
        PFP_MOVE_ON(other, row_gap)
        PFP_REPEAT(rows, 2)
        PFP_VSTORE_AT(out, 0, 15)
        : [weights] "+&r"(panel), [in] "+&r"(in), [other] "+&r"(in_other), [rows] "+&r"(rows),
          [n] "=&r"(n)
        : [taps] "r"(w->taps), [row_gap] "r"(w->row_gap), [out] "r"(out)
        : PFP_VFP_REGISTERS, "cc", "memory");
}
/* clang-format on */

/* Quad 0 or 1, which begins at `in`, at any stride, in C. */
PFP_INLINE void pfp__planar_vfp_any(enum pfp__form form, const pfp_conv2d_shape *s,
                                    const pfp__strip_vfp *strip, const float *in,
                                    const float *panel, size_t quad, pfp__planar_sums *sums) {
    const size_t moments = pfp__form_moments(form);
    const size_t step = s->stride_w * moments;
    float mean[PFP_QUAD_SUMS], var[PFP_QUAD_SUMS];
    for (size_t i = 0; i < PFP_QUAD_SUMS; i++) {
        mean[i] = panel[i % PFP_PLANAR_OUTPUTS];
        var[i] = form == PFP_FORM_EXACT ? 0.0f : panel[PFP_PLANAR_OUTPUTS + i % PFP_PLANAR_OUTPUTS];
    }
    const float *w = panel + moments * PFP_PLANAR_OUTPUTS;
    for (size_t p = 0; p < s->in_planes; p++) {
        for (size_t row = 0; row < s->kernel_h; row++) {
            const float *at = in + p * strip->plane_len + row * strip->row_len;
            for (size_t k = 0; k < s->kernel_w; k++) {
                for (size_t i = 0; i < PFP_QUAD; i++) {
                    for (size_t j = 0; j < PFP_PLANAR_OUTPUTS; j++) {
                        const size_t sum = i * PFP_PLANAR_OUTPUTS + j;
                        mean[sum] = pfp__fmaf(w[j], at[i * step], mean[sum]);
                        if (form == PFP_FORM_DET) {
                            var[sum] =
                                pfp__fmaf(w[PFP_PLANAR_OUTPUTS + j], at[i * step + 1], var[sum]);
                        }
                    }
                }
                at += moments;
                w += moments * PFP_PLANAR_OUTPUTS;
            }
        }
    }
    for (size_t i = 0; i < PFP_QUAD_SUMS; i++) {
        const size_t position = quad * PFP_QUAD + i / PFP_PLANAR_OUTPUTS;
        const size_t to = pfp__planar_mean(form, position, i % PFP_PLANAR_OUTPUTS);
        sums->at[to] = mean[i];
        if (form == PFP_FORM_DET) {
            sums->at[to + PFP_QUAD_SUMS] = var[i];
        }
    }
}

/* Two quads, which begin at `in` and `other` in the strip. */
PFP_INLINE void pfp__planar_vfp_sum(enum pfp__form form, const pfp_conv2d_shape *s,
                                    const pfp__strip_vfp *strip, const pfp__planar_walk *w,
                                    const float *in, const float *other, const float *panel,
                                    pfp__planar_sums *sums) {
    if (s->stride_w != 1) {
        pfp__planar_vfp_any(form, s, strip, in, panel, 0, sums);
        pfp__planar_vfp_any(form, s, strip, other, panel, 1, sums);
    } else if (form == PFP_FORM_EXACT) {
        pfp__planar_vfp_exact(w, in, other, panel, sums->at);
    } else {
        pfp__planar_vfp_det(w, in, panel, sums->at);
        pfp__planar_vfp_det(w, other, panel, sums->at + 2 * PFP_QUAD_SUMS);
    }
}

PFP_INLINE size_t pfp__planar_vfp_panel_len(enum pfp__form form, const pfp_conv2d_shape *s) {
    const size_t taps = (size_t)s->in_planes * s->kernel_h * s->kernel_w;
    return pfp__form_moments(form) * PFP_PLANAR_OUTPUTS * (taps + 1);
}

#endif
