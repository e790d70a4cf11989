#include <assert.h>

#include "vec/c.h"
#include "kernels/conv2d_maxpool2d_relu/conv2d_maxpool2d_relu_c.h"

void pfp_conv2d_maxpool2d_relu_fast_f32_1x4_c(const pfp_conv2d_shape *shape, const float *in_mean,
                                              const float *in_var, const void *weights,
                                              float *scratch, float *out_mean, float *out_var) {
    assert(shape != NULL && in_mean != NULL && in_var != NULL && weights != NULL);
    (void)scratch;
    const pfp_conv2d_shape s = *shape;
    pfp__conv2d_maxpool2d_relu_c(PFP_FORM_GENERAL, PFP_TIER_FAST, &s,
                                 pfp__conv2d_in_general(in_mean, in_var), weights, out_mean,
                                 out_var);
}
