#include "predict.h"

#include "lanes.h"
#include "moments_pass.h"
#include "threads.h"

typedef struct job {
    const network *net;
    const blocks *images;
    enum covariance level;
    points normals;
    /** Floats an image, and [images][width] of them. */
    size_t width;
    float *results;
} job;

/** Puts `rows` of [rows][BLOCK] into the results of each image, from float `at` on; returns the
 * next. */
static size_t put(const job *j, size_t block, size_t at, size_t rows, const float *values) {
    const size_t images = images_in(j->images, block);
    for (size_t image = 0; image < images; image++) {
        float *to = j->results + (block * BLOCK + image) * j->width + at;
        for (size_t row = 0; row < rows; row++) {
            to[row] = values[row * BLOCK + image];
        }
    }
    return at + rows;
}

static void run_blocks(void *argument, size_t first, size_t end) {
    const job *j = argument;
    const size_t outputs = elements(value_shape(j->net, j->net->output));
    const size_t triangle = outputs * (outputs + 1) / 2;
    const moments_network moments = make_moments_network(j->net, 1);
    const covariance_work work = make_covariance_work(j->net, j->level);
    float *cov = allocate(triangle * BLOCK, sizeof *cov);
    float *scratch = allocate((outputs + 1) * BLOCK, sizeof *scratch);
    float *answer = allocate((outputs + 1) * BLOCK, sizeof *answer);
    for (size_t block = first; block < end; block++) {
        moments_pass(&moments, block_at(j->images, block));
        const float *mean = part_of(&moments.buffers, j->net->output, MEAN);
        size_t at = put(j, block, 0, outputs, mean);
        at = put(j, block, at, outputs, part_of(&moments.buffers, j->net->output, VAR));
        if (j->net->head == HEAD_CLASSIFICATION) {
            output_covariance(&work, &moments, cov);
            at = put(j, block, at, triangle, cov);
            classify(outputs, mean, cov, j->normals, scratch, answer);
            put(j, block, at, outputs + 1, answer);
        }
    }
}

void predict(const network *net, const blocks *images, enum covariance level, points normals,
             const char *path) {
    const size_t outputs = elements(value_shape(net, net->output));
    job j = {net, images, level, normals, 2 * outputs, NULL};
    if (net->head == HEAD_CLASSIFICATION) {
        j.width += outputs * (outputs + 1) / 2 + outputs + 1;
    }
    j.results = allocate(images->images * j.width, sizeof(float));
    share_blocks(run_blocks, &j, images->count);
    write_file(path, j.results, images->images * j.width * sizeof(float));
}
