#ifndef PFP_KERNELS_DENSE_PANEL_VFP_H
#define PFP_KERNELS_DENSE_PANEL_VFP_H

/*
 * A panel of eight outputs in the registers of the FPU: means in s0 to s7, variances in s8 to s15,
 * weights from s16 on. Where it has no more than four outputs, only these are worked out: means in
 * s0 to s3, variances in s8 to s11. Sums run as in tile_c.h, to the same bits. Lengths are not
 * zero.
 */

#include "kernels/linear/assembly_vfp.h"
#include "pfp/pfp_kernels.h"
#include "vec/inline.h"

enum { PFP_PANEL_VFP = 8, PFP_PANEL_HALF = 4 };

/* clang-format off */
/* Weights from s16 on, of eight outputs or of four, times an input, to the means or variances. */
#define PFP_PANEL_MEANS_HALF(m) PFP_VFMA_4(0, 1, 2, 3, 16, 17, 18, 19, m)
#define PFP_PANEL_MEANS(m) PFP_PANEL_MEANS_HALF(m) PFP_VFMA_4(4, 5, 6, 7, 20, 21, 22, 23, m)
#define PFP_PANEL_VARS(v)                                                                          \
    PFP_VFMA_4(8, 9, 10, 11, 16, 17, 18, 19, v) PFP_VFMA_4(12, 13, 14, 15, 20, 21, 22, 23, v)

/* Weights of four outputs: means to s16 to s19, variances to s24 to s27; between are others'. */
#define PFP_PANEL_LOAD_HALF                                                                        \
    PFP_VLOAD(weights, 16, 27)                                                                     \
    "add %[weights], #16\n\t"
#define PFP_PANEL_VARS_HALF(v) PFP_VFMA_4(8, 9, 10, 11, 24, 25, 26, 27, v)

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
#define PFP_PANEL_GENERAL_HALF(m, v)                                                               \
    PFP_PANEL_LOAD_HALF                                                                            \
    PFP_PANEL_MEANS_HALF(m)                                                                        \
    PFP_VSQUARE_4(16, 17, 18, 19)                                                                  \
    PFP_VFMA_4(8, 9, 10, 11, 16, 17, 18, 19, v)                                                    \
    PFP_VFMA(v, m, m)                                                                              \
    PFP_PANEL_VARS_HALF(v)

/* m -= shift, in s28; mean += mw*m; var += vw*m*m. */
#define PFP_PANEL_DET(m, m2)                                                                       \
    PFP_VSUB(m, 28)                                                                                \
    PFP_VLOAD(weights, 16, 23)                                                                     \
    PFP_PANEL_MEANS(m)                                                                             \
    PFP_VSQUARE(m2, m)                                                                             \
    PFP_VLOAD(weights, 16, 23)                                                                     \
    PFP_PANEL_VARS(m2)
#define PFP_PANEL_DET_HALF(m, m2)                                                                  \
    PFP_VSUB(m, 28)                                                                                \
    PFP_PANEL_LOAD_HALF                                                                            \
    PFP_PANEL_MEANS_HALF(m)                                                                        \
    PFP_VSQUARE(m2, m)                                                                             \
    PFP_PANEL_VARS_HALF(m2)

/* mean += mw*m, for two inputs; weights in s8 to s23. */
#define PFP_PANEL_EXACT_2(m0, m1)                                                                  \
    PFP_VLOAD(weights, 8, 23)                                                                      \
    PFP_VFMA_4(0, 1, 2, 3, 8, 9, 10, 11, m0)                                                       \
    PFP_VFMA_4(4, 5, 6, 7, 12, 13, 14, 15, m0)                                                     \
    PFP_PANEL_MEANS(m1)
#define PFP_PANEL_EXACT_2_HALF(m0, m1)                                                             \
    PFP_VLOAD(weights, 8, 23)                                                                      \
    PFP_VFMA_4(0, 1, 2, 3, 8, 9, 10, 11, m0)                                                       \
    PFP_PANEL_MEANS_HALF(m1)

/*
 * Functions for the outputs of `panel`, 0 to `last` of eight. Inputs are in registers m0, m1 and
 * v0, v1, or squares of m0 and m1 in v0.
 */
#define PFP_PANEL_VFP_GENERAL(name, step, m0, m1, v0, v1, last, last_var)                          \
    PFP_ASSEMBLY void name(size_t len, const float *in_mean, const float *in_var,                  \
                           const float *panel, float *out_mean, float *out_var) {                  \
        size_t twos = len / 2;                                                                     \
        __asm__ volatile(                                                                          \
            PFP_VLOAD(weights, 0, 15)                                                              \
            PFP_SKIP_ZERO(twos, 2)                                                                 \
            PFP_LABEL(1)                                                                           \
            PFP_VLOAD(mean, m0, m1)                                                                \
            PFP_VLOAD(var, v0, v1)                                                                 \
            step(m0, v0)                                                                           \
            step(m1, v1)                                                                           \
            PFP_REPEAT(twos, 1)                                                                    \
            PFP_LABEL(2)                                                                           \
            PFP_SKIP_EVEN(len, twos, 3)                                                            \
            PFP_VLOAD_1(mean, m0)                                                                  \
            PFP_VLOAD_1(var, v0)                                                                   \
            step(m0, v0)                                                                           \
            PFP_LABEL(3)                                                                           \
            PFP_VSTORE_AT(out_mean, 0, last)                                                       \
            PFP_VSTORE_AT(out_var, 8, last_var)                                                    \
            : [weights] "+&r"(panel), [mean] "+&r"(in_mean), [var] "+&r"(in_var),                  \
              [twos] "+&r"(twos)                                                                   \
            : [len] "r"(len), [out_mean] "r"(out_mean), [out_var] "r"(out_var)                     \
            : PFP_VFP_REGISTERS, "cc", "memory");                                                  \
    }

