#ifndef PFP_KERNELS_DENSE_PANEL_VFP_H
#define PFP_KERNELS_DENSE_PANEL_VFP_H

/*
 * A panel of eight outputs in the registers of the FPU: means in s0 to s7, variances in s8 to s15,
 * weights from s16 on. Sums run as in tile_c.h, to the same bits. Lengths are not zero.
 */

#include "kernels/linear/assembly_vfp.h"
#include "pfp/pfp_kernels.h"
#include "vec/inline.h"

enum { PFP_PANEL_VFP = 8 };

/* The weights from s16 on, times an input, to the means or the variances. */
#define PFP_PANEL_MEANS(m)                                                                         \
    PFP_VFMA_4(0, 1, 2, 3, 16, 17, 18, 19, m) PFP_VFMA_4(4, 5, 6, 7, 20, 21, 22, 23, m)
#define PFP_PANEL_VARS(v)                                                                          \
    PFP_VFMA_4(8, 9, 10, 11, 16, 17, 18, 19, v) PFP_VFMA_4(12, 13, 14, 15, 20, 21, 22, 23, v)

/* mean += mw*m; var += mw*mw*v; var += vw*(v + m*m). Registers m and v; v is lost. */
#define PFP_PANEL_GENERAL(m, v)                                                                    \
    PFP_VLOAD(weights, 16, 23)                                                                     \
    PFP_PANEL_MEANS(m)                                                                             \
    PFP_VSQUARE_4(16, 17, 18, 19)                                                                  \
    PFP_VSQUARE_4(20, 21, 22, 23)                                                                  \
    PFP_PANEL_VARS(v)                                                                              \
    PFP_VFMA(v, m, m)                                                                              \
    PFP_VLOAD(weights, 16, 23)                                                                     \
    PFP_PANEL_VARS(v)

/* m -= shift, in s28; mean += mw*m; var += vw*m*m. */
#define PFP_PANEL_DET(m, m2)                                                                       \
    PFP_VSUB(m, 28)                                                                                \
    PFP_VLOAD(weights, 16, 23)                                                                     \
    PFP_PANEL_MEANS(m)                                                                             \
    PFP_VSQUARE(m2, m)                                                                             \
    PFP_VLOAD(weights, 16, 23)                                                                     \
    PFP_PANEL_VARS(m2)

/* mean += mw*m, for two inputs; weights in s8 to s23. */
#define PFP_PANEL_EXACT_2(m0, m1)                                                                  \
    PFP_VLOAD(weights, 8, 23)                                                                      \
    PFP_VFMA_4(0, 1, 2, 3, 8, 9, 10, 11, m0)                                                       \
    PFP_VFMA_4(4, 5, 6, 7, 12, 13, 14, 15, m0)                                                     \
    PFP_PANEL_MEANS(m1)

/* clang-format off */

/* The eight outputs of `panel`. */
PFP_ASSEMBLY void pfp__panel_vfp_general(size_t len, const float *in_mean, const float *in_var,
                                        const float *panel, float *out_mean, float *out_var) {
    size_t twos = len / 2;
    __asm__ volatile(
        PFP_VLOAD(weights, 0, 15)
        PFP_SKIP_ZERO(twos, 2)
        PFP_LABEL(1)
        PFP_VLOAD(mean, 24, 25)
        PFP_VLOAD(var, 26, 27)
        PFP_PANEL_GENERAL(24, 26)
        PFP_PANEL_GENERAL(25, 27)
        PFP_REPEAT(twos, 1)
        PFP_LABEL(2)
        PFP_SKIP_EVEN(len, twos, 3)
        PFP_VLOAD_1(mean, 24)
        PFP_VLOAD_1(var, 26)
        PFP_PANEL_GENERAL(24, 26)
        PFP_LABEL(3)
        PFP_VSTORE_AT(out_mean, 0, 7)
        PFP_VSTORE_AT(out_var, 8, 15)
        : [weights] "+&r"(panel), [mean] "+&r"(in_mean), [var] "+&r"(in_var), [twos] "+&r"(twos)
        : [len] "r"(len), [out_mean] "r"(out_mean), [out_var] "r"(out_var)
        : PFP_VFP_REGISTERS, "cc", "memory");
}

/* The same over `planes` planes of `len` exact inputs. */
PFP_ASSEMBLY void pfp__panel_vfp_det(size_t planes, size_t len, const float *in, const float *shift,
                                    const float *panel, float *out_mean, float *out_var) {
    size_t twos;
    __asm__ volatile(
        PFP_VLOAD(weights, 0, 15)
        PFP_LABEL(1)
        PFP_VLOAD_1(shift, 28)
        PFP_HALVE_OR_SKIP(twos, len, 3)
        PFP_LABEL(2)
        PFP_VLOAD(in, 24, 25)
        PFP_PANEL_DET(24, 26)
        PFP_PANEL_DET(25, 26)
        PFP_REPEAT(twos, 2)
        PFP_LABEL(3)
        PFP_SKIP_EVEN(len, twos, 4)
        PFP_VLOAD_1(in, 24)
        PFP_PANEL_DET(24, 26)
        PFP_LABEL(4)
        PFP_REPEAT(planes, 1)
        PFP_VSTORE_AT(out_mean, 0, 7)
        PFP_VSTORE_AT(out_var, 8, 15)
        : [weights] "+&r"(panel), [in] "+&r"(in), [shift] "+&r"(shift), [planes] "+&r"(planes),
          [twos] "=&r"(twos)
        : [len] "r"(len), [out_mean] "r"(out_mean), [out_var] "r"(out_var)
        : PFP_VFP_REGISTERS, "cc", "memory");
}

/* The same of exact inputs and weights. */
PFP_ASSEMBLY void pfp__panel_vfp_exact(size_t len, const float *in, const float *panel, float *out) {
    size_t fours = len / 4, rest = len % 4;
    __asm__ volatile(
        PFP_VLOAD(weights, 0, 7)
        PFP_SKIP_ZERO(fours, 2)
        PFP_LABEL(1)
        PFP_VLOAD(in, 24, 27)
        PFP_PANEL_EXACT_2(24, 25)
        PFP_PANEL_EXACT_2(26, 27)
        PFP_REPEAT(fours, 1)
        PFP_LABEL(2)
        PFP_SKIP_ZERO(rest, 4)
        PFP_LABEL(3)
        PFP_VLOAD_1(in, 24)
        PFP_VLOAD(weights, 16, 23)
        PFP_PANEL_MEANS(24)
        PFP_REPEAT(rest, 3)
        PFP_LABEL(4)
        PFP_VSTORE_AT(out, 0, 7)
        : [weights] "+&r"(panel), [in] "+&r"(in), [fours] "+&r"(fours), [rest] "+&r"(rest)
        : [out] "r"(out)
        : PFP_VFP_REGISTERS, "cc", "memory");
}
/* clang-format on */

/* Where eight outputs go: to their places, or beside where a last panel has fewer of them. */
typedef struct pfp__panel_out {
    float mean[PFP_PANEL_VFP], var[PFP_PANEL_VFP];
} pfp__panel_out;

PFP_INLINE void pfp__panel_out_copy(const float *from, size_t len, float *to) {
    for (size_t i = 0; i < len; i++) {
        to[i] = from[i];
    }
}

#endif
