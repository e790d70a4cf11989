#include "pfp/pfp_kernels.h"

#if PFP_HAS_VFP

#include "kernels/maxpool2d/maxpool2d_vfp.h"

void pfp_maxpool2d_relu_fast_f32_vfp(const pfp_pool2d_shape *shape, const float *in_mean,
                                     const float *in_var, float *out_mean, float *out_var) {
    pfp__maxpool2d_vfp(PFP_TIER_FAST, PFP_POOL_RELU, shape, in_mean, in_var, out_mean, out_var);
}

#endif
