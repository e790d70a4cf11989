#include "pfp/pfp_kernels.h"

#if PFP_HAS_HELIUM

#include <assert.h>

#include "kernels/conv2d/planar_helium.h"

void pfp_conv2d_exact_f32_4x6_helium(const pfp_conv2d_shape *shape, const float *in,
                                     const void *weights, float *scratch, float *out) {
    assert(shape != NULL && in != NULL && weights != NULL);
    assert(shape->in_c == 1);
    (void)scratch;
    const pfp_conv2d_shape s = *shape;
    const float shift = 0.0f;
    pfp__planar_helium(1, &s, in, &shift, weights, out, out + 3);
}

#endif
