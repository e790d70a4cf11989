#ifndef PFP_KERNELS_LINEAR_TILE_HELIUM_H
#define PFP_KERNELS_LINEAR_TILE_HELIUM_H

/*
 * What Helium's dense layer and convolution share. Multiplying by one input takes it from a core
 * register, so v + m^2 is not worked out there but beforehand, for all inputs, into scratch.
 */

#include <arm_mve.h>
#include <stddef.h>
#include <stdint.h>

#include "vec/inline.h"

/* scratch[k] = var + mean^2 */
PFP_INLINE void pfp__helium_m2(size_t len, const float *in_mean, const float *in_var,
                               float *scratch) {
    for (int32_t left = (int32_t)len; left > 0; left -= 4) {
        const mve_pred16_t some = vctp32q((uint32_t)left);
        const float32x4_t m = vldrwq_z_f32(in_mean, some);
        const float32x4_t v = vldrwq_z_f32(in_var, some);
        vstrwq_p_f32(scratch, vfmaq_f32(v, m, m), some);
        in_mean += 4;
        in_var += 4;
        scratch += 4;
    }
}

typedef struct pfp__helium_pair {
    float first, second;
} pfp__helium_pair;

/*
 * Loads (*from)[0] and (*from)[1] into core registers and steps on by two, in one instruction:
 * compilers take two or three, since they turn such a walk into an index.
 */
PFP_INLINE pfp__helium_pair pfp__helium_next(const float **from) {
    pfp__helium_pair pair;
    const pfp__helium_pair *source = (const pfp__helium_pair *)(const void *)*from;
    __asm__("ldrd %0, %1, [%2], #8"
            : "=&r"(pair.first), "=&r"(pair.second), "+r"(*from)
            : "m"(*source));
    return pair;
}

/*
 * The same of three, into float variables of the core registers `ra` < `rb` < `rc`: compilers form
 * no multiple load of registers that their allocation has not put in order by chance.
 */
#define PFP_HELIUM_NEXT_3(from, a, b, c, ra, rb, rc)                                               \
    register float a __asm__(#ra);                                                                 \
    register float b __asm__(#rb);                                                                 \
    register float c __asm__(#rc);                                                                 \
    __asm__("ldmia %3!, {" #ra ", " #rb ", " #rc "}"                                               \
            : "=r"(a), "=r"(b), "=r"(c), "+r"(from)                                                \
            : "m"(*(const pfp__helium_triple *)(const void *)(from)))

typedef struct pfp__helium_triple {
    float first, second, third;
} pfp__helium_triple;

/* Writes the first min(4, left) lanes. */
PFP_INLINE void pfp__helium_store(float *out, float32x4_t x, size_t left) {
    vstrwq_p_f32(out, x, vctp32q((uint32_t)left));
}

#endif
