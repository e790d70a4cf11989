#ifndef PFP_KERNELS_CONV2D_MAXPOOL2D_RELU_X86_H
#define PFP_KERNELS_CONV2D_MAXPOOL2D_RELU_X86_H

/* The bodies of the conv2d_maxpool2d_relu kernels for x86-64. */

#include "kernels/conv2d/outputs_x86.h"
#include "kernels/conv2d/planar_x86.h"
#include "kernels/maxpool2d/window_2x2.h"

/* What the bodies pass down; out_var is NULL in form exact, where the tier is without effect. */
typedef struct pfp__pooled_x86 {
    pfp_conv2d_shape s;
    pfp__conv2d_in in;
    const float *weights;
    float *out_mean, *out_var;
} pfp__pooled_x86;

/* The largest of a window whose rows are a, b and c, d, then relu. */
PFP_INLINE pfp__gauss pfp__pooled_x86_fold(enum pfp__form form, enum pfp__tier tier, pfp__gauss a,
                                           pfp__gauss b, pfp__gauss c, pfp__gauss d) {
    if (form != PFP_FORM_EXACT) {
        return pfp__gauss_relu(pfp__window_2x2_fold(tier, a, b, c, d), tier);
    }
    const pfp__vec zero = pfp__vec_set1(0.0f);
    const pfp__vec largest =
        pfp__vec_max(pfp__vec_max(a.mean, b.mean), pfp__vec_max(c.mean, d.mean));
    const pfp__gauss y = {pfp__vec_max(largest, zero), zero};
    return y;
}

PFP_INLINE pfp__gauss pfp__tile_x86_gauss(const pfp__tile_x86 *tile, size_t i) {
    const pfp__gauss x = {tile->mean[i], tile->var[i]};
    return x;
}

/* Sixteen channels of `windows`, a constant, from output (y, x) on. */
PFP_INLINE void pfp__pooled_x86_windows(enum pfp__form form, enum pfp__tier tier,
                                        const size_t windows, const pfp__pooled_x86 *k, uint32_t y,
                                        uint32_t x, size_t first, const float *panel) {
    pfp__tile_x86 above[2 * PFP_TILE_X86_TILES], below[2 * PFP_TILE_X86_TILES];
    pfp__outputs_x86(form, 2 * windows, &k->s, 2 * y, 2 * x, &k->in, panel, above);
    pfp__outputs_x86(form, 2 * windows, &k->s, 2 * y + 1, 2 * x, &k->in, panel, below);
    for (size_t w = 0; w < windows; w++) {
        pfp__tile_x86 pooled;
        for (size_t i = 0; i < PFP_TILE_X86_VECS; i++) {
            const pfp__gauss largest = pfp__pooled_x86_fold(
                form, tier, pfp__tile_x86_gauss(&above[2 * w], i),
                pfp__tile_x86_gauss(&above[2 * w + 1], i), pfp__tile_x86_gauss(&below[2 * w], i),
                pfp__tile_x86_gauss(&below[2 * w + 1], i));
            pooled.mean[i] = largest.mean;
            pooled.var[i] = largest.var;
        }
        const size_t out = ((size_t)y * k->s.out_w + x + w) * k->s.out_c + first;
        pfp__tile_x86_store(form, &pooled, k->s.out_c - first, k->out_mean + out,
                            form == PFP_FORM_EXACT ? NULL : k->out_var + out);
    }
}

PFP_INLINE void pfp__pooled_x86_outputs(enum pfp__form form, enum pfp__tier tier,
                                        const pfp__pooled_x86 *k) {
    enum { WINDOWS = PFP_TILE_X86_TILES > 2 ? PFP_TILE_X86_TILES / 2 : 1 };
    const size_t panel_len = pfp__conv2d_x86_panel_len(form, &k->s);
    for (uint32_t y = 0; y < k->s.out_h; y++) {
        for (uint32_t x = 0; x < k->s.out_w;) {
            const int many = x + WINDOWS <= k->s.out_w;
            const float *panel = k->weights;
            for (size_t first = 0; first < k->s.out_c; first += PFP_TILE_X86) {
                if (many) {
                    pfp__pooled_x86_windows(form, tier, WINDOWS, k, y, x, first, panel);
                } else {
                    pfp__pooled_x86_windows(form, tier, 1, k, y, x, first, panel);
                }
                panel += panel_len;
            }
            x += many ? WINDOWS : 1;
        }
    }
}

