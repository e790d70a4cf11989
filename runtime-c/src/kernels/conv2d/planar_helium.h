#ifndef PFP_KERNELS_CONV2D_PLANAR_HELIUM_H
#define PFP_KERNELS_CONV2D_PLANAR_HELIUM_H

/* The bodies of Helium's planar convolutions. */

#include "kernels/conv2d/position_planar.h"
#include "kernels/conv2d/quad_helium.h"

/* A few positions of a row. In form exact out_var is out_mean + 3, where outputs 3 to 5 go. */
typedef struct pfp__quad_row {
    pfp__quad_walk walk;
    const float *in; /* the strip at the first */
    const float *weights;
    size_t panel_len;
    float *out_mean, *out_var;
    uint32_t out_c, positions;
    uint32_t quad_step; /* from one quad's outputs to the next, in bytes */
} pfp__quad_row;

/* All quads of which no position nor output is missing. */
PFP_INLINE void pfp__quad_row_whole(int exact, const pfp__quad_row *t, uint32_t width) {
    const uint32x4_t steps = vmulq_n_u32(vidupq_n_u32(0, 4), t->out_c);
    const uint32_t gap = pfp__quad_address(t->out_var) - pfp__quad_address(t->out_mean);
    const float *panel = t->weights;
    const uint32_t tile = pfp__quad_tile(exact);
    for (uint32_t first = 0; first + tile <= t->out_c; first += tile) {
        const float *in = t->in;
        uint32x4_t at = vaddq_n_u32(steps, pfp__quad_address(t->out_mean + first));
        for (uint32_t quads = t->positions / 4; quads > 0; quads--) {
            pfp__quad_store(pfp__quad_sum(exact, &t->walk, width, in, panel), at, gap);
            in += 4;
            at = vaddq_n_u32(at, t->quad_step);
        }
        panel += t->panel_len;
    }
}

/* Of the panel that begins with output `first`, the quad at `position` and on, as much as is
 * there. */
static __attribute__((noinline, unused)) void
pfp__quad_row_cut_at(int exact, const pfp__quad_row *t, uint32_t first, uint32_t position) {
    const uint32_t tile = pfp__quad_tile(exact);
    float sums[2 * 4 * PFP_QUAD_TILE];
    float *const var = sums + (exact ? 3 : 4 * PFP_QUAD_TILE);
    const uint32x4_t steps = vmulq_n_u32(vidupq_n_u32(0, 4), tile);
    const float *panel = t->weights + first / tile * t->panel_len;
    pfp__quad_store(pfp__quad_sum(exact, &t->walk, 0, t->in + position, panel),
                    vaddq_n_u32(steps, pfp__quad_address(sums)),
                    pfp__quad_address(var) - pfp__quad_address(sums));
    const size_t out = (size_t)position * t->out_c + first;
    for (uint32_t i = 0; i < 4 && position + i < t->positions; i++) {
        for (uint32_t j = 0; j < tile && first + j < t->out_c; j++) {
            t->out_mean[out + i * t->out_c + j] = sums[i * tile + j];
            if (!exact) {
                t->out_var[out + i * t->out_c + j] = var[i * tile + j];
            }
        }
    }
}

PFP_INLINE void pfp__quad_row_cut(int exact, const pfp__quad_row *t) {
    const uint32_t tile = pfp__quad_tile(exact);
    const uint32_t whole_c = t->out_c / tile * tile;
    if (t->positions % 4 != 0) {
        for (uint32_t first = 0; first < whole_c; first += tile) {
            pfp__quad_row_cut_at(exact, t, first, t->positions / 4 * 4);
        }
    }
    if (whole_c < t->out_c) {
        for (uint32_t position = 0; position < t->positions; position += 4) {
            pfp__quad_row_cut_at(exact, t, whole_c, position);
        }
    }
}

/* Functions of their own, for the sake of registers. */
static __attribute__((noinline, unused)) void pfp__quad_row_whole_5(int exact,
                                                                    const pfp__quad_row *t) {
    pfp__quad_row_whole(exact, t, 5);
}

