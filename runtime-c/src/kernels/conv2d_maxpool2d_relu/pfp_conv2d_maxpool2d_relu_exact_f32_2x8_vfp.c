#include "pfp/pfp_kernels.h"

#if PFP_HAS_VFP

#include <assert.h>

#include "kernels/conv2d_maxpool2d_relu/pairs_vfp.h"

void pfp_conv2d_maxpool2d_relu_exact_f32_2x8_vfp(const pfp_conv2d_shape *shape, const float *in,
                                                 const void *weights, float *scratch, float *out) {
    assert(shape != NULL && in != NULL && weights != NULL && out != NULL);
    (void)scratch;
    const pfp__conv2d_in exact = pfp__conv2d_in_exact(in);
    pfp__conv2d_maxpool2d_relu_vfp(PFP_FORM_EXACT, PFP_TIER_ACCURATE, shape, &exact, weights, out,
                                   NULL);
}

#endif
