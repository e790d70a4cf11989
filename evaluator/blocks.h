#ifndef PFP_EVALUATOR_BLOCKS_H
#define PFP_EVALUATOR_BLOCKS_H

#include "files.h"
#include "network.h"

/** The inputs of a data set, normalised and turned: [count] blocks of [elements(in)][BLOCK]. */
typedef struct blocks {
    /** Of images; the last block is filled up with zeros. */
    size_t images;
    size_t count;
    size_t floats;
    float *values;
} blocks;

blocks make_blocks(const network *net, inputs images);

const float *block_at(const blocks *b, size_t index);

/** Images of block `index` that are no filling. */
size_t images_in(const blocks *b, size_t index);

#endif
