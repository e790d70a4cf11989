#ifndef PFP_KERNELS_CONV2D_MAXPOOL2D_RELU_WINDOW_VFP_H
#define PFP_KERNELS_CONV2D_MAXPOOL2D_RELU_WINDOW_VFP_H

/* What the conv2d_maxpool2d_relu kernels for the scalar FPU do with the sums of a window. */

#include "vec/scalar.h"
#include "kernels/conv2d/form.h"
#include "kernels/maxpool2d/window_2x2.h"

/*
 * The largest of a window, whose rows are upper[0], upper[step] and lower[0], lower[step], then
 * relu; form exact has no variances, which are NULL then.
 */
PFP_INLINE pfp__gauss pfp__window_vfp(enum pfp__form form, enum pfp__tier tier,
                                      const float *upper_mean, const float *upper_var,
                                      const float *lower_mean, const float *lower_var,
                                      size_t step) {
    if (form == PFP_FORM_EXACT) {
        const pfp__vec above = pfp__vec_max(upper_mean[0], upper_mean[step]);
        const pfp__vec below = pfp__vec_max(lower_mean[0], lower_mean[step]);
        const pfp__gauss y = {pfp__vec_max(pfp__vec_max(above, below), 0.0f), 0.0f};
        return y;
    }
    const pfp__gauss a = {upper_mean[0], upper_var[0]}, b = {upper_mean[step], upper_var[step]};
    const pfp__gauss c = {lower_mean[0], lower_var[0]}, d = {lower_mean[step], lower_var[step]};
    return pfp__gauss_relu(pfp__window_2x2_fold(tier, a, b, c, d), tier);
}

#endif
