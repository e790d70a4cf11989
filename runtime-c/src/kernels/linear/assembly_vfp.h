#ifndef PFP_KERNELS_LINEAR_ASSEMBLY_VFP_H
#define PFP_KERNELS_LINEAR_ASSEMBLY_VFP_H

#include "vec/inline.h"

/*
 * Words for the inner loops on the FPU of Cortex-M4 and M7. They are assembly for the sake of
 * vldmia, which loads consecutive floats into consecutive registers by one instruction: compilers
 * seldom give such registers and load one float at a time. Beside each step stands
 * what it computes; the portable kernels (tile_c.h) say the same in C and are the loops' twins.
 *
 * Arguments are the numbers of registers s0 to s31, and the names of operands.
 */

/* A function of its own around such a loop: GCC has too few registers without optimisation. */
#if defined(__GNUC__) && !defined(__clang__) && !defined(__OPTIMIZE__)
#define PFP_ASSEMBLY PFP_OUTLINE __attribute__((optimize("O1")))
#else
#define PFP_ASSEMBLY PFP_OUTLINE
#endif

/* s[sum] += s[a] * s[b], rounded once */
#define PFP_VFMA(sum, a, b) "vfma.f32 s" #sum ", s" #a ", s" #b "\n\t"
#define PFP_VFMA_2(sum0, sum1, a0, a1, b) PFP_VFMA(sum0, a0, b) PFP_VFMA(sum1, a1, b)
#define PFP_VFMA_4(sum0, sum1, sum2, sum3, a0, a1, a2, a3, b)                                      \
    PFP_VFMA_2(sum0, sum1, a0, a1, b) PFP_VFMA_2(sum2, sum3, a2, a3, b)

/* s[y] = s[x] * s[x] */
#define PFP_VSQUARE(y, x) "vmul.f32 s" #y ", s" #x ", s" #x "\n\t"
#define PFP_VSQUARE_4(x0, x1, x2, x3)                                                              \
    PFP_VSQUARE(x0, x0) PFP_VSQUARE(x1, x1) PFP_VSQUARE(x2, x2) PFP_VSQUARE(x3, x3)

/* s[x] -= s[y]; or s[z] = s[x] - s[y] */
#define PFP_VSUB(x, y) PFP_VSUB_TO(x, x, y)
#define PFP_VSUB_TO(z, x, y) "vsub.f32 s" #z ", s" #x ", s" #y "\n\t"

/* Loads one register, or those from `first` to `last`, or stores them, and moves the pointer on. */
#define PFP_VLOAD_1(from, first) "vldmia %[" #from "]!, {s" #first "}\n\t"
#define PFP_VLOAD(from, first, last) "vldmia %[" #from "]!, {s" #first "-s" #last "}\n\t"

#define PFP_VSTORE(to, first, last) "vstmia %[" #to "]!, {s" #first "-s" #last "}\n\t"

/* The same, but the pointer stays. */
#define PFP_VLOAD_AT(from, first, last) "vldmia %[" #from "], {s" #first "-s" #last "}\n\t"
#define PFP_VSTORE_AT(to, first, last) "vstmia %[" #to "], {s" #first "-s" #last "}\n\t"

/* Adds bytes to a pointer. */
#define PFP_MOVE_ON(pointer, bytes) "add %[" #pointer "], %[" #bytes "]\n\t"

/* s[x] = a value in memory; n = one; n = half of it, on to the label where that is zero. */
#define PFP_VFETCH(x, memory) "vldr.32 s" #x ", %[" #memory "]\n\t"
#define PFP_FETCH(n, memory) "ldr %[" #n "], %[" #memory "]\n\t"
#define PFP_HALVE_OR_SKIP(n, value, label)                                                         \
    "lsrs %[" #n "], %[" #value "], #1\n\tbeq " #label "f\n\t"

/* Counts operand `n` down; back to label 1, 2, ... until it is zero. */
#define PFP_REPEAT(n, label) "subs %[" #n "], #1\n\tbne " #label "b\n\t"

/* On to label 1, 2, ... where bit 0 of operand `n` is not set; or where all of it is zero. */
#define PFP_SKIP_EVEN(n, scratch, label)                                                           \
    "lsls %[" #scratch "], %[" #n "], #31\n\tbeq " #label "f\n\t"
#define PFP_SKIP_ZERO(n, label) "cmp %[" #n "], #0\n\tbeq " #label "f\n\t"

#define PFP_LABEL(label) #label ":\n\t"

/* C99 promises strings of 4095 characters; the compilers that know this assembly take longer ones.
 */
#define PFP_LONG_ASSEMBLY_BEGIN                                                                    \
    _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Woverlength-strings\"")
#define PFP_LONG_ASSEMBLY_END _Pragma("GCC diagnostic pop")

#define PFP_VFP_REGISTERS                                                                          \
    "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "s12", "s13", "s14", \
        "s15", "s16", "s17", "s18", "s19", "s20", "s21", "s22", "s23", "s24", "s25", "s26", "s27", \
        "s28", "s29", "s30", "s31"

#endif
