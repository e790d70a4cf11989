#ifndef PFP_KERNELS_DENSE_SAMPLED_H
#define PFP_KERNELS_DENSE_SAMPLED_H

/** The body of the sampled dense kernels. Include after a vec header. */

#include <assert.h>

#include "vec/normal.h"

enum { PFP_SAMPLED_PANEL = 8, PFP_SAMPLED_ROW = 2 * PFP_SAMPLED_PANEL };

/* One draw of a row { mean[8], sd[8] }. */
PFP_INLINE pfp__normals pfp__sampled_row(pfp__normal *generator, const float *row) {
    pfp__normals drawn = pfp__normal_draw(generator);
    drawn.low = pfp__vec_fma(pfp__vec_load(row), pfp__vec_load(row + 8), drawn.low);
    drawn.high = pfp__vec_fma(pfp__vec_load(row + 4), pfp__vec_load(row + 12), drawn.high);
    return drawn;
}

PFP_INLINE void pfp__dense_sampled(const pfp_dense_shape *shape, const float *in,
                                   const float *weights, pfp_normal_state *state, float *out) {
    assert(shape != NULL && in != NULL && weights != NULL && state != NULL && out != NULL);
    pfp__normal generator = pfp__normal_load(state);
    const float *row = weights;
    for (size_t left = shape->out_len; left > 0;) {
        pfp__normals sums = pfp__sampled_row(&generator, row);
        row += PFP_SAMPLED_ROW;
        for (size_t k = 0; k < shape->in_len; k++) {
            const pfp__normals drawn = pfp__sampled_row(&generator, row);
            sums.low = pfp__vec_fma_n(sums.low, drawn.low, in[k]);
            sums.high = pfp__vec_fma_n(sums.high, drawn.high, in[k]);
            row += PFP_SAMPLED_ROW;
        }
        const size_t low = left < 4 ? left : 4;
        const size_t high = left - low < 4 ? left - low : 4;
        pfp__vec_store_first(out, sums.low, low);
        pfp__vec_store_first(out + low, sums.high, high);
        out += low + high;
        left -= low + high;
    }
    pfp__normal_store(state, generator);
}

#endif
