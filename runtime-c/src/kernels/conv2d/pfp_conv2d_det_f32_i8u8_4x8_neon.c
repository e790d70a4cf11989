#include "pfp/pfp_kernels.h"

#if PFP_HAS_NEON

#include <assert.h>

#include "vec/neon.h"
#include "kernels/linear/quad_stored_neon.h"
#include "kernels/conv2d/stored.h"

void pfp_conv2d_det_f32_i8u8_4x8_neon(const pfp_conv2d_shape *shape, const float *in,
                                      const float *shift, const void *weights, float *scratch,
                                      float *out_mean, float *out_var) {
    assert(shape != NULL && in != NULL && shift != NULL && weights != NULL);
    (void)scratch;
    const pfp_conv2d_shape s = *shape;
    const pfp__conv2d_task t = {&s, pfp__conv2d_in_det(in, shift), weights, out_mean, out_var};
    pfp__conv2d_stored(PFP_I8U8, 1, &t);
}

#endif
