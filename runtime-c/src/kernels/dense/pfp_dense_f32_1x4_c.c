#include <assert.h>

#include "kernels/linear/tile_c.h"
#include "pfp/pfp_kernels.h"

void pfp_dense_f32_1x4_c(const pfp_dense_shape *shape, const float *in_mean, const float *in_var,
                         const void *weights, float *scratch, float *out_mean, float *out_var) {
    assert(shape != NULL && in_mean != NULL && in_var != NULL && weights != NULL);
    (void)scratch;
    const size_t panel_len = 2 * PFP_TILE_C * ((size_t)shape->in_len + 1);
    const float *panel = weights;
    for (size_t first = 0; first < shape->out_len; first += PFP_TILE_C) {
        pfp__tile_c tile = pfp__tile_c_bias(panel);
        tile = pfp__tile_c_add(tile, shape->in_len, in_mean, in_var, panel + 2 * PFP_TILE_C);
        pfp__tile_c_store(tile, shape->out_len - first, out_mean + first, out_var + first);
        panel += panel_len;
    }
}
