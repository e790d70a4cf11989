#ifndef PFP_KERNELS_CONV2D_MAXPOOL2D_RELU_C_H
#define PFP_KERNELS_CONV2D_MAXPOOL2D_RELU_C_H

/* The bodies of the conv2d_maxpool2d_relu kernels in plain C. Include after vec/c.h. */

#include "kernels/conv2d/conv2d_c.h"
#include "kernels/maxpool2d/window_2x2.h"

/* Of the four positions of a window, row by row, the largest of up to four channels, then relu. */
PFP_INLINE pfp__tile_c pfp__pooled_c(enum pfp__form form, enum pfp__tier tier,
                                     const pfp__tile_c positions[4]) {
    pfp__gauss x[4];
    for (size_t i = 0; i < 4; i++) {
        x[i].mean = pfp__vec_load(positions[i].mean);
        x[i].var = pfp__vec_load(positions[i].var);
    }
    pfp__gauss y;
    if (form == PFP_FORM_EXACT) {
        y.mean =
            pfp__vec_max(pfp__vec_max(x[0].mean, x[1].mean), pfp__vec_max(x[2].mean, x[3].mean));
        y.mean = pfp__vec_max(y.mean, pfp__vec_set1(0.0f));
        y.var = x[0].var;
    } else {
        y = pfp__gauss_relu(pfp__window_2x2_fold(tier, x[0], x[1], x[2], x[3]), tier);
    }
    pfp__tile_c pooled;
    pfp__vec_store(pooled.mean, y.mean);
    pfp__vec_store(pooled.var, y.var);
    return pooled;
}

/* `tier` is without effect, and out_var may be NULL, in form exact. */
PFP_INLINE void pfp__conv2d_maxpool2d_relu_c(enum pfp__form form, enum pfp__tier tier,
                                             const pfp_conv2d_shape *s, pfp__conv2d_in in,
                                             const float *weights, float *out_mean,
                                             float *out_var) {
    const size_t panel_len = pfp__conv2d_c_panel_len(form, s);
    size_t out = 0;
    for (uint32_t y = 0; y < s->out_h; y++) {
        for (uint32_t x = 0; x < s->out_w; x++) {
            pfp__window windows[4];
            for (uint32_t i = 0; i < 4; i++) {
                windows[i] = pfp__window_of(s, 2 * y + i / 2, 2 * x + i % 2);
            }
            const float *panel = weights;
            for (size_t first = 0; first < s->out_c; first += PFP_TILE_C) {
                pfp__tile_c positions[4];
                for (size_t i = 0; i < 4; i++) {
                    positions[i] = pfp__conv2d_c_position(form, s, &windows[i], &in, panel);
                }
                const pfp__tile_c pooled = pfp__pooled_c(form, tier, positions);
                pfp__conv2d_c_store(form, pooled, s->out_c - first, out_mean + out + first,
                                    form == PFP_FORM_EXACT ? NULL : out_var + out + first);
                panel += panel_len;
            }
            out += s->out_c;
        }
    }
}

#endif
