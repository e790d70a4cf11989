#include "pfp/pfp_kernels.h"

#if PFP_HAS_NEON

#include <assert.h>

#include "kernels/dense_batch/batch_neon.h"

void pfp_dense_batch_det_f32_4x8_neon(const pfp_dense_shape *shape, size_t count, const float *in,
                                      const float *shift, const void *weights, float *scratch,
                                      float *out_mean, float *out_var) {
    assert(shape != NULL && in != NULL && shift != NULL && weights != NULL);
    const pfp__batch batch = {in, NULL, shift, weights, out_mean, out_var};
    for (size_t row = pfp__batch_neon(PFP_FORM_DET, 4, shape, count, batch); row < count; row++) {
        const pfp__batch rest = pfp__batch_from(batch, shape, row);
        pfp_dense_det_f32_1x8_neon(shape, rest.in_mean, shift, weights, scratch, rest.out_mean,
                                   rest.out_var);
    }
}

#endif
