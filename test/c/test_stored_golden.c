/* The dense kernels of compact formats read what the generator packs: test/golden/README.md. */

#include <string.h>

#include "support/check.h"
#include "support/guarded.h"
#include "support/kernels.h"

typedef struct golden_moments {
    double mean, var;
    double mean_terms, var_terms; /* what bounds the rounding errors */
} golden_moments;

typedef struct golden_layer {
    const char *format;
    uint32_t in_len, out_len;
    size_t weight_bytes;
    const uint32_t *weights;
    const float *in_mean, *in_var;
    const golden_moments *general, *det;
} golden_layer;

#include "../golden/stored_weights.h"

static float *copy(const void *values, size_t bytes) {
    float *copied = guarded_floats(bytes / sizeof(float));
    memcpy(copied, values, bytes);
    return copied;
}

static void check_layer(const kernel *k, const golden_layer *layer) {
    const int det = strcmp(k->form, "det") == 0;
    const pfp_dense_shape shape = {layer->in_len, layer->out_len, 1};
    const float *in_mean = copy(layer->in_mean, layer->in_len * sizeof(float));
    const float *in_var = copy(layer->in_var, layer->in_len * sizeof(float));
    const void *weights = copy(layer->weights, layer->weight_bytes);
    float *scratch = strcmp(k->scratch, "none") == 0 ? NULL : guarded_floats(layer->in_len);
    float *mean = guarded_floats(layer->out_len), *var = guarded_floats(layer->out_len);
    float *shift = guarded_floats(1);
    shift[0] = 0.0f;
    if (det) {
        ((dense_det *)k->function)(&shape, in_mean, shift, weights, scratch, mean, var);
    } else {
        ((dense_general *)k->function)(&shape, in_mean, in_var, weights, scratch, mean, var);
    }
    const golden_moments *want = det ? layer->det : layer->general;
    const double terms = (double)layer->in_len + 1.0;
    for (size_t i = 0; i < layer->out_len; i++) {
        check_close("mean", i, mean[i], want[i].mean, 0x1p-24 * (terms + 1.0) * want[i].mean_terms);
        check_close("var", i, var[i], want[i].var,
                    0x1p-24 * (2.0 * terms + 3.0) * want[i].var_terms);
    }
    guarded_release_all();
}

static void check_form(const char *form) {
    for (size_t i = 0; i < sizeof golden_layers / sizeof golden_layers[0]; i++) {
        const golden_layer *layer = &golden_layers[i];
        const kernel *k = next_stored_kernel(NULL, "dense", form, layer->format);
        assert_non_null(k);
        for (; k != NULL; k = next_stored_kernel(k, "dense", form, layer->format)) {
            check_context("%s in_len %u out_len %u", k->symbol, (unsigned)layer->in_len,
                          (unsigned)layer->out_len);
            check_layer(k, layer);
        }
    }
}

static void test_general(void **state) {
    (void)state;
    check_form("general");
}

static void test_det(void **state) {
    (void)state;
    check_form("det");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_general),
        cmocka_unit_test(test_det),
    };
    return cmocka_run_group_tests_name("stored golden", tests, NULL, NULL);
}
