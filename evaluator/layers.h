#ifndef PFP_EVALUATOR_LAYERS_H
#define PFP_EVALUATOR_LAYERS_H

#include <stddef.h>
#include <stdint.h>

#include "blocks.h"
#include "network.h"

/** What is kept of the draws beside their moments. */
typedef struct recording {
    /** Of the first images, [draws] of some units of each op. */
    size_t images;
    /** Units of an op, and [op_count][units] which. */
    size_t units;
    const uint32_t *which;
} recording;

/**
 * Compares, at each op, the pass of `net` with draws of the weights of `trained`, the same network
 * but for its calibration. Writes to `path` float32. For each op: mean and var of the pass
 * [units][images] each; then with d = (draw - mean) / sd the means over the draws of d, d^2, d^3,
 * d^4 [units][images] each; of maxpool2d also d, d^2 of the pool of a window whose elements come
 * from different draws, so that they are independent but for the rest as they are. Then for each op
 * the recorded draws [units][images][draws], and of the outputs all [outputs][images][draws].
 * Prints `draws <done>` after each draw.
 */
void layers(const network *net, const network *trained, const blocks *images, uint64_t seed,
            size_t draws, recording recorded, const char *path);

#endif
