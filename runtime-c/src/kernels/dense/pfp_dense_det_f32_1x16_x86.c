#include "pfp/pfp_kernels.h"

#if PFP_HAS_X86

#include <assert.h>

#include "kernels/dense/dense_x86.h"

void pfp_dense_det_f32_1x16_x86(const pfp_dense_shape *shape, const float *in, const float *shift,
                                const void *weights, float *scratch, float *out_mean,
                                float *out_var) {
    assert(shape != NULL && in != NULL && shift != NULL && weights != NULL);
    (void)scratch;
    const pfp__dense_x86 d = {in, NULL, shift, weights, out_mean, out_var};
    pfp__dense_x86_all(PFP_FORM_DET, shape, &d);
}

#endif
