#ifndef PFP_KERNELS_CONV2D_MAXPOOL2D_RELU_BODY_C_H
#define PFP_KERNELS_CONV2D_MAXPOOL2D_RELU_BODY_C_H

/*
 * The bodies of the portable kernels: four output channels of one window at a time. The four
 * positions of its convolution stay in a local tile each.
 */

#include "vec/c.h"
#include "kernels/conv2d/position_c.h"
#include "kernels/maxpool2d/window_2x2.h"

PFP_INLINE pfp__gauss pfp__tile_c_gauss(pfp__tile_c tile) {
    return pfp__gauss_load(tile.mean, tile.var, PFP_TILE_C);
}

PFP_INLINE void pfp__conv2d_pooled_c_store(enum pfp__tier tier, pfp__tile_c a, pfp__tile_c b,
                                           pfp__tile_c c, pfp__tile_c d, size_t left,
                                           float *out_mean, float *out_var) {
    const pfp__gauss largest =
        pfp__window_2x2_fold(tier, pfp__tile_c_gauss(a), pfp__tile_c_gauss(b), pfp__tile_c_gauss(c),
                             pfp__tile_c_gauss(d));
    pfp__gauss_store(out_mean, out_var, pfp__gauss_relu(largest, tier),
                     left < PFP_TILE_C ? left : PFP_TILE_C);
}

PFP_INLINE void pfp__conv2d_pooled_c(enum pfp__tier tier, const pfp_conv2d_shape *s,
                                     const float *in_mean, const float *in_var,
                                     const float *weights, float *out_mean, float *out_var) {
    const size_t panel_len = 2 * PFP_TILE_C * (1 + pfp__conv2d_taps(s));
    for (uint32_t y = 0; y < s->out_h; y++) {
        for (uint32_t x = 0; x < s->out_w; x++) {
            const uint32_t top = 2 * y, left = 2 * x;
            const float *panel = weights;
            for (size_t first = 0; first < s->out_c; first += PFP_TILE_C) {
                const size_t out = ((size_t)y * s->out_w + x) * s->out_c + first;
                pfp__conv2d_pooled_c_store(
                    tier, pfp__position_c(s, top, left, in_mean, in_var, panel),
                    pfp__position_c(s, top, left + 1, in_mean, in_var, panel),
                    pfp__position_c(s, top + 1, left, in_mean, in_var, panel),
                    pfp__position_c(s, top + 1, left + 1, in_mean, in_var, panel), s->out_c - first,
                    out_mean + out, out_var + out);
                panel += panel_len;
            }
        }
    }
}

PFP_INLINE void pfp__conv2d_pooled_c_det(enum pfp__tier tier, const pfp_conv2d_shape *s,
                                         const float *in, const float *shift, const float *weights,
                                         float *out_mean, float *out_var) {
    const size_t panel_len = 2 * PFP_TILE_C * (1 + pfp__conv2d_taps(s));
    for (uint32_t y = 0; y < s->out_h; y++) {
        for (uint32_t x = 0; x < s->out_w; x++) {
            const uint32_t top = 2 * y, left = 2 * x;
            const float *panel = weights;
            for (size_t first = 0; first < s->out_c; first += PFP_TILE_C) {
                const size_t out = ((size_t)y * s->out_w + x) * s->out_c + first;
                pfp__conv2d_pooled_c_store(
                    tier, pfp__position_c_det(s, top, left, in, shift, panel),
                    pfp__position_c_det(s, top, left + 1, in, shift, panel),
                    pfp__position_c_det(s, top + 1, left, in, shift, panel),
                    pfp__position_c_det(s, top + 1, left + 1, in, shift, panel), s->out_c - first,
                    out_mean + out, out_var + out);
                panel += panel_len;
            }
        }
    }
}

#endif
