#ifndef PFP_KERNELS_DENSE_SHIFTED_H
#define PFP_KERNELS_DENSE_SHIFTED_H

/*
 * The exact input of a det kernel, less the shift of its planes, a chunk at a time on the stack:
 * so the sums need not know where planes end, and nothing is copied whole.
 * Include after a vec header.
 */

#include "pfp/pfp_kernels.h"
#include "vec/inline.h"

/* A multiple of 8. */
enum { PFP_CHUNK = 160 };

/* m of up to PFP_CHUNK inputs, then as many m^2: one register points to both. */
typedef struct pfp__chunk {
    float m[2 * PFP_CHUNK];
} pfp__chunk;

/* What of the input is still to be read. */
typedef struct pfp__planes {
    const float *in, *shift;
    size_t len;  /* of a plane */
    size_t left; /* of the current plane, whose shift is *shift */
} pfp__planes;

PFP_INLINE pfp__planes pfp__planes_from(const pfp_dense_shape *shape, const float *in,
                                        const float *shift) {
    pfp__planes planes;
    planes.in = in;
    planes.shift = shift;
    planes.len = shape->in_len / shape->in_planes;
    planes.left = planes.len;
    return planes;
}

/* to[i] = from[i] - shift, i < len */
PFP_INLINE void pfp__subtract(size_t len, const float *from, float shift, float *to) {
    const pfp__vec shifts = pfp__vec_set1(shift);
    const size_t whole = len - len % 4;
    for (size_t i = 0; i < whole; i += 4) {
        pfp__vec_store(to + i, pfp__vec_sub(pfp__vec_load(from + i), shifts));
    }
    for (size_t i = whole; i < len; i++) {
        to[i] = from[i] - shift;
    }
}

/* Fills the chunk with the next `len` inputs, at most PFP_CHUNK; zeros up to a multiple of 4. */
PFP_INLINE void pfp__chunk_fill(pfp__chunk *chunk, size_t len, pfp__planes *planes) {
    for (size_t filled = 0; filled < len;) {
        const size_t room = len - filled;
        const size_t run = planes->left < room ? planes->left : room;
        pfp__subtract(run, planes->in, *planes->shift, chunk->m + filled);
        filled += run;
        planes->in += run;
        planes->left -= run;
        if (planes->left == 0) {
            planes->shift++;
            planes->left = planes->len;
        }
    }
    for (size_t i = len; i % 4 != 0; i++) {
        chunk->m[i] = 0.0f;
    }
    for (size_t i = 0; i < len; i += 4) {
        const pfp__vec m = pfp__vec_load(chunk->m + i);
        pfp__vec_store(chunk->m + PFP_CHUNK + i, pfp__vec_mul(m, m));
    }
}

#endif
