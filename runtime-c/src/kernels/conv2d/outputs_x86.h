#ifndef PFP_KERNELS_CONV2D_OUTPUTS_X86_H
#define PFP_KERNELS_CONV2D_OUTPUTS_X86_H

/*
 * A convolution for x86-64 with output channels in lanes: sixteen of them at several neighbouring
 * positions. Padding is left out of the sums.
 */

#include "vec/x86.h"
#include "kernels/conv2d/window.h"
#include "kernels/linear/tile_x86.h"
#include "pfp/pfp_kernels.h"

PFP_INLINE size_t pfp__conv2d_x86_panel_len(enum pfp__form form, const pfp_conv2d_shape *s) {
    const size_t taps = (size_t)s->in_planes * s->kernel_h * s->kernel_w * s->in_c;
    return pfp__tile_x86_tap_len(form) * (taps + 1);
}

/* `positions`, a constant, that meet the same taps, from (y, x) on, whose window is `w`. */
PFP_INLINE void pfp__outputs_x86_alike(enum pfp__form form, const size_t positions,
                                       const pfp_conv2d_shape *s, const pfp__window *w,
                                       const pfp__conv2d_in *in, const float *panel,
                                       pfp__tile_x86 *tiles) {
    const size_t tap_len = pfp__tile_x86_tap_len(form);
    const size_t planes = form == PFP_FORM_DET ? s->in_planes : 1;
    const size_t plane = (size_t)s->in_h * s->in_w * s->in_c;
    for (size_t p = 0; p < positions; p++) {
        tiles[p] = pfp__tile_x86_bias(form, panel);
    }
    for (size_t p = 0; p < planes; p++) {
        for (size_t row = 0; row < w->rows; row++) {
            const size_t at = p * plane + w->in + row * w->in_step;
            const size_t tap = (p * s->kernel_h + row) * w->tap_step + w->tap;
            pfp__run_x86 run = {in->mean + at, NULL, (size_t)s->stride_w * s->in_c, 0.0f};
            if (form == PFP_FORM_GENERAL) {
                run.var = in->var + at;
            }
            if (form == PFP_FORM_DET) {
                run.shift = in->shift[p];
            }
            pfp__tiles_x86_add(form, positions, 1, tiles, w->run, run, panel + tap_len * (tap + 1),
                               0);
        }
    }
}

/* Channels of `panel` at `positions`, a constant, from (y, x) on. */
PFP_INLINE void pfp__outputs_x86(enum pfp__form form, const size_t positions,
                                 const pfp_conv2d_shape *s, uint32_t y, uint32_t x,
                                 const pfp__conv2d_in *in, const float *panel,
                                 pfp__tile_x86 *tiles) {
    const uint32_t last = x + (uint32_t)positions - 1;
    const int whole =
        x * s->stride_w >= s->pad_left && last * s->stride_w + s->kernel_w <= s->in_w + s->pad_left;
    if (whole && positions <= PFP_TILE_X86_TILES) {
        const pfp__window w = pfp__window_of(s, y, x);
        pfp__outputs_x86_alike(form, positions, s, &w, in, panel, tiles);
    } else {
        for (uint32_t p = 0; p < positions; p++) {
            const pfp__window w = pfp__window_of(s, y, x + p);
            pfp__outputs_x86_alike(form, 1, s, &w, in, panel, tiles + p);
        }
    }
}

/* out_var may be NULL in form exact. */
PFP_INLINE void pfp__conv2d_outputs_x86(enum pfp__form form, const pfp_conv2d_shape *s,
                                        const pfp__conv2d_in *in, const float *weights,
                                        float *out_mean, float *out_var) {
    const size_t panel_len = pfp__conv2d_x86_panel_len(form, s);
    pfp__tile_x86 tiles[PFP_TILE_X86_TILES];
    for (uint32_t y = 0; y < s->out_h; y++) {
        for (uint32_t x = 0; x < s->out_w;) {
            const int many = x + PFP_TILE_X86_TILES <= s->out_w;
            const uint32_t positions = many ? PFP_TILE_X86_TILES : 1;
            const float *panel = weights;
            for (size_t first = 0; first < s->out_c; first += PFP_TILE_X86) {
                if (many) {
                    pfp__outputs_x86(form, PFP_TILE_X86_TILES, s, y, x, in, panel, tiles);
                } else {
                    pfp__outputs_x86(form, 1, s, y, x, in, panel, tiles);
                }
                for (uint32_t p = 0; p < positions; p++) {
                    const size_t out = ((size_t)y * s->out_w + x + p) * s->out_c + first;
                    pfp__tile_x86_store(form, &tiles[p], s->out_c - first, out_mean + out,
                                        form == PFP_FORM_EXACT ? NULL : out_var + out);
                }
                panel += panel_len;
            }
            x += positions;
        }
    }
}

#endif
