#include "pfp/pfp_kernels.h"

#if PFP_HAS_VFP

#include <assert.h>

#include "kernels/conv2d/conv2d_vfp.h"

void pfp_conv2d_det_f32_2x4_vfp(const pfp_conv2d_shape *shape, const float *in, const float *shift,
                                const void *weights, float *scratch, float *out_mean,
                                float *out_var) {
    assert(shape != NULL && in != NULL && shift != NULL && weights != NULL);
    (void)scratch;
    const pfp__conv2d_in det = pfp__conv2d_in_det(in, shift);
    pfp__conv2d_vfp(PFP_FORM_DET, shape, &det, weights, out_mean, out_var);
}

#endif
