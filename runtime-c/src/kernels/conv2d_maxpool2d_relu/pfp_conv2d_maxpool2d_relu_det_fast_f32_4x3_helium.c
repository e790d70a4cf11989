#include "pfp/pfp_kernels.h"

#if PFP_HAS_HELIUM

#include <assert.h>

#include "vec/helium.h"
#include "kernels/conv2d_maxpool2d_relu/quads_helium.h"

void pfp_conv2d_maxpool2d_relu_det_fast_f32_4x3_helium(const pfp_conv2d_shape *shape,
                                                       const float *in, const float *shift,
                                                       const void *weights, float *scratch,
                                                       float *out_mean, float *out_var) {
    assert(shape != NULL && in != NULL && shift != NULL && weights != NULL);
    assert(shape->in_c == 1);
    (void)scratch;
    const pfp_conv2d_shape s = *shape;
    pfp__conv2d_maxpool2d_relu_planar_helium(0, PFP_TIER_FAST, &s, in, shift, weights, out_mean,
                                             out_var);
}

#endif
