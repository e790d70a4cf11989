#include "pfp/pfp_kernels.h"

#if PFP_HAS_HELIUM

#include <assert.h>

#include "kernels/conv2d/patch_helium.h"

void pfp_conv2d_f32_2x8_helium(const pfp_conv2d_shape *shape, const float *in_mean,
                               const float *in_var, const void *weights, float *scratch,
                               float *out_mean, float *out_var) {
    assert(shape != NULL && in_mean != NULL && in_var != NULL && weights != NULL);
    const pfp__conv2d_in in = pfp__conv2d_in_general(in_mean, in_var);
    pfp__conv2d_patched(PFP_FORM_GENERAL, shape, in, weights, scratch, out_mean, out_var);
}

#endif
