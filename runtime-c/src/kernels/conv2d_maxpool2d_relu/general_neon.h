#ifndef PFP_KERNELS_CONV2D_MAXPOOL2D_RELU_GENERAL_NEON_H
#define PFP_KERNELS_CONV2D_MAXPOOL2D_RELU_GENERAL_NEON_H

/*
 * The body of the general NEON kernels: the four positions of a tile are a window's, and go from
 * their registers into Clark's max.
 */

#include "vec/neon.h"
#include "kernels/conv2d/quad_neon.h"
#include "kernels/maxpool2d/window_2x2.h"

PFP_INLINE pfp__gauss pfp__gauss_of(float32x4_t mean, float32x4_t var) {
    const pfp__gauss g = {mean, var};
    return g;
}

/* Writes the first min(8, left) channels. */
PFP_INLINE void pfp__quad_neon_pool(enum pfp__tier tier, pfp__quad_neon q, size_t left,
                                    float *out_mean, float *out_var) {
    const pfp__gauss low = pfp__window_2x2_fold(
        tier, pfp__gauss_of(q.p0.mean0, q.p0.var0), pfp__gauss_of(q.p1.mean0, q.p1.var0),
        pfp__gauss_of(q.p2.mean0, q.p2.var0), pfp__gauss_of(q.p3.mean0, q.p3.var0));
    pfp__gauss_store(out_mean, out_var, pfp__gauss_relu(low, tier), left < 4 ? left : 4);
    if (left > 4) {
        const pfp__gauss high = pfp__window_2x2_fold(
            tier, pfp__gauss_of(q.p0.mean1, q.p0.var1), pfp__gauss_of(q.p1.mean1, q.p1.var1),
            pfp__gauss_of(q.p2.mean1, q.p2.var1), pfp__gauss_of(q.p3.mean1, q.p3.var1));
        pfp__gauss_store(out_mean + 4, out_var + 4, pfp__gauss_relu(high, tier),
                         left < 8 ? left - 4 : 4);
    }
}

PFP_INLINE void pfp__pool_band(enum pfp__tier tier, const pfp__conv2d_quads *t, const pfp__band *b,
                               float *strip) {
    const pfp_conv2d_shape *s = t->shape;
    const pfp__strip_quads g = pfp__strip_quads_fill(0, t, b, strip);
    const size_t width = b->x_end - b->x;
    const float *panel = t->weights;
    for (size_t first = 0; first < s->out_c; first += PFP_TILE_NEON) {
        /* A band holds whole rows or part of one: its outputs are consecutive. */
        size_t out = ((size_t)b->y * s->out_w + b->x) * s->out_c + first;
        const float *row = strip;
        for (uint32_t y = b->y; y < b->y_end; y++) {
            const float *at = row;
            for (size_t x = 0; x < width; x++) {
                const pfp__starts_neon starts = {at, g.step_w, g.step_h, g.step_h + g.step_w};
                const pfp__quad_neon q = pfp__quad_neon_sum(0, &g, starts, panel);
                pfp__quad_neon_pool(tier, q, s->out_c - first, t->out_mean + out, t->out_var + out);
                at += 2 * g.step_w;
                out += s->out_c;
            }
            row += 2 * g.step_h;
        }
        panel += g.panel_len;
    }
}

/* One window that is too large for the strip. */
PFP_INLINE void pfp__pool_pieces(enum pfp__tier tier, const pfp__conv2d_quads *t, uint32_t y,
                                 uint32_t x, float *strip) {
    const pfp_conv2d_shape *s = t->shape;
    const size_t panel_len = 2 * PFP_TILE_NEON * (1 + (size_t)s->kernel_h * s->kernel_w * s->in_c);
    const uint32_t ys[4] = {2 * y, 2 * y, 2 * y + 1, 2 * y + 1};
    const uint32_t xs[4] = {2 * x, 2 * x + 1, 2 * x, 2 * x + 1};
    const float *panel = t->weights;
    size_t out = ((size_t)y * s->out_w + x) * s->out_c;
    for (size_t first = 0; first < s->out_c; first += PFP_TILE_NEON) {
        const pfp__quad_neon q = pfp__quad_neon_pieces(0, t, ys, xs, panel, strip);
        pfp__quad_neon_pool(tier, q, s->out_c - first, t->out_mean + out + first,
                            t->out_var + out + first);
        panel += panel_len;
    }
}

PFP_INLINE void pfp__conv2d_pooled(enum pfp__tier tier, const pfp__conv2d_quads *t) {
    const pfp_conv2d_shape *s = t->shape;
    const size_t inputs = PFP_STRIP_FLOATS / pfp__input_floats(0) / s->in_c;
    pfp__strip_neon strip;
    pfp__band b;
    for (uint32_t y = 0; y < s->out_h; y = b.y_end) {
        for (uint32_t x = 0; x < s->out_w; x = b.x_end) {
            b = pfp__band_at(s, 2, inputs, y, x);
            if (b.x_end > x) {
                pfp__pool_band(tier, t, &b, strip.at);
            } else {
                pfp__pool_pieces(tier, t, y, x, strip.at);
                b.x_end++;
            }
        }
    }
}

#endif
