#ifndef PFP_KERNELS_CONV2D_MAXPOOL2D_RELU_QUADS_HELIUM_H
#define PFP_KERNELS_CONV2D_MAXPOOL2D_RELU_QUADS_HELIUM_H

/*
 * The bodies of the planar kernels on Helium: six outputs of two windows side by side at a time,
 * which are quads of their upper and lower row and fill three vectors for the pooling. `exact` is a
 * constant, see quad_helium.h. Include after vec/helium.h.
 */

#include "kernels/conv2d/position_planar.h"
#include "kernels/conv2d/quad_helium.h"
#include "kernels/maxpool2d/window_2x2.h"

enum { PFP_QUADS_OUTPUTS = 2 * PFP_QUAD_TILE, PFP_QUADS_FLOATS = 2 * PFP_QUADS_OUTPUTS };

/* Of each position of a window, row by row: the outputs of the left window, then of the right. */
typedef struct pfp__quads_sums {
    float mean[4][PFP_QUADS_FLOATS];
    float var[4][PFP_QUADS_FLOATS];
} pfp__quads_sums;

typedef struct pfp__quads_task {
    pfp__quad_walk walk;
    const float *in; /* the strip at the left window */
    size_t in_step;  /* from the upper row of outputs to the lower */
    const float *panel;
    size_t panel_len;
    uint32_t panels; /* one or two */
    uint32x4_t at;   /* where their sums go */
    pfp__quads_sums sums;
} pfp__quads_task;

/* Where the first outputs of four positions of a row go. Positions 0 and 2 are the left columns of
 * their windows, 1 and 3 the right ones. */
PFP_INLINE uint32x4_t pfp__quads_addresses(const pfp__quads_sums *sums) {
    const uint32_t column = sizeof sums->mean[0], window = column / 2;
    const uint32_t offsets[4] = {0, column, window, column + window};
    return vaddq_n_u32(vldrwq_u32(offsets), pfp__quad_address(sums->mean[0]));
}

PFP_INLINE void pfp__quads_run(int exact, const pfp__quads_task *t, uint32_t width) {
    const uint32_t panel_bytes = PFP_QUAD_TILE * (uint32_t)sizeof(float);
    const uint32_t row_bytes = 2 * sizeof t->sums.mean[0];
    const uint32_t gap = exact ? panel_bytes : sizeof t->sums.mean;
    uint32x4_t at = t->at;
    const float *in = t->in, *const end = in + 2 * t->in_step;
    do {
        const float *panel = t->panel;
        uint32_t panels = t->panels;
        do {
            pfp__quad_store(pfp__quad_sum(exact, &t->walk, width, in, panel), at, gap);
            at = vaddq_n_u32(at, panel_bytes);
            panel += t->panel_len;
        } while (--panels > 0);
        at = vaddq_n_u32(at, row_bytes - t->panels * panel_bytes);
        in += t->in_step;
    } while (in != end);
}

/* Functions of their own, for the sake of registers. */
static __attribute__((noinline, unused)) void pfp__quads_run_5(int exact,
                                                               const pfp__quads_task *t) {
    pfp__quads_run(exact, t, 5);
}

static __attribute__((noinline, unused)) void pfp__quads_run_3(int exact,
                                                               const pfp__quads_task *t) {
    pfp__quads_run(exact, t, 3);
}

static __attribute__((noinline, unused)) void pfp__quads_run_any(int exact,
                                                                 const pfp__quads_task *t) {
    pfp__quads_run(exact, t, 0);
}

/* The pooled outputs i to i + 3 of both windows. */
PFP_INLINE pfp__gauss pfp__quads_pooled(int exact, enum pfp__tier tier, const pfp__quads_sums *sums,
                                        size_t i) {
    if (!exact) {
        return pfp__window_2x2_relu(tier, &sums->mean[0][i], &sums->var[0][i], PFP_QUADS_FLOATS,
                                    2 * PFP_QUADS_FLOATS);
    }
    const pfp__vec zero = pfp__vec_set1(0.0f);
    const pfp__vec top =
        pfp__vec_max(pfp__vec_load(&sums->mean[0][i]), pfp__vec_load(&sums->mean[1][i]));
    const pfp__vec bottom =
        pfp__vec_max(pfp__vec_load(&sums->mean[2][i]), pfp__vec_load(&sums->mean[3][i]));
    const pfp__gauss largest = {pfp__vec_max(pfp__vec_max(top, bottom), zero), zero};
    return largest;
}

