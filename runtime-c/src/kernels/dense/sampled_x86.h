#ifndef PFP_KERNELS_DENSE_SAMPLED_X86_H
#define PFP_KERNELS_DENSE_SAMPLED_X86_H

/*
 * The body of the sampled dense kernel for vectors of eight or sixteen lanes: a draw gives several
 * rows, which are added one after the other, in the order of sampled.h. Include after vec/x86.h.
 */

#include <assert.h>

#include "vec/normal.h"

enum {
    PFP_SAMPLED_PANEL = 8,
    PFP_SAMPLED_ROW = 2 * PFP_SAMPLED_PANEL,
    PFP_SAMPLED_ROWS = PFP_NORMALS / PFP_SAMPLED_PANEL /* of one draw */
};

/* Row `i`, a constant, of those that a draw gives. */
PFP_INLINE __m256 pfp__sampled_x86_row(pfp__normals normals, size_t i) {
#if PFP_LANES == 16
    const __m512d halves = _mm512_castps_pd(i < 2 ? normals.low : normals.high);
    return _mm256_castpd_ps(i % 2 == 0 ? _mm512_castpd512_pd256(halves)
                                       : _mm512_extractf64x4_pd(halves, 1));
#else
    return i == 0 ? normals.low : normals.high;
#endif
}

/* The weights of a row { mean[8], sd[8] } with these normals. */
PFP_INLINE __m256 pfp__sampled_x86_weights(const float *row, __m256 normals) {
    return _mm256_fmadd_ps(_mm256_loadu_ps(row + PFP_SAMPLED_PANEL), normals, _mm256_loadu_ps(row));
}

PFP_INLINE void pfp__sampled_x86_store(float *out, __m256 sums, size_t len) {
    float lanes[PFP_SAMPLED_PANEL];
    if (len >= PFP_SAMPLED_PANEL) {
        _mm256_storeu_ps(out, sums);
        return;
    }
    _mm256_storeu_ps(lanes, sums);
    for (size_t i = 0; i < len; i++) {
        out[i] = lanes[i];
    }
}

PFP_INLINE void pfp__dense_sampled(const pfp_dense_shape *shape, const float *in,
                                   const float *weights, pfp_normal_state *state, float *out) {
    assert(shape != NULL && in != NULL && weights != NULL && state != NULL && out != NULL);
    pfp__normal generator = pfp__normal_load(state);
    const float *row = weights;
    for (size_t left = shape->out_len; left > 0;) {
        const pfp__normals of_bias = pfp__normal_draw_first(&generator, PFP_SAMPLED_PANEL);
        __m256 sums = pfp__sampled_x86_weights(row, pfp__sampled_x86_row(of_bias, 0));
        row += PFP_SAMPLED_ROW;
        size_t k = 0;
        for (; k + PFP_SAMPLED_ROWS <= shape->in_len; k += PFP_SAMPLED_ROWS) {
            const pfp__normals normals = pfp__normal_draw(&generator);
            for (size_t i = 0; i < PFP_SAMPLED_ROWS; i++) {
                const __m256 drawn =
                    pfp__sampled_x86_weights(row, pfp__sampled_x86_row(normals, i));
                sums = _mm256_fmadd_ps(drawn, _mm256_set1_ps(in[k + i]), sums);
                row += PFP_SAMPLED_ROW;
            }
        }
        for (; k < shape->in_len; k++) {
            const pfp__normals normals = pfp__normal_draw_first(&generator, PFP_SAMPLED_PANEL);
            const __m256 drawn = pfp__sampled_x86_weights(row, pfp__sampled_x86_row(normals, 0));
            sums = _mm256_fmadd_ps(drawn, _mm256_set1_ps(in[k]), sums);
            row += PFP_SAMPLED_ROW;
        }
        const size_t len = left < PFP_SAMPLED_PANEL ? left : PFP_SAMPLED_PANEL;
        pfp__sampled_x86_store(out, sums, len);
        out += len;
        left -= len;
    }
    pfp__normal_store(state, generator);
}

#endif
