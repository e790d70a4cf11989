#include "pfp/pfp_kernels.h"

#if PFP_HAS_NEON

#include <assert.h>

#include "kernels/dense/panels_neon.h"
#include "kernels/dense/shifted.h"

enum { ROW = 2 * PFP_PANEL_NEON };

PFP_INLINE void copy(size_t len, const float *from, float *to) {
    for (size_t i = 0; i < len; i++) {
        to[i] = from[i];
    }
}

/* Adds `len` inputs to `count` panels. */
PFP_INLINE void add_inputs(pfp__panels_neon *sums, size_t count, pfp__panels_at at,
                           const pfp__chunk *chunk, size_t len) {
    const float *m = chunk->m, *m2 = chunk->m + PFP_CHUNK;
    for (const float *end = m + len / 8 * 8; m != end;) {
        const float32x4_t m_0 = vld1q_f32(m), m_1 = vld1q_f32(m + 4);
        const float32x4_t m2_0 = vld1q_f32(m2), m2_1 = vld1q_f32(m2 + 4);
        PFP_PANELS_NEON_ADD_DET(*sums, at, 0, count, m_0, m2_0, 0)
        PFP_PANELS_NEON_ADD_DET(*sums, at, 1, count, m_0, m2_0, 1)
        PFP_PANELS_NEON_ADD_DET(*sums, at, 2, count, m_0, m2_0, 2)
        PFP_PANELS_NEON_ADD_DET(*sums, at, 3, count, m_0, m2_0, 3)
        PFP_PANELS_NEON_ADD_DET(*sums, at, 4, count, m_1, m2_1, 0)
        PFP_PANELS_NEON_ADD_DET(*sums, at, 5, count, m_1, m2_1, 1)
        PFP_PANELS_NEON_ADD_DET(*sums, at, 6, count, m_1, m2_1, 2)
        PFP_PANELS_NEON_ADD_DET(*sums, at, 7, count, m_1, m2_1, 3)
        pfp__panels_advance(&at, 8 * ROW, count);
        m += 8;
        m2 += 8;
    }
    for (size_t rest = len % 8; rest > 0; rest--) {
        const float32x4_t m_0 = vld1q_dup_f32(m++);
        const float32x4_t m2_0 = vld1q_dup_f32(m2++);
        PFP_PANELS_NEON_ADD_DET(*sums, at, 0, count, m_0, m2_0, 0)
        pfp__panels_advance(&at, ROW, count);
    }
}

/* A chunk's inputs, from input `k` on, against `count` panels, whose sums rest in mean and var. */
PFP_INLINE void add_chunk(size_t count, size_t in_len, size_t k, const pfp__chunk *chunk,
                          size_t len, const float *panel, float *mean, float *var) {
    pfp__panels_at at = pfp__panels_from(panel, ROW * (in_len + 1), count);
    pfp__panels_neon sums;
    if (k == 0) {
        sums = pfp__panels_neon_bias(&at, 1, count);
    } else {
        pfp__panels_advance(&at, ROW * (k + 1), count);
        for (size_t half = 0; half < 2 * count; half++) {
            sums.mean[half] = vld1q_f32(mean + 4 * half);
            sums.var[half] = vld1q_f32(var + 4 * half);
        }
    }
    add_inputs(&sums, count, at, chunk, len);
    for (size_t half = 0; half < 2 * count; half++) {
        vst1q_f32(mean + 4 * half, sums.mean[half]);
        vst1q_f32(var + 4 * half, sums.var[half]);
    }
}

void pfp_dense_det_f32_1x8_neon(const pfp_dense_shape *shape, const float *in, const float *shift,
                                const void *weights, float *scratch, float *out_mean,
                                float *out_var) {
    assert(shape != NULL && in != NULL && shift != NULL && weights != NULL);
    (void)scratch;
    const size_t in_len = shape->in_len, out_len = shape->out_len;
    const size_t panel_len = ROW * (in_len + 1);
    /* The last panels' sums rest beside the outputs where these are fewer. */
    float last_mean[2 * PFP_PANEL_NEON], last_var[2 * PFP_PANEL_NEON];
    const size_t whole = out_len - out_len % (2 * PFP_PANEL_NEON);
    const size_t left = out_len - whole;
    const float *last_panels = (const float *)weights + whole / PFP_PANEL_NEON * panel_len;
    pfp__planes planes = pfp__planes_from(shape, in, shift);
    pfp__chunk chunk;
    for (size_t k = 0; k < in_len; k += PFP_CHUNK) {
        const size_t len = in_len - k < PFP_CHUNK ? in_len - k : PFP_CHUNK;
        pfp__chunk_fill(&chunk, len, &planes);
        const float *panel = weights;
        for (size_t first = 0; first < whole; first += 2 * PFP_PANEL_NEON) {
            add_chunk(2, in_len, k, &chunk, len, panel, out_mean + first, out_var + first);
            panel += 2 * panel_len;
        }
        if (left > PFP_PANEL_NEON) {
            add_chunk(2, in_len, k, &chunk, len, last_panels, last_mean, last_var);
        } else if (left > 0) {
            add_chunk(1, in_len, k, &chunk, len, last_panels, last_mean, last_var);
        }
    }
    copy(left, last_mean, out_mean + whole);
    copy(left, last_var, out_var + whole);
}

#endif
