#ifndef PFP_EVALUATOR_WINDOWS_H
#define PFP_EVALUATOR_WINDOWS_H

#include "network.h"

/** Outputs that a linear layer works out at a time, for all images of a block. */
enum { ROWS = 8 };

/**
 * A dense layer or a convolution as windows over its input: each output is a sum over `taps`
 * elements at `offsets` from the first element of its window. A dense layer has one window.
 */
typedef struct windows {
    size_t taps, outputs, groups;
    /** [taps], in floats: multiples of BLOCK. */
    uint32_t *offsets;
    uint32_t count_h, count_w;
    /** From a window to the next, in floats. */
    size_t step_h, step_w;
    /** The shape with padding, and whether there is any. */
    shape padded;
    int is_padded;
} windows;

windows make_windows(const network *net, const op *layer);

/** Copies a value into the middle of zeros: [c][h][w][BLOCK] to the padded shape. */
void pad(const op *layer, shape in, const float *from, shape padded, float *to);

/** Rows of group `group`: ROWS, or what is left for the last. */
size_t rows_of(const windows *w, size_t group);

#endif
