/*
 * Time of the dense kernels against the size of the layer, beside a plain read of as many bytes:
 *
 *   make bench-growth
 *
 * Prints a line for each kernel and size: `kernel, inputs, outputs, bytes, ns, ns of the read`,
 * each time the shortest of many, kernel and read in turns.
 */

#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "support/kernels.h"

enum { LARGEST = 3168, TURNS = 40 };

/** Bytes that hold one weight's mean and variance. */
static const struct format {
    const char *name;
    double bytes;
} formats[] = {{"f32", 8}, {"f16", 4}, {"bf16", 4}, {"i8u8", 2}, {"i8u4", 1.5}};

/** Square layers of 10 k, 100 k, 1 M and 10 M weights; multiples of 16, to fill every panel. */
static const uint32_t sides[] = {96, 320, 992, 3168};

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/** Small positive floats on a boundary of 64 bytes. */
static float *floats(size_t len) {
    void *memory = NULL;
    if (posix_memalign(&memory, 64, len * sizeof(float)) != 0) {
        fputs("growth: out of memory\n", stderr);
        exit(1);
    }
    float *values = memory;
    uint32_t state = 1;
    for (size_t i = 0; i < len; i++) {
        state = state * 1664525u + 1013904223u;
        values[i] = 0.01f + 0.1f * (float)(state >> 8) * 0x1p-24f;
    }
    return values;
}

/* Vectors written out, so that no compiler makes the yardstick slow. */
typedef uint64_t words __attribute__((vector_size(32)));

/** Adds up `count` vectors, four streams of a quarter each or one stream, four sums in flight. */
static uint64_t read_all(const words *in, size_t count, int streams) {
    words a = {0}, b = {0}, c = {0}, d = {0};
    const size_t quarter = count / 4;
    if (streams == 4) {
        for (size_t i = 0; i < quarter; i++) {
            a += in[i];
            b += in[quarter + i];
            c += in[2 * quarter + i];
            d += in[3 * quarter + i];
        }
    } else {
        for (size_t i = 0; i + 4 <= count; i += 4) {
            a += in[i];
            b += in[i + 1];
            c += in[i + 2];
            d += in[i + 3];
        }
    }
    a += b + c + d;
    return a[0] + a[1] + a[2] + a[3];
}

static double bytes_of(const char *name) {
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (strcmp(formats[i].name, name) == 0) {
            return formats[i].bytes;
        }
    }
    fprintf(stderr, "growth: unknown weights %s\n", name);
    exit(1);
}

static void measure(const kernel *k, uint32_t side, const float *in, const float *weights,
                    float *scratch, float *out_mean, float *out_var) {
    const pfp_dense_shape shape = {side, side, 1};
    const size_t bytes = (size_t)(bytes_of(k->weights) * side * side);
    dense_general *run = (dense_general *)k->function;
    static volatile uint64_t sink;
    uint64_t best = UINT64_MAX, best_read = UINT64_MAX;
    /* Small layers are repeated, so that the clock's own time vanishes. */
    const unsigned repeats = side < 400 ? 200 : side < 1200 ? 20 : 2;
    for (int turn = 0; turn < TURNS; turn++) {
        uint64_t start = now();
        for (unsigned i = 0; i < repeats; i++) {
            run(&shape, in, in, weights, scratch, out_mean, out_var);
        }
        const uint64_t spent = (now() - start) / repeats;
        best = spent < best ? spent : best;

        /* The better of two ways to read is the yardstick. */
        for (int streams = 1; streams <= 4; streams += 3) {
            start = now();
            for (unsigned i = 0; i < repeats; i++) {
                sink +=
                    read_all((const words *)(const void *)weights, bytes / sizeof(words), streams);
            }
            const uint64_t reading = (now() - start) / repeats;
            best_read = reading < best_read ? reading : best_read;
        }
    }
    printf("%s\t%u\t%u\t%zu\t%llu\t%llu\n", k->symbol, side, side, bytes, (unsigned long long)best,
           (unsigned long long)best_read);
}

int main(void) {
    const float *in = floats(LARGEST);
    /* Biases and scales beside the weights. */
    const float *weights = floats(2 * (size_t)LARGEST * (LARGEST + 2));
    float *scratch = floats(4 * LARGEST), *out_mean = floats(LARGEST), *out_var = floats(LARGEST);
    FOR_EACH_KERNEL(k, "dense", "general") {
        for (size_t i = 0; i < sizeof sides / sizeof sides[0]; i++) {
            measure(k, sides[i], in, weights, scratch, out_mean, out_var);
        }
    }
    return 0;
}
