#include <assert.h>

#include "pfp/pfp_kernels.h"

/* One step of splitmix64 (Steele, Lea & Flood 2014), whose outputs never repeat. */
static uint64_t next(uint64_t *state) {
    *state += 0x9E3779B97F4A7C15u;
    uint64_t z = *state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

void pfp_normal_seed(pfp_normal_state *state, uint64_t seed) {
    assert(state != NULL);
    for (int lane = 0; lane < 4; lane++) {
        /* No lane becomes all zero, since only one output is. */
        const uint64_t first = next(&seed), second = next(&seed);
        state->word[0][lane] = (uint32_t)first;
        state->word[1][lane] = (uint32_t)(first >> 32);
        state->word[2][lane] = (uint32_t)second;
        state->word[3][lane] = (uint32_t)(second >> 32);
    }
}
