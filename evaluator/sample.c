#include "sample.h"

#include <stdio.h>
#include <string.h>

#include "drawn_pass.h"
#include "lanes.h"
#include "softmax.h"
#include "threads.h"

typedef struct job {
    const network *net;
    const blocks *images;
    uint64_t seed;
    size_t checkpoint_count;
    const uint32_t *checkpoints;
    /** Doubles an image. */
    size_t width;
    /** [images][width], so far; [checkpoints][images][width], what is written. */
    double *sums, *results;
} job;

/** Adds one draw of a block of logits [classes][BLOCK] to the sums of its images. */
static void add_probabilities(size_t classes, float *logits, size_t images, double *sums) {
    for (int v = 0; v < VECTORS; v++) {
        float *of_vector = logits + v * PFP_LANES;
        pfp__vec_store(logits + classes * BLOCK + (size_t)v * PFP_LANES,
                       softmax(classes, BLOCK, of_vector));
    }
    for (size_t image = 0; image < images; image++) {
        for (size_t i = 0; i <= classes; i++) {
            sums[image * (classes + 1) + i] += (double)logits[i * BLOCK + image];
        }
    }
}

static void add_outputs(size_t outputs, const float *values, size_t images, double *sums) {
    for (size_t image = 0; image < images; image++) {
        double *of_image = sums + image * 2 * outputs;
        for (size_t i = 0; i < outputs; i++) {
            const double x = (double)values[i * BLOCK + image];
            of_image[i] += x;
            of_image[outputs + i] += x * x;
        }
    }
}

static void run_blocks(void *argument, size_t first, size_t end) {
    const job *j = argument;
    const size_t outputs = elements(value_shape(j->net, j->net->output));
    drawn_network drawn = make_drawn_network(j->net, j->seed, 0);
    float *logits = allocate((outputs + 1) * BLOCK, sizeof *logits);
    const size_t first_image = first * BLOCK;
    const size_t end_image = end * BLOCK < j->images->images ? end * BLOCK : j->images->images;
    uint32_t done = 0;
    for (size_t checkpoint = 0; checkpoint < j->checkpoint_count; checkpoint++) {
        for (; done < j->checkpoints[checkpoint]; done++) {
            draw_weights(&drawn);
            for (size_t block = first; block < end; block++) {
                drawn_pass(&drawn, block_at(j->images, block));
                memcpy(logits, part_of(&drawn.buffers, j->net->output, 0),
                       outputs * BLOCK * sizeof *logits);
                double *sums = j->sums + block * BLOCK * j->width;
                const size_t images = images_in(j->images, block);
                if (j->net->head == HEAD_CLASSIFICATION) {
                    add_probabilities(outputs, logits, images, sums);
                } else {
                    add_outputs(outputs, logits, images, sums);
                }
            }
            if (first == 0) {
                printf("draws %u\n", done + 1);
                fflush(stdout);
            }
        }
        const size_t at = first_image * j->width;
        memcpy(j->results + checkpoint * j->images->images * j->width + at, j->sums + at,
               (end_image - first_image) * j->width * sizeof(double));
    }
}

void sample(const network *net, const blocks *images, uint64_t seed, size_t checkpoint_count,
            const uint32_t *checkpoints, const char *path) {
    const size_t outputs = elements(value_shape(net, net->output));
    job j = {net, images, seed, checkpoint_count, checkpoints, 0, NULL, NULL};
    j.width = net->head == HEAD_CLASSIFICATION ? outputs + 1 : 2 * outputs;
    j.sums = allocate(images->images * j.width, sizeof(double));
    j.results = allocate(checkpoint_count * images->images * j.width, sizeof(double));
    share_blocks(run_blocks, &j, images->count);
    write_file(path, j.results, checkpoint_count * images->images * j.width * sizeof(double));
}
