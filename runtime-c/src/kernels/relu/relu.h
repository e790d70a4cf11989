#ifndef PFP_KERNELS_RELU_H
#define PFP_KERNELS_RELU_H

/** The bodies of the relu kernels. Include after a vec header. */

#include "pfp/pfp_kernels.h"
#include "vec/gauss.h"

/** Up to PFP_IN_FLIGHT vectors of `lanes`; both constant. */
PFP_INLINE void pfp__relu_at(enum pfp__tier tier, size_t vectors, size_t lanes,
                             const float *in_mean, const float *in_var, float *out_mean,
                             float *out_var) {
    pfp__gauss x[PFP_IN_FLIGHT];
    for (size_t i = 0; i < vectors; i++) {
        x[i] = pfp__gauss_load(in_mean + i * PFP_LANES, in_var + i * PFP_LANES, lanes);
    }
    for (size_t i = 0; i < vectors; i++) {
        x[i] = pfp__gauss_relu(x[i], tier);
    }
    for (size_t i = 0; i < vectors; i++) {
        pfp__gauss_store(out_mean + i * PFP_LANES, out_var + i * PFP_LANES, x[i], lanes);
    }
}

PFP_INLINE void pfp__relu(enum pfp__tier tier, size_t len, const float *in_mean,
                          const float *in_var, float *out_mean, float *out_var) {
    const size_t step = PFP_IN_FLIGHT * PFP_LANES;
    const size_t steps_end = len - len % step, whole = len - len % PFP_LANES;
    size_t i = 0;
    for (; i < steps_end; i += step) {
        pfp__relu_at(tier, PFP_IN_FLIGHT, PFP_LANES, in_mean + i, in_var + i, out_mean + i,
                     out_var + i);
    }
    if (PFP_IN_FLIGHT > 1) {
        for (; i < whole; i += PFP_LANES) {
            pfp__relu_at(tier, 1, PFP_LANES, in_mean + i, in_var + i, out_mean + i, out_var + i);
        }
    }
    if (whole < len) {
        pfp__relu_at(tier, 1, len - whole, in_mean + whole, in_var + whole, out_mean + whole,
                     out_var + whole);
    }
}

PFP_INLINE void pfp__relu_det(size_t len, const float *in, float *out) {
    const pfp__vec zero = pfp__vec_set1(0.0f);
    const size_t whole = len - len % PFP_LANES;
    size_t i = 0;
    for (; i + 4 * PFP_LANES <= whole; i += 4 * PFP_LANES) {
        const pfp__vec a = pfp__vec_load(in + i), b = pfp__vec_load(in + i + PFP_LANES);
        const pfp__vec c = pfp__vec_load(in + i + 2 * PFP_LANES);
        const pfp__vec d = pfp__vec_load(in + i + 3 * PFP_LANES);
        pfp__vec_store(out + i, pfp__vec_max(a, zero));
        pfp__vec_store(out + i + PFP_LANES, pfp__vec_max(b, zero));
        pfp__vec_store(out + i + 2 * PFP_LANES, pfp__vec_max(c, zero));
        pfp__vec_store(out + i + 3 * PFP_LANES, pfp__vec_max(d, zero));
    }
    for (; i < whole; i += PFP_LANES) {
        pfp__vec_store(out + i, pfp__vec_max(pfp__vec_load(in + i), zero));
    }
    const pfp__vec rest = pfp__vec_load_first(in + whole, len - whole);
    pfp__vec_store_first(out + whole, pfp__vec_max(rest, zero), len - whole);
}

#endif
