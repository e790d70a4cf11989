#ifndef PFP_KERNELS_CONV2D_MAXPOOL2D_RELU_PLANAR_VFP_H
#define PFP_KERNELS_CONV2D_MAXPOOL2D_RELU_PLANAR_VFP_H

/* What the conv2d_maxpool2d_relu kernels over planes do with a tile: it is two windows. */

#include "kernels/conv2d/tiles_vfp.h"
#include "kernels/conv2d_maxpool2d_relu/window_vfp.h"

PFP_INLINE void pfp__planar_vfp_pool(enum pfp__form form, enum pfp__tier tier,
                                     const pfp__planar_vfp *k, const pfp__planar_sums *sums,
                                     const pfp__tile_place *place) {
    const pfp_conv2d_shape *s = k->shape;
    size_t out = ((size_t)place->y * s->out_w + place->x) * s->out_c + place->first;
    const size_t left = s->out_c - place->first;
    for (uint32_t x = 0; x < place->count; x++) {
        for (size_t j = 0; j < PFP_PLANAR_OUTPUTS && j < left; j++) {
            const pfp__gauss largest =
                pfp__window_vfp(form, tier, &sums->mean[2 * x][j], &sums->var[2 * x][j],
                                &sums->mean[PFP_QUAD + 2 * x][j], &sums->var[PFP_QUAD + 2 * x][j],
                                PFP_PLANAR_OUTPUTS);
            k->out_mean[out + j] = largest.mean;
            if (form != PFP_FORM_EXACT) {
                k->out_var[out + j] = largest.var;
            }
        }
        out += s->out_c;
    }
}

#endif
