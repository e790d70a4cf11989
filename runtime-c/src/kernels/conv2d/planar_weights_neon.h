#ifndef PFP_KERNELS_CONV2D_PLANAR_WEIGHTS_NEON_H
#define PFP_KERNELS_CONV2D_PLANAR_WEIGHTS_NEON_H

/*
 * The weights of a convolution over planes as rows of floats, { mean[outputs], var[outputs] }, or
 * in form exact { mean[outputs] }: the biases, then those of each tap. Compact formats are expanded
 * into rows: all of a panel at once, which all tiles of a band then share.
 */

#include <stddef.h>

#include "pfp/pfp_kernels.h"
#include "vec/inline.h"

/* Three planes of 11 by 11 taps for six outputs, and some more. */
enum { PFP_PLANAR_ROOM = 4608 };

/* Writes `count` rows of the outputs from `first` on, from row `begin` on, to `to`. */
typedef void pfp__planar_expand(const void *weights, const pfp_conv2d_shape *s, size_t first,
                                size_t begin, size_t count, float *to);

typedef struct pfp__planar_weights {
    const void *at;
    pfp__planar_expand *expand; /* NULL: they are stored as such rows */
    float *room;                /* PFP_PLANAR_ROOM floats to expand into */
} pfp__planar_weights;

PFP_INLINE size_t pfp__planar_width(int exact, size_t outputs) {
    return exact ? outputs : 2 * outputs;
}

PFP_INLINE size_t pfp__planar_panel_rows(const pfp_conv2d_shape *s) {
    return 1 + (size_t)s->in_planes * s->kernel_h * s->kernel_w;
}

/* Whether there is room for a panel. */
PFP_INLINE int pfp__planar_has_room(const pfp__planar_weights *w, size_t width,
                                    const pfp_conv2d_shape *s) {
    return w->expand == NULL || pfp__planar_panel_rows(s) <= PFP_PLANAR_ROOM / width;
}

/* The same rows as floats, where they are or in the room. */
PFP_INLINE const float *pfp__planar_rows(const pfp__planar_weights *w, size_t width, size_t outputs,
                                         const pfp_conv2d_shape *s, size_t first, size_t begin,
                                         size_t count) {
    if (w->expand == NULL) {
        const size_t row = first / outputs * pfp__planar_panel_rows(s) + begin;
        return (const float *)w->at + width * row;
    }
    w->expand(w->at, s, first, begin, count, w->room);
    return w->room;
}

#endif
