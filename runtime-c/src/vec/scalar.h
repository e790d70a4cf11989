#ifndef PFP_VEC_SCALAR_H
#define PFP_VEC_SCALAR_H

/**
 * One float, by the names that c.h gives to four, for an FPU without vectors. All steps are those
 * of c.h, to the same bits. Lanes that have to stay four, as points in classify.h, are for the
 * kernel to count.
 */

#include <stddef.h>
#include <stdint.h>

#include "coefficients.h"
#include "fma.h"
#include "inline.h"

/** A step of several dozen operations, see helium.h. */
#define PFP_STEP PFP_INLINE

#define PFP_LANES 1
#define PFP_IN_FLIGHT 1

typedef float pfp__vec;
typedef int32_t pfp__ivec;
typedef int pfp__mask;

PFP_INLINE pfp__vec pfp__vec_set1(float s) {
    return s;
}

PFP_INLINE pfp__vec pfp__vec_load(const float *p) {
    return *p;
}

PFP_INLINE void pfp__vec_store(float *p, pfp__vec x) {
    *p = x;
}

/** `n` is 0 or 1. */
PFP_INLINE pfp__vec pfp__vec_load_first(const float *p, size_t n) {
    return n > 0 ? *p : 0.0f;
}

/** `n` is 0 or 1. */
PFP_INLINE void pfp__vec_store_first(float *p, pfp__vec x, size_t n) {
    if (n > 0) {
        *p = x;
    }
}

PFP_INLINE float pfp__vec_first(pfp__vec x) {
    return x;
}

PFP_INLINE pfp__vec pfp__vec_add(pfp__vec a, pfp__vec b) {
    return a + b;
}

PFP_INLINE pfp__vec pfp__vec_sub(pfp__vec a, pfp__vec b) {
    return a - b;
}

PFP_INLINE pfp__vec pfp__vec_mul(pfp__vec a, pfp__vec b) {
    return a * b;
}

PFP_INLINE pfp__vec pfp__vec_mul_n(pfp__vec a, float s) {
    return a * s;
}

/** acc + a*b */
PFP_INLINE pfp__vec pfp__vec_fma(pfp__vec acc, pfp__vec a, pfp__vec b) {
    return pfp__fmaf(a, b, acc);
}

/** acc - a*b */
PFP_INLINE pfp__vec pfp__vec_fms(pfp__vec acc, pfp__vec a, pfp__vec b) {
    return pfp__fmaf(-a, b, acc);
}

PFP_INLINE pfp__vec pfp__vec_fma_n(pfp__vec acc, pfp__vec a, float s) {
    return pfp__fmaf(a, s, acc);
}

/** Coefficients of a polynomial, in memory. */
typedef const float *pfp__coefficients;

/** Of PFP_COEFFICIENTS floats. */
PFP_INLINE pfp__coefficients pfp__coefficients_load(const float *table) {
    return table;
}

#define pfp__vec_set1_at(coefficients, i) ((coefficients)[i])
#define pfp__vec_fma_at(acc, x, coefficients, i) pfp__fmaf(x, (coefficients)[i], acc)

PFP_INLINE pfp__vec pfp__vec_max(pfp__vec a, pfp__vec b) {
    return a > b ? a : b;
}

PFP_INLINE pfp__vec pfp__vec_min(pfp__vec a, pfp__vec b) {
    return a < b ? a : b;
}

PFP_INLINE pfp__ivec pfp__vec_bits(pfp__vec x) {
    const union {
        float value;
        int32_t bits;
    } u = {x};
    return u.bits;
}

PFP_INLINE pfp__vec pfp__ivec_floats(pfp__ivec bits) {
    const union {
        int32_t bits;
        float value;
    } u = {bits};
    return u.value;
}

PFP_INLINE pfp__vec pfp__vec_abs(pfp__vec x) {
#if defined(__GNUC__)
    return __builtin_fabsf(x);
#else
    return pfp__ivec_floats(pfp__vec_bits(x) & INT32_MAX);
#endif
}

PFP_INLINE pfp__mask pfp__vec_greater(pfp__vec a, pfp__vec b) {
    return a > b;
}

PFP_INLINE pfp__mask pfp__vec_equal(pfp__vec a, pfp__vec b) {
    return a == b;
}

PFP_INLINE pfp__mask pfp__mask_and(pfp__mask a, pfp__mask b) {
    return a & b;
}

PFP_INLINE pfp__mask pfp__mask_or(pfp__mask a, pfp__mask b) {
    return a | b;
}

/** mask ? a : b */
PFP_INLINE pfp__vec pfp__vec_select(pfp__mask mask, pfp__vec a, pfp__vec b) {
    return mask ? a : b;
}

PFP_INLINE pfp__ivec pfp__ivec_set1(int32_t s) {
    return s;
}

PFP_INLINE pfp__ivec pfp__ivec_add(pfp__ivec a, pfp__ivec b) {
    return (int32_t)((uint32_t)a + (uint32_t)b);
}

PFP_INLINE pfp__ivec pfp__ivec_sub(pfp__ivec a, pfp__ivec b) {
    return (int32_t)((uint32_t)a - (uint32_t)b);
}

PFP_INLINE pfp__ivec pfp__ivec_max(pfp__ivec a, pfp__ivec b) {
    return a > b ? a : b;
}

PFP_INLINE int32_t pfp__ivec_largest(pfp__ivec x) {
    return x;
}

/** x << 23: a count becomes an exponent. */
PFP_INLINE pfp__ivec pfp__ivec_to_exponent(pfp__ivec x) {
    return (int32_t)((uint32_t)x << 23);
}

/** floor(x / 2^23): an exponent becomes a count. */
PFP_INLINE pfp__ivec pfp__ivec_from_exponent(pfp__ivec x) {
    return x >> 23;
}

/** floor(x / 2) */
PFP_INLINE pfp__ivec pfp__ivec_half(pfp__ivec x) {
    return x >> 1;
}

PFP_INLINE pfp__vec pfp__ivec_to_float(pfp__ivec x) {
    return (float)x;
}

#include "rsqrt_bits.h"

#endif
