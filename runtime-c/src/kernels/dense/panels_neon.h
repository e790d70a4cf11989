#ifndef PFP_KERNELS_DENSE_PANELS_NEON_H
#define PFP_KERNELS_DENSE_PANELS_NEON_H

/*
 * The sums of a few panels of a dense layer side by side, in NEON registers: outputs in lanes,
 * inputs by lane, each input loaded once for all panels. Every sum runs over k in order.
 * `count`, the number of panels, is a constant wherever these are used.
 */

#include "vec/neon.h"

enum { PFP_PANEL_NEON = 8, PFP_PANELS_NEON_MOST = 4 };

/* Halves of panels: panel p has elements 2*p and 2*p + 1. */
typedef struct pfp__panels_neon {
    float32x4_t mean[2 * PFP_PANELS_NEON_MOST];
    float32x4_t var[2 * PFP_PANELS_NEON_MOST];
} pfp__panels_neon;

/* Where each panel's next weights are. */
typedef struct pfp__panels_at {
    const float *panel[PFP_PANELS_NEON_MOST];
} pfp__panels_at;

/* Panels `step` floats apart. */
PFP_INLINE pfp__panels_at pfp__panels_from(const float *first, size_t step, size_t count) {
    pfp__panels_at at;
    for (size_t p = 0; p < count; p++) {
        at.panel[p] = first + p * step;
    }
    return at;
}

PFP_INLINE void pfp__panels_advance(pfp__panels_at *at, size_t floats, size_t count) {
    for (size_t p = 0; p < count; p++) {
        at->panel[p] += floats;
    }
}

/* The biases { mb[8] }, or { mb[8], vb[8] } with variances. */
PFP_INLINE pfp__panels_neon pfp__panels_neon_bias(pfp__panels_at *at, int has_var, size_t count) {
    pfp__panels_neon sums;
    for (size_t half = 0; half < 2 * count; half++) {
        const float *bias = at->panel[half / 2] + half % 2 * 4;
        sums.mean[half] = vld1q_f32(bias);
        if (has_var) {
            sums.var[half] = vld1q_f32(bias + PFP_PANEL_NEON);
        }
    }
    pfp__panels_advance(at, has_var ? 2 * PFP_PANEL_NEON : PFP_PANEL_NEON, count);
    return sums;
}

/*
 * One input, lane `lane` of its vectors, against input `k` of all panels. Macros, since the
 * instruction holds the lane's number; `lane` and `k` are literals.
 */
#define PFP_PANELS_NEON_ADD(sums, at, k, count, m, v, m2, lane)                                    \
    for (size_t half = 0; half < 2 * (count); half++) {                                            \
        const float *w = (at).panel[half / 2] + (k) * 2 * PFP_PANEL_NEON + half % 2 * 4;           \
        const float32x4_t mw = vld1q_f32(w);                                                       \
        const float32x4_t vw = vld1q_f32(w + PFP_PANEL_NEON);                                      \
        (sums).mean[half] = vfmaq_laneq_f32((sums).mean[half], mw, m, lane);                       \
        (sums).var[half] = vfmaq_laneq_f32((sums).var[half], vmulq_f32(mw, mw), v, lane);          \
        (sums).var[half] = vfmaq_laneq_f32((sums).var[half], vw, m2, lane);                        \
    }

#define PFP_PANELS_NEON_ADD_DET(sums, at, k, count, m, m2, lane)                                   \
    for (size_t half = 0; half < 2 * (count); half++) {                                            \
        const float *w = (at).panel[half / 2] + (k) * 2 * PFP_PANEL_NEON + half % 2 * 4;           \
        (sums).mean[half] = vfmaq_laneq_f32((sums).mean[half], vld1q_f32(w), m, lane);             \
        (sums).var[half] =                                                                         \
            vfmaq_laneq_f32((sums).var[half], vld1q_f32(w + PFP_PANEL_NEON), m2, lane);            \
    }

#define PFP_PANELS_NEON_ADD_EXACT(sums, at, k, count, in, lane)                                    \
    for (size_t half = 0; half < 2 * (count); half++) {                                            \
        const float *w = (at).panel[half / 2] + (k) * PFP_PANEL_NEON + half % 2 * 4;               \
        (sums).mean[half] = vfmaq_laneq_f32((sums).mean[half], vld1q_f32(w), in, lane);            \
    }

/* Writes the first min(8 * count, left) of the halves' lanes. */
PFP_INLINE void pfp__panels_neon_store(const float32x4_t *halves, size_t left, float *out,
                                       size_t count) {
    if (left >= PFP_PANEL_NEON * count) {
        for (size_t half = 0; half < 2 * count; half++) {
            vst1q_f32(out + 4 * half, halves[half]);
        }
        return;
    }
    for (size_t half = 0; half < 2 * count && left > 0; half++) {
        const size_t lanes = left < 4 ? left : 4;
        pfp__vec_store_first(out + 4 * half, halves[half], lanes);
        left -= lanes;
    }
}

#endif
