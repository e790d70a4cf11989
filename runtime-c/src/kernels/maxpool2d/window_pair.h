#ifndef PFP_KERNELS_MAXPOOL2D_WINDOW_PAIR_H
#define PFP_KERNELS_MAXPOOL2D_WINDOW_PAIR_H

/**
 * Clark's max over windows of two elements at a column stride of one: a row of outputs is the
 * larger of two rows of floats, whatever the channels. Include after
 * kernels/maxpool2d/window_2x2.h.
 */

#include "pfp/pfp_kernels.h"
#include "vec/gauss.h"

PFP_INLINE int pfp__pool_is_pair(const pfp_pool2d_shape *s) {
    return s->size_h * s->size_w == 2 && s->stride_w == 1;
}

/** Up to PFP_IN_FLIGHT vectors of `lanes`, both constant; `second` floats lie between a pair. */
PFP_INLINE void pfp__window_pair_at(enum pfp__tier tier, int then_relu, size_t vectors,
                                    size_t lanes, size_t second, const float *in_mean,
                                    const float *in_var, float *out_mean, float *out_var) {
    pfp__gauss a[PFP_IN_FLIGHT], b[PFP_IN_FLIGHT];
    for (size_t i = 0; i < vectors; i++) {
        const float *mean = in_mean + i * PFP_LANES, *var = in_var + i * PFP_LANES;
        a[i] = pfp__gauss_load(mean, var, lanes);
        b[i] = pfp__gauss_load(mean + second, var + second, lanes);
    }
    for (size_t i = 0; i < vectors; i++) {
        pfp__gauss_order(&a[i], &b[i]);
        a[i] = pfp__gauss_max(a[i], b[i], tier);
        a[i] = then_relu ? pfp__gauss_relu(a[i], tier) : a[i];
    }
    for (size_t i = 0; i < vectors; i++) {
        pfp__gauss_store(out_mean + i * PFP_LANES, out_var + i * PFP_LANES, a[i], lanes);
    }
}

PFP_INLINE void pfp__window_pair_rows(enum pfp__tier tier, int then_relu, const pfp_pool2d_shape *s,
                                      const float *in_mean, const float *in_var, float *out_mean,
                                      float *out_var) {
    const size_t in_row = (size_t)s->in_w * s->channels, len = (size_t)s->out_w * s->channels;
    const size_t second = s->size_h == 2 ? in_row : s->channels;
    const size_t step = PFP_IN_FLIGHT * PFP_LANES;
    const size_t steps_end = len - len % step, whole = len - len % PFP_LANES;
    for (uint32_t y = 0; y < s->out_h; y++) {
        size_t i = 0;
        for (; i < steps_end; i += step) {
            pfp__window_pair_at(tier, then_relu, PFP_IN_FLIGHT, PFP_LANES, second, in_mean + i,
                                in_var + i, out_mean + i, out_var + i);
        }
        for (; PFP_IN_FLIGHT > 1 && i < whole; i += PFP_LANES) {
            pfp__window_pair_at(tier, then_relu, 1, PFP_LANES, second, in_mean + i, in_var + i,
                                out_mean + i, out_var + i);
        }
        if (whole < len) {
            pfp__window_pair_at(tier, then_relu, 1, len - whole, second, in_mean + whole,
                                in_var + whole, out_mean + whole, out_var + whole);
        }
        in_mean += s->stride_h * in_row;
        in_var += s->stride_h * in_row;
        out_mean += len;
        out_var += len;
    }
}

#endif
