#include "pfp/pfp_kernels.h"

#if PFP_HAS_NEON

#include <assert.h>

#include "kernels/dense_batch/batch_neon.h"

void pfp_dense_batch_exact_f32_8x8_neon(const pfp_dense_shape *shape, size_t count, const float *in,
                                        const void *weights, float *scratch, float *out) {
    assert(shape != NULL && in != NULL && weights != NULL);
    const pfp__batch batch = {in, NULL, NULL, weights, out, NULL};
    for (size_t row = pfp__batch_neon(PFP_FORM_EXACT, 8, shape, count, batch); row < count; row++) {
        const pfp__batch rest = pfp__batch_from(batch, shape, row);
        pfp_dense_exact_f32_1x8_neon(shape, rest.in_mean, weights, scratch, rest.out_mean);
    }
}

#endif
