#ifndef PFP_VEC_RSQRT_BITS_H
#define PFP_VEC_RSQRT_BITS_H

/**
 * 1/sqrt(x) for FLT_MIN <= x <= FLT_MAX where no instruction estimates it: halving the bit pattern
 * halves the exponent. The first step's three constants were fitted together (Kadlec 2010;
 * Walczyk, Moroz & Cieslinski 2021, "Modified fast inverse square root"): 6.5e-4 relative.
 * Included by a vec header.
 */
#define PFP_RSQRT_MAGIC 0x5f1ffff9
#define PFP_RSQRT_START 2.38924456f
#define PFP_RSQRT_FACTOR 0.703952253f

PFP_INLINE pfp__vec pfp__vec_rsqrt_guess(pfp__vec x) {
    const pfp__ivec magic = pfp__ivec_set1(PFP_RSQRT_MAGIC);
    const pfp__vec y = pfp__ivec_floats(pfp__ivec_sub(magic, pfp__ivec_half(pfp__vec_bits(x))));
    const pfp__vec correction = pfp__vec_fms(pfp__vec_set1(PFP_RSQRT_START), pfp__vec_mul(x, y), y);
    return pfp__vec_mul(pfp__vec_mul_n(y, PFP_RSQRT_FACTOR), correction);
}

/** One Newton step more: 7e-7 relative. */
PFP_INLINE pfp__vec pfp__vec_rsqrt_fast(pfp__vec x) {
    const pfp__vec y = pfp__vec_rsqrt_guess(x);
    const pfp__vec residual = pfp__vec_fms(pfp__vec_set1(1.0f), pfp__vec_mul(x, y), y);
    return pfp__vec_fma(y, pfp__vec_mul_n(y, 0.5f), residual);
}

/** One cubic step more: float rounding, 1.5e-7 relative. */
PFP_INLINE pfp__vec pfp__vec_rsqrt_accurate(pfp__vec x) {
    const pfp__vec y = pfp__vec_rsqrt_guess(x);
    const pfp__vec residual = pfp__vec_fms(pfp__vec_set1(1.0f), pfp__vec_mul(x, y), y);
    const pfp__vec series = pfp__vec_fma_n(pfp__vec_set1(0.5f), residual, 0.375f);
    return pfp__vec_fma(y, pfp__vec_mul(y, residual), series);
}

#endif
