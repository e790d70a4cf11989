#include "pfp/pfp_kernels.h"

#if PFP_HAS_HELIUM

#include <assert.h>

#include "kernels/conv2d/pair_helium.h"

void pfp_conv2d_exact_f32_2x8_helium(const pfp_conv2d_shape *shape, const float *in,
                                     const void *weights, float *scratch, float *out) {
    assert(shape != NULL && in != NULL && weights != NULL);
    (void)scratch;
    const pfp_conv2d_shape s = *shape;
    pfp__pair_task task;
    task.weights = weights;
    task.panel_len = PFP_PAIR_TILE * ((size_t)s.kernel_h * s.kernel_w * s.in_c + 1);
    task.out_c = s.out_c;
    task.out_mean = out;
    for (uint32_t y = 0; y < s.out_h; y++) {
        const pfp__taps rows = pfp__taps_of_row(&s, y);
        for (uint32_t x = 0; x < s.out_w; x += task.pair.times * task.pair.columns) {
            task.pair = pfp__pair_at(&s, rows, y, x, s.out_w);
            task.in_mean = in + task.pair.in;
            task.out_step = (task.pair.columns - 1) * s.out_c;
            for (uint32_t times = task.pair.times; times > 0; times--) {
                pfp__pair_run_exact(&task);
                task.in_mean += 2 * task.pair.in_step;
                task.out_mean += s.out_c + task.out_step;
            }
        }
    }
}

#endif
