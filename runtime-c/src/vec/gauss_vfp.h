#ifndef PFP_VEC_GAUSS_VFP_H
#define PFP_VEC_GAUSS_VFP_H

/*
 * The moments of gauss.h in the registers of the scalar FPU, for two Gaussians A and B at a time:
 * each step of one is followed by that of the other, so that neither waits for its own result. To
 * the bits of gauss.h, but that sums of variances are not clamped: of denormal ones the distance is
 * another, and those past FLT_MAX give a mean that is not finite, for the caller to find.
 *
 * Both have registers of the same names:
 *   m, v      mean and variance of the larger, then of the result
 *   n, w      mean and variance of the smaller; then a distance in sds, and a difference
 *   s, y      sum of the variances, 1/sd and then sd
 *   q, e      powers of the distance; steps of a square root
 *   a b c d   what adds up; a, then, r of tail.h and c its Q
 * s24 to s31, with the fast tier s22 to s31, are constants. Operands: `rsqrt` and `tail` are those
 * of pfp__gauss_vfp, `magic` is PFP_RSQRT_MAGIC, `bits` is scratch.
 */

#include <stdint.h>

#include "kernels/linear/assembly_vfp.h"
#include "vec/coefficients.h"
#include "vec/inline.h"
#include "vec/tail.h"

/* A_m and B_m, A_v and B_v follow each other, to be loaded and stored at once. */
#define PFP_A_m "s0"
#define PFP_A_v "s2"
#define PFP_A_n "s4"
#define PFP_A_w "s5"
#define PFP_A_s "s6"
#define PFP_A_y "s7"
#define PFP_A_q "s8"
#define PFP_A_a "s9"
#define PFP_A_b "s10"
#define PFP_A_c "s11"
#define PFP_A_d "s12"
#define PFP_A_e "s22"
#define PFP_B_m "s1"
#define PFP_B_v "s3"
#define PFP_B_n "s13"
#define PFP_B_w "s14"
#define PFP_B_s "s15"
#define PFP_B_y "s16"
#define PFP_B_q "s17"
#define PFP_B_a "s18"
#define PFP_B_b "s19"
#define PFP_B_c "s20"
#define PFP_B_d "s21"
#define PFP_B_e "s23"

/* Constants of both tiers: of the last step of a square root, of its first, and PFP_TAIL_END. */
#define PFP_K_LAST "s29"
#define PFP_K_FIRST "s30"
#define PFP_K_END "s31"

/* The constants as the steps load them. */
typedef struct pfp__gauss_vfp {
    float fixed[10];    /* to s22 to s31 */
    float rsqrt[3];     /* to a, b, c */
    float tail[4];      /* to a, b, c, d */
    float powers[3][4]; /* accurate: by power of t, for a, b, c, d, to s24 to s27 */
} pfp__gauss_vfp;

PFP_INLINE pfp__gauss_vfp pfp__gauss_vfp_of(enum pfp__tier tier) {
    if (tier == PFP_TIER_FAST) {
        const float *p = pfp__tail_fast_coefficients, *g = p + 6;
        const pfp__gauss_vfp k = {
            {p[1], p[4], g[1], g[4], p[2], p[5], g[2], 0.5f, PFP_RSQRT_FACTOR, PFP_TAIL_END},
            {PFP_RSQRT_START, 1.0f, 0.0f},
            {p[0], p[3], g[0], g[3]},
            {{0.0f}}};
        return k;
    }
    const float *p = pfp__tail_accurate_coefficients, *g = p + 9;
    const pfp__gauss_vfp k = {
        {0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, p[8], 0.375f, PFP_RSQRT_FACTOR, PFP_TAIL_END},
        {PFP_RSQRT_START, 1.0f, 0.5f},
        {p[0], p[4], g[0], g[4]},
        {{p[1], p[5], g[1], g[5]}, {p[2], p[6], g[2], g[6]}, {p[3], p[7], g[3], g[7]}}};
    return k;
}

/* clang-format off */
/* An operation of both, the last operand of each its own or a constant of both. */
#define PFP_TWO(op, x, y, z)                                                                       \
    op ".f32 " PFP_A_##x ", " PFP_A_##y ", " PFP_A_##z "\n\t"                                      \
    op ".f32 " PFP_B_##x ", " PFP_B_##y ", " PFP_B_##z "\n\t"
#define PFP_TWO_K(op, x, y, k)                                                                     \
    op ".f32 " PFP_A_##x ", " PFP_A_##y ", " k "\n\t"                                              \
    op ".f32 " PFP_B_##x ", " PFP_B_##y ", " k "\n\t"

