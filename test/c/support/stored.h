#ifndef PFP_TEST_STORED_H
#define PFP_TEST_STORED_H

#include "support/linear.h"

/**
 * Parameters in a compact format, in panels of 8 as pfp_kernels.h lays them out: packed by code
 * that shares nothing with the generator's packers or the kernels.
 */
typedef struct stored {
    void *packed;    /**< in guarded memory */
    linear unpacked; /**< the problem with the parameters that the stored values stand for */
    double denormal; /**< a bound of the mean's terms that some targets take as zero */
    int in_pairs;    /**< whether the format adds and takes out again a part of every even term */
} stored;

/**
 * Quantises the parameters of `l`; `format` as in pfp_kernels.def. Scales have few digits, so that
 * what is stored has exact floats. guarded_release_all frees it.
 */
stored stored_pack(const linear *l, const char *format);

/** Of output `out`: the terms of the variance that are added and taken out again. */
double stored_dense_residue(const stored *s, int exact, size_t out);

/** A bound of them for any position of a convolution. */
double stored_conv2d_residue(const stored *s, int exact, size_t out);

/** linear_check, where the variance's rounding errors are those of want->var and the residue. */
void stored_check(const stored *s, const linear_moments *want, double residue, size_t index,
                  float mean, float var);

#endif