static __attribute__((noinline, unused)) void pfp__quad_row_whole_3(int exact,
                                                                    const pfp__quad_row *t) {
    pfp__quad_row_whole(exact, t, 3);
}

static __attribute__((noinline, unused)) void pfp__quad_row_whole_any(int exact,
                                                                      const pfp__quad_row *t) {
    pfp__quad_row_whole(exact, t, 0);
}

/* A strip of `out_rows` rows of outputs at a time. */
PFP_INLINE void pfp__quad_rows(int exact, pfp__strip *strip, const pfp_conv2d_shape *s,
                               uint32_t out_rows, const float *in, const float *shift,
                               pfp__quad_row *task) {
    const uint32_t width = s->stride_w == 1 ? s->kernel_w : 0;
    task->walk = pfp__quad_walk_of(strip, s);
    float *const out_mean = task->out_mean, *const out_var = task->out_var;
    for (uint32_t y = 0; y < s->out_h; y += out_rows) {
        for (uint32_t x = 0; x < s->out_w; x += strip->outputs) {
            const int moves = y > 0 && strip->outputs >= s->out_w;
            pfp__strip_fill(strip, s, moves ? pfp__strip_move(strip, s, out_rows) : 0, y, x, in,
                            shift);
            const uint32_t left = s->out_w - x;
            task->positions = left < strip->outputs ? left : strip->outputs;
            for (uint32_t row = 0; row < out_rows && y + row < s->out_h; row++) {
                const size_t out = ((size_t)(y + row) * s->out_w + x) * s->out_c;
                task->in = strip->in + row * s->stride_h * strip->row_len;
                task->out_mean = out_mean + out;
                task->out_var = out_var + out;
                if (width == 5) {
                    pfp__quad_row_whole_5(exact, task);
                } else if (width == 3) {
                    pfp__quad_row_whole_3(exact, task);
                } else {
                    pfp__quad_row_whole_any(exact, task);
                }
                pfp__quad_row_cut(exact, task);
            }
        }
    }
}

/* For shapes of which no strip fits. */
PFP_INLINE void pfp__planar_one_by_one(int exact, const pfp_conv2d_shape *s, const float *in,
                                       const float *shift, const pfp__quad_row *task) {
    const uint32_t tile = pfp__quad_tile(exact);
    size_t out = 0;
    for (uint32_t y = 0; y < s->out_h; y++) {
        for (uint32_t x = 0; x < s->out_w; x++) {
            for (uint32_t c = 0; c < s->out_c; c++) {
                const float *panel = task->weights + c / tile * task->panel_len;
                const pfp__moments sum =
                    pfp__position_planar(exact, s, y, x, in, shift, panel, tile, c % tile);
                task->out_mean[out] = sum.mean;
                if (!exact) {
                    task->out_var[out] = sum.var;
                }
                out++;
            }
        }
    }
}

/* out_var: see pfp__quad_row. */
PFP_INLINE void pfp__planar_helium(int exact, const pfp_conv2d_shape *s, const float *in,
                                   const float *shift, const float *weights, float *out_mean,
                                   float *out_var) {
    pfp__quad_row task;
    task.weights = weights;
    task.panel_len = pfp__quad_panel_len(s);
    task.out_mean = out_mean;
    task.out_var = out_var;
    task.out_c = s->out_c;
    task.quad_step = 4 * s->out_c * (uint32_t)sizeof(float);
    pfp__strip strip;
    uint32_t out_rows = 4;
    pfp__strip_init(&strip, s, out_rows, s->out_w);
    while (strip.outputs == 0 && out_rows > 1) {
        out_rows /= 2;
        pfp__strip_init(&strip, s, out_rows, s->out_w);
    }
    if (exact && strip.outputs < s->out_w) {
        /* Rows must be written in order, also where one takes several strips. */
        out_rows = 1;
        pfp__strip_init(&strip, s, out_rows, s->out_w);
    }
    if (strip.outputs == 0) {
        pfp__planar_one_by_one(exact, s, in, shift, &task);
    } else {
        pfp__quad_rows(exact, &strip, s, out_rows, in, shift, &task);
    }
}

#endif
