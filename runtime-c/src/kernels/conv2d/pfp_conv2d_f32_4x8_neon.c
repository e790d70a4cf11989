#include "pfp/pfp_kernels.h"

#if PFP_HAS_NEON

#include <assert.h>

#include "kernels/conv2d/quads_neon.h"

void pfp_conv2d_f32_4x8_neon(const pfp_conv2d_shape *shape, const float *in_mean,
                             const float *in_var, const void *weights, float *scratch,
                             float *out_mean, float *out_var) {
    assert(shape != NULL && in_mean != NULL && in_var != NULL && weights != NULL);
    (void)scratch;
    const pfp__conv2d_quads t = {shape, pfp__conv2d_in_general(in_mean, in_var), weights, out_mean,
                                 out_var};
    pfp__quads(0, &t);
}

#endif
