#include <assert.h>

#include "kernels/conv2d/conv2d_c.h"

void pfp_conv2d_exact_f32_1x4_c(const pfp_conv2d_shape *shape, const float *in, const void *weights,
                                float *scratch, float *out) {
    assert(shape != NULL && in != NULL && weights != NULL);
    (void)scratch;
    const pfp_conv2d_shape s = *shape;
    pfp__conv2d_c(PFP_FORM_EXACT, &s, pfp__conv2d_in_exact(in), weights, out, NULL);
}
