/* The dense kernels against a double-precision reference and against each other. */

#include <string.h>

#include "support/check.h"
#include "support/draw.h"
#include "support/guarded.h"
#include "support/kernels.h"
#include "support/linear.h"
#include "vec/fma.h"

static int is_det(const kernel *k) {
    return strcmp(k->form, "det") == 0;
}

typedef struct outputs {
    float *mean, *var;
} outputs;

static outputs run(const kernel *k, const linear *l) {
    const pfp_dense_shape shape = {(uint32_t)l->in_len, (uint32_t)l->out_len, 1};
    float *shift = guarded_floats(1);
    shift[0] = 0.0f;
    const float *weights = linear_pack(l, k->outputs);
    float *scratch = strcmp(k->scratch, "none") == 0 ? NULL : guarded_floats(l->in_len);
    const outputs out = {guarded_floats(l->out_len), guarded_floats(l->out_len)};
    if (is_det(k)) {
        ((dense_det *)k->function)(&shape, l->in_mean, shift, weights, scratch, out.mean, out.var);
    } else {
        ((dense_general *)k->function)(&shape, l->in_mean, l->in_var, weights, scratch, out.mean,
                                       out.var);
    }
    return out;
}

static void check_reference(const kernel *k, const linear *l) {
    const outputs out = run(k, l);
    for (size_t i = 0; i < l->out_len; i++) {
        const linear_moments want = dense_reference(l, is_det(k), i);
        linear_check(l, &want, i, out.mean[i], out.var[i]);
    }
}

typedef void shape_check(const kernel *k, draw_kind kind, size_t in_len, size_t out_len);

/* Around the unrolling of every kernel along the input and around its tile along the output. */
static void for_each_shape(const kernel *k, draw_kind kind, shape_check *check) {
    static const size_t in_lens[] = {1, 2, 3, 4, 5, 7, 8, 9, 17};
    const size_t t = k->outputs;
    const size_t out_lens[] = {1, t - 1, t, t + 1, 2 * t + 1};
    draw_restart();
    for (size_t i = 0; i < sizeof in_lens / sizeof in_lens[0]; i++) {
        for (size_t o = 0; o < sizeof out_lens / sizeof out_lens[0]; o++) {
            check_context("%s in_len %lu out_len %lu", k->symbol, (unsigned long)in_lens[i],
                          (unsigned long)out_lens[o]);
            check(k, kind, in_lens[i], out_lens[o]);
            guarded_release_all();
        }
    }
}

static void for_each_kernel_and_shape(draw_kind kind, shape_check *check) {
    FOR_EACH_KERNEL(k, "dense", "general") {
        for_each_shape(k, kind, check);
    }
    FOR_EACH_KERNEL(k, "dense", "det") {
        for_each_shape(k, kind, check);
    }
}

static void check_drawn(const kernel *k, draw_kind kind, size_t in_len, size_t out_len) {
    const linear l = linear_draw(kind, in_len, in_len, out_len);
    check_reference(k, &l);
}

static void test_whole_numbers_are_exact(void **state) {
    (void)state;
    for_each_kernel_and_shape(DRAW_WHOLE, check_drawn);
}

static void test_typical_values(void **state) {
    (void)state;
    for_each_kernel_and_shape(DRAW_TYPICAL, check_drawn);
}

static void test_large_and_tiny_values(void **state) {
    (void)state;
    for_each_kernel_and_shape(DRAW_SPREAD, check_drawn);
}

/* Every term alone, so that none can be missing; then none at all. */
static void check_terms(const kernel *k, draw_kind kind, size_t in_len, size_t out_len) {
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
    linear l = linear_draw(kind, in_len, in_len, out_len);
    for (size_t i = 0; i < sizeof only / sizeof only[0]; i++) {
        linear_set(&l, &only[i]);
        check_reference(k, &l);
    }
}

static void test_each_term(void **state) {
    (void)state;
    for_each_kernel_and_shape(DRAW_WHOLE, check_terms);
}

static void check_same_as_c(const kernel *k, draw_kind kind, size_t in_len, size_t out_len) {
    const linear l = linear_draw(kind, in_len, in_len, out_len);
    const outputs out = run(k, &l);
    const outputs c = run(next_kernel(NULL, k->op, k->form), &l);
    check_all_same("mean", out_len, out.mean, c.mean);
    check_all_same("var", out_len, out.var, c.var);
}

/* The list begins with the C kernels, which have the same bits wherever both have FMA. */
static void test_same_bits_as_c(void **state) {
    (void)state;
    assert_string_equal(next_kernel(NULL, "dense", "general")->isa, "c");
    assert_string_equal(next_kernel(NULL, "dense", "det")->isa, "c");
    if (!PFP_HAS_FMA) {
        skip();
    }
    for_each_kernel_and_shape(DRAW_TYPICAL, check_same_as_c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_numbers_are_exact), cmocka_unit_test(test_typical_values),
        cmocka_unit_test(test_large_and_tiny_values),   cmocka_unit_test(test_each_term),
        cmocka_unit_test(test_same_bits_as_c),
    };
    return cmocka_run_group_tests_name("dense", tests, NULL, NULL);
}
