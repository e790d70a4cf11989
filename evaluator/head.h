#ifndef PFP_EVALUATOR_HEAD_H
#define PFP_EVALUATOR_HEAD_H

#include <stddef.h>

/** Fixed normal points: [count][classes]. */
typedef struct points {
    size_t count;
    const float *values;
} points;

/**
 * What the classification head makes of a block: logits N(mean, cov), mean [classes][BLOCK], cov
 * the lower triangle [classes * (classes + 1) / 2][BLOCK], which becomes its Cholesky factor.
 * Writes [classes + 1][BLOCK]: probabilities, then the mean entropy of the points' softmax in nats.
 * `scratch` is [classes + 1][BLOCK] too.
 */
void classify(size_t classes, const float *mean, float *cov, points normals, float *scratch,
              float *answer);

#endif
