#ifndef PFP_KERNELS_MAXPOOL2D_MAXPOOL2D_VFP_H
#define PFP_KERNELS_MAXPOOL2D_MAXPOOL2D_VFP_H

/* The bodies of the maxpool2d and maxpool2d_relu kernels for the scalar FPU. */

#include "kernels/maxpool2d/windows_vfp.h"

/* Puts the elements of up to four windows, in neighbouring channels, side by side. */
PFP_INLINE void pfp__windows_vfp_gather(const float *mean, const float *var, size_t right,
                                        size_t below, size_t count, float *windows) {
    const size_t places[] = {0, right, below, below + right};
    for (size_t i = 0; i < 4; i++) {
        float *to = windows + i / 2 * 16 + i % 2 * 4;
        for (size_t j = 0; j < count; j++) {
            to[j] = mean[places[i] + j];
            to[j + 8] = var[places[i] + j];
        }
    }
}

PFP_INLINE void pfp__maxpool2d_vfp(enum pfp__tier tier, enum pfp__pool_end end,
                                   const pfp_pool2d_shape *s, const float *in_mean,
                                   const float *in_var, float *out_mean, float *out_var) {
    if (s->size_h != 2 || s->size_w != 2) {
        pfp__maxpool2d(tier, end, s, in_mean, in_var, out_mean, out_var);
        return;
    }
    const pfp__gauss_vfp gauss = pfp__gauss_vfp_of(tier);
    const size_t right = s->channels, below = right * s->in_w;
    float windows[PFP_WINDOWS_VFP_LEN] = {0.0f};
    for (uint32_t y = 0; y < s->out_h; y++) {
        for (uint32_t x = 0; x < s->out_w; x++) {
            const size_t from = pfp__pool_window_at(s, y, x);
            for (size_t c = 0; c < s->channels; c += 4) {
                const size_t left = s->channels - c, count = left < 4 ? left : 4;
                const float *mean = in_mean + from + c, *var = in_var + from + c;
                if (count == 4) { /* a constant, so that four floats move at once */
                    pfp__windows_vfp_gather(mean, var, right, below, 4, windows);
                } else {
                    pfp__windows_vfp_gather(mean, var, right, below, count, windows);
                }
                pfp__windows_vfp_pool(tier, end, &gauss, windows, count, out_mean, out_var);
                out_mean += count;
                out_var += count;
            }
        }
    }
}

#endif
