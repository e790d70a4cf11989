#ifndef PFP_RUNNER_MODEL_CALL_H
#define PFP_RUNNER_MODEL_CALL_H

/**
 * One way to call a model of any mode. Draws come from generators with fixed seeds, so that a run
 * can be repeated: image n's from seed n, those beforehand from seed 0.
 */

#include "model.h"

static PFP_ALIGN(MODEL_ARENA_ALIGN) PFP_SECTION(".bss.pfp_arena") uint8_t arena[MODEL_ARENA_BYTES];

#if defined(MODEL_DRAWN_BYTES)
static PFP_ALIGN(MODEL_ARENA_ALIGN) PFP_SECTION(".bss.pfp_arena") uint8_t drawn[MODEL_DRAWN_BYTES];
#elif defined(MODEL_SAMPLES)
static pfp_normal_state draws;
#endif

/** Once, before all images. */
static inline pfp_status begin_model(void) {
#if defined(MODEL_DRAWN_BYTES)
    pfp_normal_state state;
    pfp_normal_seed(&state, 0);
    return model_draw(drawn, sizeof drawn, &state);
#else
    return PFP_OK;
#endif
}

/** Before image `number`. */
static inline void begin_image(uint32_t number) {
#if defined(MODEL_SAMPLES) && !defined(MODEL_DRAWN_BYTES)
    pfp_normal_seed(&draws, number);
#else
    (void)number;
#endif
}

static inline pfp_status predict(const float *input, model_output *output) {
#if defined(MODEL_DRAWN_BYTES)
    return model_predict(arena, sizeof arena, input, drawn, output);
#elif defined(MODEL_SAMPLES)
    return model_predict(arena, sizeof arena, input, &draws, output);
#else
    return model_predict(arena, sizeof arena, input, output);
#endif
}

/** Inputs of one predict_batch, at most. */
#ifdef MODEL_BATCH
#define BATCH MODEL_BATCH
#else
#define BATCH 1
#endif

static inline pfp_status predict_batch(size_t count, const float *inputs, model_output *outputs) {
#ifdef MODEL_BATCH
    return model_predict_batch(arena, sizeof arena, count, inputs, outputs);
#else
    (void)count;
    return predict(inputs, outputs);
#endif
}

#endif