/* Pools, and writes `outputs` of `windows` (one or two), which are out_c apart. */
PFP_INLINE void pfp__quads_pool(int exact, enum pfp__tier tier, pfp__quads_sums *sums,
                                uint32_t windows, uint32_t outputs, uint32_t out_c, float *out_mean,
                                float *out_var) {
    const int whole = windows == 2 && out_c == PFP_QUADS_OUTPUTS;
    float *mean = whole ? out_mean : sums->mean[0];
    float *var = whole ? out_var : sums->var[0];
    for (size_t i = 0; i < PFP_QUADS_FLOATS; i += 4) {
        const pfp__gauss pooled = pfp__quads_pooled(exact, tier, sums, i);
        pfp__vec_store(mean + i, pooled.mean);
        if (!exact) {
            pfp__vec_store(var + i, pooled.var);
        }
    }
    if (whole) {
        return;
    }
    for (uint32_t window = 0; window < windows; window++) {
        for (uint32_t i = 0; i < outputs && i < PFP_QUADS_OUTPUTS; i++) {
            out_mean[window * out_c + i] = mean[window * PFP_QUADS_OUTPUTS + i];
            if (!exact) {
                out_var[window * out_c + i] = var[window * PFP_QUADS_OUTPUTS + i];
            }
        }
    }
}

/* The panel of outputs from `first` on at the window (y, x), for shapes of which no strip fits. */
PFP_INLINE void pfp__quads_one_by_one(int exact, enum pfp__tier tier, const pfp_conv2d_shape *s,
                                      uint32_t y, uint32_t x, uint32_t first, const float *in,
                                      const float *shift, pfp__quads_task *task, float *out_mean,
                                      float *out_var) {
    const uint32_t tile = pfp__quad_tile(exact);
    for (uint32_t i = 0; i < 4; i++) {
        for (uint32_t j = 0; j < tile; j++) {
            const pfp__moments sum = pfp__position_planar(exact, s, 2 * y + i / 2, 2 * x + i % 2,
                                                          in, shift, task->panel, tile, j);
            task->sums.mean[i][j] = sum.mean;
            task->sums.var[i][j] = sum.var;
        }
    }
    const uint32_t left = s->out_c - first;
    pfp__quads_pool(exact, tier, &task->sums, 1, left < tile ? left : tile, s->out_c, out_mean,
                    out_var);
}

/* out_var: as in planar_helium.h. */
PFP_INLINE void pfp__conv2d_maxpool2d_relu_planar_helium(int exact, enum pfp__tier tier,
                                                         const pfp_conv2d_shape *s, const float *in,
                                                         const float *shift, const float *weights,
                                                         float *out_mean, float *out_var) {
    const uint32_t tile = pfp__quad_tile(exact);
    const uint32_t width = s->stride_w == 1 ? s->kernel_w : 0;
    pfp__strip strip;
    pfp__strip_init(&strip, s, 2, 2 * s->out_w);
    pfp__quads_task task;
    task.walk = pfp__quad_walk_of(&strip, s);
    task.in_step = s->stride_h * strip.row_len;
    task.panel_len = pfp__quad_panel_len(s);
    for (size_t i = 0; i < 4 * PFP_QUADS_FLOATS; i++) {
        task.sums.mean[i / PFP_QUADS_FLOATS][i % PFP_QUADS_FLOATS] = 0.0f;
        task.sums.var[i / PFP_QUADS_FLOATS][i % PFP_QUADS_FLOATS] = 0.0f;
    }
    task.at = pfp__quads_addresses(&task.sums);
    const uint32_t at_once = strip.outputs > 0 ? strip.outputs / 2 : 1;
    for (uint32_t y = 0; y < s->out_h; y++) {
        for (uint32_t x = 0; x < s->out_w; x++) {
            const size_t out = ((size_t)y * s->out_w + x) * s->out_c;
            if (strip.outputs == 0) {
                task.panel = weights;
                for (uint32_t first = 0; first < s->out_c; first += tile) {
                    pfp__quads_one_by_one(exact, tier, s, y, x, first, in, shift, &task,
                                          out_mean + out + first, out_var + out + first);
                    task.panel += task.panel_len;
                }
                continue;
            }
            if (x % at_once == 0) {
                const int moves = y > 0 && at_once >= s->out_w;
                pfp__strip_fill(&strip, s, moves ? pfp__strip_move(&strip, s, 2) : 0, 2 * y, 2 * x,
                                in, shift);
            }
            task.in = strip.in + x % at_once * 2;
            task.panel = weights;
            const uint32_t windows = x + 1 < s->out_w ? 2 : 1;
            for (uint32_t first = 0; first < s->out_c; first += PFP_QUADS_OUTPUTS) {
                const uint32_t outputs = s->out_c - first;
                task.panels = outputs > tile ? PFP_QUADS_OUTPUTS / tile : 1;
                if (width == 5) {
                    pfp__quads_run_5(exact, &task);
                } else if (width == 3) {
                    pfp__quads_run_3(exact, &task);
                } else {
                    pfp__quads_run_any(exact, &task);
                }
                pfp__quads_pool(exact, tier, &task.sums, windows, outputs, s->out_c,
                                out_mean + out + first, out_var + out + first);
                task.panel += PFP_QUADS_OUTPUTS / tile * task.panel_len;
            }
            x++;
        }
    }
}

#endif
