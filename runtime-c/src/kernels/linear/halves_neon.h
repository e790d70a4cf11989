#ifndef PFP_KERNELS_LINEAR_HALVES_NEON_H
#define PFP_KERNELS_LINEAR_HALVES_NEON_H

/*
 * Runs of inputs in NEON's fp16 arithmetic: eight outputs in lanes, inputs by lane; see halves.h.
 */

#include "vec/half_neon.h"
#include "kernels/linear/halves_sums.h"

/* How many panels a dense layer and how many positions a convolution take at once. */
enum { PFP_HALVES_PANELS = 2, PFP_HALVES_PANELS_DET = 4, PFP_HALVES_POSITIONS = 4 };

typedef struct pfp__run {
    pfp__half8 mean, a, b;
} pfp__run;

PFP_INLINE void pfp__runs_zero(pfp__run *runs, size_t count) {
    for (size_t i = 0; i < count; i++) {
        runs[i].mean = pfp__half8_zero();
        runs[i].a = pfp__half8_zero();
        runs[i].b = pfp__half8_zero();
    }
}

/* One input, lane `lane` of `m`, `v` and `r`, at each position against each panel. */
#define PFP_RUNS_NEON_ADD(runs, panels, positions, det, stride, w, m, v, r, lane)                  \
    do {                                                                                           \
        for (size_t i_ = 0; i_ < (panels); i_++) {                                                 \
            const pfp_half *at_ = (w) + i_ * (stride);                                             \
            const float16x8_t q_ = pfp__half8_load(at_), x_ = pfp__half8_load(at_ + 8);            \
            const float16x8_t qq_ = vmulq_f16(q_, q_);                                             \
            for (size_t p_ = 0; p_ < (positions); p_++) {                                          \
                pfp__run *run_ = &(runs)[i_ * (positions) + p_];                                   \
                run_->mean = vfmaq_laneq_f16(run_->mean, q_, (m)[p_], lane);                       \
                if (!(det)) {                                                                      \
                    run_->a = vfmaq_laneq_f16(run_->a, qq_, (v)[p_], lane);                        \
                }                                                                                  \
                run_->b = vfmaq_laneq_f16(run_->b, x_, (r)[p_], lane);                             \
            }                                                                                      \
        }                                                                                          \
        (w) += 16;                                                                                 \
    } while (0)

/*
 * Adds `len` inputs at each position; `w` steps over the weights of the first panel, the others
 * follow at `stride`.
 */
PFP_INLINE void pfp__runs_add(pfp__run *runs, size_t panels, size_t positions, int det, size_t len,
                              size_t stride, const pfp__halves_in *in, const pfp_half *w) {
    float16x8_t m[PFP_HALVES_POSITIONS], v[PFP_HALVES_POSITIONS], r[PFP_HALVES_POSITIONS];
    size_t k = 0;
    for (; k + 8 <= len; k += 8) {
        for (size_t p = 0; p < positions; p++) {
            m[p] = pfp__half8_load(in[p].mean + k);
            v[p] = det ? m[p] : pfp__half8_load(in[p].var + k);
            r[p] = pfp__half8_load(in[p].m2 + k);
        }
        PFP_RUNS_NEON_ADD(runs, panels, positions, det, stride, w, m, v, r, 0);
        PFP_RUNS_NEON_ADD(runs, panels, positions, det, stride, w, m, v, r, 1);
        PFP_RUNS_NEON_ADD(runs, panels, positions, det, stride, w, m, v, r, 2);
        PFP_RUNS_NEON_ADD(runs, panels, positions, det, stride, w, m, v, r, 3);
        PFP_RUNS_NEON_ADD(runs, panels, positions, det, stride, w, m, v, r, 4);
        PFP_RUNS_NEON_ADD(runs, panels, positions, det, stride, w, m, v, r, 5);
        PFP_RUNS_NEON_ADD(runs, panels, positions, det, stride, w, m, v, r, 6);
        PFP_RUNS_NEON_ADD(runs, panels, positions, det, stride, w, m, v, r, 7);
    }
    if (k + 4 <= len) {
        for (size_t p = 0; p < positions; p++) {
            const uint16x4_t zero = vdup_n_u16(0);
            m[p] = vreinterpretq_f16_u16(vcombine_u16(vld1_u16(in[p].mean + k), zero));
            v[p] = det ? m[p] : vreinterpretq_f16_u16(vcombine_u16(vld1_u16(in[p].var + k), zero));
            r[p] = vreinterpretq_f16_u16(vcombine_u16(vld1_u16(in[p].m2 + k), zero));
        }
        PFP_RUNS_NEON_ADD(runs, panels, positions, det, stride, w, m, v, r, 0);
        PFP_RUNS_NEON_ADD(runs, panels, positions, det, stride, w, m, v, r, 1);
        PFP_RUNS_NEON_ADD(runs, panels, positions, det, stride, w, m, v, r, 2);
        PFP_RUNS_NEON_ADD(runs, panels, positions, det, stride, w, m, v, r, 3);
        k += 4;
    }
    for (; k < len; k++) {
        for (size_t p = 0; p < positions; p++) {
            m[p] = vreinterpretq_f16_u16(vld1q_dup_u16(in[p].mean + k));
            v[p] = det ? m[p] : vreinterpretq_f16_u16(vld1q_dup_u16(in[p].var + k));
            r[p] = vreinterpretq_f16_u16(vld1q_dup_u16(in[p].m2 + k));
        }
        PFP_RUNS_NEON_ADD(runs, panels, positions, det, stride, w, m, v, r, 0);
    }
}

