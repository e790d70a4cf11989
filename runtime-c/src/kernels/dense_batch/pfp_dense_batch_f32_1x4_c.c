#include <assert.h>

#include "kernels/dense_batch/batch.h"
#include "kernels/linear/tile_c.h"

void pfp_dense_batch_f32_1x4_c(const pfp_dense_shape *shape, size_t count, const float *in_mean,
                               const float *in_var, const void *weights, float *scratch,
                               float *out_mean, float *out_var) {
    assert(shape != NULL && in_mean != NULL && in_var != NULL && weights != NULL);
    const size_t panel_len = 2 * PFP_TILE_C * ((size_t)shape->in_len + 1);
    pfp__batch batch = {in_mean, in_var, NULL, weights, out_mean, out_var};
    for (size_t first = 0; first < shape->out_len; first += PFP_TILE_C) {
        const pfp_dense_shape panel = pfp__batch_panel(shape, first, PFP_TILE_C);
        for (size_t row = 0; row < count; row++) {
            const pfp__batch at = pfp__batch_from(batch, shape, row);
            pfp_dense_f32_1x4_c(&panel, at.in_mean, at.in_var, at.weights, scratch,
                                at.out_mean + first, at.out_var + first);
        }
        batch.weights += panel_len;
    }
}
