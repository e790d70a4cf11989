#ifndef PFP_TEST_DRAW_H
#define PFP_TEST_DRAW_H

#include <stdint.h>

/** The seed of this run: a constant, or the environment variable PFP_TEST_SEED. */
uint64_t draw_seed(void);

/** Starts the generator anew from draw_seed(), so that a test does not depend on those before. */
void draw_restart(void);

/** The next 64 random bits (splitmix64). */
uint64_t draw_bits(void);

/** Uniform in [low, high). */
float draw_uniform(float low, float high);

/** Uniform over the whole numbers low..high, as float. */
float draw_whole(int low, int high);

/** 10^e with e uniform in [low, high): spreads over magnitudes. */
float draw_magnitude(float low, float high);

#endif
