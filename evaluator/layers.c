#include "layers.h"

#include <float.h>
#include <stdio.h>
#include <string.h>

#include "drawn_pass.h"
#include "lanes.h"
#include "moments_pass.h"
#include "threads.h"

/** Powers of the standardised draws whose means are written. */
enum { POWERS = 4 };
/** Of those of independent windows. */
enum { POOL_POWERS = 2 };

typedef struct job {
    const network *net, *trained;
    const blocks *images;
    uint64_t seed;
    size_t draws;
    recording recorded;
    /** By op, where its arrays begin in the results. */
    float **results;
    /** By op, where its recorded draws begin; then those of the outputs. */
    float **series, *outputs;
} job;

/** Sums over the draws of one op for one block. */
typedef struct op_sums {
    size_t units;
    /** [units][BLOCK]: of the pass. */
    float *mean, *rsd;
    /** [POWERS][units][BLOCK] */
    float *powers;
    /** Of maxpool2d: [POOL_POWERS][units][BLOCK], and the inputs of the last draws, as many as a
     * window. */
    float *pool_powers;
    size_t window, in_units;
    float **history;
} op_sums;

static op_sums make_sums(const network *net, const op *step) {
    op_sums sums = {0};
    sums.units = elements(step->out);
    sums.mean = allocate(sums.units * BLOCK, sizeof(float));
    sums.rsd = allocate(sums.units * BLOCK, sizeof(float));
    sums.powers = allocate(POWERS * sums.units * BLOCK, sizeof(float));
    if (step->kind == OP_MAXPOOL2D) {
        sums.window = (size_t)step->size_h * step->size_w;
        sums.in_units = elements(value_shape(net, step->input));
        sums.pool_powers = allocate(POOL_POWERS * sums.units * BLOCK, sizeof(float));
        sums.history = allocate(sums.window, sizeof *sums.history);
        for (size_t i = 0; i < sums.window; i++) {
            sums.history[i] = allocate(sums.in_units * BLOCK, sizeof(float));
        }
    }
    return sums;
}

static void keep_pass(const moments_network *moments, uint32_t value, op_sums *sums) {
    const size_t floats = sums->units * BLOCK;
    memcpy(sums->mean, part_of(&moments->buffers, value, MEAN), floats * sizeof(float));
    const float *var = part_of(&moments->buffers, value, VAR);
    for (size_t i = 0; i < floats; i += PFP_LANES) {
        const pfp__vec v = pfp__vec_max(pfp__vec_load(var + i), pfp__vec_set1(FLT_MIN));
        pfp__vec_store(sums->rsd + i, pfp__vec_rsqrt_accurate(v));
    }
}

static void add_powers(const op_sums *sums, const float *drawn, size_t powers, float *to) {
    const size_t floats = sums->units * BLOCK;
    for (size_t i = 0; i < floats; i += PFP_LANES) {
        const pfp__vec away = pfp__vec_sub(pfp__vec_load(drawn + i), pfp__vec_load(sums->mean + i));
        const pfp__vec d = pfp__vec_mul(away, pfp__vec_load(sums->rsd + i));
        pfp__vec power = d;
        for (size_t p = 0; p < powers; p++) {
            float *sum = to + p * floats + i;
            pfp__vec_store(sum, pfp__vec_add(pfp__vec_load(sum), power));
            power = pfp__vec_mul(power, d);
        }
    }
}

/** Pools windows whose elements come from the last draws, another each. */
static void pool_apart(const op *pool, shape in, const op_sums *sums, size_t draw, float *to) {
    for (size_t unit = 0; unit < sums->units; unit++) {
        const size_t plane = (size_t)pool->out.height * pool->out.width;
        const size_t c = unit / plane, y = unit % plane / pool->out.width,
                     x = unit % pool->out.width;
        const size_t row = c * in.height + y * pool->stride_h;
        const size_t corner = row * in.width + x * pool->stride_w;
        for (size_t lane = 0; lane < BLOCK; lane += PFP_LANES) {
            pfp__vec largest = pfp__vec_set1(-FLT_MAX);
            for (size_t i = 0; i < sums->window; i++) {
                const size_t at = corner + i / pool->size_w * in.width + i % pool->size_w;
                const float *from = sums->history[(draw + i) % sums->window];
                largest = pfp__vec_max(largest, pfp__vec_load(from + at * BLOCK + lane));
            }
            pfp__vec_store(to + unit * BLOCK + lane, largest);
        }
    }
}

static void record(const job *j, size_t block, size_t draw, uint32_t index, const float *drawn) {
    const size_t images = images_in(j->images, block);
    for (size_t image = 0; image < images; image++) {
        const size_t number = block * BLOCK + image;
        for (size_t u = 0; u < j->recorded.units && number < j->recorded.images; u++) {
            const size_t unit = j->recorded.which[index * j->recorded.units + u];
            j->series[index][(u * j->recorded.images + number) * j->draws + draw] =
                drawn[unit * BLOCK + image];
        }
        if (index + 1 == j->net->output) {
            const size_t outputs = elements(j->net->ops[index].out);
            for (size_t i = 0; i < outputs; i++) {
                j->outputs[(i * j->images->images + number) * j->draws + draw] =
                    drawn[i * BLOCK + image];
            }
        }
    }
}

