#ifndef PFP_VEC_FMA_H
#define PFP_VEC_FMA_H

#include "inline.h"

/** Whether the target multiplies and adds with one rounding, in one instruction. */
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA) || defined(__aarch64__) ||                      \
    (defined(__riscv_flen) && __riscv_flen >= 32)
#define PFP_HAS_FMA 1
#else
#define PFP_HAS_FMA 0
#endif

/** a * b + c, rounded once where the hardware can, else twice: never a call into libm. */
PFP_INLINE float pfp__fmaf(float a, float b, float c) {
#if PFP_HAS_FMA && defined(__clang__) && __clang_major__ >= 17
    /* clang calls fmaf, for the sake of errno, unless it is told otherwise; this it does not. */
    return __builtin_elementwise_fma(a, b, c);
#elif PFP_HAS_FMA
    return __builtin_fmaf(a, b, c);
#else
    return a * b + c;
#endif
}

#endif
