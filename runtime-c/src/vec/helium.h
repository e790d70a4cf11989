#ifndef PFP_VEC_HELIUM_H
#define PFP_VEC_HELIUM_H

/**
 * Four float lanes in a Helium (MVE) register; what each function does is said in c.h.
 * MVE reads and writes denormal numbers as zero.
 */

#include <arm_mve.h>
#include <stddef.h>
#include <stdint.h>

#include "coefficients.h"
#include "inline.h"

/**
 * A step of several dozen operations is a function: in a loop, compilers would compute its
 * constants beforehand and, with eight registers, keep them on the stack. Arguments and result
 * are passed in registers.
 */
#define PFP_STEP static __attribute__((noinline, unused))

#define PFP_LANES 4
#define PFP_IN_FLIGHT 1

typedef float32x4_t pfp__vec;
typedef int32x4_t pfp__ivec;
typedef mve_pred16_t pfp__mask;

#include "words.h"

PFP_INLINE pfp__vec pfp__vec_set1(float s) {
    return vdupq_n_f32(s);
}

PFP_INLINE pfp__vec pfp__vec_load(const float *p) {
    return vldrwq_f32(p);
}

PFP_INLINE void pfp__vec_store(float *p, pfp__vec x) {
    vstrwq_f32(p, x);
}

PFP_INLINE pfp__vec pfp__vec_load_first(const float *p, size_t n) {
    return vldrwq_z_f32(p, vctp32q((uint32_t)n));
}

PFP_INLINE void pfp__vec_store_first(float *p, pfp__vec x, size_t n) {
    vstrwq_p_f32(p, x, vctp32q((uint32_t)n));
}

PFP_INLINE void pfp__vec_store_turned(float (*to)[4], const pfp__vec x[4]) {
    const float32x4x4_t all = {{x[0], x[1], x[2], x[3]}};
    vst4q_f32(to[0], all);
}

PFP_INLINE float pfp__vec_first(pfp__vec x) {
    return vgetq_lane_f32(x, 0);
}

PFP_INLINE float pfp__vec_sum(pfp__vec x) {
    return (vgetq_lane_f32(x, 0) + vgetq_lane_f32(x, 1)) +
           (vgetq_lane_f32(x, 2) + vgetq_lane_f32(x, 3));
}

PFP_INLINE pfp__vec pfp__vec_add(pfp__vec a, pfp__vec b) {
    return vaddq_f32(a, b);
}

PFP_INLINE pfp__vec pfp__vec_sub(pfp__vec a, pfp__vec b) {
    return vsubq_f32(a, b);
}

PFP_INLINE pfp__vec pfp__vec_mul(pfp__vec a, pfp__vec b) {
    return vmulq_f32(a, b);
}

PFP_INLINE pfp__vec pfp__vec_mul_n(pfp__vec a, float s) {
    return vmulq_n_f32(a, s);
}

PFP_INLINE pfp__vec pfp__vec_fma(pfp__vec acc, pfp__vec a, pfp__vec b) {
    return vfmaq_f32(acc, a, b);
}

PFP_INLINE pfp__vec pfp__vec_fms(pfp__vec acc, pfp__vec a, pfp__vec b) {
    return vfmsq_f32(acc, a, b);
}

PFP_INLINE pfp__vec pfp__vec_fma_n(pfp__vec acc, pfp__vec a, float s) {
    return vfmaq_n_f32(acc, a, s);
}

typedef const float *pfp__coefficients;

PFP_INLINE pfp__coefficients pfp__coefficients_load(const float *table) {
    return table;
}

#define pfp__vec_set1_at(coefficients, i) pfp__vec_set1((coefficients)[i])
#define pfp__vec_fma_at(acc, x, coefficients, i) pfp__vec_fma_n(acc, x, (coefficients)[i])

PFP_INLINE pfp__vec pfp__vec_max(pfp__vec a, pfp__vec b) {
    return vmaxnmq_f32(a, b);
}

