#include "pfp/pfp_kernels.h"

#include "kernels/linear/stored_c.h"
#include "kernels/conv2d/stored.h"

void pfp_conv2d_f32_i8u8_1x8_c(const pfp_conv2d_shape *shape, const float *in_mean,
                               const float *in_var, const void *weights, float *scratch,
                               float *out_mean, float *out_var) {

    pfp__conv2d_stored_general(PFP_I8U8, shape, in_mean, in_var, weights, scratch, out_mean,
                               out_var);
}
