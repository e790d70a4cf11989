/*
 * Runs every kernel at shapes of LeNet-5, of the MLP and at others that tell what a call, a tile, a
 * weight costs. Built by bench/kernels.mk and run by bench/kernel-counts.ts, which reads of each
 * run a line `kernel, numbers of its shape`:
 *
 *   node --import tsx bench/kernels.ts            every emulated target
 *   node --import tsx bench/kernels.ts linux-a53  one board
 *
 * Where instructions are counted the kernel runs once between markers; on the host it runs many
 * times, and the line ends with the nanoseconds of the shortest.
 */

#define _POSIX_C_SOURCE 200112L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "qemu/markers.h"
#include "support/kernels.h"

#if defined(PFP_BENCH_CLOCK)
#define IS_TIMED 1
#else
#define IS_TIMED 0
#endif

/* Enough for the activations and the weights of every workload. */
enum { REGION = 0, ACTIVATIONS = 10000, WEIGHTS = 2 * 112 * (784 + 1), SHAPE_MOST = 13 };

/* A time is that of BATCH calls, the shortest in SECONDS_EACH. */
enum { BATCH = 16 };
#define SECONDS_EACH 0.03

/* Memory that every measurement uses alike. */
static const float shift[3] = {0.125f, 0.25f, 0.5f};
static float *in_mean, *in_var, *weights, *out_mean, *out_var, *scratch;

static float *floats(size_t len, float low, float high) {
    float *values = malloc(len * sizeof *values);
    if (values == NULL) {
        fputs("out of memory\n", stderr);
        exit(1);
    }
    uint32_t state = 1;
    for (size_t i = 0; i < len; i++) {
        state = state * 1664525u + 1013904223u;
        values[i] = low + (high - low) * (float)(state >> 8) * 0x1p-24f;
    }
    return values;
}

/* What a kernel works on, as its own struct or as the numbers in it. */
typedef union shape {
    uint32_t numbers[SHAPE_MOST];
    pfp_dense_shape dense;
    pfp_conv2d_shape conv2d;
    pfp_pool2d_shape pool2d;
} shape;

#if IS_TIMED
static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

#define MEASURE(type, arguments)                                                                   \
    do {                                                                                           \
        type *function = (type *)k->function;                                                      \
        double least = 1.0;                                                                        \
        for (const double end = seconds() + SECONDS_EACH; seconds() < end;) {                      \
            const double start = seconds();                                                        \
            for (int i = 0; i < BATCH; i++) {                                                      \
                function arguments;                                                                \
            }                                                                                      \
            const double taken = seconds() - start;                                                \
            least = taken < least ? taken : least;                                                 \
        }                                                                                          \
        printf("\t%.3f", 1e9 * least / (double)BATCH);                                             \
    } while (0)
#else
/* Runs `call`, a call of the kernel as a function of type `type`, between the markers. */
#define MEASURE(type, arguments)                                                                   \
    do {                                                                                           \
        type *function = (type *)k->function;                                                      \
        PFP_REGION_BEGIN(REGION);                                                                  \
        function arguments;                                                                        \
        PFP_REGION_END(REGION);                                                                    \
    } while (0)
#endif

static void dense_general_at(const kernel *k, const shape *s) {
    MEASURE(dense_general, (&s->dense, in_mean, in_var, weights, scratch, out_mean, out_var));
}

static void dense_det_at(const kernel *k, const shape *s) {
    MEASURE(dense_det, (&s->dense, in_mean, shift, weights, scratch, out_mean, out_var));
}

static void dense_exact_at(const kernel *k, const shape *s) {
    MEASURE(dense_exact, (&s->dense, in_mean, weights, scratch, out_mean));
}

/* Of inputs that follow each other; the cost is that of all. */
enum { INPUTS = 8 };

static void dense_batch_general_at(const kernel *k, const shape *s) {
    MEASURE(dense_batch_general,
            (&s->dense, INPUTS, in_mean, in_var, weights, scratch, out_mean, out_var));
}

static void dense_batch_det_at(const kernel *k, const shape *s) {
    MEASURE(dense_batch_det,
            (&s->dense, INPUTS, in_mean, shift, weights, scratch, out_mean, out_var));
}

