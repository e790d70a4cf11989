#ifndef PFP_KERNELS_NORMAL_H
#define PFP_KERNELS_NORMAL_H

/** The body of the normal kernels. Include after a vec header. */

#include "vec/normal.h"

PFP_INLINE void pfp__normal_fill(size_t len, pfp_normal_state *state, float *out) {
    pfp__normal generator = pfp__normal_load(state);
    const size_t whole = len - len % 8;
    for (size_t i = 0; i < whole; i += 8) {
        const pfp__normals normals = pfp__normal_draw(&generator);
        pfp__vec_store(out + i, normals.low);
        pfp__vec_store(out + i + 4, normals.high);
    }
    if (whole < len) {
        const pfp__normals normals = pfp__normal_draw(&generator);
        const size_t rest = len - whole;
        pfp__vec_store_first(out + whole, normals.low, rest < 4 ? rest : 4);
        pfp__vec_store_first(out + whole + (rest < 4 ? 0 : 4), normals.high,
                             rest < 4 ? 0 : rest - 4);
    }
    pfp__normal_store(state, generator);
}

#endif
