#ifndef PFP_KERNELS_RELU_HALVES_H
#define PFP_KERNELS_RELU_HALVES_H

/* The body of the relu kernels of dtype f16. Include after vec/half_neon.h or half_helium.h. */

#include "vec/gauss.h"

/* The first min(PFP_LANES, lanes), in floats between loading and storing. */
PFP_INLINE void pfp__relu_halves_step(enum pfp__tier tier, size_t lanes, const pfp_half *in_mean,
                                      const pfp_half *in_var, pfp_half *out_mean,
                                      pfp_half *out_var) {
    const pfp__gauss x = {pfp__vec_load_halves_first(in_mean, lanes),
                          pfp__vec_load_halves_first(in_var, lanes)};
    const pfp__gauss y = pfp__gauss_relu(x, tier);
    pfp__vec_store_halves_first(out_mean, y.mean, lanes);
    pfp__vec_store_halves_first(out_var, y.var, lanes);
}

PFP_INLINE void pfp__relu_halves(enum pfp__tier tier, size_t len, const pfp_half *in_mean,
                                 const pfp_half *in_var, pfp_half *out_mean, pfp_half *out_var) {
    const size_t whole = len - len % PFP_LANES;
    for (size_t i = 0; i < whole; i += PFP_LANES) {
        pfp__relu_halves_step(tier, PFP_LANES, in_mean + i, in_var + i, out_mean + i, out_var + i);
    }
    if (whole < len) {
        pfp__relu_halves_step(tier, len - whole, in_mean + whole, in_var + whole, out_mean + whole,
                              out_var + whole);
    }
}

#endif
