#ifndef PFP_KERNELS_LINEAR_QUAD_STORED_C_H
#define PFP_KERNELS_LINEAR_QUAD_STORED_C_H

/*
 * The sums of a quad in plain C, two outputs at a time: the reference for quad_stored_neon.h and
 * its siblings.
 */

#include "kernels/linear/quad_stored.h"
#include "kernels/linear/stored_c.h"

/* What stored variances are multiplied by, see stored_c.h. */
PFP_INLINE void pfp__quad_prepare(pfp__format format, size_t len, pfp__quad_inputs *in) {
    for (size_t k = 0; pfp__stored_in_pairs(format) && k + 2 <= len; k += 2) {
        for (size_t p = 0; p < PFP_QUAD; p++) {
            in->m2[k][p] = pfp__fmaf(-0x1p-16f, in->m2[k + 1][p], in->m2[k][p]);
        }
    }
}

/* The sums of outputs j and j + 4. */
typedef struct pfp__quad_two {
    float mean[2][PFP_QUAD];
    float a[2][PFP_QUAD];
    float b[2][PFP_QUAD];
} pfp__quad_two;

PFP_INLINE pfp__quad_two pfp__quad_two_add(pfp__quad_two s, int det, const pfp__quad_inputs *in,
                                           size_t k, pfp__stored_two w) {
    for (size_t i = 0; i < 2; i++) {
        const float square = w.mean[i] * w.mean[i];
        for (size_t p = 0; p < PFP_QUAD; p++) {
            s.mean[i][p] = pfp__fmaf(w.mean[i], in->m[k][p], s.mean[i][p]);
            if (!det) {
                s.a[i][p] = pfp__fmaf(square, in->v[k][p], s.a[i][p]);
            }
            s.b[i][p] = pfp__fmaf(w.var[i], in->m2[k][p], s.b[i][p]);
        }
    }
    return s;
}

PFP_INLINE pfp__quad_two pfp__quad_two_load(const pfp__quad_sums *sums, int runs_on, size_t j) {
    pfp__quad_two s;
    for (size_t i = 0; i < 2; i++) {
        for (size_t p = 0; p < PFP_QUAD; p++) {
            s.mean[i][p] = runs_on ? sums->mean[p][j + 4 * i] : 0.0f;
            s.a[i][p] = runs_on ? sums->a[p][j + 4 * i] : 0.0f;
            s.b[i][p] = runs_on ? sums->b[p][j + 4 * i] : 0.0f;
        }
    }
    return s;
}

PFP_INLINE void pfp__quad_two_store(pfp__quad_two s, size_t j, pfp__quad_sums *sums) {
    for (size_t i = 0; i < 2; i++) {
        for (size_t p = 0; p < PFP_QUAD; p++) {
            sums->mean[p][j + 4 * i] = s.mean[i][p];
            sums->a[p][j + 4 * i] = s.a[i][p];
            sums->b[p][j + 4 * i] = s.b[i][p];
        }
    }
}

/* Adds `len` inputs of weights that begin at an even one to the first min(8, left) outputs: to
 * zero, or with `runs_on` to the sums of the chunk before. */
PFP_OUTLINE void pfp__quad_sums_add(pfp__quad_sums *sums, int runs_on, pfp__format format, int det,
                                    size_t len, size_t left, const pfp__quad_inputs *in,
                                    const uint8_t *weights) {
    for (size_t j = 0; j < 4 && j < left; j++) {
        pfp__quad_two s = pfp__quad_two_load(sums, runs_on, j);
        const uint8_t *at = weights;
        size_t k = 0;
        if (pfp__stored_in_pairs(format)) {
            for (; k + 2 <= len; k += 2) {
                const pfp__stored_pair pair = pfp__stored_pair_at(format, at, j);
                s = pfp__quad_two_add(s, det, in, k, pair.first);
                s = pfp__quad_two_add(s, det, in, k + 1, pair.second);
                at += pfp__stored_bytes(format, 2);
            }
            if (k < len) {
                s = pfp__quad_two_add(s, det, in, k, pfp__stored_last(at, j));
            }
        } else {
            for (; k < len; k++) {
                s = pfp__quad_two_add(s, det, in, k, pfp__stored_one(format, at, j));
                at += pfp__stored_bytes(format, 1);
            }
        }
        pfp__quad_two_store(s, j, sums);
    }
}

#endif
