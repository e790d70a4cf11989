#ifndef PFP_KERNELS_CONV2D_QUADS_NEON_H
#define PFP_KERNELS_CONV2D_QUADS_NEON_H

/* The body of the conv2d kernels of four positions by eight outputs, of form general or det. */

#include "kernels/conv2d/quad_neon.h"

/* Writes `positions` of four, `step` floats apart. */
PFP_INLINE void pfp__quad_neon_store(pfp__quad_neon q, size_t positions, size_t outputs,
                                     size_t step, float *out_mean, float *out_var) {
    const pfp__tile_neon tiles[4] = {q.p0, q.p1, q.p2, q.p3};
    for (size_t i = 0; i < positions; i++) {
        pfp__tile_neon_store(tiles[i], outputs, out_mean + i * step, out_var + i * step);
    }
}

PFP_INLINE void pfp__quads_band(int det, const pfp__conv2d_quads *t, const pfp__band *b,
                                float *strip) {
    const pfp_conv2d_shape *s = t->shape;
    const pfp__strip_quads g = pfp__strip_quads_fill(det, t, b, strip);
    const size_t width = b->x_end - b->x, step = s->out_c;
    /* A band holds whole rows or part of one: its outputs are consecutive. */
    const size_t out = ((size_t)b->y * s->out_w + b->x) * s->out_c;
    const float *panel = t->weights;
    for (size_t first = 0; first < s->out_c; first += PFP_TILE_NEON) {
        const size_t outputs = s->out_c - first;
        float *mean = t->out_mean + out + first, *var = t->out_var + out + first;
        pfp__walk_neon w = {strip, 0};
        for (size_t left = width * (b->y_end - b->y); left > 0;) {
            const pfp__starts_neon at = pfp__walk_neon_four(&w, left, width, g.step_w, g.step_h);
            const pfp__quad_neon q = pfp__quad_neon_sum(det, &g, at, panel);
            const size_t positions = left < 4 ? left : 4;
            if (positions == 4 && outputs >= PFP_TILE_NEON) {
                pfp__quad_neon_store(q, 4, PFP_TILE_NEON, step, mean, var);
            } else {
                pfp__quad_neon_store(q, positions, outputs, step, mean, var);
            }
            mean += 4 * step;
            var += 4 * step;
            left -= positions;
        }
        panel += g.panel_len;
    }
}

/* Four positions from (y, x) whose windows are too large for the strip; returns how many. */
PFP_INLINE uint32_t pfp__quads_pieces(int det, const pfp__conv2d_quads *t, uint32_t y, uint32_t x,
                                      float *strip) {
    const pfp_conv2d_shape *s = t->shape;
    const uint32_t left = s->out_w - x, positions = left < 4 ? left : 4;
    const size_t taps = (det ? s->in_planes : 1) * (size_t)s->kernel_h * s->kernel_w * s->in_c;
    const uint32_t ys[4] = {y, y, y, y};
    uint32_t xs[4];
    for (uint32_t i = 0; i < 4; i++) {
        xs[i] = x + (i < positions ? i : positions - 1);
    }
    const float *panel = t->weights;
    const size_t out = ((size_t)y * s->out_w + x) * s->out_c;
    for (size_t first = 0; first < s->out_c; first += PFP_TILE_NEON) {
        const pfp__quad_neon q = pfp__quad_neon_pieces(det, t, ys, xs, panel, strip);
        pfp__quad_neon_store(q, positions, s->out_c - first, s->out_c, t->out_mean + out + first,
                             t->out_var + out + first);
        panel += 2 * PFP_TILE_NEON * (1 + taps);
    }
    return positions;
}

PFP_INLINE void pfp__quads(int det, const pfp__conv2d_quads *t) {
    const pfp_conv2d_shape *s = t->shape;
    const size_t inputs =
        PFP_STRIP_FLOATS / pfp__input_floats(det) / ((det ? s->in_planes : 1) * (size_t)s->in_c);
    pfp__strip_neon strip;
    pfp__band b;
    for (uint32_t y = 0; y < s->out_h; y = b.y_end) {
        for (uint32_t x = 0; x < s->out_w; x = b.x_end) {
            b = pfp__band_at(s, 1, inputs, y, x);
            if (b.x_end > x) {
                pfp__quads_band(det, t, &b, strip.at);
            } else {
                b.x_end += pfp__quads_pieces(det, t, y, x, strip.at);
            }
        }
    }
}

#endif
