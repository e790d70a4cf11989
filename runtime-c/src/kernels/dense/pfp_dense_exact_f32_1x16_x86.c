#include "pfp/pfp_kernels.h"

#if PFP_HAS_X86

#include <assert.h>

#include "kernels/dense/dense_x86.h"

void pfp_dense_exact_f32_1x16_x86(const pfp_dense_shape *shape, const float *in,
                                  const void *weights, float *scratch, float *out) {
    assert(shape != NULL && in != NULL && weights != NULL);
    (void)scratch;
    const pfp__dense_x86 d = {in, NULL, NULL, weights, out, NULL};
    pfp__dense_x86_all(PFP_FORM_EXACT, shape, &d);
}

#endif
