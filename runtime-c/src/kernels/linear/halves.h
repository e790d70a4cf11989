#ifndef PFP_KERNELS_LINEAR_HALVES_H
#define PFP_KERNELS_LINEAR_HALVES_H

/*
 * From sums to outputs in halves. Include after halves_neon.h or halves_helium.h, which offer:
 *   pfp__run, sums in halves, with pfp__runs_zero, pfp__runs_add, pfp__runs_widen
 *   pfp__wide_load, four outputs of a sum in their order
 *   pfp__halves_m2, pfp__halves_from_floats, which prepare inputs
 */

#include "vec/gauss.h"

/* Outputs 4*half to 4*half + 3 from their sums and the panel's { mb[8], vb[8], sm[8], sv[8] }. */
PFP_INLINE pfp__gauss pfp__halves_finish(const pfp__sums *sums, int det, const float *header,
                                         size_t half) {
    header += 4 * half;
    const pfp__vec sm = pfp__vec_load(header + 2 * PFP_STORED_TILE);
    const pfp__vec sv = pfp__vec_load(header + 3 * PFP_STORED_TILE);
    pfp__gauss out;
    out.mean = pfp__vec_fma(pfp__vec_load(header), pfp__wide_load(sums->mean, half), sm);
    out.var =
        pfp__vec_fma(pfp__vec_load(header + PFP_STORED_TILE), pfp__wide_load(sums->b, half), sv);
    if (!det) {
        out.var = pfp__vec_fma(out.var, pfp__wide_load(sums->a, half), pfp__vec_mul(sm, sm));
    }
    return out;
}

/* Writes the first min(4, left). */
PFP_INLINE void pfp__halves_store(pfp__gauss x, size_t left, pfp_half *out_mean,
                                  pfp_half *out_var) {
    pfp__vec_store_halves_first(out_mean, x.mean, left);
    pfp__vec_store_halves_first(out_var, x.var, left);
}

/* Writes the first min(8, left) outputs of a panel. */
PFP_INLINE void pfp__sums_store(const pfp__sums *sums, int det, const float *header, size_t left,
                                pfp_half *out_mean, pfp_half *out_var) {
    pfp__halves_store(pfp__halves_finish(sums, det, header, 0), left, out_mean, out_var);
    if (left > 4) {
        pfp__halves_store(pfp__halves_finish(sums, det, header, 1), left - 4, out_mean + 4,
                          out_var + 4);
    }
}

#endif
