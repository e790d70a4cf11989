#include "pfp/pfp_kernels.h"

#if PFP_HAS_HELIUM

#include <assert.h>

#include "vec/helium.h"
#include "kernels/linear/quad_stored_helium.h"
#include "kernels/conv2d_maxpool2d_relu/stored.h"

void pfp_conv2d_maxpool2d_relu_f32_i8u4_4x8_helium(const pfp_conv2d_shape *shape,
                                                   const float *in_mean, const float *in_var,
                                                   const void *weights, float *scratch,
                                                   float *out_mean, float *out_var) {
    assert(shape != NULL && in_mean != NULL && in_var != NULL && weights != NULL);
    assert(shape->in_planes == 1);
    (void)scratch;
    const pfp_conv2d_shape s = *shape;
    const pfp__conv2d_task t = {&s, pfp__conv2d_in_general(in_mean, in_var), weights, out_mean,
                                out_var};
    pfp__conv2d_maxpool2d_relu_stored(PFP_I8U4, 0, PFP_TIER_ACCURATE, &t);
}

#endif
