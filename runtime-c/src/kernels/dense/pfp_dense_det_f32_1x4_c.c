#include <assert.h>

#include "kernels/linear/tile_c.h"
#include "pfp/pfp_kernels.h"

void pfp_dense_det_f32_1x4_c(const pfp_dense_shape *shape, const float *in, const float *shift,
                             const void *weights, float *scratch, float *out_mean, float *out_var) {
    assert(shape != NULL && in != NULL && shift != NULL && weights != NULL);
    (void)scratch;
    const size_t plane = shape->in_len / shape->in_planes;
    const float *at = weights;
    for (size_t first = 0; first < shape->out_len; first += PFP_TILE_C) {
        pfp__tile_c tile = pfp__tile_c_bias(at);
        at += 2 * PFP_TILE_C;
        for (size_t p = 0; p < shape->in_planes; p++) {
            tile = pfp__tile_c_add_det(tile, plane, in + p * plane, shift[p], at);
            at += 2 * PFP_TILE_C * plane;
        }
        pfp__tile_c_store(tile, shape->out_len - first, out_mean + first, out_var + first);
    }
}