static void dense_batch_exact_at(const kernel *k, const shape *s) {
    MEASURE(dense_batch_exact, (&s->dense, INPUTS, in_mean, weights, scratch, out_mean));
}

static void dense_sampled_at(const kernel *k, const shape *s) {
    pfp_normal_state state;
    pfp_normal_seed(&state, 1);
    MEASURE(dense_sampled, (&s->dense, in_mean, weights, &state, scratch, out_mean));
}

static void conv2d_general_at(const kernel *k, const shape *s) {
    MEASURE(conv2d_general, (&s->conv2d, in_mean, in_var, weights, scratch, out_mean, out_var));
}

static void conv2d_det_at(const kernel *k, const shape *s) {
    MEASURE(conv2d_det, (&s->conv2d, in_mean, shift, weights, scratch, out_mean, out_var));
}

static void conv2d_exact_at(const kernel *k, const shape *s) {
    MEASURE(conv2d_exact, (&s->conv2d, in_mean, weights, scratch, out_mean));
}

static void relu_general_at(const kernel *k, const shape *s) {
    MEASURE(relu_general, (s->numbers[0], in_mean, in_var, out_mean, out_var));
}

static void relu_det_at(const kernel *k, const shape *s) {
    MEASURE(relu_det, (s->numbers[0], in_mean, out_mean));
}

static void maxpool2d_general_at(const kernel *k, const shape *s) {
    MEASURE(maxpool2d_general, (&s->pool2d, in_mean, in_var, out_mean, out_var));
}

static void maxpool2d_det_at(const kernel *k, const shape *s) {
    MEASURE(maxpool2d_det, (&s->pool2d, in_mean, out_mean));
}

static void input_det_at(const kernel *k, const shape *s) {
    MEASURE(input_det, (s->numbers[0], s->numbers[1], in_mean, in_var, out_mean));
}

static void covariance_at(const kernel *k, const shape *s) {
    MEASURE(covariance_general,
            (&s->dense, (uint32_t)k->outputs, in_var, weights, out_var, scratch, out_mean));
}

static void classify_at(const kernel *k, const shape *s) {
    const uint32_t classes = s->numbers[0];
    pfp_uncertainty uncertainty;
    float *cov = out_var; /* the identity, which is its own root */
    memset(cov, 0, classes * (classes + 1) / 2 * sizeof *cov);
    for (size_t i = 0; i < classes; i++) {
        cov[i * (i + 3) / 2] = 1.0f;
    }
    MEASURE(classify_general,
            (classes, s->numbers[1], in_mean, cov, weights, scratch, out_mean, &uncertainty));
}

static void softmax_at(const kernel *k, const shape *s) {
    pfp_uncertainty uncertainty;
    MEASURE(softmax_exact, (s->numbers[0], in_mean, out_mean, &uncertainty));
}

static void accumulate_at(const kernel *k, const shape *s) {
    MEASURE(accumulate_exact, (s->numbers[0], 2, in_mean, out_mean, out_var));
}

static void mixture_at(const kernel *k, const shape *s) {
    pfp_uncertainty uncertainty;
    MEASURE(mixture_exact, (s->numbers[0], 0.5f, in_var, &uncertainty));
}

static void finite_at(const kernel *k, const shape *s) {
    MEASURE(finite_exact, (s->numbers[0], in_mean));
}

static void normal_at(const kernel *k, const shape *s) {
    pfp_normal_state state;
    pfp_normal_seed(&state, 1);
    MEASURE(normal_general, (s->numbers[0], &state, out_mean));
}

static void draw_at(const kernel *k, const shape *s) {
    pfp_normal_state state;
    pfp_normal_seed(&state, 1);
    MEASURE(draw_general, (s->numbers[0], in_mean, in_var, &state, out_mean));
}

static void reparameterize_at(const kernel *k, const shape *s) {
    pfp_normal_state state;
    pfp_normal_seed(&state, 1);
    MEASURE(reparameterize_general, (s->numbers[0], in_mean, in_var, &state, out_mean));
}

/* The same memory as halves, whatever numbers that makes: kernels do not branch on values. */
#define HALVES(floats) ((pfp_half *)(void *)(floats))
#define HALVES_OUT HALVES(scratch), HALVES(out_mean), HALVES(out_var)

