#include <assert.h>

#include "kernels/conv2d/conv2d_c.h"

void pfp_conv2d_det_f32_1x4_c(const pfp_conv2d_shape *shape, const float *in, const float *shift,
                              const void *weights, float *scratch, float *out_mean,
                              float *out_var) {
    assert(shape != NULL && in != NULL && shift != NULL && weights != NULL);
    (void)scratch;
    const pfp_conv2d_shape s = *shape;
    pfp__conv2d_c(PFP_FORM_DET, &s, pfp__conv2d_in_det(in, shift), weights, out_mean, out_var);
}
