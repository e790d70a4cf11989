#include "moments_pass.h"

#include <string.h>

#include "files.h"
#include "lanes.h"
#include "vec/gauss.h"

/** What one tap of a group takes. */
enum { STEP = MOMENTS_OF_WEIGHT * ROWS };
/** Rows that are worked on at a time: more sums would not fit the registers. */
enum { ROWS_AT_ONCE = 4 };
/** The largest window of maxpool2d. */
enum { MAX_WINDOW = 64 };

static void put(float *tap, size_t row, float mean, float sd) {
    tap[WEIGHT_MEAN * ROWS + row] = mean;
    tap[WEIGHT_MEAN_SQUARED * ROWS + row] = mean * mean;
    tap[WEIGHT_VAR * ROWS + row] = sd * sd;
}

static moments_layer make_layer(const network *net, const op *layer) {
    const parameters *p = &layer->parameters;
    moments_layer made;
    made.windows = make_windows(net, layer);
    const windows *w = &made.windows;
    made.weights = allocate(w->groups * (1 + w->taps) * STEP, sizeof(float));
    for (size_t output = 0; output < w->outputs; output++) {
        float *group = made.weights + output / ROWS * (1 + w->taps) * STEP;
        put(group, output % ROWS, p->bias_mean[output], p->bias_sd[output]);
        for (size_t tap = 0; tap < w->taps; tap++) {
            const size_t from = output * w->taps + tap;
            put(group + (1 + tap) * STEP, output % ROWS, p->weight_mean[from], p->weight_sd[from]);
        }
    }
    return made;
}

moments_network make_moments_network(const network *net, int keeps_all) {
    moments_network moments;
    moments.net = net;
    moments.layers = allocate(net->op_count, sizeof *moments.layers);
    for (size_t i = 0; i < net->op_count; i++) {
        if (net->ops[i].parameters.outputs > 0) {
            moments.layers[i] = make_layer(net, &net->ops[i]);
        }
    }
    moments.buffers = make_buffers(net, MOMENTS, keeps_all);
    moments.no_var = allocate(elements(net->in) * BLOCK, sizeof(float));
    return moments;
}

/** Where a value's arrays are, at one of its units. */
typedef struct place {
    float *mean, *var;
} place;

static place at(place value, size_t floats) {
    const place moved = {value.mean + floats, value.var + floats};
    return moved;
}

/** mean = sum m*mw + mb, var = sum [v*mw^2 + (v + m^2)*vw] + vb, of outputs `stride` apart. */
PFP_INLINE void sum_window(size_t rows, const windows *w, const float *weights, place x, place to,
                           size_t stride) {
    pfp__vec mean[ROWS_AT_ONCE][VECTORS], var[ROWS_AT_ONCE][VECTORS];
    for (size_t row = 0; row < rows; row++) {
        for (int v = 0; v < VECTORS; v++) {
            mean[row][v] = pfp__vec_set1(weights[WEIGHT_MEAN * ROWS + row]);
            var[row][v] = pfp__vec_set1(weights[WEIGHT_VAR * ROWS + row]);
        }
    }
    for (size_t tap = 0; tap < w->taps; tap++) {
        const place from = at(x, w->offsets[tap]);
        weights += STEP;
        for (int v = 0; v < VECTORS; v++) {
            const pfp__vec m = pfp__vec_load(from.mean + v * PFP_LANES);
            const pfp__vec s = pfp__vec_load(from.var + v * PFP_LANES);
            const pfp__vec m2 = pfp__vec_fma(s, m, m);
            for (size_t row = 0; row < rows; row++) {
                const float *weight = weights + row;
                mean[row][v] = pfp__vec_fma_n(mean[row][v], m, weight[WEIGHT_MEAN * ROWS]);
                var[row][v] = pfp__vec_fma_n(var[row][v], s, weight[WEIGHT_MEAN_SQUARED * ROWS]);
                var[row][v] = pfp__vec_fma_n(var[row][v], m2, weight[WEIGHT_VAR * ROWS]);
            }
        }
    }
    for (size_t row = 0; row < rows; row++) {
        for (int v = 0; v < VECTORS; v++) {
            const size_t lane = row * stride + (size_t)v * PFP_LANES;
            pfp__vec_store(to.mean + lane, mean[row][v]);
            pfp__vec_store(to.var + lane, var[row][v]);
        }
    }
}

/** A number of rows that the compiler knows keeps the sums in registers. */
static void sum_rows(size_t rows, const windows *w, const float *weights, place x, place to,
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
    default:
        sum_window(4, w, weights, x, to, stride);
    }
}

static void sum_group(size_t rows, const windows *w, const float *weights, place x, place to,
                      size_t stride) {
    for (size_t row = 0; row < rows; row += ROWS_AT_ONCE) {
        const size_t left = rows - row;
        sum_rows(left < ROWS_AT_ONCE ? left : ROWS_AT_ONCE, w, weights + row, x,
                 at(to, row * stride), stride);
    }
}

