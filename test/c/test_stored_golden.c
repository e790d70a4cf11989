/* The kernels of compact formats read what the generator packs: test/golden/README.md. */

#include <float.h>
#include <math.h>
#include <string.h>

#include "support/check.h"
#include "support/conv2d.h"
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

/* A layer without biases, and what an input of 1, all others 0, gives: the weight as it is stored.
 */
typedef struct golden_edges {
    const char *format;
    uint32_t in_len, out_len;
    size_t weight_bytes;
    const uint32_t *weights;
    const uint32_t *answers; /* [in_len][out_len]{mean, var}, bits of floats */
} golden_edges;

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

static float float_of(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void check_bits(const char *what, size_t index, float got, uint32_t want_bits) {
    const float want = float_of(want_bits);
#ifdef __ARM_FEATURE_MVE
    if (fabsf(want) < FLT_MIN && fabsf(got) < FLT_MIN) {
        return; /* Helium takes denormals as zero */
    }
#endif
    if (!(got == want)) {
        check_fail("%s[%lu] is %.9g, stored was %.9g", what, (unsigned long)index, (double)got,
                   (double)want);
    }
}

/* The same packed layer as a dense one, or as a convolution of one position. */
static conv2d_outputs run_edges(const kernel *k, const stored *s) {
    const linear *l = &s->unpacked;
    const uint32_t in_len = (uint32_t)l->in_len, out_len = (uint32_t)l->out_len;
    if (strcmp(k->op, "conv2d") == 0) {
        const int is_planar = strcmp(k->needs, "planar") == 0;
        const pfp_conv2d_shape deep = {1, 1, in_len, 1, 1, out_len, 1, 1, 1, 1, 0, 0, 1};
        const pfp_conv2d_shape wide = {1, in_len, 1, 1, 1, out_len, 1, in_len, 1, 1, 0, 0, 1};
        const pfp_conv2d_shape shape = is_planar ? wide : deep;
        return conv2d_run_stored(k, s, &shape);
    }
    const pfp_dense_shape shape = {in_len, out_len, 1};
    const conv2d_outputs out = {guarded_floats(out_len), guarded_floats(out_len)};
    float *scratch = strcmp(k->scratch, "none") == 0 ? NULL : guarded_floats(in_len);
    if (strcmp(k->form, "det") == 0) {
        ((dense_det *)k->function)(&shape, l->in_mean, l->shift, s->packed, scratch, out.mean,
                                   out.var);
    } else {
        ((dense_general *)k->function)(&shape, l->in_mean, l->in_var, s->packed, scratch, out.mean,
                                       out.var);
    }
    return out;
}

static void check_edges(const kernel *k, const golden_edges *layer) {
    for (size_t input = 0; input < layer->in_len; input++) {
        check_context("%s weight %u of %u", k->symbol, (unsigned)input, (unsigned)layer->in_len);
        const linear_constants none = {.in_mean = 0.0f};
        stored s = {.packed = copy(layer->weights, layer->weight_bytes)};
        s.unpacked = linear_draw(DRAW_WHOLE, layer->in_len, layer->in_len, layer->out_len);
        linear_set(&s.unpacked, &none);
        s.unpacked.in_mean[input] = 1.0f;
        const conv2d_outputs out = run_edges(k, &s);
        const uint32_t *want = layer->answers + 2 * layer->out_len * input;
        for (size_t i = 0; i < layer->out_len; i++) {
            check_bits("mean", i, out.mean[i], want[2 * i]);
            check_bits("var", i, out.var[i], want[2 * i + 1]);
        }
        guarded_release_all();
    }
}

static void check_edges_of(const char *op, const char *form) {
    for (size_t i = 0; i < sizeof golden_edge_layers / sizeof golden_edge_layers[0]; i++) {
        const golden_edges *layer = &golden_edge_layers[i];
        const kernel *k = next_stored_kernel(NULL, op, form, layer->format);
        assert_non_null(k);
        for (; k != NULL; k = next_stored_kernel(k, op, form, layer->format)) {
            check_edges(k, layer);
        }
    }
}

static void test_every_bit_of_dense(void **state) {
    (void)state;
    check_edges_of("dense", "general");
    check_edges_of("dense", "det");
}

static void test_every_bit_of_conv2d(void **state) {
    (void)state;
    check_edges_of("conv2d", "general");
    check_edges_of("conv2d", "det");
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
        cmocka_unit_test(test_every_bit_of_dense),
        cmocka_unit_test(test_every_bit_of_conv2d),
    };
    return cmocka_run_group_tests_name("stored golden", tests, NULL, NULL);
}
