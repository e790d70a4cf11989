#include <assert.h>

#include "vec/c.h"
#include "kernels/conv2d_maxpool2d_relu/conv2d_maxpool2d_relu_c.h"

void pfp_conv2d_maxpool2d_relu_det_f32_1x4_c(const pfp_conv2d_shape *shape, const float *in,
                                             const float *shift, const void *weights,
                                             float *scratch, float *out_mean, float *out_var) {
    assert(shape != NULL && in != NULL && shift != NULL && weights != NULL);
    (void)scratch;
    const pfp_conv2d_shape s = *shape;
    pfp__conv2d_maxpool2d_relu_c(PFP_FORM_DET, PFP_TIER_ACCURATE, &s, pfp__conv2d_in_det(in, shift),
                                 weights, out_mean, out_var);
}
