#ifndef PFP_KERNELS_MAXPOOL2D_WINDOWS_VFP_H
#define PFP_KERNELS_MAXPOOL2D_WINDOWS_VFP_H

/*
 * Clark's max over windows of two by two, two windows at a time in the registers of the scalar FPU:
 * that of window_2x2.h, to the same bits but for what gauss_vfp.h says of denormal sums.
 */

#include "vec/scalar.h"
#include "kernels/maxpool2d/maxpool2d.h"
#include "vec/gauss_vfp.h"

/*
 * Four windows side by side have their elements in an array [row][moment][column][window]: means
 * are moment 0, variances moment 1.
 */
enum { PFP_WINDOWS_VFP_LEN = 2 * 2 * 2 * 4 };

/* clang-format off */
/* Bytes from the first mean to those of elements a, b, c and d; and from a mean to its variance. */
#define PFP_AT_a "0"
#define PFP_AT_b "16"
#define PFP_AT_c "64"
#define PFP_AT_d "80"
#define PFP_AT_var "+32"

/* Loads register `x` of window `win`, A or B, from behind the address in one of its operands. */
#define PFP_FROM(win, x, operand, bytes)                                                           \
    "vldr " PFP_##win##_##x ", [%[" #operand "_" #win "], #" bytes "]\n\t"

/* On to a label where y > x, of the means of window `win`. */
#define PFP_IF_LARGER(win, y, x, label)                                                            \
    "vcmp.f32 " PFP_##win##_##y ", " PFP_##win##_##x "\n\t"                                        \
    "vmrs APSR_nzcv, fpscr\n\t"                                                                    \
    "bgt " label "f\n\t"

/*
 * Elements in order of falling mean: the first two to their registers, the addresses of the others
 * to the operands third_A or _B, and fourth_A or _B.
 */