/* y = op(x); y = k, of both. */
#define PFP_TWO_OF(op, y, x)                                                                       \
    op ".f32 " PFP_A_##y ", " PFP_A_##x "\n\t"                                                     \
    op ".f32 " PFP_B_##y ", " PFP_B_##x "\n\t"
#define PFP_TWO_SET(y, k)                                                                          \
    "vmov.f32 " PFP_A_##y ", #" k "\n\t"                                                           \
    "vmov.f32 " PFP_B_##y ", #" k "\n\t"

/* Loads registers from `first` to `last`, of both the same. */
#define PFP_TWO_LOAD(from, first, last)                                                            \
    "vldmia %[" #from "], {" PFP_A_##first "-" PFP_A_##last "}\n\t"                                \
    "vldmia %[" #from "], {" PFP_B_##first "-" PFP_B_##last "}\n\t"

/* Loads the fixed constants, which lie before operand rsqrt. */
#define PFP_LOAD_FIXED                                                                             \
    "sub %[bits], %[rsqrt], #40\n\t"                                                               \
    "vldmia %[bits], {s22-s31}\n\t"

/* y = 1/sqrt(x), as in rsqrt_bits.h; q, a, b, c are lost. */
#define PFP_RSQRT_BITS(y, x)                                                                       \
    "vmov %[bits], " x "\n\t"                                                                      \
    "sub %[bits], %[magic], %[bits], lsr #1\n\t"                                                   \
    "vmov " y ", %[bits]\n\t"