PFP_INLINE pfp__vec pfp__vec_min(pfp__vec a, pfp__vec b) {
    return vminnmq_f32(a, b);
}

PFP_INLINE pfp__ivec pfp__vec_bits(pfp__vec x) {
    return vreinterpretq_s32_f32(x);
}

PFP_INLINE pfp__vec pfp__ivec_floats(pfp__ivec bits) {
    return vreinterpretq_f32_s32(bits);
}

PFP_INLINE pfp__vec pfp__vec_abs(pfp__vec x) {
    return vabsq_f32(x);
}

PFP_INLINE pfp__mask pfp__vec_greater(pfp__vec a, pfp__vec b) {
    return vcmpgtq_f32(a, b);
}

PFP_INLINE pfp__mask pfp__vec_equal(pfp__vec a, pfp__vec b) {
    return vcmpeqq_f32(a, b);
}

PFP_INLINE pfp__mask pfp__mask_and(pfp__mask a, pfp__mask b) {
    return (pfp__mask)(a & b);
}

PFP_INLINE pfp__mask pfp__mask_or(pfp__mask a, pfp__mask b) {
    return (pfp__mask)(a | b);
}

PFP_INLINE pfp__vec pfp__vec_select(pfp__mask mask, pfp__vec a, pfp__vec b) {
    return vpselq_f32(a, b, mask);
}

PFP_INLINE pfp__ivec pfp__ivec_set1(int32_t s) {
    return vdupq_n_s32(s);
}

PFP_INLINE pfp__ivec pfp__ivec_add(pfp__ivec a, pfp__ivec b) {
    return vaddq_s32(a, b);
}

PFP_INLINE pfp__ivec pfp__ivec_sub(pfp__ivec a, pfp__ivec b) {
    return vsubq_s32(a, b);
}

PFP_INLINE pfp__ivec pfp__ivec_max(pfp__ivec a, pfp__ivec b) {
    return vmaxq_s32(a, b);
}

PFP_INLINE int32_t pfp__ivec_largest(pfp__ivec x) {
    return vmaxvq_s32(INT32_MIN, x);
}

PFP_INLINE pfp__ivec pfp__ivec_to_exponent(pfp__ivec x) {
    return vshlq_n_s32(x, 23);
}

PFP_INLINE pfp__ivec pfp__ivec_from_exponent(pfp__ivec x) {
    return vshrq_n_s32(x, 23);
}

PFP_INLINE pfp__ivec pfp__ivec_half(pfp__ivec x) {
    return vshrq_n_s32(x, 1);
}

PFP_INLINE pfp__vec pfp__ivec_to_float(pfp__ivec x) {
    return vcvtq_f32_s32(x);
}

PFP_INLINE pfp__words pfp__words_load(const uint32_t *p) {
    return vldrwq_s32((const int32_t *)p);
}

PFP_INLINE void pfp__words_store(uint32_t *p, pfp__words x) {
    vstrwq_s32((int32_t *)p, x);
}

PFP_INLINE pfp__ivec pfp__ivec_and(pfp__ivec a, pfp__ivec b) {
    return vandq_s32(a, b);
}

PFP_INLINE pfp__ivec pfp__ivec_xor(pfp__ivec a, pfp__ivec b) {
    return veorq_s32(a, b);
}

#define pfp__ivec_shift_left(x, n) vshlq_n_s32(x, n)
#define pfp__words_rotate_left(x, n) vsriq_n_s32(vshlq_n_s32(x, n), x, 32 - (n))

PFP_INLINE pfp__ivec pfp__ivec_leading_zeros(pfp__ivec x) {
    return vclzq_s32(x);
}

PFP_INLINE pfp__ivec pfp__ivec_shift_left_each(pfp__ivec x, pfp__ivec n) {
    return vreinterpretq_s32_u32(vshlq_u32(vreinterpretq_u32_s32(x), n));
}

PFP_INLINE pfp__vec pfp__ivec_to_unit(pfp__ivec x) {
    return vcvtq_n_f32_s32(x, 31);
}

#include "rsqrt_bits.h"

#endif
