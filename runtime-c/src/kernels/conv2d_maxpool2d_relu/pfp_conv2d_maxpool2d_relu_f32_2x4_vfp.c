#include "pfp/pfp_kernels.h"

#if PFP_HAS_VFP

#include <assert.h>

#include "kernels/conv2d_maxpool2d_relu/pairs_vfp.h"

void pfp_conv2d_maxpool2d_relu_f32_2x4_vfp(const pfp_conv2d_shape *shape, const float *in_mean,
                                           const float *in_var, const void *weights, float *scratch,
                                           float *out_mean, float *out_var) {
    assert(shape != NULL && in_mean != NULL && in_var != NULL && weights != NULL);
    (void)scratch;
    const pfp__conv2d_in in = pfp__conv2d_in_general(in_mean, in_var);
    pfp__conv2d_maxpool2d_relu_vfp(PFP_FORM_GENERAL, PFP_TIER_ACCURATE, shape, &in, weights,
                                   out_mean, out_var);
}

#endif
