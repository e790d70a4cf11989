#include "pfp/pfp_kernels.h"

#if PFP_HAS_NEON

#include <assert.h>

#include "kernels/dense/panels_neon.h"

enum { ROW = 2 * PFP_PANEL_NEON };

/* `count` panels from `panel` on; `left` outputs are still to be written. */
PFP_INLINE void add_panels(size_t count, const pfp_dense_shape *shape, const float *in_mean,
                           const float *in_var, const float *panel, size_t left, float *out_mean,
                           float *out_var) {
    const size_t in_len = shape->in_len;
    pfp__panels_at at = pfp__panels_from(panel, ROW * (in_len + 1), count);
    pfp__panels_neon sums = pfp__panels_neon_bias(&at, 1, count);
    for (const float *end = in_mean + in_len / 8 * 8; in_mean != end;) {
        const float32x4_t m0 = vld1q_f32(in_mean), m1 = vld1q_f32(in_mean + 4);
        const float32x4_t v0 = vld1q_f32(in_var), v1 = vld1q_f32(in_var + 4);
        const float32x4_t q0 = vfmaq_f32(v0, m0, m0), q1 = vfmaq_f32(v1, m1, m1);
        PFP_PANELS_NEON_ADD(sums, at, 0, count, m0, v0, q0, 0)
        PFP_PANELS_NEON_ADD(sums, at, 1, count, m0, v0, q0, 1)
        PFP_PANELS_NEON_ADD(sums, at, 2, count, m0, v0, q0, 2)
        PFP_PANELS_NEON_ADD(sums, at, 3, count, m0, v0, q0, 3)
        PFP_PANELS_NEON_ADD(sums, at, 4, count, m1, v1, q1, 0)
        PFP_PANELS_NEON_ADD(sums, at, 5, count, m1, v1, q1, 1)
        PFP_PANELS_NEON_ADD(sums, at, 6, count, m1, v1, q1, 2)
        PFP_PANELS_NEON_ADD(sums, at, 7, count, m1, v1, q1, 3)
        pfp__panels_advance(&at, 8 * ROW, count);
        in_mean += 8;
        in_var += 8;
    }
    for (size_t rest = in_len % 8; rest > 0; rest--) {
        const float32x4_t m = vld1q_dup_f32(in_mean++);
        const float32x4_t v = vld1q_dup_f32(in_var++);
        const float32x4_t q = vfmaq_f32(v, m, m);
        PFP_PANELS_NEON_ADD(sums, at, 0, count, m, v, q, 0)
        pfp__panels_advance(&at, ROW, count);
    }
    pfp__panels_neon_store(sums.mean, left, out_mean, count);
    pfp__panels_neon_store(sums.var, left, out_var, count);
}

void pfp_dense_f32_1x8_neon(const pfp_dense_shape *shape, const float *in_mean, const float *in_var,
                            const void *weights, float *scratch, float *out_mean, float *out_var) {
    assert(shape != NULL && in_mean != NULL && in_var != NULL && weights != NULL);
    (void)scratch;
    const size_t out_len = shape->out_len;
    const float *panel = weights;
    size_t first = 0;
    for (; first + PFP_PANEL_NEON < out_len; first += 2 * PFP_PANEL_NEON) {
        add_panels(2, shape, in_mean, in_var, panel, out_len - first, out_mean + first,
                   out_var + first);
        panel += 2 * ROW * ((size_t)shape->in_len + 1);
    }
    if (first < out_len) {
        add_panels(1, shape, in_mean, in_var, panel, out_len - first, out_mean + first,
                   out_var + first);
    }
}

#endif
