#include "blocks.h"

#include "lanes.h"

blocks make_blocks(const network *net, inputs images) {
    const size_t plane = (size_t)net->in.height * net->in.width;
    const size_t length = elements(net->in);
    blocks b;
    b.images = images.count;
    b.count = (images.count + BLOCK - 1) / BLOCK;
    b.floats = length * BLOCK;
    b.values = allocate(b.count * b.floats, sizeof(float));
    for (size_t image = 0; image < images.count; image++) {
        const float *from = images.values + image * length;
        float *to = b.values + image / BLOCK * b.floats + image % BLOCK;
        for (size_t i = 0; i < length; i++) {
            const size_t c = i / plane;
            to[i * BLOCK] = (from[i] - net->input_mean[c]) / net->input_scale[c];
        }
    }
    return b;
}

const float *block_at(const blocks *b, size_t index) {
    return b->values + index * b->floats;
}

size_t images_in(const blocks *b, size_t index) {
    const size_t left = b->images - index * BLOCK;
    return left < BLOCK ? left : BLOCK;
}
