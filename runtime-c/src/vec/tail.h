#ifndef PFP_VEC_TAIL_H
#define PFP_VEC_TAIL_H

/**
 * The tail of the normal distribution, for t in [0, PFP_TAIL_END]: with Q(t) = Phi(-t),
 * r(t) = phi(t) - t*Q(t) as a power of a polynomial, and Q = r*G with G another polynomial.
 * Fitted for relative error, which the variance of a nearly dead unit needs (docs/math.md).
 * Include after a vec header.
 */

#include "inline.h"

/** Larger t are taken as this one: the fits end here, and past it Q is below 1e-9. */
#define PFP_TAIL_END 6.0f

/** Precision of the special functions, see docs/math.md. */
enum pfp__tier { PFP_TIER_ACCURATE, PFP_TIER_FAST };

typedef struct pfp__tail {
    pfp__vec r; /**< phi(t) - t*Q(t) */
    pfp__vec q; /**< Phi(-t) */
} pfp__tail;

/*
 * Powers of t shared by both polynomials, not Horner: a fused multiply-add overwrites its addend,
 * so that Horner's rule would cost a register move for every coefficient.
 */

/** p of degree 5, r = p^16; G of degree 4. */
PFP_INLINE pfp__tail pfp__tail_fast(pfp__vec t) {
    const pfp__coefficients k = pfp__coefficients_load(pfp__tail_fast_coefficients);
    const pfp__vec t2 = pfp__vec_mul(t, t);
    const pfp__vec t3 = pfp__vec_mul(t2, t);

    pfp__vec low = pfp__vec_fma_at(pfp__vec_set1_at(k, 0), t, k, 1);
    low = pfp__vec_fma_at(low, t2, k, 2);
    pfp__vec high = pfp__vec_fma_at(pfp__vec_set1_at(k, 3), t, k, 4);
    high = pfp__vec_fma_at(high, t2, k, 5);
    const pfp__vec p = pfp__vec_fma(low, t3, high);

    low = pfp__vec_fma_at(pfp__vec_set1_at(k, 6), t, k, 7);
    low = pfp__vec_fma_at(low, t2, k, 8);
    high = pfp__vec_fma_at(pfp__vec_set1_at(k, 9), t, k, 10);
    const pfp__vec g = pfp__vec_fma(low, t3, high);

    const pfp__vec p2 = pfp__vec_mul(p, p);
    const pfp__vec p4 = pfp__vec_mul(p2, p2);
    const pfp__vec p8 = pfp__vec_mul(p4, p4);
    pfp__tail tail;
    tail.r = pfp__vec_mul(p8, p8);
    tail.q = pfp__vec_mul(tail.r, g);
    return tail;
}

/** p of degree 8, r = p^8; G of degree 7. */
PFP_INLINE pfp__tail pfp__tail_accurate(pfp__vec t) {
    const pfp__coefficients k = pfp__coefficients_load(pfp__tail_accurate_coefficients);
    const pfp__vec t2 = pfp__vec_mul(t, t);
    const pfp__vec t3 = pfp__vec_mul(t2, t);
    const pfp__vec t4 = pfp__vec_mul(t2, t2);

    pfp__vec low = pfp__vec_fma_at(pfp__vec_set1_at(k, 0), t, k, 1);
    low = pfp__vec_fma_at(low, t2, k, 2);
    low = pfp__vec_fma_at(low, t3, k, 3);
    pfp__vec high = pfp__vec_fma_at(pfp__vec_set1_at(k, 4), t, k, 5);
    high = pfp__vec_fma_at(high, t2, k, 6);
    high = pfp__vec_fma_at(high, t3, k, 7);
    high = pfp__vec_fma_at(high, t4, k, 8);
    const pfp__vec p = pfp__vec_fma(low, t4, high);

    low = pfp__vec_fma_at(pfp__vec_set1_at(k, 9), t, k, 10);
    low = pfp__vec_fma_at(low, t2, k, 11);
    low = pfp__vec_fma_at(low, t3, k, 12);
    high = pfp__vec_fma_at(pfp__vec_set1_at(k, 13), t, k, 14);
    high = pfp__vec_fma_at(high, t2, k, 15);
    high = pfp__vec_fma_at(high, t3, k, 16);
    const pfp__vec g = pfp__vec_fma(low, t4, high);

    const pfp__vec p2 = pfp__vec_mul(p, p);
    const pfp__vec p4 = pfp__vec_mul(p2, p2);
    pfp__tail tail;
    tail.r = pfp__vec_mul(p4, p4);
    tail.q = pfp__vec_mul(tail.r, g);
    return tail;
}

PFP_INLINE pfp__tail pfp__tail_at(pfp__vec t, enum pfp__tier tier) {
    return tier == PFP_TIER_FAST ? pfp__tail_fast(t) : pfp__tail_accurate(t);
}

PFP_INLINE pfp__vec pfp__vec_rsqrt(pfp__vec x, enum pfp__tier tier) {
    return tier == PFP_TIER_FAST ? pfp__vec_rsqrt_fast(x) : pfp__vec_rsqrt_accurate(x);
}

#endif
