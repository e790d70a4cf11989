#ifndef PFP_EVALUATOR_NETWORK_H
#define PFP_EVALUATOR_NETWORK_H

#include <stddef.h>
#include <stdint.h>

enum head { HEAD_CLASSIFICATION, HEAD_REGRESSION };
enum op_kind { OP_DENSE, OP_CONV2D, OP_RELU, OP_MAXPOOL2D, OP_FLATTEN };

typedef struct shape {
    uint32_t channels, height, width;
} shape;

/** Moments of a layer's parameters, row-major: weight [outputs][inputs], bias [outputs]. */
typedef struct parameters {
    size_t outputs, inputs;
    const float *weight_mean, *weight_sd, *bias_mean, *bias_sd;
} parameters;

typedef struct op {
    enum op_kind kind;
    /** The value that it reads: 0 is the network's input, i the output of op i - 1. */
    uint32_t input;
    shape out;
    /** Of conv2d and maxpool2d: size of the kernel or window, step; padding of conv2d. */
    uint32_t size_h, size_w, stride_h, stride_w;
    uint32_t top, left, bottom, right;
    /** Of dense and conv2d. */
    parameters parameters;
} op;

typedef struct network {
    enum head head;
    /** The value that the head reads. */
    uint32_t output;
    shape in;
    /** Of each channel: the network computes (x - mean) / scale. */
    const float *input_mean, *input_scale;
    size_t op_count;
    op *ops;
} network;

size_t elements(shape s);

/** The shape of value `index`. */
shape value_shape(const network *net, uint32_t index);

/** Reads what codegen/src/run/evaluator/network-file.ts writes; ends the program on a bad file. */
network read_network(const char *path);

#endif
