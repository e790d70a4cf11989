#include "pfp/pfp_kernels.h"

#if PFP_HAS_VFP

#include <assert.h>

#include "kernels/conv2d/conv2d_vfp.h"

void pfp_conv2d_exact_f32_2x8_vfp(const pfp_conv2d_shape *shape, const float *in,
                                  const void *weights, float *scratch, float *out) {
    assert(shape != NULL && in != NULL && weights != NULL && out != NULL);
    (void)scratch;
    const pfp__conv2d_in exact = pfp__conv2d_in_exact(in);
    pfp__conv2d_vfp(PFP_FORM_EXACT, shape, &exact, weights, out, NULL);
}

#endif
