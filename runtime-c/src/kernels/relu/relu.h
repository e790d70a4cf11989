#ifndef PFP_KERNELS_RELU_H
#define PFP_KERNELS_RELU_H

/** The bodies of the relu kernels. Include after a vec header. */

#include "pfp/pfp_kernels.h"
#include "vec/gauss.h"

PFP_INLINE void pfp__relu(enum pfp__tier tier, size_t len, const float *in_mean,
                          const float *in_var, float *out_mean, float *out_var) {
    const size_t whole = len - len % 4;
    for (size_t i = 0; i < whole; i += 4) {
        const pfp__gauss x = pfp__gauss_load(in_mean + i, in_var + i, 4);
        pfp__gauss_store(out_mean + i, out_var + i, pfp__gauss_relu(x, tier), 4);
    }
    if (whole < len) {
        const size_t rest = len - whole;
        const pfp__gauss x = pfp__gauss_load(in_mean + whole, in_var + whole, rest);
        pfp__gauss_store(out_mean + whole, out_var + whole, pfp__gauss_relu(x, tier), rest);
    }
}

PFP_INLINE void pfp__relu_det(size_t len, const float *in, float *out) {
    const pfp__vec zero = pfp__vec_set1(0.0f);
    const size_t whole = len - len % 4;
    size_t i = 0;
    for (; i + 16 <= whole; i += 16) {
        const pfp__vec a = pfp__vec_load(in + i), b = pfp__vec_load(in + i + 4);
        const pfp__vec c = pfp__vec_load(in + i + 8), d = pfp__vec_load(in + i + 12);
        pfp__vec_store(out + i, pfp__vec_max(a, zero));
        pfp__vec_store(out + i + 4, pfp__vec_max(b, zero));
        pfp__vec_store(out + i + 8, pfp__vec_max(c, zero));
        pfp__vec_store(out + i + 12, pfp__vec_max(d, zero));
    }
    for (; i < whole; i += 4) {
        pfp__vec_store(out + i, pfp__vec_max(pfp__vec_load(in + i), zero));
    }
    const pfp__vec rest = pfp__vec_load_first(in + whole, len - whole);
    pfp__vec_store_first(out + whole, pfp__vec_max(rest, zero), len - whole);
}

#endif