#define PFP_ORDER(win, x1, x2, x3, x4)                                                             \
    PFP_FROM(win, m, fourth, PFP_AT_##x1)                                                          \
    PFP_FROM(win, v, fourth, PFP_AT_##x1 PFP_AT_var)                                               \
    PFP_FROM(win, n, fourth, PFP_AT_##x2)                                                          \
    PFP_FROM(win, w, fourth, PFP_AT_##x2 PFP_AT_var)                                               \
    "add %[third_" #win "], %[fourth_" #win "], #" PFP_AT_##x3 "\n\t"                              \
    "add %[fourth_" #win "], #" PFP_AT_##x4 "\n\t"                                                 \
    "b 9f\n\t"

/* Merges x1 >= x2 and y1 >= y2; an x goes before a y of the same mean. */
#define PFP_MERGE(win, x1, x2, y1, y2)                                                             \
    PFP_IF_LARGER(win, y1, x1, "3")                                                                \
    PFP_IF_LARGER(win, y1, x2, "4")                                                                \
    PFP_ORDER(win, x1, x2, y1, y2)                                                                 \
    PFP_LABEL(4)                                                                                   \
    PFP_IF_LARGER(win, y2, x2, "5")                                                                \
    PFP_ORDER(win, x1, y1, x2, y2)                                                                 \
    PFP_LABEL(5)                                                                                   \
    PFP_ORDER(win, x1, y1, y2, x2)                                                                 \
    PFP_LABEL(3)                                                                                   \
    PFP_IF_LARGER(win, y2, x1, "4")                                                                \
    PFP_IF_LARGER(win, y2, x2, "5")                                                                \
    PFP_ORDER(win, y1, x1, x2, y2)                                                                 \
    PFP_LABEL(5)                                                                                   \
    PFP_ORDER(win, y1, x1, y2, x2)                                                                 \
    PFP_LABEL(4)                                                                                   \
    PFP_ORDER(win, y1, y2, x1, x2)

/* Sorts window `win`, whose first mean is at operand fourth_A or _B. */
#define PFP_SORT(win)                                                                              \
    PFP_FROM(win, a, fourth, PFP_AT_a)                                                             \
    PFP_FROM(win, b, fourth, PFP_AT_b)                                                             \
    PFP_FROM(win, c, fourth, PFP_AT_c)                                                             \
    PFP_FROM(win, d, fourth, PFP_AT_d)                                                             \
    PFP_IF_LARGER(win, b, a, "1")                                                                  \
    PFP_IF_LARGER(win, d, c, "2")                                                                  \
    PFP_MERGE(win, a, b, c, d)                                                                     \
    PFP_LABEL(2)                                                                                   \
    PFP_MERGE(win, a, b, d, c)                                                                     \
    PFP_LABEL(1)                                                                                   \
    PFP_IF_LARGER(win, d, c, "2")                                                                  \
    PFP_MERGE(win, b, a, c, d)                                                                     \
    PFP_LABEL(2)                                                                                   \
    PFP_MERGE(win, b, a, d, c)                                                                     \
    PFP_LABEL(9)

/* The next element of both windows, third or fourth. */
#define PFP_NEXT(place)                                                                            \
    PFP_FROM(A, n, place, "0")                                                                     \
    PFP_FROM(A, w, place, "0" PFP_AT_var)                                                          \
    PFP_FROM(B, n, place, "0")                                                                     \
    PFP_FROM(B, w, place, "0" PFP_AT_var)

/*
 * A function for the window that begins at `windows` and the next one: whether both outcomes are
 * finite; else one of them may have to be done again.
 */
#define PFP_WINDOWS(name, tier, end)                                                               \
    PFP_ASSEMBLY int name(const pfp__gauss_vfp *k, const float *windows, float *mean, float *var) {\
        const float *third_A, *third_B;                                                            \
        const float *fourth_A = windows, *fourth_B = windows + 1;                                  \
        const float *tail = k->tail;                                                               \
        uint32_t bits;                                                                             \
        __asm__ volatile(                                                                          \
            PFP_SORT(A)                                                                            \
            PFP_SORT(B)                                                                            \
            PFP_LOAD_FIXED                                                                         \
            PFP_TWO_MAX(tier)                                                                      \
            PFP_NEXT(third)                                                                        \
            PFP_TWO_MAX(tier)                                                                      \
            PFP_NEXT(fourth)                                                                       \
            PFP_TWO_MAX(tier)                                                                      \
            end                                                                                    \
            PFP_VSTORE_AT(mean, 0, 1)                                                              \
            PFP_VSTORE_AT(var, 2, 3)                                                               \
            PFP_TWO_CHECK                                                                          \
            : [third_A] "=&r"(third_A), [third_B] "=&r"(third_B), [fourth_A] "+&r"(fourth_A),      \
              [fourth_B] "+&r"(fourth_B), [tail] "+&r"(tail), [bits] "=&r"(bits)                   \
            : [rsqrt] "r"(k->rsqrt), [mean] "r"(mean), [var] "r"(var), [magic] "r"(PFP_RSQRT_MAGIC)\
            : PFP_VFP_REGISTERS, "cc", "memory");                                                  \
        return bits < PFP_NOT_FINITE;                                                              \
    }
/* clang-format on */

PFP_LONG_ASSEMBLY_BEGIN
PFP_WINDOWS(pfp__windows_vfp_fast, FAST, "")
PFP_WINDOWS(pfp__windows_vfp_fast_relu, FAST, PFP_TWO_RELU(FAST))
PFP_WINDOWS(pfp__windows_vfp_accurate, ACCURATE, "")
PFP_WINDOWS(pfp__windows_vfp_accurate_relu, ACCURATE, PFP_TWO_RELU(ACCURATE))
PFP_LONG_ASSEMBLY_END

PFP_INLINE int pfp__windows_vfp_two(enum pfp__tier tier, enum pfp__pool_end end,
                                    const pfp__gauss_vfp *k, const float *windows, float *mean,
                                    float *var) {
    if (tier == PFP_TIER_FAST) {
        return end == PFP_POOL_RELU ? pfp__windows_vfp_fast_relu(k, windows, mean, var)
                                    : pfp__windows_vfp_fast(k, windows, mean, var);
    }
    return end == PFP_POOL_RELU ? pfp__windows_vfp_accurate_relu(k, windows, mean, var)
                                : pfp__windows_vfp_accurate(k, windows, mean, var);
}

/* One window in C, whose sums of variances are clamped. */
PFP_OUTLINE void pfp__window_vfp_clamped(enum pfp__tier tier, enum pfp__pool_end end,
                                         const float *window, float *mean, float *var) {
    const pfp__gauss a = {window[0], window[8]}, b = {window[4], window[12]};
    const pfp__gauss c = {window[16], window[24]}, d = {window[20], window[28]};
    pfp__gauss largest = pfp__window_2x2_fold(tier, a, b, c, d);
    largest = end == PFP_POOL_RELU ? pfp__gauss_relu(largest, tier) : largest;
    *mean = largest.mean;
    *var = largest.var;
}

/*
 * The largest of the window that begins at `windows` in such an array and of the next one, of which
 * `count`, 1 or 2, are written to mean and var.
 */
PFP_INLINE void pfp__windows_vfp_at(enum pfp__tier tier, enum pfp__pool_end end,
                                    const pfp__gauss_vfp *k, const float *windows, size_t count,
                                    float *mean, float *var) {
    float beside[2][2];
    float *to_mean = count == 2 ? mean : beside[0], *to_var = count == 2 ? var : beside[1];
    const int finite = pfp__windows_vfp_two(tier, end, k, windows, to_mean, to_var);
    if (count == 1) {
        mean[0] = beside[0][0];
        var[0] = beside[1][0];
    }
    if (!finite) {
        for (size_t i = 0; i < count; i++) {
            if (!(mean[i] >= -FLT_MAX && mean[i] <= FLT_MAX)) {
                pfp__window_vfp_clamped(tier, end, windows + i, mean + i, var + i);
            }
        }
    }
}

/* The largest of the first `count` windows of such an array, to mean and var. */
PFP_INLINE void pfp__windows_vfp_pool(enum pfp__tier tier, enum pfp__pool_end end,
                                      const pfp__gauss_vfp *k, const float *windows, size_t count,
                                      float *mean, float *var) {
    for (size_t i = 0; i < count; i += 2) {
        pfp__windows_vfp_at(tier, end, k, windows + i, count - i < 2 ? 1 : 2, mean + i, var + i);
    }
}

#endif
