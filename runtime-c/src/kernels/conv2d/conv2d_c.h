#ifndef PFP_KERNELS_CONV2D_C_H
#define PFP_KERNELS_CONV2D_C_H

/* The bodies of the conv2d kernels in plain C: four output channels at a time. */

#include "kernels/conv2d/form.h"
#include "kernels/conv2d/window.h"
#include "kernels/linear/tile_c.h"
#include "pfp/pfp_kernels.h"

PFP_INLINE size_t pfp__conv2d_c_panel_len(enum pfp__form form, const pfp_conv2d_shape *s) {
    const size_t taps = (size_t)s->in_planes * s->kernel_h * s->kernel_w * s->in_c;
    return pfp__form_moments(form) * PFP_TILE_C * (taps + 1);
}

/* The four channels of `panel` at the position of window `w`. */
PFP_INLINE pfp__tile_c pfp__conv2d_c_position(enum pfp__form form, const pfp_conv2d_shape *s,
                                              const pfp__window *w, const pfp__conv2d_in *in,
                                              const float *panel) {
    const size_t tap_len = pfp__form_moments(form) * PFP_TILE_C;
    const float *weights = panel + tap_len * (w->tap + 1);
    if (form == PFP_FORM_EXACT) {
        pfp__tile_c tile = {{panel[0], panel[1], panel[2], panel[3]}, {0.0f, 0.0f, 0.0f, 0.0f}};
        for (size_t row = 0; row < w->rows; row++) {
            tile = pfp__tile_c_add_exact(tile, w->run, in->mean + w->in + row * w->in_step,
                                         weights + row * w->tap_step * tap_len);
        }
        return tile;
    }
    pfp__tile_c tile = pfp__tile_c_bias(panel);
    if (form == PFP_FORM_GENERAL) {
        for (size_t row = 0; row < w->rows; row++) {
            const size_t at = w->in + row * w->in_step;
            tile = pfp__tile_c_add(tile, w->run, in->mean + at, in->var + at,
                                   weights + row * w->tap_step * tap_len);
        }
        return tile;
    }
    for (size_t p = 0; p < s->in_planes; p++) {
        const float *plane = in->mean + p * s->in_h * s->in_w * s->in_c + w->in;
        const float *plane_weights = weights + p * s->kernel_h * w->tap_step * tap_len;
        for (size_t row = 0; row < w->rows; row++) {
            tile = pfp__tile_c_add_det(tile, w->run, plane + row * w->in_step, in->shift[p],
                                       plane_weights + row * w->tap_step * tap_len);
        }
    }
    return tile;
}

/* Writes the first min(4, left) channels; form exact has no variances. */
PFP_INLINE void pfp__conv2d_c_store(enum pfp__form form, pfp__tile_c tile, size_t left,
                                    float *out_mean, float *out_var) {
    const size_t count = left < PFP_TILE_C ? left : PFP_TILE_C;
    for (size_t j = 0; j < count; j++) {
        out_mean[j] = tile.mean[j];
        if (form != PFP_FORM_EXACT) {
            out_var[j] = tile.var[j];
        }
    }
}

/* out_var may be NULL in form exact. */
PFP_INLINE void pfp__conv2d_c(enum pfp__form form, const pfp_conv2d_shape *s, pfp__conv2d_in in,
                              const float *weights, float *out_mean, float *out_var) {
    const size_t panel_len = pfp__conv2d_c_panel_len(form, s);
    size_t out = 0;
    for (uint32_t y = 0; y < s->out_h; y++) {
        for (uint32_t x = 0; x < s->out_w; x++) {
            const pfp__window w = pfp__window_of(s, y, x);
            const float *panel = weights;
            for (size_t first = 0; first < s->out_c; first += PFP_TILE_C) {
                const pfp__tile_c tile = pfp__conv2d_c_position(form, s, &w, &in, panel);
                pfp__conv2d_c_store(form, tile, s->out_c - first, out_mean + out + first,
                                    form == PFP_FORM_EXACT ? NULL : out_var + out + first);
                panel += panel_len;
            }
            out += s->out_c;
        }
    }
}

#endif
