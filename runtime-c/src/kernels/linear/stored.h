#ifndef PFP_KERNELS_LINEAR_STORED_H
#define PFP_KERNELS_LINEAR_STORED_H

/*
 * Where things lie in panels of the compact weight formats; pfp_kernels.h has the layouts. A
 * format is a constant argument of always-inline functions, so that choosing by it costs nothing.
 */

#include <stddef.h>
#include <stdint.h>

#include "vec/inline.h"

enum { PFP_STORED_TILE = 8 };

typedef enum pfp__format { PFP_F16, PFP_BF16, PFP_I8U8, PFP_I8U4 } pfp__format;

/* A panel's header in floats: { mb[8], vb[8] } and, but for bf16, { sm[8], sv[8] }. */
PFP_INLINE size_t pfp__stored_header(pfp__format format) {
    return format == PFP_BF16 ? 2 * PFP_STORED_TILE : 4 * PFP_STORED_TILE;
}

/* Bytes of `len` inputs of a panel that begin at an even one. */
PFP_INLINE size_t pfp__stored_bytes(pfp__format format, size_t len) {
    switch (format) {
    case PFP_I8U4:
        return 24 * (len / 2) + 16 * (len % 2);
    case PFP_I8U8:
        return 16 * len;
    default:
        return 32 * len;
    }
}

PFP_INLINE size_t pfp__stored_panel_bytes(pfp__format format, size_t len) {
    return pfp__stored_header(format) * sizeof(float) + pfp__stored_bytes(format, len);
}

/* Whether pairs of variances share a lane, of which the upper one is used as it stands. */
PFP_INLINE int pfp__stored_in_pairs(pfp__format format) {
    return format == PFP_I8U8 || format == PFP_I8U4;
}

#endif
