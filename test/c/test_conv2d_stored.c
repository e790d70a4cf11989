/*
 * The convolution kernels of compact weight formats, against a double-precision reference of the
 * parameters that the stored values stand for and against the C kernels; those that end with
 * pooling and relu against the kernels whose work they join.
 */

#include <string.h>

#include "support/check.h"
#include "support/conv2d.h"
#include "support/draw.h"
#include "support/guarded.h"
#include "vec/fma.h"

/* One shape in five, another one for each kernel and test: the sums are those of dense layers. */
static int is_next(void) {
    static unsigned turn;
    turn++;
    return turn % 5 == 0;
}

/* Whether a kernel has to give what one of f32 gives for the weights that are stored. */
static int expands(const kernel *k) {
    return strcmp(k->needs, "planar") == 0;
}

/* What a kernel without pooling has to give, by those in C, which the list begins with. */
static conv2d_outputs run_c(const kernel *k, const stored *s, const pfp_conv2d_shape *shape) {
    const kernel *c = expands(k) ? next_kernel(NULL, "conv2d", k->form)
                                 : next_stored_kernel(NULL, "conv2d", k->form, k->weights);
    assert_string_equal(c->isa, "c");
    return expands(k) ? conv2d_run(c, &s->unpacked, shape) : conv2d_run_stored(c, s, shape);
}

/* Those of f32 leave open the sign of a zero where padding is added (test_conv2d.c). */
static void check_same(const kernel *k, const pfp_conv2d_shape *shape, conv2d_outputs out,
                       conv2d_outputs want) {
    const size_t len = conv2d_output_len(shape);
    if (expands(k)) {
        check_all_equal("mean", len, out.mean, want.mean);
        check_all_equal("var", len, out.var, want.var);
    } else {
        check_all_same("mean", len, out.mean, want.mean);
        check_all_same("var", len, out.var, want.var);
    }
}

static void check_drawn(const kernel *k, draw_kind kind, const pfp_conv2d_shape *shape) {
    if (!is_next()) {
        return;
    }
    const linear l = conv2d_draw(k, kind, shape);
    const stored s = stored_pack(&l, k->weights);
    const int exact = strcmp(k->form, "det") == 0;
    const conv2d_outputs out = conv2d_run_stored(k, &s, shape);
    for (size_t c = 0; c < shape->out_c; c++) {
        const double residue = expands(k) ? 0.0 : stored_conv2d_residue(&s, exact, c);
        for (size_t p = 0; p < (size_t)shape->out_h * shape->out_w; p++) {
            const linear_moments want =
                conv2d_reference(&s.unpacked, exact, shape, p / shape->out_w, p % shape->out_w, c);
            const size_t i = p * shape->out_c + c;
            stored_check(&s, &want, residue, i, out.mean[i], out.var[i]);
        }
    }
}

static void for_each_kernel_and_shape(draw_kind kind, conv2d_check *check) {
    FOR_EACH_STORED_KERNEL(k, "conv2d", "general") {
        conv2d_for_each_shape(k, kind, check);
    }
    FOR_EACH_STORED_KERNEL(k, "conv2d", "det") {
        conv2d_for_each_shape(k, kind, check);
    }
}

static void test_typical_values(void **state) {
    (void)state;
    for_each_kernel_and_shape(DRAW_TYPICAL, check_drawn);
}

static linear draw(const kernel *k, draw_kind kind, const pfp_conv2d_shape *shape) {
    linear l = conv2d_draw(k, kind, shape);
    for (size_t i = 0; i < l.out_len * l.k_len; i++) {
        /* A mean of zero is a denormal word in bf16, which Helium takes as zero. */
        l.weight_mean[i] = l.weight_mean[i] == 0.0f ? 0.125f : l.weight_mean[i];
    }
    return l;
}

