#include "pfp/pfp_kernels.h"

#if PFP_HAS_HELIUM

#include <assert.h>

#include "kernels/linear/tile_helium.h"

enum { TILE = 8 };

/* One input against the eight outputs of a tile. */
#define ADD_INPUT(weights, m, v, m2)                                                               \
    do {                                                                                           \
        const float32x4_t mw0 = vldrwq_f32(weights);                                               \
        const float32x4_t mw1 = vldrwq_f32((weights) + 4);                                         \
        mean0 = vfmaq_n_f32(mean0, mw0, m);                                                        \
        mean1 = vfmaq_n_f32(mean1, mw1, m);                                                        \
        var0 = vfmaq_n_f32(var0, vmulq_f32(mw0, mw0), v);                                          \
        var1 = vfmaq_n_f32(var1, vmulq_f32(mw1, mw1), v);                                          \
        var0 = vfmaq_n_f32(var0, vldrwq_f32((weights) + 8), m2);                                   \
        var1 = vfmaq_n_f32(var1, vldrwq_f32((weights) + 12), m2);                                  \
    } while (0)

void pfp_dense_f32_1x8_helium(const pfp_dense_shape *shape, const float *in_mean,
                              const float *in_var, const void *weights, float *scratch,
                              float *out_mean, float *out_var) {
    assert(shape != NULL && in_mean != NULL && in_var != NULL && weights != NULL);
    const size_t in_len = shape->in_len;
    const size_t out_len = shape->out_len;
    pfp__helium_m2(in_len, in_mean, in_var, scratch);
    const float *at = weights;
    for (size_t first = 0; first < out_len; first += TILE) {
        float32x4_t mean0 = vldrwq_f32(at);
        float32x4_t mean1 = vldrwq_f32(at + 4);
        float32x4_t var0 = vldrwq_f32(at + 8);
        float32x4_t var1 = vldrwq_f32(at + 12);
        at += 2 * TILE;
        /* Two inputs at a time: one instruction loads both. */
        const float *m = in_mean, *v = in_var, *m2 = scratch;
        for (size_t pairs = in_len / 2; pairs > 0; pairs--) {
            const float m_a = m[0], m_b = m[1];
            const float v_a = v[0], v_b = v[1];
            const float m2_a = m2[0], m2_b = m2[1];
            ADD_INPUT(at, m_a, v_a, m2_a);
            ADD_INPUT(at + 2 * TILE, m_b, v_b, m2_b);
            m += 2;
            v += 2;
            m2 += 2;
            at += 4 * TILE;
        }
        if (in_len % 2 != 0) {
            ADD_INPUT(at, *m, *v, *m2);
            at += 2 * TILE;
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
