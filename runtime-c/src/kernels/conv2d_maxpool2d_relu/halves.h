#ifndef PFP_KERNELS_CONV2D_MAXPOOL2D_RELU_HALVES_H
#define PFP_KERNELS_CONV2D_MAXPOOL2D_RELU_HALVES_H

/*
 * The body of the fused kernels of dtype f16: the four positions of a window go from their sums, as
 * floats, into Clark's max and relu. Include after kernels/linear/halves_neon.h or halves_helium.h.
 */

#include "kernels/conv2d/halves.h"
#include "kernels/maxpool2d/window_2x2.h"

/* Four outputs of a window, of which the first min(4, left) are written. */
PFP_STEP void pfp__pool_four(enum pfp__tier tier, int det, const pfp__sums *sums,
                             const float *header, size_t half, size_t left, pfp_half *out_mean,
                             pfp_half *out_var) {
    const pfp__gauss largest =
        pfp__window_2x2_fold(tier, pfp__halves_finish(&sums[0], det, header, half),
                             pfp__halves_finish(&sums[1], det, header, half),
                             pfp__halves_finish(&sums[2], det, header, half),
                             pfp__halves_finish(&sums[3], det, header, half));
    pfp__halves_store(pfp__gauss_relu(largest, tier), left, out_mean, out_var);
}

PFP_INLINE void pfp__conv2d_halves_pooled(enum pfp__tier tier, int det,
                                          const pfp__conv2d_halves *c) {
    const pfp_conv2d_shape *s = &c->shape;
    size_t out = 0;
    for (uint32_t y = 0; y < s->out_h; y++) {
        for (uint32_t x = 0; x < s->out_w; x++, out += s->out_c) {
            const pfp__window windows[4] = {
                pfp__window_of(s, 2 * y, 2 * x), pfp__window_of(s, 2 * y, 2 * x + 1),
                pfp__window_of(s, 2 * y + 1, 2 * x), pfp__window_of(s, 2 * y + 1, 2 * x + 1)};
            const uint8_t *panel = c->weights;
            for (size_t first = 0; first < s->out_c; first += PFP_STORED_TILE) {
                const float *header = (const float *)(const void *)panel;
                const size_t left = s->out_c - first;
                pfp_half *mean = c->out_mean + out + first, *var = c->out_var + out + first;
                pfp__sums sums[4];
                pfp__windows_sum(det, c, 4, windows, panel, sums);
                pfp__pool_four(tier, det, sums, header, 0, left, mean, var);
                if (left > 4) {
                    pfp__pool_four(tier, det, sums, header, 1, left - 4, mean + 4, var + 4);
                }
                panel += c->panel_bytes;
            }
        }
    }
}

#endif
