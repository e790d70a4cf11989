#ifndef PFP_EVALUATOR_BUFFERS_H
#define PFP_EVALUATOR_BUFFERS_H

#include "network.h"

/**
 * Memory for the values of a pass over one block, `parts` arrays of [units][BLOCK] each. A value
 * that no later op reads gives its memory to another, so that all stay in the cache; with
 * `keeps_all` none does. The input is the caller's.
 */
typedef struct buffers {
    size_t parts;
    /** [op_count + 1][parts]: where each value is; value 0 is set by the pass. */
    float **values;
    /** For a padded input, [parts] arrays. */
    float **padded;
} buffers;

buffers make_buffers(const network *net, size_t parts, int keeps_all);

/** Part `part` of value `index`. */
float *part_of(const buffers *b, uint32_t index, size_t part);

#endif
