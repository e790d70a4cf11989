#include "pfp/pfp_kernels.h"

#if PFP_HAS_NEON

#include "kernels/linear/stored_neon.h"
#include "kernels/conv2d/stored.h"

void pfp_conv2d_det_f32_bf16_1x8_neon(const pfp_conv2d_shape *shape, const float *in,
                                      const float *shift, const void *weights, float *scratch,
                                      float *out_mean, float *out_var) {

    pfp__conv2d_stored_det(PFP_BF16, shape, in, shift, weights, scratch, out_mean, out_var);
}

#endif
