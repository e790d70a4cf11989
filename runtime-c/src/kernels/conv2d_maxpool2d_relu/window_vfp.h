#ifndef PFP_KERNELS_CONV2D_MAXPOOL2D_RELU_WINDOW_VFP_H
#define PFP_KERNELS_CONV2D_MAXPOOL2D_RELU_WINDOW_VFP_H

/* What the conv2d_maxpool2d_relu kernels for the scalar FPU do with the sums of a window. */

#include "kernels/conv2d/form.h"
#include "kernels/maxpool2d/windows_vfp.h"

/*
 * The largest of `count` exact windows side by side, then relu; the elements of a window are `step`
 * apart.
 */
PFP_INLINE void pfp__windows_vfp_exact(const float *windows, size_t step, size_t count,
                                       float *out) {
    for (size_t i = 0; i < count; i++) {
        const float *at = windows + i;
        const float above = pfp__vec_max(at[0], at[step]);
        const float below = pfp__vec_max(at[2 * step], at[3 * step]);
        out[i] = pfp__vec_max(pfp__vec_max(above, below), 0.0f);
    }
}

#endif