/* Outputs 0, 4, 1, 5 and 2, 6, 3, 7. */
PFP_INLINE void pfp__wide_add(float *wide, pfp__half8 run) {
    vst1q_f32(wide, vaddq_f32(vld1q_f32(wide), vcvt_f32_f16(vget_low_f16(run))));
    vst1q_f32(wide + 4, vaddq_f32(vld1q_f32(wide + 4), vcvt_high_f32_f16(run)));
}

/* Adds finished runs to the sums. */
PFP_INLINE void pfp__runs_widen(const pfp__run *runs, size_t count, int det, pfp__sums *sums) {
    for (size_t i = 0; i < count; i++) {
        pfp__wide_add(sums[i].mean, runs[i].mean);
        if (!det) {
            pfp__wide_add(sums[i].a, runs[i].a);
        }
        pfp__wide_add(sums[i].b, runs[i].b);
    }
}

/* Outputs 4*half to 4*half + 3 of a sum. */
PFP_INLINE pfp__vec pfp__wide_load(const float *wide, size_t half) {
    const float32x4_t low = vld1q_f32(wide), high = vld1q_f32(wide + 4);
    return half == 0 ? vuzp1q_f32(low, high) : vuzp2q_f32(low, high);
}

/* m2 = var + mean^2 */
PFP_INLINE void pfp__halves_m2(size_t len, const pfp_half *mean, const pfp_half *var,
                               pfp_half *m2) {
    size_t i = 0;
    for (; i + 8 <= len; i += 8) {
        const float16x8_t m = pfp__half8_load(mean + i);
        pfp__half8_store(m2 + i, vfmaq_f16(pfp__half8_load(var + i), m, m));
    }
    for (; i < len; i++) {
        const float16x8_t m = vreinterpretq_f16_u16(vld1q_dup_u16(mean + i));
        const float16x8_t v = vreinterpretq_f16_u16(vld1q_dup_u16(var + i));
        vst1q_lane_u16(m2 + i, vreinterpretq_u16_f16(vfmaq_f16(v, m, m)), 0);
    }
}

/* mean = (in - shift) * scale, m2 = mean^2 */
PFP_INLINE void pfp__halves_from_floats(size_t len, const float *in, float shift, float scale,
                                        pfp_half *mean, pfp_half *m2) {
    const float32x4_t shifts = vdupq_n_f32(shift);
    size_t i = 0;
    for (; i + 8 <= len; i += 8) {
        const float32x4_t low = vmulq_n_f32(vsubq_f32(vld1q_f32(in + i), shifts), scale);
        const float32x4_t high = vmulq_n_f32(vsubq_f32(vld1q_f32(in + i + 4), shifts), scale);
        const float16x8_t m = vcvt_high_f16_f32(vcvt_f16_f32(low), high);
        pfp__half8_store(mean + i, m);
        pfp__half8_store(m2 + i, vmulq_f16(m, m));
    }
    for (; i < len; i++) {
        const float32x4_t one = vmulq_n_f32(vsubq_f32(vld1q_dup_f32(in + i), shifts), scale);
        const float16x4_t m = vcvt_f16_f32(one);
        vst1_lane_u16(mean + i, vreinterpret_u16_f16(m), 0);
        vst1_lane_u16(m2 + i, vreinterpret_u16_f16(vmul_f16(m, m)), 0);
    }
}

#endif
