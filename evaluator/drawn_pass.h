#ifndef PFP_EVALUATOR_DRAWN_PASS_H
#define PFP_EVALUATOR_DRAWN_PASS_H

#include "pfp/pfp.h"

#include "buffers.h"
#include "network.h"
#include "windows.h"

/** The weights of one layer, packed: [groups][1 + taps][ROWS], the bias first. */
typedef struct drawn_layer {
    windows windows;
    size_t length;
    float *mean, *sd;
    /** What drawing leaves. */
    float *weights;
} drawn_layer;

/** A network whose weights are drawn, with the memory of a pass. Each thread has its own. */
typedef struct drawn_network {
    const network *net;
    /** One an op; those without weights are empty. */
    drawn_layer *layers;
    buffers buffers;
    pfp_normal_state normal;
} drawn_network;

/** `keeps_all`: values of every op stay until the next pass, see buffers.h. */
drawn_network make_drawn_network(const network *net, uint64_t seed, int keeps_all);

/** Draws all weights anew; the n-th call gives the same weights for the same seed everywhere. */
void draw_weights(drawn_network *drawn);

/** Runs a block of normalised images [elements(in)][BLOCK]; the output is in buffers.values. */
void drawn_pass(drawn_network *drawn, const float *block);

#endif
