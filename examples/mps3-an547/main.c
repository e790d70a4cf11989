/* Classifies a digit and a garment, and says how far each answer can be trusted. */
#include <stdint.h>
#include <stdio.h>

#include "images.h"
#include "model.h"

static PFP_ALIGN(MODEL_ARENA_ALIGN) PFP_SECTION(".bss.pfp_arena") uint8_t arena[MODEL_ARENA_BYTES];
static float input[MODEL_INPUT_LEN];

static int classify(const char *name, const uint8_t pixels[MODEL_INPUT_LEN]) {
    model_output out;

    for (size_t i = 0; i < MODEL_INPUT_LEN; i++) {
        input[i] = (float)pixels[i] / 255.0f; /* the model was trained on 0..1 */
    }

    pfp_status status = model_predict(arena, sizeof arena, input, &out);
    if (status != PFP_OK) {
        printf("%s: %s\n", name, pfp_status_string(status));
        return 1;
    }

    printf("%-8s looks like %s (p = %.2f), aleatoric %.2f, epistemic %.2f nats\n", name,
           model_labels[out.label], (double)out.probability[out.label], (double)out.aleatoric,
           (double)out.epistemic);
    return 0;
}

int main(void) {
    return classify("digit", image_digit) | classify("garment", image_garment);
}
