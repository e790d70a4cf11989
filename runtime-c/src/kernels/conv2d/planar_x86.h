#ifndef PFP_KERNELS_CONV2D_PLANAR_X86_H
#define PFP_KERNELS_CONV2D_PLANAR_X86_H

/*
 * A convolution of planes (in_c == 1, stride_w == 1) for x86-64 with neighbouring positions in
 * lanes, which few output channels fill better than outputs in lanes would. Forms det and exact.
 * Padding is added as products with zero.
 */

#include "vec/x86.h"
#include "kernels/conv2d/form.h"
#include "kernels/conv2d/window.h"
#include "kernels/linear/tile_x86.h"
#include "pfp/pfp_kernels.h"

enum {
    /* Positions at a time: two vectors of one row. */
    PFP_PLANAR_X86 = 2 * PFP_LANES,
    /* Channels at a time, as the registers allow. */
    PFP_PLANAR_X86_CHANNELS = PFP_LANES == 16 ? 6 : 2
};

/* One channel at PFP_PLANAR_X86 positions; form exact has no variances. */
typedef struct pfp__strip_x86 {
    pfp__vec mean[2];
    pfp__vec var[2];
} pfp__strip_x86;

/* Whether this way takes fewer multiplications; `pool` positions of a row make an output. */
PFP_INLINE int pfp__planar_x86_pays(const pfp_conv2d_shape *s, size_t pool) {
    const size_t width = pool * s->out_w;
    const size_t strips = (width + PFP_PLANAR_X86 - 1) / PFP_PLANAR_X86 * PFP_PLANAR_X86;
    const size_t panels = ((size_t)s->out_c + PFP_TILE_X86 - 1) / PFP_TILE_X86 * PFP_TILE_X86;
    return s->in_c == 1 && s->stride_w == 1 && s->out_c * strips < width * panels;
}

/* Where channel `c`, of a panel, has its bias; tap k is (k + 1) * tap_len behind. */
PFP_INLINE const float *pfp__planar_x86_weights(enum pfp__form form, const pfp_conv2d_shape *s,
                                                const float *weights, size_t c) {
    const size_t taps = (size_t)s->in_planes * s->kernel_h * s->kernel_w;
    const size_t panel_len = pfp__tile_x86_tap_len(form) * (taps + 1);
    return weights + c / PFP_TILE_X86 * panel_len + c % PFP_TILE_X86;
}

/* Whether PFP_PLANAR_X86_CHANNELS from channel `c` on are there, in one panel. */
PFP_INLINE int pfp__planar_x86_is_many(const pfp_conv2d_shape *s, size_t c) {
    return c + PFP_PLANAR_X86_CHANNELS <= s->out_c &&
           c % PFP_TILE_X86 + PFP_PLANAR_X86_CHANNELS <= PFP_TILE_X86;
}

/* The inputs at tap column `kx` of the positions from x on, PFP_LANES of them, less the shift. */
PFP_INLINE pfp__vec pfp__planar_x86_inputs(enum pfp__form form, const pfp_conv2d_shape *s,
                                           const float *row, float shift, size_t x) {
    const size_t from = x < s->pad_left ? s->pad_left - x : 0;
    const size_t end = (size_t)s->in_w + s->pad_left;
    const size_t to = x >= end ? 0 : end - x;
    const size_t first = from < PFP_LANES ? from : PFP_LANES;
    const size_t last = to < PFP_LANES ? to : PFP_LANES;
    /* The address may lie outside of the row, the lanes that are read do not. */
    const uintptr_t at = (uintptr_t)row + (x - s->pad_left) * sizeof(float);
    const pfp__mask mask = pfp__mask_between(first, last);
    const pfp__vec in = pfp__vec_load_masked((const float *)at, mask);
    if (form == PFP_FORM_EXACT) {
        return in;
    }
    return pfp__vec_select(mask, pfp__vec_sub(in, pfp__vec_set1(shift)), pfp__vec_set1(0.0f));
}

