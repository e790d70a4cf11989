#include "pfp/pfp_kernels.h"

#if PFP_HAS_X86

#include <assert.h>

#include "kernels/conv2d_maxpool2d_relu/conv2d_maxpool2d_relu_x86.h"

void pfp_conv2d_maxpool2d_relu_exact_f32_1x16_x86(const pfp_conv2d_shape *shape, const float *in,
                                                  const void *weights, float *scratch, float *out) {
    assert(shape != NULL && in != NULL && weights != NULL);
    (void)scratch;
    pfp__conv2d_maxpool2d_relu_x86(PFP_FORM_EXACT, PFP_TIER_ACCURATE, shape,
                                   pfp__conv2d_in_exact(in), weights, out, NULL);
}

#endif
