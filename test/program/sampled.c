/*
 * A generated model in mode sampled, `drawing`, and one whose weights are drawn `beforehand`: every
 * argument error has its own status and leaves the output alone; the same seed gives the same bits,
 * whatever the arena held, also when two threads predict at once; another seed gives others. Prints
 * what is wrong and exits 1.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "beforehand.h"
#include "drawing.h"

static int problems;

static void expect(int holds, const char *what) {
    if (!holds) {
        printf("not so: %s\n", what);
        problems++;
    }
}

static void *memory(size_t bytes) {
    void *block = aligned_alloc(64, (bytes + 63) / 64 * 64);
    if (!block) {
        exit(2);
    }
    return block;
}

static float input[DRAWING_INPUT_LEN];

static drawing_output draw_from(pfp_normal_state *state, int garbage) {
    void *arena = memory(DRAWING_ARENA_BYTES);
    memset(arena, garbage, DRAWING_ARENA_BYTES);
    drawing_output out;
    memset(&out, 0, sizeof out);
    expect(drawing_predict(arena, DRAWING_ARENA_BYTES, input, state, &out) == PFP_OK, "PFP_OK");
    free(arena);
    return out;
}

static int same(const drawing_output *a, const drawing_output *b) {
    return memcmp(a, b, sizeof *a) == 0;
}

static void check_seeds(void) {
    pfp_normal_state one, again, two;
    pfp_normal_seed(&one, 1);
    pfp_normal_seed(&again, 1);
    pfp_normal_seed(&two, 2);
    const drawing_output first = draw_from(&one, 0x00), repeated = draw_from(&again, 0xff);
    const drawing_output other = draw_from(&two, 0x00), next = draw_from(&one, 0x5a);
    expect(same(&first, &repeated), "the same seed gives the same bits, whatever is in the arena");
    expect(!same(&first, &other), "another seed gives another answer");
    expect(!same(&first, &next), "the next prediction draws others");
    const drawing_output next_repeated = draw_from(&again, 0x00);
    expect(same(&next, &next_repeated), "the same state gives the same bits");
    expect(memcmp(&one, &again, sizeof one) == 0, "and leaves the same state");
}

/* Ten predictions from a seed of its own, twenty times, into the array that is given. */
enum { ROUNDS = 20, PREDICTIONS = 10 };

typedef struct task {
    uint64_t seed;
    drawing_output out[PREDICTIONS];
    int differences;
} task;

static void *predict_again(void *argument) {
    task *t = argument;
    for (int round = 0; round < ROUNDS; round++) {
        pfp_normal_state state;
        pfp_normal_seed(&state, t->seed);
        for (int i = 0; i < PREDICTIONS; i++) {
            const drawing_output now = draw_from(&state, round);
            if (round == 0) {
                t->out[i] = now;
            } else {
                t->differences += !same(&now, &t->out[i]);
            }
        }
    }
    return NULL;
}

static void check_threads(void) {
    static task tasks[2];
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) {
        tasks[i].seed = (uint64_t)i;
        if (pthread_create(&threads[i], NULL, predict_again, &tasks[i]) != 0) {
            exit(2);
        }
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
        expect(tasks[i].differences == 0, "a thread's draws are its own");
    }
}

static void check_statuses(void) {
    unsigned char *arena = memory(DRAWING_ARENA_BYTES + 4);
    pfp_normal_state state;
    pfp_normal_seed(&state, 1);
    drawing_output out, before;
    memset(&before, 0x5a, sizeof before);
    out = before;
    const size_t bytes = DRAWING_ARENA_BYTES;
    expect(drawing_predict(arena, bytes, input, NULL, &out) == PFP_E_NULL, "NULL state");
    expect(drawing_predict(NULL, bytes, input, &state, &out) == PFP_E_NULL, "NULL arena");
    expect(drawing_predict(arena + 4, bytes, input, &state, &out) == PFP_E_ALIGN, "arena + 4");
    expect(drawing_predict(arena, bytes - 1, input, &state, &out) == PFP_E_ARENA, "short arena");
    const float usual = input[0];
    input[0] = 1e30f;
    expect(drawing_predict(arena, bytes, input, &state, &out) == PFP_E_RANGE, "1e30");
    input[0] = usual;
    expect(same(&out, &before), "the output is untouched after an error");
    free(arena);
}

static void check_beforehand(void) {
    unsigned char *drawn = memory(BEFOREHAND_DRAWN_BYTES + 4);
    void *arena = memory(BEFOREHAND_ARENA_BYTES);
    pfp_normal_state state;
    pfp_normal_seed(&state, 1);
    const size_t bytes = BEFOREHAND_DRAWN_BYTES;
    expect(beforehand_draw(NULL, bytes, &state) == PFP_E_NULL, "draw: NULL memory");
    expect(beforehand_draw(drawn, bytes, NULL) == PFP_E_NULL, "draw: NULL state");
    expect(beforehand_draw(drawn + 4, bytes, &state) == PFP_E_ALIGN, "draw: misaligned memory");
    expect(beforehand_draw(drawn, bytes - 1, &state) == PFP_E_ARENA, "draw: too little memory");
    expect(beforehand_draw(drawn, bytes, &state) == PFP_OK, "draw: PFP_OK");

    beforehand_output first, again, other;
    memset(&first, 0, sizeof first);
    again = other = first;
    const size_t arena_bytes = BEFOREHAND_ARENA_BYTES;
    expect(beforehand_predict(arena, arena_bytes, input, NULL, &first) == PFP_E_NULL, "NULL drawn");
    expect(beforehand_predict(arena, arena_bytes, input, drawn + 4, &first) == PFP_E_ALIGN,
           "misaligned drawn");
    expect(beforehand_predict(arena, arena_bytes, input, drawn, &first) == PFP_OK, "PFP_OK");
    memset(arena, 0xff, arena_bytes);
    expect(beforehand_predict(arena, arena_bytes, input, drawn, &again) == PFP_OK, "PFP_OK");
    expect(memcmp(&first, &again, sizeof first) == 0, "the same weights give the same bits");
    expect(beforehand_draw(drawn, bytes, &state) == PFP_OK, "draw again");
    expect(beforehand_predict(arena, arena_bytes, input, drawn, &other) == PFP_OK, "PFP_OK");
    expect(memcmp(&first, &other, sizeof first) != 0, "others give another answer");
    free(drawn);
    free(arena);
}

int main(void) {
    for (size_t i = 0; i < DRAWING_INPUT_LEN; i++) {
        input[i] = (float)(i % 7) / 7.0f;
    }
    check_seeds();
    check_threads();
    check_statuses();
    check_beforehand();
    return problems == 0 ? 0 : 1;
}
