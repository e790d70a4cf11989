#include "pfp/pfp_kernels.h"

#if PFP_HAS_HELIUM

#include <assert.h>

#include "kernels/linear/tile_helium.h"

enum { TILE = 8 };

/* One input against the eight outputs of a tile. */
#define ADD_INPUT(weights, m, m2)                                                                  \
    do {                                                                                           \
        mean0 = vfmaq_n_f32(mean0, vldrwq_f32(weights), m);                                        \
        mean1 = vfmaq_n_f32(mean1, vldrwq_f32((weights) + 4), m);                                  \
        var0 = vfmaq_n_f32(var0, vldrwq_f32((weights) + 8), m2);                                   \
        var1 = vfmaq_n_f32(var1, vldrwq_f32((weights) + 12), m2);                                  \
    } while (0)

void pfp_dense_det_f32_1x8_helium(const pfp_dense_shape *shape, const float *in,
                                  const float *weights, float *scratch, float *out_mean,
                                  float *out_var) {
    assert(shape != NULL && in != NULL && weights != NULL);
    const size_t in_len = shape->in_len;
    const size_t out_len = shape->out_len;
    pfp__helium_m2_det(in_len, in, scratch);
    for (size_t first = 0; first < out_len; first += TILE) {
        float32x4_t mean0 = vldrwq_f32(weights);
        float32x4_t mean1 = vldrwq_f32(weights + 4);
        float32x4_t var0 = vldrwq_f32(weights + 8);
        float32x4_t var1 = vldrwq_f32(weights + 12);
        weights += 2 * TILE;
        /* Two inputs at a time: one instruction loads both. */
        const float *m = in, *m2 = scratch;
        for (size_t pairs = in_len / 2; pairs > 0; pairs--) {
            const float m_a = m[0], m_b = m[1];
            const float m2_a = m2[0], m2_b = m2[1];
            ADD_INPUT(weights, m_a, m2_a);
            ADD_INPUT(weights + 2 * TILE, m_b, m2_b);
            m += 2;
            m2 += 2;
            weights += 4 * TILE;
        }
        if (in_len % 2 != 0) {
            ADD_INPUT(weights, *m, *m2);
            weights += 2 * TILE;
        }
        const size_t left = out_len - first;
        pfp__helium_store(out_mean + first, mean0, left);
        pfp__helium_store(out_var + first, var0, left);
        if (left > 4) {
            pfp__helium_store(out_mean + first + 4, mean1, left - 4);
            pfp__helium_store(out_var + first + 4, var1, left - 4);
        }
    }
}

#endif
