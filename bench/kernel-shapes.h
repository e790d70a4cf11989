#ifndef PFP_BENCH_KERNEL_SHAPES_H
#define PFP_BENCH_KERNEL_SHAPES_H

/* The shapes at which bench/kernels.c runs kernels: those of LeNet-5, of the MLP, and others. */

#include "pfp/pfp_kernels.h"

enum { SHAPE_MOST = 13 };

/* What a kernel works on, as its own struct or as the numbers in it. */
typedef union shape {
    uint32_t numbers[SHAPE_MOST];
    pfp_dense_shape dense;
    pfp_conv2d_shape conv2d;
    pfp_pool2d_shape pool2d;
} shape;

/* Of each list, the first shape stands for the kernel in docs/kernels.md. */

static const shape dense_shapes[] = {
    {.dense = {400, 120, 1}}, {.dense = {84, 10, 1}},  {.dense = {784, 100, 1}},
    {.dense = {120, 84, 1}},  {.dense = {100, 10, 1}}, {.dense = {100, 100, 1}},
    {.dense = {30, 40, 1}},   {.dense = {203, 3, 1}},  {.dense = {16, 128, 1}},
};
static const shape dense_det_shapes[] = {
    {.dense = {784, 100, 1}}, {.dense = {400, 120, 1}}, {.dense = {100, 10, 1}},
    {.dense = {30, 40, 1}},   {.dense = {203, 3, 1}},   {.dense = {16, 128, 1}},
    {.dense = {192, 64, 3}},
};

/* H, W, C of the input and the output, kernel, stride, padding, planes. */
static const shape conv2d_shapes[] = {
    {.conv2d = {14, 14, 6, 10, 10, 16, 5, 5, 1, 1, 0, 0, 1}},
    {.conv2d = {28, 28, 1, 28, 28, 6, 5, 5, 1, 1, 2, 2, 1}},
    {.conv2d = {8, 8, 8, 8, 8, 16, 3, 3, 1, 1, 1, 1, 1}},
    {.conv2d = {6, 6, 16, 6, 6, 24, 1, 1, 1, 1, 0, 0, 1}},
    {.conv2d = {15, 15, 3, 8, 8, 10, 3, 3, 2, 2, 1, 1, 1}},
    {.conv2d = {6, 6, 32, 4, 4, 8, 3, 3, 1, 1, 0, 0, 1}},
    {.conv2d = {8, 18, 1, 6, 16, 13, 3, 3, 1, 1, 0, 0, 1}},
    {.conv2d = {13, 13, 1, 11, 11, 4, 3, 3, 1, 1, 0, 0, 1}},
    {.conv2d = {9, 9, 4, 5, 5, 5, 5, 5, 1, 1, 0, 0, 1}},
    {.conv2d = {20, 20, 1, 16, 16, 12, 5, 5, 1, 1, 0, 0, 1}},
    {.conv2d = {12, 12, 1, 12, 12, 6, 3, 3, 1, 1, 1, 1, 1}},
    {.conv2d = {15, 15, 1, 8, 8, 16, 5, 5, 2, 2, 2, 2, 1}},
    {.conv2d = {10, 10, 1, 4, 4, 8, 7, 7, 1, 1, 0, 0, 1}},
};
static const shape conv2d_det_shapes[] = {
    {.conv2d = {28, 28, 1, 28, 28, 6, 5, 5, 1, 1, 2, 2, 1}},
    {.conv2d = {14, 14, 6, 10, 10, 16, 5, 5, 1, 1, 0, 0, 1}},
    {.conv2d = {8, 8, 8, 8, 8, 16, 3, 3, 1, 1, 1, 1, 1}},
    {.conv2d = {16, 16, 1, 16, 16, 8, 3, 3, 1, 1, 1, 1, 3}},
    {.conv2d = {8, 18, 1, 6, 16, 13, 3, 3, 1, 1, 0, 0, 1}},
    {.conv2d = {13, 13, 1, 11, 11, 4, 3, 3, 1, 1, 0, 0, 1}},
    {.conv2d = {20, 20, 1, 16, 16, 12, 5, 5, 1, 1, 0, 0, 1}},
    {.conv2d = {12, 12, 1, 12, 12, 6, 1, 1, 1, 1, 0, 0, 2}},
    {.conv2d = {15, 15, 1, 8, 8, 16, 5, 5, 2, 2, 2, 2, 1}},
    {.conv2d = {10, 10, 1, 4, 4, 8, 7, 7, 1, 1, 0, 0, 1}},
};
static const shape pooled_shapes[] = {
    {.conv2d = {14, 14, 6, 5, 5, 16, 5, 5, 1, 1, 0, 0, 1}},
    {.conv2d = {28, 28, 1, 14, 14, 6, 5, 5, 1, 1, 2, 2, 1}},
    {.conv2d = {8, 8, 8, 4, 4, 16, 3, 3, 1, 1, 1, 1, 1}},
    {.conv2d = {6, 6, 16, 3, 3, 24, 1, 1, 1, 1, 0, 0, 1}},
    {.conv2d = {15, 15, 3, 4, 4, 10, 3, 3, 2, 2, 1, 1, 1}},
    {.conv2d = {6, 6, 32, 2, 2, 8, 3, 3, 1, 1, 0, 0, 1}},
    {.conv2d = {8, 18, 1, 3, 8, 13, 3, 3, 1, 1, 0, 0, 1}},
    {.conv2d = {12, 12, 1, 5, 5, 4, 3, 3, 1, 1, 0, 0, 1}},
    {.conv2d = {9, 9, 4, 2, 2, 5, 5, 5, 1, 1, 0, 0, 1}},
    {.conv2d = {20, 20, 1, 8, 8, 12, 5, 5, 1, 1, 0, 0, 1}},
    {.conv2d = {12, 12, 1, 6, 6, 6, 3, 3, 1, 1, 1, 1, 1}},
    {.conv2d = {15, 15, 1, 4, 4, 16, 5, 5, 2, 2, 2, 2, 1}},
    {.conv2d = {10, 10, 1, 2, 2, 8, 7, 7, 1, 1, 0, 0, 1}},
};
static const shape pooled_det_shapes[] = {
    {.conv2d = {28, 28, 1, 14, 14, 6, 5, 5, 1, 1, 2, 2, 1}},
    {.conv2d = {16, 16, 1, 8, 8, 8, 3, 3, 1, 1, 1, 1, 3}},
    {.conv2d = {8, 18, 1, 3, 8, 13, 3, 3, 1, 1, 0, 0, 1}},
    {.conv2d = {12, 12, 1, 5, 5, 4, 3, 3, 1, 1, 0, 0, 1}},
    {.conv2d = {20, 20, 1, 8, 8, 12, 5, 5, 1, 1, 0, 0, 1}},
    {.conv2d = {12, 12, 1, 6, 6, 6, 1, 1, 1, 1, 0, 0, 2}},
    {.conv2d = {15, 15, 1, 4, 4, 16, 5, 5, 2, 2, 2, 2, 1}},
    {.conv2d = {10, 10, 1, 2, 2, 8, 7, 7, 1, 1, 0, 0, 1}},
};

