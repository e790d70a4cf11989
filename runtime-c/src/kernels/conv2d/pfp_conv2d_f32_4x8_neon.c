#include "pfp/pfp_kernels.h"

#if PFP_HAS_NEON

#include <assert.h>

#include "kernels/conv2d/general_neon.h"

typedef struct tensors {
    const pfp_conv2d_shape *shape;
    const float *in_mean, *in_var, *weights;
    float *out_mean, *out_var;
} tensors;

static void band(const tensors *t, const pfp__band *b, pfp__strip_neon *strip) {
    const pfp_conv2d_shape *s = t->shape;
    const size_t row_len = b->columns * s->in_c;
    const size_t row_step = PFP_INPUT_FLOATS * row_len;
    float *to = strip->at;
    for (size_t row = 0; row < b->rows; row++) {
        to = pfp__strip_fill(to, s, t->in_mean, t->in_var, b->in_y + row, b->in_x * s->in_c,
                             row_len);
    }
    for (size_t i = 0; i < PFP_STRIP_END; i++) {
        to[i] = 0.0f;
    }
    const size_t run = (size_t)s->kernel_w * s->in_c;
    const size_t panel_len = 2 * PFP_TILE_NEON * (1 + s->kernel_h * run);
    const size_t step_w = (size_t)PFP_INPUT_FLOATS * s->stride_w * s->in_c;
    const size_t step_h = s->stride_h * row_step;
    const size_t width = b->x_end - b->x;
    const float *panel = t->weights;
    for (size_t first = 0; first < s->out_c; first += PFP_TILE_NEON) {
        const size_t outputs = s->out_c - first;
        size_t left = width * (b->y_end - b->y);
        size_t x = 0;
        const float *in = strip->at;
        size_t out = (b->y * s->out_w + b->x) * s->out_c + first;
        while (left > 0) {
            const float *starts[4];
            size_t outs[4];
            for (size_t i = 0; i < 4; i++) {
                starts[i] = in;
                outs[i] = out;
                if (left > 1) {
                    left--;
                    x++;
                    in += step_w;
                    out += s->out_c;
                    if (x == width) {
                        x = 0;
                        in += step_h - width * step_w;
                        out += (s->out_w - width) * s->out_c;
                    }
                } else if (i == 3) {
                    left = 0;
                }
            }
            const pfp__starts_neon at = {starts[0], starts[1], starts[2], starts[3]};
            const pfp__quad_neon q = pfp__quad_neon_rows(panel, at, s->kernel_h, run, row_step);
            pfp__tile_neon_store(q.p0, outputs, t->out_mean + outs[0], t->out_var + outs[0]);
            pfp__tile_neon_store(q.p1, outputs, t->out_mean + outs[1], t->out_var + outs[1]);
            pfp__tile_neon_store(q.p2, outputs, t->out_mean + outs[2], t->out_var + outs[2]);
            pfp__tile_neon_store(q.p3, outputs, t->out_mean + outs[3], t->out_var + outs[3]);
        }
        panel += panel_len;
    }
}

void pfp_conv2d_f32_4x8_neon(const pfp_conv2d_shape *shape, const float *in_mean,
                             const float *in_var, const void *weights, float *scratch,
                             float *out_mean, float *out_var) {
    assert(shape != NULL && in_mean != NULL && in_var != NULL && weights != NULL);
    (void)scratch;
    const tensors t = {shape, in_mean, in_var, weights, out_mean, out_var};
    const size_t inputs = PFP_STRIP_FLOATS / PFP_INPUT_FLOATS / shape->in_c;
    pfp__strip_neon strip;
    pfp__band b;
    for (uint32_t y = 0; y < shape->out_h; y = b.y_end) {
        for (uint32_t x = 0; x < shape->out_w; x = b.x_end) {
            b = pfp__band_at(shape, 1, inputs, y, x);
            band(&t, &b, &strip);
        }
    }
}

#endif
