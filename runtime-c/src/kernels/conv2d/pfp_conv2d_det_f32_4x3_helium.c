#include "pfp/pfp_kernels.h"

#if PFP_HAS_HELIUM

#include <assert.h>

#include "kernels/conv2d/planar_helium.h"

void pfp_conv2d_det_f32_4x3_helium(const pfp_conv2d_shape *shape, const float *in,
                                   const float *shift, const void *weights, float *scratch,
                                   float *out_mean, float *out_var) {
    assert(shape != NULL && in != NULL && shift != NULL && weights != NULL);
    assert(shape->in_c == 1);
    (void)scratch;
    const pfp_conv2d_shape s = *shape;
    pfp__planar_helium(0, &s, in, shift, weights, out_mean, out_var);
}

#endif
