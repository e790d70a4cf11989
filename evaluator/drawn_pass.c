#include "drawn_pass.h"

#include <string.h>

#include "files.h"
#include "lanes.h"

static void pack(const windows *w, const float *weight, const float *bias, float *packed) {
    for (size_t output = 0; output < w->outputs; output++) {
        float *row = packed + output / ROWS * (1 + w->taps) * ROWS + output % ROWS;
        row[0] = bias[output];
        for (size_t tap = 0; tap < w->taps; tap++) {
            row[(1 + tap) * ROWS] = weight[output * w->taps + tap];
        }
    }
}

static drawn_layer make_layer(const network *net, const op *layer) {
    drawn_layer made = {0};
    const parameters *p = &layer->parameters;
    made.windows = make_windows(net, layer);
    made.length = made.windows.groups * (1 + made.windows.taps) * ROWS;
    made.mean = allocate(made.length, sizeof(float));
    made.sd = allocate(made.length, sizeof(float));
    made.weights = allocate(made.length, sizeof(float));
    pack(&made.windows, p->weight_mean, p->bias_mean, made.mean);
    pack(&made.windows, p->weight_sd, p->bias_sd, made.sd);
    return made;
}

drawn_network make_drawn_network(const network *net, uint64_t seed, int keeps_all) {
    drawn_network drawn;
    drawn.net = net;
    drawn.layers = allocate(net->op_count, sizeof *drawn.layers);
    for (size_t i = 0; i < net->op_count; i++) {
        if (net->ops[i].parameters.outputs > 0) {
            drawn.layers[i] = make_layer(net, &net->ops[i]);
        }
    }
    drawn.buffers = make_buffers(net, 1, keeps_all);
    pfp_normal_seed(&drawn.normal, seed);
    return drawn;
}

void draw_weights(drawn_network *drawn) {
    for (size_t i = 0; i < drawn->net->op_count; i++) {
        const drawn_layer *layer = &drawn->layers[i];
        pfp_draw_f32_c(layer->length, layer->mean, layer->sd, &drawn->normal, layer->weights);
    }
}

/** Sums of the first `rows` outputs of a group at one window; `to` is apart by `stride` an output.
 */
PFP_INLINE void sum_window(size_t rows, const windows *w, const float *weights, const float *x,
                           float *to, size_t stride) {
    pfp__vec sum[ROWS][VECTORS];
    for (size_t row = 0; row < rows; row++) {
        for (int v = 0; v < VECTORS; v++) {
            sum[row][v] = pfp__vec_set1(weights[row]);
        }
    }
    for (size_t tap = 0; tap < w->taps; tap++) {
        const float *at = x + w->offsets[tap];
        weights += ROWS;
        pfp__vec in[VECTORS];
        for (int v = 0; v < VECTORS; v++) {
            in[v] = pfp__vec_load(at + v * PFP_LANES);
        }
        for (size_t row = 0; row < rows; row++) {
            for (int v = 0; v < VECTORS; v++) {
                sum[row][v] = pfp__vec_fma_n(sum[row][v], in[v], weights[row]);
            }
        }
    }
    for (size_t row = 0; row < rows; row++) {
        for (int v = 0; v < VECTORS; v++) {
            pfp__vec_store(to + row * stride + (size_t)v * PFP_LANES, sum[row][v]);
        }
    }
}

/** A number of rows that the compiler knows keeps the sums in registers. */
static void sum_rows(size_t rows, const windows *w, const float *weights, const float *x, float *to,
                     size_t stride) {
    switch (rows) {
    case 1:
        sum_window(1, w, weights, x, to, stride);
        break;
    case 2:
        sum_window(2, w, weights, x, to, stride);
        break;
    case 3:
        sum_window(3, w, weights, x, to, stride);
        break;
    case 4:
        sum_window(4, w, weights, x, to, stride);
        break;
    case 5:
        sum_window(5, w, weights, x, to, stride);
        break;
    case 6:
        sum_window(6, w, weights, x, to, stride);
        break;
    case 7:
        sum_window(7, w, weights, x, to, stride);
        break;
    default:
        sum_window(8, w, weights, x, to, stride);
    }
}

static void linear(const drawn_layer *layer, const float *in, float *out) {
    const windows *w = &layer->windows;
    const size_t stride = (size_t)w->count_h * w->count_w * BLOCK;
    for (size_t group = 0; group < w->groups; group++) {
        const float *weights = layer->weights + group * (1 + w->taps) * ROWS;
        float *to = out + group * ROWS * stride;
        for (size_t y = 0; y < w->count_h; y++) {
            for (size_t x = 0; x < w->count_w; x++) {
                sum_rows(rows_of(w, group), w, weights, in + y * w->step_h + x * w->step_w, to,
                         stride);
                to += BLOCK;
            }
        }
    }
}

static void relu(size_t units, const float *in, float *out) {
    for (size_t i = 0; i < units * BLOCK; i += PFP_LANES) {
        pfp__vec_store(out + i, pfp__vec_max(pfp__vec_load(in + i), pfp__vec_set1(0.0f)));
    }
}

static void largest_of_window(const op *pool, size_t in_width, const float *in, float *to) {
    for (int v = 0; v < VECTORS; v++) {
        const float *first = in + v * PFP_LANES;
        pfp__vec largest = pfp__vec_load(first);
        for (size_t y = 0; y < pool->size_h; y++) {
            for (size_t x = 0; x < pool->size_w; x++) {
                largest = pfp__vec_max(largest, pfp__vec_load(first + (y * in_width + x) * BLOCK));
            }
        }
        pfp__vec_store(to + v * PFP_LANES, largest);
    }
}

static void maxpool2d(const op *pool, shape in, const float *from, float *to) {
    for (size_t c = 0; c < in.channels; c++) {
        for (size_t y = 0; y < pool->out.height; y++) {
            for (size_t x = 0; x < pool->out.width; x++) {
                const size_t row = c * in.height + y * pool->stride_h;
                const size_t corner = row * in.width + x * pool->stride_w;
                largest_of_window(pool, in.width, from + corner * BLOCK, to);
                to += BLOCK;
            }
        }
    }
}

void drawn_pass(drawn_network *drawn, const float *block) {
    const network *net = drawn->net;
    const buffers *b = &drawn->buffers;
    for (size_t i = 0; i < net->op_count; i++) {
        const op *step = &net->ops[i];
        const shape in_shape = value_shape(net, step->input);
        const float *in = step->input == 0 ? block : part_of(b, step->input, 0);
        float *out = part_of(b, (uint32_t)i + 1, 0);
        const windows *w = &drawn->layers[i].windows;
        switch (step->kind) {
        case OP_DENSE:
        case OP_CONV2D:
            if (w->is_padded) {
                pad(step, in_shape, in, w->padded, b->padded[0]);
                in = b->padded[0];
            }
            linear(&drawn->layers[i], in, out);
            break;
        case OP_RELU:
            relu(elements(step->out), in, out);
            break;
        case OP_MAXPOOL2D:
            maxpool2d(step, in_shape, in, out);
            break;
        case OP_FLATTEN:
            memcpy(out, in, elements(step->out) * BLOCK * sizeof *out);
        }
    }
}
