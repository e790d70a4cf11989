#include "pfp/pfp_kernels.h"

#include "kernels/linear/stored_c.h"
#include "kernels/conv2d/stored.h"

void pfp_conv2d_det_f32_i8u4_1x8_c(const pfp_conv2d_shape *shape, const float *in,
                                   const float *shift, const void *weights, float *scratch,
                                   float *out_mean, float *out_var) {

    pfp__conv2d_stored_det(PFP_I8U4, shape, in, shift, weights, scratch, out_mean, out_var);
}
