#include <assert.h>

#include "vec/c.h"
#include "kernels/conv2d_maxpool2d_relu/conv2d_maxpool2d_relu_c.h"

void pfp_conv2d_maxpool2d_relu_exact_f32_1x4_c(const pfp_conv2d_shape *shape, const float *in,
                                               const void *weights, float *scratch, float *out) {
    assert(shape != NULL && in != NULL && weights != NULL);
    (void)scratch;
    const pfp_conv2d_shape s = *shape;
    pfp__conv2d_maxpool2d_relu_c(PFP_FORM_EXACT, PFP_TIER_FAST, &s, pfp__conv2d_in_exact(in),
                                 weights, out, NULL);
}
