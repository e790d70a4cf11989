#include "pfp/pfp_kernels.h"

#if PFP_HAS_NEON

#include <assert.h>

#include "kernels/conv2d/exact_neon.h"

void pfp_conv2d_maxpool2d_relu_exact_f32_4x8_neon(const pfp_conv2d_shape *shape, const float *in,
                                                  const void *weights, float *scratch, float *out) {
    assert(shape != NULL && in != NULL && weights != NULL);
    (void)scratch;
    const pfp__conv2d_exact t = {shape, in, weights, out};
    pfp__conv2d_exact_rows(PFP_EXACT_POOL, 8, &t);
}

#endif
