/*
 * Writes what every layer of a model made for one input; the model is generated with --trace.
 *
 *   trace IN OUT
 *
 * IN: MODEL_INPUT_LEN float32. OUT: for each layer in order, as many float32 of mean, then of
 * variance, zeros where the layer is exact. Layouts are the runtime's: H, W, C.
 */
#include <stdio.h>
#include <string.h>

#include "model.h"

static PFP_ALIGN(MODEL_ARENA_ALIGN) uint8_t arena[MODEL_ARENA_BYTES];
static float input[MODEL_INPUT_LEN];

int main(int argc, char **argv) {
    FILE *in = argc == 3 ? fopen(argv[1], "rb") : NULL;
    FILE *out = argc == 3 ? fopen(argv[2], "wb") : NULL;
    model_output output;
    if (!in || !out || fread(input, sizeof input, 1, in) != 1) {
        fprintf(stderr, "usage: trace IN OUT, IN holds %u floats\n", MODEL_INPUT_LEN);
        return 2;
    }
    pfp_status status = model_predict(arena, sizeof arena, input, &output);
    if (status != PFP_OK) {
        fprintf(stderr, "%s\n", pfp_status_string(status));
        return 2;
    }
    for (size_t i = 0; i < MODEL_TRACE_LAYERS; i++) {
        const pfp_trace_layer *layer = &model_trace[i];
        fwrite(arena + layer->mean_offset, sizeof(float), layer->len, out);
        for (uint32_t k = 0; k < layer->len; k++) {
            float var = 0;
            if (layer->var_offset != PFP_TRACE_EXACT) {
                memcpy(&var, arena + layer->var_offset + k * sizeof var, sizeof var);
            }
            fwrite(&var, sizeof var, 1, out);
        }
    }
    return fclose(out) != 0;
}