/* A shift for each of three planes, then the scale. */
static const float shift_and_scale[4] = {0.125f, 0.125f, 0.125f, 1.0f};

static void dense_halves_at(const kernel *k, const shape *s) {
    MEASURE(dense_general_f16, (&s->dense, HALVES(in_mean), HALVES(in_var), weights, HALVES_OUT));
}

static void dense_det_halves_at(const kernel *k, const shape *s) {
    MEASURE(dense_det_f16, (&s->dense, in_mean, shift_and_scale, weights, HALVES_OUT));
}

static void conv2d_halves_at(const kernel *k, const shape *s) {
    MEASURE(conv2d_general_f16, (&s->conv2d, HALVES(in_mean), HALVES(in_var), weights, HALVES_OUT));
}

static void conv2d_det_halves_at(const kernel *k, const shape *s) {
    MEASURE(conv2d_det_f16, (&s->conv2d, in_mean, shift_and_scale, weights, HALVES_OUT));
}

static void relu_halves_at(const kernel *k, const shape *s) {
    MEASURE(relu_general_f16,
            (s->numbers[0], HALVES(in_mean), HALVES(in_var), HALVES(out_mean), HALVES(out_var)));
}

static void widen_at(const kernel *k, const shape *s) {
    MEASURE(widen_f16, (s->numbers[0], HALVES(in_mean), HALVES(in_var), out_mean, out_var));
}

static void narrow_at(const kernel *k, const shape *s) {
    MEASURE(narrow_f16, (s->numbers[0], in_mean, in_var, HALVES(out_mean), HALVES(out_var)));
}

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
static const shape classes[] = {
    {.numbers = {10}},
    {.numbers = {3}},
    {.numbers = {100}},
    {.numbers = {26}},
};

#define SHAPES(list, length) list, sizeof(list) / sizeof((list)[0]), length
#define FIELDS(type) (sizeof(type) / sizeof(uint32_t))

static const struct workload {
    const char *op, *form;
    void (*run)(const kernel *k, const shape *s);
    const shape *shapes;
    size_t shape_count;
    size_t numbers; /* of a shape */
} workloads[] = {
    {"dense", "general", dense_general_at, SHAPES(dense_shapes, FIELDS(pfp_dense_shape))},
    {"dense", "det", dense_det_at, SHAPES(dense_det_shapes, FIELDS(pfp_dense_shape))},
    {"dense", "exact", dense_exact_at, SHAPES(dense_shapes, FIELDS(pfp_dense_shape))},
    {"dense", "sampled", dense_sampled_at, SHAPES(dense_shapes, FIELDS(pfp_dense_shape))},
    {"dense_batch", "general", dense_batch_general_at,
     SHAPES(dense_shapes, FIELDS(pfp_dense_shape))},
    {"dense_batch", "det", dense_batch_det_at, SHAPES(dense_det_shapes, FIELDS(pfp_dense_shape))},
    {"dense_batch", "exact", dense_batch_exact_at, SHAPES(dense_shapes, FIELDS(pfp_dense_shape))},
    {"conv2d", "general", conv2d_general_at, SHAPES(conv2d_shapes, FIELDS(pfp_conv2d_shape))},
    {"conv2d", "det", conv2d_det_at, SHAPES(conv2d_det_shapes, FIELDS(pfp_conv2d_shape))},
    {"conv2d", "exact", conv2d_exact_at, SHAPES(conv2d_shapes, FIELDS(pfp_conv2d_shape))},
    {"conv2d_maxpool2d_relu", "general", conv2d_general_at,
     SHAPES(pooled_shapes, FIELDS(pfp_conv2d_shape))},
    {"conv2d_maxpool2d_relu", "det", conv2d_det_at,
     SHAPES(pooled_det_shapes, FIELDS(pfp_conv2d_shape))},
    {"conv2d_maxpool2d_relu", "exact", conv2d_exact_at,
     SHAPES(pooled_shapes, FIELDS(pfp_conv2d_shape))},
    {"relu", "general", relu_general_at, SHAPES(lengths, 1)},
    {"relu", "det", relu_det_at, SHAPES(lengths, 1)},
    {"maxpool2d", "general", maxpool2d_general_at, SHAPES(pool2d_shapes, FIELDS(pfp_pool2d_shape))},
    {"maxpool2d", "det", maxpool2d_det_at, SHAPES(pool2d_shapes, FIELDS(pfp_pool2d_shape))},
    {"maxpool2d_relu", "general", maxpool2d_general_at,
     SHAPES(pool2d_shapes, FIELDS(pfp_pool2d_shape))},
    {"maxpool2d_relu", "det", maxpool2d_det_at, SHAPES(pool2d_shapes, FIELDS(pfp_pool2d_shape))},
    {"input", "det", input_det_at, SHAPES(input_shapes, 2)},
    {"covariance", "general", covariance_at, SHAPES(covariance_shapes, FIELDS(pfp_dense_shape))},
    {"classify", "general", classify_at, SHAPES(classify_shapes, 2)},
    {"softmax", "exact", softmax_at, SHAPES(classes, 1)},
    {"accumulate", "exact", accumulate_at, SHAPES(classes, 1)},
    {"mixture", "exact", mixture_at, SHAPES(classes, 1)},
    {"finite", "exact", finite_at, SHAPES(finite_shapes, 1)},
    {"normal", "general", normal_at, SHAPES(lengths, 1)},
    {"draw", "general", draw_at, SHAPES(lengths, 1)},
    {"reparameterize", "general", reparameterize_at, SHAPES(lengths, 1)},
};

