#include "pfp/pfp_kernels.h"

#if PFP_HAS_VFP

#include "kernels/relu/relu_vfp.h"

void pfp_relu_f32_vfp(size_t len, const float *in_mean, const float *in_var, float *out_mean,
                      float *out_var) {
    pfp__relu_vfp(PFP_TIER_ACCURATE, len, in_mean, in_var, out_mean, out_var);
}

#endif
