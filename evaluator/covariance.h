#ifndef PFP_EVALUATOR_COVARIANCE_H
#define PFP_EVALUATOR_COVARIANCE_H

#include "moments_pass.h"

/** How much of the correlation of the outputs is worked out (docs/math.md, Logits). */
enum covariance { COVARIANCE_NONE, COVARIANCE_LAST, COVARIANCE_TWO };

/** The layers before the outputs, as far as they are there, and memory to work in. */
typedef struct covariance_work {
    enum covariance level;
    size_t outputs;
    /** The dense layer that makes the outputs, and the one whose relu it reads, or NULL. */
    const op *last, *before;
    /** The input of that relu. */
    uint32_t hidden;
    /** [units of the relu][BLOCK] twice, [outputs][inputs of `before`][BLOCK]. */
    float *gate, *rest, *sensitivity;
} covariance_work;

/** A network without the layers that a level asks for gets the next lower one. */
covariance_work make_covariance_work(const network *net, enum covariance level);

/**
 * The covariance of the outputs after a pass that keeps all values: the lower triangle
 * [outputs * (outputs + 1) / 2][BLOCK], row by row.
 */
void output_covariance(const covariance_work *work, const moments_network *moments, float *cov);

#endif
