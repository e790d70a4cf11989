#ifndef PFP_KERNELS_CONV2D_CONV2D_X86_H
#define PFP_KERNELS_CONV2D_CONV2D_X86_H

/* The bodies of the conv2d kernels for x86-64. */

#include "kernels/conv2d/outputs_x86.h"
#include "kernels/conv2d/planar_x86.h"

/* out_var may be NULL in form exact. */
PFP_INLINE void pfp__conv2d_x86(enum pfp__form form, const pfp_conv2d_shape *shape,
                                pfp__conv2d_in in, const float *weights, float *out_mean,
                                float *out_var) {
    const pfp_conv2d_shape s = *shape;
    if (form != PFP_FORM_GENERAL && pfp__planar_x86_pays(&s, 1)) {
        pfp__conv2d_planar_x86(form, &s, &in, weights, out_mean, out_var);
    } else {
        pfp__conv2d_outputs_x86(form, &s, &in, weights, out_mean, out_var);
    }
}

#endif
