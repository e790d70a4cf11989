/**
 * runner IN OUT: predicts every image of a file with the generated model it is built with. The
 * same program runs on a desktop, under qemu-aarch64 and, through semihosting, on a bare board.
 *
 * All values are little-endian 32-bit.
 *   IN   magic "PFP1", count, MODEL_INPUT_LEN, then count * MODEL_INPUT_LEN floats
 *   OUT  magic "PFP1", count, floats per image n, then count * n floats:
 *        classification: mean[], var[], probability[], total, aleatoric, epistemic, label,
 *                        and the decision of a model that decides
 *        regression:     mean[], var[], total[], aleatoric[], epistemic[]
 * A model for batches gets as many images at once as it takes.
 * Exit codes: 0, 1 for files it cannot use, 10 + status when the model refuses an image.
 */

#include <stdint.h>
#include <stdio.h>

#include "../markers.h"
#include "model.h"
#include "model_call.h"

#define MAGIC 0x31504650U /* "PFP1" */
#define STATUS_EXIT_CODE 10

#if defined(MODEL_DECIDE_MAX_EPISTEMIC)
#define RESULT_FLOATS (3 * MODEL_CLASSES + 5)
#elif defined(MODEL_CLASSES)
#define RESULT_FLOATS (3 * MODEL_CLASSES + 4)
#else
#define RESULT_FLOATS (5 * MODEL_OUTPUTS)
#endif

static float *append(float *result, const float *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        *result++ = values[i];
    }
    return result;
}

static void flatten(const model_output *output, float *result) {
#ifdef MODEL_CLASSES
    result = append(result, output->mean, MODEL_CLASSES);
    result = append(result, output->var, MODEL_CLASSES);
    result = append(result, output->probability, MODEL_CLASSES);
    *result++ = output->total;
    *result++ = output->aleatoric;
    *result++ = output->epistemic;
    *result++ = (float)output->label;
#ifdef MODEL_DECIDE_MAX_EPISTEMIC
    *result = (float)model_decide(output);
#endif
#else
    result = append(result, output->mean, MODEL_OUTPUTS);
    result = append(result, output->var, MODEL_OUTPUTS);
    result = append(result, output->total, MODEL_OUTPUTS);
    result = append(result, output->aleatoric, MODEL_OUTPUTS);
    append(result, output->epistemic, MODEL_OUTPUTS);
#endif
}

static float inputs[BATCH * MODEL_INPUT_LEN];
static model_output outputs[BATCH];

/** Says which image of a refused batch it is, and why; returns the exit code. */
static int refuse(uint32_t first, uint32_t count) {
    pfp_status status = PFP_OK;
    uint32_t image = 0;
    for (; image < count; image++) {
        begin_image(first + image);
        status = predict(inputs + image * MODEL_INPUT_LEN, outputs);
        if (status != PFP_OK) {
            break;
        }
    }
    fprintf(stderr, "runner: image %lu: %s\n", (unsigned long)(first + image),
            pfp_status_string(status));
    return STATUS_EXIT_CODE + (int)status;
}

/** Predicts one batch after the other, so that memory does not grow with the number of images. */
static int predict_all(uint32_t images, FILE *in, FILE *out) {
    static float result[RESULT_FLOATS];
    for (uint32_t first = 0; first < images; first += BATCH) {
        const uint32_t count = images - first < BATCH ? images - first : BATCH;
        if (fread(inputs, MODEL_INPUT_LEN * sizeof *inputs, count, in) != count) {
            fprintf(stderr, "runner: input ends before image %lu\n", (unsigned long)(images - 1));
            return 1;
        }
        begin_image(first);
        PFP_REGION_BEGIN(0);
        const pfp_status status = predict_batch(count, inputs, outputs);
        PFP_REGION_END(0);
        if (status != PFP_OK) {
            return refuse(first, count);
        }
        for (uint32_t i = 0; i < count; i++) {
            flatten(&outputs[i], result);
            if (fwrite(result, sizeof result, 1, out) != 1) {
                fprintf(stderr, "runner: cannot write the result of image %lu\n",
                        (unsigned long)(first + i));
                return 1;
            }
        }
    }
    return 0;
}

static int run(FILE *in, FILE *out) {
    uint32_t header[3];
    if (fread(header, sizeof header, 1, in) != 1 || header[0] != MAGIC ||
        header[2] != MODEL_INPUT_LEN) {
        fprintf(stderr, "runner: the input is not for this model\n");
        return 1;
    }
    header[2] = RESULT_FLOATS;
    if (fwrite(header, sizeof header, 1, out) != 1) {
        fprintf(stderr, "runner: cannot write the output\n");
        return 1;
    }
    if (begin_model() != PFP_OK) {
        fprintf(stderr, "runner: cannot draw the weights\n");
        return 1;
    }
    return predict_all(header[1], in, out);
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: runner IN OUT\n");
        return 1;
    }
    FILE *in = fopen(argv[1], "rb");
    if (in == NULL) {
        perror(argv[1]);
        return 1;
    }
    FILE *out = fopen(argv[2], "wb");
    if (out == NULL) {
        perror(argv[2]);
        fclose(in);
        return 1;
    }
    int code = run(in, out);
    fclose(in);
    if (fclose(out) != 0 && code == 0) {
        perror(argv[2]);
        code = 1;
    }
    return code;
}
