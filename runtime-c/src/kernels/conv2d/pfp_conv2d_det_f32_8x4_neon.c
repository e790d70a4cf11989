#include "pfp/pfp_kernels.h"

#if PFP_HAS_NEON

#include <assert.h>

#include "kernels/conv2d/planar_rows_neon.h"

void pfp_conv2d_det_f32_8x4_neon(const pfp_conv2d_shape *shape, const float *in, const float *shift,
                                 const void *weights, float *scratch, float *out_mean,
                                 float *out_var) {
    assert(shape != NULL && in != NULL && shift != NULL && weights != NULL && shape->in_c == 1);
    (void)scratch;
    const pfp__conv2d_planar t = {shape, in, shift, weights, out_mean, out_var};
    pfp__conv2d_planar_rows(4, &t);
}

#endif