#define PFP_TWO_RSQRT_BEGIN(x)                                                                     \
    PFP_RSQRT_BITS(PFP_A_y, PFP_A_##x)                                                             \
    PFP_RSQRT_BITS(PFP_B_y, PFP_B_##x)                                                             \
    PFP_TWO("vmul", q, x, y)                                                                       \
    PFP_TWO_LOAD(rsqrt, a, c)                                                                      \
    PFP_TWO("vfms", a, q, y)                                                                       \
    PFP_TWO_K("vmul", y, y, PFP_K_FIRST)                                                           \
    PFP_TWO("vmul", y, y, a)                                                                       \
    PFP_TWO("vmul", q, x, y)                                                                       \
    PFP_TWO("vfms", b, q, y)
#define PFP_TWO_RSQRT_FAST(x)                                                                      \
    PFP_TWO_RSQRT_BEGIN(x)                                                                         \
    PFP_TWO_K("vmul", q, y, PFP_K_LAST)                                                            \
    PFP_TWO("vfma", y, q, b)
#define PFP_TWO_RSQRT_ACCURATE(x)                                                                  \
    PFP_TWO_RSQRT_BEGIN(x)                                                                         \
    PFP_TWO_K("vfma", c, b, PFP_K_LAST)                                                            \
    PFP_TWO("vmul", q, y, b)                                                                       \
    PFP_TWO("vfma", y, q, c)

/* n = min(|x| * y, PFP_TAIL_END), the end where it is not a number. */
#define PFP_LIMIT(n)                                                                               \
    "vcmp.f32 " n ", " PFP_K_END "\n\t"                                                            \
    "vmrs APSR_nzcv, fpscr\n\t"                                                                    \
    "it pl\n\t"                                                                                    \
    "vmovpl.f32 " n ", " PFP_K_END "\n\t"
#define PFP_TWO_DISTANCE(x)                                                                        \
    PFP_TWO_OF("vabs", n, x)                                                                       \
    PFP_TWO("vmul", n, n, y)                                                                       \
    PFP_LIMIT(PFP_A_n)                                                                             \
    PFP_LIMIT(PFP_B_n)

/* a = r(n), c = Q(n), as in tail.h; q, e, b, d are lost. */
#define PFP_TWO_TAIL_FAST                                                                          \
    PFP_TWO("vmul", q, n, n)                                                                       \
    PFP_TWO_LOAD(tail, a, d)                                                                       \
    PFP_TWO_K("vfma", a, n, "s22")                                                                 \
    PFP_TWO_K("vfma", b, n, "s23")                                                                 \
    PFP_TWO_K("vfma", c, n, "s24")                                                                 \
    PFP_TWO_K("vfma", d, n, "s25")                                                                 \
    PFP_TWO_K("vfma", a, q, "s26")                                                                 \
    PFP_TWO_K("vfma", b, q, "s27")                                                                 \
    PFP_TWO_K("vfma", c, q, "s28")                                                                 \
    PFP_TWO("vmul", q, q, n)                                                                       \
    PFP_TWO("vfma", a, q, b)                                                                       \
    PFP_TWO("vfma", c, q, d)                                                                       \
    PFP_TWO("vmul", a, a, a)                                                                       \
    PFP_TWO("vmul", a, a, a)                                                                       \
    PFP_TWO("vmul", a, a, a)                                                                       \
    PFP_TWO("vmul", a, a, a)                                                                       \
    PFP_TWO("vmul", c, a, c)
#define PFP_TWO_POWER(x)                                                                           \
    PFP_VLOAD(tail, 24, 27)                                                                        \
    PFP_TWO_K("vfma", a, x, "s24")                                                                 \
    PFP_TWO_K("vfma", b, x, "s25")                                                                 \
    PFP_TWO_K("vfma", c, x, "s26")                                                                 \
    PFP_TWO_K("vfma", d, x, "s27")
#define PFP_TWO_TAIL_ACCURATE                                                                      \
    PFP_TWO("vmul", q, n, n)                                                                       \
    PFP_TWO("vmul", e, q, n)                                                                       \
    PFP_TWO_LOAD(tail, a, d)                                                                       \
    "add %[tail], #16\n\t"                                                                         \
    PFP_TWO_POWER(n)                                                                               \
    PFP_TWO_POWER(q)                                                                               \
    PFP_TWO_POWER(e)                                                                               \
    "sub %[tail], #64\n\t"                                                                         \
    PFP_TWO("vmul", q, q, q)                                                                       \
    PFP_TWO_K("vfma", b, q, "s28")                                                                 \
    PFP_TWO("vfma", a, q, b)                                                                       \
    PFP_TWO("vfma", c, q, d)                                                                       \
    PFP_TWO("vmul", a, a, a)                                                                       \
    PFP_TWO("vmul", a, a, a)                                                                       \
    PFP_TWO("vmul", a, a, a)                                                                       \
    PFP_TWO("vmul", c, a, c)

/* (m, v) = the larger of (m, v) and (n, w), where m >= n. */
#define PFP_TWO_MAX(tier)                                                                          \
    PFP_TWO("vadd", s, v, w)                                                                       \
    PFP_TWO("vsub", n, m, n)                                                                       \
    PFP_TWO("vsub", w, w, v)                                                                       \
    PFP_TWO_RSQRT_##tier(s)                                                                        \
    PFP_TWO_DISTANCE(n)                                                                            \
    PFP_TWO("vmul", y, s, y)                                                                       \
    PFP_TWO_TAIL_##tier                                                                            \
    PFP_TWO("vfma", v, w, c)                                                                       \
    PFP_TWO("vadd", n, n, a)                                                                       \
    PFP_TWO("vmul", n, a, n)                                                                       \
    PFP_TWO("vfms", v, s, n)                                                                       \
    PFP_TWO("vfma", m, y, a)

/* b = Phi, whose other side is c; a mean below zero becomes zero. */
#define PFP_SIDE(m, b, c)                                                                          \
    "vcmp.f32 " m ", #0.0\n\t"                                                                     \
    "vmrs APSR_nzcv, fpscr\n\t"                                                                    \
    "itt mi\n\t"                                                                                   \
    "vmovmi.f32 " b ", " c "\n\t"                                                                  \
    "vmovmi " m ", %[bits]\n\t"

/* (m, v) = relu of (m, v). */
#define PFP_TWO_RELU(tier)                                                                         \
    PFP_TWO_RSQRT_##tier(v)                                                                        \
    PFP_TWO_DISTANCE(m)                                                                            \
    PFP_TWO("vmul", y, v, y)                                                                       \
    PFP_TWO_TAIL_##tier                                                                            \
    PFP_TWO_SET(b, "1.0")                                                                          \
    PFP_TWO("vsub", b, b, c)                                                                       \
    "mov %[bits], #0\n\t"                                                                          \
    PFP_SIDE(PFP_A_m, PFP_A_b, PFP_A_c)                                                            \
    PFP_SIDE(PFP_B_m, PFP_B_b, PFP_B_c)                                                            \
    PFP_TWO("vadd", n, n, a)                                                                       \
    PFP_TWO("vfms", b, a, n)                                                                       \
    PFP_TWO("vfma", m, y, a)                                                                       \
    PFP_TWO("vmul", v, v, b)

/*
 * bits = twice those of the sum of both means: from PFP_NOT_FINITE on one of them may be infinite
 * or not a number.
 */
#define PFP_NOT_FINITE 0xff000000u
#define PFP_TWO_CHECK                                                                              \
    "vadd.f32 " PFP_A_n ", " PFP_A_m ", " PFP_B_m "\n\t"                                           \
    "vmov %[bits], " PFP_A_n "\n\t"                                                                \
    "lsl %[bits], %[bits], #1\n\t"
/* clang-format on */

#endif
