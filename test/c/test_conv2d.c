/* The convolution kernels against a double-precision reference and against each other. */

#include <string.h>

#include "support/check.h"
#include "support/conv2d.h"
#include "support/guarded.h"
#include "vec/fma.h"

static void check_reference(const kernel *k, const linear *l, const pfp_conv2d_shape *s) {
    const conv2d_outputs out = conv2d_run(k, l, s);
    const int is_general = strcmp(k->form, "general") == 0;
    size_t i = 0;
    for (size_t y = 0; y < s->out_h; y++) {
        for (size_t x = 0; x < s->out_w; x++) {
            for (size_t c = 0; c < s->out_c; c++, i++) {
                const linear_moments want = conv2d_reference(l, !is_general, s, y, x, c);
                if (out.var == NULL) {
                    linear_check_mean(l, &want, i, out.mean[i]);
                } else {
                    linear_check(l, &want, i, out.mean[i], out.var[i]);
                }
            }
        }
    }
}

static void check_drawn(const kernel *k, draw_kind kind, const pfp_conv2d_shape *shape) {
    const linear l = conv2d_draw(k, kind, shape);
    check_reference(k, &l, shape);
}

static void test_whole_numbers_are_exact(void **state) {
    (void)state;
    conv2d_for_each("conv2d", DRAW_WHOLE, check_drawn);
}

static void test_typical_values(void **state) {
    (void)state;
    conv2d_for_each("conv2d", DRAW_TYPICAL, check_drawn);
}

static void test_large_and_tiny_values(void **state) {
    (void)state;
    conv2d_for_each("conv2d", DRAW_SPREAD, check_drawn);
}

/* Every term alone, so that none can be missing; then none at all. */
static void check_terms(const kernel *k) {
    static const linear_constants only[] = {
        {.in_mean = 3.0f, .weight_mean = -2.0f},
        {.bias_mean = -5.0f},
        {.in_var = 3.0f, .weight_mean = -2.0f},
        {.in_mean = -3.0f, .weight_var = 2.0f},
        {.in_var = 3.0f, .weight_var = 2.0f},
        {.bias_var = 5.0f},
        {.in_mean = 3.0f, .in_var = 2.0f},
        {.weight_mean = 3.0f, .weight_var = 2.0f},
        {.in_mean = 0.0f},
    };
    pfp_conv2d_shape shape = {.in_planes = 1,
                              .in_h = 6,
                              .in_w = 7,
                              .in_c = strcmp(k->needs, "planar") == 0 ? 1 : 3,
                              .out_h = 6,
                              .out_w = 7,
                              .out_c = 6,
                              .kernel_h = 3,
                              .kernel_w = 3,
                              .stride_h = 1,
                              .stride_w = 1,
                              .pad_top = 1,
                              .pad_left = 1};
    for (size_t i = 0; i < sizeof only / sizeof only[0]; i++) {
        linear l = conv2d_draw(k, DRAW_WHOLE, &shape);
        linear_set(&l, &only[i]);
        check_context("%s term %lu", k->symbol, (unsigned long)i);
        check_reference(k, &l, &shape);
        guarded_release_all();
    }
}

static void test_each_term(void **state) {
    (void)state;
    FOR_EACH_KERNEL(k, "conv2d", "general") {
        check_terms(k);
    }
    FOR_EACH_KERNEL(k, "conv2d", "det") {
        check_terms(k);
    }
    FOR_EACH_KERNEL(k, "conv2d", "exact") {
        check_terms(k);
    }
}

static void check_same_as_c(const kernel *k, draw_kind kind, const pfp_conv2d_shape *shape) {
    const linear l = conv2d_draw(k, kind, shape);
    const conv2d_outputs out = conv2d_run(k, &l, shape);
    const conv2d_outputs c = conv2d_run(next_kernel(NULL, k->op, k->form), &l, shape);
    check_all_equal("mean", conv2d_output_len(shape), out.mean, c.mean);
    if (out.var != NULL) {
        check_all_equal("var", conv2d_output_len(shape), out.var, c.var);
    }
}

/* The list begins with the C kernels, which have the same bits wherever both have FMA. */
static void test_same_bits_as_c(void **state) {
    (void)state;
    assert_string_equal(next_kernel(NULL, "conv2d", "general")->isa, "c");
    assert_string_equal(next_kernel(NULL, "conv2d", "det")->isa, "c");
    assert_string_equal(next_kernel(NULL, "conv2d", "exact")->isa, "c");
    if (!PFP_HAS_FMA) {
        skip();
    }
    conv2d_for_each("conv2d", DRAW_TYPICAL, check_same_as_c);
}

static void test_large_shapes(void **state) {
    (void)state;
    if (!PFP_HAS_FMA) {
        skip();
    }
    conv2d_for_each_large("conv2d", check_same_as_c);
}

static void test_outputs_over_consumed_input(void **state) {
    (void)state;
    conv2d_check_over_input("conv2d");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_numbers_are_exact),
        cmocka_unit_test(test_typical_values),
        cmocka_unit_test(test_large_and_tiny_values),
        cmocka_unit_test(test_each_term),
        cmocka_unit_test(test_same_bits_as_c),
        cmocka_unit_test(test_large_shapes),
        cmocka_unit_test(test_outputs_over_consumed_input),
    };
    return cmocka_run_group_tests_name("conv2d", tests, NULL, NULL);
}
