#include "pfp/pfp_kernels.h"

#if PFP_HAS_NEON

#include <assert.h>

#include "kernels/conv2d/planar_stored_neon.h"
#include "kernels/conv2d_maxpool2d_relu/planar_neon.h"

PFP_PLANAR_PARTS(pfp__planar_tiles_pool, pfp__planar_alone_pool, 0, PFP_TIER_ACCURATE, 4);
PFP_PLANAR_EXPAND(PFP_F16, 4)

void pfp_conv2d_maxpool2d_relu_det_f32_f16_8x4_neon(const pfp_conv2d_shape *shape, const float *in,
                                                    const float *shift, const void *weights,
                                                    float *scratch, float *out_mean,
                                                    float *out_var) {
    assert(shape != NULL && in != NULL && shift != NULL && weights != NULL && shape->in_c == 1);
    (void)scratch;
    float room[PFP_PLANAR_ROOM];
    const pfp__conv2d_planar t = {shape, in, shift, {weights, expand, room}, out_mean, out_var};
    pfp__planar(0, 4, 2, &t, &kinds, alone);
}

#endif
