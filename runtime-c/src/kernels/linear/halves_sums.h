#ifndef PFP_KERNELS_LINEAR_HALVES_SUMS_H
#define PFP_KERNELS_LINEAR_HALVES_SUMS_H

/* What the kernels of dtype f16 share over all instruction sets; pfp_kernels.h has the arithmetic.
 */

#include "pfp/pfp_kernels.h"
#include "kernels/linear/stored.h"

/* The most inputs that are added in halves before their sum is widened. */
enum { PFP_HALVES_RUN = 32 };

/* Inputs: mean, variance (of form general only) and var + mean^2. */
typedef struct pfp__halves_in {
    const pfp_half *mean, *var, *m2;
} pfp__halves_in;

/*
 * Sums S, A and B of eight outputs, in memory since registers are for the runs, and in the order
 * that widening leaves them in.
 */
typedef struct pfp__sums {
    float mean[PFP_STORED_TILE], a[PFP_STORED_TILE], b[PFP_STORED_TILE];
} pfp__sums;

PFP_INLINE void pfp__sums_zero(pfp__sums *sums, size_t count) {
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < PFP_STORED_TILE; j++) {
            sums[i].mean[j] = 0.0f;
            sums[i].a[j] = 0.0f;
            sums[i].b[j] = 0.0f;
        }
    }
}

PFP_INLINE pfp__halves_in pfp__halves_at(const pfp__halves_in *in, int det, size_t k) {
    const pfp__halves_in at = {in->mean + k, det ? NULL : in->var + k, in->m2 + k};
    return at;
}

#endif
