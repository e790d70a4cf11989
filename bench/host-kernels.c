/*
 * Time of the two models of models/ on this computer, layer by layer, as means and variances and
 * as plain numbers (the deterministic twin), by the kernels of one instruction set:
 *
 *   make -s -f bench/host-kernels.mk && build/host/bench/host-kernels
 *
 * An argument of 16, 32 or 48 begins all memory so many bytes behind a cache line. Each figure is
 * the least of many runs within this process, in which all take turns. Only ratios of one run mean
 * something.
 */

#define _POSIX_C_SOURCE 200112L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "support/kernels.h"

enum { ROUNDS = 4000, FLOATS = 8192, LAYERS_MAX = 8 };

enum op { DENSE, CONV, RELU };

typedef struct layer {
    enum op op;
    int is_first; /* its input is exact */
    pfp_dense_shape dense;
    pfp_conv2d_shape conv;
    size_t len;
} layer;

static const layer mlp[] = {
    {.op = DENSE, .is_first = 1, .dense = {784, 100, 1}},
    {.op = RELU, .len = 100},
    {.op = DENSE, .dense = {100, 100, 1}},
    {.op = RELU, .len = 100},
    {.op = DENSE, .dense = {100, 10, 1}},
};

/* Convolutions with pooling and relu: the shape's outputs are the pooled ones. */
static const layer lenet[] = {
    {.op = CONV, .is_first = 1, .conv = {28, 28, 1, 14, 14, 6, 5, 5, 1, 1, 2, 2, 1}},
    {.op = CONV, .conv = {14, 14, 6, 5, 5, 16, 5, 5, 1, 1, 0, 0, 1}},
    {.op = DENSE, .dense = {400, 120, 1}},
    {.op = RELU, .len = 120},
    {.op = DENSE, .dense = {120, 84, 1}},
    {.op = RELU, .len = 84},
    {.op = DENSE, .dense = {84, 10, 1}},
};

static const float shift[1] = {0.1307f};

/* Bytes behind a cache line: the interface promises 16-byte boundaries. */
static size_t offset_bytes = 0;

static float *floats(size_t len, float low, float high) {
    void *block;
    if (posix_memalign(&block, 64, len * sizeof(float) + offset_bytes) != 0) {
        fputs("out of memory\n", stderr);
        exit(1);
    }
    float *values = (float *)block + offset_bytes / sizeof(float);
    uint32_t state = 1;
    for (size_t i = 0; i < len; i++) {
        state = state * 1664525u + 1013904223u;
        values[i] = low + (high - low) * (float)(state >> 8) * 0x1p-24f;
    }
    return values;
}

/* The kernel of `isa` for op and form, of tier `tier` where it has tiers; NULL where there is none.
 */
static const kernel *find(const char *op, const char *form, const char *tier, const char *isa) {
    FOR_EACH_KERNEL(k, op, form) {
        if (strcmp(k->isa, isa) == 0 &&
            (strcmp(k->tier, tier) == 0 || strcmp(k->tier, "any") == 0)) {
            return k;
        }
    }
    return NULL;
}

/* A layer with its kernel, its own weights and the memory all layers take turns in. */
typedef struct step {
    const layer *l;
    const kernel *k;
    int is_exact;
    float *weights, *in_mean, *in_var, *out_mean, *out_var;
    double least_ns;
} step;

static size_t taps(const layer *l) {
    const pfp_conv2d_shape *c = &l->conv;
    return l->op == DENSE ? l->dense.in_len : (size_t)c->kernel_h * c->kernel_w * c->in_c;
}

static size_t outputs(const layer *l) {
    return l->op == DENSE ? l->dense.out_len : l->conv.out_c;
}

