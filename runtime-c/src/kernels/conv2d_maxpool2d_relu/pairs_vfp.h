#ifndef PFP_KERNELS_CONV2D_MAXPOOL2D_RELU_PAIRS_VFP_H
#define PFP_KERNELS_CONV2D_MAXPOOL2D_RELU_PAIRS_VFP_H

/*
 * The bodies of the conv2d_maxpool2d_relu kernels of forms general and exact: the rows of a window
 * are two pairs of positions.
 */

#include "kernels/conv2d/pair_vfp.h"
#include "kernels/conv2d_maxpool2d_relu/window_vfp.h"

/* A row of a window: one pair, or each position alone where padding makes them unlike. */
typedef struct pfp__window_row {
    pfp__pair_vfp left, right; /* right: where left is one position */
} pfp__window_row;

PFP_INLINE pfp__window_row pfp__window_row_at(enum pfp__form form, const pfp_conv2d_shape *s,
                                              uint32_t y, uint32_t x) {
    pfp__window_row row;
    row.left = pfp__pair_vfp_at(form, s, y, x, x + 2);
    row.right = row.left;
    if (row.left.positions == 1) {
        row.right = pfp__pair_vfp_at(form, s, y, x + 1, x + 2);
    }
    return row;
}

PFP_INLINE void pfp__window_row_sum(enum pfp__form form, const pfp__window_row *row,
                                    const pfp__conv2d_in *in, const float *panel,
                                    pfp__pair_vfp_sums *sums) {
    const size_t tile = pfp__pair_vfp_outputs(form);
    pfp__pair_vfp_sum(form, &row->left, in, panel, sums);
    if (row->left.positions == 1) {
        pfp__pair_vfp_sums right;
        pfp__pair_vfp_sum(form, &row->right, in, panel, &right);
        for (size_t j = 0; j < tile; j++) {
            sums->at[tile + j] = right.at[j];
            if (form != PFP_FORM_EXACT) {
                sums->at[PFP_PAIR_VFP_VAR + tile + j] = right.at[PFP_PAIR_VFP_VAR + j];
            }
        }
    }
}

/* `tier` is without effect, and out_var is NULL, in form exact. */
PFP_INLINE void pfp__conv2d_maxpool2d_relu_vfp(enum pfp__form form, enum pfp__tier tier,
                                               const pfp_conv2d_shape *shape,
                                               const pfp__conv2d_in *in, const float *weights,
                                               float *out_mean, float *out_var) {
    const pfp_conv2d_shape s = *shape;
    const size_t tile = pfp__pair_vfp_outputs(form);
    const size_t panel_len = pfp__pair_vfp_panel_len(form, &s);
    const pfp__gauss_vfp gauss = pfp__gauss_vfp_of(tier);
    for (uint32_t y = 0; y < s.out_h; y++) {
        for (uint32_t x = 0; x < s.out_w; x++) {
            const pfp__window_row rows[2] = {pfp__window_row_at(form, &s, 2 * y, 2 * x),
                                             pfp__window_row_at(form, &s, 2 * y + 1, 2 * x)};
            const float *panel = weights;
            for (size_t first = 0; first < s.out_c; first += tile) {
                const size_t left = s.out_c - first, outputs = left < tile ? left : tile;
                pfp__pair_vfp_sums sums[2];
                pfp__window_row_sum(form, &rows[0], in, panel, &sums[0]);
                pfp__window_row_sum(form, &rows[1], in, panel, &sums[1]);
                if (form == PFP_FORM_EXACT) {
                    pfp__windows_vfp_exact(sums[0].at, tile, outputs, out_mean);
                } else {
                    pfp__windows_vfp_pool(tier, PFP_POOL_RELU, &gauss, sums[0].at, outputs,
                                          out_mean, out_var);
                    out_var += outputs;
                }
                out_mean += outputs;
                panel += panel_len;
            }
        }
    }
}

#endif
