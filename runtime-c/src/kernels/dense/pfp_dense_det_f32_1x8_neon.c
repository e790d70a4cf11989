#include "pfp/pfp_kernels.h"

#if PFP_HAS_NEON

#include <assert.h>

#include "kernels/linear/tile_neon.h"

void pfp_dense_det_f32_1x8_neon(const pfp_dense_shape *shape, const float *in, const float *shift,
                                const void *weights, float *scratch, float *out_mean,
                                float *out_var) {
    assert(shape != NULL && in != NULL && shift != NULL && weights != NULL);
    (void)scratch;
    const size_t plane = shape->in_len / shape->in_planes;
    const float *at = weights;
    for (size_t first = 0; first < shape->out_len; first += PFP_TILE_NEON) {
        pfp__tile_neon tile = pfp__tile_neon_bias(at);
        at += 2 * PFP_TILE_NEON;
        for (size_t p = 0; p < shape->in_planes; p++) {
            tile = pfp__tile_neon_add_det(tile, plane, in + p * plane, shift[p], at);
            at += 2 * PFP_TILE_NEON * plane;
        }
        pfp__tile_neon_store(tile, shape->out_len - first, out_mean + first, out_var + first);
    }
}

#endif
