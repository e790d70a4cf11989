#include "pfp/pfp_kernels.h"

#if PFP_HAS_NEON

#include <assert.h>

#include "kernels/conv2d_maxpool2d_relu/planar_neon.h"

PFP_PLANAR_PARTS(pfp__planar_tiles_pool, pfp__planar_alone_pool, 1, PFP_TIER_FAST, 6);

void pfp_conv2d_maxpool2d_relu_exact_f32_8x6_neon(const pfp_conv2d_shape *shape, const float *in,
                                                  const void *weights, float *scratch, float *out) {
    assert(shape != NULL && in != NULL && weights != NULL);
    assert(shape->in_c == 1 && shape->in_planes == 1);
    (void)scratch;
    const float shift = 0.0f;
    const pfp__conv2d_planar t = {shape, in, &shift, {weights, NULL, NULL}, out, NULL};
    pfp__planar(1, 6, 2, &t, &kinds, alone);
}

#endif
