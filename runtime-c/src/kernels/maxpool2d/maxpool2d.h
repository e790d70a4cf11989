#ifndef PFP_KERNELS_MAXPOOL2D_H
#define PFP_KERNELS_MAXPOOL2D_H

/**
 * The bodies of the maxpool2d and maxpool2d_relu kernels: up to PFP_LANES channels of one output
 * position at a time. Include after a vec header.
 */

#include "pfp/pfp_kernels.h"
#include "vec/gauss.h"
#include "kernels/maxpool2d/window_2x2.h"
#include "kernels/maxpool2d/window_any.h"
#include "kernels/maxpool2d/window_pair.h"

/** What is done to the largest of a window. */
enum pfp__pool_end { PFP_POOL_PLAIN, PFP_POOL_RELU };

PFP_STEP pfp__gauss pfp__pool_end_apply(pfp__gauss x, enum pfp__tier tier, enum pfp__pool_end end) {
    return end == PFP_POOL_RELU ? pfp__gauss_relu(x, tier) : x;
}

/** Index of channel 0 of the window's first element. */
PFP_INLINE size_t pfp__pool_window_at(const pfp_pool2d_shape *s, uint32_t y, uint32_t x) {
    return ((size_t)y * s->stride_h * s->in_w + (size_t)x * s->stride_w) * s->channels;
}

/**
 * The last vector of a channel count that is no multiple of PFP_LANES ends with the last channel
 * and does some channels twice; fewer channels than that take the general path.
 */
PFP_INLINE size_t pfp__pool_channel(const pfp_pool2d_shape *s, size_t channel) {
    return channel + PFP_LANES <= s->channels ? channel : (size_t)s->channels - PFP_LANES;
}

PFP_INLINE void pfp__maxpool2d(enum pfp__tier tier, enum pfp__pool_end end,
                               const pfp_pool2d_shape *s, const float *in_mean, const float *in_var,
                               float *out_mean, float *out_var) {
    if (pfp__pool_is_pair(s)) {
        pfp__window_pair_rows(tier, end == PFP_POOL_RELU, s, in_mean, in_var, out_mean, out_var);
        return;
    }
    const size_t right = s->channels;
    const size_t below = right * s->in_w;
    /* Three channels in four lanes are too rare for code of their own. */
    const int is_2x2 = s->size_h == 2 && s->size_w == 2;
    const int is_narrow = is_2x2 && s->channels < PFP_LANES && PFP_LANES > 4;
    const size_t lanes = s->channels < PFP_LANES ? s->channels : PFP_LANES;

    for (uint32_t y = 0; y < s->out_h; y++) {
        for (uint32_t x = 0; x < s->out_w; x++) {
            const size_t from = pfp__pool_window_at(s, y, x);
            const size_t to = ((size_t)y * s->out_w + x) * s->channels;
            if (is_narrow) {
                const pfp__gauss largest =
                    pfp__window_2x2_at(tier, in_mean + from, in_var + from, right, below, lanes);
                pfp__gauss_store(out_mean + to, out_var + to,
                                 pfp__pool_end_apply(largest, tier, end), lanes);
            } else if (is_2x2 && s->channels >= PFP_LANES) {
                for (size_t c = 0; c < s->channels; c += PFP_LANES) {
                    const size_t at = pfp__pool_channel(s, c);
                    const float *mean = in_mean + from + at, *var = in_var + from + at;
                    pfp__gauss_store(out_mean + to + at, out_var + to + at,
                                     end == PFP_POOL_RELU
                                         ? pfp__window_2x2_relu(tier, mean, var, right, below)
                                         : pfp__window_2x2(tier, mean, var, right, below),
                                     PFP_LANES);
                }
            } else {
                for (size_t c = 0; c < s->channels; c += PFP_LANES) {
                    const size_t at = s->channels < PFP_LANES ? 0 : pfp__pool_channel(s, c);
                    const pfp__gauss largest =
                        pfp__window_any(tier, s, in_mean + from + at, in_var + from + at, lanes);
                    pfp__gauss_store(out_mean + to + at, out_var + to + at,
                                     pfp__pool_end_apply(largest, tier, end), lanes);
                }
            }
        }
    }
}

/** One output position of the exact form; constant `lanes` of PFP_LANES and `is_2x2` cost no
 * branches. */
PFP_INLINE void pfp__maxpool2d_det_at(enum pfp__pool_end end, const pfp_pool2d_shape *s,
                                      const float *in, float *out, size_t lanes, int is_2x2) {
    for (size_t c = 0; c < s->channels; c += PFP_LANES) {
        const size_t at = lanes < PFP_LANES ? 0 : pfp__pool_channel(s, c);
        pfp__vec largest =
            is_2x2 ? pfp__window_2x2_det(s, in + at) : pfp__window_det(s, in + at, lanes);
        if (end == PFP_POOL_RELU) {
            largest = pfp__vec_max(largest, pfp__vec_set1(0.0f));
        }
        if (lanes == PFP_LANES) {
            pfp__vec_store(out + at, largest);
        } else {
            pfp__vec_store_first(out + at, largest, lanes);
        }
    }
}

PFP_INLINE void pfp__maxpool2d_det(enum pfp__pool_end end, const pfp_pool2d_shape *s,
                                   const float *in, float *out) {
    const int is_2x2 = s->size_h == 2 && s->size_w == 2 && s->channels >= PFP_LANES;
    for (uint32_t y = 0; y < s->out_h; y++) {
        for (uint32_t x = 0; x < s->out_w; x++) {
            const float *from = in + pfp__pool_window_at(s, y, x);
            if (is_2x2) {
                pfp__maxpool2d_det_at(end, s, from, out, PFP_LANES, 1);
            } else if (s->channels < PFP_LANES) {
                pfp__maxpool2d_det_at(end, s, from, out, s->channels, 0);
            } else {
                pfp__maxpool2d_det_at(end, s, from, out, PFP_LANES, 0);
            }
            out += s->channels;
        }
    }
}

#endif