static void linear(const moments_layer *layer, place in, place out) {
    const windows *w = &layer->windows;
    const size_t stride = (size_t)w->count_h * w->count_w * BLOCK;
    for (size_t group = 0; group < w->groups; group++) {
        const float *weights = layer->weights + group * (1 + w->taps) * STEP;
        place to = at(out, group * ROWS * stride);
        for (size_t y = 0; y < w->count_h; y++) {
            for (size_t x = 0; x < w->count_w; x++) {
                sum_group(rows_of(w, group), w, weights, at(in, y * w->step_h + x * w->step_w), to,
                          stride);
                to = at(to, BLOCK);
            }
        }
    }
}

static void relu(size_t units, place in, place out) {
    for (size_t i = 0; i < units * BLOCK; i += PFP_LANES) {
        const pfp__gauss x = pfp__gauss_load(in.mean + i, in.var + i, PFP_LANES);
        pfp__gauss_store(out.mean + i, out.var + i, pfp__gauss_relu(x, PFP_TIER_ACCURATE),
                         PFP_LANES);
    }
}

/** Lane by lane, exchanges two neighbours where the second has the larger mean. */
PFP_INLINE void order(pfp__gauss *first, pfp__gauss *second) {
    const pfp__mask later = pfp__vec_greater(second->mean, first->mean);
    const pfp__gauss a = *first, b = *second;
    first->mean = pfp__vec_select(later, b.mean, a.mean);
    first->var = pfp__vec_select(later, b.var, a.var);
    second->mean = pfp__vec_select(later, a.mean, b.mean);
    second->var = pfp__vec_select(later, a.var, b.var);
}

/** Clark's max folded in order of falling mean, ties by position. */
static void largest_of_window(const op *pool, size_t in_width, place in, place to) {
    const size_t count = (size_t)pool->size_h * pool->size_w;
    pfp__gauss x[MAX_WINDOW];
    for (size_t i = 0; i < count; i++) {
        const place from = at(in, (i / pool->size_w * in_width + i % pool->size_w) * BLOCK);
        x[i] = pfp__gauss_load(from.mean, from.var, PFP_LANES);
    }
    for (size_t sorted = 1; sorted < count; sorted++) {
        for (size_t i = sorted; i > 0; i--) {
            order(&x[i - 1], &x[i]);
        }
    }
    pfp__gauss largest = x[0];
    for (size_t i = 1; i < count; i++) {
        largest = pfp__gauss_max(largest, x[i], PFP_TIER_ACCURATE);
    }
    pfp__gauss_store(to.mean, to.var, largest, PFP_LANES);
}

static void maxpool2d(const op *pool, shape in, place from, place to) {
    for (size_t c = 0; c < in.channels; c++) {
        for (size_t y = 0; y < pool->out.height; y++) {
            for (size_t x = 0; x < pool->out.width; x++) {
                const size_t row = c * in.height + y * pool->stride_h;
                const place corner = at(from, (row * in.width + x * pool->stride_w) * BLOCK);
                for (size_t v = 0; v < VECTORS; v++) {
                    largest_of_window(pool, in.width, at(corner, v * PFP_LANES),
                                      at(to, v * PFP_LANES));
                }
                to = at(to, BLOCK);
            }
        }
    }
}

static place place_of(const buffers *b, uint32_t value) {
    const place p = {part_of(b, value, MEAN), part_of(b, value, VAR)};
    return p;
}

void moments_op(const moments_network *moments, size_t index, const float *block) {
    const network *net = moments->net;
    const buffers *b = &moments->buffers;
    const op *step = &net->ops[index];
    const shape in_shape = value_shape(net, step->input);
    const windows *w = &moments->layers[index].windows;
    const place first = {(float *)block, moments->no_var};
    const place out = place_of(b, (uint32_t)index + 1);
    place in = step->input == 0 ? first : place_of(b, step->input);
    switch (step->kind) {
    case OP_DENSE:
    case OP_CONV2D:
        if (w->is_padded) {
            const place padded = {b->padded[MEAN], b->padded[VAR]};
            pad(step, in_shape, in.mean, w->padded, padded.mean);
            pad(step, in_shape, in.var, w->padded, padded.var);
            in = padded;
        }
        linear(&moments->layers[index], in, out);
        break;
    case OP_RELU:
        relu(elements(step->out), in, out);
        break;
    case OP_MAXPOOL2D:
        maxpool2d(step, in_shape, in, out);
        break;
    case OP_FLATTEN:
        memcpy(out.mean, in.mean, elements(step->out) * BLOCK * sizeof(float));
        memcpy(out.var, in.var, elements(step->out) * BLOCK * sizeof(float));
    }
}

void moments_pass(const moments_network *moments, const float *block) {
    for (size_t i = 0; i < moments->net->op_count; i++) {
        moments_op(moments, i, block);
    }
}
