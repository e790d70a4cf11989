#include "pfp/pfp_kernels.h"

#if PFP_HAS_NEON

#include <assert.h>

#include "kernels/conv2d/det_neon.h"

static void convolve_band(const pfp__conv2d_det *t, const pfp__band *b, float *strip) {
    const pfp_conv2d_shape *s = t->shape;
    const size_t row_len = b->columns * s->in_c, run = (size_t)s->kernel_w * s->in_c;
    float *to = strip;
    for (size_t plane = 0; plane < s->in_planes; plane++) {
        for (size_t row = 0; row < b->rows; row++) {
            to = pfp__det_fill(to, t, plane, b->in_y + row, b->in_x * s->in_c, row_len);
        }
    }
    for (size_t i = 0; i < PFP_STRIP_END; i++) {
        to[i] = 0.0f;
    }
    const size_t step_w = (size_t)PFP_DET_FLOATS * s->stride_w * s->in_c;
    const size_t step_h = PFP_DET_FLOATS * s->stride_h * row_len;
    const size_t plane_len = PFP_DET_FLOATS * b->rows * row_len;
    const size_t plane_weights = 2 * PFP_TILE_NEON * s->kernel_h * run;
    const size_t width = b->x_end - b->x, step = s->out_c;
    /* A band holds whole rows or part of one: its outputs are consecutive. */
    const size_t out = ((size_t)b->y * s->out_w + b->x) * s->out_c;
    const float *panel = t->weights;
    for (size_t first = 0; first < s->out_c; first += PFP_TILE_NEON) {
        const size_t outputs = s->out_c - first;
        float *mean = t->out_mean + out + first, *var = t->out_var + out + first;
        pfp__walk_neon w = {strip, 0};
        for (size_t left = width * (b->y_end - b->y); left > 0;) {
            pfp__starts_neon at = pfp__walk_neon_four(&w, left, width, step_w, step_h);
            pfp__quad_neon q = pfp__quad_neon_bias(panel);
            const float *weights = panel + 2 * PFP_TILE_NEON;
            for (size_t plane = 0; plane < s->in_planes; plane++) {
                q = pfp__det_rows(q, at, s->kernel_h, run, PFP_DET_FLOATS * (row_len - run),
                                  weights);
                at.p0 += plane_len;
                weights += plane_weights;
            }
            const size_t positions = left < 4 ? left : 4;
            if (positions == 4 && outputs >= PFP_TILE_NEON) {
                pfp__det_store(q, 4, PFP_TILE_NEON, step, mean, var);
            } else {
                pfp__det_store(q, positions, outputs, step, mean, var);
            }
            mean += 4 * step;
            var += 4 * step;
            left -= positions;
        }
        panel += 2 * PFP_TILE_NEON + s->in_planes * plane_weights;
    }
}

/* Four positions from (y, x) whose windows are too large for the strip; returns how many. */
static uint32_t convolve_pieces(const pfp__conv2d_det *t, uint32_t y, uint32_t x, float *strip) {
    const pfp_conv2d_shape *s = t->shape;
    const size_t run = (size_t)s->kernel_w * s->in_c;
    const uint32_t left = s->out_w - x, positions = left < 4 ? left : 4;
    const pfp__starts_neon at = {strip, PFP_DET_CHUNK_FLOATS, 2 * PFP_DET_CHUNK_FLOATS,
                                 3 * PFP_DET_CHUNK_FLOATS};
    const size_t out = ((size_t)y * s->out_w + x) * s->out_c;
    const float *weights = t->weights;
    for (size_t first = 0; first < s->out_c; first += PFP_TILE_NEON) {
        pfp__quad_neon q = pfp__quad_neon_bias(weights);
        weights += 2 * PFP_TILE_NEON;
        for (size_t row = 0; row < (size_t)s->in_planes * s->kernel_h; row++) {
            for (size_t k = 0; k < run; k += PFP_CHUNK) {
                const size_t len = run - k < PFP_CHUNK ? run - k : PFP_CHUNK;
                for (uint32_t i = 0; i < 4; i++) {
                    const size_t at_x = x + (i < positions ? i : 0);
                    pfp__det_fill(strip + i * PFP_DET_CHUNK_FLOATS, t, row / s->kernel_h,
                                  (size_t)y * s->stride_h + row % s->kernel_h,
                                  at_x * s->stride_w * s->in_c + k, len);
                }
                q = pfp__det_rows(q, at, 1, len, 0, weights);
                weights += 2 * PFP_TILE_NEON * len;
            }
        }
        pfp__det_store(q, positions, s->out_c - first, s->out_c, t->out_mean + out + first,
                       t->out_var + out + first);
    }
    return positions;
}

void pfp_conv2d_det_f32_4x8_neon(const pfp_conv2d_shape *shape, const float *in, const float *shift,
                                 const void *weights, float *scratch, float *out_mean,
                                 float *out_var) {
    assert(shape != NULL && in != NULL && shift != NULL && weights != NULL);
    (void)scratch;
    const pfp__conv2d_det t = {shape, in, shift, weights, out_mean, out_var};
    const size_t inputs =
        PFP_STRIP_FLOATS / PFP_DET_FLOATS / ((size_t)shape->in_c * shape->in_planes);
    pfp__strip_neon strip;
    pfp__band b;
    for (uint32_t y = 0; y < shape->out_h; y = b.y_end) {
        for (uint32_t x = 0; x < shape->out_w; x = b.x_end) {
            b = pfp__band_at(shape, 1, inputs, y, x);
            if (b.x_end > x) {
                convolve_band(&t, &b, strip.at);
            } else {
                b.x_end += convolve_pieces(&t, y, x, strip.at);
            }
        }
    }
}

#endif
