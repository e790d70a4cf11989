#ifndef PFP_KERNELS_NORMAL_H
#define PFP_KERNELS_NORMAL_H

/** The body of the normal kernels. Include after a vec header. */

#include "vec/normal.h"

PFP_INLINE void pfp__normal_fill(size_t len, pfp_normal_state *state, float *out) {
    pfp__normal generator = pfp__normal_load(state);
    for (; len >= PFP_NORMALS; len -= PFP_NORMALS) {
        const pfp__normals normals = pfp__normal_draw(&generator);
        pfp__vec_store(out, normals.low);
        pfp__vec_store(out + PFP_LANES, normals.high);
        out += PFP_NORMALS;
    }
    if (len > 0) {
        const pfp__normals normals = pfp__normal_draw_first(&generator, len);
        const size_t low = len < PFP_LANES ? len : PFP_LANES;
        pfp__vec_store_first(out, normals.low, low);
        pfp__vec_store_first(out + low, normals.high, len - low);
    }
    pfp__normal_store(state, generator);
}

#endif
