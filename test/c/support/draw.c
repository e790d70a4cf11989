#include "support/draw.h"

#include <math.h>
#include <stdlib.h>

static uint64_t state;

uint64_t draw_seed(void) {
    const char *seed = getenv("PFP_TEST_SEED");
    return seed != NULL ? strtoull(seed, NULL, 0) : 20240607u;
}

void draw_restart(void) {
    state = draw_seed();
}

uint64_t draw_bits(void) {
    state += 0x9E3779B97F4A7C15u;
    uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

float draw_uniform(float low, float high) {
    const float unit = (float)(draw_bits() >> 40) * 0x1p-24f;
    return low + (high - low) * unit;
}

float draw_whole(int low, int high) {
    return (float)(low + (int)(draw_bits() % (uint64_t)(high - low + 1)));
}

float draw_magnitude(float low, float high) {
    return powf(10.0f, draw_uniform(low, high));
}
