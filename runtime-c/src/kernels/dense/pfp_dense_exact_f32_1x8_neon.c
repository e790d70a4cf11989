#include "pfp/pfp_kernels.h"

#if PFP_HAS_NEON

#include <assert.h>

#include "kernels/dense/panels_neon.h"

/* `count` panels from `panel` on; `left` outputs are still to be written. */
PFP_INLINE void add_panels(size_t count, size_t in_len, const float *in, const float *panel,
                           size_t left, float *out) {
    pfp__panels_at at = pfp__panels_from(panel, PFP_PANEL_NEON * (in_len + 1), count);
    pfp__panels_neon sums = pfp__panels_neon_bias(&at, 0, count);
    for (const float *end = in + in_len / 8 * 8; in != end;) {
        const float32x4_t in_0 = vld1q_f32(in), in_1 = vld1q_f32(in + 4);
        PFP_PANELS_NEON_ADD_EXACT(sums, at, 0, count, in_0, 0)
        PFP_PANELS_NEON_ADD_EXACT(sums, at, 1, count, in_0, 1)
        PFP_PANELS_NEON_ADD_EXACT(sums, at, 2, count, in_0, 2)
        PFP_PANELS_NEON_ADD_EXACT(sums, at, 3, count, in_0, 3)
        PFP_PANELS_NEON_ADD_EXACT(sums, at, 4, count, in_1, 0)
        PFP_PANELS_NEON_ADD_EXACT(sums, at, 5, count, in_1, 1)
        PFP_PANELS_NEON_ADD_EXACT(sums, at, 6, count, in_1, 2)
        PFP_PANELS_NEON_ADD_EXACT(sums, at, 7, count, in_1, 3)
        pfp__panels_advance(&at, 8 * PFP_PANEL_NEON, count);
        in += 8;
    }
    for (size_t rest = in_len % 8; rest > 0; rest--) {
        const float32x4_t in_0 = vld1q_dup_f32(in++);
        PFP_PANELS_NEON_ADD_EXACT(sums, at, 0, count, in_0, 0)
        pfp__panels_advance(&at, PFP_PANEL_NEON, count);
    }
    pfp__panels_neon_store(sums.mean, left, out, count);
}

void pfp_dense_exact_f32_1x8_neon(const pfp_dense_shape *shape, const float *in,
                                  const void *weights, float *scratch, float *out) {
    assert(shape != NULL && in != NULL && weights != NULL && out != NULL);
    (void)scratch;
    const size_t in_len = shape->in_len, out_len = shape->out_len;
    const size_t panel_len = PFP_PANEL_NEON * (in_len + 1);
    const float *panel = weights;
    size_t first = 0;
    /* Four panels have as many sums as multiplications are under way on the larger cores. */
    for (; first + 3 * PFP_PANEL_NEON < out_len; first += 4 * PFP_PANEL_NEON) {
        add_panels(4, in_len, in, panel, out_len - first, out + first);
        panel += 4 * panel_len;
    }
    for (; first + PFP_PANEL_NEON < out_len; first += 2 * PFP_PANEL_NEON) {
        add_panels(2, in_len, in, panel, out_len - first, out + first);
        panel += 2 * panel_len;
    }
    if (first < out_len) {
        add_panels(1, in_len, in, panel, out_len - first, out + first);
    }
}

#endif