/** Turns [units][BLOCK] into the columns of a block of [units][images], each times `factor`. */
static void put(const job *j, size_t block, size_t units, const float *from, float factor,
                float *to) {
    for (size_t unit = 0; unit < units; unit++) {
        for (size_t image = 0; image < images_in(j->images, block); image++) {
            to[unit * j->images->images + block * BLOCK + image] =
                from[unit * BLOCK + image] * factor;
        }
    }
}

static void put_sums(const job *j, size_t block, size_t index, const op_sums *sums,
                     const float *var) {
    const size_t plane = sums->units * j->images->images, floats = sums->units * BLOCK;
    const float share = 1.0f / (float)j->draws;
    float *to = j->results[index];
    put(j, block, sums->units, sums->mean, 1.0f, to);
    put(j, block, sums->units, var, 1.0f, to + plane);
    for (size_t p = 0; p < POWERS; p++) {
        put(j, block, sums->units, sums->powers + p * floats, share, to + (2 + p) * plane);
    }
    for (size_t p = 0; p < POOL_POWERS && sums->pool_powers != NULL; p++) {
        /* The first draws fill the history. */
        const float of_pool = 1.0f / (float)(j->draws - sums->window + 1);
        put(j, block, sums->units, sums->pool_powers + p * floats, of_pool,
            to + (2 + POWERS + p) * plane);
    }
}

static void add_draw(const job *j, drawn_network *drawn, size_t block, size_t draw, op_sums *sums,
                     float *scratch) {
    const network *net = j->net;
    drawn_pass(drawn, block_at(j->images, block));
    for (uint32_t i = 0; i < net->op_count; i++) {
        const op *step = &net->ops[i];
        const float *value = part_of(&drawn->buffers, i + 1, 0);
        op_sums *own = &sums[i];
        add_powers(own, value, POWERS, own->powers);
        if (own->history != NULL) {
            const float *in = step->input == 0 ? block_at(j->images, block)
                                               : part_of(&drawn->buffers, step->input, 0);
            memcpy(own->history[draw % own->window], in, own->in_units * BLOCK * sizeof *in);
            if (draw + 1 >= own->window) {
                pool_apart(step, value_shape(net, step->input), own, draw, scratch);
                add_powers(own, scratch, POOL_POWERS, own->pool_powers);
            }
        }
        record(j, block, draw, i, value);
    }
}

static void run_blocks(void *argument, size_t first, size_t end) {
    const job *j = argument;
    const network *net = j->net;
    drawn_network drawn = make_drawn_network(j->trained, j->seed, 1);
    const moments_network moments = make_moments_network(net, 1);
    op_sums *sums = allocate((end - first) * net->op_count, sizeof *sums);
    size_t largest = 1;
    for (size_t block = first; block < end; block++) {
        moments_pass(&moments, block_at(j->images, block));
        for (uint32_t i = 0; i < net->op_count; i++) {
            op_sums *own = &sums[(block - first) * net->op_count + i];
            *own = make_sums(net, &net->ops[i]);
            keep_pass(&moments, i + 1, own);
            largest = own->units > largest ? own->units : largest;
        }
    }
    float *scratch = allocate(largest * BLOCK, sizeof *scratch);
    for (size_t draw = 0; draw < j->draws; draw++) {
        draw_weights(&drawn);
        for (size_t block = first; block < end; block++) {
            add_draw(j, &drawn, block, draw, sums + (block - first) * net->op_count, scratch);
        }
        if (first == 0) {
            printf("draws %zu\n", draw + 1);
            fflush(stdout);
        }
    }
    for (size_t block = first; block < end; block++) {
        moments_pass(&moments, block_at(j->images, block));
        for (uint32_t i = 0; i < net->op_count; i++) {
            put_sums(j, block, i, &sums[(block - first) * net->op_count + i],
                     part_of(&moments.buffers, i + 1, VAR));
        }
    }
}

void layers(const network *net, const network *trained, const blocks *images, uint64_t seed,
            size_t draws, recording recorded, const char *path) {
    size_t floats = 0;
    size_t *starts = allocate(2 * net->op_count + 1, sizeof *starts);
    for (size_t i = 0; i < net->op_count; i++) {
        const size_t arrays =
            2 + POWERS + (net->ops[i].kind == OP_MAXPOOL2D ? (size_t)POOL_POWERS : 0);
        starts[i] = floats;
        floats += arrays * elements(net->ops[i].out) * images->images;
    }
    for (size_t i = 0; i < net->op_count; i++) {
        starts[net->op_count + i] = floats;
        floats += recorded.units * recorded.images * draws;
    }
    starts[2 * net->op_count] = floats;
    floats += elements(value_shape(net, net->output)) * images->images * draws;
    float *all = allocate(floats, sizeof *all);
    float **places = allocate(2 * net->op_count + 1, sizeof *places);
    for (size_t i = 0; i < 2 * net->op_count + 1; i++) {
        places[i] = all + starts[i];
    }
    job j = {net,
             trained,
             images,
             seed,
             draws,
             recorded,
             places,
             places + net->op_count,
             places[2 * net->op_count]};
    share_blocks(run_blocks, &j, images->count);
    write_file(path, all, floats * sizeof *all);
}
