#ifndef PFP_KERNELS_MAXPOOL2D_WINDOW_ANY_H
#define PFP_KERNELS_MAXPOOL2D_WINDOW_ANY_H

/** The max over a window of any size and up to four channels. Include after a vec header. */

#include <float.h>

#include "pfp/pfp_kernels.h"
#include "vec/gauss.h"

/**
 * Clark's max, folded in order of falling mean, ties by position: without scratch, each step
 * looks through the window again for the element that comes next after the last one.
 */
PFP_INLINE pfp__gauss pfp__window_any(enum pfp__tier tier, const pfp_pool2d_shape *s,
                                      const float *mean, const float *var, size_t lanes) {
    const uint32_t size = s->size_h * s->size_w;
    pfp__gauss folded = {pfp__vec_set1(0.0f), pfp__vec_set1(0.0f)};
    pfp__vec last_mean = pfp__vec_set1(FLT_MAX);
    pfp__vec last_position = pfp__vec_set1(-1.0f);

    for (uint32_t step = 0; step < size; step++) {
        pfp__gauss next = {pfp__vec_set1(-FLT_MAX), pfp__vec_set1(0.0f)};
        pfp__vec next_position = pfp__vec_set1(0.0f);
        pfp__vec position = pfp__vec_set1(0.0f);
        for (uint32_t y = 0; y < s->size_h; y++) {
            size_t at = (size_t)y * s->in_w * s->channels;
            for (uint32_t x = 0; x < s->size_w; x++) {
                const pfp__gauss here = pfp__gauss_load(mean + at, var + at, lanes);
                const pfp__mask later =
                    pfp__mask_or(pfp__vec_greater(last_mean, here.mean),
                                 pfp__mask_and(pfp__vec_equal(last_mean, here.mean),
                                               pfp__vec_greater(position, last_position)));
                const pfp__mask better =
                    pfp__mask_and(later, pfp__vec_greater(here.mean, next.mean));
                next.mean = pfp__vec_select(better, here.mean, next.mean);
                next.var = pfp__vec_select(better, here.var, next.var);
                next_position = pfp__vec_select(better, position, next_position);
                position = pfp__vec_add(position, pfp__vec_set1(1.0f));
                at += s->channels;
            }
        }
        folded = step == 0 ? next : pfp__gauss_max(folded, next, tier);
        last_mean = next.mean;
        last_position = next_position;
    }
    return folded;
}

/** The max of four exact values, and of four channels at a time. */
PFP_INLINE pfp__vec pfp__window_2x2_det(const pfp_pool2d_shape *s, const float *in) {
    const float *below = in + (size_t)s->in_w * s->channels;
    const pfp__vec above_max = pfp__vec_max(pfp__vec_load(in), pfp__vec_load(in + s->channels));
    return pfp__vec_max(above_max,
                        pfp__vec_max(pfp__vec_load(below), pfp__vec_load(below + s->channels)));
}

/** The max of exact values. */
PFP_INLINE pfp__vec pfp__window_det(const pfp_pool2d_shape *s, const float *in, size_t lanes) {
    pfp__vec largest = pfp__vec_set1(-FLT_MAX);
    for (uint32_t y = 0; y < s->size_h; y++) {
        for (uint32_t x = 0; x < s->size_w; x++) {
            const size_t at = ((size_t)y * s->in_w + x) * s->channels;
            largest = pfp__vec_max(largest, lanes == 4 ? pfp__vec_load(in + at)
                                                       : pfp__vec_load_first(in + at, lanes));
        }
    }
    return largest;
}

#endif