/* The same over `planes` planes of `len` exact inputs. */
#define PFP_PANEL_VFP_DET(name, step, m0, m1, v0, last, last_var)                                  \
    PFP_ASSEMBLY void name(size_t planes, size_t len, const float *in, const float *shift,         \
                           const float *panel, float *out_mean, float *out_var) {                  \
        size_t twos;                                                                               \
        __asm__ volatile(                                                                          \
            PFP_VLOAD(weights, 0, 15)                                                              \
            PFP_LABEL(1)                                                                           \
            PFP_VLOAD_1(shift, 28)                                                                 \
            PFP_HALVE_OR_SKIP(twos, len, 3)                                                        \
            PFP_LABEL(2)                                                                           \
            PFP_VLOAD(in, m0, m1)                                                                  \
            step(m0, v0)                                                                           \
            step(m1, v0)                                                                           \
            PFP_REPEAT(twos, 2)                                                                    \
            PFP_LABEL(3)                                                                           \
            PFP_SKIP_EVEN(len, twos, 4)                                                            \
            PFP_VLOAD_1(in, m0)                                                                    \
            step(m0, v0)                                                                           \
            PFP_LABEL(4)                                                                           \
            PFP_REPEAT(planes, 1)                                                                  \
            PFP_VSTORE_AT(out_mean, 0, last)                                                       \
            PFP_VSTORE_AT(out_var, 8, last_var)                                                    \
            : [weights] "+&r"(panel), [in] "+&r"(in), [shift] "+&r"(shift),                        \
              [planes] "+&r"(planes), [twos] "=&r"(twos)                                           \
            : [len] "r"(len), [out_mean] "r"(out_mean), [out_var] "r"(out_var)                     \
            : PFP_VFP_REGISTERS, "cc", "memory");                                                  \
    }

/* The same of exact inputs and weights, which are those of one input from `means` on. */
#define PFP_PANEL_VFP_EXACT(name, step_2, means, last)                                             \
    PFP_ASSEMBLY void name(size_t len, const float *in, const float *panel, float *out) {          \
        size_t fours = len / 4, rest = len % 4;                                                    \
        __asm__ volatile(                                                                          \
            PFP_VLOAD(weights, 0, 7)                                                               \
            PFP_SKIP_ZERO(fours, 2)                                                                \
            PFP_LABEL(1)                                                                           \
            PFP_VLOAD(in, 24, 27)                                                                  \
            step_2(24, 25)                                                                         \
            step_2(26, 27)                                                                         \
            PFP_REPEAT(fours, 1)                                                                   \
            PFP_LABEL(2)                                                                           \
            PFP_SKIP_ZERO(rest, 4)                                                                 \
            PFP_LABEL(3)                                                                           \
            PFP_VLOAD_1(in, 24)                                                                    \
            PFP_VLOAD(weights, 16, 23)                                                             \
            means(24)                                                                              \
            PFP_REPEAT(rest, 3)                                                                    \
            PFP_LABEL(4)                                                                           \
            PFP_VSTORE_AT(out, 0, last)                                                            \
            : [weights] "+&r"(panel), [in] "+&r"(in), [fours] "+&r"(fours), [rest] "+&r"(rest)     \
            : [out] "r"(out)                                                                       \
            : PFP_VFP_REGISTERS, "cc", "memory");                                                  \
    }
/* clang-format on */

PFP_PANEL_VFP_GENERAL(pfp__panel_vfp_general, PFP_PANEL_GENERAL, 24, 25, 26, 27, 7, 15)
PFP_PANEL_VFP_GENERAL(pfp__half_vfp_general, PFP_PANEL_GENERAL_HALF, 4, 5, 6, 7, 3, 11)
PFP_PANEL_VFP_DET(pfp__panel_vfp_det, PFP_PANEL_DET, 24, 25, 26, 7, 15)
PFP_PANEL_VFP_DET(pfp__half_vfp_det, PFP_PANEL_DET_HALF, 4, 5, 6, 3, 11)
PFP_PANEL_VFP_EXACT(pfp__panel_vfp_exact, PFP_PANEL_EXACT_2, PFP_PANEL_MEANS, 7)
PFP_PANEL_VFP_EXACT(pfp__half_vfp_exact, PFP_PANEL_EXACT_2_HALF, PFP_PANEL_MEANS_HALF, 3)

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
