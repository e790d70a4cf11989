#ifndef PFP_VEC_EXP_LOG_H
#define PFP_VEC_EXP_LOG_H

/**
 * exp and log of four floats (docs/math.md has the fits and their errors).
 * Include after a vec header.
 */

#include "inline.h"

/** The least argument of exp, whose value is just above FLT_MIN. */
#define PFP_EXP_MIN (-87.0f)

/**
 * exp(x) for PFP_EXP_MIN <= x <= 87: with n = round(x / ln 2), 2^n times exp of the rest, a
 * polynomial of degree 5. exp(0) is 1.
 */
PFP_INLINE pfp__vec pfp__vec_exp(pfp__vec x) {
    /* Adding 1.5 * 2^23 leaves round(x / ln 2) in the low bits. */
    const pfp__vec magic = pfp__vec_set1(12582912.0f);
    const pfp__vec shifted = pfp__vec_fma_n(magic, x, 1.44269504f);
    const pfp__vec n = pfp__vec_sub(shifted, magic);
    /* ln 2 in two parts, n times the first of which is exact. */
    pfp__vec rest = pfp__vec_fma_n(x, n, -0.693145752f);
    rest = pfp__vec_fma_n(rest, n, -1.42860677e-6f);

    const pfp__vec rest2 = pfp__vec_mul(rest, rest);
    const pfp__vec even = pfp__vec_fma_n(pfp__vec_set1(0.499992311f), rest2, 0.0418901555f);
    const pfp__vec odd = pfp__vec_fma_n(pfp__vec_set1(0.166671142f), rest2, 0.00831252057f);
    const pfp__vec curve = pfp__vec_fma(even, rest, odd);
    const pfp__vec value = pfp__vec_add(pfp__vec_set1(1.0f), pfp__vec_fma(rest, rest2, curve));

    const pfp__ivec exponent = pfp__ivec_to_exponent(pfp__vec_bits(shifted));
    return pfp__ivec_floats(pfp__ivec_add(pfp__vec_bits(value), exponent));
}

/**
 * log(x) for FLT_MIN <= x <= FLT_MAX: x = 2^n * (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)),
 * log(1 + f) = f - f^2/2 + f^3*P(f). log(1) is 0.
 */
PFP_INLINE pfp__vec pfp__vec_log(pfp__vec x) {
    const pfp__ivec bits = pfp__vec_bits(x);
    const pfp__ivec root_half = pfp__ivec_set1(0x3f3504f3);
    const pfp__ivec n = pfp__ivec_from_exponent(pfp__ivec_sub(bits, root_half));
    const pfp__vec mantissa = pfp__ivec_floats(pfp__ivec_sub(bits, pfp__ivec_to_exponent(n)));
    const pfp__vec f = pfp__vec_sub(mantissa, pfp__vec_set1(1.0f));

    const pfp__vec f2 = pfp__vec_mul(f, f);
    const pfp__vec f3 = pfp__vec_mul(f2, f);
    pfp__vec low = pfp__vec_fma_n(pfp__vec_set1(0.333339095f), f, -0.250013381f);
    low = pfp__vec_fma_n(low, f2, 0.199630633f);
    pfp__vec high = pfp__vec_fma_n(pfp__vec_set1(-0.165775850f), f, 0.149147674f);
    high = pfp__vec_fma_n(high, f2, -0.142674878f);
    high = pfp__vec_fma_n(high, f3, 0.0870043784f);
    const pfp__vec curve = pfp__vec_fma(low, f3, high);

    const pfp__vec n_float = pfp__ivec_to_float(n);
    /* Small terms first: ln 2 comes in the two parts of exp. */
    pfp__vec small = pfp__vec_mul_n(n_float, 1.42860677e-6f);
    small = pfp__vec_fma(small, f3, curve);
    small = pfp__vec_fma_n(small, f2, -0.5f);
    return pfp__vec_fma_n(pfp__vec_add(f, small), n_float, 0.693145752f);
}

#endif
