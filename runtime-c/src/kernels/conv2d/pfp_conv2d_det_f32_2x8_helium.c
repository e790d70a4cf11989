#include "pfp/pfp_kernels.h"

#if PFP_HAS_HELIUM

#include <assert.h>

#include "kernels/conv2d/patch_helium.h"

void pfp_conv2d_det_f32_2x8_helium(const pfp_conv2d_shape *shape, const float *in,
                                   const float *shift, const void *weights, float *scratch,
                                   float *out_mean, float *out_var) {
    assert(shape != NULL && in != NULL && shift != NULL && weights != NULL);
    const pfp__conv2d_in shifted = pfp__conv2d_in_det(in, shift);
    pfp__conv2d_patched(PFP_FORM_DET, shape, shifted, weights, scratch, out_mean, out_var);
}

#endif
