#ifndef PFP_KERNELS_CONV2D_TILES_VFP_H
#define PFP_KERNELS_CONV2D_TILES_VFP_H

/*
 * The tiles of planar_vfp.h and what becomes of their sums. An output is one position, or with
 * `pool` 2 a window of two by two: a tile is eight outputs of a row, or two whose windows' upper
 * positions are the first quad.
 */

#include "kernels/conv2d/planar_vfp.h"

/* Which outputs a tile has: `count` of a row from (y, x) on, channels from `first` on. */
typedef struct pfp__tile_place {
    uint32_t y, x, count;
    size_t first;
} pfp__tile_place;

/* Writes the outputs of a tile. */
typedef void pfp__tile_store(const pfp__planar_vfp *k, const pfp__planar_sums *sums,
                             const pfp__tile_place *place);

PFP_INLINE void pfp__tiles_vfp(enum pfp__form form, uint32_t pool, const pfp__planar_vfp *k,
                               pfp__tile_store *store) {
    const pfp_conv2d_shape *s = k->shape;
    const pfp__strip_vfp strip = pfp__strip_vfp_of(form, pool, s);
    const pfp__planar_walk walk = pfp__planar_walk_of(form, s, &strip);
    const size_t panel_len = pfp__planar_vfp_panel_len(form, s);
    const size_t quad_len = PFP_QUAD * s->stride_w * pfp__form_moments(form);
    const float *other = k->strip + (pool == 1 ? quad_len : s->stride_h * strip.row_len);
    const uint32_t tile = pool == 1 ? 2 * PFP_QUAD : PFP_QUAD / 2;
    for (uint32_t y = 0; y < s->out_h; y++) {
        for (uint32_t x = 0; x < s->out_w; x += tile) {
            pfp__strip_vfp_fill(form, &strip, k, (size_t)y * pool * s->stride_h,
                                (size_t)x * pool * s->stride_w);
            const uint32_t left = s->out_w - x;
            pfp__tile_place place = {y, x, left < tile ? left : tile, 0};
            const float *panel = k->weights;
            for (; place.first < s->out_c; place.first += PFP_PLANAR_OUTPUTS) {
                pfp__planar_sums sums;
                pfp__planar_vfp_sum(form, s, &strip, &walk, k->strip, other, panel, &sums);
                store(k, &sums, &place);
                panel += panel_len;
            }
        }
    }
}

#endif
