/**
 * Runs a network over a data set on this computer, for the statistics of codegen/src/eval/.
 *
 *   evaluator sample NETWORK INPUTS OUT SEED DRAWS...    see sample.h
 *   evaluator predict NETWORK INPUTS OUT LEVEL POINTS [OP MOMENTS]    see predict.h
 *   evaluator layers NETWORK INPUTS OUT SEED DRAWS IMAGES UNITS TRAINED    see layers.h
 *
 * NETWORK, TRAINED, INPUTS, POINTS, MOMENTS and UNITS are written by codegen/src/run/evaluator/;
 * LEVEL is none, last or two.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blocks.h"
#include "files.h"
#include "layers.h"
#include "network.h"
#include "predict.h"
#include "sample.h"

static uint64_t number(const char *text) {
    char *end;
    const unsigned long long value = strtoull(text, &end, 10);
    if (*text == '\0' || *end != '\0') {
        fail(text, "is no number");
    }
    return value;
}

static blocks read_blocks(const network *net, const char *path) {
    const inputs images = read_inputs(path);
    if (images.length != elements(net->in)) {
        fail(path, "has inputs of another length than the network");
    }
    return make_blocks(net, images);
}

static void run_sample(size_t count, char **arguments) {
    if (count < 5) {
        fail("sample", "expected NETWORK INPUTS OUT SEED DRAWS...");
    }
    const network net = read_network(arguments[0]);
    const blocks images = read_blocks(&net, arguments[1]);
    uint32_t *checkpoints = allocate(count - 4, sizeof *checkpoints);
    for (size_t i = 4; i < count; i++) {
        checkpoints[i - 4] = (uint32_t)number(arguments[i]);
    }
    sample(&net, &images, number(arguments[3]), count - 4, checkpoints, arguments[2]);
}

static enum covariance level_of(const char *text) {
    static const char *const names[] = {"none", "last", "two"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(text, names[i]) == 0) {
            return (enum covariance)i;
        }
    }
    fail(text, "is no level of covariance: none, last or two");
    return COVARIANCE_NONE;
}

static void run_predict(size_t count, char **arguments) {
    if (count != 5 && count != 7) {
        fail("predict", "expected NETWORK INPUTS OUT LEVEL POINTS [OP MOMENTS]");
    }
    const network net = read_network(arguments[0]);
    const blocks images = read_blocks(&net, arguments[1]);
    const inputs normals = read_inputs(arguments[4]);
    const points all = {normals.count, normals.values};
    given_moments given = {0, NULL};
    if (count == 7) {
        given.value = (uint32_t)number(arguments[5]);
        given.moments = read_inputs(arguments[6]).values;
    }
    predict(&net, &images, level_of(arguments[3]), all, given, arguments[2]);
}

static void run_layers(size_t count, char **arguments) {
    if (count != 8) {
        fail("layers", "expected NETWORK INPUTS OUT SEED DRAWS IMAGES UNITS TRAINED");
    }
    const network net = read_network(arguments[0]);
    const blocks images = read_blocks(&net, arguments[1]);
    const inputs units = read_inputs(arguments[6]);
    const network trained = read_network(arguments[7]);
    uint32_t *which = allocate(net.op_count * units.length, sizeof *which);
    for (size_t i = 0; i < net.op_count * units.length; i++) {
        which[i] = (uint32_t)units.values[i];
    }
    const recording recorded = {number(arguments[5]), units.length, which};
    layers(&net, &trained, &images, number(arguments[3]), number(arguments[4]), recorded,
           arguments[2]);
}

int main(int count, char **arguments) {
    const char *mode = count > 1 ? arguments[1] : "";
    if (strcmp(mode, "sample") == 0) {
        run_sample((size_t)count - 2, arguments + 2);
    } else if (strcmp(mode, "predict") == 0) {
        run_predict((size_t)count - 2, arguments + 2);
    } else if (strcmp(mode, "layers") == 0) {
        run_layers((size_t)count - 2, arguments + 2);
    } else {
        fail("evaluator", "expected sample, predict or layers, and its arguments");
    }
    return 0;
}
