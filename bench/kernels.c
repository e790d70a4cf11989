/*
 * Instructions of every kernel at shapes of LeNet-5 and the MLP, counted under QEMU:
 *
 *   node --import tsx bench/kernels.ts            every emulated target
 *   node --import tsx bench/kernels.ts linux-a53  one board
 *
 * builds this program by bench/kernels.mk and prints a table. The program itself prints a line
 * `kernel, shape, work, unit` a measurement and runs the kernel once between markers.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qemu/markers.h"
#include "support/kernels.h"

/* Enough for the activations and the weights of every workload. */
enum { REGION = 0, ACTIVATIONS = 10000, WEIGHTS = 2 * 104 * (784 + 1) };

/* Memory that every measurement uses alike. */
static const float shift[1] = {0.125f};
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

/* Runs `call`, a call of the kernel as a function of type `type`, between the markers. */
#define MEASURE(type, arguments)                                                                   \
    do {                                                                                           \
        type *function = (type *)k->function;                                                      \
        PFP_REGION_BEGIN(REGION);                                                                  \
        function arguments;                                                                        \
        PFP_REGION_END(REGION);                                                                    \
    } while (0)

static const pfp_dense_shape fc1 = {400, 120, 1}, fc3 = {84, 10, 1}, mlp1 = {784, 100, 1};
static const pfp_conv2d_shape conv1 = {28, 28, 1, 28, 28, 6, 5, 5, 1, 1, 2, 2, 1};
static const pfp_conv2d_shape conv2 = {14, 14, 6, 10, 10, 16, 5, 5, 1, 1, 0, 0, 1};
static const pfp_conv2d_shape conv1_pooled = {28, 28, 1, 14, 14, 6, 5, 5, 1, 1, 2, 2, 1};
static const pfp_conv2d_shape conv2_pooled = {14, 14, 6, 5, 5, 16, 5, 5, 1, 1, 0, 0, 1};
static const pfp_pool2d_shape pool1 = {28, 28, 6, 14, 14, 2, 2, 2, 2};

static void dense_fc1(const kernel *k) {
    MEASURE(dense_general, (&fc1, in_mean, in_var, weights, scratch, out_mean, out_var));
}

static void dense_fc3(const kernel *k) {
    MEASURE(dense_general, (&fc3, in_mean, in_var, weights, scratch, out_mean, out_var));
}

static void dense_mlp1(const kernel *k) {
    MEASURE(dense_det, (&mlp1, in_mean, shift, weights, scratch, out_mean, out_var));
}

static void dense_exact_fc1(const kernel *k) {
    MEASURE(dense_exact, (&fc1, in_mean, weights, scratch, out_mean));
}

static void dense_exact_mlp1(const kernel *k) {
    MEASURE(dense_exact, (&mlp1, in_mean, weights, scratch, out_mean));
}

static void conv2d_conv1(const kernel *k) {
    MEASURE(conv2d_det, (&conv1, in_mean, shift, weights, scratch, out_mean, out_var));
}

static void conv2d_conv2(const kernel *k) {
    MEASURE(conv2d_general, (&conv2, in_mean, in_var, weights, scratch, out_mean, out_var));
}

static void conv2d_exact_conv1(const kernel *k) {
    MEASURE(conv2d_exact, (&conv1, in_mean, weights, scratch, out_mean));
}

static void conv2d_exact_conv2(const kernel *k) {
    MEASURE(conv2d_exact, (&conv2, in_mean, weights, scratch, out_mean));
}

static void conv2d_conv1_pooled(const kernel *k) {
    MEASURE(conv2d_det, (&conv1_pooled, in_mean, shift, weights, scratch, out_mean, out_var));
}

static void conv2d_conv2_pooled(const kernel *k) {
    MEASURE(conv2d_general, (&conv2_pooled, in_mean, in_var, weights, scratch, out_mean, out_var));
}

static void conv2d_exact_conv1_pooled(const kernel *k) {
    MEASURE(conv2d_exact, (&conv1_pooled, in_mean, weights, scratch, out_mean));
}

static void conv2d_exact_conv2_pooled(const kernel *k) {
    MEASURE(conv2d_exact, (&conv2_pooled, in_mean, weights, scratch, out_mean));
}

static void relu_1176(const kernel *k) {
    MEASURE(relu_general, (1176, in_mean, in_var, out_mean, out_var));
}

static void relu_det_1176(const kernel *k) {
    MEASURE(relu_det, (1176, in_mean, out_mean));
}

static void maxpool2d_pool1(const kernel *k) {
    MEASURE(maxpool2d_general, (&pool1, in_mean, in_var, out_mean, out_var));
}

static void maxpool2d_det_pool1(const kernel *k) {
    MEASURE(maxpool2d_det, (&pool1, in_mean, out_mean));
}

static void input_784(const kernel *k) {
    MEASURE(input_det, (1, 784, in_mean, in_var, out_mean));
}

static void covariance_fc3(const kernel *k) {
    MEASURE(covariance_general,
            (&fc3, (uint32_t)k->outputs, in_var, weights, out_var, scratch, out_mean));
}

static void classify_10(const kernel *k) {
    pfp_uncertainty uncertainty;
    memset(out_var, 0, 55 * sizeof *out_var); /* the covariance: the identity */
    for (size_t i = 0; i < 10; i++) {
        out_var[i * (i + 3) / 2] = 1.0f;
    }
    MEASURE(classify_general,
            (10, 128, in_mean, out_var, weights, scratch, out_mean, &uncertainty));
}

