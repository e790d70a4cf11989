#ifndef PFP_KERNELS_DRAW_H
#define PFP_KERNELS_DRAW_H

/** The body of the draw and reparameterize kernels. Include after a vec header. */

#include "vec/normal.h"

/* What `spread` holds. */
enum pfp__spread { PFP_SPREAD_SD, PFP_SPREAD_VAR };

/* The first `lanes` of four; a constant 4 costs plain loads. */
PFP_INLINE void pfp__draw_four(enum pfp__spread kind, pfp__vec normals, size_t lanes,
                               const float *mean, const float *spread, float *out) {
    const pfp__vec m = lanes == 4 ? pfp__vec_load(mean) : pfp__vec_load_first(mean, lanes);
    pfp__vec sd = lanes == 4 ? pfp__vec_load(spread) : pfp__vec_load_first(spread, lanes);
    if (kind == PFP_SPREAD_VAR) {
        sd = pfp__normal_sqrt(sd, pfp__coefficients_load(pfp__normal_coefficients));
    }
    const pfp__vec drawn = pfp__vec_fma(m, sd, normals);
    if (lanes == 4) {
        pfp__vec_store(out, drawn);
    } else {
        pfp__vec_store_first(out, drawn, lanes);
    }
}

/* out[i] = mean[i] + sd * normal, sd from `spread`. */
PFP_INLINE void pfp__draw(enum pfp__spread kind, size_t len, const float *mean, const float *spread,
                          pfp_normal_state *state, float *out) {
    pfp__normal generator = pfp__normal_load(state);
    for (; len >= 8; len -= 8) {
        const pfp__normals normals = pfp__normal_draw(&generator);
        pfp__draw_four(kind, normals.low, 4, mean, spread, out);
        pfp__draw_four(kind, normals.high, 4, mean + 4, spread + 4, out + 4);
        mean += 8;
        spread += 8;
        out += 8;
    }
    if (len > 0) {
        const pfp__normals normals = pfp__normal_draw(&generator);
        const size_t low = len < 4 ? len : 4;
        pfp__draw_four(kind, normals.low, low, mean, spread, out);
        if (len > low) {
            pfp__draw_four(kind, normals.high, len - low, mean + 4, spread + 4, out + 4);
        }
    }
    pfp__normal_store(state, generator);
}

#endif
