#ifndef PFP_VEC_HALF_NEON_H
#define PFP_VEC_HALF_NEON_H

/**
 * Halves in NEON registers: eight for fp16 arithmetic, or four widened into a vector of vec/neon.h.
 * Needs PFP_HAS_NEON_F16.
 */

#include "pfp/pfp_kernels.h"
#include "neon.h"

typedef float16x8_t pfp__half8;

PFP_INLINE pfp__half8 pfp__half8_zero(void) {
    return vreinterpretq_f16_u16(vdupq_n_u16(0));
}

PFP_INLINE pfp__half8 pfp__half8_load(const pfp_half *p) {
    return vreinterpretq_f16_u16(vld1q_u16(p));
}

PFP_INLINE void pfp__half8_store(pfp_half *p, pfp__half8 x) {
    vst1q_u16(p, vreinterpretq_u16_f16(x));
}

/** Four halves as floats. */
PFP_INLINE pfp__vec pfp__vec_load_halves(const pfp_half *p) {
    return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(p)));
}

/** The first min(4, n) halves as floats, the other lanes zero. */
PFP_INLINE pfp__vec pfp__vec_load_halves_first(const pfp_half *p, size_t n) {
    pfp_half some[4] = {0, 0, 0, 0};
    for (size_t i = 0; i < n && i < 4; i++) {
        some[i] = p[i];
    }
    return pfp__vec_load_halves(some);
}

/** Rounds four floats to halves; what is too large becomes infinite. */
PFP_INLINE void pfp__vec_store_halves(pfp_half *p, pfp__vec x) {
    vst1_u16(p, vreinterpret_u16_f16(vcvt_f16_f32(x)));
}

/** The same of the first min(4, n). */
PFP_INLINE void pfp__vec_store_halves_first(pfp_half *p, pfp__vec x, size_t n) {
    if (n >= 4) {
        pfp__vec_store_halves(p, x);
        return;
    }
    pfp_half some[4];
    pfp__vec_store_halves(some, x);
    for (size_t i = 0; i < n; i++) {
        p[i] = some[i];
    }
}

#endif
