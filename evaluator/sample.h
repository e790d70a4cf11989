#ifndef PFP_EVALUATOR_SAMPLE_H
#define PFP_EVALUATOR_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

#include "blocks.h"
#include "network.h"

/**
 * Runs the network with draws of its weights, each for all images, and writes to `path`, after each
 * of the growing numbers of draws in `checkpoints`, float64 sums over the draws so far, image by
 * image: classification: [classes] probabilities, then the entropy of a draw's probabilities in
 * nats; regression: [outputs] outputs, then [outputs] squares of them. Prints `draws <done>` after
 * each draw.
 */
void sample(const network *net, const blocks *images, uint64_t seed, size_t checkpoint_count,
            const uint32_t *checkpoints, const char *path);

#endif
