#include "pfp/pfp_kernels.h"

#if PFP_HAS_NEON

#include <assert.h>

#include "kernels/conv2d/planar_stored_neon.h"
#include "kernels/conv2d/planar_store_neon.h"

PFP_PLANAR_PARTS(pfp__planar_tiles_store, pfp__planar_alone_store, 0, 6);
PFP_PLANAR_EXPAND(PFP_I8U8, 6)

void pfp_conv2d_det_f32_i8u8_8x6_neon(const pfp_conv2d_shape *shape, const float *in,
                                      const float *shift, const void *weights, float *scratch,
                                      float *out_mean, float *out_var) {
    assert(shape != NULL && in != NULL && shift != NULL && weights != NULL && shape->in_c == 1);
    (void)scratch;
    float room[PFP_PLANAR_ROOM];
    const pfp__conv2d_planar t = {shape, in, shift, {weights, expand, room}, out_mean, out_var};
    pfp__planar(0, 6, 1, &t, &kinds, alone);
}

#endif
