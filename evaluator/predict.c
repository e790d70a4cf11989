#include "predict.h"

#include "lanes.h"
#include "moments_pass.h"
#include "threads.h"

typedef struct job {
    const network *net;
    const blocks *images;
    enum covariance level;
    points normals;
    given_moments given;
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

/** Turns columns of a block of [units][images] into [units][BLOCK]. */
static void take(const job *j, size_t block, size_t units, const float *from, float *to) {
    for (size_t unit = 0; unit < units; unit++) {
        for (size_t image = 0; image < images_in(j->images, block); image++) {
            to[unit * BLOCK + image] = from[unit * j->images->images + block * BLOCK + image];
        }
    }
}

/** The pass of a block, from the given moments on where there are some. */
static void run_pass(const job *j, const moments_network *moments, size_t block) {
    const float *in = block_at(j->images, block);
    for (size_t i = 0; i < j->net->op_count; i++) {
        moments_op(moments, i, in);
        if (i + 1 == j->given.value) {
            const size_t units = elements(j->net->ops[i].out);
            const float *var = j->given.moments + units * j->images->images;
            take(j, block, units, j->given.moments,
                 part_of(&moments->buffers, j->given.value, MEAN));
            take(j, block, units, var, part_of(&moments->buffers, j->given.value, VAR));
        }
    }
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
        run_pass(j, &moments, block);
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
             given_moments given, const char *path) {
    const size_t outputs = elements(value_shape(net, net->output));
    job j = {net, images, level, normals, given, 2 * outputs, NULL};
    if (net->head == HEAD_CLASSIFICATION) {
        j.width += outputs * (outputs + 1) / 2 + outputs + 1;
    }
    j.results = allocate(images->images * j.width, sizeof(float));
    share_blocks(run_blocks, &j, images->count);
    write_file(path, j.results, images->images * j.width * sizeof(float));
}