static void finite_784(const kernel *k) {
    MEASURE(finite_exact, (784, in_mean));
}

#define POOLED "conv2d_maxpool2d_relu"

static void normal_1176(const kernel *k) {
    pfp_normal_state state;
    pfp_normal_seed(&state, 1);
    MEASURE(normal_general, (1176, &state, out_mean));
}

static void dense_sampled_fc1(const kernel *k) {
    pfp_normal_state state;
    pfp_normal_seed(&state, 1);
    MEASURE(dense_sampled, (&fc1, in_mean, weights, &state, scratch, out_mean));
}

static void draw_1176(const kernel *k) {
    pfp_normal_state state;
    pfp_normal_seed(&state, 1);
    MEASURE(draw_general, (1176, in_mean, in_var, &state, out_mean));
}

static void reparameterize_1176(const kernel *k) {
    pfp_normal_state state;
    pfp_normal_seed(&state, 1);
    MEASURE(reparameterize_general, (1176, in_mean, in_var, &state, out_mean));
}

static void softmax_10(const kernel *k) {
    pfp_uncertainty uncertainty;
    MEASURE(softmax_exact, (10, in_mean, out_mean, &uncertainty));
}

static void accumulate_10(const kernel *k) {
    MEASURE(accumulate_exact, (10, 2, in_mean, out_mean, out_var));
}

static void mixture_10(const kernel *k) {
    pfp_uncertainty uncertainty;
    MEASURE(mixture_exact, (10, 0.5f, in_var, &uncertainty));
}

static const struct workload {
    const char *op, *form, *shape;
    unsigned long work;
    const char *unit;
    void (*run)(const kernel *k);
} workloads[] = {
    {"dense", "general", "400-120", 400 * 120, "weight", dense_fc1},
    {"dense", "general", "84-10", 84 * 10, "weight", dense_fc3},
    {"dense", "det", "784-100", 784 * 100, "weight", dense_mlp1},
    {"dense", "exact", "400-120", 400 * 120, "weight", dense_exact_fc1},
    {"dense", "exact", "784-100", 784 * 100, "weight", dense_exact_mlp1},
    {"conv2d", "general", "14x14x6, 16@5x5", 100 * 16 * 150, "multiply-add", conv2d_conv2},
    {"conv2d", "det", "28x28x1, 6@5x5 pad 2", 784 * 6 * 25, "multiply-add", conv2d_conv1},
    {"conv2d", "exact", "14x14x6, 16@5x5", 100 * 16 * 150, "multiply-add", conv2d_exact_conv2},
    {"conv2d", "exact", "28x28x1, 6@5x5 pad 2", 784 * 6 * 25, "multiply-add", conv2d_exact_conv1},
    {POOLED, "general", "14x14x6, 16@5x5", 100 * 16 * 150, "multiply-add", conv2d_conv2_pooled},
    {POOLED, "det", "28x28x1, 6@5x5 pad 2", 784 * 6 * 25, "multiply-add", conv2d_conv1_pooled},
    {POOLED, "exact", "14x14x6, 16@5x5", 100 * 16 * 150, "multiply-add", conv2d_exact_conv2_pooled},
    {POOLED, "exact", "28x28x1, 6@5x5 pad 2", 784 * 6 * 25, "multiply-add",
     conv2d_exact_conv1_pooled},
    {"relu", "general", "1176", 1176, "element", relu_1176},
    {"relu", "det", "1176", 1176, "element", relu_det_1176},
    {"maxpool2d", "general", "28x28x6, 2x2", 1176, "output", maxpool2d_pool1},
    {"maxpool2d", "det", "28x28x6, 2x2", 1176, "output", maxpool2d_det_pool1},
    {"maxpool2d_relu", "general", "28x28x6, 2x2", 1176, "output", maxpool2d_pool1},
    {"maxpool2d_relu", "det", "28x28x6, 2x2", 1176, "output", maxpool2d_det_pool1},
    {"input", "det", "784", 784, "element", input_784},
    {"covariance", "general", "84-10", 45 * 84, "multiply-add", covariance_fc3},
    {"classify", "general", "10 classes, 128 points", 128, "point", classify_10},
    {"finite", "exact", "784", 784, "element", finite_784},
    {"normal", "general", "1176", 1176, "draw", normal_1176},
    {"draw", "general", "1176", 1176, "draw", draw_1176},
    {"reparameterize", "general", "1176", 1176, "draw", reparameterize_1176},
    {"dense", "sampled", "400-120", 400 * 120, "weight", dense_sampled_fc1},
    {"softmax", "exact", "10 classes", 10, "class", softmax_10},
    {"accumulate", "exact", "10", 10, "element", accumulate_10},
    {"mixture", "exact", "10 classes", 10, "class", mixture_10},
};

static void measure(const struct workload *w, const kernel *k) {
    printf("%s\t%s\t%lu\t%s\n", k->symbol, w->shape, w->work, w->unit);
    w->run(k);
}

/* Planar kernels take one channel, which a shape names as H x W x 1. */
static int takes(const kernel *k, const struct workload *w) {
    return strcmp(k->needs, "planar") != 0 || strstr(w->shape, "x1,") != NULL;
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
            if (takes(k, w)) {
                measure(w, k);
            }
        }
        FOR_EACH_STORED_KERNEL(k, w->op, w->form) {
            measure(w, k);
        }
    }
    return 0;
}
