#ifndef PFP_KERNELS_RELU_RELU_VFP_H
#define PFP_KERNELS_RELU_RELU_VFP_H

/* The bodies of the relu kernels for the scalar FPU, two elements at a time. */

#include "vec/scalar.h"
#include "vec/gauss_vfp.h"

/* clang-format off */
/* A function for `twos` times two elements; not zero. */
#define PFP_RELU_VFP(name, tier)                                                                   \
    PFP_ASSEMBLY void name(const pfp__gauss_vfp *k, size_t twos, const float *in_mean,             \
                           const float *in_var, float *out_mean, float *out_var) {                 \
        const float *tail = k->tail;                                                               \
        uint32_t bits;                                                                             \
        __asm__ volatile(                                                                          \
            PFP_LOAD_FIXED                                                                         \
            PFP_LABEL(1)                                                                           \
            PFP_VLOAD(in_mean, 0, 1)                                                               \
            PFP_VLOAD(in_var, 2, 3)                                                                \
            PFP_TWO_RELU(tier)                                                                     \
            PFP_VSTORE(out_mean, 0, 1)                                                             \
            PFP_VSTORE(out_var, 2, 3)                                                              \
            PFP_REPEAT(twos, 1)                                                                    \
            : [in_mean] "+&r"(in_mean), [in_var] "+&r"(in_var), [out_mean] "+&r"(out_mean),        \
              [out_var] "+&r"(out_var), [twos] "+&r"(twos), [tail] "+&r"(tail),                    \
              [bits] "=&r"(bits)                                                                   \
            : [rsqrt] "r"(k->rsqrt), [magic] "r"(PFP_RSQRT_MAGIC)                                  \
            : PFP_VFP_REGISTERS, "cc", "memory");                                                  \
    }
/* clang-format on */

PFP_LONG_ASSEMBLY_BEGIN
PFP_RELU_VFP(pfp__relu_vfp_fast, FAST)
PFP_RELU_VFP(pfp__relu_vfp_accurate, ACCURATE)
PFP_LONG_ASSEMBLY_END

PFP_INLINE void pfp__relu_vfp_twos(enum pfp__tier tier, const pfp__gauss_vfp *k, size_t twos,
                                   const float *in_mean, const float *in_var, float *out_mean,
                                   float *out_var) {
    if (tier == PFP_TIER_FAST) {
        pfp__relu_vfp_fast(k, twos, in_mean, in_var, out_mean, out_var);
    } else {
        pfp__relu_vfp_accurate(k, twos, in_mean, in_var, out_mean, out_var);
    }
}

PFP_INLINE void pfp__relu_vfp(enum pfp__tier tier, size_t len, const float *in_mean,
                              const float *in_var, float *out_mean, float *out_var) {
    const pfp__gauss_vfp k = pfp__gauss_vfp_of(tier);
    const size_t whole = len - len % 2;
    if (whole > 0) {
        pfp__relu_vfp_twos(tier, &k, whole / 2, in_mean, in_var, out_mean, out_var);
    }
    if (whole < len) {
        float mean[2] = {in_mean[whole], 0.0f}, var[2] = {in_var[whole], 0.0f};
        pfp__relu_vfp_twos(tier, &k, 1, mean, var, mean, var);
        out_mean[whole] = mean[0];
        out_var[whole] = var[0];
    }
}

#endif