static void check_same_as_c(const kernel *k, draw_kind kind, const pfp_conv2d_shape *shape) {
    if (strcmp(k->isa, "c") == 0) {
        return;
    }
    const linear l = draw(k, kind, shape);
    const stored s = stored_pack(&l, k->weights);
    const conv2d_outputs out = conv2d_run_stored(k, &s, shape);
    check_same(k, shape, out, run_c(k, &s, shape));
}

static void check_some_same_as_c(const kernel *k, draw_kind kind, const pfp_conv2d_shape *shape) {
    if (is_next()) {
        check_same_as_c(k, kind, shape);
    }
}

/* Kernels have the same bits wherever both have FMA. */
static void test_same_bits_as_c(void **state) {
    (void)state;
    if (!PFP_HAS_FMA) {
        skip();
    }
    for_each_kernel_and_shape(DRAW_TYPICAL, check_some_same_as_c);
}

static void test_large_shapes(void **state) {
    (void)state;
    if (!PFP_HAS_FMA) {
        skip();
    }
    conv2d_stored_for_each_large("conv2d", check_same_as_c);
}

static void test_outputs_over_consumed_input(void **state) {
    (void)state;
    conv2d_stored_check_over_input("conv2d");
}

static const char pooled[] = "conv2d_maxpool2d_relu";

/* The kernel that pools with the instruction set and the special functions of `k`. */
static const kernel *pooling_of(const kernel *k) {
    FOR_EACH_KERNEL(pooling, "maxpool2d_relu", "general") {
        if (strcmp(pooling->tier, k->tier) == 0 && strcmp(pooling->isa, k->isa) == 0) {
            return pooling;
        }
    }
    fail_msg("nothing pools for %s", k->symbol);
    return NULL;
}

/* What the C kernel convolves, pooled apart. */
static void check_pooled(const kernel *k, draw_kind kind, const pfp_conv2d_shape *shape) {
    const linear l = draw(k, kind, shape);
    const stored s = stored_pack(&l, k->weights);
    const conv2d_outputs out = conv2d_run_stored(k, &s, shape);
    pfp_conv2d_shape unpooled = *shape;
    unpooled.out_h *= 2;
    unpooled.out_w *= 2;
    const conv2d_outputs between = run_c(k, &s, &unpooled);
    const pfp_pool2d_shape pool = {
        unpooled.out_h, unpooled.out_w, shape->out_c, shape->out_h, shape->out_w, 2, 2, 2, 2};
    const size_t len = conv2d_output_len(shape);
    float *mean = guarded_floats(len), *var = guarded_floats(len);
    ((maxpool2d_relu_general *)pooling_of(k)->function)(&pool, between.mean, between.var, mean,
                                                        var);
    check_all_same("mean", len, out.mean, mean);
    check_all_same("var", len, out.var, var);
}

static void check_some_pooled(const kernel *k, draw_kind kind, const pfp_conv2d_shape *shape) {
    if (is_next()) {
        check_pooled(k, kind, shape);
    }
}

static void test_pooling_has_the_same_bits_as_apart(void **state) {
    (void)state;
    if (!PFP_HAS_FMA) {
        skip();
    }
    FOR_EACH_STORED_KERNEL(k, pooled, "general") {
        conv2d_for_each_shape(k, DRAW_TYPICAL, check_some_pooled);
    }
    FOR_EACH_STORED_KERNEL(k, pooled, "det") {
        conv2d_for_each_shape(k, DRAW_TYPICAL, check_some_pooled);
    }
    conv2d_stored_for_each_large(pooled, check_pooled);
}

static void test_pooled_outputs_over_consumed_input(void **state) {
    (void)state;
    conv2d_stored_check_over_input(pooled);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_typical_values),
        cmocka_unit_test(test_same_bits_as_c),
        cmocka_unit_test(test_large_shapes),
        cmocka_unit_test(test_outputs_over_consumed_input),
        cmocka_unit_test(test_pooling_has_the_same_bits_as_apart),
        cmocka_unit_test(test_pooled_outputs_over_consumed_input),
    };
    return cmocka_run_group_tests_name("conv2d stored", tests, NULL, NULL);
}
