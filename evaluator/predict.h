#ifndef PFP_EVALUATOR_PREDICT_H
#define PFP_EVALUATOR_PREDICT_H

#include "blocks.h"
#include "covariance.h"
#include "head.h"
#include "network.h"

/** Moments that take the place of a value that the pass makes. */
typedef struct given_moments {
    /** Which value; 0 for none. */
    uint32_t value;
    /** Mean, then var, [units][images] each. */
    const float *moments;
} given_moments;

/**
 * One Probabilistic Forward Pass an image. Writes to `path` float32, image by image: outputs' mean,
 * then their variance; of a classification also the lower triangle of their covariance row by row,
 * the probabilities, and the aleatoric uncertainty in nats.
 */
void predict(const network *net, const blocks *images, enum covariance level, points normals,
             given_moments given, const char *path);

#endif
