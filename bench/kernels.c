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
#include <string.h>

#include "bench/kernel-calls.h"
#include "bench/kernel-shapes.h"
#include "support/kernels.h"

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
    {"softmax", "exact", softmax_at, SHAPES(class_counts, 1)},
    {"accumulate", "exact", accumulate_at, SHAPES(class_counts, 1)},
    {"mixture", "exact", mixture_at, SHAPES(class_counts, 1)},
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
    allocate_memory();
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
