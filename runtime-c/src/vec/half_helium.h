#ifndef PFP_VEC_HALF_HELIUM_H
#define PFP_VEC_HALF_HELIUM_H

/**
 * Halves in Helium registers: eight for fp16 arithmetic, or four widened into a vector of
 * vec/helium.h. Other than floats, halves keep their denormals, as long as FPSCR.FZ16 is 0.
 */

#include "pfp/pfp_kernels.h"
#include "helium.h"

/*
 * Between halves and floats: the even (b) or odd (t) halves as float, and floats as the lower
 * halves of their lanes. GNU as encodes the registers of these instructions wrongly, all but q0
 * (binutils 2.40 and before).
 */
#if defined(__clang__)
#define PFP_HELIUM_WIDEN(bt, halves) vcvt##bt##q_f32_f16(halves)
PFP_INLINE uint32x4_t pfp__helium_narrow(float32x4_t x) {
    return vreinterpretq_u32_f16(vcvtbq_f16_f32(vreinterpretq_f16_f32(x), x));
}
#else
#define PFP_HELIUM_WIDEN(bt, halves) pfp__helium_widen_##bt(halves)
PFP_INLINE float32x4_t pfp__helium_widen_b(float16x8_t halves) {
    register float16x8_t from __asm__("q0") = halves;
    register float32x4_t to __asm__("q0");
    __asm__("vcvtb.f32.f16 q0, q0" : "=w"(to) : "0"(from));
    return to;
}
PFP_INLINE float32x4_t pfp__helium_widen_t(float16x8_t halves) {
    register float16x8_t from __asm__("q0") = halves;
    register float32x4_t to __asm__("q0");
    __asm__("vcvtt.f32.f16 q0, q0" : "=w"(to) : "0"(from));
    return to;
}
PFP_INLINE uint32x4_t pfp__helium_narrow(float32x4_t x) {
    register float32x4_t from __asm__("q0") = x;
    register uint32x4_t to __asm__("q0");
    __asm__("vcvtb.f16.f32 q0, q0" : "=w"(to) : "0"(from));
    return to;
}
#endif

typedef float16x8_t pfp__half8;

PFP_INLINE pfp__half8 pfp__half8_zero(void) {
    return vreinterpretq_f16_u16(vdupq_n_u16(0));
}

PFP_INLINE pfp__half8 pfp__half8_load(const pfp_half *p) {
    return vreinterpretq_f16_u16(vldrhq_u16(p));
}

/** One half where the instructions of a vector and a scalar take it. */
PFP_INLINE float16_t pfp__half_at(const pfp_half *p) {
    union {
        pfp_half bits;
        float16_t value;
    } u;
    u.bits = *p;
    return u.value;
}

/** Four halves as floats. */
PFP_INLINE pfp__vec pfp__vec_load_halves(const pfp_half *p) {
    return PFP_HELIUM_WIDEN(b, vreinterpretq_f16_u32(vldrhq_u32(p)));
}

/** The first min(4, n) halves as floats, the other lanes zero. */
PFP_INLINE pfp__vec pfp__vec_load_halves_first(const pfp_half *p, size_t n) {
    return PFP_HELIUM_WIDEN(b, vreinterpretq_f16_u32(vldrhq_z_u32(p, vctp32q((uint32_t)n))));
}

/** Rounds four floats to halves; what is too large becomes infinite. */
PFP_INLINE void pfp__vec_store_halves(pfp_half *p, pfp__vec x) {
    vstrhq_u32(p, pfp__helium_narrow(x));
}

/** The same of the first min(4, n). */
PFP_INLINE void pfp__vec_store_halves_first(pfp_half *p, pfp__vec x, size_t n) {
    vstrhq_p_u32(p, pfp__helium_narrow(x), vctp32q((uint32_t)n));
}

#endif
