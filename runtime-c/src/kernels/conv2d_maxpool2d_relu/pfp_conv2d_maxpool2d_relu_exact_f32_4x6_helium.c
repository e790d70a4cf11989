#include "pfp/pfp_kernels.h"

#if PFP_HAS_HELIUM

#include <assert.h>

#include "vec/helium.h"
#include "kernels/conv2d_maxpool2d_relu/quads_helium.h"

void pfp_conv2d_maxpool2d_relu_exact_f32_4x6_helium(const pfp_conv2d_shape *shape, const float *in,
                                                    const void *weights, float *scratch,
                                                    float *out) {
    assert(shape != NULL && in != NULL && weights != NULL);
    assert(shape->in_c == 1);
    (void)scratch;
    const pfp_conv2d_shape s = *shape;
    const float shift = 0.0f;
    pfp__conv2d_maxpool2d_relu_planar_helium(1, PFP_TIER_FAST, &s, in, &shift, weights, out, out);
}

#endif
