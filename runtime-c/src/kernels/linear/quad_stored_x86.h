#ifndef PFP_KERNELS_LINEAR_QUAD_STORED_X86_H
#define PFP_KERNELS_LINEAR_QUAD_STORED_X86_H

/*
 * The sums of a quad in registers of AVX2: outputs in lanes, a register for each position. Without
 * AVX2 and FMA it is quad_stored_c.h itself.
 */

#include "vec/fma.h"

#if defined(__AVX2__) && PFP_HAS_FMA

#include "kernels/linear/quad_stored.h"
#include "kernels/linear/stored_x86.h"

/* What stored variances are multiplied by, see stored_c.h. */
PFP_INLINE void pfp__quad_prepare(pfp__format format, size_t len, pfp__quad_inputs *in) {
    for (size_t k = 0; pfp__stored_in_pairs(format) && k + 2 <= len; k += 2) {
        for (size_t p = 0; p < PFP_QUAD; p++) {
            in->m2[k][p] = pfp__fmaf(-0x1p-16f, in->m2[k + 1][p], in->m2[k][p]);
        }
    }
}

/* Adds `len` inputs of weights that begin at an even one to all outputs, however many are left:
 * to zero, or with `runs_on` to the sums of the chunk before. */
PFP_OUTLINE void pfp__quad_sums_add(pfp__quad_sums *sums, int runs_on, pfp__format format, int det,
                                    size_t len, size_t left, const pfp__quad_inputs *in,
                                    const uint8_t *weights) {
    (void)left;
    pfp__sums s[PFP_QUAD];
    for (size_t p = 0; p < PFP_QUAD; p++) {
        s[p] = pfp__sums_zero();
        if (runs_on) {
            s[p].mean = _mm256_loadu_ps(sums->mean[p]);
            s[p].a = _mm256_loadu_ps(sums->a[p]);
            s[p].b = _mm256_loadu_ps(sums->b[p]);
        }
    }
    size_t k = 0;
    for (; pfp__stored_in_pairs(format) && k + 2 <= len; k += 2) {
        const pfp__stored_pair_x86 w = pfp__stored_pair_at_x86(format, weights);
        for (size_t p = 0; p < PFP_QUAD; p++) {
            pfp__sums_x86_add(&s[p], det, w.first, in->m[k][p], det ? 0.0f : in->v[k][p],
                              in->m2[k][p]);
            pfp__sums_x86_add(&s[p], det, w.second, in->m[k + 1][p], det ? 0.0f : in->v[k + 1][p],
                              in->m2[k + 1][p]);
        }
        weights += pfp__stored_bytes(format, 2);
    }
    for (; k < len; k++) {
        const pfp__stored_x86 w = pfp__stored_in_pairs(format)
                                      ? pfp__stored_last_x86(weights)
                                      : pfp__stored_one_x86(format, weights);
        for (size_t p = 0; p < PFP_QUAD; p++) {
            pfp__sums_x86_add(&s[p], det, w, in->m[k][p], det ? 0.0f : in->v[k][p], in->m2[k][p]);
        }
        weights += pfp__stored_bytes(format, 1);
    }
    for (size_t p = 0; p < PFP_QUAD; p++) {
        _mm256_storeu_ps(sums->mean[p], s[p].mean);
        _mm256_storeu_ps(sums->a[p], s[p].a);
        _mm256_storeu_ps(sums->b[p], s[p].b);
    }
}

#else

#include "kernels/linear/quad_stored_c.h"

#endif

#endif