/* `channels`, a constant, from channel `first` on of PFP_LANES windows from output (y, x) on. */
PFP_INLINE void pfp__pooled_x86_channels(enum pfp__form form, enum pfp__tier tier,
                                         const size_t channels, const pfp__pooled_x86 *k,
                                         uint32_t y, uint32_t x, size_t first) {
    const size_t left = k->s.out_w - x;
    const size_t count = left < PFP_LANES ? left : PFP_LANES;
    const float *weights = pfp__planar_x86_weights(form, &k->s, k->weights, first);
    pfp__strip_x86 above[PFP_PLANAR_X86_CHANNELS], below[PFP_PLANAR_X86_CHANNELS];
    pfp__planar_x86_strip(form, channels, &k->s, &k->in, weights, 2 * y, 2 * x, above);
    pfp__planar_x86_strip(form, channels, &k->s, &k->in, weights, 2 * y + 1, 2 * x, below);
    for (size_t c = 0; c < channels; c++) {
        pfp__gauss windows[4];
        for (size_t row = 0; row < 2; row++) {
            const pfp__strip_x86 *strip = row == 0 ? &above[c] : &below[c];
            windows[2 * row].mean = pfp__vec_even(strip->mean[0], strip->mean[1]);
            windows[2 * row].var = pfp__vec_even(strip->var[0], strip->var[1]);
            windows[2 * row + 1].mean = pfp__vec_odd(strip->mean[0], strip->mean[1]);
            windows[2 * row + 1].var = pfp__vec_odd(strip->var[0], strip->var[1]);
        }
        const pfp__gauss largest =
            pfp__pooled_x86_fold(form, tier, windows[0], windows[1], windows[2], windows[3]);
        const size_t out = ((size_t)y * k->s.out_w + x) * k->s.out_c + first + c;
        pfp__planar_x86_store(&largest.mean, 1, count, k->out_mean + out, k->s.out_c);
        if (form != PFP_FORM_EXACT) {
            pfp__planar_x86_store(&largest.var, 1, count, k->out_var + out, k->s.out_c);
        }
    }
}

PFP_INLINE void pfp__pooled_x86_planar(enum pfp__form form, enum pfp__tier tier,
                                       const pfp__pooled_x86 *k) {
    for (uint32_t y = 0; y < k->s.out_h; y++) {
        for (uint32_t x = 0; x < k->s.out_w; x += PFP_LANES) {
            for (size_t c = 0; c < k->s.out_c;) {
                if (pfp__planar_x86_is_many(&k->s, c)) {
                    pfp__pooled_x86_channels(form, tier, PFP_PLANAR_X86_CHANNELS, k, y, x, c);
                    c += PFP_PLANAR_X86_CHANNELS;
                } else {
                    pfp__pooled_x86_channels(form, tier, 1, k, y, x, c);
                    c++;
                }
            }
        }
    }
}

PFP_INLINE void pfp__conv2d_maxpool2d_relu_x86(enum pfp__form form, enum pfp__tier tier,
                                               const pfp_conv2d_shape *shape, pfp__conv2d_in in,
                                               const float *weights, float *out_mean,
                                               float *out_var) {
    const pfp__pooled_x86 k = {*shape, in, weights, out_mean, out_var};
    if (form != PFP_FORM_GENERAL && pfp__planar_x86_pays(shape, 2)) {
        pfp__pooled_x86_planar(form, tier, &k);
    } else {
        pfp__pooled_x86_outputs(form, tier, &k);
    }
}

#endif
