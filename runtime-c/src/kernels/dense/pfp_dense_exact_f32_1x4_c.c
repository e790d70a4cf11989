#include <assert.h>

#include "kernels/linear/tile_c.h"
#include "pfp/pfp_kernels.h"

void pfp_dense_exact_f32_1x4_c(const pfp_dense_shape *shape, const float *in, const void *weights,
                               float *scratch, float *out) {
    assert(shape != NULL && in != NULL && weights != NULL && out != NULL);
    (void)scratch;
    const size_t in_len = shape->in_len;
    const float *at = weights;
    for (size_t first = 0; first < shape->out_len; first += PFP_TILE_C) {
        float sums[PFP_TILE_C];
        for (size_t j = 0; j < PFP_TILE_C; j++) {
            sums[j] = at[j];
        }
        at += PFP_TILE_C;
        for (size_t k = 0; k < in_len; k++) {
            for (size_t j = 0; j < PFP_TILE_C; j++) {
                sums[j] = pfp__fmaf(at[j], in[k], sums[j]);
            }
            at += PFP_TILE_C;
        }
        const size_t left = shape->out_len - first;
        for (size_t j = 0; j < PFP_TILE_C && j < left; j++) {
            out[first + j] = sums[j];
        }
    }
}