static const struct workload half_workloads[] = {
    {"dense", "general", dense_halves_at, SHAPES(dense_shapes, FIELDS(pfp_dense_shape))},
    {"dense", "det", dense_det_halves_at, SHAPES(dense_det_shapes, FIELDS(pfp_dense_shape))},
    {"conv2d", "general", conv2d_halves_at, SHAPES(conv2d_shapes, FIELDS(pfp_conv2d_shape))},
    {"conv2d", "det", conv2d_det_halves_at, SHAPES(conv2d_det_shapes, FIELDS(pfp_conv2d_shape))},
    {"conv2d_maxpool2d_relu", "general", conv2d_halves_at,
     SHAPES(pooled_shapes, FIELDS(pfp_conv2d_shape))},
    {"conv2d_maxpool2d_relu", "det", conv2d_det_halves_at,
     SHAPES(pooled_det_shapes, FIELDS(pfp_conv2d_shape))},
    {"relu", "general", relu_halves_at, SHAPES(lengths, 1)},
    {"widen", "general", widen_at, SHAPES(lengths, 1)},
    {"narrow", "general", narrow_at, SHAPES(lengths, 1)},
};

/* Whether the kernel takes inputs of these planes. */
static int takes(const kernel *k, const shape *s) {
    return strcmp(k->needs, "planar") != 0 || s->conv2d.in_c == 1;
}

static void measure(const struct workload *w, const kernel *k) {
    for (size_t i = 0; i < w->shape_count; i++) {
        const shape *s = &w->shapes[i];
        if (!takes(k, s)) {
            continue;
        }
        printf("%s\t", k->symbol);
        for (size_t n = 0; n < w->numbers; n++) {
            printf("%s%lu", n == 0 ? "" : " ", (unsigned long)s->numbers[n]);
        }
        w->run(k, s);
        printf("\n");
    }
}

int main(void) {
    in_mean = floats(ACTIVATIONS, -2.0f, 2.0f);
    in_var = floats(ACTIVATIONS, 0.1f, 1.0f);
    weights = floats(WEIGHTS, 0.0f, 0.1f);
    out_mean = floats(ACTIVATIONS, 0.0f, 1.0f);
    out_var = floats(ACTIVATIONS, 0.0f, 1.0f);
    scratch = floats(ACTIVATIONS, 0.0f, 1.0f);
    for (size_t i = 0; i < sizeof workloads / sizeof workloads[0]; i++) {
        const struct workload *w = &workloads[i];
        FOR_EACH_KERNEL(k, w->op, w->form) {
            measure(w, k);
        }
        FOR_EACH_STORED_KERNEL(k, w->op, w->form) {
            measure(w, k);
        }
    }
    for (size_t i = 0; i < sizeof half_workloads / sizeof half_workloads[0]; i++) {
        const struct workload *w = &half_workloads[i];
        FOR_EACH_HALF_KERNEL(k, w->op, w->form) {
            measure(w, k);
        }
    }
    return 0;
}
