#include "pfp/pfp_kernels.h"

#if PFP_HAS_NEON

#include "kernels/linear/stored_neon.h"
#include "kernels/conv2d/stored.h"

void pfp_conv2d_f32_f16_1x8_neon(const pfp_conv2d_shape *shape, const float *in_mean,
                                 const float *in_var, const void *weights, float *scratch,
                                 float *out_mean, float *out_var) {

    pfp__conv2d_stored_general(PFP_F16, shape, in_mean, in_var, weights, scratch, out_mean,
                               out_var);
}

#endif
