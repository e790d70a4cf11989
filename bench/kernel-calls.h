#ifndef PFP_BENCH_KERNEL_CALLS_H
#define PFP_BENCH_KERNEL_CALLS_H

/*
 * One call of a kernel at a shape, by op, form and dtype, on memory that all use alike, between
 * markers or timed.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/kernel-shapes.h"
#include "qemu/markers.h"
#include "support/kernels.h"

#if defined(PFP_BENCH_CLOCK)
#define IS_TIMED 1
#else
#define IS_TIMED 0
#endif

/* Enough for the activations and the weights of every workload. */
enum { REGION = 0, ACTIVATIONS = 10000, WEIGHTS = 2 * 112 * (784 + 1) };

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

static void allocate_memory(void) {
    in_mean = floats(ACTIVATIONS, -2.0f, 2.0f);
    in_var = floats(ACTIVATIONS, 0.1f, 1.0f);
    weights = floats(WEIGHTS, 0.0f, 0.1f);
    out_mean = floats(ACTIVATIONS, 0.0f, 1.0f);
    out_var = floats(ACTIVATIONS, 0.0f, 1.0f);
    scratch = floats(ACTIVATIONS, 0.0f, 1.0f);
}

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

#endif
