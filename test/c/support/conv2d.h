#ifndef PFP_TEST_CONV2D_H
#define PFP_TEST_CONV2D_H

/* Problems for the conv2d and conv2d_maxpool2d_relu kernels, which have the same prototypes. */

#include <stddef.h>

#include "support/kernels.h"
#include "support/linear.h"
#include "support/stored.h"

/** `var` is NULL in form exact. */
typedef struct conv2d_outputs {
    float *mean, *var;
} conv2d_outputs;

size_t conv2d_input_len(const pfp_conv2d_shape *s);
size_t conv2d_output_len(const pfp_conv2d_shape *s);

/** Inputs, parameters and, for form det, shift; see linear_draw. */
linear conv2d_draw(const kernel *k, draw_kind kind, const pfp_conv2d_shape *s);

/** Runs any kernel of the two operators, packing for it; all memory is guarded. */
conv2d_outputs conv2d_run(const kernel *k, const linear *l, const pfp_conv2d_shape *s);

/** Runs a kernel of a compact weight format. */
conv2d_outputs conv2d_run_stored(const kernel *k, const stored *packed, const pfp_conv2d_shape *s);

/** conv2d_run, with outputs where the caller says. */
void conv2d_run_into(const kernel *k, const linear *l, const pfp_conv2d_shape *s,
                     conv2d_outputs out);

typedef void conv2d_check(const kernel *k, draw_kind kind, const pfp_conv2d_shape *shape);

/**
 * Sizes of input, kernel, stride, padding and channels around the tile of `k`; several planes for
 * form det, one channel for kernels that need planar inputs.
 */
void conv2d_for_each_shape(const kernel *k, draw_kind kind, conv2d_check *check);

/** The same for every kernel of `op`, whatever its form. */
void conv2d_for_each(const char *op, draw_kind kind, conv2d_check *check);

/** A few shapes that exceed what a kernel may buffer, for every kernel but the portable ones. */
void conv2d_for_each_large(const char *op, conv2d_check *check);

/** The same for every kernel of a compact weight format. */
void conv2d_stored_for_each_large(const char *op, conv2d_check *check);

/**
 * Runs every kernel of `op` whose outputs may lie over its input so, as near as the order of rows
 * in pfp_kernels.h allows, and apart: the same bits.
 */
void conv2d_check_over_input(const char *op);

/** The same for every kernel of a compact weight format. */
void conv2d_stored_check_over_input(const char *op);

#endif
