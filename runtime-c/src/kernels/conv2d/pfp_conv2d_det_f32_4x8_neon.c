#include "pfp/pfp_kernels.h"

#if PFP_HAS_NEON

#include <assert.h>

#include "kernels/conv2d/quads_neon.h"

void pfp_conv2d_det_f32_4x8_neon(const pfp_conv2d_shape *shape, const float *in, const float *shift,
                                 const void *weights, float *scratch, float *out_mean,
                                 float *out_var) {
    assert(shape != NULL && in != NULL && shift != NULL && weights != NULL);
    (void)scratch;
    const pfp__conv2d_quads t = {shape, pfp__conv2d_in_det(in, shift), weights, out_mean, out_var};
    pfp__quads(1, &t);
}

#endif
