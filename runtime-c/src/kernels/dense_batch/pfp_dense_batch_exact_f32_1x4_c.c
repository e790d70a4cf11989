#include <assert.h>

#include "kernels/dense_batch/batch.h"
#include "kernels/linear/tile_c.h"

void pfp_dense_batch_exact_f32_1x4_c(const pfp_dense_shape *shape, size_t count, const float *in,
                                     const void *weights, float *scratch, float *out) {
    assert(shape != NULL && in != NULL && weights != NULL);
    const size_t panel_len = PFP_TILE_C * ((size_t)shape->in_len + 1);
    pfp__batch batch = {in, NULL, NULL, weights, out, NULL};
    for (size_t first = 0; first < shape->out_len; first += PFP_TILE_C) {
        const pfp_dense_shape panel = pfp__batch_panel(shape, first, PFP_TILE_C);
        for (size_t row = 0; row < count; row++) {
            const pfp__batch at = pfp__batch_from(batch, shape, row);
            pfp_dense_exact_f32_1x4_c(&panel, at.in_mean, at.weights, scratch, at.out_mean + first);
        }
        batch.weights += panel_len;
    }
}
