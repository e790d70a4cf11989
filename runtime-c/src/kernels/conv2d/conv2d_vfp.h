#ifndef PFP_KERNELS_CONV2D_CONV2D_VFP_H
#define PFP_KERNELS_CONV2D_CONV2D_VFP_H

/* The bodies of the conv2d kernels, two positions at a time. */

#include "kernels/conv2d/pair_vfp.h"

/* Writes the first `outputs` of a pair's positions, which are `step` apart; var: NULL if exact. */
PFP_INLINE void pfp__pair_vfp_store(enum pfp__form form, const pfp__pair_vfp_sums *sums,
                                    uint32_t positions, size_t step, size_t outputs,
                                    float *out_mean, float *out_var) {
    const size_t tile = pfp__pair_vfp_outputs(form);
    for (uint32_t i = 0; i < positions; i++) {
        for (size_t j = 0; j < outputs; j++) {
            out_mean[i * step + j] = sums->at[i * tile + j];
            if (form != PFP_FORM_EXACT) {
                out_var[i * step + j] = sums->at[PFP_PAIR_VFP_VAR + i * tile + j];
            }
        }
    }
}

/* out_var is NULL in form exact. */
PFP_INLINE void pfp__conv2d_vfp(enum pfp__form form, const pfp_conv2d_shape *shape,
                                const pfp__conv2d_in *in, const float *weights, float *out_mean,
                                float *out_var) {
    const pfp_conv2d_shape s = *shape;
    const size_t tile = pfp__pair_vfp_outputs(form);
    const size_t panel_len = pfp__pair_vfp_panel_len(form, &s);
    size_t out = 0;
    for (uint32_t y = 0; y < s.out_h; y++) {
        for (uint32_t x = 0; x < s.out_w;) {
            const pfp__pair_vfp pair = pfp__pair_vfp_at(form, &s, y, x, s.out_w);
            const float *panel = weights;
            for (size_t first = 0; first < s.out_c; first += tile) {
                const size_t left = s.out_c - first;
                pfp__pair_vfp_sums sums;
                if (form == PFP_FORM_DET) {
                    pfp__pair_vfp_det(&s, &pair, in, panel, &sums);
                } else {
                    pfp__pair_vfp_sum(form, &pair, in, panel, &sums);
                }
                pfp__pair_vfp_store(form, &sums, pair.positions, s.out_c, left < tile ? left : tile,
                                    out_mean + out + first,
                                    form == PFP_FORM_EXACT ? NULL : out_var + out + first);
                panel += panel_len;
            }
            x += pair.positions;
            out += pair.positions * s.out_c;
        }
    }
}

#endif
