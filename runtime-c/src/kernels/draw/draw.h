#ifndef PFP_KERNELS_DRAW_H
#define PFP_KERNELS_DRAW_H

/** The body of the draw and reparameterize kernels. Include after a vec header. */

#include "vec/normal.h"

/* What `spread` holds. */
enum pfp__spread { PFP_SPREAD_SD, PFP_SPREAD_VAR };

/* The first `lanes` of a vector; a constant PFP_LANES costs plain loads. */
PFP_INLINE void pfp__draw_vec(enum pfp__spread kind, pfp__vec normals, size_t lanes,
                              const float *mean, const float *spread, float *out) {
    const pfp__vec m = lanes == PFP_LANES ? pfp__vec_load(mean) : pfp__vec_load_first(mean, lanes);
    pfp__vec sd = lanes == PFP_LANES ? pfp__vec_load(spread) : pfp__vec_load_first(spread, lanes);
    if (kind == PFP_SPREAD_VAR) {
        sd = pfp__normal_sqrt(sd, pfp__coefficients_load(pfp__normal_coefficients));
    }
    const pfp__vec drawn = pfp__vec_fma(m, sd, normals);
    if (lanes == PFP_LANES) {
        pfp__vec_store(out, drawn);
    } else {
        pfp__vec_store_first(out, drawn, lanes);
    }
}

/* out[i] = mean[i] + sd * normal, sd from `spread`. */
PFP_INLINE void pfp__draw(enum pfp__spread kind, size_t len, const float *mean, const float *spread,
                          pfp_normal_state *state, float *out) {
    pfp__normal generator = pfp__normal_load(state);
    for (; len >= PFP_NORMALS; len -= PFP_NORMALS) {
        const pfp__normals normals = pfp__normal_draw(&generator);
        pfp__draw_vec(kind, normals.low, PFP_LANES, mean, spread, out);
        pfp__draw_vec(kind, normals.high, PFP_LANES, mean + PFP_LANES, spread + PFP_LANES,
                      out + PFP_LANES);
        mean += PFP_NORMALS;
        spread += PFP_NORMALS;
        out += PFP_NORMALS;
    }
    if (len > 0) {
        const pfp__normals normals = pfp__normal_draw_first(&generator, len);
        const size_t low = len < PFP_LANES ? len : PFP_LANES;
        pfp__draw_vec(kind, normals.low, low, mean, spread, out);
        if (len > low) {
            pfp__draw_vec(kind, normals.high, len - low, mean + low, spread + low, out + low);
        }
    }
    pfp__normal_store(state, generator);
}

#endif