/* H, W, C of the input, H, W of the output, window, stride. */
static const shape pool2d_shapes[] = {
    {.pool2d = {28, 28, 6, 14, 14, 2, 2, 2, 2}}, {.pool2d = {10, 10, 16, 5, 5, 2, 2, 2, 2}},
    {.pool2d = {8, 8, 3, 4, 4, 2, 2, 2, 2}},     {.pool2d = {9, 9, 8, 4, 4, 3, 3, 2, 2}},
    {.pool2d = {4, 4, 32, 2, 2, 2, 2, 2, 2}},    {.pool2d = {12, 12, 4, 3, 3, 4, 4, 4, 4}},
    {.pool2d = {6, 6, 12, 2, 2, 3, 3, 3, 3}},    {.pool2d = {9, 9, 2, 3, 3, 3, 3, 3, 3}},
    {.pool2d = {28, 28, 6, 14, 28, 2, 1, 2, 1}}, {.pool2d = {4, 9, 3, 4, 8, 1, 2, 1, 1}},
};

static const shape lengths[] = {
    {.numbers = {1176}},
    {.numbers = {120}},
    {.numbers = {84}},
    {.numbers = {7}},
};
static const shape input_shapes[] = {
    {.numbers = {1, 784}},
    {.numbers = {3, 256}},
    {.numbers = {1, 10}},
    {.numbers = {16, 5}},
};
static const shape finite_shapes[] = {
    {.numbers = {784}},
    {.numbers = {10}},
    {.numbers = {100}},
    {.numbers = {7}},
};
static const shape covariance_shapes[] = {
    {.dense = {84, 10, 1}}, {.dense = {100, 10, 1}}, {.dense = {30, 3, 1}},
    {.dense = {50, 24, 1}}, {.dense = {16, 7, 1}},
};
/* Classes, points. */
static const shape classify_shapes[] = {
    {.numbers = {10, 128}}, {.numbers = {10, 8}},  {.numbers = {3, 64}},
    {.numbers = {24, 32}},  {.numbers = {7, 128}}, {.numbers = {40, 8}},
};
static const shape class_counts[] = {
    {.numbers = {10}},
    {.numbers = {3}},
    {.numbers = {100}},
    {.numbers = {26}},
};

#endif
