#include "pfp/pfp_kernels.h"

#if PFP_HAS_HELIUM

#include <assert.h>

#include "vec/helium.h"
#include "kernels/conv2d_maxpool2d_relu/window_helium.h"

void pfp_conv2d_maxpool2d_relu_fast_f32_2x8_helium(const pfp_conv2d_shape *shape,
                                                   const float *in_mean, const float *in_var,
                                                   const void *weights, float *scratch,
                                                   float *out_mean, float *out_var) {
    assert(shape != NULL && in_mean != NULL && in_var != NULL && weights != NULL);
    const pfp_conv2d_shape s = *shape;
    pfp__conv2d_maxpool2d_relu_helium(PFP_TIER_FAST, &s, in_mean, in_var, weights, scratch,
                                      out_mean, out_var);
}

#endif
