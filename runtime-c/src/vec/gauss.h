#ifndef PFP_VEC_GAUSS_H
#define PFP_VEC_GAUSS_H

/**
 * Moments of relu and of the larger of two, for four Gaussians at a time (docs/math.md).
 * No second moments are subtracted, and a variance never comes out negative.
 * Include after a vec header.
 */

#include <float.h>

#include "inline.h"
#include "tail.h"

/** A larger sum of two variances, infinity included, is taken as this one. */
#define PFP_VAR_MAX 1.70141183e38f

typedef struct pfp__gauss {
    pfp__vec mean;
    pfp__vec var;
} pfp__gauss;

/** The first `lanes` of four, the others zero; a constant 4 costs plain loads. */
PFP_INLINE pfp__gauss pfp__gauss_load(const float *mean, const float *var, size_t lanes) {
    pfp__gauss x;
    x.mean = lanes == 4 ? pfp__vec_load(mean) : pfp__vec_load_first(mean, lanes);
    x.var = lanes == 4 ? pfp__vec_load(var) : pfp__vec_load_first(var, lanes);
    return x;
}

PFP_INLINE void pfp__gauss_store(float *mean, float *var, pfp__gauss x, size_t lanes) {
    if (lanes == 4) {
        pfp__vec_store(mean, x.mean);
        pfp__vec_store(var, x.var);
    } else {
        pfp__vec_store_first(mean, x.mean, lanes);
        pfp__vec_store_first(var, x.var, lanes);
    }
}

/** A distance from zero in standard deviations: |mean| / sqrt(var), at most PFP_TAIL_END. */
PFP_INLINE pfp__vec pfp__gauss_distance(pfp__vec mean, pfp__vec rsqrt_var) {
    const pfp__vec t = pfp__vec_mul(pfp__vec_abs(mean), rsqrt_var);
    return pfp__vec_min(t, pfp__vec_set1(PFP_TAIL_END));
}

/**
 * max(x, 0): mean = max(m,0) + sd*r, var = v*(Phi(a) - r*(t + r)), a = m/sd, t = |a|.
 * With v below FLT_MIN, 1/sd is that of FLT_MIN: finite, so that v = 0 gives sd = 0 and max(m,0).
 */
PFP_INLINE pfp__gauss pfp__gauss_relu(pfp__gauss x, enum pfp__tier tier) {
    const pfp__vec zero = pfp__vec_set1(0.0f);
    const pfp__vec rsqrt = pfp__vec_rsqrt(pfp__vec_max(x.var, pfp__vec_set1(FLT_MIN)), tier);
    const pfp__vec sd = pfp__vec_mul(x.var, rsqrt);
    const pfp__vec t = pfp__gauss_distance(x.mean, rsqrt);
    const pfp__tail tail = pfp__tail_at(t, tier);
    const pfp__vec phi = pfp__vec_select(pfp__vec_greater(zero, x.mean), tail.q,
                                         pfp__vec_sub(pfp__vec_set1(1.0f), tail.q));
    pfp__gauss y;
    y.mean = pfp__vec_fma(pfp__vec_max(x.mean, zero), sd, tail.r);
    y.var = pfp__vec_mul(x.var, pfp__vec_fms(phi, tail.r, pfp__vec_add(t, tail.r)));
    return y;
}

/**
 * The larger of two independent Gaussians (Clark 1961), where big.mean >= small.mean:
 * mean = m_big + A*r, var = v_big + (v_small - v_big)*Q - A^2*r*(t + r), A^2 = v_big + v_small,
 * t = (m_big - m_small)/A.
 */
PFP_INLINE pfp__gauss pfp__gauss_max(pfp__gauss big, pfp__gauss small, enum pfp__tier tier) {
    const pfp__vec sum = pfp__vec_min(pfp__vec_add(big.var, small.var), pfp__vec_set1(PFP_VAR_MAX));
    const pfp__vec rsqrt = pfp__vec_rsqrt(pfp__vec_max(sum, pfp__vec_set1(FLT_MIN)), tier);
    const pfp__vec sd = pfp__vec_mul(sum, rsqrt);
    const pfp__vec t = pfp__gauss_distance(pfp__vec_sub(big.mean, small.mean), rsqrt);
    const pfp__tail tail = pfp__tail_at(t, tier);
    const pfp__vec mixed = pfp__vec_fma(big.var, pfp__vec_sub(small.var, big.var), tail.q);
    pfp__gauss y;
    y.mean = pfp__vec_fma(big.mean, sd, tail.r);
    y.var = pfp__vec_fms(mixed, sum, pfp__vec_mul(tail.r, pfp__vec_add(t, tail.r)));
    return y;
}

#endif
