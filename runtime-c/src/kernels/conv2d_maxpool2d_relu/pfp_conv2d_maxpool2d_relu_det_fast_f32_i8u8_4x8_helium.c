#include "pfp/pfp_kernels.h"

#if PFP_HAS_HELIUM

#include <assert.h>

#include "vec/helium.h"
#include "kernels/linear/quad_stored_helium.h"
#include "kernels/conv2d_maxpool2d_relu/stored.h"

void pfp_conv2d_maxpool2d_relu_det_fast_f32_i8u8_4x8_helium(const pfp_conv2d_shape *shape,
                                                            const float *in, const float *shift,
                                                            const void *weights, float *scratch,
                                                            float *out_mean, float *out_var) {
    assert(shape != NULL && in != NULL && shift != NULL && weights != NULL);
    (void)scratch;
    const pfp_conv2d_shape s = *shape;
    const pfp__conv2d_task t = {&s, pfp__conv2d_in_det(in, shift), weights, out_mean, out_var};
    pfp__conv2d_maxpool2d_relu_stored(PFP_I8U8, 1, PFP_TIER_FAST, &t);
}

#endif
