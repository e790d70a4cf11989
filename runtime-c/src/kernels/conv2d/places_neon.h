#ifndef PFP_KERNELS_CONV2D_PLACES_NEON_H
#define PFP_KERNELS_CONV2D_PLACES_NEON_H

/* Where the four positions of a tile are in a strip. */

#include <stddef.h>

#include "vec/inline.h"

typedef struct pfp__places_neon {
    const float *p0, *p1, *p2, *p3;
} pfp__places_neon;

/* Where four positions begin in the strip: the first one, and the others from there in floats. */
typedef struct pfp__starts_neon {
    const float *p0;
    size_t p1, p2, p3;
} pfp__starts_neon;

PFP_INLINE pfp__places_neon pfp__places_neon_at(pfp__starts_neon at) {
    const pfp__places_neon places = {at.p0, at.p0 + at.p1, at.p0 + at.p2, at.p0 + at.p3};
    return places;
}

/* A walk over the positions of a band, row by row. */
typedef struct pfp__walk_neon {
    const float *at;
    size_t x;
} pfp__walk_neon;

/* The next position: step_w floats on, or one row of positions, which is step_h, further. */
PFP_INLINE pfp__walk_neon pfp__walk_neon_next(pfp__walk_neon w, size_t width, size_t step_w,
                                              size_t step_h) {
    w.at += step_w;
    w.x++;
    if (w.x == width) {
        w.x = 0;
        w.at += step_h - width * step_w;
    }
    return w;
}

/* The next four; of fewer than four that are left, the last one again and again. */
PFP_INLINE pfp__starts_neon pfp__walk_neon_four(pfp__walk_neon *w, size_t left, size_t width,
                                                size_t step_w, size_t step_h) {
    pfp__starts_neon starts = {w->at, step_w, 2 * step_w, 3 * step_w};
    if (w->x + 4 < width) {
        w->at += 4 * step_w;
        w->x += 4;
        return starts;
    }
    const pfp__walk_neon w0 = *w;
    const pfp__walk_neon w1 = left > 1 ? pfp__walk_neon_next(w0, width, step_w, step_h) : w0;
    const pfp__walk_neon w2 = left > 2 ? pfp__walk_neon_next(w1, width, step_w, step_h) : w1;
    const pfp__walk_neon w3 = left > 3 ? pfp__walk_neon_next(w2, width, step_w, step_h) : w2;
    starts.p1 = (size_t)(w1.at - w0.at);
    starts.p2 = (size_t)(w2.at - w0.at);
    starts.p3 = (size_t)(w3.at - w0.at);
    if (left > 4) {
        *w = pfp__walk_neon_next(w3, width, step_w, step_h);
    }
    return starts;
}

#endif
