#ifndef PFP_KERNELS_CONV2D_MAXPOOL2D_RELU_PLANAR_VFP_H
#define PFP_KERNELS_CONV2D_MAXPOOL2D_RELU_PLANAR_VFP_H

/* What the conv2d_maxpool2d_relu kernels over planes do with a tile: it is two windows wide. */

#include "kernels/conv2d/tiles_vfp.h"
#include "kernels/conv2d_maxpool2d_relu/window_vfp.h"

PFP_INLINE void pfp__planar_vfp_pool(enum pfp__form form, enum pfp__tier tier,
                                     const pfp__planar_vfp *k, const pfp__planar_sums *sums,
                                     const pfp__tile_place *place) {
    const pfp_conv2d_shape *s = k->shape;
    const size_t left = s->out_c - place->first;
    const size_t outputs = left < PFP_PLANAR_OUTPUTS ? left : PFP_PLANAR_OUTPUTS;
    size_t out = ((size_t)place->y * s->out_w + place->x) * s->out_c + place->first;
    for (size_t x = 0; x < place->count; x++) {
        const size_t first = x * PFP_PLANAR_OUTPUTS;
        if (form == PFP_FORM_EXACT) {
            pfp__windows_vfp_exact(sums->at + first, PFP_QUAD_SUMS / 2, outputs, k->out_mean + out);
        } else {
            pfp__windows_vfp_pool(tier, PFP_POOL_RELU, k->gauss, sums->at + first, outputs,
                                  k->out_mean + out, k->out_var + out);
        }
        out += s->out_c;
    }
}

#endif
