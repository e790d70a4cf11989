#ifndef PFP_KERNELS_LINEAR_QUAD_STORED_H
#define PFP_KERNELS_LINEAR_QUAD_STORED_H

/*
 * A quad is four positions of a convolution that share the expanding of their weights, which are of
 * a compact format. The inputs that their windows meet are laid out by tap, a chunk of taps at a
 * time, and the sums of a panel run on from chunk to chunk. quad_stored_c.h and its siblings have
 * the sums in registers.
 */

#include "kernels/linear/stored.h"
#include "pfp/pfp_kernels.h"

enum {
    PFP_QUAD = 4,
    /* Taps, even, so that chunks begin where pairs do: where there is an operating system, more. */
    PFP_QUAD_CHUNK = PFP_HAS_NEON  ? 256
                     : PFP_HAS_X86 ? 96
                                   : 48,
    PFP_QUAD_SLACK = 3 /* taps past the end that filling may overwrite */
};

/*
 * A chunk of the inputs, by tap and position: mean, variance, and what stored variances are
 * multiplied by, as in stored_c.h. Exact inputs have no variance.
 */
typedef struct pfp__quad_inputs {
    float m[PFP_QUAD_CHUNK + PFP_QUAD_SLACK][PFP_QUAD];
    float v[PFP_QUAD_CHUNK + PFP_QUAD_SLACK][PFP_QUAD];
    float m2[PFP_QUAD_CHUNK + PFP_QUAD_SLACK][PFP_QUAD];
} pfp__quad_inputs;

/* Sums of a panel by position and output: m*q, v*q^2 and m2*w of stored means and variances. */
typedef struct pfp__quad_sums {
    float mean[PFP_QUAD][PFP_STORED_TILE];
    float a[PFP_QUAD][PFP_STORED_TILE];
    float b[PFP_QUAD][PFP_STORED_TILE];
} pfp__quad_sums;

#endif