/* `channels`, a constant, at the positions from x on of row y of the convolution. */
PFP_INLINE void pfp__planar_x86_strip(enum pfp__form form, const size_t channels,
                                      const pfp_conv2d_shape *s, const pfp__conv2d_in *in,
                                      const float *weights, uint32_t y, uint32_t x,
                                      pfp__strip_x86 *strips) {
    const size_t tap_len = pfp__tile_x86_tap_len(form);
    const pfp__taps rows = pfp__taps_of_row(s, y);
    pfp__strip_x86 sums[PFP_PLANAR_X86_CHANNELS];
    for (size_t c = 0; c < channels; c++) {
        for (size_t i = 0; i < 2; i++) {
            sums[c].mean[i] = pfp__vec_set1(weights[c]);
            sums[c].var[i] =
                pfp__vec_set1(form == PFP_FORM_EXACT ? 0.0f : weights[PFP_TILE_X86 + c]);
        }
    }
    for (size_t p = 0; p < s->in_planes; p++) {
        const float shift = form == PFP_FORM_EXACT ? 0.0f : in->shift[p];
        for (size_t ky = rows.begin; ky < rows.end; ky++) {
            const size_t in_y = (size_t)y * s->stride_h + ky - s->pad_top;
            const float *row = in->mean + (p * s->in_h + in_y) * s->in_w;
            const size_t taps = (p * s->kernel_h + ky) * s->kernel_w;
            for (size_t kx = 0; kx < s->kernel_w; kx++) {
                const float *tap = weights + (taps + kx + 1) * tap_len;
                pfp__vec mean[2], m2[2];
                for (size_t i = 0; i < 2; i++) {
                    mean[i] = pfp__planar_x86_inputs(form, s, row, shift, x + kx + i * PFP_LANES);
                    m2[i] = pfp__vec_mul(mean[i], mean[i]);
                }
                for (size_t c = 0; c < channels; c++) {
                    const float mw = tap[c];
                    for (size_t i = 0; i < 2; i++) {
                        sums[c].mean[i] = pfp__vec_fma_n(sums[c].mean[i], mean[i], mw);
                        if (form != PFP_FORM_EXACT) {
                            sums[c].var[i] =
                                pfp__vec_fma_n(sums[c].var[i], m2[i], tap[PFP_TILE_X86 + c]);
                        }
                    }
                }
            }
        }
    }
    for (size_t c = 0; c < channels; c++) {
        strips[c] = sums[c];
    }
}

/* `count` positions, the lanes of two vectors, of one channel among `step`. */
PFP_INLINE void pfp__planar_x86_store(const pfp__vec *x, size_t vecs, size_t count, float *out,
                                      size_t step) {
    float values[PFP_PLANAR_X86];
    for (size_t i = 0; i < vecs; i++) {
        pfp__vec_store(values + i * PFP_LANES, x[i]);
    }
    for (size_t i = 0; i < count; i++) {
        out[i * step] = values[i];
    }
}

/* `channels`, a constant, from channel `first` on at one strip. */
PFP_INLINE void pfp__planar_x86_channels(enum pfp__form form, const size_t channels,
                                         const pfp_conv2d_shape *s, const pfp__conv2d_in *in,
                                         const float *weights, uint32_t y, uint32_t x, size_t first,
                                         float *out_mean, float *out_var) {
    const size_t left = s->out_w - x;
    const size_t count = left < PFP_PLANAR_X86 ? left : PFP_PLANAR_X86;
    pfp__strip_x86 strips[PFP_PLANAR_X86_CHANNELS];
    pfp__planar_x86_strip(form, channels, s, in, pfp__planar_x86_weights(form, s, weights, first),
                          y, x, strips);
    for (size_t c = 0; c < channels; c++) {
        const size_t out = ((size_t)y * s->out_w + x) * s->out_c + first + c;
        pfp__planar_x86_store(strips[c].mean, 2, count, out_mean + out, s->out_c);
        if (form != PFP_FORM_EXACT) {
            pfp__planar_x86_store(strips[c].var, 2, count, out_var + out, s->out_c);
        }
    }
}

/* out_var may be NULL in form exact. */
PFP_INLINE void pfp__conv2d_planar_x86(enum pfp__form form, const pfp_conv2d_shape *s,
                                       const pfp__conv2d_in *in, const float *weights,
                                       float *out_mean, float *out_var) {
    for (uint32_t y = 0; y < s->out_h; y++) {
        for (uint32_t x = 0; x < s->out_w; x += PFP_PLANAR_X86) {
            for (size_t c = 0; c < s->out_c;) {
                if (pfp__planar_x86_is_many(s, c)) {
                    pfp__planar_x86_channels(form, PFP_PLANAR_X86_CHANNELS, s, in, weights, y, x, c,
                                             out_mean, out_var);
                    c += PFP_PLANAR_X86_CHANNELS;
                } else {
                    pfp__planar_x86_channels(form, 1, s, in, weights, y, x, c, out_mean, out_var);
                    c++;
                }
            }
        }
    }
}

#endif
