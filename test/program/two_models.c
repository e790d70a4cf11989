/*
 * Two generated models, `first` and `second`, in one program: every argument error has its own
 * status and leaves the output alone, and each arena keeps its own state, also when two threads
 * predict at once. Prints what is wrong and exits 1.
 */
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "first.h"
#include "second.h"

#define ROUNDS 50

static int problems;

static void expect(int holds, const char *what) {
    if (!holds) {
        printf("not so: %s\n", what);
        problems++;
    }
}

enum { CANARY_BYTES = 256, CANARY = 0xc5 };

/* An arena as large as stated, with bytes behind it that nothing may change. */
static unsigned char *new_arena(size_t bytes, size_t align) {
    unsigned char *arena = aligned_alloc(align, (bytes + CANARY_BYTES + align - 1) / align * align);
    if (!arena) {
        exit(2);
    }
    memset(arena + bytes, CANARY, CANARY_BYTES);
    return arena;
}

static void free_arena(unsigned char *arena, size_t bytes) {
    for (size_t i = 0; i < CANARY_BYTES; i++) {
        expect(arena[bytes + i] == CANARY, "nothing is written behind the arena");
    }
    free(arena);
}

static float *new_input(size_t len, float first) {
    float *input = malloc(len * sizeof *input);
    if (!input) {
        exit(2);
    }
    for (size_t i = 0; i < len; i++) {
        input[i] = fmodf(first + 0.37f * (float)i, 1.0f);
    }
    return input;
}

static void check_statuses(void) {
    unsigned char *arena = new_arena(FIRST_ARENA_BYTES, FIRST_ARENA_ALIGN);
    float *input = new_input(FIRST_INPUT_LEN, 0.0f);
    first_output out, before;
    memset(&before, 0x5a, sizeof before);
    memcpy(&out, &before, sizeof out);

    const size_t bytes = FIRST_ARENA_BYTES;
    expect(first_predict(NULL, bytes, input, &out) == PFP_E_NULL, "NULL arena: PFP_E_NULL");
    expect(first_predict(arena, bytes, NULL, &out) == PFP_E_NULL, "NULL input: PFP_E_NULL");
    expect(first_predict(arena, bytes, input, NULL) == PFP_E_NULL, "NULL output: PFP_E_NULL");
    expect(first_predict(arena + 4, bytes, input, &out) == PFP_E_ALIGN, "arena + 4: PFP_E_ALIGN");
    expect(first_predict(arena, bytes, (float *)(void *)((char *)input + 1), &out) == PFP_E_ALIGN,
           "input + 1 byte: PFP_E_ALIGN");
    expect(first_predict(arena, bytes - 1, input, &out) == PFP_E_ARENA, "short arena: PFP_E_ARENA");
    const float bad[] = {NAN, INFINITY, -INFINITY};
    const size_t places[] = {0, 1, FIRST_INPUT_LEN / 2, FIRST_INPUT_LEN - 1};
    for (size_t b = 0; b < sizeof bad / sizeof *bad; b++) {
        for (size_t p = 0; p < sizeof places / sizeof *places; p++) {
            const float good = input[places[p]];
            input[places[p]] = bad[b];
            expect(first_predict(arena, bytes, input, &out) == PFP_E_NONFINITE,
                   "NaN or infinity: PFP_E_NONFINITE");
            input[places[p]] = good;
        }
    }
    const float usual = input[0];
    input[0] = 1e30f;
    expect(first_predict(arena, bytes, input, &out) == PFP_E_RANGE, "1e30: PFP_E_RANGE");
    input[0] = usual;
    expect(memcmp(&out, &before, sizeof out) == 0, "the output is untouched after an error");
    expect(first_predict(arena, bytes, input, &out) == PFP_OK,
           "a good call after bad ones: PFP_OK");
    free(input);
    free_arena(arena, bytes);
}

/* Predictions of both models by turns, each in its own arena, compared with the first ones. */
static void *predict_by_turns(void *unused) {
    (void)unused;
    unsigned char *first_arena = new_arena(FIRST_ARENA_BYTES, FIRST_ARENA_ALIGN);
    unsigned char *second_arena = new_arena(SECOND_ARENA_BYTES, SECOND_ARENA_ALIGN);
    float *first_input = new_input(FIRST_INPUT_LEN, 0.1f);
    float *second_input = new_input(SECOND_INPUT_LEN, 0.2f);
    static const first_output first_zero;
    static const second_output second_zero;
    first_output first_begin = first_zero, first_now = first_zero;
    second_output second_begin = second_zero, second_now = second_zero;
    long differences = 0;
    for (int round = 0; round < ROUNDS; round++) {
        memset(first_arena, round, FIRST_ARENA_BYTES);
        memset(second_arena, 255 - round, SECOND_ARENA_BYTES);
        differences += first_predict(first_arena, FIRST_ARENA_BYTES, first_input, &first_now);
        differences += second_predict(second_arena, SECOND_ARENA_BYTES, second_input, &second_now);
        if (round == 0) {
            first_begin = first_now;
            second_begin = second_now;
        }
        differences += memcmp(&first_begin, &first_now, sizeof first_now) != 0;
        differences += memcmp(&second_begin, &second_now, sizeof second_now) != 0;
    }
    free(first_input);
    free(second_input);
    free_arena(first_arena, FIRST_ARENA_BYTES);
    free_arena(second_arena, SECOND_ARENA_BYTES);
    return (void *)differences;
}

int main(void) {
    check_statuses();
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) {
        if (pthread_create(&threads[i], NULL, predict_by_turns, NULL) != 0) {
            return 2;
        }
    }
    for (int i = 0; i < 2; i++) {
        void *differences;
        pthread_join(threads[i], &differences);
        expect(differences == NULL, "the same input gives the same output in any arena and thread");
    }
    return problems > 0;
}
