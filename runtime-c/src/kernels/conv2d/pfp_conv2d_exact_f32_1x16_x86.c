#include "pfp/pfp_kernels.h"

#if PFP_HAS_X86

#include <assert.h>

#include "kernels/conv2d/conv2d_x86.h"

void pfp_conv2d_exact_f32_1x16_x86(const pfp_conv2d_shape *shape, const float *in,
                                   const void *weights, float *scratch, float *out) {
    assert(shape != NULL && in != NULL && weights != NULL);
    (void)scratch;
    pfp__conv2d_x86(PFP_FORM_EXACT, shape, pfp__conv2d_in_exact(in), weights, out, NULL);
}

#endif
