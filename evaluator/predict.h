#ifndef PFP_EVALUATOR_PREDICT_H
#define PFP_EVALUATOR_PREDICT_H

#include "blocks.h"
#include "covariance.h"
#include "head.h"
#include "network.h"

/**
 * One Probabilistic Forward Pass an image. Writes to `path` float32, image by image: outputs' mean,
 * then their variance; of a classification also the lower triangle of their covariance row by row,
 * the probabilities, and the aleatoric uncertainty in nats.
 */
void predict(const network *net, const blocks *images, enum covariance level, points normals,
             const char *path);

#endif
