#include "pfp/pfp_kernels.h"

#if PFP_HAS_HELIUM

#include <assert.h>

#include "kernels/conv2d/position_det.h"
#include "kernels/conv2d/quad_helium.h"

/* A few positions of a row. */
typedef struct row_task {
    pfp__quad_walk walk;
    const float *in; /* the strip at the first */
    const float *weights;
    size_t panel_len;
    float *out_mean, *out_var;
    uint32_t out_c, positions;
    uint32_t quad_step; /* from one quad's outputs to the next, in bytes */
} row_task;

/* All quads of which no position nor output is missing. */
PFP_INLINE void whole_quads(const row_task *t, uint32_t width) {
    const uint32x4_t steps = vmulq_n_u32(vidupq_n_u32(0, 4), t->out_c);
    const uint32_t gap = pfp__quad_address(t->out_var) - pfp__quad_address(t->out_mean);
    const float *panel = t->weights;
    for (uint32_t first = 0; first + PFP_QUAD_TILE <= t->out_c; first += PFP_QUAD_TILE) {
        const float *in = t->in;
        uint32x4_t at = vaddq_n_u32(steps, pfp__quad_address(t->out_mean + first));
        for (uint32_t quads = t->positions / 4; quads > 0; quads--) {
            pfp__quad_store(pfp__quad_sum(&t->walk, width, in, panel), at, gap);
            in += 4;
            at = vaddq_n_u32(at, t->quad_step);
        }
        panel += t->panel_len;
    }
}

/* Of the panel that begins with output `first`, the quad at `position` and on, as much as is
 * there. */
static __attribute__((noinline)) void cut_quad(const row_task *t, uint32_t first,
                                               uint32_t position) {
    float mean[4 * PFP_QUAD_TILE], var[4 * PFP_QUAD_TILE];
    const uint32x4_t steps = vmulq_n_u32(vidupq_n_u32(0, 4), PFP_QUAD_TILE);
    const float *panel = t->weights + first / PFP_QUAD_TILE * t->panel_len;
    pfp__quad_store(pfp__quad_sum(&t->walk, 0, t->in + position, panel),
                    vaddq_n_u32(steps, pfp__quad_address(mean)),
                    pfp__quad_address(var) - pfp__quad_address(mean));
    const size_t out = (size_t)position * t->out_c + first;
    for (uint32_t i = 0; i < 4 && position + i < t->positions; i++) {
        for (uint32_t j = 0; j < PFP_QUAD_TILE && first + j < t->out_c; j++) {
            t->out_mean[out + i * t->out_c + j] = mean[i * PFP_QUAD_TILE + j];
            t->out_var[out + i * t->out_c + j] = var[i * PFP_QUAD_TILE + j];
        }
    }
}

static void cut_quads(const row_task *t) {
    const uint32_t whole_c = t->out_c / PFP_QUAD_TILE * PFP_QUAD_TILE;
    if (t->positions % 4 != 0) {
        for (uint32_t first = 0; first < whole_c; first += PFP_QUAD_TILE) {
            cut_quad(t, first, t->positions / 4 * 4);
        }
    }
    if (whole_c < t->out_c) {
        for (uint32_t position = 0; position < t->positions; position += 4) {
            cut_quad(t, whole_c, position);
        }
    }
}

/* Functions of their own, for the sake of registers. */
static __attribute__((noinline)) void whole_quads_5(const row_task *t) {
    whole_quads(t, 5);
}

static __attribute__((noinline)) void whole_quads_3(const row_task *t) {
    whole_quads(t, 3);
}

static __attribute__((noinline)) void whole_quads_any(const row_task *t) {
    whole_quads(t, 0);
}

/* A strip of `out_rows` rows of outputs at a time. */
static void all_positions(pfp__strip *strip, const pfp_conv2d_shape *s, uint32_t out_rows,
                          const float *in, const float *shift, row_task *task) {
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
                    whole_quads_5(task);
                } else if (width == 3) {
                    whole_quads_3(task);
                } else {
                    whole_quads_any(task);
                }
                cut_quads(task);
            }
        }
    }
}

static void one_by_one(const pfp_conv2d_shape *s, const float *in, const float *shift,
                       const float *weights, size_t panel_len, float *out_mean, float *out_var) {
    for (uint32_t y = 0; y < s->out_h; y++) {
        for (uint32_t x = 0; x < s->out_w; x++) {
            for (uint32_t c = 0; c < s->out_c; c++) {
                const pfp__moments sum =
                    pfp__position_det(s, y, x, in, shift, weights + c / PFP_QUAD_TILE * panel_len,
                                      PFP_QUAD_TILE, c % PFP_QUAD_TILE);
                *out_mean++ = sum.mean;
                *out_var++ = sum.var;
            }
        }
    }
}

void pfp_conv2d_det_f32_4x3_helium(const pfp_conv2d_shape *shape, const float *in,
                                   const float *shift, const void *weights, float *scratch,
                                   float *out_mean, float *out_var) {
    assert(shape != NULL && in != NULL && shift != NULL && weights != NULL);
    assert(shape->in_c == 1);
    (void)scratch;
    const pfp_conv2d_shape s = *shape;
    const size_t taps = (size_t)s.in_planes * s.kernel_h * s.kernel_w;
    const size_t panel_len = 2 * PFP_QUAD_TILE * (taps + 1);
    pfp__strip strip;
    uint32_t out_rows = 4;
    pfp__strip_init(&strip, &s, out_rows, s.out_w);
    while (strip.outputs == 0 && out_rows > 1) {
        out_rows /= 2;
        pfp__strip_init(&strip, &s, out_rows, s.out_w);
    }
    if (strip.outputs == 0) {
        one_by_one(&s, in, shift, weights, panel_len, out_mean, out_var);
    } else {
        row_task task;
        task.weights = weights;
        task.panel_len = panel_len;
        task.out_mean = out_mean;
        task.out_var = out_var;
        task.out_c = s.out_c;
        task.quad_step = 4 * s.out_c * (uint32_t)sizeof(float);
        all_positions(&strip, &s, out_rows, in, shift, &task);
    }
}

#endif
