#ifndef PFP_TEST_LOGITS_H
#define PFP_TEST_LOGITS_H

#include <stddef.h>

#include "support/head.h"

/** A Gaussian over logits: mean, covariance by rows of the lower triangle and its Cholesky factor.
 */
typedef struct logits {
    size_t classes;
    double mean[HEAD_CLASSES_MAX];
    double cov[HEAD_TRIANGLE_MAX];
    double root[HEAD_TRIANGLE_MAX];
} logits;

/** Rounds mean and cov to floats, so that kernel and reference start alike, and sets root. */
void logits_finish(logits *p);

/** Means spread by `spread`; a covariance of `rank` random directions and a diagonal. */
logits logits_draw(size_t classes, float spread, float sd, size_t rank, float diagonal);

#endif