static void run(const step *s) {
    const layer *l = s->l;
    void (*f)(void) = s->k->function;
    float *in_mean = s->in_mean, *in_var = s->in_var;
    float *out_mean = s->out_mean, *out_var = s->out_var;
    switch (l->op) {
    case DENSE:
        if (s->is_exact) {
            ((dense_exact *)f)(&l->dense, in_mean, s->weights, NULL, out_mean);
        } else if (l->is_first) {
            ((dense_det *)f)(&l->dense, in_mean, shift, s->weights, NULL, out_mean, out_var);
        } else {
            ((dense_general *)f)(&l->dense, in_mean, in_var, s->weights, NULL, out_mean, out_var);
        }
        break;
    case CONV:
        if (s->is_exact) {
            ((conv2d_exact *)f)(&l->conv, in_mean, s->weights, NULL, out_mean);
        } else if (l->is_first) {
            ((conv2d_det *)f)(&l->conv, in_mean, shift, s->weights, NULL, out_mean, out_var);
        } else {
            ((conv2d_general *)f)(&l->conv, in_mean, in_var, s->weights, NULL, out_mean, out_var);
        }
        break;
    default:
        if (s->is_exact) {
            ((relu_det *)f)(l->len, in_mean, out_mean);
        } else {
            ((relu_general *)f)(l->len, in_mean, in_var, out_mean, out_var);
        }
    }
}

typedef struct net {
    size_t len;
    step steps[LAYERS_MAX];
    double least_ns;
} net;

static const char *const ops[] = {"dense", "conv2d_maxpool2d_relu", "relu"};

/* Nothing, with a word on it, where the instruction set lacks a kernel. */
static net build(const layer *layers, size_t len, int is_exact, const char *tier, const char *isa) {
    net n = {.len = len, .least_ns = 1e18};
    for (size_t i = 0; i < len; i++) {
        const layer *l = &layers[i];
        const char *form = is_exact && l->op != RELU ? "exact"
                           : is_exact || l->is_first ? "det"
                                                     : "general";
        step s = {.l = l, .k = find(ops[l->op], form, tier, isa), .is_exact = is_exact};
        if (s.k == NULL) {
            printf("no kernel for %s, form %s, %s\n", ops[l->op], form, isa);
            n.len = 0;
            return n;
        }
        if (l->op != RELU) {
            const size_t panels = (outputs(l) + s.k->outputs - 1) / s.k->outputs;
            const size_t moments = is_exact ? 1 : 2;
            s.weights = floats(panels * s.k->outputs * moments * (taps(l) + 1), 0.0f, 0.02f);
        }
        s.in_mean = i == 0 ? floats(FLOATS, 0.0f, 1.0f) : n.steps[i - 1].out_mean;
        s.in_var = i == 0 ? NULL : n.steps[i - 1].out_var;
        s.out_mean = floats(FLOATS, 0.0f, 1.0f);
        s.out_var = floats(FLOATS, 0.0f, 1.0f);
        s.least_ns = 1e18;
        n.steps[i] = s;
    }
    return n;
}

static double now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

static double least(double a, double b) {
    return a < b ? a : b;
}

static void time_once(net *n) {
    double start = now_ns();
    for (size_t i = 0; i < n->len; i++) {
        run(&n->steps[i]);
    }
    n->least_ns = least(n->least_ns, now_ns() - start);
    for (size_t i = 0; i < n->len; i++) {
        start = now_ns();
        run(&n->steps[i]);
        n->steps[i].least_ns = least(n->steps[i].least_ns, now_ns() - start);
    }
}

static void compare(const char *name, const layer *layers, size_t len, const char *tier,
                    const char *isa) {
    net pfp = build(layers, len, 0, tier, isa);
    net twin = build(layers, len, 1, tier, isa);
    if (pfp.len == 0 || twin.len == 0) {
        return;
    }
    for (int i = 0; i < ROUNDS; i++) {
        time_once(&pfp);
        time_once(&twin);
    }
    printf("%s, %s, %s: %.2f us, twin %.2f us, ratio %.2f\n", name, isa, tier, pfp.least_ns * 1e-3,
           twin.least_ns * 1e-3, pfp.least_ns / twin.least_ns);
    for (size_t i = 0; i < len; i++) {
        const double a = pfp.steps[i].least_ns, b = twin.steps[i].least_ns;
        printf("  %-48s %8.2f us %8.2f us %6.2f\n", pfp.steps[i].k->symbol, a * 1e-3, b * 1e-3,
               a / b);
    }
}

int main(int argc, char **argv) {
    offset_bytes = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
    static const char *const isas[] = {"x86", "c"};
    static const char *const tiers[] = {"accurate", "fast"};
    for (size_t i = 0; i < 2; i++) {
        for (size_t t = 0; t < 2; t++) {
            compare("mlp", mlp, sizeof mlp / sizeof mlp[0], tiers[t], isas[i]);
            compare("lenet5", lenet, sizeof lenet / sizeof lenet[0], tiers[t], isas[i]);
        }
    }
    return 0;
}
