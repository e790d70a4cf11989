#include "pfp/pfp_kernels.h"

#if PFP_HAS_HELIUM

#include <assert.h>

#include "kernels/conv2d/pair_helium.h"

void pfp_conv2d_f32_2x8_helium(const pfp_conv2d_shape *shape, const float *in_mean,
                               const float *in_var, const void *weights, float *scratch,
                               float *out_mean, float *out_var) {
    assert(shape != NULL && in_mean != NULL && in_var != NULL && weights != NULL);
    const pfp_conv2d_shape s = *shape;
    const size_t max_slides =
        s.kernel_w > s.stride_w ? s.stride_h * (s.kernel_w + s.stride_w) / (2 * s.stride_w) : 0;
    const size_t in_row = (size_t)s.in_w * s.in_c;
    pfp__pair_task task;
    task.weights = weights;
    task.panel_len = 2 * PFP_PAIR_TILE * ((size_t)s.kernel_h * s.kernel_w * s.in_c + 1);
    task.out_c = s.out_c;
    task.out_mean = out_mean;
    task.out_var = out_var;
    for (uint32_t y = 0; y < s.out_h; y++) {
        const pfp__taps rows = pfp__taps_of_row(&s, y);
        for (uint32_t x = 0; x < s.out_w; x += task.pair.times * task.pair.columns) {
            task.pair = pfp__pair_at(&s, rows, y, x, s.out_w);
            task.in_mean = in_mean + task.pair.in;
            task.in_var = in_var + task.pair.in;
            task.out_step = (task.pair.columns - 1) * s.out_c;
            size_t slides = 0;
            for (uint32_t times = task.pair.times; times > 0; times--) {
                size_t done = 0;
                if (slides == 0) {
                    task.patch = scratch;
                    slides = max_slides;
                } else {
                    task.patch += 2 * task.pair.in_step;
                    slides--;
                    done = task.pair.run - task.pair.in_step;
                }
                pfp__patch_fill(task.pair.rows, task.pair.run + task.pair.in_step, done, in_row,
                                task.in_mean, task.in_var, task.patch);
                pfp__pair_run(&task);
                task.in_mean += 2 * task.pair.in_step;
                task.in_var += 2 * task.pair.in_step;
                task.out_mean += s.out_c + task.out_step;
                task.out_var += s.out_c + task.out_step;
            }
        }
    }
}

#endif
