#include "pfp/pfp_kernels.h"

#if PFP_HAS_X86

#include <assert.h>

#include "kernels/conv2d_maxpool2d_relu/conv2d_maxpool2d_relu_x86.h"

void pfp_conv2d_maxpool2d_relu_det_f32_1x16_x86(const pfp_conv2d_shape *shape, const float *in,
                                                const float *shift, const void *weights,
                                                float *scratch, float *out_mean, float *out_var) {
    assert(shape != NULL && in != NULL && shift != NULL && weights != NULL);
    (void)scratch;
    pfp__conv2d_maxpool2d_relu_x86(PFP_FORM_DET, PFP_TIER_ACCURATE, shape,
                                   pfp__conv2d_in_det(in, shift), weights, out_mean, out_var);
}

#endif
