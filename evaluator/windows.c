#include "windows.h"

#include <string.h>

#include "files.h"
#include "lanes.h"

windows make_windows(const network *net, const op *layer) {
    const shape in = value_shape(net, layer->input);
    windows w = {0};
    w.taps = layer->parameters.inputs;
    w.outputs = layer->parameters.outputs;
    w.groups = (w.outputs + ROWS - 1) / ROWS;
    w.offsets = allocate(w.taps, sizeof *w.offsets);
    w.count_h = w.count_w = 1;
    w.padded = in;
    if (layer->kind == OP_DENSE) {
        for (size_t tap = 0; tap < w.taps; tap++) {
            w.offsets[tap] = (uint32_t)(tap * BLOCK);
        }
        return w;
    }
    w.padded.height += layer->top + layer->bottom;
    w.padded.width += layer->left + layer->right;
    w.is_padded = w.padded.height != in.height || w.padded.width != in.width;
    w.count_h = layer->out.height;
    w.count_w = layer->out.width;
    w.step_h = (size_t)layer->stride_h * w.padded.width * BLOCK;
    w.step_w = (size_t)layer->stride_w * BLOCK;
    uint32_t *next = w.offsets;
    for (uint32_t c = 0; c < in.channels; c++) {
        for (uint32_t y = 0; y < layer->size_h; y++) {
            for (uint32_t x = 0; x < layer->size_w; x++) {
                *next++ = ((c * w.padded.height + y) * w.padded.width + x) * BLOCK;
            }
        }
    }
    return w;
}

void pad(const op *layer, shape in, const float *from, shape padded, float *to) {
    const size_t row = (size_t)in.width * BLOCK;
    memset(to, 0, elements(padded) * BLOCK * sizeof *to);
    for (size_t c = 0; c < in.channels; c++) {
        for (size_t y = 0; y < in.height; y++) {
            const size_t line = (c * padded.height + y + layer->top) * padded.width + layer->left;
            memcpy(to + line * BLOCK, from, row * sizeof *to);
            from += row;
        }
    }
}

size_t rows_of(const windows *w, size_t group) {
    const size_t left = w->outputs - group * ROWS;
    return left < ROWS ? left : ROWS;
}
