#ifndef PFP_KERNELS_LINEAR_HALVES_HELIUM_H
#define PFP_KERNELS_LINEAR_HALVES_HELIUM_H

/*
 * Runs of inputs in Helium's fp16 arithmetic: eight outputs in lanes, inputs from core registers;
 * see halves.h. Two runs of three sums leave two of the eight registers.
 */

#include "vec/half_helium.h"
#include "kernels/linear/halves_sums.h"

/* How many panels a dense layer and how many positions a convolution take at once. */
enum { PFP_HALVES_PANELS = 2, PFP_HALVES_PANELS_DET = 3, PFP_HALVES_POSITIONS = 2 };

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

/*
 * Adds `len` inputs at each position; `w` steps over the weights of the first panel, the others
 * follow at `stride`.
 */
PFP_INLINE void pfp__runs_add(pfp__run *runs, size_t panels, size_t positions, int det, size_t len,
                              size_t stride, const pfp__halves_in *in, const pfp_half *w) {
    pfp__halves_in at[PFP_HALVES_POSITIONS];
    for (size_t p = 0; p < positions; p++) {
        at[p] = in[p];
    }
    /* Counted down, with pointers that step on: a loop of the processor's own. */
    for (size_t left = len; left > 0; left--) {
        float16_t m[PFP_HALVES_POSITIONS], v[PFP_HALVES_POSITIONS], r[PFP_HALVES_POSITIONS];
        for (size_t p = 0; p < positions; p++) {
            m[p] = pfp__half_at(at[p].mean++);
            v[p] = m[p];
            if (!det) {
                v[p] = pfp__half_at(at[p].var++);
            }
            r[p] = pfp__half_at(at[p].m2++);
        }
        for (size_t i = 0; i < panels; i++) {
            pfp__half8 q = pfp__half8_load(w + i * stride);
            for (size_t p = 0; p < positions; p++) {
                pfp__run *run = &runs[i * positions + p];
                run->mean = vfmaq_n_f16(run->mean, q, m[p]);
            }
            if (!det) {
                q = vmulq_f16(q, q);
                for (size_t p = 0; p < positions; p++) {
                    pfp__run *run = &runs[i * positions + p];
                    run->a = vfmaq_n_f16(run->a, q, v[p]);
                }
            }
            q = pfp__half8_load(w + i * stride + 8);
            for (size_t p = 0; p < positions; p++) {
                pfp__run *run = &runs[i * positions + p];
                run->b = vfmaq_n_f16(run->b, q, r[p]);
            }
        }
        w += 16;
    }
}

PFP_INLINE void pfp__wide_add(float *wide, pfp__half8 run) {
    vstrwq_f32(wide, vaddq_f32(vldrwq_f32(wide), PFP_HELIUM_WIDEN(b, run)));
    vstrwq_f32(wide + 4, vaddq_f32(vldrwq_f32(wide + 4), PFP_HELIUM_WIDEN(t, run)));
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

/* Outputs 4*half to 4*half + 3 of a sum: panels hold 0, 4, 1, 5, 2, 6, 3, 7. */
PFP_INLINE pfp__vec pfp__wide_load(const float *wide, size_t half) {
    return vldrwq_f32(wide + 4 * half);
}

/* m2 = var + mean^2 */
PFP_INLINE void pfp__halves_m2(size_t len, const pfp_half *mean, const pfp_half *var,
                               pfp_half *m2) {
    for (size_t i = 0; i < len; i += 8) {
        const mve_pred16_t some = vctp16q((uint32_t)(len - i));
        const float16x8_t m = vreinterpretq_f16_u16(vldrhq_z_u16(mean + i, some));
        const float16x8_t v = vreinterpretq_f16_u16(vldrhq_z_u16(var + i, some));
        vstrhq_p_u16(m2 + i, vreinterpretq_u16_f16(vfmaq_f16(v, m, m)), some);
    }
}

/* mean = (in - shift) * scale, m2 = mean^2 */
PFP_INLINE void pfp__halves_from_floats(size_t len, const float *in, float shift, float scale,
                                        pfp_half *mean, pfp_half *m2) {
    for (size_t i = 0; i < len; i += 4) {
        const mve_pred16_t some = vctp32q((uint32_t)(len - i));
        const float32x4_t x = vmulq_n_f32(vsubq_n_f32(vldrwq_z_f32(in + i, some), shift), scale);
        const uint32x4_t m = pfp__helium_narrow(x);
        const float16x8_t halves = vreinterpretq_f16_u32(m);
        vstrhq_p_u32(mean + i, m, some);
        vstrhq_p_u32(m2 + i, vreinterpretq_u32_f16(vmulq_f16(halves, halves)), some);
    }
}

#endif
