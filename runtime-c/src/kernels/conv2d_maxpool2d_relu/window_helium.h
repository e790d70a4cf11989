#ifndef PFP_KERNELS_CONV2D_MAXPOOL2D_RELU_WINDOW_HELIUM_H
#define PFP_KERNELS_CONV2D_MAXPOOL2D_RELU_WINDOW_HELIUM_H

/*
 * The bodies of the Helium kernels of forms general and exact: eight outputs of one window at a
 * time. Include after vec/helium.h.
 */

#include "kernels/conv2d/pair_helium.h"
#include "kernels/maxpool2d/window_2x2.h"

/* The four positions of a window, row by row: as pairs, where columns differ one by one. */
typedef struct pfp__window_tasks {
    pfp__pair_task task[4];
    size_t count;
} pfp__window_tasks;

/* Eight outputs of each position, between the convolution and the pooling. */
typedef struct pfp__window_sums {
    float mean[4][PFP_PAIR_TILE];
    float var[4][PFP_PAIR_TILE];
} pfp__window_sums;

PFP_INLINE void pfp__window_set(pfp__window_tasks *w, const pfp_conv2d_shape *s, uint32_t y,
                                uint32_t x, const float *in_mean, const float *in_var,
                                pfp__window_sums *sums) {
    w->count = 0;
    for (uint32_t i = 0; i < 4; i += w->task[w->count - 1].pair.columns) {
        const uint32_t row = 2 * y + i / 2, column = 2 * x + i % 2;
        pfp__pair_task *task = &w->task[w->count++];
        task->pair = pfp__pair_at(s, pfp__taps_of_row(s, row), row, column, 2 * x + 2);
        task->in_mean = in_mean + task->pair.in;
        task->in_var = in_var + task->pair.in;
        task->out_c = PFP_PAIR_TILE;
        task->out_mean = sums->mean[i];
        task->out_var = sums->var[i];
        task->out_step = (task->pair.columns - 1) * PFP_PAIR_TILE;
    }
}

PFP_INLINE void pfp__window_pool(enum pfp__tier tier, const pfp__window_sums *sums, size_t left,
                                 float *out_mean, float *out_var) {
    for (size_t i = 0; i < PFP_PAIR_TILE && i < left; i += 4) {
        const size_t lanes = left - i;
        pfp__gauss_store(out_mean + i, out_var + i,
                         pfp__window_2x2_relu(tier, &sums->mean[0][i], &sums->var[0][i],
                                              PFP_PAIR_TILE, 2 * PFP_PAIR_TILE),
                         lanes < 4 ? lanes : 4);
    }
}

PFP_INLINE void pfp__conv2d_maxpool2d_relu_helium(enum pfp__tier tier, const pfp_conv2d_shape *s,
                                                  const float *in_mean, const float *in_var,
                                                  const float *weights, float *scratch,
                                                  float *out_mean, float *out_var) {
    const size_t panel_len = 2 * PFP_PAIR_TILE * ((size_t)s->kernel_h * s->kernel_w * s->in_c + 1);
    pfp__window_tasks w;
    pfp__window_sums sums;
    for (size_t i = 0; i < 4; i++) {
        w.task[i].patch = scratch;
    }
    for (uint32_t y = 0; y < s->out_h; y++) {
        for (uint32_t x = 0; x < s->out_w; x++) {
            pfp__window_set(&w, s, y, x, in_mean, in_var, &sums);
            const float *panel = weights;
            for (size_t first = 0; first < s->out_c; first += PFP_PAIR_TILE) {
                for (size_t i = 0; i < w.count; i++) {
                    w.task[i].weights = panel;
                    pfp__pair_run_by_rows(&w.task[i]);
                }
                pfp__window_pool(tier, &sums, s->out_c - first, out_mean + first, out_var + first);
                panel += panel_len;
            }
            out_mean += s->out_c;
            out_var += s->out_c;
        }
    }
}

PFP_INLINE void pfp__conv2d_maxpool2d_relu_helium_exact(const pfp_conv2d_shape *s, const float *in,
                                                        const float *weights, float *out) {
    const size_t panel_len = PFP_PAIR_TILE * ((size_t)s->kernel_h * s->kernel_w * s->in_c + 1);
    const pfp__vec zero = pfp__vec_set1(0.0f);
    pfp__window_tasks w;
    pfp__window_sums sums;
    for (uint32_t y = 0; y < s->out_h; y++) {
        for (uint32_t x = 0; x < s->out_w; x++) {
            pfp__window_set(&w, s, y, x, in, in, &sums);
            const float *panel = weights;
            for (size_t first = 0; first < s->out_c; first += PFP_PAIR_TILE) {
                for (size_t i = 0; i < w.count; i++) {
                    w.task[i].weights = panel;
                    pfp__pair_run_exact(&w.task[i]);
                }
                for (size_t i = 0; i < PFP_PAIR_TILE && first + i < s->out_c; i += 4) {
                    const pfp__vec top = pfp__vec_max(pfp__vec_load(&sums.mean[0][i]),
                                                      pfp__vec_load(&sums.mean[1][i]));
                    const pfp__vec bottom = pfp__vec_max(pfp__vec_load(&sums.mean[2][i]),
                                                         pfp__vec_load(&sums.mean[3][i]));
                    pfp__helium_store(out + first + i,
                                      pfp__vec_max(pfp__vec_max(top, bottom), zero),
                                      s->out_c - first - i);
                }
                panel += panel_len;
            }
            out += s->out_c;
        }
    }
}

#endif
