#ifndef PFP_EVALUATOR_MOMENTS_PASS_H
#define PFP_EVALUATOR_MOMENTS_PASS_H

#include "buffers.h"
#include "network.h"
#include "windows.h"

/** Parts of a value in the buffers of this pass. */
enum { MEAN, VAR, MOMENTS };

/** Moments of one layer's weights, packed: [groups][1 + taps][MOMENTS_OF_WEIGHT][ROWS], bias first.
 */
enum { WEIGHT_MEAN, WEIGHT_MEAN_SQUARED, WEIGHT_VAR, MOMENTS_OF_WEIGHT };

typedef struct moments_layer {
    windows windows;
    float *weights;
} moments_layer;

/** A network and the memory of a Probabilistic Forward Pass over a block (docs/math.md). */
typedef struct moments_network {
    const network *net;
    /** One an op; those without weights are empty. */
    moments_layer *layers;
    buffers buffers;
    /** The variance of the input: zeros. */
    float *no_var;
} moments_network;

/** `keeps_all`: values of every op stay until the next pass, see buffers.h. */
moments_network make_moments_network(const network *net, int keeps_all);

/** Works out op `index` from the values in the buffers; `block` is the normalised input. */
void moments_op(const moments_network *moments, size_t index, const float *block);

/** Runs a block of normalised images [elements(in)][BLOCK]; the outputs are in buffers. */
void moments_pass(const moments_network *moments, const float *block);

#endif
