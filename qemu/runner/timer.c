/**
 * timer IN OUT MILLISECONDS: predicts the first image of a file again and again for about that
 * long, or as many as a model for batches takes at once, and writes the shortest time that one call
 * took, where nothing is emulated.
 *
 *   IN   as main.c reads it
 *   OUT  lines of text: `whole NANOSECONDS`, then `site NUMBER NANOSECONDS` for each kernel call
 *        where the model has probes with PFP_PROBE_CLOCK (probes.h)
 * Exit codes: 0, 1 for files it cannot use, 10 + status when model_predict refuses an image.
 */

#define _POSIX_C_SOURCE 200809L

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "model.h"
#include "model_call.h"

#ifndef PFP_PROBE_CLOCK
#define PFP_PROBE_CLOCK
#endif
#include "../probes.h"

#define STATUS_EXIT_CODE 10

/* pfp bench refuses models with more sites. */
enum { SITES = 1024, MIN_RUNS = 20 };

static float inputs[BATCH * MODEL_INPUT_LEN];
static model_output outputs[BATCH];

/* Of one prediction; a site inside a loop runs several times. */
static uint64_t begun[SITES], spent[SITES], shortest[SITES];
static unsigned used; /* sites, so that collect touches no more of the cache than it must */

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

void pfp__probe_begin(unsigned site) {
    used = site >= used ? site + 1 : used;
    begun[site] = now();
}

void pfp__probe_end(unsigned site) {
    spent[site] += now() - begun[site];
}

/** Keeps the smaller time of each site that was run, and forgets this prediction's. */
static void collect(void) {
    for (unsigned i = 0; i < used; i++) {
        if (spent[i] > 0 && (shortest[i] == 0 || spent[i] < shortest[i])) {
            shortest[i] = spent[i];
        }
        spent[i] = 0;
    }
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: timer IN OUT MILLISECONDS\n");
        return 1;
    }
    uint32_t header[3];
    FILE *in = fopen(argv[1], "rb");
    if (in == NULL || fread(header, sizeof header, 1, in) != 1 || header[2] != MODEL_INPUT_LEN ||
        fread(inputs, sizeof inputs, 1, in) != 1) {
        fprintf(stderr, "timer: cannot read %s\n", argv[1]);
        return 1;
    }
    fclose(in);

    if (begin_model() != PFP_OK) {
        fprintf(stderr, "timer: cannot draw the weights\n");
        return 1;
    }
    begin_image(0);
    const uint64_t end = now() + strtoull(argv[3], NULL, 10) * 1000000u;
    uint64_t whole = UINT64_MAX;
    for (int run = 0; run < MIN_RUNS || now() < end; run += run < MIN_RUNS) {
        const uint64_t start = now();
        const pfp_status status = predict_batch(BATCH, inputs, outputs);
        const uint64_t time = now() - start;
        if (status != PFP_OK) {
            fprintf(stderr, "timer: %s\n", pfp_status_string(status));
            return STATUS_EXIT_CODE + (int)status;
        }
        whole = time < whole ? time : whole;
        collect();
    }

    FILE *out = fopen(argv[2], "w");
    if (out == NULL) {
        perror(argv[2]);
        return 1;
    }
    fprintf(out, "whole %llu\n", (unsigned long long)whole);
    for (unsigned i = 0; i < used; i++) {
        if (shortest[i] > 0) {
            fprintf(out, "site %u %llu\n", i, (unsigned long long)shortest[i]);
        }
    }
    return fclose(out) == 0 ? 0 : 1;
}
