/*
 * A generated model `many` for batches of four: full and partial batches have the numbers of their
 * inputs alone, and each error has its own status and leaves the outputs alone. Prints what is
 * wrong and exits 1.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "many.h"

static int problems;

static void expect(int holds, const char *what) {
    if (!holds) {
        printf("not so: %s\n", what);
        problems++;
    }
}

static PFP_ALIGN(MANY_ARENA_ALIGN) unsigned char arena[MANY_ARENA_BYTES + MANY_ARENA_ALIGN];
static float inputs[MANY_BATCH + 1][MANY_INPUT_LEN];
static many_output alone[MANY_BATCH], outs[MANY_BATCH], untouched[MANY_BATCH];

static pfp_status predict(size_t count) {
    memset(outs, 0x5a, sizeof outs);
    return many_predict_batch(arena, MANY_ARENA_BYTES, count, inputs[0], outs);
}

static void check_refusal(pfp_status status, pfp_status want, const char *what) {
    expect(status == want, what);
    expect(memcmp(outs, untouched, sizeof outs) == 0, "a refused batch leaves the outputs alone");
}

int main(void) {
    memset(untouched, 0x5a, sizeof untouched);
    for (size_t i = 0; i < MANY_BATCH; i++) {
        for (size_t k = 0; k < MANY_INPUT_LEN; k++) {
            inputs[i][k] = (float)((7 * i + k * k) % 11) / 11.0f;
        }
        memset(&alone[i], 0x5a, sizeof alone[i]);
        expect(many_predict(arena, MANY_ARENA_BYTES, inputs[i], &alone[i]) == PFP_OK, "one works");
    }
    expect(memcmp(&alone[0], &alone[1], sizeof alone[0]) != 0, "inputs differ");
    for (size_t count = 1; count <= MANY_BATCH; count++) {
        expect(predict(count) == PFP_OK, "a batch works");
        expect(memcmp(outs, alone, count * sizeof *outs) == 0, "each input as if alone");
        expect(memcmp(outs + count, untouched, (MANY_BATCH - count) * sizeof *outs) == 0,
               "outputs behind the batch are left alone");
    }

    check_refusal(predict(0), PFP_E_SHAPE, "an empty batch is refused");
    check_refusal(predict(MANY_BATCH + 1), PFP_E_SHAPE, "too large a batch is refused");
    check_refusal(many_predict_batch(NULL, sizeof arena, 2, inputs[0], outs), PFP_E_NULL,
                  "no arena");
    check_refusal(many_predict_batch(arena, sizeof arena, 2, NULL, outs), PFP_E_NULL, "no inputs");
    check_refusal(many_predict_batch(arena, MANY_ARENA_BYTES - 1, 2, inputs[0], outs), PFP_E_ARENA,
                  "too small an arena");
    check_refusal(many_predict_batch(arena + 4, MANY_ARENA_BYTES, 2, inputs[0], outs), PFP_E_ALIGN,
                  "a misaligned arena");
    const float kept = inputs[2][5];
    inputs[2][5] = NAN;
    check_refusal(predict(MANY_BATCH), PFP_E_NONFINITE, "a NaN in a later input");
    expect(predict(2) == PFP_OK, "a NaN behind the batch is not read");
    inputs[2][5] = 3e38f;
    check_refusal(predict(MANY_BATCH), PFP_E_RANGE, "an input too large, a later one");
    inputs[2][5] = kept;
    expect(predict(MANY_BATCH) == PFP_OK, "and the batch works again");
    return problems == 0 ? 0 : 1;
}
