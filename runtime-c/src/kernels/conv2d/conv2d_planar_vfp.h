#ifndef PFP_KERNELS_CONV2D_CONV2D_PLANAR_VFP_H
#define PFP_KERNELS_CONV2D_CONV2D_PLANAR_VFP_H

/* What the conv2d kernels over one channel a plane do with a tile: they write it. */

#include "kernels/conv2d/tiles_vfp.h"

PFP_INLINE void pfp__planar_vfp_store(enum pfp__form form, const pfp__planar_vfp *k,
                                      const pfp__planar_sums *sums, const pfp__tile_place *place) {
    const pfp_conv2d_shape *s = k->shape;
    const size_t left = s->out_c - place->first;
    size_t out = ((size_t)place->y * s->out_w + place->x) * s->out_c + place->first;
    for (uint32_t x = 0; x < place->count; x++) {
        for (size_t j = 0; j < PFP_PLANAR_OUTPUTS && j < left; j++) {
            const float *sum = &sums->at[pfp__planar_mean(form, x, j)];
            k->out_mean[out + j] = sum[0];
            if (form != PFP_FORM_EXACT) {
                k->out_var[out + j] = sum[PFP_QUAD_SUMS];
            }
        }
        out += s->out_c;
    }
}

#endif
